"""A long order at the packing bench: what a scan costs where every step knows three hundred lines. Printed.

`STOCKHAND_LONG_LINES=300` packs all of the paper's order; without it a tenth.
"""

import os
import statistics
import time

import psutil
import pytest

from app.dialogs.packing import PACKING
from tests.dialogs.bench import Bench
from tests.dialogs.conversation import Conversation
from tests.speed.conftest import Measured
from tests.support import Site

pytestmark = pytest.mark.speed
LINES = int(os.environ.get("STOCKHAND_LONG_LINES", "30"))


def backend_of(site: Site) -> psutil.Process:
    """The process of the server that the bench talks to."""
    with site.superuser() as connection:
        row = connection.execute("SELECT pid FROM pg_stat_activity WHERE usename LIKE '%st_bench1%'").fetchone()
    assert row is not None
    return psutil.Process(row[0])


def used_s(process: psutil.Process) -> float:
    """Seconds of processor time so far."""
    times = process.cpu_times()
    return times.user + times.system


def test_an_order_of_many_lines_is_packed_scan_by_scan(warehouse: Site, measured: Measured) -> None:
    skus = [f"LONG-{n:03}" for n in range(LINES)]
    with warehouse.desk.transaction() as session:
        for sku in skus:
            session.change(
                "INSERT INTO item (sku, name, base_uom, decimals) VALUES (%(sku)s, %(sku)s, 'each', 0)", sku=sku
            )
        made = session.rows("SELECT sku, id FROM item WHERE sku LIKE 'LONG-%%'")
    warehouse.items.update({row["sku"]: row["id"] for row in made})
    bench = Bench(warehouse)
    number, tote = bench.picked(*((sku, 1) for sku in skus))
    packer = Conversation(warehouse.station("bench1", "OPERATOR1"), PACKING, warehouse)
    packer.scan(tote)
    assert packer.prompt.document == number
    server = backend_of(warehouse)
    took_ms: list[float] = []
    client_s, server_s = time.thread_time(), used_s(server)
    for sku in skus:
        began = time.perf_counter()
        packer.scan(sku)
        took_ms.append((time.perf_counter() - began) * 1000)
        assert packer.said == "packing.packed"
    client_s, server_s = time.thread_time() - client_s, used_s(server) - server_s
    assert packer.prompt.instruction == "packing.all_packed"
    assert warehouse.prove() == []
    measured(
        {
            "bench": "one order of many lines at the packing bench",
            "lines": LINES,
            "scan_p50_ms": round(statistics.median(took_ms), 1),
            "scan_p99_ms": round(sorted(took_ms)[min(int(LINES * 0.99), LINES - 1)], 1),
            "client_cpu_ms": round(client_s / LINES * 1000, 1),
            "server_cpu_ms": round(server_s / LINES * 1000, 1),
            "load": round(psutil.getloadavg()[0], 2),
        }
    )
