"""What happened to a device since the program started: counters and last changes, for its screen and for support."""

import threading
from collections import deque
from dataclasses import dataclass

from drivers.device import StateChanged

KEPT_CHANGES = 50
_KEPT_BYTES = 64


@dataclass(frozen=True, slots=True)
class DeviceHistory:
    """One look at the counters.

    Attributes:
        opened: how often it was attached.
        lost: how often it went away while it was attached.
        frames: messages that were understood.
        errors: messages that were not, and bytes that belonged to none.
        heard_at: when the last bytes came, in seconds of the monotonic clock; `None` if none ever did.
        last_bytes: the last of them, at most 64.
        changes: the last changes of its state, oldest first, at most 50.
    """

    opened: int = 0
    lost: int = 0
    frames: int = 0
    errors: int = 0
    heard_at: float | None = None
    last_bytes: bytes = b""
    changes: tuple[StateChanged, ...] = ()

    @property
    def reconnects(self) -> int:
        """How often it came back."""
        return max(0, self.opened - 1)


class HistoryBook:
    """Counts, in the thread of the device; may be read from any other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened = self._lost = self._frames = self._errors = 0
        self._heard_at: float | None = None
        self._last = b""
        self._changes: deque[StateChanged] = deque(maxlen=KEPT_CHANGES)

    def opened(self) -> None:
        """It was attached."""
        with self._lock:
            self._opened += 1

    def lost(self) -> None:
        """It went away."""
        with self._lock:
            self._lost += 1

    def heard(self, data: bytes, now: float) -> None:
        """Bytes came."""
        with self._lock:
            self._heard_at = now
            self._last = (self._last + data)[-_KEPT_BYTES:]

    def understood(self, frames: int = 1) -> None:
        """Messages came."""
        with self._lock:
            self._frames += frames

    def not_understood(self) -> None:
        """Something came that is no message."""
        with self._lock:
            self._errors += 1

    def changed(self, change: StateChanged) -> None:
        """Its state changed."""
        with self._lock:
            self._changes.append(change)

    def read(self) -> DeviceHistory:
        """Return the counters as they are now."""
        with self._lock:
            return DeviceHistory(
                self._opened,
                self._lost,
                self._frames,
                self._errors,
                self._heard_at,
                self._last,
                tuple(self._changes),
            )
