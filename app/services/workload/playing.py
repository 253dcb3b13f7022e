"""The neutral workload played whole, in the order that its format says: W1, history, W4, W2, W3, W7.

W5 (valuation) and W6 (counting) join with their capabilities. One result an item and number of clients; where the stock
is not what the oracle says, the result says so.
"""

import hashlib
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import psutil

from app.database import benchmarks, ledger
from app.database import orders as order_store
from app.database import workload as store
from app.database.benchmarks import Empty
from app.database.session import Database, Row
from app.database.workload import PlayGround, PlayLine
from app.domain.partners import PartnerData, PartnerKind
from app.domain.sites import WarehouseData, ZoneData, ZoneKind
from app.services.changes import Changes
from app.services.importing import import_files
from app.services.work import Worker
from app.services.workload.clients import Part, Played, play, share
from app.services.workload.documents import Player, Records
from app.services.workload.reading import (
    CUSTOMER,
    SUPPLIER,
    Answer,
    Expected,
    PastMove,
    Product,
    Workload,
    read_expected,
    read_history,
    read_workload,
)

MANY = 4
_PRODUCTS_AT_ONCE = 500
_LOOKS = 5
_KINDS = {"receiving": ZoneKind.DOCK, "storage": ZoneKind.BIN, "shipping": ZoneKind.STAGING}
_PLACES = {"receiving": ("DOCK1",), "shipping": ("STAGE1",)}
_NOON = time_of_day(12, tzinfo=UTC)
_END_OF_DAY = time_of_day(23, 59, 59, tzinfo=UTC)
Result = dict[str, object]


def play_workload(admin_url: str, folder: Path, *, version: str, many: int = MANY) -> Iterator[Result]:
    """Play the workload of a folder in a scratch database of its own, by one client and by `many`; yields results.

    `admin_url` may create databases and roles. Refuses a folder that holds no such workload.
    """
    workload, expected = read_workload(folder), read_expected(folder)
    with (
        benchmarks.empty_scratch(admin_url) as database,
        closing(Database(database.station, application="bench")) as own,
    ):
        yield from _Playing(database, Worker(own, Changes()), folder, workload, expected, version).items(many)


