"""The screen of devices in every state, on devices that lie in memory: what is photographed, no logic."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from app.devices.bench import DeviceView
from app.devices.finding import Found
from app.devices.station_templates import StationTemplate
from app.dialogs.dialog import Feedback, Level
from app.domain.equipment import DeviceHistory, DeviceRole, DeviceState, Health, HealthChange, Weight
from app.settings import DeviceSetting, Role, SerialTransport, TcpTransport
from app.stations.devices import DevicesScreen, DeviceWork
from app.stations.kit.kit import Kit
from build_scripts.screenshot_samples import settle
from build_scripts.screenshot_stock import MOMENT

_SCANNER = DeviceSetting("scanner_dock_left", Role.SCANNER, "plain", SerialTransport("COM5"))
_SCALE = DeviceSetting("scale_1", Role.SCALE, "sics", SerialTransport("COM7"), required=True)
_PRINTER = DeviceSetting("zebra-dock-2", Role.LABEL_PRINTER, "zpl", TcpTransport("192.0.2.40", 9100))


def _view(setting: DeviceSetting, health: Health, reason: str, said: str, bytes_: bytes) -> DeviceView:
    changes = tuple(
        HealthChange(MOMENT - timedelta(minutes=n), *state)
        for n, state in ((95, (Health.ONLINE,)), (41, (Health.OFFLINE, "unplugged")), (40, (health, reason)))
    )
    return DeviceView(
        setting,
        DeviceState(setting.id, DeviceRole(setting.role.value), health, reason),
        MOMENT,
        DeviceHistory(setting.id, 2, 1, 1482, 3, 4.2, bytes_, changes),
        said,
        MOMENT,
    )


_VIEWS = (
    _view(_SCANNER, Health.ONLINE, "", "(01)04006381333931(10)L-2026-07", b"]C1010400638133393110L-2026-07\r"),
    _view(_SCALE, Health.STALE, "", "4.385 kg", b"S S      4.385 kg\r\nS S      4.385 kg\r\n"),
    _view(_PRINTER, Health.FAULT, "paper_out", "", b"\x02030,1,0,0812,000,0,0,0,000,0,0,0\x03\r\n"),
)
_FOUND = (
    Found("usb:0a5f:0166:D3J1", "USB", "Zebra ZD421", Role.LABEL_PRINTER, "zpl", "USB identity", serial_number="D3J1"),
    Found("COM5", "COM5", "Honeywell Xenon 1950", Role.SCANNER, "serial", "USB identity", used_by="scanner_dock_left"),
    Found("COM7", "COM7", "USB Serial Port (FTDI FT232R)"),
    Found("COM9", "COM9", "Communications Port"),
)


_BENCH_SCALE = replace(_SCALE, id="bench_scale", protocol="sics", unit_default="kg")
_TEMPLATES = (
    StationTemplate("Packing bench", "bench", (_BENCH_SCALE, _PRINTER), MOMENT, "Ann Lee"),
    StationTemplate("Dock", "dock", (_SCANNER, _PRINTER), MOMENT, "Ann Lee"),
)


def devices_screen(kit: Kit, *, views: Sequence[DeviceView] = _VIEWS) -> DevicesScreen:
    """The screen on devices that lie in memory."""
    work = DeviceWork(
        may=True,
        look=lambda: views,
        find=lambda: _FOUND,
        ask=lambda *_place, **_how: None,
        save=lambda _devices: None,
        needed=lambda: (DeviceRole.SCANNER, DeviceRole.SCALE, DeviceRole.LABEL_PRINTER),
        weigh=lambda device: Weight(device, Decimal("4.385"), stable=True, capturable=True),
        zero=lambda _device: None,
        print_test=lambda _device: None,
        heard_since=lambda _device, _since: b"",
        keep_scanner=lambda *_: None,
        write_sheet=lambda: Path("calibration.pdf"),
        write_bundle=lambda: Path("support.zip"),
        templates=lambda: _TEMPLATES,
        save_template=lambda _template, _before: None,
        remove_template=lambda _name: None,
    )
    return DevicesScreen(kit, work, subscribe=lambda _hear: lambda: None)


def _selected(row: int) -> Callable[[DevicesScreen], None]:
    def pose(screen: DevicesScreen) -> None:
        settle(screen)
        screen.live.table.view.selectRow(row)
        settle(screen)

    return pose


def _finding(screen: DevicesScreen) -> None:
    screen.pages.setCurrentIndex(1)
    settle(screen)
    screen.finding.tick(replace(_FOUND[2]))
    screen.finding.table.view.selectRow(0)


def _calibrating(screen: DevicesScreen) -> None:
    screen.pages.setCurrentIndex(2)
    settle(screen)


def _calibration_runs(screen: DevicesScreen) -> None:
    _calibrating(screen)
    screen.command("START_CALIBRATION")


def _templates(screen: DevicesScreen) -> None:
    screen.pages.setCurrentIndex(3)
    settle(screen)
    screen.templates.table.view.selectRow(0)
    settle(screen)
    screen.command("COMPARE")
    settle(screen)


def _new(screen: DevicesScreen) -> None:
    _selected(0)(screen)
    screen.command("NEW_DEVICE")


def _refused(screen: DevicesScreen) -> None:
    _selected(1)(screen)
    screen.say(Feedback(Level.ERROR, "devices.name_taken", {"name": "scale_1"}))


POSES: Mapping[str, tuple[Callable[[DevicesScreen], None], Sequence[DeviceView]]] = {
    "devices-live": (_selected(0), _VIEWS),
    "devices-scale": (_selected(1), _VIEWS),
    "devices-printer": (_selected(2), _VIEWS),
    "devices-none": (_selected(0), ()),
    "devices-new": (_new, _VIEWS),
    "devices-refused": (_refused, _VIEWS),
    "devices-find": (_finding, _VIEWS),
    "devices-templates": (_templates, _VIEWS),
    "devices-calibrate": (_calibrating, _VIEWS),
    "devices-calibrating": (_calibration_runs, _VIEWS),
}
