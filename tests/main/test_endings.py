"""How a command ends when its surroundings fail: a closed pipe, a terminal of another encoding, a defect."""

import argparse
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.main import label
from app.main.output import Output
from app.main.worker import end
from tests.main.conftest import Terminal

ROOT = Path(__file__).resolve().parents[2]


def started(*words: str, home: Path, **environment: str) -> "subprocess.Popen[bytes]":
    """The program in a process of its own, whose ends of the pipes are ours."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", "--home", str(home), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
    )


def test_whoever_reads_no_further_gets_no_traceback(furnished: Path) -> None:
    with started("label", "list", home=furnished) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
    assert program.returncode == 141


def test_a_terminal_of_another_encoding_shows_what_it_can(furnished: Path) -> None:
    with started("report", "stock", "--warehouse", "GRÖSSE", home=furnished, PYTHONIOENCODING="ascii") as program:
        _, err = program.communicate()
    assert program.returncode == 1
    assert b"GR\\xd6SSE" in err


def test_a_defect_is_said_in_words_and_kept_in_a_report(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_options: argparse.Namespace, _output: Output) -> int:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(label, "_list", broken)
    code, _, err = terminal.run("label", "list")
    assert code == 4
    assert "Traceback" not in err
    (report,) = (terminal.home / "crash").glob("*.txt")
    assert report.name in err
    assert "nobody thought of this" in report.read_text(encoding="utf-8")


class Held(threading.Event):
    """An event whose lock is held, as where a first signal's handler was interrupted."""

    lock = threading.Lock()

    def set(self) -> None:
        with self.lock:
            super().set()


def test_the_worker_ends_though_a_second_signal_interrupts_the_first() -> None:
    stop = Held()
    with stop.lock:
        end(stop)
    assert stop.wait(10)
