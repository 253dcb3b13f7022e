"""What several scale protocols are made of: numbered readings, paced questions, commands known by their effect."""

from collections.abc import Callable
from decimal import Decimal

from drivers.device import BadFrame, Command, DeviceRefused
from drivers.scales.reading import KG_PER_UNIT, ScaleAnswer, ScaleMessage, WeightKind, WeightReading

POLL_EVERY_S = 0.2
STALE_AFTER_S = 2.0
_GRACE_S = 1.5  # a scale at rest that does not show the effect of a command after this long has refused it
_ONES = [bin(byte).count("1") % 2 for byte in range(256)]


def checked_unit(default_unit: str | None) -> str | None:
    """Return a configured unit; raises `ValueError` for one that cannot be converted."""
    if default_unit is not None and default_unit not in KG_PER_UNIT:
        raise ValueError(f"unknown unit {default_unit!r}")
    return default_unit


def known_unit(text: str) -> str | None:
    """The unit that a scale names, in small letters and without blanks; `None` where it is none that we convert."""
    unit = text.strip(" ").lower()
    return unit if unit in KG_PER_UNIT else None


def without_parity(frame: bytes) -> bytes:
    """Return the low seven bits of a message whose eighth bit is a parity bit or unused.

    Raises `BadFrame` where the eighth bits are neither all alike nor one kind of parity: a bit was turned over.
    """
    high = [byte >> 7 for byte in frame]
    odd_ones = {_ONES[byte] for byte in frame}
    if len(set(high)) > 1 and len(odd_ones) > 1:
        raise BadFrame("parity", frame)
    return bytes(byte & 0x7F for byte in frame)


class Readings:
    """Makes the readings of one scale, numbered over all its connections."""

    def __init__(self) -> None:
        self._seq = 0

    def weight(
        self,
        raw: bytes,
        now: float,
        *,
        value: Decimal,
        unit: str | None,
        stable: bool,
        kind: WeightKind = WeightKind.GROSS,
        motion: bool = False,
    ) -> WeightReading:
        """A number on the display."""
        self._seq += 1
        zero = value == 0
        return WeightReading(value, unit, stable, kind, raw, now, self._seq, zero=zero, motion=motion)

    def trouble(self, raw: bytes, now: float, *, kind: WeightKind = WeightKind.GROSS, **flags: bool) -> WeightReading:
        """What is no weight; where no flag says why, the scale was not ready."""
        self._seq += 1
        if not any(flags.values()):
            flags["not_ready"] = True
        return WeightReading(None, None, False, kind, raw, now, self._seq, **flags)


class Asking:
    """Asks the same question again and again, as often as a person can follow."""

    def __init__(self, question: bytes, *, every_s: float = POLL_EVERY_S) -> None:
        self._question = question
        self._every_s = every_s
        self._asked_at = float("-inf")

    def reset(self) -> None:
        """Ask at once: the connection is a new one."""
        self._asked_at = float("-inf")

    def poll(self, now: float) -> bytes:
        """The question, if its time has come."""
        if now - self._asked_at < self._every_s:
            return b""
        self._asked_at = now
        return self._question


def next_reading(*, stable: bool, timeout_s: float) -> Command[ScaleMessage, WeightReading]:
    """The next reading, or the next stable one, of a scale whose readings keep coming: nothing is sent for it."""

    def answer(message: ScaleMessage) -> WeightReading | None:
        wanted = isinstance(message, WeightReading) and (message.stable or not stable)
        return message if wanted and isinstance(message, WeightReading) else None

    return Command(b"", answer, timeout_s)


def shown_by(
    effect: Callable[[WeightReading], bool], word: str, request: bytes, *, timeout_s: float = 5.0
) -> Command[ScaleMessage, ScaleAnswer]:
    """A command that the scale does not answer: done when a reading shows its effect, refused when none does.

    For refusal the scale must be at rest and show something else 1.5 s after the first reading that followed.
    """
    first_at: float | None = None

    def answer(message: ScaleMessage) -> ScaleAnswer | None:
        nonlocal first_at
        if isinstance(message, ScaleAnswer):
            if message.error:
                raise DeviceRefused(message.error)
            return None
        first_at = message.monotonic if first_at is None else first_at
        if effect(message):
            return ScaleAnswer(word, "A")
        if message.stable and message.monotonic - first_at >= _GRACE_S:
            raise DeviceRefused("not_executable")
        return None

    return Command(request, answer, timeout_s)


def stands_at_zero(reading: WeightReading) -> bool:
    """The effect of zeroing, and of a tare in a language that does not tell net from gross."""
    return reading.stable and reading.zero and reading.kind is not WeightKind.TARE


def is_tared(reading: WeightReading) -> bool:
    """The effect of a tare: the goods that lie there count nothing."""
    return stands_at_zero(reading) and reading.kind is WeightKind.NET


def is_gross(reading: WeightReading) -> bool:
    """The effect of clearing the tare."""
    return reading.value is not None and reading.kind is WeightKind.GROSS


def anything(_reading: WeightReading) -> bool:
    """The effect of a harmless question: the scale speaks, and is understood."""
    return True


def not_supported() -> DeviceRefused:
    """What a command raises that the language does not have."""
    return DeviceRefused("not_supported")
