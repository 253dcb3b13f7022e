"""Lots and serial numbers as use cases: the whole way of one, and holding, recalling and releasing all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.database import traceability as store
from app.database.session import all_as, as_nouns
from app.domain.errors import Refusal
from app.domain.receiving import StockStatus
from app.services.work import UnitOfWork

MOST_DAYS = 10_000


@dataclass(frozen=True, slots=True)
class KnownTrace:
    """A lot or serial number of one item."""

    id: UUID
    sku: str
    lot: str
    serial: str


@dataclass(frozen=True, slots=True)
class ListedTrace:
    """A lot or serial number in a list: `on_hand` of it in `uom`; `status` is the strictest hold on it, or empty."""

    id: UUID
    sku: str
    name: str
    uom: str
    lot: str
    serial: str
    expiry: date | None
    best_before: date | None
    on_hand: Decimal
    status: str


@dataclass(frozen=True, slots=True)
class TraceHead:
    """The lot that a report is about; quantities of its item are in `uom`."""

    id: UUID
    sku: str
    name: str
    uom: str
    lot: str
    serial: str
    expiry: date | None
    best_before: date | None


@dataclass(frozen=True, slots=True)
class Related:
    """A lot that this one was made of or went into, `depth` steps away; `lot` is empty for goods without lots."""

    sku: str
    lot: str
    qty: Decimal
    uom: str
    depth: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Goods that came in or went out: by which kind of movement, document and partner; `at` is the first or last time.

    `units` are the handling units they left in.
    """

    sku: str
    lot: str
    kind: str
    document: str
    partner: str
    warehouse: str
    qty: Decimal
    uom: str
    at: datetime
    units: str


@dataclass(frozen=True, slots=True)
class Lying:
    """Goods that lie here now, of one stock key."""

    sku: str
    lot: str
    place: str
    unit: str
    status: str
    owner: str
    qty: Decimal
    reserved: Decimal
    uom: str


