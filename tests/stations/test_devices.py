"""The screen of devices: looked at, tried, found, added and removed, with simulators at real ports."""

import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import settings
from app.composition.home import OpenHome
from app.composition.setting_up import SettingUp
from app.database.logins import Logins
from app.devices.attachments import Buses
from app.devices.bench import Bench
from app.devices.calibrating import SHEET
from app.devices.papers import device_papers
from app.devices.simulation import Simulation
from app.devices.station import StationCallbacks
from app.devices.wedge import wedge_decoder
from app.domain.equipment import DeviceState, Health
from app.domain.scanning import Scan
from app.services import printing
from app.services.changes import Changes
from app.services.work import Worker
from app.settings import Role, Settings, Suffix, place_of
from app.stations.devices import DevicesScreen
from app.stations.devices.rows import readable
from app.stations.kit.kit import Kit
from app.texts import Texts
from drivers.simulators.hid_bus import HidBus, HidGadget
from drivers.simulators.scale import ScaleSimulator
from drivers.transports.hid import SCALE_PAGE
from tests.support import Site

BADGE = "OPERATOR1"


class Workplace:
    """A station's devices behind their screen, and what its other screens hear of them."""

    def __init__(self, site: Site, folder: Path, bus: HidBus, *, may: bool = True) -> None:
        self.scans: list[Scan] = []
        self.states: list[DeviceState] = []
        self.gone: list[str] = []
        self.wedges: list[Settings] = []
        self.folder = folder
        self.changes = Changes()
        self.worker = Worker(site.desk, self.changes)
        self.bench = Bench(
            (),
            StationCallbacks(self.scans.append, lambda _weight: None, self.states.append, lambda _device, _why: None),
            Worker(site.station(), self.changes),  # a station writes to its printers, no desk
            buses=Buses(hid=bus),
            on_gone=self.gone.append,
        )
        home = OpenHome(Settings(home=folder), Logins(folder), None)
        self.setting_up = SettingUp(
            home,
            "bench1",
            self.worker,
            self.bench,
            warehouse=lambda: site.warehouse,
            may=may,
            listen_to_wedge=self.wedges.append,
        )

    def stored(self) -> dict[str, Role]:
        """What the settings file says now."""
        return {device.id: device.role for device in settings.load(self.folder, environment={}).devices}


@pytest.fixture
def bus() -> HidBus:
    return HidBus()


@pytest.fixture
def workplace(warehouse: Site, tmp_path: Path, bus: HidBus) -> Iterator[Workplace]:
    place = Workplace(warehouse, tmp_path, bus)
    place.bench.start()
    yield place
    place.bench.stop()


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    with Simulation("pack", label_s=0.1) as running:
        yield running


def opened(qtbot: QtBot, kit: Kit, place: Workplace) -> DevicesScreen:
    screen = DevicesScreen(replace(kit, texts=Texts.load()), place.setting_up.work(), subscribe=place.changes.subscribe)
    qtbot.addWidget(screen)
    screen.resize(1366, 728)
    screen.show()
    return screen


@pytest.fixture
def screen(qtbot: QtBot, kit: Kit, workplace: Workplace) -> Iterator[DevicesScreen]:
    shown = opened(qtbot, kit, workplace)
    yield shown
    shown.let_go()


def rows(screen: DevicesScreen) -> list[tuple[str, ...]]:
    model = screen.live.table.model
    return [model.record(n).cells for n in range(model.rowCount())]


def found(screen: DevicesScreen) -> list[tuple[str, ...]]:
    model = screen.finding.table.model
    return [model.record(n).cells for n in range(model.rowCount())]


def do(qtbot: QtBot, screen: DevicesScreen, command: str) -> None:
    with qtbot.waitSignal(screen.answered, timeout=20_000):
        screen.command(command)


def has_row(screen: DevicesScreen, device: str, health: str) -> bool:
    return any(row[0] == device and row[2] == health for row in rows(screen))


def test_a_scale_at_an_unknown_port_is_found_by_asking_used_and_weighs_without_a_restart(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace, simulation: Simulation
) -> None:
    port = place_of(simulation.devices()[1].transport)
    screen.pages.setCurrentWidget(screen.finding)
    screen.finding.place.setText(port)
    screen.finding.add_by_hand()
    assert screen.finding.ticked == {port}
    do(qtbot, screen, "ASK_PORTS")
    qtbot.waitUntil(lambda: any("answered" in row[4] for row in found(screen) if row[1] == port))
    row = next(n for n, cells in enumerate(found(screen)) if cells[1] == port)
    assert "Scale, sics" in found(screen)[row][3]
    assert "I4" in screen.finding.bytes.toPlainText()
    screen.finding.table.view.selectRow(row)
    screen.command("USE_DEVICE")
    assert (screen.live.form.name.text(), screen.live.form.protocol.currentText()) == ("scale_1", "sics")
    do(qtbot, screen, "SAVE")
    assert workplace.stored() == {"scale_1": Role.SCALE}
    qtbot.waitUntil(lambda: has_row(screen, "scale_1", "✓ ready"), timeout=10_000)
    simulation.put_on_scale(Decimal("1.25"))
    qtbot.waitUntil(lambda: screen.live.view is not None)
    do(qtbot, screen, "TEST_DEVICE")
    assert "1.25" in screen.band.text()
    assert "⟨CR⟩⟨LF⟩" in screen.live.bytes.toPlainText()


