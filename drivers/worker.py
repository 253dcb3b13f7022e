"""One thread a device: it owns the handle, does all reading and writing, and never gives up.

Commands go in by a bounded queue, each with its deadline and a `Future`; everything that happens comes out through
one callback, called in the worker's thread. Lost devices are opened again after 0.5 s, 1 s … 8 s, at once after
`wake()`. Knows nothing of scales or scanners.
"""

import contextlib
import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic

from drivers.device import (
    BadFrame,
    Command,
    DataEvent,
    DeviceBusy,
    DeviceClosed,
    DeviceError,
    DeviceOffline,
    DeviceProtocol,
    DeviceState,
    DeviceTimeout,
    ErrorEvent,
    Message,
    Reason,
    Result,
    StateChanged,
)
from drivers.history import DeviceHistory, HistoryBook
from drivers.transports.transport import (
    Transport,
    TransportBusy,
    TransportDenied,
    TransportLost,
    TransportOther,
    TransportRefused,
    TransportTimeout,
)

STOP_WITHIN_S = 2.0
_TURN_S = 0.05  # longest wait for bytes in one turn: how late a command or a silence can be noticed
_WRITE_TIMEOUT_S = 1.0
_MOST_COMMANDS = 16

_log = logging.getLogger(__name__)


class Backoff:
    """How long to wait before the next attempt: doubling, bounded, spread by ±20 % so that stations do not beat."""

    def __init__(self, *, first_s: float = 0.5, last_s: float = 8.0, spread: float = 0.2) -> None:
        self._first_s = first_s
        self._last_s = last_s
        self._spread = spread
        self._next_s = first_s
        self._random = random.Random()  # noqa: S311 - no secret depends on it

    def reset(self) -> None:
        """Begin at the shortest wait again: the device works."""
        self._next_s = self._first_s

    def next_s(self) -> float:
        """Return the wait before the next attempt, in seconds."""
        wait, self._next_s = self._next_s, min(self._next_s * 2, self._last_s)
        return wait * self._random.uniform(1 - self._spread, 1 + self._spread)


@dataclass(slots=True)
class _Pending(Generic[Message]):
    """A command on its way; `deadline` and `sent_at` are monotonic."""

    command: Command[Message, Any]
    future: Future[Any]
    deadline: float
    sent_at: float | None = None


Event = StateChanged | ErrorEvent | DataEvent[Message]


