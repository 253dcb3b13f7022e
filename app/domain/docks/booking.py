"""Whether a window at a door is good, why not, and the earliest one that is.

One function judges for the mouse that hovers, for the booking itself and for proposals alike. That two trucks never
have one door at once is held by the database besides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.domain.docks.days import DAY_MIN, Hour, day_of, local_day, moment_of, overlap, overlap_min
from app.domain.docks.model import LONGEST, OVER, STEP_MIN, Appointment, Door, Load, Plan
from app.domain.docks.work import is_rostered, rostered_min, share_of


class Problem(StrEnum):
    """What speaks against a window at a door."""

    TAKEN = "taken"
    NO_TIME = "no_time"
    OUT_OF_USE = "out_of_use"
    DIRECTION = "direction"
    VEHICLE = "vehicle"
    TEMPERATURE = "temperature"
    HOURS = "hours"
    CLOSED = "closed"
    TOO_SLOW = "too_slow"
    TRUCKS_FULL = "trucks_full"
    PALLETS_FULL = "pallets_full"
    PEOPLE = "people"
    PAST = "past"


IMPOSSIBLE = frozenset({Problem.TAKEN, Problem.NO_TIME, Problem.OUT_OF_USE})
"""What no permission overrules."""
MERE_NOTES = frozenset({Problem.PEOPLE, Problem.PAST})
"""What is said and needs no reason; a proposal avoids it all the same."""


@dataclass(frozen=True, slots=True)
class Against:
    """One thing that speaks against a window, with what it was seen by."""

    problem: Problem
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """A truck, a door, a window and its work; `but`: the appointment that is moved, which is not in its own way."""

    load: Load
    door: UUID
    starts_at: datetime
    ends_at: datetime
    work_min: int
    but: UUID | None = None

    @property
    def window(self) -> tuple[datetime, datetime]:
        """From when to when."""
        return self.starts_at, self.ends_at


def wish_of(one: Appointment, *, door: UUID, starts_at: datetime, ends_at: datetime) -> Wish:
    """An appointment as it would be elsewhere."""
    return Wish(one.load, door, starts_at, ends_at, one.work_min, but=one.id)


def against(plan: Plan, wish: Wish, *, now: datetime) -> tuple[Against, ...]:
    """All that speaks against a wish, the worst first; nothing where it is good."""
    return _against(Ground(plan, wish.but), wish, now=now)


def _against(ground: "Ground", wish: Wish, *, now: datetime) -> tuple[Against, ...]:
    door = ground.plan.door(wish.door)
    if door is None or not door.active:
        return (Against(Problem.OUT_OF_USE),)
    found = [*_of_door(door, wish), *_of_time(ground, door, wish, now=now), *_of_hours(ground, wish)]
    return tuple(sorted(found, key=lambda one: list(Problem).index(one.problem)))


def must_be_overruled(found: Iterable[Against]) -> tuple[Against, ...]:
    """What of it needs a reason and somebody who may."""
    return tuple(one for one in found if one.problem not in IMPOSSIBLE | MERE_NOTES)


def _of_door(door: Door, wish: Wish) -> Iterator[Against]:
    """What the door is not made for."""
    load = wish.load
    if door.direction not in (None, load.direction):
        yield Against(Problem.DIRECTION, {"door": door.name})
    if door.vehicles and load.vehicle not in door.vehicles:
        yield Against(Problem.VEHICLE, {"door": door.name, "vehicle": load.vehicle.value})
    if load.temperature and load.temperature not in door.temperatures:
        yield Against(Problem.TEMPERATURE, {"door": door.name, "temperature": load.temperature})
    hours = Decimal(max(1, overlap_min(wish.window, wish.window))) / 60
    for count, most in ((load.pallets, door.pallets_per_hour), (load.lines, door.lines_per_hour)):
        if most is not None and count > most * hours:
            needed = -(-count * 60 // most)
            yield Against(Problem.TOO_SLOW, {"door": door.name, "most": str(most), "minutes": str(needed)})
            return


def _of_time(ground: "Ground", door: Door, wish: Wish, *, now: datetime) -> Iterator[Against]:
    """What is in the way at the door at that time."""
    if not wish.starts_at < wish.ends_at <= wish.starts_at + LONGEST:
        yield Against(Problem.NO_TIME)
        return
    if other := ground.taken(wish):
        yield Against(Problem.TAKEN, {"door": door.name, "number": other.number})
    for closure in ground.plan.closures:
        if closure.door == door.id and overlap_min((closure.starts_at, closure.ends_at), wish.window):
            yield Against(Problem.CLOSED, {"door": door.name, "reason": closure.reason})
            break
    if not _is_open(door, wish.window, ground.plan):
        yield Against(Problem.HOURS, {"door": door.name})
    if wish.starts_at < now and wish.but is None:
        yield Against(Problem.PAST)


def _is_open(door: Door, window: tuple[datetime, datetime], plan: Plan) -> bool:
    """Whether the whole window lies in the hours of the door, on the days of its own clock."""
    left, day = window[1] - window[0], local_day(window[0], plan.zone)
    while day <= local_day(window[1], plan.zone):
        left -= sum((overlap(stretch, window) for stretch in open_on(door, day, plan.zone)), timedelta(0))
        day += timedelta(days=1)
    return left <= timedelta(0)


def open_on(door: Door, day: date, zone: tzinfo) -> tuple[tuple[datetime, datetime], ...]:
    """From when to when a door is open on a day, by its hours; all day where it has none."""
    if not door.openings:
        return ((moment_of(day, 0, zone), moment_of(day, DAY_MIN, zone)),)
    return tuple(
        (moment_of(day, one.opens, zone), moment_of(day, one.closes, zone))
        for one in door.openings
        if one.weekday == day.weekday()
    )


def _of_hours(ground: "Ground", wish: Wish) -> Iterator[Against]:
    """What the warehouse cannot take in the hours of the window, and where people are missing; each said once."""
    said = set[Problem]()
    day = local_day(wish.starts_at, ground.plan.zone)
    while day <= local_day(wish.ends_at, ground.plan.zone) and wish.ends_at <= wish.starts_at + LONGEST:
        for hour in day_of(day, ground.plan.zone).hours:
            if overlap_min((hour.starts_at, hour.ends_at), wish.window):
                for one in _of_hour(ground.plan, wish, ground.sum_of(day, hour)):
                    if one.problem not in said:
                        said.add(one.problem)
                        yield Against(one.problem, {**one.facts, "hour": hour.clock})
        day += timedelta(days=1)


def _of_hour(plan: Plan, wish: Wish, hour: "_HourSum") -> Iterator[Against]:
    share, limits = share_of(wish.window, hour.span), plan.limits
    comes_now = hour.span[0] <= wish.starts_at < hour.span[1]
    if limits.trucks_per_hour is not None and comes_now and hour.trucks >= limits.trucks_per_hour:
        yield Against(Problem.TRUCKS_FULL, {"most": str(limits.trucks_per_hour)})
    most, more = limits.pallets_per_hour, wish.load.pallets * share
    if most is not None and more and hour.pallets + more > most:
        yield Against(Problem.PALLETS_FULL, {"most": str(most)})
    wanted = round(hour.work + wish.work_min * share)
    if hour.rostered is not None and share and wanted > hour.rostered:
        yield Against(Problem.PEOPLE, {"minutes": str(wanted), "rostered": str(hour.rostered)})


@dataclass(frozen=True, slots=True)
class _HourSum:
    """What all appointments but the one that is moved come to in an hour; `rostered` None: nobody is named that day."""

    span: tuple[datetime, datetime]
    trucks: int
    pallets: Decimal
    work: Decimal
    rostered: int | None


class Ground:
    """A plan made ready for many questions: appointments by door, and the sums of an hour reckoned once."""

    def __init__(self, plan: Plan, but: UUID | None) -> None:
        self.plan = plan
        self._others = [one for one in plan.appointments if one.id != but and one.state not in OVER]
        self._by_door: dict[UUID, list[Appointment]] = {}
        for one in sorted(self._others, key=lambda one: one.starts_at):
            if one.door is not None:
                self._by_door.setdefault(one.door, []).append(one)
        self._days: dict[date, list[Appointment]] = {}
        self._hours: dict[datetime, _HourSum] = {}

    def taken(self, wish: Wish) -> Appointment | None:
        """Who has the door in the window of a wish."""
        return next((one for one in self._by_door.get(wish.door, ()) if overlap_min(one.window, wish.window)), None)

    def sum_of(self, day: date, hour: Hour) -> _HourSum:
        """What comes in an hour of a day."""
        if hour.starts_at not in self._hours:
            self._hours[hour.starts_at] = self._summed(day, (hour.starts_at, hour.ends_at))
        return self._hours[hour.starts_at]

    def _summed(self, day: date, span: tuple[datetime, datetime]) -> _HourSum:
        trucks, pallets, work = 0, Decimal(0), Decimal(0)
        for one in self._others_on(day):
            if share := share_of(one.window, span):
                trucks += span[0] <= one.starts_at < span[1]
                pallets += one.load.pallets * share
                work += one.work_min * share
        known = is_rostered(self.plan, day_of(day, self.plan.zone))
        return _HourSum(span, trucks, pallets, work, rostered_min(self.plan, span) if known else None)

    def _others_on(self, day: date) -> Sequence[Appointment]:
        if day not in self._days:
            whole = day_of(day, self.plan.zone)
            span = (whole.starts_at, whole.ends_at)
            self._days[day] = [one for one in self._others if overlap_min(one.window, span)]
        return self._days[day]


# - proposals -


@dataclass(frozen=True, slots=True)
class DoorOffer:
    """The earliest good window of a door, None where there is none; `why` is what kept it from an earlier one."""

    door: Door
    starts_at: datetime | None
    ends_at: datetime | None
    why: tuple[Against, ...]


def propose(
    plan: Plan, load: Load, *, work_min: int, duration_min: int, earliest: datetime, latest: datetime,
    but: UUID | None = None,
) -> tuple[DoorOffer, ...]:  # fmt: skip
    """For each door the earliest window against which nothing speaks, the earliest first; doors without one last.

    `earliest` and `latest` are when the truck may come; it comes at a quarter of an hour.
    """
    ground, start = Ground(plan, but), _next_quarter(earliest)
    wish = Wish(load, UUID(int=0), start, start + timedelta(minutes=duration_min), work_min, but)
    offers = [_first_at(ground, door, wish, latest) for door in plan.doors if door.active]
    return tuple(sorted(offers, key=lambda one: (one.starts_at is None, one.starts_at or latest)))


def _first_at(ground: Ground, door: Door, wish: Wish, latest: datetime) -> DoorOffer:
    at, lasts, why = wish.starts_at, wish.ends_at - wish.starts_at, dict[Problem, Against]()
    while at <= latest:
        tried = replace(wish, door=door.id, starts_at=at, ends_at=at + lasts)
        found = _against(ground, tried, now=wish.starts_at)
        if not found:
            return DoorOffer(door, at, at + lasts, tuple(why.values()))
        if never := tuple(one for one in found if one.problem in _ALWAYS):
            return DoorOffer(door, None, None, never)
        for one in found:
            why.setdefault(one.problem, one)
        other = ground.taken(tried)
        at = max(at + timedelta(minutes=STEP_MIN), _next_quarter(other.ends_at) if other else at)
    return DoorOffer(door, None, None, tuple(why.values()))


_ALWAYS = frozenset({Problem.DIRECTION, Problem.VEHICLE, Problem.TEMPERATURE, Problem.TOO_SLOW, Problem.OUT_OF_USE})
"""What no other time at the same door mends."""


def _next_quarter(at: datetime) -> datetime:
    whole = at.replace(minute=at.minute // STEP_MIN * STEP_MIN, second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=STEP_MIN)
