"""What replenishment does: take a task, give it back, book it, end it."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.dialogs.definition import Effect, Where
from app.dialogs.dialog import Result
from app.services import replenishment
from app.services.replenishment import Refill
from app.services.work import UnitOfWork

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Take:
    """The next task is taken in hand, but none of these; `leave` is given back first."""

    skip: tuple[UUID, ...] = ()
    leave: UUID | None = None


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Somebody else may do the task."""

    task: UUID


@dataclass(frozen=True, slots=True)
class Book:
    """So much of the task lies in its pick face now."""

    task: Refill
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class End:
    """Nothing more is there for the task."""

    task: UUID


Command = Take | GiveBack | Book | End


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Do one command of replenishment."""
    match command:
        case Take(skip, leave):
            if leave is not None:
                replenishment.give_back(unit, leave)
            taken = replenishment.take(unit, warehouse=where.warehouse, skip=skip)
            return Effect(result=Result(unit.request_id, "taken", taken or NOBODY, "", {}), task=taken)
        case GiveBack(task):
            replenishment.give_back(unit, task)
            return Effect()
        case Book(task, quantity):
            return Effect(postings=(replenishment.refill(unit, task=task, quantity=quantity),))
        case End(task):
            replenishment.short(unit, task)
            return Effect()
