"""Closed books as use cases: closing, reopening, and the position from which on something changed since."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.database import history, stock
from app.database import periods as store
from app.database.history import Position
from app.database.periods import ClosedBooks, ClosedPeriod
from app.domain.errors import Refusal
from app.services.work import UnitOfWork

__all__ = [
    "Books",
    "ClosedBooks",
    "ClosedPeriod",
    "books_of",
    "close_books",
    "closed_at",
    "reopen_books",
]


@dataclass(frozen=True, slots=True)
class Books:
    """The books of a warehouse: every close, the latest first; times are those of its zone."""

    time_zone: str
    closes: tuple[ClosedPeriod, ...]

    @property
    def closed_until(self) -> datetime | None:
        """Up to when nothing is posted any more; None: everything is open."""
        return max((one.until for one in self.closes if one.reopened_at is None), default=None)


def books_of(unit: UnitOfWork, warehouse: UUID) -> Books:
    """Until when the books of a warehouse are closed, and by whom they ever were."""
    _, _, zone = stock.warehouse_name(unit.session, warehouse)
    return Books(zone, tuple(store.all_closes(unit.session, warehouse)))


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
