"""What the devices of a station tell the warehouse: how they are, and what lies on the scale.

Units here are the warehouse's (kilograms); protocols and ports are the business of `devices`.
"""

from dataclasses import dataclass
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
    since the last parcel's weight was taken.
    """

    device: str
    kg: Decimal
    stable: bool
    capturable: bool
    age_s: float = 0.0
