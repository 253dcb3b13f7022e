"""All devices of this machine behind one door: looked at, tried, and exchanged while the program goes on.

Scanners and scales are `StationDevices`, printers are the `Spooler`; here is only what concerns them all.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from app.devices.attachments import OWN_BUSES, Buses, is_wedge
from app.devices.faults import OnState
from app.devices.history import continued
from app.devices.spooler import OnRendered, Pages, Spooler
from app.devices.station import StationCallbacks, StationDevices
from app.domain.codes import without_badges
from app.domain.equipment import DeviceHistory, DeviceRole, DeviceState, Health, Weight
from app.domain.scanning import Scan
from app.services import clock
from app.services.work import Worker
from app.settings import DeviceSetting, Role

TYPES = "types"
"""The reason that a scanner is told apart by: it types, and only its codes show that it is there."""


@dataclass(frozen=True, slots=True)
class DeviceView:
    """One device as a person looks at it.

    Attributes:
        setting: what the settings say of it.
        state: how it is; `since` when it became so, None where nothing was heard of it yet.
        history: its counters and changes.
        said: its last code or weight in words, `said_at` when it came; empty and None where there was none.
    """

    setting: DeviceSetting
    state: DeviceState
    since: datetime | None
    history: DeviceHistory
    said: str = ""
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """The last code or weight of a device, in words."""

    words: str
    at: datetime


class Bench:
    """The devices from `start` to `stop`.

    Args:
        devices: the settings of this machine.
        callbacks: who hears scanners and scales; `on_state` hears printers too.
        worker: whose login prints.
        buses: where everything is attached.
        on_rendered: hears the bytes of each label before they leave.
        pages: makes the PDF of a page.
        on_gone: hears the name of a device that was taken out of the settings.
    """

    def __init__(
        self,
        devices: Iterable[DeviceSetting],
        callbacks: StationCallbacks,
        worker: Worker,
        *,
        buses: Buses = OWN_BUSES,
        on_rendered: OnRendered | None = None,
        pages: Pages | None = None,
        on_gone: Callable[[str], None] = lambda _device: None,
    ) -> None:
        self._callbacks = replace(
            callbacks,
            on_scan=self._scanned(callbacks.on_scan),
            on_weight=self._weighed(callbacks.on_weight),
            on_state=self._changed(callbacks.on_state),
        )
        self._worker = worker
        self._buses = buses
        self._on_rendered = on_rendered
        self._pages = pages
        self._on_gone = on_gone
        self._exchange = threading.Lock()
        self._states: dict[str, DeviceState] = {}
        self._said: dict[str, Said] = {}
        self._before: dict[str, DeviceHistory] = {}
        self._devices = tuple(devices)
        self._station = self._new_station()
        self._spooler = self._new_spooler()

    @property
    def devices(self) -> tuple[DeviceSetting, ...]:
        """The settings in use."""
        return self._devices

    @property
    def buses(self) -> Buses:
        """Where everything is attached."""
        return self._buses

    def start(self) -> None:
        """Look for every device, for ever."""
        self._station.start()
        self._spooler.start()

    def stop(self) -> None:
        """Let go of all; within seconds."""
        with self._exchange:
            self._station.stop()
            self._spooler.stop()

    def use(self, devices: Iterable[DeviceSetting], *, buses: Buses | None = None) -> None:
        """Go on with other settings: what they do not concern is not disturbed. Blocks for some seconds.

        Printers go on while scanners or scales are exchanged, and the other way round. `buses` where they are attached
        elsewhere now.
        """
        wanted = tuple(devices)
        with self._exchange:
            self._buses = buses or self._buses
            kept = {one.device: one for one in self._histories()}
            before, self._devices = self._devices, wanted
            self._before = {one.id: kept[one.id] for one in wanted if one.id in kept}
            for name in {one.id for one in before} - {one.id for one in wanted}:
                self._states.pop(name, None)
                self._said.pop(name, None)
                self._on_gone(name)
            if _printers(before) != _printers(wanted):
                self._spooler.stop()
                self._spooler = self._new_spooler()
                self._spooler.start()
            if _others(before) != _others(wanted):
                self._station.stop()
                self._station = self._new_station()
                self._station.start()

    def look(self) -> tuple[DeviceView, ...]:
        """How every device is, in the order of the settings."""
        histories = {one.device: one for one in self._histories()}
        return tuple(self._view(one, histories.get(one.id) or DeviceHistory(one.id)) for one in self._devices)

    def _histories(self) -> tuple[DeviceHistory, ...]:
        """What happened to each device since the program started, also under settings that it had before."""
        now = (*self._station.history(), *self._spooler.history())
        return tuple(continued(self._before.get(one.device), one) for one in now)

    def capture(self, timeout_s: float, device: str = "", *, about: str = "") -> Weight:
        """Take a parcel's weight; see `StationDevices.capture`."""
        return self._station.capture(timeout_s, device, about=about)

    def weigh(self, device: str, timeout_s: float = 5.0) -> Weight:
        """Try a scale; see `StationDevices.weigh`."""
        return self._station.weigh(device, timeout_s)

    def zero(self, device: str) -> None:
        """Set an empty scale to zero; see `BenchScale.zero`."""
        self._station.zero(device)

    def heard_since(self, device: str, monotonic: float) -> bytes:
        """What a scanner at a port has sent since a moment; see `StationDevices.heard_since`."""
        return self._station.heard_since(device, monotonic)

    def typed(self, scan: Scan) -> None:
        """A scanner that types has typed a code: its device is well."""
        device = next((one.id for one in self._devices if is_wedge(one)), None)
        if device is not None:
            self._say(device, _code(scan))
            self._callbacks.on_state(DeviceState(device, DeviceRole.SCANNER, Health.ONLINE))

    def export_traffic(self) -> dict[str, str]:
        """The last 64 KB of each device as text for support."""
        return self._station.export_traffic() | self._spooler.export_traffic()

    def _view(self, setting: DeviceSetting, history: DeviceHistory) -> DeviceView:
        unheard = DeviceState(
            setting.id, DeviceRole(setting.role.value), Health.UNKNOWN, TYPES if is_wedge(setting) else ""
        )
        said = self._said.get(setting.id)
        return DeviceView(
            setting,
            self._states.get(setting.id, unheard),
            history.changes[-1].at if history.changes else None,
            history,
            said.words if said else "",
            said.at if said else None,
        )

    def _new_station(self) -> StationDevices:
        return StationDevices(self._devices, self._callbacks, buses=self._buses)

    def _new_spooler(self) -> Spooler:
        return Spooler(
            self._worker,
            self._devices,
            on_state=self._callbacks.on_state,
            on_rendered=self._on_rendered,
            buses=self._buses,
            pages=self._pages,
        )

    def _say(self, device: str, words: str) -> None:
        self._said[device] = Said(words, clock.now())

    def _scanned(self, tell: Callable[[Scan], None]) -> Callable[[Scan], None]:
        def scanned(scan: Scan) -> None:
            self._say(scan.source, _code(scan))
            tell(scan)

        return scanned

    def _weighed(self, tell: Callable[[Weight], None]) -> Callable[[Weight], None]:
        def weighed(weight: Weight) -> None:
            self._say(weight.device, f"{'' if weight.stable else '~ '}{weight.kg} kg")
            tell(weight)

        return weighed

    def _changed(self, tell: OnState) -> OnState:
        return partial(self._state_changed, tell)

    def _state_changed(self, tell: OnState, state: DeviceState) -> None:
        self._states[state.device] = state
        tell(state)


def _printers(devices: tuple[DeviceSetting, ...]) -> tuple[DeviceSetting, ...]:
    return tuple(one for one in devices if one.role is Role.LABEL_PRINTER)


def _others(devices: tuple[DeviceSetting, ...]) -> tuple[DeviceSetting, ...]:
    return tuple(one for one in devices if one.role is not Role.LABEL_PRINTER)


def _code(scan: Scan) -> str:
    """A code as anybody may read it: its identifier, and GS as a sign; of a badge only that it is one."""
    return without_badges(f"{scan.aim} {scan.raw}".strip().replace("\x1d", "␝"))
