"""Quantities, pack factors and money are exact, or refused."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Refusal
from app.domain.values import (
    Money,
    Quantity,
    filter_words,
    format_quantity,
    from_base,
    grouped,
    in_precision,
    is_whole,
    parse_factor,
    parse_quantity,
    to_base,
    whole,
)

amounts = st.decimals(min_value=Decimal("0.000001"), max_value=Decimal(10) ** 9, places=6)
factors = st.fractions(min_value=Fraction(1, 10_000), max_value=10_000, max_denominator=10_000)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0", "quantity.zero"),
        ("0.000", "quantity.zero"),
        ("-3", "quantity.negative"),
        ("4006381333931", "quantity.absurd"),
        ("1000000000.1", "quantity.absurd"),
        ("1.2345678", "quantity.decimals"),
        ("", "quantity.unreadable"),
        ("1,000", "quantity.unreadable"),
        ("1e5", "quantity.unreadable"),
        ("NaN", "quantity.unreadable"),
        ("Infinity", "quantity.unreadable"),
        ("١٢", "quantity.unreadable"),
        ("9" * 1000, "quantity.unreadable"),
        ("1_000", "quantity.unreadable"),
    ],
)
def test_a_quantity_that_nobody_can_mean_is_refused_by_its_own_name(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_quantity(typed)
    assert refused.value.code == code


def test_a_unit_of_pieces_allows_no_decimals() -> None:
    assert parse_quantity("3.00", decimals=0) == 3
    with pytest.raises(Refusal, match=r"quantity\.decimals"):
        parse_quantity("3.5", decimals=0)


@pytest.mark.parametrize(
    ("typed", "amount"), [("12", "12"), (" 0.5 ", "0.5"), (".25", "0.25"), ("7.", "7"), ("+4", "4")]
)
def test_quantities_as_people_type_them(typed: str, amount: str) -> None:
    assert parse_quantity(typed) == Decimal(amount)


@given(amounts)
def test_a_quantity_that_is_shown_can_be_typed_again(amount: Decimal) -> None:
    shown = format_quantity(amount)
    assert parse_quantity(shown) == amount
    assert "E" not in shown
    assert not (shown.endswith("0") and "." in shown)


@pytest.mark.parametrize(("amount", "shown"), [("1E+6", "1000000"), ("12.500", "12.5"), ("-0.00", "0"), ("100", "100")])
def test_quantities_are_shown_without_zeros_at_the_end(amount: str, shown: str) -> None:
    assert format_quantity(Decimal(amount)) == shown


@given(amounts, factors)
def test_a_conversion_is_exact_both_ways_or_refused(amount: Decimal, factor: Fraction) -> None:
    try:
        base = to_base(amount, factor)
    except Refusal as refused:
        inexact = (Fraction(amount) * factor * 10**6).denominator != 1
        assert refused.code == ("quantity.not_exact" if inexact else "quantity.absurd")
        return
    assert Fraction(base) == Fraction(amount) * factor
    assert from_base(base, factor) == amount


def test_five_pieces_are_no_number_of_cases_of_twelve() -> None:
    with pytest.raises(Refusal, match=r"quantity\.not_exact"):
        from_base(Decimal(5), Fraction(12))


def test_twelve_pieces_are_one_case_also_when_the_case_is_the_base_unit() -> None:
    assert to_base(Decimal(12), parse_factor("1/12")) == 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0", "factor.not_positive"),
        ("-12", "factor.not_positive"),
        ("0/5", "factor.not_positive"),
        ("1/0", "factor.unreadable"),
        ("twelve", "factor.unreadable"),
        ("1e99999999", "factor.unreadable"),
        ("10000000000", "factor.absurd"),
    ],
)
def test_a_factor_that_no_packaging_has_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_factor(typed)
    assert refused.value.code == code


def test_quantities_are_multiples_of_the_items_precision() -> None:
    assert in_precision(Decimal("1.250"), Decimal("0.001")) == Decimal("1.25")
    with pytest.raises(Refusal, match=r"quantity\.precision"):
        in_precision(Decimal("0.5"), Decimal(1))


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1E+12", "0.0000001"])
def test_what_the_database_cannot_hold_is_no_quantity(amount: str) -> None:
    with pytest.raises(Refusal):
        Quantity(Decimal(amount), "each")


def test_quantities_of_one_unit_add_up_and_others_do_not() -> None:
    assert Quantity(Decimal(3), "each") + Quantity(Decimal("0.5"), "each") == Quantity(Decimal("3.5"), "each")
    assert str(Quantity(Decimal(3), "each") - Quantity(Decimal(5), "each")) == "-2 each"
    with pytest.raises(ValueError, match="conversion"):
        Quantity(Decimal(3), "each") + Quantity(Decimal(1), "case")


def test_money_knows_its_currency() -> None:
    assert Money(Decimal("1.10"), "EUR") + -Money(Decimal("0.10"), "EUR") == Money(Decimal(1), "EUR")
    with pytest.raises(ValueError, match="rate"):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")
    with pytest.raises(Refusal, match=r"money\.currency"):
        Money(Decimal(1), "euro")


def test_what_stands_in_quotation_marks_is_one_word_of_a_filter_and_has_to_be_all_there_is() -> None:
    assert filter_words(' r01  "rolled oats" milk') == ("r01", '"rolled oats"', "milk")
    assert filter_words(whole("PROD-1") + ' "half') == ('"PROD-1"', '"half')
    assert [is_whole(word) for word in ('"PROD-1"', '"half', "milk", '"', '""')] == [True, False, False, False, False]
    assert filter_words('"" "') == ()


def test_a_count_is_grouped_where_it_is_long_and_a_year_is_not() -> None:
    assert [grouped(2026), grouped(-10_000), grouped(1_234_567)] == ["2026", "-10\u202f000", "1\u202f234\u202f567"]
