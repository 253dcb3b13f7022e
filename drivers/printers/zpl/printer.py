"""A ZPL printer on any transport: asking it, sending to it, and proving that the labels came out.

The steps are building blocks: whoever keeps the journal stores a line between them (DEVICES.md, "print exactly
once, or the operator knows"). Nothing is ever sent twice from here, and a connection with a job in it is never
closed to get rid of old answers: closing could throw the job away.

Known to read wrongly, in the safe direction: an old counter answer that comes late can only be too low, which
leads to "look at the printer", never to a false "printed".
"""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from drivers.device import DeviceState
from drivers.printers.printer import (
    Printed,
    PrinterFault,
    PrinterIdentity,
    PrinterStatus,
    PrintOutcome,
    StatusListener,
)
from drivers.printers.zpl import answers
from drivers.printers.zpl.answers import Answers, Block, ErrorStatus, Quoted
from drivers.transports.queues import JobEnd
from drivers.transports.transport import PortStatus, Transport, TransportError, TransportTimeout

Found = TypeVar("Found")

_COUNTER = b'! U1 getvar "odometer.total_label_count"\r\n'
_SYSTEM_STATUS = b'! U1 getvar "zpl.system_status"\r\n'
_UNIQUE_ID = b'! U1 getvar "device.unique_id"\r\n'
_UNKNOWN_COUNT = -1


class ZplPrinter:
    """One printer, used by one thread at a time; `stop` may be called from another.

    `answer_s` is how long an answer may take, `write_s` how long the printer may refuse bytes, `poll_s` the pause
    between two looks while it prints, `settle_s` how long it must be idle and its counter still before a job that is
    short counts as over. `reconcile_s` bounds `reconcile`. `port_status` asks the port itself, where there is one that
    knows (USB).
    """

    def __init__(
        self,
        transport: Transport,
        *,
        answer_s: float = 1.5,
        write_s: float = 10.0,
        poll_s: float = 0.25,
        settle_s: float = 2.0,
        reconcile_s: float = 30.0,
        port_status: Callable[[], PortStatus | None] | None = None,
    ) -> None:
        self._port_status = port_status
        self._transport = transport
        self._answer_s = answer_s
        self._write_s = write_s
        self._poll_s = poll_s
        self._settle_s = settle_s
        self._reconcile_s = reconcile_s
        self._answers = Answers()
        self._stopped = threading.Event()

    @property
    def name(self) -> str:
        """How a person finds this attachment."""
        return self._transport.name

    def open(self) -> None:
        """Attach; raises `TransportLost` or `TransportBusy`."""
        self._answers.reset()
        self._transport.open()

    def close(self) -> None:
        """Let go; safe to call twice."""
        self._transport.close()

    def stop(self) -> None:
        """End a wait of another thread; its outcome is UNKNOWN, the labels go on printing."""
        self._stopped.set()

    def identify(self) -> PrinterIdentity:
        """Ask for model, firmware, resolution and serial number; raises `TransportError`.

        The serial number comes from `~HQSN`, and from `device.unique_id` where that stays silent.
        """
        known = self._ask(b"~HI", answers.identity) or PrinterIdentity(serial=None)
        serial = self._ask(b"~HQSN", answers.serial) or self._ask(_UNIQUE_ID, _unique_id)
        return PrinterIdentity(serial, known.model, known.firmware, known.dots_per_mm)

    def status(self) -> PrinterStatus:
        """Ask for the condition: `~HS`, then `~HQES`, which some printers answer when they keep silent on `~HS`.

        Where both stay silent, the same is asked as SGD variable, and at last of the port: a printer without paper
        may say nothing at all. What only the port says can be a fault; it is never readiness.
        """
        try:
            heard: list[bytes] = []
            host = self._ask(b"~HS", answers.host_status, heard)
            errors = self._ask(b"~HQES", answers.error_status, heard)
            if host is None and errors is None:
                errors = self._ask(_SYSTEM_STATUS, answers.system_status, heard) or self._said_by_port()
        except TransportError as fault:
            return PrinterStatus(DeviceState.OFFLINE, detail=str(fault))
        return _combined(host, errors, b"".join(heard))

    def _said_by_port(self) -> ErrorStatus | None:
        port = self._port_status() if self._port_status else None
        if port is None:
            return None
        faults = ((PrinterFault.PAPER_OUT, port.paper_empty), (PrinterFault.OTHER, not port.no_error))
        said = tuple(fault for fault, is_so in faults if is_so)
        return ErrorStatus(said[:1], ())  # the error of a port without paper is the paper

    def label_count(self) -> int | None:
        """Ask for the labels printed in the printer's life; `None` when it is silent or does not know.

        Feeding and calibrating do not count. Raises `TransportError`.
        """
        found = self._ask(_COUNTER, _counter)
        return None if found == _UNKNOWN_COUNT else found

    def send(self, data: bytes) -> None:
        """Hand a job over, once. That it returns says nothing about paper.

        Raises `TransportError`; unless its `written` is 0 the job may be printed in part or whole.
        """
        self._transport.write(data, timeout_s=self._write_s)

    def clear(self) -> None:
        """Have the printer forget what it has not printed, half a format included; the label under way comes out.

        For what was left of a job that broke off: a printer that waits for the rest of it prints nothing else. Raises
        `TransportError`.
        """
        self._transport.write(b"~JA", timeout_s=self._answer_s)

    def wait_until_printed(
        self, count_before: int, labels: int, timeout_s: float, on_status: StatusListener
    ) -> PrintOutcome:
        """Watch the printer until the counter has gone on by `labels`, or it is idle with fewer, or time is up.

        `on_status` hears every look, in this thread. `count_before` was read with `label_count` before `send`.
        """
        try:
            return self._watch(count_before, labels, time.monotonic() + timeout_s, on_status)
        except TransportError as fault:
            return PrintOutcome(Printed.UNKNOWN, reason=f"connection lost: {fault}")

    def reconcile(self, serial: str, count_before: int, labels: int) -> PrintOutcome:
        """Find out, on a new connection, what became of a job that was being sent or watched.

        Never sends labels. Another printer's counter proves nothing: its serial number must be the journal's.
        """
        try:
            here = self.identify().serial
        except TransportError as fault:
            return PrintOutcome(Printed.UNKNOWN, reason=f"not connected: {fault}")
        if here is None:
            return PrintOutcome(Printed.UNKNOWN, reason="the printer does not answer")
        if here != serial:
            return PrintOutcome(Printed.UNKNOWN, reason=f"another printer: {here} instead of {serial}")
        self.clear_half_a_format()
        return self.wait_until_printed(count_before, labels, self._reconcile_s, lambda _status: None)

    def handed_over(self) -> JobEnd | None:
        """It is spoken to itself, and counts."""
        return None

    def clear_half_a_format(self) -> None:
        """Clear the printer where it still waits for the rest of a format that broke off; nothing else is touched.

        To be called on a new connection before anything is sent: what it waits for can then only be an old one.
        """
        if self.status().receiving:
            self._stopped.wait(self._settle_s)
            if self.status().receiving:
                self.clear()

    def _watch(self, before: int, labels: int, deadline: float, on_status: StatusListener) -> PrintOutcome:
        last_progress, still_since = None, time.monotonic()
        while True:
            status = self.status()
            on_status(status)
            printed = _difference(self.label_count(), before)
            if printed != last_progress or not status.idle:
                last_progress, still_since = printed, time.monotonic()
            settled = status.ready and status.idle and time.monotonic() - still_since >= self._settle_s
            outcome = _judged(printed, labels, idle=status.idle, settled=settled)
            if outcome:
                return outcome
            if time.monotonic() >= deadline or self._stopped.is_set():
                return PrintOutcome(Printed.UNKNOWN, printed, reason=_why(status))
            self._stopped.wait(self._poll_s)

    def _ask(
        self,
        question: bytes,
        understand: Callable[[list[Block | Quoted]], Found | None],
        heard: list[bytes] | None = None,
    ) -> Found | None:
        """Ask and listen until the answer is understood or the time is up; older answers are thrown away first."""
        self._drain()
        try:
            self._transport.write(question, timeout_s=self._answer_s)
        except TransportTimeout:
            return None  # the printer takes no more bytes: that is silence too
        deadline = time.monotonic() + self._answer_s
        found: list[Block | Quoted] = []
        while (left := deadline - time.monotonic()) > 0:
            data = self._transport.read(timeout_s=left)
            if heard is not None:
                heard.append(data)
            found += self._answers.feed(data)
            meaning = understand(found)
            if meaning is not None:
                return meaning
        return None

    def _drain(self) -> None:
        while self._transport.read(timeout_s=0.001):
            pass
        self._answers.reset()


