"""Whether the bench wants every unit of some goods scanned, or takes a typed quantity after one of them was.

Rules (policy `verification`) say so; as delivered every unit is scanned. Of pieces with serial numbers each one is
scanned whatever a rule says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.policies import Policy, PolicyForm, first_match


@dataclass(frozen=True, slots=True)
class CountFacts:
    """What a rule about counting at the bench may speak of: one line of the order.

    `pieces` is what was ordered in base units, `price` what one of them costs the customer (zero where nobody said).
    """

    sku: str
    category: str = ""
    hazard: str = ""
    fragile: bool = False
    tracking: str = "none"
    partner: str = ""
    pieces: Decimal = Decimal(0)
    price: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Counting:
    """How goods are counted: `typed`, once one of them was scanned, how many more there are may be typed."""

    typed: bool = False


_DEFAULT: Mapping[str, Any] = {"rules": []}

FORM = PolicyForm("verification", CountFacts, Counting, _DEFAULT)
"""What a policy about counting at the bench may say."""


def may_type(facts: CountFacts, policy: Policy[Counting]) -> bool:
    """Whether a quantity of these goods may be typed instead of scanning each unit."""
    if "serial" in facts.tracking:
        return False
    chosen, _ = first_match(policy, facts)
    return chosen is not None and chosen.typed
