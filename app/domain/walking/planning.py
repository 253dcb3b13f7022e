"""The walk for a list of picks: from where the person stands, past every bin, to where the goods go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from itertools import pairwise
from math import inf, isfinite

import numpy as np

from app.domain.sites.layout import Stop
from app.domain.walking.blocks import Grid, Vertex, grid_of, shortest, shortest_mm, vertex_of
from app.domain.walking.network import Matrix, Network, Spot, Xy
from app.domain.walking.search import in_rank, short_walk

_TRIES = 9_000
"""Kicks times stops: a walk of 60 stops is tried 150 times, in about a tenth of a second; short ones less often."""

_NO_WAY_MM = 1e9


class Load(IntEnum):
    """When goods go on the cart: what is heavy before everything fragile, anything else as it comes."""

    HEAVY = -1
    ANY = 0
    FRAGILE = 1


class How(StrEnum):
    """How good a walk is: no other is shorter, it was searched for, or there is no plan to walk by."""

    EXACT = "exact"
    SEARCHED = "searched"
    AS_GIVEN = "as_given"


@dataclass(frozen=True, slots=True)
class Call:
    """One pick of the walk: the bin, and when its goods go on the cart."""

    stop: Stop
    load: Load = Load.ANY


@dataclass(frozen=True, slots=True)
class Walk:
    """The picks in their order, by the number of their call: together those that one serves without a step between.

    `mm` is the length of the walk, `unreached` are those whose bin no open aisle leads to; they are done last. `spots`
    is where one stands, from the start to the end. `both_ways`: the walk is as good the other way round.
    """

    stops: tuple[tuple[int, ...], ...]
    mm: float
    how: How
    unreached: tuple[int, ...] = ()
    spots: tuple[Spot, ...] = ()
    both_ways: bool = False

    @property
    def order(self) -> tuple[int, ...]:
        """All picks, one after the other."""
        return (*(n for stop in self.stops for n in stop), *self.unreached)

    def turned(self) -> "Walk":
        """The same walk the other way round."""
        return replace(self, stops=self.stops[::-1], spots=self.spots[::-1])


def plan_walk(network: Network | None, calls: Sequence[Call], start: Xy | None = None, end: Xy | None = None) -> Walk:
    """The shortest walk that is found for picks, given in the order in which they would be walked without a plan.

    It starts and ends on the network next to `start` and `end` (mm on the plan); where one is None, at the pick that is
    given first or last. At the same spot what is heavy comes first, then lower levels. Exact where the plan is made of
    rectangular blocks and the loads leave it so; never longer than the order that was given.
    """
    everything = tuple(range(len(calls)))
    if network is None:
        return Walk((), 0.0, How.AS_GIVEN, everything)
    found = {n: spot for n, call in enumerate(calls) if (spot := network.reached_from(call.stop)) is not None}
    if not found:
        return Walk((), 0.0, How.AS_GIVEN, everything)
    first, last = found[min(found)], found[max(found)]
    begins = network.nearest(*start) if start else first
    ends = network.nearest(*end) if end else last
    ranked = {Load.HEAVY, Load.FRAGILE} <= {calls[n].load for n in found}
    groups = _grouped(found, calls, ranked=ranked)
    spots = [begins, *(spot for spot, _ in groups), ends]
    ranks = [0, *(int(load) if ranked else 0 for _, load in groups), 0]
    distances = network.distances(spots)
    walk, how = _shortest(network, spots, distances, ranks)
    reached = _reached(walk, distances)
    stops = tuple(tuple(groups[spots[at], Load(ranks[at])]) for at in reached[1:-1])
    served = {n for stop in stops for n in stop}
    return Walk(
        stops,
        float(sum(distances[one, other] for one, other in pairwise(reached))),
        how,
        tuple(n for n in everything if n not in served),
        tuple(spots[at] for at in reached),
        both_ways=begins == ends and not ranked and not network.one_way,
    )


class Lengths:
    """How long the walks past sets of bins are, all from where carts stand to where goods are brought.

    For comparing many. Where nobody said where carts stand, walks begin where they end. Exact where walks are;
    elsewhere what a short search finds, so that a real walk may be a little shorter.
    """

    def __init__(self, network: Network, packing: Xy | None, carts: Xy | None = None) -> None:
        self._network = network
        self._grid = None if network.all_closed else grid_of(network)
        self._end = network.nearest(*packing) if packing and not network.all_closed else Spot(0, 0.0)
        self._start = network.nearest(*carts) if carts and not network.all_closed else self._end
        self._carts = carts
        self._vertices: dict[Spot, Vertex] = {}
        self._ways: dict[Spot, bool] = {}

    def brought_to(self, place: Xy) -> "Lengths":
        """The same for walks that end at another place."""
        return Lengths(self._network, place, self._carts)

    def spot(self, stop: Stop) -> Spot | None:
        """Where one stands before a bin; None where no open aisle leads there and on to the end."""
        found = self._network.reached_from(stop)
        return found if found is not None and self._is_on_a_way(found) else None

    def _is_on_a_way(self, spot: Spot) -> bool:
        """Whether one comes there from the start, and from there to the end."""
        if not self._network.one_way:
            return True
        if spot not in self._ways:
            distances = self._network.distances((self._start, spot, self._end))
            self._ways[spot] = isfinite(distances[0, 1] + distances[1, 2])
        return self._ways[spot]

    def of(self, spots: Collection[Spot]) -> float:
        """The length of the walk past these spots, in mm."""
        if not spots:
            return 0.0
        places = [self._start, *sorted(set(spots), key=lambda spot: (spot.path, spot.offset_mm)), self._end]
        if self._grid:
            return shortest_mm(self._grid, [self._vertex(self._grid, spot) for spot in places])
        distances = self._network.distances(places)
        ways = np.where(np.isfinite(distances), distances, _NO_WAY_MM).tolist()
        walk = short_walk(ways, [0] * len(places), kicks=0)
        return float(sum(ways[one][other] for one, other in pairwise(walk)))

    def _vertex(self, grid: Grid, spot: Spot) -> Vertex:
        """Where a spot is on the grid; asked thousands of times."""
        if spot not in self._vertices:
            self._vertices[spot] = vertex_of(self._network, grid, spot)
        return self._vertices[spot]


def way_of(network: Network, spots: Sequence[Spot]) -> list[Xy]:
    """The corners of a walk past these spots, for a picture of it."""
    corners: list[Xy] = []
    for one, other in pairwise(spots):
        corners += network.way(one, other)
    return corners


def _grouped(found: Mapping[int, Spot], calls: Sequence[Call], *, ranked: bool) -> dict[tuple[Spot, Load], list[int]]:
    """The calls that one serves without a step between, in their order there."""
    groups: dict[tuple[Spot, Load], list[int]] = {}
    for n, spot in found.items():
        groups.setdefault((spot, calls[n].load if ranked else Load.ANY), []).append(n)
    return {key: sorted(of, key=lambda n: (calls[n].load, calls[n].stop.level, n)) for key, of in groups.items()}


def _shortest(
    network: Network, spots: Sequence[Spot], distances: Matrix, ranks: Sequence[int]
) -> tuple[Sequence[int], How]:
    grid = grid_of(network)
    given = range(len(spots))
    exact = shortest(network, grid, spots) if grid else None
    if exact is not None:
        backwards = [0, *exact[-2:0:-1], len(spots) - 1] if spots[0] == spots[-1] else exact
        for walk in (exact, backwards):
            if in_rank(walk, ranks):
                return walk, How.EXACT
    ways = np.where(np.isfinite(distances), distances, _NO_WAY_MM).tolist()
    return short_walk(ways, ranks, kicks=min(_TRIES // len(spots), 20 * len(spots)), known=(given,)), How.SEARCHED


def _reached(walk: Sequence[int], distances: Matrix) -> list[int]:
    """The walk without the stops that no way leads to or from; the end is walked to in any case."""
    reached = [walk[0]]
    for at, following in pairwise(walk[1:]):
        if isfinite(distances[reached[-1], at]) and min(distances[at, following], distances[at, walk[-1]]) < inf:
            reached.append(at)
    return [*reached, walk[-1]]
