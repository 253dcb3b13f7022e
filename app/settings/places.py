"""Where a device is attached, in one word that a person can read, type and compare.

The words are those of `python -m drivers`: `COM5`, `/dev/ttyACM0`, `com:0403:6001:A10K`, `tcp:host:9100`,
`usb:0a5f:0166:XYZ`, `hid:0922:8003:S1`, `queue:Zebra`; and `keyboard` for a scanner that types. A socket stands
behind an `@`.
"""

import re
from dataclasses import dataclass

from app.settings.devices import (
    Flow,
    HidTransport,
    SerialTransport,
    SpoolerTransport,
    TcpTransport,
    Transport,
    UsbIdentity,
    UsbTransport,
    WedgeTransport,
)

KEYBOARD = "keyboard"
_USB = re.compile(r"(usb|hid|com):([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::([^@]*))?(?:@(.+))?")


@dataclass(frozen=True, slots=True)
class Line:
    """How a serial port is set: baud, character format as in `7E1`, flow control."""

    baud: int = 9600
    format: str = "8N1"
    flow: Flow = Flow.NONE


def place_of(transport: Transport) -> str:
    """The word for where a device is attached."""
    match transport:
        case TcpTransport(host=host, port=port):
            return f"tcp:{host}:{port}"
        case SpoolerTransport(queue=queue):
            return f"queue:{queue}"
        case UsbTransport(match=match):
            return _identity("usb", match)
        case HidTransport(match=match):
            return _identity("hid", match)
        case SerialTransport(port=port, match=found):
            return _identity("com", found) if found else port
        case WedgeTransport():
            return KEYBOARD


def line_of(transport: Transport) -> Line:
    """How the serial port of a device is set; the usual way for all others."""
    if isinstance(transport, SerialTransport):
        return Line(transport.baud, transport.format, transport.flow)
    return Line()


def transport_at(place: str, line: Line | None = None) -> Transport:
    """The transport to a place. Raises `ValueError` for a word that names none."""
    line = line or Line()
    word = place.strip()
    if found := _USB.fullmatch(word):
        kind, vid, pid, serial, location = found.groups()
        identity = UsbIdentity(int(vid, 16), int(pid, 16), serial or "", location or "")
        if kind == "com":
            return SerialTransport(match=identity, baud=line.baud, format=line.format, flow=line.flow)
        return UsbTransport(identity) if kind == "usb" else HidTransport(identity)
    kind, _, rest = word.partition(":")
    if word == KEYBOARD:
        return WedgeTransport()
    if kind == "queue" and rest:
        return SpoolerTransport(rest)
    if kind == "tcp":
        host, _, port = rest.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"{word} is not tcp:host:port")
        return TcpTransport(host, int(port))
    if not word or kind in {"usb", "hid", "com", "queue"}:
        raise ValueError(f"{word} names no place")
    return SerialTransport(port=word, baud=line.baud, format=line.format, flow=line.flow)


def _identity(kind: str, found: UsbIdentity) -> str:
    where = f"@{found.location}" if found.location else ""
    serial = f":{found.serial}" if found.serial else ""
    return f"{kind}:{found.vid:04x}:{found.pid:04x}{serial}{where}"
