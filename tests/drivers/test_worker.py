"""The thread that owns a device: it never gives up, never dies and never answers late."""

import itertools
import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import (
    BadFrame,
    Command,
    DataEvent,
    DeviceBusy,
    DeviceClosed,
    DeviceError,
    DeviceOffline,
    DeviceRefused,
    DeviceState,
    DeviceTimeout,
    ErrorEvent,
    Reason,
)
from drivers.framing import IdleGapFramer, LineFramer
from drivers.simulators.hosting import Hosting, serve
from drivers.transports.serial_port import SerialTransport
from drivers.worker import Backoff, Worker
from tests.drivers.events import PATIENCE_S, Inbox

# pyserial 3.5 opens rfc2217://, the port of these tests on Windows, with methods that Python deprecated in 3.10.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")


class Parrot:
    """A device: says what it is told to, and keeps what it hears."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._out = bytearray()
        self.heard = b""
        self.heard_something = threading.Event()

    def tell(self, data: bytes) -> None:
        with self._lock:
            self._out += data

    def receive(self, data: bytes, now: float) -> None:
        self.heard += data
        self.heard_something.set()

    def say(self, now: float) -> bytes:
        with self._lock:
            said, self._out = bytes(self._out), bytearray()
            return said


class Words:
    """A protocol of lines; some lines are no messages, one of them breaks the driver."""

    def __init__(self, *, stale_after_s: float | None = None) -> None:
        self.framer = LineFramer()
        self.stale_after_s = stale_after_s
        self.resets = 0

    def reset(self) -> None:
        self.resets += 1

    def poll(self, now: float) -> bytes:
        return b""

    def decode(self, frame: bytes, now: float) -> str:
        if frame == b"defect":
            raise ZeroDivisionError("a defect of the driver")
        if frame.startswith(b"?"):
            raise BadFrame("not_a_word", frame)
        return frame.decode()


_running: list[Worker[str]] = []


@pytest.fixture(autouse=True)
def _stop_what_a_failed_test_left() -> Iterator[None]:
    yield
    while _running:
        _running.pop().stop()


@pytest.fixture
def parrot() -> Parrot:
    return Parrot()


@pytest.fixture
def host(parrot: Parrot) -> Iterator[Hosting]:
    with serve(parrot) as hosting:
        yield hosting


def started(host: Hosting, inbox: Inbox, protocol: Words | None = None, backoff: Backoff | None = None) -> Worker[str]:
    worker: Worker[str] = Worker(
        "parrot", SerialTransport(host.url), protocol or Words(), inbox, backoff=backoff or quick()
    )
    worker.start()
    _running.append(worker)
    return worker


def quick() -> Backoff:
    return Backoff(first_s=0.01, last_s=0.02)


def never() -> Backoff:
    """Waits so long that only `wake` brings the device back within a test."""
    return Backoff(first_s=600, last_s=600)


def echo(word: str, *, request: bytes = b"question\r\n", timeout_s: float = PATIENCE_S) -> Command[str, str]:
    return Command(request, lambda message: message if message == word else None, timeout_s)


def test_what_the_device_says_arrives_in_order(host: Hosting, parrot: Parrot) -> None:
    inbox = Inbox()
    worker = started(host, inbox)
    assert inbox.state(DeviceState.ONLINE).reason is Reason.OPENED
    parrot.tell(b"one\r\ntwo\r\n?noise\r\nthree\r\n")
    inbox.next(lambda event: event == DataEvent("three"))
    words = [event.value for event in inbox.all if isinstance(event, DataEvent)]
    noise = [event.raw for event in inbox.all if isinstance(event, ErrorEvent)]
    assert (words, noise) == (["one", "two", "three"], [b"?noise"])
    assert worker.stop()


def test_an_unplugged_device_comes_back_by_itself(host: Hosting, parrot: Parrot) -> None:
    inbox, protocol = Inbox(), Words()
    worker = started(host, inbox, protocol)
    inbox.state(DeviceState.ONLINE)
    host.unplug()
    assert inbox.state(DeviceState.OFFLINE).reason is Reason.LOST
    host.replug()
    inbox.state(DeviceState.ONLINE)
    parrot.tell(b"back\r\n")
    inbox.next(lambda event: event == DataEvent("back"))
    assert protocol.resets == 2
    assert worker.stop()


def test_half_a_word_before_the_cable_was_pulled_is_forgotten(host: Hosting, parrot: Parrot) -> None:
    inbox, protocol = Inbox(), Words()
    worker = started(host, inbox, protocol)
    inbox.state(DeviceState.ONLINE)
    parrot.tell(b"whole\r\nhal")
    inbox.next(lambda event: event == DataEvent("whole"))
    host.unplug()
    inbox.state(DeviceState.OFFLINE)
    host.replug()
    inbox.state(DeviceState.ONLINE)
    parrot.tell(b"other\r\n")
    assert inbox.next_of(DataEvent) == DataEvent("other")
    assert worker.stop()


def test_a_device_that_is_absent_at_the_start_appears_later(host: Hosting) -> None:
    host.unplug()
    inbox = Inbox()
    worker = started(host, inbox)
    assert inbox.state(DeviceState.OFFLINE).reason is Reason.NOT_FOUND
    host.replug()
    inbox.state(DeviceState.ONLINE)
    assert worker.stop()


def test_waking_shortens_the_wait_for_the_next_attempt(host: Hosting) -> None:
    host.unplug()
    inbox = Inbox()
    worker = started(host, inbox, backoff=never())
    inbox.state(DeviceState.OFFLINE)
    host.replug()
    worker.wake()
    inbox.state(DeviceState.ONLINE)
    assert worker.stop()


@pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX")
def test_a_port_in_use_is_said_to_be_busy_and_taken_when_it_is_free(host: Hosting) -> None:
    other = SerialTransport(host.url)
    other.open()
    inbox = Inbox()
    worker = started(host, inbox)
    assert inbox.state(DeviceState.OFFLINE).reason is Reason.BUSY
    other.close()
    inbox.state(DeviceState.ONLINE)
    assert worker.stop()


def test_a_defect_of_the_driver_is_reported_and_the_device_opened_again(
    host: Hosting, parrot: Parrot, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox()
    worker = started(host, inbox)
    inbox.state(DeviceState.ONLINE)
    parrot.tell(b"defect\r\n")
    fault = inbox.state(DeviceState.FAULT)
    assert fault.reason is Reason.DRIVER_ERROR
    assert "ZeroDivisionError" in fault.detail
    inbox.state(DeviceState.ONLINE)
    parrot.tell(b"well\r\n")
    inbox.next(lambda event: event == DataEvent("well"))
    assert worker.stop()
    assert "a defect of the driver" in caplog.text


def test_a_defect_of_the_listener_does_not_stop_the_device(
    host: Hosting, parrot: Parrot, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox()

    def listener(event: Any) -> None:  # noqa: ANN401 - any event
        inbox(event)
        raise RuntimeError("a defect of the listener")

    worker: Worker[str] = Worker("parrot", SerialTransport(host.url), Words(), listener)
    worker.start()
    inbox.state(DeviceState.ONLINE)
    parrot.tell(b"one\r\ntwo\r\n")
    inbox.next(lambda event: event == DataEvent("two"))
    assert worker.stop()
    assert "a defect of the listener" in caplog.text


def test_silence_is_stale_and_the_first_word_ends_it(host: Hosting, parrot: Parrot) -> None:
    inbox = Inbox()
    worker = started(host, inbox, Words(stale_after_s=0.1))
    assert inbox.state(DeviceState.UNKNOWN).reason is Reason.OPENED
    assert inbox.state(DeviceState.STALE).reason is Reason.SILENT
    parrot.tell(b"hello\r\n")
    assert inbox.state(DeviceState.ONLINE).reason is Reason.ANSWERING
    assert worker.stop()


def test_bytes_without_sense_are_garbled(host: Hosting, parrot: Parrot) -> None:
    inbox = Inbox()

    class Chatter(Words):
        def poll(self, now: float) -> bytes:
            parrot.tell(b"?\r\n")
            return b""

    worker = started(host, inbox, Chatter(stale_after_s=0.2))
    assert inbox.state(DeviceState.STALE).reason is Reason.GARBLED
    assert worker.stop()


def test_a_code_without_suffix_ends_with_silence(host: Hosting, parrot: Parrot) -> None:
    inbox, protocol = Inbox(), Words()
    protocol.framer = IdleGapFramer(idle_gap_s=0.05)  # type: ignore[assignment] # another framer of the same kind
    worker = started(host, inbox, protocol)
    inbox.state(DeviceState.ONLINE)
    parrot.tell(b"0123456789")
    assert inbox.next_of(DataEvent) == DataEvent("0123456789")
    assert worker.stop()


# - commands -


def test_a_command_ends_with_its_answer(host: Hosting, parrot: Parrot) -> None:
    inbox = Inbox()
    worker = started(host, inbox)
    inbox.state(DeviceState.ONLINE)
    future = worker.submit(echo("answer"))
    assert parrot.heard_something.wait(PATIENCE_S)
    parrot.tell(b"something else\r\nanswer\r\n")
    assert future.result(PATIENCE_S) == "answer"
    assert parrot.heard == b"question\r\n"
    assert worker.stop()


def test_a_command_without_answer_ends_at_its_deadline_and_the_next_one_is_served(
    host: Hosting, parrot: Parrot
) -> None:
    inbox = Inbox()
    worker = started(host, inbox)
    inbox.state(DeviceState.ONLINE)
    late = worker.submit(echo("never", timeout_s=0.3))
    with pytest.raises(DeviceTimeout):
        late.result(PATIENCE_S)
    assert inbox.state(DeviceState.STALE).reason is Reason.SILENT
    parrot.tell(b"anything\r\n")
    inbox.state(DeviceState.ONLINE)
    parrot.heard_something.clear()
    future = worker.submit(echo("second"))
    assert parrot.heard_something.wait(PATIENCE_S)
    parrot.tell(b"second\r\n")
    assert future.result(PATIENCE_S) == "second"
    assert worker.stop()


def test_a_command_that_waited_past_its_deadline_is_not_sent(host: Hosting, parrot: Parrot) -> None:
    inbox = Inbox()
    worker = started(host, inbox)
    inbox.state(DeviceState.ONLINE)
    first = worker.submit(echo("never", request=b"first\r\n", timeout_s=0.2))
    second = worker.submit(echo("never", request=b"second\r\n", timeout_s=0.05))
    for future in (first, second):
        with pytest.raises(DeviceTimeout):
            future.result(PATIENCE_S)
    assert worker.stop()
    assert parrot.heard == b"first\r\n"


def test_a_refusal_of_the_device_is_the_end_of_the_command(host: Hosting, parrot: Parrot) -> None:
    def refuse(message: str) -> str | None:
        raise DeviceRefused(message)

    inbox = Inbox()
    worker = started(host, inbox)
    inbox.state(DeviceState.ONLINE)
    future = worker.submit(Command(b"question\r\n", refuse, PATIENCE_S))
    assert parrot.heard_something.wait(PATIENCE_S)
    parrot.tell(b"no\r\n")
    with pytest.raises(DeviceRefused, match="no"):
        future.result(PATIENCE_S)
    assert worker.stop()


def test_a_command_under_way_fails_when_the_cable_is_pulled(host: Hosting, parrot: Parrot) -> None:
    inbox = Inbox()
    worker = started(host, inbox)
    inbox.state(DeviceState.ONLINE)
    future, waiting = worker.submit(echo("never")), worker.submit(echo("never"))
    assert parrot.heard_something.wait(PATIENCE_S)
    host.unplug()
    for command in (future, waiting):
        with pytest.raises(DeviceOffline):
            command.result(PATIENCE_S)
    assert worker.stop()


def test_an_absent_device_takes_no_commands(host: Hosting) -> None:
    host.unplug()
    inbox = Inbox()
    worker = started(host, inbox, backoff=never())
    inbox.state(DeviceState.OFFLINE)
    with pytest.raises(DeviceOffline):
        worker.submit(echo("x")).result(PATIENCE_S)
    assert worker.stop()


def test_more_commands_than_are_kept_are_refused(host: Hosting, parrot: Parrot) -> None:
    inbox = Inbox()
    worker = started(host, inbox)
    inbox.state(DeviceState.ONLINE)
    futures = [worker.submit(echo("never")) for _ in range(40)]
    busy = [future for future in futures if future.done() and isinstance(future.exception(), DeviceBusy)]
    assert len(busy) >= 40 - 18
    assert worker.stop()
    assert all(isinstance(future.exception(PATIENCE_S), DeviceBusy | DeviceClosed) for future in futures)


def test_a_cancelled_command_is_not_sent(host: Hosting, parrot: Parrot) -> None:
    inbox = Inbox()
    worker = started(host, inbox)
    inbox.state(DeviceState.ONLINE)
    first = worker.submit(echo("never", request=b"first\r\n", timeout_s=0.2))
    second = worker.submit(echo("never", request=b"second\r\n"))
    assert second.cancel()
    with pytest.raises(DeviceTimeout):
        first.result(PATIENCE_S)
    assert worker.stop()
    assert parrot.heard == b"first\r\n"


@pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX")
def test_a_device_that_takes_no_bytes_is_said_to_be_blocked(host: Hosting, parrot: Parrot) -> None:
    """XON/XOFF: the device says stop and never go on."""
    inbox = Inbox()
    worker: Worker[str] = Worker("parrot", SerialTransport(host.url, xonxoff=True), Words(), inbox, backoff=never())
    worker.start()
    _running.append(worker)
    inbox.state(DeviceState.ONLINE)
    parrot.tell(b"stop\r\n\x13")
    inbox.next(lambda event: event == DataEvent("stop"))
    future = worker.submit(echo("never", request=b"x" * 200_000))
    assert inbox.state(DeviceState.OFFLINE).reason is Reason.BLOCKED
    with pytest.raises(DeviceOffline):
        future.result(PATIENCE_S)
    assert worker.stop()


# - the end -


def test_stopping_is_said_last_and_nothing_comes_after_it(host: Hosting, parrot: Parrot) -> None:
    inbox = Inbox()
    worker = started(host, inbox)
    inbox.state(DeviceState.ONLINE)
    assert worker.stop()
    parrot.tell(b"too late\r\n")
    last = inbox.all[-1]
    assert (last.state, last.reason) == (DeviceState.OFFLINE, Reason.STOPPED)
    with pytest.raises(DeviceClosed):
        worker.submit(echo("x")).result(PATIENCE_S)


def test_a_device_that_waits_for_its_next_attempt_stops_at_once(host: Hosting) -> None:
    host.unplug()
    inbox = Inbox()
    worker = started(host, inbox, backoff=never())
    inbox.state(DeviceState.OFFLINE)
    assert worker.stop()


def test_a_listener_may_stop_the_device(host: Hosting) -> None:
    inbox = Inbox()
    holder: list[Worker[str]] = []

    def listener(event: Any) -> None:  # noqa: ANN401 - any event
        inbox(event)
        holder[0].stop()

    holder.append(Worker("parrot", SerialTransport(host.url), Words(), listener))
    holder[0].start()
    assert inbox.state(DeviceState.OFFLINE).reason is Reason.STOPPED
    assert holder[0].stop()


def test_a_device_is_started_once(host: Hosting) -> None:
    worker = started(host, Inbox())
    with pytest.raises(DeviceError, match="started"):
        worker.start()
    assert worker.stop()


def test_a_device_that_hangs_is_left_behind_and_says_nothing_any_more(host: Hosting, parrot: Parrot) -> None:
    """A driver stuck in a call cannot be ended; the program must not wait for it, nor hear of it."""
    inbox, stuck, freed = Inbox(), threading.Event(), threading.Event()

    class Stuck(Words):
        def poll(self, now: float) -> bytes:
            stuck.set()
            freed.wait(PATIENCE_S)
            return b""

    worker = started(host, inbox, Stuck())
    assert stuck.wait(PATIENCE_S)
    assert not worker.stop()
    count = len(inbox.all)
    freed.set()
    assert worker.stop()
    assert len(inbox.all) == count


def test_a_device_that_never_started_takes_no_commands() -> None:
    worker: Worker[str] = Worker("parrot", SerialTransport("COM99"), Words(), Inbox())
    assert worker.stop()
    with pytest.raises(DeviceClosed):
        worker.submit(echo("x")).result(PATIENCE_S)


@given(st.integers(1, 20))
def test_the_waits_double_up_to_eight_seconds_and_are_spread(attempts: int) -> None:
    backoff = Backoff()
    for wait, nominal in zip(
        [backoff.next_s() for _ in range(attempts)], itertools.chain([0.5, 1, 2, 4], itertools.repeat(8)), strict=False
    ):
        assert 0.8 * nominal <= wait <= 1.2 * nominal
    backoff.reset()
    assert backoff.next_s() <= 0.6
