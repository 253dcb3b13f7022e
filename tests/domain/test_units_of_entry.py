"""A quantity typed in any unit of an item: exact both ways, or refused; nothing is rounded."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Refusal
from app.domain.values import UnitOfEntry, format_quantity, from_base, parse_in_units

UNITS = {"case": Fraction(12), "pallet": Fraction(480), "third": Fraction(1, 3), "Half case": Fraction(6)}


def units(factors: dict[str, Fraction]) -> list[UnitOfEntry]:
    return [UnitOfEntry(name, factor.numerator, factor.denominator) for name, factor in factors.items()]


def typed(text: str, decimals: int = 0) -> Decimal:
    return parse_in_units(text, base="each", units=units(UNITS), decimals=decimals)


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("24", 24),
        ("2 case", 24),
        ("2CASE", 24),
        ("1.5 case", 18),
        ("1 pallet + 2 case + 3", 507),
        (" 2 half case ", 12),
        ("3 third", 1),
        ("7 each", 7),
    ],
)
def test_a_quantity_may_be_typed_in_any_unit(text: str, base: int) -> None:
    assert typed(text) == base


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 third", "quantity.not_exact"),
        ("0.3 case", "quantity.not_exact"),
        ("1 barrel", "quantity.other_unit"),
        ("1.5", "quantity.decimals"),
        ("1,5 case", "quantity.unreadable"),
        ("-1 case", "quantity.negative"),
        ("0 case", "quantity.zero"),
        ("case", "quantity.unreadable"),
        ("1 case +", "quantity.unreadable"),
        ("", "quantity.unreadable"),
        ("900000000 pallet", "quantity.absurd"),
        ("1 case case", "quantity.other_unit"),
    ],
)
def test_what_does_not_come_out_exactly_is_refused_in_its_own_words(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        typed(text)
    assert refused.value.code == code


@given(st.integers(1, 10**6), st.sampled_from(sorted(UNITS)))
def test_what_was_typed_in_a_unit_is_told_in_that_unit_again(packages: int, unit: str) -> None:
    text = f"{packages} {unit}"
    try:
        base = typed(text)
    except Refusal as refusal:
        assert refusal.code == "quantity.not_exact"
        assert packages * UNITS[unit] % 1
        return
    assert base == packages * UNITS[unit]
    assert format_quantity(from_base(base, UNITS[unit]), unit) == text


@given(
    st.lists(
        st.tuples(st.decimals("0.000001", 10**4, places=6), st.fractions(Fraction(1, 50), 500)), min_size=1, max_size=4
    ),
    st.integers(0, 6),
)
def test_a_sum_in_several_units_is_exact_or_refused(parts: list[tuple[Decimal, Fraction]], decimals: int) -> None:
    factors = {f"unit{'abcd'[n]}": factor for n, (_, factor) in enumerate(parts)}
    text = " + ".join(f"{amount:f} {unit}" for (amount, _), unit in zip(parts, factors, strict=True))
    exact = sum((Fraction(amount) * factor for amount, factor in parts), Fraction(0))
    try:
        assert Fraction(parse_in_units(text, base="each", units=units(factors), decimals=decimals)) == exact
    except Refusal as refusal:
        assert refusal.code in {"quantity.not_exact", "quantity.absurd", "quantity.decimals"}


def test_a_number_without_a_unit_is_in_the_packaging_that_was_scanned() -> None:
    assert parse_in_units("2", base="each", units=units(UNITS), decimals=0, default=Decimal(12)) == 24
    assert parse_in_units("2 each", base="each", units=units(UNITS), decimals=0, default=Decimal(12)) == 2
