"""`bench batch`: batches of orders beside the best ones, and beside first come, first served."""

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from app.domain.batching import Batches, Cart, PickOrder, first_come, plan_batches
from app.domain.batching.referees import by_set_partitioning
from app.domain.sites.layout import Stop
from app.domain.sites.places import Aisle, AisleKind
from app.domain.walking import Lengths, network_of
from app.services.planning_benchmarks.measuring import Result, surroundings, timed

_LENGTH_MM, _APART_MM, _BAY_MM, _AISLES = 30_000, 5_000, 500, 10
_PACKING = (0.0, 0.0)
_ALLOWED, _SAVED = 0.005, 0.15
"""How much more than the best batches may walk, and how much less than first come first served they must."""


def batch(*, cases: int = 3, orders: int = 2000) -> Iterator[Result]:
    """Few orders beside the exact answer, a hundred beside first come first served, many for the time they take."""
    lengths = _lengths()
    for count, slots in ((20, 4), (30, 3), (40, 3)):
        for seed in range(cases):
            made = _orders(count, lengths, seed)
            took: list[float] = []
            found = timed(lambda made=made, slots=slots: plan_batches(made, Cart(slots), lengths), took)  # type: ignore[misc]  # bound at once
            best = by_set_partitioning(made, Cart(slots), lengths)
            above = found.mm / best - 1
            yield _result(made, Cart(slots), found, lengths, took) | {
                "above_optimum": round(above, 5),
                "errors": int(above > _ALLOWED),
            }
    for count, cart in ((100, Cart(8)), (100, Cart(12, Decimal(120), Decimal(80))), (orders, Cart(8))):
        made, took = _orders(count, lengths, 0), []
        found = timed(lambda made=made, cart=cart: plan_batches(made, cart, lengths), took)  # type: ignore[misc]  # bound at once
        result = _result(made, cart, found, lengths, took)
        yield result | {"errors": int(float(str(result["less_than_first_come"])) < _SAVED)}


def _result(
    orders: Sequence[PickOrder], cart: Cart, found: Batches, lengths: Lengths, took_ms: Sequence[float]
) -> Result:
    simple = first_come(orders, cart, lengths)
    return {
        "bench": "batch",
        "orders": len(orders),
        "slots": cart.slots,
        "batches": len(found.batches),
        "metres": round(found.mm / 1000),
        "first_come_metres": round(simple.mm / 1000),
        "less_than_first_come": round(1 - found.mm / simple.mm, 4),
        "cpu_s": round(sum(took_ms) / 1000, 2),
        **surroundings(),
    }


def _lengths() -> Lengths:
    """One block of ten aisles of thirty metres."""
    width = (_AISLES - 1) * _APART_MM
    along = [
        Aisle(f"A{n}", 0, n * _APART_MM, _LENGTH_MM, n * _APART_MM, position=n, id=UUID(int=n + 1))
        for n in range(_AISLES)
    ]
    ends = [Aisle(f"X{x}", x, 0, x, width, AisleKind.CROSS) for x in (0, _LENGTH_MM)]
    network = network_of([*along, *ends])
    assert network is not None
    return Lengths(network, _PACKING)


def _orders(count: int, lengths: Lengths, seed: int) -> list[PickOrder]:
    """Orders of one to five lines; a fifth of the bins is asked for four times as often as the others."""
    dice = random.Random(seed * 10_000 + count)  # noqa: S311  # the same cases every time
    found = []
    for n in range(count):
        stops = []
        for _ in range(dice.randint(1, 5)):
            part = dice.random() * (0.2 if dice.random() < 0.5 else 1.0)
            place = int(part * _AISLES * (_LENGTH_MM // _BAY_MM))
            aisle, bay = divmod(place, _LENGTH_MM // _BAY_MM)
            stops.append(Stop(UUID(int=place), bay * _BAY_MM, aisle * _APART_MM, aisle=UUID(int=aisle + 1)))
        spots = frozenset(spot for stop in stops if (spot := lengths.spot(stop)) is not None)
        litres, kg = Decimal(dice.randint(2, 15)), Decimal(dice.randint(1, 12))
        found.append(PickOrder(f"SO-{n + 1}", spots, 1, litres, kg))
    return found