@dataclass(frozen=True, slots=True)
class Repacked:
    """Goods that were taken out of a handling unit and put into another one; an empty number: they lay there loose."""

    sku: str
    lot: str
    from_unit: str
    to_unit: str
    qty: Decimal
    uom: str
    at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A lot is held or recalled in a warehouse, by whom and why: what arrives is held too, what leaves is stopped."""

    warehouse: str
    status: str
    reason: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TraceReport:
    """The whole way of a lot: what it was made of, what it went into, and where all that came from, lies and went to.

    For a recall, `lies` and `went_to` say what to fetch back; goods in totes, cartons and in transit are among `lies`.
    `repacked` tells their way from unit to unit, the first step first.
    """

    trace: TraceHead
    holds: tuple[Hold, ...]
    made_of: tuple[Related, ...]
    went_into: tuple[Related, ...]
    came_from: tuple[Passage, ...]
    went_to: tuple[Passage, ...]
    lies: tuple[Lying, ...]
    repacked: tuple[Repacked, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """Goods that an order had reserved and lost: `qty` base units."""

    document: str
    sku: str
    qty: Decimal


@dataclass(frozen=True, slots=True)
class Held:
    """All stock of a lot has another status: the posting, how many stock keys, and which orders lost goods by it.

    Without a posting nothing lay there; what arrives is held.
    """

    posting: UUID | None
    moves: int
    released: tuple[Lost, ...]


@dataclass(frozen=True, slots=True)
class ShelfLife:
    """A customer wants goods to keep for `days` when they leave: of one item, or of everything (`sku` empty)."""

    partner: str
    name: str
    sku: str
    item_name: str
    days: int


def find_trace(unit: UnitOfWork, number: str, *, sku: str = "") -> KnownTrace:
    """The lot or serial number that is meant. Refuses `trace.unknown`, and `trace.several` where items share it."""
    found = as_nouns(store.find(unit.session, number=number, sku=sku), tuple[KnownTrace, ...])
    if not found:
        raise Refusal("trace.unknown", number=number)
    if len(found) > 1:
        raise Refusal("trace.several", number=number, items=", ".join(sorted({one.sku for one in found})))
    known: KnownTrace = found[0]
    return known


def page(
    unit: UnitOfWork, *, words: Sequence[str] = (), after: ListedTrace | None = None, most: int = 200
) -> tuple[ListedTrace, ...]:
    """Lots and serial numbers, the newest first; every word must be found in item, name, lot or serial number."""
    rows = store.page(unit.session, words=words, after=after.id if after else None, most=most)
    return all_as(rows, ListedTrace)


def trace_lot(unit: UnitOfWork, trace: UUID) -> TraceReport:
    """Where a lot came from, what it was made of and went into, where it lies and to whom it was shipped.

    Follows kitting and relabelling forwards and backwards, as far as the person may see warehouses.
    """
    row = store.report(unit.session, trace)
    if row["trace"] is None:
        raise Refusal("trace.unknown", number=str(trace))
    report: TraceReport = as_nouns(row, TraceReport)
    return report


@dataclass(frozen=True, slots=True)
class Beyond:
    """What the hold of a lot has not reached, in base units.

    What keeps its status: goods on their way out, between warehouses, or in another one; what has left for customers;
    what other goods were made of.
    """

    moving: Decimal
    left: Decimal
    used: Decimal


def beyond_hold(unit: UnitOfWork, trace: UUID, status: str) -> Beyond | None:
    """What somebody who holds a lot must think of besides; None where the hold has reached all of it."""
    whole = trace_lot(unit, trace)
    own = (whole.trace.sku, " ".join(filter(None, (whole.trace.lot, whole.trace.serial))))
    moving = sum((x.qty for x in whole.lies if (x.sku, x.lot) == own and x.status == "available"), Decimal(0))
    left = sum((x.qty for x in whole.went_to if (x.sku, x.lot, x.kind) == (*own, "ship")), Decimal(0))
    used = sum((x.qty for x in whole.went_into), Decimal(0))
    found = Beyond(moving, left, used)
    return found if status != "available" and any((moving, left, used)) else None


def hold_trace(unit: UnitOfWork, *, warehouse: UUID, trace: UUID, status: StockStatus, reason: str) -> Held:
    """Give all stock of a lot in a warehouse another status in one posting; blocked is a recall.

    What orders had reserved of it is given back, and they hear of it. The hold stays: goods of the lot that arrive come
    in held, goods on their way to a customer are refused as `trace.held`, until it is released. Refuses
    `trace.nothing_to_hold`, and what the ledger refuses.
    """
    answer = store.hold(
        unit.session, request=unit.request_id, warehouse=warehouse, trace=trace, status=status.value, reason=reason
    )
    unit.changed("stock")
    unit.changed("task")
    posting = answer["posting"]
    return Held(UUID(posting) if posting else None, answer["moves"], as_nouns(answer["released"], tuple[Lost, ...]))


def set_shelf_life(unit: UnitOfWork, partner: str, days: int | None, *, sku: str = "") -> None:
    """Say how many days goods must keep when they leave for a customer (partner code): of one item, or of everything.

    None takes the wish back. Refuses `shelf_life.unknown` where the partner or the item is not known, and
    `shelf_life.out_of_range` below 0 and above 10,000 days.
    """
    set_shelf_lives(unit, [(partner, sku, days)])


def set_shelf_lives(unit: UnitOfWork, wishes: Sequence[tuple[str, str, int | None]]) -> None:
    """Say it of many customers and items (partner code, SKU, days) at once, as `set_shelf_life` does for one."""
    for _partner, _sku, days in wishes:
        if days is not None and not 0 <= days <= MOST_DAYS:
            raise Refusal("shelf_life.out_of_range", days=days, most=MOST_DAYS)
    if unknown := store.set_shelf_lives(unit.session, wishes):
        raise Refusal("shelf_life.unknown", partner=unknown[0], sku=unknown[1])
    unit.changed("partner")


def shelf_lives(unit: UnitOfWork) -> list[ShelfLife]:
    """What customers wish, by their code; the wish for everything stands before those for single items."""
    return [ShelfLife(**row) for row in store.shelf_lives(unit.session)]