def test_what_is_unplugged_is_away_on_the_screen_and_in_its_history_and_comes_back_by_itself(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace, simulation: Simulation
) -> None:
    workplace.setting_up.save(simulation.devices()[:2])
    qtbot.waitUntil(lambda: has_row(screen, "pack-scale", "✓ ready"), timeout=10_000)
    simulation.unplug_scale()
    qtbot.waitUntil(lambda: has_row(screen, "pack-scale", "✕ away: unplugged"), timeout=10_000)
    simulation.replug_scale()
    qtbot.waitUntil(lambda: has_row(screen, "pack-scale", "✓ ready"), timeout=15_000)
    screen.live.table.view.selectRow(1)
    qtbot.waitUntil(lambda: "✕ away (unplugged)" in screen.live.history.toPlainText())
    assert next(row for row in rows(screen) if row[0] == "pack-scale")[7] == "1"


def test_a_scanner_is_tried_by_scanning_anything(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace, simulation: Simulation
) -> None:
    workplace.setting_up.save(simulation.devices()[:1])
    qtbot.waitUntil(lambda: has_row(screen, "pack-scanner", "✓ ready"), timeout=10_000)
    qtbot.waitUntil(lambda: screen.live.view is not None)
    screen.command("TEST_DEVICE")
    simulation.scan("10AB\x1d21CD", "gs1-128")
    qtbot.waitUntil(lambda: bool(workplace.scans), timeout=10_000)
    scan = workplace.scans[0]
    screen.on_scan(scan.raw, scan.symbology, scan.source)
    assert "pack-scanner read ]C1 10AB␝21CD (gs1-128)" in screen.band.text()


def test_a_printer_that_is_added_is_known_to_all_and_prints_a_test_label(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace, simulation: Simulation
) -> None:
    printed = threading.Event()
    simulation._on_printed = lambda _label: printed.set()
    screen.command("NEW_DEVICE")
    form = screen.live.form
    form.name.setText("zebra_9")
    form.role.setCurrentIndex(form.role.findData(Role.LABEL_PRINTER))
    form.place.setText(f"tcp:{simulation.printer.host}:{simulation.printer.port}")
    do(qtbot, screen, "SAVE")
    assert workplace.worker.run(lambda unit: printing.printer_named(unit, "zebra_9")).dpi == 203
    qtbot.waitUntil(lambda: has_row(screen, "zebra_9", "✓ ready"), timeout=10_000)
    qtbot.waitUntil(lambda: screen.live.view is not None)
    do(qtbot, screen, "TEST_DEVICE")
    qtbot.waitUntil(printed.is_set, timeout=15_000)


def test_a_usb_scale_shows_its_evidence_and_is_kept_by_its_identity(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace, bus: HidBus
) -> None:
    source = ScaleSimulator(protocol="hid_pos", settle_s=0.1)
    bus.plug(HidGadget(0x0922, 0x8003, serial="S1", usage_page=SCALE_PAGE, source=source))
    screen.pages.setCurrentWidget(screen.finding)
    qtbot.waitUntil(lambda: any("HID usage page 0x8d" in row[4] for row in found(screen)))
    row = next(n for n, cells in enumerate(found(screen)) if "0x8d" in cells[4])
    screen.finding.table.view.selectRow(row)
    screen.command("USE_DEVICE")
    do(qtbot, screen, "SAVE")
    (device,) = settings.load(workplace.folder, environment={}).devices
    assert place_of(device.transport) == "hid:0922:8003:S1"
    screen.pages.setCurrentWidget(screen.finding)
    qtbot.waitUntil(lambda: any(cells[5] == "scale_1" for cells in found(screen)))


