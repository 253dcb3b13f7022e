"""Batches as a use case: which of the orders that wait one picker takes along on one walk. Nothing is booked.

What is read comes from one transaction; the planning itself takes up to a minute and holds none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.database import batching as store
from app.database import places
from app.database.session import as_nouns
from app.domain.batching import Cart, PickOrder, first_come, plan_batches
from app.domain.batching.planning import Cancelled, Progress
from app.domain.errors import Refusal
from app.domain.sites.layout import Stop
from app.domain.sites.places import Aisle
from app.domain.walking import Lengths, network_of
from app.services.work import UnitOfWork

MOST_ORDERS = 5000
_NO_BIN = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that waits to be picked; `bins` on the plan as x, y, level and aisle, `undrawn` picks lie elsewhere."""

    number: str
    bins: tuple[tuple[int, int, int, UUID | None], ...]
    undrawn: int
    picks: int
    litres: Decimal
    kg: Decimal


@dataclass(frozen=True, slots=True)
class Ground:
    """What batches are planned from."""

    orders: tuple[Waiting, ...]
    aisles: tuple[Aisle, ...]
    packing: tuple[int, int] | None
    carts: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """The orders that go together, how many picks that is, and the way in metres."""

    orders: tuple[str, ...]
    picks: int
    metres: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """The walks; beside them the metres of taking orders as they are due. `too_big` orders need more than a cart.

    `not_drawn` are orders with picks in bins that are not on the plan, which are walked alone.
    """

    walks: tuple[Walk, ...]
    metres: Decimal
    first_come_metres: Decimal
    too_big: tuple[str, ...]
    not_drawn: tuple[str, ...]
    complete: bool


def read_ground(unit: UnitOfWork, warehouse: UUID) -> Ground:
    """The orders that wait in a warehouse, and its aisles."""
    rows = store.waiting(unit.session, warehouse, most=MOST_ORDERS)
    ends = store.ends(unit.session, warehouse)
    packing, carts = (as_nouns(ends[name], tuple[int, int] | None) for name in ("packing", "carts"))
    return Ground(as_nouns(rows, tuple[Waiting, ...]), places.aisles(unit.session, warehouse), packing, carts)


def propose(
    ground: Ground,
    cart: Cart,
    *,
    progress: Progress = lambda _part: None,
    cancelled: Cancelled = lambda: False,
) -> Proposal:
    """Batches with short walks for all orders whose bins are drawn. Refuses `batching.no_plan`: no aisle is open."""
    network = network_of(ground.aisles)
    if network is None or network.all_closed:
        raise Refusal("batching.no_plan")
    lengths = Lengths(network, ground.packing, ground.carts)
    drawn = [one for one in ground.orders if not one.undrawn]
    orders = [_order(one, lengths) for one in drawn]
    found = plan_batches(orders, cart, lengths, progress=progress, cancelled=cancelled)
    walks = [_walk([drawn[n] for n in batch], [orders[n] for n in batch], lengths) for batch in found.batches]
    return Proposal(
        walks=tuple(sorted(walks, key=lambda walk: walk.orders)),
        metres=_metres(found.mm),
        first_come_metres=_metres(first_come(orders, cart, lengths).mm),
        too_big=tuple(drawn[n].number for n in found.too_big),
        not_drawn=tuple(one.number for one in ground.orders if one.undrawn),
        complete=found.complete,
    )


def _order(waiting: Waiting, lengths: Lengths) -> PickOrder:
    stops = (Stop(_NO_BIN, x, y, level, aisle) for x, y, level, aisle in waiting.bins)
    spots = frozenset(spot for stop in stops if (spot := lengths.spot(stop)) is not None)
    return PickOrder(waiting.number, spots, 1, waiting.litres, waiting.kg)


def _walk(batch: Sequence[Waiting], orders: Sequence[PickOrder], lengths: Lengths) -> Walk:
    spots = {spot for order in orders for spot in order.spots}
    return Walk(tuple(one.number for one in batch), sum(one.picks for one in batch), _metres(lengths.of(spots)))


def _metres(mm: float) -> Decimal:
    return Decimal(round(mm / 1000))
