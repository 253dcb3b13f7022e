"""Import and export on their screen: looked through, applied, taken back, written out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.connectors.files import read_file, write_file
from app.services.importing import Export
from app.stations.imports import ImportsScreen
from app.stations.kit.kit import Kit
from tests.stations.desks import asked, book, columns, opened, press, rows, take, work_of
from tests.support import Site


def _write(path: Path, made: Export) -> None:
    write_file(path, made.kind, columns=made.columns, rows=made.rows, records=made.records)


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[ImportsScreen]:
    def made(words: Kit) -> ImportsScreen:
        return ImportsScreen(words, work_of(warehouse, "desk_manager"), read=read_file, write=_write)

    with opened(kit, qtbot, made) as screen:
        yield screen


def _file(folder: Path, text: str) -> Path:
    path = folder / "items.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _looked_through(screen: ImportsScreen, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: screen.sheet.name == "imports.found", timeout=20_000)


def test_a_file_is_looked_through_applied_and_taken_back(
    screen: ImportsScreen, warehouse: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    items = warehouse.count("item")
    screen.look_through(_file(tmp_path, "sku,name\nWIDGET,Better widget\nLAMP,Lamp\n"))
    _looked_through(screen, qtbot)
    assert columns(screen, qtbot, "what", "record", "field", "new") == [
        ("+ New", "LAMP", "", "Lamp"), ("~ Changed", "WIDGET", "name", "Better widget"),
    ]  # fmt: skip
    assert warehouse.count("item") == items
    asked(screen, qtbot, "APPLY_IMPORT")
    assert book(screen, qtbot) == "Applied, in one transaction. F2 takes it back."
    assert warehouse.count("item") == items + 1
    assert columns(screen, qtbot, "files", "counts", "undone") == [("items.csv", "Items: 1 new, 1 changed", "")]
    take(screen, qtbot, "items.csv")
    asked(screen, qtbot, "TAKE_IMPORT_BACK")
    assert book(screen, qtbot) == "Taken back, whole."
    assert warehouse.count("item") == items
    take(screen, qtbot, "items.csv")
    press(screen, qtbot, "TAKE_IMPORT_BACK")
    assert "already" in screen.band.text()


def test_a_faulty_file_says_all_its_faults_and_cannot_be_applied(
    screen: ImportsScreen, qtbot: QtBot, tmp_path: Path
) -> None:
    screen.look_through(_file(tmp_path, "sku,min\n" + "LAMP,many\n" * 300))
    _looked_through(screen, qtbot)
    assert len(rows(screen, qtbot)) >= 200
    press(screen, qtbot, "APPLY_IMPORT")
    assert screen.band.text() == "The file has faults. Mend them in the file and read it again."


def test_what_is_there_is_written_to_a_file_that_comes_in_again(
    screen: ImportsScreen, qtbot: QtBot, tmp_path: Path
) -> None:
    screen.write_out("products", tmp_path / "out.xlsx")
    rows(screen, qtbot)
    assert "are in out.xlsx" in screen.band.text()
    assert {"WIDGET", "MILK"} <= {item.sku for item in read_file(tmp_path / "out.xlsx").products}
