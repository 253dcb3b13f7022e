"""A&D: lines of a header, nine characters of weight with sign and three of unit, such as `ST,+00123.45  g`.

CR LF, usually 2400 7E1. Counting scales (GC) put the result of a comparison between. Every other length is refused.

Verification, no real device was at hand:
    [S] headers, weight, unit, `OL`: manuals of A&D.
    [K] 2400 7E1; `Q`, `Z`, `T`; `EC,E…` errors; no command that clears the tare is known to be common to all.
    [M] against `drivers/simulators/languages.py`, which was written from the same texts.
"""

import re
from decimal import Decimal

from drivers.device import BadFrame, Command
from drivers.framing import LineFramer
from drivers.scales.pieces import (
    STALE_AFTER_S,
    Asking,
    Readings,
    anything,
    known_unit,
    next_reading,
    not_supported,
    shown_by,
    stands_at_zero,
    without_parity,
)
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightReading

_WEIGHT = re.compile(r"(ST|US|QT),(?:(?:LO|OK|HI|--),)?([+-])(?=.{11}\Z)([0-9]+(?:\.[0-9]+)?)([ A-Za-z%]{3})")
_OVER = re.compile(r"OL,(?:(?:LO|OK|HI|--),)?([+-])9+E\+?19.{0,3}")
_ERROR = re.compile(r"EC,(E[0-9]{1,2})")


class AAndD:
    """The protocol, sans-IO."""

    stale_after_s: float | None = STALE_AFTER_S

    def __init__(self) -> None:
        self.framer = LineFramer(max_length=64, mask=0x7F)
        self._readings = Readings()
        self._asking = Asking(b"Q\r\n")

    def reset(self) -> None:
        """Begin anew: ask at once."""
        self._asking.reset()

    def poll(self, now: float) -> bytes:
        """Keep the readings coming."""
        return self._asking.poll(now)

    def decode(self, frame: bytes, now: float) -> ScaleMessage:
        """Say what a line means; raises `BadFrame` for what is no line of this protocol."""
        text = without_parity(frame).decode("ascii")
        if found := _WEIGHT.fullmatch(text):
            moving = found[1] == "US"
            return self._readings.weight(
                frame,
                now,
                value=Decimal(found[2] + found[3]),
                unit=known_unit(found[4]),
                stable=not moving,
                motion=moving,
            )
        if found := _OVER.fullmatch(text):
            return self._readings.trouble(frame, now, over=found[1] == "+", under=found[1] == "-")
        if found := _ERROR.fullmatch(text):
            return ScaleAnswer("", "", error=found[1])
        raise BadFrame("not_a_and_d", frame)

    # - commands -

    def weigh(self, *, stable: bool, timeout_s: float) -> Command[ScaleMessage, WeightReading]:
        """The next reading, or the next stable one."""
        return next_reading(stable=stable, timeout_s=timeout_s)

    def zero(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Set the empty platform to zero."""
        return shown_by(stands_at_zero, "Z", b"Z\r\n")

    def tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Take what lies on the platform as tare; the lines do not tell net from gross."""
        return shown_by(stands_at_zero, "T", b"T\r\n")

    def clear_tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Take the goods off and zero the scale."""
        raise not_supported()

    def identify(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Ask for a weight: not every model tells a number of its own."""
        return shown_by(anything, "Q", b"Q\r\n", timeout_s=2.0)
