"""What a printer's answers say about a job: pure rules, the only place where a job's end is decided.

Details are stable codes with a text in `resources/texts` (`feedback: printing.detail.<code>`).
"""

import time
from dataclasses import dataclass, field

from app.domain.printing import PrintState
from app.services.printing import NOTHING_PRINTED, PrintJob
from drivers.device import DeviceState
from drivers.printers.printer import Printed, PrinterStatus, PrintOutcome
from drivers.transports.queues import JobEnd

_INTERRUPTED = frozenset({PrintState.SENDING, PrintState.SENT})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state that is true of a job now, why, and the printer's counter where it could be read."""

    state: PrintState
    detail: str = ""
    count_after: int | None = None


def judged(job: PrintJob, outcome: PrintOutcome) -> Verdict:
    """What became of a job whose counter was watched to the end; `job` as it was when the watch began.

    A job that was found SENDING or SENT was interrupted (a crash, a lost connection). If nothing of it came out, it
    goes back to the queue, once: a printer whose counter does not count would print it for ever. Otherwise somebody
    has cancelled it at the printer, or was told that it is unknown, and a person decides.
    """
    assert job.count_before is not None
    count = None if outcome.printed is None else job.count_before + outcome.printed
    match outcome.printed_state:
        case Printed.CONFIRMED:
            return Verdict(PrintState.CONFIRMED, count_after=count)
        case Printed.PARTIAL if outcome.safe_to_resend:
            again = not job.retries and job.state in _INTERRUPTED
            return Verdict(PrintState.QUEUED if again else PrintState.PARTIAL, NOTHING_PRINTED, count)
        case Printed.PARTIAL:
            return Verdict(PrintState.PARTIAL, "fewer_printed", count)
    more = outcome.printed is not None and outcome.printed > job.copies
    return Verdict(PrintState.UNKNOWN, "more_printed" if more else "counter_lost", count)


def uncounted(job: PrintJob) -> Verdict:
    """What can be said of an interrupted job whose printer's counter was never read: only a person knows more."""
    if job.state is PrintState.SENT:
        return Verdict(PrintState.UNVERIFIED, "not_counted")
    return Verdict(PrintState.UNKNOWN, "interrupted")


def queued(end: JobEnd | None) -> Verdict:
    """What can be said of a job that was handed to a queue of the system; that paper came out only people say."""
    if end is JobEnd.CANCELLED:
        return Verdict(PrintState.UNKNOWN, "queue_cancelled")
    return Verdict(PrintState.UNVERIFIED, f"queue_{end.value}" if end else "not_counted")


@dataclass(slots=True)
class Patience:
    """How long a printer may stay silent, or not get on, before its job is given up as unknown.

    Paper out and its like may last as long as they like: somebody will come. `silent_s` and `stuck_s` are seconds.
    """

    silent_s: float
    stuck_s: float
    _heard_at: float = field(default_factory=time.monotonic, init=False)
    _moved_at: float = field(default_factory=time.monotonic, init=False)
    _progress: tuple[int | None, int | None] = field(default=(None, None), init=False)

    def look(self, status: PrinterStatus) -> str:
        """The detail with which to give up; empty while there is hope."""
        now = time.monotonic()
        if status.state not in {DeviceState.UNKNOWN, DeviceState.OFFLINE}:
            self._heard_at = now
        progress = (status.formats_in_buffer, status.labels_remaining)
        if progress != self._progress or status.faults or status.label_to_take or status.idle:
            self._progress, self._moved_at = progress, now
        if now - self._heard_at > self.silent_s:
            return "printer_silent"
        return "no_progress" if now - self._moved_at > self.stuck_s else ""
