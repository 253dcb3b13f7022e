"""When a reading may be taken as a parcel's weight."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scales.reading import Capture, CaptureRule, WeightKind, WeightReading


def reading(
    value: str | None, *, at: float = 1.0, unit: str | None = "kg", stable: bool = True, **flags: bool
) -> WeightReading:
    number = None if value is None else Decimal(value)
    return WeightReading(
        number, unit, stable, WeightKind.NET, b"", at, int(at * 10), zero=number == 0, motion=not stable, **flags
    )


def test_a_parcel_on_an_empty_scale_is_weighed_once() -> None:
    rule = CaptureRule()
    assert rule.judge(reading("0.000")) is Capture.NOTHING_THERE
    assert rule.judge(reading("0.800", stable=False)) is Capture.NOT_STABLE
    assert rule.judge(reading("1.250")) is Capture.READY
    rule.taken()
    assert rule.judge(reading("1.250")) is Capture.SAME_WEIGHT


def test_the_next_parcel_needs_an_empty_scale_before_it() -> None:
    rule = CaptureRule()
    rule.judge(reading("1.250"))
    rule.taken()
    assert rule.judge(reading("2.000")) is Capture.SAME_WEIGHT
    assert rule.judge(reading("0.000", stable=False)) is Capture.NOT_STABLE
    assert rule.judge(reading("2.000")) is Capture.SAME_WEIGHT
    assert rule.judge(reading("0.000")) is Capture.NOTHING_THERE
    assert rule.judge(reading("2.000")) is Capture.READY


def test_a_parcel_that_is_weighed_again_may_stay_on_the_scale_while_something_is_put_in() -> None:
    rule = CaptureRule(Decimal("0.005"))
    rule.request(at=0.0, about="carton 1")
    assert rule.judge(reading("1.250")) is Capture.READY
    rule.taken()
    rule.request(at=0.0, about="carton 1")
    assert rule.judge(reading("1.253")) is Capture.SAME_WEIGHT, "nothing was put in"
    assert rule.judge(reading("1.610")) is Capture.READY
    rule.request(at=0.0, about="carton 2")
    assert rule.judge(reading("1.610")) is Capture.SAME_WEIGHT, "the carton before lies there still"


def test_the_first_parcel_after_the_start_may_lie_there_already() -> None:
    assert CaptureRule().judge(reading("1.250")) is Capture.READY


def test_a_weight_from_before_the_request_is_too_old() -> None:
    rule = CaptureRule()
    rule.request(at=5.0)
    assert rule.judge(reading("1.250", at=4.9)) is Capture.TOO_OLD
    assert rule.judge(reading("1.250", at=5.0)) is Capture.TOO_OLD
    assert rule.judge(reading("1.250", at=5.1)) is Capture.READY


@pytest.mark.parametrize(
    "bad",
    [
        reading(None, unit=None, stable=False, over=True),
        reading(None, unit=None, stable=False, under=True),
        reading(None, unit=None, stable=False, not_ready=True),
        reading(None, unit=None, stable=False, fault=True),
    ],
)
def test_without_a_weight_nothing_is_taken_and_nothing_counts_as_empty(bad: WeightReading) -> None:
    rule = CaptureRule()
    rule.taken()
    assert rule.judge(bad) is Capture.NO_WEIGHT
    assert rule.judge(reading("1.250")) is Capture.SAME_WEIGHT


def test_an_unknown_unit_is_not_taken() -> None:
    assert CaptureRule().judge(reading("1.250", unit=None)) is Capture.UNIT_UNKNOWN


def test_a_negative_weight_is_not_taken() -> None:
    assert CaptureRule().judge(reading("-0.100")) is Capture.NOTHING_THERE


def test_dust_on_the_platform_counts_as_empty_within_the_band() -> None:
    strict, tolerant = CaptureRule(), CaptureRule(zero_band_kg=Decimal("0.005"))
    for rule in (strict, tolerant):
        rule.judge(reading("1.250"))
        rule.taken()
        rule.judge(reading("0.004"))
    assert strict.judge(reading("1.250")) is Capture.SAME_WEIGHT
    assert tolerant.judge(reading("1.250")) is Capture.READY


weights = st.sampled_from(["0.000", "1.250", "2.000", None])


@given(st.lists(st.tuples(weights, st.booleans()), max_size=40))
def test_between_two_weights_taken_there_is_always_a_stable_zero(course: list[tuple[str | None, bool]]) -> None:
    rule = CaptureRule()
    empty_since_last = True
    for value, stable in course:
        empty_since_last = empty_since_last or (value == "0.000" and stable)
        if rule.judge(reading(value, stable=stable)) is Capture.READY:
            assert empty_since_last
            assert stable
            rule.taken()
            empty_since_last = False
