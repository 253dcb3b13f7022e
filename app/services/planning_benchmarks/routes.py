"""`bench route`: planned walks beside the shortest ones and beside the rules by which pickers walk."""

import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.domain.sites.layout import Stop
from app.domain.sites.places import Aisle, AisleKind, Direction
from app.domain.walking import Call, Load, Network, Walk, network_of, plan_walk
from app.domain.walking.referees import by_integer_program, held_karp
from app.domain.walking.rules import Block, combined, largest_gap, s_shape
from app.services.planning_benchmarks.measuring import Result, surroundings, timed, times

_LENGTH_MM, _APART_MM, _BAY_MM = 30_000, 5_000, 500
_DEPOT = (0.0, 0.0)
_LESS_MM = 1.0
_ABOVE = {"exact": 1e-6, "searched": 0.01}
"""How much longer than the shortest a walk may be, by how it was found; more is an error."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """A warehouse to walk through: so many aisles and cross aisles, and so many picks a walk."""

    name: str
    aisles: int
    crosses: int
    picks: int
    one_way: bool = False
    loads: bool = False


_MEASURED = (
    _Layout("one block", 10, 2, 100),
    _Layout("two blocks", 10, 3, 60),
    _Layout("three blocks", 10, 4, 60),
    _Layout("five blocks", 10, 6, 60),
)
_REFEREED = (
    _Layout("one block, few picks", 5, 2, 10),
    _Layout("three blocks, few picks", 5, 4, 10),
    _Layout("one-way aisles, few picks", 5, 3, 10, one_way=True),
    _Layout("heavy before fragile, few picks", 5, 2, 10, loads=True),
)


def route(*, walks: int = 50, refereed: int = 2) -> Iterator[Result]:
    """Walks of a full cart, `refereed` of them also by integer program; then small ones, each beside Held and Karp."""
    for layout in _MEASURED:
        yield _measured(layout, walks, refereed, _program)
    for layout in _REFEREED:
        yield _measured(layout, walks, walks, _held_karp)


@dataclass(frozen=True, slots=True)
class _Case:
    """One list of picks, from the depot and back to it."""

    network: Network
    aisles: Sequence[Aisle]
    calls: Sequence[Call]

    def walk(self) -> Walk:
        return plan_walk(self.network, self.calls, _DEPOT, _DEPOT)


def _measured(layout: _Layout, walks: int, refereed: int, referee: Callable[[_Case], float]) -> Result:
    dice = random.Random(layout.name)  # noqa: S311  # the same cases every time
    aisles = _drawn(layout)
    network = network_of(aisles)
    assert network is not None
    cases = [_Case(network, aisles, _calls(layout, aisles, dice)) for _ in range(walks)]
    took: list[float] = []
    found = [timed(case.walk, took) for case in cases]
    above = [one.mm / referee(case) - 1 for one, case in zip(found[:refereed], cases, strict=False)]
    too_long = sum(one > _ABOVE[walk.how.value] for one, walk in zip(above, found, strict=False))
    beside = _beside_rules(cases, found) if layout.crosses == 2 and not layout.loads else {"errors": 0}
    return {
        "bench": "route",
        "layout": layout.name,
        "picks": layout.picks,
        "walks": walks,
        "how": found[0].how.value,
        "metres": round(statistics.mean(one.mm for one in found) / 1000, 1),
        "refereed": len(above),
        "above_optimum_max": round(max(above, default=0.0), 6),
        "above_optimum_mean": round(statistics.mean(above or [0.0]), 6),
        **beside,
        "errors": too_long + int(str(beside["errors"])),
        **times(took),
        **surroundings(),
    }


def _beside_rules(cases: Sequence[_Case], found: Sequence[Walk]) -> Result:
    blocks = [_block(case) for case in cases]
    ratios: Result = {}
    for rule in (s_shape, largest_gap, combined):
        lengths = [rule(block) for block in blocks]
        ratios[rule.__name__] = round(sum(lengths) / sum(walk.mm for walk in found), 3)
        worse = sum(walk.mm > length + _LESS_MM for walk, length in zip(found, lengths, strict=True))
        ratios["errors"] = worse + int(str(ratios.get("errors", 0)))
    return ratios


def _block(case: _Case) -> Block:
    picks: dict[float, list[float]] = {}
    for call in case.calls:
        picks.setdefault(call.stop.y_mm // _APART_MM * _APART_MM, []).append(call.stop.x_mm)
    return Block(_LENGTH_MM, 0.0, picks)


def _program(case: _Case) -> float:
    spots = [spot for call in case.calls if (spot := case.network.reached_from(call.stop))]
    depot = case.network.nearest(*_DEPOT)
    return by_integer_program(case.network, [depot, *spots, depot])


def _held_karp(case: _Case) -> float:
    spots = [spot for call in case.calls if (spot := case.network.reached_from(call.stop))]
    depot = case.network.nearest(*_DEPOT)
    return held_karp(case.network.distances([depot, *spots, depot]), [0, *(int(call.load) for call in case.calls), 0])


def _drawn(layout: _Layout) -> list[Aisle]:
    """Aisles along x, five metres apart; every second one the other way round where they are one-way."""
    width = (layout.aisles - 1) * _APART_MM
    along = [
        Aisle(f"A{n}", 0, n * _APART_MM, _LENGTH_MM, n * _APART_MM, position=n, id=UUID(int=n + 1))
        for n in range(layout.aisles)
    ]
    if layout.one_way:
        ways = (Direction.FORWARD, Direction.BACKWARD)
        along = [replace(aisle, direction=ways[n % 2]) for n, aisle in enumerate(along)]
    places = [_LENGTH_MM * n // (layout.crosses - 1) for n in range(layout.crosses)]
    return along + [
        Aisle(f"X{n}", x, 0, x, width, AisleKind.CROSS, id=UUID(int=1000 + n)) for n, x in enumerate(places)
    ]


def _calls(layout: _Layout, aisles: Sequence[Aisle], dice: random.Random) -> list[Call]:
    """Picks anywhere along the aisles; a third heavy and a third fragile where loads count."""
    calls = []
    for n in range(layout.picks):
        aisle = aisles[dice.randrange(layout.aisles)]
        x = dice.randrange(0, _LENGTH_MM + 1, _BAY_MM)
        load = dice.choice(list(Load)) if layout.loads else Load.ANY
        calls.append(Call(Stop(UUID(int=2000 + n), x, aisle.y1_mm + 1500, aisle=aisle.id), load))
    return calls
