"""The simulated bench: what the demo shows is what arrived at the printer."""

import threading
from decimal import Decimal
from pathlib import Path

import pytest

from app.devices import labels
from app.devices.simulation import (
    PRINTERS,
    SCALES,
    SCANNERS,
    WEDGE,
    Kinds,
    PrintedLabel,
    Simulation,
    fault_names,
    is_fault,
    save_paper,
    save_printed,
)
from app.devices.station import StationCallbacks, StationDevices
from app.domain.labels import LabelContent
from app.domain.printing import PrintState
from app.settings import PDF, Confirmation, Role
from app.settings import TcpTransport as TcpSetting
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


@pytest.mark.parametrize("place", PRINTERS)
def test_a_label_comes_out_wherever_the_printer_is(warehouse: Site, place: str) -> None:
    came_out = threading.Event()
    with Simulation(on_printed=lambda _label: came_out.set(), label_s=0, kinds=Kinds(printer=place)) as simulation:
        bench = Bench(warehouse, simulation.devices()[2])
        with bench.spooling(buses=simulation.buses):
            proven = PrintState.UNVERIFIED if place == "queue" else PrintState.CONFIRMED
            bench.until(bench.queue(), proven)
            assert came_out.wait(10)


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("scale", ["sics", "hid_pos"])
def test_devices_are_exchanged_for_others_and_heard_again(scanner: str, scale: str) -> None:
    typed: list[str] = []
    heard, weighed = threading.Event(), threading.Event()

    def press(keys: str) -> None:
        typed.append(keys)
        heard.set()

    with Simulation(types=press) as simulation:
        simulation.put_on_scale(Decimal("1.25"))
        simulation.use(Kinds(scanner, scale, "usb"))
        callbacks = StationCallbacks(
            on_scan=lambda scan: heard.set() if scan.raw == "A01" else None,
            on_weight=lambda weight: weighed.set() if weight.stable and weight.kg == Decimal("1.25") else None,
            on_state=lambda _state: None,
            on_misread=lambda _device, _reason: None,
        )
        station = StationDevices(simulation.devices(), callbacks, buses=simulation.buses)
        station.start()
        try:
            assert weighed.wait(10)
            simulation.scan("A01")
            assert heard.wait(10)
            assert typed == (["\x02]C0A01\r"] if scanner == WEDGE else [])
        finally:
            station.stop()


def test_what_is_not_exchanged_stays_plugged_in() -> None:
    with Simulation(kinds=Kinds("plain", "sics", "tcp")) as simulation:
        scanner, scale, printer = simulation.devices()
        simulation.use(Kinds("ssi", "sics", "tcp"))
        other, *same = simulation.devices()
        assert other != scanner
        assert same == [scale, printer]
        simulation.use(Kinds("ssi", "sics", "usb"))
        assert simulation.devices()[:2] == (other, scale)


def test_a_fault_of_a_device_that_is_taken_away_is_over() -> None:
    told: list[str] = []
    began = threading.Event()

    def tell(line: str) -> None:
        told.append(line)
        began.set()

    with Simulation() as simulation:
        simulation.play(Role.SCALE, "in_motion", on_step=tell)
        assert began.wait(10)
        simulation.use(Kinds(scale="sma"))
        until = len(told)
        simulation.put_on_scale(Decimal(1))
        assert len(told) == until


def test_a_fault_is_played_on_a_device_and_its_steps_are_told() -> None:
    told: list[str] = []
    over = threading.Event()

    def tell(line: str) -> None:
        told.append(line)
        if line.startswith("silence"):
            over.set()

    with Simulation() as simulation:
        simulation.play(Role.SCALE, "silent", on_step=tell)
        assert over.wait(10)
        simulation.calm(Role.SCALE)
    assert told == ["silence on", ""]


def test_what_cannot_be_simulated_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="telepathy"):
        Kinds(scanner="telepathy")


def test_the_faults_of_all_devices_have_names() -> None:
    assert {"scale:in_motion", "printer:power_cycle_mid_batch", "scanner:cable_pulled"} <= set(fault_names())
    assert is_fault(Role.LABEL_PRINTER, "paper_out")
    assert not is_fault(Role.SCALE, "paper_out")
    assert set(SCALES) >= {"sics", "sma", "hid_pos", "pattern"}


def test_a_printer_of_pages_stands_there_where_somebody_takes_its_papers(tmp_path: Path) -> None:
    papers: list[bytes] = []
    whole = threading.Event()

    def lay_out(pdf: bytes) -> None:
        papers.append(pdf)
        if len(papers) == 2:
            whole.set()

    with Simulation(on_paper=lay_out) as simulation:
        *_, setting = simulation.devices()
        assert (setting.role, setting.protocol, setting.confirm) == (Role.LABEL_PRINTER, PDF, Confirmation.NONE)
        assert isinstance(setting.transport, TcpSetting)
        wire = TcpTransport(setting.transport.host, setting.transport.port)
        wire.open()
        for part in (b"no paper %%EOF\n%PD", b"F-1.4 one\n%%E", b"OF\n%PDF-1.7 two\n", b"%%EOF"):
            wire.write(part, timeout_s=1)
        assert whole.wait(10)
        wire.close()
    assert papers == [b"%PDF-1.4 one\n%%EOF\n", b"%PDF-1.7 two\n%%EOF\n"]
    files = [save_paper(one, tmp_path) for one in papers]
    assert [file.name for file in files] == ["paper-001.pdf", "paper-002.pdf"]
    with Simulation() as simulation:
        assert len(simulation.devices()) == 3
