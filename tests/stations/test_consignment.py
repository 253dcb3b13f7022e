"""Consignment on its screen: brought, used, brought back, taken back by Undo."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.services import clock
from app.stations.consignment import ConsignmentScreen
from app.stations.kit.kit import Kit
from tests.stations.desks import asked, book, columns, opened, press, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[ConsignmentScreen]:
    warehouse.put("WIDGET", "R01", 30)
    with opened(kit, qtbot, lambda words: ConsignmentScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def test_without_a_place_the_screen_says_where_to_make_one(screen: ConsignmentScreen, qtbot: QtBot) -> None:
    press(screen, qtbot, "CONSIGN")
    assert "No customer has a place" in screen.band.text()


def test_goods_are_brought_used_stated_and_taken_back(
    screen: ConsignmentScreen, warehouse: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    warehouse.consign()
    form = asked(screen, qtbot, "CONSIGN")
    assert book(screen, qtbot).startswith("It must be said what goes")
    for name, value in (("item", "WIDGET"), ("quantity", "1 case"), ("origin", "R01")):
        form.give(name, value)
    assert book(screen, qtbot).startswith("The goods stand at WH001-CONSIGNMENT Shopper.")
    assert columns(screen, qtbot, "partner", "sku", "quantity") == [("SHOPPER Shopper", "WIDGET", "12")]
    take(screen, qtbot, "WIDGET")
    asked(screen, qtbot, "CONSIGN_USED").give("quantity", "13")
    assert book(screen, qtbot).startswith("Only 12 of WIDGET can be taken")
    assert screen.form is not None
    screen.form.give("quantity", "5")
    assert book(screen, qtbot).startswith("5 each of WIDGET are sold to Shopper.")
    press(screen, qtbot, "UNDO")
    assert columns(screen, qtbot, "quantity") == [("12",)]
    take(screen, qtbot, "WIDGET")
    press(screen, qtbot, "USED_GOODS")
    assert columns(screen, qtbot, "sku", "quantity") == [("WIDGET", "-5 each"), ("WIDGET", "5 each")]
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    take(screen, qtbot, "WIDGET")
    question = asked(screen, qtbot, "STATEMENT")
    question.give("since", "2000-01-01")
    question.give("until", "2999-12-31")
    assert book(screen, qtbot).startswith("2 lines.")
    [dialog] = screen.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "shopper.pdf"))
    dialog.reject()
    qtbot.waitUntil(lambda: screen.band.text().startswith("2 lines, 0.00 EUR: shopper.pdf"))
    assert (tmp_path / "shopper.pdf").read_bytes().startswith(b"%PDF")
    take(screen, qtbot, "WIDGET")
    asked(screen, qtbot, "CONSIGN_BACK").give("target", "R02")
    assert book(screen, qtbot).startswith("12 each of WIDGET came back from Shopper.")
    assert warehouse.stock("WIDGET", "R02") == (12, 0)


def test_a_statement_is_proposed_for_the_last_month_of_the_warehouse(
    screen: ConsignmentScreen, warehouse: Site, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.consign()
    with warehouse.superuser() as connection:
        connection.execute("UPDATE warehouse SET time_zone = 'Europe/Berlin'")
    form = asked(screen, qtbot, "CONSIGN")
    for name, value in (("item", "WIDGET"), ("quantity", "1 case"), ("origin", "R01")):
        form.give(name, value)
    book(screen, qtbot)
    take(screen, qtbot, "WIDGET")
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    answers = asked(screen, qtbot, "STATEMENT").answers()
    assert (answers["since"], answers["until"]) == ("2026-12-01", "2026-12-31")
