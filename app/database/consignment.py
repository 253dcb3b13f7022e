"""Goods on consignment as the ledger keeps them: what stands where for whom, and the postings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database.session import Row, Session, all_as, query

_OURS = UUID(int=0)
_STATEMENT_HEAD = (
    "SELECT p.id, p.code AS partner, p.name AS partner_name, w.name AS warehouse, w.address AS warehouse_address,"
    " o.name AS company, o.currency FROM partner p, warehouse w, company o"
    " WHERE upper(p.code) = upper(%(partner)s) AND w.id = %(warehouse)s"
)


@dataclass(frozen=True, slots=True)
class Consigned:
    """Goods of one stock key, in base units `unit`.

    `side` is `customer` (ours, with `partner`) or `supplier` (theirs, here). `number` is a lot or serial number and
    `unit_number` that of their handling unit, empty for none; `weighed`: each piece has a weight of its own, so that
    every movement states one. `time_zone` is that of the warehouse.
    """

    side: str
    partner: str
    partner_name: str
    location: UUID
    place: str
    item: UUID
    sku: str
    name: str
    unit: str
    decimals: int
    weighed: bool
    trace: UUID
    number: str
    expiry: date | None
    handling_unit: UUID
    unit_number: str
    owner: UUID
    status: str
    quantity: Decimal
    free: Decimal
    time_zone: str


@dataclass(frozen=True, slots=True)
class Part:
    """So much of one stock key, in base units."""

    trace: UUID
    handling_unit: UUID
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Passage:
    """Parts of one item that go from a place to a place as a `kind` of movement, and are ours afterwards.

    `owner` is whose they are before, nil for ours. Handling units stay behind unless they are kept.
    """

    kind: str
    item: UUID
    parts: Sequence[Part]
    origin: UUID
    target: UUID
    status: str = "available"
    owner: UUID = _OURS
    reason: str = ""
    weight_kg: Decimal | None = None
    keeps_unit: bool = False


@dataclass(frozen=True, slots=True)
class UsedGoods:
    """Goods on consignment that were used on a day of the warehouse, below zero where that was taken back.

    `price` is that of one base unit, None where nobody knows one; `priced_by` the number of the paper that names it, or
    `standard` for the standard cost.
    """

    side: str
    on_day: date
    sku: str
    name: str
    unit: str
    number: str
    quantity: Decimal
    weight_kg: Decimal | None
    person: str
    price: Decimal | None
    priced_by: str

    @property
    def worth(self) -> Decimal | None:
        """What they cost, in whole cents."""
        return None if self.price is None else (self.quantity * self.price).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Statement:
    """What was used of a partner's goods (`supplier`), or by a partner of ours (`customer`), in a span of days."""

    side: str
    partner: str
    partner_name: str
    warehouse: str
    warehouse_address: str
    company: str
    currency: str
    since: date
    until: date
    lines: tuple[UsedGoods, ...]

    @property
    def total(self) -> Decimal:
        """What all lines with a price cost together."""
        return sum((one.worth for one in self.lines if one.worth is not None), Decimal(0))


def goods(session: Session, warehouse: UUID) -> tuple[Consigned, ...]:
    """All goods on consignment of a warehouse, by partner."""
    return all_as(session.rows(query("consignment_stock"), warehouse=warehouse), Consigned)


def source(session: Session, *, place: UUID, item: UUID, number: str) -> list[Row]:
    """What of an item may leave a place: trace, handling unit and free base units, first expired first."""
    return session.rows(query("consignment_source"), place=place, item=item, number=number)


def unit_numbered(session: Session, *, warehouse: UUID, number: str) -> UUID | None:
    """The handling unit of a warehouse that is known by this number."""
    row = session.row(
        "SELECT u.id FROM handling_unit u WHERE u.sscc = upper(%(number)s) AND u.warehouse_id = %(warehouse)s",
        number=number.strip(),
        warehouse=warehouse,
    )
    return row["id"] if row else None


def is_customers(session: Session, place: UUID | None) -> bool:
    """Whether a place is one for goods of ours at a customer."""
    return session.row("SELECT FROM location WHERE id = %(place)s AND kind = 'consignment'", place=place) is not None


def customers_places(session: Session, warehouse: UUID) -> list[tuple[UUID, str, str]]:
    """The places for goods at customers that are in use: id, address, the customer's name."""
    rows = session.rows(
        "SELECT l.id, l.address, p.name FROM location l JOIN partner p ON p.id = l.partner_id"
        " WHERE l.warehouse_id = %(warehouse)s AND l.kind = 'consignment' AND l.active ORDER BY l.address",
        warehouse=warehouse,
    )
    return [(row["id"], row["address"], row["name"]) for row in rows]


def post(session: Session, *, request: UUID, warehouse: UUID, passage: Passage) -> UUID:
    """Post what goes from a place to a place; returns the posting."""
    parts, many = passage.parts, len(passage.parts)
    answer = session.call(
        "post_moves",
        request=request,
        kind=passage.kind,
        warehouse=warehouse,
        items=[passage.item] * many,
        qtys=[part.quantity for part in parts],
        from_locations=[passage.origin] * many,
        to_locations=[passage.target] * many,
        traces=[part.trace for part in parts],
        from_units=[part.handling_unit for part in parts],
        to_units=[part.handling_unit for part in parts] if passage.keeps_unit else None,
        from_statuses=[passage.status] * many,
        to_statuses=[passage.status] * many,
        from_owners=[passage.owner] * many,
        to_owners=[_OURS] * many,
        reasons=[passage.reason] * many if passage.reason else None,
        weights=None if passage.weight_kg is None else [passage.weight_kg] * many,
    )
    return UUID(answer["posting"])


def statement(
    session: Session, *, warehouse: UUID, partner: str, side: str, since: date, until: date
) -> Statement | None:
    """What was used of or by a partner in a span of days; None where there is no such partner."""
    head = session.row(_STATEMENT_HEAD, warehouse=warehouse, partner=partner)
    if head is None:
        return None
    rows = session.rows(
        query("consignment_used"), warehouse=warehouse, partner=head.pop("id"), since=since, until=until
    )
    lines = tuple(one for one in all_as(rows, UsedGoods) if one.side == side)
    return Statement(side=side, since=since, until=until, lines=lines, **head)
