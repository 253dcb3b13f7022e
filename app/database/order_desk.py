"""The order desk's reads and writes: orders on the board, one order whole, new ones, and what people do to them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.session import Row, Session, all_as, as_json, as_nouns, query
from app.domain.order_desk import LATE, SOON, LineProgress, OrderHead, Trouble
from app.domain.partners import Address


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order on the board. `hands`: who works on it now; `missing_skus`: what nothing is reserved for.

    `today` is the warehouse's day, `time_zone` the one of the clock on its wall.
    """

    id: UUID
    number: str
    reference: str
    decision: str
    version: int
    due: date | None
    created_at: datetime
    customer_code: str
    customer: str
    cut_off: datetime | None
    requested: date | None
    priority: int
    carrier: str
    service: str
    carrier_name: str
    service_name: str
    complete_only: bool
    ship_to: Address
    lines: tuple[LineProgress, ...]
    missing_skus: tuple[str, ...]
    value: Decimal
    holds: tuple[str, ...]
    hands: str
    today: date
    time_zone: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Goods that an order has: so many base units in a place, of a lot, in a tote or carton where one is named."""

    place: str
    qty: Decimal
    lot: str
    unit: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a supplier brings next of an item, in base units."""

    number: str
    due: date | None
    qty: Decimal


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One line of an order: `quantity` in `unit` as it was ordered, its progress in `base_unit`.

    `lot` and `minimum_days`: what the customer wishes of its goods.

    `bundle`: what it is a part of, ordered under the number `bundle_line`. `instead`: other goods that could go in its
    place.
    """

    id: UUID
    line: int
    item: UUID
    sku: str
    name: str
    unit: str
    quantity: Decimal
    base_unit: str
    decimals: int
    price: Decimal | None
    bundle: str
    bundle_line: int | None
    progress: LineProgress
    promised: Decimal
    kept: tuple[Kept, ...]
    awaited: Awaited | None
    instead: tuple[str, ...]
    lot: str = ""
    minimum_days: int | None = None


@dataclass(frozen=True, slots=True)
class PlacedHold:
    """Why an order stands still, and who said so."""

    kind: str
    note: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderChange:
    """What somebody did to an order; `detail` says what came of it."""

    at: datetime
    person: str
    station: str
    what: str
    reason: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order whole. `owner`: whose goods it gets, by id and name; None and '' where they are ours."""

    row: OrderRow
    head: OrderHead
    lines: tuple[DeskLine, ...]
    holds: tuple[PlacedHold, ...]
    changes: tuple[OrderChange, ...]
    warehouse: UUID
    owner: UUID | None = None
    owner_name: str = ""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to put on an order: so many of a unit of an item, at a price a unit in the company's currency.

    `lot` is the only one that the customer takes, `minimum_days` how long the goods must keep after they leave.
    """

    item: UUID
    unit: str
    quantity: Decimal
    price: Decimal | None = None
    lot: str = ""
    minimum_days: int | None = None

    @property
    def wish(self) -> dict[str, Any]:
        """What is wished of its goods beside their quantity, nothing where nothing is."""
        named = {"lot": self.lot or None, "minimum_days": self.minimum_days}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class CutOff:
    """When a carrier leaves: `weekday` 1 is Monday; empty carrier or service: all that have no times of their own.

    `lead_minutes` before it an order must be released; `transit_days` the goods are on their way.
    """

    weekday: int
    leaves: time
    carrier: str = ""
    service: str = ""
    lead_minutes: int = 0
    transit_days: int = 1


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which no carrier leaves."""

    day: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Orders that leave at one moment with one carrier: how many, how many of them packed, how many lines are left."""

    cut_off: datetime
    carrier: str
    orders: int
    packed: int
    lines: int


@dataclass(frozen=True, slots=True)
class Hour:
    """Order lines that were picked and packed in the hour from this moment on."""

    hour: datetime
    picked: int
    packed: int


@dataclass(frozen=True, slots=True)
class Wall:
    """The numbers of the big board; `cancelled` within the last day."""

    leaving: tuple[Leaving, ...]
    late: int
    held: int
    to_do: int
    cancelled: int
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class ToPutBack:
    """Goods in a tote or carton that no order wants any more, in base units."""

    sku: str
    name: str
    qty: Decimal
    unit: str
    place: str
    number: str
    order: str


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Something in goods out that somebody should do something about; `kind` is a `Trouble`.

    `number`: its order, walk, manifest or bin. `about`: by what it is found where it is solved. `fault` and `facts`:
    what was said of it. `since`: how long it stands so, where that is known.
    """

    kind: Trouble
    number: str
    about: str
    customer: str
    fault: str
    facts: Mapping[str, Any]
    since: datetime | None
    cut_off: datetime | None


