"""Announcements of a file against what is there: resolved, checked, compared, made or replaced.

An announcement of which nothing came yet is replaced by what the file says now. Once goods of it came, or it has ended,
another content is refused: what was received stays as it was announced.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from app.database import asns as store
from app.database.asns import NewLine, StoredAsn
from app.database.orders import KnownWarehouse, ensure_partners
from app.database.session import Session
from app.domain.catalog import ProductData
from app.domain.codes import look_up_key
from app.domain.orders import AsnData, AsnLine, PurchaseOrderData
from app.domain.partners import PartnerData
from app.domain.values import Change, Changed, Difference, compare
from app.services.importing.changed_orders import said_field, shown_value
from app.services.importing.orders import (
    FileGround,
    MadeOrder,
    Partners,
    check_quantity,
    read_ground,
    resolved_partner,
    resolved_warehouse,
)
from app.services.importing.wanted import Wanted
from app.services.work import UnitOfWork

ASN = "asn"
_CHANGES_SHOWN = 3
_OPEN = ("draft", "released", "held")

Ordered = set[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class AsnsPlan:
    """What an import would do to announcements, and the suppliers it would add; names are resolved."""

    difference: Difference[AsnData]
    partners: tuple[PartnerData, ...] = ()
    ground: FileGround | None = None


def plan(
    session: Session,
    wanted: Sequence[Wanted[AsnData]],
    *,
    ordered: Iterable[PurchaseOrderData],
    products: Iterable[ProductData],
    warehouses: Iterable[KnownWarehouse],
) -> AsnsPlan:
    """Compare announcements with those that are there; `ordered` are the orders that come with the same files."""
    if not wanted:
        return AsnsPlan(Difference())
    ground = read_ground(session, wanted, products, warehouses)
    partners: Partners = {}
    resolved = [_resolved(each, ground, partners) for each in wanted]
    waiting = store.ordered(session, {line.order.upper() for each in resolved for line in each.lines if line.order})
    waiting |= {(o.warehouse, _code(o.supplier), o.key, line.sku) for o in ordered for line in o.lines}
    taken = store.units_elsewhere(session, {line.sscc for each in resolved for line in each.lines if line.sscc})
    there = store.known(session, resolved)
    for said, record in zip(wanted, resolved, strict=True):
        if record.key not in there or _replaceable(there[record.key]):
            _check_orders(said, record, waiting)
            _check_units(said, record, taken)
    return AsnsPlan(_compared(wanted, resolved, there), tuple(partners.values()), ground)


def _replaceable(stored: StoredAsn) -> bool:
    return stored.decision in _OPEN and not stored.begun


def _code(partner: PartnerData | None) -> str:
    return partner.code if partner else ""


def _resolved(wanted: Wanted[AsnData], ground: FileGround, partners: Partners) -> AsnData:
    return replace(
        wanted.record,
        supplier=resolved_partner(wanted, wanted.record.supplier, ground, partners),
        warehouse=resolved_warehouse(wanted, ground),
        lines=tuple(_resolved_line(wanted, line, ground) for line in wanted.record.lines),
    )


def _resolved_line(wanted: Wanted[AsnData], line: AsnLine, ground: FileGround) -> AsnLine:
    item = ground.items.get(look_up_key(line.sku))
    if item is None:
        wanted.error("importing.unknown_item", line.sku, where=line.where, sku=line.sku)
        return line
    unit = "" if line.unit == item.base_unit else line.unit
    check_quantity(wanted, line, item, unit)
    return replace(line, sku=item.sku, unit=unit)


def _check_orders(wanted: Wanted[AsnData], record: AsnData, waiting: Ordered) -> None:
    """An order that a line names must wait for its goods."""
    supplier = _code(record.supplier)
    known = {(warehouse, partner, number) for warehouse, partner, number, _ in waiting}
    for line in record.lines:
        order = (record.warehouse, supplier, line.order.upper())
        if line.order and (*order, line.sku) not in waiting:
            code = "asn.not_on_order" if order in known else "asn.unknown_order"
            wanted.error(code, line.order, where=line.where, order=line.order, sku=line.sku)


def _check_units(wanted: Wanted[AsnData], record: AsnData, taken: Mapping[str, set[str]]) -> None:
    """A pallet that is here already, or that another announcement names, cannot come once more."""
    for unit in dict.fromkeys(line.sscc for line in record.lines if line.sscc in taken):
        others = taken[unit] - {record.key}
        if others or not taken[unit]:
            wanted.error("asn.unit_known", unit, unit=unit, document=", ".join(sorted(others)) or "–")


def _compared(
    wanted: Sequence[Wanted[AsnData]], resolved: Sequence[AsnData], there: Mapping[str, StoredAsn]
) -> Difference[AsnData]:
    """What is new or says something else now; a line less is a change too."""
    found = compare({key: each.record for key, each in there.items()}, resolved)
    shorter = {
        record.key: Changed(record, (Change("lines", len(there[record.key].record.lines), len(record.lines)),))
        for record in found.same
        if len(record.lines) < len(there[record.key].record.lines)
    }
    changed = (*found.changed, *shorter.values())
    by_key = {each.record.key: each for each in wanted}
    for change in changed:
        _check_replaceable(by_key[change.wanted.key], there[change.wanted.key], change)
    same = tuple(record for record in found.same if record.key not in shorter)
    return replace(found, changed=changed, same=same)


def _check_replaceable(wanted: Wanted[AsnData], before: StoredAsn, change: Changed[AsnData]) -> None:
    number = wanted.record.number
    if before.decision not in _OPEN:
        wanted.error("asn.ended", number, number=number, decision=before.decision)
    elif before.begun:
        parts = [f"{said_field(p.field)}: {shown_value(p.old)} → {shown_value(p.new)}" for p in change.changes]
        shown = "; ".join(parts[:_CHANGES_SHOWN]) + ("; …" if len(parts) > _CHANGES_SHOWN else "")
        wanted.error("importing.asn_begun", number, number=number, changes=shown)


def apply(
    unit: UnitOfWork, plan: AsnsPlan, *, items: Mapping[str, UUID], warehouses: Mapping[str, UUID]
) -> tuple[MadeOrder, ...]:
    """Make the new announcements and replace the changed ones; `items` and `warehouses` came with the files, by key."""
    records = (*plan.difference.new, *(change.wanted for change in plan.difference.changed))
    if not records or plan.ground is None:
        return ()
    suppliers = {(s.kind, s.code): s for record in records if (s := record.supplier)}
    partners = ensure_partners(unit.session, list(suppliers.values()))
    known_items = {key: item.id for key, item in plan.ground.items.items() if item.id} | dict(items)
    sites = {code: w.id for code, w in plan.ground.warehouses.items() if w.id} | dict(warehouses)
    made = []
    for record in records:
        assert record.supplier is not None
        saved = store.save(
            unit.session,
            request=uuid5(unit.request_id, record.key),
            warehouse=sites[record.warehouse],
            partner=partners[record.supplier.kind, record.supplier.code],
            reference=record.number,
            number=None if (record.warehouse, record.key) in plan.ground.stored.taken_numbers else record.number,
            due=record.expected,
            lines=[_new_line(line, plan.ground, known_items) for line in record.lines],
        )
        made.append(MadeOrder(saved.asn, ASN, record.number, sites[record.warehouse]))
    return tuple(made)


def _new_line(line: AsnLine, ground: FileGround, items: Mapping[str, UUID]) -> NewLine:
    key = look_up_key(line.sku)
    return NewLine(
        item=items[key],
        uom=line.unit or ground.items[key].base_unit,
        qty=line.quantity,
        order=line.order,
        unit=line.sscc,
        unit_kind=line.unit_kind,
        lot=line.lot,
        serial=line.serial,
        expiry=line.expiry,
        best_before=line.best_before,
        weight_kg=line.weight_kg,
    )
