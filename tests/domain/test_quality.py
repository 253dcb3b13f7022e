"""Quality check: the published sampling plans, when a supplier is looked at more strictly, checklists, verdicts."""

import math
from collections.abc import Iterable
from decimal import Decimal

import pytest

from app.domain.errors import Refusal
from app.domain.policies import Decision
from app.domain.quality import (
    AQLS,
    FORM,
    Check,
    Disposition,
    InspectionFacts,
    Level,
    Lot,
    LotVerdict,
    SamplingPlan,
    Severity,
    against,
    checked,
    code_letter,
    measured,
    plan_for,
    plan_of,
    plan_of_lot,
    skips_next,
    standing_after,
    verdict_of,
    wanted,
)
from app.domain.quality.rules import Method
from app.domain.quality.sampling import LETTERS

NORMAL, TIGHTENED, REDUCED = Severity.NORMAL, Severity.TIGHTENED, Severity.REDUCED
LOTS = (2, 9, 16, 26, 51, 91, 151, 281, 501, 1_201, 3_201, 10_001, 35_001, 150_001, 500_001)
"""The smallest lot of each row of MIL-STD-105E, table I (the same in ANSI Z1.4 and ISO 2859-1, table 1)."""
TABLE_I = {
    "S-1": "A A A A B B B B C C C C D D D",
    "S-2": "A A A B B B C C C D D D E E E",
    "S-3": "A A B B C C D D E E F F G G H",
    "S-4": "A A B C C D E E F G G H J J K",
    "I": "A A B C C D E F G H J K L M N",
    "II": "A B C D E F G H J K L M N P Q",
    "III": "B C D E F G H J K L M N P Q R",
}
# Rejection numbers for AQL 0.65 to 15 as a public guide prints them (after MIL-STD-105E, tables II-A and II-B); v and ^
# are its arrows.
PUBLISHED_AQLS = ["0.65", "1.0", "1.5", "2.5", "4.0", "6.5", "10", "15"]
PUBLISHED_NORMAL = """
F  20  1 ^ v 2 3 4 6 8
G  32  ^ v 2 3 4 6 8 11
H  50  v 2 3 4 6 8 11 15
J  80  2 3 4 6 8 11 15 22
K 125  3 4 6 8 11 15 22 ^
L 200  4 6 8 11 15 22 ^ ^
M 315  6 8 11 15 22 ^ ^ ^
N 500  8 11 15 22 ^ ^ ^ ^
P 800  11 15 22 ^ ^ ^ ^ ^
"""
PUBLISHED_TIGHTENED = """
F  20  v 1 v v 2 3 4 6
G  32  1 v v 2 3 4 6 9
H  50  v v 2 3 4 6 9 13
J  80  v 2 3 4 6 9 13 19
K 125  2 3 4 6 9 13 19 ^
L 200  3 4 6 9 13 19 ^ ^
"""


def rows(text: str) -> Iterable[tuple[str, int, list[str]]]:
    for line in text.split("\n"):
        if line:
            letter, size, *cells = line.split()
            yield letter, int(size), cells


@pytest.mark.parametrize("level", TABLE_I)
def test_the_code_letters_are_those_of_the_published_table(level: str) -> None:
    found = [code_letter(lot, Level(level)) for lot in LOTS]
    assert found == TABLE_I[level].split()
    ends = [code_letter(lot - 1, Level(level)) for lot in LOTS[1:]]
    assert ends == TABLE_I[level].split()[:-1], "a row ends where the next begins"


@pytest.mark.parametrize(("table", "severity"), [(PUBLISHED_NORMAL, NORMAL), (PUBLISHED_TIGHTENED, TIGHTENED)])
def test_plans_are_those_of_the_published_master_tables(table: str, severity: Severity) -> None:
    known = {letter: (size, cells) for letter, size, cells in rows(table)}
    for letter, (size, cells) in known.items():
        for aql, cell in zip(PUBLISHED_AQLS, cells, strict=True):
            plan = plan_of(letter, Decimal(aql), severity)
            if cell in "v^":
                assert (plan.letter > letter) == (cell == "v"), (letter, aql)
            else:
                assert plan == SamplingPlan(letter, size, int(cell) - 1, int(cell)), (letter, aql)


