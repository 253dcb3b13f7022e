"""Consignment as use cases: our goods brought to customers, brought back, or used there; suppliers' goods used here.

Goods at a customer stay ours and stay in the books of the warehouse they came from, at a place of that customer, until
the customer uses them: then they are sold. Goods of a supplier stand in our bins under the supplier's name until we use
them: then they are ours.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from app.database import consignment as store
from app.database import handling_units as units_store
from app.database import stock
from app.database.consignment import Consigned, Part, Passage, Statement, UsedGoods
from app.database.places import zone_of
from app.domain.errors import Refusal
from app.domain.values import format_quantity, parse_in_units
from app.services import clock, handling_units, lookup
from app.services.stock import find_place
from app.services.work import UnitOfWork

__all__ = [
    "Consigned",
    "Statement",
    "UsedGoods",
    "bring",
    "bring_back",
    "bring_some_back",
    "bring_unit",
    "customers_places",
    "goods",
    "last_month",
    "statement",
    "take_back",
    "today",
    "use",
    "use_some",
]
SIDES = ("supplier", "customer")
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


def bring_unit(unit: UnitOfWork, *, warehouse: UUID, number: str, target: UUID) -> UUID:
    """Bring a handling unit with all that is in and on it to a customer's place, or from there to one of ours.

    Returns the posting. Refuses `handling_unit.unknown`, an empty one (`consignment.empty_unit`), and one with goods
    that are reserved (`consignment.unit_reserved`).
    """
    found = store.unit_numbered(unit.session, warehouse=warehouse, number=number)
    if found is None:
        raise Refusal("handling_unit.unknown", unit=number)
    facts = handling_units.read_facts(unit, warehouse=warehouse, units=[found])
    goods = facts.all_in(found)
    if not goods:
        raise Refusal("consignment.empty_unit", unit=number)
    if reserved := sorted({one.sku for one in goods if one.reserved}):
        raise Refusal("consignment.unit_reserved", unit=number, skus=", ".join(reserved))
    kind = "consign_back" if store.is_customers(unit.session, facts.units[0].location) else "consign"
    answer = units_store.move(unit.session, request=unit.request_id, unit=found, place=target, kind=kind)
    unit.changed("stock")
    return UUID(answer["posting"])


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


def use_some(
    unit: UnitOfWork, *, warehouse: UUID, code: str, typed: str, place: str, number: str = "", partner: str = ""
) -> tuple[UUID, ...]:
    """So much of an item on consignment at a place was used, first expired first; returns the postings.

    `typed`, `code` and `number` are as for `bring`; `partner` says whose, where goods of several stand there. Refuses
    `consignment.not_there`, and goods of which each piece is weighed (`consignment.one_lot`): they are used one by one.
    """
    return tuple(
        use(step, row, warehouse=warehouse, quantity=quantity)
        for step, row, quantity in _some(unit, warehouse, code, typed, place, number, partner)
    )


def bring_some_back(
    unit: UnitOfWork, *, warehouse: UUID, code: str, typed: str, place: str, target: str, number: str = ""
) -> tuple[UUID, ...]:
    """Bring so much of an item back from a customer's place, first expired first; returns the postings."""
    return tuple(
        bring_back(step, row, warehouse=warehouse, quantity=quantity, target=target)
        for step, row, quantity in _some(unit, warehouse, code, typed, place, number, "")
    )


def _some(
    unit: UnitOfWork, warehouse: UUID, code: str, typed: str, place: str, number: str, partner: str
) -> Iterator[tuple[UnitOfWork, Consigned, Decimal]]:
    """The stock keys that give so much together, each with a part of the work under a request of its own."""
    item = lookup.known_item(unit, code)
    missing = wanted = parse_in_units(
        typed, base=item.unit, units=item.units, decimals=item.decimals, default=item.scanned
    )
    there = find_place(unit, place, warehouse=warehouse)
    rows = [row for row in goods(unit, warehouse) if (row.item, row.location) == (item.id, there.id)]
    fitting = [row for row in rows if number in ("", row.number) and partner.upper() in ("", row.partner.upper())]
    if any(row.weighed for row in fitting):
        raise Refusal("consignment.one_lot", sku=item.sku)
    taken = []
    for row in fitting:
        if part := min(row.free, missing):
            taken.append((row, part))
            missing -= part
    if missing:
        raise _not_there(item.sku, there.address, wanted - missing, wanted)
    for n, (row, part) in enumerate(taken):
        request = uuid5(unit.request_id, str(n)) if n else unit.request_id
        yield UnitOfWork(unit.session, request, unit.changes), row, part


def statement(unit: UnitOfWork, *, warehouse: UUID, partner: str, side: str, since: date, until: date) -> Statement:
    """What was used of a supplier's goods here, or of ours by a customer (`side`), from a day until a day.

    What was taken back counts on the day of that, so statements of spans that follow each other add up. Refuses
    `partner.unknown` and `consignment.wrong_span`.
    """
    if until < since:
        raise Refusal("consignment.wrong_span", since=since.isoformat(), until=until.isoformat())
    found = store.statement(unit.session, warehouse=warehouse, partner=partner, side=side, since=since, until=until)
    if found is None:
        raise Refusal("partner.unknown", partner=partner)
    return found


def today(unit: UnitOfWork, warehouse: UUID) -> date:
    """The day that it is in a warehouse."""
    return clock.today(zone_of(unit.session, warehouse))


def last_month(today: date) -> tuple[date, date]:
    """First and last day of the month before that of a day: what statements are usually about."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


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
