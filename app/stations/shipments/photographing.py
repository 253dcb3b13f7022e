"""A photo of a hand-over at the desk: what the camera sees and a button, or a picture from a file."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout

from app.stations.kit.desk.label_batch import BACK
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import Cover
from app.stations.kit.photo_area import PhotoArea


class Photographing(Cover):
    """Asks for a photo; `given` with its bytes or its file."""

    given = Signal(object)

    def __init__(self, kit: Kit, title: str) -> None:
        super().__init__(kit, last=BACK)
        heading = QLabel(title, wordWrap=True)
        heading.setProperty("role", "heading")
        self.photo = PhotoArea(kit)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(heading)
        column.addWidget(self.photo, 1)
        self.photo.taken.connect(self.given.emit)
        self.photo.chosen.connect(self.given.emit)
        self.keys.show_commands((), why=False)
        self.photo.begin()

    def command(self, command: str) -> None:
        """Go back."""
        if command == BACK:
            self.leave()

    def keep(self, photo: bytes | Path) -> None:
        """Hand a photo on, as the buttons do."""
        self.given.emit(photo)
