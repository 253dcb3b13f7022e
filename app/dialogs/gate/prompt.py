"""What the gate shows: the truck in hand with all that is known of it, what comes next, and who is here."""

from app.dialogs.dialog import Choice, Feedback, ItemPanel, Prompt, Row
from app.dialogs.gate.facts import GateFacts
from app.dialogs.gate.state import DOOR, REASON, WAY, GateState
from app.domain.docks import AWAITED, Appointment, Direction, State, Timing, timing_of, trucks_here

COLUMNS = ("docks.number", "docks.plate", "docks.carrier", "docks.door", "docks.dock_state")
REASONS = ("COUNTED_LATER", "SENT_AWAY", "REFUSED_GOODS", "WRONG_PLACE")
"""Why a truck may leave before its receipt is ended, or before it was worked on."""
COMMANDS = {
    State.PLANNED: ("CHECK_IN",),
    State.CONFIRMED: ("CHECK_IN",),
    State.NO_SHOW: ("CHECK_IN",),
    State.ARRIVED: ("TO_DOOR", "LEAVE_ANYWAY"),
    State.AT_DOOR: ("START_WORK", "WAIT_AGAIN", "LEAVE_ANYWAY"),
    State.WORKING: ("WORK_DONE",),
    State.DONE: ("CHECK_OUT", "LEAVE_ANYWAY", "START_WORK"),
}
"""What can be done with a truck in each state; the first of them is also done by scanning it again."""


def show(state: GateState, facts: GateFacts, feedback: Feedback | None) -> Prompt:
    """The prompt of a state."""
    one = facts.truck(state.truck)
    if state.asking == WAY:
        return _unknown(state, facts, feedback)
    if state.offered:
        return Prompt(
            "gate.which_truck",
            feedback=feedback,
            choices=tuple(_choice(facts.truck(each), facts) for each in state.offered if facts.truck(each)),
            commands=("CANCEL",),
        )
    if one is None:
        return Prompt(
            "gate.scan_truck", feedback=feedback, columns=COLUMNS, rows=_here(facts, None),
            commands=("UNPLANNED",) if state.words else (),
        )  # fmt: skip
    return Prompt(
        instruction=_instruction(state, one, facts),
        facts={"number": one.number, "door": facts.plan.name_of(one.door)},
        document=one.number,
        item=_panel(one, facts),
        feedback=feedback,
        columns=COLUMNS,
        rows=_here(facts, one),
        choices=_choices(state, one, facts),
        commands=("CANCEL",) if state.asking else (*COMMANDS.get(one.state, ()), "NEXT_TRUCK"),
    )


def _unknown(state: GateState, facts: GateFacts, feedback: Feedback | None) -> Prompt:
    ways = tuple(Choice(each.value.upper(), f"dock_direction.{each}") for each in Direction)
    return Prompt(
        "gate.which_way", {"scan": state.words}, feedback=feedback, choices=ways, commands=("CANCEL",),
        columns=COLUMNS, rows=_here(facts, None),
    )  # fmt: skip


def _instruction(state: GateState, one: Appointment, facts: GateFacts) -> str:
    if state.asking == REASON:
        return "gate.why_leave"
    if state.asking == DOOR:
        return "gate.choose_door" if facts.free_doors(one) else "gate.no_door"
    if one.state in (*AWAITED, State.NO_SHOW):
        return "gate.check_in"
    return f"gate.is_{one.state}"


def _choices(state: GateState, one: Appointment, facts: GateFacts) -> tuple[Choice, ...]:
    if state.asking == REASON:
        return tuple(Choice(reason, f"leave.{reason}") for reason in REASONS)
    if state.asking == DOOR:
        return tuple(
            Choice(str(door.id), "gate.own_door" if door.id == one.door else "gate.other_door", {"door": door.name})
            for door in facts.free_doors(one)
        )
    return ()


def _choice(one: Appointment | None, facts: GateFacts) -> Choice:
    assert one is not None
    start = one.starts_at.astimezone(facts.plan.zone)
    told = {"number": one.number, "time": f"{start:%m-%d %H:%M}", "carrier": one.load.carrier or one.partner_name,
            "plate": one.plate or "–"}  # fmt: skip
    return Choice(str(one.id), "gate.truck", told)


def _panel(one: Appointment, facts: GateFacts) -> ItemPanel:
    """What is known of a truck, to be compared with what stands at the gate."""
    start, end = (at.astimezone(facts.plan.zone) for at in one.window)
    details = (
        ("docks.window", f"{start:%m-%d %H:%M}–{end:%H:%M}"),
        ("docks.door", facts.plan.name_of(one.door)),
        ("docks.documents", ", ".join(paper.number for paper in one.papers)),
        ("docks.plate", one.plate),
        ("docks.driver", one.driver),
        ("docks.pallets", str(one.load.pallets or "")),
        ("docks.note", one.note),
    )
    name = " · ".join(part for part in (one.load.carrier, one.partner_name) if part)
    return ItemPanel(one.number, name, details=tuple(pair for pair in details if pair[1]))


def _here(facts: GateFacts, current: Appointment | None) -> tuple[Row, ...]:
    """The trucks on the ground, those that wait for a door first; and those that are overdue."""
    overdue = [
        one
        for one in facts.plan.appointments
        if one.state in AWAITED and timing_of(one, facts.now)[0] is Timing.OVERDUE
    ]
    shown = sorted(trucks_here(facts.plan), key=lambda one: (one.state is not State.ARRIVED, one.starts_at))
    return tuple(_row(one, facts, current) for one in (*shown, *overdue))


def _row(one: Appointment, facts: GateFacts, current: Appointment | None) -> Row:
    state = "current" if current and one.id == current.id else "done" if one.state is State.DONE else "open"
    cells = (one.number, one.plate, one.load.carrier or one.partner_name, facts.plan.name_of(one.door) or "–",
             one.state.value)  # fmt: skip
    return Row(cells, "problem" if one.state in AWAITED else state)
