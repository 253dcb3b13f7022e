"""USB scanners of the HID usage page 0x8C: a code comes in reports of 64 bytes, with its AIM identifier.

Report 2: length, identifier, up to 56 bytes of the code, and in the last byte whether another report follows. A report
of another size, a length that does not fit or a continuation that does not come makes no code.

Verification, no real scanner was at hand:
    [S] the layout of report 2: sample of a vendor (Access-IS).
    [K] a continuation comes within half a second.
"""

from drivers.device import BadFrame
from drivers.framing import ReportFramer
from drivers.scanners.aim import split_aim
from drivers.scanners.plain import as_text, is_code
from drivers.scanners.scan import Misread, Scan, ScannerMessage, ScannerNote

REPORT, SIZE, MOST_DATA = 2, 64, 56
_CONTINUED_WITHIN_S = 0.5
_LONGEST_CODE = 4296


class HidPosScanner:
    """The protocol, sans-IO: each frame is one report, its number first."""

    stale_after_s: float | None = None  # a scanner that nobody uses is silent

    def __init__(self) -> None:
        self.framer = ReportFramer(max_length=SIZE)
        self._begun = b""
        self._aim = b""
        self._begun_at = 0.0

    def reset(self) -> None:
        """Begin anew: what was begun before will not be continued."""
        self._begun = b""

    def poll(self, now: float) -> bytes:
        """A scanner is not asked; it speaks when it reads."""
        return b""

    def decode(self, frame: bytes, now: float) -> ScannerMessage:
        """Return the code that a report ends, or a note that it goes on; raises `BadFrame` with a `Misread`."""
        if frame[:1] != bytes([REPORT]):
            return ScannerNote("other_report", frame[:1].hex())
        begun, self._begun = self._begun, b""
        if len(frame) != SIZE or frame[1] > MOST_DATA or frame[-1] > 1:
            raise BadFrame(Misread.GARBLED, frame)
        aim, data, more = frame[2:5], frame[5 : 5 + frame[1]], frame[-1] == 1
        if begun and (now - self._begun_at > _CONTINUED_WITHIN_S or aim != self._aim):
            raise BadFrame(Misread.CUT, begun + frame)
        whole = begun + data
        if len(whole) > _LONGEST_CODE:
            raise BadFrame(Misread.GARBLED, whole)
        if more:
            self._begun, self._aim, self._begun_at = whole, aim, now
            return ScannerNote("continued")
        return _scan(aim, whole, now)


def _scan(aim: bytes, data: bytes, now: float) -> Scan:
    raw = aim.strip(b"\0") + data
    aim_id, code = split_aim(as_text(raw))
    code = code.rstrip("\r\n\t")
    if not code:
        raise BadFrame(Misread.INCOMPLETE, raw)
    if not is_code(code) or (aim_id is None and aim.strip(b"\0")):
        raise BadFrame(Misread.GARBLED, raw)
    return Scan(raw, code, aim_id, now)
