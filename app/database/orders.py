"""Purchase orders and customer orders as they are stored: read back as files describe them, and made many at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

from app.database.session import Row, Session, as_json, as_nouns, query
from app.domain.order_desk import Hold
from app.domain.orders import OrderData, OrderLine, PurchaseOrderData
from app.domain.partners import Address, PartnerData, PartnerKind
from app.domain.values import Money

PURCHASE_ORDER = "purchase_order"
ORDER = "order"
_PLAIN_FIELDS = (
    "carrier", "service", "requested", "cut_off", "priority", "complete_only", "gift", "gift_note", "note", "hold_note",
)  # fmt: skip
"""Fields of an order that are stored as they stand in a file."""


@dataclass(frozen=True, slots=True)
class KnownWarehouse:
    """A warehouse that orders may be for: its id and the day it is there."""

    code: str
    id: UUID | None
    today: date


@dataclass(frozen=True, slots=True)
class KnownPartner:
    """A partner by code and name; `owner` is the id where we keep goods that are theirs.

    The rest is what is usual for the orders of a customer: carrier and service (empty: none of their own), whether
    all goes together, and where their goods go.
    """

    code: str
    name: str
    owner: UUID | None = None
    id: UUID | None = None
    carrier: str = ""
    service: str = ""
    complete_only: bool = False
    address: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item as orders use it; `units` are its packagings with base units in one of each.

    `categories` are the ids of its category and of all above, the widest first. `traced`: it has lots or serials.
    """

    id: UUID | None
    sku: str
    base_unit: str
    decimals: int
    category: str
    units: Mapping[str, Fraction]
    categories: tuple[UUID, ...] = ()
    traced: bool = True


@dataclass(frozen=True, slots=True)
class Ground:
    """What orders stand on; `taken_numbers` are pairs of warehouse code and document number in capitals."""

    warehouses: Mapping[str, KnownWarehouse]
    partners: tuple[KnownPartner, ...]
    items: tuple[KnownItem, ...]
    currency: str
    policies: Sequence[Mapping[str, Any]]
    taken_numbers: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line of a document to make: its number in the file, quantity in `unit`, tolerance as a fraction.

    `lot` and `minimum_days`: what a customer wishes of its goods.
    """

    number: int
    item: UUID
    unit: str
    quantity: Decimal
    tolerance: Decimal = Decimal(0)
    price: Decimal | None = None
    lot: str = ""
    minimum_days: int | None = None


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to make and release. `number` None: the next one of ours, because the file's is taken.

    For a customer's order `head` is what it says beside its lines, `said` what its file says, field by field, and
    `hold` why it is to stand still as soon as it is there.
    """

    kind: str
    warehouse: UUID
    partner: UUID
    reference: str
    number: str | None
    due: date | None
    lines: tuple[NewLine, ...]
    owner: UUID | None = None
    head: Mapping[str, Any] | None = None
    said: Mapping[str, str] | None = None
    hold: Hold | None = None
    hold_note: str = ""


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """A customer's order as it is there, and what its file said of it last (nothing where people made it).

    `ended` are the numbers of lines of which nothing is wanted any more.
    """

    id: UUID
    warehouse: UUID
    decision: str
    record: OrderData
    said: Mapping[str, str]
    ended: frozenset[int]


def ground(session: Session, *, skus: Collection[str], partners: Collection[str], numbers: Collection[str]) -> Ground:
    """Read what orders stand on: all that is named by these keys."""
    row = session.row(query("orders_ground"), skus=list(skus), partners=list(partners), numbers=list(numbers))
    assert row is not None
    return Ground(
        warehouses={
            code: KnownWarehouse(code, UUID(made), date.fromisoformat(day)) for code, made, day in row["warehouses"]
        },
        partners=tuple(
            KnownPartner(code, name, UUID(owner) if owner else None, UUID(made), carrier, service, complete, address)
            for code, name, owner, made, carrier, service, complete, address in row["partners"]
        ),
        items=tuple(_item(item) for item in row["items"]),
        currency=row["currency"],
        policies=row["policies"],
        taken_numbers=frozenset((code, number) for code, _, number in (t.partition(" ") for t in row["taken_numbers"])),
    )


def _item(item: Mapping[str, Any]) -> KnownItem:
    units = {unit: Fraction(above, below) for unit, above, below in item["units"]}
    made = UUID(item["id"])
    categories = tuple(map(UUID, item["categories"]))
    return KnownItem(
        made, item["sku"], item["base_unit"], item["decimals"], item["category"], units, categories, item["traced"]
    )  # fmt: skip


