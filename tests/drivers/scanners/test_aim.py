"""AIM identifiers: which symbology a code came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanners.aim import AimId, split_aim


@pytest.mark.parametrize(
    ("identifier", "symbology", "is_gs1"),
    [
        ("]C0", "code-128", False),
        ("]C1", "gs1-128", True),
        ("]E0", "ean-13", False),
        ("]E4", "ean-8", False),
        ("]I1", "itf-14", False),
        ("]d1", "datamatrix", False),
        ("]d2", "gs1-datamatrix", True),
        ("]Q1", "qr", False),
        ("]Q3", "gs1-qr", True),
        ("]e0", "gs1-databar", True),
        ("]A0", "code-39", False),
        ("]L0", "pdf417", False),
        ("]z0", "aztec", False),
        ("]U1", "maxicode", False),
        ("]J1", "gs1-dotcode", True),
        ("]J0", "dotcode", False),
        ("]X0", "", False),
    ],
)
def test_each_identifier_names_its_symbology(identifier: str, symbology: str, is_gs1: bool) -> None:
    aim_id, code = split_aim(identifier + "0109506000134352")
    assert aim_id is not None
    assert (str(aim_id), code) == (identifier, "0109506000134352")
    assert (aim_id.symbology, aim_id.is_gs1) == (symbology, is_gs1)


@pytest.mark.parametrize("text", ["", "]", "]C", "0109506", "C1 0109", "]-1abc", "]1Cabc", " ]C1abc", "]\xe90abc"])
def test_what_is_no_identifier_stays_part_of_the_code(text: str) -> None:
    assert split_aim(text) == (None, text)


@given(st.text())
def test_nothing_of_a_code_is_lost(text: str) -> None:
    aim_id, code = split_aim(text)
    assert (str(aim_id) if aim_id else "") + code == text


def test_identifiers_are_values() -> None:
    assert AimId("C1") == AimId("C1")
