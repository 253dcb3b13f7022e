"""Simulated scanners: whatever is held before one comes out at the port as a real one would send it."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial

from drivers.scanners import hid_pos, ssi


class ScannerSimulator:
    """A scanner that sends plain lines, sans-IO. Codes may be shown to it from any thread.

    Args:
        prefix: sent before each code (for example STX).
        suffix: sent after each code; empty for none.
        send_aim: whether it is programmed to send AIM identifiers.
    """

    def __init__(self, *, prefix: bytes = b"", suffix: bytes = b"\r", send_aim: bool = True) -> None:
        self.prefix = prefix
        self.suffix = suffix
        self.send_aim = send_aim
        self._lock = threading.Lock()
        self._out = bytearray()

    def scan(self, code: str, aim_id: str = "]C0") -> None:
        """Read one code; `aim_id` says of which symbology the label is. GS stands in the code as 0x1D."""
        identifier = aim_id if self.send_aim else ""
        self.garbage(self.prefix + (identifier + code).encode() + self.suffix)

    def scan_part(self, code: str, aim_id: str = "]C0") -> None:
        """Begin to send a code and never end it: what is in the cable when it is pulled."""
        self.garbage(self.prefix + (aim_id + code).encode())

    def garbage(self, data: bytes) -> None:
        """Send bytes as they are."""
        with self._lock:
            self._out += data

    def actions(self) -> Mapping[str, Callable[..., None]]:
        """What a script or a person can do to it, by name."""
        return {
            "scan": self.scan,
            "part": self.scan_part,
            "flood": partial(flood, self.scan),
            "garbage": lambda text: self.garbage(bytes.fromhex(text)),
        }

    def receive(self, data: bytes, now: float) -> None:
        """A plain scanner does not listen."""

    def say(self, now: float) -> bytes:  # the contract's clock is not needed
        """Return what was read and not sent yet."""
        with self._lock:
            said, self._out = bytes(self._out), bytearray()
            return said


class SsiSimulator:
    """A scanner that speaks SSI: it waits for the acknowledgement of each code, and repeats it twice without one.

    Args:
        repeat_after_s: how long it waits for an acknowledgement.
        send_aim: whether it is programmed to send AIM identifiers in the code.
        on_acknowledged: called with each code that it need not repeat any more.
    """

    def __init__(
        self,
        *,
        repeat_after_s: float = 0.4,
        send_aim: bool = True,
        on_acknowledged: Callable[[str], None] = lambda _code: None,
    ) -> None:
        self.send_aim = send_aim
        self._on_acknowledged = on_acknowledged
        self.enabled = True
        self.failed = 0  # codes that were never acknowledged
        self._repeat_after_s = repeat_after_s
        self._lock = threading.Lock()
        self._heard = bytearray()
        self._out = bytearray()
        self._codes: deque[bytes] = deque()
        self._attempts = 0
        self._sent_at = 0.0
        self._deaf = 0
        self._spoiled = 0

    def scan(self, code: str, aim_id: str = "]C0") -> None:
        """Read one code."""
        kinds = {identifier: kind for kind, identifier in reversed(ssi.CODE_TYPES.items())}
        kind = kinds.get(aim_id[1:], 0)
        with self._lock:
            if self.enabled:
                self._codes.append(bytes([kind]) + ((aim_id if self.send_aim else "") + code).encode())

    def scan_part(self, code: str, aim_id: str = "]C0") -> None:
        """Begin to send a packet and never end it."""
        packet = ssi.packet(ssi.DECODE_DATA, (aim_id + code).encode(), source=ssi.SCANNER)
        self.garbage(packet[: len(packet) // 2])

    def deaf(self, times: int = 1) -> None:
        """Miss the next so many acknowledgements."""
        with self._lock:
            self._deaf = int(times)

    def spoil(self, times: int = 1) -> None:
        """Send the next so many packets with a wrong bit."""
        with self._lock:
            self._spoiled = int(times)

    def garbage(self, data: bytes) -> None:
        """Send bytes as they are."""
        with self._lock:
            self._out += data

    def actions(self) -> Mapping[str, Callable[..., None]]:
        """What a script or a person can do to it, by name."""
        return {
            "scan": self.scan,
            "part": self.scan_part,
            "flood": partial(flood, self.scan),
            "deaf": self.deaf,
            "spoil": self.spoil,
            "garbage": lambda text: self.garbage(bytes.fromhex(text)),
        }

    def receive(self, data: bytes, now: float) -> None:
        """Hear packets of the host."""
        with self._lock:
            self._heard += data
            while len(self._heard) > 1 and len(self._heard) >= self._heard[0] + 2:
                length = self._heard[0] + 2
                packet = bytes(self._heard[:length])
                del self._heard[:length]
                self._obey(packet)

    def say(self, now: float) -> bytes:
        """Return the packet that is due."""
        with self._lock:
            if self._attempts and now - self._sent_at >= self._repeat_after_s:
                self._give_up_or_repeat(now)
            elif self._codes and not self._attempts:
                self._send(now)
            said, self._out = bytes(self._out), bytearray()
            return said

    def _obey(self, packet: bytes) -> None:
        match packet[1]:
            case ssi.ACK if self._deaf:
                self._deaf -= 1
            case ssi.ACK if self._attempts:
                self._attempts = 0
                self._on_acknowledged(self._codes.popleft()[1:].decode())
            case ssi.NAK:
                self._sent_at = float("-inf")
            case ssi.REQUEST_REVISION:
                self._out += ssi.packet(ssi.REPLY_REVISION, b"SIM SSI 1.0", source=ssi.SCANNER)
            case ssi.SCAN_ENABLE | ssi.SCAN_DISABLE:
                self.enabled = packet[1] == ssi.SCAN_ENABLE
                self._out += ssi.packet(ssi.ACK, source=ssi.SCANNER)

    def _give_up_or_repeat(self, now: float) -> None:
        if self._attempts == 3:
            self._codes.popleft()
            self._attempts = 0
            self.failed += 1
        else:
            self._send(now)

    def _send(self, now: float) -> None:
        status = ssi.RESENT if self._attempts else 0
        packet = ssi.packet(ssi.DECODE_DATA, self._codes[0], source=ssi.SCANNER, status=status)
        if self._spoiled:
            self._spoiled -= 1
            packet = packet[:-3] + bytes([packet[-3] ^ 1]) + packet[-2:]
        self._out += packet
        self._attempts += 1
        self._sent_at = now


class HidScannerSimulator:
    """A scanner of the HID usage page 0x8C: what it says at one moment is one report."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reports: deque[bytes] = deque()

    def scan(self, code: str, aim_id: str = "]C0") -> None:
        """Read one code, in as many reports as it needs."""
        data = code.encode()
        pieces = [data[start : start + hid_pos.MOST_DATA] for start in range(0, len(data), hid_pos.MOST_DATA)]
        with self._lock:
            for piece in pieces:
                more = piece is not pieces[-1]
                self._reports.append(report(aim_id.encode(), piece, more=more))

    def scan_part(self, code: str, aim_id: str = "]C0") -> None:
        """Send the first report of a code and never the next."""
        self.garbage(report(aim_id.encode(), code.encode()[: hid_pos.MOST_DATA], more=True))

    def garbage(self, data: bytes) -> None:
        """Send a report as it is."""
        with self._lock:
            self._reports.append(data)

    def actions(self) -> Mapping[str, Callable[..., None]]:
        """What a script or a person can do to it, by name."""
        return {
            "scan": self.scan,
            "part": self.scan_part,
            "flood": partial(flood, self.scan),
            "garbage": lambda text: self.garbage(bytes.fromhex(text)),
        }

    def receive(self, data: bytes, now: float) -> None:
        """It does not listen."""

    def say(self, now: float) -> bytes:  # the contract's clock is not needed
        """Return the next report."""
        with self._lock:
            return self._reports.popleft() if self._reports else b""


