"""Pack verification: every unit against the order, the carton against its weight, and who is the suspect."""

import math
import statistics
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.packing import (
    FORM,
    Carton,
    Contents,
    InTote,
    ItemWeight,
    Neighbours,
    PackLine,
    PackVerdict,
    Portion,
    Unit,
    WeighFacts,
    Weighing,
    WeightTolerance,
    WeightVerdict,
    expected_weight,
    learn,
    spread,
    tolerance_for,
    verify,
    weigh,
)
from app.domain.policies import Answer, Verdict

TODAY = date(2026, 7, 1)
LINES = (PackLine("1", "PROD-001", Decimal(3)), PackLine("2", "PROD-002", Decimal(1)))
TOTE = (
    InTote("PROD-001", Decimal(2), "L1", TODAY + timedelta(days=30)),
    InTote("PROD-001", Decimal(1), "L2", TODAY - timedelta(days=1)),
    InTote("PROD-002", Decimal(1)),
)
BOX = Carton(Decimal("0.250"))
TOLERANCE = WeightTolerance(floor_kg=Decimal("0.010"), relative=Decimal(0))


WHEEL = ItemWeight(Decimal("2.1"), Decimal("0.04"), 5)
"""A cheese: each one weighs what it weighs."""


def test_goods_that_were_weighed_before_are_expected_to_weigh_just_that() -> None:
    light = [Contents("CHEESE", Decimal(2), WHEEL, Decimal("3.7"))]
    expected = expected_weight(light, BOX)
    assert (expected.kg, expected.variance) == (Decimal("3.95"), Decimal(0))
    assert weigh(expected, TOLERANCE, Decimal("3.955"), light).kind is Weighing.OK
    off = weigh(expected, TOLERANCE, Decimal("4.45"), light)
    assert off.kind is Weighing.OFF, "what cheeses weigh in the mean is no excuse"
    third = weigh(expected, TOLERANCE, Decimal("6.30"), light)
    assert [(one.sku, one.units) for one in third.suspects] == [("CHEESE", 1)], "it may weigh 0.2 more or less"


def test_goods_of_which_only_some_were_weighed_count_by_the_mean() -> None:
    some = [Contents("CHEESE", Decimal(1), WHEEL, Decimal("1.8")), Contents("CHEESE", Decimal(1), WHEEL)]
    assert expected_weight(some, BOX).kg == Decimal("4.45")
    assert expected_weight([Contents("CHEESE", Decimal(1), None, Decimal("1.8"))], BOX).unknown == ()


def judged(unit: Unit, **known: object) -> Verdict[PackVerdict]:
    return verify(unit, LINES, TOTE, today=TODAY, **known)  # type: ignore[arg-type]  # the tests name its parameters


def test_a_unit_of_the_order_that_was_picked_for_it_may_be_packed() -> None:
    verdict = judged(Unit("PROD-001", lot="L1"))
    assert (verdict.kind, verdict.answer) == (PackVerdict.OK, Answer.ACCEPT)


@pytest.mark.parametrize(
    ("unit", "kind", "facts"),
    [
        (Unit("PROD-009"), PackVerdict.NOT_IN_ORDER, {}),
        (Unit("PROD-002", Decimal(2)), PackVerdict.TOO_MANY, {"remaining": Decimal(1), "in_tote": Decimal(1)}),
        (
            Unit("PROD-001", Decimal(3), lot="L1"),
            PackVerdict.TOO_MANY,
            {"remaining": Decimal(3), "in_tote": Decimal(2)},
        ),
        (Unit("PROD-001", lot="L9"), PackVerdict.WRONG_LOT, {"lot": "L9", "wanted": "L1, L2"}),
        (Unit("PROD-001", lot="L2"), PackVerdict.EXPIRED, {"lot": "L2", "expiry": TODAY - timedelta(days=1)}),
        (
            Unit("PROD-001", lot="L1", expiry=TODAY - timedelta(days=5)),
            PackVerdict.EXPIRED,
            {"lot": "L1", "expiry": TODAY - timedelta(days=5)},
        ),
        (Unit("PROD-002", serial="S1"), PackVerdict.SERIAL_TWICE, {"serial": "S1"}),
        (Unit("PROD-002", label="00340001"), PackVerdict.LABEL_USED, {"label": "00340001"}),
    ],
)
def test_each_objection_has_its_own_words_and_facts(unit: Unit, kind: PackVerdict, facts: dict[str, object]) -> None:
    verdict = judged(unit, packed_serials={"S1"}, used_labels={"00340001"})
    assert (verdict.kind, verdict.answer) == (kind, Answer.REFUSE)
    assert verdict.facts == {"sku": unit.sku, "quantity": unit.quantity, **facts}


