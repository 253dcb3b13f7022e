"""The decisions of receiving, pure: which order, which goods, how many, in which status."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database.receiving import ReceiptMove
from app.dialogs.definition import Pending
from app.dialogs.dialog import Event, Key, Result, Scanned
from app.dialogs.grammar import amount, error, not_understood, ok, warning
from app.dialogs.receiving.commands import AddPhoto, Book, End, LabelUnit, MakeUnit
from app.dialogs.receiving.judging import booked_as, inspection, line_facts, over, sample
from app.dialogs.receiving.labelling import how_many, labels_for, with_booking
from app.dialogs.receiving.opening import (
    change_unit,
    heard,
    not_on_order,
    offer_orders,
    open_document,
    take_unit,
    work_on,
)
from app.dialogs.receiving.outcome import NOTHING, Out, refuse, shown
from app.dialogs.receiving.prompt import PHOTO, missing
from app.dialogs.receiving.state import Booked, ReceivingState
from app.dialogs.receiving.whole import receive_whole
from app.dialogs.runner import as_key
from app.domain.errors import Refusal
from app.domain.policies import Answer
from app.domain.receiving import Collected, Conflict, StockStatus, accept
from app.domain.scanning import CodeKind
from app.domain.values import format_quantity, parse_in_units, parse_quantity
from app.services.discrepancies import Found
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
        case _:
            return shown(state, facts, None)


def _scan(state: ReceivingState, event: Scanned, facts: ReceivingFacts) -> Out:
    if state.asking:
        return shown(state, facts, error("receiving.answer_first", scan=event.scan.raw))
    if units := event.reading.of(CodeKind.HANDLING_UNIT):
        announced = None if state.counting else facts.announced(units[0].id)
        return receive_whole(state, facts, *announced, event) if announced else take_unit(state, facts, units[0])
    if event.reading.of(CodeKind.DOCUMENT):
        return open_document(state, event, facts)
    document = facts.together(state.document, state.also)
    if document is None:
        return offer_orders(state, event, facts)
    return _goods(state, event, facts, document)


def _goods(state: ReceivingState, event: Scanned, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    says_something = event.reading.of(CodeKind.ITEM) or event.reading.lot or event.reading.expiry
    if event.reading.faults or not says_something:
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
    line = _line_of(document, collected)
    if line is None:
        return not_on_order(state, facts, document, collected.item, event)
    return _book(state, facts, line, collected, event=event)


def _line_of(document: ExpectedDocument, collected: Collected) -> OrderLine | None:
    """The item's first line that still waits for goods, else its last one."""
    assert collected.item is not None
    lines = [line for line in document.lines if line.item == collected.item.id and not line.closed]
    return next((line for line in lines if line.open > 0), lines[-1] if lines else None)


def _book(state: ReceivingState, facts: ReceivingFacts, line: OrderLine, collected: Collected, *, event: Event) -> Out:
    """Book the collected goods, or ask for what is missing."""
    if wanted := missing(line, collected):
        waiting = replace(state, collected=collected, pending=Pending(), asking="")
        return shown(waiting, facts, warning(f"receiving.{wanted}_wanted", sku=line.sku))
    assert collected.item is not None
    booked = Booked(
        line=line.id,
        uom=collected.item.uom,
        factor=collected.item.factor,
        lot=collected.lot or "",
        serial=collected.serial or "",
        expiry=collected.expiry,
        best_before=collected.best_before,
        weight_kg=collected.weight_kg if line.catch_weight else None,
    )
    quantity = collected.base_quantity or collected.item.factor
    return _judge(state, facts, line, booked, quantity, event=event)


