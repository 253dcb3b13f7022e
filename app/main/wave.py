"""`wave`: which orders are released together, on which walks; before that, what it would be."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.domain.values import format_quantity
from app.domain.waves import Asked, OrderType, Plan, PlannedWalk, Short
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened, require_ending
from app.main.pick import above_zero, teller, whole
from app.main.pick_shifts import add_shifts, load_line, load_values
from app.reports.cart_labels import CartLabel, write_cart_labels
from app.services import carts, clock, waves
from app.services.carts import Cart
from app.services.waves import Walk, Wave
from app.services.work import UnitOfWork, Worker


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `wave` and what can be done with waves."""
    parser = commands.add_parser("wave", help="orders released together: plan, release, list, show, cancel, assign")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    planned = verbs.add_parser("plan", help="what a wave would be: walks, metres, minutes, people; nothing is booked")
    _asking(planned)
    answers(planned, _plan)
    released = verbs.add_parser("release", help="release a wave, or one that was planned before")
    released.add_argument("number", nargs="?", default="", help="a planned wave; otherwise a new one is made")
    released.add_argument("--planned", action="store_true", help="keep the new one planned; nobody picks it yet")
    _asking(released)
    answers(released, _release)
    _with_warehouse(verbs.add_parser("list", help="waves and how far they are"), _list)
    _with_warehouse(verbs.add_parser("show", help="the walks of a wave, or one walk"), _show).add_argument("number")
    cancel = _with_warehouse(
        verbs.add_parser("cancel", help="take a wave or a walk back, as far as not begun"), _cancel
    )
    cancel.add_argument("number")
    cancel.add_argument("--reason", default="")
    _add_carts(verbs)
    add_shifts(verbs)
    assign = _with_warehouse(verbs.add_parser("assign", help="keep a walk for a person"), _assign)
    assign.add_argument("number")
    assign.add_argument("person", nargs="?", default="", help="their name; otherwise whoever comes takes it")


def _add_carts(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    known = _with_warehouse(verbs.add_parser("carts", help="picking carts; add one, change one, print labels"), _carts)
    known.add_argument("--save", metavar="NUMBER", default="", help="add this cart, or change it")
    known.add_argument("--name", default="")
    known.add_argument("--slots", type=whole, default=8, help="for how many totes it has room; 8 otherwise")
    known.add_argument("--litres", type=above_zero, help="what it holds; any volume otherwise")
    known.add_argument("--kg", type=above_zero, help="what it carries; any weight otherwise")
    known.add_argument("--retired", action="store_true", help="out of use")
    known.add_argument("--pdf", type=Path, help="write labels of all carts")


def _carts(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.pdf, ".pdf")
    with opened(options, output) as home, home.desk("wave") as desk:

        def work(unit: UnitOfWork) -> tuple[Cart, ...]:
            place = warehouse_of(unit, options.warehouse)
            if options.save:
                room = (options.slots, options.litres, options.kg)
                carts.save(unit, place, Cart(options.save, options.name, *room, active=not options.retired))
            return carts.carts(unit, place)

        found = desk.run(work)
    if options.pdf:
        labels = [CartLabel(one.number, one.name, one.slots) for one in found if one.active]
        write_cart_labels(options.pdf, labels, output.texts, printed_at=clock.now())
    rows = ((asdict(one), f"{one.number:<20} {one.slots:>3} totes  {one.name}  {one.walk}".rstrip()) for one in found)
    output.answer_list(Listing("carts", rows, "No cart is known here."))
    return 0


def _with_warehouse(
    parser: argparse.ArgumentParser, work: Callable[[argparse.Namespace, Output], int]
) -> argparse.ArgumentParser:
    parser.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    answers(parser, work)
    return parser


def _asking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    parser.add_argument("--carrier", action="append", default=[], help="only orders for this carrier; again for more")
    parser.add_argument("--zone", action="append", default=[], help="only orders that lie in these zones")
    parser.add_argument("--order", action="append", default=[], help="only this order; again for more")
    parser.add_argument("--type", choices=[one.value for one in OrderType], help="orders for one item, or for several")
    parser.add_argument("--priority", type=int, help="this one or a more urgent one")
    parser.add_argument("--whole", action="store_true", help="only orders of which nothing is missing")
    parser.add_argument("--until", type=_moment, help="carriers that leave by then: 2026-11-23T14:30+01:00")
    parser.add_argument(
        "--people", type=whole, help="how many pick at the same time; those of the shifts otherwise, or one"
    )
    parser.add_argument("--within", type=whole, metavar="MINUTES", help="how long they have time")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"must be a day and a time with its zone, not {text}")
    return found


