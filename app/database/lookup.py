"""What look-up reads; it writes nothing."""

from collections.abc import Sequence
from uuid import UUID

from app.database.session import Row, Session


def read_facts(
    session: Session,
    *,
    warehouse: UUID,
    lot: str,
    serial: str,
    **ids: Sequence[UUID],
) -> Row:
    """The records with these `ids` (items, places, units, documents, parcels), and the stock that belongs to them."""
    return session.facts(
        "lookup_facts",
        warehouse=warehouse,
        **{kind: list(found) for kind, found in ids.items()},
        lot=lot,
        serial=serial,
    )


def item_of_code(session: Session, code: str) -> Row | None:
    """The item of a SKU, or of a GTIN or other code of it, its packagings, and how many base units the code means."""
    return session.row(
        "SELECT i.id, i.sku, i.name, i.base_uom AS unit, i.decimals, i.tracking, f.scanned::text AS scanned,"
        " coalesce((SELECT k.units FROM packagings k WHERE k.item_id = i.id), '[]') AS units FROM ("
        "  SELECT id AS item, 1::numeric AS scanned, 0 AS n FROM item WHERE sku = upper(%(code)s) OR sku = %(code)s"
        "  UNION ALL SELECT c.target_id, coalesce(u.numerator::numeric / u.denominator, 1), 1 FROM code c"
        "  LEFT JOIN item_uom u ON u.item_id = c.target_id AND u.uom = c.uom"
        "  WHERE c.kind = 'item' AND c.value IN (upper(%(code)s), lpad(%(code)s, 14, '0'))) f"
        " JOIN item i ON i.id = f.item ORDER BY f.n LIMIT 1",
        code=code,
    )
