"""Upkeep: partitions ahead, snapshots and turnover daily; nightly, old balances, requests and strangers go."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from app.database import upkeep
from app.services import history, putaway
from app.services.work import Worker

NIGHT_HOUR = 2
BATCH = 10_000


class Upkeep:
    """Does once a day what is due; `now` gives the present in UTC."""

    def __init__(self, worker: Worker, now: Callable[[], datetime]) -> None:
        self._worker = worker
        self._now = now
        self._partitions_made: date | None = None
        self._snapshots_made: date | None = None
        self._turnover_counted: date | None = None
        self._swept: date | None = None

    def work(self) -> None:
        """Make partitions and snapshots and count turnover at a day's first look, do the night's work at its own."""
        now = self._now()
        if self._partitions_made != now.date():
            self._worker.run(lambda unit: upkeep.ensure_partitions(unit.session))
            self._partitions_made = now.date()
        if self._snapshots_made != now.date():
            history.make_snapshots(self._worker)
            self._snapshots_made = now.date()
        if self._turnover_counted != now.date():
            self._count_turnover()
            self._turnover_counted = now.date()
        if self._swept != now.date() and now.hour == NIGHT_HOUR:
            self._sweep()
            self._worker.run(lambda unit: upkeep.forget_strangers(unit.session))
            self._swept = now.date()

    def _count_turnover(self) -> None:
        """Which goods are picked how often, warehouse by warehouse: put-away goes by it until tomorrow."""
        for warehouse in self._worker.run(lambda unit: upkeep.warehouses(unit.session)):
            self._worker.run(partial(putaway.count_turnover, warehouse=warehouse))

    def _sweep(self) -> None:
        """In batches, each its own transaction, so that nobody waits for long."""
        for sweep in (upkeep.sweep_balances, upkeep.sweep_record_requests):
            while self._worker.run(lambda unit, sweep=sweep: sweep(unit.session, most=BATCH)) == BATCH:  # type: ignore[misc]
                pass
