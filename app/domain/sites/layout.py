"""Bins on the plan of a warehouse, and the walk through it.

New bins are arranged as racks stand: rows in pairs that face each other across an aisle. People move them afterwards.
The walk goes aisle by aisle, each entered from the end that is nearer where the last one was left, never against a
one-way aisle and never into a closed one. All measures in mm.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot
from uuid import UUID

from app.domain.sites.places import Aisle, AisleKind, Direction

_RUN = re.compile(r"[A-Z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class RackSize:
    """How wide a bay is along the aisle, how deep a rack, and how wide the aisle between two racks."""

    bay_mm: int = 1000
    depth_mm: int = 1100
    aisle_mm: int = 3000


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a bin stands: the corner nearest the origin, and its level above the floor."""

    name: str
    x_mm: int
    y_mm: int
    level: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Bins and the aisles between them, with a cross aisle at both ends."""

    spots: tuple[Spot, ...]
    aisles: tuple[Aisle, ...]


def arrange(names: Sequence[str], size: RackSize, *, x_mm: int = 0, y_mm: int = 0, prefix: str = "") -> Layout:
    """Arrange bins by their names: of `A-07-2` the first part is the rack, the second the bay, the third the level.

    `A07` has no level; a name of one part is one more bay of the same rack. `prefix` begins the names of the aisles.
    """
    parts = [tuple(_RUN.findall(name)) or (name,) for name in names]
    racks = _numbered(_rack(part) for part in parts)
    bays = {rack: _numbered(_bay(part) for part in parts if _rack(part) == rack) for rack in racks}
    levels = _numbered(_level(part) for part in parts)
    spots = tuple(
        Spot(
            name,
            x_mm + bays[_rack(part)][_bay(part)] * size.bay_mm,
            y_mm + _rack_offset(racks[_rack(part)], size),
            levels[_level(part)],
        )
        for name, part in zip(names, parts, strict=True)
    )
    longest = max((len(of_rack) for of_rack in bays.values()), default=0)
    return Layout(spots, _aisles_between(len(racks), longest, size, x_mm, y_mm, prefix))


def _rack(part: tuple[str, ...]) -> str:
    return part[0] if len(part) > 1 else ""


def _bay(part: tuple[str, ...]) -> str:
    return part[1] if len(part) > 1 else part[0]


def _level(part: tuple[str, ...]) -> str:
    return part[2] if len(part) > 2 else ""


def _numbered(values: Iterable[str]) -> dict[str, int]:
    """Each value once, with its place in the order of its first appearance."""
    return {value: n for n, value in enumerate(dict.fromkeys(values))}


def _rack_offset(number: int, size: RackSize) -> int:
    """How far from the first rack: racks 0 and 1 face each other, 1 and 2 stand back to back."""
    pair, second = divmod(number, 2)
    return pair * (2 * size.depth_mm + size.aisle_mm) + second * (size.depth_mm + size.aisle_mm)


def _aisles_between(racks: int, bays: int, size: RackSize, x_mm: int, y_mm: int, prefix: str) -> tuple[Aisle, ...]:
    half = size.aisle_mm // 2
    left, right = x_mm - half, x_mm + bays * size.bay_mm + half
    lines = [y_mm + _rack_offset(2 * n, size) + size.depth_mm + half for n in range((racks + 1) // 2)]
    if not bays:
        return ()
    along = [Aisle(f"{prefix}{n}", left, y, right, y, position=n) for n, y in enumerate(lines, start=1)]
    if len(lines) < 2:
        return tuple(along)
    ends = [
        Aisle(f"{prefix}{name}", x, lines[0], x, lines[-1], AisleKind.CROSS)
        for name, x in (("X1", left), ("X2", right))
    ]
    return (*along, *ends)


@dataclass(frozen=True, slots=True)
class Stop:
    """A bin as the walk sees it: where goods are taken, and its aisle where one was chosen for it."""

    id: UUID
    x_mm: int
    y_mm: int
    level: int = 0
    aisle: UUID | None = None


def nearest_aisles(stops: Iterable[Stop], aisles: Sequence[Aisle]) -> dict[UUID, UUID]:
    """The aisle from which each bin is reached: the nearest one along bins, closed or not, by its id."""
    along = [aisle for aisle in aisles if aisle.kind is AisleKind.AISLE and aisle.id is not None]
    if not along:
        return {}
    return {stop.id: min(along, key=lambda aisle: _distance(stop, aisle)).id for stop in stops}  # type: ignore[misc]  # only those with an id


def walk_order(stops: Sequence[Stop], aisles: Sequence[Aisle]) -> dict[UUID, int]:
    """The place of each bin in the walk, from 1: aisle by aisle, lower levels first at the same bay.

    Bins of closed aisles, and those without an aisle, come last, in the order in which they were given.
    """
    by_aisle: dict[UUID, list[Stop]] = {}
    for stop in stops:
        if stop.aisle is not None:
            by_aisle.setdefault(stop.aisle, []).append(stop)
    order: list[UUID] = []
    here: tuple[float, float] | None = None
    for aisle in sorted(_open(aisles), key=lambda one: (one.position, one.name)):
        assert aisle.id is not None
        forward = _enters_at_first_end(aisle, here)
        reach = {stop.id: _along(stop, aisle) for stop in by_aisle.get(aisle.id, ())}
        found = sorted(
            by_aisle.get(aisle.id, ()), key=lambda stop: (reach[stop.id] if forward else -reach[stop.id], stop.level)
        )
        order += [stop.id for stop in found]
        if found:
            here = (aisle.x2_mm, aisle.y2_mm) if forward else (aisle.x1_mm, aisle.y1_mm)
    walked = set(order)
    order += [stop.id for stop in stops if stop.id not in walked]
    return {identity: n for n, identity in enumerate(order, start=1)}


def unreachable(stops: Iterable[Stop], aisles: Sequence[Aisle]) -> int:
    """How many bins no walk comes by: their aisle is closed, or they have none."""
    reachable = {aisle.id for aisle in _open(aisles)}
    return sum(stop.aisle not in reachable for stop in stops)


def _open(aisles: Iterable[Aisle]) -> list[Aisle]:
    return [one for one in aisles if one.kind is AisleKind.AISLE and not one.closed and one.id is not None]


def _enters_at_first_end(aisle: Aisle, here: tuple[float, float] | None) -> bool:
    if aisle.direction is not Direction.BOTH or here is None:
        return aisle.direction is not Direction.BACKWARD
    first = hypot(aisle.x1_mm - here[0], aisle.y1_mm - here[1])
    second = hypot(aisle.x2_mm - here[0], aisle.y2_mm - here[1])
    return first <= second


def _along(stop: Stop, aisle: Aisle) -> float:
    """How far along the aisle one stands before the bin: 0 at its first end, 1 at its second."""
    dx, dy = aisle.x2_mm - aisle.x1_mm, aisle.y2_mm - aisle.y1_mm
    reach = ((stop.x_mm - aisle.x1_mm) * dx + (stop.y_mm - aisle.y1_mm) * dy) / (dx * dx + dy * dy)
    return min(max(reach, 0.0), 1.0)


def _distance(stop: Stop, aisle: Aisle) -> float:
    reach = _along(stop, aisle)
    x = aisle.x1_mm + reach * (aisle.x2_mm - aisle.x1_mm)
    y = aisle.y1_mm + reach * (aisle.y2_mm - aisle.y1_mm)
    return hypot(stop.x_mm - x, stop.y_mm - y)


def snapped(value_mm: float, grid_mm: int) -> int:
    """The nearest line of the grid."""
    return round(value_mm / grid_mm) * grid_mm
