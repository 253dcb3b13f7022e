"""What the screen of devices is wired to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.devices.bench import DeviceView
from app.devices.calibrating import ScannerFound
from app.devices.finding import Found
from app.devices.station_templates import StationTemplate
from app.domain.equipment import DeviceRole, Weight
from app.settings import DeviceSetting, Line


class Ask(Protocol):
    """Finds out what stands behind one port; see `app.devices.finding.ask_port`."""

    def __call__(
        self, place: str, line: Line | None, /, *, heard: Callable[[bytes], None], wanted: Callable[[], bool]
    ) -> Found | None:
        """Listen, then ask; None where nothing is proven."""


@dataclass(frozen=True, slots=True)
class DeviceWork:
    """All but `look` and `heard_since` are called in worker threads and may raise a Refusal or a Fault.

    `may` says whether the one who looks may set up, for greying out only. `look` says how all devices are; `find` what
    is attached; `save` keeps other devices and goes on with them; `weigh`, `zero` and `print_test` try one, by name.
    `needed` says which kinds of devices a station of this type needs.
    `heard_since` is what a scanner at a port sent since a moment, at once; `keep_scanner` keeps what the calibration
    found, for a device or, where its name is empty, for the scanner that types. `write_sheet` and `write_bundle` write
    the calibration sheet and the support bundle and return where. `templates` are the stations' templates;
    `save_template` keeps one, with the name that it had before (empty for a new one), `remove_template` forgets one.
    """

    may: bool
    look: Callable[[], Sequence[DeviceView]]
    find: Callable[[], Sequence[Found]]
    ask: Ask
    save: Callable[[tuple[DeviceSetting, ...]], object]
    needed: Callable[[], Sequence[DeviceRole]]
    weigh: Callable[[str], Weight]
    zero: Callable[[str], object]
    print_test: Callable[[str], object]
    heard_since: Callable[[str, float], bytes]
    keep_scanner: Callable[[str, ScannerFound], object]
    write_sheet: Callable[[], Path]
    write_bundle: Callable[[], Path]
    templates: Callable[[], Sequence[StationTemplate]]
    save_template: Callable[[StationTemplate, str], object]
    remove_template: Callable[[str], object]
