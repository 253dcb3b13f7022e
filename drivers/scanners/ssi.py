"""SSI, the Simple Serial Interface of Symbol, Motorola and Zebra scanners: packets with a checksum, each acknowledged.

A packet that arrives spoiled is asked for again, silently; only when it does not arrive whole the third time is the
person asked to scan again. A packet that the scanner repeats because it missed our acknowledgement is not a second
scan.

Verification, no real scanner was at hand:
    [S] packets, opcodes, retransmit bit, three attempts: Zebra's SSI Programmer's Guide. The checksum is [M] against
        the packets printed there.
    [S] types 01 03 04 06 0B by an open source driver, 0F 1A 30-32 by a Symbol reference guide; other types [K].
    [K] a scanner repeats within 3 s. Codes in several packets (over 250 characters) are said to have been cut.
"""

from drivers.device import BadFrame, Command, DeviceRefused
from drivers.scanners.aim import AimId, split_aim
from drivers.scanners.plain import as_text, is_code
from drivers.scanners.scan import Misread, Scan, ScannerMessage, ScannerNote

DECODE_DATA, ACK, NAK, EVENT = 0xF3, 0xD0, 0xD1, 0xF6
REQUEST_REVISION, REPLY_REVISION, SCAN_ENABLE, SCAN_DISABLE = 0xA3, 0xA4, 0xE9, 0xEA
RESENT, CONTINUED = 0x01, 0x02
NAK_RESEND = 0x01
SCANNER, HOST = 0x00, 0x04
CODE_TYPES = {
    0x01: "A0",
    0x02: "F0",
    0x03: "C0",
    0x06: "I0",
    0x07: "G0",
    0x08: "E0",
    0x09: "E0",
    0x0A: "E4",
    0x0B: "E0",
    0x0F: "C1",
    0x11: "L0",
    0x1A: "L0",
    0x1B: "d1",
    0x1C: "Q1",
    0x25: "U0",
    0x2D: "z0",
    0x30: "e0",
    0x31: "e0",
    0x32: "e0",
}
_FROM_SCANNER = {DECODE_DATA, ACK, NAK, EVENT, REPLY_REVISION, 0xC6, 0xD4}
_HEADER = 4
_RESENT_WITHIN_S = 3.0
_ATTEMPTS = 3


def packet(opcode: int, data: bytes = b"", *, source: int = HOST, status: int = 0) -> bytes:
    """A packet as it goes over the wire: length, opcode, source, status, data, checksum."""
    body = bytes([_HEADER + len(data), opcode, source, status]) + data
    return body + checksum(body)


def checksum(body: bytes) -> bytes:
    """The two's complement of the sum of all bytes before it, high byte first."""
    return (-sum(body) & 0xFFFF).to_bytes(2, "big")


class SsiFramer:
    """Cuts packets by their length; what cannot be the beginning of one is dropped byte by byte.

    A packet that stops in the middle is handed on as it is after 0.1 s, so that it can be asked for again.
    """

    idle_gap_s: float | None = 0.1

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.dropped = 0

    @property
    def pending(self) -> bool:
        """Tell whether a packet has begun."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Return the packets that `data` completes, checksum included, right or wrong."""
        self._buffer += data
        packets = []
        while self._buffer:
            if not self._can_begin():
                del self._buffer[0]
                self.dropped += 1
            elif len(self._buffer) >= self._buffer[0] + 2:
                length = self._buffer[0] + 2
                packets.append(bytes(self._buffer[:length]))
                del self._buffer[:length]
            else:
                break
        return packets

    def idle(self) -> list[bytes]:
        """Return what was begun and not ended, if it is more than a stray byte or two."""
        part = bytes(self._buffer)
        self._buffer.clear()
        if len(part) >= 3:
            return [part]
        self.dropped += len(part)
        return []

    def reset(self) -> None:
        """Forget the begun packet."""
        self._buffer.clear()

    def _can_begin(self) -> bool:
        begin = self._buffer[:3]
        if begin[0] < _HEADER:
            return False
        if len(begin) > 1 and begin[1] not in _FROM_SCANNER:
            return False
        return len(begin) < 3 or begin[2] == SCANNER


