"""Consignment as use cases: our goods brought to customers, brought back, or used there; suppliers' goods used here.

Goods at a customer stay ours and stay in the books of the warehouse they came from, at a place of that customer, until
the customer uses them: then they are sold. Goods of a supplier stand in our bins under the supplier's name until we use
them: then they are ours.
"""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.database import consignment as store
from app.database import stock
from app.database.consignment import Consigned, Part, Passage
from app.domain.errors import Refusal
from app.domain.values import format_quantity, parse_in_units
from app.services import lookup
from app.services.stock import find_place
from app.services.work import UnitOfWork

__all__ = ["Consigned", "bring", "bring_back", "customers_places", "goods", "take_back", "use"]
SOLD, BOUGHT, UNDO = "SOLD", "BOUGHT", "UNDO"


def goods(unit: UnitOfWork, warehouse: UUID) -> tuple[Consigned, ...]:
    """What of ours stands with customers, and what of suppliers stands here."""
    return store.goods(unit.session, warehouse)


def customers_places(unit: UnitOfWork, warehouse: UUID) -> list[tuple[UUID, str, str]]:
    """The places for goods at customers: id, address, the customer's name."""
    return store.customers_places(unit.session, warehouse)


def bring(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    target: UUID,
    code: str,
    typed: str,
    origin: str,
    number: str = "",
    weight_kg: Decimal | None = None,
) -> UUID:
    """Bring goods to a customer's place; returns the posting.

    `typed` is a quantity of the item with this `code`, in any of its units; `origin` the name of the place where they
    lie; `number` one lot or serial number, empty for first expired first. Refuses `consignment.not_there` where less is
    free there, and what the ledger refuses.
    """
    item = lookup.known_item(unit, code)
    wanted = parse_in_units(typed, base=item.unit, units=item.units, decimals=item.decimals, default=item.scanned)
    place = find_place(unit, origin, warehouse=warehouse)
    parts, missing = [], wanted
    for row in store.source(unit.session, place=place.id, item=item.id, number=number.strip()):
        if taken := min(row["free"], missing):
            parts.append(Part(row["trace"], row["handling_unit"], taken))
            missing -= taken
    if missing:
        raise _not_there(item.sku, place.address, wanted - missing, wanted)
    if weight_kg is not None and len(parts) > 1:
        raise Refusal("consignment.one_lot", sku=item.sku)
    return _posted(unit, warehouse, Passage("consign", item.id, parts, place.id, target, weight_kg=weight_kg))


def bring_back(
    unit: UnitOfWork,
    row: Consigned,
    *,
    warehouse: UUID,
    quantity: Decimal,
    target: str,
    weight_kg: Decimal | None = None,
) -> UUID:
    """Bring goods back from a customer to a place of ours; returns the posting."""
    place = find_place(unit, target, warehouse=warehouse)
    back = Passage("consign_back", row.item, _part(row, quantity), row.location, place.id, row.status)
    return _posted(unit, warehouse, replace(back, weight_kg=weight_kg))


def use(
    unit: UnitOfWork, row: Consigned, *, warehouse: UUID, quantity: Decimal, weight_kg: Decimal | None = None
) -> UUID:
    """Goods on consignment were used: a customer's are sold, a supplier's are ours now. Returns the posting."""
    part = _part(row, quantity)
    if row.side == "supplier":
        bought = Passage("owner", row.item, part, row.location, row.location, row.status, row.owner, BOUGHT)
        return _posted(unit, warehouse, replace(bought, weight_kg=weight_kg, keeps_unit=True))
    gone = stock.counterparty(unit.session, warehouse=warehouse, kind="customer")
    sold = Passage("consign_use", row.item, part, row.location, gone, row.status, reason=SOLD)
    return _posted(unit, warehouse, replace(sold, weight_kg=weight_kg))


def take_back(unit: UnitOfWork, posting: UUID) -> None:
    """Take a booking of consignment back."""
    stock.reverse(unit.session, request=unit.request_id, posting=posting, reason=UNDO)
    unit.changed("stock")


def _part(row: Consigned, quantity: Decimal) -> tuple[Part, ...]:
    """So much of a stock key; refuses more than is free of it."""
    if quantity > row.free:
        raise _not_there(row.sku, row.place, row.free, quantity)
    return (Part(row.trace, row.handling_unit, quantity),)


def _not_there(sku: str, place: str, there: Decimal, asked: Decimal) -> Refusal:
    shown = {"there": format_quantity(there), "asked": format_quantity(asked)}
    return Refusal("consignment.not_there", sku=sku, place=place, **shown)


def _posted(unit: UnitOfWork, warehouse: UUID, passage: Passage) -> UUID:
    posting = store.post(unit.session, request=unit.request_id, warehouse=warehouse, passage=passage)
    unit.changed("stock", passage.item)
    return posting
