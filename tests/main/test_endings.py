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


def test_a_command_whose_database_goes_away_says_what_somebody_at_a_terminal_can_do(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "items.csv"
    file.write_text("sku,name,unit\nNEW-1,Something,each\n", encoding="utf-8")
    url = "postgresql://desk:none@127.0.0.1:1/stockhand"
    for words in (["import", str(file)], ["order", "list"], ["wave", "plan"], ["ship", "list"], ["find", "x"]):
        code, out, err = terminal.run("--database-url", url, *words)
        assert (code, out) == (3, "")
        assert "does not answer" in err and "admin status" in err
        assert "scan" not in err.lower() and "strip" not in err


def test_a_refused_import_says_that_nothing_was_written_before_it_lists_what_is_new(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "items.csv"
    file.write_text("sku,name,unit,weight_g\nNEW-1,Something,each,5\nNEW-2,Other,each,heavy\n", encoding="utf-8")
    code, out, _ = terminal.run("import", str(file))
    lines = out.splitlines()
    told = next(n for n, line in enumerate(lines) if line.startswith("Nothing was written."))
    assert code == 1
    assert told < next(n for n, line in enumerate(lines) if line.startswith("  + NEW-1"))
    assert lines[-1].endswith("Nothing was changed.")
