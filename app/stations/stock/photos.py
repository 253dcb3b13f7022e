"""The photos of a document: small ones in a row with their story, each opening at its full size."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QDialog, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.services.stock import Photo
from app.stations.kit.kit import Kit
from app.stations.kit.picture import SIDE_PX, Picture
from app.texts import Texts

ReadPhoto = Callable[[str, bool], bytes]
"""From what a photo is known by, and whether the small one will do, to its bytes. Called in a worker thread."""


class PhotoRow(QScrollArea):
    """Photos from left to right, the oldest first."""

    def __init__(self, kit: Kit, photos: Sequence[Photo], read: ReadPhoto) -> None:
        super().__init__()
        self._kit, self._read = kit, read
        self.buttons = [self._button(photo) for photo in photos]
        row = QWidget()
        line = QHBoxLayout(row)
        for button in self.buttons:
            line.addWidget(button)
        line.addStretch(1)
        self.setWidget(row)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFixedHeight(kit.theme.px(SIDE_PX) + 50)

    def show_whole(self, photo: Photo) -> QDialog:
        """Open a photo at its full size, as far as the screen has room for it."""
        window = QDialog(self)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.setWindowTitle(story(photo, self._kit.texts))
        picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(window).addWidget(picture)
        most = QGuiApplication.primaryScreen().availableSize() * 0.8
        window.resize(most)

        def done(content: bytes) -> None:
            found = QPixmap()
            found.loadFromData(content)
            if found.width() > most.width() or found.height() > most.height():
                mode = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
                found = found.scaled(most, *mode)
            picture.setPixmap(found)

        self._load(photo, done, small=False, owner=window)
        window.show()
        return window

    def _button(self, photo: Photo) -> "SmallPhoto":
        button = SmallPhoto(self._kit, photo)
        button.clicked.connect(partial(self.show_whole, photo))
        self._load(photo, button.show_photo, small=True, owner=button)
        return button

    def _load(self, photo: Photo, done: Callable[[bytes], object], *, small: bool, owner: QWidget) -> None:
        self._kit.tasks.start(
            lambda _progress: self._read(photo.sha256, small), owner=owner, done=done, failed=lambda _stopped: None
        )


class SmallPhoto(QAbstractButton):
    """A photo with its story beside it."""

    def __init__(self, kit: Kit, photo: Photo) -> None:
        super().__init__()
        self._words = story(photo, kit.texts)
        self.setAccessibleName(self._words.replace("\n", ", "))
        self.picture = Picture(kit.theme)
        words = QLabel(self._words)
        row = QHBoxLayout(self)
        row.addWidget(self.picture)
        row.addWidget(words)
        for part in (self.picture, words):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(row.sizeHint())
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Its parts draw themselves."""

    def show_photo(self, content: bytes) -> None:
        """Show the small picture, once it is there."""
        self.picture.show_photo(content, name=self._words)


def story(photo: Photo, texts: Texts) -> str:
    """What a photo shows, why it was taken, when and by whom, in short lines."""
    code = f"reason.{photo.reason}"
    reason = texts.text("choices", code) if texts.has("choices", code) else ""
    taken = f"{photo.taken_at.astimezone():%Y-%m-%d %H:%M}"
    return "\n".join(part for part in (photo.sku, reason, taken, photo.person) if part)
