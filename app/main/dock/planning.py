"""`dock appointments`, `propose`, `book`, `move`, `repeat`, and what is decided about an appointment beforehand."""

import argparse
from datetime import timedelta
from pathlib import Path

from app.domain.docks import WEEKDAYS, Appointment, Direction, DoorOffer, Plan, State, read_hours
from app.main.dock.showing import Verbs, add_load, add_warehouse, line, load_of, moment, said, site, values
from app.main.entering import day
from app.main.output import Listing, Output, answers, opened
from app.reports.dock_calendar import write_calendar
from app.services import clock
from app.services.docks import doors, planning
from app.services.docks.planning import Booked, Draft, Passage, Proposal
from app.services.work import UnitOfWork

_DECISIONS = {
    "confirm": (State.CONFIRMED, "the carrier has agreed to it"),
    "unconfirm": (State.PLANNED, "the carrier has not agreed after all"),
    "no-show": (State.NO_SHOW, "the truck never came; its door is free"),
    "cancel": (State.CANCELLED, "the truck will not come; its door is free"),
}


def add(verbs: Verbs) -> None:
    """Declare what planners do."""
    shown = verbs.add_parser("appointments", help="who comes when to which door")
    add_warehouse(shown)
    shown.add_argument("--day", type=day, help="such as 2026-01-31; today otherwise")
    shown.add_argument("--days", type=int, default=1, help="how many days from there")
    answers(shown, _appointments)
    waiting = verbs.add_parser("waiting", help="documents for which no truck has an appointment")
    waiting.add_argument("--outbound", action="store_true", help="what leaves; what is expected otherwise")
    add_warehouse(waiting)
    answers(waiting, _waiting)
    proposed = verbs.add_parser("propose", help="the earliest good time at each door, and why not earlier")
    add_warehouse(proposed)
    add_load(proposed)
    proposed.add_argument("--earliest", default="", metavar="TIME", help="not before; now otherwise")
    answers(proposed, _propose)
    booked = verbs.add_parser("book", help="plan an appointment; without --at at the earliest good time")
    add_warehouse(booked)
    add_load(booked)
    _add_window(booked)
    booked.add_argument("--plate", default="")
    booked.add_argument("--driver", default="")
    answers(booked, _book)
    moved = verbs.add_parser("move", help="another door, time or length for an appointment")
    _add_number(moved)
    _add_window(moved)
    answers(moved, _move)
    for verb, (state, meaning) in _DECISIONS.items():
        decided = verbs.add_parser(verb, help=meaning)
        _add_number(decided)
        decided.add_argument("--reason", default="")
        decided.set_defaults(state=state)
        answers(decided, _decide)
    again = verbs.add_parser("repeat", help="the same appointment again on these weekdays")
    _add_number(again)
    again.add_argument("--on", required=True, metavar="DAYS", help=f"such as Tu,Th or Mo-Fr ({', '.join(WEEKDAYS)})")
    again.add_argument("--until", required=True, type=day, help="the last day, such as 2026-01-31")
    answers(again, _repeat)
    story = verbs.add_parser("history", help="what became of an appointment, and by whom")
    _add_number(story)
    answers(story, _history)
    _add_looking(verbs)


def _add_looking(verbs: Verbs) -> None:
    found = verbs.add_parser(
        "find", help="appointments of any day by words: number, plate, carrier, partner, documents"
    )
    found.add_argument("words")
    add_warehouse(found)
    answers(found, _find)
    back = verbs.add_parser("take-back", help="take back the last step of a truck: it is again what it was before")
    _add_number(back)
    answers(back, _take_back)
    file = verbs.add_parser("calendar", help="appointments as a file that other calendars read (.ics)")
    add_warehouse(file)
    file.add_argument("--day", type=day, help="such as 2026-01-31; today otherwise")
    file.add_argument("--days", type=int, default=28, help="how many days from there")
    file.add_argument("--out", type=Path, required=True)
    answers(file, _calendar)


def _add_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", help="its number, its plate, or the number of one of its documents")
    add_warehouse(parser)


