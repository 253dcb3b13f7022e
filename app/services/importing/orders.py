"""Purchase orders and customer orders of a file against what is there: resolved, checked, compared, made.

An order that is there already with the same content is left alone. With other content a purchase order is refused, and
a customer's order is changed as at the order desk (`changed_orders`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any, TypeVar
from uuid import UUID

from app.database import carriers as carriers_store
from app.database import orders as store
from app.database.orders import Ground, KnownItem, KnownPartner, KnownWarehouse, NewDocument, NewLine
from app.database.session import Session
from app.domain.carriers import CarrierSetup, wish_of
from app.domain.catalog import ProductData
from app.domain.codes import look_up_key
from app.domain.errors import Refusal
from app.domain.orders import AsnData, AsnLine, OrderData, OrderLine, PurchaseOrderData
from app.domain.partners import Address, PartnerData, delivery_address
from app.domain.policies import Policy, first_match
from app.domain.receiving import FORM, STRICT, LineFacts, ReceivingLimits
from app.domain.values import Difference, compare, in_precision, to_base
from app.services import order_priorities
from app.services.carriers import setting_up
from app.services.importing import changed_orders
from app.services.importing.changed_orders import Update, said_field, said_of, shown_value
from app.services.importing.wanted import Wanted
from app.services.policies import Asked, known
from app.services.work import UnitOfWork

Order = TypeVar("Order", PurchaseOrderData, OrderData)
AnyOrder = TypeVar("AnyOrder", PurchaseOrderData, OrderData, AsnData)
_CHANGES_SHOWN = 3
_TOLERANCE_STEP = Decimal("0.0001")


Partners = dict[tuple[str, str], PartnerData]


@dataclass(frozen=True, slots=True)
class FileGround:
    """What orders stand on: what the database holds, and what the same files are about to bring."""

    stored: Ground
    items: Mapping[str, KnownItem]
    warehouses: Mapping[str, KnownWarehouse]
    policies: tuple[Policy[ReceivingLimits], ...]
    carriers: tuple[CarrierSetup, ...] = ()


@dataclass(frozen=True, slots=True)
class OrdersPlan:
    """What an import would do to orders of both kinds, and the partners it would add; names are resolved.

    `updates` are the changes of customers' orders that are there.
    """

    purchase_orders: Difference[PurchaseOrderData]
    orders: Difference[OrderData]
    partners: tuple[PartnerData, ...]
    ground: FileGround
    updates: tuple[Update, ...] = ()


def plan(
    session: Session,
    purchase_orders: Sequence[Wanted[PurchaseOrderData]],
    orders: Sequence[Wanted[OrderData]],
    *,
    products: Iterable[ProductData],
    warehouses: Iterable[KnownWarehouse],
) -> OrdersPlan:
    """Compare orders with those that are there; `products` and `warehouses` are those that come with them."""
    if not purchase_orders and not orders:
        return _nothing()
    ground = read_ground(session, [*purchase_orders, *orders], products, warehouses)
    partners: Partners = {}
    bought = [_resolved_purchase(each, ground, partners) for each in purchase_orders]
    sold = [_resolved_order(each, ground, partners) for each in orders]
    there = store.purchase_orders(session, [each.record.key for each in purchase_orders])
    difference, updates = changed_orders.compared(
        orders, sold, store.orders(session, [each.record.key for each in orders])
    )
    _check_references(session, orders, difference.new)
    changed_orders.try_out(session, updates, ground.items)
    return OrdersPlan(_compared(purchase_orders, bought, there), difference, tuple(partners.values()), ground, updates)


def _check_references(session: Session, wanted: Sequence[Wanted[OrderData]], new: Iterable[OrderData]) -> None:
    """A customer's own number for an order names one order only."""
    by_key = {each.record.key: each for each in wanted}
    numbered = [order for order in new if order.reference]
    used = store.references_in_use(session, [order.reference for order in numbered]) if numbered else set()
    for order in numbered:
        code = order.customer.code if order.customer else ""
        if (code, order.reference) in used:
            by_key[order.key].error("importing.reference_taken", order.reference, order=order.number, customer=code)
        used.add((code, order.reference))


