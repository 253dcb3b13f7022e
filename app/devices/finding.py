"""What is attached to this machine, and what stands behind a port: for setting a station up.

To look opens nothing. To ask opens the one port that a person named, listens first, and then asks only what changes
nothing at any device.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from app.devices.attachments import OWN_BUSES, Buses
from app.domain.errors import Fault, Refusal
from app.settings import DeviceSetting, Line, Role, place_of, transport_at
from drivers.discovery import Attached, Kind, attached
from drivers.probing import PROBES, Finding, ask, what_speaks
from drivers.transports.places import place as driver_place
from drivers.transports.spooler import SpoolerTransport, system_spooler
from drivers.transports.transport import Transport, TransportBusy, TransportError

LISTEN_S = 1.5
LINES = (Line(9600, "8N1"), Line(9600, "7E1"), Line(4800, "7E1"), Line(2400, "7E1"))
"""How the ports of scales are usually set, the likeliest first."""
_STEP_S = 0.1
_ROLES = {"scale": Role.SCALE, "scanner": Role.SCANNER, "label_printer": Role.LABEL_PRINTER}
_NAMED = {Kind.SERIAL: "com", Kind.USB_PRINTER: "usb", Kind.HID: "hid"}


@dataclass(frozen=True, slots=True)
class Found:
    """Something that could be a device of this station.

    Attributes:
        place: the word for where it is, by its hardware's identity where it has one, as settings keep it.
        port: what it is called at this moment.
        description: what it says of itself.
        role, protocol: what it is for certain; None and empty where it has to be asked or chosen.
        evidence: why, in words.
        used_by: the device of the settings that it is; empty where none is.
        serial_number: of this very piece, as far as it tells.
        line: how its port is set, where it was asked.
    """

    place: str
    port: str
    description: str = ""
    role: Role | None = None
    protocol: str = ""
    evidence: str = ""
    used_by: str = ""
    serial_number: str = ""
    line: Line | None = None


def look_around(devices: Iterable[DeviceSetting], *, buses: Buses = OWN_BUSES) -> tuple[Found, ...]:
    """Everything that is attached: serial ports, HID scales and scanners, USB printers, queues of the system."""
    known = tuple(devices)
    found = [_found(one) for one in attached(usb=buses.usb, hid=buses.hid)]
    try:
        queues = (buses.spooler or system_spooler()).queues()
    except TransportError:
        queues = []
    found += [Found(f"queue:{name}", name, role=Role.LABEL_PRINTER, protocol="zpl") for name in queues]
    return tuple(_with_owner(one, known) for one in found)


def ask_port(
    place: str,
    line: Line | None = None,
    *,
    heard: Callable[[bytes], None] = lambda _data: None,
    wanted: Callable[[], bool] = lambda: True,
) -> Found | None:
    """Find out what stands behind one port: listen, then ask what changes nothing. None where nothing is proven.

    Args:
        place: the port's word.
        line: how the port is set; None tries the usual ones.
        heard: called with all bytes as they come, in this thread.
        wanted: whether anybody still wants to know; asked several times a second.

    Raises the Faults `devices.port_away` and `devices.port_busy`; refuses `devices.wrong_place`, and
    `devices.not_asked` for a queue, where a question would be printed.
    """
    try:
        is_serial = not place.startswith(("tcp:", "usb:", "hid:"))
        lines: tuple[Line, ...] = (line,) if line else LINES if is_serial else (Line(),)
        for one in lines:
            transport = driver_place(place, baud=one.baud, form=one.format)
            if isinstance(transport, SpoolerTransport):
                raise Refusal("devices.not_asked", place=place)
            found = _asked(_Overheard(transport, heard), wanted)
            if found is not None:
                return Found(
                    place,
                    place,
                    role=_ROLES[found.role],
                    protocol=found.protocol,
                    evidence=found.evidence,
                    serial_number=found.serial,
                    line=one if is_serial else None,
                )
            if not wanted():
                return None
    except ValueError as error:
        raise Refusal("devices.wrong_place", place=place, why=str(error)) from error
    except TransportError as error:
        code = "devices.port_busy" if isinstance(error, TransportBusy) else "devices.port_away"
        raise Fault(code, retry=True, place=place) from error
    return None


class _Overheard:
    """A transport whose bytes somebody else hears too."""

    def __init__(self, inner: Transport, heard: Callable[[bytes], None]) -> None:
        self._inner = inner
        self._heard = heard

    @property
    def name(self) -> str:
        return self._inner.name

    def open(self) -> None:
        self._inner.open()

    def close(self) -> None:
        self._inner.close()

    def read(self, *, timeout_s: float) -> bytes:
        data = self._inner.read(timeout_s=timeout_s)
        if data:
            self._heard(data)
        return data

    def write(self, data: bytes, *, timeout_s: float) -> None:
        self._inner.write(data, timeout_s=timeout_s)


def _asked(transport: _Overheard, wanted: Callable[[], bool]) -> Finding | None:
    try:
        transport.open()
        told = b""
        for _ in range(round(LISTEN_S / _STEP_S)):
            if not wanted():
                return None
            told += transport.read(timeout_s=_STEP_S)
            if found := what_speaks(told):
                return found
        for probe in PROBES:
            if not wanted():
                return None
            if found := ask(transport, [probe]):
                return found
    finally:
        transport.close()
    return None


def _found(one: Attached) -> Found:
    place = one.name
    if one.vid is not None and one.pid is not None:
        serial = f":{one.serial}" if one.serial else ""
        socket = f"@{one.location}" if one.location and not one.serial else ""
        place = f"{_NAMED[one.kind]}:{one.vid:04x}:{one.pid:04x}{serial}{socket}"
    role = _ROLES.get(one.role)
    protocol = one.protocol or ("zpl" if role is Role.LABEL_PRINTER else "")
    return Found(place, one.name, one.description, role, protocol, one.evidence, serial_number=one.serial or "")


def _with_owner(found: Found, devices: Iterable[DeviceSetting]) -> Found:
    return replace(found, used_by=next((one.id for one in devices if _is_at(one, found)), ""))


def _is_at(device: DeviceSetting, found: Found) -> bool:
    """Whether a device of the settings is what was found: by port, or by as much of the identity as they name."""
    there = place_of(device.transport)
    if there in {found.place, found.port}:
        return True
    other = transport_at(found.place)
    mine, theirs = getattr(device.transport, "match", None), getattr(other, "match", None)
    if mine is None or theirs is None or type(other) is not type(device.transport):
        return False
    same_product = (mine.vid, mine.pid) == (theirs.vid, theirs.pid)
    return bool(same_product and mine.serial in {"", theirs.serial} and mine.location in {"", theirs.location})
