"""Expected goods as they are stored: orders and announcements with how far they are, and what came for one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.database.discrepancies import Discrepancy
from app.database.session import Row, Session, all_as, query


@dataclass(frozen=True, slots=True)
class Paper:
    """An order or an announcement in a list: of so many lines how many are done, of so many units how many came.

    `truck_…`: when which door expects its truck, or where it is; nothing where no truck has an appointment.
    """

    id: UUID
    kind: str
    number: str
    reference: str
    partner: str
    partner_name: str
    due: date | None
    decision: str
    lines: int
    done: int
    units: int
    units_done: int
    truck_at: datetime | None = None
    truck_door: str = ""
    truck_state: str = ""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line of it in base units; `order` is the one that announced goods fill, `expiry` what was announced."""

    id: UUID
    number: int
    sku: str
    name: str
    unit: str
    expected: Decimal
    received: Decimal
    closed: bool
    order: str
    handling_unit: str
    lot: str
    serial: str
    expiry: date | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Goods that came and were not taken back: who received them when and where, in base units and kg."""

    at: datetime
    person: str
    station: str
    place: str
    line: int
    order: str
    sku: str
    name: str
    unit: str
    qty: Decimal
    lot: str
    serial: str
    expiry: date | None
    handling_unit: str
    status: str
    weight_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came for an order or an announcement, as the receipt note and its confirmation say it."""

    number: str
    reference: str
    kind: str
    decision: str
    partner: str
    partner_name: str
    warehouse: str
    warehouse_address: str
    time_zone: str
    company: str
    lines: tuple[PaperLine, ...]
    arrivals: tuple[Arrival, ...]
    discrepancies: tuple[Discrepancy, ...]

    @property
    def first_at(self) -> datetime | None:
        """When the first of it was received."""
        return self.arrivals[0].at if self.arrivals else None

    @property
    def weight_kg(self) -> Decimal | None:
        """What came weighs, where every part's weight is known."""
        weights = [one.weight_kg for one in self.arrivals]
        known = [weight for weight in weights if weight is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(weights) else None


def papers(session: Session, *, warehouse: UUID, kind: str) -> tuple[Paper, ...]:
    """Purchase orders or announcements of a warehouse, the open ones first, then the latest."""
    return all_as(session.rows(query("inbound_papers"), warehouse=warehouse, kind=kind), Paper)


def lines(session: Session, document: UUID) -> tuple[PaperLine, ...]:
    """The lines of an order or an announcement with what came of each."""
    return all_as(session.rows(query("inbound_lines"), document=document), PaperLine)


def arrivals(session: Session, document: UUID) -> tuple[Arrival, ...]:
    """What came for an order or an announcement, the earliest first."""
    return all_as(session.rows(query("inbound_arrivals"), document=document), Arrival)


def head(session: Session, document: UUID) -> Row:
    """What stands above a receipt note: the paper, its supplier, the warehouse and the company."""
    row = session.row(
        "SELECT d.number, d.reference, d.kind, d.decision, coalesce(p.code, '') AS partner,"
        " coalesce(p.name, '') AS partner_name, w.code AS warehouse, w.address AS warehouse_address, w.time_zone,"
        " c.name AS company FROM document d JOIN warehouse w ON w.id = d.warehouse_id"
        " LEFT JOIN partner p ON p.id = d.partner_id CROSS JOIN company c WHERE d.id = %(document)s",
        document=document,
    )
    assert row is not None
    return row


def currency(session: Session) -> str:
    """The currency in which the company keeps its prices, by its three letters."""
    row = session.row("SELECT currency FROM company")
    assert row is not None
    letters: str = row["currency"]
    return letters
