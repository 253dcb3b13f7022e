"""A printed label on the screen: as large as there is room, whole, with an edge that white paper needs on white."""

from PySide6.QtCore import QByteArray, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.stations.kit.theme import Theme


class Paper(QWidget):
    """One picture of a label, at the top of its place; nothing where there is none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._drawn = QPixmap()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def dots(self) -> QSize:
        """Width and height of the label in dots of its printer; nothing where there is none."""
        return self._drawn.size()

    def show_label(self, png: bytes, *, name: str) -> None:
        """Show a label that was drawn."""
        self._drawn = QPixmap()
        self._drawn.loadFromData(QByteArray(png))
        self.setAccessibleName(name)
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._drawn = QPixmap()
        self.setAccessibleName("")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the label with its edge."""
        if self._drawn.isNull():
            return
        shown = self._drawn.size().scaled(self.size() - QSize(2, 2), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect((self.width() - shown.width()) // 2, 1, shown.width(), shown.height())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, self._drawn)
        painter.setPen(QPen(self._theme.colour("muted"), 1))
        painter.drawRect(place)