def _nothing() -> OrdersPlan:
    empty = Ground({}, (), (), "", (), frozenset())
    return OrdersPlan(Difference(), Difference(), (), FileGround(empty, {}, {}, ()))


def read_ground(
    session: Session,
    wanted: Sequence[Wanted[PurchaseOrderData] | Wanted[OrderData] | Wanted[AsnData]],
    products: Iterable[ProductData],
    warehouses: Iterable[KnownWarehouse],
) -> FileGround:
    """What these documents stand on: what is there, and the products and warehouses that come with them."""
    records = [each.record for each in wanted]
    partners = {
        look_up_key(text)
        for record in records
        for partner in [_partner(record)]
        if partner
        for text in (partner.code, partner.name)
    } | {look_up_key(record.owner) for record in records if not isinstance(record, AsnData)}
    stored = store.ground(
        session,
        skus={look_up_key(line.sku) for record in records for line in record.lines},
        partners=partners - {""},
        numbers={record.key for record in records},
    )
    items = {look_up_key(item.sku): item for item in stored.items}
    items |= {product.key: _item(product, items.get(product.key)) for product in products}
    return FileGround(
        stored,
        items,
        {**{warehouse.code: warehouse for warehouse in warehouses}, **stored.warehouses},
        known(FORM, stored.policies),
        _carriers(session, records),
    )


def _carriers(session: Session, records: Iterable[PurchaseOrderData | OrderData | AsnData]) -> tuple[CarrierSetup, ...]:
    """The carriers in use, where an order names one or a service."""
    if not any(isinstance(one, OrderData) and (one.carrier or one.service) for one in records):
        return ()
    return tuple(setting_up.read(one) for one in carriers_store.carriers(session) if one.active)


def _partner(record: PurchaseOrderData | OrderData | AsnData) -> PartnerData | None:
    return record.customer if isinstance(record, OrderData) else record.supplier


def _item(product: ProductData, known: KnownItem | None) -> KnownItem:
    """An item as it will be when its products have been imported."""
    units = {pack.unit: pack.factor for pack in product.alternates}
    return KnownItem(
        known.id if known else None,
        product.sku,
        product.base_unit,
        product.decimals or 0,
        product.category,
        units,
        known.categories if known else (),
    )


def _resolved_purchase(wanted: Wanted[PurchaseOrderData], ground: FileGround, partners: Partners) -> PurchaseOrderData:
    record = wanted.record
    return replace(
        record,
        supplier=resolved_partner(wanted, record.supplier, ground, partners),
        warehouse=resolved_warehouse(wanted, ground),
        owner=_resolved_owner(wanted, ground),
        lines=_resolved_lines(wanted, ground),
    )


def _resolved_order(wanted: Wanted[OrderData], ground: FileGround, partners: Partners) -> OrderData:
    record = wanted.record
    for line in record.lines:
        item = ground.items.get(look_up_key(line.sku))
        if item is not None and line.lot and not item.traced:
            wanted.error("orders.no_lots", line.lot, where=line.where, sku=item.sku, lot=line.lot)
    carrier, service = _resolved_carrier(wanted, ground)
    return replace(
        record,
        carrier=carrier,
        service=service,
        customer=resolved_partner(wanted, record.customer, ground, partners),
        warehouse=resolved_warehouse(wanted, ground),
        owner=_resolved_owner(wanted, ground),
        lines=_resolved_lines(wanted, ground),
    )


def _resolved_carrier(wanted: Wanted[OrderData], ground: FileGround) -> tuple[str, str]:
    """Carrier and service by their codes; others are kept as they stand and said, since the rules choose then."""
    record = wanted.record
    try:
        return wish_of(record.carrier, record.service, ground.carriers)
    except Refusal as refusal:
        wanted.notice(
            f"importing.{refusal.code.removeprefix('orders.')}", record.number, where=record.where, **refusal.facts
        )
        return record.carrier, record.service


