"""The thread of one printer: hold it, settle what is open, print what waits, prove it, and survive everything.

The order is what makes it safe (see the README of this room): the lease first; then whatever may have been printed is
settled by the counter, before the counter can move again; then, for each label, ready check, counter, commit, bytes,
counter. After the first byte nothing is sent again without a proof that nothing came out.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.devices.faults import HEALTH, OnState
from app.devices.spooler.journal import Journal, JournalAway, Overtaken, is_nobody
from app.devices.spooler.verdict import Patience, Verdict, judged, queued, uncounted
from app.domain.equipment import DeviceRole, DeviceState, Health
from app.domain.errors import Fault, Refusal
from app.domain.labels import LabelContent
from app.domain.printing import PrintState
from app.services.printing import PrinterRecord, PrintJob
from drivers.device import DeviceState as DriverState
from drivers.history import DeviceHistory, HistoryBook
from drivers.printers.label import dots_per_mm
from drivers.printers.printer import LabelPrinter, Printed, PrinterIdentity, PrinterStatus
from drivers.transports.queues import JobEnd
from drivers.transports.transport import (
    TransportBusy,
    TransportDenied,
    TransportError,
    TransportLost,
    TransportOther,
    TransportRefused,
)

_log = logging.getLogger(__name__)

OnRendered = Callable[[bytes, LabelContent, int], None]
Pages = Callable[[LabelContent, int], bytes]
"""Makes what a printer takes of a content: ZPL for a head of so many dots an inch, or a PDF; refuses what cannot be."""

_ODOMETER = "odometer"
_SHIPPING = "shipping"
_JOIN_S = 15.0
_FOR_EVER_S = 10 * 365 * 24 * 3600.0  # somebody will bring paper
_WRITE_NEEDS_S = 12.0  # what must be left of the lease before the first byte: longer than a write may take


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take, in seconds.

    `lease_s` at most 60; `idle_s` between two looks for work and at the printer; `retry_s` between two attempts to
    reach it; `give_up_s` without it, after which what was being printed is unknown; `silent_s` and `stuck_s` likewise
    for one that is connected; `queue_s` a job may wait in a queue of the system before it is left to it; `answer_s`,
    `poll_s` and `settle_s` are the driver's.
    """

    lease_s: int = 30
    idle_s: float = 2.0
    retry_s: float = 2.0
    give_up_s: float = 15.0
    silent_s: float = 10.0
    stuck_s: float = 60.0
    queue_s: float = 20.0
    answer_s: float = 1.5
    poll_s: float = 0.25
    settle_s: float = 2.0


class _GivenUp(Exception):  # noqa: N818 - named for the cause
    """The printer is connected, and what it did with a job cannot be found out now; the argument is the detail."""


class _WrongPrinter(Exception):  # noqa: N818 - named for the cause
    """Another printer, or none that is registered, stands at this address; the argument is the reason."""


def zpl_of(content: LabelContent, dpi: int) -> bytes:
    """A label in printer language; what draws it is loaded with the first label, so that the window does not wait."""
    from app.devices import labels  # noqa: PLC0415

    return labels.render(content, dpi)


