"""The walk on the plan of the warehouse: aisles, the way, the stops by their numbers, and the next one big."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.dialogs.dialog import MapStop, WalkMap
from app.stations.kit.kit import Kit
from app.stations.kit.theme import BODY_PX

_WIDTH_PX, _HEIGHT_PX = 460, 200
_STOP_PX, _NEXT_PX, _DONE_PX, _END_PX = 10, 19, 5, 8
_NUMBER_PX, _NEXT_NUMBER_PX = 14, 22


class WalkView(QWidget):
    """Done stops are small and grey, the others numbered in the order of the walk; the next one stands out."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._shown: WalkMap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        kit.theme.changed.connect(self.updateGeometry)
        self.hide()

    def show_walk(self, walk: WalkMap | None) -> None:
        """Show where to go; without a walk the place is given to the list."""
        self._shown = walk
        self.setAccessibleName(self.text())
        self.setVisible(walk is not None)
        self.update()

    def text(self) -> str:
        """What is shown, as a screen reader says it: which stop of how many comes next."""
        if self._shown is None:
            return ""
        numbers = [n for n, stop in enumerate(self._shown.stops, 1) if stop.state == "current"]
        told = {"number": numbers[0] if numbers else 0, "count": len(self._shown.stops)}
        words = [self._kit.texts.text("captions", "walk.next_stop" if numbers else "walk.stops", told)]
        if lost := len(self._shown.unreached):
            words.append(self._kit.texts.text("captions", "walk.unreached", {"count": lost}))
        return "   ·   ".join(words)

    def sizeHint(self) -> QSize:
        """Beside the list, as high as it."""
        return QSize(self._kit.theme.px(_WIDTH_PX), self._kit.theme.px(_HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground, the aisles, the way, its ends, then the stops: the next one over all others."""
        if self._shown is None:
            return
        theme, walk = self._kit.theme, self._shown
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("line"))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.px(8), theme.px(8))
        words = theme.px(BODY_PX * 1.8)
        edge = theme.px(_NEXT_PX) + 4
        view = _View(walk, QRectF(self.rect()).adjusted(edge, edge, -edge, -words - edge))
        painter.setPen(QPen(theme.colour("line"), theme.px(7), c=Qt.PenCapStyle.RoundCap))
        for x1, y1, x2, y2 in walk.aisles:
            painter.drawLine(view.point(x1, y1), view.point(x2, y2))
        painter.setPen(QPen(theme.colour("line"), theme.px(3), Qt.PenStyle.DotLine))
        for x1, y1, x2, y2 in walk.closed:
            painter.drawLine(view.point(x1, y1), view.point(x2, y2))
        painter.setPen(QPen(theme.colour("accent"), theme.px(3), j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(QPolygonF([view.point(x, y) for x, y in walk.way]))
        self._draw_ends(painter, view, walk)
        self._draw_unreached(painter, view, walk)
        for number, stop in _next_last(walk):
            self._draw_stop(painter, view.point(stop.x, stop.y), number, stop.state)
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font(BODY_PX))
        place = QRectF(self.rect()).adjusted(10, self.height() - words - 4, -10, -4)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.text())

    def _draw_ends(self, painter: QPainter, view: "_View", walk: WalkMap) -> None:
        """A hollow square where one starts, a full one where the goods are brought."""
        theme, half = self._kit.theme, self._kit.theme.px(_END_PX)
        painter.setPen(QPen(theme.colour("ink"), 2))
        for (x, y), fill in zip((walk.way[0], walk.way[-1]) if walk.way else (), ("surface", "ink"), strict=False):
            middle = view.point(x, y)
            painter.setBrush(theme.colour(fill))
            painter.drawRect(QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half))

    def _draw_unreached(self, painter: QPainter, view: "_View", walk: WalkMap) -> None:
        """A cross for each bin that no open aisle leads to."""
        half = self._kit.theme.px(_END_PX)
        painter.setPen(QPen(self._kit.theme.colour("bad"), self._kit.theme.px(3)))
        for x, y in walk.unreached:
            middle = view.point(x, y)
            painter.drawLine(middle + QPointF(-half, -half), middle + QPointF(half, half))
            painter.drawLine(middle + QPointF(-half, half), middle + QPointF(half, -half))

    def _draw_stop(self, painter: QPainter, middle: QPointF, number: int, state: str) -> None:
        theme = self._kit.theme
        radius = theme.px({"current": _NEXT_PX, "done": _DONE_PX}.get(state, _STOP_PX))
        painter.setPen(QPen(theme.colour("ink"), 1.5))
        painter.setBrush(QColor(theme.colour({"current": "accent", "done": "line"}.get(state, "surface"))))
        painter.drawEllipse(middle, radius, radius)
        if state == "done":
            return
        painter.setPen(theme.colour("on_accent" if state == "current" else "ink"))
        painter.setFont(theme.font(_NEXT_NUMBER_PX if state == "current" else _NUMBER_PX, bold=state == "current"))
        box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))


def _next_last(walk: WalkMap) -> Iterator[tuple[int, MapStop]]:
    """Stops by their number; the next one at the end, so that it is drawn over the others."""
    numbered = list(enumerate(walk.stops, 1))
    yield from (one for one in numbered if one[1].state != "current")
    yield from (one for one in numbered if one[1].state == "current")


class _View:
    """From places on the plan (mm) to the picture: everything that is drawn fills it, in one scale both ways."""

    def __init__(self, walk: WalkMap, place: QRectF) -> None:
        points = [(x, y) for x1, y1, x2, y2 in (*walk.aisles, *walk.closed) for x, y in ((x1, y1), (x2, y2))]
        points += [*walk.way, *walk.unreached, *((stop.x, stop.y) for stop in walk.stops)]
        xs, ys = [x for x, _ in points] or [0], [y for _, y in points] or [0]
        width, height = max(max(xs) - min(xs), 1), max(max(ys) - min(ys), 1)
        self._scale = min(place.width() / width, place.height() / height)
        self._left = place.left() + (place.width() - width * self._scale) / 2 - min(xs) * self._scale
        self._top = place.top() + (place.height() - height * self._scale) / 2 - min(ys) * self._scale

    def point(self, x: float, y: float) -> QPointF:
        """A place of the plan in the picture."""
        return QPointF(self._left + x * self._scale, self._top + y * self._scale)
