"""USB scales of the HID usage page 0x8D (Dymo, Stamps.com, Mettler, Fairbanks): one report is one reading.

Report 3: status, unit, exponent, two bytes of weight. A short or empty report is refused, report 4 (which some send in
between) is no reading, and what lies waiting when the device is opened is old and passed over.

Verification, no real device was at hand:
    [S] reports, states and units; two captures of a real PS60 are in the tests: USB Point of Sale usage tables.
    [K] report 2 outwards sets the empty platform to zero; reports that were queued come within 0.1 s of the first.
    [M] against `drivers/simulators/languages.py`, which was written from the same texts.
"""

from decimal import Decimal

from drivers.device import BadFrame, Command
from drivers.framing import ReportFramer
from drivers.scales.pieces import (
    STALE_AFTER_S,
    Readings,
    anything,
    next_reading,
    not_supported,
    shown_by,
    stands_at_zero,
)
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightReading

_DATA_REPORT = 3
_LENGTH = 6
_FAULT, _ZERO, _MOTION, _STABLE, _UNDER, _OVER, _CALIBRATE, _REZERO = range(1, 9)
_UNITS = {2: "g", 3: "kg", 11: "oz", 12: "lb"}
_LAST_UNIT = 12
_QUEUED_S = 0.1


class HidPosScale:
    """The protocol, sans-IO: each frame is one report, its number first."""

    stale_after_s: float | None = STALE_AFTER_S

    def __init__(self) -> None:
        self.framer = ReportFramer()
        self._readings = Readings()
        self._first_at: float | None = None

    def reset(self) -> None:
        """Begin anew: the first report may be older than the connection."""
        self._first_at = None

    def poll(self, now: float) -> bytes:
        """It speaks by itself."""
        return b""

    def decode(self, frame: bytes, now: float) -> ScaleMessage:
        """Say what a report means; raises `BadFrame` for what is no reading, or was waiting before the connection."""
        if len(frame) < _LENGTH or frame[0] != _DATA_REPORT or any(frame[_LENGTH:]):
            raise BadFrame("no_weight_report", frame)
        status, unit, exponent = frame[1], frame[2], int.from_bytes(frame[3:4], signed=True)
        if not _FAULT <= status <= _REZERO or not 1 <= unit <= _LAST_UNIT or not -6 <= exponent <= 3:
            raise BadFrame("no_weight_report", frame)
        if self._first_at is None:
            self._first_at = now
            raise BadFrame("queued", frame)
        if now - self._first_at < _QUEUED_S:
            raise BadFrame("queued", frame)
        value = Decimal(int.from_bytes(frame[4:6], "little")).scaleb(exponent)
        return self._reading(status, value, unit, frame, now)

    def _reading(self, status: int, value: Decimal, unit: int, frame: bytes, now: float) -> WeightReading:
        if status == _ZERO and value:
            raise BadFrame("contradiction", frame)
        if status in {_ZERO, _MOTION, _STABLE}:
            moving = status == _MOTION
            return self._readings.weight(
                frame, now, value=value, unit=_UNITS.get(unit), stable=not moving, motion=moving
            )
        return self._readings.trouble(
            frame, now, under=status == _UNDER, over=status == _OVER, fault=status in {_FAULT, _CALIBRATE, _REZERO}
        )

    # - commands -

    def weigh(self, *, stable: bool, timeout_s: float) -> Command[ScaleMessage, WeightReading]:
        """The next reading, or the next stable one."""
        return next_reading(stable=stable, timeout_s=timeout_s)

    def zero(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Set the empty platform to zero; cheap models do not listen, and then it is refused."""
        return shown_by(stands_at_zero, "zero", b"\x02\x02")

    def tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """The usage page has no tare."""
        raise not_supported()

    def clear_tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """The usage page has no tare."""
        raise not_supported()

    def identify(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Wait for its next report; the serial number is the USB device's."""
        return shown_by(anything, "", b"", timeout_s=2.0)
