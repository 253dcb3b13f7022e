"""The closed carton on the scale: is it right, and if not, which item is the likely reason.

A carton is off when it differs from its expected weight by more than the tolerance. Then every "so many of one item
too few or too many" is tried as the only cause, and every "one of the items that lie beside it instead of it"; the
likeliest are named, so that the person knows where to look.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from app.domain.packing.learning import Contents, ItemWeight
from app.domain.policies import Decision, Policy, PolicyForm, first_match

_COUNTS_BESIDE = 10
_MOST_EXTRA = 10
_TOLD_APART_SIGMAS = 3
_SWAP_DOUBT = Decimal(3).ln()
"""Who takes from the wrong bin is rarer than who miscounts: a third as likely, other things equal."""

Neighbours = Mapping[str, Sequence[tuple[str, ItemWeight]]]
"""Of an item the ones that may be taken in its stead, because they lie beside it: SKU and the weight of one piece."""


class Weighing(StrEnum):
    """How a carton's weight compares; `unknown` where an item has no weight yet: nothing can be said, only learned."""

    OK = "ok"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Carton:
    """The empty carton with its padding: mean in kg, variance in kg²."""

    tare: Decimal
    variance: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a carton should weigh: mean in kg, variance in kg², and the items whose weight nobody knows."""

    kg: Decimal
    variance: Decimal
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WeightTolerance:
    """How far a carton may be off, as a weighing rule sets it.

    A carton is off beyond `sigmas` standard deviations, but never within `floor_kg` or the share `relative` of the
    expected weight: weights in master data are rounded, and a variance learned from three pieces is a guess.
    """

    sigmas: Decimal = Decimal(3)
    floor_kg: Decimal = Decimal("0.010")
    relative: Decimal = Decimal("0.005")

    def __post_init__(self) -> None:
        if self.sigmas <= 0 or self.floor_kg <= 0 or self.relative < 0:
            raise ValueError("sigmas and floor are more than zero, the share is not negative")

    def limit(self, kg: Decimal, variance: Decimal) -> Decimal:
        """How many kg off is still right, for an expected weight and its variance."""
        return max(self.sigmas * variance.sqrt(), self.floor_kg, self.relative * kg)

    def deviation(self, kg: Decimal, variance: Decimal) -> Decimal:
        """The standard deviation in kg that this limit stands for."""
        return self.limit(kg, variance) / self.sigmas


@dataclass(frozen=True, slots=True)
class WeighFacts:
    """What a weighing rule may speak of: the carton that is to be judged."""

    expected_kg: Decimal
    pieces: Decimal
    carton: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One item that alone would explain the difference: `units` base units too few (negative) or too many.

    With `instead`, one unit of that item lies in the carton in the place of one that is missing. `left_kg` is what
    would remain unexplained.
    """

    sku: str
    units: int
    left_kg: Decimal
    instead: str = ""


@dataclass(frozen=True, slots=True)
class WeightVerdict:
    """What the scale says of a carton; weights in kg, `tolerance_kg` to either side.

    `suspects` are the likeliest causes, the first one first; more than one where the scale cannot tell them apart, none
    where no single item explains the difference. `unnoticed` are items so light that one piece more or less stays
    within the tolerance: for them the scan alone has to be trusted.
    """

    kind: Weighing
    expected_kg: Decimal
    measured_kg: Decimal
    tolerance_kg: Decimal
    suspects: tuple[Suspect, ...] = ()
    unknown: tuple[str, ...] = ()
    unnoticed: tuple[str, ...] = ()


_DEFAULT: Mapping[str, Any] = {
    "rules": [
        {
            "name": "packing.weight_tolerance",
            "when": [],
            "then": {"sigmas": "3", "floor_kg": "0.010", "relative": "0.005"},
        }
    ]
}

FORM = PolicyForm("packing", WeighFacts, WeightTolerance, _DEFAULT)
"""What a packing policy may say."""


def tolerance_for(facts: WeighFacts, policy: Policy[WeightTolerance]) -> tuple[WeightTolerance, Decision]:
    """The tolerance for a carton and the rule that set it; the built-in one where no rule holds."""
    chosen, decision = first_match(policy, facts)
    return chosen or WeightTolerance(), decision


def expected_weight(contents: Sequence[Contents], carton: Carton, scale_step_kg: Decimal = Decimal(0)) -> Expected:
    """The sum of mean × quantity and the carton's tare, with its variance.

    Pieces scatter independently (q · s²), while an error in an item's learned mean is shared by all its pieces
    (q² · s² / n); a scale that shows steps of d adds d² / 12, a rectangular distribution of half-width d / 2.
    Goods that were weighed before count with that weight, which does not scatter.
    Source: JCGM 100:2008 (GUM), 5.1.2 equation (10), 4.2.3, and 4.3.7 equation (7).
    """
    items = _by_item(contents)
    return Expected(
        kg=carton.tare + sum(map(_kg, items), Decimal(0)),
        variance=carton.variance + scale_step_kg**2 / 12 + sum(map(_scatter, items), Decimal(0)),
        unknown=tuple(one.sku for one in items if one.weight is None and one.weighed_kg is None),
    )


def _kg(item: Contents) -> Decimal:
    if item.weighed_kg is not None:
        return item.weighed_kg
    return item.quantity * item.weight.mean if item.weight else Decimal(0)


def _scatter(item: Contents, units: int = 0) -> Decimal:
    """The variance in kg² of an item with so many units more or less; of weighed goods only these units scatter."""
    if item.weight is None:
        return Decimal(0)
    if item.weighed_kg is not None:
        return _variance(Decimal(abs(units)), item.weight)
    return _variance(item.quantity + units, item.weight)


