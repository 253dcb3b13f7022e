"""SMA SCP-0499, levels 1 and 2: the standard of the American Scale Manufacturers Association (Fairbanks, B-Tek, …).

Commands and answers run from LF to CR. A weight is `s r n m f`, ten characters of weight and three of unit: every
answer of another length is refused, so a lost character cannot change a weight.

Verification, no real device was at hand:
    [S] answers, `W`, `Z`, `T`, `A`, `?`, `!`: SMA SCP-0499 as manufacturers quote it.
    [K] `C` clears the tare.
    [M] against `drivers/simulators/languages.py`, which was written from the same texts.
"""

import re
from decimal import Decimal

from drivers.device import BadFrame, Command, DeviceRefused
from drivers.framing import DelimitedFramer
from drivers.scales.pieces import (
    STALE_AFTER_S,
    Asking,
    Readings,
    is_gross,
    is_tared,
    known_unit,
    next_reading,
    shown_by,
    stands_at_zero,
    without_parity,
)
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightKind, WeightReading

_FIELDS = re.compile(r"([ ZOUEIT])([ 1-9])([GTNgn])([ M])([ -~])(.{10})([ -~]{3})")
_NUMBER = re.compile(r" *(-? *)([0-9]+(?:\.[0-9]+)?)")
_ABOUT = re.compile(r"([A-Z]{3}):([ -~]*)")
_ERRORS = {"?": "syntax", "!": "transmission"}
_KINDS = {"G": WeightKind.GROSS, "T": WeightKind.TARE, "N": WeightKind.NET}


class Sma:
    """The protocol, sans-IO."""

    stale_after_s: float | None = STALE_AFTER_S

    def __init__(self) -> None:
        self.framer = DelimitedFramer(start=0x0A, end=0x0D, max_length=64, mask=0x7F)
        self._readings = Readings()
        self._asking = Asking(b"\nW\r")

    def reset(self) -> None:
        """Begin anew: ask at once."""
        self._asking.reset()

    def poll(self, now: float) -> bytes:
        """Keep the readings coming."""
        return self._asking.poll(now)

    def decode(self, frame: bytes, now: float) -> ScaleMessage:
        """Say what stands between LF and CR; raises `BadFrame` for what is no message of this protocol."""
        text = without_parity(frame).decode("ascii")
        if text in _ERRORS:
            return ScaleAnswer("", "", error=_ERRORS[text])
        if found := _ABOUT.fullmatch(text):
            return ScaleAnswer(found[1], "A", found[2].strip(" "))
        if found := _FIELDS.fullmatch(text):
            return self._reading(found, frame, now)
        raise BadFrame("not_sma", frame)

    def _reading(self, found: re.Match[str], frame: bytes, now: float) -> WeightReading:
        status, kind, motion = found[1], _KINDS[found[3].upper()], found[4] == "M"
        if status in "OUEIT":
            return self._readings.trouble(
                frame, now, kind=kind, over=status == "O", under=status == "U", fault=status in "EIT", motion=motion
            )
        number = _NUMBER.fullmatch(found[6])
        if number is None:
            raise BadFrame("not_sma", frame)
        return self._readings.weight(
            frame,
            now,
            value=Decimal(number[1].strip(" ") + number[2]),
            unit=known_unit(found[7]),
            stable=not motion,
            kind=kind,
            motion=motion,
        )

    # - commands -

    def weigh(self, *, stable: bool, timeout_s: float) -> Command[ScaleMessage, WeightReading]:
        """The next reading, or the next stable one."""
        return next_reading(stable=stable, timeout_s=timeout_s)

    def zero(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Set the empty platform to zero."""
        return shown_by(stands_at_zero, "Z", b"\nZ\r")

    def tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Take what lies on the platform as tare."""
        return shown_by(is_tared, "T", b"\nT\r")

    def clear_tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Forget the tare."""
        return shown_by(is_gross, "C", b"\nC\r")

    def identify(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Ask which level it speaks: the answer `SMA:…` is the best proof there is of this protocol."""

        def answer(message: ScaleMessage) -> ScaleAnswer | None:
            if not isinstance(message, ScaleAnswer):
                return None
            if message.error:
                raise DeviceRefused(message.error)
            return message if message.command == "SMA" else None

        return Command(b"\nA\r", answer, 2.0)
