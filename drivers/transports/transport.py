"""What every way of attaching a device can do, and the one error family of them all.

A transport moves bytes and knows no protocol. Whatever its library raises when the cable, the socket or the
bus goes away, it raises `TransportLost`.
"""

from dataclasses import dataclass
from typing import Protocol


class TransportError(Exception):
    """The bytes could not be moved.

    `written` says how many bytes of a failed `write` were handed over for certain, `None` where that is unknown.
    Zero means that the device has seen nothing of it.
    """

    def __init__(self, *arguments: object, written: int | None = None) -> None:
        super().__init__(*arguments)
        self.written = written


class TransportLost(TransportError):  # noqa: N818 - named for the cause
    """The device is not there (any more): unplugged, refused, reset, or never found."""


class TransportRefused(TransportLost):
    """The address answers, and nothing there takes the connection: another program's only one, or a wrong port."""


class TransportOther(TransportLost):
    """Another device of the same kind is plugged in instead; whether it is the new one, a person must say."""


class TransportBusy(TransportError):  # noqa: N818 - named for the cause
    """The port exists and another program holds it."""


class TransportDenied(TransportBusy):
    """The port exists and this account may not open it.

    On Linux the account is usually not in the group `dialout` (serial) or `lp` (printers), or a udev rule is missing.
    """


class TransportTimeout(TransportError):  # noqa: N818 - named for the cause
    """The device is there but did not take the bytes in time (for example flow control holds them)."""


@dataclass(frozen=True, slots=True)
class PortStatus:
    """What the port of a printer knows of it without its language (USB printer class, GET_PORT_STATUS)."""

    paper_empty: bool
    selected: bool
    no_error: bool


class Transport(Protocol):
    """One attached device as a stream of bytes; used by one thread at a time."""

    @property
    def name(self) -> str:
        """How a person finds this attachment: a port name or host and port."""
        ...

    def open(self) -> None:
        """Attach; raises `TransportLost` or `TransportBusy`."""
        ...

    def close(self) -> None:
        """Let go; safe to call twice, and from another thread to end a blocked `read`."""
        ...

    def read(self, *, timeout_s: float) -> bytes:
        """Return what arrived, at least one byte, or `b""` when nothing came within `timeout_s` seconds."""
        ...

    def write(self, data: bytes, *, timeout_s: float) -> None:
        """Hand all of `data` over, or raise `TransportTimeout` or `TransportLost`."""
        ...