def _combined(host: answers.HostStatus | None, errors: answers.ErrorStatus | None, raw: bytes) -> PrinterStatus:
    faults = tuple(dict.fromkeys((*(host.faults if host else ()), *(errors.faults if errors else ()))))
    heard = DeviceState.ONLINE if host else DeviceState.UNKNOWN
    return PrinterStatus(
        state=DeviceState.FAULT if faults else heard,
        faults=faults,
        warnings=errors.warnings if errors else (),
        formats_in_buffer=host.formats_in_buffer if host else None,
        labels_remaining=host.labels_remaining if host else None,
        receiving=host.receiving if host else None,
        label_to_take=host.label_to_take if host else False,
        raw=raw,
    )


def _counter(found: list[Block | Quoted]) -> int | None:
    counted = answers.count(found)
    return _UNKNOWN_COUNT if counted is None and answers.said_unknown(found) else counted


def _unique_id(found: list[Block | Quoted]) -> str | None:
    values = [answer.text for answer in found if isinstance(answer, Quoted) and answer.text not in {b"", b"?"}]
    return values[-1].decode("ascii", "replace") if values else None


def _difference(count: int | None, before: int) -> int | None:
    return None if count is None else count - before


def _judged(printed: int | None, labels: int, *, idle: bool, settled: bool) -> PrintOutcome | None:
    """What the counter says about the job; `None` while it may still change."""
    if printed is None:
        silent = PrintOutcome(Printed.UNKNOWN, reason="the printer is idle but does not tell its counter")
        return silent if settled else None
    if printed < 0:
        return PrintOutcome(Printed.UNKNOWN, reason="the counter is lower than before: was it exchanged or reset?")
    if printed > labels:
        return PrintOutcome(Printed.UNKNOWN, printed, "more labels came out than this job has: from whom?")
    if printed == labels and idle:
        return PrintOutcome(Printed.CONFIRMED, printed)
    if settled:
        return PrintOutcome(Printed.PARTIAL, printed, "the printer is idle and fewer labels came out")
    return None


def _why(status: PrinterStatus) -> str:
    if status.faults:
        return "printing is held up: " + ", ".join(status.faults)
    if status.state in {DeviceState.UNKNOWN, DeviceState.OFFLINE}:
        return "the printer does not answer"
    return "the labels took longer than expected"
