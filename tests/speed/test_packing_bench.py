"""A bench packs orders of three lines through the bytes of its scanner: no scan is lost, none counts twice. Printed.

`STOCKHAND_PACK_ORDERS=1000` packs the thousand of the paper; without it ten.
"""

import os
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import psutil
import pytest

from app.devices.simulation import Simulation
from app.devices.station import StationCallbacks, StationDevices
from app.dialogs.dialog import Prompt
from app.dialogs.journal import Journal
from app.dialogs.lane import Lane
from app.dialogs.packing import PACKING
from app.dialogs.runner import Runner
from app.domain.equipment import Weight
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.bench import TARE, WEIGHTS, Bench
from tests.speed.conftest import Measured
from tests.support import Site, post

pytestmark = pytest.mark.speed
ORDERS = int(os.environ.get("STOCKHAND_PACK_ORDERS", "10"))
SKUS = ("WIDGET", "GADGET", "MILK")
LOT = "0104012345678918" + "10LOT-A"
_PATIENCE_S = 60


class Person:
    """Somebody at the bench: shows codes to the scanner, puts the carton on the scale, reads the screen."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench = bench
        worker = Worker(bench.site.station("bench1", "OPERATOR1"), Changes())
        runner = Runner(worker, PACKING, warehouse=bench.site.warehouse, station="bench1")
        self.lane = Lane(worker, runner, Journal(folder / "bench1.jsonl"), show=self._show)
        self.simulation = Simulation(label_s=0)
        self.simulation.start()
        callbacks = StationCallbacks(self.lane.take, *(lambda *_said: None for _ in range(3)))
        self.devices = StationDevices(self.simulation.devices()[:1], callbacks, buses=self.simulation.buses)
        self.sent: list[str] = []
        self.verdicts_ms: list[float] = []
        self._prompt = Prompt("")
        self._more = threading.Condition()
        self.devices.start()
        self.lane.start()

    def _show(self, prompt: Prompt) -> None:
        with self._more:
            self._prompt = prompt
            self._more.notify_all()

    def scan(self, code: str, symbology: str = "code-128") -> None:
        """Hold a code before the scanner."""
        self.sent.append(code)
        self.simulation.scan(code, symbology)

    def see(self, wanted: Callable[[Prompt], bool]) -> Prompt:
        """Wait until the screen shows what is wanted."""
        began = time.perf_counter()
        with self._more:
            assert self._more.wait_for(lambda: wanted(self._prompt), _PATIENCE_S), self._prompt
            self.verdicts_ms.append((time.perf_counter() - began) * 1000)
            return self._prompt

    def pack(self, tote: str) -> None:
        """One order from the tote to the label that is scanned on its carton."""
        self.scan(tote)
        self.see(lambda shown: _said(shown) == "packing.order_opened")
        for sku in SKUS:  # as quick as the scanner can
            self.scan(LOT, "gs1-128") if sku == "MILK" else self.scan(sku)
        self.see(lambda shown: shown.instruction == "packing.all_packed")
        self.scan("SH-CMD-CLOSE_BOX")
        self.see(lambda shown: shown.waiting == "weight")
        kg = TARE + sum(Decimal(WEIGHTS[sku]) for sku in SKUS)
        self.lane.weigh(Weight("scale_1", kg, True, True))
        self.see(lambda shown: shown.waiting == "print_job")
        tracking = self._labels_come_out()
        self.lane.tell("print_job", uuid.uuid4())
        self.see(lambda shown: shown.instruction == "packing.scan_label")
        self.scan(tracking)
        self.see(lambda shown: _said(shown) == "packing.order_packed")

    def _labels_come_out(self) -> str:
        """The printer is not what is measured: its labels are there."""
        with self.bench.site.superuser() as connection:
            connection.execute("UPDATE stockhand.print_job SET state = 'CONFIRMED' WHERE state = 'QUEUED'")
            row = connection.execute("SELECT tracking FROM stockhand.parcel WHERE state = 'closed'").fetchone()
        assert row is not None
        return str(row[0])

    def leave(self) -> None:
        self.devices.stop()
        self.simulation.stop()
        self.lane.stop()


def _said(prompt: Prompt) -> str:
    return prompt.feedback.code if prompt.feedback else ""


@pytest.fixture
def person(warehouse: Site, tmp_path: Path) -> Iterator[Person]:
    made = Person(Bench(warehouse), tmp_path)
    yield made
    made.leave()


def totes(bench: Bench, count: int) -> list[str]:
    """So many totes, each with the goods of one order of three lines."""
    site, names = bench.site, []
    lot = site.trace("MILK", lot="LOT-A", expiry="2099-12-31")
    for sku in SKUS:
        site.put(sku, "R01", count, trace=lot if sku == "MILK" else None)
    for _ in range(count):
        _, lines = bench.order(*((sku, 1) for sku in SKUS))
        name, tote = bench.tote()
        names.append(name)
        with site.desk.transaction() as session:
            for sku, line in zip(SKUS, lines, strict=True):
                trace = lot if sku == "MILK" else None
                site.reserve(session, line, sku, "R01", 1, *([trace] if trace else []))
                post(session, site, "pick", sku, "R01", "TOTE", 1, line=line, trace=trace, to_units=[tote])
    return names


def test_orders_are_packed_through_the_scanner_without_one_lost_or_doubled_scan(
    person: Person, measured: Measured
) -> None:
    waiting = totes(person.bench, ORDERS)
    began = time.perf_counter()
    for tote in waiting:
        person.pack(tote)
    took_s = time.perf_counter() - began
    site = person.bench.site
    with site.superuser() as connection:
        kept = [tuple(row) for row in connection.execute("SELECT raw, verdict FROM stockhand.scan_event").fetchall()]
        packed = connection.execute("SELECT sum(qty) FROM stockhand.stock_move WHERE kind = 'pack'").fetchone()
        cartons = connection.execute("SELECT count(*) FROM stockhand.parcel WHERE state = 'labelled'").fetchone()
    assert sorted(raw for raw, _ in kept) == sorted(person.sent)
    assert {verdict for _, verdict in kept} == {"used"}
    assert (packed, cartons) == ((len(SKUS) * ORDERS,), (ORDERS,))
    assert site.prove() == []
    late = sorted(person.verdicts_ms)
    measured(
        {
            "bench": "orders of three lines packed through scanner bytes",
            "orders": ORDERS,
            "scans": len(person.sent),
            "lost": 0,
            "doubled": 0,
            "orders_an_hour": round(ORDERS / took_s * 3600),
            "wait_p50_ms": round(statistics.median(late), 1),
            "wait_p99_ms": round(late[min(int(len(late) * 0.99), len(late) - 1)], 1),
            "load": round(psutil.getloadavg()[0], 2),
        }
    )
