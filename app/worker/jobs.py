"""What the worker of a home does, and how often."""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from app.connectors.carriers import carrier_of
from app.connectors.inbox import Inbox
from app.database import ledger, upkeep
from app.database.server import locks
from app.domain.errors import Fault
from app.services import allocation, clock, replenishment, waves
from app.services.docks import planning
from app.services.products import writing
from app.services.work import Worker
from app.texts import Texts
from app.worker.answers import AnswerFiles
from app.worker.inbox import InboxImport
from app.worker.outbox import Outbox
from app.worker.repeating import Job, repeat
from app.worker.upkeep import Upkeep

SEAL_S = 1.0
ALLOCATE_S = 2.0
INBOX_S = 0.25
OUTBOX_S = 0.5
ANSWERS_S = 1.0
UPKEEP_S = 60.0
LIFE_S = 30.0
REFILL_S = 30.0
WALKS_S = 20.0
NO_SHOWS_S = 60.0
_TURN_S = 1.0


def run(
    worker: Worker,
    home: Path,
    stop: threading.Event,
    *,
    texts: Texts | None = None,
    now: Callable[[], datetime] = clock.now,
    more: tuple[Job, ...] = (),
) -> None:
    """Do the background work of a home until `stop` is set; returns within two seconds of that.

    `worker` is the login of the group worker. Files are taken from `<home>/inbox`. While another program does this
    work for the same home, this one waits for its turn. `more` is what only some homes need.
    """
    while not stop.is_set():
        try:
            with locks.exclusive(home / "worker.lock", timeout_s=0):
                repeat((*jobs(worker, home, texts or Texts.load(), now), *more), stop)
        except Fault as fault:
            if fault.code != "database.home_busy":
                raise
            stop.wait(_TURN_S)


def jobs(worker: Worker, home: Path, texts: Texts, now: Callable[[], datetime]) -> tuple[Job, ...]:
    """Everything that is done in the background."""
    return (
        Job("sealing", SEAL_S, lambda: seal(worker)),
        Job("allocation", ALLOCATE_S, lambda: allocate(worker)),
        Job("replenishment", REFILL_S, lambda: refill(worker)),
        Job("walks", WALKS_S, lambda: release_walks(worker, now)),
        Job("no-shows", NO_SHOWS_S, lambda: mark_no_shows(worker)),
        Job("inbox", INBOX_S, InboxImport(worker, Inbox(home / "inbox"), texts).work),
        Job("outbox", OUTBOX_S, Outbox(worker, carrier_of, now=now).work),
        Job("answers of carriers", ANSWERS_S, AnswerFiles(worker, texts).work),
        Job("life cycle", LIFE_S, lambda: change_states(worker)),
        Job("upkeep", UPKEEP_S, Upkeep(worker, now).work),
    )


def seal(worker: Worker) -> None:
    """Number and chain what was posted since the last time."""
    worker.run(lambda unit: ledger.seal(unit.session))


def change_states(worker: Worker) -> None:
    """Make the changes of products' states happen whose day has come."""
    worker.run(writing.carry_out_due)


def allocate(worker: Worker) -> None:
    """Reserve goods for orders that wait for them, warehouse by warehouse."""
    for warehouse in worker.run(lambda unit: upkeep.warehouses(unit.session)):
        _allocate(worker, warehouse)


def refill(worker: Worker) -> None:
    """Ask for what pick faces need, warehouse by warehouse."""
    for warehouse in worker.run(lambda unit: upkeep.warehouses(unit.session)):
        worker.run(partial(replenishment.plan, warehouse=warehouse))


def release_walks(worker: Worker, now: Callable[[], datetime]) -> None:
    """Release the walks that the rules release by themselves, warehouse by warehouse."""
    for warehouse in worker.run(lambda unit: upkeep.warehouses(unit.session)):
        worker.run(partial(waves.release_as_they_come, warehouse=warehouse, now=now()))


def mark_no_shows(worker: Worker) -> None:
    """Free the doors of trucks that never came, warehouse by warehouse."""
    for warehouse in worker.run(lambda unit: upkeep.warehouses(unit.session)):
        worker.run(partial(planning.mark_no_shows, warehouse=warehouse))


def _allocate(worker: Worker, warehouse: UUID) -> None:
    worker.run(lambda unit: allocation.allocate_waiting(unit, warehouse))
