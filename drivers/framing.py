"""Where one message ends and the next begins: framers, fed with bytes as they arrive, in pieces of any size.

Sans-IO: a framer knows no port and no clock. What is longer than a message can be, or has no beginning, is garbage:
it is dropped up to the next boundary and counted in `dropped`.
"""

from typing import Protocol


class Framer(Protocol):
    """Cuts a stream of bytes into messages."""

    dropped: int

    @property
    def idle_gap_s(self) -> float | None:
        """After this much silence within a message, `idle` must be called; `None` where silence means nothing."""
        ...

    @property
    def pending(self) -> bool:
        """Tell whether a message has begun and not ended."""
        ...

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes; return the messages that they complete, without their delimiters."""
        ...

    def idle(self) -> list[bytes]:
        """Say that the device fell silent; return the message that this completes, if it does."""
        ...

    def reset(self) -> None:
        """Forget a message that has begun: the connection is a new one."""
        ...


class LineFramer:
    """Messages that end with any of the bytes in `ends`; empty ones (between CR and LF) are left out.

    `mask` 0x7F finds the ends behind a parity bit too, where a 7E1 device is read as 8N1; messages keep theirs.
    """

    idle_gap_s: float | None = None

    def __init__(self, *, ends: bytes = b"\r\n", max_length: int = 1024, mask: int = 0xFF) -> None:
        self._ends = frozenset(ends)
        self._mask = mask
        self._max_length = max_length
        self._buffer = bytearray()
        self._overrun = False
        self.dropped = 0

    @property
    def pending(self) -> bool:
        """Tell whether a line has begun."""
        return bool(self._buffer) or self._overrun

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that `data` completes; a line over the maximal length is dropped as a whole."""
        lines = []
        for byte in data:
            if byte & self._mask in self._ends:
                if self._buffer:
                    lines.append(bytes(self._buffer))
                self.reset()
            elif self._overrun:
                self.dropped += 1
            elif len(self._buffer) == self._max_length:
                self.dropped += len(self._buffer) + 1
                self._buffer.clear()
                self._overrun = True
            else:
                self._buffer.append(byte)
        return lines

    def idle(self) -> list[bytes]:
        """Silence ends no line."""
        return []

    def reset(self) -> None:
        """Forget the begun line."""
        self._buffer.clear()
        self._overrun = False


class DelimitedFramer:
    """Messages between a start byte and an end byte, such as STX … ETX.

    What stands before a start is garbage; a second start before the end means that the first message was cut off.
    `trailer` bytes behind the end, such as a checksum, belong to the message, whatever they are. `mask` is that of
    `LineFramer`.
    """

    idle_gap_s: float | None = None

    def __init__(
        self, *, start: int = 0x02, end: int = 0x03, max_length: int = 1024, trailer: int = 0, mask: int = 0xFF
    ) -> None:
        if start == end:
            raise ValueError("a message needs an end that differs from its start")
        self._start = start
        self._end = end
        self._max_length = max_length
        self._trailer = trailer
        self._mask = mask
        self._buffer: bytearray | None = None
        self._missing: int | None = None  # bytes of the trailer that are still to come
        self.dropped = 0

    @property
    def pending(self) -> bool:
        """Tell whether a start was seen and no end."""
        return self._buffer is not None

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages that `data` completes."""
        messages = []
        for byte in data:
            if self._missing and self._buffer is not None:
                self._buffer.append(byte)
                self._missing -= 1
            elif byte & self._mask == self._start:
                self.dropped += len(self._buffer or b"")
                self._buffer = bytearray()
            elif self._buffer is None:
                self.dropped += 1
            elif byte & self._mask == self._end:
                self._missing = self._trailer
            elif len(self._buffer) == self._max_length:
                self.dropped += len(self._buffer) + 1
                self._buffer = None
            else:
                self._buffer.append(byte)
            if self._missing == 0 and self._buffer is not None:
                messages.append(bytes(self._buffer))
                self.reset()
        return messages

    def idle(self) -> list[bytes]:
        """Silence ends no message."""
        return []

    def reset(self) -> None:
        """Forget the begun message."""
        self._buffer = None
        self._missing = None


class IdleGapFramer:
    """Messages without any delimiter: what comes without a pause of `idle_gap_s` seconds is one message.

    For scanners that were programmed without a suffix; 30–50 ms is usual (DEVICES 2.2). The reader of the port
    measures the silence and calls `idle`.
    """

    def __init__(self, *, idle_gap_s: float = 0.05, max_length: int = 1024) -> None:
        self._idle_gap_s = idle_gap_s
        self._max_length = max_length
        self._buffer = bytearray()
        self._overrun = False
        self.dropped = 0

    @property
    def idle_gap_s(self) -> float | None:
        """The silence that ends a message."""
        return self._idle_gap_s

    @property
    def pending(self) -> bool:
        """Tell whether something came since the last silence."""
        return bool(self._buffer) or self._overrun

    def feed(self, data: bytes) -> list[bytes]:
        """Collect; only silence completes a message."""
        if self._overrun or len(self._buffer) + len(data) > self._max_length:
            self.dropped += len(self._buffer) + len(data)
            self._buffer.clear()
            self._overrun = True
        else:
            self._buffer += data
        return []

    def idle(self) -> list[bytes]:
        """Return what came before this silence, unless it was too long to be a message."""
        message = bytes(self._buffer)
        self.reset()
        return [message] if message else []

    def reset(self) -> None:
        """Forget the begun message."""
        self._buffer.clear()
        self._overrun = False


class ReportFramer:
    """HID reports: each piece that is fed is one whole report. Nothing is ever joined from two of them."""

    idle_gap_s: float | None = None
    pending = False

    def __init__(self, *, max_length: int = 64) -> None:
        self._max_length = max_length
        self.dropped = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return the report, unless it is longer than one can be."""
        if len(data) > self._max_length:
            self.dropped += len(data)
            return []
        return [bytes(data)] if data else []

    def idle(self) -> list[bytes]:
        """Silence ends no report."""
        return []

    def reset(self) -> None:
        """Nothing is remembered between reports."""
