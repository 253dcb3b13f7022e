"""Who claims goods of an item, how firmly, and what is left to promise; and taking or giving such a claim."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.paging import By, paging, positioned
from app.database.patterns import patterns
from app.database.session import Session, all_as, as_json, query
from app.domain.values import bare, format_quantity


@dataclass(frozen=True, slots=True)
class ClaimedItem:
    """An item and what is said for it, in base units `unit` (with so many `decimals`).

    `on_hand` counts whatever lies there, `usable` what is available and not past its date; `available` is usable, less
    reserved and promised. `wanted` is what orders want and nobody gave them yet; `inbound` what purchase orders bring.
    """

    id: UUID
    sku: str
    name: str
    unit: str
    decimals: int
    on_hand: Decimal
    usable: Decimal
    reserved: Decimal
    promised: Decimal
    available: Decimal
    inbound: Decimal
    inbound_promised: Decimal
    wanted: Decimal
    ordered_by: tuple[Any, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class OtherItem:
    """Goods that could go in another item's place: `available` base units (`unit`) of them may be promised."""

    item: UUID
    sku: str
    name: str
    unit: str
    available: Decimal
    note: str = ""

    @property
    def words(self) -> str:
        """In one word, such as `12 × GADGET`."""
        return f"{format_quantity(self.available)} × {self.sku}"