@pytest.mark.parametrize(
    ("letter", "aql", "severity", "size", "accept"),
    [
        ("A", "6.5", NORMAL, 2, 0),  # the corners of table II-A, and the ends of its last column
        ("Q", "0.010", NORMAL, 1250, 0),
        ("R", "0.025", NORMAL, 2000, 1),
        ("R", "0.65", NORMAL, 2000, 21),
        ("A", "1000", NORMAL, 2, 30),
        ("B", "1000", NORMAL, 3, 44),
        ("E", "250", NORMAL, 13, 44),
        ("F", "65", NORMAL, 20, 21),
        ("A", "0.010", NORMAL, 1250, 0),  # an arrow through the whole table
        ("R", "0.010", NORMAL, 1250, 0),
        ("H", "0.40", NORMAL, 32, 0),  # arrows beside the acceptance number 0
        ("H", "0.65", NORMAL, 80, 1),
        ("K", "2.5", NORMAL, 125, 7),
        ("A", "10", TIGHTENED, 2, 0),
        ("R", "0.010", TIGHTENED, 2000, 0),
        ("R", "0.025", TIGHTENED, 3150, 1),  # the letter S is there for this plan alone
        ("A", "1000", TIGHTENED, 2, 27),
        ("E", "250", TIGHTENED, 13, 41),
        ("K", "2.5", TIGHTENED, 125, 5),
        ("L", "1.0", TIGHTENED, 200, 3),
        ("H", "0.25", REDUCED, 20, 0),  # ISO 2859-1:1999, table 2-C: no gap between accept and reject
        ("J", "2.5", REDUCED, 32, 3),
        ("K", "2.5", REDUCED, 50, 5),
        ("L", "2.5", REDUCED, 80, 6),
        ("M", "2.5", REDUCED, 125, 8),
        ("N", "2.5", REDUCED, 200, 10),
        ("R", "0.10", REDUCED, 800, 3),
    ],
)
def test_known_plans(letter: str, aql: str, severity: Severity, size: int, accept: int) -> None:
    plan = plan_of(letter, Decimal(aql), severity)
    assert (plan.size, plan.accept, plan.reject) == (size, accept, accept + 1)


def test_a_lot_of_five_hundred_at_level_two_is_looked_at_fifty_times() -> None:
    assert plan_for(500, level=Level.II, aql=Decimal("1.0")) == SamplingPlan("H", 50, 1, 2)
    assert plan_for(500, level=Level.II, aql=Decimal("1.0"), severity=TIGHTENED).size == 80
    assert plan_for(1000, level=Level.II, aql=Decimal("2.5")) == SamplingPlan("J", 80, 5, 6)


def test_a_sample_as_large_as_the_lot_is_the_whole_lot() -> None:
    assert plan_for(20, level=Level.II, aql=Decimal("0.10")) == SamplingPlan("", 20, 0, 1)
    assert plan_of_lot(Method.ALL, Level.II, Decimal("1.0"), NORMAL, Decimal("2.5")) == SamplingPlan("", 3, 0, 1)


@pytest.mark.parametrize(("severity", "least"), [(NORMAL, 0.87), (TIGHTENED, 0.79), (REDUCED, 0.87)])
def test_a_lot_at_its_quality_limit_mostly_passes(severity: Severity, least: float) -> None:
    """The referee is the Poisson distribution: a wrong cell would stand out by orders of magnitude."""
    for letter in LETTERS:
        for aql in AQLS:
            plan = plan_of(letter, aql, severity)
            assert least < poisson(plan, float(aql)) < 0.999, (letter, aql, plan)


def poisson(plan: SamplingPlan, percent: float) -> float:
    """The probability that a lot with so many defects in a hundred is accepted."""
    mean = plan.size * percent / 100
    return sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(plan.accept + 1))