def purchase_orders(session: Session, keys: Collection[str]) -> list[PurchaseOrderData]:
    """The purchase orders with these numbers, whatever their case, under the number that the file gave them."""
    return [
        PurchaseOrderData(
            number=_number(row, keys),
            supplier=PartnerData(PartnerKind.SUPPLIER, row["partner_code"], row["partner_name"]),
            warehouse=row["warehouse"],
            expected=row["due"],
            owner=row["owner"],
            lines=tuple(_line(line, currency) for line in row["lines"]),
        )
        for currency, row in _documents(session, PURCHASE_ORDER, keys)
    ]


def orders(session: Session, keys: Collection[str]) -> list[StoredOrder]:
    """The customer orders with these numbers, whatever their case, under the number that the file gave them."""
    return [
        StoredOrder(
            row["id"],
            row["warehouse_id"],
            row["decision"],
            _order(row, keys, currency),
            row["said"] or {},
            frozenset(line[0] for line in row["lines"] if line[7]),
        )
        for currency, row in _documents(session, ORDER, keys)
    ]


def _order(row: Row, keys: Collection[str], currency: str) -> OrderData:
    number = _number(row, keys)
    return OrderData(
        number=number,
        customer=PartnerData(PartnerKind.CUSTOMER, row["partner_code"], row["partner_name"]),
        warehouse=row["warehouse"],
        reference="" if row["reference"] == number else row["reference"],
        ship_to=Address(**(row["ship_to"] or {})),
        due=row["due"],
        hold=Hold(row["hold"]) if row["hold"] else None,
        owner=row["owner"],
        lines=tuple(_line(line, currency) for line in row["lines"]),
        **{name: row[name] for name in _PLAIN_FIELDS},
    )


def _documents(session: Session, kind: str, keys: Collection[str]) -> list[tuple[str, Row]]:
    """The documents, each with the company's currency, in which prices are kept."""
    if not keys:
        return []
    rows = session.rows(query("orders_documents"), kind=kind, keys=list(keys))
    company = session.row("SELECT currency FROM company") if rows else None
    return [(company["currency"] if company else "", row) for row in rows]


def _number(row: Row, keys: Collection[str]) -> str:
    """The number by which the document was asked for: the file's, which is ours unless that one was taken."""
    reference: str = row["reference"]
    number: str = row["number"]
    return reference if reference and reference.upper() in keys else number


def _line(line: Sequence[Any], currency: str) -> OrderLine:
    number, sku, quantity, unit, price, lot, days, _ended = line
    cost = Money(Decimal(price), currency) if price else None
    return OrderLine(number, sku, Decimal(quantity), unit, cost, lot, days)


def ensure_partners(session: Session, partners: Sequence[PartnerData]) -> dict[tuple[PartnerKind, str], UUID]:
    """The ids of partners by kind and code; who is not there yet, or not of this kind, is added. Two round trips."""
    there = session.rows(
        "SELECT k.kind, p.code, p.id FROM partner p CROSS JOIN unnest(p.kinds) k (kind) WHERE p.code = ANY (%(codes)s)",
        codes=[p.code for p in partners],
    )
    known = {(row["kind"], row["code"]): row["id"] for row in there}
    new = [p for p in partners if (p.kind.value, p.code) not in known]
    if new:
        with session.pipeline():
            answers = [
                session.send("ensure_partner", {"kind": p.kind.value, "code": p.code, "name": p.name}) for p in new
            ]
        known |= {(p.kind.value, p.code): _answer(cursor) for p, cursor in zip(new, answers, strict=True)}
    return {(p.kind, p.code): known[p.kind.value, p.code] for p in partners}


def add_documents(session: Session, documents: Sequence[NewDocument]) -> list[UUID]:
    """Make documents with their lines and release them; three round trips, however many there are."""
    if not documents:
        return []
    with session.pipeline():
        made = [session.send("create_document", _creation(document)) for document in documents]
    ids = [_answer(cursor) for cursor in made]
    with session.pipeline():
        for identity, document in zip(ids, documents, strict=True):
            session.send("complete_document", _completion(identity, document))
            version = 1
            if document.owner is not None:
                session.send("set_document_owner", {"document": identity, "owner": document.owner})
                version += 1
            session.send("decide_document", {"document": identity, "decision": "released", "version": version})
            if document.hold is not None:
                session.send("place_hold", _holding(identity, document.hold, document.hold_note))
    return ids


