"""Fields, variants and categorising rules: the pure part of products."""

from decimal import Decimal
from uuid import UUID

import pytest

from app.domain.catalog.categorising import FORM, Candidate, CategoryFacts, moves
from app.domain.catalog.products import BY_NAME
from app.domain.catalog.variants import Template, TemplateAttribute, variants
from app.domain.errors import Refusal
from app.domain.values import Field, FieldKind

SHIRT = Template(
    "SHIRT", "Shirt", (TemplateAttribute("Size", ("S", "M")), TemplateAttribute("Colour", ("Red", "Blue")))
)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("shelf_life_days", " 30 ", 30),
        ("shelf_life_days", "", None),
        ("hs_code", "940520", "940520"),
        ("hs_code", "", ""),
        ("tracking", "LOT", "lot"),
        ("catch_weight", "yes", True),
        ("catch_weight", "", False),
        ("standard_cost", "2.50", Decimal("2.50")),
    ],
)
def test_a_field_reads_what_people_type(field: str, typed: str, value: object) -> None:
    assert BY_NAME[field].read(typed) == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("shelf_life_days", "0"),
        ("shelf_life_days", "soon"),
        ("hs_code", "12"),
        ("origin", "Germany"),
        ("tracking", "box"),
        ("catch_weight", "perhaps"),
        ("standard_cost", "-1"),
        ("standard_cost", "NaN"),
        ("sku", "x" * 61),
    ],
)
def test_a_field_refuses_by_its_name_what_it_cannot_be(field: str, typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        BY_NAME[field].read(typed)
    assert (caught.value.code, caught.value.facts["field"]) == ("field.unreadable", field)


@pytest.mark.parametrize("value", [None, "", 7, Decimal("0.5"), True, ("a", "b")])
def test_what_a_field_writes_it_can_read_again(value: object) -> None:
    kinds = {int: FieldKind.WHOLE, Decimal: FieldKind.NUMBER, bool: FieldKind.TRUTH, tuple: FieldKind.CHOICES}
    kind = kinds.get(type(value), FieldKind.TEXT)
    field = Field("any", kind, choices=("a", "b"), nullable=value is None)
    assert field.read(field.written(value)) == value


def test_a_template_makes_every_combination_and_knows_which_are_there() -> None:
    found = variants(SHIRT, [("OLD-1", {"Colour": "Red", "Size": "S"})])
    assert [(each.sku, each.there) for each in found] == [
        ("OLD-1", "OLD-1"),
        ("SHIRT-S-BLUE", ""),
        ("SHIRT-M-RED", ""),
        ("SHIRT-M-BLUE", ""),
    ]
    assert found[1].name == "Shirt S Blue"


@pytest.mark.parametrize(
    ("template", "code"),
    [
        (Template("A", "A"), "template.no_values"),
        (Template("A", "A", (TemplateAttribute("Size", ()),)), "template.no_values"),
        (
            Template("A", "A", (TemplateAttribute("Size", ("S", "M")),), sku_pattern="{Width}"),
            "template.pattern_unknown",
        ),
        (Template("A", "A", (TemplateAttribute("Size", ("S", "M")),), sku_pattern="{code}"), "template.same_code"),
        (
            Template("A", "A", tuple(TemplateAttribute(f"A{n}", tuple("abcdefghij")) for n in range(4))),
            "template.too_many",
        ),
    ],
)
def test_a_template_that_cannot_be_meant_is_refused(template: Template, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        variants(template, ())
    assert caught.value.code == code


def candidate(sku: str, name: str, category: str = "", *, by_rule: bool = False) -> Candidate:
    return Candidate(UUID(int=1), 1, category, by_rule, CategoryFacts(sku=sku, name=name))


LAMPS = FORM.read(
    {
        "rules": [
            {
                "name": "desk lamps",
                "when": [
                    {"field": "name", "operator": "contains", "value": "LAMP"},
                    {"field": "sku", "operator": "begins_with", "value": "d-"},
                ],
                "then": {"category": "Lighting / Desk"},
            },
            {
                "name": "lamps",
                "when": [{"field": "name", "operator": "contains", "value": "lamp"}],
                "then": {"category": "Lighting"},
            },
        ]
    }
)
KNOWN = {"Lighting": UUID(int=7), "Lighting / Desk": UUID(int=8)}


def test_the_first_rule_that_holds_decides_whatever_the_case_and_says_why() -> None:
    found = moves(LAMPS, [candidate("D-1", "Lamp"), candidate("X", "Floor lamp"), candidate("Y", "Chair")], KNOWN)
    assert [(each.sku, each.new, each.rule) for each in found] == [
        ("D-1", "Lighting / Desk", "desk lamps"),
        ("X", "Lighting", "lamps"),
    ]
    assert found[1].decision.considered[-1].seen == {"name": "Floor lamp"}


def test_what_a_person_chose_stays_unless_somebody_wants_it_moved() -> None:
    chosen = candidate("X", "Lamp", "Gifts")
    assert moves(LAMPS, [chosen], KNOWN) == ()
    assert len(moves(LAMPS, [chosen], KNOWN, also_by_hand=True)) == 1
    assert len(moves(LAMPS, [candidate("X", "Lamp", "Gifts", by_rule=True)], KNOWN)) == 1
    assert moves(LAMPS, [candidate("X", "Lamp", "Lighting", by_rule=True)], KNOWN) == ()


def test_a_rule_for_a_category_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(Refusal) as caught:
        moves(LAMPS, (), {"Lighting": UUID(int=7)})
    assert caught.value.facts == {"rule": "desk lamps", "category": "Lighting / Desk"}


def test_words_are_compared_with_texts_only() -> None:
    rule = {"name": "x", "when": [{"field": "shelf_life_days", "operator": "contains", "value": 3}],
            "then": {"category": "Lighting"}}  # fmt: skip
    with pytest.raises(Refusal, match=r"policies\.invalid_rules"):
        FORM.read({"rules": [rule]})
