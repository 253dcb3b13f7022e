"""The shared table: a million rows behind it, a page in it."""

import json
import statistics
import threading
import time
from collections.abc import Callable, Sequence

import psutil
import pytest
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QStyle, QStyleOptionHeaderV2
from pytestqt.qtbot import QtBot

from app.domain.errors import Fault
from app.stations.kit.desk import page_of
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


def test_shift_and_a_click_add_a_column_to_the_order_and_the_captions_show_it(
    table: RecordTable, source: Source, qtbot: QtBot
) -> None:
    header = table.view.header

    def click(column: int, modifier: Qt.KeyboardModifier) -> None:
        at = QPoint(header.sectionViewportPosition(column) + 30, header.height() // 2)
        with qtbot.waitSignal(table.model.loaded):
            QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, modifier, at)

    def order() -> tuple[tuple[str, bool], ...]:
        return source.calls[-1][2].order

    shift, none = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
    click(1, shift)
    assert order() == (("open", False),)
    click(0, shift)
    assert order() == (("open", False), ("sku", False))
    assert [header.caption(n) for n in (0, 1)] == ["2  Item", "1  Open"]
    click(0, shift)
    assert order() == (("open", False), ("sku", True))
    click(1, shift)
    assert order() == (("open", True), ("sku", True))
    assert header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
    table.filter.setText("PROD")
    qtbot.waitUntil(lambda: source.calls[-1][2] == Query("PROD", "open", True, (("sku", True),)))
    click(0, none)
    assert order() == (("sku", False),)
    assert header.caption(0) == "Item"


def test_the_keyboard_chooses_by_what_rows_stand_in_order(table: RecordTable, source: Source, qtbot: QtBot) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for modifiers, downs in ((Qt.KeyboardModifier.ControlModifier, 1), (both, 0)):
        with qtbot.waitActive(table):  # shortcuts are for the active window only
            table.activateWindow()
        QTest.keyClick(table.filter, Qt.Key.Key_S, modifiers)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for _ in range(downs):
            QTest.keyClick(menu, Qt.Key.Key_Down)
        with qtbot.waitSignal(table.model.loaded):
            QTest.keyClick(menu, Qt.Key.Key_Return)
    assert source.calls[-1][2].order == (("open", False), ("sku", False))


def test_rows_that_are_read_whole_stand_in_order_of_several_columns() -> None:
    rows = [Record(n, cells) for n, cells in enumerate((("B", "10"), ("A", "10"), ("C", "9")))]
    page = page_of(COLUMNS, lambda: rows)
    found = page(None, 9, Query("", "open", True, (("sku", False),)))
    assert [row.cells[0] for row in found] == ["A", "B", "C"]


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
    kit: Kit, source: Source, qtbot: QtBot, record_property: Callable[[str, object], None]
) -> None:
    """To its end and back, on the largest screen; the reference is the same table of one page."""

    def opened(rows: int) -> tuple[RecordTable, float, float]:
        def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
            found = source.page(after, limit, query)
            return [Record(row.key, row.cells * 6) for row in found if int(str(row.key)) < rows]

        began = time.perf_counter()
        table = RecordTable(kit, COLUMNS * 6, page)
        qtbot.addWidget(table)
        table.resize(1920, 1080)
        with qtbot.waitSignal(table.model.loaded):
            table.show()
            table.open()
        settle()
        shown = time.perf_counter()
        for _ in range(20):
            table.view.viewport().repaint()
        return table, (shown - began) * 1000, (time.perf_counter() - shown) * 50

    one_page = [opened(PAGE_ROWS)[1:] for _ in range(3)]
    before = psutil.Process().memory_info().rss
    table, *first = opened(MILLION)
    for _ in range(100):  # scrolling on: rows that were read are kept
        with qtbot.waitSignal(table.model.loaded):
            table.model.fetchMore(QModelIndex())
    memory_mb = (psutil.Process().memory_info().rss - before) / 2**20
    million = [tuple(first), *(opened(MILLION)[1:] for _ in range(2))]
    (open_ms, repaint_ms), (bare_open, bare_repaint) = (
        [round(statistics.median(each), 1) for each in zip(*took, strict=True)] for took in (million, one_page)
    )
    told = {"bench": "table", "what": "a million rows", "rounds": 3, "open_ms": open_ms, "target_open_ms": 500,
            "one_page_open_ms": bare_open, "repaint_ms": repaint_ms, "target_repaint_ms": 15,
            "one_page_repaint_ms": bare_repaint, "rows_read": table.model.rowCount(), "memory_mb": round(memory_mb, 1),
            "target_memory_mb": 150, "load": round(psutil.getloadavg()[0], 2)}  # fmt: skip
    record_property("measured", json.dumps(told))


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


def test_a_caption_that_has_room_is_measured_in_its_own_letters(table: RecordTable) -> None:
    header = table.view.header
    option = QStyleOptionHeaderV2()
    header.initStyleOption(option)
    header.initStyleOptionForIndex(option, 0)
    option.rect = QRect(0, 0, table.view._caption_width(0), header.height())
    room = header.style().subElementRect(QStyle.SubElement.SE_HeaderLabel, option, header).width()
    assert option.fontMetrics.horizontalAdvance(option.text) <= room, "else the style cuts it"
    larger = QFontMetrics(table.view._theme.font(18))
    assert option.fontMetrics.horizontalAdvance("M") < larger.horizontalAdvance("M")
