"""What is looked at on each piece of a sample: a question that is answered with yes or no, or a measured value.

A piece is defective when one of its checks fails. What a check demands is copied into each inspection when it is
opened, so that what was asked then stays what it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.domain.errors import Refusal

_DIGITS = 12
_MOST_CHECKS = 40


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at; `measured` with a `unit` and limits that still pass, else answered with yes (it is well).

    `photo`: a picture is wanted where it fails.
    """

    name: str
    measured: bool = False
    unit: str = ""
    nominal: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    photo: bool = False

    def passes(self, value: Decimal) -> bool:
        """Whether a measured value lies within the limits; both of them still pass."""
        return (self.lower is None or value >= self.lower) and (self.upper is None or value <= self.upper)

    @property
    def limits(self) -> str:
        """The limits as people write them, such as `9.8 – 10.2 mm`, `≤ 4 °C`; empty where there are none."""
        if self.lower is not None and self.upper is not None:
            span = f"{self.lower} – {self.upper}"
        elif self.lower is not None:
            span = f"≥ {self.lower}"
        else:
            span = f"≤ {self.upper}" if self.upper is not None else ""
        return f"{span} {self.unit}".strip() if span else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one check of one piece came to: well or not, and the value where it was measured."""

    check: int
    good: bool
    value: Decimal | None = None


def checked(checks: Sequence[Check]) -> tuple[Check, ...]:
    """The checks of a list as they may be kept.

    Refuses `quality.check_nameless`, `quality.check_twice`, `quality.check_limits` and `quality.too_many_checks`.
    """
    names: set[str] = set()
    for each in checks:
        if not each.name.strip():
            raise Refusal("quality.check_nameless")
        if each.name.casefold() in names:
            raise Refusal("quality.check_twice", name=each.name)
        names.add(each.name.casefold())
        if each.measured and not _sensible(each):
            raise Refusal("quality.check_limits", name=each.name)
    if len(checks) > _MOST_CHECKS:
        raise Refusal("quality.too_many_checks", most=_MOST_CHECKS)
    return tuple(checks)


def _sensible(check: Check) -> bool:
    """A measured check has a limit at least, the lower is not above the upper, and the nominal value passes itself."""
    if check.lower is None and check.upper is None:
        return False
    in_order = check.lower is None or check.upper is None or check.lower <= check.upper
    return in_order and (check.nominal is None or check.passes(check.nominal))


def measured(text: str) -> Decimal:
    """A value as it was typed or sent by a gauge, with a point or a comma; refuses `quality.not_a_number`."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise Refusal("quality.not_a_number", text=text) from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** _DIGITS:
        raise Refusal("quality.not_a_number", text=text)
    return value
