"""The decisions of handling units, pure: which one is in hand, and what a scan does with it."""

from collections.abc import Mapping
from dataclasses import replace

from app.dialogs.dialog import Event, Feedback, Key, Outcome, Result, Scanned
from app.dialogs.grammar import amount, error, not_understood, ok, warning
from app.dialogs.handling.commands import Command, Make, Move, Nest, PrintLabel, Register, Repack, Retire, SetStatus
from app.dialogs.handling.prompt import IDLE, show, to_change
from app.dialogs.handling.state import HandlingState
from app.dialogs.runner import as_key
from app.domain.errors import Refusal
from app.domain.scanning import CodeKind
from app.domain.values import parse_in_units
from app.services.handling_units import KINDS, Content, HandlingFacts, Unit

Out = Outcome[HandlingState, Command]
_BECOMES = {"hold": "quarantined", "release": "available"}


def step(state: HandlingState, event: Event, facts: HandlingFacts) -> Out:
    """One event with handling units."""
    match as_key(event):
        case Result(about=unit, facts=told):
            return _handled(replace(state, unit=state.unit or unit), facts, told)
        case _ if state.unit and facts.unit(state.unit) is None:
            return _show(HandlingState(), facts, warning("handling.unit_gone"))
        case Scanned() as scanned:
            return _scan(state, scanned, facts)
        case Key() as key:
            return _key(state, key, facts)
        case _:
            return _show(replace(state, asking="", other=None, goods="", number=""), facts, None)


def _show(state: HandlingState, facts: HandlingFacts, feedback: Feedback | None, *commands: Command) -> Out:
    return Outcome(state, show(state, facts, feedback), commands)


def _handled(state: HandlingState, facts: HandlingFacts, told: Mapping[str, str]) -> Out:
    """What was done is seen in what was read again; the words for it stand in the state that it left."""
    unit = facts.unit(state.unit)
    said = ok("handling.done", unit=unit.number, place=unit.place) if unit and unit.place else None
    if unit and not unit.place:
        said = ok("handling.retired" if unit.state == "retired" else "handling.known", unit=unit.number)
    if unit and told:
        said = ok("handling.labelled", unit=unit.number, **told)
    return _show(replace(state, asking="", other=None, goods="", number=""), facts, said)


def _scan(state: HandlingState, event: Scanned, facts: HandlingFacts) -> Out:
    reading = event.reading
    if state.asking == "quantity":
        return _show(state, facts, error("handling.answer_first", scan=event.scan.raw))
    if not reading.faults and (units := reading.of(CodeKind.HANDLING_UNIT)):
        return _unit(state, facts.unit(units[0].id), facts, units[0].label)
    if not reading.faults and (places := reading.of(CodeKind.LOCATION)):
        return _place(state, event, facts, places[0].label)
    if not reading.faults and not reading.candidates and state.unit is None:
        asking = HandlingState(number=(reading.sscc or reading.raw).strip().upper(), asking="kind")
        return _show(asking, facts, warning("handling.unknown_unit", scan=event.scan.raw))
    wanted = (CodeKind.HANDLING_UNIT, CodeKind.LOCATION) if state.unit else (CodeKind.HANDLING_UNIT,)
    return _refuse(state, facts, not_understood(event, *wanted))


def _refuse(state: HandlingState, facts: HandlingFacts, feedback: Feedback) -> Out:
    """Nothing was booked: the unit stays in hand, a question is dropped."""
    return _show(HandlingState(unit=state.unit), facts, feedback)


def _unit(state: HandlingState, found: Unit | None, facts: HandlingFacts, label: str) -> Out:
    """The first unit is taken in hand; with a second one it is asked what to do with the two."""
    if found is None:
        return _refuse(state, facts, error("handling.other_warehouse", scan=label))
    if state.unit in (None, found.id):
        return _show(HandlingState(unit=found.id), facts, ok("handling.in_hand", unit=found.number, kind=found.kind))
    return _show(HandlingState(unit=state.unit, other=found.id, asking="other"), facts, None)


def _place(state: HandlingState, event: Scanned, facts: HandlingFacts, label: str) -> Out:
    unit = facts.unit(state.unit)
    if unit is None:
        return _refuse(state, facts, error("handling.unit_first", place=label))
    if not facts.places:
        return _refuse(state, facts, error("handling.other_warehouse", scan=label))
    if len(facts.places) > 1:
        return _refuse(state, facts, not_understood(event, CodeKind.LOCATION))
    if other := facts.unit(state.other):
        return _show(state, facts, error("handling.which_goes", place=label, unit=unit.number, other=other.number))
    return _show(HandlingState(unit=unit.id), facts, None, Move(unit, facts.places[0]))


