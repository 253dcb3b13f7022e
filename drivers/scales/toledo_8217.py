"""Mettler 8217: STX weight CR, or STX `?` status CR where there is no weight to be told.

9600 7E1; commands are single characters without an end. No unit is on the wire (pounds have two decimals, kilograms
three), so it must be configured. The Brecknell 67xxU variant appends its letters.

Verification, no real device was at hand:
    [S] weights, `N` for net, status bits, `W`, `H`, `Z` (answered by a status): manuals of Mettler 8217, Brecknell
        6700U and 3700LP. The sixth bit is "net" by most texts and always 1 in one: it is not read.
    [K] `T` takes the tare and `C` clears it; neither is answered: known by the readings that follow.
    [M] against `drivers/simulators/languages.py`, which was written from the same texts.
"""

import re
from decimal import Decimal

from drivers.device import BadFrame, Command
from drivers.framing import DelimitedFramer
from drivers.scales.pieces import (
    STALE_AFTER_S,
    Asking,
    Readings,
    anything,
    checked_unit,
    is_gross,
    known_unit,
    next_reading,
    shown_by,
    stands_at_zero,
    without_parity,
)
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightKind, WeightReading

_WEIGHT = re.compile(r"([0-9]{2,3}\.[0-9]{2,4}|0[0-9]{5,6})(N?)((?:LB|KG|OZ|G|lb|kg|oz|g)?)")
_MOTION, _OVER, _UNDER, _NO_ZERO, _ALWAYS = 0x01, 0x02, 0x04, 0x08, 0x40


class Toledo8217:
    """The protocol, sans-IO. `default_unit` is the unit of the scale's display."""

    stale_after_s: float | None = STALE_AFTER_S

    def __init__(self, *, default_unit: str | None = None) -> None:
        self.framer = DelimitedFramer(start=0x02, end=0x0D, max_length=16, mask=0x7F)
        self._default_unit = checked_unit(default_unit)
        self._readings = Readings()
        self._asking = Asking(b"W")

    def reset(self) -> None:
        """Begin anew: ask at once."""
        self._asking.reset()

    def poll(self, now: float) -> bytes:
        """Keep the readings coming."""
        return self._asking.poll(now)

    def decode(self, frame: bytes, now: float) -> ScaleMessage:
        """Say what stands between STX and CR; raises `BadFrame` for what is no message of this protocol."""
        text = without_parity(frame).decode("ascii")
        if len(text) == 2 and text[0] == "?" and ord(text[1]) & _ALWAYS:
            return self._status(ord(text[1]), frame, now)
        found = _WEIGHT.fullmatch(text)
        if not found:
            raise BadFrame("not_8217", frame)
        return self._readings.weight(
            frame,
            now,
            value=Decimal(found[1]),
            unit=known_unit(found[3]) if found[3] else self._default_unit,
            stable=True,  # it tells weights at rest only
            kind=WeightKind.NET if found[2] else WeightKind.GROSS,
        )

    def _status(self, status: int, frame: bytes, now: float) -> WeightReading:
        return self._readings.trouble(
            frame,
            now,
            motion=bool(status & _MOTION),
            over=bool(status & _OVER),
            under=bool(status & _UNDER),
            fault=bool(status & _NO_ZERO),
        )

    # - commands -

    def weigh(self, *, stable: bool, timeout_s: float) -> Command[ScaleMessage, WeightReading]:
        """The next reading, or the next stable one."""
        return next_reading(stable=stable, timeout_s=timeout_s)

    def zero(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Set the empty platform to zero."""
        return shown_by(stands_at_zero, "Z", b"Z")

    def tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Take what lies on the platform as tare."""
        return shown_by(stands_at_zero, "T", b"T")

    def clear_tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Forget the tare."""
        return shown_by(is_gross, "C", b"C")

    def identify(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Ask for a weight: the scale has no number to tell, and its tests would interrupt the weighing."""
        return shown_by(anything, "W", b"W", timeout_s=2.0)
