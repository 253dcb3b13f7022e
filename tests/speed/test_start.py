"""What a start takes (DESIGN.md §8): the embedded server to its first answer, the first window until it is painted.

Printed; never a verdict on time. Each is taken as people start it every day but the first: compiled, and its files
in the disk's cache.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil
import pytest

from app.composition.home import open_home
from tests.speed.conftest import Measured

pytestmark = pytest.mark.speed
ROUNDS = 3
ROOT = Path(__file__).resolve().parents[2]
Told = Mapping[str, object]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that was set up, on a disk; its server is not running."""
    with open_home(tmp_path / "home", options={}):
        return tmp_path / "home"


def started(compiled: Path, *words: str) -> Told:
    """What a program of its own tells, which keeps its byte code in a folder, as an installed one does."""
    surroundings = os.environ | {"PYTHONPYCACHEPREFIX": str(compiled), "QT_QPA_PLATFORM": "offscreen"}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "tests.speed.starting", *words]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: Told = json.loads(done.stdout.splitlines()[-1])
    return told


def window(compiled: Path, *home: str) -> Told:
    return started(compiled, "window" if home else "bare", str(time.time()), *home)


def median(told: Sequence[Told], name: str) -> float:
    return statistics.median(float(str(one[name])) for one in told)


def test_the_first_window_stands_without_anything_heavy(home: Path, tmp_path: Path, measured: Measured) -> None:
    compiled = tmp_path / "compiled"
    window(compiled, str(home))  # compiles it
    pairs = [(window(compiled, str(home)), window(compiled)) for _ in range(ROUNDS)]
    again, bare = [ours for ours, _ in pairs], [other for _, other in pairs]
    assert {one["of"] for one in again} == {"StationWindow"}
    assert [one["heavy"] for one in again] == [[]] * ROUNDS
    measured(
        {
            "bench": "start",
            "what": "first window, server started with it, second time",
            "rounds": ROUNDS,
            "s": median(again, "wall_s"),
            "target_s": 1.5,
            "cpu_s": median(again, "cpu_s"),
            "modules": again[-1]["modules"],
            "bare_window_s": median(bare, "wall_s"),
            "bare_window_cpu_s": median(bare, "cpu_s"),
            "ratio": round(median(again, "wall_s") / median(bare, "wall_s"), 1),
            "cpu_ratio": round(median(again, "cpu_s") / median(bare, "cpu_s"), 1),
            "load": round(psutil.getloadavg()[0], 2),
            "cores": os.cpu_count(),
        }
    )


def test_the_embedded_server_answers_when_it_is_started_again(home: Path, tmp_path: Path, measured: Measured) -> None:
    told = [started(tmp_path / "compiled", "query", str(home)) for _ in range(ROUNDS)]
    assert [one["from_stopped"] for one in told] == [True] * ROUNDS
    measured(
        {
            "bench": "start",
            "what": "embedded server, second time, to first query",
            "rounds": ROUNDS,
            "s": median(told, "wall_s"),
            "target_s": 0.3,
            "new_connection_s": median(told, "again_s"),
            "ratio": round(median(told, "wall_s") / median(told, "again_s"), 1),
            "load": round(psutil.getloadavg()[0], 2),
            "cores": os.cpu_count(),
        }
    )
