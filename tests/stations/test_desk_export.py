"""A long table of any screen for desks written into a file: how far it is, and its end by somebody's wish."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.reports.files import once_wanted
from app.stations.kit.desk import DeskScreen, Sheet
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record
from app.stations.kit.tasks import Cancelled
from tests.stations.desks import opened, work_of
from tests.support import Site

ROWS = 12_000


class Numbers:
    """A long table, which can be told to wait in the midst of an export."""

    def __init__(self) -> None:
        self.going_on = threading.Event()
        self.going_on.set()

    def page(self, after: Record | None, limit: int, _query: Query) -> Sequence[Record]:
        first = int(str(after.key)) + 1 if after else 0
        if limit > 200:
            assert self.going_on.wait(10)
        return [Record(n, (str(n),)) for n in range(first, min(ROWS, first + limit))]


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


@pytest.fixture
def screen(kit: Kit, qtbot: QtBot, warehouse: Site, numbers: Numbers) -> Iterator[DeskScreen]:
    def made(kit: Kit) -> DeskScreen:
        screen = DeskScreen(kit, "claims", work_of(warehouse, "desk_manager"), kinds=set())
        columns = (Column("quantity", "reports.quantity", numeric=True),)
        screen.show_front(Sheet("numbers", "Numbers", columns, numbers.page, lambda _query: ""))
        return screen

    with opened(kit, qtbot, made) as screen:
        yield screen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_long_table_is_written_whole(screen: DeskScreen, qtbot: QtBot, folder: Path, ending: str) -> None:
    screen.export_to(folder / f"numbers.{ending}")
    assert screen.line.words.text() == f"Writing numbers.{ending}"
    qtbot.waitUntil(lambda: screen.band.text() == f"numbers.{ending} is written: {ROWS} rows.", timeout=20_000)
    assert screen.line.words.text().startswith(f"Writing numbers.{ending}: ")
    assert screen.line.words.text().endswith("00 rows")
    assert not screen.line.isVisible()
    assert [file.name for file in folder.iterdir()] == [f"numbers.{ending}"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "pdf"])
def test_an_export_that_is_cancelled_leaves_the_older_file_and_no_other(
    screen: DeskScreen, numbers: Numbers, qtbot: QtBot, folder: Path, ending: str
) -> None:
    older = folder / f"numbers.{ending}"
    older.write_text("older")
    numbers.going_on.clear()
    screen.export_to(older)
    assert screen.line.isVisible()
    QTest.mouseClick(screen.line.end, Qt.MouseButton.LeftButton)
    numbers.going_on.set()
    qtbot.waitUntil(lambda: not screen._kit.tasks.busy, timeout=20_000)
    assert not screen.line.isVisible()
    assert [file.read_text() for file in folder.iterdir()] == ["older"]
    assert screen.band.level is None


def test_an_export_cancelled_at_its_very_end_leaves_no_file(folder: Path) -> None:
    def nobody_wants_it() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        once_wanted(folder / "a.pdf", lambda at: at.write_text("whole"), nobody_wants_it)
    assert list(folder.iterdir()) == []