def _add_window(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--door", default="", help="its name")
    parser.add_argument("--at", default="", metavar="TIME", help="such as 2026-01-31T10:00, by the warehouse's clock")
    parser.add_argument("--until", default="", metavar="TIME", help="as long as its work takes otherwise")
    parser.add_argument("--reason", default="", help="why it is planned against what speaks against it")


def _appointments(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("dock") as desk:
        warehouse, zone = desk.run(lambda unit: site(unit, options))
        first = options.day or desk.run(lambda unit: planning.today(unit, warehouse))
        count = max(1, min(options.days, 100))
        plan = desk.run(lambda unit: planning.plan_of(unit, warehouse=warehouse, first=first, days=count))
    start, last = first, first + timedelta(days=count - 1)
    found = [one for one in plan.appointments if start <= one.starts_at.astimezone(zone).date() <= last]
    rows = ((values(one, plan), line(one, plan, output)) for one in found)
    output.answer_list(Listing("appointments", rows, "No truck has an appointment."))
    return 0


def _find(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> tuple[Plan, tuple[Appointment, ...]]:
        warehouse, _ = site(unit, options)
        found = planning.found(unit, warehouse=warehouse, words=options.words)
        return planning.plan_of(unit, warehouse=warehouse, first=planning.today(unit, warehouse)), found

    with opened(options, output) as home, home.desk("dock") as desk:
        plan, found = desk.run(work)
    rows = ((values(one, plan), line(one, plan, output)) for one in found)
    output.answer_list(Listing("appointments", rows, "No appointment of any day has these words."))
    return 0


def _calendar(options: argparse.Namespace, output: Output) -> int:
    count = max(1, min(options.days, 366))

    def work(unit: UnitOfWork) -> Plan:
        warehouse, _ = site(unit, options)
        first = options.day or planning.today(unit, warehouse)
        return planning.plan_of(unit, warehouse=warehouse, first=first, days=count)

    with opened(options, output) as home, home.desk("dock") as desk:
        plan = desk.run(work)
    written = write_calendar(
        options.out, plan.appointments, plan, texts=output.texts, place=options.warehouse, now=clock.now()
    )
    output.answer({"file": str(options.out), "appointments": written}, f"{options.out}: {written} appointments")
    return 0


def _take_back(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> tuple[str, State]:
        warehouse, _ = site(unit, options)
        known = planning.found(unit, warehouse=warehouse, words=options.number)  # also those that have left
        one = known[0] if known else planning.look_up(unit, warehouse=warehouse, number=options.number)
        return planning.take_back(unit, appointment=one.id)

    with opened(options, output) as home, home.desk("dock") as desk:
        number, state = desk.run(work)
    output.answer({"number": number, "state": state.value}, f"{number}: {output.texts.state('dock_state', state)}")
    return 0


def _waiting(options: argparse.Namespace, output: Output) -> int:
    way = Direction.OUTBOUND if options.outbound else Direction.INBOUND
    with opened(options, output) as home, home.desk("dock") as desk:
        found = desk.run(lambda unit: planning.waiting(unit, warehouse=site(unit, options)[0], direction=way))
    rows = (
        (
            {name: getattr(one, name) for name in one.__slots__},
            f"{one.number:<16} {one.due or '':<12} {one.partner_name:<28} {one.lines} lines, {one.pallets} pallets",
        )
        for one in found
    )
    output.answer_list(Listing("documents", rows, "Every document that is expected has its truck."))
    return 0


def _propose(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Proposal:
        warehouse, zone = site(unit, options)
        return planning.propose_slots(
            unit,
            warehouse=warehouse,
            load=load_of(options),
            earliest=moment(options.earliest, zone) if options.earliest else clock.now(),
            documents=planning.find_documents(unit, warehouse=warehouse, numbers=options.documents),
        )

    with opened(options, output) as home, home.desk("dock") as desk:
        found = desk.run(work)
    rows = ((_offer_values(one, found, output), _offer_line(one, found, output)) for one in found.offers)
    work_min, people = found.effort.work_min, found.effort.people
    title = f"{work_min} minutes of work, {people} people, {found.effort.duration_min} minutes at the door."
    facts = {"work_min": work_min, "people": people, "duration_min": found.effort.duration_min}
    output.answer_list(Listing("offers", rows, "This warehouse has no doors for trucks.", title), facts)
    return 0


def _offer_values(one: DoorOffer, found: Proposal, output: Output) -> dict[str, object]:
    times = (at.astimezone(found.plan.zone).isoformat() if at else None for at in (one.starts_at, one.ends_at))
    start, end = times
    return {
        "door": one.door.name,
        "starts_at": start,
        "ends_at": end,
        "not_earlier": [{"problem": each.problem.value, **each.facts} for each in one.why],
        "words": said(one.why, output),
    }


def _offer_line(one: DoorOffer, found: Proposal, output: Output) -> str:
    when = f"{one.starts_at.astimezone(found.plan.zone):%Y-%m-%d %H:%M}" if one.starts_at else "no time found"
    return f"{one.door.name:<8} {when:<18} {' '.join(said(one.why, output))}".rstrip()


def _book(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Booked:
        warehouse, zone = site(unit, options)
        draft = Draft(
            load=load_of(options),
            starts_at=moment(options.at, zone) if options.at else clock.now(),
            ends_at=moment(options.until, zone) if options.until else None,
            door=doors.door_named(unit, warehouse, options.door).id if options.door else None,
            plate=options.plate,
            driver=options.driver,
            documents=planning.find_documents(unit, warehouse=warehouse, numbers=options.documents),
            reason=options.reason,
        )
        if not options.at:
            draft = planning.at_best(unit, warehouse=warehouse, draft=draft)
        return planning.book(unit, warehouse=warehouse, draft=draft)

    with opened(options, output) as home, home.desk("dock") as desk:
        booked = desk.run(work)
    return _told(booked, "is planned", output)


def _move(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Booked:
        warehouse, zone = site(unit, options)
        one = planning.look_up(unit, warehouse=warehouse, number=options.number)
        start = moment(options.at, zone) if options.at else one.starts_at
        end = moment(options.until, zone) if options.until else start + (one.ends_at - one.starts_at)
        door = doors.door_named(unit, warehouse, options.door).id if options.door else one.door
        return planning.move(
            unit, warehouse=warehouse, one=one, door=door, starts_at=start, ends_at=end, reason=options.reason
        )

    with opened(options, output) as home, home.desk("dock") as desk:
        moved = desk.run(work)
    return _told(moved, "is moved", output)


def _told(booked: Booked, outcome: str, output: Output) -> int:
    facts = {"number": booked.number, "starts_at": booked.starts_at, "ends_at": booked.ends_at}
    noted = [one.problem.value for one in booked.found]
    output.answer(facts | {"noted": noted}, f"{booked.number} {outcome}.", *said(booked.found, output))
    return 0


def _decide(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> str:
        one = planning.look_up(unit, warehouse=site(unit, options)[0], number=options.number)
        return planning.advance(unit, appointment=one.id, state=options.state, reason=options.reason)

    with opened(options, output) as home, home.desk("dock") as desk:
        number = desk.run(work)
    state = output.texts.state("dock_state", options.state)
    output.answer({"number": number, "state": options.state.value}, f"{number}: {state}")
    return 0


def _repeat(options: argparse.Namespace, output: Output) -> int:
    weekdays = sorted({one.weekday for one in read_hours(f"{options.on} 0-24")})
    with opened(options, output) as home, home.desk("dock") as desk:
        warehouse = desk.run(lambda unit: site(unit, options)[0])
        one = desk.run(lambda unit: planning.look_up(unit, warehouse=warehouse, number=options.number))
        made, left_out = desk.run(
            lambda unit: planning.repeat(unit, warehouse=warehouse, one=one, weekdays=weekdays, until=options.until)
        )
    lines = [f"{at}: {' '.join(said((why,), output))}" for at, why in left_out]
    output.answer(
        {
            "made": [each.number for each in made],
            "left_out": [{"day": at, "problem": why.problem.value} for at, why in left_out],
        },
        f"{len(made)} appointments are planned, {len(left_out)} days are left out.",
        *lines,
    )
    return 0


def _what(each: Passage, output: Output) -> str:
    step = output.texts.state("dock_state", each.what)
    if not each.taken_back_by:
        return step
    return output.texts.text("captions", "docks.taken_back", {"step": step, "person": each.taken_back_by})


def _history(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("dock") as desk:
        warehouse, zone = desk.run(lambda unit: site(unit, options))
        one = desk.run(lambda unit: planning.look_up(unit, warehouse=warehouse, number=options.number))
        found = desk.run(lambda unit: planning.history(unit, one.id))
    rows = (
        (
            {name: getattr(each, name) for name in each.__slots__},
            f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}  "
            f"{_what(each, output):<14} {each.door:<8}"
            f" {each.starts_at.astimezone(zone):%m-%d %H:%M}  {each.person}  {each.reason}".rstrip(),
        )
        for each in found
    )
    output.answer_list(Listing("history", rows, "Nothing became of it yet."))
    return 0
