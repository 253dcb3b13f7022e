"""What the devices of a station tell the warehouse: how they are, and what lies on the scale.

Units here are the warehouse's (kilograms); protocols and ports are the business of `devices`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class DeviceRole(StrEnum):
    """What a device does for the person at the station."""

    SCANNER = "scanner"
    SCALE = "scale"
    LABEL_PRINTER = "label_printer"


class Health(StrEnum):
    """How a device is, in the words of the status strip."""

    ONLINE = "online"
    STALE = "stale"
    OFFLINE = "offline"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """The health of one device; `reason` is a stable code such as `paper_out`, empty where all is well."""

    device: str
    role: DeviceRole
    health: Health
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """One reading of a scale, in kilograms.

    It may be used as a parcel's weight only when `capturable`: stable, fresh, in a known unit, and zero was seen
    since the last parcel's weight was taken. `curve` is how a weight that was taken came to rest: grams at milliseconds
    before it was taken, the oldest first, only where it changed.
    """

    device: str
    kg: Decimal
    stable: bool
    capturable: bool
    age_s: float = 0.0
    curve: tuple[tuple[int, int], ...] = ()


MOST_OF_A_CURVE = 60


def compact_curve(readings: Sequence[tuple[float, Decimal]], taken_at: float) -> tuple[tuple[int, int], ...]:
    """Readings of a scale (seconds, kg; the oldest first) until one was taken, as milliseconds before it and grams.

    What did not change is left out but for the last; of more than 60 points the newest are kept.
    """
    points: list[tuple[int, int]] = []
    for at, kg in readings:
        point = (round((at - taken_at) * 1000), int((kg * 1000).to_integral_value()))
        if len(points) > 1 and points[-1][1] == points[-2][1] == point[1]:
            points[-1] = point
        else:
            points.append(point)
    return tuple(points[-MOST_OF_A_CURVE:])


@dataclass(frozen=True, slots=True)
class HealthChange:
    """One change of a device's health; `at` is aware UTC by the station's clock."""

    at: datetime
    health: Health
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DeviceHistory:
    """What happened to one device since the program started, for its screen and for support.

    Attributes:
        device: its name in the settings.
        opened: how often it was attached.
        lost: how often it went away.
        messages: what it said and was understood: scans, readings, answers.
        errors: what came and was not understood.
        silent_s: seconds since it last said anything; None if it never did.
        last_bytes: the end of what it said last.
        changes: the last changes of its health, oldest first, at most 50.
    """

    device: str
    opened: int = 0
    lost: int = 0
    messages: int = 0
    errors: int = 0
    silent_s: float | None = None
    last_bytes: bytes = b""
    changes: tuple[HealthChange, ...] = ()

    @property
    def reconnects(self) -> int:
        """How often it came back."""
        return max(0, self.opened - 1)
