"""The devices of a bench at the real window: looked at, tried, lost and back, with a word for each on the strip."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.composition.demo import exchange
from app.devices.blackbox import kept_papers
from app.devices.simulation import Kinds
from app.domain.codes import badge
from app.settings import Role
from app.stations.devices import DevicesScreen
from tests.journeys.bench import Bench, bench, furnished_home


@pytest.fixture
def standing(home: Path, tmp_path: Path) -> Iterator[Bench]:
    with furnished_home(home) as opened, bench(opened, tmp_path) as made:
        yield made


def device_desk(one: Bench) -> DevicesScreen:
    one.sign_on(badge(4))
    one.player.open_station("devices")
    screen = one.player.screen
    assert isinstance(screen, DevicesScreen)
    return screen


def shown(screen: DevicesScreen, device: str) -> str:
    """How a device is, as the list says."""
    model = screen.live.table.model
    rows = (model.record(n).cells for n in range(model.rowCount()))
    return next((cells[2] for cells in rows if cells[0] == device), "")


def test_devices_are_seen_fail_recover_and_are_exchanged_while_the_program_runs(
    standing: Bench, tmp_path: Path
) -> None:
    player, simulation = standing.player, standing.player.simulation
    screen = device_desk(standing)
    for device in ("bench-scanner", "bench-scale", "bench-printer"):
        player.until(lambda device=device: "ready" in shown(screen, device), f"{device} to be ready")  # type: ignore[misc]
    simulation.play(Role.LABEL_PRINTER, "head_open")
    player.strip_says("label_printer", "head open")
    simulation.calm(Role.LABEL_PRINTER)
    simulation.printer.close_head()
    player.strip_says("label_printer", "ready")
    simulation.scan(badge(2))
    player.until(lambda: "SH-P-…" in said(screen, "bench-scanner"), "the badge to be hidden")
    exchanged: list[bool] = []
    exchange(
        standing.home, simulation, standing.workstation, Kinds("ssi", "sma", "usb"), lambda: exchanged.append(True)
    )
    player.until(lambda: bool(exchanged), "the other devices")
    for device in ("bench-scanner", "bench-scale", "bench-printer"):
        player.until(lambda device=device: "ready" in shown(screen, device), f"{device} to be ready")  # type: ignore[misc]
    simulation.play(Role.SCALE, "cable_pulled")
    player.strip_says("scale", "unplugged")
    simulation.calm(Role.SCALE)
    simulation.replug_scale()
    player.strip_says("scale", "ready")
    player.picture("devices")


def said(screen: DevicesScreen, device: str) -> str:
    model = screen.live.table.model
    rows = (model.record(n).cells for n in range(model.rowCount()))
    return next((cells[4] for cells in rows if cells[0] == device), "")


def test_support_gets_the_last_bytes_while_the_program_runs_and_without_it(standing: Bench) -> None:
    screen = device_desk(standing)
    standing.player.until(lambda: "ready" in shown(screen, "bench-scale"), "the scale")
    screen.command("SUPPORT")
    folder = standing.home.folder / "support"
    standing.player.until(lambda: any(folder.glob("*.zip")), "the bundle")
    [bundle] = folder.glob("*.zip")
    standing.player.until(lambda: zipfile.is_zipfile(bundle), "the whole bundle")
    with zipfile.ZipFile(bundle) as opened:
        assert "SI" in opened.read("devices/bench-scale.txt").decode()
    standing.workstation.keep_last_bytes()
    assert " in  S S" in kept_papers(standing.home.folder / "devices")["bench-scale"]
