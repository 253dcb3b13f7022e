"""Shipping as use cases: what a scanned parcel is, and letting it go; manifests, departures and papers beside it.

Undoing is the ledger's: when the posting is reversed, the parcel is labelled again and out of its truck.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.database import shipping as store
from app.database.session import as_nouns
from app.domain.order_desk import NO_NEWS, OrderNews
from app.domain.partners import Address
from app.domain.printing import PrintState
from app.domain.shipping import ParcelState
from app.services.work import UnitOfWork

SHIPMENT = "shipment"
"""The kind under which shipments are published on the bus of changes."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """One carton of the same order; `weight` in kg, gross."""

    id: UUID
    sscc: str
    state: ParcelState
    tracking: str
    weight: Decimal | None


@dataclass(frozen=True, slots=True)
class ShippedParcel:
    """A parcel with the order it belongs to; `weight` in kg, gross. `label` is the newest shipping label's state.

    `shipment`: on whose manifest it stands; `manifested`: whether its carrier takes nothing without one.
    """

    id: UUID
    unit: UUID
    sscc: str
    state: ParcelState
    tracking: str
    carrier: str
    service: str
    carrier_name: str
    service_name: str
    weight: Decimal | None
    document: UUID
    number: str
    decision: str
    partner: str
    ship_to: Address
    cut_off: str
    cut_off_at: str
    label: PrintState | None
    siblings: tuple[Sibling, ...]
    shipment: UUID | None = None
    manifested: bool = False
    news: OrderNews = NO_NEWS


@dataclass(frozen=True, slots=True)
class Load:
    """A shipment that is being loaded: the truck, and the cartons that its manifest names."""

    id: UUID
    number: str
    carrier: str
    carrier_name: str
    truck: str
    departed: bool
    cartons: tuple[Sibling, ...]

    @property
    def missing(self) -> tuple[Sibling, ...]:
        """The cartons that are not in the truck."""
        return tuple(one for one in self.cartons if one.state is not ParcelState.SHIPPED)


@dataclass(frozen=True, slots=True)
class ShippingFacts:
    """Everything a step of shipping may look at."""

    parcels: tuple[ShippedParcel, ...]
    shipments: tuple[Load, ...] = ()

    def load(self, identity: UUID | None) -> Load | None:
        """The shipment with this id."""
        return next((one for one in self.shipments if one.id == identity), None)

    def parcel(self, identity: UUID | None) -> ShippedParcel | None:
        """The parcel with this id, or in this carton."""
        return next((one for one in self.parcels if identity in (one.id, one.unit)), None)


def read_facts(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    parcels: Sequence[UUID],
    units: Sequence[UUID] = (),
    shipments: Sequence[UUID] = (),
) -> ShippingFacts:
    """Read parcels by their ids, or by the handling units that they are, and the shipments asked for and theirs."""
    row = store.read_facts(unit.session, warehouse=warehouse, parcels=parcels, units=units, shipments=shipments)
    return ShippingFacts(
        as_nouns(row["parcels"], tuple[ShippedParcel, ...]), as_nouns(row["shipments"], tuple[Load, ...])
    )


def ship(unit: UnitOfWork, *, parcel: UUID, document: UUID, shipment: UUID | None = None) -> UUID:
    """Let a labelled parcel go, with all that is in it; the order's full lines are closed. Returns the posting.

    `shipment`: into whose truck it was scanned. Refuses `parcel.wrong_state`, `document.not_released`,
    `shipping.wrong_truck`, `shipping.not_manifested`, `shipping.departed`.
    """
    posting, _ = store.ship(unit.session, request=unit.request_id, parcel=parcel, shipment=shipment)
    if shipment is not None:
        unit.changed(SHIPMENT, shipment)
    unit.changed("stock")
    unit.changed("parcel", parcel)
    unit.changed("document", document)
    return posting
