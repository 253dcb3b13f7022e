"""What look-up reads for a step: the one record behind the code, where there is one."""

from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Key, Scanned
from app.dialogs.lookup.state import LookupState
from app.domain.scanning import Candidate
from app.services import lookup
from app.services.lookup import LookupFacts
from app.services.work import UnitOfWork


def read(unit: UnitOfWork, where: Where, state: LookupState, event: Event) -> LookupFacts:
    """The record that was scanned or chosen, or whose labels are wanted; nothing where there are several."""
    one = wanted(state, event)
    if one is not None and isinstance(event, Scanned):
        return lookup.find(
            unit, [one], warehouse=where.warehouse, lot=event.reading.lot or "", serial=event.reading.serial or ""
        )
    if one is None and state.about and not isinstance(event, Scanned):
        return lookup.find(unit, [state.about], warehouse=where.warehouse, lot=state.lot, serial=state.serial)
    return lookup.find(unit, [one], warehouse=where.warehouse) if one else LookupFacts()


def wanted(state: LookupState, event: Event) -> Candidate | None:
    """The one record that the event means."""
    match event:
        case Scanned():
            found = event.reading.candidates
            return found[0] if len(found) == 1 else None
        case Key():
            return next((one for one in state.offered if str(one.id) == event.command), None)
        case _:
            return None
