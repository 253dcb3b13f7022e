"""What shipping reads for a step."""

from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Scanned
from app.dialogs.shipping.state import ShippingState
from app.domain.scanning import CodeKind
from app.services import shipping
from app.services.shipping import ShippingFacts
from app.services.work import UnitOfWork


def read(unit: UnitOfWork, where: Where, state: ShippingState, event: Event) -> ShippingFacts:
    """The parcel shipped last, the truck that is being loaded, and what was scanned."""
    parcels = [state.parcel] if state.parcel else []
    shipments = [state.load] if state.load else []
    if not isinstance(event, Scanned):
        return shipping.read_facts(unit, warehouse=where.warehouse, parcels=parcels, shipments=shipments)
    parcels += [found.id for found in event.reading.of(CodeKind.PARCEL)]
    units = [found.id for found in event.reading.of(CodeKind.HANDLING_UNIT)]
    shipments += [found.id for found in event.reading.of(CodeKind.DOCUMENT)]
    return shipping.read_facts(unit, warehouse=where.warehouse, parcels=parcels, units=units, shipments=shipments)
