"""Receiving: what may be booked, in which status, and what two codes tell together."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.policies import Answer
from app.domain.receiving import (
    FORM,
    Acceptance,
    Collected,
    Conflict,
    LineFacts,
    ReceiptVerdict,
    StockStatus,
    accept,
)
from app.domain.scanning import Candidate, CodeKind, Reading

TODAY = date(2026, 7, 1)
POLICY = FORM.default_policy()
STRICT = FORM.read({"rules": [{"name": "strict", "then": {"hold_expired": False}}]})
LINE = LineFacts("PROD-001", ordered=Decimal(100), received=Decimal(0), today=TODAY)
CASE = Candidate(CodeKind.ITEM, UUID(int=1), "PROD-001", uom="Case", factor=Decimal(12))
PIECE = Candidate(CodeKind.ITEM, UUID(int=1), "PROD-001", uom="Each")
OTHER = Candidate(CodeKind.ITEM, UUID(int=2), "PROD-002", uom="Each")


def judged(acceptance: Acceptance) -> tuple[ReceiptVerdict, Answer]:
    return acceptance.verdict.kind, acceptance.verdict.answer


def receive(quantity: object, **facts: object) -> Acceptance:
    line = replace(LINE, **facts)  # type: ignore[arg-type]  # the tests name fields of LineFacts
    return accept(line, Decimal(str(quantity)), POLICY)


def test_what_was_ordered_is_available_stock() -> None:
    acceptance = receive(100)
    assert judged(acceptance) == (ReceiptVerdict.OK, Answer.ACCEPT)
    assert (acceptance.status, acceptance.held) == (StockStatus.AVAILABLE, None)


@pytest.mark.parametrize(
    ("quantity", "kind"),
    [
        ("0", ReceiptVerdict.NOT_POSITIVE),
        ("-1", ReceiptVerdict.NOT_POSITIVE),
        ("NaN", ReceiptVerdict.NOT_POSITIVE),
        ("Infinity", ReceiptVerdict.NOT_POSITIVE),
        ("1.5", ReceiptVerdict.BROKEN_UNIT),
        ("4006381333931", ReceiptVerdict.ABSURD),
        ("1E+40", ReceiptVerdict.ABSURD),
    ],
)
def test_quantities_that_cannot_be_meant_are_refused(quantity: str, kind: ReceiptVerdict) -> None:
    assert judged(receive(quantity, ordered=None)) == (kind, Answer.REFUSE)


def test_goods_measured_in_kilograms_may_be_booked_in_their_own_steps() -> None:
    assert receive("1.500", step=Decimal("0.001")).verdict.kind is ReceiptVerdict.OK
    assert receive("1.5005", step=Decimal("0.001")).verdict.kind is ReceiptVerdict.BROKEN_UNIT


def test_a_little_more_than_ordered_is_confirmed_by_a_second_scan() -> None:
    acceptance = receive(15, received=Decimal(90))
    assert judged(acceptance) == (ReceiptVerdict.OVER_WITHIN_TOLERANCE, Answer.CONFIRM)
    assert acceptance.verdict.facts["over"] == 5
    assert acceptance.decision.chosen == ("receiving.five_percent_over",)


def test_much_more_than_ordered_is_refused() -> None:
    assert judged(receive(16, received=Decimal(90))) == (ReceiptVerdict.OVER, Answer.REFUSE)


def test_a_blind_receipt_knows_no_too_many() -> None:
    assert receive(5000, ordered=None).verdict.kind is ReceiptVerdict.OK


@pytest.mark.parametrize(
    ("needs", "has", "kind"),
    [
        ({"needs_lot": True}, {"lot": "L1"}, ReceiptVerdict.LOT_MISSING),
        ({"needs_serial": True}, {"serial": "S1"}, ReceiptVerdict.SERIAL_MISSING),
        ({"needs_expiry": True}, {"expiry": date(2027, 1, 1)}, ReceiptVerdict.EXPIRY_MISSING),
    ],
)
def test_goods_without_the_lot_serial_or_expiry_they_need_are_refused(
    needs: dict[str, object], has: dict[str, object], kind: ReceiptVerdict
) -> None:
    assert judged(receive(1, **needs)) == (kind, Answer.REFUSE)
    assert receive(1, **needs, **has).verdict.kind is ReceiptVerdict.OK


def test_expired_goods_are_held_or_refused_as_the_policy_says() -> None:
    yesterday = TODAY - timedelta(days=1)
    held = receive(1, expiry=yesterday)
    assert judged(held) == (ReceiptVerdict.EXPIRED_HELD, Answer.ACCEPT)
    assert held.status is StockStatus.QUARANTINED
    assert judged(accept(replace(LINE, expiry=yesterday), Decimal(1), STRICT)) == (
        ReceiptVerdict.EXPIRED,
        Answer.REFUSE,
    )
    assert receive(1, expiry=TODAY).status is StockStatus.AVAILABLE


def test_goods_below_the_minimum_shelf_life_are_held() -> None:
    short = receive(1, expiry=TODAY + timedelta(days=29), min_shelf_life_days=30)
    assert (short.verdict.kind, short.status) == (ReceiptVerdict.SHORT_SHELF_LIFE, StockStatus.QUARANTINED)
    assert short.verdict.facts["days_left"] == 29
    assert receive(1, expiry=TODAY + timedelta(days=30), min_shelf_life_days=30).status is StockStatus.AVAILABLE


def test_too_many_of_goods_that_must_be_held_are_confirmed_and_still_held() -> None:
    both = receive(105, expiry=TODAY - timedelta(days=1))
    assert judged(both) == (ReceiptVerdict.OVER_WITHIN_TOLERANCE, Answer.CONFIRM)
    assert (both.status, both.held) == (StockStatus.QUARANTINED, ReceiptVerdict.EXPIRED_HELD)


def test_damaged_goods_are_booked_as_damaged_whatever_their_shelf_life() -> None:
    line = replace(LINE, expiry=TODAY - timedelta(days=1))
    damaged = accept(line, Decimal(1), STRICT, damaged=True)
    assert (damaged.verdict.kind, damaged.status) == (ReceiptVerdict.OK, StockStatus.DAMAGED)


def test_without_any_rule_nothing_more_than_ordered_is_taken() -> None:
    assert accept(LINE, Decimal(101), FORM.read({"rules": []})).verdict.kind is ReceiptVerdict.OVER


@given(
    st.integers(1, 500),
    st.integers(0, 600),
    st.integers(1, 600),
    st.decimals(0, 50, places=1),
    st.integers(0, 20),
)
def test_tolerance_is_a_band_above_the_order_and_nothing_below_it_is_questioned(
    ordered: int, received: int, quantity: int, percent: Decimal, units: int
) -> None:
    rules = [{"name": "r", "then": {"over_percent": str(percent), "over_units": units}}]
    line = replace(LINE, ordered=Decimal(ordered), received=Decimal(received))
    answer = accept(line, Decimal(quantity), FORM.read({"rules": rules})).verdict.answer
    total = received + quantity
    band = max(Decimal(ordered) * percent, Decimal(100 * units))
    expected = (
        Answer.ACCEPT if total <= ordered else Answer.CONFIRM if 100 * (total - ordered) <= band else Answer.REFUSE
    )
    assert answer is expected


def test_two_codes_of_one_case_tell_item_lot_expiry_and_quantity_together() -> None:
    first = Collected().merge(Reading("1", (CASE,), lot="L1"))
    assert isinstance(first, Collected)
    assert first.base_quantity is None
    both = first.merge(Reading("2", expiry=date(2027, 1, 31), quantity=Decimal(3)))
    assert both == Collected(item=CASE, lot="L1", expiry=date(2027, 1, 31), count=Decimal(3))
    assert isinstance(both, Collected)
    assert both.base_quantity == 36


@pytest.mark.parametrize(
    ("reading", "conflict"),
    [
        (Reading("x", lot="L2"), Conflict("lot", held="L1", scanned="L2")),
        (Reading("x", (OTHER,)), Conflict("item", held="PROD-001 Case", scanned="PROD-002 Each")),
        (Reading("x", expiry=date(2028, 1, 1)), Conflict("expiry", held="2027-01-31", scanned="2028-01-01")),
    ],
)
def test_a_code_that_contradicts_what_was_scanned_changes_nothing_and_says_what(
    reading: Reading, conflict: Conflict
) -> None:
    held = Collected(item=CASE, lot="L1", expiry=date(2027, 1, 31))
    assert held.merge(reading) == conflict


def test_several_possible_items_are_narrowed_by_the_item_in_hand_or_asked() -> None:
    ambiguous = Reading("x", (CASE, OTHER), lot="L1")
    assert Collected(item=CASE).merge(ambiguous) == Collected(item=CASE, lot="L1")
    assert Collected().merge(ambiguous) == Conflict("item", held="", scanned="PROD-001, PROD-002")


def test_codes_of_other_things_add_nothing() -> None:
    location = Candidate(CodeKind.LOCATION, UUID(int=9), "WH001-REC-R01")
    assert Collected(item=PIECE).merge(Reading("x", (location,))) == Collected(item=PIECE)


READINGS = st.builds(
    Reading,
    raw=st.just("x"),
    candidates=st.sampled_from([(), (CASE,), (OTHER,)]),
    lot=st.sampled_from([None, "L1", "L2"]),
    expiry=st.sampled_from([None, TODAY]),
    quantity=st.sampled_from([None, Decimal(2), Decimal(3)]),
)


@given(READINGS, READINGS)
def test_the_order_of_two_codes_does_not_matter(one: Reading, other: Reading) -> None:
    def both(first: Reading, second: Reading) -> Collected | Conflict:
        begun = Collected().merge(first)
        assert isinstance(begun, Collected)
        return begun.merge(second)

    forth, back = both(one, other), both(other, one)
    assert isinstance(forth, Collected) is isinstance(back, Collected)
    if isinstance(forth, Collected):
        assert forth == back
        assert forth.merge(one) == forth
