"""The shared table: a million rows behind it, a page in it."""

import threading
import time
from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.errors import Fault
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record, RecordTable, Sums
from app.stations.kit.record_table.model import PAGE_ROWS
from tests.stations.conftest import settle

MILLION = 1_000_000
COLUMNS = (Column("sku", "t.sku", 160), Column("open", "t.open", 90, numeric=True))


class Source:
    """A million rows that are made when they are asked for."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, int, Query]] = []
        self.threads: set[str] = set()
        self.suffix = ""
        self.broken = False

    def page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        self.calls.append((after.key if after else None, limit, query))
        self.threads.add(threading.current_thread().name)
        if self.broken:
            raise Fault("stations.scan_again", retry=True)
        first = int(str(after.key)) + 1 if after else 0
        step = 100 if query.text else 1
        return [
            Record(n, (f"PROD-{n:06d}{self.suffix}", str(n % 7)))
            for n in range(first * step, min(MILLION, (first + limit) * step), step)
        ]


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def table(kit: Kit, source: Source, qtbot: QtBot) -> RecordTable:
    table = RecordTable(kit, COLUMNS, source.page, totals=lambda _query: Sums("1000000 rows", (("", "2999997"),)))
    table.resize(900, 600)
    qtbot.addWidget(table)
    table.show()
    qtbot.waitExposed(table)
    with qtbot.waitSignal(table.model.loaded):
        table.open()
    return table


def test_a_million_rows_open_with_one_page_read_elsewhere(table: RecordTable, source: Source) -> None:
    assert table.model.rowCount() == PAGE_ROWS
    assert len(source.calls) == 1
    assert threading.main_thread().name not in source.threads


def test_scrolling_reads_the_page_after_the_last_row(table: RecordTable, source: Source, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.model.loaded):
        table.view.scrollToBottom()
    assert source.calls[-1][0] == PAGE_ROWS - 1
    assert table.model.record(PAGE_ROWS).cells[0] == f"PROD-{PAGE_ROWS:06d}"


def test_rows_have_one_dense_height(table: RecordTable) -> None:
    assert {table.view.rowHeight(row) for row in range(20)} == {26}


def test_sorting_is_asked_of_the_source(table: RecordTable, source: Source, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.model.loaded):
        table.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert source.calls[-1][2] == Query("", "open", True)


def test_a_filter_is_asked_of_the_source_after_a_pause(table: RecordTable, source: Source, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.model.loaded):
        QTest.keyClicks(table.filter, "PROD-00")
    assert [call[2].text for call in source.calls] == ["", "PROD-00"]


def test_a_change_elsewhere_changes_cells_and_nothing_scrolls(table: RecordTable, source: Source, qtbot: QtBot) -> None:
    table.view.verticalScrollBar().setValue(500)
    place = table.view.verticalScrollBar().value()
    source.suffix = "*"
    with qtbot.waitSignal(table.model.loaded):
        table.refresh()
    assert table.model.record(0).cells[0] == "PROD-000000*"
    assert table.view.verticalScrollBar().value() == place


def test_selected_rows_are_copied_with_their_heading(table: RecordTable) -> None:
    table.view.selectRow(1)
    QTest.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Item\tOpen\nPROD-000001\t1"


def test_sums_stand_under_their_columns(table: RecordTable, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: table.totals.rows() == (("", "2999997"),))
    assert table.count.text() == "1000000 rows"


def test_enter_looks_into_the_row(table: RecordTable, qtbot: QtBot) -> None:
    table.view.setCurrentIndex(table.model.index(3, 0))
    with qtbot.waitSignal(table.opened) as opened:
        QTest.keyClick(table.view, Qt.Key.Key_Return)
    assert opened.args is not None
    assert opened.args[0].key == 3


def test_a_source_that_fails_is_said(table: RecordTable, source: Source, qtbot: QtBot) -> None:
    source.broken = True
    with qtbot.waitSignal(table.troubled) as said:
        table.refresh()
    assert said.args is not None
    assert said.args[0].code == "stations.scan_again"


@pytest.mark.speed
def test_how_fast_a_million_rows_open_and_repaint(
    kit: Kit, source: Source, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    start = time.perf_counter()
    table = RecordTable(kit, COLUMNS * 6, lambda a, n, q: [Record(r.key, r.cells * 6) for r in source.page(a, n, q)])
    qtbot.addWidget(table)
    table.resize(1920, 1080)
    with qtbot.waitSignal(table.model.loaded):
        table.show()
        table.open()
    settle()
    opened = time.perf_counter()
    for _ in range(20):
        table.view.viewport().repaint()
    painted = time.perf_counter()
    with capsys.disabled():
        print(f"\nopen {1000 * (opened - start):.0f} ms, repaint {1000 * (painted - opened) / 20:.1f} ms")  # noqa: T201  (a benchmark)


def test_a_row_is_put_in_hand_where_rows_run_from_the_right(table: RecordTable) -> None:
    table.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    settle()
    table.view.selectRow(2)
    assert [record.key for record in table.selected()] == [2]


def test_a_sum_is_never_written_smaller_than_the_numbers_above_it(table: RecordTable, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(table.totals.rows()))
    column = [column.name for column in COLUMNS].index("open")
    needed = QFontMetrics(table.view.font()).horizontalAdvance("2999997")
    assert table.view.columnWidth(column) > needed
