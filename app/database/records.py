"""Any record of master data: saved, removed, its history and what it is used for, by the schema's generic functions."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.database.session import Session, all_as, as_json
from app.domain.records import RecordChange


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


def history(session: Session, *, kind: str, id: UUID, limit: int = 200) -> tuple[RecordChange, ...]:
    """Who changed what on a record and what belongs to it, latest first."""
    found = session.rows(
        "SELECT * FROM record_history(%(kind)s, %(id)s, NULL, %(limit)s)", kind=kind, id=id, limit=limit
    )
    return all_as(found, RecordChange)