def test_goods_may_be_packed_on_the_day_they_expire() -> None:
    assert judged(Unit("PROD-001", lot="L1", expiry=TODAY)).kind is PackVerdict.OK


def test_a_line_that_wants_one_lot_takes_no_other() -> None:
    lines = [PackLine("1", "PROD-001", Decimal(2), lot="L1")]
    tote = [InTote("PROD-001", Decimal(1), "L1"), InTote("PROD-001", Decimal(1), "L2")]
    assert verify(Unit("PROD-001", lot="L2"), lines, tote, today=TODAY).kind is PackVerdict.WRONG_LOT
    assert verify(Unit("PROD-001", lot="L1"), lines, tote, today=TODAY).kind is PackVerdict.OK


def test_a_case_fills_several_lines_and_the_line_that_wants_its_lot_first() -> None:
    lines = [PackLine("1", "PROD-001", Decimal(4)), PackLine("2", "PROD-001", Decimal(5), lot="L1")]
    portions = spread(Unit("PROD-001", Decimal(6), lot="L1"), lines)
    assert portions == (Portion("2", Decimal(5)), Portion("1", Decimal(1)))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.integers(1, 20), st.integers(0, 20))
def test_what_is_accepted_always_finds_its_lines(remaining: list[int], quantity: int, in_tote: int) -> None:
    lines = [PackLine(str(n), "P", Decimal(open_)) for n, open_ in enumerate(remaining)]
    unit = Unit("P", Decimal(quantity))
    verdict = verify(unit, lines, [InTote("P", Decimal(in_tote))], today=TODAY)
    fits = quantity <= min(sum(remaining), in_tote)
    assert verdict.kind is (PackVerdict.OK if fits else PackVerdict.TOO_MANY)
    if fits:
        portions = spread(unit, lines)
        assert sum(one.quantity for one in portions) == quantity
        assert all(one.quantity <= remaining[int(one.line)] for one in portions)


def contents(*rows: tuple[str, int, str]) -> list[Contents]:
    return [Contents(sku, Decimal(quantity), ItemWeight(Decimal(kg))) for sku, quantity, kg in rows]


def weighed(
    packed: list[Contents],
    measured: str,
    beside: Neighbours | None = None,
    *,
    tolerance: WeightTolerance = TOLERANCE,
) -> WeightVerdict:
    return weigh(expected_weight(packed, BOX), tolerance, Decimal(measured), packed, beside or {})


def test_a_carton_weighs_its_goods_and_its_tare() -> None:
    expected = expected_weight(contents(("A", 2, "0.5"), ("B", 3, "0.1")), BOX)
    assert (expected.kg, expected.variance) == (Decimal("1.55"), Decimal(0))


def test_the_variance_grows_with_the_pieces_with_what_is_not_yet_learned_and_with_the_step_of_the_scale() -> None:
    packed = [Contents("A", Decimal(4), ItemWeight(Decimal(1), Decimal("0.01"), n=2))]
    plain = expected_weight(packed, BOX)
    assert plain.variance == 4 * Decimal("0.01") + 16 * Decimal("0.01") / 2
    stepped = expected_weight(packed, replace(BOX, variance=Decimal("0.5")), scale_step_kg=Decimal("0.6"))
    assert stepped.variance == plain.variance + Decimal("0.5") + Decimal("0.03")


def test_two_lines_of_an_item_weigh_and_vary_like_one() -> None:
    weight = ItemWeight(Decimal(1), Decimal("0.01"), n=2)
    two = [Contents("A", Decimal(1), weight), Contents("A", Decimal(3), weight)]
    assert expected_weight(two, BOX) == expected_weight([Contents("A", Decimal(4), weight)], BOX)


def test_a_right_carton_is_right() -> None:
    for measured in ("1.240", "1.250", "1.260"):
        verdict = weighed(contents(("PROD-007", 2, "0.5")), measured)
        assert (verdict.kind, verdict.suspects) == (Weighing.OK, ())
        assert verdict.tolerance_kg == Decimal("0.010")
    assert weighed(contents(("PROD-007", 2, "0.5")), "1.261").kind is Weighing.OFF


def test_one_missing_piece_is_named() -> None:
    verdict = weighed(contents(("PROD-001", 3, "0.3"), ("PROD-007", 2, "0.5")), "1.652")
    assert verdict.kind is Weighing.OFF
    assert [(one.sku, one.units) for one in verdict.suspects] == [("PROD-007", -1)]


def test_one_piece_too_many_is_named() -> None:
    verdict = weighed(contents(("PROD-001", 3, "0.3"), ("PROD-007", 2, "0.5")), "2.449")
    assert [(one.sku, one.units) for one in verdict.suspects] == [("PROD-001", 1)]


