"""Quantities of goods: decimal amounts of a unit, and exact conversion between packagings.

Amounts fit the database's numeric(18,6): at most twelve digits before the point and six after it. Binary floating
point never occurs: a twelfth of a case is kept as the fraction 1/12, and what cannot be said exactly is refused.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from app.domain.errors import Refusal

MAX_DECIMALS = 6
MOST_TYPED = Decimal(10) ** 9
"""More than a person means: above it, a barcode was scanned or typed into the box for the quantity."""

_LIMIT = Decimal(10) ** 12
_LARGEST_PART = 10**15  # numerator and denominator of a factor are kept as 64-bit integers
_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z")
_FRACTION = re.compile(r"[0-9]{1,13}/[0-9]{1,13}\Z")
_LONGEST_NUMBER = 60
_GROUPED_FROM = 10_000  # years and the like stay as they are
_WITH_UNIT = re.compile(r"\s*(?P<number>[+-]?[0-9.,]+)\s*(?P<unit>[^\W\d].*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many of one unit, for example 24 each. Amounts may be negative (a difference), never inexact."""

    amount: Decimal
    unit: str

    def __post_init__(self) -> None:
        checked_amount(self.amount)

    def __add__(self, other: "Quantity") -> "Quantity":
        return Quantity(_exactly(self.amount, other.amount), self._shared_unit(other))

    def __sub__(self, other: "Quantity") -> "Quantity":
        return Quantity(_exactly(self.amount, other.amount.copy_negate()), self._shared_unit(other))

    def __str__(self) -> str:
        return f"{format_quantity(self.amount)} {self.unit}".rstrip()

    def _shared_unit(self, other: "Quantity") -> str:
        if self.unit != other.unit:
            message = f"{self.unit} and {other.unit} cannot be added without a conversion"
            raise ValueError(message)
        return self.unit


def checked_amount(amount: Decimal) -> Decimal:
    """The amount itself, if stock can be kept in it.

    Refuses `quantity.unreadable` (infinite or not a number), `quantity.decimals` (more than six places) and
    `quantity.absurd` (10^12 and more).
    """
    if not amount.is_finite():
        raise Refusal("quantity.unreadable", text=str(amount))
    if amount and amount.adjusted() >= 12:
        raise Refusal("quantity.absurd", text=str(amount), most=format_quantity(_LIMIT))
    if decimals_of(amount) > MAX_DECIMALS:
        raise Refusal("quantity.decimals", text=str(amount), most=MAX_DECIMALS)
    return amount


def decimals_of(amount: Decimal) -> int:
    """How many places after the point the amount needs; zeros at the end do not count."""
    _, digits, exponent = amount.as_tuple()
    assert isinstance(exponent, int)
    if not amount or exponent >= 0:
        return 0
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(0, -(exponent + zeros))


def parse_quantity(text: str, *, decimals: int = MAX_DECIMALS) -> Decimal:
    """The quantity that a person typed, in the unit on the screen: a positive number with a decimal point.

    `decimals` is how many places the unit allows. Refuses `quantity.unreadable`, `quantity.zero`,
    `quantity.negative`, `quantity.decimals` and `quantity.absurd` (more than 10^9). A comma is refused, because
    1,000 means one thing in one country and another in the next.
    """
    amount = _number(text)
    if amount < 0:
        raise Refusal("quantity.negative", text=text.strip())
    if not amount:
        raise Refusal("quantity.zero", text=text.strip())
    if amount > MOST_TYPED:
        raise Refusal("quantity.absurd", text=text.strip(), most=format_quantity(MOST_TYPED))
    if decimals_of(amount) > decimals:
        raise Refusal("quantity.decimals", text=text.strip(), most=decimals)
    return amount


@dataclass(frozen=True, slots=True)
class UnitOfEntry:
    """An alternate unit of an item: `numerator / denominator` base units in one `unit`, exactly."""

    unit: str
    numerator: int
    denominator: int = 1

    @property
    def factor(self) -> Fraction:
        """Base units in one."""
        return Fraction(self.numerator, self.denominator)


