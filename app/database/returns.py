"""Returns: from customers to the dock, and back to suppliers; with a document or, from customers, without one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import documents
from app.database.session import Row, Session, all_as, query


@dataclass(frozen=True, slots=True)
class ReturnHead:
    """A return as lists show it: `in` from a customer or `out` to a supplier; of so many lines how many are done."""

    number: str
    warehouse: str
    direction: str
    partner: str
    order: str
    decision: str
    lines: int
    done: int


@dataclass(frozen=True, slots=True)
class CartonGoods:
    """An item that left in a carton: base units that may still come back, and the lots and serial numbers of them."""

    sku: str
    unit: str
    qty: Decimal
    numbers: str


@dataclass(frozen=True, slots=True)
class ShippedCarton:
    """A carton that has left: its SSCC, its order and customer (code), and what may come back of it."""

    carton: str
    order: str
    partner: str
    goods: tuple[CartonGoods, ...]


@dataclass(frozen=True, slots=True)
class ReturnMove:
    """Goods of one line (None: without a document) from one place to another; base units, kg."""

    line: UUID | None
    item: UUID
    qty: Decimal
    source: UUID
    target: UUID
    from_status: str
    to_status: str
    trace: UUID | None = None
    unit: UUID | None = None
    weight_kg: Decimal | None = None


def create(
    session: Session,
    *,
    request: UUID,
    warehouse: UUID,
    direction: str,
    partner: UUID,
    order: UUID | None,
    reference: str,
    lines: Mapping[UUID, Decimal],
) -> str:
    """Make and release a return of base units by item; returns its number."""
    made = session.call(
        "create_return",
        request=request,
        warehouse=warehouse,
        direction=direction,
        partner=partner,
        order=order,
        reference=reference,
        **documents.lines_of(session, lines),
    )
    return documents.release(session, made)


def facts(session: Session, document: UUID) -> Row:
    """A return with its lines and the goods that may go back."""
    return session.facts("returns_facts", document=document)


def listed(session: Session, warehouse: UUID | None) -> list[ReturnHead]:
    """Returns of a warehouse (None: all that the person sees), newest first."""
    rows = session.rows(
        "SELECT d.number, w.code AS warehouse, g.direction, coalesce(p.code, '') AS partner,"
        " coalesce(o.number, '') AS \"order\", d.decision, count(*) AS lines,"
        " count(*) FILTER (WHERE coalesce(x.qty, 0) >= l.base_qty) AS done FROM document d"
        " JOIN goods_return g ON g.document_id = d.id JOIN warehouse w ON w.id = d.warehouse_id"
        " JOIN document_line l ON l.document_id = d.id LEFT JOIN partner p ON p.id = d.partner_id"
        " LEFT JOIN document o ON o.id = g.order_id LEFT JOIN line_progress x ON x.document_line_id = l.id"
        " AND x.step = CASE g.direction WHEN 'in' THEN 'received' ELSE 'returned' END"
        " WHERE coalesce(d.warehouse_id = %(warehouse)s, true)"
        " GROUP BY d.id, d.number, w.code, g.direction, p.code, o.number, d.decision ORDER BY d.id DESC",
        warehouse=warehouse,
    )
    return [ReturnHead(**row) for row in rows]


def lot(session: Session, *, item: UUID, lot: str, serial: str, expiry: date | None) -> UUID:
    """The lot or serial number on goods that came back, made known where it is not."""
    made: UUID = session.call("ensure_trace", item=item, lot=lot, serial=serial, expiry=expiry, best_before=None)
    return made


def post(
    session: Session, *, request: UUID, kind: str, warehouse: UUID, document: UUID | None, reason: str,
    moves: Sequence[ReturnMove],
) -> UUID:  # fmt: skip
    """Post goods that come back or go back, in one posting; returns it."""
    answer = session.call(
        "post_moves",
        request=request,
        kind=kind,
        warehouse=warehouse,
        items=[one.item for one in moves],
        qtys=[one.qty for one in moves],
        from_locations=[one.source for one in moves],
        to_locations=[one.target for one in moves],
        traces=[one.trace for one in moves],
        from_units=[one.unit for one in moves],
        from_statuses=[one.from_status for one in moves],
        to_statuses=[one.to_status for one in moves],
        lines=[one.line for one in moves],
        reasons=[reason or None for _ in moves],
        weights=[one.weight_kg for one in moves],
        document=document,
    )
    return UUID(answer["posting"])


def shipped_carton(session: Session, warehouse: UUID, code: str) -> ShippedCarton | None:
    """What left in the carton of this SSCC or tracking number; None where none has left."""
    found = all_as(session.rows(query("returns_carton"), warehouse=warehouse, code=code), ShippedCarton)
    return found[0] if found else None
