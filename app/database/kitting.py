"""Kits: what they are made of, orders to make them, the goods that may go into them, and the postings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import documents
from app.database.session import Row, Session


@dataclass(frozen=True, slots=True)
class BomPart:
    """So much of an item goes into what a bill of materials makes, in base units."""

    sku: str
    name: str
    qty: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Bom:
    """What `makes` base units of a kit are made of."""

    sku: str
    name: str
    makes: Decimal
    unit: str
    parts: tuple[BomPart, ...]


@dataclass(frozen=True, slots=True)
class KitHead:
    """A kit order as lists show it: so many asked and made, in base units."""

    number: str
    warehouse: str
    sku: str
    name: str
    unit: str
    decision: str
    due: date | None
    asked: Decimal
    made: Decimal


@dataclass(frozen=True, slots=True)
class KitMove:
    """One side of a kit: goods that are used up at a place, or come out there (`produced`); base units, kg."""

    item: UUID
    qty: Decimal
    location: UUID
    produced: bool
    trace: UUID | None = None
    unit: UUID | None = None
    weight_kg: Decimal | None = None


def save_bom(session: Session, *, kit: UUID, makes: Decimal, parts: Mapping[UUID, Decimal]) -> None:
    """Say what a kit is made of."""
    session.call("save_bom", item=kit, makes=makes, items=list(parts), qtys=list(parts.values()))


def boms(session: Session, sku: str = "") -> list[Row]:
    """Bills of materials (of one kit, where it is named), with their parts as JSON."""
    return session.rows(
        "SELECT i.sku, i.name, b.makes, i.base_uom AS unit, (SELECT jsonb_agg(jsonb_build_object('sku', c.sku, 'name',"
        " c.name, 'qty', l.base_qty::text, 'unit', c.base_uom) ORDER BY c.sku) FROM bom_line l"
        " JOIN item c ON c.id = l.component_id WHERE l.item_id = b.item_id) AS parts FROM bom b"
        " JOIN item i ON i.id = b.item_id WHERE b.kind = 'assembled' AND %(sku)s IN ('', i.sku) ORDER BY i.sku",
        sku=sku,
    )


def create(session: Session, *, request: UUID, warehouse: UUID, kit: UUID, qty: Decimal, due: date | None) -> str:
    """Make and release a kit order; returns its number."""
    made = session.call("create_kit_order", request=request, warehouse=warehouse, item=kit, qty=qty, due=due)
    return documents.release(session, made)


def facts(session: Session, document: UUID) -> Row:
    """A kit order with its parts and the goods that may go into them."""
    return session.facts("kitting_facts", document=document)


def listed(session: Session, warehouse: UUID | None) -> list[KitHead]:
    """Kit orders of a warehouse (None: all that the person sees), newest first."""
    rows = session.rows(
        "SELECT d.number, w.code AS warehouse, i.sku, i.name, i.base_uom AS unit, d.decision, d.due,"
        " l.base_qty AS asked, coalesce(p.qty, 0) AS made FROM document d JOIN warehouse w ON w.id = d.warehouse_id"
        " JOIN document_line l ON l.document_id = d.id JOIN item i ON i.id = l.item_id"
        " LEFT JOIN line_progress p ON p.document_line_id = l.id AND p.step = 'produced'"
        " WHERE d.kind = 'kit_order' AND coalesce(d.warehouse_id = %(warehouse)s, true) ORDER BY d.id DESC",
        warehouse=warehouse,
    )
    return [KitHead(**row) for row in rows]


def kit_trace(session: Session, *, line: UUID, lot: str, serial: str, expiry: date | None) -> UUID:
    """The lot or serial number that kits of an order get."""
    made: UUID = session.call("kit_trace", line=line, lot=lot, serial=serial, expiry=expiry, best_before=None)
    return made


def kits_there(session: Session, warehouse: UUID, item: UUID) -> list[Row]:
    """Free kits in places where they can be taken apart: location, trace, unit, free, on_hand, weight_kg."""
    return session.rows(
        "SELECT b.location_id AS location, b.trace_id AS trace, b.handling_unit_id AS unit, b.on_hand,"
        " b.on_hand - b.reserved AS free, nullif(b.weight_kg, 0) AS weight_kg FROM stock_balance b"
        " JOIN location p ON p.id = b.location_id AND p.kind IN ('bin', 'dock', 'staging') AND p.active"
        " AND p.frozen_by IS NULL WHERE b.warehouse_id = %(warehouse)s AND b.item_id = %(item)s"
        " AND b.status = 'available' AND b.owner_id = nil() AND b.on_hand > b.reserved ORDER BY b.first_received_at",
        warehouse=warehouse,
        item=item,
    )


def parts_of(session: Session, warehouse: UUID, item: UUID, kits: Sequence[KitMove]) -> list[Row]:
    """What comes out of these kits: item, sku, tracking, decimals, catch_weight, and `qty` in base units."""
    return session.rows(
        "SELECT x.item_id AS item, i.sku, i.tracking, i.decimals, i.catch_weight, x.qty"
        " FROM parts_of_kits(%(warehouse)s, %(item)s, %(traces)s, %(qtys)s) x JOIN item i ON i.id = x.item_id"
        " ORDER BY i.sku",
        warehouse=warehouse,
        item=item,
        traces=[one.trace for one in kits],
        qtys=[one.qty for one in kits],
    )


def lots_in(session: Session, *, kits: Sequence[UUID], part: UUID, named: str) -> list[UUID]:
    """The lots of a part that went into kits of these lots; or the one that is named."""
    if named:
        rows = session.rows(
            "SELECT id FROM trace WHERE item_id = %(part)s AND %(named)s IN (lot, serial)", part=part, named=named
        )
    else:
        rows = session.rows(
            "SELECT DISTINCT c.trace_id AS id FROM stock_move m JOIN genealogy g ON g.produced_move = m.id"
            " JOIN stock_move c ON c.id = g.consumed_move WHERE m.trace_id = ANY (%(kits)s) AND m.trace_id <> nil()"
            " AND c.item_id = %(part)s AND c.trace_id <> nil()",
            kits=list(kits),
            part=part,
        )
    return [row["id"] for row in rows]


def post(
    session: Session, *, request: UUID, warehouse: UUID, moves: Sequence[KitMove], line: UUID | None
) -> UUID:  # fmt: skip
    """Post both sides of a kit in one posting; returns it."""
    answer = session.call(
        "post_kit",
        request=request,
        warehouse=warehouse,
        items=[one.item for one in moves],
        qtys=[one.qty for one in moves],
        locations=[one.location for one in moves],
        produced=[one.produced for one in moves],
        traces=[one.trace for one in moves],
        units=[one.unit for one in moves],
        weights=[one.weight_kg for one in moves],
        line=line,
    )
    return UUID(answer["posting"])


def last_made(session: Session, document: UUID) -> UUID | None:
    """The last posting by which kits of an order were made and which was not taken back."""
    row = session.row(
        "SELECT p.id FROM posting p WHERE p.document_id = %(document)s AND p.kind = 'kit_produce'"
        " AND p.reverses IS NULL AND NOT EXISTS (SELECT FROM posting r WHERE r.reverses = p.id)"
        " ORDER BY p.recorded_at DESC LIMIT 1",
        document=document,
    )
    return row["id"] if row else None
