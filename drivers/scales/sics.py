"""MT-SICS levels 0 and 1: the command set of Mettler-Toledo, also spoken by Ohaus, Kern, B-Tek and others.

ASCII lines, CR LF both ways, usually 9600 8N1. The weight stands right-aligned in ten characters, its unit behind it.

Verification, no real device was at hand:
    [S] weight lines, `S I`, `S +`, `S -`, `ES` `ET` `EL`, `I4`: operating instructions of Mettler-Toledo AT and AL.
    [S] `Z A`, `Z I`, `Z +`, `Z -`; `SIR` is ended by `S`, `SI`, `SR`, `@`; about four readings a second; `@` clears
        the tare (so it is never sent here): manual of the Ohaus 7000 series.
    [K] answers to `T` (`T S` weight unit) and `TAC` (`TAC A`).
    [M] against the simulator in `drivers/simulators/scale.py`, which was written from the same texts.
"""

import re
from decimal import Decimal
from enum import Enum

from drivers.device import BadFrame, Command, DeviceRefused
from drivers.framing import LineFramer
from drivers.scales.reading import KG_PER_UNIT, ScaleAnswer, ScaleMessage, WeightKind, WeightReading

_WEIGHT = re.compile(r"S ([SD]) +(-?[0-9]+(?:\.[0-9]+)?)(?: ([^ ]+))?")
_NO_WEIGHT = re.compile(r"S ([I+-])")
_ANSWER = re.compile(r"(@|[A-Z]+[0-9]*) ([A-Z+-])(?: +(.*))?")
_ERRORS = {"ES": "syntax", "ET": "transmission", "EL": "logical"}
_REFUSALS = {"I": "not_executable", "+": "upper_limit", "-": "lower_limit", "L": "wrong_parameter"}

_REPEAT_AFTER_S = 1.0  # the stream stopped (scale switched on anew, or another command ended it): ask again
_POLL_EVERY_S = 0.2


class Polling(Enum):
    """How readings are obtained."""

    REPEAT = "repeat"  # `SIR`: the scale sends by itself; falls back to EACH where the scale does not know it
    EACH = "each"  # `SI` five times a second
    ON_REQUEST = "on_request"  # only when asked; the scale's health is then known only by its answers


