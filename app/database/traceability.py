"""What is read of lots and serial numbers, and how all stock of one is held or released."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.database.session import Row, Session, query

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
    return session.rows(query("traceability_lots"), words=list(words), after=after, most=most)


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


def set_shelf_life(session: Session, *, partner: str, sku: str, days: int | None) -> Row | None:
    """How many days a customer's goods must keep when they leave: of one item, or of all (sku empty); None: no wish.

    Returns the partner and item that were found, nothing where one of them is not known.
    """
    found = session.row(_WHOSE, partner=partner, sku=sku)
    if found is None:
        return None
    if days is None:
        session.change(_NO_WISH, **found)
    else:
        session.change(_WISH, **found, days=days)
    return found


def shelf_lives(session: Session) -> list[Row]:
    """Every wish of a customer, for all goods first: partner code, its name, SKU and name of the item, days."""
    return session.rows(
        "SELECT p.code AS partner, p.name, coalesce(i.sku, '') AS sku, coalesce(i.name, '') AS item_name,"
        " r.minimum_days AS days FROM partner_shelf_life r JOIN partner p ON p.id = r.partner_id"
        " LEFT JOIN item i ON i.id = r.item_id ORDER BY p.code, i.sku NULLS FIRST"
    )


_WHOSE = """
    SELECT p.id AS partner, coalesce(i.id, nil()) AS item FROM partner p
    LEFT JOIN item i ON i.sku = %(sku)s::text WHERE p.code = %(partner)s AND (%(sku)s::text = '' OR i.id IS NOT NULL)
"""
_NO_WISH = "DELETE FROM partner_shelf_life WHERE partner_id = %(partner)s AND item_id = %(item)s"
_WISH = """
    INSERT INTO partner_shelf_life (partner_id, item_id, minimum_days) VALUES (%(partner)s, %(item)s, %(days)s)
    ON CONFLICT (partner_id, item_id) DO UPDATE SET minimum_days = excluded.minimum_days
"""