def test_one_piece_of_what_lies_beside_it_is_named() -> None:
    packed = contents(("PROD-001", 3, "0.3"), ("PROD-007", 2, "0.5"))
    off = str(Decimal("0.25") + Decimal("1.9") - Decimal("0.3") + Decimal("0.42"))
    beside = {"PROD-001": [("PROD-002", ItemWeight(Decimal("0.42"), Decimal("0.000004"), 20))]}
    verdict = weighed(packed, off, beside)
    assert [(one.sku, one.units, one.instead) for one in verdict.suspects] == [("PROD-001", -1, "PROD-002")]
    assert weighed(packed, off).suspects == ()


def test_a_missing_piece_is_likelier_than_one_taken_from_the_next_bin() -> None:
    packed = contents(("PROD-001", 3, "0.3"), ("PROD-007", 2, "0.5"))
    beside = {"PROD-007": [("PROD-008", ItemWeight(Decimal("0.2"), Decimal("0.000004"), 20))]}
    verdict = weighed(packed, str(Decimal("0.25") + Decimal("1.9") - Decimal("0.3")), beside)
    assert [(one.sku, one.instead) for one in verdict.suspects] == [("PROD-001", ""), ("PROD-007", "PROD-008")]


def test_items_the_scale_cannot_tell_apart_are_all_named_the_likeliest_first() -> None:
    packed = contents(("A", 3, "0.300"), ("B", 2, "0.304"), ("C", 2, "0.500"))
    verdict = weighed(packed, str(Decimal("0.25") + Decimal("2.508") - Decimal("0.303")))
    assert [(one.sku, one.units) for one in verdict.suspects] == [("B", -1), ("A", -1)]


def test_of_two_equally_likely_causes_the_one_with_fewer_pieces_is_named_first() -> None:
    verdict = weighed(contents(("SMALL", 4, "0.25"), ("BIG", 2, "0.5")), "1.75")
    assert [(one.sku, one.units) for one in verdict.suspects] == [("BIG", -1), ("SMALL", -2)]


def test_of_two_items_of_one_weight_the_one_whose_absence_leaves_less_doubt_is_named_first() -> None:
    steady, wavering = ItemWeight(Decimal("0.3")), ItemWeight(Decimal("0.3"), Decimal("0.0004"))
    verdict = weighed([Contents("STEADY", Decimal(1), steady), Contents("WAVERING", Decimal(1), wavering)], "0.550")
    assert [(one.sku, one.units) for one in verdict.suspects] == [("WAVERING", -1), ("STEADY", -1)]


def test_a_difference_that_no_single_item_explains_names_nobody() -> None:
    verdict = weighed(contents(("A", 1, "1.0"), ("B", 1, "5.0")), "9.5")
    assert (verdict.kind, verdict.suspects) == (Weighing.OFF, ())


def test_no_more_pieces_can_be_missing_than_were_packed() -> None:
    verdict = weighed(contents(("A", 1, "0.2"), ("B", 3, "0.4")), "1.250")
    assert [(one.sku, one.units) for one in verdict.suspects] == [("B", -1)]


def test_an_item_without_a_weight_is_no_false_alarm() -> None:
    packed = [*contents(("A", 1, "1.0")), Contents("NEW", Decimal(2), None)]
    verdict = weighed(packed, "9.0")
    assert (verdict.kind, verdict.unknown, verdict.suspects) == (Weighing.UNKNOWN, ("NEW",), ())


def test_items_too_light_for_the_scale_are_said_to_be_unnoticed() -> None:
    verdict = weighed(contents(("SCREW", 100, "0.002"), ("A", 1, "1.0")), "1.450")
    assert (verdict.kind, verdict.unnoticed) == (Weighing.OK, ("SCREW",))


def test_the_tolerance_is_set_by_rules() -> None:
    tolerance, decision = tolerance_for(WeighFacts(Decimal(4), Decimal(3)), FORM.default_policy())
    assert tolerance == WeightTolerance(Decimal(3), Decimal("0.010"), Decimal("0.005"))
    assert decision.chosen == ("packing.weight_tolerance",)
    assert tolerance.limit(Decimal(6), Decimal(0)) == Decimal("0.030")


def test_a_tolerance_of_nothing_is_no_tolerance() -> None:
    with pytest.raises(ValueError, match="more than zero"):
        WeightTolerance(floor_kg=Decimal(0))


WEIGHTS = st.decimals("0.050", "3.000", places=3)
PACKED = st.lists(st.tuples(st.integers(1, 6), WEIGHTS, st.decimals(0, "0.0004", places=6)), min_size=1, max_size=4)


