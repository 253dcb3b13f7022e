"""Import and export on their screen: looked through, applied, taken back, written out."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.connectors.files import LETTERS, FileContents, layout, read_file, write_file
from app.domain import exchange, table_kinds
from app.domain.setup_kinds import SETUP_KINDS
from app.domain.values.long_work import Tell
from app.services.importing import EXPORTED, Export, FaultGroup
from app.stations.imports import Exchange, ImportsScreen
from app.stations.kit.kit import Kit
from app.texts import Texts
from tests.stations.desks import asked, at_rest, book, columns, opened, press, rows, take, work_of
from tests.support import Site


def _write(path: Path, made: Export) -> None:
    write_file(path, made.kind, columns=made.columns, rows=made.rows, records=made.records)


def _read(path: Path, columns: Mapping[str, str], letters: str, mark: str, tell: Tell) -> FileContents:
    return read_file(path, columns, letters, mark=mark, tell=tell)


EXCHANGE = Exchange(look=layout, read=_read, write=_write, letters=LETTERS)


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[ImportsScreen]:
    with opened(kit, qtbot, lambda words: ImportsScreen(words, work_of(warehouse, "desk_manager"), EXCHANGE)) as screen:
        yield screen


def _file(folder: Path, text: str) -> Path:
    path = folder / "items.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _come_to(screen: ImportsScreen, qtbot: QtBot, sheet: str) -> None:
    qtbot.waitUntil(lambda: screen.sheet.name == f"imports.{sheet}", timeout=30_000)
    at_rest(screen, qtbot)


def _look_through(screen: ImportsScreen, qtbot: QtBot, path: Path, *, until: str = "found") -> None:
    """Choose a file and read it with its columns as they are taken for."""
    screen.look_through(path)
    _come_to(screen, qtbot, "meanings")
    press(screen, qtbot, "READ_FILE")
    _come_to(screen, qtbot, until)


def test_a_file_is_looked_through_applied_and_taken_back(
    screen: ImportsScreen, warehouse: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    items = warehouse.count("item")
    _look_through(screen, qtbot, _file(tmp_path, "sku,name\nWIDGET,Better widget\nLAMP,Lamp\n"))
    assert columns(screen, qtbot, "what", "record", "field", "new") == [
        ("+ New", "LAMP", "", "Lamp"), ("~ Changed", "WIDGET", "Name", "Better widget"),
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


def test_ten_thousand_faulty_lines_are_a_few_kinds_of_fault_with_a_list_to_work_through(
    screen: ImportsScreen, qtbot: QtBot, tmp_path: Path
) -> None:
    lines = "".join(f"LAMP-{n},many\n" for n in range(10_000))
    _look_through(screen, qtbot, _file(tmp_path, f"sku,min\n{lines},5\n"), until="groups")
    assert columns(screen, qtbot, "count", "lines") == [("10000", "2, 3, 4, 5, 6, 7 …"), ("1", "10002")]
    assert "10001 faults" in screen.band.text()
    group = screen.table.model.record(0).made_of
    assert isinstance(group, FaultGroup)
    take(screen, qtbot, "10000")
    press(screen, qtbot, "SHOW_LINES")
    assert columns(screen, qtbot, "line", "value")[:2] == [("2", "many"), ("3", "many")]
    screen.file.write_faults(group.found, tmp_path / "faults.csv")
    at_rest(screen, qtbot)
    assert len((tmp_path / "faults.csv").read_text(encoding="utf-8-sig").splitlines()) == 10_001


def test_a_heading_that_nobody_knows_is_told_what_it_means_and_is_known_the_next_time(
    screen: ImportsScreen, qtbot: QtBot, tmp_path: Path
) -> None:
    path = _file(tmp_path, "Artikel,Produkt Name,Nummer,Regal\nLAMP,Lamp,4012345000016,A1\n")
    screen.look_through(path)
    _come_to(screen, qtbot, "meanings")
    assert columns(screen, qtbot, "heading", "means", "how") == [
        ("Artikel", "Item number", "by its name"), ("Produkt Name", "Name", "guessed: please check"),
        ("Nummer", "Bar code", "guessed: please check"), ("Regal", "– (left out)", "unknown: is left out"),
    ]  # fmt: skip
    take(screen, qtbot, "Regal")
    form = asked(screen, qtbot, "SET_MEANING")
    form.give("means", "category")
    assert "Regal: kept" in book(screen, qtbot)
    press(screen, qtbot, "READ_FILE")
    _come_to(screen, qtbot, "found")
    screen.step_back()
    screen.step_back()
    screen.look_through(path)
    _come_to(screen, qtbot, "meanings")
    assert columns(screen, qtbot, "means", "how")[3] == ("Category", "as it was the last time")


def test_a_file_of_other_letters_is_read_as_a_person_says(screen: ImportsScreen, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_bytes("sku,name\nLAMP,õû\n".encode("cp1252"))
    screen.look_through(path)
    _come_to(screen, qtbot, "meanings")
    form = asked(screen, qtbot, "SET_LETTERS")
    form.give("letters", "cp1250")
    book(screen, qtbot)
    _come_to(screen, qtbot, "meanings")
    assert columns(screen, qtbot, "values") == [("LAMP",), ("őű",)]
    press(screen, qtbot, "READ_FILE")
    _come_to(screen, qtbot, "found")
    screen.go_to_front()
    screen.look_through(path)
    _come_to(screen, qtbot, "meanings")
    assert columns(screen, qtbot, "values") == [("LAMP",), ("őű",)]


def test_a_file_that_is_dropped_is_looked_through(screen: ImportsScreen, qtbot: QtBot, tmp_path: Path) -> None:
    path = _file(tmp_path, "sku\nLAMP\n")
    _drop(screen, path, tmp_path / "other.csv")
    assert "one at a time" in screen.band.text()
    _drop(screen, path)
    _come_to(screen, qtbot, "meanings")


def _drop(screen: ImportsScreen, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    spot, left = QPointF(50, 50), Qt.MouseButton.LeftButton
    screen.dropEvent(QDropEvent(spot, Qt.DropAction.CopyAction, data, left, Qt.KeyboardModifier.NoModifier))


def test_an_import_that_is_stopped_changes_nothing(
    screen: ImportsScreen, warehouse: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    items = warehouse.count("item")
    path = _file(tmp_path, "sku,name\n" + "".join(f"LONG-{n},Long\n" for n in range(5_000)))
    _look_through(screen, qtbot, path)
    asked(screen, qtbot, "APPLY_IMPORT")
    screen.book()
    qtbot.waitUntil(lambda: screen.long_work.under_way)
    assert screen.step_back()
    at_rest(screen, qtbot)
    assert "Nothing was changed" in screen.band.text()
    assert warehouse.count("item") == items
    assert screen.progress.isHidden()


def test_what_is_there_is_written_to_a_file_that_comes_in_again(
    screen: ImportsScreen, qtbot: QtBot, tmp_path: Path
) -> None:
    screen.write_out("products", tmp_path / "out.xlsx")
    rows(screen, qtbot)
    assert "are in out.xlsx" in screen.band.text()
    assert {"WIDGET", "MILK"} <= {item.sku for item in read_file(tmp_path / "out.xlsx").products}


def test_a_template_is_written_from_the_screen(screen: ImportsScreen, qtbot: QtBot, tmp_path: Path) -> None:
    form = asked(screen, qtbot, "WRITE_TEMPLATE")
    assert isinstance(form.widgets["kind"], QComboBox)
    screen.close_form()
    screen.write_out("products", tmp_path / "template.csv", template=True)
    at_rest(screen, qtbot)
    assert [item.sku for item in read_file(tmp_path / "template.csv").products] == ["PROD-001"]


def test_what_a_file_is_a_list_of_is_shown_and_can_be_said(
    screen: ImportsScreen, warehouse: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    path = _file(tmp_path, "Kundennr,Firma,Straße,PLZ,Ort,Land\nC-77,Müller,Hauptstr. 5,20359,Hamburg,Germany\n")
    screen.look_through(path)
    _come_to(screen, qtbot, "meanings")
    assert columns(screen, qtbot, "heading", "means")[2:4] == [
        ("Straße", "Address: Street"), ("PLZ", "Address: Postal code"),
    ]  # fmt: skip
    form = asked(screen, qtbot, "SET_KIND")
    form.give("kind", "profiles")
    book(screen, qtbot)
    assert {means for (means,) in columns(screen, qtbot, "means")} == {"– (left out)"}
    form = asked(screen, qtbot, "SET_KIND")
    form.give("kind", "partners")
    book(screen, qtbot)
    press(screen, qtbot, "READ_FILE")
    _come_to(screen, qtbot, "found")
    assert columns(screen, qtbot, "what", "record") == [("+ New", "C-77")]
    partners = warehouse.count("partner")
    asked(screen, qtbot, "APPLY_IMPORT")
    book(screen, qtbot)
    assert warehouse.count("partner") == partners + 1


def test_every_field_and_every_kind_that_can_be_chosen_has_a_name() -> None:
    texts = Texts.load()
    for name in exchange.FIELDS:
        assert texts.text("choices", f"field.{name}")
    for name in {part for kind in SETUP_KINDS for field in table_kinds.columns(kind) for part in field.split(".")[1:]}:
        assert texts.text("choices", f"field.{name}")
    for kind in EXPORTED:
        assert texts.text("choices", f"exchange.{kind}")
        assert texts.text("hints", f"exchange.{kind}")
