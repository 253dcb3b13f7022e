"""A scanner that types: its keys become the same scans as those of any other."""

from pathlib import Path

import pytest

from app.devices.wedge import heard, listens_to_wedge, wedge_decoder
from app.domain.errors import Refusal
from app.settings import Settings


def typed(keys: str, *, gap_ms: int = 5) -> list[object]:
    decoder = wedge_decoder(Settings(home=Path(), wedge_prefix="F9"))
    outcomes = []
    for number, key in enumerate(["F9", *keys, "\r"], 1):
        outcomes.append(decoder.feed(key, number * gap_ms, arrival_ms=number * gap_ms).outcome)
    return [outcome for outcome in outcomes if outcome is not None]


def test_what_is_typed_between_prefix_and_suffix_is_a_scan() -> None:
    [outcome] = typed("]C1010401234567891810L1")
    scan = heard(outcome)
    assert scan is not None
    assert (scan.raw, scan.symbology, scan.source) == ("010401234567891810L1", "gs1-128", "wedge")


def test_a_code_that_was_cut_is_no_scan() -> None:
    assert [heard(outcome) for outcome in typed("ABC", gap_ms=500)] == [None]


def test_a_prefix_like_the_suffix_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        wedge_decoder(Settings(home=Path(), wedge_prefix="\r"))
    assert refusal.value.code == "devices.not_supported"


def by_speed(keys: str, **settings: str) -> list[object]:
    decoder = wedge_decoder(Settings(home=Path(), wedge_timing=True, **settings))  # type: ignore[arg-type]
    outcomes = [
        decoder.feed(key, number * 5, arrival_ms=number * 5).outcome for number, key in enumerate([*keys, "\r"], 1)
    ]
    return [outcome for outcome in outcomes if outcome is not None]


@pytest.mark.parametrize(
    ("keys", "is_scan"),
    [
        ("4012345678901", True),
        ("4012345678902", False),  # wrong check digit: typed, or misread
        ("100000", False),  # a quantity
        ("WH001-STO-R01", True),
        ("R01", False),  # too short to tell from a fast typist
    ],
)
def test_without_a_prefix_only_what_cannot_be_a_typed_number_is_a_scan(keys: str, is_scan: bool) -> None:
    assert bool(by_speed(keys)) is is_scan


def test_a_machine_listens_only_when_it_was_told_to() -> None:
    assert not listens_to_wedge(Settings(home=Path()))
    assert listens_to_wedge(Settings(home=Path(), wedge_timing=True))
    assert listens_to_wedge(Settings(home=Path(), wedge_prefix="F9"))


def test_a_scanner_of_another_layout_is_understood() -> None:
    (outcome,) = by_speed("+C0WH001ßSTOßY07", wedge_scanner_layout="us", wedge_computer_layout="de")
    scan = heard(outcome)
    assert scan is not None
    assert (scan.raw, scan.symbology) == ("WH001-STO-Z07", "code-128")
