"""Stock levels of items in places as they are stored."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.database.session import Session, all_as, as_json
from app.database.stock.history import like
from app.domain.sites.levels import LevelRow

_PAGE = """
    SELECT i.id AS item, i.sku, i.name, i.base_uom AS unit, i.decimals, %(warehouse)s::uuid AS warehouse,
        coalesce(w.code, '') AS warehouse_code, v.version, v.minimum, v.maximum, v.reorder_point, v.safety_stock,
        coalesce((SELECT sum(b.on_hand) FROM stock_balance b WHERE b.item_id = i.id
                  AND b.warehouse_id = ANY (CASE WHEN %(warehouse)s::uuid IS NULL THEN my_warehouses()
                                            ELSE ARRAY[%(warehouse)s::uuid] END)), 0) AS on_hand
    FROM item i
    LEFT JOIN item_level v ON v.item_id = i.id AND v.warehouse_id IS NOT DISTINCT FROM %(warehouse)s::uuid
    LEFT JOIN warehouse w ON w.id = %(warehouse)s::uuid
    WHERE i.sku > %(after)s AND (i.sku ILIKE %(pattern)s OR i.name ILIKE %(pattern)s) ORDER BY i.sku LIMIT %(limit)s
"""


def page(session: Session, *, warehouse: UUID | None, text: str, after: str, limit: int) -> tuple[LevelRow, ...]:
    """Items with their levels in a warehouse (None: those that hold everywhere), by SKU, behind a SKU."""
    found = session.rows(_PAGE, warehouse=warehouse, pattern=like(text), after=after, limit=limit)
    return all_as(found, LevelRow)


def save(session: Session, *, request: UUID, rows: Sequence[Mapping[str, object]]) -> None:
    """Set levels, or take them away where all are empty; rows as `save_levels` in the schema takes them."""
    session.call("save_levels", request=request, rows=as_json(list(rows)))
