"""The simulated USB printer as a program, which brings its driver with it."""

from pathlib import Path

import pytest

from drivers.__main__ import main


@pytest.fixture
def label(tmp_path: Path) -> Path:
    path = tmp_path / "label.zpl"
    path.write_bytes(b"^XA^PQ3^FDlabel^FS^XZ")
    return path


def test_a_file_is_printed_on_a_simulated_usb_printer(label: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["simulate", "usb-printer", str(label), "--labels", "3", "--json", "--traffic"]
    assert main([*arguments, "--seconds-per-label", "0"]) == 0
    told = capsys.readouterr().out
    assert '"printed": "confirmed", "labels": 3' in told
    assert "out ^XA^PQ3^FDlabel^FS^XZ" in told


def test_a_simulated_usb_cable_that_is_pulled_leaves_the_label_unknown(
    label: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "faults.txt"
    script.write_text("at 2 unplug\n", encoding="utf-8")
    arguments = ["simulate", "usb-printer", str(label), "--labels", "3", "--script", str(script)]
    assert main([*arguments, "--seconds-per-label", "5", "--seconds", "8"]) == 1
    assert "printed unknown" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert main(["simulate", "usb-printer", str(tmp_path / "none.zpl")]) == 1
