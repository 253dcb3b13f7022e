"""One scanned unit: is it wanted, which picked goods is it, and into the carton with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from app.database.packing import PackMove
from app.dialogs.dialog import Feedback, Key, Scanned
from app.dialogs.grammar import amount, error, not_understood, ok, plain_number, refused, warning
from app.dialogs.packing.commands import PackUnit
from app.dialogs.packing.outcome import Out, end, refuse
from app.dialogs.packing.state import PackingState, Stage
from app.dialogs.packing.taking_back import TakeOut
from app.domain.catalog import DEFAULT_UNIT
from app.domain.errors import Refusal
from app.domain.packing import InTote, PackLine, PackVerdict, Portion, Unit, spread, verify
from app.domain.packing.counting import CountFacts, may_type
from app.domain.policies import Answer
from app.domain.receiving import Collected, Conflict
from app.domain.scanning import Candidate, CodeKind, Reading
from app.domain.serials import MOST_CHARACTERS
from app.domain.values import format_quantity, parse_in_units
from app.services.packing import OrderLine, Packed, PackFacts, PackOrder, Parcel, Picked

Held = Picked | Packed
"""Goods in a tote, or in a carton."""


def scan_unit(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """A code of goods: an item or packaging, with lot and serial in it or in a second code."""
    collected = collect(
        state.collected, event, order, (*order.picked, *(one for box in order.parcels for one in box.contents))
    )
    if isinstance(collected, Feedback):
        return refuse(state, facts, collected)
    if collected.item is None:
        return end(replace(state, collected=collected), facts, ok("packing.scan_goods_too"))
    missing = _missing(order, collected, collected.item, order.picked)
    if missing:
        return end(replace(state, collected=collected), facts, _which(collected.item, missing, order.picked))
    return _verify(state, facts, order, parcel, collected, collected.item)


def type_more(state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """So many more of the unit that was scanned last, in the packaging that was scanned; judged like a scan of each."""
    more = state.more
    line = _line_of(order, more.item) if more.item else None
    if more.item is None or line is None:
        return end(replace(state, stage=Stage.PACKING), facts, error("dialog.not_now", command=key.command))
    try:
        typed = parse_in_units(
            key.text, base=line.unit, units=(), decimals=line.decimals, default=Decimal(more.item.factor)
        )
    except Refusal as refusal:
        return end(state, facts, refused(refusal))
    one_each = replace(more.item, factor=Decimal(1), uom=line.unit)
    return _verify(state, facts, order, parcel, replace(more, item=one_each, count=typed), more.item)


def take_out(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """The scanned unit is taken out of the carton again; of goods that are weighed out, all of it.

    Which of several pieces or lots comes out is asked: another one in the book than in the hand would leave as it.
    """
    collected = collect(state.collected, event, order, parcel.contents)
    if isinstance(collected, Feedback):
        return refuse(state, facts, collected)
    item = collected.item
    if item is None:
        return end(replace(state, collected=collected), facts, ok("packing.scan_goods_too"))
    missing = _missing(order, collected, item, parcel.contents)
    if missing and _several(missing, item, parcel.contents):
        return end(replace(state, collected=collected), facts, _which(item, missing, parcel.contents))
    line = _line_of(order, item)
    weighed_out = line is not None and line.decimals and collected.count is None
    quantity = None if weighed_out else collected.base_quantity or item.factor
    command = TakeOut(parcel.id, item.id, item.label, collected.lot or "", collected.serial or "", quantity)
    return end(replace(state, stage=Stage.PACKING, collected=Collected()), facts, None, command)


def collect(held: Collected, event: Scanned, order: PackOrder, known: Sequence[Held]) -> Collected | Feedback:
    """What is known of the goods in hand after one more code, or why it says nothing of them.

    `known` are the goods that may be meant. Suppliers print a lot or serial number as plain bars beside the article's
    code: such a code is one of theirs, or the number that is asked for.
    """
    reading = _numbered(held, event, order, known)
    if reading.faults or not (reading.of(CodeKind.ITEM) or reading.lot or reading.serial):
        return not_understood(event, CodeKind.ITEM)
    collected = held.merge(reading)
    if isinstance(collected, Conflict):
        return error("packing.conflict", field=collected.field, held=collected.held, scanned=collected.scanned)
    return collected


def _numbered(held: Collected, event: Scanned, order: PackOrder, known: Sequence[Held]) -> Reading:
    """The reading, with a code that says nothing by itself as the lot or serial number that it is."""
    number = plain_number(event, MOST_CHARACTERS)
    if not number:
        return event.reading
    line = _line_of(order, held.item) if held.item else None
    tracking = line.tracking if line else ""
    about = [one for one in known if held.item is None or one.item == held.item.id]
    if any(one.serial == number for one in about) or ("serial" in tracking and not held.serial):
        return replace(event.reading, serial=number)
    if any(one.lot == number for one in about) or ("lot" in tracking and not held.lot):
        return replace(event.reading, lot=number)
    return event.reading


def _line_of(order: PackOrder, item: Candidate) -> OrderLine | None:
    return next((line for line in order.lines if line.item == item.id), None)


def _missing(order: PackOrder, collected: Collected, item: Candidate, held: Sequence[Held]) -> str:
    """What must be scanned before these goods can be told from others in the tote, or in the carton."""
    line = _line_of(order, item)
    if line is None:
        return ""
    if "serial" in line.tracking and not collected.serial:
        return "serial"
    return "lot" if _several("lot", item, held) and not collected.lot and not collected.serial else ""


def _several(what: str, item: Candidate, held: Sequence[Held]) -> bool:
    """Whether goods of an item lie there under several lots or serial numbers."""
    return len({getattr(one, what) for one in held if one.item == item.id}) > 1


def _which(item: Candidate, what: str, held: Sequence[Held]) -> Feedback:
    """Its lot or serial number is wanted, of those that lie there."""
    numbers = sorted({getattr(one, what) for one in held if one.item == item.id})
    return warning(f"packing.{what}_wanted", sku=item.label, candidates=", ".join(numbers))


def _verify(
    state: PackingState, facts: PackFacts, order: PackOrder, parcel: Parcel, collected: Collected, item: Candidate
) -> Out:
    """Ask the rules; then book or refuse."""
    keys = [picked for picked in order.picked if picked.item == item.id and _is_of(picked, collected)]
    line, skus = _line_of(order, item), {line.id: line.sku for line in order.lines}
    unit = Unit(
        sku=item.label,
        quantity=_quantity(order, collected, item, keys),
        lot=collected.lot,
        serial=collected.serial,
        expiry=collected.expiry or collected.best_before,
    )
    verdict = verify(
        unit,
        [PackLine(str(line.id), line.sku, line.open) for line in order.lines],
        [InTote(skus.get(one.line, ""), one.quantity, one.lot or None, one.expiry) for one in order.picked],
        today=facts.today,
        packed_serials={one.serial for box in order.parcels for one in box.contents if one.item == item.id},
    )
    parts = [one.sku for one in order.lines if one.bundle == unit.sku]
    if parts and line is None:
        return refuse(state, facts, error("packing.scan_parts", sku=unit.sku, parts=", ".join(dict.fromkeys(parts))))
    if verdict.answer is Answer.REFUSE:
        told = _told(verdict.facts) | {"amount": amount(unit.quantity, line.unit if line else DEFAULT_UNIT, unit.sku)}
        typed = "typed_" if state.stage is Stage.QUANTITY and verdict.kind is PackVerdict.TOO_MANY else ""
        return refuse(state, facts, error(f"packing.{typed}{verdict.kind}", **told))
    moves = tuple(_moves(spread(unit, _lines_with(order, keys)), keys))
    if sum((move.qty for move in moves), Decimal(0)) != unit.quantity:
        return refuse(state, facts, error("packing.not_in_tote", sku=unit.sku, serial=unit.serial or unit.lot or ""))
    last = order.line(moves[-1].line)
    assert last is not None
    packed = ok("packing.packed", amount=amount(unit.quantity, last.unit, last.sku), lot=unit.lot or "")
    more = replace(collected, item=item, count=None) if _may_type(facts, order, last) else Collected()
    after = PackingState(order=order.id, last=last.id, more=more)
    return end(after, facts, packed, PackUnit(order.id, parcel, moves))


def _may_type(facts: PackFacts, order: PackOrder, line: OrderLine) -> bool:
    """Whether the rules let the rest of these goods be typed; goods that are weighed out are one scan anyway."""
    about = CountFacts(
        line.sku,
        category=line.category,
        hazard=line.hazard,
        fragile=line.fragile,
        tracking=line.tracking,
        partner=order.partner_code,
        pieces=line.ordered,
        price=line.price or Decimal(0),
    )
    rules = facts.counting.deciding(item=line.item, categories=line.categories, partner=order.partner_id)
    return not line.decimals and may_type(about, rules)


def _told(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: format_quantity(value) if isinstance(value, Decimal) else str(value) for name, value in facts.items()}


def _is_of(picked: Picked, collected: Collected) -> bool:
    """Whether picked goods may be the scanned unit."""
    return collected.lot in (None, picked.lot) and collected.serial in (None, picked.serial)


def _quantity(order: PackOrder, collected: Collected, item: Candidate, keys: Sequence[Picked]) -> Decimal:
    """How many base units were scanned. Goods that are weighed out are one piece: all that was picked of them."""
    line = _line_of(order, item)
    picked = sum((key.quantity for key in keys), Decimal(0))
    if line is not None and line.decimals and collected.count is None and picked:
        return picked
    return collected.base_quantity or item.factor


def _lines_with(order: PackOrder, keys: Sequence[Picked]) -> list[PackLine]:
    """The order's lines with what these goods can fill of them."""
    return [
        PackLine(
            str(line.id),
            line.sku,
            min(line.open, sum((key.quantity for key in keys if key.line == line.id), Decimal(0))),
        )
        for line in order.lines
    ]


def _moves(portions: Sequence[Portion], keys: Sequence[Picked]) -> Iterator[PackMove]:
    """The portions as moves from the stock keys that are reserved for their lines; what expires first goes first."""
    for portion in portions:
        left = portion.quantity
        for key in keys:
            if str(key.line) == portion.line and left > 0:
                taken = min(left, key.quantity)
                left -= taken
                yield PackMove(key.line, key.item, taken, key.location, key.trace, key.unit, key.owner, key.status)
