"""Orders made by hand: who orders, what is usual for them, line by line what, as a draft or released at once.

What becomes of an order afterwards is in `order_desk`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.database import documents, partners
from app.database import order_desk as store
from app.database.order_desk import NewLine, NewOrder, OrderDetail
from app.domain.carriers import wish_of
from app.domain.errors import Refusal
from app.domain.order_desk import OrderHead, address_fault
from app.domain.partners import Address, delivery_address
from app.domain.values import parse_in_units, parse_quantity
from app.services import allocation, clock, lookup, order_priorities
from app.services.carriers import setting_up
from app.services.work import UnitOfWork

__all__ = ["Customer", "LineWish", "OrderDetail", "copy", "create", "customer", "customers", "leaves", "line_of",
           "look_into", "owner_of", "require_address", "with_known_carrier"]  # fmt: skip
_UNIT = re.compile(r"\s*(?P<number>[0-9.,]+)\s*(?P<unit>[^\W\d]\S*)?\s*\Z")


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with what is usual for their orders."""

    id: UUID
    code: str
    name: str
    head: OrderHead


@dataclass(frozen=True, slots=True)
class LineWish:
    """A line as people say it: an item by SKU, code or words of its name, an amount such as `2 case`, a price a unit.

    `lot` is the only one that the customer takes, `minimum_days` how long the goods must keep.
    """

    code: str
    amount: str
    price: Decimal | None = None
    lot: str = ""
    minimum_days: int | None = None


def customers(unit: UnitOfWork, words: str) -> tuple[tuple[str, str], ...]:
    """Customers in whose code, name or town these words stand: code and name."""
    return tuple(store.customers(unit.session, words))


def customer(unit: UnitOfWork, code: str) -> Customer:
    """A customer by code, or by words that fit only one; with where their goods go and what is usual for them.

    Refuses `partner.unknown` and `orders.which_customer`.
    """
    row = store.customer(unit.session, code.strip())
    if row is None:
        found = store.customers(unit.session, code, most=6) if code.strip() else []
        if len(found) > 1:
            raise Refusal("orders.which_customer", words=code, found=", ".join(known for known, _ in found))
        row = store.customer(unit.session, found[0][0]) if found else None
    if row is None:
        raise Refusal("partner.unknown", partner=code)
    head = OrderHead(
        ship_to=delivery_address(row["address"], row["name"]) if row["address"] else Address(name=row["name"]),
        carrier=row["order_carrier"] or "house",
        service=row["order_service"] or "STANDARD",
        complete_only=row["complete_only"],
    )
    return Customer(row["id"], row["code"], row["name"], head)


def create(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    customer: Customer,
    head: OrderHead,
    lines: Sequence[LineWish],
    number: str = "",
    release: bool = False,
    owner: str = "",
) -> str:
    """Make an order, as a draft or released; returns its number. The same request makes it once.

    It gets goods of the `owner` of that code, empty: ours.

    Refuses `orders.no_lines`, what is wrong with a line, a carrier or service that nobody knows, and to release an
    order whose address cannot be right.
    """
    if not lines:
        raise Refusal("orders.no_lines")
    wanted = [line_of(unit, line) for line in lines]
    checked = with_known_carrier(unit, head.checked())
    if release:
        require_address(checked.ship_to)
    order = NewOrder(warehouse, customer.id, checked, wanted, number.strip(), release, owner_of(unit, owner))
    made = store.create(unit.session, order, request=unit.request_id)
    order_priorities.give(unit, warehouse, [made])
    unit.changed("document", made)
    if release:
        allocation.allocate_order(unit, made)
    return _number_of(unit, made)


def owner_of(unit: UnitOfWork, code: str) -> UUID | None:
    """The owner of goods by code; None where they are ours. Refuses `importing.unknown_owner`."""
    found = partners.owner(unit.session, code.strip()) if code.strip() else None
    if code.strip() and found is None:
        raise Refusal("importing.unknown_owner", owner=code)
    return found


def _number_of(unit: UnitOfWork, document: UUID) -> str:
    """The number of an order."""
    return store.detail(unit.session, document).row.number


def line_of(unit: UnitOfWork, wish: LineWish) -> NewLine:
    """The line in the unit that was said, else in base units."""
    item = lookup.item_by_words(unit, wish.code)
    units = {one.unit.casefold(): one.unit for one in item.units} | {item.unit.casefold(): item.unit}
    said = _UNIT.match(wish.amount)
    if said and said["unit"] and said["unit"].casefold() in units:
        part = (units[said["unit"].casefold()], parse_quantity(said["number"]))
    else:
        part = (item.unit, parse_in_units(
            wish.amount, base=item.unit, units=item.units, decimals=item.decimals, default=item.scanned
        ))  # fmt: skip
    return NewLine(item.id, *part, wish.price, wish.lot.strip(), wish.minimum_days)


def with_known_carrier(unit: UnitOfWork, head: OrderHead) -> OrderHead:
    """What an order says, with carrier and service as they are known; refuses others and names those that there are."""
    carrier, service = wish_of(head.carrier, head.service, setting_up.in_use(unit))
    return replace(head, carrier=carrier, service=service)


def require_address(address: Address) -> None:
    """Refuse an address that cannot be right, by the rules of its country."""
    fault = address_fault(address)
    if fault is not None:
        raise Refusal(fault.code, **fault.facts)


def look_into(unit: UnitOfWork, number: str) -> OrderDetail:
    """Everything about an order. Refuses `document.unknown`."""
    return store.detail(unit.session, documents.find(unit.session, kind="order", number=number))


def copy(unit: UnitOfWork, number: str) -> str:
    """A new draft with the same customer, owner, address and lines; returns its number. Bundles are whole again."""
    known = look_into(unit, number)
    head = replace(known.head, reference="", due=None, cut_off=None, requested=None, priority=0)
    lines = {}
    for line in known.lines:
        if line.bundle:
            lines[line.bundle_line] = _bundle(unit, known, line.bundle_line or 0)
        else:
            lines[line.line] = NewLine(line.item, line.unit, line.quantity, line.price, line.lot, line.minimum_days)
    partner = customer(unit, known.row.customer_code).id
    again = NewOrder(known.warehouse, partner, head, list(lines.values()), owner=known.owner)
    made = store.create(unit.session, again, request=unit.request_id)
    order_priorities.give(unit, known.warehouse, [made])
    unit.changed("document", made)
    return _number_of(unit, made)


def _bundle(unit: UnitOfWork, known: OrderDetail, number: int) -> NewLine:
    ordered = store.bundle(unit.session, known.row.id, number)
    return NewLine(ordered["item"], ordered["unit"], ordered["quantity"], ordered["price"])


def leaves(unit: UnitOfWork, warehouse: UUID, head: OrderHead) -> datetime | None:
    """The moment by which an order like this has to leave; None where nobody said when its carrier does."""
    return store.next_cut_off(
        unit.session,
        warehouse,
        carrier=head.carrier,
        service=head.service,
        now=clock.now(),
        due=head.due,
        requested=head.requested,
    )
