"""Stock by location: live, filtered, sorted, copied, exported."""

import csv
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.database.notifications import Hint, Listener
from app.domain.errors import Fault
from app.services import stock
from app.services.changes import Change, Changes
from app.services.stock import (
    Action,
    LedgerPosition,
    StockPage,
    StockQuery,
    StockReport,
    StockRow,
    StockSort,
    StockTotals,
)
from app.services.work import Worker
from app.stations.kit.kit import Kit
from app.stations.stock import StockScreen, StockWiring
from app.stations.stock.exporting import Written
from tests.stations.conftest import settle
from tests.stations.stock_desk import wiring_of
from tests.support import Site

LIVE_MS = 1_000


def row(n: int, **changes: object) -> StockRow:
    """The nth row of stock."""
    made = StockRow(
        item=UUID(int=n % 40),
        location=UUID(int=n),
        trace=UUID(int=0),
        unit_id=UUID(int=0),
        owner=UUID(int=0),
        address=f"WH001-STO-A{n:04d}",
        sku=f"PROD-{n % 40:03d}",
        name="Standard Widget",
        lot="L-2026-07",
        serial="",
        expiry=date(2027, 3, 31),
        handling_unit="",
        status="available",
        unit="each",
        on_hand=Decimal(12),
        reserved=Decimal(2),
        available=Decimal(10),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test may change any field


class Shelves:
    """Stock that a test changes under the eyes of the screen."""

    def __init__(self, rows: Sequence[StockRow] = ()) -> None:
        self.rows = list(rows)
        self.bus = Changes()
        self.reads: list[tuple[str, StockSort]] = []
        self.trouble: Fault | None = None
        self.exporting = threading.Event()
        self.exporting.set()

    def read(self, asked: StockQuery, after: StockRow | None, limit: int) -> StockPage:
        self.reads.append((" ".join(asked.words), asked.sort))
        if self.trouble:
            raise self.trouble
        found = self._found(asked)
        first = next((n + 1 for n, one in enumerate(found) if after and one.location == after.location), 0)
        return StockPage(tuple(found[first : first + limit]), more=len(found) > first + limit)

    def totals(self, asked: StockQuery) -> StockTotals:
        return stock.StockTotals(len(self._found(asked)), 0, 0, ())

    def export(
        self, asked: StockQuery, write: Callable[[StockReport, int], Written], wanted: Callable[[], object]
    ) -> Written:
        assert self.exporting.wait(10)
        wanted()
        rows = self._found(asked)
        report = StockReport(
            "WH001",
            "",
            "UTC",
            " ".join(asked.words),
            rows,
            LedgerPosition(0, None, 0, None),  # type: ignore[arg-type]  # nobody looks
        )
        return write(report, len(rows))

    def change(self) -> None:
        """Tell the bus from another thread, as the listener does."""
        thread = threading.Thread(target=self.bus.publish, args=([Change("stock")],), name="listener")
        thread.start()
        thread.join()

    def _found(self, asked: StockQuery) -> list[StockRow]:
        text = " ".join(asked.words).lower()
        found = [one for one in self.rows if text in f"{one.address} {one.sku} {one.lot}".lower()]
        by = asked.sort.value if asked.sort is not StockSort.ON_HAND else "on_hand"
        return sorted(found, key=lambda one: getattr(one, by), reverse=asked.descending)


def _unused(*_any: object) -> NoReturn:
    raise AssertionError("nobody asks for this here")


def screen_of(kit: Kit, shelves: Shelves) -> StockScreen:
    return StockScreen(
        kit,
        StockWiring(
            warehouse=UUID(int=1),
            warehouses=lambda: ((UUID(int=1), "WH001", "WH001"),),
            permissions=frozenset(Action),
            subscribe=shelves.bus.subscribe,
            page=shelves.read,
            totals=shelves.totals,
            report=shelves.export,
            moves=_unused,
            all_moves=_unused,
            document=_unused,
            photo=_unused,
            choices=_unused,
            reasons=_unused,
            place=_unused,
            book=_unused,
            take_back=_unused,
            approve=_unused,
            approver=_unused,
            shortages=_unused,
            look_back=_unused,
        ),
    )


@pytest.fixture
def shelves() -> Shelves:
    return Shelves([row(n) for n in range(1_000)])


@pytest.fixture
def screen(kit: Kit, shelves: Shelves, qtbot: QtBot) -> Iterator[StockScreen]:
    screen = screen_of(kit, shelves)
    qtbot.addWidget(screen)
    screen.resize(1366, 728)
    with qtbot.waitSignal(screen.table.settled):
        screen.show()
    qtbot.waitUntil(lambda: not kit.tasks.busy)
    yield screen
    shelves.exporting.set()
    screen.let_go()


def cell(screen: StockScreen, row: int, column: str) -> str:
    names = [one.name for one in screen.table.model.columns]
    return screen.table.model.record(row).cells[names.index(column)]


def test_a_row_says_what_lies_where_and_how_much_of_it_is_free(screen: StockScreen) -> None:
    assert screen.table.model.record(0).cells == (
        *("WH001-STO-A0000", "PROD-000", "Standard Widget", "L-2026-07", "2027-03-31", "", "Own", "Available"),
        *("12", "2", "10", "each", ""),
    )
    assert screen.table.count.text() == "1000 rows · 0 items · 0 places"


def test_identifiers_stand_whole_at_1366_pixels(kit: Kit, qtbot: QtBot) -> None:
    long = {
        "sku": "HYDR-CYL-DOUBLE-ACTING-0063-0400",
        "handling_unit": "340123450000000018",
        "lot": "",
        "serial": "SN-2026-000017",
    }
    screen = screen_of(kit, Shelves([row(1, **long), row(2)]))
    qtbot.addWidget(screen)
    screen.resize(1366, 728)
    with qtbot.waitSignal(screen.table.settled):
        screen.show()
    settle()
    view, model = screen.table.view, screen.table.model
    for n, column in enumerate(model.columns):
        if view.isColumnHidden(n):
            continue
        for r in range(2):
            needed = QFontMetrics(view.cell_font(r, n)).horizontalAdvance(model.record(r).cells[n])
            assert needed <= view.columnWidth(n) - 16 or column.name == "name", column.name
    assert view.horizontalScrollBar().maximum() == 0
    screen.let_go()


def test_a_posting_at_another_station_appears_within_a_second_and_nothing_jumps(
    screen: StockScreen, shelves: Shelves, qtbot: QtBot
) -> None:
    view = screen.table.view
    view.verticalScrollBar().setValue(1_300)
    top = cell(screen, view.rowAt(0), "address")
    view.selectRow(60)
    selected = cell(screen, 60, "address")
    shelves.rows[60] = replace(shelves.rows[60], on_hand=Decimal(99))
    shelves.rows.insert(0, row(5_000, address="WH001-STO-A0000-NEW"))
    shelves.change()
    qtbot.waitUntil(lambda: cell(screen, 1, "address") == "WH001-STO-A0000-NEW", timeout=LIVE_MS)
    settle()
    assert [record.cells[0] for record in screen.table.selected()] == [selected]
    assert screen.table.selected()[0].cells[8] == "99"
    assert cell(screen, view.rowAt(0), "address") == top


def test_what_was_selected_and_left_stock_is_selected_no_more(
    screen: StockScreen, shelves: Shelves, qtbot: QtBot
) -> None:
    screen.table.view.selectRow(3)
    del shelves.rows[3]
    shelves.change()
    qtbot.waitUntil(lambda: cell(screen, 3, "address") == "WH001-STO-A0004", timeout=LIVE_MS)
    assert screen.table.selected() == []


def test_a_change_during_reading_is_not_forgotten(screen: StockScreen, shelves: Shelves, qtbot: QtBot) -> None:
    screen.table.refresh()
    assert screen.table.model.reading
    shelves.rows[0] = replace(shelves.rows[0], on_hand=Decimal(7))
    reads = len(shelves.reads)
    screen.table.refresh()
    qtbot.waitUntil(lambda: len(shelves.reads) >= reads + 1 and not screen.table.model.reading)
    assert cell(screen, 0, "on_hand") == "7"


def test_other_changes_and_a_hidden_screen_read_nothing(
    screen: StockScreen, shelves: Shelves, kit: Kit, qtbot: QtBot
) -> None:
    reads = len(shelves.reads)
    shelves.bus.publish([Change("print_job")])
    settle()
    screen.hide()
    assert not screen._anyway.isActive()
    shelves.change()
    settle()
    assert len(shelves.reads) == reads
    screen.show()
    qtbot.waitUntil(lambda: len(shelves.reads) > reads)
    assert screen._anyway.isActive()
    assert screen._anyway.interval() == 30_000


def test_forged_news_make_a_screen_read_four_times_a_second_at_most_and_a_hidden_one_never(
    screen: StockScreen, shelves: Shelves, qtbot: QtBot
) -> None:
    """A thousand a second, as anybody may send them who can connect."""
    left = 100

    def forge() -> None:
        nonlocal left
        left -= 1
        for _ in range(10):
            shelves.bus.publish([Change("stock")])
        if not left:
            forger.stop()

    forger = QTimer(interval=10, timerType=Qt.TimerType.PreciseTimer)
    forger.timeout.connect(forge)
    reads, began = len(shelves.reads), time.monotonic()
    forger.start()
    qtbot.waitUntil(lambda: not left and not screen.table.model.reading, timeout=20_000)
    passed_s, read = time.monotonic() - began, len(shelves.reads) - reads
    assert 2 <= read <= 4 * passed_s * 1.05 + 1  # the timer may be early by a twentieth
    screen.hide()
    settle()
    reads, left = len(shelves.reads), 100
    forger.start()
    qtbot.waitUntil(lambda: not left, timeout=20_000)
    settle()
    assert len(shelves.reads) == reads


def test_a_scan_filters_and_escape_shows_everything_before_it_leads_home(
    screen: StockScreen, shelves: Shelves, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(screen.table.settled):
        screen.on_scan("WH001-STO-A0007", "code-128")
    assert screen.table.model.rowCount() == 1
    with qtbot.assertNotEmitted(screen.left), qtbot.waitSignal(screen.table.settled):
        QTest.keyClick(screen.table.filter, Qt.Key.Key_Escape)
    assert screen.table.filter.text() == ""
    with qtbot.waitSignal(screen.left):
        QTest.keyClick(screen.table.filter, Qt.Key.Key_Escape)
    with qtbot.waitSignal(screen.left):
        QTest.keyClick(screen.table.view, Qt.Key.Key_F12)


def test_rows_are_sorted_by_any_column_that_has_an_order_up_and_down(
    screen: StockScreen, shelves: Shelves, qtbot: QtBot
) -> None:
    header = screen.table.view.horizontalHeader()
    with qtbot.waitSignal(screen.table.settled):
        screen.table.view.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert shelves.reads[-1] == ("", StockSort.SKU)
    shelves.rows[7] = replace(shelves.rows[7], on_hand=Decimal(500))
    with qtbot.waitSignal(screen.table.settled):
        screen.table.view.sortByColumn(8, Qt.SortOrder.DescendingOrder)
    assert shelves.reads[-1] == ("", StockSort.ON_HAND)
    assert cell(screen, 0, "on_hand") == "500"
    screen.table.view.sortByColumn(11, Qt.SortOrder.AscendingOrder)
    assert not screen.table.model.reading
    assert header.sortIndicatorSection() == 8


def test_no_stock_says_what_to_do(kit: Kit, qtbot: QtBot) -> None:
    shelves = Shelves()
    screen = screen_of(kit, shelves)
    qtbot.addWidget(screen)
    with qtbot.waitSignal(screen.table.settled):
        screen.show()
    assert screen.table.view.words_instead().startswith("There is no stock yet. Receive goods")
    with qtbot.waitSignal(screen.table.settled):
        screen.table.filter.setText("milk")
    assert "“milk”" in screen.table.view.words_instead()
    shelves.rows.append(row(1, lot="MILK"))
    shelves.change()
    qtbot.waitUntil(lambda: screen.table.model.rowCount() == 1)
    assert screen.table.view.words_instead() == ""
    screen.let_go()


def test_a_lost_database_is_said_once_and_is_over_when_rows_come_again(
    screen: StockScreen, shelves: Shelves, kit: Kit, qtbot: QtBot
) -> None:
    sounds: list[str] = []
    kit.sounds.asked.connect(sounds.append)
    shelves.trouble = Fault("export.not_written", retry=True, path="x", reason="")
    for _ in range(2):
        with qtbot.waitSignal(screen.table.troubled):
            screen.table.refresh()
    assert sounds == ["error"]
    assert screen.topic() == "error:export.not_written"
    assert screen.table.model.rowCount() == 200
    shelves.trouble = None
    with qtbot.waitSignal(screen.table.settled):
        screen.table.refresh()
    assert screen.band.level is None
    assert screen.topic() == "stock"


def test_selected_rows_are_copied_by_the_key(screen: StockScreen) -> None:
    screen.table.view.selectRow(1)
    QTest.keyClick(screen.table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    heading, copied = QGuiApplication.clipboard().text().split("\n")
    assert heading.startswith("Location\tSKU\tName")
    assert copied.startswith("WH001-STO-A0001\tPROD-001")


def test_everything_the_filter_finds_is_exported(
    screen: StockScreen, shelves: Shelves, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(screen.table.settled):
        screen.table.filter.setText("A09")
    with qtbot.waitSignal(screen.exported):
        screen.export_to(tmp_path / "stock.csv")
    with (tmp_path / "stock.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    assert len(written) == 101
    assert written[0][:3] == ["Location", "SKU", "Name"]
    assert written[1][0] == "WH001-STO-A0900"
    assert screen.band.text() == "stock.csv is written: 100 rows."
    assert not screen.line.isVisible()


def test_an_export_can_be_cancelled_and_leaves_nothing_behind(
    screen: StockScreen, shelves: Shelves, kit: Kit, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    shelves.exporting.clear()
    screen.export_to(folder / "stock.xlsx")
    assert screen.line.isVisible()
    assert screen.line.words.text() == "Writing stock.xlsx"
    QTest.mouseClick(screen.line.end, Qt.MouseButton.LeftButton)
    shelves.exporting.set()
    qtbot.waitUntil(lambda: not kit.tasks.busy)
    assert not screen.line.isVisible()
    assert list(folder.iterdir()) == []
    assert screen.band.level is None


@pytest.mark.parametrize("way", ["cancel", "leave", "close"])
def test_an_export_that_nobody_wants_any_more_ends_its_reading_on_the_server(
    kit: Kit, warehouse: Site, qtbot: QtBot, tmp_path: Path, way: str
) -> None:
    warehouse.put("WIDGET", "R01", 5)
    folder = tmp_path / "exports"
    folder.mkdir()
    worker = Worker(warehouse.login("desk_manager"), Changes())
    screen = StockScreen(kit, wiring_of(worker, warehouse))
    qtbot.addWidget(screen)
    qtbot.waitUntil(lambda: screen.table.model.rowCount() == 1)
    with warehouse.superuser() as other:

        def waiting() -> int:
            found = other.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).fetchone()
            return int(found[0]) if found else 0

        with other.transaction():
            other.execute("LOCK TABLE stockhand.stock_balance IN ACCESS EXCLUSIVE MODE")
            screen.export_to(folder / "stock.csv")
            qtbot.waitUntil(lambda: waiting() == 1, timeout=5_000)
            began = time.monotonic()
            ways: dict[str, Callable[[], object]] = {
                "cancel": screen.line.end.click,
                "leave": screen.let_go,
                "close": kit.tasks.close,
            }
            ways[way]()
            qtbot.waitUntil(lambda: waiting() == 0, timeout=5_000)
            assert time.monotonic() - began < 5, "and not when the time for locks is over"
    qtbot.waitUntil(lambda: not kit.tasks.busy)
    assert list(folder.iterdir()) == []
    assert len(worker.run(lambda unit: list(stock.stock_report(unit, StockQuery(warehouse.warehouse)).rows))) == 1
    screen.let_go()


def test_a_folder_that_is_gone_is_said_with_what_to_do(screen: StockScreen, qtbot: QtBot, tmp_path: Path) -> None:
    screen.export_to(tmp_path / "gone" / "stock.csv")
    qtbot.waitUntil(lambda: screen.band.text() != "")
    assert screen.band.text().endswith("stock.csv could not be written: No such file or directory")
    assert "choose another folder" in screen.band.remedy()


def test_the_file_is_asked_for_without_stopping_the_screen(screen: StockScreen, qtbot: QtBot, tmp_path: Path) -> None:
    QTest.keyClick(screen.table.view, Qt.Key.Key_F3)
    dialog = screen.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.defaultSuffix() == "csv"
    assert [name.rpartition(" ")[2] for name in dialog.nameFilters()] == ["(*.csv)", "(*.xlsx)", "(*.pdf)"]
    with qtbot.waitSignal(screen.exported) as exported:
        dialog.fileSelected.emit(str(tmp_path / "chosen.xlsx"))
    assert exported.args == ["chosen.xlsx"]
    assert (tmp_path / "chosen.xlsx").stat().st_size > 1_000
    dialog.reject()


def test_a_screen_that_is_left_hears_nothing_more(screen: StockScreen, shelves: Shelves) -> None:
    screen.let_go()
    reads = len(shelves.reads)
    shelves.change()
    settle()
    assert len(shelves.reads) == reads


def test_a_posting_in_the_database_by_somebody_else_appears_within_a_second(
    kit: Kit, warehouse: Site, qtbot: QtBot
) -> None:
    bus = Changes()
    manager = Worker(warehouse.login("desk_manager"), bus)
    other = Worker(warehouse.login("desk"), Changes())
    screen = StockScreen(kit, wiring_of(manager, warehouse))
    qtbot.addWidget(screen)

    def heard(hints: list[Hint]) -> None:
        bus.publish([Change(kind, identity) for kind, identity in hints])

    connected = threading.Event()
    listener = Listener(manager.database, hear=heard, connected=lambda there: connected.set() if there else None)
    listener.start()
    try:
        with qtbot.waitSignal(screen.table.settled):
            screen.show()
        assert connected.wait(5)
        assert screen.table.model.rowCount() == 0
        warehouse.put("WIDGET", "R01", 5)
        other.run(lambda unit: unit.changed("stock"))
        qtbot.waitUntil(lambda: screen.table.model.rowCount() == 1, timeout=LIVE_MS)
        assert cell(screen, 0, "address") == "WH001-STO-R01"
        assert cell(screen, 0, "available") == "5"
        qtbot.waitUntil(lambda: screen.table.totals.rows()[:1] == ((*[""] * 8, "5", "0", "5", "each", ""),))
    finally:
        screen.let_go()
        listener.stop()