def _holding(document: UUID, kind: Hold, note: str) -> dict[str, object]:
    return {"request": uuid4(), "document": document, "kind": kind.value, "note": note}


def add_document(session: Session, document: NewDocument, *, request: UUID) -> str:
    """Make one document and release it, unless this request did so before; returns its number."""
    made = session.call("create_document", **_creation(document), request=request)
    row = session.row("SELECT number, decision, version FROM document WHERE id = %(made)s", made=made)
    assert row is not None
    if row["decision"] == "draft":
        session.call("complete_document", **_completion(made, document))
        session.call("decide_document", document=made, decision="released", version=row["version"])
    return str(row["number"])


def _answer(cursor: Any) -> UUID:  # noqa: ANN401  (a cursor of the driver, which only this room knows)
    identity: UUID = cursor.fetchone()["answer"]
    return identity


def _creation(document: NewDocument) -> dict[str, object]:
    return {
        "kind": document.kind,
        "warehouse": document.warehouse,
        "partner": document.partner,
        "reference": document.reference,
        "due": document.due,
        "items": [line.item for line in document.lines],
        "uoms": [line.unit for line in document.lines],
        "qtys": [line.quantity for line in document.lines],
        "prices": [line.price for line in document.lines],
        "number": document.number,
    }


def _completion(identity: UUID, document: NewDocument) -> dict[str, object]:
    return {
        "document": identity,
        "line_nos": [line.number for line in document.lines],
        "tolerances": [line.tolerance for line in document.lines],
        "head": as_json(document.head) if document.head is not None else None,
        "wishes": as_json([_wish(line) for line in document.lines if line.lot or line.minimum_days is not None]),
        "said": as_json(document.said) if document.said is not None else None,
    }


def _wish(line: NewLine) -> dict[str, object]:
    return {"line": line.number, "lot": line.lot, "minimum_days": line.minimum_days}


def keep_said(session: Session, document: UUID, said: Mapping[str, str]) -> None:
    """Keep what a file says of an order now."""
    session.call("keep_said", document=document, said=as_json(said))


def references_in_use(session: Session, references: Collection[str]) -> set[tuple[str, str]]:
    """Which of these customers' numbers orders have already, with the customer's code."""
    rows = session.rows(
        "SELECT p.code, d.reference FROM document d JOIN partner p ON p.id = d.partner_id"
        " WHERE d.kind = 'order' AND d.reference = ANY (%(references)s)",
        references=list(references),
    )
    return {(row["code"], row["reference"]) for row in rows}


@dataclass(frozen=True, slots=True)
class PackedGoods:
    """Goods of one order line in a parcel, of one lot or serial number; in base units."""

    number: int
    sku: str
    name: str
    lot: str
    serial: str
    expiry: date | None
    qty: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class ListedParcel:
    """A parcel on a packing list, `carrier` and `service` as they are called; weights in kg, gross where weighed."""

    sscc: str
    carton: str
    tracking: str
    carrier: str
    service: str
    tare_kg: Decimal
    weight_kg: Decimal | None
    goods: tuple[PackedGoods, ...]


@dataclass(frozen=True, slots=True)
class ListedLine:
    """An order line with what is packed of it so far, in base units."""

    number: int
    sku: str
    name: str
    unit: str
    ordered: Decimal
    packed: Decimal

    @property
    def open(self) -> Decimal:
        """What does not come with these parcels."""
        return max(self.ordered - self.packed, Decimal(0))


@dataclass(frozen=True, slots=True)
class PackingList:
    """Everything that the list in a parcel says about a customer's order."""

    id: UUID
    number: str
    reference: str
    created_at: datetime
    time_zone: str
    company: str
    warehouse: str
    warehouse_address: str
    customer: str
    customer_code: str
    ship_to: Address
    lines: tuple[ListedLine, ...]
    parcels: tuple[ListedParcel, ...]


def packing_lists(session: Session, documents: Collection[UUID]) -> list[PackingList]:
    """The packing lists of customer orders, in the order asked for; papers of other kinds are left out."""
    rows = session.rows(query("orders_packing_list"), documents=list(documents))
    return [as_nouns(row | {"ship_to": row["ship_to"] or {}}, PackingList) for row in rows]
