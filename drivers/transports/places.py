"""How a place is written in one word, on a command line: `tcp:host:9100`, `usb:0a5f:0166:A1`, `queue:zebra`, a port."""

import re

from drivers.transports.hid import HidTransport
from drivers.transports.ports import PortMatch
from drivers.transports.serial_port import SerialTransport
from drivers.transports.spooler import SpoolerTransport
from drivers.transports.tcp import TcpTransport
from drivers.transports.transport import Transport
from drivers.transports.usb_printer import UsbPrinterTransport

_USB = re.compile(r"(usb|hid|com):([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::([^@]*))?(?:@(.+))?")


def place(word: str, *, baud: int = 9600, form: str = "8N1", xonxoff: bool = False) -> Transport:
    """The transport to a place, not yet open; raises `ValueError` for a word that names none.

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
        host, _, port = rest.rpartition(":")
        if not host or not port.isdigit():
            raise ValueError(f"{word!r} is not tcp:host:port")
        return TcpTransport(host, int(port))
    return SerialTransport(word, baud, form, xonxoff=xonxoff)