def test_a_device_that_is_removed_leaves_the_settings_the_screen_and_the_strip(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace, simulation: Simulation
) -> None:
    (workplace.folder / "settings.toml").write_text("# ours\n[station]\nname = 'bench1'\n", encoding="utf-8")
    workplace.setting_up.save(simulation.devices()[:2])
    qtbot.waitUntil(lambda: has_row(screen, "pack-scale", "✓ ready"), timeout=10_000)
    screen.live.table.view.selectRow(0)
    do(qtbot, screen, "REMOVE_DEVICE")
    assert workplace.stored() == {"pack-scale": Role.SCALE}
    assert workplace.gone == ["pack-scanner"]
    assert "# ours" in (workplace.folder / "settings.toml").read_text(encoding="utf-8")
    qtbot.waitUntil(lambda: [row[0] for row in rows(screen)] == ["pack-scale"])


def test_who_may_not_set_up_looks_and_changes_nothing(
    qtbot: QtBot, kit: Kit, warehouse: Site, tmp_path: Path, bus: HidBus, simulation: Simulation
) -> None:
    place = Workplace(warehouse, tmp_path, bus, may=False)
    place.worker = place.setting_up._worker = Worker(warehouse.station("bench1", BADGE), place.changes)
    screen = opened(qtbot, kit, place)
    assert not screen.live.form.name.isEnabled()
    assert {"SAVE", "REMOVE_DEVICE", "NEW_DEVICE"}.isdisjoint(screen._allowed())
    screen._keep(simulation.devices()[:1], "pack-scanner", "devices.saved", "SAVE")
    qtbot.waitUntil(lambda: "permission" in screen.topic(), timeout=10_000)
    assert not (tmp_path / "settings.toml").exists()
    screen.let_go()


def test_two_devices_cannot_have_one_name(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace, simulation: Simulation
) -> None:
    workplace.setting_up.save(simulation.devices()[:1])
    screen.live.refresh()
    qtbot.waitUntil(lambda: bool(rows(screen)))
    screen.command("NEW_DEVICE")
    screen.live.form.name.setText("pack-scanner")
    screen.live.form.place.setText("COM7")
    screen.command("SAVE")
    assert screen.topic() == "error:devices.name_taken"


def test_control_characters_have_names() -> None:
    assert readable(b"\x02S S  1.00 kg\r\n\x1d\xff") == "⟨STX⟩S S  1.00 kg⟨CR⟩⟨LF⟩\n⟨GS⟩⟨FF⟩"


def test_the_states_that_the_other_screens_show_are_those_of_the_bench(
    workplace: Workplace, simulation: Simulation, qtbot: QtBot
) -> None:
    workplace.setting_up.save(simulation.devices()[:2])
    qtbot.waitUntil(
        lambda: (
            {state.device for state in workplace.states if state.health is Health.ONLINE}
            == {"pack-scanner", "pack-scale"}
        ),
        timeout=10_000,
    )


def type_codes(qtbot: QtBot, screen: DevicesScreen, *, prefix: str, translated: dict[str, str]) -> None:
    """A wedge scans the whole sheet, key by key, at the window."""
    for code in SHEET:
        with qtbot.waitSignal(screen.calibrating.stepped):
            for key in [prefix, *code.text, "\r"]:
                _press(screen, translated.get(key, key))


def _press(screen: DevicesScreen, key: str) -> None:
    number = {"\r": Qt.Key.Key_Return, "F9": Qt.Key.Key_F9, "\x1d": Qt.Key.Key_F8}.get(key, Qt.Key.Key_A)
    text = "" if key in {"F9", "\x1d"} else key
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(
            screen.window().windowHandle(), QKeyEvent(kind, number, Qt.KeyboardModifier.NoModifier, text)
        )


def test_a_scanner_that_types_at_a_german_keyboard_is_calibrated_by_scanning_the_sheet(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace
) -> None:
    qtbot.waitExposed(screen)
    screen.pages.setCurrentWidget(screen.calibrating)
    screen.command("START_CALIBRATION")
    assert "code 1 of 4" in screen.band.text()
    german = dict(zip('yzYZ-/:_@#"%', 'zyZYß-Ö?"§Ä%', strict=True))
    type_codes(qtbot, screen, prefix="F9", translated=german)
    said = screen.calibrating.result.toPlainText()
    assert "Keyboard of the scanner: US, of the computer: DE" in said
    assert "Before each code: ⟨F9⟩" in said
    do(qtbot, screen, "KEEP")
    kept = settings.load(workplace.folder, environment={})
    assert (kept.wedge_prefix, kept.wedge_suffix) == ("F9", "\r")
    assert (kept.wedge_scanner_layout, kept.wedge_computer_layout, kept.wedge_gs_key) == ("us", "de", "F8")
    decoder = wedge_decoder(kept)
    outcomes = [decoder.feed(key, 0, arrival_ms=n).outcome for n, key in enumerate(["F9", *"WHß1ßY", "\r"])]
    assert getattr(outcomes[-1], "text", "") == "WH-1-Z"
    assert workplace.wedges[-1] == kept


