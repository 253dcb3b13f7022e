"""Picking: the order of the walk, and what a scan at the bin means for the task.

The walk is the shortest one where bins and aisles are drawn on the plan; elsewhere bins follow their walk position.
What follows a short or another lot is done by the service, together with `schema/55_tasks.sql`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from app.domain.policies import Answer, Verdict, natural_key
from app.domain.sites.layout import Stop
from app.domain.sites.places import Aisle
from app.domain.walking import Call, Load, Network, Walk, network_of, plan_walk, way_of

HEAVY_KG = Decimal(10)
"""One piece from this weight on goes on the cart before anything fragile."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One task: `quantity` base units of an item from a bin. `lot` is the reserved one, None where any will do.

    `stop` is where the bin stands on the plan, None where it is not drawn.
    """

    id: str
    sku: str
    address: str
    zone: str
    quantity: Decimal
    lot: str | None = None
    expiry: date | None = None
    walk_position: int | None = None
    stop: Stop | None = None
    load: Load = Load.ANY


@dataclass(frozen=True, slots=True)
class Ground:
    """Where one walks: the aisles, where the goods are brought, and where carts and totes are taken.

    x and y in mm; None: not drawn. Where it is not drawn where carts stand, a walk begins where it ends.
    """

    aisles: tuple[Aisle, ...] = ()
    packing: tuple[int, int] | None = None
    carts: tuple[int, int] | None = None


class PickVerdict(StrEnum):
    """What a scan at the bin means for the task."""

    MATCH = "match"
    OTHER_BIN_SAME_ZONE = "other_bin_same_zone"
    WRONG_BIN = "wrong_bin"
    WRONG_ITEM = "wrong_item"
    OTHER_LOT = "other_lot"
    EXPIRED = "expired"


def load_of(piece_kg: Decimal | None, *, fragile: bool) -> Load:
    """When goods go on the cart; what is fragile goes last, however heavy it is."""
    if fragile:
        return Load.FRAGILE
    return Load.HEAVY if piece_kg is not None and piece_kg >= HEAVY_KG else Load.ANY


def in_walking_order(picks: Iterable[Pick], ground: Ground | None = None) -> tuple[Pick, ...]:
    """The picks as they are walked, from where carts stand past all bins to where the goods are brought.

    Bins that are not on the plan come last: by walk position, then by address as people count (A2 before A10). A walk
    that is as good both ways begins where picks are done already (`quantity` 0), so that nobody turns round when a bin
    is added on the way.
    """
    given = sorted(picks, key=lambda pick: (_way(pick), pick.sku, pick.lot or "", pick.id))
    drawn = [pick for pick in given if pick.stop is not None]
    if ground is None or not drawn:
        return tuple(given)
    order = [drawn[n] for n in _walked(drawn, ground).order]
    return (*order, *(pick for pick in given if pick.stop is None))


@dataclass(frozen=True, slots=True)
class Way:
    """A walk on the plan: the corners of the way, and where one stands before each bin, in mm.

    Each stop says which picks are done there, by their id. `unreached`: where bins stand that no open aisle leads to,
    each with its pick.
    """

    corners: tuple[tuple[int, int], ...] = ()
    stops: tuple[tuple[int, int, tuple[str, ...]], ...] = ()
    unreached: tuple[tuple[int, int, str], ...] = ()


def way_past(picks: Iterable[Pick], ground: Ground) -> Way:
    """The way of `in_walking_order`, for a picture of it; empty where no bin or no aisle is drawn."""
    given = sorted(picks, key=lambda pick: (_way(pick), pick.sku, pick.lot or "", pick.id))
    drawn = [pick for pick in given if pick.stop is not None]
    network = _network(ground.aisles)
    if not drawn or network is None:
        return Way()
    walk = _walked(drawn, ground)
    stops = []
    for spot, served in zip(walk.spots[1:-1], walk.stops, strict=True):
        x, y = network.xy(spot)
        stops.append((round(x), round(y), tuple(drawn[n].id for n in served)))
    lost = ((pick, pick.stop) for pick in (drawn[n] for n in walk.unreached))
    return Way(
        tuple((round(x), round(y)) for x, y in way_of(network, walk.spots)),
        tuple(stops),
        tuple((stop.x_mm, stop.y_mm, pick.id) for pick, stop in lost if stop is not None),
    )


def _walked(drawn: Sequence[Pick], ground: Ground) -> Walk:
    walk = _walk(ground, tuple(Call(pick.stop, pick.load) for pick in drawn if pick.stop is not None))
    return walk.turned() if walk.both_ways and _done_late([drawn[n] for n in walk.order]) else walk


def _done_late(order: Sequence[Pick]) -> bool:
    """Whether what is done lies nearer to the end of a walk than to its beginning."""
    done = [n for n, pick in enumerate(order) if not pick.quantity]
    return 2 * sum(done) > len(done) * (len(order) - 1)


@lru_cache(maxsize=64)
def _walk(ground: Ground, calls: tuple[Call, ...]) -> Walk:
    return plan_walk(_network(ground.aisles), calls, ground.carts or ground.packing, ground.packing)


@lru_cache(maxsize=8)
def _network(aisles: tuple[Aisle, ...]) -> Network | None:
    return network_of(aisles)


def match_bin(pick: Pick, *, address: str, zone: str, holds_item: bool) -> Verdict[PickVerdict]:
    """Whether the scanned bin is the task's; another one of its zone will do if it holds the item, on a second scan."""
    facts = {"wanted": pick.address, "scanned": address, "sku": pick.sku}
    if address == pick.address:
        return Verdict(PickVerdict.MATCH, Answer.ACCEPT, facts)
    if zone == pick.zone and holds_item:
        return Verdict(PickVerdict.OTHER_BIN_SAME_ZONE, Answer.CONFIRM, facts)
    return Verdict(PickVerdict.WRONG_BIN, Answer.REFUSE, facts)


def match_goods(
    pick: Pick, *, sku: str, today: date, lot: str | None = None, expiry: date | None = None
) -> Verdict[PickVerdict]:
    """Whether the scanned goods are the task's.

    Another lot of the item swaps the reservation on a second scan. Goods may still be picked on the day they expire;
    where the code holds no expiry, that of the task's own lot counts. A code without a lot is taken as the task's.
    """
    if sku != pick.sku:
        return Verdict(PickVerdict.WRONG_ITEM, Answer.REFUSE, {"wanted": pick.sku, "scanned": sku})
    other_lot = lot is not None and pick.lot is not None and lot != pick.lot
    expires = expiry if expiry is not None or other_lot else pick.expiry
    facts: dict[str, object] = {"sku": sku, "wanted": pick.lot or "", "scanned": lot or "", "expiry": expires}
    if expires is not None and expires < today:
        return Verdict(PickVerdict.EXPIRED, Answer.REFUSE, facts)
    if other_lot:
        return Verdict(PickVerdict.OTHER_LOT, Answer.CONFIRM, facts)
    return Verdict(PickVerdict.MATCH, Answer.ACCEPT, facts)


def _way(pick: Pick) -> tuple[bool, int, tuple[tuple[int, int, str], ...]]:
    unknown = pick.walk_position is None
    return unknown, pick.walk_position or 0, natural_key(pick.address)