def test_neighbours_on_a_diagonal_agree() -> None:
    """One letter further with one AQL lower: the same acceptance number, in every table."""
    for severity in Severity:
        for row in range(5, 14):
            for column in range(4, 16):
                here = plan_of(LETTERS[row], AQLS[column], severity)
                there = plan_of(LETTERS[row + 1], AQLS[column - 1], severity)
                if here.letter <= "P" and there.letter <= "P" and here.letter >= "F":
                    assert here.accept == there.accept, (severity, LETTERS[row], AQLS[column])


def test_stricter_means_fewer_lots_pass() -> None:
    for letter in "FGHJKLMN":
        for aql in AQLS[8:16]:
            double = float(aql) * 2
            chances = [poisson(plan_of(letter, aql, each), double) for each in (TIGHTENED, NORMAL, REDUCED)]
            assert chances == sorted(chances), (letter, aql)


def test_an_aql_that_no_table_has_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        plan_of("H", Decimal("1.1"), NORMAL)
    assert refused.value.code == "quality.unknown_aql"


# - switching -


def lots(verdicts: str) -> list[Lot]:
    """`+` a lot that passed, `-` one that did not, `.` one that was skipped."""
    return [Lot(passed=each != "-", skipped=each == ".", accept=1) for each in verdicts]


@pytest.mark.parametrize(
    ("verdicts", "severity"),
    [
        ("", NORMAL),
        ("-++++", NORMAL),
        ("-+++-", TIGHTENED),
        ("-++++-", NORMAL),  # two of six are not two of five
        ("--", TIGHTENED),
        ("--++++", TIGHTENED),
        ("--+++++", NORMAL),
        ("--++-+++", TIGHTENED),
        ("+" * 14, NORMAL),
        ("+" * 15, REDUCED),  # fifteen times two are thirty
        ("+" * 14 + "-" + "+" * 14, NORMAL),
        ("+" * 15 + "-", NORMAL),
        ("+" * 15 + "-+-", NORMAL),  # only lots under normal inspection count for the five
        ("+" * 15 + "-+--", TIGHTENED),
    ],
)
def test_lots_before_say_how_strictly_the_next_is_looked_at(verdicts: str, severity: Severity) -> None:
    assert standing_after(lots(verdicts)).severity is severity


def test_ten_lots_that_would_pass_one_step_tighter_earn_reduced_inspection() -> None:
    good = Lot(accept=2, passed_tighter=True)
    assert standing_after([good] * 9).score == 27
    assert standing_after([good] * 10).severity is REDUCED
    assert standing_after([good] * 9 + [Lot(accept=2, passed_tighter=False)]).score == 0


def test_reduced_inspection_needs_somebody_who_allows_it() -> None:
    assert standing_after(lots("+" * 40), reduced_allowed=False).severity is NORMAL
    assert standing_after((), reduced_allowed=False, begin=REDUCED).severity is NORMAL


def test_five_lots_rejected_under_tightened_inspection_stop_the_supplier() -> None:
    assert not standing_after(lots("--" + "-+-+-+-")).stopped
    stopped = standing_after(lots("--" + "-+-+-+-+-"))
    assert (stopped.severity, stopped.stopped) == (TIGHTENED, True)
    assert not standing_after(lots("--" + "-+-+-+-+-" + "+++++")).stopped


def test_a_good_supplier_is_looked_at_now_and_then_only() -> None:
    def skipped(before: str) -> bool:
        return skips_next(standing_after(lots(before)), qualifies_after=3, one_in=3)

    assert not skipped("++")
    assert skipped("+++")
    assert skipped("+++.")
    assert not skipped("+++..")
    assert skipped("+++..+")
    assert not skipped("+++..-"), "a rejected lot ends it"


# - rules -


def rules(**then: object) -> dict[str, object]:
    return {"rules": [{"name": "all widgets", "when": [], "then": then}]}


