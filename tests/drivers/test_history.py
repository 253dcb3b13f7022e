"""What is counted of a device, and that another piece in its place is never taken for it."""

from collections.abc import Iterator

import pytest

from drivers.device import BadFrame, DeviceState, Reason, StateChanged
from drivers.framing import LineFramer
from drivers.history import KEPT_CHANGES, HistoryBook
from drivers.simulators.hosting import serve
from drivers.simulators.scanner import ScannerSimulator
from drivers.simulators.usb_bus import UsbBus, UsbPrinterSimulator
from drivers.transports.ports import PortMatch
from drivers.transports.serial_port import SerialTransport
from drivers.transports.transport import Transport
from drivers.transports.usb_printer import UsbPrinterTransport
from drivers.worker import Backoff, Worker
from tests.drivers.events import Inbox

pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")


class Words:
    """A protocol of lines, which asks a printer who it is when it is told to poll."""

    stale_after_s: float | None = None

    def __init__(self) -> None:
        self.framer = LineFramer()

    def reset(self) -> None:
        pass

    def poll(self, now: float) -> bytes:
        return b""

    def decode(self, frame: bytes, now: float) -> str:
        if frame.startswith(b"?"):
            raise BadFrame("not_a_word", frame)
        return frame.decode()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def running() -> Iterator[list[Worker[str]]]:
    workers: list[Worker[str]] = []
    yield workers
    for worker in workers:
        worker.stop()


def started(transport: Transport, inbox: Inbox, running: list[Worker[str]]) -> Worker[str]:
    worker: Worker[str] = Worker("words", transport, Words(), inbox, backoff=Backoff(first_s=0.02, last_s=0.05))
    running.append(worker)
    worker.start()
    inbox.state(DeviceState.ONLINE)
    return worker


def test_a_day_with_a_pulled_cable_is_counted(inbox: Inbox, running: list[Worker[str]]) -> None:
    device = ScannerSimulator(send_aim=False)
    with serve(device) as host:
        worker = started(SerialTransport(host.url), inbox, running)
        device.scan("one")
        device.scan("?")
        inbox.next(lambda event: getattr(event, "reason", "") == "not_a_word")
        host.unplug()
        inbox.state(DeviceState.OFFLINE, Reason.LOST)
        host.replug()
        inbox.state(DeviceState.ONLINE)
        device.scan("two")
        inbox.next(lambda event: getattr(event, "value", "") == "two")
        history = worker.history()
    assert (history.opened, history.lost, history.reconnects) == (2, 1, 1)
    assert (history.frames, history.errors) == (2, 1)
    assert history.last_bytes == b"one\r?\rtwo\r"
    assert history.heard_at is not None
    assert [change.state for change in history.changes] == [
        DeviceState.ONLINE,
        DeviceState.OFFLINE,
        DeviceState.ONLINE,
    ]


def test_another_piece_of_the_same_product_is_a_fault_until_ours_is_back(
    inbox: Inbox, running: list[Worker[str]]
) -> None:
    bus = UsbBus()
    with UsbPrinterSimulator(bus, serial="A1") as printer:
        started(UsbPrinterTransport(PortMatch(printer.vid, printer.pid, "A1"), backend=bus), inbox, running)
        printer.swap("B2")
        told = inbox.state(DeviceState.FAULT, Reason.OTHER_DEVICE)
        assert "0a5f:0166:B2" in told.detail
        printer.swap("A1")
        inbox.state(DeviceState.ONLINE)


def test_a_device_that_comes_and_goes_for_ever_does_not_fill_the_memory() -> None:
    book = HistoryBook()
    for number in range(KEPT_CHANGES * 3):
        book.changed(StateChanged(DeviceState.ONLINE, Reason.OPENED, float(number)))
        book.heard(bytes(100), float(number))
    history = book.read()
    assert len(history.changes) == KEPT_CHANGES
    assert history.changes[-1].monotonic == KEPT_CHANGES * 3 - 1
    assert len(history.last_bytes) == 64
