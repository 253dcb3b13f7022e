"""The business day, played once for all journey tests by the program itself, in a home of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.database import server

_MOST_S = 240


@dataclass(frozen=True)
class Played:
    """What the demo left behind, and the home in which it happened."""

    out: Path
    home: Path
    said: str
    summary: dict[str, Any]


def run_app(*arguments: str, home: Path, timeout_s: float = _MOST_S) -> subprocess.CompletedProcess[str]:
    """The program as a person at a terminal starts it."""
    return subprocess.run(
        [sys.executable, "-m", "app", "--home", str(home), *arguments],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The demo, played headless."""
    out = tmp_path_factory.mktemp("day")
    with tempfile.TemporaryDirectory(prefix="stockhand-test-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        played = run_app("demo", "--headless", "--out", str(out), home=home)
        assert played.returncode == 0, played.stdout + played.stderr
        yield Played(out, home, played.stdout, json.loads((out / "summary.json").read_text()))
        server.stop(home)
