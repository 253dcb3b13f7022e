"""Printers of the USB printer class (interface 07/01), by pyusb and libusb: Linux.

Not for Windows: libusb cannot claim a device that is bound to usbprint.sys [S], and exchanging that driver breaks the
printer for every other program; there the spooler (`spooler.py`) or a network port is the way.

Endpoints, configuration and alternate setting come from the descriptors. Verification: [M] against
`drivers/simulators/usb_bus.py` below pyusb itself; no real printer was at hand.
"""

import contextlib
import errno
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import usb.core
import usb.util

from drivers.transports.ports import PortMatch, identity_of, the_one
from drivers.transports.transport import (
    PortStatus,
    TransportBusy,
    TransportDenied,
    TransportError,
    TransportLost,
    TransportTimeout,
)

_PRINTER_CLASS, _PRINTER_SUBCLASS = 0x07, 0x01
_BIDIRECTIONAL = 0x02
_SLICE_MS = 50  # how long one transfer may hold the device; `close` waits at most this long for it
_PIECE = 16 * 1024
_IN_PACKETS = 64
_EMPTY_PAUSE_S = 0.01  # many printers answer an empty packet at once while they have nothing to say
_GET_DEVICE_ID, _GET_PORT_STATUS = 0x00, 0x01
_CLASS_IN = 0xA1
_ANSWER_MS = 1000
UDEV_HINT = "on Linux let this account use it: group lp, or a udev rule with MODE=0660 for its vendor"


@dataclass(frozen=True, slots=True)
class UsbPrinterInfo:
    """One attached USB printer. `serial` is `None` where it has none, or this account may not read it (`denied`)."""

    vid: int
    pid: int
    serial: str | None = None
    location: str | None = None
    product: str = ""
    manufacturer: str = ""
    denied: bool = False

    @property
    def name(self) -> str:
        """How a person finds it."""
        return self.identity

    @property
    def identity(self) -> str:
        """What names it wherever it is plugged in."""
        return identity_of(self)

    @property
    def description(self) -> str:
        """Maker and model as the device says them."""
        return " ".join(part for part in (self.manufacturer, self.product) if part)


class UsbPrinterTransport:
    """One USB printer, by its identity, looked up anew at each `open`.

    `backend` is a pyusb backend; libusb of the package `libusb-package` when nothing is said.
    """

    def __init__(self, match: PortMatch, *, backend: Any = None) -> None:  # noqa: ANN401 - pyusb is untyped
        self._match = match
        self._backend = backend
        self._io = threading.Lock()
        self._closing = threading.Event()
        self._open: _Opened | None = None

    @property
    def name(self) -> str:
        """The identity that is looked for."""
        return str(self._match)

    def open(self) -> None:
        """Attach and claim the printer's interface from the kernel's driver.

        Raises `TransportLost` (also its kind `TransportOther`), `TransportBusy` while another program has it, or
        `TransportDenied`.
        """
        self._closing.clear()
        found = _chosen(self._match, self._backend)
        try:
            opened = _Opened(found)
        except usb.core.USBError as error:
            usb.util.dispose_resources(found)
            raise usb_error(error, self.name) from error
        with self._io:
            self._open = opened
        if self._closing.is_set():
            self.close()
            raise TransportLost(f"{self.name} was closed while it was opened")

    def close(self) -> None:
        """Let go and give the printer back to the kernel's driver; ends a `read` or `write` of another thread."""
        self._closing.set()
        with self._io:
            opened, self._open = self._open, None
            if opened is not None:
                opened.let_go()

    def read(self, *, timeout_s: float) -> bytes:
        """Return what the printer said, or `b""` when it said nothing within `timeout_s` seconds."""
        deadline = time.monotonic() + timeout_s
        while True:
            left = deadline - time.monotonic()
            with self._io:
                data = self._attached().read(_milliseconds(left), self.name)
            if data or time.monotonic() >= deadline:
                return data
            self._closing.wait(min(_EMPTY_PAUSE_S, max(0.0, left)))

    def write(self, data: bytes, *, timeout_s: float) -> None:
        """Hand all of `data` over; both errors say how many bytes the printer had taken for certain."""
        deadline = time.monotonic() + timeout_s
        written = 0
        while written < len(data):
            with self._io:
                piece = data[written : written + _PIECE]
                written += self._attached(written).write(piece, _milliseconds(deadline - time.monotonic()), written)
            if written < len(data) and time.monotonic() >= deadline:
                raise TransportTimeout(f"{self.name} took {written} of {len(data)} bytes", written=written)

    def device_id(self) -> Mapping[str, str]:
        """What the printer says it is (IEEE 1284): `MFG`, `MDL`, `CMD`, `SN` and others, in capitals, short names."""
        with self._io:
            return parse_device_id(self._attached().control(_GET_DEVICE_ID, 1024, self.name))

    def port_status(self) -> PortStatus | None:
        """What the port itself knows of paper and error, even while the printer's language is silent.

        `None` when the printer does not answer this either.
        """
        with self._io:
            said = self._attached().control(_GET_PORT_STATUS, 1, self.name)
        if not said:
            return None
        return PortStatus(
            paper_empty=bool(said[0] & 0x20), selected=bool(said[0] & 0x10), no_error=bool(said[0] & 0x08)
        )

    def _attached(self, written: int | None = None) -> "_Opened":
        if self._open is None or self._closing.is_set():
            raise TransportLost(f"{self.name} is not open", written=written)
        return self._open