class SsiScanner:
    """The protocol, sans-IO."""

    stale_after_s: float | None = None  # a scanner that nobody uses is silent

    def __init__(self) -> None:
        self.framer = SsiFramer()
        self._out = bytearray()
        self._spoiled = 0
        self._last: tuple[bytes, float] | None = None

    def reset(self) -> None:
        """Begin anew; the last code is remembered, since the scanner may repeat it."""
        self._out.clear()
        self._spoiled = 0

    def poll(self, now: float) -> bytes:
        """The acknowledgements that are due."""
        out, self._out = bytes(self._out), bytearray()
        return out

    def decode(self, frame: bytes, now: float) -> ScannerMessage:
        """Return the code in a packet, or what else it says; raises `BadFrame` with a `Misread` for a lost code."""
        if len(frame) < _HEADER + 2 or len(frame) != frame[0] + 2 or frame[-2:] != checksum(frame[:-2]):
            return self._ask_again(frame)
        opcode, status, data = frame[1], frame[3], frame[_HEADER:-2]
        match opcode:
            case 0xF3:
                return self._code(status, data, frame, now)
            case 0xA4:
                return ScannerNote("revision", as_text(data).strip("\0 "))
            case 0xD1:
                return ScannerNote("refused", data[:1].hex())
            case 0xD0:
                return ScannerNote("acknowledged")
        self._out += packet(ACK)
        return ScannerNote("event", data.hex())

    def _ask_again(self, frame: bytes) -> ScannerNote:
        self._spoiled += 1
        if self._spoiled >= _ATTEMPTS:
            self._spoiled = 0
            self._out += packet(ACK)  # or it would be repeated once more, after the person has scanned again
            raise BadFrame(Misread.GARBLED, frame)
        self._out += packet(NAK, bytes([NAK_RESEND]))
        return ScannerNote("asked_again")

    def _code(self, status: int, data: bytes, frame: bytes, now: float) -> ScannerMessage:
        self._out += packet(ACK)
        asked_again, self._spoiled = self._spoiled > 0, 0
        if status & RESENT and not asked_again and self._is_last(data, now):
            return ScannerNote("repeated")
        self._last = data, now
        if status & CONTINUED:
            raise BadFrame(Misread.CUT, frame)
        aim_id, code = split_aim(as_text(data[1:]).rstrip("\r\n\t"))
        if not code:
            raise BadFrame(Misread.INCOMPLETE, frame)
        if not is_code(code):
            raise BadFrame(Misread.GARBLED, frame)
        if aim_id is None and data[0] in CODE_TYPES:
            aim_id = AimId(CODE_TYPES[data[0]])
        return Scan(frame, code, aim_id, now)

    def _is_last(self, data: bytes, now: float) -> bool:
        return self._last is not None and self._last[0] == data and now - self._last[1] <= _RESENT_WITHIN_S

    # - commands -

    def enable(self) -> Command[ScannerMessage, ScannerNote]:
        """Let it read."""
        return _command(SCAN_ENABLE, "acknowledged")

    def disable(self) -> Command[ScannerMessage, ScannerNote]:
        """Let it read nothing until it is enabled."""
        return _command(SCAN_DISABLE, "acknowledged")

    def identify(self) -> Command[ScannerMessage, ScannerNote]:
        """Ask for its revision, which changes nothing."""
        return _command(REQUEST_REVISION, "revision")


def _command(opcode: int, expected: str) -> Command[ScannerMessage, ScannerNote]:
    def answer(message: ScannerMessage) -> ScannerNote | None:
        if not isinstance(message, ScannerNote):
            return None
        if message.word == "refused":
            raise DeviceRefused(f"nak_{message.text}")
        return message if message.word == expected else None

    return Command(packet(opcode), answer, 2.0)
