"""Label templates on their screen, with the real database behind it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.composition.desk import Desk
from app.composition.screens import manager_entries
from app.devices import labels as layouts
from app.services import labels, printing
from app.services.changes import Changes
from app.services.work import UnitOfWork, Worker
from app.stations.kit.kit import Kit
from app.stations.labels import LabelsScreen
from app.texts import Texts
from tests.support import Site

OWN = layouts.template_text("bin")


@pytest.fixture
def worker(warehouse: Site) -> Worker:
    """The admin's desk, with two printers that the warehouse knows."""
    with warehouse.superuser() as connection:
        connection.execute("INSERT INTO stockhand.printer (name) VALUES ('zebra'), ('other')")
    return Worker(warehouse.desk, Changes())


@pytest.fixture
def screen(qtbot: QtBot, kit: Kit, worker: Worker, warehouse: Site) -> Iterator[LabelsScreen]:
    desk = Desk(None, "bench1", worker, worker.changes, lambda: warehouse.warehouse)  # type: ignore[arg-type]  # not asked here
    entry = next(entry for entry in manager_entries(desk) if entry.name == "labels")
    assert entry.permission == "set_up"
    shown = entry.factory(replace(kit, texts=Texts.load()))
    assert isinstance(shown, LabelsScreen)
    qtbot.addWidget(shown)
    shown.resize(1366, 700)
    shown.show()
    yield shown
    shown.let_go()


def rows(screen: LabelsScreen) -> list[tuple[str, ...]]:
    model = screen.table.model
    return [model.record(n).cells for n in range(model.rowCount())]


def bins(screen: LabelsScreen) -> list[tuple[str, str]]:
    """Versions of the bin's label, and whether each is used."""
    return [(row[1], row[2]) for row in rows(screen) if row[0] == "bin"]


def choose(qtbot: QtBot, screen: LabelsScreen, name: str, version: int) -> None:
    def wanted() -> list[int]:
        return [n for n, row in enumerate(rows(screen)) if row[:2] == (name, str(version))]

    qtbot.waitUntil(lambda: bool(wanted()))
    screen.table.view.selectRow(wanted()[0])


def save(worker: Worker, text: str, note: str = "") -> int:
    def work(unit: UnitOfWork) -> int:
        return labels.save_template(unit, name="bin", definition=text, note=note)

    return worker.run(work)


def test_a_version_that_is_saved_elsewhere_appears_by_itself_with_who_and_why(
    qtbot: QtBot, screen: LabelsScreen, worker: Worker
) -> None:
    qtbot.waitUntil(lambda: bins(screen) == [("0", "✓ in use")])
    save(worker, OWN, "larger letters")
    qtbot.waitUntil(lambda: bins(screen) == [("1", "✓ in use"), ("0", "")])
    row = next(row for row in rows(screen) if row[:2] == ("bin", "1"))
    assert row[5] == "larger letters"
    assert row[3]
    assert row[4]


def test_every_resolution_shows_the_label_as_its_head_prints_it(qtbot: QtBot, screen: LabelsScreen) -> None:
    choose(qtbot, screen, "bin", 0)
    shown = screen.preview.words.text
    for words in ("203 dpi: 813 × 406", "300 dpi: 1219 × 610", "600 dpi: 2438 × 1219", "203 dpi"):
        qtbot.waitUntil(partial(lambda expected: expected in shown(), words))
        assert not screen.preview.paper.dots.isEmpty()
        screen.command("RESOLUTION")


