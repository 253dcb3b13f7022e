"""Colours and sizes, computed from the tokens themselves."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from app import resources
from app.stations.kit import theme
from app.stations.kit.theme import LEVELS, TOKENS, Scheme, Theme, Tokens, contrast

READ_FROM_AFAR = 7.0


@pytest.mark.parametrize("scheme", list(Scheme))
def test_instruction_and_number_stand_out_seven_to_one(scheme: Scheme) -> None:
    tokens = TOKENS[scheme]
    for ink in (tokens.ink, tokens.muted):
        for ground in (tokens.surface, tokens.window, tokens.sunken, tokens.selection):
            assert contrast(ink, ground) >= READ_FROM_AFAR, (ink, ground)


def test_feedback_stands_out_seven_to_one() -> None:
    for level, (ground, ink) in LEVELS.items():
        assert contrast(ground, ink) >= READ_FROM_AFAR, level


@pytest.mark.parametrize("scheme", list(Scheme))
def test_symbols_and_keys_are_plain_to_see(scheme: Scheme) -> None:
    tokens = TOKENS[scheme]
    for ink in (tokens.accent, tokens.good, tokens.caution, tokens.bad):
        assert contrast(ink, tokens.surface) >= READ_FROM_AFAR, ink
    assert contrast(tokens.on_accent, tokens.accent) >= READ_FROM_AFAR


def test_every_colour_that_a_screen_asks_for_by_name_is_there() -> None:
    """One that is not there ends the program in the middle of drawing."""
    stations = Path(theme.__file__).parents[1]
    asked = {
        name for file in stations.rglob("*.py") for name in re.findall(r'\.colour\("(\w+)"\)', file.read_text("utf-8"))
    }
    assert len(asked) > 5
    assert asked <= {one.name for one in fields(Tokens)}


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the standard's well-known near miss


def test_sizes_grow_with_the_window() -> None:
    theme = Theme()
    assert theme.px(44) == 44
    theme.fit(QSize(1920, 1080))
    assert theme.px(44) == round(44 * 1.4)


def test_the_style_sheet_has_no_colours_of_its_own_and_no_left_or_right() -> None:
    source = (resources.resource("styles") / "stockhand.qss").read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\s*;", source)
    assert not re.search(r"\b(left|right)\b", source)
    assert "$" not in Theme().style_sheet()
