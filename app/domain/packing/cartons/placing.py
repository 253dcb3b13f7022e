"""Putting units into one carton: each at the lowest free corner where it stands firmly.

Free corners are the extreme points of Crainic, Perboli and Tadei (INFORMS Journal on Computing 20 (3), 2008, 368-384):
where a new unit ends, pushed back to what is there already. Units are put in one after the other, the order decides;
several orders are tried. A unit stands firmly on the floor, or with three quarters of its base on others that are not
fragile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from app.domain.packing.cartons.goods import Box, Good, Packed, Placed

_FULL_PERCENT = 80
Point = tuple[int, int, int]
Numbers = NDArray[np.int64]
Truths = NDArray[np.bool_]
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
    _low: Numbers = field(default_factory=lambda: np.zeros((0, 3), np.int64))
    _high: Numbers = field(default_factory=lambda: np.zeros((0, 3), np.int64))
    _fragile: Truths = field(default_factory=lambda: np.zeros(0, np.bool_))

    def take(self, good: Good) -> bool:
        """Put a unit in where it stands best; whether that could be done."""
        if not self.corners or self.kg + good.kg > self.box.limit_kg or self.mm3 + good.mm3 > self.box.goods_mm3:
            return False
        ways = np.array(good.ways, np.int64)
        corners = np.array(self.corners, np.int64)
        low = np.repeat(corners, len(ways), axis=0)
        size = np.tile(ways, (len(corners), 1))
        allowed = np.flatnonzero(self._allowed(low, low + size))
        if not len(allowed):
            return False
        x, y, z = low[allowed].T
        deep, wide, tall = size[allowed].T
        keys = (deep, x, y, tall, z) if self.flat else (x, y, deep, wide, z + tall)
        best = allowed[np.lexsort(keys)[0]]
        self._put(good, tuple(int(n) for n in low[best]), tuple(int(n) for n in size[best]))
        return True

    def _allowed(self, low: Numbers, high: Numbers) -> Truths:
        """Which places lie inside, overlap nothing, and stand firmly on nothing fragile."""
        sides = np.array((self.box.length_mm, self.box.width_mm, self.box.height_mm), np.int64)
        inside: Truths = np.all(high <= sides, axis=1)
        if not len(self._low):
            return inside
        shared = np.minimum(high[:, None], self._high[None]) - np.maximum(low[:, None], self._low[None])
        beside = (shared[:, :, :2] > 0).all(axis=2)
        free = ~(beside & (shared[:, :, 2] > 0)).any(axis=1)
        carried_by = beside & (low[:, None, 2] == self._high[None, :, 2])
        carried = np.where(carried_by, shared[:, :, 0] * shared[:, :, 1], 0).sum(axis=1)
        base = (high[:, 0] - low[:, 0]) * (high[:, 1] - low[:, 1])
        firm = (low[:, 2] == 0) | (carried * 4 >= base * 3)
        carries = beside & (high[:, None, 2] == self._low[None, :, 2])
        unbroken = ~(carried_by & self._fragile[None]).any(axis=1) & ~carries.any(axis=1)
        allowed: Truths = inside & free & firm & unbroken
        return allowed

    def _put(self, good: Good, low: tuple[int, ...], size: tuple[int, ...]) -> None:
        high = tuple(one + side for one, side in zip(low, size, strict=True))
        found = {self._pushed(point, axes) for point, axes in self._ends(low, high)}
        taken = np.array(low), np.array(high)
        self._low, self._high = np.vstack((self._low, taken[0])), np.vstack((self._high, taken[1]))
        self._fragile = np.append(self._fragile, good.fragile)
        self.placed.append(Placed(good, *low, *size))
        self.kg += good.kg
        self.mm3 += good.mm3
        inside = [
            one
            for one in {*self.corners, *found}
            if not all(a <= n < b for n, a, b in zip(one, low, high, strict=True))
        ]
        self.corners = sorted(inside, key=lambda one: (one[2], one[1], one[0]))

    def _ends(self, low: tuple[int, ...], high: tuple[int, ...]) -> list[tuple[Point, tuple[int, int]]]:
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
            others = [n for n in range(3) if n != axis]
            meets = (self._high[:, axis] <= pushed[axis]) & np.logical_and.reduce(
                [(self._low[:, n] <= pushed[n]) & (pushed[n] < self._high[:, n]) for n in others]
            )
            pushed[axis] = int(self._high[meets, axis].max(initial=0))
        return pushed[0], pushed[1], pushed[2]