class _Playing:
    """One play: the database, the files, and what is measured alike for every item."""

    def __init__(
        self, database: Empty, worker: Worker, folder: Path, workload: Workload, expected: Expected, version: str
    ) -> None:
        self._database = database
        self._worker = worker
        self._folder = folder
        self._workload = workload
        self._expected = expected
        self._version = version
        self._server = benchmarks.postmaster(database)

    def items(self, many: int) -> Iterator[Result]:
        """All items, each with its result."""
        self._set_up()
        yield self._played("W1", _create_products, 1)
        yield self._played("W1", _create_products, many)
        yield self._history()
        benchmarks.settle(self._database)
        yield from self._looks(many)
        for item, part in (("W2", _receive), ("W3", _fulfil)):
            yield self._played(item, part, 1)
            yield self._played(item, part, many)
        yield self._hot()

    def _set_up(self) -> None:
        """Warehouse and partners; the hot item is none of the workload's products."""
        site = self._workload.warehouse
        zones = tuple(
            ZoneData(zone.code, zone.code, _KINDS[zone.kind], zone.bins or _PLACES.get(zone.kind, ()))
            for zone in site.zones
        )
        hot = self._workload.hot
        product = Product(hot.sku, hot.name, "2999999999991", "each", (), 100)
        records = Records(warehouses=(WarehouseData(site.code, site.code, zones=zones),))
        self._worker.run(lambda unit: import_files(unit, [records]))
        Player(self._worker).create_products([product])
        partners = [
            *(PartnerData(PartnerKind.SUPPLIER, each.code, each.name) for each in self._workload.suppliers),
            *(PartnerData(PartnerKind.CUSTOMER, each.code, each.name) for each in self._workload.customers),
        ]
        self._worker.run(lambda unit: order_store.ensure_partners(unit.session, partners))

    # - items -

    def _played(self, item: str, part: Part, clients: int) -> Result:
        played = play(self._database.station, self._folder, part, clients=clients, server=self._server)
        return self._result(item, clients, played)

    def _history(self) -> Result:
        """Post the past, a day and a direction at a time, with the day as the effective time."""
        player = Player(self._worker)
        ground = player.look_around()
        began, moves = time.perf_counter(), 0
        for day, of_day in groupby(read_history(self._folder, self._workload), lambda move: move.day):
            moves += _post_day(player, ground, day, list(of_day))
        self._worker.run(lambda unit: ledger.seal(unit.session))
        wall = time.perf_counter() - began
        return self._head("history", 1, moves, moves, wall) | _operations([player.tally.took])

    def _looks(self, many: int) -> Iterator[Result]:
        """W4: the stock now and in the past, against the oracle; one item by its bar code; totals."""
        for clients in (1, many):
            played = play(self._database.station, self._folder, _look, clients=clients, server=self._server)
            result = self._result("W4", clients, played)
            if clients == 1:
                result |= self._against_the_oracle()
            yield result

    def _against_the_oracle(self) -> Result:
        warehouse = self._ground().warehouse
        past = _past(self._workload)
        now = self._worker.run(lambda unit: store.on_hand(unit.session, warehouse))
        then = self._worker.run(lambda unit: store.on_hand_as_of(unit.session, warehouse, past))
        return {
            "digest_now": _digest(now),
            "digest_past": _digest(then),
            "digests_agree": _answer(now) == self._expected.at_end and _answer(then) == self._expected.at_past_date,
        }

    def _hot(self) -> Result:
        """W7: as many processes as the workload says want the one item, one unit at a time."""
        hot, ground = self._workload.hot, self._ground()
        item, place = ground.items[hot.sku], ground.bins[hot.bin]
        found = PlayLine(item, hot.on_hand, ground.adjustment, place, reason="OPENING")
        self._worker.run(lambda unit: store.post(unit.session, unit.request_id, "adjust_in", ground.warehouse, [found]))
        played = play(self._database.station, self._folder, _grab, clients=hot.processes, server=self._server)
        claims = self._worker.run(lambda unit: store.claims_on(unit.session, ground, item))
        refused = sum(report.tally.refused for report in played.reports)
        granted = sum(report.tally.docs for report in played.reports) - refused
        return self._result("W7", hot.processes, played) | {
            "on_hand": int(claims["on_hand"]),
            "reserved": int(claims["reserved"]),
            "granted": granted,
            "refused": refused,
            "oversold": max(granted - int(claims["on_hand"]), int(claims["claimed"]) - int(claims["on_hand"]), 0),
        }

    # - results -

    def _ground(self) -> PlayGround:
        return self._worker.run(lambda unit: store.read_ground(unit.session))

    def _head(self, item: str, clients: int, docs: int, lines: int, wall: float) -> Result:
        return {
            "system": "stockhand",
            "version": self._version,
            "item": item,
            "clients": clients,
            "docs": docs,
            "lines": lines,
            "wall_s": round(wall, 3),
            "lines_per_s": round(lines / wall, 1) if wall else None,
            "db_mb": benchmarks.size_mb(self._database),
            "load": round(psutil.getloadavg()[0], 2),
        }

    def _result(self, item: str, clients: int, played: Played) -> Result:
        tallies = [report.tally for report in played.reports]
        lines = sum(tally.lines for tally in tallies)
        client_cpu = sum(report.cpu_s for report in played.reports)
        cpu = None if played.server_cpu_s is None else client_cpu + played.server_cpu_s
        errors = [error for tally in tallies for error in tally.errors]
        return (
            self._head(item, clients, sum(tally.docs for tally in tallies), lines, played.wall_s)
            | {
                "client_cpu_s": round(client_cpu, 3),
                "server_cpu_s": None if played.server_cpu_s is None else round(played.server_cpu_s, 3),
                "cpu_ms_per_line": round(cpu * 1000 / lines, 3) if cpu is not None and lines else None,
                "rss_mb_per_client": round(statistics.mean(report.rss_mb for report in played.reports), 1),
                "retries": sum(tally.retries for tally in tallies),
                "errors": len(errors),
            }
            | ({"first_errors": errors[:3]} if errors else {})
            | _operations([tally.took for tally in tallies])
        )


