"""What goes into cartons, what cartons there are, and where in them each unit lies. All lengths in whole mm."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

MM3_PER_KG = 5_000_000
"""Five litres are charged as one kilogram: the divisor of 5,000 cm³ a kilogram that parcel services use."""


@dataclass(frozen=True, slots=True)
class Good:
    """One unit to be packed: its sides, its weight, and how it may stand.

    `upright` goods keep their height upwards (this side up). Nothing rests on `fragile` goods. Goods with a `hazard`
    class share a carton with goods of that class only.
    """

    sku: str
    length_mm: int
    width_mm: int
    height_mm: int
    kg: Decimal = Decimal(0)
    upright: bool = False
    fragile: bool = False
    hazard: str = ""

    @property
    def mm3(self) -> int:
        """Its volume."""
        return self.length_mm * self.width_mm * self.height_mm

    @property
    def ways(self) -> tuple[tuple[int, int, int], ...]:
        """How it may be turned: length, width and height as it stands, the flattest first."""
        a, b, c = self.length_mm, self.width_mm, self.height_mm
        turned = [(a, b, c), (b, a, c)]
        if not self.upright:
            turned += [(a, c, b), (c, a, b), (b, c, a), (c, b, a)]
        return tuple(sorted(set(turned), key=lambda way: (way[2], -way[0])))


@dataclass(frozen=True, slots=True)
class Box:
    """A kind of carton: its inner sides, its weight with padding, what may be in it at most; `wall_mm` on each side.

    `fill_percent` of its room is kept for filling; `cost` is what the carton itself costs.
    """

    code: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_kg: Decimal = Decimal(0)
    limit_kg: Decimal = Decimal(30)
    wall_mm: int = 4
    fill_percent: int = 0
    cost: Decimal = Decimal(0)

    @property
    def mm3(self) -> int:
        """The room in it."""
        return self.length_mm * self.width_mm * self.height_mm

    @property
    def goods_mm3(self) -> int:
        """How much of that goods may take: the rest is for filling."""
        return self.mm3 * (100 - self.fill_percent) // 100

    @property
    def outer_mm3(self) -> int:
        """How much room it takes itself."""
        sides = (self.length_mm, self.width_mm, self.height_mm)
        length, width, height = (side + 2 * self.wall_mm for side in sides)
        return length * width * height


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a service charges a carton: prices by the weight up to which they hold (kg), in rising order.

    Charged is the weight, or what the volume counts for where that is more. Above the last step, and where there are no
    steps, each kilogram begun counts as one.
    """

    steps: tuple[tuple[Decimal, Decimal], ...] = ()
    mm3_per_kg: int = MM3_PER_KG

    def charged_kg(self, box: Box, goods_kg: Decimal) -> Decimal:
        """The weight that is charged for a carton with goods of this weight in it."""
        return max(box.tare_kg + goods_kg, Decimal(box.outer_mm3) / self.mm3_per_kg)

    def price(self, box: Box, goods_kg: Decimal) -> Decimal:
        """What the carton is charged."""
        charged = self.charged_kg(box, goods_kg)
        for limit, price in self.steps:
            if charged <= limit:
                return price
        begun = charged.to_integral_value(ROUND_CEILING)
        return (self.steps[-1][1] + (begun - self.steps[-1][0]) if self.steps else begun) or Decimal(1)

    def worth(self, box: Box, goods_kg: Decimal) -> tuple[Decimal, Decimal]:
        """By what cartons are compared: carrying and carton together; one after the other where there are no prices."""
        price = self.price(box, goods_kg)
        return (price + box.cost, box.cost) if self.steps else (price, box.cost)


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit in its carton: the corner nearest the carton's own, and its sides as it stands."""

    good: Good
    x_mm: int
    y_mm: int
    z_mm: int
    length_mm: int
    width_mm: int
    height_mm: int


@dataclass(frozen=True, slots=True)
class Packed:
    """One carton with what lies in it, in the order in which it is put in."""

    box: Box
    placed: tuple[Placed, ...]

    @property
    def goods_kg(self) -> Decimal:
        """What is in it weighs so much."""
        return sum((one.good.kg for one in self.placed), Decimal(0))

    @property
    def filled(self) -> Decimal:
        """Which part of the carton is goods."""
        return Decimal(sum(one.good.mm3 for one in self.placed)) / self.box.mm3


def faults(packed: Packed) -> list[str]:
    """What is wrong with a packing, in the words of a programmer: empty where it can be built as it stands.

    Independent of how packings are found; slow, and written to be read.
    """
    found = []
    box = packed.box
    if packed.goods_kg > box.limit_kg:
        found.append("too heavy")
    if sum(one.good.mm3 for one in packed.placed) > box.goods_mm3:
        found.append("no room for filling")
    if len({one.good.hazard for one in packed.placed}) > 1:
        found.append("hazard classes together")
    for n, one in enumerate(packed.placed):
        name = f"{one.good.sku} at {one.x_mm},{one.y_mm},{one.z_mm}"
        if (one.length_mm, one.width_mm, one.height_mm) not in one.good.ways:
            found.append(f"{name} turned as it may not be")
        if min(one.x_mm, one.y_mm, one.z_mm) < 0 or not _inside(one, box):
            found.append(f"{name} sticks out")
        found += [f"{name} overlaps {other.good.sku}" for other in packed.placed[:n] if _overlaps(one, other)]
        below = [other for other in packed.placed if other is not one and _rests_on(one, other)]
        found += [f"{name} rests on fragile {other.good.sku}" for other in below if other.good.fragile]
        carried = sum(_shared_mm2(one, other) for other in below)
        if one.z_mm and carried * 4 < one.length_mm * one.width_mm * 3:
            found.append(f"{name} hangs in the air")
    return found


def _inside(one: Placed, box: Box) -> bool:
    return (
        one.x_mm + one.length_mm <= box.length_mm
        and one.y_mm + one.width_mm <= box.width_mm
        and one.z_mm + one.height_mm <= box.height_mm
    )


def _overlaps(one: Placed, other: Placed) -> bool:
    apart = one.z_mm >= other.z_mm + other.height_mm or other.z_mm >= one.z_mm + one.height_mm
    return not apart and _shared_mm2(one, other) > 0


def _rests_on(one: Placed, other: Placed) -> bool:
    return one.z_mm == other.z_mm + other.height_mm and _shared_mm2(one, other) > 0


def _shared_mm2(one: Placed, other: Placed) -> int:
    """The area that two units share, seen from above."""
    length = min(one.x_mm + one.length_mm, other.x_mm + other.length_mm) - max(one.x_mm, other.x_mm)
    width = min(one.y_mm + one.width_mm, other.y_mm + other.width_mm) - max(one.y_mm, other.y_mm)
    return max(length, 0) * max(width, 0)


def fits_at_all(goods: Sequence[Good], box: Box) -> bool:
    """Whether weight, volume and each single unit allow this carton; below that no packing has to be tried."""
    if sum(good.mm3 for good in goods) > box.goods_mm3 or sum((good.kg for good in goods), Decimal(0)) > box.limit_kg:
        return False
    return all(fits_alone(good, box) for good in set(goods))


def fits_alone(good: Good, box: Box) -> bool:
    """Whether one unit goes into the carton, however it is turned."""
    inner = (box.length_mm, box.width_mm, box.height_mm)
    return (
        good.kg <= box.limit_kg
        and good.mm3 <= box.goods_mm3
        and any(all(side <= room for side, room in zip(way, inner, strict=True)) for way in good.ways)
    )
