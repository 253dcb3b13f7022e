"""What planning batches of orders reads."""

from uuid import UUID

from app.database.session import Row, Session, query


def waiting(session: Session, warehouse: UUID, *, most: int) -> list[Row]:
    """Orders that wait to be picked: number, bins on the plan, picks elsewhere, litres and kg; the first due first."""
    return session.rows(query("batching_waiting"), warehouse=warehouse, most=most)


def packing_spot(session: Session, warehouse: UUID) -> tuple[int, int] | None:
    """Where on the plan picked goods are brought, in mm; None where that is not drawn."""
    row = session.row(
        "SELECT x_mm, y_mm FROM location WHERE warehouse_id = %(warehouse)s AND kind = 'staging' AND active"
        " AND x_mm IS NOT NULL AND y_mm IS NOT NULL ORDER BY walk_position, address LIMIT 1",
        warehouse=warehouse,
    )
    return (row["x_mm"], row["y_mm"]) if row else None
