"""Booking what a person decided about stock, by one call of the ledger's functions; and what must be known before."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.database.session import Row, Session
from app.database.stock.nouns import StockRow
from app.domain.values import UnitOfEntry


@dataclass(frozen=True, slots=True)
class Place:
    """Where goods may be brought."""

    id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class Move:
    """One line of a booking: `quantity` in base units of the goods in `row` from a place to a place.

    `weight_kg` is what they weigh, where each piece is weighed. A status or unit of None stays; `to_unit` nil takes the
    goods out of their unit.
    """

    row: StockRow
    quantity: Decimal
    from_place: UUID
    to_place: UUID
    to_unit: UUID | None = None
    to_status: str = ""
    from_unit: UUID | None = None
    weight_kg: Decimal | None = None


def packagings(session: Session, item: UUID) -> tuple[tuple[UnitOfEntry, ...], int, bool]:
    """The units of an item, its base unit first, how many decimals that has, and whether each piece is weighed."""
    base = session.row("SELECT base_uom, decimals, catch_weight FROM item WHERE id = %(item)s", item=item)
    assert base is not None
    others = session.rows(
        "SELECT uom, numerator, denominator FROM item_uom WHERE item_id = %(item)s AND uom <> %(base)s ORDER BY uom",
        item=item,
        base=base["base_uom"],
    )
    made = (UnitOfEntry(row["uom"], row["numerator"], row["denominator"]) for row in others)
    return (UnitOfEntry(base["base_uom"], 1), *made), base["decimals"], base["catch_weight"]


def reasons(session: Session) -> list[tuple[str, str]]:
    """Every reason in use, with the step it belongs to (`any`: all)."""
    return [(row["code"], row["step"]) for row in session.rows("SELECT code, step FROM reason WHERE active ORDER BY 1")]


def places(session: Session, *, warehouse: UUID, code: str) -> list[Place]:
    """The places of a warehouse that hold stock and bear this address or name."""
    found = session.rows(
        "SELECT DISTINCT l.id, l.address FROM code c JOIN location l ON l.id = c.target_id AND c.kind = 'location'"
        " WHERE c.value = upper(%(code)s) AND c.scheme IN ('bin', 'bin_name') AND l.warehouse_id = %(warehouse)s"
        " AND l.stock_keeping ORDER BY l.address LIMIT 5",
        warehouse=warehouse,
        code=code,
    )
    return [Place(row["id"], row["address"]) for row in found]


def counterparty(session: Session, *, warehouse: UUID, kind: str) -> UUID:
    """The place of a warehouse where goods of this kind come from or go to: adjustment, scrap."""
    row = session.row(
        "SELECT id FROM location WHERE warehouse_id = %(warehouse)s AND kind = %(kind)s", warehouse=warehouse, kind=kind
    )
    assert row is not None
    found: UUID = row["id"]
    return found


def on_hand(session: Session, row: StockRow) -> Decimal:
    """What is on hand now of a stock key, as this transaction sees it."""
    found = session.row(
        "SELECT on_hand FROM stock_balance WHERE item_id = %(item)s AND location_id = %(location)s"
        " AND trace_id = %(trace)s AND handling_unit_id = %(unit)s AND owner_id = %(owner)s AND status = %(status)s",
        item=row.item,
        location=row.location,
        trace=row.trace,
        unit=row.unit_id,
        owner=row.owner,
        status=row.status,
    )
    return found["on_hand"] if found else Decimal(0)


def post(session: Session, *, request: UUID, kind: str, warehouse: UUID, move: Move, reason: str) -> Row:
    """Post one move; returns the posting and its time. Refuses what `post_moves` refuses."""
    row = move.row
    answer: Row = session.call(
        "post_moves",
        request=request,
        kind=kind,
        warehouse=warehouse,
        items=[row.item],
        qtys=[move.quantity],
        from_locations=[move.from_place],
        to_locations=[move.to_place],
        traces=[row.trace],
        from_units=[row.unit_id if move.from_unit is None else move.from_unit],
        to_units=[row.unit_id if move.to_unit is None else move.to_unit],
        from_statuses=[row.status],
        to_statuses=[move.to_status or row.status],
        from_owners=[row.owner],
        to_owners=[row.owner],
        reasons=[reason or None],
        weights=None if move.weight_kg is None else [move.weight_kg],
    )
    return answer


def is_repeated(session: Session, answer: Row) -> bool:
    """Whether an answer of the ledger is that of an earlier transaction, whose own answer was lost."""
    row = session.row("SELECT %(at)s::timestamptz < now() AS repeated", at=answer["recorded_at"])
    return bool(row and row["repeated"])


def reverse(
    session: Session, *, request: UUID, posting: UUID, reason: str, lines: Mapping[int, Decimal] | None = None
) -> Row:
    """Take a posting back, or so much of some lines in base units; refuses what `reverse_lines` refuses."""
    answer: Row = session.call(
        "reverse_lines",
        request=request,
        posting=posting,
        lines=list(lines) if lines else None,
        qtys=list(lines.values()) if lines else None,
        reason=reason,
    )
    return answer
