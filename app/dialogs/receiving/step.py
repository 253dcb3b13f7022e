"""The decisions of receiving, pure: which order, which goods, how many, in which status."""

from dataclasses import replace

from app.dialogs.definition import Pending
from app.dialogs.dialog import Event, Key, Result, Scanned, Weighed
from app.dialogs.grammar import error, not_understood, ok, warning
from app.dialogs.receiving.booking import book
from app.dialogs.receiving.commands import AddPhoto, End, LabelUnit, MakeUnit
from app.dialogs.receiving.labelling import how_many, labels_for
from app.dialogs.receiving.opening import (
    change_unit,
    heard,
    not_on_order,
    offer_orders,
    open_document,
    take_unit,
    without_order,
    work_on,
)
from app.dialogs.receiving.outcome import NOTHING, Out, refuse, shown
from app.dialogs.receiving.prompt import PHOTO, SCALE, SERIALS, commands, in_hand, missing
from app.dialogs.receiving.state import ReceivingState
from app.dialogs.receiving.typed import confirm_typed, list_scanned, number_of, take_plain, take_weight, typed
from app.dialogs.receiving.whole import receive_whole
from app.dialogs.runner import as_key
from app.domain.receiving import Conflict
from app.domain.scanning import CodeKind
from app.services.handling_units import KINDS
from app.services.receiving import ExpectedDocument, OrderLine, ReceivingFacts

DAMAGE_REASONS = ("DAMAGED", "QUALITY")


def step(state: ReceivingState, event: Event, facts: ReceivingFacts) -> Out:
    """One event at the dock."""
    match as_key(event):
        case Key() as key:
            return _key(state, key, facts)
        case Scanned() as scanned:
            return _scan(state, scanned, facts)
        case Result() as result:
            return heard(state, result, facts)
        case Weighed() as weighed if state.asking == SCALE:
            return take_weight(state, weighed, facts)
        case _:
            return shown(state, facts, None)


def _scan(state: ReceivingState, event: Scanned, facts: ReceivingFacts) -> Out:
    document = in_hand(state, facts)
    if state.asking == SERIALS and document:
        return list_scanned(state, event, facts, document)
    if state.asking:
        return shown(state, facts, error("receiving.answer_first", scan=event.scan.raw))
    if units := event.reading.of(CodeKind.HANDLING_UNIT):
        announced = None if state.counting else facts.announced(units[0].id)
        return receive_whole(state, facts, *announced, event) if announced else take_unit(state, facts, units[0])
    if event.reading.of(CodeKind.DOCUMENT):
        return open_document(state, event, facts)
    if document is None:
        return offer_orders(state, event, facts)
    return _goods(state, event, facts, document)


