"""Rosters as text: one shift a line, as a spreadsheet writes and reads it; and shifts as people type them."""

import csv
import io
from collections.abc import Iterable
from datetime import date

from app.domain.docks.days import DAY_MIN
from app.domain.docks.model import Shift
from app.domain.docks.opening import clock, read_clock
from app.domain.errors import Refusal

HEADINGS = ("day", "from", "to", "people", "shift", "names")


def shift_of(*, day: date, times: str, people: str, name: str = "", names: str = "") -> Shift:
    """A shift as it is typed: times such as 06:00-14:00, over midnight where the end is not later.

    Where people are named with commas and not counted, they are counted here. Refuses `docks.time` and
    `docks.people_unreadable`.
    """
    first, dash, last = times.partition("-")
    starts, ends = read_clock(first), read_clock(last)
    if not dash or starts == DAY_MIN:
        raise Refusal("docks.time", text=times)
    named = [one.strip() for one in names.split(",") if one.strip()]
    if not people.strip() and named:
        people = str(len(named))
    if not people.strip().isdigit():
        raise Refusal("docks.people_unreadable", text=people)
    ends += DAY_MIN if ends <= starts else 0
    return Shift(day, starts, ends, int(people), name.strip(), ", ".join(named))


def read_roster(text: str) -> tuple[Shift, ...]:
    """The shifts of a table with the columns of `HEADINGS`, of which shift and names may be missing.

    Refuses `docks.roster_line` with the number of the first line that cannot be read.
    """
    heading = next(iter(text.splitlines()), "")
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=max(",;\t", key=heading.count))
    found = []
    for number, row in enumerate(rows, start=2):
        cells = {(name or "").strip().casefold(): value or "" for name, value in row.items() if isinstance(value, str)}
        try:
            found.append(
                shift_of(
                    day=date.fromisoformat(cells["day"].strip()),
                    times=f"{cells['from']}-{cells['to']}",
                    people=cells.get("people", ""),
                    name=cells.get("shift", ""),
                    names=cells.get("names", ""),
                )
            )
        except (KeyError, ValueError, Refusal) as wrong:
            raise Refusal("docks.roster_line", line=number) from wrong
    return tuple(found)


def write_roster(shifts: Iterable[Shift]) -> str:
    """The same table, ready to be read again."""
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(HEADINGS)
    for one in shifts:
        writer.writerow([one.day, clock(one.starts), clock(one.ends), one.people, one.name, one.names])
    return made.getvalue()
