"""Shipping: parcel states, the choice of a service, and tracking numbers that catch slips."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.shipping import (
    FORM,
    MOST_SERIAL,
    ParcelState,
    Service,
    ShipmentFacts,
    choose_service,
    is_tracking_number,
    may_follow,
    tracking_number,
)

SERIALS = st.integers(1, MOST_SERIAL)


def test_a_parcel_is_filled_closed_labelled_and_shipped_or_opened_again_and_nothing_else() -> None:
    allowed = {(one, other) for one in ParcelState for other in ParcelState if may_follow(one, other)}
    assert allowed == {
        (ParcelState.OPEN, ParcelState.CLOSED),
        (ParcelState.CLOSED, ParcelState.LABELLED),
        (ParcelState.LABELLED, ParcelState.SHIPPED),
        (ParcelState.CLOSED, ParcelState.OPEN),
        (ParcelState.LABELLED, ParcelState.OPEN),
        (ParcelState.OPEN, ParcelState.CANCELLED),
    }


def test_an_ordinary_parcel_goes_by_own_delivery_and_a_heavy_one_needs_two_people() -> None:
    policy = FORM.default_policy()
    light, decision = choose_service(ShipmentFacts(Decimal("31.5")), policy)
    assert light == Service("house", "parcel")
    assert decision.chosen == ("shipping.own_delivery",)
    heavy, _ = choose_service(ShipmentFacts(Decimal("31.501")), policy)
    assert heavy == Service("house", "two_person")


def test_no_service_is_invented_for_a_shipment_no_rule_speaks_of() -> None:
    service, decision = choose_service(ShipmentFacts(Decimal(1)), FORM.read({"rules": []}))
    assert service is None
    assert decision.chosen == ()


@given(SERIALS)
def test_a_tracking_number_is_fourteen_signs_whose_digits_leave_one_modulo_97(serial: int) -> None:
    number = tracking_number(serial)
    assert len(number) == 14
    assert int(number[2:]) % 97 == 1
    assert is_tracking_number(number)


@given(SERIALS, st.integers(2, 13), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(serial: int, place: int, by: int) -> None:
    number = tracking_number(serial)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert not is_tracking_number(wrong)


@given(SERIALS, st.integers(2, 12))
def test_two_swapped_neighbours_are_found(serial: int, place: int) -> None:
    number = tracking_number(serial)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert is_tracking_number(swapped) is (swapped == number)


@pytest.mark.parametrize("text", ["", "SH", "SH0000000000", "XX000000000176", "SH00000000017", "SH٠٠٠٠٠٠٠٠٠١٧٦"])
def test_other_texts_are_no_tracking_numbers(text: str) -> None:
    assert not is_tracking_number(text)


@pytest.mark.parametrize("serial", [0, -1, MOST_SERIAL + 1])
def test_serials_outside_ten_digits_are_refused(serial: int) -> None:
    with pytest.raises(ValueError, match="serials"):
        tracking_number(serial)
