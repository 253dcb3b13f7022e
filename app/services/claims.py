"""Promises and reservations as use cases: who claims goods, what is left, and claims taken, given and exchanged.

The allocation of whole orders is its own use case (`allocation`); here a planner decides about one claim at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import claims as store
from app.database.claims import Claim, ClaimedItem, FreeGoods, OnDay, OtherItem
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.services import allocation
from app.services.work import UnitOfWork

__all__ = ["Claim", "ClaimedItem", "Expected", "FreeGoods", "ItemClaims", "OnDay", "OtherItem"]
RESERVED, PROMISED, WANTED, LOST = "reserved", "promised", "wanted", "lost"
UNDO = "UNDO"


@dataclass(frozen=True, slots=True)
class Expected:
    """A line of a purchase order that brings an item: so many base units of it are promised to nobody yet."""

    line: UUID
    number: str
    due: date | None
    qty: Decimal


@dataclass(frozen=True, slots=True)
class ItemClaims:
    """What is said about the claims on one item: its sums, and from which day on how much can be promised.

    `free` and `expected` are what a planner may still give away; `reasons` why claims may be taken. `others` are other
    goods that could go in the item's place; the customer has to be asked.
    """

    item: ClaimedItem
    days: tuple[OnDay, ...]
    free: tuple[FreeGoods, ...]
    expected: tuple[Expected, ...]
    reasons: tuple[str, ...]
    others: tuple[OtherItem, ...] = ()


def claimed_items(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    words: Sequence[str] = (),
    order: Sequence[tuple[str, bool]] = (),
    after: ClaimedItem | None = None,
    most: int = 200,
) -> list[ClaimedItem]:
    """A page of items that are there, awaited or wanted, by SKU or in `order`; those behind `after`."""
    return store.items(unit.session, warehouse=warehouse, words=words, order=order, after=after, most=most)


def claim_page(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    item: UUID,
    words: Sequence[str] = (),
    order: Sequence[tuple[str, bool]] = (),
    after: Claim | None = None,
    most: int = 200,
) -> list[Claim]:
    """A page of who claims an item, the firmest first or in `order`; those behind `after`."""
    return store.of_item(unit.session, warehouse=warehouse, item=item, words=words, order=order, after=after, most=most)


def claims_on(unit: UnitOfWork, *, warehouse: UUID, sku: str) -> ItemClaims:
    """What is said about an item's claims. Refuses `claims.nothing` where it is not there, awaited or wanted."""
    found = [one for one in claimed_items(unit, warehouse=warehouse, words=[sku]) if one.sku == sku]
    if not found:
        raise Refusal("claims.nothing", sku=sku)
    item, session = found[0], unit.session
    return ItemClaims(
        item,
        tuple(store.dates(session, warehouse=warehouse, item=item.id)),
        tuple(store.free_goods(session, warehouse=warehouse, item=item.id)),
        tuple(Expected(*one) for one in store.expected(session, warehouse=warehouse, item=item.id)),
        tuple(store.reasons(session)),
        store.substitutes(session, warehouse=warehouse, item=item.id),
    )


def release(unit: UnitOfWork, claim: Claim, *, qty: Decimal, reason: str) -> None:
    """Take so much of a claim (base units) away from its line, for a reason; the line's order hears of it.

    Refuses `claims.gone`, `claims.picked`, `stock.not_reserved` and `picking.leased`.
    """
    _require_at_most(claim, qty)
    if claim.promise is not None:
        store.take_promise(unit.session, claim.promise, request=unit.request_id, qty=qty, reason=reason)
    else:
        store.take_reservation(unit.session, claim, request=unit.request_id, qty=qty, reason=reason)
    _changed(unit)


def restore(unit: UnitOfWork, claim: Claim, *, warehouse: UUID, item: UUID, qty: Decimal) -> None:
    """Give a claim back that was just released: the same goods, as far as they are still free."""
    if claim.promise is None:
        store.reserve(
            unit.session, request=unit.request_id, warehouse=warehouse, item=item, claim=claim, goods=claim, qty=qty
        )
    else:
        store.promise(
            unit.session,
            request=unit.request_id,
            warehouse=warehouse,
            item=item,
            line=claim.line,
            qty=qty,
            trace=claim.trace if claim.trace.int else None,
            keeps_until=claim.keeps_until,
            inbound=claim.inbound,
        )
    _changed(unit)


