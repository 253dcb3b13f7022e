"""What playing the neutral workload says to the database beyond people's use cases: whole documents at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.database import picking
from app.database.picking import PickKey
from app.database.session import Row, Session, as_json, as_nouns, new_request, query

_POST = """
    SELECT post_moves(p_request => %(request)s, p_kind => %(kind)s, p_warehouse => %(warehouse)s,
        p_items => %(items)s::uuid[], p_qtys => %(qtys)s::numeric[], p_from_locations => %(sources)s::uuid[],
        p_to_locations => %(targets)s::uuid[], p_from_units => %(from_units)s::uuid[],
        p_to_units => %(to_units)s::uuid[], p_lines => %(lines)s::uuid[], p_reasons => %(reasons)s::text[],
        p_values => %(values)s::numeric[], p_document => %(document)s, p_effective => %(effective)s)
"""
_ON_HAND = """
    SELECT i.sku, l.name AS bin, sum(b.on_hand) AS qty
    FROM stock_balance b JOIN item i ON i.id = b.item_id JOIN location l ON l.id = b.location_id
    WHERE b.warehouse_id = %(warehouse)s AND b.on_hand <> 0 GROUP BY i.sku, l.name HAVING sum(b.on_hand) <> 0
"""
_ON_HAND_AS_OF = """
    SELECT i.sku, l.name AS bin, sum(s.on_hand) AS qty
    FROM stock_as_of(%(warehouse)s, %(at)s, (SELECT max(no) FROM seal)) s JOIN item i ON i.id = s.item_id
    JOIN location l ON l.id = s.location_id
    GROUP BY i.sku, l.name HAVING sum(s.on_hand) <> 0
"""
_BY_ITEM = """
    SELECT i.sku, sum(b.on_hand) AS qty FROM stock_balance b JOIN item i ON i.id = b.item_id
    WHERE b.warehouse_id = %(warehouse)s AND b.on_hand <> 0 GROUP BY i.sku
"""
_RESERVED = """
    SELECT coalesce(sum(b.reserved), 0) AS reserved, coalesce(sum(b.on_hand), 0) AS on_hand,
        (SELECT coalesce(sum(r.qty), 0) FROM reservation r WHERE r.item_id = %(item)s) AS claimed
    FROM stock_balance b WHERE b.warehouse_id = %(warehouse)s AND b.item_id = %(item)s
"""


@dataclass(frozen=True, slots=True)
class PlayGround:
    """The ids that the workload's words stand for."""

    warehouse: UUID
    dock: UUID
    staging: UUID
    tote: UUID
    supplier: UUID
    customer: UUID
    adjustment: UUID
    bins: Mapping[str, UUID]
    items: Mapping[str, UUID]
    partners: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class PlayLine:
    """`qty` base units from place to place, for a document's line or none; `value` in the company's currency."""

    item: UUID
    qty: Decimal | int
    source: UUID
    target: UUID
    line: UUID | None = None
    from_unit: UUID | None = None
    to_unit: UUID | None = None
    reason: str | None = None
    value: Decimal | None = None


def read_ground(session: Session) -> PlayGround:
    """The ids of everything that was set up."""
    row = session.row(query("workload_ground"))
    assert row is not None
    found: PlayGround = as_nouns(row, PlayGround)
    return found


def post(
    session: Session,
    request: UUID,
    kind: str,
    warehouse: UUID,
    lines: Sequence[PlayLine],
    *,
    document: UUID | None = None,
    effective: datetime | None = None,
) -> None:
    """Post all lines at once."""
    session.row(
        _POST,
        request=request,
        kind=kind,
        warehouse=warehouse,
        items=[line.item for line in lines],
        qtys=[line.qty for line in lines],
        sources=[line.source for line in lines],
        targets=[line.target for line in lines],
        from_units=[line.from_unit for line in lines],
        to_units=[line.to_unit for line in lines],
        lines=[line.line for line in lines],
        reasons=[line.reason for line in lines],
        values=[line.value for line in lines],
        document=document,
        effective=effective,
    )


def lines_of(session: Session, document: UUID) -> list[UUID]:
    """The lines of a document in their order."""
    found = session.rows("SELECT id FROM document_line WHERE document_id = %(d)s ORDER BY line_no", d=document)
    return [row["id"] for row in found]


