"""What replenishment reads and writes."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from app.database.session import Row, Session


def read_facts(session: Session, *, warehouse: UUID, task: UUID | None, scanned: Sequence[UUID]) -> Row:
    """The task in hand, the places that were scanned, and what waits to be done."""
    return session.facts("replenishment_facts", warehouse=warehouse, task=task, scanned=list(scanned))


def plan(session: Session, *, warehouse: UUID) -> int:
    """Make the tasks that pick faces need now; returns how many."""
    made: int = session.call("plan_replenishment", warehouse=warehouse)
    return made


def take(session: Session, *, warehouse: UUID, skip: Sequence[UUID]) -> UUID | None:
    """Take the next task; None where there is none."""
    taken: UUID | None = session.call("take_replenishment", warehouse=warehouse, skip=list(skip))
    return taken


def give_back(session: Session, task: UUID) -> None:
    """Leave a task to somebody else."""
    session.call("give_replenishment_back", task=task)


def refill(session: Session, *, request: UUID, task: UUID, qty: Decimal) -> UUID:
    """Book so much of a task into its pick face; returns the posting."""
    posting: UUID = session.call("refill_face", request=request, task=task, qty=qty)
    return posting


def short(session: Session, task: UUID) -> None:
    """End a task whose goods are not there."""
    session.call("short_replenishment", task=task)
