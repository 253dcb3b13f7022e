"""From one device in the settings to its driver's transport. What cannot be driven yet is said, not guessed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app import settings
from app.domain.errors import Refusal
from drivers.device import DeviceProtocol
from drivers.scales.protocols import ScaleOptions, scale_protocol
from drivers.scales.scale import ScaleProtocol
from drivers.scanners.plain import Suffix
from drivers.scanners.protocols import ScannerOptions, scanner_protocol
from drivers.scanners.scan import ScannerMessage
from drivers.transports.hid import SCALE_PAGE, SCANNER_PAGE, HidApi, HidTransport
from drivers.transports.ports import PortMatch
from drivers.transports.queues import Spooler
from drivers.transports.serial_port import SerialTransport
from drivers.transports.spooler import SpoolerTransport
from drivers.transports.tcp import TcpTransport
from drivers.transports.transport import Transport
from drivers.transports.usb_printer import UsbPrinterTransport

_SUFFIXES = {
    settings.Suffix.CR: Suffix.CR,
    settings.Suffix.CRLF: Suffix.CR_LF,
    settings.Suffix.LF: Suffix.LF,
    settings.Suffix.TAB: Suffix.TAB,
    settings.Suffix.NONE: Suffix.NONE,
}

_HID_PROTOCOL = "hid_pos"
_PAGES = {settings.Role.SCALE: SCALE_PAGE, settings.Role.SCANNER: SCANNER_PAGE}


@dataclass(frozen=True)
class Buses:
    """What stands in for the buses of this machine, in tests and in the demo; None is the machine's own.

    `usb` is a pyusb backend, `hid` the module of hidapi, `spooler` the printer queues of the operating system.
    """

    usb: Any = None
    hid: HidApi | None = None
    spooler: Spooler | None = None


OWN_BUSES = Buses()


def is_wedge(device: settings.DeviceSetting) -> bool:
    """Whether a scanner types into the keyboard: then the screens hear it, and nothing is opened."""
    return isinstance(device.transport, settings.WedgeTransport)


def transport_of(
    device: settings.DeviceSetting,
    *,
    neighbours: Iterable[settings.DeviceSetting] = (),
    buses: Buses = OWN_BUSES,
) -> Transport:
    """The transport of a device, not yet open.

    `neighbours` are all devices of this machine: a device that is one of them is never taken for a replacement.
    Refuses `devices.not_supported`: a protocol or a way of attaching that this version does not drive, or a setting
    that contradicts itself.
    """
    if device.protocol not in settings.PROTOCOLS[device.role]:
        raise _refusal(device, f"protocol {device.protocol}")
    try:
        transport = _transport(device, tuple(neighbours), buses)
    except ValueError as error:
        raise _refusal(device, str(error)) from error
    if transport is None:
        raise _refusal(device, type(device.transport).__name__)
    return transport


def _transport(
    device: settings.DeviceSetting, neighbours: tuple[settings.DeviceSetting, ...], buses: Buses
) -> Transport | None:
    is_printer = device.role is settings.Role.LABEL_PRINTER
    by_pages = (settings.TcpTransport, settings.SpoolerTransport)
    if device.protocol == settings.PDF and not isinstance(device.transport, by_pages):
        raise ValueError("a printer of pages has a queue of the system, or is on the network")
    match device.transport:
        case settings.TcpTransport(host=host, port=port):
            return TcpTransport(host, port)
        case settings.SerialTransport(port=port, match=match, baud=baud, format=form, flow=flow):
            return SerialTransport(
                _match(match, neighbours) if match else port,
                baud,
                form,
                xonxoff=flow is settings.Flow.XON_XOFF,
                rtscts=flow is settings.Flow.RTS_CTS,
            )
        case settings.UsbTransport(match=match) if is_printer:
            return UsbPrinterTransport(_match(match, neighbours), backend=buses.usb)
        case settings.HidTransport(match=match) if not is_printer:
            if device.protocol != _HID_PROTOCOL:
                raise ValueError(f"HID devices speak {_HID_PROTOCOL}, not {device.protocol}")
            return HidTransport(
                _match(match, neighbours),
                usage_page=_PAGES[device.role],
                newest_only=device.role is settings.Role.SCALE,
                api=buses.hid,
            )
        case settings.SpoolerTransport(queue=queue) if is_printer:
            if device.confirm is settings.Confirmation.ODOMETER and device.protocol != settings.PDF:
                raise ValueError("a printer queue has no counter: set confirm to scan_back or none")
            return SpoolerTransport(queue, spooler=buses.spooler)
    return None


def scale_protocol_of(device: settings.DeviceSetting) -> ScaleProtocol:
    """What a scale speaks; refuses `devices.not_supported` for an unknown unit or a pattern that cannot be used."""
    options = ScaleOptions(
        default_unit=device.unit_default or None,
        checksum=device.checksum,
        pattern=device.pattern,
        request=device.request.encode("latin-1", "replace"),
    )
    try:
        return scale_protocol(device.protocol, options)
    except ValueError as error:
        raise _refusal(device, str(error)) from error


def scanner_protocol_of(device: settings.DeviceSetting) -> DeviceProtocol[ScannerMessage]:
    """How a scanner at a port sends its codes."""
    options = ScannerOptions(_SUFFIXES[device.suffix], device.stx_prefix, device.aim_required)
    try:
        return scanner_protocol(device.protocol, options)
    except ValueError as error:
        raise _refusal(device, str(error)) from error


def _match(identity: settings.UsbIdentity, neighbours: Iterable[settings.DeviceSetting]) -> PortMatch:
    others = (getattr(device.transport, "match", None) for device in neighbours)
    return PortMatch(
        vid=identity.vid,
        pid=identity.pid,
        serial=identity.serial or None,
        location=identity.location or None,
        not_serials=frozenset(other.serial for other in others if other and other.serial != identity.serial),
    )


def _refusal(device: settings.DeviceSetting, why: str) -> Refusal:
    return Refusal("devices.not_supported", device=device.id, why=why)
