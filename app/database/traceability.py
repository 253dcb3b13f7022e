"""What is read of lots and serial numbers, and how all stock of one is held or released."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.database.patterns import patterns
from app.database.session import Row, Session, as_json, query

_FIND = """
    SELECT t.id, i.sku, t.lot, t.serial FROM trace t JOIN item i ON i.id = t.item_id
    WHERE (t.lot = %(number)s OR t.serial = %(number)s) AND (%(sku)s = '' OR i.sku = %(sku)s)
    ORDER BY i.sku, t.lot, t.serial
"""


def find(session: Session, *, number: str, sku: str) -> list[Row]:
    """Lots and serial numbers of this number; an empty SKU means of any item."""
    return session.rows(_FIND, number=number, sku=sku)


def page(session: Session, *, words: Sequence[str], after: UUID | None, most: int) -> list[Row]:
    """A page of lots and serial numbers; see `queries/traceability_lots.sql`."""
    return session.rows(query("traceability_lots"), words=patterns(words), after=after, most=most)


def report(session: Session, trace: UUID) -> Row:
    """The whole way of one lot; see `queries/traceability_report.sql`."""
    row = session.row(query("traceability_report"), trace=trace)
    assert row is not None
    return row


def hold(
    session: Session, *, request: UUID, warehouse: UUID, trace: UUID, status: str, reason: str
) -> Mapping[str, Any]:
    """Give all stock of a lot in a warehouse another status; see `hold_trace()`."""
    answer: Mapping[str, Any] = session.call(
        "hold_trace", request=request, warehouse=warehouse, trace=trace, status=status, reason=reason
    )
    return answer


def set_shelf_lives(session: Session, wishes: Sequence[tuple[str, str, int | None]]) -> tuple[str, str] | None:
    """How many days customers' goods must keep when they leave: (partner code, SKU, days), no SKU for all items.

    No days: no wish. Returns the first partner and SKU that are not known; then nothing was changed.
    """
    asked = as_json([{"partner": partner, "sku": sku, "days": days} for partner, sku, days in wishes])
    found = session.rows(_WHOSE, asked=asked)
    for one in found:
        if one["partner_id"] is None or one["item_id"] is None:
            return one["partner"], one["sku"]
    session.change(_NO_WISH, rows=as_json(found))
    session.change(_WISH, rows=as_json(found))
    return None


def shelf_lives(session: Session) -> list[Row]:
    """Every wish of a customer, for all goods first: partner code, its name, SKU and name of the item, days."""
    return session.rows(
        "SELECT p.code AS partner, p.name, coalesce(i.sku, '') AS sku, coalesce(i.name, '') AS item_name,"
        " r.minimum_days AS days FROM partner_shelf_life r JOIN partner p ON p.id = r.partner_id"
        " LEFT JOIN item i ON i.id = r.item_id ORDER BY p.code, i.sku NULLS FIRST"
    )


_WHOSE = """
    SELECT r.*, p.id AS partner_id, CASE WHEN r.sku = '' THEN nil() ELSE i.id END AS item_id
    FROM jsonb_to_recordset(%(asked)s) AS r (partner text, sku text, days int)
    LEFT JOIN partner p ON p.code = r.partner LEFT JOIN item i ON i.sku = r.sku
"""
_NO_WISH = """
    DELETE FROM partner_shelf_life l USING jsonb_to_recordset(%(rows)s) AS r (partner_id uuid, item_id uuid, days int)
    WHERE r.days IS NULL AND (l.partner_id, l.item_id) = (r.partner_id, r.item_id)
"""
_WISH = """
    INSERT INTO partner_shelf_life (partner_id, item_id, minimum_days)
    SELECT r.* FROM jsonb_to_recordset(%(rows)s) AS r (partner_id uuid, item_id uuid, days int) WHERE r.days IS NOT NULL
    ON CONFLICT (partner_id, item_id) DO UPDATE SET minimum_days = excluded.minimum_days
"""
