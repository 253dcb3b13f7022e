"""Toledo continuous: the scale sends by itself, some ten to twenty times a second, and is not asked.

STX, three status bytes, six digits of weight, six of tare, CR and, where it is switched on, a checksum. There is a
short form without the tare, and Cardinal puts `>` between the two numbers. The decimal point stands in the first
status byte. Every other length is refused.

Verification, no real device was at hand:
    [S] framing, checksum, status words: manuals of Mettler IND445 and Kern FTC, Rice Lake 520 and 920i, Cardinal 225.
        Places of the point of 0 and 1 (weights in hundreds and tens) multiply.
    [K] SWB bit 6 (never zeroed since it was switched on) is no weight yet; a weight in tenfold resolution (SWC bit 4)
        is refused, since the texts do not say where its point is; of the units of SWC only grams are read.
    [M] against `drivers/simulators/languages.py`, which was written from the same texts.
"""

import re
from decimal import Decimal

from drivers.device import BadFrame, Command
from drivers.framing import DelimitedFramer
from drivers.scales.pieces import (
    STALE_AFTER_S,
    Readings,
    anything,
    is_gross,
    is_tared,
    next_reading,
    shown_by,
    stands_at_zero,
    without_parity,
)
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightKind, WeightReading

_STX, _CR = 0x02, 0x0D
_BODY = re.compile(r"([ -?])([ -?`-\x7f])([ -?])([ 0-9]{6})(?:>?[ 0-9]{6})?")
_WEIGHT = re.compile(r" *[0-9]+")
_PLACES = (2, 1, 0, -1, -2, -3, -4, -5)


class ToledoContinuous:
    """The protocol, sans-IO. `checksum` says that the scale was set up to send one: then it must be right."""

    stale_after_s: float | None = STALE_AFTER_S

    def __init__(self, *, checksum: bool = False) -> None:
        self.framer = DelimitedFramer(start=_STX, end=_CR, max_length=16, trailer=1 if checksum else 0, mask=0x7F)
        self._checksum = checksum
        self._readings = Readings()

    def reset(self) -> None:
        """Nothing is remembered between connections."""

    def poll(self, now: float) -> bytes:
        """It speaks by itself."""
        return b""

    def decode(self, frame: bytes, now: float) -> ScaleMessage:
        """Say what stands between STX and CR; raises `BadFrame` for what is no message of this protocol."""
        body = frame
        if self._checksum:
            body, sent = frame[:-1], frame[-1]
            if checksum(body) != sent & 0x7F:
                raise BadFrame("checksum", frame)
        text = without_parity(body).decode("ascii")
        found = _BODY.fullmatch(text)
        if not found or not _WEIGHT.fullmatch(found[4]):
            raise BadFrame("not_toledo_continuous", frame)
        return self._reading(ord(found[1]), ord(found[2]), ord(found[3]), int(found[4]), frame, now)

    def _reading(self, swa: int, swb: int, swc: int, digits: int, frame: bytes, now: float) -> WeightReading:
        kind = WeightKind.NET if swb & 0x01 else WeightKind.GROSS
        negative, out_of_range, motion = bool(swb & 0x02), bool(swb & 0x04), bool(swb & 0x08)
        if out_of_range or swb & 0x40 or swc & 0x10:
            return self._readings.trouble(
                frame,
                now,
                kind=kind,
                over=out_of_range and not negative,
                under=out_of_range and negative,
                not_ready=bool(swb & 0x40),
                fault=bool(swc & 0x10),
                motion=motion,
            )
        value = Decimal(-digits if negative else digits).scaleb(_PLACES[swa & 0x07])
        return self._readings.weight(
            frame, now, value=value, unit=_unit(swb, swc), stable=not motion, kind=kind, motion=motion
        )

    # - commands -

    def weigh(self, *, stable: bool, timeout_s: float) -> Command[ScaleMessage, WeightReading]:
        """The next reading, or the next stable one."""
        return next_reading(stable=stable, timeout_s=timeout_s)

    def zero(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Set the empty platform to zero."""
        return shown_by(stands_at_zero, "Z", b"Z\r\n")

    def tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Take what lies on the platform as tare."""
        return shown_by(is_tared, "T", b"T\r\n")

    def clear_tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Forget the tare."""
        return shown_by(is_gross, "C", b"C\r\n")

    def identify(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Wait for its next message: there is nothing to ask."""
        return shown_by(anything, "", b"", timeout_s=2.0)


def checksum(body: bytes) -> int:
    """The checksum of what stands between STX and CR: the two's complement of the sum of the low seven bits of all."""
    return -(_STX + _CR + sum(byte & 0x7F for byte in body)) & 0x7F


def _unit(swb: int, swc: int) -> str | None:
    match swc & 0x07:
        case 0:
            return "kg" if swb & 0x10 else "lb"
        case 1:
            return "g"
    return None
