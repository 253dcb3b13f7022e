"""Looking back from the stock screen: the past as it was known, movements of a period, and what files of both hold."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import openpyxl
import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.services import clock
from app.services.changes import Changes
from app.services.history import position_at
from app.services.stock import MoveQuery, MoveReport, StockView, write_movements
from app.services.work import Worker
from app.stations.kit.kit import Kit
from app.stations.stock.sheet import OWN_DAYS, MovesSheet
from tests.stations.stock_desk import Desk, choose, desks
from tests.support import Site, post

T = TypeVar("T")


@pytest.fixture
def desk(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[Desk]:
    with desks(kit, warehouse, qtbot) as opened:
        yield opened


def test_the_past_is_shown_as_it_was_known_at_another_time_and_a_day_alone_is_its_end(
    desk: Desk, warehouse: Site, qtbot: QtBot
) -> None:
    day = clock.now() - timedelta(days=2)
    then = day.replace(hour=15)
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_in", "GADGET", "ADJUSTMENT", "R05", 6, effective=then, reason="FOUND")
    worker = Worker(warehouse.desk, Changes())
    early = position_at(worker, None).seal
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_out", "GADGET", "R05", "ADJUSTMENT", 2, effective=then, reason="LOST")
    late = position_at(worker, None).seal
    screen = desk("desk_manager")

    def look_back(box: QLineEdit, text: str) -> None:
        with qtbot.waitSignal(screen.views.settled):
            box.setText(text)
            box.editingFinished.emit()
        qtbot.waitUntil(lambda: not screen.table.model.reading)

    def gadgets() -> list[str]:
        model = screen.table.model
        rows = [model.record(n).cells for n in range(model.rowCount())]
        return [cells[8] for cells in rows if cells[1] == "GADGET"]

    assert screen.known_at.isHidden()
    look_back(screen.as_of, f"{day:%Y-%m-%d}")
    assert gadgets() == ["4"]
    assert f"seal {late} of" in screen.past.text()
    look_back(screen.known_at, str(early))
    assert gadgets() == ["6"]
    assert f"{day:%Y-%m-%d} 23:59, as the ledger knew it at seal {early} of" in screen.past.text()
    screen.known_at.setText("9999")
    screen.known_at.editingFinished.emit()
    qtbot.waitUntil(lambda: "9999" in screen.band.text())
    look_back(screen.as_of, "")
    assert (gadgets(), screen.known_at.isHidden(), screen.past.isHidden()) == (["4"], True, True)


def test_a_file_of_movements_says_if_it_holds_only_the_newest(
    desk: Desk, warehouse: Site, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        warehouse.put("GADGET", "R05", 1)
    worker = Worker(warehouse.desk, Changes())
    asked = MoveQuery(warehouse.warehouse, item=warehouse.items["GADGET"])

    def counted(report: MoveReport) -> tuple[int, bool]:
        return len(list(report.rows)), report.more

    def newest(most: int, write: Callable[[MoveReport], T]) -> T:
        return worker.run(lambda unit: write_movements(unit, asked, write, wanted=lambda: None, most=most))

    assert (newest(2, counted), newest(3, counted), newest(9, counted)) == ((2, True), (3, False), (3, False))
    screen = desk("desk_manager")
    wiring = replace(screen.trail._wiring, all_moves=lambda _asked, write, _wanted: newest(2, write))
    monkeypatch.setattr(screen.trail, "_wiring", wiring)
    choose(screen, qtbot, "gadget")
    screen.keys.pressed.emit("HISTORY")
    qtbot.waitUntil(lambda: screen.table.model.rowCount() == 3)
    screen.export_to(tmp_path / "moves.csv")
    qtbot.waitUntil(lambda: screen.band.level is not None)
    assert screen.band.text().startswith("moves.csv holds only the newest 2 rows: there are more.")


def test_movements_of_a_period_of_ones_own_are_shown(desk: Desk, warehouse: Site, qtbot: QtBot) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "widget")
    screen.keys.pressed.emit("HISTORY")
    sheet = screen.trail.sheet
    assert isinstance(sheet, MovesSheet)
    qtbot.waitUntil(lambda: sheet.table.model.rowCount() == 1)
    assert sheet.table.model.record(0).cells[5] == "STO-R01"
    sheet.period.setCurrentIndex(sheet.period.findData(OWN_DAYS))
    sheet.until.setText(f"{clock.now() - timedelta(days=3):%Y-%m-%d}")
    sheet.until.editingFinished.emit()
    qtbot.waitUntil(lambda: not sheet.table.model.reading and sheet.table.model.rowCount() == 0)
    sheet.until.setText(f"{clock.now():%Y-%m-%d}")
    sheet.until.editingFinished.emit()
    qtbot.waitUntil(lambda: not sheet.table.model.reading and sheet.table.model.rowCount() == 1)
    sheet.since.setText("yesterday")
    sheet.since.editingFinished.emit()
    qtbot.waitUntil(lambda: "is not a date" in screen.band.text())


def test_a_file_holds_dates_and_numbers_without_the_words_beside_them(
    desk: Desk, warehouse: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET negative_allowed = true WHERE address = 'WH001-STO-R01'")
    with warehouse.station().transaction() as session:
        post(session, warehouse, "move", "GADGET", "R01", "R02", 3)
    screen = desk("desk_manager")
    screen.show_view(StockView.LOT)
    lots, items = tmp_path / "lots.csv", tmp_path / "items.xlsx"
    screen.export_to(lots)
    qtbot.waitUntil(lots.is_file)
    assert "2020-01-31," in lots.read_text("utf-8")
    qtbot.waitUntil(lambda: not screen.line.busy)
    screen.show_view(StockView.ITEM)
    screen.export_to(items)
    qtbot.waitUntil(items.is_file)
    _, *rows = openpyxl.load_workbook(items).active.values
    assert [row[2] for row in rows if row[0] == "GADGET"] == [0]
    assert {type(row[2]) for row in rows} == {int}
