"""A simulated ZPL printer at a TCP port on loopback, as port 9100 of a Zebra printer.

    with PrinterSimulator(label_s=0.2, on_label=show) as printer:
        driver = ZplPrinter(TcpTransport(printer.host, printer.port))
        printer.run_out_of_paper(after=2)

It takes formats `^XA…^XZ` into its buffer, prints them one label after another, counts them, and answers `~HS`,
`~HQES`, `~HI`, `~HQSN` and SGD `getvar` in between. It draws nothing: `labels` holds the bytes of each label that
came out. Everything may be called from any thread.
"""

import contextlib
import re
import select
import socket
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_TURN_S = 0.01
_TOKEN = re.compile(rb'\^XA|\^XZ|~HQ[A-Z]{2}|~(?!HQ)[A-Z]{2}|! U1 getvar "[^"\r\n]*"\r?\n')
_TOKEN_BEGINS = re.compile(rb"[\^~!][^\n]{0,80}$")
_COPIES = re.compile(rb"\^PQ(\d+)")
_LENGTH = re.compile(rb"\^LL(\d+)")

OnLabel = Callable[[bytes], None]


@dataclass
class _Batch:
    """A format being printed: its bytes and the labels still to come."""

    zpl: bytes
    remaining: int
    due: float  # monotonic time at which the next label is out


@dataclass
class _Connection:
    """One host at the port: what it sent that is not understood yet, and the format it is in the middle of."""

    socket: socket.socket
    pending: bytes = b""
    format: bytes | None = None
    outbox: deque[tuple[float, bytes]] = field(default_factory=deque)


