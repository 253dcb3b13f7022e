"""The best batches of few orders; good ones of many: joined by what joining saves, then taken apart and put together.

Savings: Clarke and Wright (Operations Research 12 (4), 1964, 568-581), for batches de Koster, van der Poort and Wolters
(International Journal of Production Research 37 (7), 1999, 1479-1504). Taking apart and together: Schrimpf and others
(Journal of Computational Physics 159 (2), 2000, 139-171). Choices are drawn from a fixed seed and counted, not timed:
the same orders give the same batches.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, islice

from app.domain.batching.covering import best_of
from app.domain.batching.model import Batches, Cart, PickOrder, Walks
from app.domain.walking import Lengths

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]

_FEW = 60
_MOST_SETS = 12_000
"""So many sets of orders are walked one by one, in some seconds; where there are more, good batches are searched."""
_PARTNERS = 14
_ROUNDS_EACH, _MOST_ROUNDS = 120, 2000
_WORSE_AT_FIRST = 0.02
_APART = 3
_SAVINGS_PART = 0.4
_ZONE_MM = 5000.0
_LEAST_MM = 1.0
_Zone = tuple[int, int]


def first_come(orders: Sequence[PickOrder], cart: Cart, lengths: Lengths) -> Batches:
    """Orders as they came, each on the cart until it is full."""
    walks = Walks(orders, lengths)
    fitting, too_big = _sorted_out(orders, cart)
    batches: list[list[int]] = []
    for n in fitting:
        if not batches or not cart.takes(orders[m] for m in (*batches[-1], n)):
            batches.append([])
        batches[-1].append(n)
    return _told([frozenset(batch) for batch in batches], walks, too_big, complete=True)


def plan_batches(
    orders: Sequence[PickOrder],
    cart: Cart,
    lengths: Lengths,
    *,
    progress: Progress = lambda _part: None,
    cancelled: Cancelled = lambda: False,
) -> Batches:
    """Batches with short walks. `progress` hears how far it is (0 to 1); `cancelled` is asked often and ends it early.

    Never longer than first come, first served.
    """
    planning = _Planning(orders, cart, lengths, progress, cancelled)
    found = planning.found()
    simple = first_come(orders, cart, lengths)
    return found if found.mm <= simple.mm else Batches(simple.batches, simple.mm, simple.too_big, found.complete)


def _sorted_out(orders: Sequence[PickOrder], cart: Cart) -> tuple[list[int], tuple[int, ...]]:
    fitting = [n for n, order in enumerate(orders) if cart.takes((order,))]
    return fitting, tuple(n for n in range(len(orders)) if n not in set(fitting))


def _told(batches: Sequence[frozenset[int]], walks: Walks, too_big: tuple[int, ...], *, complete: bool) -> Batches:
    kept = sorted(tuple(sorted(batch)) for batch in batches if batch)
    return Batches(tuple(kept), sum(walks.mm(frozenset(batch)) for batch in kept), too_big, complete)


class _Planning:
    """One run: the orders, the batches so far, and who wants to hear of it."""

    def __init__(
        self, orders: Sequence[PickOrder], cart: Cart, lengths: Lengths, progress: Progress, cancelled: Cancelled
    ) -> None:
        self._orders = orders
        self._cart = cart
        self._walks = Walks(orders, lengths)
        self._progress = progress
        self._cancelled = cancelled
        self._fitting, self._too_big = _sorted_out(orders, cart)
        self._zones = {n: _zones(orders[n]) for n in self._fitting}
        self._dice = random.Random(len(orders))  # noqa: S311  # a seed that everybody may know

    def found(self) -> Batches:
        if (sets := self._few_sets()) is not None:
            return self._best_of_all(sets)
        batches = self._joined()
        if batches is not None:
            batches, complete = self._improved(batches)
            if complete and 1 < len(self._fitting) <= _FEW:
                known = {batch: mm for batch, mm in self._walks.known.items() if self._takes(batch)}
                batches = best_of(known, self._fitting)
            return _told(batches, self._walks, self._too_big, complete=complete)
        single = [frozenset((n,)) for n in self._fitting]
        return _told(single, self._walks, self._too_big, complete=False)

    def _few_sets(self) -> list[frozenset[int]] | None:
        """Every set of orders that the cart takes, where those are few enough to walk all of them."""
        if len(self._fitting) > _FEW:
            return None
        sets = list(islice(self._sets_from(frozenset(), 0), _MOST_SETS + 1))
        return sets if len(sets) <= _MOST_SETS else None

    def _sets_from(self, begun: frozenset[int], first: int) -> Iterator[frozenset[int]]:
        for turn in range(first, len(self._fitting)):
            batch = begun | {self._fitting[turn]}
            if self._takes(batch):
                yield batch
                yield from self._sets_from(batch, turn + 1)

    def _best_of_all(self, sets: Sequence[frozenset[int]]) -> Batches:
        """The shortest batches there are; each order for itself where somebody stopped it."""
        for turn, batch in enumerate(sets):
            if turn % 50 == 0:
                self._progress(turn / len(sets))
                if self._cancelled():
                    single = [frozenset((n,)) for n in self._fitting]
                    return _told(single, self._walks, self._too_big, complete=False)
            self._walks.mm(batch)
        self._progress(1.0)
        known = {batch: self._walks.mm(batch) for batch in sets}
        best = best_of(known, self._fitting) if self._fitting else []
        return _told(best, self._walks, self._too_big, complete=True)

    def _joined(self) -> list[frozenset[int]] | None:
        """Pairs are joined, the greatest saving first, while the cart takes them; None where somebody stopped it."""
        savings = []
        pairs = list(self._pairs())
        for turn, (one, other) in enumerate(pairs):
            if turn % 100 == 0:
                self._progress(_SAVINGS_PART * turn / len(pairs))
                if self._cancelled():
                    return None
            alone = self._walks.mm(frozenset((one,))) + self._walks.mm(frozenset((other,)))
            savings.append((alone - self._walks.mm(frozenset((one, other))), one, other))
        batch_of = {n: frozenset((n,)) for n in self._fitting}
        for _, one, other in sorted(savings, key=lambda saving: (-saving[0], saving[1:])):
            joined = batch_of[one] | batch_of[other]
            if batch_of[one] is not batch_of[other] and self._takes(joined):
                batch_of.update(dict.fromkeys(joined, joined))
        return self._filled_up(list(dict.fromkeys(batch_of.values())))

    def _filled_up(self, batches: list[frozenset[int]]) -> list[frozenset[int]]:
        """Batches that were left small are joined as long as that saves anything, the smallest first."""
        small = sorted(batches, key=lambda batch: (len(batch), min(batch)))
        kept: list[frozenset[int]] = []
        while small:
            batch = small.pop(0)
            partners = [other for other in small if self._takes(batch | other)]
            near = sorted(partners, key=lambda other: -self._likeness(batch, other))[:_PARTNERS]
            best = max(near, key=lambda other: self._saving(batch, other), default=None)
            if best is None or self._saving(batch, best) < _LEAST_MM:
                kept.append(batch)
            else:
                small.remove(best)
                small.append(batch | best)
        return kept

    def _saving(self, one: frozenset[int], other: frozenset[int]) -> float:
        return self._walks.mm(one) + self._walks.mm(other) - self._walks.mm(one | other)

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """Pairs of orders worth a look: all of few orders, of many those that are walked to in the same zones."""
        if len(self._fitting) <= _FEW:
            yield from combinations(self._fitting, 2)
            return
        in_zone: dict[_Zone, list[int]] = {}
        for n in self._fitting:
            for zone in self._zones[n]:
                in_zone.setdefault(zone, []).append(n)
        seen: set[tuple[int, int]] = set()
        for n in self._fitting:
            shared = Counter(other for zone in self._zones[n] for other in in_zone[zone] if other != n)
            likest = sorted(shared, key=lambda other: (-shared[other], len(self._zones[other]), other))
            closest = likest[:_PARTNERS]
            seen |= {(min(n, other), max(n, other)) for other in closest}
        yield from sorted(seen)

    def _likeness(self, one: frozenset[int], other: frozenset[int]) -> int:
        """In how many zones both are walked to."""
        return len(self._zones_of(one) & self._zones_of(other))

    def _zones_of(self, batch: frozenset[int]) -> set[_Zone]:
        return {zone for n in batch for zone in self._zones[n]}

    def _takes(self, batch: frozenset[int]) -> bool:
        return self._cart.takes(self._orders[n] for n in batch)

    def _improved(self, batches: list[frozenset[int]]) -> tuple[list[frozenset[int]], bool]:
        """A few batches beside each other are emptied in part and filled anew, again and again.

        At first a little longer walks are put up with, to get away from where no single step helps; the best stays.
        """
        rounds = min(_ROUNDS_EACH * len(self._fitting), _MOST_ROUNDS)
        best, shortest = batches, self._length(batches)
        length = shortest
        for turn in range(rounds if len(batches) > 1 else 0):
            if turn % 10 == 0:
                self._progress(_SAVINGS_PART + (1 - _SAVINGS_PART) * turn / rounds)
                if self._cancelled():
                    return best, False
            chosen = self._beside(batches)
            before = [batches[n] for n in chosen]
            tried = self._anew(before)
            longer = self._length(tried) - self._length(before)
            if longer <= _WORSE_AT_FIRST * (1 - turn / rounds) * self._length(before):
                batches = [batch for n, batch in enumerate(batches) if n not in chosen] + tried
                length += longer
                if length < shortest - _LEAST_MM:
                    best, shortest = batches, length
        self._progress(1.0)
        return best, True

    def _beside(self, batches: Sequence[frozenset[int]]) -> set[int]:
        """A batch at random, and of some others those that are walked to in the same zones most often."""
        first = self._dice.randrange(len(batches))
        some = self._dice.sample(range(len(batches)), min(len(batches), 24))
        others = sorted((n for n in some if n != first), key=lambda n: -self._likeness(batches[first], batches[n]))
        return {first, *others[: self._dice.randint(1, _APART)]}

    def _anew(self, batches: Sequence[frozenset[int]]) -> list[frozenset[int]]:
        """Some orders of these batches are taken out and put back one by one, where each makes the least detour."""
        everything = sorted(n for batch in batches for n in batch)
        out = self._dice.sample(everything, self._dice.randint(2, max(2, min(len(everything) // 2, 8))))
        left = [batch.difference(out) for batch in batches]
        for n in out:
            detours = [
                (self._walks.mm(batch | {n}) - (self._walks.mm(batch) if batch else 0.0), turn)
                for turn, batch in enumerate([*left, frozenset[int]()])
                if self._takes(batch | {n})
            ]
            _, best = min(detours)
            left = [*left, frozenset[int]()]
            left[best] |= {n}
            left = [batch for batch in left if batch]
        return left

    def _length(self, batches: Sequence[frozenset[int]]) -> float:
        return sum(self._walks.mm(batch) for batch in batches if batch)


def _zones(order: PickOrder) -> frozenset[_Zone]:
    """Where an order is walked to: path by path, in pieces of five metres."""
    return frozenset((spot.path, int(spot.offset_mm // _ZONE_MM)) for spot in order.spots)
