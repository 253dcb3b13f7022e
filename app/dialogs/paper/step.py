"""The decisions of entering a list, pure: totes first, then line after line as the paper says, or otherwise."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.database.picking import Picked
from app.dialogs.definition import Pending
from app.dialogs.dialog import Event, Feedback, Key, Outcome, Result, Scanned
from app.dialogs.grammar import amount, done, error, not_understood, ok, warning
from app.dialogs.paper.commands import Command, PickAll
from app.dialogs.paper.facts import at_once
from app.dialogs.paper.prompt import current, show, wants_tote
from app.dialogs.paper.state import PaperState
from app.dialogs.picking.commands import GiveBack, NewTote, PickGoods, PutTote
from app.dialogs.picking.scans import NEW_TOTE_PREFIX, taken_elsewhere, tote_made
from app.dialogs.runner import as_key
from app.domain.codes import look_up_key, read_code
from app.domain.errors import Refusal
from app.domain.scanning import CodeKind
from app.domain.values import format_quantity, parse_in_units
from app.services.picking import PickingFacts, Task

Out = Outcome[PaperState, Command]


def step(state: PaperState, event: Event, facts: PickingFacts) -> Out:
    """One event of entering a list."""
    if command := at_once(state, event):
        return Outcome(_settled(state), show(state, facts, None), (command,))
    match as_key(event):
        case Result() as result:
            return _result(state, result, facts)
        case _ if state.walk and (stop := _stopped(facts)):
            return _show(PaperState(), PickingFacts(), stop)
        case Key() as key:
            return _key(state, key, facts)
        case Scanned() as scanned:
            return _scanned(state, scanned, facts)
        case _:
            return _show(_settled(state), facts, None)


def _show(state: PaperState, facts: PickingFacts, feedback: Feedback | None, *commands: Command) -> Out:
    if state.clustered and state.walk and state.slot is None and (empty := facts.empty_slot):
        state = replace(state, slot=empty.order)
    return Outcome(state, show(state, facts, feedback), commands)


def _settled(state: PaperState) -> PaperState:
    return replace(state, asking="", short=None, short_of=None, pending=Pending(), new_tote="")


def _stopped(facts: PickingFacts) -> Feedback | None:
    """Why the list in hand cannot be entered any further, if so."""
    order = facts.order
    if order is None:
        return error("document.unknown")
    if order.other:
        return error("picking.leased", document=order.number, person=order.other)
    if order.walk is None or not order.walk.listed:
        return error("waves.not_on_paper", walk=order.number)
    return None if facts.open_tasks else warning("paper.entered_already", walk=order.number)


def _result(state: PaperState, event: Result, facts: PickingFacts) -> Out:
    match event.kind:
        case "taken":
            if stop := _stopped(facts):
                return _show(PaperState(), PickingFacts(), stop)
            assert facts.order is not None
            taken = PaperState(walk=facts.order.id, clustered=facts.clustered)
            said = ok("paper.list_taken", walk=facts.order.number, lines=len(facts.open_tasks))
            return _show(taken, facts, said)
        case "tote" | "slot":
            into = _with_tote(state, facts, UUID(event.facts["tote"]), event.facts["number"])
            return replace(into, prompt=replace(into.prompt, feedback=tote_made(event, into.prompt)))
        case _:
            elsewhere = event.facts.get("backorder") == "0"
            code = "paper.short_elsewhere" if elsewhere else "paper.short"
            return _go_on(_settled(state), facts, warning(code, missing=event.facts.get("missing", "")))


def _with_tote(state: PaperState, facts: PickingFacts, tote: UUID, number: str, *commands: Command) -> Out:
    slot = facts.walk.of(state.slot) if facts.walk and state.slot else None
    if slot:
        said = ok("picking.tote_in_slot", tote=number, slot=slot.slot, document=slot.number)
        assert state.slot is not None
        return _show(replace(_settled(state), slot=None), facts.with_tote(state.slot, tote, number), said, *commands)
    document = facts.order.number if facts.order else ""
    said = ok("picking.tote_taken", tote=number, document=document)
    return _show(replace(_settled(state), tote=tote, tote_number=number), facts, said, *commands)


def _scanned(state: PaperState, event: Scanned, facts: PickingFacts) -> Out:
    if state.asking:
        return _show(state, facts, error("picking.answer_first", scan=event.scan.raw))
    if state.walk is None:
        return _show(state, facts, not_understood(event, CodeKind.DOCUMENT))
    return _tote(_settled(state), event, facts) if wants_tote(state) else _to_line(_settled(state), event, facts)


def _to_line(state: PaperState, event: Scanned, facts: PickingFacts) -> Out:
    """The code of a line leads to it: of its bin as it is printed, or of the goods themselves."""
    places = {one.id for one in event.reading.of(CodeKind.LOCATION)}
    items = {one.id for one in event.reading.of(CodeKind.ITEM)}
    found = next((task for task in facts.open_tasks if task.location in places or task.item in items), None)
    if found is None:
        return _show(state, facts, error("paper.no_scan", scan=event.scan.raw))
    told = {"bin": found.address, "amount": amount(found.open, found.uom, found.sku)}
    return _show(replace(state, line=found.id), facts, ok("paper.line_found", **told))


def _tote(state: PaperState, event: Scanned, facts: PickingFacts) -> Out:
    text = look_up_key(read_code(event.scan.raw, event.scan.symbology).text)
    if not event.reading.candidates and text.startswith(NEW_TOTE_PREFIX):
        pending = replace(state, pending=Pending(event.scan.raw, "tote"), new_tote=text)
        return _show(pending, facts, warning("picking.new_tote", tote=text))
    scanned = {one.id for one in event.reading.of(CodeKind.HANDLING_UNIT)}
    found = next((one for one in facts.totes if one.id in scanned), None)
    if found is None or found.kind != "tote":
        return _show(state, facts, not_understood(event, CodeKind.HANDLING_UNIT))
    assert facts.order is not None
    if taken := taken_elsewhere(found, {state.slot} if state.slot else facts.order.orders):
        return _show(state, facts, taken)
    commands = (PutTote(state.walk, state.slot, found.id),) if state.walk and state.slot else ()
    return _with_tote(state, facts, found.id, found.number, *commands)


def _key(state: PaperState, key: Key, facts: PickingFacts) -> Out:
    line = current(state, facts)
    if key.command == "CANCEL" and state.asking:
        return _show(_settled(state), facts, None)
    if state.walk is None or line is None:
        return _show(state, facts, error("dialog.not_now", command=key.command))
    match key.command:
        case "PAUSE" if not state.asking:
            number = facts.order.number if facts.order else ""
            return _show(PaperState(), PickingFacts(), ok("paper.put_aside", walk=number), GiveBack(state.walk))
        case "NEW_TOTE" if wants_tote(state) and not state.asking:
            return _show(_settled(state), facts, None, NewTote(state.walk, None, state.slot))
        case _:
            return _line(state, key, facts, line)


def _line(state: PaperState, key: Key, facts: PickingFacts, line: Task) -> Out:
    """What the paper says of a line."""
    if state.asking == "quantity" and key.command == "ENTER":
        return _typed(state, key, facts, line)
    if wants_tote(state) or state.asking:
        return _show(state, facts, error("dialog.not_now", command=key.command))
    match key.command:
        case "CONFIRM":
            return _picked(state, facts, line, line.open)
        case "CONFIRM_ALL":
            after = facts
            for one in facts.open_tasks:
                after = after.after(one.key, one.open)
            said = ok("paper.all_entered", lines=len(facts.open_tasks))
            return _go_on(state, after, said, *_all_as_printed(state, facts))
        case "QUANTITY" | "SHORT" as asking:
            asked = replace(state, asking=asking.lower(), short=line.key, short_of=line.document)
            return _show(asked, facts, None)
        case _:
            return _show(state, facts, error("dialog.not_now", command=key.command))


def _typed(state: PaperState, key: Key, facts: PickingFacts, line: Task) -> Out:
    """Another quantity than printed: what is less was missing, and why is asked."""
    try:
        quantity = parse_in_units(
            key.text, base=line.uom, units=line.packagings, decimals=line.decimals, default=Decimal(1)
        )
    except Refusal as refusal:
        return _show(state, facts, error(refusal.code, **refusal.facts))
    if quantity > line.open:
        few = {"scanned": format_quantity(quantity), "open": format_quantity(line.open)}
        return _show(state, facts, error("picking.too_many", **few))
    out = _picked(_settled(state), facts, line, quantity)
    if quantity == line.open:
        return out
    asked = replace(out.state, asking="short", short=line.key, short_of=line.document)
    return _show(asked, facts.after(line.key, quantity), out.prompt.feedback, *out.commands)


def _picked(state: PaperState, facts: PickingFacts, line: Task, quantity: Decimal) -> Out:
    said = ok("paper.entered", amount=amount(quantity, line.uom, line.sku), bin=line.address)
    return _go_on(_settled(state), facts.after(line.key, quantity), said, _pick(state, facts, line, quantity))


def _pick(state: PaperState, facts: PickingFacts, line: Task, quantity: Decimal) -> PickGoods:
    document, tote = _target(state, facts, line)
    return PickGoods(document, line.key, quantity, tote)


def _all_as_printed(state: PaperState, facts: PickingFacts) -> Iterator[PickAll]:
    """What is left of the list, all lines of an order that go into one tote at once."""
    together: dict[tuple[UUID, UUID], list[Picked]] = {}
    for line in facts.open_tasks:
        together.setdefault(_target(state, facts, line), []).append((line.key, line.open))
    for (document, tote), picks in together.items():
        yield PickAll(document, tuple(picks), tote)


def _target(state: PaperState, facts: PickingFacts, line: Task) -> tuple[UUID, UUID]:
    """The order that a line is picked for, and the tote that it goes into."""
    slot = facts.slot_of(line)
    tote = slot.tote if state.clustered and slot else state.tote
    assert tote is not None
    assert line.document is not None
    return line.document, tote


def _go_on(state: PaperState, facts: PickingFacts, feedback: Feedback, *commands: Command) -> Out:
    """To the next line, or the end of the list."""
    if facts.open_tasks:
        return _show(state, facts, feedback, *commands)
    number = facts.order.number if facts.order else ""
    place = (facts.walk.lane if facts.walk else "") or facts.packing
    return _show(PaperState(), PickingFacts(), done("paper.list_entered", walk=number, place=place), *commands)
