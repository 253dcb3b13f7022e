"""A simulated MT-SICS scale: goods are placed on it, it needs time to come to rest, and it can misbehave.

Written from the same texts as `drivers/scales/sics.py`; see there for what is verified.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from drivers.framing import LineFramer
from drivers.scales.reading import KG_PER_UNIT

_DECIMALS = {"kg": Decimal("0.001"), "g": Decimal(1), "lb": Decimal("0.001"), "oz": Decimal("0.01")}
_REST_WITHIN_S = 3.0  # after this long without rest, commands that wait for it are given up: `S I`, `Z I`
_ZERO_RANGE = Decimal("0.02")  # of the capacity, as is usual for legal-for-trade scales (OIML R 76)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A command that waits for rest."""

    word: str
    give_up_at: float


class ScaleSimulator:
    """The scale itself, sans-IO. May be told from any thread what happens to it.

    Args:
        capacity_kg: above it the scale shows overload.
        division_kg: the smallest step of the display.
        settle_s: how long the display moves after each change of the load.
        noise_kg: how far the display swings at first.
        repeat_every_s: the pace of `SIR`; real scales send about four readings a second.
        knows_repeat: whether it knows `SIR` at all.
        serial: its serial number.
    """

    def __init__(
        self,
        *,
        capacity_kg: Decimal = Decimal(30),
        division_kg: Decimal = Decimal("0.002"),
        settle_s: float = 0.6,
        noise_kg: Decimal = Decimal("0.120"),
        repeat_every_s: float = 0.1,
        knows_repeat: bool = True,
        serial: str = "SIM0001",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.capacity_kg = capacity_kg
        self.division_kg = division_kg
        self.settle_s = settle_s
        self.noise_kg = noise_kg
        self.repeat_every_s = repeat_every_s
        self.knows_repeat = knows_repeat
        self.serial = serial
        self._clock = clock
        self._lock = threading.RLock()
        self._random = random.Random(8217)  # noqa: S311 - the same swings in every run
        self._framer = LineFramer(max_length=128)
        self._load = Decimal(0)
        self._zero_point = Decimal(0)
        self._tare = Decimal(0)
        self._unit = "kg"
        self._changed_at = float("-inf")
        self._restless = False
        self._silent = False
        self._repeating = False
        self._repeat_at = 0.0
        self._waiting: list[_Waiting] = []
        self._out = bytearray()

    # - what happens to it -

    @property
    def load_kg(self) -> Decimal:
        """What lies on the platform."""
        return self._load

    def place(self, kg: Decimal) -> None:
        """Put goods on the platform, in addition to what lies there; less than nothing takes some off."""
        with self._lock:
            self._load += kg
            self._changed_at = self._clock()

    def clear(self) -> None:
        """Take everything off."""
        self.place(-self._load)

    def overload(self) -> None:
        """Put twice the capacity on."""
        self.place(2 * self.capacity_kg)

    def lift(self) -> None:
        """Lift the platform off its cell: under zero."""
        self.place(-self._load - self.capacity_kg)

    def set_unit(self, unit: str) -> None:
        """Press the unit key: kg, g, lb or oz."""
        if unit not in KG_PER_UNIT:
            raise ValueError(f"unknown unit {unit!r}")
        with self._lock:
            self._unit = unit

    def restless(self, *, on: bool) -> None:
        """Let the display move for ever (a fan, a running belt), or come to rest again."""
        with self._lock:
            self._restless = on
            self._changed_at = self._clock()

    def silence(self, *, on: bool) -> None:
        """Send nothing although the port is there, as a scale that was switched off; afterwards it has forgotten."""
        with self._lock:
            self._silent = on
            self._repeating = False
            self._waiting.clear()
            self._out.clear()

    def garbage(self, data: bytes) -> None:
        """Send bytes that mean nothing."""
        with self._lock:
            self._out += data

    def actions(self) -> Mapping[str, Callable[..., None]]:
        """What a script or a person can do to it, by name."""
        return {
            "place": lambda kg: self.place(Decimal(kg)),
            "clear": self.clear,
            "overload": self.overload,
            "lift": self.lift,
            "unit": self.set_unit,
            "restless": lambda word: self.restless(on=word == "on"),
            "silence": lambda word: self.silence(on=word == "on"),
            "garbage": lambda text: self.garbage(bytes.fromhex(text)),
        }

    # - what the driver meets -

    def receive(self, data: bytes, now: float) -> None:
        """Hear commands."""
        with self._lock:
            for line in self._framer.feed(data):
                if not self._silent:
                    self._obey(line.decode("latin-1"), now)

    def say(self, now: float) -> bytes:
        """Return answers, and readings that are due."""
        with self._lock:
            if self._silent:
                return b""
            self._serve_waiting(now)
            if self._repeating and now >= self._repeat_at:
                due = int((now - self._repeat_at) / self.repeat_every_s) + 1
                self._repeat_at += due * self.repeat_every_s
                for _ in range(due):
                    self._answer(self._weight_line(now))
            said, self._out = bytes(self._out), bytearray()
            return said

    def _obey(self, command: str, now: float) -> None:
        if command in {"S", "SI", "SIR", "@"}:
            self._repeating = False
        match command:
            case "S" | "Z" | "T":
                self._waiting.append(_Waiting(command, now + _REST_WITHIN_S))
            case "SI":
                self._answer(self._weight_line(now))
            case "SIR" if self.knows_repeat:
                self._repeating, self._repeat_at = True, now
            case "TAC":
                self._tare = Decimal(0)
                self._answer("TAC A")
            case "@":
                self._tare = Decimal(0)
                self._waiting.clear()
                self._answer(f'I4 A "{self.serial}"')
            case "I2":
                self._answer(f'I2 A "Simulator {self.capacity_kg} kg"')
            case "I4":
                self._answer(f'I4 A "{self.serial}"')
            case _:
                self._answer("ES")

    def _serve_waiting(self, now: float) -> None:
        still = []
        for waiting in self._waiting:
            if self._at_rest(now):
                self._answer(self._at_rest_answer(waiting.word, now))
            elif now >= waiting.give_up_at:
                self._answer(f"{waiting.word} I")
            else:
                still.append(waiting)
        self._waiting = still

    def _at_rest_answer(self, word: str, now: float) -> str:
        match word:
            case "Z":
                return self._zero()
            case "T":
                self._tare = self._gross()
                return f"T S {self._number(self._tare):>10} {self._unit}"
        return self._weight_line(now)

    def _zero(self) -> str:
        limit = self.capacity_kg * _ZERO_RANGE
        if self._load > limit:
            return "Z +"
        if self._load < -limit:
            return "Z -"
        self._zero_point, self._tare = self._load, Decimal(0)
        return "Z A"

    def _gross(self) -> Decimal:
        return self._load - self._zero_point

    def _at_rest(self, now: float) -> bool:
        return not self._restless and now - self._changed_at >= self.settle_s

    def _weight_line(self, now: float) -> str:
        gross = self._gross()
        if gross > self.capacity_kg:
            return "S +"
        if gross < -self.capacity_kg * _ZERO_RANGE:
            return "S -"
        at_rest = self._at_rest(now)
        shown = gross - self._tare + (Decimal(0) if at_rest else self._swing(now))
        return f"S {'S' if at_rest else 'D'} {self._number(shown):>10} {self._unit}"

    def _swing(self, now: float) -> Decimal:
        """How far the display is off while the load moves: less and less, unless it moves for ever."""
        left = 1.0 if self._restless else max(0.0, 1 - (now - self._changed_at) / self.settle_s)
        return self.noise_kg * Decimal(str(round(self._random.uniform(-left, left), 3)))

    def _number(self, kg: Decimal) -> Decimal:
        """Round to the display's step and convert to the unit shown."""
        stepped = (kg / self.division_kg).quantize(Decimal(1), ROUND_HALF_EVEN) * self.division_kg
        return (stepped / KG_PER_UNIT[self._unit]).quantize(_DECIMALS[self._unit], ROUND_HALF_EVEN) + Decimal(0)

    def _answer(self, line: str) -> None:
        self._out += f"{line}\r\n".encode("ascii")
