"""Who is late, what stands at each door, and how punctual carriers are: what is said of trucks that come and go."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.docks.days import moment_of
from app.domain.docks.model import AT_A_DOOR, AWAITED, HERE, Appointment, Door, Plan, State

_MINUTE = timedelta(minutes=1)


class Timing(StrEnum):
    """How a truck stands to its window."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    AWAITED = "awaited"
    OVERDUE = "overdue"


def timing_of(one: Appointment, now: datetime) -> tuple[Timing, int]:
    """Whether a truck came early, on time or late, and by how many minutes; or by how many it is overdue now.

    Within the tolerance of its appointment it is on time; minutes are counted from the beginning of the window.
    """
    if one.arrived_at is None:
        behind = _minutes(now - one.starts_at)
        return (Timing.OVERDUE, behind) if behind > one.late_min else (Timing.AWAITED, 0)
    off = _minutes(one.arrived_at - one.starts_at)
    if off > one.late_min:
        return Timing.LATE, off
    return (Timing.EARLY, -off) if -off > one.early_min else (Timing.ON_TIME, abs(off))


def _minutes(span: timedelta) -> int:
    """Whole minutes that have passed; negative ones where they are still to come."""
    return int(span / _MINUTE)


# - the board -


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A door now: the truck at it, the next one, and minutes until the one should be done, or the other comes.

    `left_min` below zero: it should have been done. `closed` says why the door is closed now.
    """

    door: Door
    now: Appointment | None
    next: Appointment | None
    left_min: int | None
    next_in_min: int | None
    late_min: int
    closed: str = ""


def board(plan: Plan, now: datetime) -> tuple[BoardRow, ...]:
    """What stands at each door in use and what comes next, in the order of the doors."""
    return tuple(_row(plan, door, now) for door in plan.doors if door.active)


def _row(plan: Plan, door: Door, now: datetime) -> BoardRow:
    mine = [one for one in plan.appointments if one.door == door.id]
    at_door = next((one for one in mine if one.state in AT_A_DOOR), None)
    coming = sorted((one for one in mine if one.state in (*AWAITED, State.ARRIVED)), key=lambda one: one.starts_at)
    following = coming[0] if coming else None
    shown = at_door or following
    timing, minutes = timing_of(shown, now) if shown else (Timing.AWAITED, 0)
    closures = [one for one in plan.closures if one.door == door.id and one.starts_at <= now < one.ends_at]
    return BoardRow(
        door,
        at_door,
        following,
        _minutes(at_door.ends_at - now) if at_door else None,
        _minutes(following.starts_at - now) if following else None,
        minutes if timing in (Timing.LATE, Timing.OVERDUE) else 0,
        closures[0].reason if closures else "",
    )


def without_door(plan: Plan) -> tuple[Appointment, ...]:
    """Trucks that are here and have no door yet, those that wait longest first."""
    waiting = [one for one in plan.appointments if one.state is State.ARRIVED]
    return tuple(sorted(waiting, key=lambda one: one.arrived_at or one.starts_at))


def trucks_here(plan: Plan) -> tuple[Appointment, ...]:
    """All trucks on the ground now."""
    return tuple(one for one in plan.appointments if one.state in HERE)


# - the record of carriers -


@dataclass(frozen=True, slots=True)
class CarrierRecord:
    """How a carrier came in a time: trucks, how many early, on time, late and never, and means in minutes.

    Waiting is from the gate to the door, unloading (or loading) from its beginning to its end, the turn from gate to
    gate; None where no truck has both moments.
    """

    carrier: str
    trucks: int
    early: int
    on_time: int
    late: int
    no_shows: int
    waiting_min: int | None
    working_min: int | None
    turn_min: int | None

    @property
    def punctual_percent(self) -> int:
        """Of all that were to come, how many came early or on time."""
        whole = self.trucks + self.no_shows
        return round(100 * (self.early + self.on_time) / whole) if whole else 0


def records(appointments: Iterable[Appointment]) -> tuple[CarrierRecord, ...]:
    """The record of each carrier over appointments that came or did not come, the most trucks first.

    Trucks without an appointment are counted, and are on time by nature.
    """
    by_carrier: dict[str, list[Appointment]] = defaultdict(list)
    for one in appointments:
        if one.arrived_at is not None or one.state is State.NO_SHOW:
            by_carrier[one.load.carrier].append(one)
    found = [_record(carrier, trucks) for carrier, trucks in by_carrier.items()]
    return tuple(sorted(found, key=lambda one: (-one.trucks, one.carrier)))


def _record(carrier: str, trucks: Sequence[Appointment]) -> CarrierRecord:
    came = [one for one in trucks if one.arrived_at is not None]
    timings = [timing_of(one, one.starts_at)[0] for one in came]
    return CarrierRecord(
        carrier,
        len(came),
        timings.count(Timing.EARLY),
        timings.count(Timing.ON_TIME),
        timings.count(Timing.LATE),
        len(trucks) - len(came),
        _mean(came, lambda one: (one.arrived_at, one.at_door_at)),
        _mean(came, lambda one: (one.started_at, one.done_at)),
        _mean(came, lambda one: (one.arrived_at, one.left_at)),
    )


def _mean(
    trucks: Iterable[Appointment], moments: Callable[[Appointment], tuple[datetime | None, datetime | None]]
) -> int | None:
    spans = [last - first for first, last in map(moments, trucks) if first is not None and last is not None]
    return round(sum(spans, timedelta()) / len(spans) / _MINUTE) if spans else None


# - appointments that come again -


def again(one: Appointment, days: Iterable[date], plan: Plan) -> tuple[tuple[datetime, datetime], ...]:
    """The windows of an appointment on other days, at the same time of the warehouse's clock, in summer and winter."""
    local = one.starts_at.astimezone(plan.zone)
    minute, lasts = local.hour * 60 + local.minute, one.ends_at - one.starts_at
    starts = (moment_of(day, minute, plan.zone) for day in days)
    return tuple((start, start + lasts) for start in starts)


def days_of_series(first: date, last: date, weekdays: Iterable[int]) -> tuple[date, ...]:
    """The days after `first` up to `last` that fall on these weekdays (0 is Monday)."""
    wanted = set(weekdays)
    span = range(1, (last - first).days + 1)
    return tuple(day for n in span if (day := first + timedelta(days=n)).weekday() in wanted)
