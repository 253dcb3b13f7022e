"""Allocation: first expired first out, only what may be used, never more than there is."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.allocation import FORM, Allocation, Demand, StockRow, allocate
from app.domain.receiving import StockStatus

POLICY = FORM.default_policy()
TODAY = date(2026, 7, 1)
DEMAND = Demand("order-1/1", "PROD-001", Decimal(10), owner="us", needed_on=TODAY)


def row(key: str, free: int = 10, **facts: object) -> StockRow:
    plain = StockRow(key, f"A-{key}", "Storage", "us", Decimal(free), received_on=date(2026, 1, 1))
    return replace(plain, **facts)  # type: ignore[arg-type]  # the tests name fields of StockRow


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def reserved(allocation: Allocation) -> list[tuple[str, int]]:
    return [(one.key, int(one.quantity)) for one in allocation.reservations]


def test_what_expires_first_goes_first_whatever_its_age_and_place() -> None:
    late = row("late", expiry=in_days(90), received_on=date(2025, 1, 1), walk_position=1)
    soon = row("soon", expiry=in_days(30), walk_position=99)
    assert reserved(allocate(DEMAND, [late, soon], POLICY)) == [("soon", 10)]


def test_among_equal_expiry_the_oldest_receipt_goes_first_then_the_nearest_bin() -> None:
    new, old = row("new"), row("old", received_on=date(2025, 1, 1))
    assert reserved(allocate(DEMAND, [new, old], POLICY)) == [("old", 10)]
    far, near = row("far", walk_position=9), row("near", walk_position=2)
    assert reserved(allocate(DEMAND, [far, near], POLICY)) == [("near", 10)]


def test_a_demand_is_covered_from_several_bins_and_the_rest_is_short() -> None:
    stock = [row("b", 6, expiry=in_days(20)), row("a", 3, expiry=in_days(10))]
    allocation = allocate(DEMAND, stock, POLICY)
    assert reserved(allocation) == [("a", 3), ("b", 6)]
    assert allocation.short == 1
    assert allocation.decision.chosen == ("A-a", "A-b")


def test_goods_that_do_not_keep_long_enough_for_the_customer_are_left() -> None:
    demand = replace(DEMAND, min_shelf_life_days=30)
    allocation = allocate(demand, [row("soon", expiry=in_days(29)), row("later", expiry=in_days(30))], POLICY)
    assert reserved(allocation) == [("later", 10)]
    refused = next(one for one in allocation.decision.considered if one.candidate == "A-soon")
    assert refused.failed == ("allocation.enough_shelf_life",)


def test_expired_goods_are_never_reserved_but_on_their_last_day_they_are() -> None:
    assert reserved(allocate(DEMAND, [row("gone", expiry=in_days(-1))], POLICY)) == []
    assert reserved(allocate(DEMAND, [row("last", expiry=TODAY)], POLICY)) == [("last", 10)]


def test_held_frozen_and_other_peoples_goods_are_left() -> None:
    stock = [row(status.value, status=status) for status in StockStatus if status is not StockStatus.AVAILABLE]
    stock += [row("counted", frozen=True), row("theirs", owner="them"), row("promised", 0)]
    allocation = allocate(DEMAND, stock, POLICY)
    assert allocation.reservations == ()
    assert allocation.short == 10
    assert {one.candidate.removeprefix("A-"): one.failed for one in allocation.decision.considered} == {
        "quarantined": ("allocation.available_only",),
        "damaged": ("allocation.available_only",),
        "blocked": ("allocation.available_only",),
        "counted": ("allocation.not_frozen",),
        "theirs": ("allocation.same_owner",),
        "promised": ("allocation.something_free",),
    }


def test_a_customer_who_wants_one_lot_gets_that_lot_or_nothing() -> None:
    demand = replace(DEMAND, lot="L2")
    assert reserved(allocate(demand, [row("a", lot="L1"), row("b", 4, lot="L2")], POLICY)) == [("b", 4)]


ROWS = st.lists(
    st.builds(
        StockRow,
        key=st.uuids().map(str),
        address=st.from_regex(r"[A-C][0-9]{1,2}", fullmatch=True),
        zone=st.just("Storage"),
        owner=st.sampled_from(["us", "them"]),
        free=st.decimals(-2, 8, places=3),
        received_on=st.dates(date(2026, 1, 1), date(2026, 1, 9)),
        status=st.sampled_from(StockStatus),
        lot=st.sampled_from([None, "L1"]),
        expiry=st.none() | st.dates(in_days(-3), in_days(9)),
        frozen=st.booleans(),
        walk_position=st.none() | st.integers(0, 5),
    ),
    max_size=9,
)


@settings(max_examples=50)
@given(ROWS, st.decimals("0.001", 30, places=3), st.integers(0, 5))
def test_never_more_than_is_free_never_more_than_is_asked_and_short_is_what_is_left(
    stock: list[StockRow], quantity: Decimal, shelf_life: int
) -> None:
    demand = replace(DEMAND, quantity=quantity, min_shelf_life_days=shelf_life)
    allocation = allocate(demand, stock, POLICY)
    free = {one.key: one.free for one in stock}
    assert all(0 < one.quantity <= free[one.key] for one in allocation.reservations)
    assert len({one.key for one in allocation.reservations}) == len(allocation.reservations)
    assert sum(one.quantity for one in allocation.reservations) + allocation.short == quantity
    places = {one.key: f"{one.address} {one.lot or ''}".strip() for one in stock}
    assert allocation.decision.chosen == tuple(places[one.key] for one in allocation.reservations)


@settings(max_examples=50)
@given(ROWS, st.decimals("0.001", 30, places=3))
def test_nothing_usable_is_left_in_the_warehouse_while_a_demand_is_short(
    stock: list[StockRow], quantity: Decimal
) -> None:
    usable = sum(
        one.free
        for one in stock
        if one.status is StockStatus.AVAILABLE
        and not one.frozen
        and one.owner == "us"
        and one.free > 0
        and (one.expiry is None or one.expiry >= TODAY)
    )
    allocation = allocate(replace(DEMAND, quantity=quantity), stock, POLICY)
    assert allocation.short == max(quantity - usable, Decimal(0))


@settings(max_examples=50)
@given(ROWS, st.decimals("0.001", 30, places=3))
def test_no_bin_is_emptied_before_one_that_expires_earlier(stock: list[StockRow], quantity: Decimal) -> None:
    allocation = allocate(replace(DEMAND, quantity=quantity), stock, POLICY)
    expiry = {one.key: one.expiry or date.max for one in stock}
    order = [expiry[one.key] for one in allocation.reservations]
    assert order == sorted(order)


LIES = {
    "A1": {"free": 12, "on_hand": 12, "pack": 12, "received_on": date(2030, 1, 3), "lot": "L1", "walk_position": 9},
    "A2": {"free": 5, "on_hand": 20, "pack": 12, "received_on": date(2030, 1, 1), "lot": "L2", "walk_position": 1},
    "A3": {"free": 3, "on_hand": 3, "pack": 12, "received_on": date(2030, 1, 2), "lot": "L3", "walk_position": 5},
    "A4": {"free": 20, "on_hand": 30, "pack": 12, "received_on": date(2030, 1, 4), "lot": "L4", "walk_position": 7},
}
STRICT_LOT = {
    "name": "one_lot",
    "when": [{"field": "lot_covers", "operator": "is", "value": False}],
    "then": {"forbid": True},
}


@pytest.mark.parametrize(
    ("sort", "rules", "first"),
    [
        (["received_on"], [], "A2"),
        (["-received_on"], [], "A4"),
        (["walk_position"], [], "A2"),
        (["-empties_bin", "walk_position"], [], "A3"),
        (["-full_packaging", "walk_position"], [], "A4"),
        (["received_on"], [STRICT_LOT], "A4"),
    ],
    ids=["oldest", "newest", "nearest", "empty the bin", "full packagings", "one lot only"],
)
def test_where_goods_come_from_follows_the_rules(sort: list[str], rules: list[dict[str, object]], first: str) -> None:
    rows = [
        StockRow(key=name, address=name, zone="Z", owner="", **row)  # type: ignore[arg-type]  # as listed above
        for name, row in LIES.items()
    ]
    demand = Demand("line", "WIDGET", Decimal(14), owner="", needed_on=date(2030, 2, 1))
    found = allocate(demand, rows, FORM.read({"rules": rules, "sort": sort}))
    assert found.decision.chosen[0].split()[0] == first


def test_a_customer_may_refuse_goods_that_expire_before_what_they_got_last() -> None:
    too_old = [{"field": "older_than_last", "operator": "is", "value": True}]
    rule = {"name": "no_older", "when": too_old, "then": {"forbid": True}}
    rows = [
        StockRow(str(month), f"B{month}", "Z", "", Decimal(5), date(2029, 1, 1), expiry=date(2030, month, 1))
        for month in (3, 6)
    ]
    demand = Demand("line", "MILK", Decimal(5), "", date(2030, 1, 1), last_expiry=date(2030, 4, 1))
    found = allocate(demand, rows, FORM.read({"rules": [rule], "sort": ["expiry"]}))
    assert found.decision.chosen == ("B6",)
    assert next(one.failed for one in found.decision.considered if one.candidate == "B3") == ("no_older",)
