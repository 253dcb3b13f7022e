"""What a name holds is shown as it is: no label and no tool tip of the program reads HTML."""

import html

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.stations.kit.record_table import model
from app.stations.kit.theme import Theme

HOSTILE = "<b>Mug</b><img src='x'> &amp;"


def test_a_label_shows_a_name_that_looks_like_html_letter_by_letter(qtbot: QtBot) -> None:
    Theme().apply()
    label = QLabel(HOSTILE)
    qtbot.addWidget(label)
    label.show()
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == HOSTILE


@pytest.mark.parametrize("words", [HOSTILE, "Größe < 5"])
def test_a_tool_tip_shows_a_name_that_looks_like_html_letter_by_letter(words: str) -> None:
    shown = model._as_tool_tip(words)
    assert html.unescape(shown.removeprefix("<span>").removesuffix("</span>")) == words
    assert "<" not in shown[len("<span>") : -len("</span>")]
