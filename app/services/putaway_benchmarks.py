"""`bench putaway`: how good the proposed bins are, and how fast they are found.

The first result needs no database: goods of skewed demand arrive in any order, each goes where put-away as delivered
proposes, and what the pickers walk then is compared with the best that any assignment could do (scipy's solver as the
referee) and with storing wherever there is room. The seed is fixed, so that every run prints the same.
"""

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np

from app.database import putaway_benchmarks as store
from app.database.putaway import Meant
from app.domain.putaway import FORM, BinFacts, BinKind, GoodsFacts, propose
from app.services import putaway
from app.services.work import UnitOfWork

SEED = 20_261
ITEMS = 400
BINS = 50_000
_AISLE_MM, _BAY_MM, _BAYS = 3_000, 1_000, 40
_SHUFFLES = 50
Result = dict[str, object]


def walking(items: int = ITEMS, *, seed: int = SEED) -> Result:
    """Walk of all picks against the optimum and against random storage; demand falls as 1/rank (Zipf)."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  (scipy is heavy)

    chance = random.Random(seed)  # noqa: S311  (not for secrets)
    demand = [1 / (rank + 1) for rank in range(items)]
    walks = sorted(2 * (n // _BAYS * _AISLE_MM + n % _BAYS * _BAY_MM) for n in range(items))
    cost = np.outer(demand, walks)
    best = cost[linear_sum_assignment(cost)].sum()
    ours = sum(demand[item] * walks[place] for item, place in _stored(items, chance).items())
    anywhere = statistics.fmean(
        sum(demand[item] * walk for item, walk in enumerate(chance.sample(walks, items))) for _ in range(_SHUFFLES)
    )
    return {
        "bench": "putaway",
        "what": "walking",
        "items": items,
        "seed": seed,
        "of_optimum": round(float(best / ours), 4),
        "less_than_random": round(float(1 - ours / anywhere), 4),
    }


def _stored(items: int, chance: random.Random) -> dict[int, int]:
    """Which place of the walk each item gets, when they arrive in any order."""
    policy = FORM.default_policy()
    free = {f"{n:05}": _bin(n, items) for n in range(items)}
    stored = {}
    for item in chance.sample(range(items), items):
        goods = GoodsFacts(f"I{item}", Decimal(1), turnover=_percent(item, items))
        address = propose(goods, list(free.values()), policy).parts[0].address
        stored[item] = int(address)
        del free[address]
    return stored


def _bin(n: int, bins: int) -> BinFacts:
    return BinFacts(f"{n:05}", "Storage", BinKind.BIN, empty=True, walk_position=n, nearness=_percent(n, bins))


def _percent(rank: int, of: int) -> int:
    return round(100 * rank / (of - 1))


def proposals(admin_url: str, *, bins: int = BINS, rounds: int = 3) -> Iterator[Result]:
    """Milliseconds of a proposal in a scratch warehouse: reading and deciding; half empty, and all but full."""
    for filled in (0.5, 0.999):
        with store.furnished(admin_url, bins=bins, filled=filled) as ground, ground.database.open_session() as session:
            session.begin_step()
            unit = UnitOfWork(session, ground.warehouse)
            took = [_timed(unit, ground, number) for number in range(store.GOODS * rounds)]
            warm = took[store.GOODS :]
            yield {
                "bench": "putaway",
                "what": "proposal",
                "bins": bins,
                "filled": filled,
                "median_ms": round(statistics.median(one[0] for one in warm), 1),
                "worst_ms": round(max(one[0] for one in warm), 1),
                "median_reading_ms": round(statistics.median(one[1] for one in warm), 1),
                "candidates": max(one[2] for one in warm),
                "none_found": sum(not one[3] for one in warm),
            }


def _timed(unit: UnitOfWork, ground: store.Ground, number: int) -> tuple[float, float, int, bool]:
    """One proposal: milliseconds in all, those of reading, how many bins were looked at, and whether one was found."""
    meant = Meant(items=(_each(ground.items, number),))
    began = time.perf_counter()
    facts = putaway.read_facts(unit, warehouse=ground.warehouse, meant=meant)
    read = time.perf_counter()
    goods = facts.meant[0]
    made = propose(goods.facts(goods.qty), [one.facts(goods) for one in facts.bins], facts.policy)
    done = time.perf_counter()
    return (done - began) * 1000, (read - began) * 1000, len(facts.bins), bool(made.parts)


def _each(items: Sequence[store.Item], number: int) -> store.Item:
    return items[number % len(items)]
