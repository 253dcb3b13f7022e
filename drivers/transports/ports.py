"""Which ports this machine has, and which of them is the device that is meant.

A port's name (`COM3`, `/dev/ttyUSB0`) changes with the socket it is plugged into; what stays is the USB identity.
Not responsible for opening ports or for asking what stands behind them (`drivers/discovery.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from serial.tools import list_ports

from drivers.transports.transport import TransportLost, TransportOther


class UsbFacts(Protocol):
    """What every attached device tells of itself, as far as it does: serial ports, USB printers, HID devices."""

    @property
    def vid(self) -> int | None:
        """The vendor, as the USB association numbers them."""
        ...

    @property
    def pid(self) -> int | None:
        """The product, as its vendor numbers them."""
        ...

    @property
    def serial(self) -> str | None:
        """The serial number of this very piece."""
        ...

    @property
    def location(self) -> str | None:
        """The socket it is plugged into."""
        ...


Found = TypeVar("Found", bound=UsbFacts)


@dataclass(frozen=True, slots=True)
class PortInfo:
    """One serial port of this machine; the USB fields are `None` for a built-in or virtual port."""

    name: str
    description: str
    hardware_id: str
    vid: int | None = None
    pid: int | None = None
    serial: str | None = None
    location: str | None = None

    @property
    def identity(self) -> str:
        """What names this device wherever it is plugged in; the port's name where the hardware tells nothing."""
        return identity_of(self) or self.name


@dataclass(frozen=True, slots=True)
class PortMatch:
    """The device that is meant, by its USB identity; a field that is `None` is not looked at.

    `location` is for adapters without a serial number, of which several are plugged in: then it is the socket that
    counts. `not_serials` are the serial numbers of other devices of this machine: they are never taken for a
    replacement of this one.
    """

    vid: int | None = None
    pid: int | None = None
    serial: str | None = None
    location: str | None = None
    not_serials: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.vid is None and self.pid is None and self.serial is None and self.location is None:
            raise ValueError("a port match must name a vendor, a product, a serial number or a location")

    def fits(self, port: UsbFacts) -> bool:
        """Tell whether `port` is the device that is meant."""
        wanted = ((self.serial, port.serial), (self.location, port.location))
        return self._same_product(port) and all(expected is None or expected == found for expected, found in wanted)

    def is_replaced_by(self, port: UsbFacts) -> bool:
        """Tell whether `port` is another piece of the same product, that belongs to nobody: a person must say so."""
        if self.serial is None or self.vid is None:
            return False
        return self._same_product(port) and port.serial != self.serial and port.serial not in self.not_serials

    def _same_product(self, port: UsbFacts) -> bool:
        wanted = ((self.vid, port.vid), (self.pid, port.pid))
        return all(expected is None or expected == found for expected, found in wanted)

    def __str__(self) -> str:
        numbers = [f"{number:04x}" if number is not None else "*" for number in (self.vid, self.pid)]
        return f"usb:{':'.join(numbers)}:{self.serial or '*'}{f'@{self.location}' if self.location else ''}"


def identity_of(port: UsbFacts) -> str:
    """What names a USB device: vendor, product and serial number, or its socket where it has no number; else empty."""
    if port.vid is None or port.pid is None:
        return ""
    where = f"@{port.location}" if port.location and not port.serial else ""
    return f"usb:{port.vid:04x}:{port.pid:04x}:{port.serial or ''}{where}"


def the_one(match: PortMatch, attached: Iterable[Found]) -> Found:
    """Return the only device that fits.

    Raises `TransportLost` when none fits or several do (never guess), `TransportOther` when another piece of the same
    product is there instead.
    """
    attached = list(attached)
    fitting = [found for found in attached if match.fits(found)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise TransportLost(f"{len(fitting)} devices fit {match}; name a serial number or a location")
    replaced = next((found for found in attached if match.is_replaced_by(found)), None)
    if replaced is not None:
        raise TransportOther(f"{identity_of(replaced)} is plugged in instead of {match}")
    raise TransportLost(f"no device fits {match}")


def serial_ports() -> list[PortInfo]:
    """List the serial ports that the operating system knows, by name."""
    return sorted(
        (
            PortInfo(
                name=port.device,
                description=port.description or "",
                hardware_id=port.hwid or "",
                vid=port.vid,
                pid=port.pid,
                serial=port.serial_number,
                location=port.location,
            )
            for port in list_ports.comports()
        ),
        key=lambda port: port.name,
    )


def find_port(match: PortMatch, ports: Iterable[PortInfo] | None = None) -> str:
    """Return the name of the only port that fits `match`; raises as `the_one` does."""
    return the_one(match, serial_ports() if ports is None else ports).name
