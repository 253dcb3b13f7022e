"""Transfers between warehouses: making them, what may be sent, what is on its way, and the postings of both legs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import documents
from app.database.session import Row, Session, query


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods of one transfer line at one stock key; `qty` in base units, `weight_kg` where pieces are weighed.

    `to_unit` is the unit they arrive in: the same one where the whole unit goes; nil: loose.
    """

    line: UUID
    item: UUID
    location: UUID
    trace: UUID
    unit: UUID
    owner: UUID
    status: str
    qty: Decimal
    to_unit: UUID
    weight_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """A handling unit and what it stands on; `load` sums up all goods in and on it, whatever they are (base units)."""

    id: UUID
    parent: UUID | None
    load: Decimal


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One line of a transfer, in base units: asked, reserved and not sent, sent, and arrived."""

    id: UUID
    line: int
    item: UUID
    sku: str
    name: str
    unit: str
    decimals: int
    catch_weight: bool
    asked: Decimal
    closed: bool
    reserved: Decimal
    sent: Decimal
    received: Decimal

    @property
    def to_send(self) -> Decimal:
        """What is asked and was not sent yet."""
        return Decimal(0) if self.closed else max(self.asked - self.sent, Decimal(0))

    @property
    def on_the_way(self) -> Decimal:
        """What was sent and has not arrived."""
        return self.sent - self.received


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer as lists show it: of so many lines how many are sent and have arrived in full."""

    number: str
    source: str
    target: str
    decision: str
    due: date | None
    lines: int
    sent: int
    received: int
    on_the_way: bool


def create(
    session: Session, *, request: UUID, source: UUID, target: UUID, due: date | None, lines: Mapping[UUID, Decimal]
) -> str:
    """Make and release a transfer of base units by item; returns its number."""
    made = session.call(
        "create_transfer",
        warehouse=source,
        to_warehouse=target,
        reference="",
        due=due,
        **documents.lines_of(session, lines),
        request=request,
    )
    return documents.release(session, made)


def facts(session: Session, document: UUID) -> Row:
    """The transfer with its open lines and the goods that may go."""
    return session.facts("transfers_facts", document=document)


def dock(session: Session, warehouse: UUID) -> UUID | None:
    """Where goods that arrive are put down: the first dock."""
    row = session.row(
        "SELECT id FROM location WHERE warehouse_id = %(warehouse)s AND kind = 'dock' AND active"
        " ORDER BY walk_position, address LIMIT 1",
        warehouse=warehouse,
    )
    return row["id"] if row else None


def on_the_way(session: Session, warehouse: UUID, document: UUID) -> list[Goods]:
    """What of a transfer was sent and has not arrived; a unit is still on its way with all that is in it."""
    rows = session.rows(
        "SELECT document_line_id AS line, item_id AS item, location_id AS location, trace_id AS trace,"
        " handling_unit_id AS unit, owner_id AS owner, status, qty, handling_unit_id AS to_unit, weight_kg"
        " FROM in_transit(%(warehouse)s) WHERE document_id = %(document)s",
        warehouse=warehouse,
        document=document,
    )
    return [Goods(**row) for row in rows]


def reserve(session: Session, warehouse: UUID, goods: Sequence[Goods]) -> None:
    """Make free goods their lines' own."""
    session.call(
        "reserve_stock",
        warehouse=warehouse,
        lines=[one.line for one in goods],
        items=[one.item for one in goods],
        locations=[one.location for one in goods],
        traces=[one.trace for one in goods],
        units=[one.unit for one in goods],
        owners=[one.owner for one in goods],
        statuses=[one.status for one in goods],
        qtys=[one.qty for one in goods],
    )


def loads(session: Session, warehouse: UUID, units: Sequence[UUID]) -> list[UnitLoad]:
    """What is in and on units of a warehouse, or on their way to it, and on those that they stand on."""
    rows = session.rows("SELECT * FROM unit_loads(%(warehouse)s, %(units)s)", warehouse=warehouse, units=list(units))
    return [UnitLoad(**row) for row in rows]


def post(
    session: Session,
    *,
    request: UUID,
    kind: str,
    warehouse: UUID,
    document: UUID,
    to: UUID,
    goods: Sequence[Goods],
    carried: Sequence[UUID],
) -> UUID:
    """Post one leg (transfer_out, transfer_in) of these goods to one place; returns the posting.

    The units that are carried travel whole: all that is in and on them is among the goods.
    """
    answer = session.call(
        "post_leg",
        request=request,
        kind=kind,
        warehouse=warehouse,
        to=to,
        document=document,
        carried=list(carried),
        lines=[one.line for one in goods],
        items=[one.item for one in goods],
        locations=[one.location for one in goods],
        traces=[one.trace for one in goods],
        units=[one.unit for one in goods],
        to_units=[one.to_unit for one in goods],
        owners=[one.owner for one in goods],
        statuses=[one.status for one in goods],
        qtys=[one.qty for one in goods],
        weights=[one.weight_kg for one in goods],
    )
    return UUID(answer["posting"])


def listed(session: Session, warehouse: UUID | None) -> list[Transfer]:
    """The transfers from and to a warehouse (None: all that the person sees), newest first."""
    return [Transfer(**row) for row in session.rows(query("transfers_list"), warehouse=warehouse)]


def lines(session: Session, document: UUID) -> list[TransferLine]:
    """The lines of a transfer and how far they are."""
    return [TransferLine(**row) for row in session.rows(query("transfers_lines"), document=document)]


def sent_moves(session: Session, line: UUID) -> list[Row]:
    """The moves by which goods of a line left, the latest first: posting, line_no, and what was not reversed of it."""
    return session.rows(
        "SELECT m.posting_id AS posting, m.line_no, m.qty - coalesce((SELECT sum(r.qty) FROM stock_move r"
        " WHERE r.reverses = m.id), 0) AS qty FROM stock_move m JOIN document_line l ON l.id = m.document_line_id"
        " AND l.item_id = m.item_id WHERE l.id = %(line)s AND m.kind = 'transfer_out' AND m.reverses IS NULL"
        " ORDER BY m.id DESC",
        line=line,
    )
