"""Stock levels of items in places: looked at a page at a time, changed many at once."""

from collections.abc import Sequence
from uuid import UUID

from app.database import levels as store
from app.database import places
from app.domain.errors import Refusal
from app.domain.sites.levels import LEVELS, LevelChange, LevelEdit, LevelInForce, LevelRow, in_force, preview
from app.domain.sites.places import PickFace
from app.services.work import UnitOfWork

LEVEL = "item_level"
"""The kind of change after which levels are read again."""


def level_page(
    unit: UnitOfWork,
    *,
    warehouse: UUID | None,
    text: str = "",
    order: Sequence[tuple[str, bool]] = (),
    after: LevelRow | None = None,
    limit: int = 200,
) -> tuple[LevelRow, ...]:
    """Items with their levels in a warehouse, or everywhere (None), by SKU or in `order`; items without levels too."""
    return store.page(unit.session, warehouse=warehouse, text=text, order=order, after=after, limit=limit)


def applying(unit: UnitOfWork, *, item: UUID, warehouse: UUID) -> tuple[tuple[LevelInForce, ...], tuple[PickFace, ...]]:
    """Which levels apply to an item in a warehouse and from where, and the bins that are kept filled for it there."""
    faces = (one for one in places.pick_faces(unit.session, warehouse=warehouse) if one.item == item)
    return in_force(store.of_item(unit.session, item=item, warehouse=warehouse)), tuple(faces)


def preview_levels(rows: Sequence[LevelRow], edits: Sequence[LevelEdit]) -> tuple[LevelChange, ...]:
    """What a bulk edit would do; nothing is written."""
    return preview(rows, edits)


def save_levels(unit: UnitOfWork, changes: Sequence[LevelChange]) -> int:
    """Write what was previewed; returns how many rows. Refuses all when one does not fit (`level.wrong_order`)."""
    for change in changes:
        if change.wrong:
            raise Refusal("level.wrong_order", sku=change.after.sku, place=change.after.warehouse_code)
    rows = [
        {
            "item": change.before.item,
            "warehouse": change.before.warehouse,
            "version": change.before.version,
            **{name: getattr(change.after, name) for name in LEVELS},
        }
        for change in changes
    ]
    if rows:
        store.save(unit.session, request=unit.request_id, rows=rows)
        unit.changed(LEVEL)
    return len(rows)