def _key(state: HandlingState, key: Key, facts: HandlingFacts) -> Out:
    match state.asking, key.command:
        case _, "CANCEL":
            return _show(HandlingState(unit=state.unit if state.asking else None), facts, None)
        case "goods", chosen:
            return _ask_quantity(replace(state, goods=chosen), facts)
        case "quantity", "ENTER":
            return _typed(state, key, facts)
        case "other", "TAKE" | "SPLIT":
            return _with_other(state, key, facts)
        case "", ("NEW_UNIT" | "HOLD" | "RELEASE"):
            return _ask(state, key, facts)
    return _command(state, key, facts)


def _with_other(state: HandlingState, key: Key, facts: HandlingFacts) -> Out:
    """The other unit is taken in hand instead, or gets a part of what is in this one."""
    if key.command == "TAKE":
        return _unit(HandlingState(), facts.unit(state.other), facts, "")
    inside = facts.directly_in(state.unit) if state.unit else ()
    return _split(state, facts, inside) if inside else _show(state, facts, error("dialog.not_now", command="SPLIT"))


def _ask(state: HandlingState, key: Key, facts: HandlingFacts) -> Out:
    """What a new unit is, or why goods are held or released, is asked; unless it makes no sense now."""
    unit, asked = facts.unit(state.unit), key.command.lower()
    if key.command == "NEW_UNIT" and unit is None:
        return _show(HandlingState(asking="kind"), facts, None)
    if key.command != "NEW_UNIT" and unit is not None and to_change(unit, facts, asked):
        return _show(replace(state, asking=asked), facts, None)
    return _show(state, facts, error("dialog.not_now", command=key.command))


def _command(state: HandlingState, key: Key, facts: HandlingFacts) -> Out:
    """What is done at once with the unit in hand, and with the one that was scanned."""
    unit, other = state.unit, state.other
    command: Command | None = None
    match state.asking, key.command:
        case "kind", kind if kind.lower() in KINDS:
            command = Register(kind.lower(), state.number) if state.number else Make(kind.lower())
        case "", "PRINT_LABEL" if unit:
            command = PrintLabel(unit)
        case (("hold" | "release"), reason) if reason in facts.reasons:
            command = _status(state, facts, reason)
        case "", "LIFT" if unit:
            command = Nest(unit, None)
        case "", ("RETIRE" | "USE_AGAIN") if unit and _may_retire(facts.unit(unit), key.command):
            command = Retire(unit, key.command == "RETIRE")
        case "", "UNPACK" if unit:
            command = Repack(unit, None)
        case "other", "ONTO" if unit:
            command = Nest(unit, other)
        case "other", "MERGE" if unit:
            command = Repack(unit, other)
    if command is None:
        return _show(state, facts, error("dialog.not_now", command=key.command))
    in_hand = other if key.command == "MERGE" else unit
    return _show(HandlingState(unit=in_hand), facts, None, command)


def _may_retire(unit: Unit | None, command: str) -> bool:
    return unit is not None and (unit.state in IDLE if command == "RETIRE" else unit.state == "retired")


def _status(state: HandlingState, facts: HandlingFacts, reason: str) -> Command | None:
    """Hold all that is usable in and on the unit in hand, or release all that is held and not damaged."""
    unit = facts.unit(state.unit)
    goods = to_change(unit, facts, state.asking) if unit else ()
    if unit is None or unit.location is None or not goods:
        return None
    return SetStatus(unit.id, unit.location, goods, _BECOMES[state.asking], reason)


def _split(state: HandlingState, facts: HandlingFacts, inside: tuple[Content, ...]) -> Out:
    """A part goes into the other unit; of which goods is asked where there are several."""
    if len(inside) == 1:
        return _ask_quantity(replace(state, goods=inside[0].key), facts)
    return _show(replace(state, asking="goods"), facts, None)


def _ask_quantity(state: HandlingState, facts: HandlingFacts) -> Out:
    if _chosen(state, facts) is None:
        return _refuse(state, facts, warning("handling.unit_gone"))
    return _show(replace(state, asking="quantity"), facts, None)


def _chosen(state: HandlingState, facts: HandlingFacts) -> Content | None:
    return next((one for one in facts.goods if one.key == state.goods and one.root == state.unit), None)


def _typed(state: HandlingState, key: Key, facts: HandlingFacts) -> Out:
    """So much of the goods goes into the other unit; typed in the base unit or in any packaging."""
    goods = _chosen(state, facts)
    if goods is None or state.unit is None:
        return _refuse(state, facts, warning("handling.unit_gone"))
    try:
        quantity = parse_in_units(key.text, base=goods.uom, units=goods.packagings, decimals=goods.decimals)
    except Refusal as refusal:
        return _show(state, facts, error(refusal.code, **refusal.facts))
    if quantity > goods.qty:
        return _show(state, facts, error("handling.less_there", amount=amount(goods.qty, goods.uom, goods.sku)))
    return _show(HandlingState(unit=state.unit), facts, None, Repack(state.unit, state.other, (goods.part(quantity),)))
