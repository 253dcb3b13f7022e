"""Labels come out once, and it is known: the ordinary day, and what a person brings about."""

import hashlib
import threading

import pytest

from app.devices import labels
from app.domain.equipment import Health
from app.domain.errors import Fault
from app.domain.labels import LabelContent
from app.domain.printing import PrintState
from app.services import printing
from app.services.changes import Change
from app.settings import Confirmation
from drivers.simulators.printer import PrinterSimulator
from tests.devices.spooler.bench import Bench, bench_with_printer, printer_at
from tests.support import Site


def test_a_label_is_printed_once_and_confirmed_by_the_counter(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer), bench.spooling():
        job = bench.until(bench.queue("BIN-1"), PrintState.CONFIRMED)
        assert [zpl + b"\n" for zpl in printer.labels] == [job.bytes]
        assert (job.count_before, job.count_after, job.printer_serial) == (1000, 1001, printer.serial)
        assert bench.path(job.id) == ["QUEUED", "SENDING", "SENT", "CONFIRMED"]
        assert Change("print_job", job.id) in bench.history
    assert bench.states[-1].health is Health.ONLINE


def test_what_was_sent_is_kept_with_its_hash(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, _), bench.spooling():
        job = bench.until(bench.queue(), PrintState.CONFIRMED)
    with warehouse.superuser() as connection:
        row = connection.execute("SELECT bytes, sha256 FROM print_job WHERE id = %s", [job.id]).fetchone()
    assert row is not None
    assert hashlib.sha256(row[0]).digest() == row[1]
    assert row[0] == labels.render(job.content, 203)


