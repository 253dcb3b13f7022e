"""The print journal on its screen, with the real database behind it."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.composition.desk import Desk
from app.composition.screens import manager_entries
from app.domain.labels import LabelContent
from app.domain.printing import PrintState
from app.services import printing
from app.services.changes import Changes
from app.services.work import UnitOfWork, Worker
from app.stations.kit.kit import Kit
from app.stations.printing import PrintJournalScreen
from app.texts import Texts
from tests.support import Site


@pytest.fixture
def worker(warehouse: Site) -> Worker:
    """The admin's desk, with two printers that the warehouse knows."""
    with warehouse.superuser() as connection:
        connection.execute("INSERT INTO stockhand.printer (name) VALUES ('zebra'), ('other')")
    return Worker(warehouse.desk, Changes())


def want(worker: Worker, site: Site, uid: str) -> UUID:
    """A bin's label on the journal."""

    def work(unit: UnitOfWork) -> UUID:
        content = LabelContent("bin", uid, {"address": uid, "name": "R01"})
        return printing.queue_label(
            unit, content, printer=printing.printer_named(unit, "zebra").id, warehouse=site.warehouse
        )

    return worker.run(work)


def become(site: Site, job: UUID, state: PrintState, detail: str = "") -> None:
    """What only a printer can bring about."""
    with site.superuser() as connection:
        connection.execute(
            "UPDATE stockhand.print_job SET state = %s, detail = %s WHERE id = %s", [state.value, detail, job]
        )


def state_of(worker: Worker, job: UUID) -> PrintState:
    return worker.run(lambda unit: printing.look_at(unit, job)).state


@pytest.fixture
def full_kit(kit: Kit) -> Kit:
    """All words of the program."""
    return replace(kit, texts=Texts.load())


@pytest.fixture
def screen(qtbot: QtBot, full_kit: Kit, worker: Worker, warehouse: Site) -> Iterator[PrintJournalScreen]:
    desk = Desk(None, "bench1", worker, worker.changes, lambda: warehouse.warehouse)  # type: ignore[arg-type]  # not asked here
    entry = next(entry for entry in manager_entries(desk) if entry.name == "printing")
    shown = entry.factory(full_kit)
    assert isinstance(shown, PrintJournalScreen)
    qtbot.addWidget(shown)
    shown.resize(1366, 700)
    shown.show()
    yield shown
    shown.let_go()


def rows(screen: PrintJournalScreen) -> list[tuple[str, ...]]:
    model = screen.table.model
    return [model.record(n).cells for n in range(model.rowCount())]


def choose(qtbot: QtBot, screen: PrintJournalScreen, uid: str) -> None:
    qtbot.waitUntil(lambda: any(row[2] == uid for row in rows(screen)))
    screen.table.view.selectRow(next(n for n, row in enumerate(rows(screen)) if row[2] == uid))


def test_a_label_that_is_wanted_elsewhere_appears_by_itself_with_its_picture(
    qtbot: QtBot, screen: PrintJournalScreen, worker: Worker, warehouse: Site
) -> None:
    want(worker, warehouse, "WH-A-1")
    choose(qtbot, screen, "WH-A-1")
    assert rows(screen)[0][1:5] == ("… waits", "WH-A-1", "bin", "zebra")
    qtbot.waitUntil(lambda: not screen.paper.dots.isEmpty())


def test_a_waiting_label_is_taken_back(
    qtbot: QtBot, screen: PrintJournalScreen, worker: Worker, warehouse: Site
) -> None:
    job = want(worker, warehouse, "WH-A-2")
    choose(qtbot, screen, "WH-A-2")
    assert "REPRINT" not in screen.keys.commands().values()
    with qtbot.waitSignal(screen.done):
        screen.command("CANCEL_LABEL")
    assert state_of(worker, job) is PrintState.CANCELLED


def test_a_doubtful_label_says_why_and_is_printed_again_with_a_reason(
    qtbot: QtBot, screen: PrintJournalScreen, worker: Worker, warehouse: Site
) -> None:
    job = want(worker, warehouse, "WH-A-3")
    want(worker, warehouse, "WH-A-4")
    become(warehouse, job, PrintState.UNKNOWN, "printer_silent")
    screen.command("DOUBTFUL")
    qtbot.waitUntil(lambda: [row[2] for row in rows(screen)] == ["WH-A-3"])
    assert rows(screen)[0][1] == "⚠ not known"
    choose(qtbot, screen, "WH-A-3")
    assert "stopped answering" in screen.why.text()
    screen.command("REPRINT")
    qtbot.waitUntil(lambda: bool(screen.choices.buttons()) and screen.choices.isVisible())
    with qtbot.waitSignal(screen.done):
        screen.choices.chosen.emit("UNREADABLE")
    assert state_of(worker, job) is PrintState.REPRINTED
    screen.command("DOUBTFUL")
    qtbot.waitUntil(lambda: any("reprint 1" in row[3] for row in rows(screen)))


def test_a_waiting_label_goes_to_the_other_printer(
    qtbot: QtBot, screen: PrintJournalScreen, worker: Worker, warehouse: Site
) -> None:
    job = want(worker, warehouse, "WH-A-5")
    other = worker.run(lambda unit: printing.printer_named(unit, "other")).id
    choose(qtbot, screen, "WH-A-5")
    screen.command("OTHER_PRINTER")
    qtbot.waitUntil(screen.choices.isVisible)
    with qtbot.waitSignal(screen.done):
        screen.choices.chosen.emit(str(other))
    assert worker.run(lambda unit: printing.look_at(unit, job)).printer == "other"


def test_what_cannot_be_done_any_more_is_refused_in_words_and_nothing_is_lost(
    qtbot: QtBot, screen: PrintJournalScreen, worker: Worker, warehouse: Site
) -> None:
    job = want(worker, warehouse, "WH-A-6")
    choose(qtbot, screen, "WH-A-6")
    become(warehouse, job, PrintState.SENDING)
    screen.command("CANCEL_LABEL")
    qtbot.waitUntil(lambda: screen.topic() == "error:printing.wrong_state")
    assert state_of(worker, job) is PrintState.SENDING


def test_escape_goes_back_step_by_step(
    qtbot: QtBot, screen: PrintJournalScreen, worker: Worker, warehouse: Site
) -> None:
    want(worker, warehouse, "WH-A-7")
    choose(qtbot, screen, "WH-A-7")
    screen.command("OTHER_PRINTER")
    qtbot.waitUntil(screen.choices.isVisible)
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert not screen.choices.isVisible()
    screen.on_scan("nothing like it")
    qtbot.waitUntil(lambda: not rows(screen))
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert not screen.table.filter.text()
    with qtbot.waitSignal(screen.left):
        QTest.keyClick(screen, Qt.Key.Key_Escape)
