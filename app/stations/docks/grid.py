"""Where things stand on the calendar: lanes of doors below each other for one day or several, time from left to right.

Nothing is drawn here. A lane belongs to a day and a door; the lane without a door holds trucks that wait for one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRectF

from app.domain.docks import STEP_MIN, Appointment, Day, Door, Plan, open_on, overlap_min

_GAP_PX = 2


@dataclass(frozen=True, slots=True)
class Lane:
    """A stripe of the calendar: a door on a day, from `top` on; `rows` stand below each other within it."""

    day: Day
    door: Door | None
    top: float
    height: float
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Head:
    """The line with the hours above the lanes of a day."""

    day: Day
    top: float


@dataclass(frozen=True, slots=True)
class Block:
    """An appointment in its lane."""

    appointment: Appointment
    lane: Lane
    rect: QRectF
    starts_before: bool
    ends_after: bool


class Grid:
    """Lanes and blocks of a plan over some days, in so many pixels of width; lengths in pixels."""

    def __init__(
        self, plan: Plan, days: Sequence[Day], *, width: float, label: float, lane: float, head: float, night: bool
    ) -> None:
        self.plan, self.days, self.left, self.width = plan, tuple(days), label, max(width, label + 100)
        self.first, self.last = _span(plan, days, night=night)
        self._lane, self._head = lane, head
        self.heads: list[Head] = []
        self.lanes: list[Lane] = []
        self.blocks: list[Block] = []
        self.height = 0.0
        for day in days:
            self._lay(day)

    # - time -

    @property
    def minute(self) -> float:
        """The pixels of a minute."""
        return (self.width - self.left) / (self.last - self.first)

    def x_of(self, day: Day, at: datetime) -> float:
        """Where a moment stands on its day; at the edge where it is out of sight."""
        minute = min(max(day.minute_of(at), self.first), self.last)
        return self.left + (minute - self.first) * self.minute

    def moment_at(self, day: Day, x: float) -> datetime:
        """The quarter of an hour at a place of a day."""
        minute = self.first + (x - self.left) / self.minute
        return day.moment(min(max(round(minute / STEP_MIN) * STEP_MIN, 0), day.minutes))

    # - lanes -

    def lane_at(self, y: float) -> Lane | None:
        """The lane at a height."""
        return next((one for one in self.lanes if one.top <= y < one.top + one.height), None)

    def block_at(self, x: float, y: float) -> Block | None:
        """The block at a place."""
        return next((one for one in self.blocks if one.rect.contains(x, y)), None)

    def blocks_of(self, appointment: Appointment) -> list[Block]:
        """Its blocks: two where it goes over midnight."""
        return [one for one in self.blocks if one.appointment.id == appointment.id]

    def rect_of(self, lane: Lane, starts_at: datetime, ends_at: datetime, row: int = 0) -> QRectF:
        """The room of a window in a lane."""
        left, right = self.x_of(lane.day, starts_at), self.x_of(lane.day, ends_at)
        height = lane.height / lane.rows
        return QRectF(left, lane.top + row * height + _GAP_PX, max(right - left, 3), height - 2 * _GAP_PX)

    def closed_rects(self, lane: Lane) -> list[QRectF]:
        """Where the door of a lane is not open, by its hours or because somebody closed it."""
        if lane.door is None:
            return []
        door, day = lane.door, lane.day
        edges = [day.starts_at, *(edge for span in sorted(open_on(door, day.date, self.plan.zone)) for edge in span),
                 day.ends_at]  # fmt: skip
        shut = [(edges[n], edges[n + 1]) for n in range(0, len(edges), 2)]
        shut += [(one.starts_at, one.ends_at) for one in self.plan.closures if one.door == door.id]
        whole = (day.starts_at, day.ends_at)
        return [
            QRectF(self.x_of(day, start), lane.top, self.x_of(day, end) - self.x_of(day, start), lane.height)
            for start, end in shut
            if overlap_min((start, end), whole)
        ]

    # - inside -

    def _lay(self, day: Day) -> None:
        self.heads.append(Head(day, self.height))
        self.height += self._head
        mine = [one for one in self.plan.appointments if overlap_min(one.window, (day.starts_at, day.ends_at))]
        known = {door.id for door in self.plan.doors if door.active}
        waiting = [one for one in mine if one.door not in known]
        if waiting:
            self._add(day, None, waiting)
        for door in self.plan.doors:
            if door.active:
                self._add(day, door, [one for one in mine if one.door == door.id])

    def _add(self, day: Day, door: Door | None, mine: Iterable[Appointment]) -> None:
        placed = list(_stacked(sorted(mine, key=lambda one: one.starts_at)))
        rows = max((row for _, row in placed), default=0) + 1
        height = self._lane * (1 if rows == 1 else rows * 0.7)
        lane = Lane(day, door, self.height, height, rows)
        self.lanes.append(lane)
        self.height += height
        self.blocks += [
            Block(one, lane, self.rect_of(lane, one.starts_at, one.ends_at, row),
                  one.starts_at < day.starts_at, one.ends_at > day.ends_at)
            for one, row in placed
        ]  # fmt: skip


def _stacked(appointments: Iterable[Appointment]) -> Iterable[tuple[Appointment, int]]:
    """Appointments with the first row in which each has room."""
    ends: list[datetime] = []
    for one in appointments:
        row = next((n for n, end in enumerate(ends) if end <= one.starts_at), len(ends))
        ends[row : row + 1] = [one.ends_at]
        yield one, row


def _span(plan: Plan, days: Sequence[Day], *, night: bool) -> tuple[int, int]:
    """From which minute of the day to which one is shown, in whole hours: when doors are open and trucks come.

    Where no door has hours, or at `night` too, it is the whole day.
    """
    minutes: list[int] = []
    for day in days:
        spans = [
            span for door in plan.doors if door.active and door.openings for span in open_on(door, day.date, plan.zone)
        ]
        coming = [one.window for one in plan.appointments if overlap_min(one.window, (day.starts_at, day.ends_at))]
        for start, end in [*spans, *(coming if spans else [])]:
            minutes += [max(0, day.minute_of(start)), min(day.minutes, day.minute_of(end))]
    longest = max((day.minutes for day in days), default=1440)
    if night or not minutes:
        return 0, longest
    return max(0, min(minutes) // 60 * 60 - 60), min(longest, -(-max(minutes) // 60) * 60 + 60)
