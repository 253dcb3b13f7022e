"""The inside of a simulated ZPL printer, sans-IO: what it takes in, what it prints, what it answers, what goes wrong.

It takes formats `^XA…^XZ` into its buffer, prints them one label after another, counts them, and answers `~HS`,
`~HQES`, `~HI`, `~HQSN` and SGD `getvar` in between. It draws nothing: `labels` holds the bytes of each label that
came out. Everything may be called from any thread. How it is attached is the business of `printer.py` (TCP, serial
port) and `usb_printer.py`.
"""

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(rb'\^XA|\^XZ|~HQ[A-Z]{2}|~(?!HQ)[A-Z]{2}|! U1 getvar "[^"\r\n]*"\r?\n')
_TOKEN_BEGINS = re.compile(rb"[\^~!][^\n]{0,80}$")
_COPIES = re.compile(rb"\^PQ(\d+)")
_LENGTH = re.compile(rb"\^LL(\d+)")
_MOST_AT_ONCE = 65536

OnLabel = Callable[[bytes], None]


@dataclass
class _Batch:
    """A format being printed: its bytes and the labels still to come."""

    zpl: bytes
    remaining: int
    due: float  # monotonic time at which the next label is out


@dataclass(eq=False)
class HostLine:
    """One host that talks with the printer: what it sent that is not understood yet, and what it has not heard yet."""

    pending: bytes = b""
    format: bytes | None = None
    outbox: deque[tuple[float, bytes]] = field(default_factory=deque)


OnCut = Callable[[HostLine | None], None]


