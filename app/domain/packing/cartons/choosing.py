"""Which cartons to take: those that cost least with the service that carries them, and where in them goods lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.packing.cartons.goods import Box, Good, Packed, Tariff, fits_alone, fits_at_all
from app.domain.packing.cartons.placing import pack_all, pack_most


@dataclass(frozen=True, slots=True)
class Proposal:
    """The cartons for an order, what carrying them is charged, and the units that no carton takes."""

    cartons: tuple[Packed, ...]
    price: Decimal
    too_big: tuple[Good, ...] = ()


def propose(goods: Sequence[Good], boxes: Sequence[Box], tariff: Tariff) -> Proposal:
    """The cheapest cartons that were found for goods; the same goods always get the same ones.

    Goods of each hazard class are kept apart. One carton is taken where one will do, the cheapest that all goods were
    packed into; else big ones are filled one after the other, and the last is again the cheapest.
    """
    too_big = tuple(good for good in goods if not any(fits_alone(good, box) for box in boxes))
    cartons: list[Packed] = []
    for hazard in sorted({good.hazard for good in goods}):
        kept = [good for good in goods if good.hazard == hazard and good not in too_big]
        cartons += _cartons(kept, boxes, tariff)
    price = sum((tariff.price(one.box, one.goods_kg) for one in cartons), Decimal(0))
    return Proposal(tuple(cartons), price, too_big)


def at_least(goods: Sequence[Good], boxes: Sequence[Box], tariff: Tariff) -> Decimal | None:
    """What one carton for all goods costs at least, by weight, volume and each unit alone; None: one is too few."""
    kg = sum((good.kg for good in goods), Decimal(0))
    if len({good.hazard for good in goods}) > 1:
        return None
    return min((tariff.price(box, kg) for box in boxes if fits_at_all(goods, box)), default=None)


def _cartons(goods: Sequence[Good], boxes: Sequence[Box], tariff: Tariff) -> list[Packed]:
    left, cartons = list(goods), list[Packed]()
    while left:
        packed = _one_carton(left, boxes, tariff)
        if packed is not None:
            return [*cartons, packed]
        filled, left = _fullest(left, boxes)
        cartons.append(filled)
    return cartons


def _one_carton(goods: Sequence[Good], boxes: Sequence[Box], tariff: Tariff) -> Packed | None:
    """The cheapest carton that all goods go into, itself and carried; of two that cost the same the smaller one."""
    kg = sum((good.kg for good in goods), Decimal(0))
    by_price = sorted(boxes, key=lambda box: (*tariff.worth(box, kg), box.mm3, box.code))
    packings = (pack_all(goods, box) for box in by_price if fits_at_all(goods, box))
    return next((packed for packed in packings if packed is not None), None)


def _fullest(goods: Sequence[Good], boxes: Sequence[Box]) -> tuple[Packed, list[Good]]:
    """The carton that takes most of the goods, by volume; of several the smallest one."""
    filled = [pack_most(goods, box) for box in boxes]
    return max(filled, key=lambda one: (sum(unit.good.mm3 for unit in one[0].placed), -one[0].box.mm3, one[0].box.code))