class _Opened:
    """The claimed interface of one printer."""

    def __init__(self, device: Any) -> None:  # noqa: ANN401 - pyusb is untyped
        self._device = device
        try:
            configuration = device.get_active_configuration()
        except usb.core.USBError as error:
            if error.errno is not None:
                raise
            device.set_configuration()  # it was never configured
            configuration = device.get_active_configuration()
        self._interface = _best_setting(configuration)
        self._number = self._interface.bInterfaceNumber
        self._taken_from_kernel = self._detach_kernel_driver()
        usb.util.claim_interface(device, self._number)
        if self._interface.bAlternateSetting:
            device.set_interface_altsetting(self._number, self._interface.bAlternateSetting)
        self._out = _endpoint(self._interface, usb.util.ENDPOINT_OUT)
        self._in = _endpoint(self._interface, usb.util.ENDPOINT_IN)
        if self._out is None:
            raise usb.core.USBError("the printer has no bulk OUT endpoint", errno=errno.ENODEV)

    def read(self, timeout_ms: int, name: str) -> bytes:
        """One transfer in; a printer without a way back says nothing."""
        if self._in is None:
            return b""
        try:
            return bytes(self._in.read(self._in.wMaxPacketSize * _IN_PACKETS, timeout_ms))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise usb_error(error, name) from error

    def write(self, piece: bytes, timeout_ms: int, written: int) -> int:
        """One transfer out; returns how many bytes were taken. A broken one may have carried part of its bytes."""
        try:
            return int(self._out.write(piece, timeout_ms))
        except usb.core.USBTimeoutError:
            return 0
        except usb.core.USBError as error:
            raise usb_error(error, "the printer", written=written or None) from error

    def control(self, request: int, length: int, name: str) -> bytes:
        """A question of the printer class; `b""` when the printer does not know it."""
        # The class wants the alternate setting in the low byte of a device id's index; pyusb would take that byte for
        # the number of an interface and claim it, so it stays 0.
        index = self._number << 8 if request == _GET_DEVICE_ID else self._number
        try:
            return bytes(self._device.ctrl_transfer(_CLASS_IN, request, 0, index, length, _ANSWER_MS))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            if error.errno in {errno.EPIPE, errno.ENOENT}:  # stall: "I do not know that"
                return b""
            raise usb_error(error, name) from error

    def let_go(self) -> None:
        """Release, and give the interface back to the kernel; a device that is gone needs neither."""
        with contextlib.suppress(usb.core.USBError):
            usb.util.release_interface(self._device, self._number)
        if self._taken_from_kernel:
            with contextlib.suppress(usb.core.USBError, NotImplementedError):
                self._device.attach_kernel_driver(self._number)
        with contextlib.suppress(usb.core.USBError):
            usb.util.dispose_resources(self._device)

    def _detach_kernel_driver(self) -> bool:
        try:
            if not self._device.is_kernel_driver_active(self._number):
                return False
            self._device.detach_kernel_driver(self._number)
        except NotImplementedError:  # only Linux has such drivers
            return False
        return True


def usb_printers(backend: Any = None) -> list[UsbPrinterInfo]:  # noqa: ANN401 - pyusb is untyped
    """List the attached USB printers, by identity; empty where there is no libusb."""
    found = []
    for device in _devices(backend):
        found.append(_info(device))
        usb.util.dispose_resources(device)
    return sorted(found, key=lambda info: info.identity)