def facts(**given: object) -> InspectionFacts:
    plain = {"sku": "WIDGET", "category": "", "partner": "ACME", "tracking": "none", "hazard": ""}
    return InspectionFacts(**{"quantity": Decimal(500), **plain, **given})  # type: ignore[arg-type]  # test data


def test_as_delivered_nothing_is_looked_at() -> None:
    assert wanted(FORM.default_policy(), facts(), ()) is None


def test_a_rule_says_how_much_is_looked_at_and_the_record_how_strictly() -> None:
    policy = FORM.read(rules(method="sample", aql="1.0"))
    first = wanted(policy, facts(), ())
    assert first is not None
    assert first.plan(Decimal(500)) == SamplingPlan("H", 50, 1, 2)
    assert isinstance(first.why, Decision)
    assert first.why.chosen == ("all widgets",)
    then = wanted(policy, facts(), lots("--"))
    assert then is not None
    assert then.plan(Decimal(500)) == SamplingPlan("J", 80, 1, 2)


def test_skip_lot_lets_lots_by_once_enough_passed() -> None:
    policy = FORM.read(rules(method="skip_lot", qualifies_after=2, one_in=2))
    went = [wanted(policy, facts(), lots(before)) for before in ("+", "++", "++.")]
    assert [each and each.skipped for each in went] == [False, True, False]


@pytest.mark.parametrize("then", [{"aql": "1.1"}, {"qualifies_after": 0}, {"level": "IV"}, {"method": "some"}])
def test_rules_that_no_standard_knows_are_refused(then: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        FORM.read(rules(**then))
    assert refused.value.code == "policies.invalid_rules"


# - checklists and verdicts -


def test_a_measured_value_passes_up_to_its_limits() -> None:
    width = Check("Width", measured=True, unit="mm", nominal=Decimal(10), lower=Decimal("9.8"), upper=Decimal("10.2"))
    assert [width.passes(measured(text)) for text in ("9.79", "9,8", "10.2", "10.21")] == [False, True, True, False]
    assert width.limits == "9.8 – 10.2 mm"
    assert Check("Core", measured=True, unit="°C", upper=Decimal(4)).limits == "≤ 4 °C"


@pytest.mark.parametrize("text", ["", "ten", "NaN", "Infinity", "1e99"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        measured(text)
    assert refused.value.code == "quality.not_a_number"


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ([Check(" ")], "quality.check_nameless"),
        ([Check("Clean"), Check("clean")], "quality.check_twice"),
        ([Check("Width", measured=True)], "quality.check_limits"),
        ([Check("Width", measured=True, lower=Decimal(2), upper=Decimal(1))], "quality.check_limits"),
        (
            [Check("Width", measured=True, nominal=Decimal(9), lower=Decimal(1), upper=Decimal(2))],
            "quality.check_limits",
        ),
        ([Check(f"Check {n}") for n in range(41)], "quality.too_many_checks"),
    ],
)
def test_a_checklist_that_cannot_be_right_is_refused(checks: list[Check], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked(checks)
    assert refused.value.code == code


def test_a_lot_fails_with_the_piece_that_is_too_many_and_passes_with_the_last_one() -> None:
    plan = SamplingPlan("H", 50, 1, 2)
    found = [verdict_of(plan, looked_at=n, defective=bad) for n, bad in ((49, 1), (50, 1), (3, 2))]
    assert found == [LotVerdict.OPEN, LotVerdict.PASSED, LotVerdict.FAILED]


def test_only_taking_a_lot_that_did_not_pass_goes_against_the_plan() -> None:
    assert against(LotVerdict.FAILED, Disposition.ACCEPT)
    assert against(LotVerdict.OPEN, Disposition.ACCEPT)
    assert not against(LotVerdict.PASSED, Disposition.ACCEPT)
    assert not against(LotVerdict.FAILED, Disposition.REJECT)
    assert not against(LotVerdict.PASSED, Disposition.REJECT), "something else may be wrong with the goods"
