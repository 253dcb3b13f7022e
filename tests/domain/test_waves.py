"""Waves: orders go together by the rules, people by the clock, and what does not fit says why."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.domain.batching import Cart
from app.domain.errors import Refusal
from app.domain.policies import Policy
from app.domain.sites.places import Aisle, AisleKind, Direction
from app.domain.walking import Lengths, network_of
from app.domain.waves import (
    FORM,
    Asked,
    Begun,
    Bin,
    Crew,
    Manner,
    Missing,
    Mode,
    OrderType,
    Plan,
    Rota,
    Shift,
    Waiting,
    Why,
    crews_of,
    plan_wave,
    ready_walks,
    waits_for_people,
)
from app.domain.waves.crews import minutes_between

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
NORTH, SOUTH = UUID(int=101), UUID(int=102)
_AISLES = [Aisle(f"A{n}", 0, n * 5000, 20000, n * 5000, id=UUID(int=n + 1)) for n in range(4)]
_ENDS = [Aisle(f"X{x}", x, 0, x, 15000, AisleKind.CROSS) for x in (0, 20000)]


def lengths() -> Lengths:
    network = network_of([*_AISLES, *_ENDS])
    assert network is not None
    return Lengths(network, (0, 0))


def order(number: int, *bins: tuple[int, int], **more: object) -> Waiting:
    """An order for bins by aisle and metre; the first two aisles are the zone North."""
    wants = [
        Bin(
            NORTH if aisle < 2 else SOUTH,
            "North" if aisle < 2 else "South",
            x=metre * 1000,
            y=aisle * 5000,
            aisle=UUID(int=aisle + 1),
            litres=Decimal(5),
            kg=Decimal(2),
            address=f"{aisle}/{metre}",
        )
        for aisle, metre in bins
    ]
    facts = {"partner": "Shopper", "lines": len(bins), "bins": tuple(wants)} | more
    return Waiting(id=UUID(int=1000 + number), number=f"SO-{number}", **facts)  # type: ignore[arg-type]


def policy(**then: object) -> Policy[Manner]:
    return FORM.read({"rules": [{"name": "all", "when": [], "then": then}]})


def together(plan: Plan) -> set[frozenset[str]]:
    return {frozenset(walk.numbers) for walk in plan.walks}


def test_orders_of_the_same_aisles_go_on_one_walk_and_single_lines_are_a_stream_of_their_own() -> None:
    orders = [
        order(1, (0, 3), (0, 8)),
        order(2, (3, 3), (3, 9)),
        order(3, (0, 5), (0, 9)),
        order(4, (1, 1)),
        order(5, (1, 2)),
    ]  # fmt: skip
    plan = plan_wave(orders, Asked(), FORM.default_policy(), lengths(), now=NOW)
    assert frozenset({"SO-4", "SO-5"}) in together(plan)
    modes = {walk.manner.mode for walk in plan.walks if "SO-4" in walk.numbers}
    assert modes == {Mode.SORT}
    pairs = plan_wave(orders[:3], Asked(), policy(slots=2), lengths(), now=NOW)
    assert frozenset({"SO-1", "SO-3"}) in together(pairs)
    assert pairs.metres < pairs.first_come_metres


def test_what_is_asked_for_narrows_and_what_does_not_fit_says_why() -> None:
    big = order(1, *[(0, n) for n in range(9)])
    orders = [
        big,
        order(2, (0, 1), (0, 2), held=True),
        order(3, (0, 1), (0, 2), person="Ana"),
        order(4),
        order(5, (0, 1), (1, 2), carrier="post", priority=5),
        order(6, (2, 1), (2, 2), carrier="post"),
    ]
    found = plan_wave(orders, Asked(), policy(litres="40"), lengths(), now=NOW)
    why = {one.number: one.why for one in found.left_out}
    assert why == {
        "SO-1": Why.TOO_BIG, "SO-2": Why.HELD, "SO-3": Why.IN_HAND, "SO-4": Why.NOT_RESERVED,
    }  # fmt: skip
    by_carrier = plan_wave(orders, Asked(carriers=("post",), zones=("North",)), FORM.default_policy(), None, now=NOW)
    assert together(by_carrier) == {frozenset({"SO-5"})}
    assert by_carrier.left_out == ()
    assert not plan_wave(orders, Asked(order_type=OrderType.SINGLE_LINE), FORM.default_policy(), None, now=NOW).walks
    never = FORM.read({"rules": []})
    assert plan_wave(orders[-1:], Asked(), never, None, now=NOW).left_out[0].why is Why.NO_RULE


def test_orders_with_goods_missing_are_named_before_the_release_and_may_stay_behind() -> None:
    missing = (Missing("GADGET", Decimal(3), "each"),)
    orders = [order(1, (0, 1), (0, 2)), order(2, (0, 3), (1, 1), short=1, missing=missing)]
    plan = plan_wave(orders, Asked(), FORM.default_policy(), lengths(), now=NOW)
    assert [(one.number, one.lines, one.missing) for one in plan.shorts] == [("SO-2", 1, missing)]
    small = plan_wave(orders, Asked(cart=Cart(1)), FORM.default_policy(), lengths(), now=NOW)
    assert together(small) == {frozenset({"SO-1"}), frozenset({"SO-2"})}, "for a cart of one tote"
    assert {walk.litres for walk in small.walks} == {Decimal(10)}
    whole = plan_wave(orders, Asked(whole=True), FORM.default_policy(), lengths(), now=NOW)
    assert together(whole) == {frozenset({"SO-1"})}
    assert [(one.number, one.why, one.about) for one in whole.left_out] == [("SO-2", Why.SHORT, "GADGET")]
    assert whole.shorts == ()


def test_walks_are_as_long_as_from_the_carts_to_where_the_goods_are_brought() -> None:
    network = network_of([*_AISLES, *_ENDS])
    assert network is not None
    from_carts = Lengths(network, (0, 0), (20000, 0))
    along = [order(1, (0, 5), (0, 15))]
    assert plan_wave(along, Asked(), policy(), from_carts, now=NOW).metres == 20, "one way along the aisle"
    assert plan_wave(along, Asked(), policy(), lengths(), now=NOW).metres == 30, "there and back"
    lanes = {"WH-LANE": (20000, 0)}
    there_again = plan_wave(along, Asked(), policy(lane="WH-LANE"), from_carts, now=NOW, lanes=lanes)
    assert there_again.metres == 30, "and back to a lane beside the carts"


def test_carriers_that_leave_soon_are_walked_first_and_too_few_people_come_too_late() -> None:
    soon, later = NOW + timedelta(minutes=10), NOW + timedelta(hours=5)
    orders = [order(n, (n % 4, 2), (n % 4, 9), cut_off=soon if n < 4 else later) for n in range(8)]
    slow = policy(slots=1, minutes_a_walk=8, seconds_a_pick=0)
    one = plan_wave(orders, Asked(), slow, lengths(), now=NOW)
    assert [walk.cut_off for walk in one.walks] == [soon] * 4 + [later] * 4
    assert (one.late, one.people) == (3, 4)
    four = plan_wave(orders, Asked(people=4), slow, lengths(), now=NOW)
    assert (four.late, four.people) == (0, 4)
    assert four.ends < one.ends
    short = plan_wave(orders, Asked(within_minutes=20), slow, lengths(), now=NOW)
    assert len(short.walks) == 2
    assert {one.why for one in short.left_out} == {Why.NO_TIME}
    assert plan_wave(orders, Asked(), policy(slots=1, minutes_a_walk=30), None, now=NOW).people is None


def test_zones_are_walked_apart_where_the_rules_say_so() -> None:
    orders = [order(1, (0, 3), (3, 3)), order(2, (0, 4), (3, 4))]
    plan = plan_wave(orders, Asked(), policy(by_zone=True), lengths(), now=NOW)
    assert {(walk.zone_name, walk.numbers, walk.picks) for walk in plan.walks} == {
        ("North", ("SO-1", "SO-2"), 2), ("South", ("SO-1", "SO-2"), 2),
    }  # fmt: skip


def test_orders_with_bins_on_no_plan_go_together_as_they_are_due() -> None:
    undrawn = [
        order(n, lines=2, bins=(Bin(NORTH, "North", litres=Decimal(20)),), cut_off=NOW + timedelta(hours=9 - n))
        for n in range(4)
    ]
    plan = plan_wave(undrawn, Asked(), policy(slots=8, litres="40"), lengths(), now=NOW)
    assert [walk.metres for walk in plan.walks] == [0, 0, 0, 0]  # each leaves at its own time
    same = [order(n, lines=2, bins=undrawn[0].bins) for n in range(4)]
    plan = plan_wave(same, Asked(), policy(slots=8, litres="40"), lengths(), now=NOW)
    assert [walk.numbers for walk in plan.walks] == [("SO-0", "SO-1"), ("SO-2", "SO-3")]


def test_bins_in_closed_aisles_stay_in_their_walks_and_are_said_also_where_all_are_closed() -> None:
    orders = [order(1, (0, 3), (1, 8)), order(2, (0, 5))]
    shut = [replace(aisle, closed=aisle.name == "A1") for aisle in _AISLES]
    some, none = (network_of(aisles) for aisles in ((*shut, *_ENDS), [replace(one, closed=True) for one in shut]))
    assert some is not None
    assert none is not None
    (walk,) = plan_wave(orders, Asked(), policy(slots=8), Lengths(some, (0, 0)), now=NOW).walks
    assert (walk.numbers, walk.unreached) == (("SO-1", "SO-2"), ("1/8",))
    assert walk.metres == 10
    plan = plan_wave(orders, Asked(), policy(slots=8), Lengths(none, (0, 0)), now=NOW)
    assert plan.unreached == ("0/3", "1/8", "0/5")
    assert plan.metres == 0
    dead_end = [replace(_AISLES[1], direction=Direction.FORWARD), _AISLES[0], _ENDS[0]]
    one_way = network_of(dead_end)
    assert one_way is not None
    (walk,) = plan_wave(orders, Asked(), policy(slots=8), Lengths(one_way, (0, 0)), now=NOW).walks
    assert walk.unreached == ("1/8",), "whoever went in would not come out"
    assert walk.metres == 10


def test_walks_go_by_themselves_only_while_somebody_is_there_who_may_walk_them_in_time() -> None:
    rules = policy(slots=1, as_they_come=True)
    north, south = order(1, (0, 3)), order(2, (2, 3))

    def gone(*crews: Crew, begun: tuple[Begun, ...] = ()) -> list[str]:
        rota = Rota(crews, begun)
        return [walk.numbers[0] for walk in ready_walks([north, south], rules, lengths(), now=NOW, rota=rota)]

    assert len(ready_walks([north, south], rules, lengths(), now=NOW)) == 2, "nobody said who picks"
    later = crew(1, 2, 8)
    assert gone(later) == []
    assert gone(crew(1, 0, 8, NORTH), later) == ["SO-1"]
    assert sorted(gone(crew(1, -1, 8))) == ["SO-1", "SO-2"]
    assert gone(crew(1, 0, 1), begun=(Begun(frozenset({NORTH}), Decimal(59)),)) == [], "their shift ends before"
    told = [waits_for_people(one, rules, Rota((crew(1, 0, 8, NORTH), later)), NOW) for one in (north, south)]
    assert told == [False, True]
    assert not waits_for_people(south, policy(slots=1), Rota((later,)), NOW), "waves are released by people"


@pytest.mark.parametrize("then", [{"slots": 0}, {"litres": "0"}, {"mode": "pile"}, {"metres_a_minute": 0}])
def test_rules_that_nobody_could_walk_by_are_refused(then: dict[str, object]) -> None:
    with pytest.raises(Refusal, match=r"policies.invalid_rules"):
        policy(**then)


def test_planning_can_be_stopped_and_tells_how_far_it_is() -> None:
    orders = [order(n, (n % 4, n % 19), ((n + 1) % 4, n % 17)) for n in range(60)]
    told: list[float] = []
    stopped = plan_wave(
        orders, Asked(), policy(slots=4), lengths(), now=NOW, progress=told.append, cancelled=lambda: True
    )
    assert not stopped.complete
    assert sum(len(walk.numbers) for walk in stopped.walks) == 60
    assert told[-1] == 1.0


def crew(people: int, first: int, last: int, zone: UUID | None = None) -> Crew:
    """People who are there between two hours from now."""
    name = {None: "", NORTH: "North", SOUTH: "South"}[zone]
    return Crew(people, NOW + timedelta(hours=first), NOW + timedelta(hours=last), zone, name, "Early")


def with_shifts(*crews: Crew, begun: tuple[Begun, ...] = ()) -> Asked:
    return Asked(shifts=Rota(crews, begun))


def test_people_who_keep_to_a_zone_walk_only_there_and_one_who_walks_all_takes_what_crosses_zones() -> None:
    orders = [order(1, (0, 3), (1, 8)), order(2, (2, 3), (3, 9)), order(3, (0, 5), (3, 9))]
    both = with_shifts(crew(1, 0, 8, NORTH), crew(1, 0, 8, SOUTH), crew(1, 0, 8))
    found = plan_wave(orders, both, policy(slots=8), lengths(), now=NOW)
    assert {walk.numbers: walk.crew_name for walk in found.walks} == {
        ("SO-1",): "Early · North",
        ("SO-2",): "Early · South",
        ("SO-3",): "Early",
    }, "although one cart could take them all"
    kept = plan_wave(orders, with_shifts(crew(1, 0, 8, NORTH)), policy(slots=8), lengths(), now=NOW)
    assert together(kept) == {frozenset({"SO-1"})}
    assert {(one.number, one.why) for one in kept.left_out} == {("SO-2", Why.NO_PEOPLE), ("SO-3", Why.NO_PEOPLE)}
    asked = plan_wave(orders, Asked(people=2, shifts=both.shifts), policy(slots=8), lengths(), now=NOW)
    assert together(asked) == {frozenset({"SO-1", "SO-2", "SO-3"})}, "a number that is asked for stands instead"
    assert asked.loads == ()


def test_walks_end_with_the_shift_after_what_was_released_before_and_how_many_are_enough_is_told() -> None:
    slow = policy(slots=1, minutes_a_walk=50, metres_a_minute=5000, seconds_a_pick=0)
    orders = [order(n, (0, n), cut_off=NOW + timedelta(hours=2)) for n in range(1, 4)]
    before = (Begun(frozenset({NORTH}), Decimal(60)),)
    early, later = crew(1, 0, 2, NORTH), crew(1, 2, 10, NORTH)
    found = plan_wave(orders, with_shifts(early, later, begun=before), slow, lengths(), now=NOW)
    assert [(walk.crew, walk.late) for walk in found.walks] == [(0, False), (1, True), (1, True)]
    first, second = found.loads
    assert [int(part) for part in (first.minutes, first.before, first.walks)] == [120, 60, 1]
    assert first.enough == 2, "three walks of 50 minutes within two hours"
    assert second.enough is None, "the carrier has left when they come"
    alone = plan_wave(orders, with_shifts(early, begun=before), slow, lengths(), now=NOW)
    assert len(alone.walks) == 1
    assert {one.why for one in alone.left_out} == {Why.NO_PEOPLE}
    nobody = plan_wave(orders, with_shifts(), slow, lengths(), now=NOW)
    assert (nobody.walks, len(nobody.left_out)) == ((), 3)


def test_who_is_there_follows_the_clock_on_the_wall_and_one_day_stands_instead_of_its_weekday() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = Shift(time(22), time(6), 2, "Night", weekday=7)
    early = Shift(time(6), time(14), 4, "Early", weekday=1)
    ill = Shift(time(6), time(14), 3, "Early", day=NOW.date())
    feast = Shift(time(6), time(14), 0, "Early", day=NOW.date())
    at_five = NOW.replace(hour=4)  # 05:00 on Monday in Berlin
    assert [(one.name, one.people) for one in crews_of([early, night], at_five, berlin)] == [("Night", 2), ("Early", 4)]
    assert [(one.name, one.people) for one in crews_of([early, ill], at_five, berlin)] == [("Early", 3)]
    assert crews_of([early, feast], at_five, berlin) == ()
    assert crews_of([early], NOW.replace(hour=13), berlin) == (), "they went home at two"
    (monday,) = crews_of([early], at_five, berlin)
    assert monday.starts == NOW.replace(hour=5)


def test_a_night_in_which_the_clock_is_put_back_has_an_hour_more() -> None:
    night = Shift(time(22), time(6), 2, "Night", weekday=6)
    (long,) = crews_of([night], datetime(2026, 10, 24, 20, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    assert long.ends is not None
    assert minutes_between(long.starts, long.ends) == 9 * 60
