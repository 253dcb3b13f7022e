"""The decisions of receiving, pure: which order, which goods, how many, in which status."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.database.receiving import ReceiptMove
from app.dialogs.definition import Pending
from app.dialogs.dialog import Event, Feedback, Key, Outcome, Result, Scanned
from app.dialogs.grammar import amount, error, not_understood, ok, warning
from app.dialogs.receiving.commands import LABELLED, AddPhoto, Book, Command, End, LabelUnit, MakeUnit
from app.dialogs.receiving.prompt import PHOTO, missing, show
from app.dialogs.receiving.state import Booked, ReceivingState
from app.dialogs.runner import as_key
from app.domain.errors import Refusal
from app.domain.policies import Answer
from app.domain.receiving import Collected, Conflict, LineFacts, accept
from app.domain.scanning import Candidate, CodeKind
from app.domain.values import parse_in_units
from app.services.handling_units import KINDS
from app.services.receiving import ExpectedDocument, OrderLine, ReceivingFacts

Out = Outcome[ReceivingState, Command]
DAMAGE_REASONS = ("DAMAGED", "QUALITY")
_NOTHING = Collected()


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
            return _show(state, facts, None)


def _show(state: ReceivingState, facts: ReceivingFacts, feedback: Feedback | None, *commands: Command) -> Out:
    return Outcome(state, show(state, facts, feedback, booked=_booked_now(commands)), commands)


def _booked_now(commands: tuple[Command, ...]) -> ReceiptMove | None:
    return next((command.move for command in commands if isinstance(command, Book)), None)


def _refuse(state: ReceivingState, facts: ReceivingFacts, feedback: Feedback) -> Out:
    """An error clears what was collected: the next scan starts afresh."""
    return _show(replace(state, collected=_NOTHING, pending=Pending(), asking=""), facts, feedback)


def _scan(state: ReceivingState, event: Scanned, facts: ReceivingFacts) -> Out:
    if state.asking:
        return _show(state, facts, error("receiving.answer_first", scan=event.scan.raw))
    if units := event.reading.of(CodeKind.HANDLING_UNIT):
        return take_unit(state, facts, units[0])
    if event.reading.of(CodeKind.DOCUMENT):
        return _open_document(state, event, facts)
    document = facts.document(state.document)
    if document is None:
        return _offer_orders(state, event, facts)
    return _goods(state, event, facts, document)


def take_unit(state: ReceivingState, facts: ReceivingFacts, found: Candidate) -> Out:
    """A unit that stands at the dock, or nowhere yet, is put under the goods that follow."""
    unit = facts.unit(found.id)
    if facts.document(state.document) is None:
        return _refuse(state, facts, error("receiving.order_first", unit=found.label))
    if unit is None or not unit.here:
        return _refuse(state, facts, error("receiving.unit_elsewhere", unit=found.label))
    return _show(replace(state, unit=unit.id, filled=False), facts, ok("receiving.onto_unit", unit=unit.number))


def change_unit(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """A new unit: which kind is asked. Or the one in hand is full: its label is printed, what follows has no unit."""
    if (key.command == "NEW_UNIT") is (state.unit is not None):
        return _show(state, facts, error("dialog.not_now", command=key.command))
    if key.command == "NEW_UNIT":
        return _show(replace(state, asking="unit"), facts, None)
    label = (LabelUnit(state.unit, document.number),) if state.unit and state.filled else ()
    return _show(replace(state, unit=None, filled=False), facts, ok("receiving.unit_done"), *label)


def heard(state: ReceivingState, result: Result, facts: ReceivingFacts) -> Out:
    """A unit was made, or its label is on its way: said so."""
    told = result.facts
    if result.kind == LABELLED:
        done = ok("receiving.unit_labelled", **told) if told["unit"] else ok("receiving.unit_done")
        return _show(state, facts, done)
    return _show(replace(state, unit=result.about, filled=False), facts, ok("receiving.onto_unit", **told))


def _open_document(state: ReceivingState, event: Scanned, facts: ReceivingFacts) -> Out:
    found = [one for one in facts.documents if one.id in {seen.id for seen in event.reading.candidates}]
    orders = [one for one in found if one.kind == "purchase_order"]
    if not orders:
        number = event.reading.of(CodeKind.DOCUMENT)[0].label
        return _refuse(state, facts, error("receiving.not_an_inbound_document", document=number))
    if len(orders) > 1:
        return _refuse(state, facts, error("scan.ambiguous", scan=event.scan.raw, candidates=_numbers(orders)))
    return _work_on(orders[0], facts)


def _numbers(documents: list[ExpectedDocument]) -> str:
    return ", ".join(f"{one.number} ({one.partner})" for one in documents)


def _work_on(order: ExpectedDocument, facts: ReceivingFacts) -> Out:
    if order.decision != "released":
        refusal = error("receiving.order_not_released", document=order.number, decision=order.decision)
        return _refuse(ReceivingState(), facts, refusal)
    opened = ok("receiving.order_opened", document=order.number, partner=order.partner)
    return _show(ReceivingState(document=order.id), facts, opened)


def _offer_orders(state: ReceivingState, event: Scanned, facts: ReceivingFacts) -> Out:
    """Goods without an order: one open order that holds them is taken, several are offered."""
    if not event.reading.of(CodeKind.ITEM):
        return _refuse(state, facts, not_understood(event, CodeKind.DOCUMENT, CodeKind.ITEM))
    if not facts.offered:
        item = event.reading.of(CodeKind.ITEM)[0]
        return _refuse(state, facts, error("receiving.no_order_for_item", sku=item.label))
    asking = replace(state, asking="document")
    return _show(asking, facts, warning("receiving.which_order", count=len(facts.offered)))


def _goods(state: ReceivingState, event: Scanned, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    says_something = event.reading.of(CodeKind.ITEM) or event.reading.lot or event.reading.expiry
    if event.reading.faults or not says_something:
        return _refuse(state, facts, not_understood(event, CodeKind.ITEM))
    collected = state.collected.merge(event.reading)
    if isinstance(collected, Conflict):
        return _refuse(
            state,
            facts,
            error("receiving.conflict", field=collected.field, held=collected.held, scanned=collected.scanned),
        )
    if collected.item is None:
        return _show(replace(state, collected=collected), facts, ok("receiving.scan_goods_too"))
    line = _line_of(document, collected)
    if line is None:
        return _refuse(
            state, facts, error("receiving.not_on_order", sku=collected.item.label, document=document.number)
        )
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
        return _show(waiting, facts, warning(f"receiving.{wanted}_wanted", sku=line.sku))
    assert collected.item is not None
    booked = Booked(
        line=line.id,
        uom=collected.item.uom,
        factor=collected.item.factor,
        lot=collected.lot or "",
        serial=collected.serial or "",
        expiry=collected.expiry,
        best_before=collected.best_before,
    )
    quantity = collected.base_quantity or collected.item.factor
    return _judge(state, facts, line, booked, quantity, event=event)


def _judge(
    state: ReceivingState, facts: ReceivingFacts, line: OrderLine, goods: Booked, quantity: Decimal, *, event: Event
) -> Out:
    """Ask the rules; then book, warn, or refuse."""
    verdict = accept(_line_facts(facts, line, goods), quantity, facts.policy, damaged=bool(state.damaged))
    told = {name: str(value) for name, value in verdict.verdict.facts.items()}
    if verdict.verdict.answer is Answer.REFUSE:
        return _refuse(state, facts, error(f"receiving.{verdict.verdict.kind}", **told))
    about = f"{line.id}/{quantity}"
    if verdict.verdict.answer is Answer.CONFIRM and not _confirmed(state, event, about):
        raw = event.scan.raw if isinstance(event, Scanned) else ""
        asking = replace(state, pending=Pending(raw, about), collected=_NOTHING, asking="" if raw else "confirm")
        return _show(replace(asking, last=goods), facts, warning(f"receiving.{verdict.verdict.kind}", **told))
    if facts.dock is None:
        return _refuse(state, facts, error("receiving.no_dock"))
    document = facts.document(state.document)
    assert document is not None
    move = ReceiptMove(
        document=document.id,
        line=line.id,
        item=line.item,
        qty=quantity,
        supplier=facts.supplier,
        dock=facts.dock.id,
        status=verdict.status,
        lot=goods.lot,
        serial=goods.serial,
        expiry=goods.expiry,
        best_before=goods.best_before,
        reason=state.damaged,
        unit=state.unit,
    )
    goods = replace(goods, reason=state.damaged)
    after = ReceivingState(document=document.id, last=goods, unit=state.unit, filled=state.unit is not None)
    on_hold = facts.hold_on(line.item, goods.lot, goods.serial)
    code = _booked_as(held=bool(verdict.held), damaged=bool(state.damaged), on_hold=bool(on_hold))
    said = ok if code == "receiving.booked" else warning
    feedback = said(
        code, amount=amount(quantity, line.unit, line.sku), sku=line.sku, lot=goods.lot or goods.serial, status=on_hold
    )
    return _show(after, facts, feedback, Book(move))


def _booked_as(*, held: bool, damaged: bool, on_hold: bool) -> str:
    """The words for goods that came in: what has to be done with them counts most."""
    if damaged:
        return "receiving.booked_damaged"
    if on_hold:
        return "receiving.booked_lot_held"
    return "receiving.booked_held" if held else "receiving.booked"


def _confirmed(state: ReceivingState, event: Event, about: str) -> bool:
    """The same code scanned again, or CONFIRM for a typed quantity."""
    by_key = isinstance(event, Key) and event.command == "CONFIRM" and state.asking == "confirm"
    return state.pending.confirms(event, about) or (by_key and state.pending.about == about)


def _line_facts(facts: ReceivingFacts, line: OrderLine, goods: Booked) -> LineFacts:
    document = next(one for one in facts.documents if line in one.lines)
    return LineFacts(
        sku=line.sku,
        ordered=line.ordered,
        received=line.received,
        today=facts.today,
        step=Decimal(1).scaleb(-line.decimals),
        category=line.category,
        partner=document.partner_code,
        needs_lot="lot" in line.tracking,
        needs_serial="serial" in line.tracking,
        needs_expiry=line.expiry_required,
        lot=goods.lot or None,
        serial=goods.serial or None,
        expiry=goods.expiry or goods.best_before,
        min_shelf_life_days=line.minimum_days,
    )


def _key(state: ReceivingState, key: Key, facts: ReceivingFacts) -> Out:
    document = facts.document(state.document)
    if state.asking == "document" and key.command != "CANCEL":
        chosen = next((one for one in facts.documents if str(one.id) == key.command), None)
        return _work_on(chosen, facts) if chosen else _refuse(state, facts, error("receiving.choose_order"))
    if key.command == "CANCEL" or document is None:
        return _show(replace(state, asking="", damaged="", collected=_NOTHING, pending=Pending()), facts, None)
    return _answer(state, key, facts, document) if state.asking else _command(state, key, facts, document)


def _answer(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """What was asked is answered: typed, chosen or confirmed."""
    match state.asking, key.command:
        case (("quantity" | "lot" | "expiry"), "ENTER"):
            return _typed(state, key, facts, document)
        case ("confirm", "CONFIRM") | ("photo", "ENTER") if state.last:
            done = _photographed if state.asking == PHOTO else _confirm_typed
            return done(state, key, facts, document)
        case "damage", reason if reason in DAMAGE_REASONS:
            return _show(replace(state, asking="", damaged=reason), facts, warning("receiving.next_is_damaged"))
        case "unit", kind if kind.lower() in KINDS:
            return _show(replace(state, asking=""), facts, None, MakeUnit(kind.lower()))
        case "end", ("BACKORDER" | "CLOSE_SHORT"):
            return _finish(state, document, facts, close_short=key.command == "CLOSE_SHORT")
        case _:
            return _show(state, facts, error("dialog.not_now", command=key.command))


def _command(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    match key.command:
        case "QUANTITY" | "PHOTO" if state.last:
            return _show(replace(state, asking=key.command.lower()), facts, None)
        case "LOT" | "EXPIRY" if state.collected.item:
            return _show(replace(state, asking=key.command.lower()), facts, None)
        case "DAMAGED":
            return _show(replace(state, asking="damage"), facts, None)
        case "NEW_UNIT" | "UNIT_DONE":
            return change_unit(state, key, facts, document)
        case "DONE":
            return _end(state, facts, document)
        case _:
            return _show(state, facts, error("dialog.not_now", command=key.command))


def _photographed(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """A picture was kept, known by its SHA-256: it belongs to the goods booked last."""
    assert state.last is not None
    line = document.line(state.last.line)
    taken = AddPhoto(document.id, state.last.line, state.last.reason, key.text)
    done = ok("receiving.photo_kept", sku=line.sku if line else "")
    return _show(replace(state, asking=""), facts, done, taken)


def _typed(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """An answer was typed: a quantity, a lot number, or an expiry date."""
    line = document.line(state.last.line) if state.last else None
    try:
        if state.asking == "quantity" and state.last and line:
            quantity = parse_in_units(
                key.text, base=line.unit, units=line.packagings, decimals=line.decimals, default=state.last.factor
            )
            return _judge(replace(state, asking=""), facts, line, state.last, quantity, event=key)
        if state.asking == "lot":
            return _complete(state, facts, document, replace(state.collected, lot=key.text.strip()[:20] or None), key)
        if state.asking == "expiry":
            expiry = date.fromisoformat(key.text.strip())
            return _complete(state, facts, document, replace(state.collected, expiry=expiry), key)
    except Refusal as refusal:
        told = {name: str(value) for name, value in refusal.facts.items()}
        return _show(state, facts, error(refusal.code, **told))
    except ValueError:
        return _show(state, facts, error("receiving.date_unreadable", text=key.text))
    return _show(replace(state, asking=""), facts, error("dialog.not_now", command=key.command))


def _complete(
    state: ReceivingState, facts: ReceivingFacts, document: ExpectedDocument, collected: Collected, key: Key
) -> Out:
    """Go on with goods whose lot or expiry was typed."""
    line = _line_of(document, collected) if collected.item else None
    if line is None:
        return _show(replace(state, asking="", collected=collected), facts, None)
    return _book(replace(state, asking=""), facts, line, collected, event=key)


def _confirm_typed(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    assert state.last is not None
    line = document.line(state.last.line)
    quantity = Decimal(state.pending.about.rpartition("/")[2])
    if line is None:
        return _show(replace(state, asking=""), facts, error("dialog.not_now", command=key.command))
    return _judge(state, facts, line, state.last, quantity, event=key)


def _end(state: ReceivingState, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    if any(line.open > 0 and not line.closed for line in document.lines):
        return _show(replace(state, asking="end"), facts, warning("receiving.lines_open"))
    return _finish(state, document, facts, close_short=False)


def _finish(state: ReceivingState, document: ExpectedDocument, facts: ReceivingFacts, *, close_short: bool) -> Out:
    command = End(document.id, close_short)
    label = (LabelUnit(state.unit, document.number),) if state.unit and state.filled else ()
    return _show(ReceivingState(), facts, ok("receiving.ended", document=document.number), command, *label)
