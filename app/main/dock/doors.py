"""`dock doors`, `door`, `close`, `reopen`, `limits`, `roster`, `rates`: what the docks can take, and who is there."""

import argparse
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from app.domain.docks import (
    Direction,
    Door,
    Learned,
    Limits,
    Shift,
    Vehicle,
    clock,
    read_hours,
    read_roster,
    shift_of,
    write_hours,
    write_roster,
)
from app.domain.errors import Refusal
from app.main.dock.showing import Verbs, add_warehouse, moment, site
from app.main.entering import day
from app.main.output import Listing, Output, answers, opened
from app.reports.files import replacing
from app.services.docks import doors, planning
from app.services.work import UnitOfWork

_BOTH = "both"


def add(verbs: Verbs) -> None:
    """Declare what is set up at the docks."""
    shown = verbs.add_parser("doors", help="the doors, what they take and when")
    add_warehouse(shown)
    answers(shown, _doors)
    door = verbs.add_parser("door", help="let trucks be booked on a dock, or say what it takes")
    door.add_argument("name", help="the dock's name or address")
    add_warehouse(door)
    door.add_argument("--hours", help="such as 'Mo-Fr 06:00-22:00; Sa 6-14'; always: at all times")
    door.add_argument("--direction", choices=[_BOTH, *(one.value for one in Direction)])
    door.add_argument("--vehicles", help="such as truck,trailer; all: every vehicle")
    door.add_argument("--temperatures", help="what goods may need there, such as chilled,frozen; none: nothing")
    door.add_argument("--pallets-per-hour", type=int, help="0: any number")
    door.add_argument("--lines-per-hour", type=int, help="0: any number")
    door.add_argument("--off", action="store_true", help="out of use")
    door.add_argument("--on", action="store_true", help="in use again")
    answers(door, _door)
    closed = verbs.add_parser("close", help="close a door out of turn; says which trucks are planned there")
    closed.add_argument("name")
    closed.add_argument("--from", dest="start", required=True, metavar="TIME")
    closed.add_argument("--until", required=True, metavar="TIME")
    closed.add_argument("--reason", required=True)
    add_warehouse(closed)
    answers(closed, _close)
    opened_again = verbs.add_parser("reopen", help="open a door again that was closed out of turn")
    opened_again.add_argument("name")
    add_warehouse(opened_again)
    answers(opened_again, _reopen)
    limits = verbs.add_parser("limits", help="what all docks take in an hour together")
    limits.add_argument("--trucks", type=int, help="trucks that may come in an hour; 0: any number")
    limits.add_argument("--pallets", type=int, help="pallets in an hour; 0: any number")
    add_warehouse(limits)
    answers(limits, _limits)
    roster = verbs.add_parser("roster", help="who is there: shown, set, read from a file or written to one")
    roster.add_argument("--day", type=day, help="such as 2026-01-31; today otherwise")
    roster.add_argument("--days", type=int, default=7, help="how many days from there")
    roster.add_argument("--set", dest="times", default="", metavar="FROM-TO", help="a shift of that day: 06:00-14:00")
    roster.add_argument("--people", default="", help="how many; as many as are named otherwise")
    roster.add_argument("--shift", default="", help="what it is called")
    roster.add_argument("--names", default="", help="who, with commas between them")
    roster.add_argument("--file", type=Path, help="shifts from a CSV file: day, from, to, people, shift, names")
    roster.add_argument("--out", type=Path, help="write them to a CSV file that can be read again")
    add_warehouse(roster)
    answers(roster, _roster)
    rates = verbs.add_parser("rates", help="what finished trucks say about minutes a pallet, line and piece")
    rates.add_argument("--adopt", action="store_true", help="make rules of those that fit better than the present ones")
    add_warehouse(rates)
    answers(rates, _rates)


