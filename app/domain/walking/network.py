"""The aisles of a warehouse as a network of paths: where they meet, and how far it is from one spot to another.

Aisles that are closed are not part of it, and one-way aisles are walked one way only. People draw plans by hand: what
ends within a metre of another aisle meets it. Where the plan shows no way from one aisle to the next, one walks
straight from end to end. All lengths in mm.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from math import hypot, inf
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.domain.sites.layout import Stop
from app.domain.sites.places import Aisle, AisleKind, Direction

MEETS_MM = 1000.0
Xy = tuple[float, float]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Path:
    """A straight piece between two junctions, by their numbers; `there` and `back`: which ways it may be walked."""

    first: int
    second: int
    length_mm: float
    there: bool = True
    back: bool = True
    aisle: UUID | None = None
    kind: AisleKind = AisleKind.CROSS


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody stands on the network: on a path, so far from its first junction."""

    path: int
    offset_mm: float


@dataclass(frozen=True)
class Network:
    """Junctions (x and y) and the paths between them."""

    junctions: tuple[Xy, ...]
    paths: tuple[Path, ...]

    @property
    def one_way(self) -> bool:
        """Whether there is a path that may be walked one way only."""
        return any(not (path.there and path.back) for path in self.paths)

    def xy(self, spot: Spot) -> Xy:
        """Where a spot is on the plan."""
        path = self.paths[spot.path]
        (x1, y1), (x2, y2) = self.junctions[path.first], self.junctions[path.second]
        part = spot.offset_mm / path.length_mm
        return x1 + part * (x2 - x1), y1 + part * (y2 - y1)

    @property
    def all_closed(self) -> bool:
        """Whether aisles are drawn, and none of them may be walked."""
        return not self.paths

    def nearest(self, x_mm: float, y_mm: float, *, aisle: UUID | None = None, kind: AisleKind | None = None) -> Spot:
        """The spot next to a place on the plan: on a path of this aisle or kind where there is one, else on any."""
        paths = self._of_aisle.get(aisle, ()) if aisle is not None else ()
        paths = paths or tuple(n for n, path in enumerate(self.paths) if kind is not None and path.kind is kind)
        near = (self._projected(n, x_mm, y_mm) for n in paths or range(len(self.paths)))
        return min(near, key=lambda one: one[0])[1]

    def reached_from(self, stop: Stop) -> Spot | None:
        """Where one stands before a bin; None where its aisle is closed."""
        if self.all_closed or (stop.aisle is not None and stop.aisle not in self._of_aisle):
            return None
        return self.nearest(stop.x_mm, stop.y_mm, aisle=stop.aisle, kind=AisleKind.AISLE)

    def distances(self, spots: Sequence[Spot]) -> Matrix:
        """How far it is from each spot to each other one, shape (n, n); infinite where no way leads there."""
        paths = [self.paths[spot.path] for spot in spots]
        offset = np.array([spot.offset_mm for spot in spots])
        rest = np.array([path.length_mm for path in paths]) - offset
        ends = np.array([(path.first, path.second) for path in paths], dtype=np.intp)
        there, back = np.array([path.there for path in paths]), np.array([path.back for path in paths])
        leave = (np.where(back, offset, inf), np.where(there, rest, inf))
        arrive = (np.where(there, offset, inf), np.where(back, rest, inf))
        between, _ = self._shortest
        found = np.full((len(spots), len(spots)), inf)
        for out in (0, 1):
            for into in (0, 1):
                way = between[np.ix_(ends[:, out], ends[:, into])]
                np.minimum(found, leave[out][:, None] + way + arrive[into][None, :], out=found)
        number = np.array([spot.path for spot in spots])
        ahead = offset[None, :] - offset[:, None]
        allowed = np.where(ahead >= 0, there[:, None], back[:, None]) & (number[:, None] == number[None, :])
        np.minimum(found, np.where(allowed, abs(ahead), inf), out=found)
        np.fill_diagonal(found, 0.0)
        return found

    def way(self, start: Spot, end: Spot) -> list[Xy]:
        """The corners of the shortest way between two spots, both included; empty where none leads there."""
        length = self.distances((start, end))[0, 1]
        here, there = self.xy(start), self.xy(end)
        if length == inf:
            return []
        if start.path == end.path and abs(abs(start.offset_mm - end.offset_mm) - length) < 1:
            return [here, there]
        between, following = self._shortest
        out, into = min(
            (
                (self._leaving(start, n) + between[a, b] + self._arriving(end, m), a, b)
                for n, a in enumerate(self._ends(start))
                for m, b in enumerate(self._ends(end))
            ),
            key=lambda one: one[0],
        )[1:]
        corners = [out]
        while corners[-1] != into:
            corners.append(int(following[corners[-1], into]))
        return [here, *(self.junctions[corner] for corner in corners), there]

    def _ends(self, spot: Spot) -> tuple[int, int]:
        return self.paths[spot.path].first, self.paths[spot.path].second

    def _leaving(self, spot: Spot, end: int) -> float:
        path = self.paths[spot.path]
        if end == 0:
            return spot.offset_mm if path.back else inf
        return path.length_mm - spot.offset_mm if path.there else inf

    def _arriving(self, spot: Spot, end: int) -> float:
        path = self.paths[spot.path]
        if end == 0:
            return spot.offset_mm if path.there else inf
        return path.length_mm - spot.offset_mm if path.back else inf

    @cached_property
    def _of_aisle(self) -> dict[UUID, tuple[int, ...]]:
        """The paths of each aisle."""
        found: dict[UUID, tuple[int, ...]] = {}
        for number, path in enumerate(self.paths):
            if path.aisle is not None:
                found[path.aisle] = (*found.get(path.aisle, ()), number)
        return found

    @cached_property
    def _shortest(self) -> tuple[Matrix, NDArray[np.intp]]:
        """Between all junctions: how far, and to which junction first (Floyd and Warshall)."""
        count = len(self.junctions)
        far = np.full((count, count), inf)
        following = np.tile(np.arange(count, dtype=np.intp), (count, 1))
        np.fill_diagonal(far, 0.0)
        for path in self.paths:
            if path.there:
                far[path.first, path.second] = min(far[path.first, path.second], path.length_mm)
            if path.back:
                far[path.second, path.first] = min(far[path.second, path.first], path.length_mm)
        for middle in range(count):
            over = far[:, middle, None] + far[None, middle, :]
            shorter = over < far
            np.copyto(far, over, where=shorter)
            np.copyto(following, following[:, middle, None], where=shorter)
        return far, following

    def _projected(self, number: int, x_mm: float, y_mm: float) -> tuple[float, Spot]:
        path = self.paths[number]
        (x1, y1), (x2, y2) = self.junctions[path.first], self.junctions[path.second]
        dx, dy = (x2 - x1) / path.length_mm, (y2 - y1) / path.length_mm
        offset = min(max((x_mm - x1) * dx + (y_mm - y1) * dy, 0.0), path.length_mm)
        return hypot(x1 + offset * dx - x_mm, y1 + offset * dy - y_mm), Spot(number, offset)