def resolved_partner(
    wanted: Wanted[AnyOrder], partner: PartnerData | None, ground: FileGround, new: Partners
) -> PartnerData | None:
    """The partner as we know it, by code or else by a name that only one has; an unknown one is added and said."""
    if partner is None:
        return None
    known = _known_partner(partner, ground.stored.partners)
    if known:
        return PartnerData(partner.kind, known.code, known.name)
    if (partner.kind, partner.key) not in new:
        wanted.notice("importing.new_partner", partner.code, partner=partner.name or partner.code, kind=partner.kind)
    return new.setdefault((partner.kind, partner.key), partner)


def _known_partner(partner: PartnerData, known: Sequence[KnownPartner]) -> KnownPartner | None:
    by_code = [each for each in known if look_up_key(each.code) == look_up_key(partner.code)]
    by_name = [each for each in known if look_up_key(each.name) == look_up_key(partner.name)]
    if by_code:
        return by_code[0]
    return by_name[0] if len(by_name) == 1 and partner.code in ("", partner.name) else None


def _resolved_owner(wanted: Wanted[Order], ground: FileGround) -> str:
    """The code of the owner whose goods an order is about; who owns no goods here is refused."""
    code: str = wanted.record.owner
    owner = _owner(code, ground)
    if code and owner is None:
        wanted.error("importing.unknown_owner", code, owner=code)
    return owner.code if owner else code


def _owner(code: str, ground: FileGround) -> KnownPartner | None:
    return next(
        (one for one in ground.stored.partners if one.owner and look_up_key(one.code) == look_up_key(code)), None
    )


def resolved_warehouse(wanted: Wanted[AnyOrder], ground: FileGround) -> str:
    """The warehouse's code; where the order names none, the only one there is."""
    code: str = wanted.record.warehouse
    if code and code not in ground.warehouses:
        known = ", ".join(sorted(ground.warehouses))
        wanted.error("importing.unknown_warehouse", code, warehouse=code, known=known or "–")
    elif not code and len(ground.warehouses) != 1:
        known = ", ".join(sorted(ground.warehouses))
        wanted.error("importing.which_warehouse", wanted.record.number, order=wanted.record.number, known=known or "–")
    return code or (next(iter(ground.warehouses)) if len(ground.warehouses) == 1 else "")


def _resolved_lines(wanted: Wanted[Order], ground: FileGround) -> tuple[OrderLine, ...]:
    return tuple(_resolved_line(wanted, line, ground) for line in wanted.record.lines)


def _resolved_line(wanted: Wanted[Order], line: OrderLine, ground: FileGround) -> OrderLine:
    item = ground.items.get(look_up_key(line.sku))
    if item is None:
        wanted.error("importing.unknown_item", line.sku, where=line.where, sku=line.sku)
        return line
    unit = "" if line.unit == item.base_unit else line.unit
    check_quantity(wanted, line, item, unit)
    price = line.price
    if price and price.currency != ground.stored.currency:
        wanted.notice("importing.price_left_out", price, where=line.where, price=price, currency=ground.stored.currency)
        price = None
    return replace(line, sku=item.sku, unit=unit, price=price)


def check_quantity(wanted: Wanted[AnyOrder], line: OrderLine | AsnLine, item: KnownItem, unit: str) -> None:
    """The unit must be one of the item's, and the quantity one that stock can be kept in."""
    factor = item.units.get(unit) if unit else Fraction(1)
    if factor is None:
        known = ", ".join([item.base_unit, *item.units])
        wanted.error("importing.unknown_unit", unit, where=line.where, unit=unit, sku=item.sku, known=known)
        return
    try:
        in_precision(to_base(line.quantity, factor), Decimal(1).scaleb(-item.decimals))
    except Refusal as refusal:
        wanted.error(refusal.code, line.quantity, where=line.where, **refusal.facts)


