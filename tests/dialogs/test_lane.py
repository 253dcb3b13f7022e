"""A lane never loses a scan, never applies one to the wrong context, and never judges without the database."""

import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.database.session import Database
from app.dialogs import lane as lane_module
from app.dialogs.dialog import Level, Prompt
from app.dialogs.journal import Journal
from app.dialogs.lane import Lane
from app.dialogs.receiving import RECEIVING
from app.dialogs.runner import Runner
from app.domain.errors import Fault
from app.domain.scanning import Scan
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.test_receiving import order
from tests.support import Site

_PATIENCE_S = 30
_NOBODY_LISTENS = "postgresql://nobody:x@127.0.0.1:1/nothing"


class Bench:
    """A lane whose prompts are kept, on a database that can be taken away."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.away = False
        signed_on = site.station("dock1", "RECEIVER1")
        self.database = Database(
            lambda: _NOBODY_LISTENS if self.away else site.template.login("st_dock1", site.url), application="lane"
        )
        self.database.token = signed_on.token
        self.site = site
        self.folder = folder
        self.prompts: list[Prompt] = []
        self._more = threading.Condition()
        self.lane = self._open()

    def _open(self) -> Lane:
        worker = Worker(self.database, Changes())
        runner = Runner(worker, RECEIVING, warehouse=self.site.warehouse, station="dock1")
        return Lane(worker, runner, Journal(self.folder / "dock1.jsonl"), show=self._show)

    def _show(self, prompt: Prompt) -> None:
        with self._more:
            self.prompts.append(prompt)
            self._more.notify_all()

    def wait(self, wanted: Callable[[Prompt], bool]) -> Prompt:
        """Wait until a prompt that is wanted is shown (or was already)."""
        with self._more:
            assert self._more.wait_for(lambda: any(map(wanted, self.prompts)), _PATIENCE_S), self.prompts[-1:]
            return next(prompt for prompt in reversed(self.prompts) if wanted(prompt))

    def wait_for(self, code: str) -> Prompt:
        """Wait until the feedback band says `code`."""
        return self.wait(lambda prompt: prompt.feedback is not None and prompt.feedback.code == code)

    def start_again(self) -> None:
        """The program was ended and is started again."""
        self.lane.stop()
        self.prompts.clear()
        self.lane = self._open()
        self.lane.start()

    def take_database_away(self) -> None:
        """No connection lives on, and none can be made."""
        self.away = True
        with self.site.superuser() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'lane%'"
            )


@pytest.fixture
def bench(warehouse: Site, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(warehouse, tmp_path)
    made.lane.start()
    yield made
    made.lane.stop()
    made.database.close()


def verdicts(site: Site) -> list[tuple[str, str]]:
    """Every scan and what became of it, in the order it was recorded."""
    with site.superuser() as connection:
        rows = connection.execute("SELECT raw, verdict FROM scan_event ORDER BY recorded_at, occurred_at").fetchall()
    return [(str(raw), str(verdict)) for raw, verdict in rows]


def test_scans_are_taken_strictly_in_order(warehouse: Site, bench: Bench) -> None:
    bench.lane.scan(order(warehouse, ("WIDGET", 50)))
    for _ in range(20):
        bench.lane.scan("WIDGET")
    bench.wait(lambda prompt: prompt.count is not None and prompt.count.done == "20")
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 20
    assert [verdict for _, verdict in verdicts(warehouse)] == ["used"] * 21


def test_scans_made_before_a_refusal_was_seen_are_kept_and_not_applied(warehouse: Site, bench: Bench) -> None:
    number = order(warehouse, ("WIDGET", 50))
    with warehouse.superuser() as holding:
        holding.execute("BEGIN")
        holding.execute("LOCK TABLE dialog_run IN ACCESS EXCLUSIVE MODE")
        for code in (number, "NONSENSE", "WIDGET", "WIDGET"):
            bench.lane.scan(code)
        holding.execute("COMMIT")
    shown = bench.wait(lambda prompt: prompt.feedback is not None and len(prompt.feedback.unused) == 2)
    assert shown.feedback is not None
    assert (shown.feedback.level, shown.feedback.code) == (Level.ERROR, "scan.unknown_code")
    assert sorted(verdicts(warehouse)) == sorted(
        [(number, "used"), ("NONSENSE", "refused"), ("WIDGET", "not_used"), ("WIDGET", "not_used")]
    )
    bench.lane.scan("WIDGET")
    bench.wait_for("receiving.booked")
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 1


def test_a_flood_of_scans_behind_a_refusal_is_one_message_with_their_number(warehouse: Site, bench: Bench) -> None:
    number = order(warehouse, ("WIDGET", 50))
    with warehouse.superuser() as holding:
        holding.execute("BEGIN")
        holding.execute("LOCK TABLE dialog_run IN ACCESS EXCLUSIVE MODE")
        for code in (number, "NONSENSE", *["WIDGET"] * 60):
            bench.lane.scan(code)
        holding.execute("COMMIT")
    shown = bench.wait(lambda prompt: prompt.feedback is not None and prompt.feedback.more_unused == 55)
    assert shown.feedback is not None
    assert shown.feedback.unused == ("WIDGET",) * 5
    told = [prompt for prompt in bench.prompts if prompt.feedback is not None and prompt.feedback.unused]
    assert len(told) < 10
    assert [verdict for _, verdict in verdicts(warehouse)].count("not_used") == 60
    bench.lane.scan("WIDGET")
    bench.wait_for("receiving.booked")


def test_what_was_not_used_makes_no_refusal_younger(warehouse: Site, bench: Bench) -> None:
    bench.lane.scan(order(warehouse, ("WIDGET", 50)))
    bench.lane.scan("NONSENSE")
    bench.wait_for("scan.unknown_code")
    for _ in range(30):
        bench.lane.scan("WIDGET")
    bench.wait(lambda prompt: prompt.count is not None and prompt.count.done == "30")
    assert [verdict for _, verdict in verdicts(warehouse)].count("not_used") == 0


def test_without_the_database_nothing_is_judged_and_nothing_is_lost(warehouse: Site, bench: Bench) -> None:
    bench.lane.scan(order(warehouse, ("WIDGET", 50)))
    bench.wait_for("receiving.order_opened")
    bench.take_database_away()
    bench.lane.scan("WIDGET")
    assert bench.wait_for("database.lost").feedback is not None
    bench.away = False
    bench.wait_for("dialog.recovered")
    assert ("WIDGET", "not_used") in verdicts(warehouse)
    bench.lane.scan("WIDGET")
    bench.wait_for("receiving.booked")
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 1
    assert warehouse.prove() == []


def test_who_left_nothing_in_the_middle_is_not_welcomed_back(warehouse: Site, bench: Bench) -> None:
    bench.lane.scan(order(warehouse, ("WIDGET", 1)))
    bench.lane.scan("WIDGET")
    bench.lane.key("DONE")
    bench.wait_for("receiving.ended")
    bench.start_again()
    assert bench.wait(lambda prompt: prompt.instruction == "receiving.scan_order").feedback is None


def test_what_was_scanned_before_somebody_left_is_used(warehouse: Site, bench: Bench) -> None:
    number = order(warehouse, ("WIDGET", 50))
    bench.wait(lambda prompt: prompt.instruction == "receiving.scan_order")
    bench.lane.scan(number)
    for _ in range(5):
        bench.lane.scan("WIDGET")
    bench.lane.stop()
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 5
    assert [verdict for _, verdict in verdicts(warehouse)] == ["used"] * 6


def test_what_takes_too_long_after_somebody_left_counts_as_not_used(
    warehouse: Site, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = order(warehouse, ("WIDGET", 50))
    bench.wait(lambda prompt: prompt.instruction == "receiving.scan_order")
    bench.lane.scan(number)
    bench.wait(lambda prompt: prompt.instruction != "receiving.scan_order")
    monkeypatch.setattr(lane_module, "_FINISH_S", -1.0)
    for _ in range(40):
        bench.lane.scan("WIDGET")
    bench.start_again()
    bench.wait(lambda prompt: prompt.instruction != "")
    done = [verdict for _, verdict in verdicts(warehouse)]
    assert len(done) == 41
    assert done.count("not_used") >= 1
    assert warehouse.stock("WIDGET", "DOCK1")[0] == done.count("used") - 1


def test_work_is_recovered_at_the_same_step_after_the_program_ended(warehouse: Site, bench: Bench) -> None:
    bench.lane.scan(order(warehouse, ("WIDGET", 50)))
    bench.lane.scan("WIDGET")
    bench.wait_for("receiving.booked")
    bench.start_again()
    shown = bench.wait_for("dialog.recovered")
    assert shown.count is not None
    assert (shown.count.done, shown.count.total) == ("1", "50")


def test_a_step_that_was_done_when_the_program_was_killed_is_neither_done_again_nor_called_not_used(
    warehouse: Site, bench: Bench
) -> None:
    """Killed between the commit and the journal's second line: the conversation goes on behind the step."""
    bench.lane.scan(order(warehouse, ("WIDGET", 50)))
    bench.lane.scan("WIDGET")
    bench.wait_for("receiving.booked")
    bench.lane.stop()
    path = bench.folder / "dock1.jsonl"
    path.write_bytes(b"".join(line for line in path.read_bytes().splitlines(keepends=True) if b"raw" in line))
    bench.start_again()
    shown = bench.wait_for("dialog.recovered")
    assert shown.count is not None
    assert shown.count.done == "1"
    assert [verdict for _, verdict in verdicts(warehouse)] == ["used", "used"]
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 1