def board(
    session: Session, *, warehouse: UUID, since: datetime | None = None, document: UUID | None = None
) -> tuple[OrderRow, ...]:
    """Orders that are open, the most urgent first; with `since` also those that ended after it; or one order only."""
    rows = session.rows(
        query("orders_board"), warehouse=warehouse, ended=since is not None, since=since, document=document
    )
    return all_as(rows, OrderRow)


def detail(session: Session, document: UUID) -> OrderDetail:
    """One order whole."""
    found = session.row(query("orders_detail"), document=document)
    assert found is not None
    row = board(session, warehouse=found["warehouse"], document=document)[0]
    return OrderDetail(
        row,
        as_nouns(found["head"], OrderHead),
        as_nouns(found["lines"], tuple[DeskLine, ...]),
        as_nouns(found["holds"], tuple[PlacedHold, ...]),
        as_nouns(found["changes"], tuple[OrderChange, ...]),
        found["warehouse"],
        found["owner"],
        found["owner_name"],
    )


def wall(session: Session, *, warehouse: UUID, until: datetime) -> Wall:
    """The numbers of the big board."""
    row = session.row(query("orders_wall"), warehouse=warehouse, until=until)
    wall: Wall = as_nouns(row, Wall)
    return wall


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to be made, as a draft or released; `owner`: whose goods it gets, None: ours."""

    warehouse: UUID
    partner: UUID
    head: OrderHead
    lines: Sequence[NewLine]
    number: str = ""
    release: bool = False
    owner: UUID | None = None


def create(session: Session, order: NewOrder, *, request: UUID) -> UUID:
    """Make an order, once a request; returns its id."""
    made: UUID = session.call(
        "create_order",
        request=request,
        warehouse=order.warehouse,
        partner=order.partner,
        head=as_json(head_fields(order.head)),
        items=[line.item for line in order.lines],
        uoms=[line.unit for line in order.lines],
        qtys=[line.quantity for line in order.lines],
        prices=[line.price for line in order.lines],
        number=order.number or None,
        release=order.release,
        wishes=as_json([{"line": n, **line.wish} for n, line in enumerate(order.lines, 1) if line.wish]),
        owner=order.owner,
    )
    return made


def head_fields(head: OrderHead) -> dict[str, Any]:
    """The fields of an order as the database writes them."""
    return asdict(head)


def change(
    session: Session,
    document: UUID,
    *,
    request: UUID,
    version: int | None,
    head: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    keep_labels: bool,
    reason: str,
) -> Row:
    """Change an order; returns what came of it."""
    told: Row = session.call(
        "change_order",
        request=request,
        document=document,
        version=version,
        head=as_json({name: asdict(value) if isinstance(value, Address) else value for name, value in head.items()}),
        lines=as_json(list(lines)),
        keep_labels=keep_labels,
        reason=reason,
    )
    return told


def cancel(session: Session, document: UUID, *, request: UUID, version: int | None, reason: str) -> Row:
    """Cancel an order; returns what came of it."""
    told: Row = session.call("cancel_order", request=request, document=document, version=version, reason=reason)
    return told


def place_hold(session: Session, document: UUID, *, request: UUID, kind: str, note: str) -> int:
    """Stop an order; returns how many holds it has."""
    told = session.call("place_hold", request=request, document=document, kind=kind, note=note)
    return int(told["holds"])


def walks_with(session: Session, document: UUID) -> tuple[UUID, ...]:
    """The walks under way that take an order along."""
    rows = session.rows(
        "SELECT s.batch_id FROM batch_slot s JOIN document d ON d.id = s.batch_id"
        " WHERE s.order_id = %(document)s AND d.decision = 'released'",
        document=document,
    )
    return tuple(row["batch_id"] for row in rows)


def lift_hold(session: Session, document: UUID, *, request: UUID, kind: str | None, note: str) -> int:
    """Lift a hold, or all; returns how many are left."""
    told = session.call("lift_hold", request=request, document=document, kind=kind, note=note)
    return int(told["holds"])


def to_put_back(session: Session, warehouse: UUID) -> tuple[ToPutBack, ...]:
    """Goods in totes and cartons that no order wants any more."""
    rows = session.rows(query("orders_put_back"), warehouse=warehouse)
    return all_as(rows, ToPutBack)


def exceptions(session: Session, warehouse: UUID) -> tuple[Exceptional, ...]:
    """What somebody should do something about beside orders themselves, from the pick to the delivery."""
    soon, late = (int(each.total_seconds()) // 60 for each in (SOON, LATE))
    return all_as(session.rows(query("orders_exceptions"), warehouse=warehouse, soon=soon, late=late), Exceptional)


def end_count(session: Session, *, location: UUID, item: UUID) -> None:
    """Somebody has counted an item in a place."""
    session.call("end_count", location=location, item=item)


def decisions(session: Session, line: UUID) -> list[Row]:
    """Why a line got its goods, or none: what allocation decided about it, the latest first."""
    return session.rows(
        "SELECT c.at, p.name AS person, c.detail FROM decision c LEFT JOIN person p ON p.id = c.person_id"
        " WHERE c.document_line_id = %(line)s AND c.capability = 'allocation' ORDER BY c.at DESC, c.id DESC LIMIT 5",
        line=line,
    )


def urgency_facts(session: Session, *, warehouse: UUID, documents: Sequence[UUID] | None) -> list[Row]:
    """What the rules for priorities may know of orders: of these, or of all that are open."""
    return session.rows(query("orders_urgency"), warehouse=warehouse, documents=documents and list(documents))


def give_priorities(session: Session, warehouse: UUID, priorities: Mapping[UUID, int], *, reason: str = "") -> int:
    """Give orders the priorities that the rules say; returns how many changed. Without a reason it leaves no trail."""
    changed: int = session.call(
        "give_priorities",
        warehouse=warehouse,
        documents=list(priorities),
        priorities=list(priorities.values()),
        reason=reason,
    )
    return changed


def set_customer(session: Session, document: UUID, *, request: UUID, partner: UUID, version: int | None) -> None:
    """Make a draft another customer's."""
    session.call("set_order_customer", request=request, document=document, partner=partner, version=version)


