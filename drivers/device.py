"""What every device has in common: its states, its events and its errors, in the words of UPOS.

UPOS (UnifiedPOS, the retail peripheral standard) is where the terms come from: ONLINE, OFFLINE, DataEvent, ErrorEvent,
StatusUpdateEvent (here `StateChanged`), checkHealth. Not responsible for threads (`drivers/worker.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import ClassVar, Generic, Protocol, TypeVar

from drivers.framing import Framer

Message = TypeVar("Message")
Message_co = TypeVar("Message_co", covariant=True)
Message_contra = TypeVar("Message_contra", contravariant=True)
Result = TypeVar("Result")


class DeviceState(Enum):
    """The health of one device, as far as it is known."""

    UNKNOWN = "unknown"  # not started, or attached and not heard yet
    ONLINE = "online"  # attached, and heard lately if it is one that speaks by itself
    STALE = "stale"  # attached, but what it last said is too old to be used
    OFFLINE = "offline"  # not attached; it is looked for again and again
    FAULT = "fault"  # it talks and cannot be understood, or its driver failed


class Reason(StrEnum):
    """Why a device is in its state: stable codes, which the program gives texts to."""

    NOT_STARTED = "not_started"
    OPENED = "opened"  # attached, first answer awaited
    ANSWERING = "answering"
    SILENT = "silent"  # nothing came for too long
    GARBLED = "garbled"  # bytes come and make no sense: usually baud rate or parity
    NOT_FOUND = "not_found"
    LOST = "lost"  # was there and went away
    REFUSED = "refused"  # its address answers and takes no connection
    BUSY = "busy"  # another program holds it
    DENIED = "denied"  # this account may not open it
    OTHER_DEVICE = "other_device"  # another piece of the same product is there instead: a person must say if it is ours
    BLOCKED = "blocked"  # it does not take bytes: flow control
    DRIVER_ERROR = "driver_error"  # a defect of ours; see the log
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The health of a device changed; `detail` is for the log and for support, not for the screen."""

    state: DeviceState
    reason: Reason
    monotonic: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DataEvent(Generic[Message]):
    """The device said something: a scan, a reading, an answer."""

    value: Message


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """Bytes came that are no message of this device; `reason` is a stable code, `raw` is what came."""

    reason: str
    raw: bytes
    monotonic: float


class BadFrame(Exception):  # noqa: N818 - named for the cause
    """A frame that is no message of the protocol; it is reported and skipped, never guessed at."""

    def __init__(self, reason: str, raw: bytes) -> None:
        super().__init__(reason, raw)
        self.reason = reason
        self.raw = raw


class DeviceError(Exception):
    """A device could not do what was asked; `code` is the UPOS word for it."""

    code: ClassVar[str] = "E_FAILURE"


class DeviceClosed(DeviceError):  # noqa: N818 - named for the cause
    """The driver was stopped or never started."""

    code = "E_CLOSED"


class DeviceOffline(DeviceError):  # noqa: N818 - named for the cause
    """The device is not attached, or went away before it answered; what it did meanwhile is unknown."""

    code = "E_OFFLINE"


class DeviceTimeout(DeviceError):  # noqa: N818 - named for the cause
    """The device did not answer before the deadline."""

    code = "E_TIMEOUT"


class DeviceBusy(DeviceError):  # noqa: N818 - named for the cause
    """More commands are waiting than the driver keeps."""

    code = "E_BUSY"


class DeviceRefused(DeviceError):  # noqa: N818 - named for the cause
    """The device understood and said no; `reason` is a stable code such as `not_executable`."""

    code = "E_EXTENDED"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Command(Generic[Message_contra, Result]):
    """One request to a device, and how its answer is known.

    `answer` looks at each message that comes after the request and returns the result, or `None` when the message is
    something else; it raises a `DeviceError` when the device says no. `request` may be empty, when the answer comes
    by itself. `timeout_s` counts from the moment the command is handed over.
    """

    request: bytes
    answer: Callable[[Message_contra], Result | None]
    timeout_s: float


class DeviceProtocol(Protocol[Message_co]):
    """The language of one kind of device, without ports, threads and clocks (sans-IO)."""

    @property
    def framer(self) -> Framer:
        """What cuts the bytes into frames."""
        ...

    @property
    def stale_after_s(self) -> float | None:
        """After this many seconds without a message the device is STALE; `None` where silence is normal."""
        ...

    def reset(self) -> None:
        """Begin anew: a connection was made, nothing said before it counts."""
        ...

    def poll(self, now: float) -> bytes:
        """Return what has to be sent now to keep the device talking; `b""` when nothing has."""
        ...

    def decode(self, frame: bytes, now: float) -> Message_co:
        """Say what a frame means; raises `BadFrame` when it is no message."""
        ...
