"""Addresses as their countries write them."""

from dataclasses import replace

import pytest

from app.domain.partners import (
    AddressField,
    PartnerAddress,
    PartnerRecord,
    address_faults,
    address_form,
    countries,
    country_code,
    written_lines,
)
from app.domain.partners.addresses import normalised

HAMBURG = PartnerAddress(name="Hansa", line_1="Hafenstr. 1", postal_code="20457", city="Hamburg", country="DE")
CALIFORNIA = PartnerAddress(
    line_1="1600 Amphitheatre Pkwy", postal_code="94043", city="Mountain View", region="CA", country="US"
)


def codes(address: PartnerAddress) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in address_faults(address)]


@pytest.mark.parametrize(
    "address", [HAMBURG, CALIFORNIA, PartnerAddress(line_1="1 Quay", city="Hull", postal_code="HU1 1AA", country="GB")]
)
def test_what_the_country_asks_for_is_enough(address: PartnerAddress) -> None:
    assert codes(address) == []


def test_a_german_address_needs_street_postal_code_and_town() -> None:
    assert codes(PartnerAddress(country="DE")) == [
        ("city", "address.field_missing"),
        ("line_1", "address.field_missing"),
        ("postal_code", "address.field_missing"),
    ]


def test_an_american_postal_code_of_another_state_is_a_slip() -> None:
    assert codes(replace(CALIFORNIA, postal_code="10001")) == [("postal_code", "address.postal_code")]
    assert codes(replace(HAMBURG, postal_code="2045")) == [("postal_code", "address.postal_code")]


def test_a_state_may_be_named_or_abbreviated_and_nothing_else() -> None:
    assert normalised(replace(CALIFORNIA, region="california")).region == "CA"
    assert codes(replace(CALIFORNIA, region="Bavaria")) == [("region", "address.region_unknown")]


def test_without_a_known_country_nothing_else_can_be_said() -> None:
    assert codes(replace(HAMBURG, country="")) == [("country", "address.field_missing")]
    assert codes(replace(HAMBURG, country="ZZ")) == [("country", "address.country_unknown")]


def test_lines_stand_in_the_order_of_the_country() -> None:
    assert written_lines(HAMBURG) == ("Hansa", "Hafenstr. 1", "20457 Hamburg")
    assert written_lines(CALIFORNIA, name="Acme") == ("Acme", "1600 Amphitheatre Pkwy", "Mountain View, CA 94043")
    tokyo = PartnerAddress(line_1="千代田1-1", postal_code="100-0001", region="東京都", country="JP")
    assert written_lines(tokyo)[0] == "〒100-0001"


@pytest.mark.parametrize("country", countries())
def test_every_country_that_is_offered_has_a_form_with_a_street(country: str) -> None:
    form = address_form(country)
    assert form is not None
    assert form.required <= form.fields
    assert AddressField.LINES in form.fields


def test_one_address_a_purpose_is_the_first() -> None:
    billing = replace(HAMBURG, purpose="billing", first=True)
    record = PartnerRecord("HANSA", "Hansa", addresses=(HAMBURG, billing, replace(HAMBURG, first=True), billing))
    assert [one.first for one in record.with_one_first().addresses] == [False, True, True, False]


def test_a_parcel_goes_to_the_partner_where_the_address_has_no_name_of_its_own() -> None:
    assert CALIFORNIA.for_parcel("Acme").name == "Acme"
    assert HAMBURG.for_parcel("Acme").name == "Hansa"


@pytest.mark.parametrize(
    ("written", "code"),
    [("Germany", "DE"), ("united  kingdom", "GB"), ("UK", "GB"), ("Österreich", "AT"), ("de", "DE"), ("Atlantis", "")],
)
def test_a_country_that_is_written_out_is_its_two_letters(written: str, code: str) -> None:
    assert country_code(written) == code
