"""What the screenshots show is what people see: every word of every scene is there."""

import logging

import pytest
from pytestqt.qtbot import QtBot

from app.stations.kit.kit import Kit
from app.texts import Texts
from build_scripts.screenshot_scenes import SCENES
from tests.stations.conftest import Desk, settle

_LONG = 70
"""Words of so many letters may be cut, beside what stands whole."""


@pytest.mark.parametrize("language", ["en", "xx"])
def test_every_scene_speaks_in_words_and_fits_its_place(
    kit: Kit, qtbot: QtBot, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    desk = Desk(Kit(Texts.load(language), kit.theme, kit.sounds, kit.tasks))
    qtbot.addWidget(desk.screen)
    desk.screen.show()
    caplog.clear()
    for name, prompt in SCENES.items():
        with caplog.at_level(logging.ERROR):
            desk.screen.show_prompt(prompt)
            settle()
        assert not caplog.messages, name
        lines = desk.screen.lines
        cells = [(r, c, cell) for r, row in enumerate(lines.rows()) for c, cell in enumerate(row.cells)]
        cut = [cell for r, c, cell in cells if not lines.cell_fits(r, c) and len(cell) < _LONG]
        assert not cut, (name, cut)
        smallest = desk.screen.instruction.words.fitted_font().pixelSize()
        assert smallest >= (40 if language == "en" else 26), name