def packed_of(rows: list[tuple[int, Decimal, Decimal]]) -> list[Contents]:
    return [Contents(f"P{n}", Decimal(q), ItemWeight(kg, variance, 5)) for n, (q, kg, variance) in enumerate(rows)]


@given(PACKED, st.decimals(-4, 4, places=3))
@settings(max_examples=80)
def test_a_brute_force_search_over_all_single_causes_names_the_same_suspects(
    rows: list[tuple[int, Decimal, Decimal]], off: Decimal
) -> None:
    packed = packed_of(rows)
    measured = expected_weight(packed, BOX).kg + off
    assume(measured > 0)
    verdict = weigh(expected_weight(packed, BOX), TOLERANCE, measured, packed)
    assume(verdict.kind is Weighing.OFF)
    assert {one.sku for one in verdict.suspects} == brute_force(rows, float(measured))


def brute_force(rows: list[tuple[int, Decimal, Decimal]], measured: float) -> set[str]:
    """Every count of every item, each with the carton weighed anew, compared by normal densities in floating point."""
    likeliest: dict[str, tuple[float, statistics.NormalDist]] = {}
    for n, (quantity, _, _) in enumerate(rows):
        for units in range(-quantity, max(quantity, 10) + 1):
            if units:
                normal = normal_of(rows, n, units)
                density = -math.log(normal.stdev) - ((measured - normal.mean) / normal.stdev) ** 2 / 2
                if f"P{n}" not in likeliest or density > likeliest[f"P{n}"][0]:
                    likeliest[f"P{n}"] = density, normal
    _, best = max(likeliest.values(), key=lambda one: one[0])
    densities = sorted((density for density, _ in likeliest.values()), reverse=True)
    assume(len(densities) < 2 or densities[0] - densities[1] > 1e-9)
    assume(abs(abs(measured - best.mean) - 3 * best.stdev) > 1e-9)
    gaps = {sku: abs(normal.mean - best.mean) - 3 * best.stdev for sku, (_, normal) in likeliest.items()}
    assume(all(abs(gap) > 1e-9 for gap in gaps.values()))
    if abs(measured - best.mean) > 3 * best.stdev:
        return set()
    return {sku for sku, gap in gaps.items() if gap <= 0}


def normal_of(rows: list[tuple[int, Decimal, Decimal]], changed: int, units: int) -> statistics.NormalDist:
    counts = [quantity + (units if n == changed else 0) for n, (quantity, _, _) in enumerate(rows)]
    kg = 0.25 + sum(count * float(row[1]) for count, row in zip(counts, rows, strict=True))
    variance = sum((count + count**2 / 5) * float(row[2]) for count, row in zip(counts, rows, strict=True))
    return statistics.NormalDist(kg, max(math.sqrt(variance), 0.010 / 3))


@given(PACKED, st.data())
@settings(max_examples=80)
def test_the_true_culprit_is_among_the_named_whenever_its_absence_shows(
    rows: list[tuple[int, Decimal, Decimal]], data: st.DataObject
) -> None:
    packed = packed_of(rows)
    culprit = data.draw(st.sampled_from(packed))
    assert culprit.weight is not None
    verdict = weigh(
        expected_weight(packed, BOX), TOLERANCE, expected_weight(packed, BOX).kg - culprit.weight.mean, packed
    )
    assert (verdict.kind is Weighing.OFF) is (culprit.weight.mean > verdict.tolerance_kg)
    if verdict.kind is Weighing.OFF:
        assert culprit.sku in {one.sku for one in verdict.suspects}


OBSERVED = st.lists(st.decimals("0.001", "50.000", places=3), min_size=2, max_size=30)


@given(OBSERVED)
def test_learned_weights_agree_with_the_statistics_of_all_weighings_at_once(observed: list[Decimal]) -> None:
    weight = ItemWeight(Decimal(1))
    for one in observed:
        weight = learn(weight.mean, weight.variance, weight.n, one)
    fractions = [Fraction(one) for one in observed]
    assert weight.n == len(observed)
    assert abs(Fraction(weight.mean) - statistics.mean(fractions)) < Fraction(1, 10**40)
    assert abs(Fraction(weight.variance) - statistics.variance(fractions)) < Fraction(1, 10**40)


def test_the_first_weighing_replaces_what_master_data_stated() -> None:
    assert learn(Decimal(9), Decimal(4), 0, Decimal("0.5")) == ItemWeight(Decimal("0.5"), Decimal(0), 1)


@pytest.mark.parametrize("observed", ["0", "-0.1"])
def test_nothing_is_learned_from_a_piece_that_weighs_nothing(observed: str) -> None:
    with pytest.raises(ValueError, match="more than nothing"):
        learn(Decimal(1), Decimal(0), 1, Decimal(observed))