def _doors(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("dock") as desk:
        known = desk.run(lambda unit: doors.doors(unit, site(unit, options)[0]))
        free = desk.run(lambda unit: doors.free_docks(unit, site(unit, options)[0]))
    rows = ((_door_values(one), _door_line(one, output)) for one in known)
    names = ", ".join(one.name for one in free)
    nothing = f"No truck can be booked yet. Docks that could be doors: {names or 'none'}. Say: dock door NAME"
    output.answer_list(Listing("doors", rows, nothing), {"docks": [one.name for one in free]})
    return 0


def _door_values(one: Door) -> dict[str, object]:
    return {
        "door": one.name,
        "address": one.address,
        "direction": one.direction.value if one.direction else _BOTH,
        "hours": write_hours(one.openings),
        "vehicles": sorted(one.vehicles),
        "temperatures": sorted(one.temperatures),
        "pallets_per_hour": one.pallets_per_hour,
        "lines_per_hour": one.lines_per_hour,
        "active": one.active,
    }


def _door_line(one: Door, output: Output) -> str:
    words = output.texts
    parts = [
        f"{one.name:<8}",
        words.text("choices", f"dock_direction.{one.direction or _BOTH}"),
        write_hours(one.openings) or words.text("captions", "docks.always"),
        ", ".join(words.state("vehicle", each) for each in sorted(one.vehicles)),
        ", ".join(sorted(one.temperatures)),
        f"{one.pallets_per_hour} pallets/h" if one.pallets_per_hour else "",
        f"{one.lines_per_hour} lines/h" if one.lines_per_hour else "",
        "" if one.active else words.text("captions", "docks.out_of_use_now"),
    ]
    return "  ".join(part for part in parts if part)


def _door(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Door:
        warehouse, _ = site(unit, options)
        return doors.make_door(unit, warehouse=warehouse, dock=options.name)

    with opened(options, output) as home, home.desk("dock") as desk:
        door = desk.run(work)
        wanted = _changed(door, options)
        if wanted != door:
            desk.run(lambda unit: doors.save_door(unit, wanted))
    output.answer(_door_values(wanted), _door_line(wanted, output))
    return 0


def _changed(door: Door, options: argparse.Namespace) -> Door:
    if options.hours is not None:
        door = replace(door, openings=read_hours("" if options.hours == "always" else options.hours))
    if options.direction is not None:
        door = replace(door, direction=None if options.direction == _BOTH else Direction(options.direction))
    if options.vehicles is not None:
        door = replace(door, vehicles=frozenset(map(_vehicle, _parts(options.vehicles, without="all"))))
    if options.temperatures is not None:
        door = replace(door, temperatures=frozenset(_parts(options.temperatures, without="none")))
    if options.pallets_per_hour is not None:
        door = replace(door, pallets_per_hour=options.pallets_per_hour or None)
    if options.lines_per_hour is not None:
        door = replace(door, lines_per_hour=options.lines_per_hour or None)
    return replace(door, active=options.on or (door.active and not options.off))


def _parts(text: str, *, without: str) -> list[str]:
    return [] if text == without else [part.strip() for part in text.split(",") if part.strip()]


def _vehicle(name: str) -> Vehicle:
    if name not in set(Vehicle):
        raise Refusal("docks.unknown_vehicle", text=name)
    return Vehicle(name)


def _close(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("dock") as desk:
        warehouse, zone = desk.run(lambda unit: site(unit, options))
        start, until = moment(options.start, zone), moment(options.until, zone, end=True)
        door = desk.run(lambda unit: doors.door_named(unit, warehouse, options.name))
        desk.run(lambda unit: doors.close(unit, door=door.id, starts_at=start, ends_at=until, reason=options.reason))
        hit = desk.run(
            lambda unit: doors.hit_by(unit, warehouse=warehouse, door=door.id, starts_at=start, ends_at=until)
        )
    numbers = [one.number for one in hit]
    planned = f" These trucks are planned there and need another door: {', '.join(numbers)}." if numbers else ""
    output.answer({"door": door.name, "planned": numbers}, f"{door.name} is closed.{planned}")
    return 0


def _reopen(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> tuple[str, int]:
        warehouse, _ = site(unit, options)
        door = doors.door_named(unit, warehouse, options.name)
        plan = planning.plan_of(unit, warehouse=warehouse, first=planning.today(unit, warehouse), days=30)
        mine = [one for one in plan.closures if one.door == door.id]
        for closure in mine:
            doors.reopen(unit, closure.id)
        return door.name, len(mine)

    with opened(options, output) as home, home.desk("dock") as desk:
        name, count = desk.run(work)
    output.answer({"door": name, "reopened": count}, f"{name} is open by its hours again.")
    return 0


def _limits(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Limits:
        warehouse, _ = site(unit, options)
        now = doors.limits(unit, warehouse)
        trucks = now.trucks_per_hour if options.trucks is None else options.trucks or None
        pallets = now.pallets_per_hour if options.pallets is None else options.pallets or None
        wanted = Limits(trucks, pallets)
        if wanted != now:
            doors.limit(unit, warehouse=warehouse, limits=wanted)
        return wanted

    with opened(options, output) as home, home.desk("dock") as desk:
        held = desk.run(work)
    told = [f"{most or 'any number of'} {what} an hour"
            for what, most in (("trucks", held.trucks_per_hour), ("pallets", held.pallets_per_hour))]  # fmt: skip
    output.answer(
        {"trucks_per_hour": held.trucks_per_hour, "pallets_per_hour": held.pallets_per_hour},
        f"All docks together: {', '.join(told)}.",
    )
    return 0


def _roster(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("dock") as desk:
        warehouse, _ = desk.run(lambda unit: site(unit, options))
        first = options.day or desk.run(lambda unit: planning.today(unit, warehouse))
        if new := _new_shifts(options, first):
            desk.run(lambda unit: doors.save_shifts(unit, warehouse=warehouse, shifts=new))
        last = first + timedelta(days=max(1, options.days) - 1)
        known = desk.run(lambda unit: doors.shifts(unit, warehouse=warehouse, first=first, last=last))
    if options.out is not None:
        with replacing(options.out) as file:
            file.write(write_roster(known).encode("utf-8-sig"))
        output.answer({"file": str(options.out), "rows": len(known)}, f"{len(known)} shifts in {options.out}")
        return 0
    rows = (({name: getattr(one, name) for name in one.__slots__}, _shift_line(one)) for one in known)
    output.answer_list(Listing("shifts", rows, "Nobody has said who is there."), {"saved": len(new)})
    return 0


def _new_shifts(options: argparse.Namespace, first: date) -> tuple[Shift, ...]:
    if options.file is not None:
        try:
            return read_roster(options.file.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise Refusal("docks.roster_file", file=options.file) from error
    if options.times:
        shift = shift_of(day=first, times=options.times, people=options.people, name=options.shift, names=options.names)
        return (shift,)
    return ()


def _shift_line(one: Shift) -> str:
    times = f"{clock(one.starts)}-{clock(one.ends)}"
    return f"{one.day:%a %Y-%m-%d}  {times}  {one.people:>3}  {one.name}  {one.names}".rstrip()


def _rates(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("dock") as desk:
        warehouse, _ = desk.run(lambda unit: site(unit, options))
        found = desk.run(lambda unit: doors.learned(unit, warehouse=warehouse))
        better = [one for one in found if one.better]
        version = desk.run(lambda unit: doors.adopt(unit, warehouse=warehouse, wanted=better)) if options.adopt else 0
    rows = ((_learned_values(one), _learned_line(one, output)) for one in found)
    nothing = "Too few trucks were finished to learn from: eight of a kind at least."
    output.answer_list(Listing("learned", rows, nothing), {"version": version})
    return 0


def _learned_values(one: Learned) -> dict[str, object]:
    return {
        "direction": one.direction.value, "vehicle": one.vehicle.value, "trucks": one.trucks,
        "off_before": one.off_before, "off_after": one.off_after, **one.rule()["then"],
    }  # fmt: skip


def _learned_line(one: Learned, output: Output) -> str:
    words, rates = output.texts, one.rates
    return (
        f"{words.text('choices', f'dock_direction.{one.direction}'):<10}"
        f" {words.state('vehicle', one.vehicle):<14} {one.trucks:>4} trucks:"
        f" {rates.per_truck} min a truck, {rates.per_pallet} a pallet, {rates.per_line} a line,"
        f" {rates.per_piece} a piece;"
        f" off by {one.off_after} min instead of {one.off_before}"
    )
