"""A plausible past: deliveries put away, orders picked, packed and shipped from them, adjustments, late postings.

Goods come and go in *deliveries*: the lines of one purchase order are received and put away together; most of them
are picked, packed and shipped in rounds for one order, the rest stays. So nothing ever goes below zero, at no position
of the ledger. Some items are wanted far more than others, some carry lots, business grows and has a season. The same
plan and seed give the same numbers of everything; ids are new each time.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.database.generating import Ground, Line, Loader, Month, Posting, loader
from app.domain.errors import Refusal

MONTHS = 36
_MOVES_AN_ITEM = 100
_MOST_LINES, _MOST_ROUNDS = 8, 8
_LOADED_EARLY = 0.9  # a month's deliveries come in this part of it, so that their goods can leave again
_LATE = 0.05  # of the adjustments and receipts are posted days after they happened
_SEASON = (0.9, 0.9, 1.0, 1.0, 1.0, 0.95, 0.85, 0.85, 1.0, 1.1, 1.3, 1.25)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many moves over how many whole months before this one; `seed` makes it the same again."""

    moves: int
    months: int = MONTHS
    seed: int = 1

    @property
    def items(self) -> int:
        """How many items a past of this size has."""
        return max(20, self.moves // _MOVES_AN_ITEM)


@dataclass(frozen=True, slots=True)
class Generated:
    """What is there now: moves that were made by this run, months that were there already."""

    moves: int
    months: int
    months_before: int


def generate(superuser_url: str, plan: Plan, *, now: datetime, beside_stock: bool, progress: Progress) -> Generated:
    """Fill a database with a past, month by month, each whole or not at all; what is there is left out.

    `superuser_url` must be a superuser's: moves are written behind the triggers, with what remains of them as balances.
    Refuses a ledger that has moves of its own (`generate.real_stock`) unless `beside_stock`.
    """
    if plan.moves < 1 or plan.months < 1:
        raise Refusal("generate.nothing")
    made = done = before = 0
    with loader(superuser_url) as store:
        if store.has_other_moves() and not beside_stock:
            raise Refusal("generate.real_stock")
        ground = store.furnish(items=plan.items)
        shares = _shares(plan, now)
        for number, (month, share) in enumerate(shares, start=1):
            if store.has_month(month):
                before += 1
                continue
            moves = _load_month(store, ground, plan, month, share, opening=number == 1)
            made, done = made + moves, done + 1
            progress(f"{month:%Y-%m}: {moves} moves ({number} of {len(shares)} months, {made} moves so far)")
        store.finish()
    return Generated(made, done, before)


def _shares(plan: Plan, now: datetime) -> list[tuple[datetime, int]]:
    """The months before this one, and how many moves each has: growth of one per cent a month, and a season."""
    month, months = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0), []
    for _ in range(plan.months):
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(month)
    months.reverse()
    weights = [1.01**n * _SEASON[each.month - 1] for n, each in enumerate(months)]
    left = max(plan.moves - plan.items, 0)
    shares = [round(left * weight / sum(weights)) for weight in weights]
    shares[-1] += left - sum(shares)
    return list(zip(months, shares, strict=True))


def _load_month(store: Loader, ground: Ground, plan: Plan, month: datetime, share: int, *, opening: bool) -> int:
    chance = random.Random(f"{plan.seed} {month:%Y-%m}")  # noqa: S311  (not for secrets)
    with store.month(month, ground) as writer:
        postings = list(_opening(ground, month, chance, limit=plan.moves)) if opening else []
        room = share
        while room > 0:
            delivery = _delivery(writer, ground, month, chance, room)
            postings += delivery
            room -= sum(len(posting.lines) for posting in delivery)
        writer.write(postings)
    return sum(len(posting.lines) for posting in postings)


