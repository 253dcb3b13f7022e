"""What goes wrong on a working day, at the real window: the person is told, and nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.database import ledger, server
from app.dialogs.dialog import Level
from app.domain.codes import badge
from app.services import clock, people, sign_on
from app.services.changes import Changes
from app.services.work import UnitOfWork, Worker
from app.stations.kit.dialog_screen import DialogScreen
from app.stations.shell.home import HomeScreen
from app.stations.shell.sign_on import SignOnScreen
from tests.journeys.bench import Bench, bench, furnished_home

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def standing(home: Path, tmp_path: Path) -> Iterator[Bench]:
    with furnished_home(home) as opened, bench(opened, tmp_path) as made:
        yield made


def proven(one: Bench) -> bool:
    with one.home.desk("test") as desk:
        desk.run(lambda unit: ledger.seal(unit.session))
        return desk.run(lambda unit: ledger.prove(unit.session)) == []


def test_a_machine_whose_clock_is_wrong_says_so_over_the_window(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with furnished_home(home) as opened:
        monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(days=1, minutes=5))
        with bench(opened, tmp_path) as standing:
            banner = standing.workstation.window.banner
            standing.player.until(lambda: "24:05 h ahead of the server" in banner.text(), "the strip")


def test_the_server_crashes_and_the_station_says_so_reconnects_and_has_lost_nothing(standing: Bench) -> None:
    standing.sign_on()
    standing.receive_one()
    pid = server.status(standing.home.folder).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    standing.player.strip_says("database", "away")
    standing.player.strip_says("database", "connected")
    standing.scan_unit()
    standing.player.until(
        lambda: standing.player.said in {"receiving.booked", "dialog.recovered", "database.lost"}, "a verdict"
    )
    before = standing.player.prompt.count
    standing.player.until(lambda: standing.player.said != "database.lost", "the way back")
    standing.scan_unit()
    standing.player.told("receiving.booked")
    assert before is not None
    assert standing.player.prompt.count is not None
    assert int(standing.player.prompt.count.done) in {2, 3}
    assert proven(standing)


def test_the_program_is_killed_in_the_middle_and_the_next_one_goes_on_at_the_same_step(
    home: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.journeys.receive_and_wait", str(home)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "received\n"
        program.kill()
    with furnished_home(home) as opened, bench(opened, tmp_path) as standing:
        standing.sign_on()
        standing.player.open_station("receiving")
        standing.player.told("dialog.recovered")
        assert standing.player.prompt.count is not None
        assert standing.player.prompt.count.done == "1"
        standing.scan_unit()
        standing.player.told("receiving.booked")
        assert standing.player.prompt.count.done == "2"
        assert proven(standing)


def test_a_wrong_pin_locks_the_badge_after_five_tries(standing: Bench) -> None:
    standing.player.strip_says("scanner", "ready")
    for tries in range(6):
        standing.player.scan_at_the_door(standing.day.badge)
        standing.player.type_in("9999")
        wanted = "sign_on.locked" if tries == 5 else "sign_on.wrong_pin"
        standing.player.door_says(wanted)


def test_a_badge_that_is_signed_on_elsewhere_can_be_taken_over_with_the_pin(standing: Bench) -> None:
    desk = standing.home.database("desk", application="elsewhere")
    elsewhere = Worker(desk, Changes())
    sign_on.sign_on(elsewhere, badge=standing.day.badge, pin=standing.day.pin, take_over=False)
    standing.player.strip_says("scanner", "ready")
    standing.player.scan_at_the_door(standing.day.badge)
    standing.player.type_in(standing.day.pin)
    standing.player.until(lambda: isinstance(standing.player.screen, SignOnScreen), "the question")
    standing.player.settle()
    assert not isinstance(standing.player.screen, HomeScreen)
    standing.player.type_in(standing.day.pin)
    standing.player.at_home()
    desk.close()


def test_more_than_somebody_may_book_waits_for_a_supervisor_at_the_same_window(standing: Bench) -> None:
    """The clerk may receive three at a time; the manager's badge and PIN let ten through, a wrong PIN does not."""
    with standing.home.desk("the office") as desk:
        clerk = next(one.id for one in desk.run(people.everybody) if one.badge == standing.day.badge)
        most = Decimal(3)
        desk.run(lambda unit: people.set_permission(unit, clerk, "receive", granted=True, up_to=most))
    standing.sign_on()
    standing.receive_one()
    player = standing.player
    player.press("QUANTITY")
    player.type_in("9")
    player.instructed("posting.at_limit")
    player.picture("approval")
    screen = player.screen
    assert isinstance(screen, DialogScreen)
    for pin, seen in (("9999", "sign_on.wrong_pin"), (standing.day.pin, "receiving.booked")):
        player.simulation.scan(badge(4), "code-128")
        player.until(lambda: screen.approval.waits_for_pin, "the question for the supervisor's PIN")
        player.type_in(pin)
        player.told(seen)
    assert player.prompt.count is not None
    assert player.prompt.count.done == "10"
    assert proven(standing)


def find_goods(unit: UnitOfWork) -> None:
    """Five mugs are found in a bin, by somebody at another desk."""
    unit.session.rows(
        "SELECT post_moves(p_request => gen_random_uuid(), p_kind => 'adjust_in', p_warehouse => w.id,"
        " p_items => ARRAY[i.id], p_qtys => ARRAY[5]::numeric[], p_reasons => ARRAY['OPENING'],"
        " p_from_locations => ARRAY[(SELECT id FROM location WHERE address = 'WH001-ADJUSTMENT')],"
        " p_to_locations => ARRAY[(SELECT id FROM location WHERE address = 'WH001-STO-A01')])"
        " FROM warehouse w, item i WHERE i.sku = 'HOME-MUG-WHT'"
    )
    unit.changed("stock")


def test_a_posting_at_another_station_appears_on_the_stock_screen_by_itself(standing: Bench) -> None:
    standing.sign_on(badge(4))
    standing.player.open_station("stock")
    standing.player.settle()
    table = standing.player.screen.table  # type: ignore[attr-defined]  # the stock screen's
    assert table.model.rowCount() == 0
    with standing.home.desk("another station") as desk:
        desk.run(find_goods)
    standing.player.until(lambda: table.model.rowCount() == 1, "the posting on the screen")


def test_a_scanner_that_is_unplugged_is_seen_at_once_and_heard_again_when_it_is_back(standing: Bench) -> None:
    standing.sign_on()
    standing.player.open_station("lookup")
    standing.player.simulation.unplug_scanner()
    standing.player.strip_says("scanner", "unplugged")
    standing.player.simulation.replug_scanner()
    standing.player.strip_says("scanner", "ready")
    standing.player.scan("PROD-001")
    assert standing.player.prompt.feedback is None or standing.player.prompt.feedback.level is not Level.ERROR
