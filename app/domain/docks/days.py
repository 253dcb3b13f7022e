"""The days of a warehouse on its own clock: where they begin and end, and their hours, of which some have 23 or 25.

Times of opening and of shifts are minutes of the local day, 0 to 1440, and beyond it for a night shift.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

DAY_MIN = 1440
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a day: where it begins and ends (aware UTC), and what the clock on the wall shows at its beginning.

    `again`: the clock was put back, and showed this once before.
    """

    starts_at: datetime
    ends_at: datetime
    clock: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a warehouse, from midnight to midnight of its own clock (aware UTC)."""

    date: date
    starts_at: datetime
    ends_at: datetime
    hours: tuple[Hour, ...]

    @property
    def minutes(self) -> int:
        """How long it really is: 1380, 1440 or 1500 minutes where the clock is put by an hour."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    def minute_of(self, at: datetime) -> int:
        """How many minutes after its beginning a moment is; negative before it."""
        return int((at - self.starts_at).total_seconds() // 60)

    def moment(self, minute: int) -> datetime:
        """The moment so many minutes after its beginning."""
        return self.starts_at + timedelta(minutes=minute)


def moment_of(day: date, minute: int, zone: tzinfo) -> datetime:
    """The moment (UTC) at which the clock shows so many minutes after midnight of a day; beyond 1440 it is the next.

    A time that the clock leaps over is the moment as much later; of one that it shows twice it is the first.
    """
    later, rest = divmod(minute, DAY_MIN)
    clock = datetime.combine(day + timedelta(days=later), time(rest // 60, rest % 60), zone)
    return clock.astimezone(UTC)


@lru_cache(512)
def day_of(day: date, zone: tzinfo) -> Day:
    """A day with its hours as they really pass."""
    starts_at, ends_at = moment_of(day, 0, zone), moment_of(day, DAY_MIN, zone)
    hours: list[Hour] = []
    at, seen = starts_at, set[str]()
    while at < ends_at:
        clock = f"{at.astimezone(zone):%H:%M}"
        hours.append(Hour(at, min(at + _HOUR, ends_at), clock, clock in seen))
        seen.add(clock)
        at += _HOUR
    return Day(day, starts_at, ends_at, tuple(hours))


def local_day(at: datetime, zone: tzinfo) -> date:
    """The day on which a moment falls there."""
    return at.astimezone(zone).date()


def overlap(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> timedelta:
    """What two stretches of time have in common, exactly; no time where they are apart."""
    return max(timedelta(0), min(first[1], second[1]) - max(first[0], second[0]))


def overlap_min(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> int:
    """How many whole minutes two stretches of time have in common."""
    return overlap(first, second) // timedelta(minutes=1)