class PrinterSimulator:
    """A printer that can be asked, can run out of everything, and remembers what it printed.

    `label_s` is the time one label takes, `odometer` the labels printed in its life so far. With `silent_on_fault` it
    does not answer `~HS` while paper or ribbon is out or the head is open, as the vendor's text allows.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        serial: str = "SIM0000001",
        model: str = "ZT411-203dpi",
        dots_per_mm: int = 8,
        odometer: int = 1000,
        label_s: float = 0.0,
        silent_on_fault: bool = False,
        on_label: OnLabel | None = None,
    ) -> None:
        self.serial = serial
        self.model = model
        self.dots_per_mm = dots_per_mm
        self.odometer = odometer
        self.label_s = label_s
        self.silent_on_fault = silent_on_fault
        self.labels: list[bytes] = []
        self.received = 0
        self.on_label = on_label
        self._buffer: deque[bytes] = deque()
        self._batch: _Batch | None = None
        self._paper_left: int | None = None
        self._ribbon_out = self._head_open = self._paused = self._mute = self._blocked = False
        self._tells_counter = True
        self._counter_lag = 0
        self._answer_s = 0.0
        self._piece = 0
        self._repeats_old = False
        self._last_answer = b""
        self._reset_at: int | None = None
        self._length = 0
        self._connections: list[_Connection] = []
        self._changed = threading.Condition(threading.RLock())
        self._stopping = threading.Event()
        self._server: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._bound_port = 0

    # - at the port -

    @property
    def port(self) -> int:
        """The TCP port; chosen by the system at `start` unless given."""
        return self._bound_port

    def start(self, port: int = 0) -> None:
        """Switch the printer on at this port of loopback (0: any)."""
        self._server = socket.create_server((self.host, port))
        self._bound_port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._run, name=f"simulated printer {self._bound_port}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Switch it off for good."""
        self._stopping.set()
        if self._thread:
            self._thread.join()
        with self._changed:
            self._drop_connections(reset=False)
            if self._server:
                self._server.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # - what can happen to it -

    def run_out_of_paper(self, after: int = 0) -> None:
        """Let the roll end after so many more labels; the next one stays half printed."""
        with self._changed:
            self._paper_left = int(after)

    def load_paper(self) -> None:
        """Put in a new roll; the half printed label is printed again (`^JZY`)."""
        with self._changed:
            self._paper_left = None

    def run_out_of_ribbon(self) -> None:
        """Let the ribbon end."""
        self._set(ribbon_out=True)

    def load_ribbon(self) -> None:
        """Put in a new ribbon."""
        self._set(ribbon_out=False)

    def open_head(self) -> None:
        """Open the print head."""
        self._set(head_open=True)

    def close_head(self) -> None:
        """Close the print head."""
        self._set(head_open=False)

    def pause(self) -> None:
        """Press the pause key."""
        self._set(paused=True)

    def resume(self) -> None:
        """Press the pause key again."""
        self._set(paused=False)

    def mute(self) -> None:
        """Answer nothing any more; printing goes on."""
        self._set(mute=True)

    def unmute(self) -> None:
        """Answer again."""
        self._set(mute=False)

    def block(self) -> None:
        """Take no bytes from the network any more."""
        self._set(blocked=True)

    def unblock(self) -> None:
        """Take bytes again."""
        self._set(blocked=False)

    def hide_counter(self) -> None:
        """Answer "?" to the question for the odometer, as old firmware does."""
        self._set(tells_counter=False)

    def lag_counter(self, labels: int) -> None:
        """Let the odometer stay so many labels behind what is printed."""
        with self._changed:
            self._counter_lag = int(labels)

    def power_cycle(self) -> None:
        """Switch off and on: everything not yet printed is lost, connections are reset, the odometer stays."""
        with self._changed:
            self._drop_connections(reset=True)
            self._buffer.clear()
            self._batch = None

    def cancel_all(self) -> None:
        """Forget what is not printed yet, as `~JA` does."""
        with self._changed:
            self._buffer.clear()
            self._batch = None

    def swap(self, serial: str, odometer: int = 500) -> None:
        """Put another printer at the same address."""
        with self._changed:
            self.power_cycle()
            self.serial, self.odometer = serial, int(odometer)

    def reset_connection_after(self, received: int) -> None:
        """Reset the connection when so many more bytes were taken; what comes behind them is lost."""
        with self._changed:
            self._reset_at = self.received + int(received)

    def answer_after(self, seconds: float) -> None:
        """Answer slowly."""
        with self._changed:
            self._answer_s = float(seconds)

    def split_answers(self, piece: int) -> None:
        """Send answers in pieces of so many bytes (0: whole)."""
        with self._changed:
            self._piece = int(piece)

    def repeat_old_answers(self) -> None:
        """Send each answer merged behind the one before it."""
        self._set(repeats_old=True)

    def actions(self) -> Mapping[str, Callable[..., None]]:
        """Everything that can happen, by the word for it in a fault script."""
        return {
            "paper_out": self.run_out_of_paper,
            "load_paper": self.load_paper,
            "ribbon_out": self.run_out_of_ribbon,
            "load_ribbon": self.load_ribbon,
            "open_head": self.open_head,
            "close_head": self.close_head,
            "pause": self.pause,
            "resume": self.resume,
            "mute": self.mute,
            "unmute": self.unmute,
            "block": self.block,
            "unblock": self.unblock,
            "hide_counter": self.hide_counter,
            "lag_counter": self.lag_counter,
            "cancel_all": self.cancel_all,
            "repeat_old_answers": self.repeat_old_answers,
            "power_cycle": self.power_cycle,
            "swap": self.swap,
            "reset_after": self.reset_connection_after,
            "answer_after": self.answer_after,
            "split_answers": self.split_answers,
        }

    def wait_for_labels(self, labels: int, timeout_s: float = 5.0) -> bool:
        """Wait until so many labels came out since the start; says whether they did."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.labels) >= labels, timeout_s)

    def wait_for_bytes(self, received: int, timeout_s: float = 5.0) -> bool:
        """Wait until so many bytes were received since the start; says whether they were."""
        with self._changed:
            return self._changed.wait_for(lambda: self.received >= received, timeout_s)

    def _set(self, **flags: bool) -> None:
        with self._changed:
            for name, value in flags.items():
                setattr(self, f"_{name}", value)

    # - the thread -

    def _run(self) -> None:
        while not self._stopping.is_set():
            readable = self._wait()
            printed: list[bytes] = []
            with self._changed:
                for connection in [c for c in self._connections if c.socket in readable]:
                    self._receive(connection)
                self._print(time.monotonic(), printed)
                for connection in list(self._connections):
                    self._send(connection)
                self._changed.notify_all()
            for zpl in printed:
                if self.on_label:
                    self.on_label(zpl)

    def _wait(self) -> list[socket.socket]:
        """Wait a turn, take in new hosts, and return the connections that have something to read."""
        assert self._server
        with self._changed:
            watched = [] if self._blocked else [connection.socket for connection in self._connections]
        try:
            readable, _, _ = select.select([self._server, *watched], [], [], _TURN_S)
        except (OSError, ValueError):  # a connection was dropped meanwhile
            return []
        if self._server in readable:
            accepted, _ = self._server.accept()
            accepted.setblocking(False)
            with self._changed:
                self._connections.append(_Connection(accepted))
        return readable

    def _receive(self, connection: _Connection) -> None:
        most = 65536 if self._reset_at is None else max(1, min(65536, self._reset_at - self.received))
        try:
            data = connection.socket.recv(most)
        except OSError:
            data = b""
        if not data:
            self._drop(connection, reset=False)
            return
        self.received += len(data)
        self._understand(connection, data)
        if self._reset_at is not None and self.received >= self._reset_at:
            self._reset_at = None
            self._drop(connection, reset=True)

    def _understand(self, connection: _Connection, data: bytes) -> None:
        """Cut the stream into formats and immediate commands; the latter count within a format too."""
        stream, position = connection.pending + data, 0
        while match := _TOKEN.search(stream, position):
            self._take(connection, stream[position : match.start()])
            self._obey(connection, match.group())
            position = match.end()
        unfinished = _TOKEN_BEGINS.search(stream, max(position, len(stream) - 80))
        end = unfinished.start() if unfinished else len(stream)
        self._take(connection, stream[position:end])
        connection.pending = stream[end:]

    @staticmethod
    def _take(connection: _Connection, data: bytes) -> None:
        if connection.format is not None:
            connection.format += data

    def _obey(self, connection: _Connection, token: bytes) -> None:
        match token:
            case b"^XA":
                connection.format = b"^XA"
            case b"^XZ":
                if connection.format is not None:
                    self._buffer.append(connection.format + b"^XZ")
                connection.format = None
            case b"~JA":
                self.cancel_all()
            case b"~PP":
                self.pause()
            case b"~PS":
                self.resume()
            case _:
                self._answer(connection, self._said(connection, token))

    def _answer(self, connection: _Connection, answer: bytes) -> None:
        if self._mute or not answer:
            return
        merged = self._last_answer + answer if self._repeats_old else answer
        self._last_answer = answer
        due = time.monotonic() + self._answer_s
        size = self._piece or len(merged)
        for start in range(0, len(merged), size):
            connection.outbox.append((due, merged[start : start + size]))

    def _send(self, connection: _Connection) -> None:
        """Send one piece a turn."""
        if connection.outbox and connection.outbox[0][0] <= time.monotonic():
            with contextlib.suppress(OSError):
                connection.socket.send(connection.outbox.popleft()[1])

    def _drop(self, connection: _Connection, *, reset: bool) -> None:
        if reset:
            with contextlib.suppress(OSError):
                connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        connection.socket.close()
        self._connections.remove(connection)

    def _drop_connections(self, *, reset: bool) -> None:
        for connection in list(self._connections):
            self._drop(connection, reset=reset)

    # - printing -

    @property
    def _paper_out(self) -> bool:
        return self._paper_left == 0

    def _print(self, now: float, printed: list[bytes]) -> None:
        """Let out every label that is due by now."""
        while not (self._paper_out or self._ribbon_out or self._head_open or self._paused):
            if self._batch is None:
                if not self._buffer:
                    return
                self._batch = self._begin(self._buffer.popleft(), now)
            if now < self._batch.due:
                return
            self._batch.due += self.label_s
            self._batch.remaining -= 1
            self.odometer += 1
            self.labels.append(self._batch.zpl)
            printed.append(self._batch.zpl)
            if self._paper_left is not None:
                self._paper_left -= 1
            if self._batch.remaining == 0:
                self._batch = None

    def _begin(self, zpl: bytes, now: float) -> _Batch:
        copies, length = _COPIES.search(zpl), _LENGTH.search(zpl)
        self._length = int(length.group(1)) if length else self._length
        return _Batch(zpl, int(copies.group(1)) if copies else 1, now + self.label_s)

    # - answers -

    def _said(self, connection: _Connection, question: bytes) -> bytes:
        match question:
            case b"~HS":
                faulty = self._paper_out or self._ribbon_out or self._head_open
                return b"" if faulty and self.silent_on_fault else self._host_status(connection)
            case b"~HQES":
                return self._error_status()
            case b"~HI":
                return f"\x02{self.model},V92.21.39Z,{self.dots_per_mm},65536KB\x03\r\n".encode()
            case b"~HQSN":
                return f"\x02\r\n  SERIAL NUMBER\r\n  {self.serial}\r\n\x03\r\n".encode()
            case _ if question.startswith(b"!"):
                return self._variable(question.split(b'"')[1].decode())
            case _:
                return b""

    def _host_status(self, connection: _Connection) -> bytes:
        remaining = self._batch.remaining if self._batch else 0
        receiving = connection.format is not None
        lines = (
            f"030,{self._paper_out:d},{self._paused:d},{self._length:04d},{len(self._buffer):03d},0,0,{receiving:d},"
            "000,0,0,0",
            f"000,0,{self._head_open:d},{self._ribbon_out:d},1,2,4,0,{remaining:08d},1,000",
            "1234,0",
        )
        return b"".join(f"\x02{line}\x03\r\n".encode() for line in lines)

    def _error_status(self) -> bytes:
        bits = self._paper_out | self._ribbon_out << 1 | self._head_open << 2 | self._paused << 16
        return (
            "\x02\r\n  PRINTER STATUS                             \r\n"
            f"   ERRORS:         {bool(bits):d} 00000000 {bits:08X}\r\n"
            "   WARNINGS:       0 00000000 00000000\r\n\x03\r\n"
        ).encode()

    def _variable(self, name: str) -> bytes:
        match name:
            case "odometer.total_label_count" if self._tells_counter:
                value = str(self.odometer - self._counter_lag)
            case "device.unique_id":
                value = self.serial
            case _:
                value = "?"
        return f'"{value}"'.encode()


_LINGER_NOT = struct.pack("ii", 1, 0) if sys.platform != "win32" else struct.pack("hh", 1, 0)
