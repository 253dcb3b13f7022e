"""Finding devices, on positive evidence only."""

from decimal import Decimal

import pytest

from drivers.discovery import PortsChanged, PortWatcher, ask_sics, hear_scale
from drivers.simulators.hosting import serve
from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.scanner import ScannerSimulator
from drivers.transports.ports import PortInfo
from drivers.transports.serial_port import SerialTransport
from tests.drivers.events import Inbox

# pyserial 3.5 opens rfc2217://, the port of these tests on Windows, with methods that Python deprecated in 3.10.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")
SCALE = PortInfo("COM7", "USB Serial", "", vid=0x0403, pid=0x6001, serial="A10K")
BUILT_IN = PortInfo("COM1", "Communications Port", "")


def test_a_scale_that_is_asked_gives_its_serial_number() -> None:
    with serve(ScaleSimulator(serial="B123")) as host:
        transport = SerialTransport(host.url)
        transport.open()
        assert ask_sics(transport) == "B123"
        transport.close()


def test_a_scanner_is_no_scale() -> None:
    simulator = ScannerSimulator()
    with serve(simulator) as host:
        transport = SerialTransport(host.url)
        transport.open()
        simulator.scan("S S      1.000 kg 99")
        assert ask_sics(transport, wait_s=0.2) is None
        assert hear_scale(transport, listen_s=0.1) is None
        transport.close()


def test_a_scale_that_speaks_by_itself_is_heard() -> None:
    simulator = ScaleSimulator(settle_s=0)
    simulator.place(Decimal("1.250"))
    with serve(simulator) as host:
        transport = SerialTransport(host.url)
        transport.open()
        assert hear_scale(transport, listen_s=0.1) is None
        transport.write(b"SIR\r\n", timeout_s=1)
        heard = hear_scale(transport)
        assert heard is not None
        assert heard.value == Decimal("1.250")
        transport.close()


def test_a_port_that_comes_and_goes_is_told_once() -> None:
    ports = [BUILT_IN]
    inbox = Inbox()
    watcher = PortWatcher(inbox, list_ports=lambda: list(ports))
    watcher.look()
    ports.append(SCALE)
    watcher.look()
    watcher.look()
    ports.remove(SCALE)
    watcher.look()
    assert inbox.all == [PortsChanged((SCALE,), ()), PortsChanged((), (SCALE,))]
    watcher.stop()


def test_the_watcher_goes_on_after_a_defect_of_its_listener(caplog: pytest.LogCaptureFixture) -> None:
    ports = [BUILT_IN]
    inbox = Inbox()

    def listener(change: PortsChanged) -> None:
        inbox(change)
        raise RuntimeError("a defect of the listener")

    watcher = PortWatcher(listener, every_s=0.01, list_ports=lambda: list(ports))
    watcher.start()
    ports.append(SCALE)
    assert inbox.next() == PortsChanged((SCALE,), ())
    ports.remove(SCALE)
    assert inbox.next() == PortsChanged((), (SCALE,))
    watcher.stop()
    assert "a defect of the listener" in caplog.text
