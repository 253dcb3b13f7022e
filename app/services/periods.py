"""Closed books as use cases: closing, reopening, and the position from which on something changed since."""

from datetime import datetime
from uuid import UUID

from app.database import history
from app.database import periods as store
from app.database.history import Position
from app.database.periods import ClosedBooks
from app.domain.errors import Refusal
from app.services.work import UnitOfWork

__all__ = ["ClosedBooks", "close_books", "closed_at", "reopen_books"]


def close_books(unit: UnitOfWork, *, warehouse: UUID, until: datetime, note: str = "") -> ClosedBooks:
    """Make final what happened in a warehouse up to an instant, a minute ago at the latest.

    Refuses `ledger.close_too_late`, and `ledger.period_closed` where the books are closed further already.
    """
    closed = store.close(unit.session, warehouse=warehouse, until=until, note=note)
    unit.changed("period", warehouse)
    return closed


def reopen_books(unit: UnitOfWork, *, warehouse: UUID, note: str) -> datetime | None:
    """Open what was closed last, with a note that says why; returns until when the books stay closed.

    Refuses `ledger.reopen_why` and `ledger.nothing_closed`.
    """
    until = store.reopen(unit.session, warehouse=warehouse, note=note)
    unit.changed("period", warehouse)
    return until


def closed_at(unit: UnitOfWork, warehouse: UUID) -> Position:
    """The ledger's position at the last close in force: what was sealed later changed since. Refuses without one."""
    closed = store.in_force(unit.session, warehouse)
    if closed is None:
        raise Refusal("ledger.nothing_closed")
    return history.position(unit.session, closed.seal)
