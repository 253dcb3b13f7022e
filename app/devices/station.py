"""The scanners and scales of one station: opened from its settings, found again after unplugging.

What they say is handed on in the warehouse's own nouns: `Scan`, `Weight`, `DeviceState`.
Printers are the spooler's. Keyboard wedges are heard by the screens. A device that is not there, or that this version
cannot drive, is a state and never a reason not to start.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from uuid import uuid4

from app.devices.attachments import OWN_BUSES, Buses, is_wedge, scale_protocol_of, scanner_protocol_of, transport_of
from app.devices.faults import HEALTH, OnState, reason_word
from app.devices.history import DeviceBook
from app.devices.scale import BenchScale, OnWeight
from app.domain.equipment import DeviceHistory, DeviceRole, DeviceState, Health, Weight
from app.domain.errors import Fault, Refusal
from app.domain.scanning import Scan
from app.services import clock
from app.settings import DeviceSetting, Role
from drivers.device import StateChanged
from drivers.discovery import Attached, PortsChanged, PortWatcher, attached
from drivers.scanners import scan as driver
from drivers.scanners.scanner import Scanner
from drivers.transports.recording import Direction
from drivers.transports.transport import Transport

OnScan = Callable[[Scan], None]
OnMisread = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class StationCallbacks:
    """Who hears the devices. All are called on the devices' threads and must return soon.

    `on_misread(device, reason)`: a code came that is not whole (`garbled`, `incomplete`, `cut`); the person must hear
    "scan again".
    """

    on_scan: OnScan
    on_weight: OnWeight
    on_state: OnState
    on_misread: OnMisread


class StationDevices:
    """All scanners and scales of a station, from `start` to `stop`; `buses` is where they are attached."""

    def __init__(
        self, devices: Iterable[DeviceSetting], callbacks: StationCallbacks, *, buses: Buses = OWN_BUSES
    ) -> None:
        self._book = DeviceBook(callbacks.on_state)
        self._callbacks = replace(callbacks, on_state=self._book.tell)
        self._devices = tuple(devices)
        self._buses = buses
        self._scanners: list[Scanner] = []
        self._scales: dict[str, BenchScale] = {}
        self._unsupported: list[DeviceState] = []
        for device in self._devices:
            if device.role is not Role.LABEL_PRINTER and not is_wedge(device):
                self._add(device)
        watched = self._scanners or self._scales
        self._watcher = PortWatcher(self._attachments_changed, list_ports=self._attached) if watched else None

    def start(self) -> None:
        """Look for every device, for ever."""
        for state in self._unsupported:
            self._callbacks.on_state(state)
        for scanner in self._scanners:
            self._callbacks.on_state(DeviceState(scanner.name, DeviceRole.SCANNER, Health.UNKNOWN))
            scanner.start()
        for scale in self._scales.values():
            scale.start()
        if self._watcher:
            self._watcher.start()

    def stop(self) -> None:
        """Let go of all; no callback comes afterwards."""
        if self._watcher:
            self._watcher.stop()
        for scanner in self._scanners:
            scanner.stop()
        for scale in self._scales.values():
            scale.stop()

    @property
    def scales(self) -> tuple[str, ...]:
        """The names of the scales, as in the settings."""
        return tuple(self._scales)

    def capture(self, timeout_s: float, device: str = "", *, about: str = "") -> Weight:
        """Take a parcel's weight from a scale (the first one where none is named); see `BenchScale.capture`.

        Blocks for up to `timeout_s` seconds. Raises the Fault that says why there is none; `devices.no_scale` where
        the station has no scale.
        """
        return self._scale(device).capture(timeout_s, about)

    def weigh(self, device: str, timeout_s: float) -> Weight:
        """The next weight at rest, to try a scale; nothing is taken. See `BenchScale.weigh`."""
        return self._scale(device).weigh(timeout_s)

    def heard_since(self, device: str, monotonic: float) -> bytes:
        """What a scanner at a port has sent since a moment (seconds of the monotonic clock), whatever it means."""
        scanner = next((one for one in self._scanners if one.name == device), None)
        moved = scanner.recorded() if scanner else ()
        return b"".join(one.data for one in moved if one.direction is Direction.IN and one.monotonic >= monotonic)

    def zero(self, device: str = "") -> None:
        """Set an empty scale to zero; see `BenchScale.zero`."""
        self._scale(device).zero()

    def export_traffic(self) -> dict[str, str]:
        """The last 64 KB of each device as text for support, with the station's time (UTC)."""
        scanners = {scanner.name: scanner.export_traffic(now=clock.now()) for scanner in self._scanners}
        return scanners | {name: scale.export_traffic() for name, scale in self._scales.items()}

    def history(self) -> tuple[DeviceHistory, ...]:
        """What happened to each device since the start."""
        counted = {scanner.name: scanner.history() for scanner in self._scanners}
        counted |= {name: scale.history() for name, scale in self._scales.items()}
        return tuple(self._book.of(name, history) for name, history in counted.items())

    def _add(self, device: DeviceSetting) -> None:
        role = DeviceRole(device.role.value)
        try:
            transport = transport_of(device, neighbours=self._devices, buses=self._buses)
            if role is DeviceRole.SCALE:
                self._add_scale(device, transport)
            else:
                self._add_scanner(device, transport)
        except Refusal:
            self._unsupported.append(DeviceState(device.id, role, Health.FAULT, "not_supported"))

    def _add_scale(self, device: DeviceSetting, transport: Transport) -> None:
        self._scales[device.id] = BenchScale(
            device.id,
            transport,
            scale_protocol_of(device),
            on_weight=self._callbacks.on_weight,
            on_state=self._callbacks.on_state,
        )

    def _add_scanner(self, device: DeviceSetting, transport: Transport) -> None:
        scanner = Scanner(
            device.id,
            transport,
            on_scan=partial(self._scanned, device.id),
            on_state=partial(self._scanner_changed, device.id),
            on_misread=lambda misread: self._callbacks.on_misread(device.id, misread.reason.value),
            protocol=scanner_protocol_of(device),
        )
        self._scanners.append(scanner)

    def _scale(self, device: str) -> BenchScale:
        scale = self._scales.get(device) if device else next(iter(self._scales.values()), None)
        if scale is None:
            raise Fault("devices.no_scale", retry=False, device=device)
        return scale

    def _scanned(self, device: str, scan: driver.Scan) -> None:
        self._callbacks.on_scan(
            Scan(
                event_id=uuid4(),
                raw=scan.text,
                symbology=scan.symbology,
                source=device,
                age_s=time.monotonic() - scan.monotonic,
                aim=str(scan.aim_id or ""),
            )
        )

    def _scanner_changed(self, device: str, change: StateChanged) -> None:
        self._callbacks.on_state(
            DeviceState(device, DeviceRole.SCANNER, HEALTH[change.state], reason_word(change.reason))
        )

    def _attached(self) -> list[Attached]:
        return attached(hid=self._buses.hid, printers=False)

    def _attachments_changed(self, _changed: PortsChanged) -> None:
        for scanner in self._scanners:
            scanner.wake()
        for scale in self._scales.values():
            scale.wake()