def _asked(options: argparse.Namespace) -> Asked:
    return Asked(
        carriers=tuple(options.carrier),
        zones=tuple(options.zone),
        order_type=OrderType(options.type) if options.type else None,
        priority=options.priority,
        until=options.until,
        numbers=tuple(number.upper() for number in options.order),
        whole=options.whole,
        people=options.people,
        within_minutes=options.within,
    )


def _planned(desk: Worker, options: argparse.Namespace, output: Output) -> tuple[UUID, Plan, Asked]:
    ground = desk.run(lambda unit: waves.read_ground(unit, warehouse_of(unit, options.warehouse)))
    asked = _asked(options)
    return ground.warehouse, waves.plan(ground, asked, now=clock.now(), progress=teller(output)), asked


def _plan(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("wave") as desk:
        _, found, _ = _planned(desk, options, output)
    rows = ((_walk_values(walk), _walk_line(walk)) for walk in found.walks)
    nothing = "No walk can be made of these orders." if found.left_out else "No order waits that was asked for."
    output.answer_list(Listing("walks", rows, nothing), _plan_values(found))
    for line in _plan_lines(found):
        output.say(line)
    return 0


def _release(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("wave") as desk:
        if options.number:
            desk.run(lambda unit: waves.decide(unit, warehouse_of(unit, options.warehouse), options.number, "released"))
            output.answer({"wave": options.number}, f"{options.number} can be picked.")
            return 0
        warehouse, found, asked = _planned(desk, options, output)
        if not found.walks:
            nothing = "No walk can be made of what was asked for. Nothing was released."
            output.answer({"wave": None, "walks": []}, nothing, *_plan_lines(found))
            return 1
        done = desk.run(lambda unit: waves.release(unit, warehouse, found, asked, planned=options.planned))
    left = f" Left out: {', '.join(done.left_out)}." if done.left_out else ""
    output.answer(
        {"wave": done.number, "walks": done.walks, "left_out": done.left_out} | _plan_values(found),
        f"{done.number}: {', '.join(done.walks)}.{left}",
        *_plan_lines(found),
    )
    return 0


def _list(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("wave") as desk:
        found = desk.run(lambda unit: waves.waves(unit, warehouse_of(unit, options.warehouse)))
    rows = ((_wave_values(one), _wave_line(one)) for one in found)
    output.answer_list(Listing("waves", rows, "There are no waves."))
    return 0


def _show(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("wave") as desk:
        found = desk.run(lambda unit: waves.walks_of(unit, warehouse_of(unit, options.warehouse), options.number))
    rows = ((_walk_state(one), f"{_state_line(one):<60}{', '.join(one.numbers)}") for one in found)
    output.answer_list(Listing("walks", rows, "The wave has no walks."))
    return 0


def _cancel(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("wave") as desk:
        desk.run(
            lambda unit: waves.decide(
                unit, warehouse_of(unit, options.warehouse), options.number, "cancelled", reason=options.reason
            )
        )
    of_one = options.number.upper().startswith("WALK-")
    rest = (
        "whoever walks it stops, and what is picked stays in its totes"
        if of_one
        else "what was begun is picked to the end"
    )
    said = f"{options.number} is taken back; {rest}."
    output.answer({"cancelled": options.number}, said)
    return 0


def _assign(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("wave") as desk:
        desk.run(lambda unit: waves.assign(unit, warehouse_of(unit, options.warehouse), options.number, options.person))
    whom = options.person or "whoever comes"
    output.answer({"walk": options.number, "person": options.person}, f"{options.number} is kept for {whom}.")
    return 0


# - in words and in JSON -


def _plan_values(found: Plan) -> dict[str, object]:
    return {
        "metres": found.metres,
        "first_come_metres": found.first_come_metres,
        "minutes": found.minutes,
        "ends_minutes": found.ends,
        "late_walks": found.late,
        "people_needed": found.people,
        "unreached": found.unreached,
        "shifts": [load_values(one) for one in found.loads],
        "left_out": [{"order": one.number, "why": one.why.value, "about": one.about} for one in found.left_out],
        "shorts": [{"order": one.number, "lines": one.lines, "missing": _missing(one)} for one in found.shorts],
    }


def _plan_lines(found: Plan) -> Iterator[str]:
    if found.walks:
        metres, before = format_quantity(found.metres), format_quantity(found.first_come_metres)
        yield f"Walks: {len(found.walks)}, {metres} m ({before} m as they are due), {found.minutes} minutes of work."
        yield f"The last one is back in {found.ends} minutes; too late for their carriers: {found.late}."
        people = "no number is enough" if found.people is None else found.people
        yield f"People needed for every carrier: {people}."
    if found.unreached:
        bins = ", ".join(found.unreached)
        yield f"No open aisle leads to {bins}; these picks come last, and the metres leave them out."
    for load in found.loads:
        yield load_line(load)
    for short in found.shorts:
        yield f"{short.number} goes with goods missing: {_missing(short)}."
    for one in found.left_out:
        yield f"{one.number} does not fit: {_WHY[one.why.value]}{f' ({one.about})' if one.about else ''}."


def _missing(short: Short) -> str:
    return ", ".join(f"{format_quantity(one.quantity, one.unit)} {one.sku}" for one in short.missing)


_WHY: Mapping[str, str] = {
    "short": "goods of it are missing",
    "held": "it is held",
    "not_reserved": "no goods are reserved for it",
    "in_hand": "somebody is picking it",
    "no_rule": "no rule speaks of it",
    "too_big": "no cart takes it; pick it for itself",
    "not_waiting": "it does not wait to be picked: it is on a walk, picked, or not released",
    "no_people": "nobody of the shifts walks there, or has the time",
    "no_time": "there is no time for its walk, which would end after so many minutes",
}


def _walk_values(walk: PlannedWalk) -> dict[str, object]:
    return {
        "orders": walk.numbers,
        "stream": walk.manner.stream,
        "mode": walk.manner.mode.value,
        "zone": walk.zone_name,
        "picks": walk.picks,
        "metres": walk.metres,
        "minutes": walk.minutes,
        "cut_off": walk.cut_off,
        "shift": walk.crew_name,
        "person": walk.person,
        "ends_minutes": walk.ends,
        "late": walk.late,
        "unreached": walk.unreached,
        "undrawn": walk.undrawn,
    }


def _walk_line(walk: PlannedWalk) -> str:
    late = "  LATE" if walk.late else ""
    rest = f"  ({len(walk.undrawn)} bins on no plan)" if walk.undrawn else ""
    kind = " ".join(filter(None, (walk.manner.stream, walk.zone_name)))
    way = f"{format_quantity(walk.metres):>5} m {walk.minutes:>6} min {walk.picks:>4} picks"
    return f"{way}  {kind}: {', '.join(walk.numbers)}{rest}{late}"


def _wave_values(one: Wave) -> dict[str, object]:
    return {
        "wave": one.number,
        "decision": one.decision,
        "walks": one.walks,
        "walks_done": one.walks_done,
        "orders": one.orders,
        "picks": one.picks,
        "picks_done": one.done,
        "metres": one.metres,
        "minutes": one.minutes,
    }


def _wave_line(one: Wave) -> str:
    number = one.number or "as they come"
    return f"{number:<14} {one.decision:<10} {one.walks_done}/{one.walks} walks  {one.done}/{one.picks} picks"


def _walk_state(one: Walk) -> dict[str, object]:
    return {
        "walk": one.number,
        "decision": one.decision,
        "mode": one.mode,
        "zone": one.zone,
        "orders": one.numbers,
        "picks": one.picks,
        "picks_done": one.done,
        "metres": one.metres,
        "minutes": one.minutes,
        "person": one.person,
        "assigned": one.assigned,
        "on_paper": one.listed,
    }


def _state_line(one: Walk) -> str:
    who = one.person or (f"for {one.assigned}" if one.assigned else "")
    return f"{one.number:<13} {one.decision:<10} {one.done:>3}/{one.picks:<3} picks  {one.metres:>5} m  {who}"
