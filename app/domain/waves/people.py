"""Which person takes which walk until when, how many people would be enough, and what is left for each crew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import heapify, heapreplace
from uuid import UUID

from app.domain.waves.crews import Crew, Load, Rota, minutes_between
from app.domain.waves.model import PlannedWalk

_MOST_PEOPLE = 200


@dataclass
class _Hands:
    """When each person of each crew is free, in minutes from now."""

    crews: Sequence[Crew]
    now: datetime
    free: list[list[tuple[Decimal, int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for crew in self.crews:
            begin = max(minutes_between(self.now, crew.starts), Decimal(0))
            self.free.append([(begin, person) for person in range(1, max(crew.people, 1) + 1)])
            heapify(self.free[-1])

    def give(self, zones: frozenset[UUID], minutes: Decimal) -> tuple[int, int, Decimal] | None:
        """Which crew's how-many-th person takes a walk and when they end; None where nobody has the time.

        Whoever ends first takes it; those who keep to a zone before those who may go anywhere.
        """
        able = [
            (ends, crew.zone is None, n)
            for n, crew in enumerate(self.crews)
            if crew.may_walk(zones) and self._has_time(crew, ends := self.free[n][0][0] + minutes)
        ]
        if not able:
            return None
        ends, _, n = min(able)
        person = self.free[n][0][1]
        heapreplace(self.free[n], (ends, person))
        return n, person, ends

    def _has_time(self, crew: Crew, ends: Decimal) -> bool:
        return crew.ends is None or ends <= minutes_between(self.now, crew.ends)


def schedule(walks: Iterable[PlannedWalk], rota: Rota, now: datetime) -> tuple[list[PlannedWalk], list[PlannedWalk]]:
    """Each walk for whoever is back from it first, the most urgent walks first; and those that nobody has time for.

    What was released before is walked before.
    """
    hands = _Hands(rota.crews, now)
    for one in rota.begun:
        hands.give(one.zones, one.minutes)
    given, nobodys = [], []
    for walk in _by_urgency(walks, now):
        found = hands.give(walk.zones, walk.minutes)
        if found is None:
            nobodys.append(walk)
            continue
        n, person, ends = found
        late = walk.cut_off is not None and now + timedelta(minutes=float(ends)) > walk.cut_off
        given.append(replace(walk, crew=n, crew_name=rota.crews[n].called, person=person, ends=ends, late=late))
    return given, nobodys


def _by_urgency(walks: Iterable[PlannedWalk], now: datetime) -> list[PlannedWalk]:
    far = now + timedelta(days=36500)
    return sorted(walks, key=lambda walk: (walk.cut_off or far, -walk.priority, -walk.minutes, walk.numbers))


def people_needed(walks: Sequence[PlannedWalk], starts: datetime, now: datetime) -> int | None:
    """How few people, there from a moment on, bring every walk to its carrier; None where no number is enough."""

    def too_few(people: int) -> bool:
        return any(walk.late for walk in schedule(walks, Rota((Crew(people, starts),)), now)[0])

    few, many = 1, max(1, min(len(walks), _MOST_PEOPLE))
    if too_few(many):
        return None
    while few < many:
        middle = (few + many) // 2
        few, many = (middle + 1, many) if too_few(middle) else (few, middle)
    return many


def loads_of(
    given: Sequence[PlannedWalk], nobodys: Sequence[PlannedWalk], rota: Rota, now: datetime
) -> tuple[Load, ...]:
    """What each crew has to do, in the order of the crews. `given` and `nobodys` as `schedule` found them."""
    before = _taken_before(rota, now)
    found = []
    for n, crew in enumerate(rota.crews):
        own = [walk for walk in given if walk.crew == n]
        only = [walk for walk in (*given, *nobodys) if _is_for(crew, walk, rota.crews)]
        starts = max(now, crew.starts)
        minutes = minutes_between(starts, crew.ends) * crew.people if crew.ends else Decimal(0)
        planned = sum((walk.minutes for walk in own), Decimal(0))
        found.append(Load(crew, minutes, before[n], planned, len(own), people_needed(only, starts, now)))
    return tuple(found)


def _is_for(crew: Crew, walk: PlannedWalk, crews: Sequence[Crew]) -> bool:
    """Whether a walk is a crew's: it may walk it, and where it goes anywhere, no zone has people of its own for it."""
    kept = any(one.zone is not None and one.may_walk(walk.zones) for one in crews)
    return crew.may_walk(walk.zones) and (crew.zone is not None or not kept)


def _taken_before(rota: Rota, now: datetime) -> list[Decimal]:
    hands, minutes = _Hands(rota.crews, now), [Decimal(0)] * len(rota.crews)
    for one in rota.begun:
        if found := hands.give(one.zones, one.minutes):
            minutes[found[0]] += one.minutes
    return minutes
