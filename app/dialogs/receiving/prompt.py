"""What the dock shows: the next instruction, the goods in hand, the order's lines."""

from decimal import Decimal

from app.database.receiving import ReceiptMove
from app.dialogs.dialog import Choice, Count, Feedback, ItemPanel, Prompt, Row
from app.dialogs.receiving.state import ReceivingState
from app.domain.receiving import Collected
from app.domain.values import format_quantity
from app.services.handling_units import KINDS
from app.services.receiving import ExpectedDocument, OrderLine, ReceivingFacts

PHOTO = "photo"
"""What a prompt waits for when a photo of the goods is to be taken."""
COLUMNS = ("caption.item", "caption.name", "caption.received", "caption.ordered", "caption.unit")


def show(
    state: ReceivingState, facts: ReceivingFacts, feedback: Feedback | None, *, booked: ReceiptMove | None
) -> Prompt:
    """The prompt of a state. `booked` is a move of this very step, which the facts do not hold yet."""
    document = facts.document(state.document)
    if document is None:
        return _without_order(state, facts, feedback)
    current = _current(state, document)
    received = _received(current, booked) if current else Decimal(0)
    return Prompt(
        instruction=_instruction(state, document, booked),
        facts={"sku": current.sku if current else "", "document": document.number, "partner": document.partner},
        document=document.number,
        item=_panel(current, state, facts) if current else None,
        count=Count(format_quantity(received), format_quantity(current.ordered), current.unit) if current else None,
        columns=COLUMNS,
        rows=tuple(_row(line, current, booked) for line in document.lines),
        feedback=feedback,
        commands=_commands(state),
        choices=_choices(state, facts),
        ask=f"receiving.ask_{state.asking}" if state.asking in {"quantity", "lot", "expiry"} else "",
        waiting=PHOTO if state.asking == PHOTO else "",
    )


def _without_order(state: ReceivingState, facts: ReceivingFacts, feedback: Feedback | None) -> Prompt:
    choosing = state.asking == "document"
    return Prompt(
        instruction="receiving.choose_order" if choosing else "receiving.scan_order",
        feedback=feedback,
        commands=("CANCEL",) if choosing else (),
        choices=_choices(state, facts),
    )


def _choices(state: ReceivingState, facts: ReceivingFacts) -> tuple[Choice, ...]:
    match state.asking:
        case "document":
            return tuple(
                Choice(str(one.id), "receiving.order", {"document": one.number, "partner": one.partner})
                for one in facts.offered
            )
        case "damage":
            return (Choice("DAMAGED", "reason.DAMAGED"), Choice("QUALITY", "reason.QUALITY"))
        case "unit":
            return tuple(Choice(kind.upper(), f"handling.{kind}") for kind in KINDS)
        case "end":
            return (Choice("BACKORDER", "receiving.keep_open"), Choice("CLOSE_SHORT", "receiving.close_short"))
        case _:
            return ()


def _commands(state: ReceivingState) -> tuple[str, ...]:
    if state.asking:
        return ("CONFIRM", "CANCEL") if state.asking == "confirm" else ("CANCEL",)
    wanted = ("LOT", "EXPIRY") if state.collected.item else ()
    more = ("QUANTITY",) if state.last else ()
    photo = ("PHOTO",) if state.last else ()
    unit = ("UNIT_DONE",) if state.unit else ("NEW_UNIT",)
    return ("UNDO", *more, "DAMAGED", *wanted, *unit, "DONE", *photo)


def _instruction(state: ReceivingState, document: ExpectedDocument, booked: ReceiptMove | None) -> str:
    if state.asking:
        return {
            "damage": "receiving.why_damaged",
            PHOTO: "receiving.take_photo",
            "unit": "handling.choose_new",
            "end": "receiving.what_about_the_rest",
            "confirm": "receiving.confirm_quantity",
        }.get(state.asking, f"receiving.ask_{state.asking}")
    if state.pending.raw:
        return "receiving.scan_again"
    line = _current(state, document)
    if line is not None and state.collected.item is not None and (wanted := missing(line, state.collected)):
        return f"receiving.scan_{wanted}"
    complete = all(_received(line, booked) >= line.ordered or line.closed for line in document.lines)
    return "receiving.all_received" if complete else "receiving.scan_goods"


def missing(line: OrderLine, collected: Collected) -> str:
    """What must be scanned or typed before these goods can be booked: lot, serial, expiry, or nothing."""
    if "lot" in line.tracking and not collected.lot:
        return "lot"
    if "serial" in line.tracking and not collected.serial:
        return "serial"
    if line.expiry_required and not (collected.expiry or collected.best_before):
        return "expiry"
    return ""


def _current(state: ReceivingState, document: ExpectedDocument) -> OrderLine | None:
    if state.collected.item is not None:
        return next((line for line in document.lines if line.item == state.collected.item.id), None)
    return document.line(state.last.line) if state.last else None


def _received(line: OrderLine, booked: ReceiptMove | None) -> Decimal:
    return line.received + (booked.qty if booked is not None and booked.line == line.id else 0)


def _panel(line: OrderLine, state: ReceivingState, facts: ReceivingFacts) -> ItemPanel:
    held = state.collected if state.collected.item else None
    lot = held.lot if held else state.last.lot if state.last else ""
    expiry = held.expiry if held else state.last.expiry if state.last else None
    unit = facts.unit(state.unit)
    details = [
        ("caption.lot", lot or ""),
        ("caption.expiry", expiry.isoformat() if expiry else ""),
        ("caption.handling_unit", unit.number if unit else ""),
    ]
    return ItemPanel(line.sku, line.name, details=tuple(pair for pair in details if pair[1]))


def _row(line: OrderLine, current: OrderLine | None, booked: ReceiptMove | None) -> Row:
    received = _received(line, booked)
    finished = received >= line.ordered or line.closed
    state = "current" if current is not None and current.id == line.id else "done" if finished else "open"
    cells = (line.sku, line.name, format_quantity(received), format_quantity(line.ordered), line.unit)
    return Row(cells, state)