def _compared(wanted: Sequence[Wanted[Order]], resolved: Sequence[Order], there: Iterable[Order]) -> Difference[Order]:
    """What is new; an order that is there with another content is an error, and so is one that lost a line."""
    existing = {record.key: record for record in there}
    same_case = [replace(each, number=existing[each.key].number) if each.key in existing else each for each in resolved]
    found = compare(existing, same_case)
    by_key = {each.record.key: each for each in wanted}
    for change in found.changed:
        shown = [
            f"{said_field(part.field)}: {shown_value(part.old)} → {shown_value(part.new)}" for part in change.changes
        ]
        _refuse(by_key[change.wanted.key], shown)
    silent = {key: [part for part in found.unmentioned if part.startswith(f"{key}: lines[")] for key in by_key}
    for record in found.same:
        if silent[record.key]:
            _refuse(
                by_key[record.key], [said_field(part.removeprefix(f"{record.key}: ")) for part in silent[record.key]]
            )
    return found


def _refuse(wanted: Wanted[Order], parts: Sequence[str]) -> None:
    changes = "; ".join(parts[:_CHANGES_SHOWN]) + ("; …" if len(parts) > _CHANGES_SHOWN else "")
    wanted.error("importing.order_exists", wanted.record.number, order=wanted.record.number, changes=changes)


@dataclass(frozen=True, slots=True)
class MadeOrder:
    """A document that an import made and released."""

    id: UUID
    kind: str
    number: str
    warehouse: UUID


def apply(
    unit: UnitOfWork, plan: OrdersPlan, *, items: Mapping[str, UUID], warehouses: Mapping[str, UUID]
) -> tuple[MadeOrder, ...]:
    """Make and release the new orders; `items` and `warehouses` are ids of those that came with the files, by key."""
    new: tuple[PurchaseOrderData | OrderData, ...] = (*plan.purchase_orders.new, *plan.orders.new)
    if not new:
        return ()
    documents = _documents(unit.session, plan, new, items=items, warehouses=warehouses)
    made = store.add_documents(unit.session, documents)
    sold: dict[UUID, list[UUID]] = {}
    for identity, each in zip(made, documents, strict=True):
        if each.kind == store.ORDER:
            sold.setdefault(each.warehouse, []).append(identity)
    for warehouse, orders in sold.items():
        order_priorities.give(unit, warehouse, orders)
    return tuple(
        MadeOrder(identity, each.kind, each.reference, each.warehouse)
        for identity, each in zip(made, documents, strict=True)
    )


def change(unit: UnitOfWork, plan: OrdersPlan, *, items: Mapping[str, UUID]) -> tuple[MadeOrder, ...]:
    """Change the customers' orders that are there and that the files say otherwise by now."""
    known = {key: replace(item, id=items.get(key, item.id)) for key, item in plan.ground.items.items()}
    for update in plan.updates:
        changed_orders.apply(unit, update, known)
    return tuple(
        MadeOrder(each.stored.id, store.ORDER, each.wanted.number, each.stored.warehouse) for each in plan.updates
    )


def make_by_hand(unit: UnitOfWork, plan: OrdersPlan) -> str:
    """Make and release the one purchase order of a plan, which a person typed, and return its number.

    The same request makes it once.
    """
    (document,) = _documents(unit.session, plan, plan.purchase_orders.new, items={}, warehouses={})
    return store.add_document(unit.session, document, request=unit.request_id)


def _documents(
    session: Session,
    plan: OrdersPlan,
    new: Sequence[PurchaseOrderData | OrderData],
    *,
    items: Mapping[str, UUID],
    warehouses: Mapping[str, UUID],
) -> list[NewDocument]:
    """The documents to make of these records; partners that are new are added."""
    needed = {(p.kind, p.code): p for record in new for p in [_partner(record)] if p}
    partners = store.ensure_partners(session, list(needed.values()))
    known_items = {key: item.id for key, item in plan.ground.items.items() if item.id} | dict(items)
    known_warehouses = {code: w.id for code, w in plan.ground.warehouses.items() if w.id} | dict(warehouses)

    def document(record: PurchaseOrderData | OrderData) -> NewDocument:
        partner = _partner(record)
        assert partner is not None
        return _document(
            record,
            plan.ground,
            warehouse=known_warehouses[record.warehouse],
            partner=partners[partner.kind, partner.code],
            item_of=lambda sku: known_items[look_up_key(sku)],
        )

    return [document(record) for record in new]


