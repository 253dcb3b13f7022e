"""The phrases that all dialogs share."""

from decimal import Decimal
from uuid import UUID

import pytest

from app.dialogs.grammar import amount, kind_of
from app.domain.scanning import Candidate, CodeKind


@pytest.mark.parametrize(
    ("quantity", "unit", "said"),
    [
        ("28", "each", "28 × OATS"),
        ("28.000", "each", "28 × OATS"),
        ("2.500", "kg", "2.5 kg OATS"),
        ("30", "m", "30 m OATS"),
    ],
)
def test_pieces_are_counted_and_everything_else_is_measured(quantity: str, unit: str, said: str) -> None:
    assert amount(Decimal(quantity), unit, "OATS") == said


def test_a_tote_is_called_a_tote_and_an_item_an_item() -> None:
    assert kind_of(Candidate(CodeKind.HANDLING_UNIT, UUID(int=1), "T-0001", "tote")) == "tote"
    assert kind_of(Candidate(CodeKind.ITEM, UUID(int=2), "OATS", "Rolled oats")) == "item"
