"""A scanner that types: its keys become the same scans as those of any other."""

from pathlib import Path

import pytest

from app.devices.wedge import heard, wedge_decoder
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