def _operations(parts: Iterable[dict[str, list[float]]]) -> Result:
    """Count and times of each operation over all clients, in milliseconds and seconds."""
    took: dict[str, list[float]] = defaultdict(list)
    for part in parts:
        for name, times in part.items():
            took[name] += times
    return {
        "ops": {
            name: {
                "n": len(times),
                "p50_ms": round(statistics.median(times) * 1000, 2),
                "p99_ms": round(sorted(times)[min(len(times) - 1, len(times) * 99 // 100)] * 1000, 2),
                "max_ms": round(max(times) * 1000, 2),
                "sum_s": round(sum(times), 3),
            }
            for name, times in took.items()
        }
    }


def _past(workload: Workload) -> datetime:
    """The end of the day in the past that is asked about."""
    return datetime.combine(workload.history.past_date, _END_OF_DAY)


def _answer(rows: Sequence[Row]) -> Answer:
    return Answer(len(rows), int(sum(row["qty"] for row in rows)), _digest(rows))


def _digest(rows: Iterable[Row]) -> str:
    """The fingerprint of the stock as the workload's format defines it: order does not matter."""
    said = sorted(f"{row['sku']}|{row['bin']}|{int(row['qty'])}" for row in rows)
    return hashlib.sha256("".join(f"{line}\n" for line in said).encode()).hexdigest()[:16]


def _post_day(player: Player, ground: PlayGround, day: date, moves: Sequence[PastMove]) -> int:
    """What came, what moved, what left on one day: in this order no bin is short at the end of a direction."""
    came = [move for move in moves if move.source == SUPPLIER]
    left = [move for move in moves if move.target == CUSTOMER]
    moved = [move for move in moves if move.source != SUPPLIER and move.target != CUSTOMER]
    for kind, part in (("adjust_in", came), ("move", moved), ("adjust_out", left)):
        if part:
            player.post_past(kind, [_past_line(move, ground) for move in part], datetime.combine(day, _NOON))
    return len(moves)


def _past_line(move: PastMove, ground: PlayGround) -> PlayLine:
    return PlayLine(
        ground.items[move.sku],
        move.qty,
        ground.adjustment if move.source == SUPPLIER else ground.bins[move.source],
        ground.adjustment if move.target == CUSTOMER else ground.bins[move.target],
        reason=None if move.source != SUPPLIER and move.target != CUSTOMER else "OPENING",
        value=None if move.unit_cost is None else Decimal(move.qty) * move.unit_cost,
    )


# - what a client does; functions of the module, since they go to other processes -


def _create_products(player: Player, folder: Path, index: int, clients: int) -> None:
    products = read_workload(folder).products
    batches = [products[n : n + _PRODUCTS_AT_ONCE] for n in range(0, len(products), _PRODUCTS_AT_ONCE)]
    player.play(share(batches, index, clients), player.create_products)


def _look(player: Player, folder: Path, index: int, clients: int) -> None:
    workload = read_workload(folder)
    products, past = workload.products, _past(workload)
    some = [products[(index + clients * n) * 7919 % len(products)].barcode for n in range(_LOOKS)]
    player.play(some, lambda barcode: player.look(barcode, past))


def _receive(player: Player, folder: Path, index: int, clients: int) -> None:
    player.play(share(read_workload(folder).receipts, index, clients), player.receive)


def _fulfil(player: Player, folder: Path, index: int, clients: int) -> None:
    player.play(share(read_workload(folder).orders, index, clients), player.fulfil)


def _grab(player: Player, folder: Path, index: int, clients: int) -> None:
    workload = read_workload(folder)
    hot, item = workload.hot, player.look_around().items[workload.hot.sku]
    customer = workload.customers[index % len(workload.customers)].code
    player.grab(player.order_line(f"HOT-{index}-{clients}", customer, item, hot.attempts_per_process), hot)
