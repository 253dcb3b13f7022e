"""`dock check-in`, `to-door`, `start`, `done`, `check-out`, `board`: the gate, and what stands where."""

import argparse

from app.domain.docks import Appointment, BoardRow, Door, Plan, State
from app.main.dock.showing import Verbs, add_load, add_warehouse, line, load_of, site, values
from app.main.output import Listing, Output, answers, opened
from app.services.docks import doors, planning, trucks
from app.services.work import UnitOfWork

_STEPS = {
    "to-door": (State.AT_DOOR, "the truck stands at a door, its own or --door"),
    "back": (State.ARRIVED, "the truck waits again, away from the door"),
    "start": (State.WORKING, "unloading or loading begins"),
    "done": (State.DONE, "unloading or loading is done"),
    "check-out": (State.LEFT, "the truck leaves"),
}


def add(verbs: Verbs) -> None:
    """Declare what the gate does."""
    came = verbs.add_parser("check-in", help="a truck is here; --unplanned where it has no appointment")
    came.add_argument("code", help="its number, its plate, or the number of one of its documents or pallets")
    came.add_argument("--unplanned", action="store_true", help="it has no appointment; the code is its plate")
    came.add_argument("--driver", default="")
    add_warehouse(came)
    add_load(came)
    answers(came, _check_in)
    for verb, (state, meaning) in _STEPS.items():
        step = verbs.add_parser(verb, help=meaning)
        step.add_argument("code", help="its number, its plate, or the number of one of its documents or pallets")
        step.add_argument("--reason", default="", help="why it leaves before its receipt is ended, or undone")
        if state is State.AT_DOOR:
            step.add_argument("--door", default="", help="another one than its own")
        step.set_defaults(state=state)
        add_warehouse(step)
        answers(step, _step)
    shown = verbs.add_parser("board", help="what stands at each door now, and what comes next")
    add_warehouse(shown)
    answers(shown, _board)


def _check_in(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> str:
        warehouse, _ = site(unit, options)
        if options.unplanned:
            load = load_of(options)
            papers = planning.find_documents(unit, warehouse=warehouse, numbers=options.documents)
            return trucks.walk_in(
                unit, warehouse=warehouse, load=load, plate=options.code, driver=options.driver, documents=papers,
            ).number  # fmt: skip
        one = planning.look_up(unit, warehouse=warehouse, number=options.code)
        return planning.advance(unit, appointment=one.id, state=State.ARRIVED)

    with opened(options, output) as home, home.desk("dock") as desk:
        number = desk.run(work)
        plan, one, free = desk.run(lambda unit: _where(unit, options, number))
    names = [door.name for door in free]
    told = f"Free doors that suit it: {', '.join(names)}." if names else "No door that suits it is free."
    output.answer(values(one, plan) | {"free_doors": names}, line(one, plan, output), told)
    return 0


def _where(unit: UnitOfWork, options: argparse.Namespace, number: str) -> tuple[Plan, Appointment, tuple[Door, ...]]:
    """The plan of today, the truck in it, and the doors that it can be sent to."""
    warehouse, _ = site(unit, options)
    plan = planning.plan_of(unit, warehouse=warehouse, first=planning.today(unit, warehouse))
    one = planning.look_up(unit, warehouse=warehouse, number=number)
    return plan, one, trucks.free_doors(plan, one)


def _step(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> str:
        warehouse, _ = site(unit, options)
        one = planning.look_up(unit, warehouse=warehouse, number=options.code)
        wanted = getattr(options, "door", "")
        door = doors.door_named(unit, warehouse, wanted).id if wanted else None
        return planning.advance(unit, appointment=one.id, state=options.state, door=door, reason=options.reason)

    with opened(options, output) as home, home.desk("dock") as desk:
        number = desk.run(work)
    state = output.texts.state("dock_state", options.state)
    output.answer({"number": number, "state": options.state.value}, f"{number}: {state}")
    return 0


def _board(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("dock") as desk:
        _, rows = desk.run(lambda unit: trucks.board_of(unit, warehouse=site(unit, options)[0]))
    listed = ((_row_values(row), _row_line(row, output)) for row in rows)
    output.answer_list(Listing("doors", listed, "This warehouse has no doors for trucks."))
    return 0


def _row_values(row: BoardRow) -> dict[str, object]:
    return {
        "door": row.door.name,
        "now": row.now.number if row.now else None,
        "state": row.now.state.value if row.now else None,
        "next": row.next.number if row.next else None,
        "left_min": row.left_min,
        "next_in_min": row.next_in_min,
        "late_min": row.late_min,
        "closed": row.closed,
    }


def _row_line(row: BoardRow, output: Output) -> str:
    def named(code: str, **facts: object) -> str:
        return output.texts.text("captions", code, facts)

    parts = [f"{row.door.name:<8}"]
    if row.closed:
        parts.append(f"{named('docks.closed_now')}: {row.closed}")
    if row.now:
        state = output.texts.state("dock_state", row.now.state)
        parts.append(f"{row.now.number} {row.now.load.carrier or row.now.partner_name}  {state}")
        parts.append(named("docks.minutes_left" if (row.left_min or 0) >= 0 else "docks.minutes_over",
                           minutes=abs(row.left_min or 0)))  # fmt: skip
    if row.next:
        parts.append(f"{named('docks.next')}: {row.next.number} {row.next.load.carrier or row.next.partner_name}")
        parts.append(named("docks.comes_in" if (row.next_in_min or 0) >= 0 else "docks.is_late",
                           minutes=abs(row.next_in_min or 0)))  # fmt: skip
    return "  ".join(part for part in parts if part)