def _document(
    record: PurchaseOrderData | OrderData,
    ground: FileGround,
    *,
    warehouse: UUID,
    partner: UUID,
    item_of: Callable[[str], UUID],
) -> NewDocument:
    """The document to make: under the file's number, or under ours where another paper there has that number."""
    taken = (record.warehouse, record.key) in ground.stored.taken_numbers
    owner = _owner(record.owner, ground)
    document = NewDocument(
        kind=store.PURCHASE_ORDER if isinstance(record, PurchaseOrderData) else store.ORDER,
        warehouse=warehouse,
        partner=partner,
        reference=record.number,
        number=None if taken else record.number or None,
        due=record.expected if isinstance(record, PurchaseOrderData) else _leaves(record),
        lines=tuple(
            NewLine(
                line.number,
                item_of(line.sku),
                line.unit or ground.items[look_up_key(line.sku)].base_unit,
                line.quantity,
                _tolerance(record, line, ground) if isinstance(record, PurchaseOrderData) else Decimal(0),
                line.price.amount if line.price else None,
                line.lot,
                line.minimum_days,
            )
            for line in record.lines
        ),
        owner=owner.owner if owner else None,
    )
    if isinstance(record, PurchaseOrderData):
        return document
    return replace(
        document,
        reference=document.reference if taken else record.reference or document.reference,
        head=_head(record, ground),
        said=said_of(record),
        hold=record.hold,
        hold_note=record.hold_note,
    )


def _leaves(record: OrderData) -> date | None:
    """The day an order must leave, as far as its file says."""
    return record.due or (record.cut_off.date() if record.cut_off else None)


def _head(record: OrderData, ground: FileGround) -> dict[str, Any]:
    """What an order says beside its lines; what its file leaves open is as usual for the customer."""
    assert record.customer is not None
    usual = _known_partner(record.customer, ground.stored.partners) or KnownPartner("", "")
    address = record.ship_to
    if address == Address() and usual.address:
        address = delivery_address(usual.address, usual.name)
    head: dict[str, Any] = {
        "ship_to": asdict(address),
        "carrier": record.carrier or usual.carrier,
        "service": record.service or usual.service,
        "cut_off": record.cut_off,
        "requested": record.requested,
        "priority": record.priority,
        "complete_only": usual.complete_only if record.complete_only is None else record.complete_only,
        "gift": bool(record.gift or record.gift_note),
        "gift_note": record.gift_note,
        "note": record.note,
    }
    return {name: value for name, value in head.items() if value not in (None, "")}


def _tolerance(record: PurchaseOrderData, line: OrderLine, ground: FileGround) -> Decimal:
    """How much more than ordered may come, as a fraction of the line; the policy at the dock still asks first."""
    item = ground.items[look_up_key(line.sku)]
    ordered = to_base(line.quantity, item.units.get(line.unit, Fraction(1)))
    facts = LineFacts(
        sku=item.sku,
        ordered=ordered,
        received=Decimal(0),
        today=ground.warehouses[record.warehouse].today,
        category=item.category,
        partner=record.supplier.code if record.supplier else "",
    )
    supplier = next((one.id for one in ground.stored.partners if one.code == facts.partner), None)
    deciding = Asked(FORM, ground.policies, ground.warehouses[record.warehouse].id).deciding(
        item=item.id, categories=item.categories, partner=supplier
    )
    limits = first_match(deciding, facts)[0] or STRICT
    return min((limits.over(ordered) / ordered).quantize(_TOLERANCE_STEP, ROUND_CEILING), Decimal(99))
