"""Orders, the cart that takes several of them along, and batches of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.walking import Lengths, Spot


@dataclass(frozen=True, slots=True)
class PickOrder:
    """One order to be picked: the spots it is walked to for, and what its goods take of the cart.

    `slots`: totes or compartments; volume in litres, weight in kg.
    """

    number: str
    spots: frozenset[Spot]
    slots: int = 1
    litres: Decimal = Decimal(0)
    kg: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Cart:
    """What one walk can take along; None: no limit."""

    slots: int
    litres: Decimal | None = None
    kg: Decimal | None = None

    def takes(self, orders: Iterable[PickOrder]) -> bool:
        """Whether all these orders go on the cart together."""
        slots, litres, kg = 0, Decimal(0), Decimal(0)
        for order in orders:
            slots, litres, kg = slots + order.slots, litres + order.litres, kg + order.kg
        return (
            slots <= self.slots
            and (self.litres is None or litres <= self.litres)
            and (self.kg is None or kg <= self.kg)
        )


@dataclass(frozen=True, slots=True)
class Batches:
    """Which orders go together, by their place in the list that was given; `mm` is the length of all walks.

    `too_big` are orders that no cart takes even alone. `complete` is false where somebody stopped the planning early:
    what was found by then holds.
    """

    batches: tuple[tuple[int, ...], ...]
    mm: float
    too_big: tuple[int, ...] = ()
    complete: bool = True


class Walks:
    """The lengths of walks for sets of orders; each set is measured once and remembered in `known`."""

    def __init__(self, orders: Sequence[PickOrder], lengths: Lengths) -> None:
        self._orders = orders
        self._lengths = lengths
        self.known: dict[frozenset[int], float] = {}

    def mm(self, batch: frozenset[int]) -> float:
        """How long the walk for these orders is."""
        if batch not in self.known:
            spots = frozenset[Spot]().union(*(self._orders[n].spots for n in batch))
            self.known[batch] = self._lengths.of(spots)
        return self.known[batch]
