"""Serial ports: ptys and pyserial's network ports, all in this process."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from errno import EACCES, EAGAIN, EBUSY, ECONNREFUSED, ENOENT

import pytest
from serial import SerialException

from drivers.simulators.hosting import Hosting, serve_pty, serve_rfc2217, serve_tcp
from drivers.transports.ports import PortMatch
from drivers.transports.serial_port import SerialTransport, opening_error
from drivers.transports.transport import (
    TransportBusy,
    TransportDenied,
    TransportError,
    TransportLost,
    TransportRefused,
    TransportTimeout,
)
from tests.drivers.events import PATIENCE_S

pytestmark = [
    # pyserial 3.5 opens rfc2217:// with methods that Python deprecated in 3.10.
    pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning"),
]
HOSTS = [
    pytest.param(serve_pty, id="pty", marks=pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX")),
    pytest.param(serve_tcp, id="tcp"),
    pytest.param(serve_rfc2217, id="rfc2217"),
]


class Echo:
    """A device that says what it hears; `hold` makes it deaf."""

    def __init__(self) -> None:
        self._out = bytearray()

    def receive(self, data: bytes, now: float) -> None:
        self._out += data

    def say(self, now: float) -> bytes:
        said, self._out = bytes(self._out), bytearray()
        return said


def refused() -> SerialException:
    """What pyserial makes of a network port that takes no connection."""
    try:
        try:
            raise ConnectionRefusedError(ECONNREFUSED, "Connection refused")
        except OSError as error:
            raise SerialException(f"Could not open port: {error}")  # noqa: B904  (as pyserial does)
    except SerialException as error:
        return error


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest) -> Iterator[Hosting]:
    with request.param(Echo()) as hosting:
        yield hosting


@pytest.fixture
def transport(host: Hosting) -> Iterator[SerialTransport]:
    opened = SerialTransport(host.url)
    opened.open()
    yield opened
    opened.close()


def _read_all(transport: SerialTransport, length: int) -> bytes:
    data = b""
    while len(data) < length:
        piece = transport.read(timeout_s=PATIENCE_S)
        assert piece
        data += piece
    return data


def test_every_byte_value_passes_unchanged_both_ways(transport: SerialTransport) -> None:
    everything = bytes(range(256))
    transport.write(everything, timeout_s=1)
    assert _read_all(transport, 256) == everything


def test_a_read_without_bytes_returns_empty(transport: SerialTransport) -> None:
    assert transport.read(timeout_s=0.05) == b""


def test_a_pulled_cable_is_lost_and_the_same_name_works_after_plugging_in(
    host: Hosting, transport: SerialTransport
) -> None:
    host.unplug()
    with pytest.raises(TransportLost):
        while True:
            transport.read(timeout_s=0.1)
    transport.close()
    with pytest.raises(TransportLost):
        SerialTransport(host.url).open()
    host.replug()
    transport.open()
    transport.write(b"again", timeout_s=1)
    assert _read_all(transport, 5) == b"again"


def test_closing_from_another_thread_ends_a_blocked_read(transport: SerialTransport) -> None:
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


def test_a_closed_transport_neither_reads_nor_writes(transport: SerialTransport) -> None:
    transport.close()
    transport.close()
    with pytest.raises(TransportLost, match="not open"):
        transport.read(timeout_s=1)
    with pytest.raises(TransportLost, match="not open"):
        transport.write(b"x", timeout_s=1)


def test_rfc2217_takes_seven_bits_with_parity() -> None:
    with serve_rfc2217(Echo()) as host:
        transport = SerialTransport(host.url, 4800, "7E1")
        transport.open()
        transport.write(b"W\r", timeout_s=1)
        assert _read_all(transport, 2) == b"W\r"
        transport.close()


@pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX")
def test_a_port_that_another_program_holds_is_busy() -> None:
    with serve_pty(Echo()) as host:
        first, second = SerialTransport(host.url), SerialTransport(host.url)
        first.open()
        with pytest.raises(TransportBusy):
            second.open()
        first.close()
        second.open()
        second.close()


@pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX")
def test_a_slow_line_is_given_its_time_as_long_as_it_takes_bytes() -> None:
    """A label with pictures at a serial printer: longer under way than a printer may stand still."""
    tty = pytest.importorskip("tty")
    master, slave = os.openpty()
    tty.setraw(slave)
    label, paper = bytes(range(256)) * 400, bytearray()

    def print_slowly() -> None:
        while len(paper) < len(label):
            paper.extend(os.read(master, 256))
            threading.Event().wait(0.005)

    printer = threading.Thread(target=print_slowly)
    transport = SerialTransport(os.ttyname(slave), 921_600)
    transport.open()
    printer.start()
    transport.write(label, timeout_s=1.5)  # under way for two seconds and more; a busy machine may pause once
    printer.join(PATIENCE_S)
    transport.close()
    os.close(master)
    os.close(slave)
    assert bytes(paper) == label


@pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX")
def test_a_device_that_holds_the_flow_makes_the_write_time_out() -> None:
    """XON/XOFF: the device says stop, and the line discipline of the system keeps our bytes."""
    xoff = b"\x13"
    device = Echo()
    with serve_pty(device) as host:
        transport = SerialTransport(host.url, 921_600, xonxoff=True)
        transport.open()
        device.receive(xoff, 0.0)
        with pytest.raises(TransportTimeout):
            while True:
                transport.write(b"x" * 4096, timeout_s=0.1)
        transport.close()


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (SerialException(ENOENT, "could not open port"), TransportLost),
        (SerialException(EAGAIN, "Could not exclusively lock port"), TransportBusy),
        (OSError(EBUSY, "Device or resource busy"), TransportBusy),
        (SerialException(EACCES, "could not open port"), TransportDenied),
        (
            SerialException("could not open port 'COM3': PermissionError(13, 'Access is denied.', None, 5)"),
            TransportBusy,
        ),
        (TypeError("argument must be an int"), TransportLost),
        (refused(), TransportRefused),
    ],
)
def test_each_failure_to_open_says_its_cause(error: Exception, meaning: type[TransportError]) -> None:
    assert type(opening_error(error, "COM3")) is meaning


@pytest.mark.parametrize("format", ["", "8N", "9N1", "8X1", "8N3", "8n1"])
def test_an_unknown_format_is_refused_at_once(format: str) -> None:
    with pytest.raises(ValueError, match="format"):
        SerialTransport("COM3", 9600, format)


def test_an_unknown_kind_of_url_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="protocol"):
        SerialTransport("carrier-pigeon://coop")


def test_a_device_that_is_not_plugged_in_is_lost() -> None:
    with pytest.raises(TransportLost, match="no device fits"):
        SerialTransport(PortMatch(vid=0xFFFF, pid=0xFFFF, serial="none")).open()
