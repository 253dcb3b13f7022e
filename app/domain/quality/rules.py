"""Inspection plans as rules: which goods are looked at when they come, how much of them, and by which checklist."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Any

from app.domain.policies import Decision, Policy, PolicyForm, first_match
from app.domain.quality.sampling import (
    AQLS,
    Level,
    SamplingPlan,
    Severity,
    plan_for,
    whole,
)
from app.domain.quality.switching import Lot, Standing, skips_next, standing_after


class Method(StrEnum):
    """How much is looked at: nothing, every piece, a sample, or a sample of some lots only."""

    NONE = "none"
    ALL = "all"
    SAMPLE = "sample"
    SKIP_LOT = "skip_lot"


@dataclass(frozen=True, slots=True)
class InspectionFacts:
    """What an inspection rule may speak of: goods of one lot as they come, and what came before of them.

    `partner` is the supplier's code, `quantity` what was ordered on the line that they come on, in base units.
    `lots_before` counts the lots of this item from this supplier that were looked at or skipped; `rejected_before`
    those that did not pass.
    """

    sku: str
    category: str
    partner: str
    tracking: str
    hazard: str
    quantity: Decimal
    lots_before: int = 0
    rejected_before: int = 0


@dataclass(frozen=True, slots=True)
class InspectionRule:
    """What a rule may set.

    `level` and `aql` choose the plan (ISO 2859-1). `checklist` is the name of what is looked at; empty: good or
    defective. `reduced`: less may be looked at after good lots. Skip-lot: after so many lots in a row that passed
    (`qualifies_after`), one lot in `one_in` is looked at.
    """

    method: Method = Method.NONE
    level: Level = Level.II
    aql: Decimal = Decimal("1.0")
    checklist: str = ""
    reduced: bool = True
    qualifies_after: int = 10
    one_in: int = 4

    def __post_init__(self) -> None:
        if self.aql not in AQLS or self.qualifies_after < 1 or self.one_in < 1:
            raise ValueError("not a plan of the standard")


_DEFAULT: Mapping[str, Any] = {"rules": [{"name": "quality.nothing", "when": [], "then": {"method": "none"}}]}
FORM = PolicyForm("quality", InspectionFacts, InspectionRule, _DEFAULT)
"""What an inspection policy may say. As delivered nothing is looked at."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Goods that come are to be looked at, or are let by this time (`skipped`).

    `why` says which rule wants it, `severity` is where the supplier stands now.
    """

    rule: InspectionRule
    severity: Severity
    skipped: bool
    why: Decision

    def plan(self, quantity: Decimal) -> SamplingPlan:
        """How many pieces of a lot of so many base units; a begun base unit counts as a piece."""
        return plan_of_lot(self.rule.method, self.rule.level, self.rule.aql, self.severity, quantity)


def plan_of_lot(method: Method, level: Level, aql: Decimal, severity: Severity, quantity: Decimal) -> SamplingPlan:
    """The plan by which a lot of so many base units is looked at."""
    lot = max(1, int(quantity.to_integral_value(ROUND_CEILING)))
    return whole(lot) if method is Method.ALL else plan_for(lot, level=level, aql=aql, severity=severity)


def wanted(
    policy: Policy[InspectionRule], facts: InspectionFacts, past: Iterable[Lot], *, begin: Severity = Severity.NORMAL
) -> Wanted | None:
    """Whether goods that come are looked at; None where no rule wants it. `past`: the lots before, in their order."""
    lots = tuple(past)
    rule, why = first_match(policy, facts)
    if rule is None or rule.method is Method.NONE:
        return None
    standing = standing_after(lots, reduced_allowed=rule.reduced, begin=begin)
    return Wanted(rule, standing.severity, _skipped(rule, standing), why)


def _skipped(rule: InspectionRule, standing: Standing) -> bool:
    if rule.method is not Method.SKIP_LOT:
        return False
    return skips_next(standing, qualifies_after=rule.qualifies_after, one_in=rule.one_in)
