"""The devices attached to this machine, as `[[device]]` tables of the settings file declare them.

The protocols are known by name only, so that a slip of the pen is told when the file is read; whether one can be
driven over the transport that is written beside it, `app.devices` says.
"""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, get_args, get_type_hints

from app.settings.faults import Note

Choice = TypeVar("Choice", bound=StrEnum)


class Confirmation(StrEnum):
    """How it is known that a label was printed: the printer's counter, scanning the label, or not at all."""

    ODOMETER = "odometer"
    SCAN_BACK = "scan_back"
    NONE = "none"


class Suffix(StrEnum):
    """What a plain serial scanner sends after each code."""

    CR = "cr"
    CRLF = "crlf"
    LF = "lf"
    TAB = "tab"
    NONE = "none"


class Flow(StrEnum):
    """How a serial device says that it can take no more; Zebra printers come with XON/XOFF."""

    NONE = "none"
    XON_XOFF = "xon_xoff"
    RTS_CTS = "rts_cts"


@dataclass(frozen=True)
class UsbIdentity:
    """Which USB device is meant, wherever it is plugged in; empty means any.

    `location` is the socket, for devices without a serial number of which several are attached.
    """

    vid: int
    pid: int
    serial: str = ""
    location: str = ""


@dataclass(frozen=True)
class SerialTransport:
    """A serial port, by name (or pyserial URL) or by the USB identity of its adapter; `format` is like 8N1."""

    port: str = ""
    match: UsbIdentity | None = None
    baud: int = 9600
    format: str = "8N1"
    flow: Flow = Flow.NONE


@dataclass(frozen=True)
class TcpTransport:
    """A device on the network."""

    host: str
    port: int


@dataclass(frozen=True)
class UsbTransport:
    """A printer of the USB printer class."""

    match: UsbIdentity


@dataclass(frozen=True)
class HidTransport:
    """A USB scale or scanner that speaks HID."""

    match: UsbIdentity


@dataclass(frozen=True)
class SpoolerTransport:
    """A printer queue of the operating system, which cannot answer."""

    queue: str


@dataclass(frozen=True)
class WedgeTransport:
    """A scanner that types into the keyboard."""


Transport = SerialTransport | TcpTransport | UsbTransport | HidTransport | SpoolerTransport | WedgeTransport


_KINDS: dict[str, type[Transport]] = {
    "serial": SerialTransport,
    "tcp": TcpTransport,
    "usb": UsbTransport,
    "hid": HidTransport,
    "spooler": SpoolerTransport,
    "wedge": WedgeTransport,
}


class Role(StrEnum):
    """What a device is for; the words of `app.domain.equipment.DeviceRole`."""

    SCANNER = "scanner"
    SCALE = "scale"
    LABEL_PRINTER = "label_printer"


PDF = "pdf"
"""The protocol of a printer of pages: it is given PDF, by a queue or on the network, and never answers."""
PROTOCOLS: Mapping[Role, tuple[str, ...]] = {
    Role.SCANNER: ("plain", "ssi", "hid_pos"),
    Role.SCALE: (
        "sics",
        "toledo_8217",
        "nci",
        "nci_ecr",
        "sma",
        "toledo_continuous",
        "a_and_d",
        "st_gs",
        "hid_pos",
        "pattern",
    ),
    Role.LABEL_PRINTER: ("zpl", PDF),
}


@dataclass(frozen=True)
class Media:
    """The labels in a printer, in millimetres."""

    width_mm: float = 101.6
    length_mm: float = 152.4


@dataclass(frozen=True)
class DeviceSetting:
    """One attached device. `required`: the station says so when it is away.

    `dpi` (dots an inch), `media` and `confirm` are printers'. `unit_default` is for scales that send no unit,
    `checksum` for Toledo continuous scales that send one, `pattern` is the regular expression of a scale that speaks no
    protocol, `request` what an `st_gs` or `pattern` scale must hear before it sends a line. `suffix` (`cr`, `lf`,
    `crlf`, `tab`, `none`) is what a plain serial scanner sends after a code, `stx_prefix` says that it sends STX before
    it, `aim_required` that it announces each code: one without its identifier has then lost its beginning.
    """

    id: str
    role: Role
    protocol: str
    transport: Transport
    required: bool = False
    unit_default: str = ""
    dpi: int = 203
    media: Media = Media()
    confirm: Confirmation = Confirmation.ODOMETER
    checksum: bool = False
    pattern: str = ""
    request: str = ""
    suffix: Suffix = Suffix.CR
    stx_prefix: bool = False
    aim_required: bool = False


