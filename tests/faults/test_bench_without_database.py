"""The database is away in the middle of a carton, longer than a bench waits before it asks again, and comes back.

A minute is made short: the wire is cut and refuses every connection until the bench has waited and asked in vain
several times, which is what it does all through the minute.
"""

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from app.database.session import Database
from app.dialogs.dialog import Prompt
from app.dialogs.journal import Journal
from app.dialogs.lane import Lane
from app.dialogs.packing import PACKING
from app.dialogs.runner import Runner
from app.domain.equipment import Weight
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.bench import TARE, WEIGHTS, Bench
from tests.faults.cut import Wire, wire_to
from tests.support import Site

_PATIENCE_S = 30
_ASKED_IN_VAIN = 3
"""So often the bench waits, asks and says that nobody answers before the database is there again."""


class Station:
    """A packing bench with its lane, on a database behind a wire."""

    def __init__(self, site: Site, wire: Wire, folder: Path) -> None:
        signed_on = site.station("bench1", "OPERATOR1")
        self.database = Database(site.template.login("st_bench1", wire.url), application="packer")
        self.database.token = signed_on.token
        self.prompts: list[Prompt] = []
        self._more = threading.Condition()
        worker = Worker(self.database, Changes())
        runner = Runner(worker, PACKING, warehouse=site.warehouse, station="bench1")
        self.lane = Lane(worker, runner, Journal(folder / "bench1.jsonl"), show=self._show)
        self.lane.start()

    def _show(self, prompt: Prompt) -> None:
        with self._more:
            self.prompts.append(prompt)
            self._more.notify_all()

    def see(self, wanted: Callable[[Prompt], bool]) -> Prompt:
        """Wait until such a prompt is shown, and forget what was shown before."""
        with self._more:
            assert self._more.wait_for(lambda: any(map(wanted, self.prompts)), _PATIENCE_S), self.prompts[-1:]
            found = next(prompt for prompt in reversed(self.prompts) if wanted(prompt))
            self.prompts.clear()
            return found

    def hear(self, code: str) -> Prompt:
        """Wait until the feedback band says `code`."""
        return self.see(lambda prompt: prompt.feedback is not None and prompt.feedback.code == code)


@pytest.fixture
def wire(warehouse: Site) -> Iterator[Wire]:
    with wire_to(warehouse.url) as wire:
        yield wire


@pytest.fixture
def station(warehouse: Site, wire: Wire, tmp_path: Path) -> Iterator[Station]:
    made = Station(warehouse, wire, tmp_path)
    yield made
    made.lane.stop()
    made.database.close()


def ask_in_vain(station: Station) -> None:
    """The bench waits, opens its work afresh, and cannot; again and again."""
    for _ in range(_ASKED_IN_VAIN):
        station.hear("database.lost")


def test_scans_while_the_database_is_away_are_refused_kept_and_never_applied(
    warehouse: Site, wire: Wire, station: Station
) -> None:
    _, tote = Bench(warehouse).picked(("WIDGET", 3))
    station.lane.scan(tote)
    station.hear("packing.order_opened")
    station.lane.scan("WIDGET")
    station.hear("packing.packed")
    with wire.away():
        station.lane.scan("WIDGET")
        station.hear("database.lost")
        station.lane.scan("WIDGET")
        ask_in_vain(station)
    back = station.hear("dialog.recovered")
    assert back.count is not None
    assert (back.count.done, back.count.total) == ("1", "3"), "the bench is where it was"
    for done in ("2", "3"):
        station.lane.scan("WIDGET")
        packed = station.hear("packing.packed")
        assert packed.count is not None
        assert packed.count.done == done
    with warehouse.superuser() as connection:
        scans = connection.execute("SELECT verdict FROM scan_event WHERE raw = 'WIDGET'").fetchall()
    kept = sorted(verdict for (verdict,) in scans)
    assert kept == ["not_used", "not_used", "used", "used", "used"], "each scan is kept, and used once"
    assert warehouse.stock("WIDGET", "STAGE1") == (3, 3)
    assert warehouse.prove() == []


def test_a_carton_that_was_sealed_when_the_database_went_away_is_sealed_once_and_found_again(
    warehouse: Site, wire: Wire, station: Station
) -> None:
    bench = Bench(warehouse)
    number, tote = bench.picked(("WIDGET", 1))
    station.lane.scan(tote)
    station.hear("packing.order_opened")
    station.lane.scan("WIDGET")
    station.hear("packing.packed")
    station.lane.key("CLOSE_BOX")
    station.see(lambda prompt: prompt.waiting == "weight")
    weight = Weight("scale_1", TARE + Decimal(WEIGHTS["WIDGET"]), stable=True, capturable=True)
    with wire.away(after_commit=True):
        station.lane.weigh(weight)
        station.hear("database.lost")
        station.lane.weigh(weight)
        ask_in_vain(station)
    back = station.hear("dialog.recovered")
    assert back.instruction == "packing.labels_print", "the carton is closed: nobody weighs it again"
    assert [one["state"] for one in bench.parcels(number)] == ["closed"]
    assert sorted(job["template"] for job in bench.jobs()) == ["carton", "shipping"], "one label of each kind"
    kept = bench.row("SELECT count(*) AS weighings FROM parcel_weighing")
    assert kept["weighings"] == 1
    assert warehouse.prove() == []