class ZplMachine:
    """A printer that can be asked, can run out of everything, and remembers what it printed.

    `label_s` is the time one label takes, `odometer` the labels printed in its life so far. With `silent_on_fault` it
    does not answer `~HS` while paper or ribbon is out or the head is open, as the vendor's text allows. `on_cut` is
    what its port does when it is switched off (`None`: with every host) or loses one host; `on_label` hears each label
    that came out, on the thread that calls `turn`.
    """

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
        self.on_cut: OnCut = lambda _host: None
        self._buffer: deque[bytes] = deque()
        self._batch: _Batch | None = None
        self._paper_left: int | None = None
        self._power_left: int | None = None
        self._ribbon_out = self._head_open = self._paused = self._mute = self._blocked = False
        self._tells_counter = True
        self._counter_lag = 0
        self._answer_s = 0.0
        self._piece = 0
        self._repeats_old = False
        self._ignored: frozenset[str] = frozenset()
        self._last_answer = b""
        self._cut_at: int | None = None
        self._length = 0
        self._changed = threading.Condition(threading.RLock())

    # - what its port calls -

    @property
    def appetite(self) -> int:
        """How many bytes it would take now; 0 while it holds the flow."""
        with self._changed:
            if self._blocked:
                return 0
            return _MOST_AT_ONCE if self._cut_at is None else max(1, min(_MOST_AT_ONCE, self._cut_at - self.received))

    def hear(self, host: HostLine, data: bytes) -> None:
        """Take in what a host sent."""
        with self._changed:
            self.received += len(data)
            self._understand(host, data)
            if self._cut_at is not None and self.received >= self._cut_at:
                self._cut_at = None
                self.on_cut(host)
            self._changed.notify_all()

    def say(self, host: HostLine, now: float) -> bytes:
        """The next piece of an answer that is due for a host; `b""` when none is."""
        with self._changed:
            return host.outbox.popleft()[1] if host.outbox and host.outbox[0][0] <= now else b""

    def turn(self, now: float) -> None:
        """Let out the labels that are due by `now`; to be called every few milliseconds."""
        printed: list[bytes] = []
        with self._changed:
            self._print(now, printed)
            self._changed.notify_all()
        for zpl in printed:
            if self.on_label:
                self.on_label(zpl)

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

    def ignore(self, *questions: str) -> None:
        """Do not answer these: `~HS`, `~HQES`, or the name of an SGD variable (none: answer all again)."""
        with self._changed:
            self._ignored = frozenset(questions)

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
            self.on_cut(None)
            self._buffer.clear()
            self._batch = None

    def power_cycle_after(self, labels: int) -> None:
        """Switch off and on when so many more labels came out, such as in the middle of a batch."""
        with self._changed:
            self._power_left = int(labels)

    def cancel_all(self) -> None:
        """Forget what is not printed yet, as `~JA` does."""
        with self._changed:
            self._buffer.clear()
            self._batch = None

    def swap(self, serial: str, odometer: int = 500) -> None:
        """Put another printer at the same address."""
        with self._changed:
            self.serial, self.odometer = serial, int(odometer)
            self.power_cycle()

    def reset_connection_after(self, received: int) -> None:
        """Reset the connection when so many more bytes were taken; what comes behind them is lost."""
        with self._changed:
            self._cut_at = self.received + int(received)

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
            "ignore": self.ignore,
            "block": self.block,
            "unblock": self.unblock,
            "hide_counter": self.hide_counter,
            "lag_counter": self.lag_counter,
            "cancel_all": self.cancel_all,
            "repeat_old_answers": self.repeat_old_answers,
            "power_cycle": self.power_cycle,
            "power_cycle_after": self.power_cycle_after,
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

    def wait_for_change(self, timeout_s: float) -> None:
        """Wait until something was heard or printed, or so many seconds."""
        with self._changed:
            self._changed.wait(timeout_s)

    def _set(self, **flags: bool) -> None:
        with self._changed:
            for name, value in flags.items():
                setattr(self, f"_{name}", value)

    def _understand(self, host: HostLine, data: bytes) -> None:
        """Cut the stream into formats and immediate commands; the latter count within a format too."""
        stream, position = host.pending + data, 0
        while match := _TOKEN.search(stream, position):
            self._take(host, stream[position : match.start()])
            self._obey(host, match.group())
            position = match.end()
        unfinished = _TOKEN_BEGINS.search(stream, max(position, len(stream) - 80))
        end = unfinished.start() if unfinished else len(stream)
        self._take(host, stream[position:end])
        host.pending = stream[end:]

    @staticmethod
    def _take(host: HostLine, data: bytes) -> None:
        if host.format is not None:
            host.format += data

    def _obey(self, host: HostLine, token: bytes) -> None:
        match token:
            case b"^XA":
                host.format = b"^XA"
            case b"^XZ":
                if host.format is not None:
                    self._buffer.append(host.format + b"^XZ")
                host.format = None
            case b"~JA":
                host.format = None
                self.cancel_all()
            case b"~PP":
                self.pause()
            case b"~PS":
                self.resume()
            case _ if token.decode() not in self._ignored:
                self._answer(host, self._said(host, token))

    def _answer(self, host: HostLine, answer: bytes) -> None:
        if self._mute or not answer:
            return
        merged = self._last_answer + answer if self._repeats_old else answer
        self._last_answer = answer
        due = time.monotonic() + self._answer_s
        size = self._piece or len(merged)
        for start in range(0, len(merged), size):
            host.outbox.append((due, merged[start : start + size]))

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
            self._use_power_up()

    def _use_power_up(self) -> None:
        """A label came out: perhaps the last before it is switched off and on."""
        if self._power_left is not None:
            self._power_left -= 1
            if self._power_left <= 0:
                self._power_left = None
                self.power_cycle()

    def _begin(self, zpl: bytes, now: float) -> _Batch:
        copies, length = _COPIES.search(zpl), _LENGTH.search(zpl)
        self._length = int(length.group(1)) if length else self._length
        return _Batch(zpl, int(copies.group(1)) if copies else 1, now + self.label_s)

    # - answers -

    def _said(self, host: HostLine, question: bytes) -> bytes:
        match question:
            case b"~HS":
                faulty = self._paper_out or self._ribbon_out or self._head_open
                return b"" if faulty and self.silent_on_fault else self._host_status(host)
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

    def _host_status(self, host: HostLine) -> bytes:
        remaining = self._batch.remaining if self._batch else 0
        receiving = host.format is not None
        lines = (
            f"030,{self._paper_out:d},{self._paused:d},{self._length:04d},{len(self._buffer):03d},0,0,{receiving:d},"
            "000,0,0,0",
            f"000,0,{self._head_open:d},{self._ribbon_out:d},1,2,4,0,{remaining:08d},1,000",
            "1234,0",
        )
        return b"".join(f"\x02{line}\x03\r\n".encode() for line in lines)

    def _error_status(self) -> bytes:
        bits = self._error_bits
        return (
            "\x02\r\n  PRINTER STATUS                             \r\n"
            f"   ERRORS:         {bool(bits):d} 00000000 {bits:08X}\r\n"
            "   WARNINGS:       0 00000000 00000000\r\n\x03\r\n"
        ).encode()

    @property
    def _error_bits(self) -> int:
        return self._paper_out | self._ribbon_out << 1 | self._head_open << 2 | self._paused << 16

    def _variable(self, name: str) -> bytes:
        if name in self._ignored:
            return b""
        match name:
            case "zpl.system_status":
                bits = self._error_bits & 0xFFFF
                value = f"{self._paused:d},{bool(bits):d},00000000,{bits:08X},0,00000000,00000000"
            case "odometer.total_label_count" if self._tells_counter:
                value = str(self.odometer - self._counter_lag)
            case "device.unique_id":
                value = self.serial
            case _:
                value = "?"
        return f'"{value}"'.encode()
