"""The decisions of the gate, pure: which truck is it, and what is its next step? Scanning it again takes that step."""

from dataclasses import replace
from uuid import UUID

from app.dialogs.dialog import Event, Feedback, Key, Outcome, Result, Scanned
from app.dialogs.gate.commands import Advance, GateCommand, WalkIn
from app.dialogs.gate.facts import GateFacts, words_of
from app.dialogs.gate.prompt import COMMANDS, REASONS, show
from app.dialogs.gate.state import DOOR, REASON, WAY, GateState
from app.dialogs.grammar import error, ok, warning
from app.dialogs.runner import as_key
from app.domain.docks import Appointment, Direction, State, Timing, timing_of

Out = Outcome[GateState, GateCommand]
_STATES = {
    "CHECK_IN": State.ARRIVED,
    "START_WORK": State.WORKING,
    "WAIT_AGAIN": State.ARRIVED,
    "WORK_DONE": State.DONE,
    "CHECK_OUT": State.LEFT,
}


def step(state: GateState, event: Event, facts: GateFacts) -> Out:
    """One event at the gate."""
    match as_key(event):
        case Scanned() as scanned:
            return _scan(state, scanned, facts)
        case Key() as key:
            return _key(state, key, facts)
        case Result() as result:
            return _heard(result, facts)
        case _:
            return _shown(state, facts, None)


def _shown(state: GateState, facts: GateFacts, feedback: Feedback | None, *commands: GateCommand) -> Out:
    return Outcome(state, show(state, facts, feedback), commands)


def _scan(state: GateState, event: Scanned, facts: GateFacts) -> Out:
    """A truck: the one in hand goes on, another is taken in hand; of several one is asked for."""
    words = words_of(event)
    if state.asking == DOOR and (door := _door_named(state, words, facts)):
        return _advance(state, facts, State.AT_DOOR, door=door)
    if not state.asking and any(one.id == state.truck for one in facts.meant):
        return _next(state, facts)
    if not facts.meant:
        return _shown(GateState(words=words), facts, error("docks.unknown", scan=words))
    awaited = [one for one in facts.meant if one.state is not State.NO_SHOW] or facts.meant
    if len(awaited) > 1:
        offered = GateState(words=words, offered=tuple(one.id for one in awaited))
        return _shown(offered, facts, warning("gate.several", scan=words, count=len(awaited)))
    return _take(awaited[0], words, facts)


def _take(one: Appointment, words: str, facts: GateFacts) -> Out:
    """A truck in hand: how it stands to its window is said."""
    asking = DOOR if one.state is State.ARRIVED else ""
    return _shown(GateState(one.id, words, asking), facts, _timing(one, facts))


def _timing(one: Appointment, facts: GateFacts) -> Feedback:
    timing, minutes = timing_of(one, facts.now)
    early = max(0, int((one.starts_at - facts.now).total_seconds()) // 60)
    if timing is Timing.AWAITED and early > one.early_min:
        return warning("gate.early", number=one.number, minutes=early)
    if timing in (Timing.LATE, Timing.OVERDUE):
        return warning("gate.late", number=one.number, minutes=minutes)
    return ok("gate.found", number=one.number)


def _door_named(state: GateState, words: str, facts: GateFacts) -> UUID | None:
    """The door whose label was scanned, among those that are free."""
    one = facts.truck(state.truck)
    doors = facts.free_doors(one) if one else ()
    return next((door.id for door in doors if words.upper() in (door.name.upper(), door.address.upper())), None)


def _key(state: GateState, key: Key, facts: GateFacts) -> Out:
    one, command = facts.truck(state.truck), key.command
    if command == "CANCEL" and (state.asking or state.offered):
        return _shown(replace(state, asking="", offered=()), facts, None)
    if command == "NEXT_TRUCK":
        return _shown(GateState(), facts, None)
    if command == "UNPLANNED" and state.words and one is None:
        return _shown(replace(state, asking=WAY), facts, None)
    if chosen := _chosen(state, one, command, facts):
        return chosen
    if one is None or state.asking:
        return _shown(state, facts, error("dialog.not_now", command=command))
    return _command(state, one, command, facts)


def _chosen(state: GateState, one: Appointment | None, command: str, facts: GateFacts) -> Out | None:
    """The answer to what is asked; None where it is none."""
    offered = next((taken for each in state.offered if str(each) == command and (taken := facts.truck(each))), None)
    if offered is not None:
        return _take(offered, state.words, facts)
    match state.asking:
        case "way" if command.lower() in set(Direction):
            return _shown(state, facts, None, WalkIn(state.words, Direction(command.lower())))
        case "door" if one and any(str(door.id) == command for door in facts.free_doors(one)):
            return _advance(state, facts, State.AT_DOOR, door=UUID(command))
        case "reason" if command in REASONS:
            return _advance(state, facts, State.LEFT, reason=command)
    return None


def _command(state: GateState, one: Appointment, command: str, facts: GateFacts) -> Out:
    """A key of the truck in hand."""
    if command == "CHECK_IN" and one.arrived_at is not None:
        at = f"{one.arrived_at.astimezone(facts.plan.zone):%Y-%m-%d %H:%M}"
        return _shown(state, facts, error("docks.already_here", number=one.number, at=at))
    if command not in COMMANDS.get(one.state, ()):
        return _shown(state, facts, error("dialog.not_now", command=command))
    if command == "TO_DOOR":
        return _shown(replace(state, asking=DOOR), facts, None)
    if command == "LEAVE_ANYWAY":
        return _shown(replace(state, asking=REASON), facts, None)
    return _advance(state, facts, _STATES[command])


def _next(state: GateState, facts: GateFacts) -> Out:
    """The truck was scanned again: its next step."""
    one = facts.truck(state.truck)
    if one is None or not COMMANDS.get(one.state):
        return _shown(state, facts, None)
    return _command(state, one, COMMANDS[one.state][0], facts)


def _advance(
    state: GateState, facts: GateFacts, wanted: State, *, door: UUID | None = None, reason: str = ""
) -> Out:  # fmt: skip
    one = facts.truck(state.truck)
    assert one is not None
    return _shown(state, facts, None, Advance(one.id, one.version, wanted, door, reason))


def _heard(result: Result, facts: GateFacts) -> Out:
    """A truck went on: it stays in hand until it has left; one that is here is asked to which door it goes."""
    one = facts.truck(result.about)
    said = ok(f"gate.now_{result.state}", number=result.facts["number"],
              door=facts.plan.name_of(one.door) if one else "")  # fmt: skip
    if one is None or one.state is State.LEFT:
        return _shown(GateState(), facts, said)
    asking = DOOR if one.state is State.ARRIVED else ""
    return _shown(GateState(one.id, one.number, asking), facts, said)
