"""How the stock of an item is valued: which method a policy sets for it. The valuation itself comes with its issue."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.policies import PolicyForm


class ValuationMethod(StrEnum):
    """First in first out, last in first out, moving average, or a fixed standard cost."""

    FIFO = "fifo"
    LIFO = "lifo"
    AVERAGE = "average"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class ValuationFacts:
    """What a valuation rule may speak of: an item in a warehouse; `standard_cost` is of a base unit."""

    sku: str
    category: str = ""
    abc: str = ""
    tracking: str = "none"
    standard_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Valued:
    """The method that a rule sets."""

    method: ValuationMethod


_DEFAULT: Mapping[str, Any] = {"rules": [{"name": "valuation.average", "when": [], "then": {"method": "average"}}]}

FORM = PolicyForm("valuation", ValuationFacts, Valued, _DEFAULT)
"""What a valuation policy may say. As delivered: the moving average."""
