"""Suppliers and customers as a file names them, with the address that a parcel goes to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.codes import look_up_key
from app.domain.values import Section

_COUNTRY = re.compile(r"[A-Z]{2}\Z")


class PartnerKind(StrEnum):
    """On which side of the warehouse a partner stands."""

    SUPPLIER = "supplier"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes; `country` is two ISO 3166 letters."""

    name: str = ""
    line_1: str = ""
    line_2: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The address as it is printed, from the name to the country, without empty lines."""
        town = " ".join(part for part in (self.postal_code, self.city, self.region) if part)
        return tuple(line for line in (self.name, self.line_1, self.line_2, town, self.country) if line)


def delivery_address(known: Mapping[str, str], name: str) -> Address:
    """The address of a partner as a parcel bears it: under their own name where it has none, the district behind."""
    parts = dict(known)
    second = ", ".join(part for part in (parts.pop("line_2"), parts.pop("district")) if part)
    return Address(**parts | {"name": parts["name"] or name, "line_2": second})


@dataclass(frozen=True, slots=True)
class PartnerData:
    """A partner as a file names it: by code, by name, or both."""

    kind: PartnerKind
    code: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """Partners of one kind are known by their code, or by their name where they have none."""
        return look_up_key(self.code or self.name)


def read_partner(section: Section, kind: PartnerKind) -> PartnerData | None:
    """The partner in the field of that name: a text, which is code and name, or a section with code and name."""
    node = section.node_of(kind.value)
    if node is None:
        return None
    if not isinstance(node.value, dict):
        name = section.text(kind.value)
        return PartnerData(kind, name, name) if name else None
    part = Section(node, section.findings)
    code, name = part.text("code", longest=60), part.text("name")
    if not code and not name:
        part.required("code")
    part.finish()
    return PartnerData(kind, code or name, name or code) if code or name else None


def read_address(section: Section, *names: str) -> Address:
    """The address in one of these fields: a section, or one line of text."""
    node = section.node_of(*names)
    if node is None:
        return Address()
    if not isinstance(node.value, dict):
        return Address(line_1=section.text(*names))
    part = Section(node, section.findings)
    address = Address(
        name=part.text("name", longest=80),
        line_1=part.text("line_1", "line1", "street", "address", longest=80),
        line_2=part.text("line_2", "line2", longest=80),
        postal_code=part.text("postal_code", "postcode", "zip", longest=20),
        city=part.text("city", longest=60),
        region=part.text("region", "state", longest=60),
        country=_country(part),
        phone=part.text("phone", longest=40),
        email=part.text("email", longest=120),
    )
    part.finish()
    return address


def _country(section: Section) -> str:
    country = section.text("country", longest=60).upper()
    if country and not _COUNTRY.match(country):
        node = section.node_of("country")
        assert node is not None
        section.findings.error(node, "orders.country")
        return ""
    return country
