"""The last traffic of a device, kept for support: what was said, in which direction, and when."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from drivers.transports.transport import Transport

RING_BYTES = 64 * 1024


class Direction(Enum):
    """Seen from this computer."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes that moved together; `monotonic` is in seconds of this machine's monotonic clock."""

    monotonic: float
    direction: Direction
    data: bytes


class RecordingTransport:
    """A transport that remembers the last `capacity` bytes of what passed through it."""

    def __init__(self, inner: Transport, *, capacity: int = RING_BYTES) -> None:
        self._inner = inner
        self._capacity = capacity
        self._ring: deque[Traffic] = deque()
        self._held = 0
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name of what is recorded."""
        return self._inner.name

    def open(self) -> None:
        """Attach."""
        self._inner.open()

    def close(self) -> None:
        """Let go; what was recorded stays."""
        self._inner.close()

    def read(self, *, timeout_s: float) -> bytes:
        """Read, and remember what came."""
        data = self._inner.read(timeout_s=timeout_s)
        if data:
            self._remember(Direction.IN, data)
        return data

    def write(self, data: bytes, *, timeout_s: float) -> None:
        """Remember, then write: what was tried is of interest above all when it failed."""
        self._remember(Direction.OUT, data)
        self._inner.write(data, timeout_s=timeout_s)

    def recorded(self) -> tuple[Traffic, ...]:
        """Return the traffic that is still held, oldest first."""
        with self._lock:
            return tuple(self._ring)

    def export(self, *, now: datetime | None = None) -> str:
        """Return the traffic as text for support: time, direction, bytes.

        Times are seconds since the first line; with `now`, the aware present, they are its clock's.
        """
        held = self.recorded()
        start = held[0].monotonic if held else 0.0
        zero = now - timedelta(seconds=time.monotonic() - start) if now else None
        return "".join(
            f"{_when(entry.monotonic - start, zero)} {entry.direction.value:<3} {_readable(entry.data)}\n"
            for entry in held
        )

    def _remember(self, direction: Direction, data: bytes) -> None:
        kept = data[-self._capacity :]
        with self._lock:
            self._ring.append(Traffic(time.monotonic(), direction, kept))
            self._held += len(kept)
            while self._held > self._capacity:
                self._held -= len(self._ring.popleft().data)


def _when(passed_s: float, zero: datetime | None) -> str:
    if zero is None:
        return f"{passed_s:10.3f}"
    return (zero + timedelta(seconds=passed_s)).isoformat(timespec="milliseconds")


def _readable(data: bytes) -> str:
    """Show printable ASCII as it is and every other byte as `<hex>`."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F and byte != 0x3C else f"<{byte:02X}>" for byte in data)