def network_of(aisles: Iterable[Aisle]) -> Network | None:
    """The network of the aisles that are open: without any path where all are closed; None where none is drawn."""
    drawn = list(aisles)
    if not drawn:
        return None
    lines = [_Line.of(aisle) for aisle in drawn if not aisle.closed]
    for one, other in combinations(lines, 2):
        _cut(one, other)
    junctions: list[Xy] = []
    paths = [path for line in lines for path in line.paths(junctions)]
    return Network(tuple(junctions), (*paths, *_links(junctions, paths)))


@dataclass(frozen=True, slots=True)
class _Line:
    """An aisle that is being cut: its first end, its direction (a unit vector), and where others meet it."""

    aisle: Aisle
    length_mm: float
    dx: float
    dy: float
    cuts: list[float]

    @classmethod
    def of(cls, aisle: Aisle) -> "_Line":
        dx, dy = aisle.x2_mm - aisle.x1_mm, aisle.y2_mm - aisle.y1_mm
        length = hypot(dx, dy)
        return cls(aisle, length, dx / length, dy / length, [])

    def paths(self, junctions: list[Xy]) -> list[Path]:
        """The pieces between the cuts; the aisle's own ends are cuts where no other one is near."""
        cuts = sorted(self.cuts)
        if not cuts or cuts[0] > MEETS_MM:
            cuts.insert(0, 0.0)
        if cuts[-1] < self.length_mm - MEETS_MM:
            cuts.append(self.length_mm)
        corners = [
            _junction(junctions, self.aisle.x1_mm + cut * self.dx, self.aisle.y1_mm + cut * self.dy) for cut in cuts
        ]
        there, back = (self.aisle.direction is not way for way in (Direction.BACKWARD, Direction.FORWARD))
        return [
            Path(
                first, second, _apart(junctions[first], junctions[second]), there, back, self.aisle.id, self.aisle.kind
            )
            for first, second in pairwise(corners)
            if first != second
        ]


def _cut(one: _Line, other: _Line) -> None:
    """Where two aisles cross, or would if they were up to a metre longer, both get a junction."""
    turn = one.dx * other.dy - one.dy * other.dx
    if abs(turn) < 1e-6:
        return
    x, y = other.aisle.x1_mm - one.aisle.x1_mm, other.aisle.y1_mm - one.aisle.y1_mm
    on_one, on_other = (x * other.dy - y * other.dx) / turn, (x * one.dy - y * one.dx) / turn
    if -MEETS_MM <= on_one <= one.length_mm + MEETS_MM and -MEETS_MM <= on_other <= other.length_mm + MEETS_MM:
        one.cuts.append(on_one)
        other.cuts.append(on_other)


def _junction(junctions: list[Xy], x: float, y: float) -> int:
    """The number of the junction here; a new one where none is within a metre."""
    for number, other in enumerate(junctions):
        if _apart(other, (x, y)) <= MEETS_MM:
            return number
    junctions.append((x, y))
    return len(junctions) - 1


def _links(junctions: Sequence[Xy], paths: Sequence[Path]) -> list[Path]:
    """Straight ways between parts of the plan that do not hang together: from each end to the nearest of each other."""
    part = list(range(len(junctions)))
    for path in paths:
        old, new = part[path.second], part[path.first]
        part = [new if one == old else one for one in part]
    parts = {name: [n for n, one in enumerate(part) if one == name] for name in part}
    links = {}
    if len(parts) > 1:
        for number, here in enumerate(junctions):
            for name, others in parts.items():
                if part[number] != name:
                    nearest = min(others, key=lambda other: _apart(here, junctions[other]))
                    pair = min(number, nearest), max(number, nearest)
                    links[pair] = Path(*pair, _apart(here, junctions[nearest]))
    return list(links.values())


def _apart(one: Xy, other: Xy) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
