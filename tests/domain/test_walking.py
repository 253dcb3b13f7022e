"""The walk past a list of bins: exact on blocks, good anywhere, and never against a one-way aisle."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.sites.layout import RackSize, Stop, arrange
from app.domain.sites.places import Aisle, AisleKind, Direction
from app.domain.walking import Call, How, Load, Network, network_of, plan_walk, way_of
from app.domain.walking.referees import by_integer_program, held_karp
from app.domain.walking.rules import Block, combined, largest_gap, s_shape
from app.domain.walking.search import short_walk

LENGTH, APART = 20_000, 5_000
Xy = tuple[float, float]


def aisles_of(count: int, crosses: int) -> list[Aisle]:
    """Aisles along x with cross aisles at both ends, and between them at equal distances."""
    along = [Aisle(f"A{n}", 0, n * APART, LENGTH, n * APART, position=n, id=uuid4()) for n in range(count)]
    if count == 1:
        return along
    places = [LENGTH * n // (crosses - 1) for n in range(crosses)]
    return along + [Aisle(f"X{x}", x, 0, x, (count - 1) * APART, AisleKind.CROSS, id=uuid4()) for x in places]


def network(aisles: Sequence[Aisle]) -> Network:
    found = network_of(aisles)
    assert found is not None
    return found


def call(aisle: Aisle, x_mm: int, load: Load = Load.ANY, level: int = 0) -> Call:
    return Call(Stop(uuid4(), x_mm, aisle.y1_mm + 1000, level, aisle.id), load)


def optimum(ground: Network, calls: Sequence[Call], start: Xy, end: Xy) -> float:
    """The shortest walk, by trying all."""
    spots = [spot for one in calls if (spot := ground.reached_from(one.stop))]
    ways = ground.distances([ground.nearest(*start), *spots, ground.nearest(*end)])
    return held_karp(ways, [0, *(int(one.load) for one in calls), 0])


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Aisle], list[Call], Xy, Xy]:
    """A few picks in up to three blocks; start and end anywhere on the plan."""
    aisles = aisles_of(draw(st.integers(1, 4)), draw(st.integers(2, 4)))
    along = [one for one in aisles if one.kind is AisleKind.AISLE]
    bays = st.integers(0, 20).map(lambda n: n * 1000)
    calls = draw(st.lists(st.builds(call, st.sampled_from(along), bays), min_size=1, max_size=7))
    spot = st.tuples(bays, st.integers(0, (len(along) - 1) * 2).map(lambda n: n * APART / 2))
    start = draw(spot)
    return aisles, calls, start, start if draw(st.booleans()) else draw(spot)


@given(cases())
@settings(max_examples=60)
def test_through_blocks_no_walk_is_shorter_wherever_it_starts_and_ends(
    case: tuple[list[Aisle], list[Call], Xy, Xy],
) -> None:
    aisles, calls, start, end = case
    ground = network(aisles)
    walk = plan_walk(ground, calls, start, end)
    assert walk.how is How.EXACT
    assert sorted(walk.order) == list(range(len(calls)))
    assert walk.mm == pytest.approx(optimum(ground, calls, start, end), abs=1)


@given(cases())
@settings(max_examples=25)
def test_the_search_finds_nearly_the_same_where_it_must(case: tuple[list[Aisle], list[Call], Xy, Xy]) -> None:
    aisles, calls, start, end = case
    ground = network(aisles)
    spots = [spot for one in calls if (spot := ground.reached_from(one.stop))]
    ways = ground.distances([ground.nearest(*start), *spots, ground.nearest(*end)])
    found = short_walk(ways.tolist(), [0] * len(ways), kicks=80)
    length = sum(ways[one, other] for one, other in pairwise(found))
    assert length <= held_karp(ways) * 1.01 + 1


def test_a_long_list_is_as_short_as_an_integer_program_finds_it() -> None:
    dice = random.Random(7)  # noqa: S311  # the same case every time
    aisles = aisles_of(6, 2)
    calls = [call(aisles[dice.randrange(6)], dice.randrange(0, LENGTH, 500)) for _ in range(30)]
    ground = network(aisles)
    depot = ground.nearest(0, 0)
    spots = [spot for one in calls if (spot := ground.reached_from(one.stop))]
    walk = plan_walk(ground, calls, (0, 0), (0, 0))
    assert walk.mm == pytest.approx(by_integer_program(ground, [depot, *spots, depot]), abs=1)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(1, 39)), min_size=1, max_size=60), st.integers(0, 7))
@settings(max_examples=60)
def test_no_rule_by_which_pickers_walk_is_ever_shorter(bays: list[tuple[int, int]], depot: int) -> None:
    aisles = aisles_of(8, 2)
    calls = [call(aisles[aisle], bay * 500) for aisle, bay in bays]
    start = (0.0, float(depot * APART))
    walk = plan_walk(network(aisles), calls, start, start)
    picks: dict[float, list[float]] = {}
    for aisle, bay in bays:
        picks.setdefault(aisle * APART, []).append(bay * 500)
    block = Block(LENGTH, start[1], picks)
    assert walk.mm <= min(s_shape(block), largest_gap(block), combined(block)) + 1


def test_a_known_warehouse_is_walked_as_one_sees_it() -> None:
    first, second, *crosses = aisles_of(2, 2)
    calls = [call(first, 15_000), call(second, 4_000), call(first, 5_000), call(second, 16_000)]
    walk = plan_walk(network([first, second, *crosses]), calls, (0, 0), (0, 0))
    assert walk.mm == 2 * LENGTH + 2 * APART
    assert walk.order in ((2, 0, 3, 1), (1, 3, 0, 2))


def test_the_walk_ends_where_the_goods_go() -> None:
    first, second, *crosses = aisles_of(2, 2)
    calls = [call(first, 5_000), call(first, 15_000)]
    walk = plan_walk(network([first, second, *crosses]), calls, (0, 0), (LENGTH, 0))
    assert (walk.order, walk.mm) == ((0, 1), LENGTH)


@given(st.data())
@settings(max_examples=25)
def test_one_way_aisles_are_walked_one_way_and_still_shortly(data: st.DataObject) -> None:
    ways = st.sampled_from([Direction.FORWARD, Direction.BACKWARD])
    aisles = [
        replace(one, direction=data.draw(ways)) if one.kind is AisleKind.AISLE and n else one
        for n, one in enumerate(aisles_of(4, 2))
    ]
    bays = st.integers(0, 20).map(lambda n: n * 1000)
    calls = data.draw(st.lists(st.builds(call, st.sampled_from(aisles[:4]), bays), min_size=1, max_size=7))
    ground = network(aisles)
    walk = plan_walk(ground, calls, (0, 0), (0, 0))
    assert walk.mm <= optimum(ground, calls, (0, 0), (0, 0)) * 1.01 + 1
    for (x, y), (further, level) in pairwise(way_of(ground, walk.spots)):
        direction = aisles[round(y / APART)].direction
        if y == level and x != further:
            assert direction in (Direction.BOTH, Direction.FORWARD if further > x else Direction.BACKWARD)


def test_a_closed_aisle_is_not_entered_and_its_bins_come_last() -> None:
    first, second, third, *crosses = aisles_of(3, 2)
    shut = replace(second, closed=True)
    ground = network([first, shut, third, *crosses])
    calls = [call(second, 1_000), call(third, 10_000), call(first, 10_000)]
    walk = plan_walk(ground, calls, (0, 0), (0, 0))
    assert walk.unreached == (0,)
    assert walk.order[-1] == 0
    assert all(y != APART or x in (0, LENGTH) for x, y in way_of(ground, walk.spots))


@given(st.data())
@settings(max_examples=30)
def test_what_is_heavy_is_taken_before_what_is_fragile_at_the_least_detour(data: st.DataObject) -> None:
    aisles = aisles_of(3, 2)
    bays = st.integers(0, 20).map(lambda n: n * 1000)
    drawn = st.builds(call, st.sampled_from(aisles[:3]), bays, st.sampled_from(list(Load)))
    calls = data.draw(st.lists(drawn, min_size=1, max_size=7))
    ground = network(aisles)
    walk = plan_walk(ground, calls, (0, 0), (0, 0))
    loads = [calls[n].load for n in walk.order]
    heavy = [n for n, load in enumerate(loads) if load is Load.HEAVY]
    fragile = [n for n, load in enumerate(loads) if load is Load.FRAGILE]
    assert not heavy or not fragile or max(heavy) < min(fragile)
    assert walk.mm <= optimum(ground, calls, (0, 0), (0, 0)) * 1.01 + 1


def test_at_one_bay_the_heavy_goods_come_first_then_the_lower_levels() -> None:
    (aisle,) = aisles_of(1, 2)
    calls = [call(aisle, 5_000, level=2), call(aisle, 5_000, level=0), call(aisle, 5_000, Load.HEAVY, level=3)]
    assert plan_walk(network([aisle]), calls, (0, 0), (0, 0)).order == (2, 1, 0)


def test_aisles_that_nearly_touch_meet_and_those_without_a_cross_aisle_are_reached_straight() -> None:
    drawn_short = Aisle("A", 600, 0, 9_500, 0, id=uuid4())
    other = Aisle("B", 0, 4_000, 10_000, 4_000, id=uuid4())
    cross = Aisle("X", 0, -200, 0, 4_300, AisleKind.CROSS, id=uuid4())
    met = network([drawn_short, other, cross])
    ways = met.distances([met.nearest(5_000, 0), met.nearest(5_000, 4_000)])
    assert ways[0, 1] == pytest.approx(14_000)
    alone = network([Aisle("A", 0, 0, 10_000, 0, id=uuid4()), other])
    ways = alone.distances([alone.nearest(2_000, 0), alone.nearest(2_000, 4_000)])
    assert ways[0, 1] == pytest.approx(8_000)


def test_without_a_plan_the_picks_stay_in_their_order() -> None:
    calls = [Call(Stop(uuid4(), 0, 0)), Call(Stop(uuid4(), 0, 0))]
    walk = plan_walk(None, calls, None, None)
    assert (walk.order, walk.how, walk.mm) == ((0, 1), How.AS_GIVEN, 0.0)


def test_the_racks_that_the_program_arranges_are_a_block() -> None:
    names = [f"{rack}-{bay:02}" for rack in "ABCDEF" for bay in range(1, 21)]
    layout = arrange(names, RackSize())
    ground = network([replace(one, id=uuid4()) for one in layout.aisles])
    calls = [Call(Stop(uuid4(), spot.x_mm, spot.y_mm, spot.level)) for spot in layout.spots[::7]]
    assert plan_walk(ground, calls, (0, 0), (0, 0)).how is How.EXACT


def test_the_same_picks_give_the_same_walk_every_time() -> None:
    dice = random.Random(3)  # noqa: S311  # the same case every time
    aisles = aisles_of(6, 6)
    calls = [call(aisles[dice.randrange(6)], dice.randrange(0, LENGTH, 500)) for _ in range(25)]
    first, second = (plan_walk(network(aisles), calls, (0, 0), (0, 0)) for _ in range(2))
    assert first.how is How.SEARCHED
    assert first.order == second.order
