"""The plan as it is handled: zoomed, pushed, places chosen by a rubber band and dragged, aisles drawn."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QRubberBand

from app.domain.sites.places import Aisle, Place
from app.stations.plan.layers import AisleItem, GroundItem, Sides

_CLICK_PX = 4
_NEAR_PX = 8
_CLOSEST, _FARTHEST = 0.5, 0.0005
"""Pixels a millimetre."""
_MARGIN_MM = 20_000


class PlanView(QGraphicsView):
    """The wheel zooms about the pointer, the middle button pushes, Shift chooses more.

    `chosen` says that other places are; `dragged` how far (mm) they were; `drew` between which points an aisle was.
    """

    chosen = Signal()
    dragged = Signal(float, float)
    drew = Signal(QPointF, QPointF)

    def __init__(self) -> None:
        super().__init__()
        self.setScene(QGraphicsScene(self))
        self.ground = GroundItem()
        self.scene().addItem(self.ground)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.drawing = False
        """Whether a drag draws an aisle."""
        self._grounds: dict[UUID, QRectF] = {}
        self._sides: dict[UUID, Sides] = {}
        self._shared: dict[Sides, set[UUID]] = {}
        self._drawn: dict[Sides, str] = {}
        self._colours: Mapping[UUID, str] = {}
        self._line = self._accent = ""
        self._aisles: dict[UUID, AisleItem] = {}
        self._taken: frozenset[UUID] = frozenset()
        self._pressed: QPointF | None = None
        self._moving = self._pushing = self._fitted = False
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())

    def lay(
        self,
        places: Iterable[Place],
        colours: Mapping[UUID, str],
        aisles: Mapping[UUID, Aisle],
        *,
        line: str,
        accent: str,
    ) -> None:
        """Show places and aisles; what is chosen stays chosen."""
        self._colours, self._shared, self._sides, self._grounds, self._drawn = colours, {}, {}, {}, {}
        self._line, self._accent = line, accent
        for place in places:
            self._stand(place)
        self.ground.lay({sides: self._draw(sides) for sides in self._shared}, line=line, accent=accent)
        self.lay_aisles(aisles)
        if not self._fitted and self._grounds:
            self.show_all()

    def shift(self, places: Iterable[Place]) -> None:
        """These places stand elsewhere now; everything else is left as it was laid."""
        touched: set[Sides] = set()
        for place in places:
            before = self._sides[place.id]
            self._shared[before].discard(place.id)
            touched |= {before, self._stand(place)}
        gone = {sides: self._drawn.pop(sides) for sides in touched & self._drawn.keys()}
        self.ground.exchange(gone, {sides: self._draw(sides) for sides in touched if self._shared[sides]})

    def lay_aisles(self, aisles: Mapping[UUID, Aisle]) -> None:
        """Show these aisles, and mark what is chosen where it stands now."""
        line, accent = self._line, self._accent
        picked = self.picked_aisle()
        for item in self._aisles.values():
            self.scene().removeItem(item)
        self._aisles = {identity: AisleItem(identity, aisle, line, accent) for identity, aisle in aisles.items()}
        for item in self._aisles.values():
            self.scene().addItem(item)
            item.setSelected(item.identity == picked)
        self.scene().setSceneRect(self._all().adjusted(-_MARGIN_MM, -_MARGIN_MM, _MARGIN_MM, _MARGIN_MM))
        self._mark(self._taken & self._grounds.keys())

    def show_all(self) -> None:
        """Zoom so that everything is in sight."""
        self.fitInView(self._all(), Qt.AspectRatioMode.KeepAspectRatio)
        self._fitted = True

    def choose(self, ids: Collection[UUID]) -> None:
        """Choose exactly these places."""
        self._mark(ids)
        self.chosen.emit()

    def taken(self) -> frozenset[UUID]:
        """The places that are chosen."""
        return self._taken

    def picked_aisle(self) -> UUID | None:
        """The aisle that is chosen."""
        return next((one for one, item in self._aisles.items() if item.isSelected()), None)

    def pick_aisle(self, identity: UUID | None) -> None:
        """Choose this aisle, or none."""
        for one, item in self._aisles.items():
            item.setSelected(one == identity)

    def zoom(self, factor: float) -> None:
        """Nearer, or farther (below 1)."""
        now = self.transform().m11()
        factor = min(max(now * factor, _FARTHEST), _CLOSEST) / now
        self.scale(factor, factor)

    # - Qt -

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        self.zoom(1.2 ** (event.angleDelta().y() / 120))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Before anybody zoomed, everything is in sight."""
        super().resizeEvent(event)
        if self._grounds and not event.oldSize().isValid():
            self.show_all()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to push the plan, to drag what is chosen, to draw, or a rubber band."""
        at = self.mapToScene(event.position().toPoint())
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = event.position()
            self._pushing = event.button() is Qt.MouseButton.MiddleButton
            self._moving = not (self._pushing or self.drawing) and bool(self._at(at) & self._taken)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with what was begun."""
        if self._pressed is None:
            return
        step = event.position() - self._pressed
        if self._pushing:
            for bar, pixels in ((self.horizontalScrollBar(), step.x()), (self.verticalScrollBar(), step.y())):
                bar.setValue(bar.value() - int(pixels))
            self._pressed = event.position()
        elif self._moving:
            self.ground.drag(step / self.transform().m11())
        elif step.manhattanLength() > _CLICK_PX:
            self._band.setGeometry(QRectF(self._pressed, event.position()).normalized().toRect())
            self._band.show()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it: places are dragged, an aisle is drawn, or places are chosen."""
        pressed, moving, pushing = self._pressed, self._moving, self._pushing
        self._pressed, self._moving, self._pushing = None, False, False
        self._band.hide()
        if pressed is None or pushing:
            return
        step = event.position() - pressed
        far = step.manhattanLength() > _CLICK_PX
        first, second = self.mapToScene(pressed.toPoint()), self.mapToScene(event.position().toPoint())
        if moving and far:
            self.ground.drag(QPointF())
            self.dragged.emit(step.x() / self.transform().m11(), step.y() / self.transform().m11())
        elif self.drawing and far:
            self.drew.emit(first, second)
        else:
            self._choose_between(first, second, more=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    # - inside -

    def _draw(self, sides: Sides) -> tuple[QRectF, str]:
        """The ground that places share, and its colour: that of one of them."""
        rect, ids = QRectF(*sides), self._shared[sides]
        self._grounds |= dict.fromkeys(ids, rect)
        self._drawn[sides] = self._colours[next(iter(ids))]
        return rect, self._drawn[sides]

    def _stand(self, place: Place) -> Sides:
        sides = _sides(place)
        self._sides[place.id] = sides
        self._shared.setdefault(sides, set()).add(place.id)
        return sides

    def _choose_between(self, first: QPointF, second: QPointF, *, more: bool) -> None:
        """Take the places between two points; where there are none, the aisle near the first."""
        found = self._within(QRectF(first, second).normalized().adjusted(-1, -1, 1, 1))
        near = [] if found else [one for one in self._aisles.values() if one.distance(first) < self._near_mm()]
        self.pick_aisle(near[0].identity if near else None)
        self.choose(self._taken | found if more else found)

    def _mark(self, ids: Collection[UUID]) -> None:
        self._taken = frozenset(ids)
        self.ground.choose([self._grounds[one] for one in self._taken])

    def _at(self, point: QPointF) -> frozenset[UUID]:
        return self._within(QRectF(point, point).adjusted(-1, -1, 1, 1))

    def _within(self, rect: QRectF) -> frozenset[UUID]:
        return frozenset(one for one, ground in self._grounds.items() if ground.intersects(rect))

    def _near_mm(self) -> float:
        return _NEAR_PX / self.transform().m11()

    def _all(self) -> QRectF:
        bounds = self.ground.boundingRect()
        for item in self._aisles.values():
            bounds = bounds.united(item.boundingRect())
        return bounds


def _sides(place: Place) -> Sides:
    return place.x_mm or 0, place.y_mm or 0, place.width_mm or 1000, place.depth_mm or 1000