class Sics:
    """The protocol, sans-IO.

    Args:
        polling: how readings are obtained.
        default_unit: taken where a weight comes without unit; normally the scale names it.
    """

    def __init__(self, *, polling: Polling = Polling.REPEAT, default_unit: str | None = None) -> None:
        if default_unit is not None and default_unit not in KG_PER_UNIT:
            raise ValueError(f"unknown unit {default_unit!r}")
        self.framer = LineFramer(max_length=256)
        self._wanted = polling
        self._polling = polling
        self._default_unit = default_unit
        self._seq = 0
        self._asked_at = float("-inf")
        self._heard_at = float("-inf")
        self._refused_repeats = 0

    @property
    def stale_after_s(self) -> float | None:
        """Two seconds, unless the scale speaks only when it is asked."""
        return None if self._wanted is Polling.ON_REQUEST else 2.0

    def reset(self) -> None:
        """Begin anew; what the scale could not do before, it may be able to now (it may be another one)."""
        self._polling = self._wanted
        self._asked_at = self._heard_at = float("-inf")
        self._refused_repeats = 0

    def poll(self, now: float) -> bytes:
        """Keep the readings coming."""
        match self._polling:
            case Polling.REPEAT if now - max(self._heard_at, self._asked_at) >= _REPEAT_AFTER_S:
                self._asked_at = now
                return b"SIR\r\n"
            case Polling.EACH if now - self._asked_at >= _POLL_EVERY_S:
                self._asked_at = now
                return b"SI\r\n"
        return b""

    def decode(self, frame: bytes, now: float) -> ScaleMessage:
        """Say what a line means; raises `BadFrame` for what is no line of this protocol."""
        line = frame.decode("latin-1").strip(" ")
        if found := _WEIGHT.fullmatch(line):
            self._heard_at = now
            return self._weight(found, frame, now)
        if found := _NO_WEIGHT.fullmatch(line):
            self._heard_at = now
            return self._reading(frame, now, over=found[1] == "+", under=found[1] == "-", not_ready=found[1] == "I")
        if line in _ERRORS:
            self._note_refused_repeat()
            return ScaleAnswer("", "", error=_ERRORS[line])
        found = _ANSWER.fullmatch(line)
        if found and found[1] != "S":  # a weight that is not understood is no answer either
            return ScaleAnswer(found[1], found[2], (found[3] or "").strip().strip('"'))
        raise BadFrame("not_sics", frame)

    # - commands -

    def weigh(self, *, stable: bool, timeout_s: float) -> Command[ScaleMessage, WeightReading]:
        """The next reading, or the next stable one; while readings stream by themselves nothing is sent."""

        def answer(message: ScaleMessage) -> WeightReading | None:
            if isinstance(message, ScaleAnswer):
                return None
            streaming = self._polling is not Polling.ON_REQUEST
            waits = stable and streaming and not message.stable
            return None if waits else message

        request = (b"S\r\n" if stable else b"SI\r\n") if self._polling is Polling.ON_REQUEST else b""
        return Command(request, answer, timeout_s)

    def zero(self, *, timeout_s: float = 5.0) -> Command[ScaleMessage, ScaleAnswer]:
        """Set the empty platform to zero; the scale waits for rest first."""
        return self._command("Z", timeout_s)

    def tare(self, *, timeout_s: float = 5.0) -> Command[ScaleMessage, ScaleAnswer]:
        """Take what lies on the platform as tare; the scale waits for rest first."""
        return self._command("T", timeout_s)

    def clear_tare(self, *, timeout_s: float = 2.0) -> Command[ScaleMessage, ScaleAnswer]:
        """Forget the tare."""
        return self._command("TAC", timeout_s)

    def identify(self, *, timeout_s: float = 2.0) -> Command[ScaleMessage, ScaleAnswer]:
        """Ask for the serial number (`text` of the answer): the safe question, it changes nothing."""
        return self._command("I4", timeout_s)

    def _command(self, word: str, timeout_s: float) -> Command[ScaleMessage, ScaleAnswer]:
        def answer(message: ScaleMessage) -> ScaleAnswer | None:
            if not isinstance(message, ScaleAnswer):
                return None
            if message.error:
                raise DeviceRefused(message.error)
            if message.command != word:
                return None
            if message.status in _REFUSALS:
                raise DeviceRefused(_REFUSALS[message.status])
            return message

        return Command(f"{word}\r\n".encode("ascii"), answer, timeout_s)

    # - readings -

    def _weight(self, found: re.Match[str], frame: bytes, now: float) -> WeightReading:
        value = Decimal(found[2])
        unit = found[3] or self._default_unit
        stable = found[1] == "S"
        return self._reading(
            frame,
            now,
            value=value,
            unit=unit if unit in KG_PER_UNIT else None,
            stable=stable,
            motion=not stable,
            zero=value == 0,
        )

    def _reading(
        self,
        frame: bytes,
        now: float,
        *,
        value: Decimal | None = None,
        unit: str | None = None,
        **flags: bool,
    ) -> WeightReading:
        self._seq += 1
        stable = flags.pop("stable", False)
        # MT-SICS weights are net by definition; without a tare that is the gross weight.
        return WeightReading(value, unit, stable, WeightKind.NET, frame, now, self._seq, **flags)

    def _note_refused_repeat(self) -> None:
        """Go over to single questions when `SIR` was refused twice and nothing came since it was asked for."""
        if self._polling is Polling.REPEAT and self._heard_at < self._asked_at:
            self._refused_repeats += 1
            if self._refused_repeats >= 2:
                self._polling = Polling.EACH
