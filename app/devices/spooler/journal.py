"""What the spooler writes down about one printer: its lease and its jobs, one short transaction each.

No device is spoken to in here. A database that is away, and a station at which nobody is signed on, are `JournalAway`:
the spooler waits and goes on.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from app.domain.errors import Fault, Refusal
from app.domain.printing import PrintState
from app.services import printing
from app.services.printing import PrinterRecord, PrintJob
from app.services.work import UnitOfWork, Worker

T = TypeVar("T")
_NOBODY = "sign_on.required"
_MAY_NOT = {"permission.missing", "printing.not_from_here"}
"""Whoever is signed on here may not print: for this program the printer is held elsewhere."""


class JournalAway(Exception):  # noqa: N818 - named for the cause
    """Nothing can be read or written now; it may be possible later."""


class Overtaken(Exception):  # noqa: N818 - named for the cause
    """Something changed under our hands: another holds the printer, or the job is not what it was."""


def is_nobody(refusal: Refusal) -> bool:
    """Whether nobody is signed on who could read or print."""
    return refusal.code == _NOBODY


class Journal:
    """The journal of one printer, for one program that wants to write to it."""

    def __init__(self, worker: Worker, printer: str, *, holder: str, lease_s: int) -> None:
        self._worker = worker
        self._holder = holder
        self._lease_s = lease_s
        self._fence: int | None = None
        self._held_until = 0.0
        self._record: PrinterRecord | None = None
        self.printer_name = printer

    @property
    def fence(self) -> int | None:
        """The fence under which this program holds the printer; None when it does not."""
        return self._fence

    @property
    def held_s(self) -> float:
        """How many seconds the lease is good for, counted from before it was asked for."""
        return self._held_until - time.monotonic() if self._fence is not None else 0.0

    def printer(self) -> PrinterRecord:
        """The printer as it is registered. Raises the refusal `printing.unknown_printer`."""
        self._record = self._run(lambda unit: printing.printer_named(unit, self.printer_name))
        return self._record

    def hold(self) -> bool:
        """Take or renew the lease when a third of it is used up; says whether it is ours."""
        if self.held_s > self._lease_s * 2 / 3:
            return True
        asked = time.monotonic()
        self._fence = self._ask()
        self._held_until = asked + self._lease_s
        return self._fence is not None

    def _ask(self) -> int | None:
        try:
            return self._run(
                lambda unit: printing.hold_printer(unit, self._known.id, holder=self._holder, seconds=self._lease_s)
            )
        except Refusal as refusal:
            if refusal.code not in _MAY_NOT:
                raise
            return None

    def release(self) -> None:
        """Give the lease up, so that the next program need not wait for it to lapse."""
        if self._fence is not None:
            self._run(lambda unit: printing.hold_printer(unit, self._known.id, holder=self._holder, seconds=0))
            self._fence = None

    def unsettled(self) -> list[PrintJob]:
        """The jobs whose outcome has to be found out, oldest first."""
        return self._run(lambda unit: printing.unsettled_jobs(unit, self._known.id))

    def next_job(self) -> PrintJob | None:
        """The label to print next."""
        return self._run(lambda unit: printing.next_job(unit, self._known.id))

    def begin(self, job: PrintJob, sent: bytes, *, serial: str | None, count: int | None) -> None:
        """Commit to sending these bytes. Raises `Overtaken` when the job or the printer is no longer ours."""
        fence, asked = self._held_fence(), time.monotonic()

        def work(unit: UnitOfWork) -> None:
            if printing.hold_printer(unit, self._known.id, holder=self._holder, seconds=self._lease_s) != fence:
                raise Refusal("printing.lease_lost", label=job.content.uid)
            printing.begin_sending(unit, job, fence=fence, sent=sent, printer_serial=serial, count_before=count)

        try:
            self._run(work)
        except Refusal as refusal:
            raise Overtaken(str(refusal)) from refusal
        self._held_until = asked + self._lease_s

    def record(self, job: PrintJob, state: PrintState, *, detail: str = "", count_after: int | None = None) -> None:
        """Write down what became of a job. Raises `Overtaken` where another has settled it, or holds the printer."""
        fence = self._held_fence()
        try:
            self._run(
                lambda unit: printing.record(unit, job, state, fence=fence, detail=detail, count_after=count_after)
            )
        except Refusal as refusal:
            raise Overtaken(str(refusal)) from refusal

    def take_back(self, job: PrintJob, why: str) -> None:
        """Cancel a label that cannot be made."""
        self.record(job, PrintState.CANCELLED, detail=why)

    @property
    def _known(self) -> PrinterRecord:
        assert self._record is not None, "printer() comes first"
        return self._record

    def _held_fence(self) -> int:
        if self._fence is None:
            raise Overtaken("the printer is not held")
        return self._fence

    def _run(self, work: Callable[[UnitOfWork], T]) -> T:
        try:
            return self._worker.run(work)
        except Fault as fault:
            raise JournalAway(str(fault)) from fault
        except Refusal as refusal:
            if is_nobody(refusal):
                raise JournalAway(str(refusal)) from refusal
            raise
