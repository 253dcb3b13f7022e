"""Symbols by name, drawn from `resources/icons` in whatever colour the theme asks for."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import resources
from app.stations.kit.theme import Theme


@cache
def _source(name: str) -> str:
    folder = resources.resource("icons")
    path = folder / f"{name}.svg"
    return (path if path.exists() else folder / "box.svg").read_text(encoding="utf-8")


def paint_icon(painter: QPainter, name: str, place: QRectF, colour: QColor) -> None:
    """Draw the symbol `name` in `colour`, filling `place`."""
    svg = _source(name).replace("currentColor", colour.name())
    QSvgRenderer(QByteArray(svg.encode())).render(painter, place)


def icon(theme: Theme, name: str, *, tint: str = "ink", size_px: int = 24) -> QIcon:
    """The symbol as an icon for menus, in the colour of `tint`."""
    side = theme.px(size_px)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, name, QRectF(0, 0, side, side), theme.colour(tint))
    painter.end()
    return QIcon(pixmap)


class Symbol(QWidget):
    """One symbol beside a word: never alone, so that no meaning hangs on a picture or a colour."""

    def __init__(self, theme: Theme, name: str = "", *, tint: str = "ink", size_px: int = 20) -> None:
        super().__init__()
        self._theme = theme
        self._name = name
        self._tint = tint
        self._size_px = size_px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set(self, name: str, tint: str) -> None:
        """Show another symbol."""
        self._name, self._tint = name, tint
        self.update()

    @property
    def name(self) -> str:
        """The symbol shown."""
        return self._name

    def sizeHint(self) -> QSize:
        """A square."""
        side = self._theme.px(self._size_px)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the symbol."""
        if self._name:
            painter = QPainter(self)
            paint_icon(painter, self._name, QRectF(self.rect()), self._theme.colour(self._tint))
