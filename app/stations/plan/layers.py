"""What is drawn on a plan: the grounds of places, in chunks and a colour at a time, and aisles as lines with arrows.

Fifty thousand grounds stay fluid so. One unit of the scene is a millimetre.
"""

from collections.abc import Iterable, Mapping
from math import atan2, cos, pi, sin
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.domain.sites.places import Aisle, AisleKind, Direction

_CHUNK_MM = 20_000
_LINES_FROM = 0.006
"""Pixels a millimetre from which bins are wide enough for lines between them."""
_ARROW_MM = 700
Sides = tuple[int, int, int, int]
"""The ground of a place: left, top, width and depth in mm. Places on top of each other share one."""


class GroundItem(QGraphicsItem):
    """The grounds of all places; those chosen stand in a colour of their own, and follow the pointer while dragged."""

    def __init__(self) -> None:
        super().__init__()
        self._chunks: dict[tuple[int, int], dict[str, dict[Sides, QRectF]]] = {}
        self._chosen: list[QRectF] = []
        self._bounds = QRectF()
        self._offset = QPointF()
        self._line, self._accent = QPen(Qt.PenStyle.NoPen), QColor()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def lay(self, grounds: Mapping[Sides, tuple[QRectF, str]], *, line: str, accent: str) -> None:
        """Draw these grounds, each in its colour, and nothing else."""
        self.prepareGeometryChange()
        self._chunks, self._bounds = {}, around(rect for rect, _ in grounds.values())
        for sides, (rect, colour) in grounds.items():
            self._put(sides, rect, colour)
        self._line, self._accent = QPen(QColor(line), 0), QColor(accent)
        self.update()

    def exchange(self, gone: Mapping[Sides, str], new: Mapping[Sides, tuple[QRectF, str]]) -> None:
        """Some grounds (with their colours) are there no more, others are; all else stays as it was laid."""
        self.prepareGeometryChange()
        for sides, colour in gone.items():
            self._chunks[_chunk(sides)][colour].pop(sides, None)
        for sides, (rect, colour) in new.items():
            self._put(sides, rect, colour)
        self._bounds = self._bounds.united(around(rect for rect, _ in new.values()))
        self.update()

    def _put(self, sides: Sides, rect: QRectF, colour: str) -> None:
        self._chunks.setdefault(_chunk(sides), {}).setdefault(colour, {})[sides] = rect

    def choose(self, rects: list[QRectF]) -> None:
        """Mark these as chosen."""
        self.prepareGeometryChange()
        self._chosen = rects
        self.update()

    def drag(self, offset: QPointF) -> None:
        """Show the chosen ones so far away from where they are."""
        self.prepareGeometryChange()
        self._offset = offset
        self.update()

    def boundingRect(self) -> QRectF:
        """All of it, and where the chosen ones are being dragged."""
        return self._bounds.united(around(self._chosen).translated(self._offset)).adjusted(-500, -500, 500, 500)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw the chunks in sight."""
        seen: QRectF = option.exposedRect
        near = painter.worldTransform().m11() > _LINES_FROM
        painter.setPen(self._line if near else Qt.PenStyle.NoPen)
        for (x, y), colours in self._chunks.items():
            if not seen.intersects(QRectF(x * _CHUNK_MM, y * _CHUNK_MM, 2 * _CHUNK_MM, 2 * _CHUNK_MM)):
                continue
            for colour, rects in colours.items():
                painter.setBrush(QColor(colour))
                painter.drawRects(list(rects.values()))
        if self._chosen:
            painter.setPen(self._line)
            painter.setBrush(QBrush(self._accent))
            painter.drawRects([rect.translated(self._offset) for rect in self._chosen])


class AisleItem(QGraphicsItem):
    """One aisle: a line, dashed where it crosses, with an arrow where it is one-way, crossed out where it is closed."""

    def __init__(self, identity: UUID, aisle: Aisle, colour: str, accent: str) -> None:
        super().__init__()
        self.identity, self.aisle = identity, aisle
        self._colour, self._accent = QColor(colour), QColor(accent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setZValue(1)

    def boundingRect(self) -> QRectF:
        """The line with room for its arrow."""
        first, second = _ends(self.aisle)
        return QRectF(first, second).normalized().adjusted(-_ARROW_MM, -_ARROW_MM, _ARROW_MM, _ARROW_MM)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw it."""
        first, second = _ends(self.aisle)
        painter.setPen(self._pen())
        painter.drawLine(first, second)
        middle = (first + second) / 2
        if self.aisle.closed:
            for turn in (pi / 4, -pi / 4):
                step = QPointF(cos(turn), sin(turn)) * _ARROW_MM
                painter.drawLine(middle - step, middle + step)
        elif self.aisle.direction is not Direction.BOTH:
            angle = atan2(second.y() - first.y(), second.x() - first.x())
            painter.setBrush(QBrush(self._accent if self.isSelected() else self._colour))
            painter.drawPolygon(_arrow(middle, angle if self.aisle.direction is Direction.FORWARD else angle + pi))

    def distance(self, at: QPointF) -> float:
        """How far a point of the plan is from it, in mm."""
        first, second = _ends(self.aisle)
        along = second - first
        reach = QPointF.dotProduct(at - first, along) / QPointF.dotProduct(along, along)
        off = at - (first + along * min(max(reach, 0.0), 1.0))
        return float(QPointF.dotProduct(off, off) ** 0.5)

    def _pen(self) -> QPen:
        pen = QPen(self._accent if self.isSelected() else self._colour, 3 if self.isSelected() else 1.5)
        pen.setCosmetic(True)
        if self.aisle.closed:
            pen.setStyle(Qt.PenStyle.DotLine)
        elif self.aisle.kind is AisleKind.CROSS:
            pen.setStyle(Qt.PenStyle.DashLine)
        return pen


def _chunk(sides: Sides) -> tuple[int, int]:
    return sides[0] // _CHUNK_MM, sides[1] // _CHUNK_MM


def around(rects: Iterable[QRectF]) -> QRectF:
    """The rectangle around all of them."""
    found = list(rects)
    if not found:
        return QRectF()
    left, top = min(one.left() for one in found), min(one.top() for one in found)
    return QRectF(QPointF(left, top), QPointF(max(one.right() for one in found), max(one.bottom() for one in found)))


def _ends(aisle: Aisle) -> tuple[QPointF, QPointF]:
    return QPointF(aisle.x1_mm, aisle.y1_mm), QPointF(aisle.x2_mm, aisle.y2_mm)


def _arrow(tip: QPointF, angle: float) -> QPolygonF:
    sides = (angle + pi * 0.85, angle - pi * 0.85)
    return QPolygonF([tip, *(tip + QPointF(cos(side), sin(side)) * _ARROW_MM for side in sides)])
