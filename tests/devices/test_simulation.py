"""The simulated bench: what the demo shows is what arrived at the printer."""

import threading
from pathlib import Path

from app.devices import labels
from app.devices.simulation import PrintedLabel, Simulation, save_printed
from app.domain.labels import LabelContent
from app.domain.printing import PrintState
from drivers.transports.tcp import TcpTransport
from tests.devices.labels.examples import EXAMPLES
from tests.devices.spooler.bench import Bench
from tests.support import Site

_PNG = b"\x89PNG"


def test_a_printed_label_is_shown_with_its_bytes_and_its_picture(warehouse: Site, tmp_path: Path) -> None:
    printed: list[PrintedLabel] = []
    came_out = threading.Event()

    def show(label: PrintedLabel) -> None:
        printed.append(label)
        came_out.set()

    with Simulation(on_printed=show, label_s=0) as simulation:
        bench = Bench(warehouse, simulation.devices()[2])
        with bench.spooling(on_rendered=simulation.remember):
            job = bench.until(bench.queue("BIN-1"), PrintState.CONFIRMED)
            assert came_out.wait(10)
    [label] = printed
    assert label.content == job.content
    assert label.picture == labels.picture(job.content, 203)
    save_printed(label, tmp_path / "out")
    assert (tmp_path / "out" / "label-001.png").read_bytes().startswith(_PNG)
    assert (tmp_path / "out" / "label-001.zpl").read_bytes() == label.zpl


def test_bytes_from_elsewhere_come_out_without_a_picture() -> None:
    printed: list[PrintedLabel] = []
    came_out = threading.Event()

    def show(label: PrintedLabel) -> None:
        printed.append(label)
        came_out.set()

    with Simulation(on_printed=show, label_s=0) as simulation:
        simulation.remember(b"^XA^FDother^XZ", LabelContent("bin", "x", EXAMPLES["bin"]), 203)
        wire = TcpTransport(simulation.printer.host, simulation.printer.port)
        wire.open()
        wire.write(b"^XA^FDhello^XZ", timeout_s=1)
        assert came_out.wait(10)
        wire.close()
    assert [(label.zpl, label.picture, label.number) for label in printed] == [(b"^XA^FDhello^XZ", None, 1)]


def test_paper_can_run_out_and_be_refilled(warehouse: Site) -> None:
    with Simulation(label_s=0) as simulation:
        bench = Bench(warehouse, simulation.devices()[2])
        simulation.paper_out()
        with bench.spooling():
            job = bench.queue()
            assert bench.job(job).state is PrintState.QUEUED
            simulation.refill()
            bench.until(job, PrintState.CONFIRMED)
