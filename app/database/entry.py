"""What people type, found: items with their packagings, places, partners and documents by the names that people use."""

from collections.abc import Sequence
from uuid import UUID

from app.database.session import Row, Session
from app.domain.errors import Refusal


def items(session: Session, skus: Sequence[str]) -> dict[str, Row]:
    """Items by SKU: id, sku, base_uom, decimals, tracking, and their packagings as `units`."""
    rows = session.rows(
        "SELECT i.id, i.sku, i.base_uom, i.decimals, i.tracking, coalesce(k.units, '[]') AS units"
        " FROM item i LEFT JOIN LATERAL (SELECT p.units FROM packagings p WHERE p.item_id = i.id) k ON true"
        " WHERE i.sku = ANY (%(skus)s)",
        skus=list(skus),
    )
    return {row["sku"]: row for row in rows}


def place(session: Session, warehouse: UUID, name: str) -> UUID:
    """A place of a warehouse by its address or, where only one is called so, its name; refuses `location.unknown`."""
    rows = session.rows(
        "SELECT id, upper(address) = upper(%(name)s) AS full_address FROM location WHERE warehouse_id = %(warehouse)s"
        " AND upper(%(name)s) IN (upper(address), upper(name)) ORDER BY 2 DESC",
        warehouse=warehouse,
        name=name,
    )
    if not rows or (len(rows) > 1 and not rows[0]["full_address"]):
        raise Refusal("location.unknown")
    found: UUID = rows[0]["id"]
    return found


def first_place(session: Session, warehouse: UUID, kinds: Sequence[str]) -> UUID:
    """The first place in use of the first of these kinds that the warehouse has; refuses `location.none_of_kind`."""
    row = session.row(
        "SELECT id FROM location WHERE warehouse_id = %(warehouse)s AND kind = ANY (%(kinds)s) AND active"
        " ORDER BY array_position(%(kinds)s, kind), walk_position, address LIMIT 1",
        warehouse=warehouse,
        kinds=list(kinds),
    )
    if row is None:
        raise Refusal("location.none_of_kind", kind=kinds[0])
    found: UUID = row["id"]
    return found


def partner(session: Session, code: str) -> UUID:
    """A partner by code; refuses `partner.unknown`."""
    row = session.row("SELECT id FROM partner WHERE upper(code) = upper(%(code)s)", code=code)
    if row is None:
        raise Refusal("partner.unknown", partner=code)
    found: UUID = row["id"]
    return found


def supplier(session: Session, code: str) -> str:
    """The code of a supplier as it is written; refuses `partner.unknown`, also for a partner who supplies nothing."""
    row = session.row(
        "SELECT code FROM partner WHERE upper(code) = upper(%(code)s) AND 'supplier' = ANY (kinds)", code=code
    )
    if row is None:
        raise Refusal("partner.unknown", partner=code)
    return str(row["code"])
