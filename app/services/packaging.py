"""What benches pack with, as it is set up: kinds of cartons are kept, changed, archived and looked back at."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.database import packaging as store
from app.database import records
from app.database.packaging import Kept
from app.domain.errors import Refusal
from app.domain.packing.packaging import CARTON_TYPE, FIELDS
from app.domain.records import RecordChange, Use
from app.services.work import UnitOfWork

__all__ = ["CARTON_TYPE", "Kept", "bring_carton_type", "found", "history", "listed", "remove", "save", "switch", "uses"]


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
        values={name: list(value) if isinstance(value, tuple) else value for name, value in values.items()},
    )
    unit.changed(kind, made)
    return made


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


def _bring(unit: UnitOfWork, kind: str, values: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    names = {field.name for field in FIELDS[kind]} | {"active"}
    save(
        unit,
        kind,
        found(unit, kind, values["code"]) if before else None,
        {name: value for name, value in values.items() if name in names},
    )