def weigh(
    expected: Expected,
    tolerance: WeightTolerance,
    measured: Decimal,
    contents: Sequence[Contents],
    neighbours: Neighbours = MappingProxyType({}),
) -> WeightVerdict:
    """Compare the measured weight (kg) with the expected one, and name the suspects where it is off."""
    limit = tolerance.limit(expected.kg, expected.variance)
    items = _by_item(contents)
    unnoticed = tuple(one.sku for one in items if one.weight and one.weight.mean <= limit)
    kind, suspects = Weighing.OK, tuple[Suspect, ...]()
    if expected.unknown:
        kind = Weighing.UNKNOWN
    elif abs(measured - expected.kg) > limit:
        kind, suspects = Weighing.OFF, _suspects(expected, tolerance, measured, items, neighbours)
    return WeightVerdict(kind, expected.kg, measured, limit, suspects, expected.unknown, unnoticed)


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """One item alone is off by `units`; `kg` is what the carton would weigh then, give or take `deviation`."""

    sku: str
    units: int
    kg: Decimal
    deviation: Decimal
    instead: str = ""

    def log_likelihood(self, measured: Decimal) -> Decimal:
        """Of the measured weight under a normal distribution, up to a constant: −ln σ − ½ ((x − μ) / σ)² − doubt."""
        doubt = _SWAP_DOUBT if self.instead else Decimal(0)
        return -self.deviation.ln() - ((measured - self.kg) / self.deviation) ** 2 / 2 - doubt


def _suspects(
    expected: Expected,
    tolerance: WeightTolerance,
    measured: Decimal,
    items: Sequence[Contents],
    neighbours: Neighbours,
) -> tuple[Suspect, ...]:
    """The likeliest count of each item, the likeliest item first; equally likely: the fewest units first.

    The best is named if it explains the weight within the tolerance, and with it all whose predicted weight lies within
    three standard deviations of it: the scale cannot tell those apart.
    """

    def rank(hypothesis: _Hypothesis) -> tuple[Decimal, int, int]:
        return -hypothesis.log_likelihood(measured), abs(hypothesis.units), hypothesis.units

    tried = [_hypotheses(one, expected, tolerance, measured) for one in items]
    tried += [[swap] for one in items for swap in _swaps(one, expected, tolerance, neighbours.get(one.sku, ()))]
    ranked = sorted((min(counts, key=rank) for counts in tried if counts), key=rank)
    if not ranked or abs(measured - ranked[0].kg) > tolerance.sigmas * ranked[0].deviation:
        return ()
    best = ranked[0]
    return tuple(
        Suspect(one.sku, one.units, measured - one.kg, one.instead)
        for one in ranked
        if abs(one.kg - best.kg) <= _TOLD_APART_SIGMAS * best.deviation
    )


def _hypotheses(item: Contents, expected: Expected, tolerance: WeightTolerance, measured: Decimal) -> list[_Hypothesis]:
    """All counts of one item that could be meant: from all missing to as many again (at least ten) too many.

    Only counts around the one that fits best are tried; the others are less likely by far.
    """
    weight = item.weight
    if weight is None:
        return []
    least, most = -int(item.quantity), max(int(item.quantity), _MOST_EXTRA)
    nearest = min(max(round((measured - expected.kg) / weight.mean), least), most)
    found = []
    for units in range(max(nearest - _COUNTS_BESIDE, least), min(nearest + _COUNTS_BESIDE, most) + 1):
        if units:
            kg = expected.kg + units * weight.mean
            variance = expected.variance - _scatter(item) + _scatter(item, units)
            found.append(_Hypothesis(item.sku, units, kg, tolerance.deviation(kg, max(variance, Decimal(0)))))
    return found


def _swaps(
    item: Contents, expected: Expected, tolerance: WeightTolerance, neighbours: Sequence[tuple[str, ItemWeight]]
) -> list[_Hypothesis]:
    """One unit of the item is one of its neighbours in truth."""
    weight = item.weight
    if weight is None or item.quantity < 1:
        return []
    found = []
    for sku, other in neighbours:
        kg = expected.kg - weight.mean + other.mean
        without = expected.variance - _scatter(item) + _scatter(item, -1)
        variance = max(without + _variance(Decimal(1), other), Decimal(0))
        found.append(_Hypothesis(item.sku, -1, kg, tolerance.deviation(kg, variance), sku))
    return found


def _variance(quantity: Decimal, weight: ItemWeight) -> Decimal:
    shared = quantity**2 * weight.variance / weight.n if weight.n else Decimal(0)
    return quantity * weight.variance + shared


def _by_item(contents: Sequence[Contents]) -> list[Contents]:
    """One entry an item: the error of a learned mean is shared by all its pieces, on whichever line they stand.

    Its goods count as weighed where all of them are.
    """
    items: dict[str, Contents] = {}
    for one in contents:
        if one.quantity > 0:
            before = items.get(one.sku, Contents(one.sku, Decimal(0), one.weight, Decimal(0)))
            known = before.weighed_kg is not None and one.weighed_kg is not None
            weighed = before.weighed_kg + one.weighed_kg if known else None  # type: ignore[operator]  # both are known
            items[one.sku] = Contents(one.sku, before.quantity + one.quantity, one.weight, weighed)
    return list(items.values())


def weight_content(parcel: UUID, seen: str, kg: Decimal, *, manual: bool, reason: str) -> str:
    """What a supervisor approves of a carton's weight (kg), as the hash that `close_parcel` asks for.

    `seen` stands for the goods that were in it then: with others the approval is worth nothing.
    """
    shown = f"{kg.normalize():f}"
    return hashlib.sha256(f"{parcel}|{seen}|{shown}|{'t' if manual else 'f'}|{reason}".encode()).hexdigest()
