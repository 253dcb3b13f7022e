"""`python -m drivers`."""

import io
import json
import os
import socket
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from drivers.__main__ import FAULT, FINE, REFUSED, USAGE, main
from drivers.simulators.hosting import serve
from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.scanner import ScannerSimulator

# pyserial 3.5 opens rfc2217://, the port of these tests on Windows, with methods that Python deprecated in 3.10.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("command", [[], ["list"], ["probe"], ["listen"], ["weigh"], ["print"], ["simulate"]])
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == FINE
    assert "usage: python -m drivers" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["dance"], ["weigh"], ["simulate", "toaster"]])
def test_wrong_usage_is_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == USAGE


def test_a_newcomer_is_told_everything_that_can_be_simulated(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["simulate", "toaster"])
    said = capsys.readouterr().err
    assert all(device in said for device in ("scale", "scanner", "printer", "usb-printer", "queue"))


def test_it_runs_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "drivers", "list", "--json"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (FINE, "")
    assert all("port" in json.loads(line) for line in done.stdout.splitlines())


def test_a_stable_weight_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    simulator = ScaleSimulator(settle_s=0.2)
    simulator.place(Decimal("1.250"))
    with serve(simulator) as host:
        assert main(["weigh", host.url, "--json"]) == FINE
    last = printed(capsys)[-1]
    assert (last["value"], last["unit"], last["kg"], last["stable"]) == ("1.250", "kg", "1.250", True)


@pytest.mark.parametrize(("trouble", "word"), [("overload", "overload"), ("lift", "under zero")])
def test_an_overload_and_a_lifted_platform_are_refused_by_name(
    trouble: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator = ScaleSimulator()
    simulator.actions()[trouble]()
    with serve(simulator) as host:
        assert main(["weigh", host.url, "--seconds", "1.5"]) == REFUSED
        assert capsys.readouterr().err == f"no weight could be taken: {word}\n"
        main(["weigh", host.url, "--seconds", "1.5", "--watch"])
        assert f"no weight\t{word}" in capsys.readouterr().out


def test_watching_shows_every_reading(capsys: pytest.CaptureFixture[str]) -> None:
    simulator = ScaleSimulator(repeat_every_s=0.02)
    simulator.place(Decimal("1.250"))
    with serve(simulator) as host:
        assert main(["weigh", host.url, "--seconds", "1.5", "--watch"]) == FINE
    assert capsys.readouterr().out.count("1.250 kg\tstable") > 3


@pytest.mark.parametrize("command", ["weigh", "listen"])
def test_a_device_that_is_not_there_is_a_fault(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(ScaleSimulator()) as host:
        host.unplug()
        assert main([command, host.url, "--seconds", "0.3", "--json"]) == FAULT
    captured = capsys.readouterr()
    assert json.loads(captured.out.splitlines()[0])["reason"] == "not_found"
    assert "offline" in captured.err


def test_codes_are_shown_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    simulator = ScannerSimulator()
    simulator_loop = threading.Event()

    def scan_now_and_then() -> None:
        while not simulator_loop.wait(0.1):
            simulator.scan("0109506000134352\x1d10AB", "]C1")

    scanning = threading.Thread(target=scan_now_and_then)
    with serve(simulator) as host:
        scanning.start()
        assert main(["listen", host.url, "--count", "1", "--aim", "--json"]) == FINE
        simulator_loop.set()
        scanning.join()
    assert {"scan": "0109506000134352\x1d10AB", "symbology": "gs1-128", "gs1": True} in printed(capsys)


def test_no_code_in_time_is_refused() -> None:
    with serve(ScannerSimulator()) as host:
        assert main(["listen", host.url, "--seconds", "0.2"]) == REFUSED


@pytest.mark.parametrize(
    "wrong",
    [
        ["weigh", "COM1", "--format", "9X9"],
        ["weigh", "COM1", "--baud", "0"],
        ["weigh", "COM1", "--seconds", "-1"],
        ["weigh", "COM1", "--seconds", "nan"],
        ["listen", "COM1", "--seconds", "1e300"],
        ["listen", "COM1", "--count", "-1"],
        ["probe", "COM1", "--seconds", "soon"],
        ["print", "label.zpl", "--to", "COM1", "--labels", "0"],
    ],
)
def test_a_number_that_cannot_be_is_wrong_usage_and_named(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == USAGE
    assert f"'{wrong[-1]}' is no" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("keyboard", "a keyboard is no port"),
        ("usb:1:2:3", "usb:vid:pid:serial"),
        ("tcp:127.0.0.1:99999", "a port from 1 to 65535"),
        ("carrier-pigeon://coop", "carrier-pigeon"),
        ("", "an empty word"),
    ],
)
@pytest.mark.parametrize("command", [["probe"], ["weigh"], ["listen"], ["print", __file__, "--to"]])
def test_a_word_that_names_no_place_is_wrong_usage(
    command: list[str], place: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, place]) == USAGE
    assert word in capsys.readouterr().err


def test_nobody_weighs_with_a_printer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["weigh", "queue:zebra"]) == USAGE
    assert "neither scans nor weighs" in capsys.readouterr().err


def test_a_connection_that_is_refused_is_called_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    label = tmp_path / "label.zpl"
    label.write_bytes(b"^XA^FDlabel^FS^XZ")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        assert main(["probe", f"tcp:127.0.0.1:{port}"]) == FAULT
        assert f"127.0.0.1:{port} refuses the connection" in capsys.readouterr().out
        for place in (f"tcp:127.0.0.1:{port}", f"socket://127.0.0.1:{port}"):
            assert main(["weigh", place, "--seconds", "0.2"]) == FAULT
            assert "offline: refused" in capsys.readouterr().out
        assert main(["print", os.fspath(label), "--to", f"tcp:127.0.0.1:{port}"]) == FAULT
        assert "nothing was sent" in capsys.readouterr().out


def test_a_port_that_does_not_exist_is_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", os.fspath(Path(__file__).parent / "ttyNONE")]) == FAULT
    assert capsys.readouterr().out.count("ttyNONE") == 2  # the port that was asked, and why not


def test_a_simulator_follows_its_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "morning.txt"
    script.write_text("at 0 place 1.5\nat 0.05 unplug\nat 0.1 replug\n", encoding="utf-8")
    assert main(["simulate", "scale", "--at", "tcp", "--script", str(script), "--json"]) == FINE
    (line,) = printed(capsys)
    assert line["device"] == "scale"
    assert line["port"].startswith("socket://127.0.0.1:")


@pytest.mark.parametrize("text", ["at 0 dance", "now unplug"])
def test_a_bad_script_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "bad.txt"
    script.write_text(text, encoding="utf-8")
    assert main(["simulate", "scanner", "--script", str(script)]) == REFUSED
    assert capsys.readouterr().err


def test_a_script_that_is_not_there_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for device in ("scanner", "printer"):
        assert main(["simulate", device, "--script", str(tmp_path / "none.txt")]) == REFUSED
        assert "there is no file" in capsys.readouterr().err


def test_a_simulator_obeys_what_is_typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("help\nscan R01\n\ndance\nunplug\n"))
    assert main(["simulate", "scanner"]) == FINE
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("actions: flood, garbage, part, replug, scan, unplug")
    assert told[1].startswith("fault: cable_pulled")
    assert told[2].startswith("unknown action 'dance'")
    assert len(told) == 3