def pick_all(session: Session, document: UUID, tote: UUID) -> None:
    """Book all picks of an order into a tote, as a printed list is entered that was picked as it says."""
    goods = reserved_goods(session, document)
    picks = [(PickKey(one["line"], one["location"], one["trace"], one["unit"]), one["qty"]) for one in goods]
    picking.pick(session, request=new_request(), picks=picks, tote=tote)


def reserved_goods(session: Session, document: UUID) -> list[Row]:
    """What is reserved for an order: line, item, place, handling unit and quantity."""
    return session.rows(
        "SELECT r.demand_line_id AS line, r.item_id AS item, r.location_id AS location, r.trace_id AS trace,"
        " r.handling_unit_id AS unit, r.qty FROM reservation r JOIN document_line l ON l.id = r.demand_line_id"
        " WHERE l.document_id = %(d)s ORDER BY l.line_no",
        d=document,
    )


def take_order(session: Session, warehouse: UUID, document: UUID) -> UUID:
    """Take an order in hand with a new tote, which is returned."""
    tote = UUID(session.call("register_tote", warehouse=warehouse, number=None)["id"])
    session.call("take_order", warehouse=warehouse, document=document, tote=tote)
    return tote


def open_carton(session: Session, document: UUID, staging: UUID) -> tuple[UUID, UUID]:
    """The order's open carton: parcel and handling unit."""
    parcel: UUID = session.call("open_carton", document=document, location=staging, carton_type="MEDIUM")
    row = session.row("SELECT handling_unit_id AS unit FROM parcel WHERE id = %(p)s", p=parcel)
    assert row is not None
    return parcel, row["unit"]


def seal_carton(session: Session, parcel: UUID, *, tracking: str) -> None:
    """Close a carton at the weight that it should have, and let it count as labelled: the workload prints nothing."""
    row = session.row(
        "SELECT p.tare_kg + sum(b.on_hand * i.weight_mean_kg) AS kg FROM parcel p JOIN stock_balance b"
        " ON b.handling_unit_id = p.handling_unit_id AND b.handling_unit_id <> nil() JOIN item i ON i.id = b.item_id"
        " WHERE p.id = %(p)s GROUP BY p.id",
        p=parcel,
    )
    assert row is not None
    with session.pipeline():
        closing = {"parcel": parcel, "weight_kg": row["kg"], "device": "workload", "manual": False}
        carrier = {"carrier": "house", "service": "parcel", "tracking": tracking, "printer": None, "run": None}
        session.send("close_parcel", {**closing, **carrier, "labels": as_json([])})
        session.send("advance_parcel", {"parcel": parcel, "state": "labelled"})


def ship(session: Session, request: UUID, parcel: UUID) -> None:
    """Let a parcel go."""
    session.call("ship_parcel", request=request, parcel=parcel)


def reserve(session: Session, ground: PlayGround, *, line: UUID, item: UUID, place: UUID, qty: int) -> None:
    """Reserve so much of an item in a bin for an order line."""
    nil = UUID(int=0)
    session.call(
        "reserve_stock",
        warehouse=ground.warehouse,
        lines=[line],
        items=[item],
        locations=[place],
        traces=[nil],
        units=[nil],
        owners=[nil],
        statuses=["available"],
        qtys=[Decimal(qty)],
    )


def on_hand(session: Session, warehouse: UUID) -> list[Row]:
    """Item, bin and quantity of everything that is there now."""
    return session.rows(_ON_HAND, warehouse=warehouse)


def on_hand_as_of(session: Session, warehouse: UUID, at: datetime) -> list[Row]:
    """The same as it was at a moment of the past, as known at the last seal."""
    return session.rows(_ON_HAND_AS_OF, warehouse=warehouse, at=at)


def by_item(session: Session, warehouse: UUID) -> list[Row]:
    """Item and quantity in the whole warehouse."""
    return session.rows(_BY_ITEM, warehouse=warehouse)


def item_by_barcode(session: Session, barcode: str, warehouse: UUID) -> list[Row]:
    """What a code means, and where that item is."""
    return session.rows(query("workload_lookup"), barcode=barcode, warehouse=warehouse)


def claims_on(session: Session, ground: PlayGround, item: UUID) -> Row:
    """What is there of an item, reserved on the balances, and claimed by order lines."""
    row = session.row(_RESERVED, warehouse=ground.warehouse, item=item)
    assert row is not None
    return row
