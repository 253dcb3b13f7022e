"""Queues of the operating system: CUPS as real processes, Windows as a module that stands in for winspool."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.device import DeviceState
from drivers.printers.one_way import QueuePrinter
from drivers.printers.printer import Printed, PrinterFault
from drivers.simulators.cups import FakeCups
from drivers.transports.cups import CupsSpooler
from drivers.transports.queues import JobEnd, QueueStatus, QueueTrouble
from drivers.transports.spooler import SpoolerTransport
from drivers.transports.transport import TransportBusy, TransportDenied, TransportError, TransportLost
from drivers.transports.winspool import WindowsSpooler
from tests.drivers.transports.winspool_double import FakeWinspool

LABEL = b"^XA^FDno. 1 \xc3\xa9^FS^XZ"
posix = pytest.mark.skipif(os.name != "posix", reason="CUPS is POSIX")


# - CUPS -


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCups]:
    cups = FakeCups(tmp_path / "cups")
    cups.add("zebra")
    monkeypatch.setenv("PATH", cups.path, prepend=os.pathsep)
    yield cups


@pytest.fixture
def transport() -> Iterator[SpoolerTransport]:
    transport = SpoolerTransport("zebra", spooler=CupsSpooler())
    yield transport
    transport.close()


@posix
@pytest.mark.usefixtures("cups")
def test_the_queues_of_the_system_are_listed(cups: FakeCups) -> None:
    cups.add("office")
    assert CupsSpooler().queues() == ["office", "zebra"]


@posix
def test_a_label_becomes_one_raw_job_with_an_id(cups: FakeCups, transport: SpoolerTransport) -> None:
    transport.open()
    transport.write(LABEL, timeout_s=10)
    transport.write(LABEL * 2, timeout_s=10)
    assert cups.printed("zebra") == [LABEL, LABEL * 2]
    assert transport.job == "zebra-2"
    assert transport.read(timeout_s=5) == b""


@posix
def test_a_page_is_given_to_the_queue_to_be_made_printable(cups: FakeCups, transport: SpoolerTransport) -> None:
    transport.open()
    transport.write(b"%PDF-1.4 ...", timeout_s=10)
    assert cups.printed("zebra") == [b"%PDF-1.4 ..."]


@posix
def test_a_queue_says_what_became_of_a_job_as_far_as_it_knows(cups: FakeCups, transport: SpoolerTransport) -> None:
    transport.open()
    assert transport.job_end() is JobEnd.GONE
    transport.write(LABEL, timeout_s=5.0)
    assert transport.job_end() is JobEnd.PRINTED
    cups.hold("zebra")
    transport.write(LABEL, timeout_s=5.0)
    assert transport.job_end() is JobEnd.WAITING
    cups.cancel("zebra")
    assert transport.job_end() is JobEnd.CANCELLED
    transport.job = "zebra-99"
    assert transport.job_end() is JobEnd.GONE


@posix
def test_a_stopped_queue_takes_the_job_and_keeps_it(cups: FakeCups, transport: SpoolerTransport) -> None:
    transport.open()
    cups.stop("zebra")
    transport.write(LABEL, timeout_s=10)
    status = transport.status()
    assert (status.troubles, status.jobs) == ((QueueTrouble.PAUSED,), ("zebra-1",))
    cups.resume("zebra")
    assert transport.status() == QueueStatus(detail=transport.status().detail)
    assert cups.printed("zebra") == [LABEL]


@posix
def test_a_queue_that_stopped_because_its_paper_is_out_says_so_first(
    cups: FakeCups, transport: SpoolerTransport
) -> None:
    transport.open()
    cups.stop("zebra", "Printer stopped due to backend errors")
    cups.complain("zebra", "media-empty-error")
    assert transport.status().troubles == (QueueTrouble.PAPER_OUT, QueueTrouble.PAUSED)


@posix
def test_a_queue_that_is_missing_is_lost_and_nothing_was_written(cups: FakeCups, transport: SpoolerTransport) -> None:
    transport.open()
    cups.remove("zebra")
    with pytest.raises(TransportLost) as lost:
        transport.write(LABEL, timeout_s=10)
    assert lost.value.written == 0
    with pytest.raises(TransportLost, match="no queue zebra"):
        transport.open()


@posix
def test_a_queue_that_takes_no_jobs_is_busy_and_nothing_was_written(
    cups: FakeCups, transport: SpoolerTransport
) -> None:
    transport.open()
    cups.refuse("zebra")
    assert transport.status().troubles == (QueueTrouble.CLOSED,)
    with pytest.raises(TransportBusy) as busy:
        transport.write(LABEL, timeout_s=10)
    assert busy.value.written == 0
    assert not cups.printed("zebra")
    assert not cups.waiting("zebra")


@posix
@pytest.mark.parametrize(
    ("says", "trouble"),
    [
        ("media-empty-error", QueueTrouble.PAPER_OUT),
        ("cover-open", QueueTrouble.HEAD_OPEN),
        ("The printer is not connected.", QueueTrouble.OFFLINE),
    ],
)
def test_what_the_printers_driver_says_is_understood(
    cups: FakeCups, transport: SpoolerTransport, says: str, trouble: QueueTrouble
) -> None:
    transport.open()
    cups.complain("zebra", says)
    assert transport.status().troubles == (trouble,)


@pytest.mark.parametrize("name", ["-o", "a b", "a/b", "x;y?"])
def test_a_name_that_could_be_something_else_is_refused(name: str) -> None:
    with pytest.raises(TransportLost):
        CupsSpooler().submit(name, LABEL, timeout_s=1)


def test_a_system_without_a_spooler_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(TransportLost, match="not installed"):
        CupsSpooler().queues()


@pytest.mark.usefixtures("cups")
def test_a_closed_queue_is_not_written_to(transport: SpoolerTransport) -> None:
    with pytest.raises(TransportLost, match="not open") as lost:
        transport.write(LABEL, timeout_s=1)
    assert lost.value.written == 0


# - a printer behind a queue -


class Queue:
    """A spooler of one queue, whose state a test sets."""

    def __init__(self) -> None:
        self.now: QueueStatus | TransportError = QueueStatus()
        self.taken: list[bytes] = []

    def queues(self) -> list[str]:
        return ["zebra"]

    def status(self, queue: str) -> QueueStatus:
        if isinstance(self.now, TransportError):
            raise self.now
        return self.now

    def job(self, queue: str, job: str) -> JobEnd:
        return JobEnd.WAITING if queue == "zebra" and job else JobEnd.GONE

    def submit(self, queue: str, data: bytes, *, timeout_s: float) -> str:
        self.taken.append(data)
        return f"{queue}-{len(self.taken)}"


def printer_on(queue: Queue) -> QueuePrinter:
    transport = SpoolerTransport("zebra", spooler=queue)
    transport.open()
    return QueuePrinter(transport, transport.status)


@pytest.mark.parametrize(
    ("troubles", "state", "faults"),
    [
        ((), DeviceState.UNKNOWN, ()),
        ((QueueTrouble.PAUSED,), DeviceState.FAULT, (PrinterFault.PAUSED,)),
        ((QueueTrouble.CLOSED,), DeviceState.FAULT, (PrinterFault.QUEUE_CLOSED,)),
        ((QueueTrouble.OFFLINE,), DeviceState.OFFLINE, ()),
    ],
)
def test_a_queue_is_never_called_ready(
    troubles: tuple[QueueTrouble, ...], state: DeviceState, faults: tuple[PrinterFault, ...]
) -> None:
    queue = Queue()
    printer = printer_on(queue)
    queue.now = QueueStatus(troubles)
    status = printer.status()
    assert (status.state, status.faults, status.ready) == (state, faults, False)


def test_a_queue_that_went_away_is_offline() -> None:
    queue = Queue()
    printer = printer_on(queue)
    queue.now = TransportLost("gone")
    assert printer.status().state is DeviceState.OFFLINE


def test_nothing_but_labels_is_ever_put_into_a_queue() -> None:
    """A question would come out as a label, or as a job that hangs."""
    queue = Queue()
    printer = printer_on(queue)
    assert printer.identify().serial is None
    assert printer.label_count() is None
    printer.status()
    assert printer.wait_until_printed(0, 1, 1, lambda _status: None).printed_state is Printed.UNKNOWN
    assert printer.reconcile("A", 0, 1).printed_state is Printed.UNKNOWN
    assert not queue.taken
    printer.send(LABEL)
    assert queue.taken == [LABEL]


# - Windows -


@pytest.fixture
def winspool() -> Iterator[FakeWinspool]:
    library = FakeWinspool()
    yield library
    assert library.open_handles == 0


def test_windows_lists_its_queues(winspool: FakeWinspool) -> None:
    assert WindowsSpooler(winspool).queues() == ["zebra"]


def test_windows_takes_a_raw_document_in_pieces(winspool: FakeWinspool) -> None:
    winspool.takes = 5
    transport = SpoolerTransport("zebra", spooler=WindowsSpooler(winspool))
    transport.open()
    transport.write(LABEL, timeout_s=1)
    assert winspool.jobs == [LABEL]
    assert transport.job == "1"
    assert transport.status().jobs == ("1",)
    assert transport.job_end() is JobEnd.WAITING
    transport.job = "2"
    assert transport.job_end() is JobEnd.GONE


@pytest.mark.parametrize(
    ("status", "attributes", "troubles"),
    [
        (0, 0, ()),
        (0x1, 0, (QueueTrouble.PAUSED,)),
        (0x10 | 0x400000, 0, (QueueTrouble.PAPER_OUT, QueueTrouble.HEAD_OPEN)),
        (0x80, 0x400, (QueueTrouble.OFFLINE,)),
        (0, 0x400, (QueueTrouble.OFFLINE,)),
    ],
)
def test_windows_says_how_a_queue_is(
    winspool: FakeWinspool, status: int, attributes: int, troubles: tuple[QueueTrouble, ...]
) -> None:
    winspool.status, winspool.attributes = status, attributes
    assert WindowsSpooler(winspool).status("zebra").troubles == troubles


def test_windows_does_not_know_a_queue_of_another_name(winspool: FakeWinspool) -> None:
    with pytest.raises(TransportLost, match="none of that name"):
        SpoolerTransport("other", spooler=WindowsSpooler(winspool)).open()


@pytest.mark.parametrize(
    ("call", "number", "meaning", "written"),
    [
        ("open", 5, TransportDenied, 0),
        ("start", 5, TransportDenied, 0),
        ("page", 170, TransportBusy, 0),
        ("write", 31, TransportLost, None),
    ],
)
def test_each_windows_error_says_its_cause_and_whether_anything_went_out(
    winspool: FakeWinspool, call: str, number: int, meaning: type[TransportError], written: int | None
) -> None:
    winspool.fails = {call: number}
    with pytest.raises(meaning) as error:
        WindowsSpooler(winspool).submit("zebra", LABEL, timeout_s=1)
    assert type(error.value) is meaning
    assert error.value.written == written
    assert not winspool.jobs
    assert winspool.aborted == (call in {"page", "write"})