def test_a_file_is_checked_shown_and_saved_with_a_note(
    qtbot: QtBot, screen: LabelsScreen, worker: Worker, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    mine = OWN.replace("size_mm: [101.6, 50.8]", "size_mm: [101.6, 60]").replace('"R01"', '"R01 \U0001f4e6"')
    assert "60" in mine and "\U0001f4e6" in mine
    file.write_text(mine, encoding="utf-8")
    screen.bring(file)
    qtbot.waitUntil(screen.note.isVisible)
    qtbot.waitUntil(lambda: "60.0 mm" in screen.preview.words.text())
    assert "printed as question marks: \U0001f4e6" in screen.preview.words.text()
    screen.note.setText("more room")
    with qtbot.waitSignal(screen.done):
        QTest.keyClick(screen, Qt.Key.Key_F3)
    [saved] = worker.run(lambda unit: labels.saved_templates(unit, "bin"))
    assert (saved.version, saved.note, saved.active) == (1, "more room", True)
    assert "version 1" in screen.band.text()


def test_a_file_that_cannot_work_is_refused_with_the_line_of_the_mistake_and_nothing_is_saved(
    qtbot: QtBot, screen: LabelsScreen, worker: Worker, tmp_path: Path
) -> None:
    lines = OWN.splitlines()
    wrong = next(n for n, line in enumerate(lines) if "kind: code128" in line)
    lines[wrong] = lines[wrong].replace("height", "hight")
    file = tmp_path / "mine.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    screen.bring(file)
    qtbot.waitUntil(lambda: screen.topic() == "error:printing.bad_template")
    assert f"line {wrong + 1}, code128: lacks height" in screen.band.text()
    assert not screen.note.isVisible()
    assert not worker.run(lambda unit: labels.saved_templates(unit, "bin"))


def test_what_is_exported_can_be_imported_again(qtbot: QtBot, screen: LabelsScreen, tmp_path: Path) -> None:
    choose(qtbot, screen, "carton", 0)
    chosen = screen.selected()
    assert chosen is not None
    with qtbot.waitSignal(screen.done):
        screen.export_to(tmp_path / "carton.yaml", chosen)
    assert layouts.brought(tmp_path / "carton.yaml").layout == layouts.template_text("carton")


def test_a_file_that_cannot_be_written_is_told(qtbot: QtBot, screen: LabelsScreen, tmp_path: Path) -> None:
    choose(qtbot, screen, "carton", 0)
    chosen = screen.selected()
    assert chosen is not None
    screen.export_to(tmp_path / "no such folder" / "carton.yaml", chosen)
    qtbot.waitUntil(lambda: screen.topic() == "error:labels.not_written")


def test_labels_are_made_by_the_programs_own_version_again(qtbot: QtBot, screen: LabelsScreen, worker: Worker) -> None:
    save(worker, OWN)
    choose(qtbot, screen, "bin", 1)
    assert "USE_VERSION" not in screen.keys.commands().values()
    choose(qtbot, screen, "bin", 0)
    with qtbot.waitSignal(screen.done):
        screen.command("USE_VERSION")
    qtbot.waitUntil(lambda: bins(screen) == [("1", ""), ("0", "✓ in use")])


def test_a_version_is_tried_on_the_printer_that_is_chosen(
    qtbot: QtBot, screen: LabelsScreen, worker: Worker, warehouse: Site
) -> None:
    choose(qtbot, screen, "bin", 0)
    screen.command("PRINT_EXAMPLE")
    qtbot.waitUntil(screen.choices.isVisible)
    other = worker.run(lambda unit: printing.printer_named(unit, "other")).id
    with qtbot.waitSignal(screen.done):
        screen.choices.chosen.emit(str(other))
    assert "other" in screen.band.text()
    [job] = worker.run(lambda unit: printing.journal(unit, warehouse=warehouse.warehouse, behind=None, most=9))
    assert (job.printer, job.content.template) == ("other", "bin")
    assert job.content.uid.startswith("TEST-bin-")


def test_a_scan_during_a_question_is_an_error_and_escape_leads_back(qtbot: QtBot, screen: LabelsScreen) -> None:
    choose(qtbot, screen, "bin", 0)
    screen.command("PRINT_EXAMPLE")
    qtbot.waitUntil(screen.choices.isVisible)
    screen.on_scan("WH001")
    assert screen.topic() == "error:labels.finish_first"
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert screen.table.isVisible()
    screen.on_scan("nothing like it")
    qtbot.waitUntil(lambda: not rows(screen))
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    with qtbot.waitSignal(screen.left):
        QTest.keyClick(screen, Qt.Key.Key_Escape)