def test_a_badge_scanned_where_goods_are_expected_is_written_down_nowhere(warehouse: Site, bench: Bench) -> None:
    """Half of a sign-on: that it was a badge is kept, in the database and at the station, and not which."""
    with warehouse.desk.transaction() as session:
        session.call("save_person", badge="SH-P-0042", name="Ada", groups=["operator"])
    number = order(warehouse, ("WIDGET", 50))
    with warehouse.superuser() as holding:
        holding.execute("BEGIN")
        holding.execute("LOCK TABLE dialog_run IN ACCESS EXCLUSIVE MODE")
        for code in (number, "SH-P-0042", "sh-p-0042", "WIDGET"):
            bench.lane.scan(code)
        holding.execute("COMMIT")
    bench.wait(lambda prompt: prompt.feedback is not None and len(prompt.feedback.unused) == 2)
    bench.start_again()
    bench.wait(lambda prompt: prompt.instruction != "")
    assert ("SH-P-…", "refused") in verdicts(warehouse)
    assert ("SH-P-…", "not_used") in verdicts(warehouse)
    written = (bench.folder / "dock1.jsonl").read_text() + kept_of_scans(warehouse) + repr(bench.prompts)
    assert "0042" not in written


def kept_of_scans(site: Site) -> str:
    """Everything that the database keeps of conversations."""
    with site.superuser() as connection:
        return "".join(
            str(connection.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t").fetchone())  # noqa: S608
            for table in ("scan_event", "dialog_step", "dialog_run")
        )


def test_a_scan_that_was_written_down_but_never_handed_over_is_told_to_the_database(
    warehouse: Site, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "dock1.jsonl")
    journal.append(Scan(uuid.uuid4(), "LEFT-OVER"))
    journal.close()
    bench = Bench(warehouse, tmp_path)
    bench.lane.start()
    bench.wait(lambda prompt: prompt.instruction == "receiving.scan_order")
    assert verdicts(warehouse) == [("LEFT-OVER", "not_used")]
    bench.lane.stop()
    bench.database.close()


def test_a_journal_that_was_torn_by_a_power_cut_is_read_up_to_the_tear(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    journal = Journal(path)
    whole, settled = Scan(uuid.uuid4(), "WHOLE"), Scan(uuid.uuid4(), "SETTLED")
    journal.append(whole)
    journal.append(settled)
    journal.settle(settled.event_id)
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"event": "torn')
    again = Journal(path)
    assert [scan.raw for scan in again.left_over()] == ["WHOLE"]
    again.close()


def test_a_journal_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("not a folder")
    with pytest.raises(Fault, match=r"station\.journal"):
        Journal(tmp_path / "blocked" / "j.jsonl")
