"""Slow, independent answers to the same questions: what `bench route` and the tests hold the fast ones against."""

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix
from scipy.sparse.csgraph import connected_components

from app.domain.walking.network import Matrix, Network, Spot


def held_karp(distances: Matrix, ranks: Sequence[int] = ()) -> float:
    """The length of the shortest walk from stop 0 through all others to the last one; up to about 14 stops between.

    `ranks` as in `short_walk`. Source: Held and Karp, Journal of SIAM 10 (1), 1962, 196–210.
    """
    last = len(distances) - 1
    inner = range(1, last)
    late = sum(1 << (n - 1) for n in inner if ranks and ranks[n] > 0)
    best = {(1 << (n - 1), n): float(distances[0, n]) for n in inner if not _too_early(1 << (n - 1), ranks, late)}
    for size in range(2, last):
        for chosen in combinations(inner, size):
            mask = sum(1 << (n - 1) for n in chosen)
            if _too_early(mask, ranks, late):
                continue
            for n in chosen:
                before = mask ^ (1 << (n - 1))
                ways = [best[before, m] + distances[m, n] for m in chosen if m != n and (before, m) in best]
                if ways:
                    best[mask, n] = float(min(ways))
    full = (1 << (last - 1)) - 1
    ends = [best[full, n] + float(distances[n, last]) for n in inner if (full, n) in best]
    return min(ends, default=float(distances[0, last]))


def _too_early(mask: int, ranks: Sequence[int], late: int) -> bool:
    """Whether something fragile is taken already and something heavy is not."""
    return bool(mask & late) and any(rank < 0 and not mask & (1 << (n - 1)) for n, rank in enumerate(ranks))


def by_integer_program(network: Network, spots: Sequence[Spot]) -> float:
    """The length of the shortest walk from the first spot through all to the last one, on paths walked both ways.

    How often each piece of path is walked is a whole number; an even number of pieces meets everywhere but at a start
    and end apart; cuts are added until all hangs together. Source: Cornuéjols, Fonlupt and Naddef, Mathematical
    Programming 33, 1985, 1-27 (the graphical travelling salesman); solved by HiGHS.
    """
    program = _Program(*_pieces(network, spots))
    for first in range(len(program.pieces)):
        inside: frozenset[int] = frozenset()
        for (_, one, _), (other, _, _) in pairwise(program.pieces[first:]):
            if one != other or one < len(network.junctions):
                break
            inside |= {one}
            program.must_enter(inside)
    whole = False
    while True:
        walked, lost = program.solved(whole=whole)
        if whole and not lost:
            return float(program.lengths @ walked)
        whole = whole or not lost
        for inside in lost:
            program.must_enter(inside)


class _Program:
    """How often each piece is walked, and half of how many pieces meet at each place, as whole numbers to be found."""

    def __init__(self, pieces: list[tuple[int, int, float]], at: list[int]) -> None:
        self.pieces = pieces
        self.lengths = np.array([length for _, _, length in pieces])
        self._at = at
        self._ends = frozenset((at[0], at[-1])) if at[0] != at[-1] else frozenset()
        self._count = 1 + max(max(one, other) for one, other, _ in pieces)
        self._size = len(pieces) + self._count
        self._rules = [self._even()]

    def _even(self) -> LinearConstraint:
        meets = lil_matrix((self._count, self._size))
        for n, (one, other, _) in enumerate(self.pieces):
            meets[one, n] = meets[other, n] = 1
        for place in range(self._count):
            meets[place, len(self.pieces) + place] = -2
        odd = np.array([float(place in self._ends) for place in range(self._count)])
        return LinearConstraint(meets.tocsr(), odd, odd)

    def must_enter(self, inside: frozenset[int]) -> None:
        """Whoever has a spot to visit in here comes in and, unless the walk ends here, goes out again."""
        if inside.issuperset(self._at):
            return
        row = np.zeros(self._size)
        row[[n for n, (one, other, _) in enumerate(self.pieces) if (one in inside) != (other in inside)]] = 1
        self._rules.append(LinearConstraint(row, 2 - len(inside & self._ends), np.inf))

    def solved(self, *, whole: bool) -> tuple[Matrix, list[frozenset[int]]]:
        """How often each piece is walked, and the parts with a spot where it does not hang together."""
        half = np.full(self._count, 6.0)
        found = milp(
            np.concatenate((self.lengths, np.zeros(self._count))),
            constraints=self._rules,
            bounds=Bounds(0, np.concatenate((np.full(len(self.pieces), 2.0), half))),
            integrality=np.full(self._size, int(whole)),
            options={"mip_rel_gap": 0},
        )
        walked: Matrix = np.round(found.x[: len(self.pieces)], 6)
        graph = lil_matrix((self._count, self._count))
        for (one, other, _), times in zip(self.pieces, walked, strict=True):
            if times:
                graph[one, other] = 1
        label = connected_components(graph.tocsr(), directed=False)[1]
        named = {int(label[place]) for place in self._at}
        parts = [frozenset(int(n) for n in np.flatnonzero(label == part)) for part in sorted(named)]
        return walked, parts if len(parts) > 1 else []


def _pieces(network: Network, spots: Sequence[Spot]) -> tuple[list[tuple[int, int, float]], list[int]]:
    """The paths cut at the spots, as (place, place, mm), and the place of each spot."""
    place = {spot: len(network.junctions) + n for n, spot in enumerate(dict.fromkeys(spots))}
    pieces = []
    for number, path in enumerate(network.paths):
        on = sorted((spot.offset_mm, place[spot]) for spot in place if spot.path == number)
        cuts = [(0.0, path.first), *on, (path.length_mm, path.second)]
        pieces += [(one, other, deep - before) for (before, one), (deep, other) in pairwise(cuts)]
    return pieces, [place[spot] for spot in spots]
