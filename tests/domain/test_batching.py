"""Order batching: carts are never too full, walks never longer than first come first served, few orders nearly best."""

import random
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.batching import Batches, Cart, PickOrder, first_come, plan_batches
from app.domain.batching.referees import by_set_partitioning
from app.domain.sites.layout import Stop
from app.domain.sites.places import Aisle, AisleKind
from app.domain.walking import Call, Lengths, network_of, plan_walk

LENGTH, APART, AISLES = 20_000, 5_000, 5


def block() -> list[Aisle]:
    along = [Aisle(f"A{n}", 0, n * APART, LENGTH, n * APART, id=UUID(int=n + 1)) for n in range(AISLES)]
    return along + [Aisle(f"X{x}", x, 0, x, (AISLES - 1) * APART, AisleKind.CROSS) for x in (0, LENGTH)]


NETWORK = network_of(block())
assert NETWORK is not None
LENGTHS = Lengths(NETWORK, (0, 0))


def order(number: str, *bins: tuple[int, int], kg: int = 1, litres: int = 1, slots: int = 1) -> PickOrder:
    """An order for bins by aisle and metre."""
    stops = [Stop(UUID(int=0), metre * 1000, aisle * APART, aisle=UUID(int=aisle + 1)) for aisle, metre in bins]
    spots = frozenset(spot for stop in stops if (spot := LENGTHS.spot(stop)))
    return PickOrder(number, spots, slots, Decimal(litres), Decimal(kg))


BINS = st.tuples(st.integers(0, AISLES - 1), st.integers(0, 20))
ORDERS = st.lists(
    st.builds(
        lambda bins, kg, litres, slots: order("", *bins, kg=kg, litres=litres, slots=slots),
        st.lists(BINS, min_size=1, max_size=3),
        st.integers(1, 6),
        st.integers(1, 6),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=9,
)
CART = Cart(4, Decimal(12), Decimal(10))


def held(found: Batches) -> list[int]:
    return sorted(n for batch in found.batches for n in batch)


@given(ORDERS)
@settings(max_examples=8)
def test_every_order_is_in_one_batch_that_its_cart_takes_and_few_orders_are_batched_best(
    orders: list[PickOrder],
) -> None:
    found = plan_batches(orders, CART, LENGTHS)
    assert held(found) == list(range(len(orders)))
    assert all(CART.takes(orders[n] for n in batch) for batch in found.batches)
    assert found.mm <= first_come(orders, CART, LENGTHS).mm
    assert found.mm <= by_set_partitioning(orders, CART, LENGTHS) * 1.005 + 1


def test_orders_of_the_same_aisle_go_together() -> None:
    orders = [order("1", (0, 5)), order("2", (4, 5)), order("3", (0, 15)), order("4", (4, 15))]
    assert plan_batches(orders, Cart(2), LENGTHS).batches == ((0, 2), (1, 3))
    assert first_come(orders, Cart(2), LENGTHS).batches == ((0, 1), (2, 3))


def test_a_hundred_orders_are_walked_in_much_less_than_first_come_first_served() -> None:
    dice = random.Random(4)  # noqa: S311  # the same case every time
    orders = [
        order(str(n), *[(dice.randrange(AISLES), dice.randrange(21)) for _ in range(dice.randint(1, 3))])
        for n in range(100)
    ]
    found, simple = plan_batches(orders, Cart(8), LENGTHS), first_come(orders, Cart(8), LENGTHS)
    assert held(found) == list(range(100))
    assert found.mm <= simple.mm * 0.85


def test_the_same_orders_give_the_same_batches() -> None:
    orders = [order(str(n), (n * 7 % 5, n), (n * 3 % 5, n // 2)) for n in range(15)]
    assert plan_batches(orders, CART, LENGTHS) == plan_batches(orders, CART, LENGTHS)


def test_an_order_too_big_for_any_cart_is_told_and_the_others_are_batched() -> None:
    orders = [order("1", (0, 5)), order("2", (0, 6), kg=11), order("3", (0, 7), slots=5)]
    found = plan_batches(orders, CART, LENGTHS)
    assert found.too_big == (1, 2)
    assert found.batches == ((0,),)


def test_progress_is_told_and_never_goes_back() -> None:
    told: list[float] = []
    plan_batches([order(str(n), (n % 5, n)) for n in range(12)], Cart(3), LENGTHS, progress=told.append)
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert all(one <= other for one, other in pairwise(told))


@pytest.mark.parametrize("patience", [0, 3, 20])
def test_whoever_stops_it_gets_what_was_found_by_then(patience: int) -> None:
    asked = iter(range(1000))
    orders = [order(str(n), (n % 5, n)) for n in range(20)]
    found = plan_batches(orders, Cart(3), LENGTHS, cancelled=lambda: next(asked) >= patience)
    assert not found.complete
    assert held(found) == list(range(20))
    assert found.mm <= first_come(orders, Cart(3), LENGTHS).mm


@given(st.lists(BINS, min_size=1, max_size=8))
@settings(max_examples=25)
def test_lengths_are_those_of_the_walks(bins: list[tuple[int, int]]) -> None:
    stops = [
        Stop(UUID(int=n), metre * 1000, aisle * APART, aisle=UUID(int=aisle + 1))
        for n, (aisle, metre) in enumerate(bins)
    ]
    walk = plan_walk(NETWORK, [Call(stop) for stop in stops], (0, 0), (0, 0))
    assert LENGTHS.of([spot for stop in stops if (spot := LENGTHS.spot(stop))]) == pytest.approx(walk.mm, abs=1)
