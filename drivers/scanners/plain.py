"""Plain serial scanners (RS-232, USB-COM): optional prefix, optional AIM identifier, the code, optional suffix.

What sites should program: suffix CR, AIM identifier on, GS (0x1D) transmitted. Without a suffix a pause of 50 ms ends
the code. Verification: framing and identifiers [S]; [M] against the simulator over pty, TCP and rfc2217; no real
scanner was at hand.
"""

from enum import Enum

from drivers.device import BadFrame
from drivers.framing import DelimitedFramer, Framer, IdleGapFramer, LineFramer
from drivers.scanners.aim import split_aim
from drivers.scanners.scan import Misread, Scan

GS = "\x1d"
_WITHIN_CODES = frozenset("\x1c\x1d\x1e\x04")  # separators of GS1 and of ISO/IEC 15434 messages
_STX = 0x02
_LONGEST_CODE = 4296  # characters in the largest QR code, numbers aside (7,089 digits are no warehouse code)


class Suffix(Enum):
    """What the scanner sends after a code."""

    CR = b"\r"
    CR_LF = b"\r\n"
    LF = b"\n"
    TAB = b"\t"
    NONE = b""


class PlainScanner:
    """The protocol, sans-IO.

    Args:
        suffix: what ends a code. CR and CR LF are the same here: an empty line is no code.
        stx_prefix: the scanner sends STX before each code; what comes outside of STX … suffix is then noise.
        aim_required: the scanner is programmed to send AIM identifiers, so a code without one lost its beginning.
    """

    stale_after_s: float | None = None  # a scanner that nobody uses is silent

    def __init__(self, *, suffix: Suffix = Suffix.CR, stx_prefix: bool = False, aim_required: bool = False) -> None:
        if stx_prefix and suffix is Suffix.NONE:
            raise ValueError("a scanner with a prefix must send a suffix too")
        self.framer = _framer(suffix, stx_prefix=stx_prefix)
        self._aim_required = aim_required

    def reset(self) -> None:
        """Nothing is remembered between codes."""

    def poll(self, now: float) -> bytes:
        """A scanner is not asked; it speaks when it reads."""
        return b""

    def decode(self, frame: bytes, now: float) -> Scan:
        """Return the code in a frame; raises `BadFrame` with a `Misread` for what is none."""
        text = as_text(frame)
        aim_id, code = split_aim(text)
        if not code or (self._aim_required and aim_id is None):
            raise BadFrame(Misread.INCOMPLETE, frame)
        if not is_code(code):
            raise BadFrame(Misread.GARBLED, frame)
        return Scan(frame, code, aim_id, now)


def is_code(text: str) -> bool:
    """Tell whether all characters can be those of a bar code: printable ones and separators."""
    return all(character.isprintable() or character in _WITHIN_CODES for character in text)


def as_text(frame: bytes) -> str:
    """Decode as UTF-8, else as ISO 8859-1, the default of the symbologies themselves."""
    try:
        return frame.decode("utf-8")
    except UnicodeDecodeError:
        return frame.decode("latin-1")


def _framer(suffix: Suffix, *, stx_prefix: bool) -> Framer:
    if suffix is Suffix.NONE:
        return IdleGapFramer(max_length=_LONGEST_CODE)
    if stx_prefix:
        return DelimitedFramer(start=_STX, end=suffix.value[0], max_length=_LONGEST_CODE)
    ends = b"\t" if suffix is Suffix.TAB else b"\r\n"
    return LineFramer(ends=ends, max_length=_LONGEST_CODE)