def parse_device_id(said: bytes) -> Mapping[str, str]:
    """Read an IEEE 1284 device id: two bytes of length, then `KEY:value;`; long keys are given their short names."""
    text = said[2:].decode("latin-1")
    pairs = (field.partition(":") for field in text.split(";") if ":" in field)
    return {_SHORT.get(key.strip().upper(), key.strip().upper()): value.strip() for key, _, value in pairs}


_SHORT = {"MANUFACTURER": "MFG", "MODEL": "MDL", "COMMAND SET": "CMD", "SERIALNUMBER": "SN", "SERN": "SN"}


def usb_error(error: usb.core.USBError, name: str, *, written: int | None = None) -> TransportError:
    """Say what an error of the bus means: busy, denied, or gone."""
    match error.errno:
        case errno.EBUSY:
            return TransportBusy(f"another program holds {name}")
        case errno.EACCES | errno.EPERM:
            return TransportDenied(f"this account may not open {name}; {UDEV_HINT}")
    return TransportLost(f"{name}: {error}", written=written)


def _chosen(match: PortMatch, backend: Any) -> Any:  # noqa: ANN401 - pyusb is untyped
    devices = [(_info(device), device) for device in _devices(backend)]
    try:
        wanted = the_one(match, [info for info, _ in devices])
    except TransportLost:
        unreadable = [info for info, _ in devices if info.denied and (info.vid, info.pid) == (match.vid, match.pid)]
        if unreadable:
            raise TransportDenied(f"this account may not look at {unreadable[0].identity}; {UDEV_HINT}") from None
        raise
    return next(device for info, device in devices if info is wanted)


def _devices(backend: Any) -> Iterator[Any]:  # noqa: ANN401 - pyusb is untyped
    """Yield the devices with a printer interface."""
    try:
        yield from usb.core.find(find_all=True, backend=backend or _libusb(), custom_match=_is_printer)
    except usb.core.NoBackendError:
        return


def _libusb() -> Any:  # noqa: ANN401 - pyusb is untyped
    try:
        import libusb_package  # noqa: PLC0415 - Linux only
    except ImportError:
        return None
    return libusb_package.get_libusb1_backend()


def _is_printer(device: Any) -> bool:  # noqa: ANN401 - pyusb is untyped
    return any(_settings_of(configuration) for configuration in device)


def _settings_of(configuration: Any) -> list[Any]:  # noqa: ANN401 - pyusb is untyped
    return [
        interface
        for interface in configuration
        if (interface.bInterfaceClass, interface.bInterfaceSubClass) == (_PRINTER_CLASS, _PRINTER_SUBCLASS)
    ]


def _best_setting(configuration: Any) -> Any:  # noqa: ANN401 - pyusb is untyped
    """The setting that lets the printer answer, if there is one."""
    settings = _settings_of(configuration)
    if not settings:
        raise usb.core.USBError("it has no printer interface now", errno=errno.ENODEV)
    return min(settings, key=lambda setting: setting.bInterfaceProtocol != _BIDIRECTIONAL)


def _endpoint(interface: Any, direction: int) -> Any:  # noqa: ANN401 - pyusb is untyped
    return usb.util.find_descriptor(
        interface,
        custom_match=lambda endpoint: (
            usb.util.endpoint_direction(endpoint.bEndpointAddress) == direction
            and usb.util.endpoint_type(endpoint.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
        ),
    )


def _info(device: Any) -> UsbPrinterInfo:  # noqa: ANN401 - pyusb is untyped
    ports = ".".join(str(number) for number in device.port_numbers or ())
    location = f"{device.bus}-{ports}" if ports else None
    try:
        serial, product, maker = (
            usb.util.get_string(device, index) or ""
            for index in (device.iSerialNumber, device.iProduct, device.iManufacturer)
        )
    except (usb.core.USBError, ValueError):  # pyusb says ValueError when it may not read any string
        return UsbPrinterInfo(device.idVendor, device.idProduct, None, location, denied=bool(device.iSerialNumber))
    return UsbPrinterInfo(device.idVendor, device.idProduct, serial or None, location, product, maker)


def _milliseconds(left_s: float) -> int:
    """At least one (0 means for ever to libusb), at most a slice."""
    return max(1, min(_SLICE_MS, int(left_s * 1000)))
