"""What benches pack with, as it is set up: kinds of cartons, instructions, inserts, photos; kept and looked back at."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.database import packaging as store
from app.database import records
from app.database.packaging import Kept
from app.domain.errors import Refusal
from app.domain.packing.packaging import CARTON_TYPE, EXTRA, FIELDS
from app.domain.records import RecordChange, Use
from app.services import lookup
from app.services.products import images
from app.services.products.images import Prepared
from app.services.work import UnitOfWork

__all__ = [
    "CARTON_TYPE",
    "EXTRA",
    "Kept",
    "bring_carton_type",
    "bring_extra",
    "found",
    "history",
    "keep_picture",
    "listed",
    "remove",
    "save",
    "switch",
    "uses",
]


_COLUMNS = {"extra_kind": "kind", "insert_sku": "item_id", "each_kg": "weight_kg"}
"""The columns of fields that have names of their own on screens."""


_IN_FILES = {"extra_kind": "kind", "insert_sku": "sku", "each_kg": "weight_kg"}
"""The same fields as files name them."""


def listed(unit: UnitOfWork, kind: str) -> tuple[Kept, ...]:
    """Every record of a kind, archived ones last."""
    return store.records(unit.session, kind)


def found(unit: UnitOfWork, kind: str, code: str) -> Kept:
    """The record of this code; refuses `packaging.unknown`."""
    known: Sequence[Kept] = store.records(unit.session, kind)
    record = next((one for one in known if one.code == code.strip().upper()), None)
    if record is None:
        raise Refusal("packaging.unknown", name=code, known=", ".join(one.code for one in known if one.active) or "–")
    return record


def save(unit: UnitOfWork, kind: str, known: Kept | None, values: Mapping[str, Any]) -> UUID:
    """Keep a new record, or change fields of one; refuses where somebody was faster (`record.changed`)."""
    made = records.save(
        unit.session,
        request=unit.request_id,
        kind=kind,
        id=known.id if known else None,
        version=known.version if known else None,
        values=_stored(unit, values),
    )
    unit.changed(kind, made)
    return made


def keep_picture(unit: UnitOfWork, known: Kept, prepared: Prepared) -> UUID:
    """Keep a picture and show it with an extra from now on."""
    kept = images.keep(unit, prepared)
    return save(unit, EXTRA, known, {"picture": kept.sha256})


def _stored(unit: UnitOfWork, values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as the table has them: the item by its id, a picture by its hash; refuses `item.unknown`."""
    stored: dict[str, Any] = {
        _COLUMNS.get(name, name): list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }
    if sku := stored.get("item_id"):
        stored["item_id"] = lookup.known_item(unit, sku).id
    elif "item_id" in stored:
        stored["item_id"] = None
    if "picture" in stored:
        stored["picture"] = f"\\x{stored['picture']}" if stored["picture"] else None
    return stored


def switch(unit: UnitOfWork, kind: str, known: Kept) -> UUID:
    """Archive a record, so that it is no longer taken, or take it back into use."""
    return save(unit, kind, known, {"active": not known.active})


def remove(unit: UnitOfWork, kind: str, known: Kept) -> None:
    """Remove a record that was never used; refuses others with what they are used for (`record.in_use`)."""
    records.remove(unit.session, request=unit.request_id, kind=kind, id=known.id, version=known.version)
    unit.changed(kind, known.id)


def uses(unit: UnitOfWork, kind: str, known: Kept) -> tuple[Use, ...]:
    """What a record is used for."""
    return records.uses(unit.session, kind=kind, id=known.id)


def history(unit: UnitOfWork, kind: str, known: Kept) -> tuple[RecordChange, ...]:
    """Who changed what on a record, the latest first."""
    return records.history(unit.session, kind=kind, id=known.id)


def bring_carton_type(unit: UnitOfWork, values: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Keep a kind of carton as a file says it; `before` is what it was, empty for a new one."""
    _bring(unit, CARTON_TYPE, values, before)


def bring_extra(unit: UnitOfWork, values: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Keep an extra as a file says it, with its picture (base64); one that is not said stays."""
    named = {field: values[name] for field, name in _IN_FILES.items() if name in values}
    if "picture" in values:
        prepared = images.prepare(base64.b64decode(values["picture"]), name=values["code"])
        named["picture"] = images.keep(unit, prepared).sha256
    _bring(unit, EXTRA, {**values, **named}, before)


def _bring(unit: UnitOfWork, kind: str, values: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    names = {field.name for field in FIELDS[kind]} | {"active", "picture"}
    save(
        unit,
        kind,
        found(unit, kind, values["code"]) if before else None,
        {name: value for name, value in values.items() if name in names},
    )
