"""Allocation as use cases: reserve stock for orders and make the picks of it; give it back.

What is best is the domain's choice; here the free stock is handed from line to line, so that nothing is given twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from app.database import allocation as store
from app.database.allocation import Available, Reserved
from app.database.session import Row, as_nouns
from app.domain.allocation import FORM, Allocation, Demand, StockRow, allocate
from app.domain.errors import Refusal
from app.domain.policies import Decision, Policy, Scope, Sift
from app.domain.receiving import StockStatus
from app.services.policies import StoredPolicy, decides, instead, known
from app.services.work import UnitOfWork

MOST_ORDERS_AT_ONCE = 200
"""How many waiting orders one transaction allocates, so that its locks do not last."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order line with demand that nothing is reserved for yet; `open` in base units.

    `owner` is whose goods the order is about, nil for ours. `minimum_days` is the shelf life that the item and the
    customer want left on the day the goods leave; `not_promised` is how much of the item is free and promised to nobody
    else; `instead` says what of other goods could go in its place; `lot` is the only one that the customer takes.
    """

    id: UUID
    document: UUID
    item: UUID
    owner: UUID
    sku: str
    open: Decimal
    needed_on: date
    minimum_days: int
    not_promised: Decimal
    instead: tuple[str, ...] = ()
    partner: UUID | None = None
    categories: tuple[UUID, ...] = ()
    complete_only: bool = False
    last_expiry: date | None = None
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """What is free of one stock key in a bin; `free` in base units."""

    item: UUID
    location: UUID
    trace: UUID
    unit: UUID
    owner: UUID
    status: StockStatus
    free: Decimal
    address: str
    zone: str
    walk: int
    received_on: date
    lot: str | None
    expiry: date | None
    frozen: bool
    on_hand: Decimal
    unit_kind: str
    pack: Decimal


@dataclass(frozen=True, slots=True)
class ShortLine:
    """A line that could not be covered: `qty` base units are missing.

    `instead` says what of other goods could go in their place, such as `12 × GADGET`; a person has to ask for it.
    """

    line: UUID
    sku: str
    qty: Decimal
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allocated:
    """What was reserved just now, and what is short."""

    reserved: tuple[Reserved, ...]
    short: tuple[ShortLine, ...]


def allocate_order(unit: UnitOfWork, document: UUID) -> Allocated:
    """Reserve what an order still wants and make its picks; what is short stays open.

    Refuses `permission.missing`; an order that is not released wants nothing. Two round trips.
    """
    return allocate_demand(unit, document, store.read_demand(unit.session, [document]))


def allocate_demand(unit: UnitOfWork, document: UUID, demand: Row) -> Allocated:
    """The same for demand that was read in this transaction already; one round trip."""
    done = _allocate(unit, demand, keep_all=True)
    unit.changed("task")
    unit.changed("document", document)
    return done


def allocate_orders(unit: UnitOfWork, documents: Sequence[UUID]) -> Allocated:
    """The same for orders of one warehouse, `MOST_ORDERS_AT_ONCE` at most, the most urgent first. Two round trips."""
    done = _allocate(unit, store.read_demand(unit.session, documents), keep_all=True)
    unit.changed("task")
    for document in documents:
        unit.changed("document", document)
    return done


def allocate_waiting(unit: UnitOfWork, warehouse: UUID) -> Allocated:
    """Reserve for every released order of a warehouse that waits for goods, the most urgent first; for the worker.

    What is short again leaves no trace, since this is asked again and again.
    """
    documents = store.waiting_orders(unit.session, warehouse=warehouse, most=MOST_ORDERS_AT_ONCE)
    if not documents:
        return Allocated((), ())
    done = _allocate(unit, store.read_demand(unit.session, documents), keep_all=False)
    if done.reserved:
        unit.changed("task")
    return done


def release_order(unit: UnitOfWork, document: UUID) -> None:
    """Give back what an order has reserved in bins and cancel its picks, as when it is cancelled."""
    store.release_order(unit.session, document)
    unit.changed("task")
    unit.changed("document", document)


def _allocate(unit: UnitOfWork, row: Row, *, keep_all: bool) -> Allocated:
    """Hand out what is free, line by line in the order of the lines. `keep_all`: store why lines are short, too."""
    stock = as_nouns(row["stock"], tuple[Stock, ...])
    reserved: list[Reserved] = []
    short: list[ShortLine] = []
    why: dict[UUID, Mapping[str, Any]] = {}
    for line, found, waits_for in _share(row, stock, row["policies"]):
        reserved += [_reserved(line, stock[int(part.key)], part.quantity) for part in found.reservations]
        missing = line.open - _got(found)
        if missing:
            short.append(ShortLine(line.id, line.sku, missing, line.instead))
        if found.reservations or keep_all:
            why[line.id] = found.decision.to_json() | ({"waits_for": list(waits_for)} if waits_for else {})
    if why:
        store.reserve(unit.session, warehouse=row["warehouse"], reserved=reserved, decisions=why)
        unit.changed("stock")
    return Allocated(tuple(reserved), tuple(short))


Share = tuple[Wanted, Allocation, tuple[str, ...]]
"""A line, what it gets, and the SKUs that its order waits for, where it goes complete only and cannot."""


def _share(row: Row, stock: Sequence[Stock], stored: Sequence[Mapping[str, Any]]) -> Iterator[Share]:
    """What each line gets of the free stock, in the order of the lines, by the policy in force for it.

    An order that goes complete only gets all that it still wants, or nothing: what is free stays so for others.
    """
    left, policies = [one.free for one in stock], known(FORM, stored)
    taken: dict[tuple[UUID, UUID], Decimal] = {}
    for _, of_order in groupby(as_nouns(row["lines"], tuple[Wanted, ...]), key=lambda line: line.document):
        lines = list(of_order)
        before = (list(left), dict(taken)) if lines[0].complete_only else None
        found = [(line, _take(row["warehouse"], line, stock, left, taken, policies)) for line in lines]
        missing = tuple(line.sku for line, one in found if _got(one) < line.open)
        if before is None or not missing:
            yield from ((line, one, ()) for line, one in found)
            continue
        left[:], taken = before
        for line, one in found:
            yield line, Allocation((), line.open, replace(one.decision, chosen=())), missing


def _take(
    warehouse: UUID,
    line: Wanted,
    stock: Sequence[Stock],
    left: list[Decimal],
    taken: dict[tuple[UUID, UUID], Decimal],
    policies: Sequence[Policy[Sift]],
) -> Allocation:
    """What one line gets; it is gone from `left`, and counted in `taken` by item and owner."""
    goods = (line.item, line.owner)
    may_take = min(line.open, line.not_promised - taken.get(goods, Decimal(0)))
    policy = decides(FORM, policies, _where(warehouse, line))
    found = _allocate_line(line, max(may_take, Decimal(0)), stock, left, policy)
    for part in found.reservations:
        left[int(part.key)] -= part.quantity
        taken[goods] = taken.get(goods, Decimal(0)) + part.quantity
    return found


def _got(found: Allocation) -> Decimal:
    return sum((part.quantity for part in found.reservations), Decimal(0))


def would_decide(unit: UnitOfWork, document: UUID, line: UUID) -> Decision:
    """What a line of an order that wants goods would get now, and why; nothing is reserved, and nobody has to wait."""
    row = store.look_at_demand(unit.session, [document])
    stock = as_nouns(row["stock"], tuple[Stock, ...])
    shares = {wanted.id: found.decision for wanted, found, _ in _share(row, stock, row["policies"])}
    return shares.get(line, Decision((), ()))


def _where(warehouse: UUID, line: Wanted) -> dict[Scope, str | tuple[str, ...]]:
    """What a policy that decides may be made for: the item, its categories, the customer, the warehouse."""
    return {
        Scope.ITEM: str(line.item),
        Scope.CATEGORY: tuple(str(one) for one in reversed(line.categories)),
        Scope.PARTNER: str(line.partner or ""),
        Scope.WAREHOUSE: str(warehouse),
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """From where a waiting line would get its goods until now and by other rules, and why."""

    sku: str
    quantity: Decimal
    before: tuple[str, ...]
    after: tuple[str, ...]
    why: Decision


def compare(
    unit: UnitOfWork, *, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy
) -> tuple[Compared, ...]:
    """What waiting orders would get by the policies in force, and with these rules; nothing is reserved."""
    documents = store.waiting_orders(unit.session, warehouse=warehouse, most=MOST_ORDERS_AT_ONCE)
    if not documents:
        return ()
    row = store.read_demand(unit.session, documents)
    stock = as_nouns(row["stock"], tuple[Stock, ...])
    trial = instead(row["policies"], document, scope=policy.scope, scope_id=policy.scope_id)
    return tuple(
        Compared(line.sku, line.open, before.decision.chosen, after.decision.chosen, after.decision)
        for (line, before, _), (_, after, _) in zip(
            _share(row, stock, row["policies"]), _share(row, stock, trial), strict=True
        )
    )


def _allocate_line(
    line: Wanted, quantity: Decimal, stock: Sequence[Stock], left: Sequence[Decimal], policy: Policy[Sift]
) -> Allocation:
    """So much of the owner's goods of the line's item, best first. The key of a row is its place in `stock`."""
    demand = Demand(
        str(line.id),
        line.sku,
        quantity,
        owner=str(line.owner),
        needed_on=line.needed_on,
        min_shelf_life_days=line.minimum_days,
        lot=line.lot or None,
        last_expiry=line.last_expiry,
    )
    rows = [_row(str(number), one, left[number]) for number, one in enumerate(stock) if one.item == line.item]
    return allocate(demand, rows, policy)


def _row(key: str, one: Stock, free: Decimal) -> StockRow:
    return StockRow(
        key=key,
        address=one.address,
        zone=one.zone,
        owner=str(one.owner),
        free=free,
        received_on=one.received_on,
        status=one.status,
        lot=one.lot,
        expiry=one.expiry,
        frozen=one.frozen,
        walk_position=one.walk,
        on_hand=one.on_hand,
        unit_kind=one.unit_kind,
        pack=one.pack,
    )


def _reserved(line: Wanted, one: Stock, qty: Decimal) -> Reserved:
    return Reserved(line.id, one.item, one.location, one.trace, one.unit, one.owner, one.status.value, qty)


def available(unit: UnitOfWork, *, warehouse: UUID, sku: str = "") -> tuple[Available, ...]:
    """What can still be promised of our own goods in a warehouse: of one item, or of all that are there or awaited.

    Refuses `item.unknown`.
    """
    found = store.read_available(unit.session, warehouse=warehouse, sku=sku)
    if sku and not found:
        raise Refusal("item.unknown", sku=sku)
    return found
