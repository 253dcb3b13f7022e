"""From one device in the settings to its driver's transport. What cannot be driven yet is said, not guessed."""

from app import settings
from app.domain.errors import Refusal
from drivers.device import DeviceProtocol
from drivers.scales.protocols import ScaleOptions, scale_protocol
from drivers.scales.scale import ScaleProtocol
from drivers.scanners.plain import Suffix
from drivers.scanners.protocols import ScannerOptions, scanner_protocol
from drivers.scanners.scan import ScannerMessage
from drivers.transports.ports import PortMatch
from drivers.transports.serial_port import SerialTransport
from drivers.transports.tcp import TcpTransport
from drivers.transports.transport import Transport

_SUFFIXES = {
    settings.Suffix.CR: Suffix.CR,
    settings.Suffix.CRLF: Suffix.CR_LF,
    settings.Suffix.LF: Suffix.LF,
    settings.Suffix.TAB: Suffix.TAB,
    settings.Suffix.NONE: Suffix.NONE,
}


def is_wedge(device: settings.DeviceSetting) -> bool:
    """Whether a scanner types into the keyboard: then the screens hear it, and nothing is opened."""
    return isinstance(device.transport, settings.WedgeTransport)


def transport_of(device: settings.DeviceSetting) -> Transport:
    """The transport of a device, not yet open.

    Refuses `devices.not_supported`: a protocol or a way of attaching that this version does not drive, or a setting
    that contradicts itself.
    """
    if device.protocol not in settings.PROTOCOLS[device.role]:
        raise _refusal(device, f"protocol {device.protocol}")
    match device.transport:
        case settings.TcpTransport(host=host, port=port):
            return TcpTransport(host, port)
        case settings.SerialTransport(port=port, match=match, baud=baud, format=form):
            try:
                return SerialTransport(_match(match) if match else port, baud, form)
            except ValueError as error:
                raise _refusal(device, str(error)) from error
    raise _refusal(device, type(device.transport).__name__)


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
    return scanner_protocol(device.protocol, ScannerOptions(suffix=_SUFFIXES[device.suffix]))


def _match(identity: settings.UsbIdentity) -> PortMatch:
    return PortMatch(vid=identity.vid, pid=identity.pid, serial=identity.serial or None)


def _refusal(device: settings.DeviceSetting, why: str) -> Refusal:
    return Refusal("devices.not_supported", device=device.id, why=why)
