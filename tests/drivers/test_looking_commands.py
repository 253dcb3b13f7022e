"""`python -m drivers list | probe | print`, as IT people use them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from drivers import probing
from drivers.__main__ import FAULT, FINE, REFUSED, USAGE, main
from drivers.printers.printer import Printed, PrintOutcome
from drivers.printers.zpl.printer import ZplPrinter
from drivers.simulators.cups import FakeCups
from drivers.simulators.hosting import serve
from drivers.simulators.printer import PrinterSimulator
from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.scanner import ScannerSimulator
from drivers.transports.hid import HidTransport
from drivers.transports.places import place
from drivers.transports.serial_port import SerialTransport
from drivers.transports.usb_printer import UsbPrinterTransport

# pyserial 3.5 opens rfc2217://, the port of these tests on Windows, with methods that Python deprecated in 3.10.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")
posix = pytest.mark.skipif(os.name != "posix", reason="CUPS is POSIX")


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def label(tmp_path: Path) -> str:
    path = tmp_path / "label.zpl"
    path.write_bytes(b"^XA^FO0,0^FDlabel^FS^XZ")
    return os.fspath(path)


# - probe -


def test_a_named_port_is_asked_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with serve(ScaleSimulator()) as host:
        assert main(["probe", host.url, "--seconds", "0.1", "--json"]) == FINE
        (found,) = printed(capsys)
        assert (found["role"], found["protocol"], found["serial"]) == ("scale", "sics", "SIM0001")
        assert main(["probe", host.url, "--seconds", "0.1", "--only-listen"]) == REFUSED
        host.unplug()
        assert main(["probe", host.url]) == FAULT


def test_what_cannot_be_proved_is_refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "PROBES", probing.PROBES[:1])  # each unanswered question takes its second
    with serve(ScannerSimulator()) as host:
        assert main(["probe", host.url, "--seconds", "0.1"]) == REFUSED
    assert "nothing that is known" in capsys.readouterr().out


def test_a_queue_is_never_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", "queue:zebra"]) == REFUSED
    assert "would be printed" in capsys.readouterr().err


def test_a_wrong_word_among_the_ports_is_told_before_anything_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with serve(ScaleSimulator()) as host:
        assert main(["probe", host.url, "queue:zebra"]) == REFUSED
        assert main(["probe", host.url, "tcp:nowhere"]) == USAGE
    assert capsys.readouterr().out == ""


# - print -


def test_a_file_is_printed_once_and_confirmed(label: str, capsys: pytest.CaptureFixture[str]) -> None:
    with PrinterSimulator() as printer:
        assert main(["print", label, "--to", f"tcp:{printer.host}:{printer.port}", "--json"]) == FINE
        assert len(printer.labels) == 1
    assert printed(capsys)[-1] == {"printed": "confirmed", "labels": 1, "reason": ""}


def test_a_printer_without_paper_gets_nothing(label: str, capsys: pytest.CaptureFixture[str]) -> None:
    with PrinterSimulator() as printer:
        printer.run_out_of_paper()
        assert main(["print", label, "--to", f"tcp:{printer.host}:{printer.port}"]) == REFUSED
        printer.load_paper()
        assert not printer.labels
    assert "paper_out" in capsys.readouterr().out


def test_a_printer_that_is_silent_confirms_nothing_and_that_is_no_success(
    label: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with PrinterSimulator() as printer:
        printer.actions()["mute"]()
        assert main(["print", label, "--to", f"tcp:{printer.host}:{printer.port}"]) == REFUSED
    assert "look at the label" in capsys.readouterr().out


def test_more_labels_than_were_asked_for_are_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    batch = tmp_path / "batch.zpl"
    batch.write_bytes(b"^XA^FO0,0^FDlabel^FS^PQ3^XZ")
    with PrinterSimulator() as printer:
        place = ["--to", f"tcp:{printer.host}:{printer.port}"]
        assert main(["print", os.fspath(batch), *place]) == FINE, "three were counted in the file"
        assert main(["print", os.fspath(batch), *place, "--labels", "1"]) == REFUSED
    said = capsys.readouterr().out
    assert "labels instead of 1; more labels came out" in said


def test_labels_that_nobody_counted_are_never_called_none(
    label: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with PrinterSimulator() as printer:
        monkeypatch.setattr(ZplPrinter, "wait_until_printed", lambda *_: PrintOutcome(Printed.UNKNOWN, None, "lost"))
        assert main(["print", label, "--to", f"tcp:{printer.host}:{printer.port}"]) == REFUSED
    assert capsys.readouterr().out.endswith("unknown: nobody counted how many of 1 labels came out; lost\n")


def test_what_is_no_label_is_sent_only_when_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calibrate = tmp_path / "calibrate.txt"
    calibrate.write_bytes(b"~JC")
    with PrinterSimulator() as printer:
        where = ["print", os.fspath(calibrate), "--to", f"tcp:{printer.host}:{printer.port}"]
        assert main(where) == REFUSED
        assert printer.received == 0
        assert "there is no label in it" in capsys.readouterr().err
        assert main([*where, "--as-is"]) == FINE
    assert "no label of it can be counted" in capsys.readouterr().out


def test_a_printer_that_is_away_is_a_fault(label: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["print", label, "--to", "usb:0a5f:0166:NONE"]) == FAULT
    assert "no device fits" in capsys.readouterr().out


@posix
def test_a_queue_takes_the_file_and_nothing_is_promised(
    label: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cups = FakeCups(tmp_path / "cups")
    cups.add("zebra")
    monkeypatch.setenv("PATH", cups.path, prepend=os.pathsep)
    assert main(["print", label, "--to", "queue:zebra", "--json"]) == FINE
    assert printed(capsys)[-1] == {"printed": "unverified"}
    assert cups.printed("zebra") == [Path(label).read_bytes()]
    cups.stop("zebra")
    assert main(["print", label, "--to", "queue:zebra"]) == REFUSED
    assert main(["print", label, "--to", "queue:none"]) == FAULT
    assert main(["list"]) == FINE
    assert "queue:zebra" in capsys.readouterr().out


# - places -


@pytest.mark.parametrize(
    ("word", "kind", "name"),
    [
        ("usb:0a5f:0166:A1", UsbPrinterTransport, "usb:0a5f:0166:A1"),
        ("hid:0922:8003", HidTransport, "usb:0922:8003:*"),
        ("com:1a86:7523@1-1.2", SerialTransport, "usb:1a86:7523:*@1-1.2"),
        ("/dev/ttyUSB0", SerialTransport, "/dev/ttyUSB0"),
    ],
)
def test_a_place_is_written_as_the_list_shows_it(word: str, kind: type, name: str) -> None:
    found = place(word)
    assert type(found) is kind
    assert found.name == name


@pytest.mark.parametrize("word", ["tcp:9100", "tcp:host:x", "carrier-pigeon://coop"])
def test_a_place_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r"tcp|protocol"):
        place(word)
