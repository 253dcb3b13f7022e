"""Every command that the README shows is run, with a simulated device where it names a port and faults in haste."""

import io
import os
import re
import shlex
import sys
from pathlib import Path

import pytest

from drivers.__main__ import FAULT, FINE, main
from drivers.simulators.faults import FAULTS
from drivers.simulators.hosting import serve
from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.scanner import ScannerSimulator

README = Path(__file__).parents[2] / "drivers" / "README.md"
EXAMPLES = [
    line.split("#")[0].strip() for line in re.findall(r"^    python -m drivers (.+)$", README.read_text(), re.M)
]
ENDS_WITH = {"print": FAULT}  # nobody has the printer of the example; all others are fine

pytestmark = [
    # pyserial 3.5 opens and serves rfc2217:// with methods that Python deprecated in 3.10.
    pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning"),
    pytest.mark.skipif(os.name != "posix", reason="queues are simulated as programs of CUPS"),
]


class Untiring(ScannerSimulator):
    """Somebody scans again and again: what is sent before the port is opened is lost."""

    def say(self, now: float) -> bytes:
        self.scan("R01", "]C0")
        return super().say(now)


def in_haste(script: str) -> str:
    """A fault whose seconds are hundredths."""
    return re.sub(r"at ([\d.]+)", lambda at: f"at {float(at[1]) / 100}", script)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 8


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_readme_does_what_it_says(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO("help\n"))
    for kind, faults in FAULTS.items():
        monkeypatch.setitem(FAULTS, kind, {name: in_haste(script) for name, script in faults.items()})
    Path("label.zpl").write_bytes(b"^XA^FO10,10^A0N,30^FDcarton^FS^PQ3^XZ")
    command, *words = shlex.split(example)
    scanner, scale = Untiring(), ScaleSimulator(protocol="sma" if "sma" in words else "sics", settle_s=0.1)
    scale.actions()["place"]("1.25")
    with serve(scanner if command == "listen" else scale) as host:
        ports = {"COM3": host.url, "PORT": host.url, "FOLDER": "folder"}
        words = [ports.get(word, word) for word in words]
        if command == "listen":
            words += ["--count", "1", "--seconds", "60"]
        assert main([command, *words]) == ENDS_WITH.get(command, FINE)
    said = capsys.readouterr()
    assert "rrno" not in said.out + said.err
    if command == "simulate":
        assert " " not in said.out.splitlines()[0] or "usb-printer" in words, "a port, that can be copied"
