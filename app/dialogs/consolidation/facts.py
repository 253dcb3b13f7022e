"""What consolidation reads: the tote in hand with its orders, and what was scanned."""

from app.dialogs.consolidation.state import ConsolidationState
from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Scanned
from app.domain.scanning import CodeKind
from app.services import consolidation
from app.services.consolidation import ConsolidationFacts
from app.services.work import UnitOfWork


def read(unit: UnitOfWork, where: Where, state: ConsolidationState, event: Event) -> ConsolidationFacts:
    """Nothing is known beforehand but the tote in hand."""
    totes = [state.tote] if state.tote else []
    places = []
    if isinstance(event, Scanned):
        totes += [one.id for one in event.reading.of(CodeKind.HANDLING_UNIT)]
        places = [one.id for one in event.reading.of(CodeKind.LOCATION)]
    return consolidation.read_facts(unit, warehouse=where.warehouse, totes=totes, places=places)
