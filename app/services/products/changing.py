"""Changing many products at once: first what would change, then the change, and a way back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.database import products as store
from app.database.products import ItemChange
from app.domain.catalog.products import BY_NAME, Saved
from app.domain.errors import Refusal
from app.services.products import writing
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Edit:
    """One product that would change: for each field what it is now and what it would be."""

    id: UUID
    version: int
    sku: str
    name: str
    changes: Mapping[str, tuple[Any, Any]]


def preview(unit: UnitOfWork, items: Iterable[UUID], values: Mapping[str, Any]) -> tuple[Edit, ...]:
    """What giving these products the same values would change; those that have them already are left out.

    Refuses fields that make no sense for many (`record.unknown_field`).
    """
    for name in values:
        if name not in BY_NAME or not BY_NAME[name].bulk:
            raise Refusal("record.unknown_field", field=name)
    found = []
    for item in items:
        product = store.product(unit.session, item)
        if product is None:
            continue
        now = product.values()
        changes = {name: (now[name], value) for name, value in values.items() if now[name] != value}
        if changes:
            found.append(Edit(product.id, product.version, product.sku, product.name, changes))
    return tuple(found)


def apply(unit: UnitOfWork, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Make the changes as previewed, all or none; returns what would take them back."""
    changes = [
        ItemChange({name: new for name, (_old, new) in edit.changes.items()}, edit.id, edit.version) for edit in edits
    ]
    return _backwards(edits, writing.save(unit, changes))


def _backwards(edits: Sequence[Edit], saved: Sequence[Saved]) -> tuple[Edit, ...]:
    return tuple(
        Edit(edit.id, now.version, edit.sku, edit.name, {name: (new, old) for name, (old, new) in edit.changes.items()})
        for edit, now in zip(edits, saved, strict=True)
    )