def parse_in_units(
    text: str,
    *,
    base: str,
    units: Sequence[UnitOfEntry],
    decimals: int = MAX_DECIMALS,
    default: Fraction | Decimal = Fraction(1),
) -> Decimal:
    """A typed quantity in base units: `24`, or in any packaging of the item, `2 case`, `1.5 case + 3 each`.

    A number without a unit is in `default` base units a piece: the packaging that was scanned, if one was.
    `decimals` is how many places the base unit allows. Refuses what `parse_quantity` refuses, `quantity.other_unit`
    (not a packaging of this item), and `quantity.not_exact` where the packagings do not make whole base units:
    nothing is rounded.
    """
    known = {one.unit.casefold(): one.factor for one in units} | {base.casefold(): Fraction(1)}
    total = Decimal(0)
    for part in text.split("+"):
        found = _WITH_UNIT.match(part)
        number, unit = (found["number"], found["unit"].strip()) if found else (part, "")
        factor = known.get(unit.casefold()) if unit else Fraction(default)
        if factor is None:
            raise Refusal("quantity.other_unit", unit=unit, units=", ".join((base, *(one.unit for one in units))))
        amount = to_base(parse_quantity(number), factor)
        if decimals_of(amount) > decimals and factor != 1:
            raise Refusal("quantity.not_exact", quantity=number.strip())
        total = _exactly(total, amount)
    return parse_quantity(format_quantity(total), decimals=decimals)


def _number(text: str) -> Decimal:
    stripped = text.strip()
    if len(stripped) > _LONGEST_NUMBER or not _PLAIN_NUMBER.match(stripped):
        raise Refusal("quantity.unreadable", text=stripped[:_LONGEST_NUMBER])
    return Decimal(stripped)


@functools.lru_cache(maxsize=1024)
@functools.lru_cache(maxsize=1024)  # of a long list, most say the same
def parse_factor(text: str) -> Fraction:
    """How many base units one packaging holds, exactly: `12`, `0.5` or `1/12`.

    Refuses `factor.unreadable`, `factor.not_positive` and `factor.absurd` (above 10^9, below
    10^-9, or with more than 15 digits).
    """
    stripped = text.strip()
    if _FRACTION.match(stripped):
        above, below = (int(part) for part in stripped.split("/"))
        if not below:
            raise Refusal("factor.unreadable", text=stripped)
        factor = Fraction(above, below)
    elif len(stripped) <= _LONGEST_NUMBER and _PLAIN_NUMBER.match(stripped):
        factor = Fraction(Decimal(stripped))
    else:
        raise Refusal("factor.unreadable", text=stripped[:_LONGEST_NUMBER])
    if factor <= 0:
        raise Refusal("factor.not_positive", text=stripped)
    within = 1 / Fraction(MOST_TYPED) <= factor <= Fraction(MOST_TYPED)
    if not within or max(factor.numerator, factor.denominator) > _LARGEST_PART:
        raise Refusal("factor.absurd", text=stripped)
    return factor


def to_base(amount: Decimal, factor: Fraction) -> Decimal:
    """So many packages in base units, exactly; `factor` is base units a package.

    Refuses `quantity.not_exact` where six decimals cannot say it (one twelfth of a case).
    """
    return _exact_decimal(Fraction(amount) * factor, amount, factor)


def from_base(amount: Decimal, factor: Fraction) -> Decimal:
    """So many base units in packages, exactly; refuses `quantity.not_exact` (five pieces in cases of twelve)."""
    return _exact_decimal(Fraction(amount) / factor, amount, factor)


def in_precision(amount: Decimal, precision: Decimal) -> Decimal:
    """The amount, if it is a whole multiple of the item's precision (1 for pieces, 0.001 for grams in kilograms).

    Refuses `quantity.precision`.
    """
    if Fraction(amount) % Fraction(precision):
        raise Refusal("quantity.precision", text=format_quantity(amount), precision=format_quantity(precision))
    return amount


def format_quantity(amount: Decimal, unit: str = "") -> str:
    """The amount as people write it: no zeros at the end, no exponent, the unit behind it where one is given."""
    plain = f"{amount:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    plain = "0" if plain in ("-0", "") else plain
    return f"{plain} {unit}".rstrip()


def grouped(count: int) -> str:
    """A count as people read it: from ten thousand on in groups of three digits, which no line break parts."""
    return f"{count:,}".replace(",", "\u202f") if abs(count) >= _GROUPED_FROM else str(count)


def _exact_decimal(value: Fraction, amount: Decimal, factor: Fraction) -> Decimal:
    millionths = value * 10**MAX_DECIMALS
    if millionths.denominator != 1:
        raise Refusal("quantity.not_exact", quantity=format_quantity(amount))
    with localcontext(prec=60):
        return checked_amount(Decimal(format_quantity(Decimal(millionths.numerator).scaleb(-MAX_DECIMALS))))


def _exactly(left: Decimal, right: Decimal) -> Decimal:
    with localcontext(prec=60):
        return left + right
