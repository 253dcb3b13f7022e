"""A scanner at a real port: a pty, TCP or rfc2217."""

import os
from collections.abc import Callable, Iterator

import pytest

from drivers.device import DeviceState, Reason
from drivers.scanners.plain import PlainScanner, Suffix
from drivers.scanners.scan import Misread, Scan, ScanAgain
from drivers.scanners.scanner import Scanner
from drivers.simulators.hosting import Hosting, serve, serve_pty, serve_rfc2217, serve_tcp
from drivers.simulators.scanner import ScannerSimulator
from drivers.transports.serial_port import SerialTransport
from tests.drivers.events import Inbox

# pyserial 3.5 opens rfc2217:// with methods that Python deprecated in 3.10.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")
HOSTS = [
    pytest.param(serve_pty, id="pty", marks=pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX")),
    pytest.param(serve_tcp, id="tcp"),
    pytest.param(serve_rfc2217, id="rfc2217"),
]
GS1 = "0109506000134352\x1d10AB12"


def scanner_at(host: Hosting, inbox: Inbox, protocol: PlainScanner | None = None) -> Scanner:
    scanner = Scanner(
        "gun", SerialTransport(host.url), on_scan=inbox, on_state=inbox, on_misread=inbox, protocol=protocol
    )
    scanner.start()
    inbox.state(DeviceState.ONLINE)
    return scanner


@pytest.fixture
def simulator() -> ScannerSimulator:
    return ScannerSimulator()


@pytest.fixture
def host(simulator: ScannerSimulator) -> Iterator[Hosting]:
    with serve(simulator) as hosting:
        yield hosting


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def scanner(host: Hosting, inbox: Inbox) -> Iterator[Scanner]:
    started = scanner_at(host, inbox, PlainScanner(aim_required=True))
    yield started
    assert started.stop()


@pytest.mark.parametrize("serve_at", HOSTS)
def test_a_label_is_read_over_every_kind_of_port_and_again_after_replugging(
    serve_at: Callable[[ScannerSimulator], Hosting], simulator: ScannerSimulator, inbox: Inbox
) -> None:
    with serve_at(simulator) as host:
        scanner = scanner_at(host, inbox)
        simulator.scan(GS1, "]C1")
        scan = inbox.next_of(Scan)
        assert (scan.text, scan.is_gs1) == (GS1, True)
        host.unplug()
        assert inbox.state(DeviceState.OFFLINE).reason is Reason.LOST
        host.replug()
        scanner.wake()
        inbox.state(DeviceState.ONLINE)
        simulator.scan("R01")
        assert inbox.next_of(Scan).text == "R01"
        assert scanner.stop()


@pytest.mark.parametrize("suffix", list(Suffix))
def test_every_suffix_is_understood(suffix: Suffix, inbox: Inbox) -> None:
    simulator = ScannerSimulator(suffix=suffix.value)
    with serve(simulator) as host:
        scanner = scanner_at(host, inbox, PlainScanner(suffix=suffix))
        simulator.scan(GS1, "]C1")
        assert inbox.next_of(Scan).text == GS1
        assert scanner.stop()


def test_many_scans_in_a_row_all_arrive_in_order(scanner: Scanner, simulator: ScannerSimulator, inbox: Inbox) -> None:
    for number in range(100):
        simulator.scan(f"PROD-{number:03}")
    assert [inbox.next_of(Scan).text for _ in range(100)] == [f"PROD-{number:03}" for number in range(100)]


def test_the_same_code_twice_is_two_scans(scanner: Scanner, simulator: ScannerSimulator, inbox: Inbox) -> None:
    simulator.scan("R01")
    simulator.scan("R01")
    assert [inbox.next_of(Scan).text, inbox.next_of(Scan).text] == ["R01", "R01"]


def test_a_cable_pulled_within_a_code_gives_no_code(
    host: Hosting, scanner: Scanner, simulator: ScannerSimulator, inbox: Inbox
) -> None:
    simulator.scan("R01")
    simulator.scan_part("12345")
    inbox.next_of(Scan)
    host.unplug()
    inbox.state(DeviceState.OFFLINE)
    host.replug()
    inbox.state(DeviceState.ONLINE)
    simulator.scan("67890")
    assert inbox.next_of(Scan).text == "67890"


def test_the_second_half_of_a_code_is_asked_for_again(
    scanner: Scanner, simulator: ScannerSimulator, inbox: Inbox
) -> None:
    simulator.garbage(b"000134352\r")
    assert inbox.next_of(ScanAgain).reason is Misread.INCOMPLETE
    simulator.garbage(b"]C0\x00\x7f\r")
    assert inbox.next_of(ScanAgain).reason is Misread.GARBLED
    simulator.scan("R01")
    assert inbox.next_of(Scan).text == "R01"
    assert not [event for event in inbox.all if isinstance(event, Scan) and event.text != "R01"]


def test_the_traffic_can_be_given_to_support(scanner: Scanner, simulator: ScannerSimulator, inbox: Inbox) -> None:
    simulator.scan(GS1, "]C1")
    inbox.next_of(Scan)
    assert "in  ]C10109506000134352<1D>10AB12<0D>" in scanner.export_traffic()
    assert b"".join(entry.data for entry in scanner.recorded()).endswith(b"AB12\r")


def test_an_idle_scanner_stays_online(scanner: Scanner) -> None:
    assert (scanner.state, scanner.reason) == (DeviceState.ONLINE, Reason.OPENED)
