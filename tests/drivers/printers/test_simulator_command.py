"""The simulated printer as a program of its own."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.printers.zpl.printer import ZplPrinter
from drivers.simulators.printer_command import main
from drivers.transports.tcp import TcpTransport

LABEL = b"^XA^FO10,10^A0N,30^FDcarton^FS^XZ"


def test_it_says_where_it_is_keeps_each_label_and_obeys_what_is_typed(tmp_path: Path) -> None:
    arguments = ["--port", "0", "--seconds-per-label", "0", "--serial", "S1", "--out", str(tmp_path / "out"), "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "drivers", "simulate", "printer", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdin
        assert program.stdout
        port = int(json.loads(program.stdout.readline())["port"].rsplit(":", 1)[1])
        printer = ZplPrinter(TcpTransport("127.0.0.1", port))
        printer.open()
        assert printer.identify().serial == "S1"
        printer.send(LABEL)
        printed = json.loads(program.stdout.readline())
        printer.close()
        program.stdin.close()
        assert program.wait(10) == 0
    assert Path(printed["file"]).read_bytes() == LABEL


def test_a_bad_script_and_a_taken_port_are_refused_with_their_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "script"
    script.write_text("at once paper_out")
    assert main(["--port", "0", "--script", str(script)]) == 1
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 3
    assert f"port {port}: address already in use" in capsys.readouterr().err


def test_a_script_runs_to_its_end(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("at 0 paper_out 2\nat 0.05 load_paper\n")
    assert main(["--port", "0", "--script", str(script)]) == 0
