"""What receiving reads for a step."""

from uuid import UUID

from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Key, Result, Scanned
from app.dialogs.receiving.opening import joining
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
    units = {state.unit} if state.unit else set()
    if isinstance(event, Scanned):
        documents |= {found.id for found in event.reading.of(CodeKind.DOCUMENT)}
        units |= {found.id for found in event.reading.of(CodeKind.HANDLING_UNIT)}
        items = [found.id for found in event.reading.of(CodeKind.ITEM)]
    if isinstance(event, Key) and state.asking in ("document", "truck"):
        documents.add(UUID(event.command))
    if isinstance(event, Result):
        units.add(event.about)
    return receiving.read_facts(
        unit, warehouse=where.warehouse, documents=sorted(documents), items=items, units=sorted(units)
    )
