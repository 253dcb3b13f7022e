"""What is attached to this machine, and what comes and goes. Nothing is opened and nothing is asked here.

What stands behind a port is found out by `probing.py`, on positive evidence only.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from drivers.transports.hid import SCALE_PAGE, SCANNER_PAGE, HidApi, HidInfo, hid_devices, one_a_device
from drivers.transports.ports import identity_of, serial_ports
from drivers.transports.usb_printer import usb_printers

_log = logging.getLogger(__name__)

# USB scales that are known to speak HID usage page 0x8D (DEVICES 2.1): for systems that do not tell the page.
_KNOWN_SCALES = frozenset(
    {
        *((0x0922, pid) for pid in (0x8003, 0x8004, 0x8009)),  # Dymo
        *((0x1446, pid) for pid in (0x6A73, 0x6A79)),  # Stamps.com
        *((0x2474, pid) for pid in (0x0550, 0x3550)),
        *((0x0EB8, pid) for pid in (0xF000, 0xF001)),  # Mettler-Toledo
        (0x7B7C, 0x0100),
        (0x6096, 0x0158),
        (0x0B67, 0x555E),  # Fairbanks
        (0x0D8F, 0x0200),
    }
)
_PAGES = {SCALE_PAGE: "scale", SCANNER_PAGE: "scanner"}


class Kind(StrEnum):
    """How a device is attached, in the words of settings."""

    SERIAL = "serial"
    USB_PRINTER = "usb"
    HID = "hid"


@dataclass(frozen=True, slots=True)
class Attached:
    """One thing that is plugged in.

    Attributes:
        kind: how a driver reaches it.
        name: the port's name for a serial port, else the identity.
        identity: what names it in whichever socket it is plugged (`usb:vid:pid:serial`), or the port's name.
        description: what it says of itself.
        role: `scale`, `scanner` or `label_printer` where its USB class or usage says so; empty where nothing does.
        protocol: the language that goes with the role; empty where it has to be asked.
        evidence: why, in words; empty for a port that tells nothing.
    """

    kind: Kind
    name: str
    identity: str
    description: str = ""
    vid: int | None = None
    pid: int | None = None
    serial: str | None = None
    location: str | None = None
    role: str = ""
    protocol: str = ""
    evidence: str = ""


def attached(
    *,
    usb: Any = None,  # noqa: ANN401 - pyusb is untyped
    hid: HidApi | None = None,
    printers: bool = True,
) -> list[Attached]:
    """List serial ports, HID devices that are scales or scanners, and USB printers.

    `usb` and `hid` stand in for the machine's own buses. Keyboards and mice are left out. To read what a printer says
    of itself it has to be opened for a moment: who looks often leaves `printers` out.
    """
    found = [
        Attached(
            Kind.SERIAL,
            port.name,
            port.identity,
            port.description,
            port.vid,
            port.pid,
            port.serial,
            port.location,
        )
        for port in serial_ports()
    ]
    found += _hid_attached(hid)
    if not printers:
        return found
    return found + [
        Attached(
            Kind.USB_PRINTER,
            printer.identity,
            printer.identity,
            printer.description,
            printer.vid,
            printer.pid,
            printer.serial,
            printer.location,
            role="label_printer",
            evidence="USB printer class" + (", this account may not open it" if printer.denied else ""),
        )
        for printer in usb_printers(usb)
    ]


def _hid_attached(api: HidApi | None) -> list[Attached]:
    devices = hid_devices(api)
    wanted = {SCALE_PAGE: _is_scale, SCANNER_PAGE: _is_scanner}
    return [
        _hid_found(info, _PAGES[page])
        for page, fits in wanted.items()
        for info in one_a_device([info for info in devices if fits(info)], page)
    ]


def _is_scale(info: HidInfo) -> bool:
    return info.usage_page == SCALE_PAGE or (not info.usage_page and (info.vid, info.pid) in _KNOWN_SCALES)


def _is_scanner(info: HidInfo) -> bool:
    return info.usage_page == SCANNER_PAGE


def _hid_found(info: HidInfo, role: str) -> Attached:
    return Attached(
        Kind.HID,
        info.identity,
        identity_of(info),
        info.description,
        info.vid,
        info.pid,
        info.serial,
        info.location,
        role=role,
        protocol="hid_pos",
        evidence=f"HID usage page {info.usage_page:#04x}" if info.usage_page else "a product known to be a scale",
    )


@dataclass(frozen=True, slots=True)
class PortsChanged:
    """What came and went since the last look."""

    added: tuple[Attached, ...]
    removed: tuple[Attached, ...]


class PortWatcher:
    """Looks at what is attached every two seconds, which works on every system, and tells what changed.

    `on_change` is called in the watcher's thread; the program calls `wake()` of its devices from it.
    """

    def __init__(
        self,
        on_change: Callable[[PortsChanged], None],
        *,
        every_s: float = 2.0,
        list_ports: Callable[[], list[Attached]] = attached,
    ) -> None:
        self._on_change = on_change
        self._every_s = every_s
        self._list_ports = list_ports
        self._known = frozenset(list_ports())
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="port watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch; what is there at the construction is known already."""
        self._thread.start()

    def stop(self) -> None:
        """End the watch; `on_change` is not called any more afterwards."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Compare once; usually the watcher's own thread does it."""
        found = frozenset(self._list_ports())
        added, removed = found - self._known, self._known - found
        self._known = found
        if added or removed:
            self._on_change(PortsChanged(_by_name(added), _by_name(removed)))

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                self.look()
            except Exception:  # noqa: BLE001 - a defect of the listener must not end the watch
                _log.exception("looking for ports failed")


def _by_name(ports: Iterable[Attached]) -> tuple[Attached, ...]:
    return tuple(sorted(ports, key=lambda port: port.name))