def test_a_scanner_at_a_port_is_calibrated_by_its_bytes(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace, simulation: Simulation
) -> None:
    workplace.setting_up.save(simulation.devices()[:1])
    qtbot.waitUntil(lambda: has_row(screen, "pack-scanner", "✓ ready"), timeout=10_000)
    screen.pages.setCurrentWidget(screen.calibrating)
    screen.calibrating.which.setCurrentIndex(screen.calibrating.which.findData("pack-scanner"))
    screen.command("START_CALIBRATION")
    for code in SHEET:
        with qtbot.waitSignal(screen.calibrating.stepped, timeout=10_000):
            simulation.scan(code.text, "gs1-128" if code.gs1 else "code-128")
    assert "The scanner announces what it reads" in screen.calibrating.result.toPlainText()
    do(qtbot, screen, "KEEP")
    (device,) = settings.load(workplace.folder, environment={}).devices
    assert (device.suffix, device.aim_required) == (Suffix.CR, True)


def test_the_sheet_and_the_support_bundle_are_written_where_the_screen_says(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace, simulation: Simulation
) -> None:
    workplace.setting_up.save(simulation.devices()[:2])
    qtbot.waitUntil(lambda: has_row(screen, "pack-scale", "✓ ready"), timeout=10_000)
    simulation.scan("SH-P-0042")
    qtbot.waitUntil(lambda: bool(workplace.scans), timeout=10_000)
    do(qtbot, screen, "SUPPORT")
    (file,) = (workplace.folder / "support").glob("*.zip")
    assert str(file) in screen.band.text()
    with zipfile.ZipFile(file) as bundle:
        scanner, scale = (bundle.read(f"devices/pack-{one}.txt").decode() for one in ("scanner", "scale"))
    assert "kg<0D><0A>" in scale
    assert "SH-P-0042" not in scanner
    assert "SH-…" in scanner
    screen.pages.setCurrentWidget(screen.calibrating)
    do(qtbot, screen, "CALIBRATION_SHEET")
    assert (workplace.folder / "papers" / "calibration.pdf").read_bytes().startswith(b"%PDF")


def test_labels_are_not_in_the_papers_for_the_support(workplace: Workplace, simulation: Simulation) -> None:
    traffic = "10:00 out ^XA^FDIda Sørensen^FS^XZ\n10:01 out ~HS\n10:01 in  <02>030,0\n"
    workplace.setting_up.save(simulation.devices())
    paper = device_papers(workplace.bench.look(), {"pack-printer": traffic})["pack-printer"]
    assert "Ida" not in paper
    assert "out ~HS" in paper
    assert "<02>030,0" in paper


def test_a_badge_that_arrived_in_pieces_is_put_together_for_the_cleaner(
    workplace: Workplace, simulation: Simulation
) -> None:
    traffic = "10:00 in  ]C0SH-P\n10:00 in  -0042<0D>\n10:01 in  ABC<0D>\n"
    workplace.setting_up.save(simulation.devices()[:1])
    paper = device_papers(workplace.bench.look(), {"pack-scanner": traffic})["pack-scanner"]
    assert "]C0SH-P-0042<0D>\n10:01 in  ABC<0D>" in paper


def test_a_bench_says_which_devices_it_lacks_and_fills_in_what_is_attached(
    qtbot: QtBot, kit: Kit, warehouse: Site, workplace: Workplace, bus: HidBus, simulation: Simulation
) -> None:
    workplace.setting_up._worker = Worker(warehouse.station("bench1", "MANAGER1"), workplace.changes)
    workplace.bench.use(simulation.devices()[:1])
    screen = opened(qtbot, kit, workplace)
    qtbot.waitUntil(lambda: "✕ Scale, none yet" in screen.live.needs.text(), timeout=10_000)
    assert "✓ Scanner" in screen.live.needs.text()
    source = ScaleSimulator(protocol="hid_pos", settle_s=0.1)
    bus.plug(HidGadget(0x0922, 0x8003, serial="S1", usage_page=SCALE_PAGE, source=source))
    do(qtbot, screen, "FILL_IN")
    form = screen.live.form.wanted()
    assert (form.id, form.role, place_of(form.transport), form.required) == (
        "scale_1",
        Role.SCALE,
        "hid:0922:8003:S1",
        True,
    )
    do(qtbot, screen, "SAVE")
    qtbot.waitUntil(lambda: "✓ Scale" in screen.live.needs.text(), timeout=10_000)
    do(qtbot, screen, "FILL_IN")
    assert "Label printer: required here, none found" in screen.band.text()
    screen.let_go()
