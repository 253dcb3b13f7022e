"""The ready-made faults: each can be played on each device of its kind, and each ends well."""

import io
import json
import os
import threading
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from drivers.__main__ import FINE, REFUSED, main
from drivers.scales.protocols import SCALE_PROTOCOLS
from drivers.scanners.protocols import SCANNER_PROTOCOLS
from drivers.simulators.cups import CupsPrinter
from drivers.simulators.faults import FAULTS, FaultPlayer, fault_script
from drivers.simulators.printer import PrinterSimulator
from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.scanner import WedgeSimulator, scanner_simulator
from drivers.simulators.script import ScriptError, perform
from drivers.simulators.zpl_machine import HostLine, ZplMachine
from drivers.transports.cups import CupsSpooler

CABLE: Mapping[str, Callable[..., None]] = {"unplug": lambda: None, "replug": lambda: None}
needs_posix = pytest.mark.skipif(os.name != "posix", reason="lp and lpstat are programs of CUPS")
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")


def play_all(kind: str, actions: Mapping[str, Callable[..., None]]) -> None:
    for name in FAULTS[kind]:
        for step in fault_script(kind, name):
            perform(step.line, actions)


@pytest.mark.parametrize("protocol", SCALE_PROTOCOLS)
def test_every_fault_of_a_scale_can_be_played_in_every_language_and_the_load_is_as_before(protocol: str) -> None:
    scale = ScaleSimulator(protocol=protocol)
    scale.place(Decimal("1.5"))
    play_all("scale", {**scale.actions(), **CABLE})
    assert scale.load_kg == Decimal("1.5")


@pytest.mark.parametrize("protocol", SCANNER_PROTOCOLS)
def test_every_fault_of_a_scanner_can_be_played_in_every_language(protocol: str) -> None:
    scanner = scanner_simulator(protocol)
    play_all("scanner", {**scanner.actions(), **CABLE})
    assert scanner.say(0.0)


def test_every_fault_of_a_scanner_can_be_played_on_one_that_types() -> None:
    typed: list[str] = []
    wedge = WedgeSimulator(typed.append)
    play_all("scanner", {**wedge.actions(), "unplug": wedge.unplug, "replug": wedge.replug})
    assert "\x02]C0SH-FLOOD-39\r" in typed


def test_a_scanner_that_types_is_silent_while_its_cable_is_out() -> None:
    typed: list[str] = []
    wedge = WedgeSimulator(typed.append)
    wedge.unplug()
    wedge.scan("A")
    wedge.replug()
    wedge.scan("B")
    assert typed == ["\x02]C0B\r"]


def test_every_fault_of_a_printer_ends_with_a_printer_that_prints() -> None:
    with PrinterSimulator(serial="SIM0000001", odometer=1000) as printer:
        play_all("printer", printer.actions())
        host = HostLine()
        printer.hear(host, b"^XA^FDbatch^XZ" * 3)
        assert printer.wait_for_labels(1)
        assert printer.serial == "SIM0000001"


def test_a_power_cycle_in_the_middle_of_a_batch_loses_the_rest() -> None:
    machine = ZplMachine(label_s=1.0)
    machine.power_cycle_after(2)
    machine.hear(HostLine(), b"^XA^PQ5^XZ^XA^FDnext^XZ")
    machine.turn(0.0)
    machine.turn(100.0)
    assert (len(machine.labels), machine.odometer) == (2, 1002)


@needs_posix
def test_every_fault_of_a_queue_ends_with_a_queue_that_prints(tmp_path: Path) -> None:
    out = threading.Event()
    printer = CupsPrinter(tmp_path / "cups", on_label=lambda _zpl: out.set())
    printer.start()
    try:
        play_all("queue", printer.actions())
        CupsSpooler(printer.path).submit("labels", b"^XA^XZ", timeout_s=30)
        assert out.wait(30)
    finally:
        printer.stop()
    assert printer.labels == [b"^XA^XZ"]


