"""USB devices of the HID class that are no keyboard: scales and scanners, by hidapi, on every system.

HID carries reports, not a stream: each `read` returns exactly one report, its number first, and each `write` sends
one. What lay waiting when the device was opened is thrown away, since it may be older than anybody thinks.

Verification: [M] against `drivers/simulators/hid_bus.py`, which stands in for the module `hid` of hidapi 0.15; the
reports themselves are the protocols'. No real device was at hand. Old reports that a system keeps, silent unplugging
and all-zero reports are what others were bitten by [S].
"""

import contextlib
import os
import re
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from drivers.transports.ports import PortMatch, identity_of, the_one
from drivers.transports.transport import TransportBusy, TransportDenied, TransportLost, TransportTimeout

SCALE_PAGE, SCANNER_PAGE = 0x8D, 0x8C
UDEV_HINT = "on Linux a udev rule for its vendor must let this account use hidraw or the USB device"
_LARGEST_REPORT = 64
_SLICE_MS = 25  # how long one read may hold the device; `close` waits at most this long for it
_MOST_WAITING = 256  # reports: a device that floods must not keep the reader from ever returning
_FAILED = (OSError, ValueError)  # hidapi says ValueError "not open" once the handle is closed


class HidApi(Protocol):
    """What is used of the module `hid`."""

    def enumerate(self) -> list[dict[str, Any]]:
        """Everything that is attached."""
        ...

    def device(self) -> Any:  # noqa: ANN401 - hidapi is untyped
        """A handle, not yet open."""
        ...


@dataclass(frozen=True, slots=True)
class HidInfo:
    """One collection of an attached HID device; `usage_page` is 0 where the system does not tell it."""

    path: bytes
    vid: int
    pid: int
    serial: str | None = None
    location: str | None = None
    usage_page: int = 0
    usage: int = 0
    product: str = ""
    manufacturer: str = ""

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


class HidTransport:
    """One HID device, by its identity, looked up anew at each `open`.

    Args:
        match: which device is meant.
        usage_page: which of its collections, where it has several: `SCALE_PAGE`, `SCANNER_PAGE`.
        newest_only: for a scale: of reports that have queued up, only the newest of each number is returned. A
            scanner's reports are all returned.
        api: the module `hid`; another for tests.
    """

    def __init__(
        self, match: PortMatch, *, usage_page: int = 0, newest_only: bool = False, api: HidApi | None = None
    ) -> None:
        self._match = match
        self._usage_page = usage_page
        self._newest_only = newest_only
        self._api = api
        self._io = threading.Lock()
        self._closing = threading.Event()
        self._device: Any = None
        self._waiting: deque[bytes] = deque()

    @property
    def name(self) -> str:
        """The identity that is looked for."""
        return str(self._match)

    def open(self) -> None:
        """Attach, and throw away what was waiting.

        Raises `TransportLost` (also its kind `TransportOther`), `TransportDenied`, or `TransportBusy` where the
        system does not say which of the two it is.
        """
        self._closing.clear()
        api = self._api or _hidapi()
        info = the_one(self._match, one_a_device(hid_devices(api), self._usage_page))
        device = api.device()
        try:
            device.open_path(info.path)
            device.set_nonblocking(1)
        except _FAILED as error:
            raise _opening_error(info, error) from error
        with self._io:
            self._device = device
            self._waiting.clear()
            self._drain()
        if self._closing.is_set():
            self.close()
            raise TransportLost(f"{self.name} was closed while it was opened")

    def close(self) -> None:
        """Let go; ends a blocked `read` of another thread first, so that the handle is never pulled away."""
        self._closing.set()
        with self._io:
            device, self._device = self._device, None
            if device is not None:
                with contextlib.suppress(*_FAILED):
                    device.close()

    def read(self, *, timeout_s: float) -> bytes:
        """Return one report, or `b""` when none came within `timeout_s` seconds."""
        deadline = time.monotonic() + timeout_s
        while True:
            with self._io:
                if not self._waiting:
                    left_ms = int((deadline - time.monotonic()) * 1000)
                    self._collect(max(1, min(_SLICE_MS, left_ms)))
                if self._waiting:
                    return self._waiting.popleft()
            if time.monotonic() >= deadline:
                return b""

    def write(self, data: bytes, *, timeout_s: float) -> None:
        """Send one report, its number first; a report is taken whole or not at all."""
        with self._io:
            device = self._attached(written=0)
            try:
                sent = device.write(data)
            except _FAILED as error:
                raise TransportLost(f"{self.name}: {error}") from error
        if sent < 0:
            raise TransportTimeout(f"{self.name} did not take the report", written=0)

    def _collect(self, timeout_ms: int) -> None:
        """Wait for a report, and take in what came with it."""
        first = self._report(timeout_ms)
        if not first:
            return
        reports = [first, *self._drain()]
        if self._newest_only:
            reports = list({report[0]: report for report in reports}.values())
        self._waiting.extend(reports)

    def _drain(self) -> list[bytes]:
        reports: list[bytes] = []
        while len(reports) < _MOST_WAITING and (report := self._report(0)):
            reports.append(report)
        return reports

    def _report(self, timeout_ms: int) -> bytes:
        device = self._attached()
        try:
            said = device.read(_LARGEST_REPORT, timeout_ms) if timeout_ms else device.read(_LARGEST_REPORT)
        except _FAILED as error:
            raise TransportLost(f"{self.name}: {error}") from error
        return bytes(said or b"")

    def _attached(self, *, written: int | None = None) -> Any:  # noqa: ANN401 - hidapi is untyped
        if self._device is None or self._closing.is_set():
            raise TransportLost(f"{self.name} is not open", written=written)
        return self._device


