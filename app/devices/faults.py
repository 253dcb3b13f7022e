"""Drivers' words for trouble become the warehouse's: the only translation of drivers' errors.

Reasons of a `DeviceState` are drivers' stable words (`paper_out`, `lost`, …) and have a caption `reason.<word>`.
"""

from collections.abc import Callable, Mapping

from app.domain.equipment import DeviceState, Health
from app.domain.errors import Fault
from drivers.device import DeviceClosed, DeviceError, DeviceOffline, DeviceRefused, Reason
from drivers.device import DeviceState as DriverState
from drivers.scales.reading import Capture, WeightReading

OnState = Callable[[DeviceState], None]

HEALTH: Mapping[DriverState, Health] = {
    DriverState.UNKNOWN: Health.UNKNOWN,
    DriverState.ONLINE: Health.ONLINE,
    DriverState.STALE: Health.STALE,
    DriverState.OFFLINE: Health.OFFLINE,
    DriverState.FAULT: Health.FAULT,
}

# What is said of a device that works needs no reason; a cable that was pulled is what people call unplugged.
_SILENT_REASONS = frozenset({Reason.OPENED, Reason.ANSWERING, Reason.NOT_STARTED, Reason.STOPPED})


def reason_word(reason: Reason) -> str:
    """The reason of a state as the status strip names it; empty where the health says it all."""
    if reason in _SILENT_REASONS:
        return ""
    return "unplugged" if reason is Reason.LOST else reason.value


def command_fault(error: DeviceError, device: str) -> Fault:
    """Why a device did not do what it was told."""
    match error:
        case DeviceRefused():
            return Fault("devices.refused", retry=True, device=device)
        case DeviceOffline() | DeviceClosed():
            return Fault("devices.away", retry=True, device=device)
    return Fault("devices.no_answer", retry=True, device=device)


def weighing_fault(device: str, verdict: Capture | None, reading: WeightReading | None) -> Fault:
    """Why no weight could be taken: the last thing that the scale said, or that it said nothing."""
    if verdict is None or reading is None:
        return Fault("devices.scale_stale", retry=True, device=device)
    if verdict is Capture.NO_WEIGHT:
        flags = {
            "scale_overload": reading.over,
            "scale_under_zero": reading.under,
            "scale_fault": reading.fault,
            "scale_unstable": reading.not_ready or reading.motion,
        }
        word = next((word for word, flag in flags.items() if flag), "scale_fault")
    else:
        word = _NOT_CAPTURED[verdict]
    return Fault(f"devices.{word}", retry=verdict is not Capture.UNIT_UNKNOWN, device=device)


_NOT_CAPTURED: Mapping[Capture, str] = {
    Capture.NOT_STABLE: "scale_unstable",
    Capture.TOO_OLD: "scale_stale",
    Capture.UNIT_UNKNOWN: "scale_unit",
    Capture.NOTHING_THERE: "scale_empty",
    Capture.SAME_WEIGHT: "scale_zero_not_seen",
    Capture.READY: "scale_stale",
}


def trouble_of(reading: WeightReading) -> str:
    """What a reading without a weight says about the scale, as a reason; empty for a good reading."""
    if reading.over:
        return "overload"
    if reading.under:
        return "under_zero"
    if reading.fault:
        return "scale_fault"
    return ""