def reserve(
    unit: UnitOfWork, wanted: Claim, goods: FreeGoods | Claim, *, warehouse: UUID, item: UUID, qty: Decimal
) -> None:
    """Reserve so much of these goods for a line; what it was promised is used up by it.

    Refuses what `reserve_stock` refuses: not free any more, promised to others, too short-lived, more than is wanted.
    """
    _require_positive(qty)
    store.reserve(
        unit.session, request=unit.request_id, warehouse=warehouse, item=item, claim=wanted, goods=goods, qty=qty
    )
    _changed(unit)


def unreserve(unit: UnitOfWork, wanted: Claim, goods: FreeGoods, *, qty: Decimal) -> None:
    """Undo a reservation that was just made; nobody lost anything by it."""
    made = _with_goods(wanted, goods)
    store.take_reservation(unit.session, made, request=unit.request_id, qty=qty, reason=UNDO)
    _changed(unit)


def promise(
    unit: UnitOfWork, wanted: Claim, *, warehouse: UUID, item: UUID, qty: Decimal, inbound: UUID | None = None
) -> None:
    """Promise a line so much: of what is free, or of what a purchase order's line brings.

    Refuses `stock.promised` where so much is not left, and more than the line wants.
    """
    _require_positive(qty)
    store.promise(
        unit.session,
        request=unit.request_id,
        warehouse=warehouse,
        item=item,
        line=wanted.line,
        qty=qty,
        inbound=inbound,
    )
    _changed(unit)


def take_promise_back(unit: UnitOfWork, line: UUID, qty: Decimal) -> None:
    """Undo a promise that was just made."""
    store.give_back_promise(unit.session, request=unit.request_id, line=line, qty=qty)
    _changed(unit)


def exchange(unit: UnitOfWork, claim: Claim, goods: FreeGoods | Claim, *, qty: Decimal) -> None:
    """Let a line have these goods instead of so much of its own: free ones, or those of another line, which gets its.

    Refuses goods that do not keep long enough for their new line, and orders that somebody is picking.
    """
    _require_at_most(claim, qty)
    other = goods.line if isinstance(goods, Claim) else None
    store.swap(unit.session, claim, request=unit.request_id, goods=goods, qty=qty, other=other)
    _changed(unit)


def exchange_back(unit: UnitOfWork, claim: Claim, goods: FreeGoods | Claim, *, qty: Decimal) -> None:
    """Undo an exchange that was just made."""
    now = _with_goods(claim, goods)
    other = goods.line if isinstance(goods, Claim) else None
    store.swap(unit.session, now, request=unit.request_id, goods=claim, qty=qty, other=other)
    _changed(unit)


def substitute(unit: UnitOfWork, wanted: Claim, other: OtherItem, *, qty: Decimal, goods: Decimal, reason: str) -> int:
    """Let so much that an order wants (base units) be `goods` base units of another item, and allocate them.

    Returns the number of the line that is added to the order; its price is that of the goods it stands for. Needs the
    permission `plan_order` and a reason. Refuses what is no substitute (`claims.no_substitute`), more than is wanted
    (`claims.more_than_claimed`), and a rest that the line's unit cannot say (`quantity.not_exact`).
    """
    _require_at_most(wanted, qty)
    _require_positive(goods)
    order, line = store.substitute(
        unit.session, request=unit.request_id, line=wanted.line, qty=qty, item=other.item, goods=goods, reason=reason
    )
    allocation.allocate_order(unit, order)
    unit.changed("document", order)
    _changed(unit)
    return line


def _with_goods(claim: Claim, goods: FreeGoods | Claim) -> Claim:
    """The line's claim as it is once it has these goods."""
    return replace(claim, location=goods.location, trace=goods.trace, unit_id=goods.unit_id)


def _require_at_most(claim: Claim, qty: Decimal) -> None:
    _require_positive(qty)
    if qty > claim.qty:
        raise Refusal("claims.more_than_claimed", quantity=format_quantity(qty), claimed=format_quantity(claim.qty))


def _require_positive(qty: Decimal) -> None:
    if qty <= 0:
        raise Refusal("quantity.not_positive", quantity=format_quantity(qty))


def _changed(unit: UnitOfWork) -> None:
    for kind in ("stock", "task", "claim"):
        unit.changed(kind)
