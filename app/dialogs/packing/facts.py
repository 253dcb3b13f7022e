"""What pack verification reads for a step."""

from uuid import UUID

from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Key, Result, Scanned, Weighed
from app.dialogs.packing.state import PackingState, Stage
from app.domain.scanning import CodeKind
from app.services import packing
from app.services.packing import PackFacts
from app.services.work import UnitOfWork


def read(unit: UnitOfWork, where: Where, state: PackingState, event: Event) -> PackFacts:
    """The order in hand, and the orders behind what was scanned or chosen."""
    documents = {state.order} if state.order else set()
    units: list[UUID] = []
    parcels = [state.parcel] if state.parcel else []
    if isinstance(event, Scanned):
        documents |= {found.id for found in event.reading.of(CodeKind.DOCUMENT)}
        units = [found.id for found in event.reading.of(CodeKind.HANDLING_UNIT)]
        parcels += [found.id for found in event.reading.of(CodeKind.PARCEL)]
    if isinstance(event, Key) and state.stage is Stage.ORDER and (chosen := _as_id(event.command)):
        documents.add(chosen)
    return packing.read_facts(
        unit,
        warehouse=where.warehouse,
        run=where.run,
        documents=sorted(documents),
        units=units,
        parcels=parcels,
        closing=_may_take_a_number(state, event),
    )


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _may_take_a_number(state: PackingState, event: Event) -> bool:
    """Whether this event may close a carton, or replace its shipping label."""
    match state.stage:
        case Stage.WEIGHT:
            return isinstance(event, Weighed)
        case Stage.APPROVAL:
            return isinstance(event, Result)
        case Stage.REPRINT:
            return isinstance(event, Key)
        case _:
            return False
