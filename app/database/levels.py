"""Stock levels of items in places as they are stored."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.database.paging import By, paging, positioned
from app.database.patterns import like
from app.database.session import Session, all_as, as_json
from app.domain.sites.levels import LEVELS, LevelRow

_PAGE = """
    SELECT i.id AS item, i.sku, i.name, i.base_uom AS unit, i.decimals, %(warehouse)s::uuid AS warehouse,
        coalesce(w.code, '') AS warehouse_code, v.version, v.minimum, v.maximum, v.reorder_point, v.safety_stock,
        s.on_hand, {position}
    FROM item i
    LEFT JOIN item_level v ON v.item_id = i.id AND v.warehouse_id IS NOT DISTINCT FROM %(warehouse)s::uuid
    LEFT JOIN warehouse w ON w.id = %(warehouse)s::uuid
    CROSS JOIN LATERAL (SELECT coalesce(sum(b.on_hand), 0) AS on_hand FROM stock_balance b WHERE b.item_id = i.id
        AND b.warehouse_id = ANY (CASE WHEN %(warehouse)s::uuid IS NULL THEN my_warehouses()
                                  ELSE ARRAY[%(warehouse)s::uuid] END)) s
    WHERE (i.sku ILIKE %(pattern)s OR i.name ILIKE %(pattern)s) AND {behind} ORDER BY {order} LIMIT %(limit)s
"""
_ORDERS = {
    "sku": ("i.sku",),
    "name": ("i.name",),
    "unit": ("i.base_uom",),
    "on_hand": ("s.on_hand",),
    **{level: (f"coalesce(v.{level}, -1)",) for level in LEVELS},
}

_OF_ITEM = """
    SELECT i.id AS item, i.sku, i.name, i.base_uom AS unit, i.decimals, v.warehouse_id AS warehouse,
        coalesce(w.code, '') AS warehouse_code, v.version, v.minimum, v.maximum, v.reorder_point, v.safety_stock
    FROM item_level v JOIN item i ON i.id = v.item_id LEFT JOIN warehouse w ON w.id = v.warehouse_id
    WHERE v.item_id = %(item)s AND (v.warehouse_id IS NULL OR v.warehouse_id = %(warehouse)s)
"""


def page(
    session: Session, *, warehouse: UUID | None, text: str, order: Sequence[By], after: LevelRow | None, limit: int
) -> tuple[LevelRow, ...]:
    """Items with their levels in a warehouse (None: those that hold everywhere), in order, behind the last one seen."""
    pages = paging(_ORDERS, order, ("i.sku",), after.ordered_by if after else ())
    sql = _PAGE.format(position=pages.columns, behind=pages.behind, order=pages.order)
    found = session.rows(sql, warehouse=warehouse, pattern=like(text), limit=limit, **pages.parameters)
    return all_as(map(positioned, found), LevelRow)


def of_item(session: Session, *, item: UUID, warehouse: UUID) -> tuple[LevelRow, ...]:
    """The levels that are set for an item in a warehouse, and for everywhere."""
    return all_as(session.rows(_OF_ITEM, item=item, warehouse=warehouse), LevelRow)


def save(session: Session, *, request: UUID, rows: Sequence[Mapping[str, object]]) -> None:
    """Set levels, or take them away where all are empty; rows as `save_levels` in the schema takes them."""
    session.call("save_levels", request=request, rows=as_json(list(rows)))
