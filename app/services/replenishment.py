"""Replenishment as use cases: pick faces are refilled from reserve before they run empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import replenishment as store
from app.database.session import as_nouns
from app.domain.values import UnitOfEntry
from app.services.work import UnitOfWork

TASK = "task"
"""The kind of change after which tasks are read again."""


@dataclass(frozen=True, slots=True)
class Refill:
    """A task: so much of one stock key (`open`, base units) goes from the source bin to the pick face.

    `other` is who has it in hand besides this person, empty for nobody.
    """

    id: UUID
    item: UUID
    sku: str
    name: str
    uom: str
    decimals: int
    trace: UUID
    lot: str
    expiry: date | None
    unit: UUID
    unit_number: str
    source: UUID
    source_address: str
    face: UUID
    face_address: str
    open: Decimal
    packagings: tuple[UnitOfEntry, ...]
    other: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place of this warehouse that was scanned."""

    id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class WaitingRefill:
    """A task of the list, the most urgent first; `urgent`: pickers will find the face empty."""

    sku: str
    name: str
    qty: Decimal
    uom: str
    source: str
    face: str
    person: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class ReplenishmentFacts:
    """Everything a step of replenishment may look at."""

    task: Refill | None = None
    places: tuple[Place, ...] = ()
    waiting: tuple[WaitingRefill, ...] = ()


def read_facts(
    unit: UnitOfWork, *, warehouse: UUID, task: UUID | None, scanned: Sequence[UUID] = ()
) -> ReplenishmentFacts:
    """The task in hand, what was scanned, and what waits."""
    row = store.read_facts(unit.session, warehouse=warehouse, task=task, scanned=scanned)
    return ReplenishmentFacts(
        as_nouns(row["task"], Refill) if row["task"] else None,
        as_nouns(row["places"], tuple[Place, ...]),
        as_nouns(row["waiting"], tuple[WaitingRefill, ...]),
    )


def plan(unit: UnitOfWork, *, warehouse: UUID) -> int:
    """Ask for what pick faces need: those below their minimum, or that will be when their picks are done.

    Returns how many tasks were made. Refuses `permission.missing`.
    """
    made = store.plan(unit.session, warehouse=warehouse)
    if made:
        unit.changed(TASK)
    return made


def take(unit: UnitOfWork, *, warehouse: UUID, skip: Sequence[UUID]) -> UUID | None:
    """Take the next task in hand, but none of `skip`; None where there is none."""
    return store.take(unit.session, warehouse=warehouse, skip=skip)


def give_back(unit: UnitOfWork, task: UUID) -> None:
    """Leave the task to somebody else."""
    store.give_back(unit.session, task)
    unit.changed(TASK)


def refill(unit: UnitOfWork, *, task: Refill, quantity: Decimal) -> UUID:
    """Book so much (base units) into the pick face; returns the posting. The rest stays to be done.

    Refuses `stock.not_enough` where an order took the goods meanwhile, and `replenishment.task_gone`.
    """
    posting = store.refill(unit.session, request=unit.request_id, task=task.id, qty=quantity)
    unit.changed("stock", task.item)
    unit.changed(TASK)
    return posting


def short(unit: UnitOfWork, task: UUID) -> None:
    """Nothing (more) is there for the task: it ends, and the bin is to be counted."""
    store.short(unit.session, task)
    unit.changed(TASK)
