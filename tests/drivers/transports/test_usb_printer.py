"""USB printers: pyusb itself above a simulated bus."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import usb.core

from drivers.simulators.usb_bus import UsbBus, UsbPrinterSimulator
from drivers.transports.ports import PortMatch
from drivers.transports.transport import (
    PortStatus,
    TransportBusy,
    TransportDenied,
    TransportLost,
    TransportOther,
    TransportTimeout,
)
from drivers.transports.usb_printer import UsbPrinterTransport, parse_device_id, usb_printers
from tests.drivers.events import PATIENCE_S

LABEL = b"^XA^FO0,0^FDlabel^FS^XZ"


@pytest.fixture
def bus() -> UsbBus:
    return UsbBus()


@pytest.fixture
def printer(bus: UsbBus) -> Iterator[UsbPrinterSimulator]:
    with UsbPrinterSimulator(bus, serial="A1") as printer:
        yield printer


@pytest.fixture
def transport(bus: UsbBus, printer: UsbPrinterSimulator) -> Iterator[UsbPrinterTransport]:
    transport = attached(bus, printer)
    transport.open()
    yield transport
    transport.close()


def attached(bus: UsbBus, printer: UsbPrinterSimulator, serial: str = "A1") -> UsbPrinterTransport:
    return UsbPrinterTransport(PortMatch(printer.vid, printer.pid, serial), backend=bus)


def heard(transport: UsbPrinterTransport, end: bytes) -> bytes:
    said = b""
    while not said.endswith(end):
        piece = transport.read(timeout_s=PATIENCE_S)
        assert piece, said
        said += piece
    return said


def test_a_printer_is_listed_with_everything_that_names_it(bus: UsbBus, printer: UsbPrinterSimulator) -> None:
    (info,) = usb_printers(bus)
    assert (info.identity, info.location) == ("usb:0a5f:0166:A1", "1-1.4")
    assert info.description == f"Zebra Technologies {printer.model}"


def test_a_question_is_answered_over_the_bus(transport: UsbPrinterTransport) -> None:
    transport.write(b"~HI", timeout_s=1)
    assert heard(transport, b"\x03\r\n").startswith(b"\x02ZT411")


def test_labels_come_out_once_each(transport: UsbPrinterTransport, printer: UsbPrinterSimulator) -> None:
    transport.write(LABEL * 3, timeout_s=1)
    assert printer.wait_for_labels(3)
    assert printer.labels == [LABEL] * 3


def test_nothing_said_is_nothing_read(transport: UsbPrinterTransport) -> None:
    assert transport.read(timeout_s=0.05) == b""


@pytest.mark.parametrize("one_way_first", [False, True])
def test_pipes_are_found_in_the_descriptors(bus: UsbBus, *, one_way_first: bool) -> None:
    with UsbPrinterSimulator(bus, serial="A1", endpoints=(0x05, 0x8A), one_way_first=one_way_first) as printer:
        transport = attached(bus, printer)
        transport.open()
        transport.write(b"~HI", timeout_s=1)
        assert heard(transport, b"\x03\r\n")
        transport.close()


def test_the_printer_says_what_it_is(transport: UsbPrinterTransport) -> None:
    said = transport.device_id()
    assert (said["CMD"], said["SN"], said["MFG"]) == ("ZPL", "A1", "Zebra Technologies")


def test_long_and_short_words_of_ieee_1284_mean_the_same() -> None:
    assert parse_device_id(b"\x00\x1fMFG:Zebra ;MDL:ZD420;CMD:ZPL;") == {"MFG": "Zebra", "MDL": "ZD420", "CMD": "ZPL"}


def test_the_port_knows_of_missing_paper(transport: UsbPrinterTransport, printer: UsbPrinterSimulator) -> None:
    assert transport.port_status() == PortStatus(paper_empty=False, selected=True, no_error=True)
    printer.run_out_of_paper()
    assert transport.port_status() == PortStatus(paper_empty=True, selected=True, no_error=False)


def test_a_port_that_knows_nothing_says_so(transport: UsbPrinterTransport, printer: UsbPrinterSimulator) -> None:
    printer.tells_port_status = False
    assert transport.port_status() is None


def test_the_systems_driver_gets_its_printer_back(bus: UsbBus, printer: UsbPrinterSimulator) -> None:
    transport = attached(bus, printer)
    transport.open()
    transport.close()
    (device,) = usb.core.find(find_all=True, backend=bus)
    assert device.is_kernel_driver_active(0)


def test_a_printer_of_another_program_is_busy_until_it_lets_go(bus: UsbBus, printer: UsbPrinterSimulator) -> None:
    printer.hold()
    transport = attached(bus, printer)
    with pytest.raises(TransportBusy, match="another program"):
        transport.open()
    printer.hold(on=False)
    transport.open()
    transport.close()


def test_a_printer_that_this_account_may_not_open_says_how_to_allow_it(
    bus: UsbBus, printer: UsbPrinterSimulator
) -> None:
    printer.deny()
    with pytest.raises(TransportDenied, match="udev"):
        attached(bus, printer).open()
    (info,) = usb_printers(bus)
    assert info.denied


def test_a_pulled_cable_is_lost_and_found_again_under_another_address(
    transport: UsbPrinterTransport, printer: UsbPrinterSimulator
) -> None:
    printer.unplug()
    with pytest.raises(TransportLost):
        transport.read(timeout_s=PATIENCE_S)
    transport.close()
    with pytest.raises(TransportLost, match="no device fits"):
        transport.open()
    printer.replug()
    transport.open()
    transport.write(b"~HI", timeout_s=1)
    assert heard(transport, b"\x03\r\n")


def test_a_cable_pulled_within_a_read_ends_it(transport: UsbPrinterTransport, printer: UsbPrinterSimulator) -> None:
    with ThreadPoolExecutor(1) as pool:
        blocked = pool.submit(transport.read, timeout_s=60)
        printer.unplug()
        with pytest.raises(TransportLost):
            blocked.result(PATIENCE_S)


def test_another_printer_of_the_same_make_is_not_taken_for_ours(
    transport: UsbPrinterTransport, printer: UsbPrinterSimulator
) -> None:
    printer.swap("B2")
    with pytest.raises(TransportLost):
        transport.read(timeout_s=PATIENCE_S)
    transport.close()
    with pytest.raises(TransportOther, match="0a5f:0166:B2"):
        transport.open()


def test_two_equal_printers_are_told_apart_by_their_serial_number(bus: UsbBus, printer: UsbPrinterSimulator) -> None:
    with UsbPrinterSimulator(bus, serial="B2") as second:
        transport = attached(bus, second, "B2")
        transport.open()
        transport.write(LABEL, timeout_s=1)
        transport.close()
        assert second.wait_for_labels(1)
        with pytest.raises(TransportLost, match="2 devices fit"):
            UsbPrinterTransport(PortMatch(printer.vid, printer.pid), backend=bus).open()
    assert not printer.labels


def test_a_printer_that_holds_the_flow_makes_the_write_time_out_with_what_it_took(
    transport: UsbPrinterTransport, printer: UsbPrinterSimulator
) -> None:
    printer.block()
    with pytest.raises(TransportTimeout) as late:
        transport.write(LABEL, timeout_s=0.1)
    assert late.value.written == 0
    printer.unblock()
    transport.write(LABEL, timeout_s=1)
    assert printer.wait_for_labels(1)


def test_a_cable_pulled_within_a_job_never_says_that_nothing_went_out(
    transport: UsbPrinterTransport, printer: UsbPrinterSimulator
) -> None:
    printer.reset_connection_after(len(LABEL) + 5)
    with pytest.raises(TransportLost) as lost:
        transport.write(LABEL * 2, timeout_s=1)
    assert lost.value.written is None


def test_of_a_long_job_it_is_known_how_much_was_taken_for_certain(
    transport: UsbPrinterTransport, printer: UsbPrinterSimulator
) -> None:
    printer.reset_connection_after(20_000)
    with pytest.raises(TransportLost) as lost:
        transport.write(b"x" * 50_000, timeout_s=1)
    assert lost.value.written == 16 * 1024


def test_closing_from_another_thread_ends_a_blocked_read(transport: UsbPrinterTransport) -> None:
    reading = threading.Event()

    def read() -> bytes:
        reading.set()
        return transport.read(timeout_s=60)

    with ThreadPoolExecutor(1) as pool:
        blocked = pool.submit(read)
        assert reading.wait(PATIENCE_S)
        transport.close()
        with pytest.raises(TransportLost):
            blocked.result(PATIENCE_S)


def test_a_closed_transport_neither_reads_nor_writes(transport: UsbPrinterTransport) -> None:
    transport.close()
    transport.close()
    with pytest.raises(TransportLost, match="not open"):
        transport.read(timeout_s=1)
    with pytest.raises(TransportLost, match="not open"):
        transport.write(b"x", timeout_s=1)


def test_a_machine_without_usb_has_no_printers() -> None:
    assert usb_printers(UsbBus()) == []
    with pytest.raises(TransportLost):
        UsbPrinterTransport(PortMatch(0xFFFF, 0xFFFF, "none")).open()
