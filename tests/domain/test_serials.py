"""Serial numbers as people type many of them."""

import pytest

from app.domain.errors import Refusal
from app.domain.serials import MOST_SERIALS, checked_number, serial_numbers


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("A1", ("A1",)),
        (" A1, B-2;C3\nD 4 ", ("A1", "B-2", "C3", "D", "4")),
        ("SN-0098 .. SN-0101", ("SN-0098", "SN-0099", "SN-0100", "SN-0101")),
        ("7..9", ("7", "8", "9")),
        ("SN-08 - SN-09, X", ("SN-08", "SN-09", "X")),
    ],
)
def test_a_list_and_a_range_name_each_piece(typed: str, numbers: tuple[str, ...]) -> None:
    assert serial_numbers(typed) == numbers


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (" , ", "serials.none"),
        ("A1 .. B9", "serials.range"),
        ("A9 .. A1", "serials.range"),
        ("A9 .. A10", "serials.range"),
        ("A1, B2, A1", "serials.twice"),
        ("A1 .. A3, A2", "serials.twice"),
        (f"A000001 .. A{MOST_SERIALS + 1:06}", "serials.too_many"),
        ("1" * 21, "serials.too_long"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused_whole(typed: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        serial_numbers(typed)
    assert refused.value.code == why


def test_a_number_is_never_shortened() -> None:
    assert checked_number(" L-2026-07 ") == "L-2026-07"
    with pytest.raises(Refusal, match=r"serials\.too_long"):
        checked_number("L" * 21)
