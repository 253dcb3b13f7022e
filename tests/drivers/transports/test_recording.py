"""The traffic that support gets to see."""

from datetime import UTC, datetime, timedelta

import pytest

from drivers.transports.recording import Direction, RecordingTransport
from drivers.transports.transport import TransportLost


class Pipe:
    """Answers each write once with the same bytes; after `cut` it is gone."""

    name = "pipe"

    def __init__(self) -> None:
        self._answer = b""
        self.is_cut = False

    def open(self) -> None: ...

    def close(self) -> None: ...

    def read(self, *, timeout_s: float) -> bytes:
        answer, self._answer = self._answer, b""
        return answer

    def write(self, data: bytes, *, timeout_s: float) -> None:
        if self.is_cut:
            raise TransportLost("cut")
        self._answer = data


def test_both_directions_are_kept_in_order() -> None:
    recording = RecordingTransport(Pipe())
    recording.write(b"SI\r\n", timeout_s=1)
    recording.read(timeout_s=1)
    recording.read(timeout_s=1)
    entries = recording.recorded()
    assert [(entry.direction, entry.data) for entry in entries] == [
        (Direction.OUT, b"SI\r\n"),
        (Direction.IN, b"SI\r\n"),
    ]
    assert entries[0].monotonic <= entries[1].monotonic


def test_only_the_last_bytes_are_kept() -> None:
    recording = RecordingTransport(Pipe(), capacity=100)
    for number in range(50):
        recording.write(b"%010d" % number, timeout_s=1)
    kept = b"".join(entry.data for entry in recording.recorded())
    assert kept == b"".join(b"%010d" % number for number in range(40, 50))


def test_a_single_message_larger_than_the_ring_keeps_its_end() -> None:
    recording = RecordingTransport(Pipe(), capacity=4)
    recording.write(b"123456789", timeout_s=1)
    assert [entry.data for entry in recording.recorded()] == [b"6789"]


def test_what_could_not_be_written_is_recorded_too() -> None:
    pipe = Pipe()
    pipe.is_cut = True
    recording = RecordingTransport(pipe)
    with pytest.raises(TransportLost):
        recording.write(b"Z\r\n", timeout_s=1)
    assert recording.recorded()[0].data == b"Z\r\n"


def test_the_export_can_be_read_by_a_person() -> None:
    recording = RecordingTransport(Pipe())
    recording.write(b"\x02I4 <x>\r", timeout_s=1)
    recording.read(timeout_s=1)
    first, second = recording.export().splitlines()
    assert first.split(maxsplit=1) == ["0.000", "out <02>I4 <3C>x><0D>"]
    assert " in  <02>I4" in second


def test_an_empty_recording_exports_nothing() -> None:
    assert RecordingTransport(Pipe()).export() == ""


def test_with_a_clock_the_export_says_when() -> None:
    recording = RecordingTransport(Pipe())
    recording.write(b"SI\r\n", timeout_s=1)
    now = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    (line,) = recording.export(now=now).splitlines()
    assert line.endswith("+00:00 out SI<0D><0A>")
    assert abs(datetime.fromisoformat(line.split()[0]) - now) < timedelta(minutes=1)
