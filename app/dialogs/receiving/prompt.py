"""What the dock shows: the next instruction, the goods in hand, the order's lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Choice, Count, Feedback, ItemPanel, Prompt, Row
from app.dialogs.grammar import amount
from app.dialogs.receiving.state import ReceivingState
from app.domain.receiving import Collected
from app.domain.values import format_quantity
from app.services.handling_units import KINDS
from app.services.receiving import UNORDERED, AnnouncedUnit, ExpectedDocument, OrderLine, ReceivingFacts

PHOTO = "photo"
"""What a prompt waits for when a photo of the goods is to be taken."""
SERIALS = "serials"
SCALE = "scale"
"""What is asked while every code is the serial number of one more piece."""
_MOST_GOODS = 6
COLUMNS = ("caption.item", "caption.name", "caption.received", "caption.ordered", "caption.unit")


@dataclass(frozen=True, slots=True)
class Now:
    """What this very step books, which the facts do not hold yet: base units by line, and announced units."""

    booked: Mapping[UUID, Decimal] = field(default_factory=dict)
    units: frozenset[UUID] = frozenset()


def show(state: ReceivingState, facts: ReceivingFacts, feedback: Feedback | None, *, now: Now) -> Prompt:
    """The prompt of a state."""
    document = in_hand(state, facts)
    if document is None:
        return _without_order(state, facts, feedback)
    current = _current(state, document)
    received = _received(current, now) if current else Decimal(0)
    return Prompt(
        instruction=_instruction(state, document, now),
        facts={"sku": current.sku if current else "", "document": document.number, "partner": document.partner},
        document=document.number,
        item=_panel(current, state, facts) if current else None,
        count=_count(state, received, current) if current else None,
        columns=() if state.blind else COLUMNS,
        rows=()
        if state.blind
        else (
            *_unit_rows(document, now),
            *(_row(line, current, now) for line in document.lines),
        ),
        feedback=feedback,
        commands=commands(state, document),
        choices=_choices(state, facts),
        ask=f"receiving.ask_{state.asking}"
        if state.asking in {"quantity", "lot", SERIALS, "expiry", "weight", "labels"}
        else "",
        waiting={PHOTO: PHOTO, SCALE: "weight"}.get(state.asking, ""),
    )


def in_hand(state: ReceivingState, facts: ReceivingFacts) -> ExpectedDocument | None:
    """What is being received: documents of one supplier as if they were one, or goods without an order."""
    return facts.unordered if state.blind else facts.together(state.document, state.also)


def _count(state: ReceivingState, received: Decimal, line: OrderLine) -> Count | None:
    """So many of so many; without an order only what this scan booked."""
    if state.blind and not received:
        return None
    return Count(format_quantity(received), "" if state.blind else format_quantity(line.ordered), line.unit)


def _without_order(state: ReceivingState, facts: ReceivingFacts, feedback: Feedback | None) -> Prompt:
    choosing = state.asking in ("document", "truck")
    truck = (*(("TRUCK",) if facts.docked else ()), *(("NO_ORDER",) if facts.may_blind else ()))
    return Prompt(
        instruction="receiving.choose_order" if choosing else "receiving.scan_order",
        feedback=feedback,
        commands=("CANCEL",) if choosing else truck,
        choices=_choices(state, facts),
    )


def _choices(state: ReceivingState, facts: ReceivingFacts) -> tuple[Choice, ...]:
    match state.asking:
        case "document":
            return tuple(
                Choice(str(one.id), "receiving.order", {"document": one.number, "partner": one.partner})
                for one in facts.offered
            )
        case "truck":
            return tuple(
                Choice(str(one.id), "receiving.docked",
                       {"document": one.number, "partner": one.partner, "truck": one.truck, "door": one.door})
                for one in facts.docked
            )  # fmt: skip
        case "damage":
            return (Choice("DAMAGED", "reason.DAMAGED"), Choice("QUALITY", "reason.QUALITY"))
        case "unit":
            return tuple(Choice(kind.upper(), f"handling.{kind}") for kind in KINDS)
        case "end":
            return (Choice("BACKORDER", "receiving.keep_open"), Choice("CLOSE_SHORT", "receiving.close_short"))
        case _:
            return ()


def commands(state: ReceivingState, document: ExpectedDocument) -> tuple[str, ...]:
    """What can be done now. What is always possible comes first, so that its keys stay where they are."""
    if state.asking == SERIALS:
        return ("UNDO", "DONE")
    if state.asking == SCALE:
        return ("CONFIRM", "MANUAL", "CANCEL")
    if state.asking:
        return ("CONFIRM", "CANCEL") if state.asking == "confirm" else ("CANCEL",)
    line = _current(state, document)
    always = ("UNDO", "DAMAGED", "UNIT_DONE" if state.unit else "NEW_UNIT", "DONE")
    if line and state.collected.item:
        now = [name for name, wanted in _WANTED.items() if wanted(line)]
    else:
        singly = line is not None and (line.catch_weight or "serial" in line.tracking)
        now = [] if singly else ["QUANTITY"]
        now += ["LABELS"] if state.blind else ["PHOTO", "LABELS"]
        now = now if state.last else []
    count = ("COUNT_UNIT",) if not state.counting and any(not one.received_at for one in document.units) else ()
    return (*always, *now, *count)


_WANTED: Mapping[str, Callable[[OrderLine], bool]] = {
    "LOT": lambda line: "lot" in line.tracking,
    "SERIALS": lambda line: "serial" in line.tracking,
    "EXPIRY": lambda line: line.expiry_required or "lot" in line.tracking,
    "WEIGH": lambda line: line.catch_weight,
    "MANUAL": lambda line: line.catch_weight,
}
"""The keys that fill in what goods in hand still need."""


def _instruction(state: ReceivingState, document: ExpectedDocument, now: Now) -> str:
    if state.asking:
        return {
            "damage": "receiving.why_damaged",
            PHOTO: "receiving.take_photo",
            SCALE: "receiving.put_on_scale",
            "unit": "handling.choose_new",
            "end": "receiving.what_about_the_rest",
            "confirm": "receiving.confirm_quantity",
        }.get(state.asking, f"receiving.ask_{state.asking}")
    if state.pending.raw:
        return "receiving.scan_again"
    line = _current(state, document)
    if line is not None and state.collected.item is not None and (wanted := missing(line, state.collected)):
        return f"receiving.scan_{wanted}"
    if state.damaged or state.counting:
        return "receiving.scan_damaged" if state.damaged else "receiving.scan_unit_to_count"
    return _what_follows(document, now)


def _what_follows(document: ExpectedDocument, now: Now) -> str:
    """Nothing is in hand: pallets that were announced, goods, or the end."""
    if document.kind == UNORDERED:
        return "receiving.scan_unordered"
    complete = all(_received(line, now) >= line.ordered or line.closed for line in document.lines)
    if document.units and any(not one.received_at and one.id not in now.units for one in document.units):
        return "receiving.scan_unit_or_goods"
    return "receiving.all_received" if complete else "receiving.scan_goods"


def missing(line: OrderLine, collected: Collected) -> str:
    """What must be scanned or typed before these goods can be booked: lot, serial, expiry, weight, or nothing."""
    if "lot" in line.tracking and not collected.lot:
        return "lot"
    if "serial" in line.tracking and not collected.serial:
        return "serial"
    if line.expiry_required and not (collected.expiry or collected.best_before):
        return "expiry"
    if line.catch_weight and not collected.weight_kg:
        return "weight"
    return ""


def _current(state: ReceivingState, document: ExpectedDocument) -> OrderLine | None:
    if state.collected.item is not None:
        return next((line for line in document.lines if line.item == state.collected.item.id), None)
    return document.line(state.last.line) if state.last else None


def _received(line: OrderLine, now: Now) -> Decimal:
    return line.received + now.booked.get(line.id, Decimal(0))


def _panel(line: OrderLine, state: ReceivingState, facts: ReceivingFacts) -> ItemPanel:
    held = state.collected if state.collected.item else None
    lot = held.lot if held else state.last.lot if state.last else ""
    serial = held.serial if held else state.last.serial if state.last else ""
    expiry = held.expiry if held else state.last.expiry if state.last else None
    unit = facts.unit(state.unit)
    details = [
        ("caption.lot", lot or ""),
        ("caption.serial", serial or ""),
        ("caption.expiry", expiry.isoformat() if expiry else ""),
        ("caption.handling_unit", unit.number if unit else ""),
    ]
    return ItemPanel(line.sku, line.name, details=tuple(pair for pair in details if pair[1]))


def _unit_rows(document: ExpectedDocument, now: Now) -> list[Row]:
    lines = {line.id: line for line in document.lines}
    return [_unit_row(unit, lines, now) for unit in document.units]


def _unit_row(unit: AnnouncedUnit, lines: Mapping[UUID, OrderLine], now: Now) -> Row:
    """An announced unit: what stands on it, as far as that can be read at a glance, and whether it came."""
    known = [each for each in unit.goods if each.line in lines]
    goods = ", ".join(amount(each.qty, lines[each.line].unit, lines[each.line].sku) for each in known[:_MOST_GOODS]) + (
        " …" if len(known) > _MOST_GOODS else ""
    )
    came = bool(unit.received_at) or unit.id in now.units
    return Row((unit.number, goods, "1" if came else "0", "1", ""), "done" if came else "open")


def _row(line: OrderLine, current: OrderLine | None, now: Now) -> Row:
    received = _received(line, now)
    finished = received >= line.ordered or line.closed
    state = "current" if current is not None and current.id == line.id else "done" if finished else "open"
    cells = (line.sku, line.name, format_quantity(received), format_quantity(line.ordered), line.unit)
    return Row(cells, state)