def _goods(state: ReceivingState, event: Scanned, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    if (number := number_of(event)) and (waiting := _waits_for_number(state, document, number)):
        return take_plain(state, facts, waiting, number, event)
    if event.reading.faults or not _tells(event):
        return refuse(state, facts, not_understood(event, CodeKind.ITEM))
    collected = state.collected.merge(event.reading)
    if isinstance(collected, Conflict):
        return refuse(
            state,
            facts,
            error("receiving.conflict", field=collected.field, held=collected.held, scanned=collected.scanned),
        )
    if collected.item is None:
        return shown(replace(state, collected=collected), facts, ok("receiving.scan_goods_too"))
    line = document.line_for(collected.item.id)
    if line is None:
        return not_on_order(state, facts, document, collected.item, event)
    return book(state, facts, line, collected.kept_for(line.tracking), event=event)


def _tells(event: Scanned) -> bool:
    """Whether a code tells something of goods: which item, lot or piece, a date, a number or a weight."""
    told = event.reading
    numbers = told.lot or told.serial or told.quantity or told.weight_kg
    return bool(told.of(CodeKind.ITEM) or numbers or told.expiry or told.best_before or told.production)


def _waits_for_number(state: ReceivingState, document: ExpectedDocument, number: str) -> OrderLine | None:
    """The line of the goods in hand, where their lot or serial number is asked for, or this very one was taken."""
    line = document.line_for(state.collected.item.id) if state.collected.item else None
    asked = line is not None and missing(line, state.collected) in ("lot", "serial")
    return line if asked or number in (state.collected.lot, state.collected.serial) else None


def _key(state: ReceivingState, key: Key, facts: ReceivingFacts) -> Out:
    document = in_hand(state, facts)
    if document is None and not state.asking and key.command == "NO_ORDER":
        return without_order(facts)
    if document is None and key.command == "TRUCK" and facts.docked:
        return shown(replace(state, asking="truck"), facts, None)
    if state.asking in ("document", "truck") and key.command != "CANCEL":
        chosen = next((one for one in facts.documents if str(one.id) == key.command), None)
        return work_on(state, chosen, facts) if chosen else refuse(state, facts, error("receiving.choose_order"))
    if key.command == "CANCEL" or document is None or (state.asking, key.command) == (SERIALS, "DONE"):
        calm = replace(state, asking="", damaged="", collected=NOTHING, pending=Pending(), counting=False)
        return shown(calm, facts, None)
    if state.asking == SCALE:
        return shown(replace(state, asking="weight" if key.command == "MANUAL" else SCALE), facts, None)
    return _answer(state, key, facts, document) if state.asking else _command(state, key, facts, document)


def _answer(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """What was asked is answered: typed, chosen or confirmed."""
    match state.asking, key.command:
        case (("quantity" | "lot" | "serials" | "expiry" | "weight"), "ENTER"):
            return typed(state, key, facts, document)
        case ("confirm", "CONFIRM") | (("photo" | "labels"), "ENTER") if state.last:
            done = {"confirm": confirm_typed, PHOTO: _photographed, "labels": _labels}[state.asking]
            return done(state, key, facts, document)
        case "damage", reason if reason in DAMAGE_REASONS:
            return shown(replace(state, asking="", damaged=reason), facts, warning("receiving.next_is_damaged"))
        case "unit", kind if kind.lower() in KINDS:
            return shown(replace(state, asking=""), facts, None, MakeUnit(kind.lower()))
        case "end", ("BACKORDER" | "CLOSE_SHORT"):
            return _finish(state, document, facts, close_short=key.command == "CLOSE_SHORT")
        case _:
            return shown(state, facts, error("dialog.not_now", command=key.command))


def _command(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    match key.command:
        case "QUANTITY" | "PHOTO" | "LABELS" if state.last:
            after = replace(state, asking=key.command.lower())
        case "LOT" | "SERIALS" | "EXPIRY" if key.command in commands(state, document):
            after = replace(state, asking=key.command.lower(), pending=Pending())
        case "WEIGH" | "MANUAL" if state.collected.item:
            after = replace(state, asking=SCALE if key.command == "WEIGH" else "weight")
        case "DAMAGED":
            after = replace(state, asking="damage")
        case "COUNT_UNIT" if document.units:
            after = replace(state, counting=True)
        case "NEW_UNIT" | "UNIT_DONE":
            return change_unit(state, key, facts, document)
        case "DONE":
            return _end(state, facts, document)
        case _:
            return shown(state, facts, error("dialog.not_now", command=key.command))
    return shown(after, facts, None)


def _photographed(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """A picture was kept, known by its SHA-256: it belongs to the goods booked last."""
    assert state.last is not None
    line = document.line(state.last.line)
    taken = AddPhoto(line.document if line else document.id, state.last.line, state.last.reason, key.text)
    done = ok("receiving.photo_kept", sku=line.sku if line else "")
    return shown(replace(state, asking=""), facts, done, taken)


def _labels(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """So many labels of the goods booked last, whose own code does not scan or who have none."""
    assert state.last is not None
    line, count = document.line(state.last.line), how_many(key.text)
    if line is None or count is None:
        return shown(state, facts, error("receiving.label_count", text=key.text))
    return shown(replace(state, asking=""), facts, None, labels_for(line, state.last, count))


def _end(state: ReceivingState, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    if not document.complete:
        return shown(replace(state, asking="end"), facts, warning("receiving.lines_open"))
    return _finish(state, document, facts, close_short=False)


def _finish(state: ReceivingState, document: ExpectedDocument, facts: ReceivingFacts, *, close_short: bool) -> Out:
    papers = [paper for one in state.papers if (paper := facts.document(one))]
    papers.sort(key=lambda paper: paper.kind != "asn")  # an announcement closes the orders that it filled
    ends = [End(paper, close_short) for paper in papers]
    label = (LabelUnit(state.unit, document.number),) if state.unit and state.filled else ()
    ended = "receiving.ended_open" if not close_short and not document.complete else "receiving.ended"
    said = ok("receiving.ended_unordered") if state.blind else ok(ended, document=document.number)
    return shown(ReceivingState(), facts, said, *ends, *label)
