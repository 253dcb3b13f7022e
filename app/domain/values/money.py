"""Money: a decimal amount of one currency. Rates and valuation are not its business."""

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext

from app.domain.errors import Refusal
from app.domain.values.quantity import checked_amount

_CURRENCY = re.compile(r"[A-Z]{3}\Z")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its ISO 4217 currency letters, for example 12.50 EUR; up to six decimals, never rounded.

    Refuses `money.currency`, and amounts as quantities are refused.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        checked_amount(self.amount)
        if not _CURRENCY.match(self.currency):
            raise Refusal("money.currency", text=self.currency)

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            message = f"{self.currency} and {other.currency} cannot be added without a rate"
            raise ValueError(message)
        with localcontext(prec=60):
            return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(self.amount.copy_negate(), self.currency)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"
