"""Printers at a USB port, at a serial port and behind a queue: where they differ from one on the network."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from app.devices.attachments import Buses
from app.devices.spooler import Spooler
from app.domain.equipment import DeviceState, Health
from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.domain.printing import PrintState
from app.services import printing
from app.settings import Confirmation, DeviceSetting, Role, SpoolerTransport
from drivers.simulators.cups import FakeCups
from drivers.simulators.hosting import Hosting, serve_pty
from drivers.simulators.printer import SerialPrinter
from drivers.simulators.usb_bus import UsbBus, UsbPrinterSimulator
from drivers.simulators.zpl_machine import ZplMachine
from drivers.transports.ports import PortMatch
from drivers.transports.usb_printer import UsbPrinterTransport
from tests.devices.spooler.bench import (
    FAST,
    Bench,
    crashing,
    just_before_the_first_byte,
    page_printer,
    printer_at,
    queue_printer,
    serial_printer,
    usb_printer,
)
from tests.support import Site

_HEARD_S = 20.0
_A_LABEL_NEEDS_S = 0.3
"""Far longer than a port takes to swallow two labels that nothing holds, and shorter than a write's patience."""

posix = pytest.mark.skipif(os.name != "posix", reason="ptys and CUPS are POSIX")


# - USB -


@pytest.fixture
def bus() -> UsbBus:
    return UsbBus()


@pytest.fixture
def printer(bus: UsbBus) -> Iterator[UsbPrinterSimulator]:
    with UsbPrinterSimulator(bus, serial="A1") as printer:
        yield printer


@pytest.fixture
def usb(warehouse: Site, printer: UsbPrinterSimulator) -> Bench:
    return Bench(warehouse, usb_printer(printer.serial))


def test_a_label_at_a_usb_printer_is_printed_once_and_confirmed(
    usb: Bench, bus: UsbBus, printer: UsbPrinterSimulator
) -> None:
    with usb.spooling(buses=Buses(usb=bus)) as spooler:
        job = usb.until(usb.queue(), PrintState.CONFIRMED)
        usb.until_health(Health.ONLINE)
        traffic = spooler.export_traffic()[usb.device.id]
        (history,) = spooler.history()
    assert (job.count_before, job.count_after, job.printer_serial) == (1000, 1001, "A1")
    assert len(printer.labels) == 1
    assert " out ^XA" in traffic
    assert " in  <02>" in traffic
    assert (history.opened, history.lost, history.device) == (1, 0, usb.device.id)
    assert history.changes[-1].health is Health.ONLINE


def test_two_programs_at_one_usb_printer_share_it_without_a_double(
    usb: Bench, warehouse: Site, bus: UsbBus, printer: UsbPrinterSimulator
) -> None:
    second = Bench(warehouse, usb.device)
    jobs = [usb.queue() for _ in range(4)]
    with usb.spooling(buses=Buses(usb=bus)), second.spooling(buses=Buses(usb=bus)):
        for job in jobs:
            usb.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 4


def test_half_a_label_that_somebody_left_in_the_printer_is_cleared_and_ours_is_printed_once(
    usb: Bench, bus: UsbBus, printer: UsbPrinterSimulator
) -> None:
    wire = UsbPrinterTransport(PortMatch(printer.vid, printer.pid, printer.serial), backend=bus)
    wire.open()
    wire.write(b"^XA^FDhalf a label", timeout_s=1)
    wire.close()
    patience = replace(FAST, stuck_s=0.3)
    with usb.spooling(buses=Buses(usb=bus), timing=patience):
        usb.until(usb.queue(), PrintState.CONFIRMED)
    assert [b"half" in label for label in printer.labels] == [False]


@pytest.mark.parametrize("after", [10, 200])
def test_a_usb_cable_pulled_within_a_label_ends_in_one_label(
    usb: Bench, bus: UsbBus, printer: UsbPrinterSimulator, after: int
) -> None:
    pulled = just_before_the_first_byte(lambda: printer.reset_connection_after(after))
    with usb.spooling(buses=Buses(usb=bus), on_rendered=pulled):
        job = usb.queue()
        usb.until_health(Health.OFFLINE, "not_found")
        assert not printer.labels
        printer.replug()
        usb.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 1


def test_a_usb_printer_switched_off_in_a_batch_leaves_it_partly_printed_for_a_person(
    usb: Bench, bus: UsbBus, printer: UsbPrinterSimulator
) -> None:
    with usb.spooling(buses=Buses(usb=bus)):
        printer.run_out_of_paper(after=1)
        job = usb.queue(copies=3)
        usb.until(job, PrintState.SENT)
        assert printer.wait_for_labels(1)
        printer.power_cycle()
        printer.load_paper()
        found = usb.until(job, PrintState.PARTIAL)
    assert (found.count_before, found.count_after) == (1000, 1001)
    assert len(printer.labels) == 1


