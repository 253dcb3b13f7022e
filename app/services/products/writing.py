"""Writing products and the records around them.

Everything is versioned and stands under the request of the unit of work, so that a repetition gives the first answer
and two people never overwrite each other in silence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

from app.database import products as store
from app.database.products import ItemChange
from app.domain.catalog.products import Product, Saved, State
from app.domain.catalog.variants import Template
from app.services.work import UnitOfWork

_PARTS = ("units", "codes", "bom", "substitutes", "images")
_NOT_COPIED = frozenset({"sku", "weight_mean_kg"})


def save(unit: UnitOfWork, changes: Sequence[ItemChange]) -> tuple[Saved, ...]:
    """Write products with their parts, all or none. Refuses `record.changed`, naming who was faster."""
    saved = store.save_items(unit.session, unit.request_id, changes)
    for each in saved:
        unit.changed("item", each.id)
    return saved


def copied(product: Product, sku: str) -> dict[str, Any]:
    """What a new product begins with that is like another: all but number, codes and pictures."""
    values = {name: value for name, value in product.values().items() if name not in _NOT_COPIED}
    values |= {"sku": sku, "attributes": dict(product.attributes), "own": list(product.own), "units": product.units}
    if product.bom is not None:
        values["bom"] = product.bom
    return values


def delete(unit: UnitOfWork, kind: str, record: UUID, version: int | None) -> None:
    """Remove a record that nothing uses. Refuses `record.in_use` with how often and where; archive it instead."""
    store.delete_record(unit.session, unit.request_id, kind, record, version)
    unit.changed(kind, record)


def save_record(
    unit: UnitOfWork, kind: str, values: Mapping[str, Any], *, record: UUID | None = None, version: int | None = None
) -> Saved:
    """Write a record without parts: a category, an attribute's definition, or a template's fields."""
    saved = store.save_record(unit.session, unit.request_id, kind, values, record=record, version=version)
    unit.changed(kind, saved.id)
    return saved


def save_template(unit: UnitOfWork, template: Template) -> Template:
    """Write a template of variants; returns it with its id and version."""
    values = {
        "code": template.code,
        "name": template.name,
        "description": template.description,
        "attributes": [asdict(each) for each in template.attributes],
        "sku_pattern": template.sku_pattern,
        "name_pattern": template.name_pattern,
        "model": template.model,
        "archived": template.archived,
    }
    saved = save_record(unit, "item_template", values, record=template.id, version=template.version)
    return replace(template, id=saved.id, version=saved.version)


def change_state(
    unit: UnitOfWork,
    changes: Sequence[tuple[UUID, int | None]],
    *,
    state: State,
    reason: str = "",
    on: date | None = None,
    warehouse: UUID | None = None,
) -> tuple[Saved, ...]:
    """Change the state of products (id, version): today, or by itself on the day `on` of the warehouse."""
    zone, today = store.today_of(unit.session, warehouse)
    saved = store.change_state(
        unit.session, unit.request_id, changes, state=state, on=on or today, zone=zone, reason=reason.strip()
    )
    for each in saved:
        unit.changed("item", each.id)
    return saved


def cancel_state_change(unit: UnitOfWork, item: UUID, transition: UUID) -> None:
    """Take a planned change of state back."""
    store.cancel_state_change(unit.session, transition)
    unit.changed("item", item)


def carry_out_due(unit: UnitOfWork) -> int:
    """Make the changes of state happen whose day has come; the worker does so all the time. Returns how many."""
    changed = store.carry_out_due(unit.session)
    for item in changed:
        unit.changed("item", item)
    return len(changed)