def one_of(choices: type[Choice], value: object) -> Choice:
    """Return the choice that `value` names. Raises `ValueError` naming all of them."""
    if value not in [str(choice) for choice in choices]:
        raise ValueError(f"must be one of {', '.join(choices)}")
    return choices(str(value))


def read_devices(value: object, *, note: Note) -> tuple[DeviceSetting, ...]:
    """Return the devices of the `[[device]]` tables; what is wrong with any of them is noted."""
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        note("device", value, "must be written as [[device]] tables")
        return ()
    found = [_device(table, f"device[{index}]", note) for index, table in enumerate(value)]
    devices = tuple(device for device in found if device is not None)
    for index, device in enumerate(devices):
        if device.id in [other.id for other in devices[:index]]:
            note(f"device[{index}].id", device.id, "is used twice")
    return devices


def _device(table: Mapping[str, object], key: str, note: Note) -> DeviceSetting | None:
    device: DeviceSetting | None = _filled(DeviceSetting, table, key, note)
    if device is not None and device.protocol not in PROTOCOLS[device.role]:
        known = ", ".join(PROTOCOLS[device.role])
        note(f"{key}.protocol", device.protocol, f"must be one of {known} for a {device.role}")
    if device is not None and device.protocol == "pattern" and not device.pattern:
        note(f"{key}.pattern", device.pattern, "is missing: a scale of this protocol is read by a pattern")
    return device


def _filled(kind: type[Any], table: Mapping[str, object], key: str, note: Note) -> Any:  # noqa: ANN401  (as `kind`)
    """Return the dataclass `kind` filled from a table, or None after noting everything that is wrong with it."""
    wrong: list[str] = []

    def note_here(where: str, value: object, reason: str) -> None:
        wrong.append(where)
        note(where, value, reason)

    types = get_type_hints(kind)
    for name in table.keys() - types.keys():
        note_here(f"{key}.{name}", table[name], f"unknown; known are {', '.join(types) or 'none'}")
    for known in fields(kind):
        if known.default is MISSING and known.name not in table:
            note_here(f"{key}.{known.name}", None, "is missing")
    values = {
        name: _typed(types[name], value, f"{key}.{name}", note_here) for name, value in table.items() if name in types
    }
    return None if wrong else kind(**values)


def _typed(kind: Any, value: object, key: str, note: Note) -> Any:  # noqa: ANN401  (a type hint, and a value of it)
    """Return `value` as the type hint `kind` says, or None after noting why it cannot be."""
    if kind == Transport:
        return _transport(value, key, note)
    if isinstance(kind, UnionType):  # optional: TOML has no null, so what is written is of the first type
        kind = get_args(kind)[0]
    if is_dataclass(kind):
        if isinstance(value, dict):
            return _filled(kind, value, key, note)  # type: ignore[arg-type]  # is_dataclass also says yes to instances
        note(key, value, "must be a table such as { … }")
    elif issubclass(kind, StrEnum):
        try:
            return one_of(kind, value)
        except ValueError as error:
            note(key, value, str(error))
    elif type(value) is kind or (kind is float and type(value) is int):
        return value
    else:
        words = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
        note(key, value, f"must be {words[kind]}")
    return None


def _transport(value: object, key: str, note: Note) -> Transport | None:
    if not isinstance(value, dict) or value.get("kind") not in _KINDS:
        note(key, value, f"must be a table whose kind is one of {', '.join(_KINDS)}")
        return None
    rest = {name: part for name, part in value.items() if name != "kind"}
    transport: Transport | None = _filled(_KINDS[value["kind"]], rest, key, note)
    if isinstance(transport, SerialTransport) and not transport.port and transport.match is None:
        note(key, value, "needs a port or a match")
    return transport


def device_table(device: DeviceSetting) -> dict[str, object]:
    """Return a device as it is written in the file: without what has its default."""
    kind = next(name for name, transport in _KINDS.items() if type(device.transport) is transport)
    written = {
        known.name: getattr(device, known.name)
        for known in fields(device)
        if known.name != "transport" and getattr(device, known.name) != known.default
    }
    return _plain(written | {"transport": {"kind": kind} | asdict(device.transport)})


def _plain(table: Mapping[str, object]) -> dict[str, object]:
    """Return the table in TOML's own types; what is None is left out."""
    plain: dict[str, object] = {}
    for name, value in table.items():
        if is_dataclass(value) and not isinstance(value, type):
            plain[name] = _plain(asdict(value))
        elif isinstance(value, dict):
            plain[name] = _plain(value)
        elif value is not None:
            plain[name] = str(value) if isinstance(value, StrEnum) else value
    return plain