def _judge(
    state: ReceivingState, facts: ReceivingFacts, line: OrderLine, goods: Booked, quantity: Decimal, *, event: Event
) -> Out:
    """Ask the rules; then book, warn, or refuse."""
    document = facts.together(state.document, state.also)
    assert document is not None
    seen, policy = line_facts(facts, document, line, goods), facts.policy(document, line)
    verdict = accept(seen, quantity, policy, damaged=bool(state.damaged))
    told = {name: str(value) for name, value in verdict.verdict.facts.items()}
    if verdict.verdict.answer is Answer.REFUSE:
        return refuse(state, facts, error(f"receiving.{verdict.verdict.kind}", **told))
    about = f"{line.id}/{quantity}"
    if verdict.verdict.answer is Answer.CONFIRM and not _confirmed(state, event, about):
        raw = event.scan.raw if isinstance(event, Scanned) else ""
        asking = replace(state, pending=Pending(raw, about), collected=NOTHING, asking="" if raw else "confirm")
        return shown(replace(asking, last=goods), facts, warning(f"receiving.{verdict.verdict.kind}", **told))
    if facts.dock is None:
        return refuse(state, facts, error("receiving.no_dock"))
    wanted = None if state.damaged or verdict.held else inspection(facts, document, line, goods, quantity)
    waits = wanted is not None and not wanted.skipped
    move = ReceiptMove(
        document=_paper(state, facts, line),
        line=line.id,
        item=line.item,
        qty=quantity,
        supplier=facts.supplier,
        dock=facts.dock.id,
        status=StockStatus.QUARANTINED if waits else verdict.status,
        lot=goods.lot,
        serial=goods.serial,
        expiry=goods.expiry,
        best_before=goods.best_before,
        reason=state.damaged,
        unit=state.unit,
        weight_kg=goods.weight_kg,
    )
    goods = replace(goods, reason=state.damaged)
    after = ReceivingState(state.document, state.also, last=goods, unit=state.unit, filled=state.unit is not None)
    on_hold = facts.hold_on(line.item, goods.lot, goods.serial)
    code = booked_as(held=bool(verdict.held), damaged=bool(state.damaged), on_hold=bool(on_hold), inspected=waits)
    said = ok if code == "receiving.booked" else warning
    told = {"amount": amount(quantity, line.unit, line.sku), "sku": line.sku, "lot": goods.lot or goods.serial}
    if wanted is not None:
        pieces, lot = sample(facts, line, goods, quantity, wanted)
        told |= {"sample": str(pieces), "of": format_quantity(lot)}
    feedback = said(code, status=on_hold, **told)
    extra = over(verdict, quantity)
    found = [Found("over", line.id, line.item, extra)] if extra else []
    if state.damaged:
        found.append(Found("damaged", line.id, line.item, quantity, state.damaged))
    labels = with_booking(verdict.labels, line, goods, quantity, StockStatus(move.status))
    return shown(after, facts, feedback, Book(move, tuple(found), {1: wanted} if wanted else {}), *labels)


def _paper(state: ReceivingState, facts: ReceivingFacts, line: OrderLine) -> UUID:
    """The document that goods of a line are posted for: the announcement that they came with, else their order."""
    papers = (paper for one in state.papers if (paper := facts.document(one)))
    return next((one.id for one in papers if one.kind == "asn" and one.line(line.id)), line.document)


def _confirmed(state: ReceivingState, event: Event, about: str) -> bool:
    """The same code scanned again, or CONFIRM for a typed quantity."""
    by_key = isinstance(event, Key) and event.command == "CONFIRM" and state.asking == "confirm"
    return state.pending.confirms(event, about) or (by_key and state.pending.about == about)


def _key(state: ReceivingState, key: Key, facts: ReceivingFacts) -> Out:
    document = facts.together(state.document, state.also)
    if document is None and key.command == "TRUCK" and facts.docked:
        return shown(replace(state, asking="truck"), facts, None)
    if state.asking in ("document", "truck") and key.command != "CANCEL":
        chosen = next((one for one in facts.documents if str(one.id) == key.command), None)
        return work_on(state, chosen, facts) if chosen else refuse(state, facts, error("receiving.choose_order"))
    if key.command == "CANCEL" or document is None:
        calm = replace(state, asking="", damaged="", collected=NOTHING, pending=Pending(), counting=False)
        return shown(calm, facts, None)
    return _answer(state, key, facts, document) if state.asking else _command(state, key, facts, document)


