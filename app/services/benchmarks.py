"""`bench post` and `bench contention`: the ledger's numbers of DESIGN.md §8, each beside a reference of the same run.

Every callable gives dictionaries to print as JSON lines. Rates are per second, CPU in milliseconds of the server's own
processes a commit (None where the server is on another machine), `load` the machine's over the last minute. A number
without its reference says little: other programs share the machine.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psutil

from app.database import benchmarks
from app.database.benchmarks import Scratch, Work

CLIENTS = 8
# Each session plans its statements once, in its first turns.
_WARM_UP_S = 0.5
Result = dict[str, object]


@dataclass(frozen=True, slots=True)
class Measured:
    """Commits a second over all clients, and the server's CPU milliseconds a commit."""

    rate: float
    cpu_ms: float | None


def post(admin_url: str, *, rounds: int = 3, seconds: float = 2.0, clients: int = CLIENTS) -> Iterator[Result]:
    """Postings of 1 and of 20 lines a commit against the bare single-row insert; then one posting of 5,000 lines.

    At last 20 lines again, of so many items that the clients seldom wait for each other.
    """
    with benchmarks.scratch(admin_url) as database:
        for lines in (1, 20):
            yield _posted(database, lines, rounds=rounds, seconds=seconds, clients=clients)
        took = [benchmarks.receive(database, 5000) for _ in range(rounds)]
        yield {"bench": "post", "lines": 5000, "clients": 1, "rounds": rounds,
               "seconds": round(statistics.median(took), 3), **_surroundings(database)}  # fmt: skip
    with benchmarks.scratch(admin_url, items=benchmarks.MANY_ITEMS) as database:
        yield _posted(database, 20, rounds=rounds, seconds=seconds, clients=clients)


def _posted(database: Scratch, lines: int, *, rounds: int, seconds: float, clients: int) -> Result:
    pairs = [
        (
            _measure(database, [database.bare()] * clients, seconds),
            _measure(database, [database.post(lines)] * clients, seconds),
        )
        for _ in range(rounds)
    ]
    return {
        "bench": "post",
        "lines": lines,
        "items": len(database.items),
        "clients": clients,
        "rounds": rounds,
        **_beside_reference(pairs, unit="commits"),
        "moves_per_s": round(statistics.median(post.rate for _, post in pairs) * lines),
        **_surroundings(database),
    }


def contention(admin_url: str, *, rounds: int = 3, seconds: float = 2.0, clients: int = CLIENTS) -> Iterator[Result]:
    """All clients reserve one hot item, one unit a commit; nothing may be reserved twice or lost."""
    with benchmarks.scratch(admin_url) as database:
        pairs = [
            (
                _measure(database, [database.bare()] * clients, seconds),
                _measure(database, [database.reserve(client) for client in range(clients)], seconds),
            )
            for _ in range(rounds)
        ]
        yield {
            "bench": "contention",
            "what": "reserve",
            "clients": clients,
            "rounds": rounds,
            **_beside_reference(pairs, unit="reservations"),
            "books_agree": benchmarks.books_agree(database),
            **_surroundings(database),
        }


def _measure(database: Scratch, loops: Sequence[Work], seconds: float) -> Measured:
    connections = [database.connect() for _ in loops]
    try:
        backends = [connection.info.backend_pid for connection in connections]
        with ThreadPoolExecutor(len(loops), "bench") as pool:
            list(pool.map(lambda one, work: benchmarks.run(one, work, seconds=_WARM_UP_S), connections, loops))
            before = _cpu_s(backends)
            began = time.perf_counter()
            done = list(pool.map(lambda one, work: benchmarks.run(one, work, seconds=seconds), connections, loops))
            took = time.perf_counter() - began
            after = _cpu_s(backends)
    finally:
        for connection in connections:
            connection.close()
    turns = sum(each.turns for each in done)
    cpu_ms = None if before is None or after is None else (after - before) * 1000 / turns
    return Measured(turns / took, cpu_ms)


def _cpu_s(backends: Sequence[int]) -> float | None:
    """Seconds of CPU that these processes have used; None when the server's processes are not on this machine."""
    try:
        times = [psutil.Process(pid).cpu_times() for pid in backends]
    except psutil.Error:
        return None
    return sum(time.user + time.system for time in times)


def _beside_reference(pairs: Sequence[tuple[Measured, Measured]], *, unit: str) -> Result:
    """Medians over the rounds; ratios are taken within each round first."""

    def median(values: Iterator[float]) -> float:
        return round(statistics.median(values), 3)

    cpu = [(bare.cpu_ms, ours.cpu_ms) for bare, ours in pairs if bare.cpu_ms and ours.cpu_ms]
    return {
        f"{unit}_per_s": median(ours.rate for _, ours in pairs),
        "bare_inserts_per_s": median(bare.rate for bare, _ in pairs),
        "rate_ratio": median(ours.rate / bare.rate for bare, ours in pairs),
        "cpu_ms": median(ours for _, ours in cpu) if cpu else None,
        "bare_cpu_ms": median(bare for bare, _ in cpu) if cpu else None,
        "cpu_ratio": median(ours / bare for bare, ours in cpu) if cpu else None,
    }


def _surroundings(database: Scratch) -> Result:
    deadlocks, durable = benchmarks.server_facts(database)
    return {
        "deadlocks": deadlocks,
        "durable": durable,
        "fsync_ms": round(_fsync_ms(), 3),
        "load": round(psutil.getloadavg()[0], 2),
        "cores": os.cpu_count(),
    }


def _fsync_ms() -> float:
    """The median time of writing 8 kB and waiting for the disk, in the folder for temporary files."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(20):
            file.write(b"\0" * 8192)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
