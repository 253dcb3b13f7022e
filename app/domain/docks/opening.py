"""When a door is open: hours a weekday, written and read as people write them, such as `Mo-Fr 06:00-22:00; Sa 6-14`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.docks.days import DAY_MIN
from app.domain.errors import Refusal

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_PART = re.compile(r"(?P<days>[A-Za-z][A-Za-z ,-]*)\s+(?P<times>[\d:][\d:, -]*)\Z")
_TIMES = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?\Z")


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """On a weekday (0 is Monday) open from a minute of the day to another, up to 1440."""

    weekday: int
    opens: int
    closes: int


def read_hours(text: str) -> tuple[Opening, ...]:
    """The openings of a week; none for an empty text, which means always open. A night is cut at midnight.

    Refuses `docks.hours_unreadable` with the part that cannot be read.
    """
    found: set[Opening] = set()
    for part in (part.strip() for part in text.split(";")):
        if part:
            found.update(_part(part))
    return _joined(found)


def write_hours(openings: Iterable[Opening]) -> str:
    """The same as text: weekdays in a row that are alike stand together."""
    times = [
        ", ".join(f"{clock(one.opens)}-{clock(one.closes)}" for one in sorted(openings) if one.weekday == day)
        for day in range(7)
    ]
    parts, first = [], 0
    for day in range(1, 8):
        if day == 7 or times[day] != times[first]:
            if times[first]:
                days = WEEKDAYS[first] if day - first == 1 else f"{WEEKDAYS[first]}-{WEEKDAYS[day - 1]}"
                parts.append(f"{days} {times[first]}")
            first = day
    return "; ".join(parts)


def clock(minute: int) -> str:
    """A minute of the day as the clock shows it; 1440 is 24:00, and beyond it the next day's time."""
    shown = minute - DAY_MIN if minute > DAY_MIN else minute
    return f"{shown // 60:02}:{shown % 60:02}"


def read_clock(text: str) -> int:
    """The minute of the day of a time such as 6, 6:30 or 24:00. Refuses `docks.time`."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?", text.strip())
    minute = int(found[1]) * 60 + int(found[2] or 0) if found else DAY_MIN + 1
    if minute > DAY_MIN or (found and int(found[2] or 0) > 59):
        raise Refusal("docks.time", text=text)
    return minute


def _part(part: str) -> list[Opening]:
    found = _PART.match(part)
    if found is None:
        raise Refusal("docks.hours_unreadable", text=part)
    days, openings = _days(found["days"], part), list[Opening]()
    for times in found["times"].split(","):
        opens, closes = _times(times.strip(), part)
        for day in days:
            if closes > opens:
                openings.append(Opening(day, opens, closes))
            else:
                openings += [Opening(day, opens, DAY_MIN), Opening((day + 1) % 7, 0, closes)]
    return [one for one in openings if one.opens < one.closes]


def _days(text: str, part: str) -> list[int]:
    found: list[int] = []
    for stretch in text.replace(" ", "").split(","):
        first, _, last = stretch.partition("-")
        start, end = _weekday(first, part), _weekday(last or first, part)
        found += [day % 7 for day in range(start, (end if end >= start else end + 7) + 1)]
    return found


def _weekday(name: str, part: str) -> int:
    known = [day.casefold() for day in WEEKDAYS]
    if name[:2].casefold() not in known:
        raise Refusal("docks.hours_unreadable", text=part)
    return known.index(name[:2].casefold())


def _times(text: str, part: str) -> tuple[int, int]:
    found = _TIMES.match(text)
    if found is None:
        raise Refusal("docks.hours_unreadable", text=part)
    opens, closes = (int(found[n]) * 60 + int(found[n + 1] or 0) for n in (1, 3))
    past_the_hour = max(int(found[2] or 0), int(found[4] or 0))
    if max(opens, closes) > DAY_MIN or opens == DAY_MIN or past_the_hour > 59:
        raise Refusal("docks.hours_unreadable", text=part)
    return opens, closes


def _joined(openings: Iterable[Opening]) -> tuple[Opening, ...]:
    """Openings that touch or overlap are one."""
    found: list[Opening] = []
    for one in sorted(openings):
        last = found[-1] if found else None
        if last and last.weekday == one.weekday and one.opens <= last.closes:
            found[-1] = Opening(one.weekday, last.opens, max(last.closes, one.closes))
        else:
            found.append(one)
    return tuple(found)