def _answer(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """What was asked is answered: typed, chosen or confirmed."""
    match state.asking, key.command:
        case (("quantity" | "lot" | "expiry" | "weight"), "ENTER"):
            return _typed(state, key, facts, document)
        case ("confirm", "CONFIRM") | (("photo" | "labels"), "ENTER") if state.last:
            done = {"confirm": _confirm_typed, PHOTO: _photographed, "labels": _labels}[state.asking]
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
        case "LOT" | "EXPIRY" if state.collected.item:
            after = replace(state, asking=key.command.lower())
        case "WEIGH" if state.collected.item:
            after = replace(state, asking="weight")
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
    status = StockStatus.DAMAGED if state.last.reason else StockStatus.AVAILABLE
    return shown(replace(state, asking=""), facts, None, labels_for(line, state.last, count, status))


def _typed(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """An answer was typed: a quantity, a lot number, an expiry date, or kilograms."""
    line = document.line(state.last.line) if state.last else None
    try:
        if state.asking == "quantity" and state.last and line:
            quantity = parse_in_units(
                key.text, base=line.unit, units=line.packagings, decimals=line.decimals, default=state.last.factor
            )
            return _judge(replace(state, asking=""), facts, line, state.last, quantity, event=key)
        if (collected := _filled_in(state, key.text.strip())) is not None:
            return _complete(state, facts, document, collected, key)
    except Refusal as refusal:
        told = {name: str(value) for name, value in refusal.facts.items()}
        return shown(state, facts, error(refusal.code, **told))
    except ValueError:
        return shown(state, facts, error("receiving.date_unreadable", text=key.text))
    return shown(replace(state, asking=""), facts, error("dialog.not_now", command=key.command))


def _filled_in(state: ReceivingState, text: str) -> Collected | None:
    """The goods in hand with what was asked for; None where something else was asked."""
    match state.asking:
        case "lot":
            return replace(state.collected, lot=text[:20] or None)
        case "expiry":
            return replace(state.collected, expiry=date.fromisoformat(text))
        case "weight":
            return replace(state.collected, weight_kg=parse_quantity(text))
        case _:
            return None


def _complete(
    state: ReceivingState, facts: ReceivingFacts, document: ExpectedDocument, collected: Collected, key: Key
) -> Out:
    """Go on with goods whose lot or expiry was typed."""
    line = _line_of(document, collected) if collected.item else None
    if line is None:
        return shown(replace(state, asking="", collected=collected), facts, None)
    return _book(replace(state, asking=""), facts, line, collected, event=key)


def _confirm_typed(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    assert state.last is not None
    line = document.line(state.last.line)
    quantity = Decimal(state.pending.about.rpartition("/")[2])
    if line is None:
        return shown(replace(state, asking=""), facts, error("dialog.not_now", command=key.command))
    return _judge(state, facts, line, state.last, quantity, event=key)


def _end(state: ReceivingState, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    if not document.complete:
        return shown(replace(state, asking="end"), facts, warning("receiving.lines_open"))
    return _finish(state, document, facts, close_short=False)


def _finish(state: ReceivingState, document: ExpectedDocument, facts: ReceivingFacts, *, close_short: bool) -> Out:
    papers = [paper for one in state.papers if (paper := facts.document(one))]
    papers.sort(key=lambda paper: paper.kind != "asn")  # an announcement closes the orders that it filled
    ends = [End(paper, close_short) for paper in papers]
    label = (LabelUnit(state.unit, document.number),) if state.unit and state.filled else ()
    return shown(ReceivingState(), facts, ok("receiving.ended", document=document.number), *ends, *label)
