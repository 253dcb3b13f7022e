"""Any record of master data: saved, removed, its history and what it is used for, by the schema's generic functions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.database.session import Session, all_as, as_json, from_json
from app.domain.records import RecordChange, Use


def save(
    session: Session,
    *,
    request: UUID,
    kind: str,
    id: UUID | None,
    version: int | None,
    values: Mapping[str, Any],
) -> UUID:
    """Save a record without parts; returns its id. Refuses where somebody was faster (`record.changed`)."""
    answer = session.call(
        "save_record", request=request, kind=kind, id=id, version=version, values=as_json(dict(values))
    )
    return UUID(answer["id"])


def remove(session: Session, *, request: UUID, kind: str, id: UUID, version: int) -> None:
    """Remove a record that is used for nothing; refuses others (`record.in_use`)."""
    session.call("delete_record", request=request, kind=kind, id=id, version=version)


def uses(session: Session, *, kind: str, id: UUID) -> tuple[Use, ...]:
    """What a record is used for, so that it cannot be removed."""
    return all_as(session.rows("SELECT * FROM record_uses(%(kind)s, %(id)s)", kind=kind, id=id), Use)


def history(
    session: Session, *, kind: str, id: UUID, before: datetime | None = None, limit: int = 200
) -> tuple[RecordChange, ...]:
    """Who changed what on a record and what belongs to it, latest first; numbers are Decimal."""
    rows = session.rows(
        "SELECT id, at, person, station, part, verb, before::text AS before, after::text AS after"
        " FROM record_history(%(kind)s, %(id)s, %(before)s, %(limit)s)",
        kind=kind,
        id=id,
        before=before,
        limit=limit,
    )
    for row in rows:
        for side in ("before", "after"):
            row[side] = None if row[side] is None else from_json(row[side])
    return tuple(RecordChange(**row) for row in rows)
