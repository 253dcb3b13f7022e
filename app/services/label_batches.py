"""Labels of items and places in batches, through the print journal: each can be proven, and printed again by itself."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid5

from app.database import products as catalog
from app.database.printing import batch_state, cancel_waiting
from app.domain.label_batches import BatchState, LabelLine
from app.domain.labels import LabelContent
from app.domain.sites.places import Place
from app.services import printing
from app.services.work import UnitOfWork

CHUNK = 50
"""So many labels are wanted in one transaction: few enough to stop soon, enough to be quick."""


def label_printers(unit: UnitOfWork) -> list[tuple[UUID, str]]:
    """The printers that can be chosen, by id and name."""
    return [(one.id, one.name) for one in printing.label_printers(unit)]


def lines_of_items(unit: UnitOfWork, items: Sequence[UUID]) -> tuple[LabelLine, ...]:
    """What can be printed for items, in their order: one label of the base unit, none yet of each packaging."""
    return catalog.label_lines(unit.session, items)


def lines_of_places(places: Sequence[Place]) -> tuple[LabelLine, ...]:
    """One label a place, in their order."""
    return tuple(
        LabelLine(place.address, place.zone, {"address": place.address, "name": place.name, "zone": place.zone})
        for place in places
    )


def want(
    run: Callable[[Callable[[UnitOfWork], list[UUID]], UUID], list[UUID]],
    labels: Sequence[LabelContent],
    *,
    batch: UUID,
    printer: UUID,
    warehouse: UUID,
    go_on: Callable[[float], bool],
) -> list[UUID]:
    """Put a batch on the journal, fifty labels a transaction; returns its jobs.

    `run` does one transaction under a request id; the same batch again is the same jobs. `go_on` is told how much is
    done (0 to 1) and says whether more is wanted.
    """
    jobs: list[UUID] = []
    for begun in range(0, len(labels), CHUNK):
        some = labels[begun : begun + CHUNK]

        def work(unit: UnitOfWork, some: Sequence[LabelContent] = some) -> list[UUID]:
            return [printing.queue_label(unit, label, printer=printer, warehouse=warehouse) for label in some]

        jobs += run(work, uuid5(batch, str(begun)))
        if not go_on(min(1.0, (begun + CHUNK) / len(labels))):
            break
    return jobs


def state(unit: UnitOfWork, jobs: Sequence[UUID]) -> BatchState:
    """How far a batch is."""
    return batch_state(unit.session, jobs)


def stop(unit: UnitOfWork, jobs: Sequence[UUID]) -> int:
    """Take back what still waits; returns how many labels. What is on its way to the printer is printed."""
    count, taken = cancel_waiting(unit.session, jobs)
    for job in taken:
        unit.changed(printing.JOB, job)
    return count
