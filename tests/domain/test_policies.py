"""Policies: rules as data, checked when read, applied in two modes, and able to say why."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import allocation, packing, putaway, receiving, shipping, stations
from app.domain.errors import Refusal
from app.domain.policies import (
    Decision,
    Operator,
    Policy,
    PolicyForm,
    Scope,
    Sift,
    broken_rules,
    filter_then_sort,
    first_match,
    in_force,
    natural_key,
    parse_rules,
)

TODAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Facts:
    name: str
    size: int = 0
    weight: Decimal | None = None
    fragile: bool = False
    due: date | None = None
    colour: Colour = Colour.RED


@dataclass(frozen=True, slots=True)
class Fee:
    amount: Decimal
    note: str = ""


def rule(name: str, then: dict[str, object], *when: tuple[str, str, object]) -> dict[str, object]:
    conditions = [{"field": field, "operator": operator, "value": value} for field, operator, value in when]
    return {"name": name, "when": conditions, "then": then}


def moment(month: int) -> datetime:
    return NOW.replace(month=month, day=1)


def fees(*rules: dict[str, object]) -> Policy[Fee]:
    return Policy("fees", parse_rules({"rules": list(rules)}, Facts, Fee))


def sifting(*rules: dict[str, object], sort: list[str] | None = None) -> Policy[Sift]:
    return Policy("sifting", parse_rules({"rules": list(rules), "sort": sort or []}, Facts, Sift))


def test_the_first_rule_that_holds_decides_and_later_ones_are_not_looked_at() -> None:
    policy = fees(
        rule("heavy", {"amount": "9.50"}, ("weight", "above", "30")),
        rule("fragile", {"amount": "4"}, ("fragile", "is", True)),
        rule("any", {"amount": 1}),
    )
    fee, decision = first_match(policy, Facts("vase", weight=Decimal(2), fragile=True))
    assert fee == Fee(Decimal(4))
    assert decision.chosen == ("fragile",)
    assert [(one.candidate, one.failed, one.seen) for one in decision.considered] == [
        ("heavy", ("heavy",), {"weight": "2"}),
        ("fragile", (), {"fragile": True}),
    ]


def test_where_no_rule_holds_nothing_is_decided_and_the_decision_still_says_why() -> None:
    fee, decision = first_match(fees(rule("heavy", {"amount": 1}, ("weight", "above", 30))), Facts("feather"))
    assert fee is None
    assert decision.chosen == ()
    assert decision.considered[0].failed == ("heavy",)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (("size", "is", 5), True),
        (("size", "is_not", 5), False),
        (("size", "below", 5), False),
        (("size", "at_most", 5), True),
        (("size", "above", 4), True),
        (("size", "at_least", 6), False),
        (("weight", "at_most", "1.5"), True),
        (("weight", "known", True), True),
        (("due", "known", True), False),
        (("due", "known", False), True),
        (("due", "below", "2026-07-02"), False),
        (("due", "is_not", "2026-07-02"), False),
        (("due", "none_of", ["2026-07-02"]), False),
        (("colour", "is", "blue"), True),
        (("colour", "one_of", ["red", "blue"]), True),
        (("colour", "none_of", ["red"]), True),
        (("name", "one_of", ["other"]), False),
    ],
)
def test_a_condition_compares_a_fact_and_an_unknown_fact_satisfies_nothing(
    condition: tuple[str, str, object], holds: bool
) -> None:
    facts = Facts("thing", size=5, weight=Decimal("1.5"), colour=Colour.BLUE)
    fee, _ = first_match(fees(rule("r", {"amount": 1}, condition)), facts)
    assert (fee is not None) is holds


def test_all_conditions_of_a_rule_must_hold() -> None:
    policy = fees(rule("both", {"amount": 1}, ("size", "above", 1), ("fragile", "is", True)))
    assert first_match(policy, Facts("a", size=2))[0] is None
    assert first_match(policy, Facts("a", size=2, fragile=True))[0] == Fee(Decimal(1))


def test_candidates_are_filtered_then_ranked_then_sorted_with_unknown_values_last() -> None:
    policy = sifting(
        rule("not_fragile", {"forbid": True}, ("fragile", "is", True)),
        rule("blue_first", {"rank": 1}, ("colour", "is", "blue")),
        sort=["due", "-size", "name"],
    )
    candidates = [
        Facts("undated"),
        Facts("broken", fragile=True),
        Facts("late", due=TODAY + timedelta(days=9)),
        Facts("A10", due=TODAY, size=3),
        Facts("A2", due=TODAY, size=3),
        Facts("big", due=TODAY, size=7),
        Facts("blue", colour=Colour.BLUE),
    ]
    ranked, decision = filter_then_sort(policy, candidates, lambda one: one.name)
    assert [one.name for one in ranked] == ["blue", "big", "A2", "A10", "late", "undated"]
    assert decision.chosen == ("blue",)
    assert decision.considered[0].because == "blue_first"
    assert decision.considered[0].passed == ("not_fragile", "blue_first")
    assert decision.considered[-1].candidate == "broken"
    assert decision.considered[-1].failed == ("not_fragile",)
    assert decision.considered[-1].seen["fragile"] is True


def test_largest_first_keeps_unknown_values_last_too() -> None:
    policy = sifting(sort=["-weight"])
    candidates = [Facts("unknown"), Facts("light", weight=Decimal(1)), Facts("heavy", weight=Decimal(2))]
    ranked, _ = filter_then_sort(policy, candidates, lambda one: one.name)
    assert [one.name for one in ranked] == ["heavy", "light", "unknown"]


def test_a_decision_over_thousands_of_candidates_stays_small_and_counts_what_it_leaves_out() -> None:
    policy = sifting(rule("not_fragile", {"forbid": True}, ("fragile", "is", True)), sort=["size"])
    candidates = [Facts(f"B{n}", size=n, fragile=n % 2 == 0) for n in range(3000)]
    _, decision = filter_then_sort(policy, candidates, lambda one: one.name)
    assert len(decision.considered) < 20
    assert len(decision.considered) + sum(decision.left_out.values()) == 3000
    assert decision.left_out["not_fragile"] == 1500 - 3


def test_the_filter_for_one_candidate_names_every_rule_it_breaks() -> None:
    policy = sifting(
        rule("not_fragile", {"forbid": True}, ("fragile", "is", True)),
        rule("small", {"forbid": True}, ("size", "above", 5)),
        rule("ranked", {"rank": 1}),
    )
    assert broken_rules(policy, Facts("a", size=6, fragile=True)) == (
        ("not_fragile", {"fragile": True}),
        ("small", {"size": 6}),
    )
    assert broken_rules(policy, Facts("a")) == ()


def test_a_policy_refuses_facts_of_another_capability() -> None:
    with pytest.raises(TypeError, match="speaks of Facts"):
        first_match(fees(), Fee(Decimal(1)))


def test_the_most_specific_scope_wins_then_the_latest_that_has_begun() -> None:
    rules = parse_rules({"rules": []}, Facts, Fee)
    company = Policy("fees", rules)
    category = Policy("fees", rules, Scope.CATEGORY, "toys")
    old = Policy("fees", rules, Scope.ITEM, "P1", version=1, valid_from=moment(1))
    new = Policy("fees", rules, Scope.ITEM, "P1", version=2, valid_from=moment(6))
    future = Policy("fees", rules, Scope.ITEM, "P1", version=3, valid_from=moment(8))
    everything = [company, category, old, new, future]
    assert in_force(everything, {Scope.ITEM: "P1", Scope.CATEGORY: "toys"}, NOW) is new
    assert in_force(everything, {Scope.ITEM: "P1"}, moment(2)) is old
    assert in_force(everything, {Scope.ITEM: "P1"}, new.valid_from) is new
    assert in_force(everything, {Scope.ITEM: "P2", Scope.CATEGORY: "toys"}, NOW) is category
    assert in_force(everything, {}, NOW) is company
    assert in_force([category], {}, NOW) is None


@given(st.permutations(list(Scope)))
def test_the_order_in_which_policies_are_stored_does_not_matter(order: list[Scope]) -> None:
    rules = parse_rules({"rules": []}, Facts, Fee)
    policies = [Policy("fees", rules, scope, "" if scope is Scope.COMPANY else "x") for scope in order]
    known = dict.fromkeys(Scope, "x")
    for expected in Scope:
        best = in_force(policies, known, NOW)
        assert best is not None
        assert best.scope is expected
        known.pop(expected)


def test_a_bad_policy_is_refused_with_all_its_faults_at_once() -> None:
    document = {
        "rules": [
            rule("a", {"amount": 1.5}, ("nowhere", "is", 1), ("size", "around", 1), ("name", "below", "x")),
            rule("a", {"amount": "1", "colour": "red"}, ("size", "is", "5"), ("fragile", "is", 1)),
            rule("", {}, ("colour", "one_of", ["green"]), ("due", "is", "tomorrow"), ("colour", "one_of", [])),
            rule("a", {"amount": "NaN"}),
            rule("b", {"amount": 1}),
            rule("b", {"amount": 1}),
            "not a rule",
        ],
        "sort": ["-size", "nothing"],
        "comment": "",
    }
    with pytest.raises(Refusal) as refused:
        parse_rules(document, Facts, Fee)
    faults: tuple[Any, ...] = refused.value.facts["faults"]  # type: ignore[assignment]  # facts hold objects
    assert refused.value.code == "policies.invalid_rules"
    assert refused.value.facts["count"] == len(faults)
    assert {(fault.path, fault.code) for fault in faults} == {
        ("policy.comment", "unknown_key"),
        ("rules[0].when[0].field", "unknown_field"),
        ("rules[0].when[1].operator", "unknown_operator"),
        ("rules[0].when[2].operator", "operator_does_not_fit"),
        ("rules[0].then.amount", "wrong_value"),
        ("rules[1].when[0].value", "wrong_value"),
        ("rules[1].when[1].value", "wrong_value"),
        ("rules[1].then.colour", "unknown_key"),
        ("rules[2].name", "missing"),
        ("rules[2].when[0].value", "wrong_value"),
        ("rules[2].when[1].value", "wrong_value"),
        ("rules[2].when[2].value", "wrong_value"),
        ("rules[2].then.amount", "missing"),
        ("rules[3].then.amount", "wrong_value"),
        ("rules[6]", "not_an_object"),
        ("rules[6].name", "missing"),
        ("rules[6].then.amount", "missing"),
        ("rules", "name_twice"),
        ("sort[1]", "unknown_field"),
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["rules", "sort", "name", "when", "then", "field", "operator", "value", "amount", "size"]),
            inner | st.sampled_from(["size", "due", "is", "one_of"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.fixed_dictionaries({"rules": st.lists(JSON, max_size=3), "sort": JSON}) | JSON)
def test_whatever_json_stands_in_the_database_is_read_or_refused_never_a_crash(document: object) -> None:
    try:
        parse_rules(document, Facts, Fee)
    except Refusal as refusal:
        assert refusal.facts["faults"]  # either answer is right; a crash is not


def test_a_decision_survives_being_stored_as_json() -> None:
    policy = sifting(
        rule("small", {"forbid": True}, ("size", "above", 5)), rule("due", {"rank": 2}, ("due", "known", True))
    )
    candidates = [Facts(f"B{n}", size=n, due=TODAY, weight=Decimal("1.50")) for n in range(40)]
    _, decision = filter_then_sort(policy, candidates, lambda one: one.name)
    assert Decision.from_json(json.loads(json.dumps(decision.to_json()))) == decision


def test_addresses_sort_as_people_count() -> None:
    addresses = ["WH001-STO-A10", "WH001-STO-A9", "WH001-REC-R01", "WH001-STO-A2", "WH001-STO-A2-1"]
    assert sorted(addresses, key=natural_key) == [
        "WH001-REC-R01",
        "WH001-STO-A2",
        "WH001-STO-A2-1",
        "WH001-STO-A9",
        "WH001-STO-A10",
    ]


@given(st.lists(st.text(max_size=8)))
def test_any_texts_can_be_sorted(texts: list[str]) -> None:
    assert len(sorted(texts, key=natural_key)) == len(texts)


FORMS: list[PolicyForm[Any]] = [
    putaway.FORM,
    allocation.FORM,
    receiving.FORM,
    packing.FORM,
    shipping.FORM,
    stations.FORM,
]


def captions() -> dict[str, str]:
    texts = Path(__file__).parents[2] / "resources" / "texts" / "en" / "policies.yaml"
    found: dict[str, str] = yaml.safe_load(texts.read_text(encoding="utf-8"))["captions"]
    return found


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.capability)
def test_every_rule_that_is_delivered_is_sound_and_has_words_for_people(form: PolicyForm[Any]) -> None:
    assert {one.name for one in form.default_policy().rules.rules} <= set(captions())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.capability)
def test_the_rules_that_are_delivered_are_plain_json(form: PolicyForm[Any]) -> None:
    assert json.loads(json.dumps(form.default)) == form.default


def test_every_operator_scope_and_fault_has_words_for_people() -> None:
    codes = [f"policies.operator.{one}" for one in Operator] + [f"policies.scope.{one}" for one in Scope]
    kinds = "unknown_key unknown_field unknown_operator operator_does_not_fit wrong_value missing name_twice"
    codes += [f"policies.fault.{kind}" for kind in [*kinds.split(), "not_an_object", "not_a_list"]]
    assert set(codes) <= set(captions())


def test_every_fact_a_delivered_capability_declares_has_words_for_people() -> None:
    declared = {f"policies.field.{name}" for form in FORMS for name in get_type_hints(form.facts)}
    assert declared <= set(captions())


def test_a_stored_policy_keeps_its_scope_and_names_it_in_the_decision() -> None:
    form = PolicyForm("fees", Facts, Fee, {"rules": []})
    policy = form.read({"rules": [rule("any", {"amount": 1})]}, scope=Scope.ITEM, scope_id="P1", version=7)
    _, decision = first_match(policy, Facts("a"))
    assert decision.policy == {"capability": "fees", "scope": "item", "scope_id": "P1", "version": 7}