def hid_devices(api: HidApi | None = None) -> list[HidInfo]:
    """List the collections of all attached HID devices, keyboards and mice included; empty where there is no hidapi."""
    try:
        found = (api or _hidapi()).enumerate()
    except TransportLost:
        return []
    return [
        HidInfo(
            path=bytes(entry["path"]),
            vid=entry["vendor_id"],
            pid=entry["product_id"],
            serial=entry.get("serial_number") or None,
            location=socket_of(bytes(entry["path"])),
            usage_page=entry.get("usage_page") or 0,
            usage=entry.get("usage") or 0,
            product=entry.get("product_string") or "",
            manufacturer=entry.get("manufacturer_string") or "",
        )
        for entry in found
    ]


def socket_of(path: bytes) -> str | None:
    """The socket that a device is plugged into, as far as its path tells; None where it does not.

    libusb's paths begin with bus and ports [S]; of a Linux hidraw node the system's own tree knows them; Windows gives
    each socket an instance number of its own [K].
    """
    text = path.decode("utf-8", "replace")
    if hidraw := re.fullmatch(r"/dev/(hidraw\d+)", text):
        text = os.path.realpath(f"/sys/class/hidraw/{hidraw[1]}/device")
    if ports := re.findall(r"(?:^|/)(\d+-[\d.]+):\d+\.\d+", text):
        return str(ports[-1])
    instance = re.search(r"#vid_[0-9a-f]{4}&pid_[0-9a-f]{4}[^#]*#([^#]+)#", text, re.IGNORECASE)
    return instance[1] if instance else None


def one_a_device(found: list[HidInfo], usage_page: int) -> list[HidInfo]:
    """Reduce the collections to one a device: that of the usage page, or the first where the system tells no pages."""
    fitting = [info for info in found if usage_page in {0, info.usage_page} or not info.usage_page]
    best: dict[tuple[int, int, str | None, bytes], HidInfo] = {}
    for info in sorted(fitting, key=lambda info: info.usage_page != usage_page):
        # Collections of one device differ in their path on Windows, and in nothing else where it has a serial number.
        best.setdefault((info.vid, info.pid, info.serial, b"" if info.serial else info.path), info)
    return list(best.values())


def _hidapi() -> HidApi:
    try:
        import hid  # noqa: PLC0415 - needs its system library only where there are such devices
    except ImportError as error:
        raise TransportLost(f"hidapi is not installed: {error}") from error
    api: HidApi = hid
    return api


def _opening_error(info: HidInfo, error: Exception) -> TransportBusy:
    with contextlib.suppress(ValueError, UnicodeDecodeError):
        node = Path(info.path.decode())
        if node.is_absolute() and node.exists() and not os.access(node, os.R_OK | os.W_OK):
            return TransportDenied(f"this account may not open {info.identity}; {UDEV_HINT}")
    return TransportBusy(
        f"{info.identity} is there and cannot be opened: another program holds it, or this account may not ({error}); "
        f"{UDEV_HINT}"
    )
