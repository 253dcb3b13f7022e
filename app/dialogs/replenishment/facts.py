"""What replenishment reads for a step. NEXT reads nothing: the task is taken first, and then read."""

from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Key, Result, Scanned
from app.dialogs.replenishment.commands import NOBODY
from app.dialogs.replenishment.state import ReplenishmentState
from app.dialogs.runner import as_key
from app.domain.scanning import CodeKind
from app.services import replenishment
from app.services.replenishment import ReplenishmentFacts
from app.services.work import UnitOfWork


def takes_next(state: ReplenishmentState, event: Event) -> bool:
    """Whether the event asks for a task, whatever the facts are."""
    key = as_key(event)
    if not isinstance(key, Key) or state.asking:
        return False
    return key.command == ("SKIP" if state.task else "NEXT")


def read(unit: UnitOfWork, where: Where, state: ReplenishmentState, event: Event) -> ReplenishmentFacts:
    """The task in hand, or the one that was just taken, and the places that were scanned."""
    if takes_next(state, event):
        return ReplenishmentFacts()
    task = state.task
    if isinstance(event, Result):
        task = event.about if event.about != NOBODY else None
    scanned = [one.id for one in event.reading.of(CodeKind.LOCATION)] if isinstance(event, Scanned) else []
    return replenishment.read_facts(unit, warehouse=where.warehouse, task=task, scanned=scanned)