def report(aim: bytes, data: bytes, *, more: bool) -> bytes:
    """One report of a HID scanner."""
    head = bytes([hid_pos.REPORT, len(data)]) + aim[:3].ljust(3, b"\0")
    return (head + data).ljust(hid_pos.SIZE - 1, b"\0") + bytes([more])


class WedgeSimulator:
    """A scanner that types: what it reads comes as keys, by `types`, with F8 for GS, as keyboards have no such key.

    Args:
        types: presses these keys, one after the other; a control character is the key that makes it, F8 is GS.
        prefix: typed before each code.
        suffix: typed after each code.
    """

    def __init__(self, types: Callable[[str], object], *, prefix: str = "\x02", suffix: str = "\r") -> None:
        self.prefix = prefix
        self.suffix = suffix
        self._types = types
        self._plugged = True

    def scan(self, code: str, aim_id: str = "]C0") -> None:
        """Read one code."""
        self._type(self.prefix + aim_id + code + self.suffix)

    def scan_part(self, code: str, aim_id: str = "]C0") -> None:
        """Begin to type a code and never end it."""
        self._type(self.prefix + aim_id + code)

    def garbage(self, data: bytes) -> None:
        """Type what means nothing, as far as keys can."""
        self._type("".join(chr(byte) for byte in data if 0x20 <= byte < 0x7F))

    def unplug(self) -> None:
        """Pull its cable."""
        self._plugged = False

    def replug(self) -> None:
        """Plug it in again."""
        self._plugged = True

    def close(self) -> None:
        """Take it away."""
        self.unplug()

    def actions(self) -> Mapping[str, Callable[..., None]]:
        """What a script or a person can do to it, by name."""
        return {
            "scan": self.scan,
            "part": self.scan_part,
            "flood": partial(flood, self.scan),
            "garbage": lambda text: self.garbage(bytes.fromhex(text)),
        }

    def _type(self, keys: str) -> None:
        if self._plugged:
            self._types(keys)


def flood(scan: Callable[[str], None], codes: int, word: str) -> None:
    """Read so many codes as fast as they can be sent, each another one: the word with a number."""
    for number in range(int(codes)):
        scan(f"{word}-{number}")


AnyScanner = ScannerSimulator | SsiSimulator | HidScannerSimulator


def scanner_simulator(protocol: str) -> AnyScanner:
    """The simulator of a protocol, by the name that settings use."""
    makers: Mapping[str, Callable[[], AnyScanner]] = {
        "plain": ScannerSimulator,
        "ssi": SsiSimulator,
        "hid_pos": HidScannerSimulator,
    }
    return makers[protocol]()
