"""How much work a truck is: minutes by rates that are rules, what people can do in an hour, and what experience says.

Work is spread evenly over the window of its appointment, and people over their shift.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Any

from app.domain.docks.days import Day, Hour, moment_of, overlap_min
from app.domain.docks.model import OVER, STEP_MIN, Appointment, Direction, Limits, Load, Plan, Shift, Vehicle
from app.domain.policies import Decision, Policy, PolicyForm, first_match

LEAST_FINISHED = 8
"""Of fewer finished appointments of a kind nothing is learned."""


@dataclass(frozen=True, slots=True)
class LoadFacts:
    """What a rule about the work of a truck may speak of."""

    direction: Direction
    vehicle: Vehicle
    temperature: str
    carrier: str
    partner: str
    pallets: int
    lines: int
    pieces: Decimal


@dataclass(frozen=True, slots=True)
class Rates:
    """What a rule sets: person-minutes a truck, pallet, line and piece, how many people work on it at once.

    A truck that comes `early_minutes` before its window or `late_minutes` after its beginning is still on time. One
    that has not come `no_show_minutes` after its window never comes (0: people say so), and its door is free.
    """

    per_truck: Decimal = Decimal(20)
    per_pallet: Decimal = Decimal(3)
    per_line: Decimal = Decimal(1)
    per_piece: Decimal = Decimal(0)
    people: int = 2
    early_minutes: int = 30
    late_minutes: int = 15
    no_show_minutes: int = 240

    def __post_init__(self) -> None:
        least = min(self.per_truck, self.per_pallet, self.per_line, self.per_piece)
        if least < 0 or self.people < 1 or min(self.early_minutes, self.late_minutes, self.no_show_minutes) < 0:
            raise ValueError("rates are not negative, and somebody works")


_DEFAULT: Mapping[str, Any] = {
    "rules": [
        {
            "name": "docks.container",
            "when": [{"field": "vehicle", "operator": "is", "value": "container"}],
            "then": {"per_truck": "30", "per_pallet": "3", "per_line": "2", "per_piece": "0.05", "people": 3},
        },
        {
            "name": "docks.van",
            "when": [{"field": "vehicle", "operator": "is", "value": "van"}],
            "then": {"per_truck": "10", "per_pallet": "3", "per_line": "1", "people": 1},
        },
        {
            "name": "docks.loading",
            "when": [{"field": "direction", "operator": "is", "value": "outbound"}],
            "then": {"per_truck": "20", "per_pallet": "2", "per_line": "0.5", "people": 2},
        },
        {"name": "docks.unloading", "when": [], "then": {"per_truck": "20", "per_pallet": "3", "per_line": "1"}},
    ]
}
FORM = PolicyForm("docks", LoadFacts, Rates, _DEFAULT)
"""What a policy of the docks may say."""


@dataclass(frozen=True, slots=True)
class Effort:
    """The work of one truck: person-minutes, people at once, and how long it takes them, in quarters of an hour."""

    work_min: int
    people: int
    duration_min: int
    early_min: int
    late_min: int
    no_show_min: int
    decision: Decision


def effort(load: Load, policy: Policy[Rates]) -> Effort:
    """What a truck will take by the rule that holds for it."""
    chosen, decision = first_match(policy, load_facts(load))
    rates = chosen or Rates()
    work = _minutes(load, rates)
    lasts = max(STEP_MIN, ceil(work / rates.people / STEP_MIN) * STEP_MIN)
    return Effort(work, rates.people, lasts, rates.early_minutes, rates.late_minutes, rates.no_show_minutes, decision)


def load_facts(load: Load) -> LoadFacts:
    """What rules about the work of a truck may know of it."""
    return LoadFacts(
        load.direction, load.vehicle, load.temperature, load.carrier, load.partner, load.pallets, load.lines,
        load.pieces,
    )  # fmt: skip


def _minutes(load: Load, rates: Rates) -> int:
    parts = (
        rates.per_truck,
        rates.per_pallet * load.pallets,
        rates.per_line * load.lines,
        rates.per_piece * load.pieces,
    )
    return int(sum(parts, Decimal(0)).to_integral_value(ROUND_HALF_UP))


# - an hour -


@dataclass(frozen=True, slots=True)
class HourLoad:
    """An hour of the docks: trucks that come in it, pallets and person-minutes of work, and the minutes people have.

    `rostered_min` None: nobody has said who is there that day.
    """

    hour: Hour
    trucks: int
    pallets: Decimal
    work_min: int
    rostered_min: int | None

    @property
    def too_much(self) -> bool:
        """Whether there is more work than people."""
        return self.rostered_min is not None and self.work_min > self.rostered_min

    def over(self, limits: Limits) -> bool:
        """Whether more comes than the warehouse takes in an hour."""
        trucks, pallets = limits.trucks_per_hour, limits.pallets_per_hour
        return (trucks is not None and self.trucks > trucks) or (pallets is not None and self.pallets > pallets)


def hours_of(plan: Plan, day: Day) -> tuple[HourLoad, ...]:
    """Every hour of a day with its work and its people."""
    there = [one for one in plan.appointments if one.state not in OVER or one.left_at is not None]
    return tuple(_hour(plan, day, hour, there) for hour in day.hours)


def _hour(plan: Plan, day: Day, hour: Hour, there: Iterable[Appointment]) -> HourLoad:
    span = (hour.starts_at, hour.ends_at)
    trucks, pallets, work = 0, Decimal(0), Decimal(0)
    for one in there:
        share = share_of(one.window, span)
        trucks += hour.starts_at <= one.starts_at < hour.ends_at
        pallets += one.load.pallets * share
        work += one.work_min * share
    rostered = rostered_min(plan, span) if is_rostered(plan, day) else None
    return HourLoad(hour, trucks, pallets.quantize(Decimal("0.1")), round(work), rostered)


def share_of(window: tuple[datetime, datetime], span: tuple[datetime, datetime]) -> Decimal:
    """Which part of a window lies within a stretch of time, 0 to 1."""
    whole = int((window[1] - window[0]).total_seconds()) // 60
    return Decimal(overlap_min(window, span)) / max(1, whole)


def is_rostered(plan: Plan, day: Day) -> bool:
    """Whether anybody has said who works that day."""
    return any(overlap_min(_span(one, plan), (day.starts_at, day.ends_at)) for one in plan.shifts)


def rostered_min(plan: Plan, span: tuple[datetime, datetime]) -> int:
    """The person-minutes of those who are there in a stretch of time."""
    return sum(one.people * overlap_min(_span(one, plan), span) for one in plan.shifts)


def _span(shift: Shift, plan: Plan) -> tuple[datetime, datetime]:
    return moment_of(shift.day, shift.starts, plan.zone), moment_of(shift.day, shift.ends, plan.zone)


# - what experience says -


@dataclass(frozen=True, slots=True)
class Learned:
    """Rates that fit what finished trucks of a kind really took, and how far they and those that hold `now` are off it.

    `off_…` are minutes of work a truck, in the mean.
    """

    direction: Direction
    vehicle: Vehicle
    trucks: int
    rates: Rates
    off_before: int
    off_after: int
    now: Rates = field(default_factory=Rates)

    @property
    def better(self) -> bool:
        """Whether it is worth to adopt them."""
        return self.off_after < self.off_before

    def rule(self) -> dict[str, Any]:
        """The rates as a rule of a policy."""
        when = {"direction": self.direction.value, "vehicle": self.vehicle.value}
        return {
            "name": f"docks.learned.{self.direction}.{self.vehicle}",
            "when": [{"field": field, "operator": "is", "value": value} for field, value in when.items()],
            "then": {
                "per_truck": f"{self.rates.per_truck}",
                "per_pallet": f"{self.rates.per_pallet}",
                "per_line": f"{self.rates.per_line}",
                "per_piece": f"{self.rates.per_piece}",
                "people": self.rates.people,
                "early_minutes": self.rates.early_minutes,
                "late_minutes": self.rates.late_minutes,
                "no_show_minutes": self.rates.no_show_minutes,
            },
        }


def learn(finished: Iterable[Appointment], policy: Policy[Rates]) -> tuple[Learned, ...]:
    """Rates from finished appointments, by direction and vehicle: the non-negative least squares of minutes worked.

    Lawson and Hanson, Solving Least Squares Problems, chapter 23. Trucks without a beginning and an end of their work
    count for nothing, nor do those that stood for more than a day.
    """
    kinds: dict[tuple[Direction, Vehicle], list[Appointment]] = defaultdict(list)
    for one in finished:
        if 0 < _worked_min(one) <= one.people * 1440:
            kinds[one.load.direction, one.load.vehicle].append(one)
    return tuple(
        _learned(kind, trucks, policy) for kind, trucks in sorted(kinds.items()) if len(trucks) >= LEAST_FINISHED
    )


def _worked_min(one: Appointment) -> int:
    """The person-minutes that it really took."""
    if one.started_at is None or one.done_at is None:
        return 0
    return round((one.done_at - one.started_at) / timedelta(minutes=1)) * one.people


def _learned(kind: tuple[Direction, Vehicle], trucks: Sequence[Appointment], policy: Policy[Rates]) -> Learned:
    import numpy  # noqa: PLC0415  (heavy, as scipy is: loaded on first use)
    from scipy.optimize import nnls  # noqa: PLC0415

    counts = [[1, one.load.pallets, one.load.lines, int(one.load.pieces)] for one in trucks]
    worked = [_worked_min(one) for one in trucks]
    found, _ = nnls(numpy.array(counts, dtype=numpy.float64), numpy.array(worked, dtype=numpy.float64))
    truck, pallet, line, piece = (Decimal(str(round(each, 2))) for each in found.tolist())
    now, _ = first_match(policy, load_facts(trucks[-1].load))
    old = now or Rates()
    new = replace(old, per_truck=truck, per_pallet=pallet, per_line=line, per_piece=piece)
    before = [effort(one.load, policy).work_min for one in trucks]
    after = [_minutes(one.load, new) for one in trucks]
    return Learned(kind[0], kind[1], len(trucks), new, _off(before, worked), _off(after, worked), old)


def _off(said: Sequence[int], worked: Sequence[int]) -> int:
    """The mean distance of what was said from what it took."""
    return round(sum(abs(a - b) for a, b in zip(said, worked, strict=True)) / len(worked))
