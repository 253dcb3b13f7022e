"""Which serial ports this machine has, and which of them is the device that is meant.

A port's name (`COM3`, `/dev/ttyUSB0`) changes with the socket it is plugged into; what stays is the USB identity.
Not responsible for opening ports or for asking what stands behind them (`drivers/discovery.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from serial.tools import list_ports


@dataclass(frozen=True, slots=True)
class PortInfo:
    """One serial port of this machine; the USB fields are `None` for a built-in or virtual port."""

    name: str
    description: str
    hardware_id: str
    vid: int | None = None
    pid: int | None = None
    serial: str | None = None

    @property
    def identity(self) -> str:
        """What names this device wherever it is plugged in; the port's name where the hardware tells nothing."""
        if self.vid is None or self.pid is None:
            return self.name
        return f"usb:{self.vid:04x}:{self.pid:04x}:{self.serial or ''}"


@dataclass(frozen=True, slots=True)
class PortMatch:
    """The device that is meant, by its USB identity; a field that is `None` is not looked at."""

    vid: int | None = None
    pid: int | None = None
    serial: str | None = None

    def __post_init__(self) -> None:
        if self.vid is None and self.pid is None and self.serial is None:
            raise ValueError("a port match must name a vendor, a product or a serial number")

    def fits(self, port: PortInfo) -> bool:
        """Tell whether `port` is the device that is meant."""
        wanted = ((self.vid, port.vid), (self.pid, port.pid), (self.serial, port.serial))
        return all(expected is None or expected == found for expected, found in wanted)

    def __str__(self) -> str:
        numbers = [f"{number:04x}" if number is not None else "*" for number in (self.vid, self.pid)]
        return f"usb:{':'.join(numbers)}:{self.serial or '*'}"


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
            )
            for port in list_ports.comports()
        ),
        key=lambda port: port.name,
    )


def find_port(match: PortMatch, ports: Iterable[PortInfo] | None = None) -> str | None:
    """Return the name of the only port that fits `match`; `None` when none fits or several do (never guess)."""
    fitting = [port.name for port in (serial_ports() if ports is None else ports) if match.fits(port)]
    return fitting[0] if len(fitting) == 1 else None
