"""The wave planner: what waits, what a wave would be, its release, and who walks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.stations.kit.kit import Kit
from app.stations.waves import WavesScreen
from tests.dialogs.picker import draw, order
from tests.stations.desks import asked, at_rest, book, columns, opened, press, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[WavesScreen]:
    """The manager's screen, with two orders that wait and one for which there are no goods."""
    draw(warehouse, ("R01", 2000, 0), ("R03", 15000, 5000))
    warehouse.put("WIDGET", "R01", 40)
    warehouse.put("GADGET", "R03", 40)
    for lines in ((("WIDGET", 2), ("GADGET", 1)), (("WIDGET", 1), ("GADGET", 2)), (("OIL", 1), ("MILK", 1))):
        order(warehouse, *lines)
    with opened(kit, qtbot, lambda words: WavesScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def planned(screen: WavesScreen, qtbot: QtBot, **answers: str) -> None:
    """Ask what a wave would be, and wait for the walks."""
    form = asked(screen, qtbot, "PLAN_WAVE")
    for name, answer in answers.items():
        form.give(name, answer)
    book(screen, qtbot)
    qtbot.waitUntil(lambda: not screen.line.busy)
    at_rest(screen, qtbot)


def test_a_wave_is_looked_at_released_kept_for_a_person_and_taken_back(
    screen: WavesScreen, qtbot: QtBot, tmp_path: Path
) -> None:
    assert columns(screen, qtbot, "state", "picks") == [("Ready", "2"), ("Ready", "2"), ("Waits for goods", "0")]
    form = asked(screen, qtbot, "PLAN_WAVE")
    form.give("people", "none")
    assert book(screen, qtbot) == "“none” is no number from 1 to 500."
    screen.step_back()
    planned(screen, qtbot, people="2", zone="STO")
    assert columns(screen, qtbot, "orders", "picks") == [("2", "4")]
    assert "do not fit: 0" in screen.sheet.facts()
    screen.step_back()
    planned(screen, qtbot)
    press(screen, qtbot, "LEFT_OUT")
    at_rest(screen, qtbot)
    assert columns(screen, qtbot, "why") == [("No goods are reserved for it",)]
    screen.step_back()
    take(screen, qtbot, "2")
    press(screen, qtbot, "SHOW_WALK")
    qtbot.waitUntil(lambda: screen.cover is not None)
    screen.uncover()
    asked(screen, qtbot, "RELEASE_WAVE")
    assert "is released, walks: 1." in book(screen, qtbot)
    assert columns(screen, qtbot, "state", "progress", "orders") == [("Waits for a picker", "0 %", "2")]
    screen.tabs.setCurrentIndex(2)
    at_rest(screen, qtbot)
    take(screen, qtbot, "2")
    press(screen, qtbot, "ASSIGN_WALK")
    at_rest(screen, qtbot)
    assert screen.form is not None
    screen.form.give("person", "Operator1")
    book(screen, qtbot)
    assert columns(screen, qtbot, "person") == [("for Operator1",)]
    take(screen, qtbot, "2")
    file = tmp_path / "walk.pdf"
    screen.print_to(str(screen.in_hand()[0].key), file)
    qtbot.waitUntil(lambda: not screen._kit.tasks.busy, timeout=120_000)  # the fonts of papers are read first
    assert file.read_bytes().startswith(b"%PDF")
    assert columns(screen, qtbot, "state") == [("On paper",)]
    take(screen, qtbot, "2")
    asked(screen, qtbot, "GIVE_LIST_UP")
    book(screen, qtbot)
    take(screen, qtbot, "2")
    asked(screen, qtbot, "CANCEL_WAVE").give("reason", "PLAN_CHANGED")
    book(screen, qtbot)
    assert columns(screen, qtbot, "number") == []
    screen.tabs.setCurrentIndex(0)
    assert len(columns(screen, qtbot, "number")) == 3


def test_who_picks_is_said_by_zone_and_shift_and_plans_reckon_with_them(screen: WavesScreen, qtbot: QtBot) -> None:
    screen.tabs.setCurrentIndex(4)
    at_rest(screen, qtbot)
    form = asked(screen, qtbot, "NEW_PICK_SHIFT")
    form.give("ends", "late")
    assert book(screen, qtbot).startswith("That is no shift.")
    for name, answer in (("starts", "0:00"), ("ends", "00:00"), ("people", "2"), ("days", "1-7"), ("name", "Day")):
        form.give(name, answer)
    book(screen, qtbot)
    assert columns(screen, qtbot, "zone", "shift", "starts", "people") == [("Every zone", "Day", "00:00", "2")] * 7
    screen.tabs.setCurrentIndex(0)
    at_rest(screen, qtbot)
    planned(screen, qtbot)
    assert columns(screen, qtbot, "person") == [("Day · 1",)]
    press(screen, qtbot, "SHOW_LOADS")
    at_rest(screen, qtbot)
    loads = columns(screen, qtbot, "zone", "people", "before", "walks", "enough")
    assert ("Every zone", "2", "0:00", "1", "1") in loads, "in the last minutes of a day the next one's people walk"
