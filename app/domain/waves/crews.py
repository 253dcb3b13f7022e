"""People who pick: the shifts of a warehouse, who of them is there when, and what they have to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

AHEAD = timedelta(hours=36)
"""How far plans look for people who could walk."""


@dataclass(frozen=True, slots=True)
class Shift:
    """People who pick: so many, on a weekday (1 is Monday) or on one `day`, by the clock on the warehouse's wall.

    `zone`: the address of the only one that they walk, '' for all. An end that is not later is that of the next day.
    What is said of a day stands instead of what its weekday says of the shift of that name in that zone.
    """

    starts: time
    ends: time
    people: int
    name: str = ""
    weekday: int | None = None
    day: date | None = None
    zone: str = ""
    zone_id: UUID | None = None
    zone_name: str = ""


@dataclass(frozen=True, slots=True)
class Crew:
    """People who are there from a moment until another (None: as long as it takes), in one zone or in all (None).

    Moments are in UTC; `clock` is the time zone of the clock on the warehouse's wall, by which shifts are said.
    """

    people: int
    starts: datetime
    ends: datetime | None = None
    zone: UUID | None = None
    zone_name: str = ""
    name: str = ""
    clock: tzinfo = UTC

    def here(self, moment: datetime) -> datetime:
        """The same moment by the clock on the warehouse's wall."""
        return moment.astimezone(self.clock)

    def may_walk(self, zones: frozenset[UUID]) -> bool:
        """Whether they pick in all of these zones."""
        return self.zone is None or zones <= {self.zone}

    @property
    def called(self) -> str:
        """Their shift and their zone in one word or two."""
        return " · ".join(filter(None, (self.name, self.zone_name)))


@dataclass(frozen=True, slots=True)
class Begun:
    """A walk that was released before, and what is left of it: its zones and the minutes that it still takes."""

    zones: frozenset[UUID]
    minutes: Decimal


@dataclass(frozen=True, slots=True)
class Rota:
    """Who walks, and what they have to walk first."""

    crews: tuple[Crew, ...]
    begun: tuple[Begun, ...] = ()

    def there(self, now: datetime) -> "Rota":
        """The same without those who come later."""
        return replace(self, crews=tuple(crew for crew in self.crews if crew.starts <= now))


@dataclass(frozen=True, slots=True)
class Load:
    """What a crew has to do: minutes that it has, those of walks released `before`, and those of the plan's walks.

    `enough` people, from the crew's beginning on, would bring all walks that only it may walk to their carriers in
    time; None where no number would.
    """

    crew: Crew
    minutes: Decimal
    before: Decimal
    planned: Decimal
    walks: int
    enough: int | None


def crews_of(shifts: Sequence[Shift], now: datetime, zone: ZoneInfo) -> tuple[Crew, ...]:
    """Who is there now or comes within `AHEAD`, those who come first before the others; `zone` of the warehouse."""
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=n) for n in range(-1, AHEAD.days + 2))
    found = [crew for day in days for crew in _on(day, shifts, zone)]
    there = (one for one in found if one.ends is not None and one.ends > now and one.starts < now + AHEAD)
    return tuple(sorted(there, key=lambda one: (one.starts, one.zone_name, one.name)))


def _on(day: date, shifts: Sequence[Shift], zone: ZoneInfo) -> Iterator[Crew]:
    special = [one for one in shifts if one.day == day]
    instead = {(one.zone, one.name) for one in special}
    usual = (one for one in shifts if one.weekday == day.isoweekday() and (one.zone, one.name) not in instead)
    for one in (*special, *usual):
        if one.people:
            last = day if one.ends > one.starts else day + timedelta(days=1)
            starts, ends = (
                datetime.combine(*moment, zone).astimezone(UTC) for moment in ((day, one.starts), (last, one.ends))
            )
            yield Crew(one.people, starts, ends, one.zone_id, one.zone_name, one.name, zone)


def minutes_between(first: datetime, last: datetime) -> Decimal:
    """How many minutes lie between two moments; below zero where the last one is before the first."""
    return Decimal(int((last - first).total_seconds())) / 60
