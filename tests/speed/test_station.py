"""A station's numbers (DESIGN.md §8): scan to verdict, and what a start loads. Printed; never a verdict on time."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.dialogs.receiving import RECEIVING
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import order
from tests.speed.conftest import Measured
from tests.support import Site

pytestmark = pytest.mark.speed

SCANS = 60
ROOT = Path(__file__).resolve().parents[2]
START = """
import sys, time
began = time.perf_counter()
from app.composition import workstation
print(time.perf_counter() - began)
heavy = {"pandas", "matplotlib", "reportlab", "scipy", "openpyxl", "app.stations.stock", "app.dialogs.packing"}
print(",".join(sorted(heavy & set(sys.modules))))
"""


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def test_from_the_scan_to_the_verdict_commit_included(warehouse: Site, measured: Measured) -> None:
    dock = Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)
    dock.scan(order(warehouse, ("WIDGET", 1000)))
    for _ in range(5):
        dock.scan("WIDGET")
    took = sorted(milliseconds(lambda: dock.scan("WIDGET")) for _ in range(SCANS))
    with warehouse.superuser() as connection:
        bare = statistics.median(milliseconds(lambda: connection.execute("SELECT 1")) for _ in range(SCANS))
    assert dock.said == "receiving.booked"
    result = {
        "bench": "scan",
        "scans": SCANS,
        "p50_ms": round(statistics.median(took), 2),
        "p99_ms": round(took[-1], 2),
        "bare_round_trip_ms": round(bare, 3),
        "ratio": round(statistics.median(took) / bare, 1),
        "round_trips": dock.runner.round_trips,
        "durable": False,
        "load": round(psutil.getloadavg()[0], 2),
    }
    measured(result)


def test_a_start_loads_nothing_heavy(measured: Measured) -> None:
    started = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, loaded = started.stdout.split("\n")[:2]
    assert loaded == ""
    measured({"bench": "start", "imports_s": round(float(seconds), 2)})