def test_another_usb_printer_of_the_same_make_prints_nothing_until_a_person_says_so(
    usb: Bench, bus: UsbBus, printer: UsbPrinterSimulator
) -> None:
    with usb.spooling(buses=Buses(usb=bus)):
        usb.until_health(Health.ONLINE)
        printer.swap("B2")
        job = usb.queue()
        usb.until_health(Health.FAULT, "other_device")
        assert usb.job(job).state is PrintState.QUEUED
        assert not printer.labels
        printer.swap("A1")
        usb.until(job, PrintState.CONFIRMED)


def test_a_usb_printer_held_by_another_program_is_busy_and_a_forbidden_one_denied(
    usb: Bench, bus: UsbBus, printer: UsbPrinterSimulator
) -> None:
    printer.hold()
    with usb.spooling(buses=Buses(usb=bus)):
        job = usb.queue()
        usb.until_health(Health.OFFLINE, "busy")
        printer.deny()
        printer.hold(on=False)
        usb.until_health(Health.OFFLINE, "denied")
        printer.deny(on=False)
        usb.until(job, PrintState.CONFIRMED)


def test_a_mute_usb_printer_without_paper_is_found_out_by_its_port(
    usb: Bench, bus: UsbBus, printer: UsbPrinterSimulator
) -> None:
    with usb.spooling(buses=Buses(usb=bus)):
        usb.until_health(Health.ONLINE)
        printer.run_out_of_paper()
        printer.mute()
        job = usb.queue()
        usb.until_health(Health.FAULT, "paper_out")
        printer.load_paper()
        usb.until_health(Health.UNKNOWN, "silent")
        assert usb.job(job).state is PrintState.QUEUED
        printer.unmute()
        usb.until(job, PrintState.CONFIRMED)


# - serial -


@pytest.fixture
def machine() -> ZplMachine:
    return ZplMachine(serial="S1")


@pytest.fixture
def at_line(machine: ZplMachine) -> SerialPrinter:
    return SerialPrinter(machine)


@pytest.fixture
def line(at_line: SerialPrinter) -> Iterator[Hosting]:
    with serve_pty(at_line) as line:
        yield line


@posix
def test_a_serial_printer_that_says_stop_before_a_label_gets_it_when_it_says_go(
    warehouse: Site, machine: ZplMachine, at_line: SerialPrinter, line: Hosting
) -> None:
    held = threading.Event()

    def says_stop() -> None:
        machine.block()
        assert at_line.holds_flow.wait(10)
        held.set()

    bench = Bench(warehouse, serial_printer(line.url))
    with bench.spooling(on_rendered=just_before_the_first_byte(says_stop)):
        job = bench.queue(copies=2)
        # SENDING is written before the stop is said: going on earlier would let the stop come after it.
        assert held.wait(_HEARD_S)
        time.sleep(_A_LABEL_NEEDS_S)
        assert bench.path(job) == ["QUEUED", "SENDING"]
        assert not machine.labels
        machine.unblock()
        found = bench.until(job, PrintState.CONFIRMED)
    assert (found.printer_serial, found.count_after) == ("S1", 1002)
    assert len(machine.labels) == 2


@posix
def test_a_serial_cable_pulled_within_a_batch_is_settled_by_the_counter(
    warehouse: Site, machine: ZplMachine, line: Hosting
) -> None:
    bench = Bench(warehouse, serial_printer(line.url))
    with bench.spooling(on_rendered=just_before_the_first_byte(machine.pause)):
        job = bench.queue(copies=2)
        bench.until(job, PrintState.SENT)
        line.unplug()
        bench.until_health(Health.OFFLINE, "not_found")
        machine.resume()
        line.replug()
        bench.until(job, PrintState.CONFIRMED)
    assert len(machine.labels) == 2


@posix
def test_a_program_killed_at_a_serial_printer_leaves_the_label_to_the_counter(
    warehouse: Site, machine: ZplMachine, line: Hosting
) -> None:
    bench = Bench(warehouse, serial_printer(line.url))
    machine.run_out_of_paper(after=1)
    job = bench.queue(copies=2)
    with crashing(bench, f"serial:{line.url}", "never") as program:
        bench.until(job, PrintState.SENT)
        program.kill()
        program.wait()
    machine.load_paper()
    with bench.spooling():
        bench.until(job, PrintState.CONFIRMED)
    assert len(machine.labels) == 2


# - queues of the operating system -


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeCups:
    cups = FakeCups(tmp_path / "cups")
    cups.add("zebra")
    monkeypatch.setenv("PATH", cups.path, prepend=os.pathsep)
    return cups


@posix
def test_a_label_in_a_queue_is_unverified_until_it_is_scanned(warehouse: Site, cups: FakeCups) -> None:
    bench = Bench(warehouse, queue_printer("zebra"))
    with bench.spooling():
        job = bench.until(bench.queue("BIN-1"), PrintState.UNVERIFIED)
        assert job.detail == "queue_printed"
        assert cups.printed("zebra") == [job.bytes]
        bench.until_health(Health.UNKNOWN, "cannot_answer")
        bench.worker.run(lambda unit: printing.confirm_by_scan(unit, "BIN-1"))
        bench.until(job.id, PrintState.CONFIRMED)


