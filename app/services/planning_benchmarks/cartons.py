"""`bench carton`: packings of made-up orders, each checked, beside what a carton must cost at least."""

import random
from collections.abc import Iterator
from decimal import Decimal

from app.domain.packing.cartons import Box, Good, Tariff, at_least, faults, propose
from app.services.planning_benchmarks.measuring import Result, surroundings, timed, times

_BOXES = (
    Box("XS", 200, 150, 100, Decimal("0.08"), Decimal(5)),
    Box("S", 300, 200, 150, Decimal("0.15"), Decimal(10)),
    Box("M", 400, 300, 200, Decimal("0.3"), Decimal(20)),
    Box("L", 600, 400, 300, Decimal("0.55"), Decimal(30)),
    Box("XL", 800, 600, 400, Decimal("1.1"), Decimal(30)),
)
_TARIFF = Tariff(tuple((Decimal(kg), price) for kg, price in ((2, Decimal(4)), (5, Decimal(6)), (10, Decimal(9)),
                                                               (20, Decimal(14)), (40, Decimal(22)))))  # fmt: skip
_ROOMY = Decimal("0.75")


def carton(*, orders: int = 300) -> Iterator[Result]:
    """Orders of 3, 10 and 20 units, a third of which stand upright, a fifth fragile, one in twenty dangerous."""
    for units in (3, 10, 20):
        yield _packed(units, orders)


def _packed(units: int, orders: int) -> Result:
    """`cheapest_share`: orders that need not cost more by any bound; `roomy_share`: those of bounds filled to 75 %."""
    dice = random.Random(units)  # noqa: S311  # the same cases every time
    took: list[float] = []
    wrong = cheapest = roomy = roomy_cheapest = bounded = cartons = 0
    filled, price, bound = Decimal(0), Decimal(0), Decimal(0)
    for _ in range(orders):
        goods = _goods(units, dice)
        found = timed(lambda goods=goods: propose(goods, _BOXES, _TARIFF), took)  # type: ignore[misc]  # bound at once
        packed = sorted(one.good.sku for carton in found.cartons for one in carton.placed)
        wrong += any(map(faults, found.cartons)) or packed + [good.sku for good in found.too_big] != sorted(
            good.sku for good in goods
        )
        cartons += len(found.cartons)
        filled += sum((one.filled for one in found.cartons), Decimal(0))
        least = at_least(goods, _BOXES, _TARIFF)
        if least is not None:
            bounded += 1
            price, bound = price + found.price, bound + least
            reached = found.price == least
            cheapest += reached
            snug = _fullest_bound(goods, least)
            roomy += snug <= _ROOMY
            roomy_cheapest += reached and snug <= _ROOMY
    return {
        "bench": "carton",
        "units": units,
        "orders": orders,
        "errors": wrong,
        "cartons": cartons,
        "filled": round(float(filled / max(cartons, 1)), 3),
        "price_over_bound": round(float(price / bound), 4) if bound else None,
        "cheapest_share": round(cheapest / max(bounded, 1), 3),
        "roomy_share": round(roomy_cheapest / max(roomy, 1), 3),
        **times(took),
        **surroundings(),
    }


def _fullest_bound(goods: list[Good], least: Decimal) -> Decimal:
    """How full the biggest carton of the least price would be."""
    kg = sum((good.kg for good in goods), Decimal(0))
    room = max(box.mm3 for box in _BOXES if _TARIFF.price(box, kg) == least)
    return Decimal(sum(good.mm3 for good in goods)) / room


def _goods(units: int, dice: random.Random) -> list[Good]:
    longest = dice.choice((80, 150, 250))
    kinds = [
        Good(
            f"SKU-{n}",
            dice.randint(20, longest),
            dice.randint(20, longest),
            dice.randint(20, longest),
            Decimal(dice.randint(20, 1500)) / 1000,
            upright=dice.random() < 1 / 3,
            fragile=dice.random() < 1 / 5,
            hazard="9" if dice.random() < 1 / 20 else "",
        )
        for n in range(dice.randint(1, units))
    ]
    return [dice.choice(kinds) for _ in range(units)]
