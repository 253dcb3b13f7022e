"""A short walk where no exact one is at hand: one-way aisles, slanting ones, many cross aisles, heavy before fragile.

Iterated local search: turning a stretch of the walk round (2-opt) and moving up to three stops elsewhere (Or-opt) until
neither helps, then a small kick, and the better walk is kept (Lourenço, Martin and Stützle, Handbook of
Metaheuristics, 2003, chapter 11). Distances may differ there and back. The kicks are counted, not timed, and drawn
from a fixed seed, so that the same stops give the same walk on every machine.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

_NEIGHBOURS = 10
_LONGEST_MOVED = 3
_LEAST_GAIN = 1e-6
Ranks = Sequence[int]
Distances = Sequence[Sequence[float]]


def short_walk(distances: Distances, ranks: Ranks, *, kicks: int, known: Sequence[Sequence[int]] = ()) -> list[int]:
    """The order of stops 0 … n-1, from 0 to n-1. `distances[i][j]` from i to j, finite.

    `ranks`: -1 for what must be taken before everything of rank 1; 0 for what may come anywhere. `known` are walks that
    the answer is not to be longer than; those that break the ranks are passed over.
    """
    count = len(distances)
    if count <= 3:
        return list(range(count))
    starts = [_nearest_first(distances, ranks), *(list(walk) for walk in known if in_rank(walk, ranks))]
    search = _Search(distances, ranks, [_near(distances, stop) for stop in range(count)])
    best = min((search.improved(walk, range(count)) for walk in starts), key=search.length)
    shortest = search.length(best)
    dice = random.Random(count)  # noqa: S311  # a seed that everybody may know
    for _ in range(kicks if count > 4 else 0):
        kicked, touched = _kicked(best, dice)
        if not in_rank(kicked, ranks):
            continue
        tried = search.improved(kicked, touched)
        length = search.length(tried)
        if length <= shortest:
            best, shortest = tried, length
    return best


def in_rank(walk: Sequence[int], ranks: Ranks) -> bool:
    """Whether all stops of rank -1 come before all of rank 1."""
    late = False
    for stop in walk:
        if late and ranks[stop] < 0:
            return False
        late = late or ranks[stop] > 0
    return True


def _nearest_first(distances: Distances, ranks: Ranks) -> list[int]:
    """Always to the nearest stop that is left, rank by rank."""
    walk, last = [0], len(distances) - 1
    for rank in (-1, 0, 1):
        left = {stop for stop in range(1, last) if ranks[stop] == rank}
        while left:
            here = distances[walk[-1]]
            walk.append(min(left, key=lambda stop: (here[stop], stop)))
            left.remove(walk[-1])
    return [*walk, last]


def _near(distances: Distances, stop: int) -> list[int]:
    """The stops to which it is short from here or from which it is short to here."""
    both = sorted((min(distances[stop][n], distances[n][stop]), n) for n in range(len(distances)) if n != stop)
    return [n for _, n in both[:_NEIGHBOURS]]


def _kicked(walk: Sequence[int], dice: random.Random) -> tuple[list[int], list[int]]:
    """Two neighbouring stretches change places; and the stops next to the cuts."""
    reach = max(len(walk) // 3, 4)
    first = dice.randrange(1, len(walk) - 2)
    third = min(first + 2 + dice.randrange(reach), len(walk) - 1)
    second = dice.randrange(first + 1, third)
    touched = [walk[at] for cut in (first, second, third) for at in (cut - 1, cut)]
    return [*walk[:first], *walk[second:third], *walk[first:second], *walk[third:]], touched


@dataclass(frozen=True, slots=True)
class _Move:
    """What a change gains, and the walk after it."""

    gain: float
    walk: list[int]
    touched: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Search:
    """The steps of the local search on given distances."""

    distances: Distances
    ranks: Ranks
    near: Sequence[Sequence[int]]
    ranked: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ranked", min(self.ranks) < 0 < max(self.ranks))

    def length(self, walk: Sequence[int]) -> float:
        """How long a walk is."""
        return sum(self.distances[one][other] for one, other in pairwise(walk))

    def improved(self, walk: Sequence[int], touched: Sequence[int]) -> list[int]:
        """The walk after all that helps near the stops that were touched."""
        now, waiting = list(walk), list(dict.fromkeys(touched))
        place = {stop: n for n, stop in enumerate(now)}
        behind = self._longer_back(now)
        while waiting:
            stop = waiting.pop()
            move = self._turn(now, place, behind, stop) or self._shift(now, place, stop)
            if move is None:
                continue
            now = move.walk
            place = {one: n for n, one in enumerate(now)}
            behind = self._longer_back(now)
            waiting += [one for one in (*move.touched, stop) if one not in waiting]
        return now

    def _longer_back(self, walk: Sequence[int]) -> list[float]:
        """How much longer the walk is backwards, summed up to each of its stops."""
        d = self.distances
        return list(accumulate((d[other][one] - d[one][other] for one, other in pairwise(walk)), initial=0.0))

    def _allowed(self, walk: Sequence[int]) -> bool:
        return not self.ranked or in_rank(walk, self.ranks)

    def _turn(self, walk: list[int], place: dict[int, int], behind: Sequence[float], stop: int) -> _Move | None:
        """The first stretch between this stop and a near one that is better walked the other way round."""
        d, last = self.distances, len(walk) - 1
        for other in self.near[stop]:
            low, high = sorted((place[stop], place[other]))
            for first, end in ((low + 1, high), (low, high - 1)):
                if first < 1 or end >= last or first >= end:
                    continue
                a, b, e, f = walk[first - 1], walk[first], walk[end], walk[end + 1]
                gain = d[a][b] + d[e][f] - d[a][e] - d[b][f] - (behind[end] - behind[first])
                if gain > _LEAST_GAIN:
                    turned = walk[:first] + walk[first : end + 1][::-1] + walk[end + 1 :]
                    if self._allowed(turned):
                        return _Move(gain, turned, (a, b, e, f))
        return None

    def _shift(self, walk: list[int], place: dict[int, int], stop: int) -> _Move | None:
        """The first stretch of up to three stops from or to this one that is better taken next to a near one."""
        d, last, at = self.distances, len(walk) - 1, place[stop]
        for length in range(1, _LONGEST_MOVED + 1):
            for first in {at, at - length + 1}:
                end = first + length - 1
                if first < 1 or end >= last:
                    continue
                moved = walk[first : end + 1]
                before, after = walk[first - 1], walk[end + 1]
                freed = d[before][moved[0]] + d[moved[-1]][after] - d[before][after]
                if freed <= _LEAST_GAIN:
                    continue
                for other in self.near[stop]:
                    spot = place[other]
                    for left in (spot - 1, spot):
                        if left < 0 or left >= last or first - 1 <= left <= end:
                            continue
                        found = self._shifted(walk, first, end, left, freed)
                        if found is not None:
                            return found
        return None

    def _shifted(self, walk: list[int], first: int, end: int, left: int, freed: float) -> _Move | None:
        """The stretch behind the stop at `left` instead, either way round; None where that gains nothing."""
        d, one, other = self.distances, walk[left], walk[left + 1]
        stretch = walk[first : end + 1]
        for turned in (False, True):
            moved = stretch[::-1] if turned else stretch
            inside = self.length(moved) - self.length(stretch) if turned else 0.0
            gain = freed + d[one][other] - d[one][moved[0]] - d[moved[-1]][other] - inside
            if gain > _LEAST_GAIN:
                if left < first:
                    tried = [*walk[: left + 1], *moved, *walk[left + 1 : first], *walk[end + 1 :]]
                else:
                    tried = [*walk[:first], *walk[end + 1 : left + 1], *moved, *walk[left + 1 :]]
                if self._allowed(tried):
                    return _Move(gain, tried, (one, other, walk[first - 1], walk[end + 1], moved[0], moved[-1]))
        return None
