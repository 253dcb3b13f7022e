"""The cursor of shipping: which truck is being loaded, which parcel was shipped last, and how many since the start."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ShippingState:
    """`parcel` left last; `shipped` counts the parcels of this conversation.

    `load` is the shipment whose truck is being loaded, None where none was chosen; `departing`: its departure was asked
    for while cartons are missing. `asking`: a photo of the load is to be taken.
    """

    parcel: UUID | None = None
    shipped: int = 0
    load: UUID | None = None
    departing: bool = False
    asking: str = ""
