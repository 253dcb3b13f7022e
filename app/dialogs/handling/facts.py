"""What a step with handling units reads: the one in hand, the one that was scanned, and the places."""

from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Result, Scanned
from app.dialogs.handling.state import HandlingState
from app.domain.scanning import CodeKind
from app.services import handling_units
from app.services.handling_units import HandlingFacts
from app.services.work import UnitOfWork


def read(unit: UnitOfWork, where: Where, state: HandlingState, event: Event) -> HandlingFacts:
    """The units in hand and scanned with everything in and on them."""
    units = [one for one in (state.unit, state.other) if one]
    places = []
    if isinstance(event, Result):
        units.append(event.about)
    if isinstance(event, Scanned):
        units += [one.id for one in event.reading.of(CodeKind.HANDLING_UNIT)]
        places = [one.id for one in event.reading.of(CodeKind.LOCATION)]
    if not units and not places:
        return HandlingFacts()
    return handling_units.read_facts(unit, warehouse=where.warehouse, units=units, places=places)