class PrinterQueue:
    """One printer's labels. `attach` makes a driver for a new connection."""

    def __init__(
        self,
        attach: Callable[[], LabelPrinter],
        journal: Journal,
        timing: Timing,
        *,
        on_state: OnState,
        on_rendered: OnRendered | None,
        render: Pages = zpl_of,
    ) -> None:
        self._attach = attach
        self._journal = journal
        self._timing = timing
        self._on_state = on_state
        self._on_rendered = on_rendered
        self._render = render
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"printer {journal.printer_name}", daemon=True)
        self._driver: LabelPrinter | None = None
        self._identity = PrinterIdentity(serial=None)
        self._record: PrinterRecord | None = None
        self._settled_under: int | None = None
        self._away_since: float | None = None
        self._half_since: float | None = None
        self._book = HistoryBook()
        self._told: DeviceState | None = None

    def start(self) -> None:
        """Begin; the printer need not be there yet."""
        self._tell(Health.UNKNOWN)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and set the printer free; bytes that are on their way are let through."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_JOIN_S)

    def history(self) -> DeviceHistory:
        """How often it was reached and lost, and what it said last."""
        return self._book.read()

    def wake(self) -> None:
        """Look for work now."""
        self._wake.set()

    # - the thread -

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            pause_s = self._survive()
            if pause_s and not self._stopping.is_set():
                self._wake.wait(pause_s)
        self._detach()
        with contextlib.suppress(JournalAway):
            self._journal.release()

    def _survive(self) -> float:
        """One turn, whatever happens in it; returns the seconds to wait before the next."""
        try:
            return self._turn()
        except TransportError as error:
            self._lost(error)
        except JournalAway as away:
            _log.info("%s waits for the journal: %s", self._journal.printer_name, away)
        except Overtaken as overtaken:
            _log.info("%s was overtaken: %s", self._journal.printer_name, overtaken)
            self._settled_under = None
        except _WrongPrinter as wrong:
            self._detach()
            self._tell(Health.FAULT, str(wrong))
        except Exception:  # noqa: BLE001 - a defect must not end printing for good
            _log.exception("the spooler of %s failed", self._journal.printer_name)
            self._detach()
            self._tell(Health.FAULT, "driver_error")
        return self._timing.retry_s

    def _turn(self) -> float:
        record = self._registered()
        if not self._journal.hold():
            self._detach()
            self._tell(Health.UNKNOWN, "held_elsewhere")
            return self._timing.idle_s
        driver = self._attached(record)
        if self._settled_under != self._journal.fence and not self._settle(driver):
            return self._timing.idle_s
        status = driver.status()
        self._show(status)
        if status.state is DriverState.OFFLINE:
            raise TransportLost(status.detail)
        self._heed_half_a_format(driver, status)
        job = self._journal.next_job()
        if job is None or not self._may_print(record, status):
            return self._timing.idle_s
        self._print(driver, record, job)
        return 0.0

    def _heed_half_a_format(self, driver: LabelPrinter, status: PrinterStatus) -> None:
        """Somebody's job broke off long ago, and the printer waits for its rest instead of printing ours: clear it."""
        now = time.monotonic()
        self._half_since = (self._half_since or now) if status.receiving else None
        if self._half_since is not None and now - self._half_since >= self._timing.stuck_s:
            _log.warning("%s is cleared of half a label", self._journal.printer_name)
            driver.clear_half_a_format()
            self._half_since = None

    def _registered(self) -> PrinterRecord:
        if self._record is None:
            try:
                self._record = self._journal.printer()
            except Refusal as refusal:
                raise _WrongPrinter("not_registered") from refusal
        return self._record

    # - the connection -

    def _attached(self, record: PrinterRecord) -> LabelPrinter:
        """The open driver; a new connection is asked which printer it is, and everything open is settled anew."""
        if self._driver is not None:
            return self._driver
        driver = self._attach()
        driver.open()
        self._book.opened()
        self._driver, self._settled_under = driver, None
        self._identity = PrinterIdentity(serial=None)
        if record.confirms == _ODOMETER:
            self._identity = driver.identify()
            self._check_identity(record)
        return driver

    def _check_identity(self, record: PrinterRecord) -> None:
        if self._identity.serial is None:
            raise TransportLost("the printer does not answer")
        if record.serial and record.serial != self._identity.serial:
            raise _WrongPrinter("another_printer")
        if self._identity.dots_per_mm not in {None, dots_per_mm(record.dpi)}:
            raise _WrongPrinter("wrong_resolution")

    def _detach(self) -> None:
        driver, self._driver = self._driver, None
        self._record = None  # it may be registered anew meanwhile
        if driver is not None:
            driver.close()

    def _lost(self, error: TransportError) -> None:
        """The printer cannot be reached. What it was printing becomes unknown when it stays away."""
        if self._driver is not None:
            self._book.lost()
        self._detach()
        if self._stopping.is_set():
            return
        self._away_since = self._away_since or time.monotonic()
        self._tell(Health.FAULT if isinstance(error, TransportOther) else Health.OFFLINE, _away_reason(error))
        _log.info("%s is away: %s", self._journal.printer_name, error)
        with contextlib.suppress(JournalAway, Overtaken):
            if time.monotonic() - self._away_since >= self._timing.give_up_s:
                for job in self._journal.unsettled():
                    self._settled_as(job, Verdict(PrintState.UNKNOWN, "connection_lost"))
            self._journal.release()  # perhaps another program can reach it

    def _show(self, status: PrinterStatus) -> None:
        health = HEALTH[status.state]
        if status.raw:
            self._book.heard(status.raw, time.monotonic())
            self._book.understood()
        reason = status.faults[0].value if status.faults else self._why_unknown(status)
        if status.state is not DriverState.OFFLINE:
            self._away_since = None
            self._tell(health, reason)

    def _why_unknown(self, status: PrinterStatus) -> str:
        if status.state is not DriverState.UNKNOWN:
            return ""
        counts = self._record is None or self._record.confirms == _ODOMETER
        return "silent" if counts else "cannot_answer"

    def _tell(self, health: Health, reason: str = "") -> None:
        state = DeviceState(self._journal.printer_name, DeviceRole.LABEL_PRINTER, health, reason)
        if state != self._told:
            self._told = state
            self._on_state(state)

    # - what is open -

    def _settle(self, driver: LabelPrinter) -> bool:
        """Find out what became of everything that may have been printed, before the counter moves again.

        False while the printer does not let itself be asked: then it is tried again, and nothing is printed.
        """
        fence = self._journal.fence
        for job in self._journal.unsettled():
            try:
                verdict = self._found_out(driver, job)
            except _GivenUp as given_up:
                self._settled_as(job, Verdict(PrintState.UNKNOWN, str(given_up)))
                return False
            self._settled_as(job, verdict)
        self._settled_under = fence
        return True

    def _settled_as(self, job: PrintJob, verdict: Verdict) -> None:
        if verdict.state is not job.state:
            self._journal.record(job, verdict.state, detail=verdict.detail, count_after=verdict.count_after)

    def _found_out(self, driver: LabelPrinter, job: PrintJob) -> Verdict:
        if job.count_before is None or job.printer_serial is None:
            return Verdict(job.state) if job.state is PrintState.UNKNOWN else uncounted(job)
        if job.printer_serial != self._identity.serial:
            return Verdict(PrintState.UNKNOWN, "another_printer")
        driver.clear_half_a_format()
        return self._watch(driver, job, job.count_before)

    # - printing -

    @staticmethod
    def _may_print(record: PrinterRecord, status: PrinterStatus) -> bool:
        """Whether a label may be sent now. Silence is never readiness, but of printers that cannot speak."""
        if record.confirms == _ODOMETER:
            return status.ready and status.idle
        return not status.faults

    def _print(self, driver: LabelPrinter, record: PrinterRecord, job: PrintJob) -> None:
        content = _as_printed(job)
        try:
            data = self._render(content, record.dpi)
        except Fault as fault:
            raise JournalAway(str(fault)) from fault
        except Refusal as refusal:
            if is_nobody(refusal):
                raise JournalAway(str(refusal)) from refusal
            _log.warning("label %s cannot be made: %s", job.content.uid, refusal)
            self._journal.take_back(job, refusal.code)
            return
        if content.template == _SHIPPING and job.reprint_of is None and _undrawable(content):
            self._journal.take_back(job, "undrawable")  # an address is said before it goes out with question marks
            return
        count = driver.label_count() if record.confirms == _ODOMETER else None
        if record.confirms == _ODOMETER and count is None and not self._may_print(record, driver.status()):
            return  # it fell silent since it was looked at: that is not a printer without a counter
        self._journal.begin(job, data, serial=self._identity.serial, count=count)
        if self._on_rendered:
            self._on_rendered(data, content, record.dpi)
        self._send(driver, job, data)
        with contextlib.suppress(JournalAway):  # SENDING is true enough; what comes out of it is written down later
            self._journal.record(job, PrintState.SENT)
        self._write_down(job, self._with_note(content, self._outcome(driver, job, count)))

    @staticmethod
    def _with_note(content: LabelContent, verdict: Verdict) -> Verdict:
        """A label that came out as it was meant to, but with question marks on it, says so."""
        if verdict.state is PrintState.CONFIRMED and not verdict.detail and _undrawable(content):
            return replace(verdict, detail="question_marks")
        return verdict

    def _send(self, driver: LabelPrinter, job: PrintJob, data: bytes) -> None:
        if self._journal.held_s < min(_WRITE_NEEDS_S, self._timing.lease_s / 2):  # this machine was asleep meanwhile
            self._journal.record(job, PrintState.QUEUED, detail="not_sent")
            raise Overtaken("the lease was used up before the first byte")
        try:
            driver.send(data)
        except TransportError as error:
            if error.written == 0:
                self._write_down(job, Verdict(PrintState.QUEUED, "not_sent"))
            raise

    def _outcome(self, driver: LabelPrinter, job: PrintJob, count: int | None) -> Verdict:
        if count is None:
            return self._handed_over(driver)
        try:
            return self._watch(driver, job, count)
        except _GivenUp as given_up:
            self._settled_under = None  # it may answer again, before anything else is printed
            return Verdict(PrintState.UNKNOWN, str(given_up))

    def _handed_over(self, driver: LabelPrinter) -> Verdict:
        """What can be said of a job that nobody counts: what the system's queue says, as long as it has it in hand.

        Not longer than `queue_s`: a printer that is off must not keep what comes after it.
        """
        over = time.monotonic() + self._timing.queue_s
        while (end := driver.handed_over()) is JobEnd.WAITING and time.monotonic() < over:
            if self._stopping.wait(self._timing.poll_s) or not self._journal.hold():
                break
        return queued(end)

    def _watch(self, driver: LabelPrinter, job: PrintJob, count: int) -> Verdict:
        """Watch until the counter has spoken. Raises `TransportLost` when the connection breaks."""
        patience = Patience(self._timing.silent_s, self._timing.stuck_s)
        fence = self._journal.fence

        def look(status: PrinterStatus) -> None:
            self._show(status)
            if self._stopping.is_set():
                raise Overtaken("the program ends")
            with contextlib.suppress(JournalAway):  # only looking goes on without the journal, never writing
                if not self._journal.hold() or self._journal.fence != fence:
                    raise Overtaken("the lease has lapsed")
            if why := patience.look(status):
                raise _GivenUp(why)

        outcome = driver.wait_until_printed(count, job.copies, _FOR_EVER_S, look)
        if outcome.printed_state is Printed.UNKNOWN and driver.status().state is DriverState.OFFLINE:
            raise TransportLost(outcome.reason)
        return judged(replace(job, count_before=count), outcome)

    def _write_down(self, job: PrintJob, verdict: Verdict) -> None:
        """Write the verdict down, however long the journal is away; what is known must not be lost."""
        while True:
            try:
                if not self._journal.hold():
                    raise Overtaken("another program holds the printer and settles the job")
                self._journal.record(job, verdict.state, detail=verdict.detail, count_after=verdict.count_after)
            except JournalAway as away:
                if self._stopping.wait(self._timing.retry_s):
                    raise Overtaken("the program ends") from away
            else:
                return


def _undrawable(content: LabelContent) -> str:
    """The characters that would be question marks."""
    from app.devices import labels  # noqa: PLC0415

    return labels.undrawable(content)


def _as_printed(job: PrintJob) -> LabelContent:
    """The content with the number of its reprint, so that the sheet itself says that it is one."""
    if not job.reprint_no:
        return job.content
    return replace(job.content, fields={**job.content.fields, "reprint": str(job.reprint_no)})


def _away_reason(error: TransportError) -> str:
    match error:
        case TransportRefused():
            return "refused"
        case TransportOther():
            return "other_device"
        case TransportDenied():
            return "denied"
        case TransportBusy():
            return "busy"
    return "not_found"