@dataclass(frozen=True, slots=True)
class Claim:
    """What one demand line has of an item, or wants: `claim` is reserved, promised, wanted or lost; `qty` base units.

    A reservation names place, trace and handling unit; a promise its own id, and the trace, the day until which goods
    must keep, or the purchase order (`inbound`) that it counts on. A loss says when, by whom and why.
    """

    claim: str
    key: str
    line: UUID
    qty: Decimal
    location: UUID
    trace: UUID
    unit_id: UUID
    promise: UUID | None
    keeps_until: date | None
    inbound: UUID | None
    inbound_number: str
    arrives: date | None
    at: datetime | None
    cause: str
    person: str
    document: str
    document_kind: str
    decision: str
    due: date | None
    line_no: int
    customer_code: str
    customer: str
    unit: str
    decimals: int
    lot: str
    serial: str
    expiry: date | None
    handling_unit: str
    place: str
    place_kind: str
    ordered_by: tuple[Any, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FreeGoods:
    """Goods that nobody has claimed: `free` base units of one place, trace and handling unit."""

    location: UUID
    trace: UUID
    unit_id: UUID
    place: str
    lot: str
    serial: str
    expiry: date | None
    handling_unit: str
    free: Decimal


@dataclass(frozen=True, slots=True)
class OnDay:
    """From this day on, so many base units can be promised, as far as is known today."""

    on_day: date
    available: Decimal


_WORD = (
    " AND (i.sku ILIKE %(word{n})s OR i.name ILIKE %(word{n})s OR i.id IN (SELECT target_id FROM code"
    " WHERE kind = 'item' AND value IN (upper(%(plain{n})s), lpad(%(plain{n})s, 14, '0'))))"
)
_OF_ITEMS = {"sku": ("i.sku",), "name": ("i.name",), "unit": ("i.base_uom",)}
_OF_AMOUNTS = {
    "on_hand": ("s.on_hand",),
    "usable": ("a.on_hand",),
    "wanted": ("w.wanted",),
    **{name: (f"a.{name}",) for name in ("reserved", "promised", "available", "inbound")},
}
_WORD_OF_CLAIM = (
    " AND concat_ws(' ', d.number, p.code, p.name, w.code, t.lot, t.serial, h.sscc, o.address) ILIKE %(word{n})s"
)
_FIRMNESS = "array_position(ARRAY['reserved', 'promised', 'wanted', 'lost'], c.claim)"
_DUE = "coalesce(d.due, date '9999-12-31')"
_OF_CLAIMS = {
    "claim": (_FIRMNESS,),
    "document": ("d.number", "l.line_no"),
    "line": ("l.line_no",),
    "customer": ("coalesce(p.name, w.code, '')",),
    "quantity": ("c.qty",),
    "unit": ("i.base_uom",),
    "due": (_DUE,),
    "goods": ("coalesce(o.address, '')",),
    "lot": ("coalesce(t.lot, '')", "coalesce(t.serial, '')"),
    "unit_of": ("coalesce(h.sscc, '')",),
}


def items(
    session: Session,
    *,
    warehouse: UUID,
    words: Sequence[str],
    order: Sequence[By],
    after: ClaimedItem | None,
    most: int,
) -> list[ClaimedItem]:
    """A page of items, by SKU or in `order`, those behind `after`, in whose SKU, name or codes each word is found."""
    of_words = all(name in _OF_ITEMS for name, _ in order)
    seen = after.ordered_by if after else ()
    ids = paging(_OF_ITEMS | {name: (f"c.{name}",) for name in _OF_AMOUNTS}, order, ("i.sku",), seen)
    pages = paging(_OF_ITEMS | _OF_AMOUNTS, order, ("i.sku",), seen)
    page = query("claims_items_by_word" if of_words else "claims_items_by_amount").format(
        conditions="".join(_WORD.format(n=n) for n in range(len(words))), behind=ids.behind, order=ids.order
    )
    sql = query("claims_items").format(page=page, position=pages.columns, order=pages.order)
    sums = [name for name, _ in order]
    asked = {"warehouse": warehouse, "most": most, "sums": sums, **pages.parameters, **_words(words)}
    return [ClaimedItem(**positioned(row)) for row in session.rows(sql, **asked)]


def of_item(
    session: Session,
    *,
    warehouse: UUID,
    item: UUID,
    words: Sequence[str],
    order: Sequence[By],
    after: Claim | None,
    most: int,
) -> list[Claim]:
    """A page of the claims on an item: in `order`, else the firmest first, those that leave first before the others."""
    pages = paging(
        _OF_CLAIMS, order, (_FIRMNESS, _DUE, "d.number", "l.line_no", "c.key"), after.ordered_by if after else ()
    )
    sql = query("claims_of_item").format(
        conditions="".join(_WORD_OF_CLAIM.format(n=n) for n in range(len(words))),
        position=pages.columns,
        behind=pages.behind,
        order=pages.order,
    )
    asked = {"warehouse": warehouse, "item": item, "most": most, **pages.parameters, **_words(words)}
    return [Claim(**positioned(row)) for row in session.rows(sql, **asked)]


def _words(words: Sequence[str]) -> dict[str, str]:
    plain = {f"plain{n}": bare(word) for n, word in enumerate(words)}
    return plain | {f"word{n}": pattern for n, pattern in enumerate(patterns(words))}


def dates(session: Session, *, warehouse: UUID, item: UUID) -> list[OnDay]:
    """What can be promised today, and on each later day on which that changes."""
    return [OnDay(**row) for row in session.rows(query("claims_dates"), warehouse=warehouse, item=item)]


def free_goods(session: Session, *, warehouse: UUID, item: UUID) -> list[FreeGoods]:
    """What could be reserved, in the order in which it should go."""
    return [FreeGoods(**row) for row in session.rows(query("claims_free"), warehouse=warehouse, item=item)]


def substitutes(session: Session, *, warehouse: UUID, item: UUID) -> tuple[OtherItem, ...]:
    """Other goods that could go in an item's place, the best first."""
    sql = "SELECT item_id AS item, sku, name, unit, available, note FROM substitutes_of(%(item)s, %(warehouse)s)"
    return all_as(session.rows(sql, warehouse=warehouse, item=item), OtherItem)


def substitute(
    session: Session, *, request: UUID, line: UUID, qty: Decimal, item: UUID, goods: Decimal, reason: str
) -> tuple[UUID, int]:
    """Let so much of an order's line be other goods instead; returns the order and the number of the new line."""
    answer = session.call(
        "substitute_on_order", request=request, line=line, qty=qty, item=item, goods=goods, reason=reason
    )
    return UUID(answer["document"]), answer["line"]


def reasons(session: Session) -> list[str]:
    """Why claims are taken away."""
    rows = session.rows("SELECT code FROM reason WHERE active AND step = 'claim' ORDER BY code")
    return [row["code"] for row in rows]


def take_reservation(session: Session, claim: Claim, *, request: UUID, qty: Decimal, reason: str) -> Decimal:
    """Take so much of a reservation away from its line, and the pick with it."""
    taken: Decimal = session.call(
        "take_reservation",
        line=claim.line,
        location=claim.location,
        trace=claim.trace,
        unit=claim.unit_id,
        qty=qty,
        reason=reason,
        request=request,
    )
    return taken


def take_promise(session: Session, promise: UUID, *, request: UUID, qty: Decimal, reason: str) -> Decimal:
    """Take so much of a promise away from its line."""
    taken: Decimal = session.call("take_promise", promise=promise, qty=qty, reason=reason, request=request)
    return taken


def give_back_promise(session: Session, *, request: UUID, line: UUID, qty: Decimal) -> None:
    """Give up what a line was promised last."""
    session.call("release_promise", line=line, qty=qty, request=request)


def reserve(
    session: Session,
    *,
    request: UUID,
    warehouse: UUID,
    item: UUID,
    claim: Claim,
    goods: FreeGoods | Claim,
    qty: Decimal,
) -> None:
    """Reserve goods for a line; an order gets its pick, goods of a transfer wait for being sent."""
    arrays: dict[str, Any] = {
        "lines": [claim.line],
        "items": [item],
        "locations": [goods.location],
        "traces": [goods.trace],
        "units": [goods.unit_id],
        "owners": [UUID(int=0)],
        "statuses": ["available"],
        "qtys": [qty],
        "request": request,
    }
    if claim.document_kind == "order":
        session.call("allocate_stock", warehouse=warehouse, **arrays, decisions=as_json({}))
    else:
        session.call("reserve_stock", warehouse=warehouse, **arrays)


def promise(  # noqa: PLR0913  (what is promised, of which of four kinds of goods)
    session: Session,
    *,
    request: UUID,
    warehouse: UUID,
    item: UUID,
    line: UUID,
    qty: Decimal,
    trace: UUID | None = None,
    keeps_until: date | None = None,
    inbound: UUID | None = None,
) -> None:
    """Promise goods to a line: any, of a trace, that keep until a day, or those that an inbound line brings."""
    session.call(
        "promise_stock",
        warehouse=warehouse,
        lines=[line],
        items=[item],
        qtys=[qty],
        traces=[trace],
        keeps=[keeps_until],
        inbound=[inbound],
        request=request,
    )


def swap(
    session: Session,
    claim: Claim,
    *,
    request: UUID,
    goods: FreeGoods | Claim,
    qty: Decimal,
    other: UUID | None = None,
) -> None:
    """Let a line have other goods instead of so much of its own; `other` is the line whose goods they are."""
    session.call(
        "swap_reservations",
        line=claim.line,
        location=claim.location,
        trace=claim.trace,
        unit=claim.unit_id,
        to_location=goods.location,
        to_trace=goods.trace,
        to_unit=goods.unit_id,
        qty=qty,
        other=other,
        request=request,
    )


def expected(session: Session, *, warehouse: UUID, item: UUID) -> list[tuple[UUID, str, date | None, Decimal]]:
    """Lines of released purchase orders that bring an item: id, number, day, and base units not promised yet."""
    rows = session.rows(
        "SELECT l.id, d.number, d.due, greatest(l.base_qty - coalesce(g.qty, 0), 0) - coalesce((SELECT sum(p.qty)"
        " FROM promise p WHERE p.inbound_line_id = l.id), 0) AS qty FROM document_line l JOIN document d"
        " ON d.id = l.document_id LEFT JOIN line_progress g ON g.document_line_id = l.id AND g.step = 'received'"
        " WHERE l.item_id = %(item)s AND d.warehouse_id = %(warehouse)s AND d.decision = 'released' AND NOT l.closed"
        " AND d.kind IN ('purchase_order', 'asn') ORDER BY d.due NULLS LAST, d.number",
        warehouse=warehouse,
        item=item,
    )
    return [(row["id"], row["number"], row["due"], row["qty"]) for row in rows if row["qty"] > 0]
