"""`bench history`: looking back over a long past, against DESIGN.md §8, each beside a reference of the same run.

Times are milliseconds of a client, medians over the rounds; `load` is the machine's over the last minute. The past is
a made-up one in a scratch database, or the ledger of this home.
"""

import os
import random
import statistics
from collections.abc import Callable, Iterator
from datetime import timedelta

import psutil

from app.database import history_benchmarks as store
from app.database.history_benchmarks import Asker, Past
from app.database.stock.history import MoveQuery
from app.domain.errors import Refusal
from app.services import clock, generating, history
from app.services.changes import Changes
from app.services.generating import Plan, Progress
from app.services.work import Worker

Result = dict[str, object]
_DATES = 12  # a round of as-of asks for so many instants


def of_made_up_past(admin_url: str, *, moves: int, rounds: int, progress: Progress) -> Iterator[Result]:
    """Generate a past in a scratch database, with its snapshots, and ask it."""
    with store.empty_ledger(admin_url) as (superuser, manager, worker):
        began = clock.monotonic_s()
        made = generating.generate(superuser, Plan(moves), now=clock.now(), beside_stock=True, progress=progress)
        took = max(clock.monotonic_s() - began, 0.001)
        yield {"bench": "history", "what": "generate", "moves": made.moves, "seconds": round(took, 1),
               "moves_per_s": round(made.moves / took), "target_per_s": 50_000, **_machine()}  # fmt: skip
        began = clock.monotonic_s()
        snapshots = history.make_snapshots(Worker(worker, Changes()))
        yield {"bench": "history", "what": "snapshots", "moves": made.moves, "snapshots": snapshots,
               "seconds": round(clock.monotonic_s() - began, 1), **_machine()}  # fmt: skip
        yield from of_ledger(manager, rounds=rounds)


def of_ledger(url: str, *, rounds: int) -> Iterator[Result]:
    """Ask the ledger of an address, as its login; refuses one without sealed moves (`history.nothing_sealed`)."""
    with store.asking(url) as asker:
        past = asker.past()
        if past is None:
            raise Refusal("history.nothing_sealed")
        short, long = asker.bare_round_trip, asker.bare_sum
        yield _measured("on hand of every item", past, rounds, 500, asker.every_item, long) | {"items": past.items}
        yield _as_of(asker, past, rounds)
        yield _measured("last 100 moves", past, rounds * 10, 5, lambda: asker.last_moves(past.of_item), short)
        yield _measured(
            "last 100 moves of a place", past, rounds * 10, 5, lambda: asker.last_moves(past.of_place), short
        )
        yield _measured(
            "last 100 moves, first of a connection", past, rounds, 5, lambda: _first(url, past.of_item), short
        )
        yield _measured("look-up of a code", past, rounds * 10, 3, lambda: asker.look_up(past.code), short)


def _first(url: str, asked: MoveQuery) -> float:
    """As a new connection takes it, which has planned and cached nothing yet."""
    with store.asking(url) as fresh:
        return fresh.last_moves(asked)


def _as_of(asker: Asker, past: Past, rounds: int) -> Result:
    """Random instants of the whole past, known now, a warehouse each; the slowest is told too."""
    chance = random.Random(5)  # noqa: S311  (not for secrets)
    span = past.last - past.first
    took = []

    def ask() -> float:
        at = past.first + timedelta(seconds=span.total_seconds() * chance.random())
        took.append(asker.as_of(chance.choice(past.warehouses), at, past.seal))
        return took[-1]

    result = _measured("as of any date", past, rounds * _DATES, 1000, ask, asker.bare_sum)
    return result | {"slowest_ms": _ms(max(took))}


def _measured(
    what: str, past: Past, rounds: int, target_ms: int, ask: Callable[[], float], reference: Callable[[], float]
) -> Result:
    for _ in range(5):  # the server settles on a plan after five
        ask()
        reference()
    pairs = [(ask(), reference()) for _ in range(rounds)]
    ours = statistics.median(one for one, _ in pairs)
    bare = statistics.median(other for _, other in pairs)
    return {
        "bench": "history",
        "what": what,
        "moves": past.moves,
        "rounds": rounds,
        "ms": _ms(ours),
        "target_ms": target_ms,
        "reference_ms": _ms(bare),
        "ratio": round(ours / bare, 1),
        **_machine(),
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _machine() -> Result:
    return {"load": round(psutil.getloadavg()[0], 2), "cores": os.cpu_count()}
