"""Goods in hand are judged by the rules, then booked, warned about or refused."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.database.receiving import ReceiptMove
from app.dialogs.definition import Pending
from app.dialogs.dialog import Event, Feedback, Key, Scanned
from app.dialogs.grammar import amount, error, ok, warning
from app.dialogs.receiving.commands import Book, LabelGoods
from app.dialogs.receiving.judging import booked_as, inspection, line_facts, over, sample, told_of
from app.dialogs.receiving.labelling import with_booking
from app.dialogs.receiving.outcome import NOTHING, Out, refuse, shown
from app.dialogs.receiving.prompt import SERIALS, in_hand, missing
from app.dialogs.receiving.state import Booked, ReceivingState
from app.domain.policies import Answer
from app.domain.quality import Wanted
from app.domain.receiving import Acceptance, Collected, StockStatus, accept
from app.domain.values import format_quantity
from app.services.discrepancies import Found
from app.services.receiving import OrderLine, ReceivingFacts

NO_ORDER = "NO_ORDER"
"""Why goods are received that stand on no order."""


def book(state: ReceivingState, facts: ReceivingFacts, line: OrderLine, collected: Collected, *, event: Event) -> Out:
    """Book the collected goods, or ask for what is missing."""
    if wanted := missing(line, collected):
        waiting = replace(state, collected=collected, pending=Pending(), asking="")
        return shown(waiting, facts, warning(f"receiving.{wanted}_wanted", sku=line.sku))
    goods = as_goods(line, collected)
    return judge(state, facts, line, goods, collected.base_quantity or goods.factor, event=event)


def as_goods(line: OrderLine, collected: Collected) -> Booked:
    """The collected goods as they are booked on a line."""
    assert collected.item is not None
    return Booked(
        line=line.id,
        uom=collected.item.uom,
        factor=collected.item.factor,
        lot=collected.lot or "",
        serial=collected.serial or "",
        expiry=collected.expiry,
        best_before=collected.best_before,
        weight_kg=collected.weight_kg if line.catch_weight else None,
    )


def judge(
    state: ReceivingState,
    facts: ReceivingFacts,
    line: OrderLine,
    goods: Booked,
    quantity: Decimal,
    *,
    event: Event,
    serials: Sequence[str] = (),
) -> Out:
    """Ask the rules; then book, warn, or refuse. `serials`: one piece of each of these numbers, all or none."""
    document = in_hand(state, facts)
    assert document is not None
    pieces = tuple(replace(goods, serial=serial) for serial in serials) or (goods,)
    verdict = accept(
        line_facts(facts, document, line, pieces[0]),
        quantity,
        facts.policy(document, line),
        damaged=bool(state.damaged),
    )
    if verdict.verdict.answer is Answer.REFUSE:
        return refuse(state, facts, error(f"receiving.{verdict.verdict.kind}", **told_of(verdict)))
    about = f"{line.id}/{quantity}"
    if verdict.verdict.answer is Answer.CONFIRM and not _confirmed(state, event, about):
        return _ask_again(state, facts, goods, verdict, event, about)
    if facts.dock is None:
        return refuse(state, facts, error("receiving.no_dock"))
    each = quantity / len(pieces)
    wanted = None if state.damaged or verdict.held else inspection(facts, document, line, goods, each)
    waits = wanted is not None and not wanted.skipped
    status = StockStatus.QUARANTINED if waits else verdict.status
    on_hold = facts.hold_on(line.item, goods.lot, pieces[0].serial)
    kept_as = StockStatus(on_hold) if on_hold and status is StockStatus.AVAILABLE else status
    commands: list[Book | LabelGoods] = []
    for number, piece in enumerate(pieces):
        found = _found(state, line, verdict, each, first=number == 0, quantity=quantity)
        move = _move(state, facts, line, piece, each, status)
        commands.append(Book(move, found, wanted is not None))
        commands += with_booking(verdict.labels, line, piece, each, kept_as)
    last = replace(pieces[-1], reason=state.damaged, status=kept_as.value)
    said = _said(state, facts, line, last, quantity, verdict, wanted)
    return shown(_after(state, last), facts, said, *commands)


def _ask_again(
    state: ReceivingState, facts: ReceivingFacts, goods: Booked, verdict: Acceptance, event: Event, about: str
) -> Out:
    """More than ordered, within the tolerance: the same code again, or a key for a typed quantity, confirms it."""
    said = warning(f"receiving.{verdict.verdict.kind}", **told_of(verdict))
    raw = event.scan.raw if isinstance(event, Scanned) else ""
    if state.asking == SERIALS:
        text = event.text if isinstance(event, Key) else raw
        return shown(replace(state, pending=Pending(text, about)), facts, said)
    asking = replace(state, pending=Pending(raw, about), collected=NOTHING, asking="" if raw else "confirm")
    return shown(replace(asking, last=goods), facts, said)


def _confirmed(state: ReceivingState, event: Event, about: str) -> bool:
    """The same code scanned again, CONFIRM for a typed quantity, or the same list of serial numbers once more."""
    if state.pending.confirms(event, about):
        return True
    if not isinstance(event, Key) or state.pending.about != about:
        return False
    by_key = event.command == "CONFIRM" and state.asking == "confirm"
    return by_key or (state.asking == SERIALS and bool(event.text) and event.text == state.pending.raw)


def _after(state: ReceivingState, last: Booked) -> ReceivingState:
    """What is left in hand: nothing, but in a list of serial numbers the item whose next piece follows."""
    unit, filled = state.unit, state.unit is not None
    after = ReceivingState(state.document, state.also, last=last, unit=unit, filled=filled, blind=state.blind)
    if state.asking != SERIALS:
        return after
    return replace(after, asking=SERIALS, collected=replace(state.collected, serial=None))


def _move(
    state: ReceivingState, facts: ReceivingFacts, line: OrderLine, goods: Booked, quantity: Decimal, status: StockStatus
) -> ReceiptMove:
    assert facts.dock is not None
    return ReceiptMove(
        document=None if state.blind else _paper(state, facts, line),
        line=None if state.blind else line.id,
        item=line.item,
        qty=quantity,
        supplier=facts.supplier,
        dock=facts.dock.id,
        status=status,
        lot=goods.lot,
        serial=goods.serial,
        expiry=goods.expiry,
        best_before=goods.best_before,
        reason=state.damaged or (NO_ORDER if state.blind else ""),
        unit=state.unit,
        weight_kg=goods.weight_kg,
    )


def _found(
    state: ReceivingState, line: OrderLine, verdict: Acceptance, each: Decimal, *, first: bool, quantity: Decimal
) -> tuple[Found, ...]:
    """What is wrong with goods that were ordered: so many too many (said once), so many damaged."""
    if state.blind:
        return ()
    extra = over(verdict, quantity) if first else Decimal(0)
    found = [Found("over", line.id, line.item, extra)] if extra else []
    if state.damaged:
        found.append(Found("damaged", line.id, line.item, each, state.damaged))
    return tuple(found)


def _said(
    state: ReceivingState, facts: ReceivingFacts, line: OrderLine, goods: Booked, quantity: Decimal,
    verdict: Acceptance, wanted: Wanted | None,
) -> Feedback:  # fmt: skip
    """What is told of goods that are booked."""
    on_hold = facts.hold_on(line.item, goods.lot, goods.serial)
    waits = wanted is not None and not wanted.skipped
    code = booked_as(held=verdict.held, damaged=bool(state.damaged), on_hold=bool(on_hold), inspected=waits)
    told = {"amount": amount(quantity, line.unit, line.sku), "sku": line.sku, "lot": goods.lot or goods.serial}
    told["expiry"] = str(goods.expiry or goods.best_before or "")
    if wanted is not None and state.blind:
        code = "receiving.booked_unordered" if code == "receiving.booked_inspected" else code
    elif wanted is not None:
        pieces, lot = sample(facts, line, goods, quantity, wanted)
        told |= {"sample": str(pieces), "of": format_quantity(lot)}
    if code == "receiving.booked_damaged" and state.blind:
        code = "receiving.booked_damaged_unordered"
    return (ok if code == "receiving.booked" else warning)(code, status=on_hold, **told)


def _paper(state: ReceivingState, facts: ReceivingFacts, line: OrderLine) -> UUID:
    """The document that goods of a line are posted for: the announcement that they came with, else their order."""
    papers = (paper for one in state.papers if (paper := facts.document(one)))
    return next((one.id for one in papers if one.kind == "asn" and one.line(line.id)), line.document)
