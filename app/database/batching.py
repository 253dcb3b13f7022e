"""What planning batches of orders reads."""

from uuid import UUID

from app.database.session import Row, Session, query


def waiting(session: Session, warehouse: UUID, *, most: int) -> list[Row]:
    """Orders that wait to be picked: number, bins on the plan, picks elsewhere, litres and kg; the first due first."""
    return session.rows(query("batching_waiting"), warehouse=warehouse, most=most)


def ends(session: Session, warehouse: UUID) -> Row:
    """Where walks begin and end on the plan, in mm: `packing`, `carts` (NULL: not drawn) and `lanes` by address."""
    row = session.row(query("batching_ends"), warehouse=warehouse)
    assert row is not None
    return row
