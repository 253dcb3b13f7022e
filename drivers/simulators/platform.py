"""The mechanics of a simulated scale: what lies on it, whether it has come to rest, what its display shows.

Knows no protocol. Not thread-safe: `ScaleSimulator` keeps the lock.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from drivers.scales.reading import KG_PER_UNIT

_DECIMALS = {"kg": Decimal("0.001"), "g": Decimal(1), "lb": Decimal("0.001"), "oz": Decimal("0.01")}
_ZERO_RANGE = Decimal("0.02")  # of the capacity, as is usual for legal-for-trade scales (OIML R 76)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the display shows at one moment; the number means nothing while it is over or under."""

    number: Decimal
    unit: str
    at_rest: bool
    net: bool
    over: bool = False
    under: bool = False


class Platform:
    """One platform with its load cell.

    Args:
        capacity_kg: above it the scale shows overload.
        division_kg: the smallest step of the display.
        settle_s: how long the display moves after each change of the load.
        noise_kg: how far the display swings at first.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        *,
        capacity_kg: Decimal,
        settle_s: float,
        clock: Callable[[], float],
        division_kg: Decimal = Decimal("0.002"),
        noise_kg: Decimal = Decimal("0.120"),
    ) -> None:
        self.capacity_kg = capacity_kg
        self.division_kg = division_kg
        self.settle_s = settle_s
        self.noise_kg = noise_kg
        self.load_kg = Decimal(0)
        self.tare_kg = Decimal(0)
        self.unit = "kg"
        self._clock = clock
        self._random = random.Random(8217)  # noqa: S311 - the same swings in every run
        self._zero_point = Decimal(0)
        self._changed_at = float("-inf")
        self._restless = False

    def place(self, kg: Decimal) -> None:
        """Put goods on, in addition to what lies there; less than nothing takes some off."""
        self.load_kg += kg
        self._changed_at = self._clock()

    def restless(self, *, on: bool) -> None:
        """Let the display move for ever, or come to rest again."""
        self._restless = on
        self._changed_at = self._clock()

    def at_rest(self, now: float) -> bool:
        """Tell whether the load has settled."""
        return not self._restless and now - self._changed_at >= self.settle_s

    def zero(self) -> str:
        """Make what lies there nothing; returns `A`, or `+` or `-` where it is too much or too little for that."""
        limit = self.capacity_kg * _ZERO_RANGE
        if self.load_kg > limit:
            return "+"
        if self.load_kg < -limit:
            return "-"
        self._zero_point, self.tare_kg = self.load_kg, Decimal(0)
        return "A"

    def tare(self) -> None:
        """Take what lies there as tare."""
        self.tare_kg = self._gross

    def clear_tare(self) -> None:
        """Forget the tare."""
        self.tare_kg = Decimal(0)

    def shown(self, now: float) -> Shown:
        """Read the display."""
        at_rest, over = self.at_rest(now), self._gross > self.capacity_kg
        under = self._gross < -self.capacity_kg * _ZERO_RANGE
        kg = self._gross - self.tare_kg + (Decimal(0) if at_rest else self._swing(now))
        return Shown(self.number(kg), self.unit, at_rest, self.tare_kg != 0, over, under)

    def number(self, kg: Decimal) -> Decimal:
        """Round to the display's step and convert to the unit shown."""
        stepped = (kg / self.division_kg).quantize(Decimal(1), ROUND_HALF_EVEN) * self.division_kg
        return (stepped / KG_PER_UNIT[self.unit]).quantize(_DECIMALS[self.unit], ROUND_HALF_EVEN) + Decimal(0)

    @property
    def _gross(self) -> Decimal:
        return self.load_kg - self._zero_point

    def _swing(self, now: float) -> Decimal:
        """How far the display is off while the load moves: less and less, unless it moves for ever."""
        left = 1.0 if self._restless else max(0.0, 1 - (now - self._changed_at) / self.settle_s)
        return self.noise_kg * Decimal(str(round(self._random.uniform(-left, left), 3)))
