"""The simulator panel: a person chooses devices, lets things happen to them, and sees what happens."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.devices.simulation import Kinds, Simulation
from app.settings import Role
from app.stations.demo.keys import press
from app.stations.demo.panel import SimulatorPanel
from app.stations.kit.wedge import WedgeFilter
from app.texts import Texts
from drivers.scanners.scan import Scan
from drivers.scanners.wedge import WedgeDecoder, WedgeSettings


def panel_of(qtbot: QtBot, simulation: Simulation, asked: list[Kinds]) -> SimulatorPanel:
    def exchange(kinds: Kinds, done: Callable[[], object]) -> None:
        asked.append(kinds)
        simulation.use(kinds)
        done()

    panel = SimulatorPanel(Texts.load("en"), simulation, (), order_arrives=lambda: None, exchange=exchange)
    qtbot.addWidget(panel)
    return panel


def test_a_chosen_protocol_puts_another_device_on_the_bench(qtbot: QtBot) -> None:
    asked: list[Kinds] = []
    with Simulation() as simulation:
        panel = panel_of(qtbot, simulation, asked)
        box = panel.trouble.kinds[Role.SCALE]
        box.setCurrentIndex(box.findData("sma"))
        box.activated.emit(box.currentIndex())
        assert asked == [Kinds(scale="sma")]
        assert simulation.devices()[1].protocol == "sma"
        box.activated.emit(box.currentIndex())
        assert len(asked) == 1, "the same again disturbs nothing"


def test_a_printer_behind_a_queue_has_the_faults_of_a_queue(qtbot: QtBot) -> None:
    asked: list[Kinds] = []
    with Simulation() as simulation:
        panel = panel_of(qtbot, simulation, asked)
        trouble = panel.trouble
        box = trouble.kinds[Role.LABEL_PRINTER]
        if box.findData("queue") < 0:
            pytest.skip("no CUPS on this system")
        assert trouble.faults[Role.LABEL_PRINTER].findData("head_open") >= 0
        box.setCurrentIndex(box.findData("queue"))
        box.activated.emit(box.currentIndex())
        assert trouble.faults[Role.LABEL_PRINTER].findData("stopped") >= 0
        assert trouble.faults[Role.LABEL_PRINTER].findData("head_open") < 0


def test_a_fault_happens_to_the_device_and_is_told_beside_it(qtbot: QtBot) -> None:
    with Simulation() as simulation:
        panel = panel_of(qtbot, simulation, [])
        trouble = panel.trouble
        faults = trouble.faults[Role.LABEL_PRINTER]
        faults.setCurrentIndex(faults.findData("power_cycle"))
        trouble.begin(Role.LABEL_PRINTER)
        qtbot.waitUntil(lambda: trouble.happens[Role.LABEL_PRINTER].text() == "That is over.", timeout=5000)


def test_every_device_and_every_fault_has_a_name_in_words(qtbot: QtBot) -> None:
    with Simulation() as simulation:
        panel = panel_of(qtbot, simulation, [])
        trouble = panel.trouble
        words = [
            box.itemText(row)
            for box in (*trouble.kinds.values(), *trouble.faults.values())
            for row in range(box.count())
        ]
        assert words
        assert not [word for word in words if word.startswith("demo.")]


def test_a_scanner_that_types_is_heard_at_the_window_with_its_separator(qtbot: QtBot) -> None:
    heard: list[object] = []
    with Simulation(kinds=Kinds(scanner="wedge")) as simulation:
        panel = panel_of(qtbot, simulation, [])
        panel.show()
        qtbot.waitExposed(panel)
        keys = WedgeFilter(WedgeDecoder(WedgeSettings(prefix="\x02", replacements={"F8": "\x1d"})), heard.append, panel)
        keys.watch(panel.windowHandle())
        simulation.types = lambda text: press(panel, text)
        simulation.scan("10LOT\x1d37", "gs1-128")
    [scan] = heard
    assert isinstance(scan, Scan)
    assert (scan.text, scan.is_gs1) == ("10LOT\x1d37", True)