def test_labels_come_out_in_the_order_in_which_they_were_wanted(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        jobs = [bench.queue(f"BIN-{number}") for number in range(4)]
        with bench.spooling():
            for job in jobs:
                bench.until(job, PrintState.CONFIRMED)
    assert [f"BIN-{number}".encode() in zpl for number, zpl in enumerate(printer.labels)] == [True] * 4


def test_copies_are_counted(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer), bench.spooling():
        job = bench.until(bench.queue(copies=3), PrintState.CONFIRMED)
    assert job.count_after == 1003
    assert len(printer.labels) == 3


def test_a_reprint_replaces_the_first_label_and_says_so_on_itself(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer), bench.spooling():
        content = {"sscc": "306141411234567891", "contents": "Oat drink", "kind": "Case"}
        first = bench.worker.run(
            lambda unit: printing.queue_label(
                unit,
                labels_content("handling_unit", content),
                printer=bench.printer,
                warehouse=warehouse.warehouse,
            )
        )
        bench.until(first, PrintState.CONFIRMED)
        again = bench.worker.run(lambda unit: printing.reprint(unit, first, reason="UNREADABLE"))
        job = bench.until(again, PrintState.CONFIRMED)
        assert bench.job(first).state is PrintState.REPRINTED
    assert job.reprint_no == 1
    assert b"REPRINT 1" in printer.labels[1]
    assert b"REPRINT" not in printer.labels[0]


def labels_content(template: str, fields: dict[str, str]) -> LabelContent:
    return LabelContent(template, fields["sscc"], fields)


def test_a_label_that_cannot_be_made_is_taken_back_and_one_with_a_sign_that_cannot_be_drawn_says_so(
    warehouse: Site,
) -> None:
    with bench_with_printer(warehouse) as (bench, printer), bench.spooling():
        bad = bench.queue("BIN-1", address="é" * 5)
        good = bench.queue("BIN-2", name="R02 \U0001f4e6")
        assert bench.until(bad, PrintState.CANCELLED).detail == "printing.bad_field"
        assert bench.until(good, PrintState.CONFIRMED).detail == "question_marks"
    [label] = printer.labels
    assert b"R02 ?" in label or b"R02 _3F" in label


def test_an_address_that_cannot_be_drawn_is_said_before_it_is_printed_and_printed_when_a_person_wants_it(
    warehouse: Site,
) -> None:
    fields = {"tracking": "SH1", "ship_to": "Ada \U0001f389", "carrier": "Own delivery", "service": "Parcel"}
    content = LabelContent("shipping", "SH1", fields)
    site = warehouse.warehouse
    with bench_with_printer(warehouse) as (bench, printer), bench.spooling():
        first = bench.worker.run(
            lambda unit: printing.queue_label(unit, content, printer=bench.printer, warehouse=site)
        )
        held = bench.until(first, PrintState.CANCELLED)
        assert held.detail == "undrawable"
        assert printer.labels == []
        again = bench.worker.run(lambda unit: printing.relabel(unit, content, printer=bench.printer, warehouse=site))
        assert bench.until(again, PrintState.CONFIRMED).detail == "question_marks"


def test_a_cancelled_label_is_never_printed(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        cancelled = bench.queue("BIN-1")
        bench.worker.run(lambda unit: printing.cancel(unit, cancelled))
        with bench.spooling():
            bench.until(bench.queue("BIN-2"), PrintState.CONFIRMED)
    assert len(printer.labels) == 1
    assert bench.job(cancelled).state is PrintState.CANCELLED


def test_a_waiting_label_is_given_to_the_other_printer(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer), PrinterSimulator(serial="SIM2") as other:
        printer.run_out_of_paper()
        second = Bench(warehouse, printer_at(other.port, name="other-printer"))
        with bench.spooling(), second.spooling():
            bench.until_health(Health.FAULT, "paper_out")
            job = bench.queue()
            bench.worker.run(lambda unit: printing.redirect(unit, job, printer=second.printer))
            assert bench.until(job, PrintState.CONFIRMED).printer_serial == "SIM2"
    assert (len(printer.labels), len(other.labels)) == (0, 1)


def test_two_spoolers_share_a_printer_without_a_double(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        second = Bench(warehouse, bench.device)
        jobs = [bench.queue(f"BIN-{number}") for number in range(6)]
        with bench.spooling(), second.spooling():
            for job in jobs:
                bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 6
    both = {(state.health, state.reason) for state in bench.states + second.states}
    assert (Health.UNKNOWN, "held_elsewhere") in both


def test_when_one_program_ends_the_other_prints_on(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, _):
        second = Bench(warehouse, bench.device)
        with bench.spooling():
            bench.until_health(Health.ONLINE)
            with second.spooling():
                second.until_health(Health.UNKNOWN, "held_elsewhere")
        with second.spooling():
            second.until(second.queue(), PrintState.CONFIRMED)


def test_nothing_is_printed_while_nobody_is_signed_on(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        job = bench.queue()
        station = warehouse.station("bench1", None)
        bench.worker.database, worker = station, bench.worker.database
        asked = threading.Event()
        transaction = station.transaction

        def asking():  # type: ignore[no-untyped-def]  # noqa: ANN202  (the same as what it stands in for)
            asked.set()
            return transaction()

        station.transaction = asking  # type: ignore[method-assign]
        with bench.spooling() as spooler:
            assert asked.wait(10)
            assert not printer.labels
            station.token = warehouse.station("bench1", "OPERATOR1").token
            spooler.wake()
            assert printer.wait_for_labels(1, 10)
            bench.until(job, PrintState.CONFIRMED)
        bench.worker.database = worker


def test_a_printer_that_nobody_registered_is_named_and_waits(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        bench.device = printer_at(printer.port, name="unheard-of")
        with bench.spooling():
            bench.until_health(Health.FAULT, "not_registered")
            bench.printer = bench.register(bench.device)
            bench.until(bench.queue(), PrintState.CONFIRMED)


def test_a_printer_of_another_resolution_prints_nothing(warehouse: Site) -> None:
    with bench_with_printer(warehouse, dots_per_mm=12) as (bench, printer), bench.spooling():
        job = bench.queue()
        bench.until_health(Health.FAULT, "wrong_resolution")
        assert bench.job(job).state is PrintState.QUEUED
    assert not printer.labels


def test_a_printer_that_cannot_answer_leaves_the_label_unverified_until_it_is_scanned(warehouse: Site) -> None:
    with PrinterSimulator() as printer:
        printer.mute()
        bench = Bench(warehouse, printer_at(printer.port, confirm=Confirmation.SCAN_BACK))
        with bench.spooling():
            job = bench.until(bench.queue("BIN-1"), PrintState.UNVERIFIED)
            assert printer.wait_for_labels(1)
            bench.worker.run(lambda unit: printing.confirm_by_scan(unit, "BIN-1"))
            assert bench.until(job.id, PrintState.CONFIRMED).detail == "scanned_back"
    assert len(printer.labels) == 1


def test_a_printer_that_hides_its_counter_leaves_the_label_unverified(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, printer):
        printer.hide_counter()
        with bench.spooling():
            assert bench.until(bench.queue(), PrintState.UNVERIFIED).detail == "not_counted"
        assert len(printer.labels) == 1


def test_a_label_that_nobody_can_print_is_told_after_ten_seconds(warehouse: Site) -> None:
    with bench_with_printer(warehouse) as (bench, _):
        job = bench.queue()
        assert bench.job(job).state is PrintState.QUEUED
        with warehouse.superuser() as connection:
            connection.execute("UPDATE print_job SET created_at = now() - interval '11 seconds'")
        with pytest.raises(Fault) as fault:
            bench.job(job)
        assert fault.value.code == "printing.nobody_prints"