class Worker(Generic[Message]):
    """The thread that owns one device.

    Args:
        name: names the thread, the log lines and nothing else.
        transport: how the device is attached; used by this thread alone from now on.
        protocol: what the device speaks.
        emit: called in the worker's thread with each event; after `stop()` has returned it is not called again.
            What it raises is logged and does not stop the device.
        condense: reduces the messages of one read, for devices of which only the newest words count.
        backoff: the waits between attempts to open.
    """

    def __init__(
        self,
        name: str,
        transport: Transport,
        protocol: DeviceProtocol[Message],
        emit: Callable[[Event[Message]], None],
        *,
        condense: Callable[[list[Message]], list[Message]] = list,
        backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self._transport = transport
        self._protocol = protocol
        self._emit_to = emit
        self._condense = condense
        self._backoff = backoff or Backoff()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._commands: queue.Queue[_Pending[Message]] = queue.Queue(_MOST_COMMANDS)
        self._pending: _Pending[Message] | None = None
        self._state = DeviceState.UNKNOWN
        self._reason = Reason.NOT_STARTED
        self._attached = False
        self._muted = False
        self._heard_at = 0.0
        self._received_at = 0.0
        self._book = HistoryBook()

    @property
    def state(self) -> DeviceState:
        """The health as it was last reported."""
        return self._state

    @property
    def reason(self) -> Reason:
        """Why it is so."""
        return self._reason

    def history(self) -> DeviceHistory:
        """The counters since the start, and the last changes of the state."""
        return self._book.read()

    def start(self) -> None:
        """Start the thread; the device need not be there yet."""
        if self._thread is not None:
            raise DeviceError(f"{self.name} was started already")
        self._thread = threading.Thread(target=self._run, name=f"device {self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> bool:
        """Let go of the device and end the thread; returns whether it ended within two seconds.

        Commands that wait fail with `DeviceClosed`. Only a network name that does not answer can take longer.
        """
        self._stopping.set()
        self._wake.set()
        thread = self._thread
        if thread is None:
            return True
        if thread is threading.current_thread():  # a listener stops its own device: the thread ends after the call
            return False
        self._transport.close()
        thread.join(STOP_WITHIN_S)
        self._muted = True
        return not thread.is_alive()

    def wake(self) -> None:
        """Try to open now instead of after the wait: something was plugged in."""
        self._wake.set()

    def submit(self, command: Command[Message, Result]) -> "Future[Result]":
        """Hand a command over; its `Future` ends with the answer or with a `DeviceError`, by its deadline."""
        future: Future[Result] = Future()
        if self._thread is None or self._stopping.is_set():
            future.set_exception(DeviceClosed(self.name))
        elif not self._attached:
            future.set_exception(DeviceOffline(self.name))
        else:
            try:
                self._commands.put_nowait(_Pending(command, future, time.monotonic() + command.timeout_s))
            except queue.Full:
                future.set_exception(DeviceBusy(self.name))
            if self._stopping.is_set():  # the thread may have ended since it was looked at
                self._fail_commands(DeviceClosed(self.name))
        return future

    # - the thread -

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._session()
            except TransportDenied as error:
                self._report(DeviceState.OFFLINE, Reason.DENIED, str(error))
            except TransportBusy as error:
                self._report(DeviceState.OFFLINE, Reason.BUSY, str(error))
            except TransportTimeout as error:
                self._report(DeviceState.OFFLINE, Reason.BLOCKED, str(error))
            except TransportOther as error:
                self._report(DeviceState.FAULT, Reason.OTHER_DEVICE, str(error))
            except TransportLost as error:
                self._report(DeviceState.OFFLINE, self._why_away(error), str(error))
            except Exception as error:  # noqa: BLE001 - a defect in one driver must not end it for good
                _log.exception("driver of %s failed", self.name)
                self._report(DeviceState.FAULT, Reason.DRIVER_ERROR, repr(error))
            finally:
                self._detach()
            if not self._stopping.is_set():
                self._wake.wait(self._backoff.next_s())
        self._fail_commands(DeviceClosed(self.name))
        self._report(DeviceState.OFFLINE, Reason.STOPPED)

    def _why_away(self, error: TransportLost) -> Reason:
        if self._attached or self._reason is Reason.LOST:
            return Reason.LOST
        return Reason.REFUSED if isinstance(error, TransportRefused) else Reason.NOT_FOUND

    def _session(self) -> None:
        """Open the device and talk with it until it goes away."""
        self._transport.open()
        self._protocol.framer.reset()
        self._protocol.reset()
        self._heard_at = self._received_at = time.monotonic()
        self._attached = True
        self._book.opened()
        if self._protocol.stale_after_s is None:
            self._report(DeviceState.ONLINE, Reason.OPENED)
            self._backoff.reset()
        else:
            self._report(DeviceState.UNKNOWN, Reason.OPENED)
        while not self._stopping.is_set():
            self._turn()

    def _turn(self) -> None:
        self._expire_command()
        self._start_command()
        request = self._protocol.poll(time.monotonic())
        if request:
            self._write(request)
        framer = self._protocol.framer
        data = self._transport.read(timeout_s=min(_TURN_S, framer.idle_gap_s or _TURN_S))
        now = time.monotonic()
        if data:
            self._received_at = now
            self._book.heard(data, now)
            self._take(framer.feed(data), now)
        elif framer.idle_gap_s is not None and now - self._received_at >= framer.idle_gap_s:
            self._take(framer.idle(), now)
        self._watch_silence(now)

    def _take(self, frames: list[bytes], now: float) -> None:
        messages: list[Message] = []
        for frame in frames:
            try:
                messages.append(self._protocol.decode(frame, now))
            except BadFrame as bad:
                self._book.not_understood()
                self._emit(ErrorEvent(bad.reason, bad.raw, now))
        if not messages:
            return
        self._heard_at = now
        self._book.understood(len(messages))
        self._backoff.reset()
        if self._state is not DeviceState.ONLINE:
            self._report(DeviceState.ONLINE, Reason.ANSWERING)
        for message in messages:
            self._offer(message)
        for message in self._condense(messages):
            self._emit(DataEvent(message))

    def _watch_silence(self, now: float) -> None:
        stale_after_s = self._protocol.stale_after_s
        if stale_after_s is not None and now - self._heard_at > stale_after_s:
            garbled = now - self._received_at <= stale_after_s
            self._report(DeviceState.STALE, Reason.GARBLED if garbled else Reason.SILENT)

    def _start_command(self) -> None:
        while self._pending is None:
            try:
                waiting = self._commands.get_nowait()
            except queue.Empty:
                return
            if not waiting.future.set_running_or_notify_cancel():
                continue
            self._pending = waiting
            if time.monotonic() < waiting.deadline:
                if waiting.command.request:
                    waiting.sent_at = time.monotonic()
                    self._write(waiting.command.request)
            else:
                self._fail_pending(DeviceTimeout(f"{self.name}: the command came too late to be sent"))

    def _offer(self, message: Message) -> None:
        """Let the command that is under way see whether `message` is its answer."""
        if self._pending is None:
            return
        try:
            result = self._pending.command.answer(message)
        except DeviceError as error:
            self._fail_pending(error)
            return
        if result is not None:
            pending, self._pending = self._pending, None
            pending.future.set_result(result)

    def _expire_command(self) -> None:
        pending = self._pending
        if pending is None or time.monotonic() < pending.deadline:
            return
        if pending.sent_at is not None and self._heard_at < pending.sent_at:
            self._report(DeviceState.STALE, Reason.SILENT)
        self._fail_pending(DeviceTimeout(f"{self.name} did not answer in time"))

    def _fail_pending(self, error: DeviceError) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.future.set_exception(error)

    def _fail_commands(self, error: DeviceError) -> None:
        self._fail_pending(error)
        while True:
            try:
                waiting = self._commands.get_nowait()
            except queue.Empty:
                return
            if waiting.future.set_running_or_notify_cancel():
                waiting.future.set_exception(error)

    def _detach(self) -> None:
        if self._attached and not self._stopping.is_set():
            self._book.lost()
        self._attached = False
        with contextlib.suppress(Exception):  # whatever closing says, the device is let go of
            self._transport.close()
        gone = DeviceClosed(self.name) if self._stopping.is_set() else DeviceOffline(f"{self.name} went away")
        self._fail_commands(gone)

    def _write(self, data: bytes) -> None:
        self._transport.write(data, timeout_s=_WRITE_TIMEOUT_S)

    def _report(self, state: DeviceState, reason: Reason, detail: str = "") -> None:
        """Emit the state if it is news; while the thread is stopping, only the stop is."""
        if self._stopping.is_set() and reason is not Reason.STOPPED:
            return
        if (state, reason) != (self._state, self._reason):
            self._state, self._reason = state, reason
            _log.info("%s is %s: %s %s", self.name, state.value, reason, detail)
            change = StateChanged(state, reason, time.monotonic(), detail)
            self._book.changed(change)
            self._emit(change)

    def _emit(self, event: Event[Message]) -> None:
        if self._muted:
            return
        try:
            self._emit_to(event)
        except Exception:  # noqa: BLE001 - a defect of the listener is not the device's
            _log.exception("a listener of %s failed", self.name)
