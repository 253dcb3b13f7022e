"""NCI: the protocol SCP-01 of Weigh-Tronix, Brecknell and UPS ("NCI3835"), and its ECR variant (Diva, Brecknell 67xx).

Answers run from LF to ETX: a line with weight and unit, and a line with status bytes; in the ECR variant the second
begins with `S`, and is all that comes while the load moves or is over or under. 9600 8N1, or 4800 7E1.

Verification, no real device was at hand:
    [S] answers, status bytes, `W`, `S`, `Z`, `?`: manuals of Avery Weigh-Tronix 7821, Brecknell 3700LP and 67xx.
    [K] `T` takes the tare; no command that clears it is known. `ENQ` is the control character 05.
    [M] against `drivers/simulators/languages.py`, which was written from the same texts.
"""

import re
from decimal import Decimal
from enum import Enum

from drivers.device import BadFrame, Command
from drivers.framing import LineFramer
from drivers.scales.pieces import (
    STALE_AFTER_S,
    Asking,
    Readings,
    anything,
    is_tared,
    known_unit,
    next_reading,
    not_supported,
    shown_by,
    stands_at_zero,
    without_parity,
)
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightKind, WeightReading

_STATUS = re.compile(r"(S?)([0-?p-\x7f]{2,5})\r")
_WEIGHT = re.compile(r" *(-?) *([0-9]{1,6}(?:\.[0-9]{1,5})?|\.[0-9]{1,5}) *(lb|kg|oz|g) *", re.IGNORECASE)
_POUNDS_OUNCES = re.compile(r" *(-?) *([0-9]{1,4}) *lb *([0-9]{1,2}(?:\.[0-9]{1,3})?) *oz *", re.IGNORECASE)
_NO_NUMBER = re.compile(r" *([-^_])\1{2,}[-^_. ]*(?:[A-Za-z]{1,2}| )*")
_MORE = 0x40
_LF = 0x0A


class Variant(Enum):
    """Which of the two languages is spoken; the answers of both are always understood."""

    SCP_01 = "scp_01"
    ECR = "ecr"


class Nci:
    """The protocol, sans-IO."""

    stale_after_s: float | None = STALE_AFTER_S

    def __init__(self, *, variant: Variant = Variant.SCP_01) -> None:
        self.framer = LineFramer(ends=b"\x03", max_length=64, mask=0x7F)
        self._variant = variant
        self._readings = Readings()
        self._asking = Asking(b"W\r")

    def reset(self) -> None:
        """Begin anew: ask at once."""
        self._asking.reset()

    def poll(self, now: float) -> bytes:
        """Keep the readings coming."""
        return self._asking.poll(now)

    def decode(self, frame: bytes, now: float) -> ScaleMessage:
        """Say what came up to ETX; raises `BadFrame` for what is no message of this protocol."""
        _before, *lines = without_parity(_last_lines(frame)).decode("ascii").split("\n")
        if lines[-1:] == ["?\r"]:
            return ScaleAnswer("", "", error="syntax")
        if lines[-1:] == ["OPOS\r"]:
            return ScaleAnswer("ENQ", "A", "OPOS")
        found = _STATUS.fullmatch(lines[-1]) if lines else None
        status = _status_bytes(found[2], chained=not found[1]) if found else None
        shown = lines[-2] if len(lines) > 1 else None
        if status is None or (shown is not None and not shown.endswith("\r")):
            raise BadFrame("not_nci", frame)
        return self._reading(shown.removesuffix("\r") if shown is not None else None, status, frame, now)

    def _reading(self, shown: str | None, status: list[int], frame: bytes, now: float) -> WeightReading:
        first, second, third = (*status, 0)[:3]
        kind = WeightKind.NET if third & 0x04 else WeightKind.GROSS
        motion = bool(first & 0x01)
        flags = {
            "under": bool(second & 0x01),
            "over": bool(second & 0x02),
            "fault": bool(first & 0x0C or second & 0x0C or third & 0x08),
        }
        if shown is not None and (mark := _NO_NUMBER.fullmatch(shown)):
            flags[{"^": "over", "_": "under", "-": "fault"}[mark[1]]] = True
        elif shown is not None:
            value, unit = _weight(shown, frame)
            if not any(flags.values()):
                return self._readings.weight(
                    frame, now, value=value, unit=unit, stable=not motion, kind=kind, motion=motion
                )
        return self._readings.trouble(frame, now, kind=kind, motion=motion, **flags)

    # - commands -

    def weigh(self, *, stable: bool, timeout_s: float) -> Command[ScaleMessage, WeightReading]:
        """The next reading, or the next stable one."""
        return next_reading(stable=stable, timeout_s=timeout_s)

    def zero(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Set the empty platform to zero."""
        return shown_by(stands_at_zero, "Z", b"Z\r")

    def tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Take what lies on the platform as tare; the ECR variant cannot."""
        if self._variant is Variant.ECR:
            raise not_supported()
        return shown_by(is_tared, "T", b"T\r")

    def clear_tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Neither variant can."""
        raise not_supported()

    def identify(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Ask for the status, in the ECR variant for the word `OPOS`; there is no serial number."""
        if self._variant is Variant.SCP_01:
            return shown_by(anything, "S", b"S\r", timeout_s=2.0)
        return Command(b"\x05\r", _named, 2.0)


def _named(message: ScaleMessage) -> ScaleAnswer | None:
    """Any answer but a reading says that the scale listens; not every model knows the question."""
    return message if isinstance(message, ScaleAnswer) else None


def _last_lines(frame: bytes) -> bytes:
    """The two last lines, or the last if there is one only: what stands before them is garbage."""
    begins = [place for place, byte in enumerate(frame) if byte & 0x7F == _LF]
    return frame[begins[-2:][0] :] if begins else b""


def _status_bytes(text: str, *, chained: bool) -> list[int] | None:
    """The status bytes; `None` where one promises another that does not come.

    In a chain each from the second on says whether another follows; the ECR variant sends a fixed number [K].
    """
    status = [ord(character) for character in text]
    more = [bool(byte & _MORE) for byte in status]
    whole = [False, *[True] * (len(status) - 2), False]
    return status if more == whole or (not chained and not any(more)) else None


def _weight(shown: str, frame: bytes) -> tuple[Decimal, str | None]:
    if found := _POUNDS_OUNCES.fullmatch(shown):
        return Decimal(f"{found[1]}1") * (int(found[2]) * 16 + Decimal(found[3])), "oz"
    if found := _WEIGHT.fullmatch(shown):
        return Decimal(found[1] + found[2]), known_unit(found[3])
    raise BadFrame("not_nci", frame)
