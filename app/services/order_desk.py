"""The order desk: orders released, changed, held and cancelled; each answer says what came of it.

Every change is told to the benches that have the order in hand (`ORDER`). Which goods it gets: see `allocation`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database import allocation as claims
from app.database import documents
from app.database import order_desk as store
from app.database.order_desk import NewLine
from app.database.session import as_nouns
from app.domain.errors import Refusal
from app.domain.order_desk import Hold, OrderHead, changed_fields
from app.domain.values import parse_quantity
from app.services import allocation, lookup, order_entry, order_priorities
from app.services.allocation import Allocated
from app.services.changes import ORDER
from app.services.order_entry import (
    Customer,
    LineWish,
    OrderDetail,
    line_of,
    look_into,
    require_address,
    with_known_carrier,
)
from app.services.work import UnitOfWork

__all__ = ["AS_USUAL", "ORDER", "Allocated", "Back", "Changed", "Ended", "Hand", "LineChange", "allocate", "cancel",
           "change", "hold", "lift", "preview", "preview_cancel", "promise", "release", "set_customer",
           "substitute"]  # fmt: skip

AS_USUAL = -1
"""Instead of days that goods must keep: as long as item and customer usually want."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """What is to become of a line: another amount in its own unit, another price, or nothing of it any more.

    `lot`: the only one that the customer takes, '' for any; `minimum_days`: how long the goods must keep, `AS_USUAL`
    for no wish of its own; None: as it is.
    """

    line: int
    amount: str = ""
    price: Decimal | None = None
    cancelled: bool = False
    lot: str | None = None
    minimum_days: int | None = None


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who has the order in hand, and at what: they are told."""

    person: str
    station: str
    capability: str


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line that changed: `was` and `now` in its unit; base units that were `freed` in bins, and that go `back`."""

    line: int
    sku: str
    unit: str
    was: Decimal
    now: Decimal
    freed: Decimal
    back: Decimal


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a change: fields before and after, lines, numbers of new lines, labels that died, who was told."""

    head: Mapping[str, Sequence[Any]]
    lines: tuple[ChangedLine, ...]
    added: tuple[int, ...]
    labels: tuple[str, ...]
    hands: tuple[Hand, ...]


@dataclass(frozen=True, slots=True)
class Back:
    """Goods of a cancelled order that are to be put away again, in base units; `number`: their tote or carton."""

    sku: str
    qty: Decimal
    unit: str
    number: str
    place: str


