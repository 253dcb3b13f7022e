"""Suppliers, customers, carriers, and the owners of goods that we keep.

`files` reads them as files name them, `records` is what people look after, `addresses` knows how addresses are written
in each country.
"""

from app.domain.partners.addresses import (
    AddressFault,
    AddressField,
    AddressForm,
    address_faults,
    address_form,
    countries,
    country_code,
    written_lines,
)
from app.domain.partners.files import (
    Address,
    PartnerData,
    PartnerKind,
    delivery_address,
    read_address,
    read_partner,
)
from app.domain.partners.records import (
    ADDRESS_PURPOSES,
    PARTNER_KINDS,
    Contact,
    PartnerAddress,
    PartnerRecord,
)

__all__ = [
    "ADDRESS_PURPOSES",
    "PARTNER_KINDS",
    "Address",
    "AddressFault",
    "AddressField",
    "AddressForm",
    "Contact",
    "PartnerAddress",
    "PartnerData",
    "PartnerKind",
    "PartnerRecord",
    "address_faults",
    "address_form",
    "countries",
    "country_code",
    "delivery_address",
    "read_address",
    "read_partner",
    "written_lines",
]
