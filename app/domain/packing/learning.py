"""What one piece of an item weighs: stated by master data, then learned from cartons that were right.

The database learns alike from every carton (teach_weight); a test compares the two.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

_DIGITS = 50


@dataclass(frozen=True, slots=True)
class ItemWeight:
    """The weight of one base unit: mean in kg, sample variance in kg², and from how many weighings (`n`).

    `n` is 0 where master data state the weight and nobody weighed it yet.
    """

    mean: Decimal
    variance: Decimal = Decimal(0)
    n: int = 0

    def __post_init__(self) -> None:
        if self.mean <= 0 or self.variance < 0 or self.n < 0:
            raise ValueError("weights are positive, variances and counts not negative")


@dataclass(frozen=True, slots=True)
class Contents:
    """So many base units of an item in a carton, and what one of them weighs; None where nobody knows.

    `weighed_kg` is what these very goods weigh together where each was weighed before (catch weight), else None.
    """

    sku: str
    quantity: Decimal
    weight: ItemWeight | None
    weighed_kg: Decimal | None = None


def learn(mean: Decimal, variance: Decimal, n: int, observed: Decimal) -> ItemWeight:
    """The item's weight after one more weighing of one piece, `observed` kg.

    Welford's recurrence, in decimals of 50 digits, so that a thousand small steps do not drift:
    mean' = mean + (x − mean) / n', M2' = M2 + (x − mean)(x − mean'), variance = M2 / (n − 1).
    Source: Knuth, The Art of Computer Programming, volume 2, 3rd edition, section 4.2.2, equations (15) and (16).
    With `n` = 0 the stated mean is dropped for the first weighing.
    """
    if observed <= 0:
        raise ValueError("a piece weighs more than nothing")
    if n == 0:
        return ItemWeight(observed, Decimal(0), 1)
    with localcontext() as context:
        context.prec = _DIGITS
        count = n + 1
        new_mean = mean + (observed - mean) / count
        squares = variance * (n - 1) + (observed - mean) * (observed - new_mean)
        return ItemWeight(new_mean, max(squares / (count - 1), Decimal(0)), count)
