"""`wave shifts`: who picks, by zone and shift, and what they have to do in a plan."""

import argparse
from collections.abc import Iterator
from datetime import date, time

from app.domain.setup_kinds import WEEKDAYS
from app.domain.values import format_quantity
from app.domain.waves import Load, Shift
from app.main.entering import weekdays_between
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened
from app.services import pick_shifts
from app.services.work import UnitOfWork


def add_shifts(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `wave shifts`."""
    shifts = verbs.add_parser("shifts", help="who picks, by zone and shift: shown, added, taken out")
    shifts.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    shifts.add_argument("--add", dest="added", action="append", default=[], type=_times, metavar="DAYS@FROM-TO",
                        help="such as mon-fri@06:00-14:00, sat@22:00-06:00 or 2026-12-24@06:00-12:00")  # fmt: skip
    shifts.add_argument("--people", type=int, default=1, help="how many; 0 on a day: nobody of that shift; 1 otherwise")
    shifts.add_argument("--zone", default="", help="the address of the only zone that they walk; all zones otherwise")
    shifts.add_argument("--name", default="", help="what the shift is called")
    shifts.add_argument("--clear", action="store_true", help="forget what was said before")
    answers(shifts, _shifts)


def _times(typed: str) -> tuple[list[tuple[int | None, date | None]], time, time]:
    days, _, times = typed.lower().partition("@")
    begin, _, end = times.partition("-")
    try:
        return list(_days(days)), time.fromisoformat(begin), time.fromisoformat(end)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed}: write DAYS@FROM-TO, such as mon-fri@06:00-14:00") from None


def _days(typed: str) -> Iterator[tuple[int | None, date | None]]:
    """Weekdays such as `mon-fri`, or one day."""
    if typed[:1].isdigit():
        yield None, date.fromisoformat(typed)
        return
    first, _, last = typed.partition("-")
    begin, end = WEEKDAYS.index(first[:3]), WEEKDAYS.index((last or first)[:3])
    yield from ((day, None) for day in weekdays_between(begin + 1, end + 1))


def _shifts(options: argparse.Namespace, output: Output) -> int:
    added = [
        Shift(starts, ends, options.people, options.name, weekday, day, options.zone.upper())
        for days, starts, ends in options.added
        for weekday, day in days
    ]

    def work(unit: UnitOfWork) -> tuple[Shift, ...]:
        place = warehouse_of(unit, options.warehouse)
        if added or options.clear:
            kept = () if options.clear else pick_shifts.shifts(unit, place)
            pick_shifts.save(unit, place, [*kept, *added])
        return pick_shifts.shifts(unit, place)

    with opened(options, output) as home, home.desk("wave") as desk:
        found = desk.run(work)
    rows = ((_values(one), _line(one)) for one in found)
    output.answer_list(Listing("shifts", rows, "Nobody said who picks; plans reckon with one person."))
    return 0


def _values(one: Shift) -> dict[str, object]:
    return {
        "zone": one.zone,
        "shift": one.name,
        "weekday": WEEKDAYS[one.weekday - 1] if one.weekday else None,
        "day": one.day,
        "from": f"{one.starts:%H:%M}",
        "until": f"{one.ends:%H:%M}",
        "people": one.people,
    }


def _line(one: Shift) -> str:
    when = WEEKDAYS[one.weekday - 1] if one.weekday else str(one.day)
    where = one.zone or "every zone"
    return f"{when:<11}{one.starts:%H:%M}-{one.ends:%H:%M} {one.people:>4} people  {where:<16}{one.name}".rstrip()


def load_values(load: Load) -> dict[str, object]:
    """What a crew has to do, for programs."""
    crew = load.crew
    return {
        "shift": crew.name,
        "zone": crew.zone_name,
        "from": crew.starts,
        "until": crew.ends,
        "people": crew.people,
        "minutes": load.minutes,
        "before_minutes": load.before,
        "planned_minutes": load.planned,
        "walks": load.walks,
        "enough_people": load.enough,
    }


def load_line(load: Load) -> str:
    """What a crew has to do, in words."""
    crew = load.crew
    until = f"{crew.here(crew.ends):%H:%M}" if crew.ends else ""
    enough = "no number is enough" if load.enough is None else f"{load.enough} would be enough"
    has, before, planned = (format_quantity(round(one, 0)) for one in (load.minutes, load.before, load.planned))
    return (
        f"{crew.called or 'every zone'}, {crew.here(crew.starts):%Y-%m-%d %H:%M}-{until}: {crew.people} people have"
        f" {has} minutes, {before} for walks released before, {planned} for these; {enough}."
    )
