"""A simulated scale of any protocol: goods are placed on it, it needs time to come to rest, and it can misbehave."""

import threading
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Protocol

from drivers.scales.protocols import SCALE_PROTOCOLS
from drivers.scales.reading import KG_PER_UNIT
from drivers.simulators.languages import DIALECTS, PlainLanguage
from drivers.simulators.platform import Platform
from drivers.simulators.sics import SicsLanguage

_MOST_KG = 1_000_000
_FLOOD_EVERY_S = 0.01
_PARITY = [byte | (bin(byte).count("1") % 2) << 7 for byte in range(128)]


class Language(Protocol):
    """What a simulated scale says and obeys."""

    def hear(self, data: bytes, now: float) -> None:
        """Hear commands."""
        ...

    def speak(self, now: float) -> bytes:
        """Return answers, and readings that are due."""
        ...

    def weight(self, now: float) -> bytes:
        """One reading, unasked."""
        ...

    def forget(self) -> None:
        """Be switched off and on."""
        ...


class ScaleSimulator:
    """The scale itself, sans-IO. May be told from any thread what happens to it.

    Args:
        protocol: what it speaks, one of `SCALE_PROTOCOLS`.
        capacity_kg: above it the scale shows overload.
        settle_s: how long the display moves after each change of the load.
        repeat_every_s: its pace where it sends by itself, and that of `SIR`; real scales send four to twenty a second.
        knows_repeat: whether it knows `SIR` at all.
        checksum: whether a Toledo continuous scale sends one.
        serial: its serial number.
    """

    def __init__(
        self,
        *,
        protocol: str = "sics",
        capacity_kg: Decimal = Decimal(30),
        settle_s: float = 0.6,
        repeat_every_s: float = 0.1,
        knows_repeat: bool = True,
        checksum: bool = False,
        serial: str = "SIM0001",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if protocol not in SCALE_PROTOCOLS:
            raise ValueError(f"unknown scale protocol {protocol!r}; known are {', '.join(SCALE_PROTOCOLS)}")
        self.protocol = protocol
        self.checksum = checksum
        self.capacity_kg = capacity_kg
        self._lock = threading.RLock()
        self._platform = Platform(capacity_kg=capacity_kg, settle_s=settle_s, clock=clock)
        self._language: Language
        if protocol == "sics":
            self._language = SicsLanguage(
                self._platform, repeat_every_s=repeat_every_s, knows_repeat=knows_repeat, serial=serial
            )
        else:
            dialect = DIALECTS[f"{protocol}_checksum" if checksum else protocol]
            self._language = PlainLanguage(self._platform, dialect, every_s=repeat_every_s)
        self._out = bytearray()
        self._silent = self._parity = self._dribbling = False
        self._flood_at: float | None = None
        self._spoil: Callable[[bytes], bytes] | None = None

    @property
    def settle_s(self) -> float:
        """How long the display moves after each change of the load."""
        return self._platform.settle_s

    @settle_s.setter
    def settle_s(self, seconds: float) -> None:
        self._platform.settle_s = seconds

    # - what happens to it -

    @property
    def load_kg(self) -> Decimal:
        """What lies on the platform."""
        return self._platform.load_kg

    def place(self, kg: Decimal) -> None:
        """Put goods on the platform, in addition to what lies there; less than nothing takes some off."""
        with self._lock:
            self._platform.place(kg)

    def clear(self) -> None:
        """Take everything off."""
        self.place(-self.load_kg)

    def overload(self) -> None:
        """Put twice the capacity on."""
        self.place(2 * self.capacity_kg)

    def lift(self) -> None:
        """Lift the platform off its cell: under zero."""
        self.place(-self.load_kg - self.capacity_kg)

    def set_unit(self, unit: str) -> None:
        """Press the unit key: kg, g, lb or oz."""
        if unit not in KG_PER_UNIT:
            raise ValueError(f"unknown unit {unit!r}")
        with self._lock:
            self._platform.unit = unit

    def tare(self) -> None:
        """Press the tare key."""
        with self._lock:
            self._platform.tare()

    def restless(self, *, on: bool) -> None:
        """Let the display move for ever (a fan, a running belt), or come to rest again."""
        with self._lock:
            self._platform.restless(on=on)

    def silence(self, *, on: bool) -> None:
        """Send nothing although the port is there, as a scale that was switched off; afterwards it has forgotten."""
        with self._lock:
            self._silent = on
            self._language.forget()
            self._out.clear()

    def garbage(self, data: bytes) -> None:
        """Send bytes that mean nothing."""
        with self._lock:
            self._out += data

    def flood(self, *, on: bool) -> None:
        """Send a hundred readings a second, asked or not."""
        with self._lock:
            self._flood_at = float("-inf") if on else None

    def dribble(self, *, on: bool) -> None:
        """Send one byte at a time."""
        with self._lock:
            self._dribbling = on

    def parity(self, *, on: bool) -> None:
        """Send seven bits with even parity in the eighth, as a 7E1 scale that is read as 8N1."""
        with self._lock:
            self._parity = on

    def cut(self) -> None:
        """Lose the second half of the next message."""
        with self._lock:
            self._spoil = lambda said: said[: len(said) // 2]

    def corrupt(self) -> None:
        """Turn one bit over in the middle of the next message."""
        with self._lock:
            self._spoil = lambda said: (
                said[: len(said) // 2] + bytes([said[len(said) // 2] ^ 1]) + said[len(said) // 2 + 1 :]
            )

    def actions(self) -> Mapping[str, Callable[..., None]]:
        """What a script or a person can do to it, by name."""
        return {
            "place": lambda kg: self.place(_weight(kg)),
            "clear": self.clear,
            "overload": self.overload,
            "lift": self.lift,
            "tare": self.tare,
            "unit": self.set_unit,
            "restless": lambda word: self.restless(on=word == "on"),
            "silence": lambda word: self.silence(on=word == "on"),
            "flood": lambda word: self.flood(on=word == "on"),
            "dribble": lambda word: self.dribble(on=word == "on"),
            "parity": lambda word: self.parity(on=word == "on"),
            "cut": self.cut,
            "corrupt": self.corrupt,
            "garbage": lambda text: self.garbage(bytes.fromhex(text)),
        }

    # - what the driver meets -

    def receive(self, data: bytes, now: float) -> None:
        """Hear commands."""
        with self._lock:
            if not self._silent:
                self._language.hear(data, now)

    def say(self, now: float) -> bytes:
        """Return answers, and readings that are due."""
        with self._lock:
            if self._silent:
                return b""
            self._out += self._spoiled(self._language.speak(now) + self._flooding(now))
            said = bytes(self._out[:1]) if self._dribbling else bytes(self._out)
            del self._out[: len(said)]
            return said

    def _flooding(self, now: float) -> bytes:
        if self._flood_at is None or now < self._flood_at:
            return b""
        due = 1 if self._flood_at == float("-inf") else int((now - self._flood_at) / _FLOOD_EVERY_S) + 1
        self._flood_at = now + _FLOOD_EVERY_S
        return b"".join(self._language.weight(now) for _ in range(due))

    def _spoiled(self, said: bytes) -> bytes:
        if said and self._spoil:
            said, self._spoil = self._spoil(said), None
        return bytes(_PARITY[byte & 0x7F] for byte in said) if self._parity else said


def _weight(word: str) -> Decimal:
    """Goods as they are typed, in kilograms; refuses what nobody can put anywhere."""
    kg = Decimal(word)
    if not kg.is_finite() or abs(kg) > _MOST_KG:
        raise ValueError(f"{word} kg is no weight up to {_MOST_KG} kg")
    return kg
