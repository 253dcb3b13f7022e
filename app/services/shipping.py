"""Shipping as use cases: what a scanned parcel is, and letting it go.

Undoing is the ledger's: when the posting is reversed, the parcel is labelled again and its order open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.database import shipping as store
from app.database.session import as_nouns
from app.domain.partners import Address
from app.domain.printing import PrintState
from app.domain.shipping import ParcelState
from app.services.work import UnitOfWork


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
    """A parcel with the order it belongs to; `weight` in kg, gross. `label` is the newest shipping label's state."""

    id: UUID
    unit: UUID
    sscc: str
    state: ParcelState
    tracking: str
    carrier: str
    service: str
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


@dataclass(frozen=True, slots=True)
class ShippingFacts:
    """Everything a step of shipping may look at."""

    parcels: tuple[ShippedParcel, ...]

    def parcel(self, identity: UUID | None) -> ShippedParcel | None:
        """The parcel with this id, or in this carton."""
        return next((one for one in self.parcels if identity in (one.id, one.unit)), None)


def read_facts(
    unit: UnitOfWork, *, warehouse: UUID, parcels: Sequence[UUID], units: Sequence[UUID] = ()
) -> ShippingFacts:
    """Read parcels by their ids, or by the handling units that they are."""
    row = store.read_facts(unit.session, warehouse=warehouse, parcels=parcels, units=units)
    return ShippingFacts(as_nouns(row["parcels"], tuple[ShippedParcel, ...]))


def ship(unit: UnitOfWork, *, parcel: UUID, document: UUID) -> UUID:
    """Let a labelled parcel go, with all that is in it; the order's full lines are closed. Returns the posting.

    Refuses `parcel.wrong_state`, `document.not_released`.
    """
    posting, _ = store.ship(unit.session, request=unit.request_id, parcel=parcel)
    unit.changed("stock")
    unit.changed("parcel", parcel)
    unit.changed("document", document)
    return posting
