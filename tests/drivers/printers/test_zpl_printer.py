"""Printing with proof, against a simulated printer over TCP, with everything that goes wrong at a bench."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from drivers.device import DeviceState
from drivers.printers.label import Label, Text
from drivers.printers.printer import Printed, PrinterFault, PrinterStatus, PrintOutcome
from drivers.printers.zpl.printer import ZplPrinter
from drivers.printers.zpl.writer import render_zpl
from drivers.simulators.printer import PrinterSimulator
from drivers.transports.tcp import TcpTransport
from drivers.transports.transport import PortStatus, TransportError, TransportTimeout


@pytest.fixture
def simulator() -> Iterator[PrinterSimulator]:
    with PrinterSimulator(label_s=0.01) as simulator:
        yield simulator


@pytest.fixture
def printer(simulator: PrinterSimulator) -> Iterator[ZplPrinter]:
    printer = driver(simulator)
    printer.open()
    yield printer
    printer.close()


def driver(simulator: PrinterSimulator) -> ZplPrinter:
    transport = TcpTransport(simulator.host, simulator.port)
    return ZplPrinter(transport, answer_s=0.8, poll_s=0.02, settle_s=0.15, reconcile_s=3.0, write_s=0.5)


def job(labels: int) -> bytes:
    label = Label(100, 50, (Text(x_mm=5, y_mm=5, text="carton", height_mm=5),))
    return render_zpl(label, 203) * labels


def ignore(_status: PrinterStatus) -> None:
    """Nobody watches."""


def test_a_printer_tells_who_it_is(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    identity = printer.identify()
    assert (identity.serial, identity.model, identity.dots_per_mm) == ("SIM0000001", "ZT411-203dpi", 8)


def test_a_healthy_printer_is_ready_and_idle(printer: ZplPrinter) -> None:
    status = printer.status()
    assert status.ready
    assert status.idle
    assert b"PRINTER STATUS" in status.raw


@pytest.mark.parametrize("labels", [1, 5])
def test_a_job_is_confirmed_by_the_printers_own_counter(
    simulator: PrinterSimulator, printer: ZplPrinter, labels: int
) -> None:
    seen: list[PrinterStatus] = []
    before = printer.label_count()
    assert before == 1000
    printer.send(job(labels))
    assert printer.wait_until_printed(before, labels, 5, seen.append) == PrintOutcome(Printed.CONFIRMED, labels)
    assert seen
    assert len(simulator.labels) == labels


def test_copies_of_one_format_are_counted_one_by_one(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    printer.send(render_zpl(Label(100, 50, ()), 203, copies=4))
    assert printer.wait_until_printed(1000, 4, 5, ignore).printed_state is Printed.CONFIRMED
    assert len(simulator.labels) == 4


def test_a_slow_printer_is_waited_for(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.label_s = 0.25  # longer than it takes to be sure that an idle printer is done
    printer.send(job(3))
    assert printer.wait_until_printed(1000, 3, 5, ignore).printed_state is Printed.CONFIRMED


@pytest.mark.parametrize("piece", [8, 16])
def test_answers_may_come_in_pieces(simulator: PrinterSimulator, printer: ZplPrinter, piece: int) -> None:
    simulator.split_answers(piece)
    printer.send(job(1))
    assert printer.wait_until_printed(1000, 1, 10, ignore).printed_state is Printed.CONFIRMED


def test_answers_may_come_late_and_merged_with_old_ones(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.repeat_old_answers()
    simulator.answer_after(0.1)
    printer.send(job(1))
    assert printer.wait_until_printed(1000, 1, 10, ignore).printed_state is Printed.CONFIRMED


@pytest.mark.parametrize(
    ("fault", "flag"),
    [
        ("run_out_of_paper", "paper_out"),
        ("run_out_of_ribbon", "ribbon_out"),
        ("open_head", "head_open"),
        ("pause", "paused"),
    ],
)
@pytest.mark.parametrize("silent", [True, False])
def test_each_fault_is_named_even_when_host_status_stays_silent(
    simulator: PrinterSimulator, printer: ZplPrinter, fault: str, flag: str, *, silent: bool
) -> None:
    simulator.silent_on_fault = silent
    getattr(simulator, fault)()
    status = printer.status()
    assert status.state is DeviceState.FAULT
    assert getattr(status, flag)
    assert not status.ready


def test_silence_is_unknown_and_never_ready(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.mute()
    status = printer.status()
    assert status.state is DeviceState.UNKNOWN
    assert not status.ready
    assert not status.idle
    assert printer.label_count() is None


@pytest.mark.parametrize(
    ("fault", "flag"), [("run_out_of_paper", "paper_out"), ("open_head", "head_open"), ("pause", "paused")]
)
def test_a_fault_is_named_by_the_variable_when_both_questions_stay_silent(
    simulator: PrinterSimulator, printer: ZplPrinter, fault: str, flag: str
) -> None:
    simulator.ignore("~HS", "~HQES")
    getattr(simulator, fault)()
    status = printer.status()
    assert getattr(status, flag)
    assert not status.ready


def test_a_printer_that_answers_only_the_variable_is_not_called_ready(
    simulator: PrinterSimulator, printer: ZplPrinter
) -> None:
    simulator.ignore("~HS", "~HQES")
    assert printer.status().state is DeviceState.UNKNOWN


@pytest.mark.parametrize(
    ("said", "state", "faults"),
    [
        (PortStatus(paper_empty=True, selected=True, no_error=False), DeviceState.FAULT, (PrinterFault.PAPER_OUT,)),
        (PortStatus(paper_empty=False, selected=True, no_error=False), DeviceState.FAULT, (PrinterFault.OTHER,)),
        (PortStatus(paper_empty=False, selected=True, no_error=True), DeviceState.UNKNOWN, ()),
        (None, DeviceState.UNKNOWN, ()),
    ],
)
def test_of_a_silent_printer_the_port_tells_faults_and_never_readiness(
    simulator: PrinterSimulator, said: PortStatus | None, state: DeviceState, faults: tuple[PrinterFault, ...]
) -> None:
    simulator.mute()
    printer = ZplPrinter(TcpTransport(simulator.host, simulator.port), answer_s=0.1, port_status=lambda: said)
    printer.open()
    status = printer.status()
    printer.close()
    assert (status.state, status.faults) == (state, faults)


def test_a_printer_that_is_gone_is_offline(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.stop()
    assert printer.status().state is DeviceState.OFFLINE


@pytest.mark.parametrize("silent", [True, False])
def test_paper_out_at_label_3_of_5_goes_on_after_a_new_roll(
    simulator: PrinterSimulator, printer: ZplPrinter, *, silent: bool
) -> None:
    simulator.silent_on_fault = silent
    simulator.run_out_of_paper(after=2)
    printer.send(job(5))
    reported: list[PrinterStatus] = []

    def load_when_reported(status: PrinterStatus) -> None:
        reported.append(status)
        if status.paper_out:
            assert len(simulator.labels) == 2
            simulator.load_paper()

    assert printer.wait_until_printed(1000, 5, 8, load_when_reported).printed_state is Printed.CONFIRMED
    assert any(status.paper_out for status in reported)
    assert len(simulator.labels) == 5


def test_head_opened_mid_batch_goes_on_after_closing(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.label_s = 0.05
    printer.send(job(4))
    assert simulator.wait_for_labels(1)
    simulator.open_head()

    def close_when_reported(status: PrinterStatus) -> None:
        if status.head_open:
            simulator.close_head()

    assert printer.wait_until_printed(1000, 4, 8, close_when_reported).printed_state is Printed.CONFIRMED


def test_paper_that_nobody_loads_leaves_the_job_unknown_with_what_came_out(
    simulator: PrinterSimulator, printer: ZplPrinter
) -> None:
    simulator.run_out_of_paper(after=2)
    printer.send(job(5))
    outcome = printer.wait_until_printed(1000, 5, 0.6, ignore)
    assert (outcome.printed_state, outcome.printed) == (Printed.UNKNOWN, 2)
    assert "paper_out" in outcome.reason


def test_a_paused_printer_holds_the_job_and_it_is_not_partial(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.pause()
    printer.send(job(2))
    assert printer.wait_until_printed(1000, 2, 0.6, ignore).printed_state is Printed.UNKNOWN
    simulator.resume()
    assert printer.wait_until_printed(1000, 2, 5, ignore).printed_state is Printed.CONFIRMED


def test_a_cancelled_batch_is_partial(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.run_out_of_paper(after=1)
    printer.send(job(4))
    assert simulator.wait_for_labels(1)
    simulator.cancel_all()
    simulator.load_paper()
    outcome = printer.wait_until_printed(1000, 4, 5, ignore)
    assert (outcome.printed_state, outcome.printed, outcome.safe_to_resend) == (Printed.PARTIAL, 1, False)


def test_power_lost_mid_batch_is_found_out_after_reconnecting(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.run_out_of_paper(after=2)
    printer.send(job(5))
    assert simulator.wait_for_labels(2)
    simulator.power_cycle()
    assert printer.wait_until_printed(1000, 5, 5, ignore).printed_state is Printed.UNKNOWN
    printer.close()
    simulator.load_paper()
    printer.open()
    outcome = printer.reconcile("SIM0000001", 1000, 5)
    assert (outcome.printed_state, outcome.printed) == (Printed.PARTIAL, 2)
    assert len(simulator.labels) == 2  # nothing was sent again


def test_power_lost_before_the_first_label_makes_sending_again_safe(
    simulator: PrinterSimulator, printer: ZplPrinter
) -> None:
    simulator.pause()
    data = job(1)
    printer.send(data)
    assert simulator.wait_for_bytes(len(data))
    simulator.power_cycle()
    simulator.resume()
    printer.close()
    printer.open()
    assert printer.reconcile("SIM0000001", 1000, 1).safe_to_resend


def test_a_crash_between_sending_and_confirming_is_reconciled(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    printer.send(job(2))
    assert simulator.wait_for_labels(2)
    printer.close()  # the program was killed here; another one starts
    second = driver(simulator)
    second.open()
    assert second.reconcile("SIM0000001", 1000, 2) == PrintOutcome(Printed.CONFIRMED, 2)
    second.close()


@pytest.mark.parametrize("received", [1, 60, 150])
def test_a_connection_reset_within_the_job_never_leads_to_a_doubled_label(
    simulator: PrinterSimulator, printer: ZplPrinter, received: int
) -> None:
    data = job(2)
    first = len(job(1))
    simulator.reset_connection_after(received)
    try:
        printer.send(data)
    except TransportError as fault:
        assert fault.written is None or fault.written > 0
    assert printer.wait_until_printed(1000, 2, 3, ignore).printed_state is Printed.UNKNOWN
    printer.close()
    printer.open()
    outcome = printer.reconcile("SIM0000001", 1000, 2)
    assert (outcome.printed_state, outcome.printed) == (Printed.PARTIAL, int(received >= first))


def test_another_printer_at_the_address_proves_nothing(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    printer.send(job(1))
    assert simulator.wait_for_labels(1)
    simulator.swap("SIM0000002", odometer=1001)
    printer.close()
    printer.open()
    outcome = printer.reconcile("SIM0000001", 1000, 1)
    assert outcome.printed_state is Printed.UNKNOWN
    assert "another printer" in outcome.reason


def test_a_mute_printer_after_a_crash_is_unknown(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.mute()
    assert printer.reconcile("SIM0000001", 1000, 1).printed_state is Printed.UNKNOWN


def test_labels_of_another_station_make_the_job_unknown(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    other = driver(simulator)
    other.open()
    other.send(job(2))
    printer.send(job(1))
    assert simulator.wait_for_labels(3)
    assert printer.wait_until_printed(1000, 1, 3, ignore).printed_state is Printed.UNKNOWN
    other.close()


def test_a_label_of_another_station_does_not_confirm_ours_that_still_waits(
    simulator: PrinterSimulator, printer: ZplPrinter
) -> None:
    other = driver(simulator)
    other.open()
    other.send(job(1))
    assert simulator.wait_for_labels(1)
    simulator.pause()
    printer.send(job(1))
    assert printer.wait_until_printed(1000, 1, 0.6, ignore).printed_state is Printed.UNKNOWN
    other.close()


def test_a_counter_that_lags_behind_is_given_time(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.lag_counter(1)
    looks: list[PrinterStatus] = []

    def catch_up(status: PrinterStatus) -> None:
        looks.append(status)
        if [look.idle for look in looks].count(True) == 3:
            simulator.lag_counter(0)

    printer.send(job(2))
    assert simulator.wait_for_labels(2)
    assert printer.wait_until_printed(1000, 2, 5, catch_up).printed_state is Printed.CONFIRMED


def test_a_job_is_not_over_while_the_printer_is_at_fault(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.run_out_of_paper(after=1)
    printer.send(job(2))
    assert simulator.wait_for_labels(1)
    simulator.cancel_all()
    outcome = printer.wait_until_printed(1000, 2, 0.6, ignore)
    assert (outcome.printed_state, outcome.printed) == (Printed.UNKNOWN, 1)


def test_a_printer_without_a_counter_is_never_confirmed(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.hide_counter()
    assert printer.label_count() is None
    printer.send(job(1))
    assert printer.wait_until_printed(1000, 1, 3, ignore).printed_state is Printed.UNKNOWN


def test_a_counter_below_the_one_before_is_unknown(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    assert printer.wait_until_printed(2000, 1, 3, ignore).printed_state is Printed.UNKNOWN


def test_a_printer_that_takes_no_bytes_is_a_timeout_not_a_hang(
    simulator: PrinterSimulator, printer: ZplPrinter
) -> None:
    simulator.block()
    with pytest.raises(TransportTimeout):
        printer.send(b"^XA" + b" " * 20_000_000)
    assert printer.status().state is not DeviceState.ONLINE


def test_waiting_ends_when_the_program_ends(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    simulator.pause()
    printer.send(job(1))
    looked = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(printer.wait_until_printed, 1000, 1, 60, lambda _status: looked.set())
        assert looked.wait(5)
        printer.stop()
        assert waiting.result(timeout=5).printed_state is Printed.UNKNOWN


def test_the_simulator_obeys_commands_that_slip_into_a_format(simulator: PrinterSimulator, printer: ZplPrinter) -> None:
    """What the writer's escaping prevents: unescaped text would cancel the job. The simulator would show it."""
    printer.send(b"^XA^FO10,10^FD~PPno escape^FS^XZ")
    assert simulator.wait_for_bytes(30)
    assert printer.status().paused


def test_printed_labels_are_reported_with_their_bytes() -> None:
    seen: list[bytes] = []
    arrived = threading.Event()

    def keep(zpl: bytes) -> None:
        seen.append(zpl)
        arrived.set()

    with PrinterSimulator(on_label=keep) as simulator:
        printer = driver(simulator)
        printer.open()
        printer.send(job(1))
        assert arrived.wait(5)
        printer.close()
    assert seen[0] == job(1).strip()
