"""What is asked for beside the goods, in the place of the lines: what to read or put in, with its picture, large."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from app.dialogs.dialog import ExtraCard
from app.stations.kit.fit_text import FitText
from app.stations.kit.item_panel import PictureSource
from app.stations.kit.kit import Kit
from app.stations.kit.tasks import Progress
from app.stations.kit.theme import BODY_PX, NAME_PX


class ExtraView(QFrame):
    """The picture on one side as large as there is room, name and words on the other."""

    def __init__(self, kit: Kit, picture: PictureSource) -> None:
        super().__init__()
        self.setObjectName("card")
        self._kit, self._source = kit, picture
        self._wanted = ""
        self._photo = QPixmap()
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.name = FitText(kit.theme, size_px=NAME_PX, bold=True)
        self.words = FitText(kit.theme, size_px=BODY_PX, lines=4)
        said = QVBoxLayout()
        said.addWidget(self.name)
        said.addWidget(self.words)
        said.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(18)
        row.addWidget(self.picture, 1)
        row.addLayout(said, 1)
        self.picture.hide()

    def show_extra(self, extra: ExtraCard) -> None:
        """Show what is asked for; its picture follows as soon as it is there."""
        self.name.set_text(self._kit.texts.state("extra", extra.name))
        self.words.set_text(extra.words)
        self.setAccessibleName(f"{extra.name} {extra.words}".strip())
        if extra.picture != self._wanted:
            self._show_photo(b"")
            self._fetch(extra.picture)

    @property
    def has_photo(self) -> bool:
        """Whether a picture is shown."""
        return not self._photo.isNull()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture fills its place."""
        super().resizeEvent(event)
        self._fit()

    def _fetch(self, wanted: str) -> None:
        self._wanted = wanted
        if not wanted:
            return

        def read(_progress: Progress) -> bytes:
            return self._source(wanted)

        def done(content: bytes) -> None:
            if wanted == self._wanted:
                self._show_photo(content)

        self._kit.tasks.start(read, owner=self, done=done, failed=lambda _stopped: None)

    def _show_photo(self, content: bytes) -> None:
        self._photo = QPixmap()
        if content:
            self._photo.loadFromData(content)
        self.picture.setVisible(self.has_photo)
        self._fit()

    def _fit(self) -> None:
        if self.has_photo:
            mode = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self.picture.setPixmap(self._photo.scaled(self.picture.size(), *mode))
