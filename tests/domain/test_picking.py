"""Picking: the walk, and what a scan means at the bin."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.picking import (
    Ground,
    Pick,
    PickVerdict,
    in_walking_order,
    load_of,
    match_bin,
    match_goods,
)
from app.domain.policies import Answer
from app.domain.sites.layout import Stop
from app.domain.sites.places import Aisle, AisleKind
from app.domain.walking import Load

TODAY = date(2026, 7, 1)
PICK = Pick("t1", "PROD-001", "WH001-STO-A05", "Storage", Decimal(10), lot="L1", expiry=TODAY + timedelta(days=9))


def test_picks_are_walked_by_walk_position_then_as_people_count_addresses() -> None:
    picks = [
        replace(PICK, id="no position", address="A1"),
        replace(PICK, id="third", address="A10", walk_position=2),
        replace(PICK, id="second", address="A9", walk_position=2),
        replace(PICK, id="first", address="Z1", walk_position=0),
    ]
    assert [pick.id for pick in in_walking_order(picks)] == ["first", "second", "third", "no position"]


@given(st.permutations(["A1", "A2", "A10", "B1"]))
def test_the_walk_does_not_depend_on_the_order_in_which_tasks_came(addresses: list[str]) -> None:
    picks = [replace(PICK, id=address, address=address) for address in addresses]
    assert [pick.id for pick in in_walking_order(picks)] == ["A1", "A2", "A10", "B1"]


def drawn(pick_id: str, x_mm: int, quantity: int = 1, load: Load = Load.ANY) -> Pick:
    return replace(PICK, id=pick_id, quantity=Decimal(quantity), stop=Stop(UUID(int=x_mm), x_mm, 0), load=load)


AISLE = Ground((Aisle("A", 0, 0, 20_000, 0, id=UUID(int=1)), Aisle("B", 0, 5_000, 20_000, 5_000, id=UUID(int=2)),
                Aisle("X", 0, 0, 0, 5_000, AisleKind.CROSS), Aisle("Y", 20_000, 0, 20_000, 5_000, AisleKind.CROSS)),
               packing=(0, 0))  # fmt: skip


def test_on_a_plan_the_walk_is_the_shortest_and_bins_that_are_not_drawn_come_last() -> None:
    picks = [replace(PICK, id="somewhere", walk_position=0), drawn("far", 9_000), drawn("near", 2_000)]
    assert {pick.id for pick in in_walking_order(picks, AISLE)[:2]} == {"near", "far"}
    assert in_walking_order(picks, AISLE)[2].id == "somewhere"


def test_a_walk_that_goes_both_ways_begins_where_picks_are_done() -> None:
    for done in (2_000, 9_000):
        picks = [drawn(str(x), x, 0 if x == done else 1) for x in (2_000, 5_000, 9_000)]
        assert in_walking_order(picks, AISLE)[0].id == str(done)


def test_what_is_heavy_goes_on_the_cart_before_what_is_fragile() -> None:
    assert load_of(Decimal(12), fragile=False) is Load.HEAVY
    assert load_of(Decimal(12), fragile=True) is Load.FRAGILE
    assert load_of(None, fragile=False) is Load.ANY
    picks = [drawn("glass", 2_000, load=Load.FRAGILE), drawn("anvil", 15_000, load=Load.HEAVY)]
    assert [pick.id for pick in in_walking_order(picks, AISLE)] == ["anvil", "glass"]


def test_the_bin_of_the_task_is_right() -> None:
    verdict = match_bin(PICK, address="WH001-STO-A05", zone="Storage", holds_item=True)
    assert (verdict.kind, verdict.answer) == (PickVerdict.MATCH, Answer.ACCEPT)


def test_another_bin_of_the_zone_that_holds_the_item_must_be_scanned_twice() -> None:
    verdict = match_bin(PICK, address="WH001-STO-A06", zone="Storage", holds_item=True)
    assert (verdict.kind, verdict.answer) == (PickVerdict.OTHER_BIN_SAME_ZONE, Answer.CONFIRM)
    assert verdict.facts == {"wanted": "WH001-STO-A05", "scanned": "WH001-STO-A06", "sku": "PROD-001"}


@pytest.mark.parametrize(("zone", "holds_item"), [("Shipping", True), ("Storage", False)])
def test_a_bin_elsewhere_or_without_the_item_is_wrong(zone: str, holds_item: bool) -> None:
    verdict = match_bin(PICK, address="WH001-SHI-S01", zone=zone, holds_item=holds_item)
    assert (verdict.kind, verdict.answer) == (PickVerdict.WRONG_BIN, Answer.REFUSE)


def test_the_item_of_the_task_is_right_with_its_lot_or_without_one_in_the_code() -> None:
    for lot in ("L1", None):
        verdict = match_goods(PICK, sku="PROD-001", today=TODAY, lot=lot)
        assert (verdict.kind, verdict.answer) == (PickVerdict.MATCH, Answer.ACCEPT)


def test_a_task_without_a_lot_takes_any_lot() -> None:
    assert match_goods(replace(PICK, lot=None), sku="PROD-001", today=TODAY, lot="L7").kind is PickVerdict.MATCH


def test_another_item_is_refused_and_both_are_named() -> None:
    verdict = match_goods(PICK, sku="PROD-002", today=TODAY, lot="L1")
    assert (verdict.kind, verdict.answer) == (PickVerdict.WRONG_ITEM, Answer.REFUSE)
    assert verdict.facts == {"wanted": "PROD-001", "scanned": "PROD-002"}


def test_another_lot_of_the_item_swaps_on_a_second_scan() -> None:
    verdict = match_goods(PICK, sku="PROD-001", today=TODAY, lot="L2")
    assert (verdict.kind, verdict.answer) == (PickVerdict.OTHER_LOT, Answer.CONFIRM)


def test_expired_goods_are_refused_even_as_another_lot() -> None:
    yesterday = TODAY - timedelta(days=1)
    assert match_goods(PICK, sku="PROD-001", today=TODAY, lot="L2", expiry=yesterday).kind is PickVerdict.EXPIRED
    assert match_goods(replace(PICK, expiry=yesterday), sku="PROD-001", today=TODAY).kind is PickVerdict.EXPIRED
    assert match_goods(replace(PICK, expiry=TODAY), sku="PROD-001", today=TODAY).kind is PickVerdict.MATCH
