"""Closed books: until when what happened in a warehouse is final, and from which position of the ledger on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.database.session import Session


@dataclass(frozen=True, slots=True)
class ClosedBooks:
    """Nothing is posted any more that happened up to `until`; `seal` was the ledger's position at the close."""

    until: datetime
    seal: int


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """Books that were closed up to `until`, at a position of the ledger; reopened since, where `reopened_at` is set."""

    id: UUID
    until: datetime
    seal: int
    note: str
    closed_at: datetime
    closed_by: str
    reopened_at: datetime | None
    reopened_by: str
    reopen_note: str


def close(session: Session, *, warehouse: UUID, until: datetime, note: str) -> ClosedBooks:
    """Close the books up to an instant; waits for the postings that are under way, and seals them."""
    answer = session.call("close_period", warehouse=warehouse, until=until, note=note)
    return ClosedBooks(datetime.fromisoformat(answer["until"]), answer["seal"])


def reopen(session: Session, *, warehouse: UUID, note: str) -> datetime | None:
    """Open what was closed last; returns until when the books stay closed, None: not at all."""
    until: datetime | None = session.call("reopen_period", warehouse=warehouse, note=note)
    return until


def in_force(session: Session, warehouse: UUID) -> ClosedBooks | None:
    """The last close that was not reopened."""
    row = session.row(
        "SELECT until, seal_no AS seal FROM closed_period"
        " WHERE warehouse_id = %(warehouse)s AND reopened_at IS NULL ORDER BY until DESC LIMIT 1",
        warehouse=warehouse,
    )
    return ClosedBooks(**row) if row else None


def all_closes(session: Session, warehouse: UUID) -> list[ClosedPeriod]:
    """Every close of a warehouse's books, the latest first."""
    rows = session.rows(
        "SELECT c.id, c.until, c.seal_no AS seal, c.note, c.closed_at, p.name AS closed_by, c.reopened_at,"
        " coalesce(r.name, '') AS reopened_by, c.reopen_note FROM closed_period c JOIN person p ON p.id = c.closed_by"
        " LEFT JOIN person r ON r.id = c.reopened_by WHERE c.warehouse_id = %(warehouse)s ORDER BY c.closed_at DESC",
        warehouse=warehouse,
    )
    return [ClosedPeriod(**row) for row in rows]
