"""What is read of lots and serial numbers, and how all stock of one is held or released."""

from collections.abc import Mapping
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
