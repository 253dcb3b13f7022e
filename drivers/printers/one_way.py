"""A label printer behind a queue of the operating system: labels go in, and it can only be said how the queue is.

No counter, no serial number, no confirmation: whoever keeps the journal calls such a label unverified until it is
scanned. Asking the printer anything would print the question.
"""

from collections.abc import Callable

from drivers.device import DeviceState
from drivers.printers.printer import (
    Printed,
    PrinterFault,
    PrinterIdentity,
    PrinterStatus,
    PrintOutcome,
    StatusListener,
)
from drivers.transports.queues import JobEnd, QueueStatus, QueueTrouble
from drivers.transports.transport import Transport, TransportError

_FAULTS = {
    QueueTrouble.PAUSED: PrinterFault.PAUSED,
    QueueTrouble.CLOSED: PrinterFault.QUEUE_CLOSED,
    QueueTrouble.PAPER_OUT: PrinterFault.PAPER_OUT,
    QueueTrouble.HEAD_OPEN: PrinterFault.HEAD_OPEN,
    QueueTrouble.ERROR: PrinterFault.OTHER,
}
_CANNOT_ANSWER = "a queue of the operating system cannot say what came out"


class QueuePrinter:
    """One queue; `queue_status` asks the system for its state, `job_end` what became of the job that was sent last."""

    def __init__(
        self,
        transport: Transport,
        queue_status: Callable[[], QueueStatus],
        *,
        job_end: Callable[[], JobEnd] | None = None,
        write_s: float = 10.0,
    ) -> None:
        self._transport = transport
        self._queue_status = queue_status
        self._job_end = job_end
        self._write_s = write_s

    def open(self) -> None:
        """See whether the queue exists; raises `TransportError`."""
        self._transport.open()

    def close(self) -> None:
        """Nothing is held."""
        self._transport.close()

    def identify(self) -> PrinterIdentity:
        """Nobody knows which printer is behind it."""
        return PrinterIdentity(serial=None)

    def status(self) -> PrinterStatus:
        """How the queue is: a fault where it is stopped, else UNKNOWN, since it says nothing of the printer."""
        try:
            queue = self._queue_status()
        except TransportError as error:
            return PrinterStatus(DeviceState.OFFLINE, detail=str(error))
        if QueueTrouble.OFFLINE in queue.troubles:
            return PrinterStatus(DeviceState.OFFLINE, detail=queue.detail)
        faults = tuple(_FAULTS[trouble] for trouble in queue.troubles)
        return PrinterStatus(
            DeviceState.FAULT if faults else DeviceState.UNKNOWN,
            faults,
            formats_in_buffer=len(queue.jobs),
            raw=queue.detail.encode(),
            detail=queue.detail,
        )

    def label_count(self) -> int | None:
        """It has no counter."""
        return None

    def send(self, data: bytes) -> None:
        """Put a job into the queue, once; raises `TransportError`."""
        self._transport.write(data, timeout_s=self._write_s)

    def handed_over(self) -> JobEnd | None:
        """What the system says of the job that was sent last; None where there is none that could say it."""
        if self._job_end is None:
            return None
        try:
            return self._job_end()
        except TransportError:
            return JobEnd.GONE

    def clear_half_a_format(self) -> None:
        """Jobs go into a queue whole."""

    def wait_until_printed(
        self, count_before: int, labels: int, timeout_s: float, on_status: StatusListener
    ) -> PrintOutcome:
        """Cannot be known."""
        return PrintOutcome(Printed.UNKNOWN, reason=_CANNOT_ANSWER)

    def reconcile(self, serial: str, count_before: int, labels: int) -> PrintOutcome:
        """Cannot be known."""
        return PrintOutcome(Printed.UNKNOWN, reason=_CANNOT_ANSWER)
