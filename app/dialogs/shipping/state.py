"""The cursor of shipping: which parcel was shipped last, and how many since the start."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ShippingState:
    """`parcel` left last; `shipped` counts the parcels of this conversation."""

    parcel: UUID | None = None
    shipped: int = 0
