"""Partners as people look after them: one record with its addresses and contacts."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.domain.partners.files import Address

PARTNER_KINDS = ("supplier", "customer", "carrier", "owner", "manufacturer")
ADDRESS_PURPOSES = ("delivery", "billing", "pickup", "returns", "office")


@dataclass(frozen=True, slots=True)
class PartnerAddress:
    """Where a partner is reached for a purpose; `first` is the one that is taken unless another is chosen.

    `region` is the code of a state or province where the country has such codes; `district` a part of the city.
    """

    purpose: str = "delivery"
    name: str = ""
    line_1: str = ""
    line_2: str = ""
    district: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""
    first: bool = False
    id: UUID | None = None

    def for_parcel(self, name: str) -> Address:
        """The address as a parcel's label needs it; `name` stands where the address has none of its own."""
        return Address(
            self.name or name,
            self.line_1,
            ", ".join(part for part in (self.line_2, self.district) if part),
            self.postal_code,
            self.city,
            self.region,
            self.country,
            self.phone,
            self.email,
        )


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who answers at a partner; `role` as people call it: ordering, gate, claims."""

    name: str
    role: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PartnerRecord:
    """A partner with all that belongs to it; `id` and `version` are None before it was saved.

    `carton_label`, `unit_label` and `packing_slip` name the templates that this customer wants, empty for ours;
    `pack_instructions` are for whoever packs for them. `order_carrier`, `order_service` and `complete_only` (all of an
    order leaves, or nothing) are what is usual for a customer's orders, until an order says otherwise.
    """

    code: str
    name: str
    kinds: tuple[str, ...] = ()
    language: str = ""
    note: str = ""
    pack_instructions: str = ""
    carton_label: str = ""
    unit_label: str = ""
    packing_slip: str = ""
    order_carrier: str = ""
    order_service: str = ""
    complete_only: bool = False
    archived: bool = False
    addresses: tuple[PartnerAddress, ...] = ()
    contacts: tuple[Contact, ...] = ()
    id: UUID | None = None
    version: int | None = None

    def with_one_first(self) -> "PartnerRecord":
        """The record with exactly one first address a purpose: the one that says so, else the first of the list."""
        chosen: dict[str, int] = {}
        for n, address in enumerate(self.addresses):
            if address.purpose not in chosen or (address.first and not self.addresses[chosen[address.purpose]].first):
                chosen[address.purpose] = n
        addresses = tuple(replace(one, first=chosen[one.purpose] == n) for n, one in enumerate(self.addresses))
        return replace(self, addresses=addresses)
