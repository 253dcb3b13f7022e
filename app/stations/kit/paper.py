"""A printed label on the screen: as large as there is room, whole, with an edge that white paper needs on white."""

from PySide6.QtCore import QBuffer, QByteArray, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.stations.kit.theme import Theme

_PAGE_DPI = 144


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

    def show_label(self, drawn: bytes, *, name: str) -> None:
        """Show a label that was drawn (PNG), or the first page of a paper (PDF)."""
        self._drawn = QPixmap()
        if drawn.startswith(b"%PDF"):
            self._drawn = first_page(drawn)
        else:
            self._drawn.loadFromData(QByteArray(drawn))
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


def first_page(pdf: bytes) -> QPixmap:
    """The first page of a paper on white."""
    from PySide6.QtPdf import QPdfDocument  # noqa: PLC0415  (loaded on first use)

    content = QBuffer()
    content.setData(QByteArray(pdf))
    content.open(QBuffer.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(content)
    size = (document.pagePointSize(0) * (_PAGE_DPI / 72)).toSize()
    page = QImage(size, QImage.Format.Format_RGB32)
    page.fill(Qt.GlobalColor.white)
    painter = QPainter(page)
    painter.drawImage(0, 0, document.render(0, size))
    painter.end()
    document.close()
    return QPixmap.fromImage(page)
