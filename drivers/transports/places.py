"""How a place is written in one word, on a command line: `tcp:host:9100`, `usb:0a5f:0166:A1`, `queue:zebra`, a port."""

import re

from drivers.transports.hid import HidTransport
from drivers.transports.ports import PortMatch
from drivers.transports.serial_port import SerialTransport
from drivers.transports.spooler import SpoolerTransport
from drivers.transports.tcp import TcpTransport
from drivers.transports.transport import Transport
from drivers.transports.usb_printer import UsbPrinterTransport

_FORMS = {kind: f"{kind}:vid:pid:serial" for kind in ("usb", "hid", "com")} | {"queue": "queue:name"}
PLACES = "COM3, /dev/ttyUSB0, tcp:host:9100, com:vid:pid:serial, usb:…, hid:…, queue:name, or a pyserial URL"
"""The words that `place` knows, for helps."""
_USB = re.compile(r"(usb|hid|com):([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::([^@]*))?(?:@(.+))?")


class NoPlaceError(ValueError):
    """The word names no place where a device could be."""


def place(word: str, *, baud: int = 9600, form: str = "8N1", xonxoff: bool = False) -> Transport:
    """The transport to a place, not yet open; raises `NoPlaceError` for a word that names none.

    `usb:` is a USB printer, `hid:` a HID scale or scanner, `com:` a serial port, each by vendor, product and serial
    number as `python -m drivers list` shows them.
    """
    if found := _USB.fullmatch(word):
        kind, vid, pid, serial, location = found.groups()
        match = PortMatch(int(vid, 16), int(pid, 16), serial or None, location)
        if kind == "usb":
            return UsbPrinterTransport(match)
        return HidTransport(match) if kind == "hid" else SerialTransport(match, baud, form, xonxoff=xonxoff)
    kind, _, rest = word.partition(":")
    if kind == "queue" and rest:
        return SpoolerTransport(rest)
    if kind == "tcp":
        return _at_host(word, rest)
    if kind in _FORMS:
        raise NoPlaceError(f"{word!r} is not {_FORMS[kind]}")
    if not word:
        raise NoPlaceError("an empty word names no port")
    if word == "keyboard":
        raise NoPlaceError("a keyboard is no port: a scanner that types is heard where the cursor stands")
    return _serial(word, baud, form, xonxoff=xonxoff)


def _at_host(word: str, rest: str) -> TcpTransport:
    host, _, port = rest.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise NoPlaceError(f"{word!r} is not tcp:host:port, with a port from 1 to 65535")
    return TcpTransport(host, int(port))


def _serial(word: str, baud: int, form: str, *, xonxoff: bool) -> SerialTransport:
    try:
        return SerialTransport(word, baud, form, xonxoff=xonxoff)
    except ValueError as error:
        raise NoPlaceError(str(error)) from error
