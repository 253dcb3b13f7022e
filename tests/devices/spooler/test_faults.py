"""Whatever goes wrong, the state that is left is true, and no second label comes out without a person's word."""

import contextlib
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from app.devices.spooler.journal import Journal
from app.devices.spooler.verdict import Verdict
from app.domain.equipment import Health
from app.domain.printing import PrintState
from app.services import printing
from app.services.changes import Change
from drivers.printers.zpl.printer import ZplPrinter
from drivers.simulators.printer import PrinterSimulator
from drivers.transports.tcp import TcpTransport
from drivers.transports.transport import TransportLost
from tests.devices.spooler.bench import (
    Bench,
    bench_with_printer,
    crashing,
    just_before_the_first_byte,
    looked_at_again,
    printer_at,
)
from tests.support import Site

# - at the printer -


def test_without_paper_a_label_waits_and_is_printed_when_there_is_paper(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        printer.run_out_of_paper()
        with bench.spooling():
            bench.until_health(Health.FAULT, "paper_out")
            job = bench.queue()
            looked_at_again(printer)
            assert bench.job(job).state is PrintState.QUEUED
            printer.load_paper()
            bench.until(job, PrintState.CONFIRMED)
    assert bench.path(job) == ["QUEUED", "SENDING", "SENT", "CONFIRMED"]
    assert len(printer.labels) == 1


@pytest.mark.parametrize("quiet", [False, True], ids=["it answers", "it answers to one question only"])
def test_paper_that_ends_in_a_batch_holds_it_up_and_new_paper_finishes_it(
    warehouse: Site,
    quiet: bool,
) -> None:
    with bench_with_printer(warehouse, silent_on_fault=quiet) as (bench, printer):
        printer.run_out_of_paper(after=1)
        with bench.spooling():
            job = bench.queue(copies=3)
            bench.until_health(Health.FAULT, "paper_out")
            assert bench.job(job).state in {PrintState.SENDING, PrintState.SENT}
            printer.load_paper()
            bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 3


def test_an_open_head_before_and_in_a_batch_only_delays_it(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        printer.open_head()
        with bench.spooling(on_rendered=just_before_the_first_byte(printer.open_head)):
            bench.until_health(Health.FAULT, "head_open")
            job = bench.queue(copies=3)
            looked_at_again(printer)
            assert bench.job(job).state is PrintState.QUEUED
            printer.close_head()
            bench.until(job, PrintState.SENT)
            assert not printer.labels
            printer.close_head()
            bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 3


def test_pause_pressed_before_and_in_a_batch_only_delays_it(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        printer.pause()
        with bench.spooling(on_rendered=just_before_the_first_byte(printer.pause)):
            bench.until_health(Health.FAULT, "paused")
            job = bench.queue(copies=3)
            looked_at_again(printer)
            assert bench.job(job).state is PrintState.QUEUED
            printer.resume()
            bench.until(job, PrintState.SENT)
            assert not printer.labels
            printer.resume()
            bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 3


def test_a_printer_switched_off_in_a_batch_leaves_it_partly_printed_for_a_person(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer), bench.spooling():
        printer.run_out_of_paper(after=1)
        job = bench.queue(copies=3)
        bench.until(job, PrintState.SENT)
        assert printer.wait_for_labels(1)
        printer.power_cycle()
        printer.load_paper()
        found = bench.until(job, PrintState.PARTIAL)
        assert (found.count_before, found.count_after, found.detail) == (1000, 1001, "fewer_printed")
        bench.until(bench.queue(), PrintState.CONFIRMED)
    assert len(printer.labels) == 2, "the lost copies were printed without a person's word"


def test_a_printer_switched_off_before_the_first_label_prints_it_afterwards_once(warehouse: Site) -> None:
    with (
        bench_with_printer(warehouse) as (bench, printer),
        bench.spooling(on_rendered=just_before_the_first_byte(printer.pause)),
    ):
        job = bench.queue()
        bench.until(job, PrintState.SENT)
        printer.power_cycle()
        printer.resume()
        bench.until(job, PrintState.CONFIRMED)
    assert bench.path(job) == ["QUEUED", "SENDING", "SENT", "QUEUED", "SENDING", "SENT", "CONFIRMED"]
    assert len(printer.labels) == 1


def test_a_label_cancelled_at_the_printer_is_not_sent_again(warehouse: Site) -> None:
    with (
        bench_with_printer(warehouse) as (bench, printer),
        bench.spooling(on_rendered=just_before_the_first_byte(printer.pause)),
    ):
        job = bench.queue()
        bench.until(job, PrintState.SENT)
        printer.cancel_all()
        printer.resume()
        assert bench.until(job, PrintState.PARTIAL).detail == "nothing_printed"
    assert not printer.labels


def test_a_label_lost_twice_is_left_to_a_person(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        pauses = [printer.pause, printer.pause]
        with bench.spooling(on_rendered=lambda *_: pauses.pop()()):
            job = bench.queue()
            for attempt in (1, 2):
                bench.until_path(job, ["QUEUED", "SENDING", "SENT"] * attempt)
                printer.power_cycle()
                printer.resume()
            assert bench.until(job, PrintState.PARTIAL).detail == "nothing_printed"
    assert not printer.labels


def test_a_job_of_somebody_else_in_the_buffer_is_waited_for(warehouse: Site) -> None:
    with bench_with_printer(warehouse, label_s=0.5) as (bench, printer):
        stranger = TcpTransport(printer.host, printer.port)
        stranger.open()
        stranger.write(b"^XA^PQ2^XZ", timeout_s=1)
        assert printer.wait_for_bytes(10)
        with bench.spooling():
            job = bench.until(bench.queue(), PrintState.CONFIRMED)
        stranger.close()
    assert job.count_before == 1002
    assert len(printer.labels) == 3


def test_a_counter_that_stands_still_never_makes_a_second_label(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):

        def stand_still(_zpl: bytes) -> None:
            printer.odometer -= 1

        printer.on_label = stand_still
        with bench.spooling(on_rendered=just_before_the_first_byte(printer.pause)):
            job = bench.queue()
            bench.until(job, PrintState.SENT)
            printer.power_cycle()  # so that it is sent again, once
            printer.resume()
            bench.until(job, PrintState.PARTIAL)
    assert len(printer.labels) == 1


def test_a_printer_exchanged_in_a_batch_leaves_it_unknown_and_prints_none_of_it(warehouse: Site) -> None:
    with (
        bench_with_printer(warehouse) as (bench, printer),
        bench.spooling(on_rendered=just_before_the_first_byte(printer.pause)),
    ):
        job = bench.queue()
        bench.until(job, PrintState.SENT)
        printer.swap("ANOTHER")
        printer.resume()
        assert bench.until(job, PrintState.UNKNOWN).detail == "another_printer"
        bench.until(bench.queue(), PrintState.CONFIRMED)
    assert len(printer.labels) == 1
    assert bench.job(job).state is PrintState.UNKNOWN


def test_a_registered_printer_that_was_exchanged_prints_nothing(warehouse: Site) -> None:
    with bench_with_printer(warehouse, serial="ANOTHER") as (bench, printer):
        with warehouse.superuser() as connection:
            connection.execute("UPDATE printer SET serial = 'SIM0000001'")
        with bench.spooling():
            job = bench.queue()
            bench.until_health(Health.FAULT, "another_printer")
            assert bench.job(job).state is PrintState.QUEUED
    assert not printer.labels


def test_a_silent_printer_is_never_taken_for_ready(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        printer.mute()
        with bench.spooling():
            job = bench.queue()
            bench.until_health(Health.OFFLINE, "not_found")
            assert bench.job(job).state is PrintState.QUEUED
            printer.unmute()
            bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 1


def test_a_printer_that_falls_silent_leaves_the_label_unknown_until_it_speaks_again(warehouse: Site) -> None:
    with (
        bench_with_printer(warehouse) as (bench, printer),
        bench.spooling(on_rendered=just_before_the_first_byte(printer.mute)),
    ):
        job = bench.queue()
        assert bench.until(job, PrintState.UNKNOWN).detail == "printer_silent"
        printer.unmute()
        bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 1


# - on the line -


@pytest.mark.parametrize("after", [1, 40, 200])
def test_a_connection_reset_within_a_label_ends_in_one_label(warehouse: Site, after: int) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        reset = just_before_the_first_byte(lambda: printer.reset_connection_after(after))
        with bench.spooling(on_rendered=reset):
            job = bench.until(bench.queue(), PrintState.CONFIRMED)
    assert len(printer.labels) == 1
    assert "QUEUED" in bench.path(job.id)[1:]


@pytest.mark.parametrize(
    ("left", "path"),
    [
        (True, ["QUEUED", "SENDING", "CONFIRMED"]),
        (False, ["QUEUED", "SENDING", "QUEUED", "SENDING", "SENT", "CONFIRMED"]),
    ],
    ids=["after the bytes", "before the bytes"],
)
def test_a_connection_that_breaks_while_bytes_are_handed_over_ends_in_one_label(
    warehouse: Site, monkeypatch: pytest.MonkeyPatch, left: bool, path: list[str]
) -> None:
    send = ZplPrinter.send

    def broken(driver: ZplPrinter, data: bytes) -> None:
        monkeypatch.undo()
        if left:
            send(driver, data)
        raise TransportLost("reset", written=None if left else 0)

    monkeypatch.setattr(ZplPrinter, "send", broken)
    with bench_with_printer(warehouse) as (bench, printer), bench.spooling():
        job = bench.until(bench.queue(), PrintState.CONFIRMED)
        assert bench.path(job.id) == path
    assert len(printer.labels) == 1


def test_who_cannot_reach_the_printer_leaves_it_to_the_one_who_can(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, _):
        with PrinterSimulator() as gone:
            port = gone.port
        cut_off = Bench(warehouse, printer_at(port))
        with cut_off.spooling():
            cut_off.until_health(Health.OFFLINE, "refused")
            with bench.spooling():
                bench.until(bench.queue(), PrintState.CONFIRMED)


@contextlib.contextmanager
def switched_on_again(printer: PrinterSimulator, *, odometer: int) -> Iterator[PrinterSimulator]:
    """The same printer at the same address, after it was away, with this counter."""
    again = PrinterSimulator(serial=printer.serial, odometer=odometer)
    again.start(printer.port)
    try:
        yield again
    finally:
        again.stop()


@pytest.mark.parametrize(("came_out", "state"), [(1, PrintState.CONFIRMED), (0, PrintState.PARTIAL)])
def test_a_printer_that_comes_back_too_late_is_believed_by_its_counter(
    warehouse: Site, came_out: int, state: PrintState
) -> None:
    with (
        bench_with_printer(warehouse) as (bench, printer),
        bench.spooling(on_rendered=just_before_the_first_byte(printer.pause)),
    ):
        job = bench.queue()
        bench.until(job, PrintState.SENT)
        printer.stop()
        assert bench.until(job, PrintState.UNKNOWN).detail == "connection_lost"
        with switched_on_again(printer, odometer=printer.odometer + came_out) as again:
            bench.until(job, state)
    assert not again.labels, "a label that was told unknown is not printed without a person's word"


def test_what_a_person_decided_meanwhile_stays(warehouse: Site) -> None:
    with (
        bench_with_printer(warehouse) as (bench, printer),
        bench.spooling(on_rendered=just_before_the_first_byte(printer.pause)),
    ):
        job = bench.queue("BIN-1")
        bench.until(job, PrintState.SENT)
        printer.stop()
        bench.until(job, PrintState.UNKNOWN)
        bench.worker.run(lambda unit: printing.void(unit, job, reason="LABEL_LOST"))
        with switched_on_again(printer, odometer=printer.odometer) as again:
            bench.until(bench.queue("BIN-2"), PrintState.CONFIRMED)
        assert bench.job(job).state is PrintState.VOIDED
    assert len(again.labels) == 1


# - in the program -


def test_a_program_killed_before_the_first_byte_leaves_a_label_that_is_printed_once(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        job = bench.queue()
        with crashing(bench, f"tcp:{bench.port}", "before_bytes") as process:
            assert process.wait(60) == 9
        assert bench.job(job).state is PrintState.SENDING
        assert not printer.labels
        with bench.spooling():
            bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 1


def test_a_program_killed_after_the_last_byte_leaves_a_label_that_is_not_printed_again(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        printer.run_out_of_paper(after=1)
        job = bench.queue(copies=2)
        with crashing(bench, f"tcp:{bench.port}", "never") as process:
            bench.until(job, PrintState.SENT)
            process.kill()
        printer.load_paper()
        with bench.spooling():
            bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 2


def test_a_program_that_ends_in_a_batch_finds_out_at_its_next_start(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        with bench.spooling(on_rendered=just_before_the_first_byte(printer.pause)):
            job = bench.queue()
            bench.until(job, PrintState.SENT)
        assert bench.job(job).state is PrintState.SENT
        printer.resume()
        assert printer.wait_for_labels(1)
        with bench.spooling():
            bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 1


def test_an_interrupted_label_of_a_printer_without_a_counter_is_left_to_a_person(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        printer.hide_counter()
        job = bench.queue()
        with crashing(bench, f"tcp:{bench.port}", "before_bytes") as process:
            assert process.wait(60) == 9
        with bench.spooling():
            assert bench.until(job, PrintState.UNKNOWN).detail == "interrupted"
    assert not printer.labels


def test_a_defect_of_the_spooler_is_said_and_does_not_end_it(
    warehouse: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with bench_with_printer(warehouse) as (bench, _):
        monkeypatch.setattr("app.devices.spooler.queue.dots_per_mm", lambda _dpi: 1 / 0)
        with bench.spooling():
            bench.until_health(Health.FAULT, "driver_error")
            monkeypatch.undo()
            bench.until(bench.queue(), PrintState.CONFIRMED)
    assert "ZeroDivisionError" in caplog.text


def test_a_label_during_which_the_spooler_had_a_defect_is_settled_by_the_counter(
    warehouse: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(*_: object) -> Verdict:
        monkeypatch.undo()
        raise ZeroDivisionError

    monkeypatch.setattr("app.devices.spooler.queue.judged", defect)
    with bench_with_printer(warehouse) as (bench, printer), bench.spooling():
        job = bench.queue()
        bench.until_health(Health.FAULT, "driver_error")
        bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 1


# - in the database -


@contextlib.contextmanager
def database_away(site: Site) -> Iterator[None]:
    """End every connection to the test's database, and let none in."""
    name = site.url.rpartition("/")[2]
    cluster = site.template.url.rpartition("/")[0] + "/postgres"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))


def test_a_label_that_came_out_while_the_database_was_away_is_confirmed_later(warehouse: Site) -> None:
    with (
        bench_with_printer(warehouse) as (bench, printer),
        bench.spooling(on_rendered=just_before_the_first_byte(printer.pause)),
    ):
        job = bench.queue()
        bench.until(job, PrintState.SENT)
        with database_away(warehouse):
            printer.resume()
            assert printer.wait_for_labels(1)
        bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 1


def test_a_lapsed_lease_never_lets_writing_go_on(warehouse: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with bench_with_printer(warehouse) as (bench, printer):

        def sleep() -> None:
            monkeypatch.setattr(Journal, "held_s", property(lambda _journal: 0.0))

        def woken(changes: tuple[Change, ...]) -> None:
            if changes[0].id and bench.path(changes[0].id) == ["QUEUED", "SENDING", "QUEUED"]:
                monkeypatch.undo()

        bench.changes.subscribe(woken)
        with bench.spooling(on_rendered=just_before_the_first_byte(sleep)):
            job = bench.queue()
            bench.until(job, PrintState.CONFIRMED)
    assert bench.path(job) == ["QUEUED", "SENDING", "QUEUED", "SENDING", "SENT", "CONFIRMED"]
    assert len(printer.labels) == 1


def test_a_program_that_was_overtaken_asks_the_counter(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):

        def overtake() -> None:
            with warehouse.superuser() as connection:
                connection.execute("UPDATE printer_lease SET holder = 'another', fence = fence + 1, until = now()")

        with bench.spooling(on_rendered=just_before_the_first_byte(overtake)):
            job = bench.queue()
            bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 1


def test_a_label_given_away_in_the_last_moment_is_not_sent_although_the_fences_are_alike(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, _), PrinterSimulator(serial="SIM2") as other:
        second = bench.register(printer_at(other.port, name="other-printer"))
        job = bench.queue()
        with bench.spooling():
            bench.until(job, PrintState.CONFIRMED)
        found = bench.job(bench.queue())
        with warehouse.superuser() as connection:
            connection.execute(
                "INSERT INTO printer_lease (printer_id, holder, login, own, fence, until)"
                " SELECT %s, 'another', login, own, fence, now() + interval '1 minute' FROM printer_lease",
                [second],
            )
        bench.worker.run(lambda unit: printing.redirect(unit, found.id, printer=second))
        fence = warehouse_fence(warehouse, second)
        with pytest.raises(Exception, match="lease_lost"):
            bench.worker.run(
                lambda unit: printing.begin_sending(
                    unit, found, fence=fence, sent=b"", printer_serial="SIM", count_before=1
                )
            )
        assert bench.job(found.id).state is PrintState.QUEUED


def warehouse_fence(site: Site, printer: UUID) -> int:
    with site.superuser() as connection:
        row = connection.execute("SELECT fence FROM printer_lease WHERE printer_id = %s", [printer]).fetchone()
    assert row is not None
    return int(row[0])
