"""The calendar as it is handled: appointments dragged to another door or time, made longer, begun on empty ground.

It asks `judge` what speaks against a place before anything is let go there, and books nothing itself.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.docks import STEP_MIN, Against, Appointment, Day, Plan
from app.stations.docks.grid import Block, Grid, Lane
from app.stations.docks.painting import Ghost, Painter
from app.stations.kit.kit import Kit

_LANE_PX, _LANE_WEEK_PX, _HEAD_PX, _LABEL_PX = 46, 24, 24, 118
_EDGE_PX, _CLICK_PX = 6, 4
_STEP = timedelta(minutes=STEP_MIN)


@dataclass(frozen=True, slots=True)
class Place:
    """A window at a door; no door: where trucks wait for one."""

    door: UUID | None
    starts_at: datetime
    ends_at: datetime


Judge = Callable[[Place, Appointment | None], Sequence[Against]]
"""What speaks against a place, for this appointment or a new one."""


class DockCalendar(QWidget):
    """Doors below each other, hours beside each other, for a day or several.

    `chosen` says that another appointment is; `opened` that somebody wants to see it whole; `moved` where it was
    dragged to; `drawn` where a new one was begun; `weighed` what speaks against the place under the pointer.
    """

    chosen = Signal(object)
    opened = Signal(object)
    moved = Signal(object, object)
    drawn = Signal(object)
    weighed = Signal(object)

    def __init__(self, kit: Kit, judge: Judge) -> None:
        super().__init__()
        self._kit, self._judge = kit, judge
        self._painter = Painter(kit)
        self._plan: Plan | None = None
        self._days: Sequence[Day] = ()
        self._found: Collection[UUID] | None
        self.grid: Grid | None = None
        self.now: datetime | None = None
        self.night = False
        """Whether all hours are shown, also those when no door is open."""
        self.selected: UUID | None = None
        self._drag: _Drag | None = None
        self.ghost: Ghost | None = None
        """Where what is dragged would be."""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kit.theme.changed.connect(self._lay)

    def show_plan(
        self, plan: Plan, days: Sequence[Day], *, now: datetime, found: Collection[UUID] | None = None
    ) -> None:
        """Show these days; what is not `found` by a filter steps back. What is being dragged stays in the hand."""
        self._plan, self._days, self.now, self._found = plan, days, now, found
        self._lay()

    def show_night(self, on: bool) -> None:  # noqa: FBT001, RUF100  (a signal's argument)
        """Show all hours, or those when doors are open."""
        self.night = on
        self._lay()

    def choose(self, appointment: UUID | None) -> None:
        """Choose this appointment, or none."""
        if appointment != self.selected:
            self.selected = appointment
            self.update()
            self.chosen.emit(appointment)

    def current(self) -> Appointment | None:
        """The appointment that is chosen."""
        known = self._plan.appointments if self._plan else ()
        return next((one for one in known if one.id == self.selected), None)

    def hover(self, at: QPoint, *, lasts: timedelta) -> Place | None:
        """Something else is held over a place of the calendar: show where it would be. None: not over a lane."""
        place = self._place_of(QPointF(at), lasts)
        self._weigh(place, None)
        return place

    def stop_hovering(self) -> None:
        """Nothing is held over it any more."""
        self.ghost = None
        self.weighed.emit(())
        self.update()

    # - Qt -

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take an appointment, one of its ends, or empty ground."""
        if event.button() is not Qt.MouseButton.LeftButton or self.grid is None:
            return
        at = event.position()
        block, lane = self.grid.block_at(at.x(), at.y()), self.grid.lane_at(at.y())
        if block is not None:
            self.choose(block.appointment.id)
            self._drag = _Drag(at, block=block, edge=_edge(block, at))
        elif lane is not None and at.x() > self.grid.left:
            self.choose(None)
            self._drag = _Drag(at, lane=lane)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was taken; else show what the pointer could take."""
        if self.grid is None:
            return
        if self._drag is None:
            self._point(event.position())
        elif self._drag.far or (event.position() - self._drag.begun).manhattanLength() > _CLICK_PX:
            self._drag.far = True
            place = self._dragged_to(self._drag, event.position())
            self._weigh(place, self._drag.block.appointment if self._drag.block else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: an appointment is moved, or a new one is begun."""
        drag, self._drag = self._drag, None
        if drag is None or not drag.far:
            return
        place = self._dragged_to(drag, event.position())
        self.stop_hovering()
        if place is None:
            return
        if drag.block is None:
            self.drawn.emit(place)
        elif place != _where(drag.block.appointment):
            self.moved.emit(drag.block.appointment, place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look into an appointment."""
        block = self.grid.block_at(event.position().x(), event.position().y()) if self.grid else None
        if block is not None:
            self.opened.emit(block.appointment)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, with Ctrl they move, with Ctrl and Shift they change the end; Enter opens."""
        key, current = Qt.Key(event.key()), self.current()
        if key is Qt.Key.Key_Escape and self._drag is not None:
            self._drag = None
            self.stop_hovering()
        elif key in _ARROWS and event.modifiers() & Qt.KeyboardModifier.ControlModifier and current is not None:
            self._push(current, key, longer=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in _ARROWS and self.grid is not None:
            self._walk(key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and current is not None:
            self.opened.emit(current)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it all."""
        if self.grid is None:
            return
        top = float(self.visibleRegion().boundingRect().top())
        with QPainter(self) as painter:
            self._painter.draw(
                painter, self.grid, now=self.now, selected=self.selected, found=self._found, ghost=self.ghost, top=top,
                focus=self.hasFocus(),
            )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay it into the room that there is."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay()

    # - inside -

    def _lay(self) -> None:
        if self._plan is None:
            return
        px = self._kit.theme.px
        lane = _LANE_PX if len(self._days) == 1 else _LANE_WEEK_PX
        self.grid = Grid(
            self._plan, self._days, width=self.width() - 4, label=px(_LABEL_PX), lane=px(lane), head=px(_HEAD_PX),
            night=self.night,
        )  # fmt: skip
        if self.grid.height != self.height():
            self.setFixedHeight(int(self.grid.height) + 2)
        self.update()

    def _point(self, at: QPointF) -> None:
        assert self.grid is not None
        block = self.grid.block_at(at.x(), at.y())
        shape = Qt.CursorShape.ArrowCursor
        if block is not None:
            shape = Qt.CursorShape.SizeHorCursor if _edge(block, at) else Qt.CursorShape.OpenHandCursor
        self.setCursor(shape)
        self.setToolTip(self._painter.told(block, self.grid) if block else "")

    def _weigh(self, place: Place | None, one: Appointment | None) -> None:
        """Show where something would be, and what speaks against it."""
        found = self._judge(place, one) if place is not None else ()
        self.ghost = Ghost(place.door, place.starts_at, place.ends_at, bool(found)) if place is not None else None
        self.weighed.emit(found)
        self.update()

    def _dragged_to(self, drag: "_Drag", at: QPointF) -> Place | None:
        assert self.grid is not None
        if drag.lane is not None:
            first, last = sorted(self.grid.moment_at(drag.lane.day, x) for x in (drag.begun.x(), at.x()))
            return Place(drag.lane.door.id if drag.lane.door else None, first, max(last, first + _STEP))
        assert drag.block is not None
        one, day = drag.block.appointment, drag.block.lane.day
        if drag.edge:
            moved = self.grid.moment_at(day, at.x())
            if drag.edge == "end":
                return Place(one.door, one.starts_at, max(moved, one.starts_at + _STEP))
            return Place(one.door, min(moved, one.ends_at - _STEP), one.ends_at)
        lane = self.grid.lane_at(at.y())
        if lane is None:
            return None
        held = at.x() - (drag.begun.x() - drag.block.rect.left())
        start = self.grid.moment_at(lane.day, held)
        if drag.block.starts_before:  # it began the day before: what is moved is the whole of it
            start -= day.starts_at - one.starts_at
        return Place(lane.door.id if lane.door else None, start, start + (one.ends_at - one.starts_at))

    def _place_of(self, at: QPointF, lasts: timedelta) -> Place | None:
        lane = self.grid.lane_at(at.y()) if self.grid else None
        if lane is None or self.grid is None or at.x() < self.grid.left or at.x() > self.width():
            return None
        start = self.grid.moment_at(lane.day, at.x())
        return Place(lane.door.id if lane.door else None, start, start + lasts)

    def _push(self, one: Appointment, key: Qt.Key, *, longer: bool) -> None:
        """Move by a quarter of an hour or to the next door; or change the end."""
        assert self._plan is not None
        along, across = _ARROWS[key]
        if longer:
            ends_at = max(one.ends_at + along * _STEP, one.starts_at + _STEP)
            place = Place(one.door, one.starts_at, ends_at)
        else:
            doors = [door.id for door in self._plan.doors if door.active]
            at = doors.index(one.door) if one.door in doors else -1
            door = doors[min(max(at + across, 0), len(doors) - 1)] if across and doors else one.door
            place = Place(door, one.starts_at + along * _STEP, one.ends_at + along * _STEP)
        if place != _where(one):
            self.moved.emit(one, place)

    def _walk(self, key: Qt.Key) -> None:
        """Choose the nearest appointment in the direction of an arrow; the first where none is chosen."""
        assert self.grid is not None
        along, across = _ARROWS[key]
        blocks = self.grid.blocks
        here = next((one for one in blocks if one.appointment.id == self.selected), None)
        if here is None:
            self.choose(blocks[0].appointment.id if blocks else None)
            return
        middle = here.rect.center()

        def ahead(one: Block) -> bool:
            step = one.rect.center() - middle
            return step.y() * across > 1 if across else one.lane == here.lane and step.x() * along > 1

        def far(one: Block) -> float:
            step = one.rect.center() - middle
            return abs(step.y()) * 10 + abs(step.x())

        nearest = min((one for one in blocks if ahead(one)), key=far, default=None)
        if nearest is not None:
            self.choose(nearest.appointment.id)


@dataclass(slots=True)
class _Drag:
    """What the mouse holds: a block (or an end of it), or the empty ground of a lane. `far`: it was really moved."""

    begun: QPointF
    block: Block | None = None
    edge: str = ""
    lane: Lane | None = None
    far: bool = False


_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


def _edge(block: Block, at: QPointF) -> str:
    """Which end of a block the pointer is at; short blocks are moved only."""
    if block.rect.width() < 4 * _EDGE_PX:
        return ""
    if abs(at.x() - block.rect.right()) <= _EDGE_PX and not block.ends_after:
        return "end"
    return "start" if abs(at.x() - block.rect.left()) <= _EDGE_PX and not block.starts_before else ""


def _where(one: Appointment) -> Place:
    return Place(one.door, one.starts_at, one.ends_at)