@dataclass(frozen=True, slots=True)
class EndedCarton:
    """A carton of a cancelled order that is to be unpacked: how far it was, and the manifest that it was taken off."""

    carton: str
    state: str
    manifest: str


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a cancellation: `closed` where a part had left; how many reservations in bins were freed."""

    decision: str
    freed: int
    back: tuple[Back, ...]
    labels: tuple[str, ...]
    hands: tuple[Hand, ...]
    cartons: tuple[EndedCarton, ...] = ()


def _find(unit: UnitOfWork, number: str) -> UUID:
    return documents.find(unit.session, kind="order", number=number)


def release(unit: UnitOfWork, number: str) -> Allocated:
    """Release a draft: its goods are reserved and picked from now on. Refuses an address that cannot be right."""
    known = look_into(unit, number)
    require_address(known.head.ship_to)
    documents.decide(unit.session, documents.standing(unit.session, known.row.id), decision="released", reason="")
    _tell(unit, known.row.id)
    return allocation.allocate_order(unit, known.row.id)


def allocate(unit: UnitOfWork, number: str) -> Allocated:
    """Reserve what an order still wants; what is short stays open."""
    document = _find(unit, number)
    done = allocation.allocate_order(unit, document)
    _tell(unit, document)
    return done


def promise(unit: UnitOfWork, number: str) -> Mapping[str, Decimal]:
    """Promise what an order still wants of the goods that are free, without choosing bins; base units by SKU.

    A promise keeps goods from other orders until they are reserved.
    """
    known = look_into(unit, number)
    left: dict[str, Decimal] = {}
    given: dict[UUID, tuple[UUID, str, Decimal]] = {}
    for line in known.lines:
        free = left.setdefault(line.sku, _free(unit, known.warehouse, line.sku))
        part = min(line.progress.missing - line.promised, free)
        if part > 0:
            given[line.id] = (line.item, line.sku, part)
            left[line.sku] = free - part
    if not given:
        raise Refusal("orders.nothing_to_promise", document=known.row.number)
    unit.session.call(
        "promise_stock",
        warehouse=known.warehouse,
        lines=list(given),
        items=[item for item, _, _ in given.values()],
        qtys=[part for _, _, part in given.values()],
        request=unit.request_id,
    )
    _tell(unit, known.row.id)
    unit.changed("claim")
    return {sku: part for _, sku, part in given.values()}


def _free(unit: UnitOfWork, warehouse: UUID, sku: str) -> Decimal:
    return sum((one.available for one in claims.read_available(unit.session, warehouse=warehouse, sku=sku)), Decimal(0))


def change(
    unit: UnitOfWork,
    number: str,
    *,
    head: OrderHead | None = None,
    lines: Sequence[LineChange] = (),
    added: Sequence[LineWish] = (),
    keep_labels: bool = False,
    reason: str = "",
    version: int | None = None,
) -> Changed:
    """Change what an order says (`head`: all of it, as it is to be), its lines, or add some.

    With another address, carrier or service the labels of sealed cartons that are still here die, unless they are kept.
    More goods are reserved at once where the order is released. Refuses `orders.ended`, `orders.already_packed`, and a
    change since `version` was read (`document.changed`), and another carrier or service than those there are.
    """
    known = look_into(unit, number)
    told = _changed(unit, known, head, lines, added, keep_labels=keep_labels, reason=reason, version=version)
    order_priorities.give(unit, known.warehouse, [known.row.id])
    _tell(unit, known.row.id)
    if known.row.decision == "released" and (lines or added):
        allocation.allocate_order(unit, known.row.id)
    return told


def set_customer(unit: UnitOfWork, number: str, customer: str, *, version: int | None = None) -> Customer:
    """Make a draft another customer's (by code, or by words that fit only one); what it says otherwise stays.

    Refuses `orders.customer_stays` of an order that was released, `partner.unknown` and `orders.which_customer`.
    """
    document, known = _find(unit, number), order_entry.customer(unit, customer)
    store.set_customer(unit.session, document, request=unit.request_id, partner=known.id, version=version)
    _tell(unit, document)
    return known


def preview(
    unit: UnitOfWork,
    number: str,
    *,
    head: OrderHead | None = None,
    lines: Sequence[LineChange] = (),
    added: Sequence[LineWish] = (),
    keep_labels: bool = False,
) -> Changed:
    """What a change would bring about; nothing is changed."""
    unit.session.savepoint("trial")
    try:
        return _changed(unit, look_into(unit, number), head, lines, added, keep_labels=keep_labels)
    finally:
        unit.session.rollback_to_savepoint("trial")


def _changed(
    unit: UnitOfWork,
    known: OrderDetail,
    head: OrderHead | None,
    lines: Sequence[LineChange],
    added: Sequence[LineWish],
    *,
    keep_labels: bool,
    reason: str = "",
    version: int | None = None,
) -> Changed:
    differs = changed_fields(known.head, head.checked()) if head is not None else {}
    if head is not None and {"carrier", "service"} & set(differs):
        differs = changed_fields(known.head, with_known_carrier(unit, head))
    if "ship_to" in differs and known.row.decision == "released":
        require_address(differs["ship_to"])
    if {"due", "requested"} & set(differs):
        differs.pop("cut_off", None)
    told = store.change(
        unit.session,
        known.row.id,
        request=unit.request_id,
        version=version,
        head=differs,
        lines=[*(_line_change(line) for line in lines), *(_added(line_of(unit, wish)) for wish in added)],
        keep_labels=keep_labels,
        reason=reason,
    )
    told["lines"] = [line | {"now": line.pop("is")} for line in told["lines"]]
    changed: Changed = as_nouns(told, Changed)
    return changed


def _line_change(line: LineChange) -> dict[str, object]:
    wanted: dict[str, object] = {"line": line.line}
    if line.cancelled:
        wanted["cancelled"] = True
    if line.amount:
        wanted["qty"] = str(parse_quantity(line.amount))
    if line.price is not None:
        wanted["price"] = str(line.price)
    if line.lot is not None:
        wanted["lot"] = line.lot.strip()
    if line.minimum_days is not None:
        wanted["minimum_days"] = None if line.minimum_days == AS_USUAL else line.minimum_days
    return wanted


def _added(line: NewLine) -> dict[str, object]:
    price = None if line.price is None else str(line.price)
    return {"item": str(line.item), "uom": line.unit, "qty": str(line.quantity), "price": price, **line.wish}


def substitute(unit: UnitOfWork, number: str, line: int, code: str) -> Changed:
    """Put other goods on an order for what is missing of a line, piece for piece, as far as they are free.

    The line keeps what it has, and waits for what is still missing.

    Refuses `orders.nothing_missing`, and goods that are no substitute (`orders.no_substitute`).
    """
    known = look_into(unit, number)
    asked = next((one for one in known.lines if one.line == line), None)
    if asked is None:
        raise Refusal("orders.unknown_line", document=known.row.number, line=line)
    missing = asked.progress.missing
    item = lookup.known_item(unit, code)
    if not missing:
        raise Refusal("orders.nothing_missing", document=known.row.number, line=line, sku=asked.sku)
    if item.sku not in asked.instead:
        raise Refusal("orders.no_substitute", sku=asked.sku, asked=item.sku, known=", ".join(asked.instead) or "–")
    part = min(missing, _free(unit, known.warehouse, item.sku))
    kept = asked.progress.asked - part
    share = asked.quantity * kept / asked.progress.asked
    fewer = LineChange(line, cancelled=True) if not kept else LineChange(line, amount=f"{share.normalize():f}")
    return change(
        unit, number, lines=[fewer], added=[LineWish(item.sku, f"{part:f}")], reason=f"{asked.sku} → {item.sku}"
    )


def hold(unit: UnitOfWork, number: str, *, kind: Hold, note: str = "") -> int:
    """Stop an order: nothing of it is reserved, picked, packed or shipped any more. Returns how many holds it has."""
    document = _find(unit, number)
    holds = store.place_hold(unit.session, document, request=unit.request_id, kind=kind.value, note=note)
    _tell(unit, document)
    return holds


def lift(unit: UnitOfWork, number: str, *, kind: Hold | None = None, note: str = "") -> int:
    """Lift one hold of an order, or all; returns how many are left. With the last one it goes on."""
    document = _find(unit, number)
    left = store.lift_hold(
        unit.session, document, request=unit.request_id, kind=kind.value if kind else None, note=note
    )
    _tell(unit, document)
    if not left:
        allocation.allocate_order(unit, document)
    return left


def cancel(unit: UnitOfWork, number: str, *, reason: str, version: int | None = None) -> Ended:
    """Cancel an order at any stage before all of it has left. Refuses `orders.shipped`, and without a reason."""
    document = _find(unit, number)
    ended = _cancelled(unit, document, reason=reason, version=version)
    _tell(unit, document)
    unit.changed("parcel")
    return ended


def preview_cancel(unit: UnitOfWork, number: str) -> Ended:
    """What a cancellation would bring about; nothing is changed."""
    unit.session.savepoint("trial")
    try:
        return _cancelled(unit, _find(unit, number), reason="CUSTOMER_WISH", version=None)
    finally:
        unit.session.rollback_to_savepoint("trial")


def _cancelled(unit: UnitOfWork, document: UUID, *, reason: str, version: int | None) -> Ended:
    told = store.cancel(unit.session, document, request=unit.request_id, version=version, reason=reason)
    ended: Ended = as_nouns(told, Ended)
    return ended


def end_count(unit: UnitOfWork, *, location: UUID, item: UUID) -> None:
    """Somebody has counted an item in a place, and corrected the stock there where it differed."""
    store.end_count(unit.session, location=location, item=item)
    unit.changed("task")


def _tell(unit: UnitOfWork, document: UUID) -> None:
    """Screens read again, and benches and walks that have the order in hand look at once."""
    for hand in (document, *store.walks_with(unit.session, document)):
        unit.changed(ORDER, hand)
    unit.changed("document", document)
    for kind in ("stock", "task", "claim"):
        unit.changed(kind)
