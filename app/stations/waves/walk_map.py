"""A walk on the plan, over the whole screen."""

from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout

from app.dialogs.dialog import WalkMap
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import Cover
from app.stations.kit.walk_view import WalkView

BACK = "CANCEL"


class WalkCover(Cover):
    """The way past all bins, as large as there is room; Escape leads back."""

    def __init__(self, kit: Kit, title: str, walk: WalkMap) -> None:
        super().__init__(kit, last=BACK)
        self.view = WalkView(kit)
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.view.show_walk(walk)
        words = QLabel(title, wordWrap=True)
        words.setProperty("role", "heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(words)
        column.addWidget(self.view, 1)
        self.keys.show_commands((), why=False)

    def command(self, command: str) -> None:
        """Back is the only way."""
        if command == BACK:
            self.leave()
