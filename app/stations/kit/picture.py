"""The photo of the goods, beside what the person holds."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.stations.kit.icons import paint_icon
from app.stations.kit.theme import Theme

SIDE_PX = 182


class Picture(QWidget):
    """A square with rounded corners: the photo, or the symbol of a thing without one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._photo = QPixmap()
        self._icon = "box"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_photo(self, content: bytes, *, name: str) -> None:
        """Show an image file's bytes; without any, the box."""
        self._photo = QPixmap()
        if content:
            self._photo.loadFromData(content)
        self._icon = "box"
        self.setAccessibleName(name)
        self.update()

    @property
    def has_photo(self) -> bool:
        """Whether a photo is shown, and not a symbol."""
        return not self._photo.isNull()

    def show_icon(self, icon: str) -> None:
        """Show a symbol: what this station is about, while there are no goods in hand."""
        self._photo, self._icon = QPixmap(), icon
        self.update()

    def sizeHint(self) -> QSize:
        """A square of fixed size."""
        return QSize(self._theme.px(SIDE_PX), self._theme.px(SIDE_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the photo whole, never cropped, or the symbol."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        frame = QPainterPath()
        frame.addRoundedRect(place, self._theme.px(8), self._theme.px(8))
        painter.setClipPath(frame)
        painter.fillRect(place, self._theme.colour("sunken"))
        if self._photo.isNull():
            edge = place.width() * 0.28
            paint_icon(painter, self._icon, place.adjusted(edge, edge, -edge, -edge), self._theme.colour("line"))
        else:
            shown = self._photo.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            corner = (self.width() - shown.width()) // 2, (self.height() - shown.height()) // 2
            painter.drawPixmap(*corner, shown.width(), shown.height(), self._photo)
