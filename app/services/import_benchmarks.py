"""`bench import`: a long list of goods brought, looked for, and taken back, in a scratch database.

Seconds of this client; `client_cpu_s` and `server_cpu_s` are those of its own process and of the server's (left out
where the server is on another machine). `load` is the machine's over the last minute.
"""

import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TypeVar
from uuid import UUID

import psutil

from app.database import benchmarks
from app.database.session import Database
from app.domain.codes import gs1_check_digit
from app.services import clock, importing, search
from app.services.changes import Changes
from app.services.importing import Contents, Export
from app.services.work import Worker

ITEMS = 100_000
_TARGET_S = 60
_LOOKED_FOR = {
    "a number": "ART-004711",
    "its beginning": "ART-0047",
    "a part of a name": "number 471",
    "a misspelt name": "artcle numbr 4711 lmap",
    "another one": "rde screew",
    "nothing like it": "zyxwvut qqq",
}
_ROUNDS = 5
_SEARCH_TARGET_MS = 100
Result = dict[str, object]
T = TypeVar("T")


def goods(count: int, *, customs: bool = False) -> Export:
    """So many items as a file brings them: with a category, two packagings, a bar code and levels; and customs data."""
    rows = tuple(_row(n) | (_customs(n) if customs else {}) for n in range(count))
    return Export("products", tuple(rows[0]), rows, rows)


def _customs(n: int) -> dict[str, object]:
    return {"hs_code": f"{940500 + n % 90}", "origin": ("DE", "FR", "PL", "CN")[n % 4]}


def _row(n: int) -> dict[str, object]:
    number = f"4012345{n % 100_000:05d}" if n < 100_000 else f"40{n:010d}"
    colour, thing = ("blue", "red", "green")[n % 3], ("lamp", "chair", "table", "screw")[n % 4]
    return {
        "sku": f"ART-{n:06d}",
        "name": f"Article number {n} {colour} {thing}",
        "category": f"Category {n % 50}",
        "uom": "each",
        "alternates": "case=12; pallet=144",
        "barcode": f"{number}{gs1_check_digit(number)}",
        "min": 10,
        "max": 500,
        "reorder_point": 50,
        "shelf_life_days": 365 if n % 5 == 0 else None,
        "weight_g": 250,
    }


def import_goods(admin_url: str, read: Callable[[], Contents], *, items: int) -> Iterator[Result]:
    """Read a file by `read`, import it, import it again, look for some of it, and take it back."""
    with (
        benchmarks.empty_scratch(admin_url) as scratch,
        closing(Database(scratch.station, application="bench import")) as database,
    ):
        worker = Worker(database, Changes())
        clocked = _Clock(worker)
        contents = clocked.measure("read the file", read)
        yield clocked.result("read the file", items)
        run = clocked.measure("apply", lambda: _applied(worker, contents))
        yield clocked.result("apply", items)
        yield {"bench": "import", "what": "read and apply", "items": items, "seconds": round(clocked.total_s, 1),
               "target_s": round(_TARGET_S * items / ITEMS, 1), **_machine()}  # fmt: skip
        clocked.measure("the same again", lambda: worker.run(lambda unit: importing.preview(unit, [contents])))
        yield clocked.result("the same again", items)
        benchmarks.settle(scratch)
        yield from _searched(worker, items)
        clocked.measure("undo", lambda: worker.run(lambda unit: importing.undo(unit, run)))
        yield clocked.result("undo", items)


def _applied(worker: Worker, contents: Contents) -> UUID:
    result = worker.run(lambda unit: (unit.request_id, importing.import_files(unit, [contents])))
    assert result[1].applied, result[1].plan.findings[:3]
    return result[0]


def _searched(worker: Worker, items: int) -> Iterator[Result]:
    for what, words in _LOOKED_FOR.items():
        took = []
        for _ in range(_ROUNDS):
            began = clock.monotonic_s()
            found = worker.run(lambda unit, words=words: search.search(unit, words))  # type: ignore[misc]
            took.append(clock.monotonic_s() - began)
        ms = round(statistics.median(took) * 1000, 1)
        yield {"bench": "search", "what": what, "items": items, "found": len(found), "ms": ms,
               "target_ms": _SEARCH_TARGET_MS, **_machine()}  # fmt: skip


class _Clock:
    """Seconds and CPU seconds of what is done one after the other."""

    def __init__(self, worker: Worker) -> None:
        self._results: dict[str, Result] = {}
        self.total_s = 0.0
        self._server = _process(worker.run(lambda unit: unit.session.backend))

    def measure(self, what: str, work: Callable[[], T]) -> T:
        """Do `work` and keep how long it took."""
        began, before = clock.monotonic_s(), self._cpu_s()
        answer = work()
        took, after = clock.monotonic_s() - began, self._cpu_s()
        self.total_s += took
        used = {name: round(after[name] - seconds, 1) for name, seconds in before.items()}
        self._results[what] = {"seconds": round(took, 1), **used}
        return answer

    def result(self, what: str, items: int) -> Result:
        """What was measured, as it is printed."""
        return {"bench": "import", "what": what, "items": items, **self._results[what], **_machine()}

    def _cpu_s(self) -> dict[str, float]:
        if self._server is None:
            return {}
        processes = {"client_cpu_s": psutil.Process(), "server_cpu_s": self._server}
        times = {name: process.cpu_times() for name, process in processes.items()}
        return {name: time.user + time.system for name, time in times.items()}


def _process(backend: int) -> psutil.Process | None:
    """The server's process of the only connection, where it runs on this machine."""
    try:
        found = psutil.Process(backend)
        return found if "postgres" in found.name() else None
    except psutil.Error:
        return None


def _machine() -> Result:
    return {"load": round(psutil.getloadavg()[0], 2), "cores": os.cpu_count()}