def _opening(ground: Ground, month: datetime, chance: random.Random, *, limit: int) -> Iterator[Posting]:
    """What was there when it all began: some of each item somewhere, in the first minutes."""
    items = ground.items[:limit]
    for n in range(0, len(items), 20):
        site = chance.choice(ground.sites)
        lines = [
            Line(item, ground.opening_lot(item), chance.randrange(1, 500), site.adjustment, chance.choice(site.bins))
            for item in items[n : n + 20]
        ]
        yield Posting("adjust_in", site.id, month + timedelta(milliseconds=n + 1), lines, reason="OPENING")


def _delivery(writer: Month, ground: Ground, month: datetime, chance: random.Random, room: int) -> list[Posting]:
    """One delivery with all that comes of it, of about `room` moves at most."""
    site = chance.choice(ground.sites)
    size = min(1 + int(chance.random() * _MOST_LINES), max(room // 2, 1))
    rounds = min(int(chance.random() * _MOST_ROUNDS), max(room // size - 2, 0) // 3)
    leaves = chance.random() < 0.8
    picked = [1 + int(chance.random() * 12) for _ in range(size)]
    kept = [0 if leaves and rounds else 1 + int(chance.random() * 60) for _ in range(size)]
    items = [ground.items[int(len(ground.items) * chance.random() ** 3)] for _ in range(size)]
    lots = [writer.lot(item) for item in items]
    bins = [chance.choice(site.bins) for _ in range(size)]
    amounts = [each * rounds + rest for each, rest in zip(picked, kept, strict=True)]
    length = (month + timedelta(days=32)).replace(day=1) - month
    at = month + length * (chance.random() * _LOADED_EARLY + 0.001)
    gap = (month + length - at) / (rounds * 3 + 4)
    bought = writer.document("purchase_order", site, at, items, amounts, {"received": amounts})
    late = timedelta(days=1 + chance.random() * 20) if chance.random() < _LATE else timedelta()

    def lines(source: list[str], target: list[str], qtys: list[int], papers: list[str] | None = None) -> list[Line]:
        return [
            Line(items[n], lots[n], qtys[n], source[n], target[n], papers[n] if papers else "") for n in range(size)
        ]

    def always(place: str) -> list[str]:
        return [place] * size

    made = [
        Posting("receipt", site.id, at, lines(always(site.supplier), always(site.dock), amounts, bought.lines),
                document=bought.id, step="received", happened=at - late),
        Posting("putaway", site.id, at + gap * (0.5 + chance.random()), lines(always(site.dock), bins, amounts)),
    ]  # fmt: skip
    if rounds:
        shipped = [each * rounds for each in picked]
        done = {"picked": shipped, "packed": shipped, "shipped": shipped}
        sold = writer.document("order", site, at, items, shipped, done)
        ways = (
            ("pick", bins, always(site.tote), "picked"),
            ("pack", always(site.tote), always(site.staging), "packed"),
            ("ship", always(site.staging), always(site.customer), "shipped"),
        )
        for turn in range(rounds):
            for n, (kind, source, target, step) in enumerate(ways):
                moment = at + gap * (2 + turn * 3 + n + chance.random() * 0.9)
                made.append(
                    Posting(
                        kind, site.id, moment, lines(source, target, picked, sold.lines), document=sold.id, step=step
                    )
                )
    if not leaves and kept[0] > 1 and len(made) * size < room:
        found = Line(items[0], lots[0], 1, bins[0], site.adjustment)
        moment = at + gap * (rounds * 3 + 3 + chance.random() * 0.9)
        happened = max(moment - late, made[1].recorded)  # nothing is lost before it was put away
        made.append(Posting("adjust_out", site.id, moment, [found], reason="LOST", happened=happened))
    for n in range(size):
        if kept[n]:
            lost = 1 if len(made[-1].lines) == 1 and made[-1].kind == "adjust_out" and n == 0 else 0
            writer.remains(site.id, items[n], bins[n], lots[n], kept[n] - lost)
    return made
