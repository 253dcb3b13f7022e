"""Cartonisation: every packing can be built as it stands, the carton is the cheapest, and rules of goods are kept."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.packing.cartons import Box, Good, Packed, Placed, Tariff, at_least, faults, propose
from app.domain.packing.cartons.placing import pack_all

SMALL = Box("SMALL", 300, 200, 150, Decimal("0.15"), Decimal(10))
MEDIUM = Box("MEDIUM", 400, 300, 200, Decimal("0.3"), Decimal(20))
LARGE = Box("LARGE", 600, 400, 300, Decimal("0.55"), Decimal(30))
BOXES = (SMALL, MEDIUM, LARGE)
CUBE = Good("CUBE", 100, 100, 100, Decimal("0.5"))

GOODS = st.builds(
    Good,
    sku=st.sampled_from("ABCDEF"),
    length_mm=st.integers(10, 250),
    width_mm=st.integers(10, 250),
    height_mm=st.integers(10, 250),
    kg=st.integers(1, 3000).map(lambda grams: Decimal(grams) / 1000),
    upright=st.booleans(),
    fragile=st.booleans(),
    hazard=st.sampled_from(["", "", "", "3", "9"]),
)


@given(st.lists(GOODS, min_size=1, max_size=14))
@settings(max_examples=60)
def test_whatever_is_proposed_can_be_built_and_holds_every_unit(goods: list[Good]) -> None:
    proposal = propose(goods, BOXES, Tariff())
    assert [fault for carton in proposal.cartons for fault in faults(carton)] == []
    packed = [one.good for carton in proposal.cartons for one in carton.placed]
    assert sorted([*packed, *proposal.too_big], key=repr) == sorted(goods, key=repr)
    least = at_least(goods, BOXES, Tariff())
    assert least is None or proposal.price >= least


@given(st.lists(GOODS, min_size=1, max_size=8))
@settings(max_examples=20)
def test_the_same_goods_get_the_same_cartons_in_whatever_order_they_come(goods: list[Good]) -> None:
    kinds = {good.sku: good for good in goods}
    same = [kinds[good.sku] for good in goods]
    assert propose(same, BOXES, Tariff()) == propose(same[::-1], BOXES, Tariff())


@pytest.mark.parametrize("units", [1, 2, 3, 4, 5, 6, 8, 12, 24])
def test_equal_cubes_get_the_smallest_carton_that_holds_so_many(units: int) -> None:
    """How many cubes of 100 mm each carton holds is plain to see: 6, 24, 72."""
    proposal = propose([CUBE] * units, BOXES, Tariff())
    assert [carton.box.code for carton in proposal.cartons] == ["SMALL" if units <= 6 else "MEDIUM"]


def test_a_carton_that_holds_them_exactly_is_filled_to_the_last_corner() -> None:
    packed = pack_all([CUBE] * 24, MEDIUM)
    assert packed is not None
    assert packed.filled == 1


def test_what_one_carton_cannot_hold_goes_into_several() -> None:
    proposal = propose([replace(CUBE, kg=Decimal("0.1"))] * 80, BOXES, Tariff())
    assert [carton.box.code for carton in proposal.cartons] == ["LARGE", "MEDIUM"]
    assert [len(carton.placed) for carton in proposal.cartons] == [72, 8]


def test_no_carton_is_heavier_than_it_may_be() -> None:
    proposal = propose([replace(CUBE, kg=Decimal(8))] * 5, BOXES, Tariff())
    assert all(carton.goods_kg <= carton.box.limit_kg for carton in proposal.cartons)
    assert len(proposal.cartons) == 2


def test_this_side_up_stays_up_even_where_lying_would_fit() -> None:
    bottle = Good("BOTTLE", 80, 80, 180, Decimal(1))
    assert propose([bottle], BOXES, Tariff()).cartons[0].box is SMALL
    assert propose([replace(bottle, upright=True)], BOXES, Tariff()).cartons[0].box is MEDIUM


def test_nothing_lies_on_what_is_fragile() -> None:
    glass = Good("GLASS", 300, 200, 70, Decimal(1), upright=True, fragile=True)
    book = Good("BOOK", 300, 200, 70, Decimal(2), upright=True)
    (carton,) = propose([glass, book], (SMALL,), Tariff()).cartons
    assert [one.good.sku for one in sorted(carton.placed, key=lambda one: one.z_mm)] == ["BOOK", "GLASS"]
    assert len(propose([glass, glass], (SMALL,), Tariff()).cartons) == 2


def test_dangerous_goods_travel_apart() -> None:
    proposal = propose([CUBE, replace(CUBE, hazard="3"), replace(CUBE, hazard="9")], BOXES, Tariff())
    assert sorted(carton.placed[0].good.hazard for carton in proposal.cartons) == ["", "3", "9"]


def test_a_bulky_carton_is_charged_by_its_volume() -> None:
    tariff = Tariff(((Decimal(5), Decimal(4)), (Decimal(10), Decimal(7))))
    assert tariff.charged_kg(LARGE, Decimal(1)) == Decimal(LARGE.outer_mm3) / 5_000_000
    assert tariff.price(MEDIUM, Decimal(1)) == Decimal(7)
    assert tariff.price(SMALL, Decimal(1)) == Decimal(4)
    assert tariff.price(SMALL, Decimal("11.85")) == Decimal(9)


def test_of_two_cartons_the_one_that_costs_less_with_the_service_is_taken() -> None:
    flat = Box("FLAT", 400, 300, 60, Decimal("0.2"), Decimal(20))
    book = Good("BOOK", 290, 190, 40, Decimal(1))
    assert propose([book], (SMALL, flat), Tariff()).cartons[0].box is flat
    assert propose([book], (SMALL, flat), Tariff(((Decimal(3), Decimal(5)),))).cartons[0].box is flat
    heavy_flat = replace(flat, tare_kg=Decimal(4))
    assert propose([book], (SMALL, heavy_flat), Tariff()).cartons[0].box is SMALL


def test_what_no_carton_takes_is_said_and_the_rest_is_packed() -> None:
    pole = Good("POLE", 2000, 50, 50, Decimal(1))
    proposal = propose([pole, CUBE], BOXES, Tariff())
    assert proposal.too_big == (pole,)
    assert [one.good for carton in proposal.cartons for one in carton.placed] == [CUBE]


@pytest.mark.parametrize(
    ("second", "fault"),
    [
        (Placed(CUBE, 50, 0, 0, 100, 100, 100), "overlaps"),
        (Placed(CUBE, 250, 0, 0, 100, 100, 100), "sticks out"),
        (Placed(CUBE, 100, 0, 50, 100, 100, 100), "hangs in the air"),
        (Placed(CUBE, 30, 0, 100, 100, 100, 50), "turned as it may not be"),
        (Placed(replace(CUBE, hazard="3"), 100, 0, 0, 100, 100, 100), "hazard"),
        (Placed(replace(CUBE, kg=Decimal(10)), 100, 0, 0, 100, 100, 100), "too heavy"),
    ],
)
def test_the_checker_finds_what_cannot_be_built(second: Placed, fault: str) -> None:
    first = Placed(CUBE, 0, 0, 0, 100, 100, 100)
    assert faults(Packed(SMALL, (first,))) == []
    assert any(fault in found for found in faults(Packed(SMALL, (first, second))))


def test_the_checker_finds_what_lies_on_fragile_goods() -> None:
    low = Placed(Good("GLASS", 100, 100, 50, fragile=True), 0, 0, 0, 100, 100, 50)
    high = Placed(CUBE, 0, 0, 50, 100, 100, 100)
    assert any("fragile" in fault for fault in faults(Packed(SMALL, (low, high))))


def test_room_for_filling_is_kept_free_and_of_two_cartons_alike_the_cheaper_one_is_taken() -> None:
    snug = replace(SMALL, code="SNUG", fill_percent=40)
    fits = int(snug.goods_mm3 // CUBE.mm3)
    assert fits < SMALL.mm3 // CUBE.mm3
    (packed,) = propose([CUBE] * fits, [snug], Tariff()).cartons
    assert not faults(packed)
    assert len(propose([CUBE] * (fits + 1), [snug], Tariff()).cartons) == 2
    dear, plain = replace(SMALL, code="A_DEAR", cost=Decimal("0.9")), replace(SMALL, code="PLAIN", cost=Decimal("0.2"))
    assert propose([CUBE], [dear, plain], Tariff()).cartons[0].box is plain
    priced = Tariff(steps=((Decimal(5), Decimal(6)), (Decimal(20), Decimal("6.5"))))
    heavy = replace(plain, code="HEAVY", tare_kg=Decimal(6))  # carried dearer by 0.50, itself cheaper by 0.70
    assert propose([CUBE], [dear, heavy], priced).cartons[0].box is heavy
