"""Backups and the chain on their screen: made, tried, planned; proved with what breaks a rule, kept, compared."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.database.backup import Tools
from app.database.ledger import Head
from app.database.logins import Logins
from app.services import backup, clock, proof
from app.services.backup import Ground, Plan
from app.services.changes import Changes
from app.services.work import Worker
from app.stations.kit.kit import Kit
from app.stations.safekeeping import Safekeeping, SafekeepingScreen
from app.stations.safekeeping.wiring import Wanted
from tests.stations.desks import asked, at_rest, book, columns, opened, press, work_of
from tests.support import Site


def wired(site: Site, folder: Path, *, ours: bool = True) -> Safekeeping:
    """As the program wires it, with the test's server in the place of the home's own."""
    ground = Ground(site.url, Logins(folder), embedded=False, tools=Tools.of_the_wheel())
    plans, worker = [Plan(folder / "backups", 24, 2)], Worker(site.desk, Changes())

    def check_head(path: Path, wanted: Wanted) -> Head:
        head = proof.read_head(path)
        worker.run(lambda unit: proof.check_head(unit, head, wanted=wanted))
        return head

    return Safekeeping(
        ours=ours,
        server="db.example",
        plan=lambda: plans[-1],
        keep_plan=plans.append,
        last=lambda: backup.last_time(folder),
        kept=lambda: backup.kept(plans[-1]),
        make=lambda say: backup.run_plan(ground, plans[-1], folder, now=clock.now(), say=say),
        trial=lambda path, say: backup.prove_file(ground, path, say=say),
        company=lambda: backup.company_of(ground),
        bring_back=lambda path, company, say: backup.restore(ground, path, overwrite=company, now=clock.now(), say=say),
        prove=lambda deep, tell, wanted: proof.prove(worker, deep=deep, tell=tell, wanted=wanted),
        head=lambda: proof.head(worker),
        write_head=lambda path, head: path.write_text(proof.as_text(head), "utf-8"),
        check_head=check_head,
    )


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot, tmp_path: Path) -> Iterator[SafekeepingScreen]:
    warehouse.put("WIDGET", "R01", 20)
    work, keeping = work_of(warehouse, "desk"), wired(warehouse, tmp_path)
    with opened(kit, qtbot, lambda words: SafekeepingScreen(words, work, keeping)) as screen:
        yield screen


def long_work(screen: SafekeepingScreen, qtbot: QtBot, begin: Callable[[], object]) -> str:
    """What was said at the end of long work."""
    screen.band.clear()
    begin()
    qtbot.waitUntil(lambda: not screen.line.busy, timeout=60_000)
    at_rest(screen, qtbot)
    return screen.band.text()


def test_a_backup_is_made_tried_and_planned_and_nothing_is_left_of_one_that_is_cancelled(
    screen: SafekeepingScreen, kit: Kit, qtbot: QtBot, tmp_path: Path
) -> None:
    assert screen.sheet.facts().startswith("Every 24 hours by themselves, 2 are kept")
    screen.back_up()
    assert screen.line.words.text() == "Making a backup"
    screen.line.cancel()
    qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=60_000)
    assert list((tmp_path / "backups").iterdir()) == []
    said = long_work(screen, qtbot, screen.back_up)
    assert said.endswith("is written. It was restored on trial, and proved.")
    ((file, moves, state),) = columns(screen, qtbot, "file", "moves", "state")
    assert (moves, state) == ("1", "✓ restored on trial when it was made")
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [file]
    assert "the last one" in screen.sheet.facts()
    (made,) = backup.kept(Plan(tmp_path / "backups", 24, 2))
    assert "it can be brought back" in long_work(screen, qtbot, lambda: screen.try_backup(made))
    made.path.write_bytes(made.path.read_bytes()[:-100])
    assert "not whole" in long_work(screen, qtbot, lambda: screen.try_backup(made))
    screen.table.view.selectRow(0)
    form = asked(screen, qtbot, "BRING_BACK")
    assert "admin restore" in form.effect.text()
    assert book(screen, qtbot).startswith("Nothing was replaced")
    form.give("sure", "yes")
    form.give("company", "Somebody else")
    assert "not of Somebody else" in book(screen, qtbot)
    assert not screen.line.busy
    screen.step_back()
    form = asked(screen, qtbot, "PLAN_BACKUPS")
    form.give("hours", "soon")
    assert book(screen, qtbot).startswith("This is no plan: every soon hours")
    form.give("hours", "6")
    assert book(screen, qtbot).startswith("The plan holds from now on.")
    assert columns(screen, qtbot, "state") == [("✗ not whole: cut off or changed",)]
    assert screen.sheet.facts().startswith("Every 6 hours by themselves")


def test_the_chain_is_proved_kept_and_compared_and_what_was_changed_behind_all_walls_is_named(
    screen: SafekeepingScreen, warehouse: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    screen.tabs.setCurrentIndex(1)
    assert long_work(screen, qtbot, lambda: screen.prove(deep=True)).startswith("Everything is as it must be")
    assert columns(screen, qtbot, "rule") == []
    assert screen.sheet.facts().startswith("Seal 1 of ")
    kept = tmp_path / "head.json"
    assert long_work(screen, qtbot, lambda: screen.export_head(kept)).startswith("Seal 1 is written into head.json.")
    assert "still holds seal 1" in long_work(screen, qtbot, lambda: screen.check_head(kept))
    with warehouse.superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE stock_move SET qty = 200")
        connection.execute("UPDATE seal SET hash = sha256('forged')")
    assert "rows break a rule" in long_work(screen, qtbot, lambda: screen.prove(deep=False))
    shown = columns(screen, qtbot, "rule", "offender")
    assert "A movement is as it was booked" in [rule for rule, _ in shown]
    (of,) = (
        offender for rule, offender in shown if rule == "Stock is what the movements come to" and "balance" in offender
    )
    assert of.startswith("item WIDGET, moves 200.0, status available, balance 20.0, location WH001-STO-R01")
    assert "still holds" not in long_work(screen, qtbot, lambda: screen.check_head(kept))


def test_who_may_not_administer_makes_no_backup_and_a_server_that_is_not_ours_is_named(
    kit: Kit, warehouse: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    work, keeping = work_of(warehouse, "desk_auditor"), wired(warehouse, tmp_path)
    with opened(kit, qtbot, lambda words: SafekeepingScreen(words, work, keeping)) as screen:
        press(screen, qtbot, "BACK_UP")
        assert screen.band.text().startswith("Your badge does not allow")
    elsewhere = wired(warehouse, tmp_path, ours=False)
    with opened(kit, qtbot, lambda words: SafekeepingScreen(words, work, elsewhere)) as screen:
        press(screen, qtbot, "BACK_UP")
        assert "db.example" in screen.band.text()
        assert screen.sheet.facts() == "The database stands on another server: db.example"
