"""Putting units into one carton: each at the lowest free corner where it stands firmly.

Free corners are the extreme points of Crainic, Perboli and Tadei (INFORMS Journal on Computing 20 (3), 2008, 368-384):
where a new unit ends, pushed back to what is there already. Units are put in one after the other, the order decides;
several orders are tried. A unit stands firmly on the floor, or with three quarters of its base on others that are not
fragile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.domain.packing.cartons.goods import Box, Good, Packed, Placed

_FULL_PERCENT = 80
Point = tuple[int, int, int]
Numbers = NDArray[np.int64]
Span = tuple[int, int, int, int, int, int]
_Order = Callable[[Good], tuple[object, ...]]

_ORDERS: tuple[_Order, ...] = (
    lambda good: (good.fragile, -good.mm3, good.sku),
    lambda good: (good.fragile, -max(good.length_mm, good.width_mm, good.height_mm), -good.mm3, good.sku),
    lambda good: (good.fragile, -good.mm3 // min(good.length_mm, good.width_mm, good.height_mm), -good.mm3, good.sku),
    lambda good: (good.fragile, -min(good.length_mm, good.width_mm, good.height_mm), -good.mm3, good.sku),
    lambda good: (good.fragile, -good.height_mm, -good.length_mm * good.width_mm, good.sku),
)


def pack_all(goods: Sequence[Good], box: Box) -> Packed | None:
    """All units in one carton of this kind; None where no order of putting them in was found.

    Where hardly any room would be left, the first orders decide: the others are rarely better there, and take long.
    """
    full = sum(good.mm3 for good in goods) * 100 > box.mm3 * _FULL_PERCENT
    for order in _ORDERS[:2] if full else _ORDERS:
        for flat in (True, False):
            packed, left = _fill(sorted(goods, key=order), box, flat=flat, must_all=True)
            if not left:
                return packed
    return None


def pack_most(goods: Sequence[Good], box: Box) -> tuple[Packed, list[Good]]:
    """As much as goes into one carton of this kind, the biggest units first; and what is left."""
    return _fill(sorted(goods, key=_ORDERS[0]), box, flat=True, must_all=False)


def _fill(goods: Sequence[Good], box: Box, *, flat: bool, must_all: bool) -> tuple[Packed, list[Good]]:
    load = _Load(box, flat)
    left: list[Good] = []
    for n, good in enumerate(goods):
        if not load.take(good):
            left.append(good)
            if must_all:
                return Packed(box, ()), [*left, *goods[n + 1 :]]
    return Packed(box, tuple(load.placed)), left


@dataclass(slots=True)
class _Load:
    """A carton that is being filled. `flat`: low corners before near ones; else what leaves the pile lowest first."""

    box: Box
    flat: bool
    placed: list[Placed] = field(default_factory=list)
    corners: list[Point] = field(default_factory=lambda: [(0, 0, 0)])
    kg: Decimal = Decimal(0)
    mm3: int = 0
    _spans: list[Span] = field(default_factory=list)
    """Where each unit begins and ends: along the length, the width, the height."""
    _fragile: list[bool] = field(default_factory=list)

    def take(self, good: Good) -> bool:
        """Put a unit in where it stands best; whether that could be done."""
        if not self.corners or self.kg + good.kg > self.box.limit_kg or self.mm3 + good.mm3 > self.box.goods_mm3:
            return False
        low, size = self._within(_ways(good))
        allowed = self._allowed(low, low + size)
        if not len(allowed):
            return False
        x, y, z = low[:, allowed]
        deep, wide, tall = size[:, allowed]
        keys = (deep, x, y, tall, z) if self.flat else (x, y, deep, wide, z + tall)
        best = allowed[np.lexsort(keys)[0]]
        self._put(good, tuple(low[:, best].tolist()), tuple(size[:, best].tolist()))
        return True

    def _within(self, ways: Numbers) -> tuple[Numbers, Numbers]:
        """Every way to stand at every corner that does not stick out: low ends and sizes, by axis."""
        corners = np.array(self.corners, np.int64).T
        low, size = np.repeat(corners, ways.shape[1], axis=1), np.tile(ways, (1, corners.shape[1]))
        end = low + size
        box = self.box
        inside = (end[0] <= box.length_mm) & (end[1] <= box.width_mm) & (end[2] <= box.height_mm)
        return low[:, inside], size[:, inside]

    def _allowed(self, low: Numbers, high: Numbers) -> Numbers:
        """Which places overlap nothing, and stand firmly on nothing fragile: their positions."""
        if not self._spans or not low.shape[1]:
            return np.arange(low.shape[1])
        spans = np.array(self._spans, np.int64).T
        deep, wide, tall = (
            np.minimum(high[n][:, None], spans[2 * n + 1]) - np.maximum(low[n][:, None], spans[2 * n]) for n in range(3)
        )
        beside = (deep > 0) & (wide > 0)
        free = np.flatnonzero(~(beside & (tall > 0)).any(axis=1))
        if not len(free):
            return free
        low, high, beside = low[:, free], high[:, free], beside[free]
        carried_by = beside & (low[2][:, None] == spans[5])
        carried = np.where(carried_by, deep[free] * wide[free], 0).sum(axis=1)
        base = (high[0] - low[0]) * (high[1] - low[1])
        firm = (low[2] == 0) | (carried * 4 >= base * 3)
        fragile = np.array(self._fragile)
        broken = (beside & ((carried_by & fragile) | (high[2][:, None] == spans[4]))).any(axis=1)
        allowed: Numbers = free[firm & ~broken]
        return allowed

    def _put(self, good: Good, low: Point, size: Point) -> None:
        (x, y, z), (length, width, height) = low, size
        right, back, top = x + length, y + width, z + height
        found = {self._pushed(point, axes) for point, axes in self._ends(low, (right, back, top))}
        self._spans.append((x, right, y, back, z, top))
        self._fragile.append(good.fragile)
        self.placed.append(Placed(good, *low, *size))
        self.kg += good.kg
        self.mm3 += good.mm3
        outside = [
            one
            for one in found.union(self.corners)
            if not (x <= one[0] < right and y <= one[1] < back and z <= one[2] < top)
        ]
        self.corners = sorted(outside, key=lambda one: (one[2], one[1], one[0]))

    def _ends(self, low: Point, high: Point) -> list[tuple[Point, tuple[int, int]]]:
        """Where a unit ends along each axis, with the axes along which one looks back from there."""
        (x, y, z), (right, back, top) = low, high
        ends: list[tuple[Point, tuple[int, int]]] = [
            ((right, y, z), (1, 2)),
            ((x, back, z), (0, 2)),
            ((x, y, top), (0, 1)),
        ]
        sides = (self.box.length_mm, self.box.width_mm, self.box.height_mm)
        return [(point, axes) for n, (point, axes) in enumerate(ends) if point[n] < sides[n]]

    def _pushed(self, point: Point, axes: tuple[int, int]) -> Point:
        """The point, pushed back along each axis until it meets a unit or the carton's wall."""
        pushed = list(point)
        for axis in axes:
            one, two = (n for n in range(3) if n != axis)
            ends = (
                span[2 * axis + 1]
                for span in self._spans
                if span[2 * axis + 1] <= pushed[axis]
                and span[2 * one] <= pushed[one] < span[2 * one + 1]
                and span[2 * two] <= pushed[two] < span[2 * two + 1]
            )
            pushed[axis] = max(ends, default=0)
        return pushed[0], pushed[1], pushed[2]


@lru_cache(maxsize=512)
def _ways(good: Good) -> Numbers:
    """How a unit may be turned: its lengths, its widths and its heights, each a row."""
    return np.array(good.ways, np.int64).T
