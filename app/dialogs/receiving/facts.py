"""What receiving reads for a step."""

from uuid import UUID

from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Key, Result, Scanned
from app.dialogs.receiving.opening import joining, supplier_typed
from app.dialogs.receiving.state import ReceivingState
from app.domain.scanning import CodeKind
from app.services import receiving
from app.services.receiving import ReceivingFacts
from app.services.work import UnitOfWork


def read(unit: UnitOfWork, where: Where, state: ReceivingState, event: Event) -> ReceivingFacts:
    """The order and the unit in hand, what was scanned or chosen, and the open orders of scanned items."""
    documents = set(state.papers)
    if waiting := joining(state):
        documents.add(waiting)
    items: list[UUID] = []
    supplier = ""
    units = {state.unit} if state.unit else set()
    if isinstance(event, Scanned):
        documents |= {found.id for found in event.reading.of(CodeKind.DOCUMENT)}
        units |= {found.id for found in event.reading.of(CodeKind.HANDLING_UNIT)}
        items = [found.id for found in event.reading.of(CodeKind.ITEM)]
        supplier = supplier_typed(state, event)
    if isinstance(event, Key) and state.asking in ("document", "truck"):
        documents |= _chosen(event)
    if isinstance(event, Result):
        units.add(event.about)
    return receiving.read_facts(
        unit,
        warehouse=where.warehouse,
        documents=sorted(documents),
        items=items,
        units=sorted(units),
        loose=_loose(state, items),
        supplier=supplier,
    )


def _chosen(key: Key) -> set[UUID]:
    """The document that was chosen; none where a key was pressed that is no choice, such as Cancel."""
    try:
        return {UUID(key.command)}
    except ValueError:
        return set()


def _loose(state: ReceivingState, scanned: list[UUID]) -> list[UUID]:
    """The items without an order that a step may be about: those scanned now, in hand, or booked last."""
    if not state.blind:
        return []
    held = [state.collected.item.id] if state.collected.item else []
    last = [state.last.line] if state.last else []
    return sorted({*scanned, *held, *last})
