"""Whether a quantity may be typed at the packing bench, as the rules say."""

from dataclasses import replace
from decimal import Decimal

from app.domain.packing.counting import FORM, CountFacts, may_type

SCREWS = CountFacts("SCREW", category="Hardware / Screws", pieces=Decimal(200), price=Decimal("0.05"))
CHEAP = FORM.read(
    {
        "rules": [
            {
                "name": "many cheap ones",
                "when": [
                    {"field": "pieces", "operator": "at_least", "value": "20"},
                    {"field": "price", "operator": "below", "value": "1"},
                ],
                "then": {"typed": True},
            }
        ]
    }
)


def test_as_delivered_every_unit_is_scanned() -> None:
    assert not may_type(SCREWS, FORM.default_policy())


def test_a_rule_lets_many_cheap_ones_be_typed_and_no_others() -> None:
    assert may_type(SCREWS, CHEAP)
    assert not may_type(replace(SCREWS, pieces=Decimal(19)), CHEAP)
    assert not may_type(replace(SCREWS, price=Decimal(1)), CHEAP)


def test_no_rule_lets_serial_numbers_be_typed() -> None:
    assert not may_type(replace(SCREWS, tracking="serial"), CHEAP)
    assert not may_type(replace(SCREWS, tracking="lot_serial"), CHEAP)
    assert may_type(replace(SCREWS, tracking="lot"), CHEAP)
