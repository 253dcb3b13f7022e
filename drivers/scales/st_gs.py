"""The `ST,GS` family: CAS (22 bytes), T-Scale, Excell and many others, such as `ST,GS,   1.250kg`.

CR LF. Stable or not, gross, net or tare, CAS with an identifier and a byte of lamps, then eight characters of weight
and the unit. Every other width of the weight is refused; such scales can be read by `pattern`. CAS's ten-byte form
has the weight alone: it is shown and never captured, since it does not say that the load is at rest.

Verification, no real device was at hand:
    [S] lines and lamps: manuals of CAS, T-Scale and Excell. Most send by themselves, others when they hear `R`.
    [K] no command that zeroes or tares is common to the family.
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
)
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightKind, WeightReading

_LINE = re.compile(r"(ST|US|OL),(GS|NT|TR),(?:([^,])([\x80-\xff]),)?(.{8}) ?([A-Za-z]{1,3}) *", re.DOTALL)
_WEIGHT_ONLY = re.compile(r"([ 0-9.+-]{8})( g|kg|lb|oz)")
_NUMBER = re.compile(r" *([+-]?) *([0-9]+(?:\.[0-9]+)?)")
_BELOW = re.compile(r" *-(?!-)")  # a sign, not the dashes in place of a number
_KINDS = {"GS": WeightKind.GROSS, "NT": WeightKind.NET, "TR": WeightKind.TARE}
_LAMP_STABLE = 0x40


class StGs:
    """The protocol, sans-IO. `request` is what the scale must hear before it sends a line; most send by themselves."""

    stale_after_s: float | None = STALE_AFTER_S

    def __init__(self, *, request: bytes = b"") -> None:
        self.framer = LineFramer(max_length=64)
        self._readings = Readings()
        self._asking = Asking(request)

    def reset(self) -> None:
        """Begin anew: ask at once."""
        self._asking.reset()

    def poll(self, now: float) -> bytes:
        """Ask, where the scale wants to be asked."""
        return self._asking.poll(now)

    def decode(self, frame: bytes, now: float) -> ScaleMessage:
        """Say what a line means; raises `BadFrame` for what is no line of this protocol."""
        text = frame.decode("latin-1")
        if found := _LINE.fullmatch(text):
            return self._line(found, frame, now)
        if (found := _WEIGHT_ONLY.fullmatch(text)) and (number := _NUMBER.fullmatch(found[1])):
            return self._readings.weight(
                frame, now, value=Decimal(number[1] + number[2]), unit=known_unit(found[2]), stable=False
            )
        raise BadFrame("not_st_gs", frame)

    def _line(self, found: re.Match[str], frame: bytes, now: float) -> WeightReading:
        kind = _KINDS[found[2]]
        if found[1] == "OL":
            below = _BELOW.match(found[5]) is not None
            return self._readings.trouble(frame, now, kind=kind, over=not below, under=below)
        number = _NUMBER.fullmatch(found[5])
        if number is None:
            raise BadFrame("not_st_gs", frame)
        lamp_agrees = found[4] is None or bool(ord(found[4]) & _LAMP_STABLE)
        return self._readings.weight(
            frame,
            now,
            value=Decimal(number[1] + number[2]),
            unit=known_unit(found[6]),
            stable=found[1] == "ST" and lamp_agrees,
            kind=kind,
            motion=found[1] == "US",
        )

    # - commands -

    def weigh(self, *, stable: bool, timeout_s: float) -> Command[ScaleMessage, WeightReading]:
        """The next reading, or the next stable one."""
        return next_reading(stable=stable, timeout_s=timeout_s)

    def zero(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Press the key on the scale."""
        raise not_supported()

    def tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Press the key on the scale."""
        raise not_supported()

    def clear_tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Press the key on the scale."""
        raise not_supported()

    def identify(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Wait for its next line."""
        return shown_by(anything, "", b"", timeout_s=2.0)
