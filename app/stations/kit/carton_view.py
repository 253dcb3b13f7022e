"""How a carton is to be packed, as a picture: the carton seen from its front corner, each unit where it belongs."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.dialogs.dialog import CartonPicture, PictureUnit
from app.stations.kit.kit import Kit
from app.stations.kit.theme import BODY_PX

_WIDTH_PX, _HEIGHT_PX = 330, 200
_SLANT, _RISE = 0.866, 0.5
_NUMBER_PX = 15
_Corner = tuple[float, float, float]


class CartonView(QWidget):
    """Units are numbered in the order in which they go in; what is in already is grey, the next one stands out."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._shown: CartonPicture | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        kit.theme.changed.connect(self.updateGeometry)
        self.hide()

    def show_carton(self, carton: CartonPicture | None) -> None:
        """Show how to pack a carton; without one the place is given to the list."""
        self._shown = carton
        self.setAccessibleName(self.text())
        self.setVisible(carton is not None)
        self.update()

    def text(self) -> str:
        """What is shown, as a screen reader says it: the carton, and the unit that comes next."""
        if self._shown is None:
            return ""
        following = self._next(self._shown.units)
        if following is None:
            return self._kit.texts.word("box", self._shown.carton)
        unit = self._shown.units[following]
        return self._kit.texts.text("captions", "packing.next_in_carton", {"number": following + 1, "sku": unit.sku})

    def sizeHint(self) -> QSize:
        """Beside the list, as high as it."""
        return QSize(self._kit.theme.px(_WIDTH_PX), self._kit.theme.px(_HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the carton's floor and back walls, then the units from the back to the front, then the words."""
        if self._shown is None:
            return
        theme = self._kit.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("line"))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.px(8), theme.px(8))
        words = theme.px(BODY_PX * 2.8)
        view = _View(self._shown.sides, QRectF(self.rect()).adjusted(10, 8, -10, -words))
        self._draw_carton(painter, view, self._shown.sides)
        following = self._next(self._shown.units)
        for number in _back_to_front(self._shown.units):
            self._draw_unit(painter, view, self._shown.units[number], number, next_one=number == following)
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font(BODY_PX))
        place = QRectF(self.rect()).adjusted(10, self.height() - words, -10, -4)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.text())

    @staticmethod
    def _next(units: Sequence[PictureUnit]) -> int | None:
        return next((n for n, unit in enumerate(units) if not unit.packed), None)

    def _draw_carton(self, painter: QPainter, view: "_View", sides: tuple[int, int, int]) -> None:
        theme = self._kit.theme
        length, width, height = sides
        painter.setPen(QPen(theme.colour("muted"), 1.5))
        painter.setBrush(theme.colour("sunken"))
        floor = ((0, 0, 0), (length, 0, 0), (length, width, 0), (0, width, 0))
        left = ((0, 0, 0), (0, width, 0), (0, width, height), (0, 0, height))
        right = ((0, 0, 0), (length, 0, 0), (length, 0, height), (0, 0, height))
        for wall in (floor, left, right):
            painter.drawPolygon(view.polygon(wall))

    def _draw_unit(self, painter: QPainter, view: "_View", unit: PictureUnit, number: int, *, next_one: bool) -> None:
        theme = self._kit.theme
        tint = theme.colour("line" if unit.packed else "accent" if next_one else "selection")
        painter.setPen(QPen(theme.colour("ink"), 1))
        faces = _faces(unit)
        for face, light in zip(faces, (100, 112, 125), strict=True):
            painter.setBrush(QColor(tint).darker(light))
            painter.drawPolygon(view.polygon(face))
        painter.setPen(theme.colour("on_accent" if next_one and not unit.packed else "ink"))
        painter.setFont(theme.font(_NUMBER_PX, bold=True))
        painter.drawText(view.polygon(faces[0]).boundingRect(), Qt.AlignmentFlag.AlignCenter, str(number + 1))


class _View:
    """From places in the carton (mm) to the picture: its near corner is in front, the carton fills the place."""

    def __init__(self, sides: tuple[int, int, int], place: QRectF) -> None:
        length, width, height = sides
        across, down = (length + width) * _SLANT, (length + width) * _RISE + height
        self._scale = min(place.width() / across, place.height() / down)
        self._left = place.left() + (place.width() - across * self._scale) / 2 + width * _SLANT * self._scale
        self._top = place.top() + (place.height() - down * self._scale) / 2 + height * self._scale

    def polygon(self, corners: Sequence[_Corner]) -> QPolygonF:
        """A face as it is drawn."""
        return QPolygonF([self._point(*corner) for corner in corners])

    def _point(self, x: float, y: float, z: float) -> QPointF:
        across, down = (x - y) * _SLANT, (x + y) * _RISE - z
        return QPointF(self._left + across * self._scale, self._top + down * self._scale)


def _faces(unit: PictureUnit) -> tuple[Sequence[_Corner], Sequence[_Corner], Sequence[_Corner]]:
    """The three faces that one sees: the top, and the two that look forward."""
    (x, y, z), (length, width, height) = unit.corner, unit.sides
    right, front, top = x + length, y + width, z + height
    return (
        ((x, y, top), (right, y, top), (right, front, top), (x, front, top)),
        ((x, front, z), (right, front, z), (right, front, top), (x, front, top)),
        ((right, y, z), (right, front, z), (right, front, top), (right, y, top)),
    )


def _back_to_front(units: Sequence[PictureUnit]) -> list[int]:
    """The units in an order in which each may be drawn over those before it."""
    left, drawn = list(range(len(units))), list[int]()
    while left:
        free = [n for n in left if not any(_hides(units[n], units[m]) for m in left if m != n)]
        chosen = min(free or left, key=lambda n: (sum(units[n].corner), n))
        drawn.append(chosen)
        left.remove(chosen)
    return drawn


def _hides(one: PictureUnit, other: PictureUnit) -> bool:
    """Whether the first unit lies in front of, beside or above the second, so that it is drawn later."""
    ends = [corner + side for corner, side in zip(other.corner, other.sides, strict=True)]
    return any(start >= end for start, end in zip(one.corner, ends, strict=True))