def cut_offs(session: Session, warehouse: UUID) -> tuple[CutOff, ...]:
    """When carriers leave a warehouse."""
    rows = session.rows(
        "SELECT weekday, leaves, carrier, service, lead_minutes, transit_days FROM carrier_cut_off"
        " WHERE warehouse_id = %(warehouse)s ORDER BY carrier, service, weekday, leaves",
        warehouse=warehouse,
    )
    return all_as(rows, CutOff)


def closed_days(session: Session, warehouse: UUID) -> tuple[ClosedDay, ...]:
    """The days on which no carrier leaves."""
    rows = session.rows("SELECT day, name FROM closed_day WHERE warehouse_id = %(w)s ORDER BY day", w=warehouse)
    return all_as(rows, ClosedDay)


def save_cut_offs(session: Session, warehouse: UUID, times: Sequence[CutOff], closed: Sequence[ClosedDay]) -> None:
    """Say when carriers leave, instead of what was said before."""
    session.call(
        "save_cut_offs",
        warehouse=warehouse,
        times=as_json([asdict(one) for one in times]),
        closed=as_json([asdict(one) for one in closed]),
    )


def next_cut_off(
    session: Session,
    warehouse: UUID,
    *,
    carrier: str,
    service: str,
    now: datetime,
    due: date | None,
    requested: date | None,
) -> datetime | None:
    """The moment by which an order would have to leave; None where nobody said when its carrier does."""
    found: datetime | None = session.call(
        "next_cut_off",
        warehouse=warehouse,
        carrier=carrier,
        service=service,
        **{"from": now},
        due=due,
        requested=requested,
    )
    return found


def customer(session: Session, code: str) -> Row | None:
    """A customer by code, whatever its case: id, code, name, rules for their orders, and their delivery address."""
    return session.row(query("orders_customer"), code=code)


def customers(session: Session, words: str, most: int = 50) -> list[tuple[str, str]]:
    """Customers in whose code, name or address these words stand: code and name."""
    rows = session.rows(query("orders_customers"), words=words.strip(), most=most)
    return [(row["code"], row["name"]) for row in rows]


def backorders(session: Session, warehouse: UUID) -> tuple[UUID, ...]:
    """Orders of which a part has left and the rest is still wanted, by number."""
    rows = session.rows(query("orders_backorders"), warehouse=warehouse)
    return tuple(row["id"] for row in rows)


def bundle(session: Session, document: UUID, line: int) -> Row:
    """What was ordered as a bundle under a line's number: item, unit, quantity and price."""
    row = session.row(
        "SELECT bundle_id AS item, bundle_uom AS unit, bundle_qty AS quantity, bundle_price AS price FROM document_line"
        " WHERE document_id = %(document)s AND bundle_no = %(line)s LIMIT 1",
        document=document,
        line=line,
    )
    assert row is not None
    return row


def today(session: Session, warehouse: UUID) -> date:
    """The day that it is in a warehouse."""
    found: date = session.call("today_in", warehouse=warehouse)
    return found