@posix
def test_a_page_goes_to_its_queue_once_and_what_cannot_be_made_is_taken_back(warehouse: Site, cups: FakeCups) -> None:
    bench = Bench(warehouse, page_printer("zebra"))
    label = Bench(warehouse, printer_at(1, name="labels"))

    def made(content: LabelContent, _dpi: int) -> bytes:
        if content.fields["order"] == "SO-2":
            raise Refusal("parcel.unknown")
        return b"%PDF-1.4 " + content.fields["order"].encode()

    def page(order: str, printer: UUID) -> UUID:
        content = LabelContent("page.invoice", f"{order}/invoice", {"order": order})
        site = warehouse.warehouse
        return bench.worker.run(lambda unit: printing.queue_label(unit, content, printer=printer, warehouse=site))

    with bench.spooling(pages=made):
        first, second = page("SO-1", bench.printer), page("SO-2", bench.printer)
        assert bench.until(first, PrintState.UNVERIFIED).detail == "queue_printed"
        assert bench.until(second, PrintState.CANCELLED).detail == "parcel.unknown"
        cups.hold("zebra")
        assert bench.until(page("SO-4", bench.printer), PrintState.UNVERIFIED).detail == "queue_waiting"
    assert cups.printed("zebra") == [b"%PDF-1.4 SO-1"]
    with pytest.raises(Refusal, match=r"printing\.other_kind"):
        page("SO-3", label.printer)
    waiting = label.queue()
    with pytest.raises(Refusal, match=r"printing\.other_kind"):
        bench.worker.run(lambda unit: printing.redirect(unit, waiting, printer=bench.printer))


@posix
def test_a_stopped_queue_holds_labels_back_and_a_missing_one_too(warehouse: Site, cups: FakeCups) -> None:
    bench = Bench(warehouse, queue_printer("zebra"))
    cups.stop("zebra")
    with bench.spooling():
        job = bench.queue()
        bench.until_health(Health.FAULT, "paused")
        cups.remove("zebra")
        bench.until_health(Health.OFFLINE, "not_found")
        assert bench.job(job).state is PrintState.QUEUED
        cups.restore("zebra")
        bench.until(job, PrintState.UNVERIFIED)
    assert len(cups.printed("zebra")) == 1
    assert not cups.waiting("zebra")


@posix
def test_a_label_that_a_queue_took_while_its_printer_is_off_is_never_sent_twice(
    warehouse: Site, cups: FakeCups
) -> None:
    bench = Bench(warehouse, queue_printer("zebra"))
    with bench.spooling(on_rendered=just_before_the_first_byte(lambda: cups.stop("zebra"))):
        bench.until(bench.queue(), PrintState.UNVERIFIED)
        bench.until_health(Health.FAULT, "paused")
        assert len(cups.waiting("zebra")) == 1
    with bench.spooling():
        cups.resume("zebra")
        bench.until(bench.queue(), PrintState.UNVERIFIED)
    assert len(cups.printed("zebra")) == 2


@posix
def test_a_queue_that_refuses_the_job_leaves_it_waiting(warehouse: Site, cups: FakeCups) -> None:
    bench = Bench(warehouse, queue_printer("zebra"))
    with bench.spooling(on_rendered=just_before_the_first_byte(lambda: cups.refuse("zebra"))):
        job = bench.queue()
        bench.until_health(Health.FAULT, "queue_closed")
        assert bench.path(job) == ["QUEUED", "SENDING", "QUEUED"]
        cups.refuse("zebra", "")
        bench.until(job, PrintState.UNVERIFIED)
    assert len(cups.printed("zebra")) == 1


@posix
def test_a_program_killed_before_the_queue_took_the_label_leaves_it_unknown(warehouse: Site, cups: FakeCups) -> None:
    bench = Bench(warehouse, queue_printer("zebra"))
    job = bench.queue()
    with crashing(bench, "queue:zebra", "before_bytes") as program:
        assert program.wait(30) == 9
    with bench.spooling():
        assert bench.until(job, PrintState.UNKNOWN).detail == "interrupted"
    assert not cups.printed("zebra"), "nothing is printed again without a person's word"


def test_a_queue_that_is_said_to_count_contradicts_itself(warehouse: Site) -> None:
    transport = SpoolerTransport("zebra")
    device = DeviceSetting("q", Role.LABEL_PRINTER, "zpl", transport, confirm=Confirmation.ODOMETER)
    states: list[DeviceState] = []
    bench = Bench(warehouse, queue_printer("zebra"))
    spooler = Spooler(bench.worker, [device], on_state=states.append)
    spooler.start()
    spooler.stop()
    assert [(state.health, state.reason) for state in states] == [(Health.FAULT, "not_supported")]
