"""A station's numbers (DESIGN.md §8): scan to verdict. Printed; never a verdict on time."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psutil
import pytest

from app.dialogs.receiving import RECEIVING
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import order
from tests.speed.conftest import Measured
from tests.support import Site, post

pytestmark = pytest.mark.speed

SCANS = 200
PACE_S = 0.4


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


@contextmanager
def others_at_work(site: Site, count: int) -> Iterator[None]:
    """So many other stations post meanwhile, each at the pace of a quick person."""
    site.put("GADGET", "R01", 10_000)
    station = site.station("bench1", "OPERATOR1", pool_size=count)
    leave = threading.Event()

    def work() -> None:
        while not leave.wait(PACE_S):
            with station.transaction() as session:
                post(session, site, "move", "GADGET", "R01", "R02", 1)

    with ThreadPoolExecutor(count) as people:
        at_work = [people.submit(work) for _ in range(count)]
        yield
        leave.set()
        for one in at_work:
            one.result()


def test_from_the_scan_to_the_verdict_commit_included(warehouse: Site, measured: Measured) -> None:
    dock = Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)
    dock.scan(order(warehouse, ("WIDGET", 1000)))
    for _ in range(5):
        dock.scan("WIDGET")
    alone = sorted(milliseconds(lambda: dock.scan("WIDGET")) for _ in range(SCANS))
    with others_at_work(warehouse, 7):
        among = sorted(milliseconds(lambda: dock.scan("WIDGET")) for _ in range(SCANS))
    with warehouse.superuser() as connection:
        bare = statistics.median(milliseconds(lambda: connection.execute("SELECT 1")) for _ in range(SCANS))
    assert dock.said == "receiving.booked"
    for stations, took in ((1, alone), (8, among)):
        result = {
            "bench": "scan",
            "stations": stations,
            "scans": SCANS,
            "p50_ms": round(statistics.median(took), 2),
            "p99_ms": round(took[int(SCANS * 0.99) - 1], 2),
            "bare_round_trip_ms": round(bare, 3),
            "ratio": round(statistics.median(took) / bare, 1),
            "round_trips": dock.runner.round_trips,
            "durable": False,
            "load": round(psutil.getloadavg()[0], 2),
        }
        measured(result)