def test_a_new_fault_ends_the_one_before(tmp_path: Path) -> None:
    done: list[str] = []
    over = threading.Event()

    def tell(line: str) -> None:
        done.append(line)
        over.set()

    player = FaultPlayer("scale", ScaleSimulator().actions(), on_step=tell)
    player.play("in_motion")
    assert over.wait(5)
    script = tmp_path / "short.txt"
    script.write_text("at 0 tare", encoding="utf-8")
    player.play(str(script))
    player.wait()
    assert done == ["restless on", "", "tare", ""]


def test_a_fault_that_nobody_knows_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ScriptError, match="paper_out"):
        fault_script("printer", "on_fire")


@pytest.mark.parametrize("at", ["pty", "tcp", "rfc2217", "hid"])
@pytest.mark.parametrize("device", ["scale", "scanner"])
def test_a_fault_is_played_at_every_kind_of_port(
    device: str, at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if at == "pty" and os.name != "posix":
        pytest.skip("Windows has no pseudo terminals")
    script = tmp_path / "short.txt"
    script.write_text("at 0 unplug\nat 0.05 replug\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"help\nfault {script}\nfault nonsense\n"))
    assert main(["simulate", device, "--at", at, "--fault", str(script), "--json"]) == FINE
    captured = capsys.readouterr()
    assert device in [json.loads(line).get("device") for line in captured.out.splitlines()]
    assert "... replug" in captured.err
    assert "cable_pulled" in captured.err
    assert "nonsense" in captured.err


@pytest.mark.parametrize("at", ["tcp", "pty", "rfc2217"])
def test_a_fault_is_played_on_a_printer_at_every_kind_of_port(
    at: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if at == "pty" and os.name != "posix":
        pytest.skip("Windows has no pseudo terminals")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    arguments = ["simulate", "printer", "--at", at, "--fault", "power_cycle", "--json"]
    assert main([*arguments, *(["--port", "0"] if at == "tcp" else [])]) == FINE
    assert "power_cycle" in capsys.readouterr().err


def test_a_hid_device_is_heard_where_it_is_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "weigh.txt"
    script.write_text("at 0.3 place 1.25\nat 2.5 clear\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["simulate", "scale", "--at", "hid", "--fault", str(script), "--json"]) == FINE
    said: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any(one.get("stable") and Decimal(one["value"] or 0) > 1 for one in said)


@pytest.mark.parametrize(
    "arguments",
    [
        ["scale", "--at", "hid", "--protocol", "sics"],
        ["scanner", "--at", "hid", "--protocol", "ssi"],
        ["scale", "--fault", "on_fire"],
        ["printer", "--port", "0", "--fault", "on_fire"],
        ["usb-printer", __file__, "--fault", "on_fire"],
    ],
)
def test_what_cannot_be_simulated_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", *arguments]) == REFUSED
    assert capsys.readouterr().err


def test_the_paper_of_a_usb_printer_can_be_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    label = tmp_path / "label.zpl"
    label.write_bytes(b"^XA^FDone^XZ^XA^FDtwo^XZ")
    out = tmp_path / "paper"
    script = tmp_path / "no_paper.txt"
    script.write_text("at 0 paper_out 1\nat 0.5 load_paper\n", encoding="utf-8")
    arguments = ["simulate", "usb-printer", str(label), "--labels", "2", "--out", str(out), "--json"]
    assert main([*arguments, "--seconds-per-label", "0.05", "--fault", str(script)]) == FINE
    assert [file.read_bytes() for file in sorted(out.iterdir())] == [b"^XA^FDone^XZ", b"^XA^FDtwo^XZ"]
    assert '"label": 2' in capsys.readouterr().out


@needs_posix
def test_a_queue_is_simulated_as_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("stop\n"))
    assert main(["simulate", "queue", str(tmp_path / "cups"), "--json"]) == FINE
    assert json.loads(capsys.readouterr().out)["port"] == "queue:labels"
    [trouble] = CupsSpooler(str(tmp_path / "cups")).status("labels").troubles
    assert trouble.value == "paused"
