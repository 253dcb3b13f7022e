"""Kits on their screen: what they are made of, what is short before, making some, undoing, taking apart."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.services import kitting
from app.stations.kit.kit import Kit
from app.stations.kitting import KittingScreen
from tests.stations.desks import asked, at_rest, book, columns, opened, press, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[KittingScreen]:
    """The manager's screen; a gadget is made of three widgets and a quarter of a kilogram of oil."""
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("OIL", "R03", 5)
    with opened(kit, qtbot, lambda words: KittingScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        screen.work.run(lambda unit: kitting.save_bom(unit, kit="GADGET", parts={"WIDGET": "3", "OIL": "0.25"}))
        yield screen


def order(screen: KittingScreen, qtbot: QtBot, quantity: str) -> None:
    """Order gadgets and open the order."""
    form = asked(screen, qtbot, "NEW_KIT_ORDER")
    form.give("item", "gadget")
    form.give("quantity", quantity)
    book(screen, qtbot)
    take(screen, qtbot, "GADGET")
    press(screen, qtbot, "OPEN_KITS")
    at_rest(screen, qtbot)


def test_what_is_short_is_said_before_and_fewer_are_made_and_undone(
    screen: KittingScreen, warehouse: Site, qtbot: QtBot
) -> None:
    order(screen, qtbot, "4")
    assert columns(screen, qtbot, "sku", "needed", "free", "missing") == [
        ("OIL", "1", "5", ""), ("WIDGET", "12", "10", "▲ 2"),
    ]  # fmt: skip
    form = asked(screen, qtbot, "MAKE_KITS")
    assert form.effect.text() == "▲ Short: 2 each WIDGET are missing. Make fewer."
    assert "2 of 12 WIDGET are missing" in book(screen, qtbot)
    assert warehouse.stock("WIDGET", "R01") == (10, 0)
    form.give("quantity", "3")
    assert form.effect.text() == "Uses up 0.75 kg OIL, 9 each WIDGET, first expired first."
    assert book(screen, qtbot) == "3 each GADGET are made. F2 takes it back."
    assert warehouse.stock("GADGET", "STAGE1")[0] == 3
    press(screen, qtbot, "UNDO")
    assert warehouse.stock("GADGET", "STAGE1")[0] == 0
    assert warehouse.stock("WIDGET", "R01")[0] == 10
    press(screen, qtbot, "TIMELINE")
    assert ("Kit made",) in columns(screen, qtbot, "what")
    assert warehouse.prove() == []


def test_a_bill_is_written_by_scanning_its_parts(screen: KittingScreen, warehouse: Site, qtbot: QtBot) -> None:
    QTest.keyClick(screen, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    form = asked(screen, qtbot, "NEW_BILL")
    form.give("item", "drill")
    book(screen, qtbot)
    screen.on_scan("04012345678901", "ean-13", "scanner")
    assert screen.form is not None
    screen.form.give("quantity", "2")
    book(screen, qtbot)
    asked(screen, qtbot, "SAVE_BILL")
    assert book(screen, qtbot) == "What DRILL is made of is kept."
    assert ("DRILL", "2 each WIDGET") in columns(screen, qtbot, "sku", "parts")


def test_finished_kits_are_taken_apart(screen: KittingScreen, warehouse: Site, qtbot: QtBot) -> None:
    order(screen, qtbot, "2")
    asked(screen, qtbot, "MAKE_KITS")
    book(screen, qtbot)
    QTest.keyClick(screen, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    take(screen, qtbot, "GADGET")
    asked(screen, qtbot, "UNMAKE").give("quantity", "1")
    assert book(screen, qtbot) == "1 GADGET are parts again. F2 takes it back."
    assert warehouse.stock("WIDGET", "STAGE1")[0] == 3
    assert warehouse.prove() == []


def test_who_may_not_make_kits_is_told_so(kit: Kit, warehouse: Site, qtbot: QtBot) -> None:
    with opened(kit, qtbot, lambda words: KittingScreen(words, work_of(warehouse, "desk_auditor"))) as screen:
        press(screen, qtbot, "NEW_KIT_ORDER")
        assert screen.band.text().startswith("Your badge does not allow: Plan: kit order.")
