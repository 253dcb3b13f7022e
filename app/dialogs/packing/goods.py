"""One scanned unit: is it wanted, which picked goods is it, and into the carton with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from app.database.packing import PackMove
from app.dialogs.dialog import Scanned
from app.dialogs.grammar import amount, error, not_understood, ok, one, warning
from app.dialogs.packing.commands import PackUnit
from app.dialogs.packing.outcome import Out, end, refuse
from app.dialogs.packing.state import PackingState, Stage
from app.dialogs.packing.taking_back import TakeOut
from app.domain.catalog import DEFAULT_UNIT
from app.domain.packing import InTote, PackLine, Portion, Unit, spread, verify
from app.domain.policies import Answer
from app.domain.receiving import Collected, Conflict
from app.domain.scanning import Candidate, CodeKind
from app.domain.values import format_quantity
from app.services.packing import OrderLine, PackFacts, PackOrder, Parcel, Picked


def scan_unit(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """A code of goods: an item or packaging, with lot and serial in it or in a second code."""
    reading = event.reading
    says_something = reading.of(CodeKind.ITEM) or reading.lot or reading.serial
    if reading.faults or not says_something:
        return refuse(state, facts, not_understood(event, CodeKind.ITEM))
    collected = state.collected.merge(reading)
    if isinstance(collected, Conflict):
        told = {"field": collected.field, "held": collected.held, "scanned": collected.scanned}
        return refuse(state, facts, error("packing.conflict", **told))
    if collected.item is None:
        return end(replace(state, collected=collected), facts, ok("packing.scan_goods_too"))
    missing = _missing(order, collected, collected.item)
    if missing:
        told = {"sku": collected.item.label, "candidates": _choice(order, collected.item, missing)}
        return end(replace(state, collected=collected), facts, warning(f"packing.{missing}_wanted", **told))
    return _verify(state, facts, order, parcel, collected, collected.item)


def take_out(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """The scanned unit is taken out of the carton again; of goods that are weighed out, all of it."""
    item = one(event, CodeKind.ITEM)
    if event.reading.faults or item is None:
        return end(state, facts, not_understood(event, CodeKind.ITEM))
    line = _line_of(order, item)
    weighed_out = line is not None and line.decimals and event.reading.quantity is None
    command = TakeOut(
        parcel.id,
        item.id,
        item.label,
        event.reading.lot or "",
        event.reading.serial or "",
        None if weighed_out else (event.reading.quantity or 1) * item.factor,
    )
    return end(replace(state, stage=Stage.PACKING), facts, None, command)


def _line_of(order: PackOrder, item: Candidate) -> OrderLine | None:
    return next((line for line in order.lines if line.item == item.id), None)


def _missing(order: PackOrder, collected: Collected, item: Candidate) -> str:
    """What must be scanned before these goods can be told from others in the tote."""
    line = _line_of(order, item)
    if line is None:
        return ""
    if "serial" in line.tracking and not collected.serial:
        return "serial"
    lots = {picked.lot for picked in order.picked if picked.item == item.id and not collected.serial}
    return "lot" if len(lots) > 1 and not collected.lot else ""


def _choice(order: PackOrder, item: Candidate, what: str) -> str:
    """The lots or serial numbers in the tote."""
    return ", ".join(sorted({getattr(picked, what) for picked in order.picked if picked.item == item.id}))


def _verify(
    state: PackingState, facts: PackFacts, order: PackOrder, parcel: Parcel, collected: Collected, item: Candidate
) -> Out:
    """Ask the rules; then book or refuse."""
    keys = [picked for picked in order.picked if picked.item == item.id and _is_of(picked, collected)]
    line = _line_of(order, item)
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
        [_in_tote(order, picked) for picked in order.picked],
        today=facts.today,
        packed_serials={one.serial for box in order.parcels for one in box.contents if one.item == item.id},
    )
    if verdict.answer is Answer.REFUSE:
        told = _told(verdict.facts) | {"amount": amount(unit.quantity, line.unit if line else DEFAULT_UNIT, unit.sku)}
        return refuse(state, facts, error(f"packing.{verdict.kind}", **told))
    moves = tuple(_moves(spread(unit, _lines_with(order, keys)), keys))
    if sum((move.qty for move in moves), Decimal(0)) != unit.quantity:
        return refuse(state, facts, error("packing.not_in_tote", sku=unit.sku, serial=unit.serial or unit.lot or ""))
    last = order.line(moves[-1].line)
    assert last is not None
    packed = ok("packing.packed", amount=amount(unit.quantity, last.unit, last.sku), lot=unit.lot or "")
    after = PackingState(order=order.id, last=last.id)
    return end(after, facts, packed, PackUnit(order.id, parcel, moves))


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


def _in_tote(order: PackOrder, picked: Picked) -> InTote:
    line = order.line(picked.line)
    return InTote(line.sku if line else "", picked.quantity, picked.lot or None, picked.expiry)


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
