"""Transfers between warehouses as use cases: made, sent and received as whole documents, and listed.

Goods leave the bins of the one warehouse for its place in transit, and stay the transfer's there until the other takes
them into its books.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import documents
from app.database import stock as ledger
from app.database import transfers as store
from app.database.session import as_nouns
from app.database.transfers import Goods, Transfer, TransferLine, UnitLoad
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.services.entry import in_base_units
from app.services.work import UnitOfWork

__all__ = [
    "Leg",
    "Sheet",
    "Transfer",
    "TransferLine",
    "cancel",
    "create",
    "listed",
    "look_into",
    "never_came",
    "plan_receiving",
    "plan_sending",
    "post",
    "take_back",
]
NIL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of a transfer of which `open` base units are still to be sent."""

    id: UUID
    item: UUID
    sku: str
    open: Decimal
    catch_weight: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """Goods that may go with a line: base units on hand, reserved for the line, and free; kg of all that lies there."""

    line: UUID
    location: UUID
    trace: UUID
    unit: UUID
    owner: UUID
    status: str
    on_hand: Decimal
    mine: Decimal
    free: Decimal
    weight_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of a transfer as it will be posted: `kind` (transfer_out, transfer_in) in a warehouse, to a place there.

    `carried` are the handling units that travel whole, with all that is in and on them.
    It is planned before the first try of posting it, so that a repetition after a lost answer posts the same.
    """

    number: str
    document: UUID
    kind: str
    warehouse: UUID
    to: UUID
    goods: tuple[Goods, ...]
    carried: tuple[UUID, ...]


def create(unit: UnitOfWork, *, source: UUID, target: UUID, wanted: Mapping[str, str], due: date | None = None) -> str:
    """Make and release a transfer of items by SKU, in quantities as people type them; returns its number.

    Refuses `item.by_weight`, what `parse_in_units` refuses, and `ledger.no_destination`.
    """
    lines = in_base_units(unit, wanted)
    number = store.create(
        unit.session, request=unit.request_id, source=source, target=target, due=due, lines=lines
    )  # fmt: skip
    unit.changed("document")
    return number


def plan_sending(
    unit: UnitOfWork,
    number: str,
    *,
    amounts: Mapping[UUID, Decimal] | None = None,
    weights: Mapping[str, Decimal] | None = None,
) -> Leg:
    """Reserve all that is open of a transfer, first expired first, and say how it goes.

    `amounts` sends only so much of these lines (base units); `weights` in kg by SKU: of what is taken out of more.
    Handling units of which everything goes travel as units, with those that stand on them.
    Refuses `transfers.nothing_to_send`, `transfers.weight_missing`, and `transfers.short` where a line cannot be sent:
    then nothing is reserved.
    """
    document = documents.find(unit.session, kind="transfer", number=number)
    row = store.facts(unit.session, document)
    lines = _asked_for(as_nouns(row["lines"], tuple[OpenLine, ...]), amounts)
    if not lines:
        raise Refusal("transfers.nothing_to_send", number=row["number"])
    chosen = _chosen(lines, as_nouns(row["stock"], tuple[Candidate, ...]), row["number"])
    goods = _weighed(lines, chosen, weights or {})
    claims = [replace(one, qty=one.qty - min(one.qty, found.mine)) for one, found in chosen]
    store.reserve(unit.session, row["source"], [one for one in claims if one.qty > 0])
    unit.changed("stock")
    sent, carried = _in_units(unit, row["source"], goods)
    return Leg(row["number"], document, "transfer_out", row["source"], row["transit"], sent, carried)


def _asked_for(lines: Sequence[OpenLine], amounts: Mapping[UUID, Decimal] | None) -> Sequence[OpenLine]:
    """The lines with what is to go of them now; refuses more than is open."""
    if amounts is None:
        return lines
    for line in lines:
        if amounts.get(line.id, line.open) > line.open:
            raise Refusal("transfers.too_much", sku=line.sku, open=format_quantity(line.open))
    return [replace(line, open=amounts[line.id]) for line in lines if line.id in amounts]


def _chosen(lines: Sequence[OpenLine], stock: Sequence[Candidate], number: str) -> list[tuple[Goods, Candidate]]:
    """Goods for every line, in the order of the stock; free goods are given out once. Refuses where they do not do."""
    chosen: list[tuple[Goods, Candidate]] = []
    given: dict[tuple[UUID, ...], Decimal] = defaultdict(Decimal)
    for line in lines:
        missing = line.open
        for found in stock:
            if found.line != line.id or missing == 0:
                continue
            key = (line.item, found.location, found.trace, found.unit)
            qty = min(missing, found.mine + max(found.free - given[key], Decimal(0)))
            if qty > 0:
                given[key] += qty - min(qty, found.mine)
                missing -= qty
                chosen.append((_goods(line, found, qty), found))
        if missing:
            raise Refusal("transfers.short", number=number, sku=line.sku, missing=format_quantity(missing))
    return chosen


def _goods(line: OpenLine, found: Candidate, qty: Decimal) -> Goods:
    """So much of what was found; its weight is known where all of it goes."""
    weight = found.weight_kg if qty == found.on_hand else None
    return Goods(
        line.id, line.item, found.location, found.trace, found.unit, found.owner, found.status, qty, NIL, weight
    )


def _weighed(
    lines: Sequence[OpenLine], chosen: Sequence[tuple[Goods, Candidate]], weights: Mapping[str, Decimal]
) -> list[Goods]:
    """The goods with what they weigh; a weight that was stated is that of all parts of its line together."""
    by_weight = {line.id: line.sku for line in lines if line.catch_weight}
    parts: dict[UUID, Decimal] = defaultdict(Decimal)
    for goods, _ in chosen:
        if goods.weight_kg is None and goods.line in by_weight:
            parts[goods.line] += goods.qty
    for line, qty in parts.items():
        if by_weight[line] not in weights:
            raise Refusal("transfers.weight_missing", sku=by_weight[line], quantity=format_quantity(qty))
    return [
        replace(goods, weight_kg=_share(weights[by_weight[goods.line]], goods.qty, parts[goods.line]))
        if goods.weight_kg is None and goods.line in parts
        else goods
        for goods, _ in chosen
    ]


def _share(weight_kg: Decimal, qty: Decimal, of: Decimal) -> Decimal:
    """What so much weighs of goods that weigh so much together."""
    return round(weight_kg * qty / of, 6)


def _in_units(unit: UnitOfWork, warehouse: UUID, goods: Sequence[Goods]) -> tuple[tuple[Goods, ...], tuple[UUID, ...]]:
    """The goods, those that stay in their unit marked so, and the outermost units of which everything goes."""
    loads = {one.id: one for one in store.loads(unit.session, warehouse, [one.unit for one in goods])}
    going: dict[UUID, Decimal] = defaultdict(Decimal)
    for one in goods:
        for around in _around(one.unit, loads):
            going[around] += one.qty
    whole = {identity for identity, load in loads.items() if load.load == going[identity]}
    carried = tuple(identity for identity in sorted(whole) if loads[identity].parent not in whole)
    return tuple(replace(one, to_unit=one.unit if one.unit in whole else NIL) for one in goods), carried


def _around(innermost: UUID, loads: Mapping[UUID, UnitLoad]) -> list[UUID]:
    """A unit and those that it stands on, outwards; nothing for loose goods."""
    found: list[UUID] = []
    load = loads.get(innermost)
    while load is not None:
        found.append(load.id)
        load = loads.get(load.parent) if load.parent else None
    return found


def plan_receiving(unit: UnitOfWork, number: str, *, amounts: Mapping[UUID, Decimal] | None = None) -> Leg:
    """All that is on its way of a transfer, or so much of these lines (base units), to the first dock of its warehouse.

    A part has its share of the weight that was sent. Handling units of which everything came stay whole.
    Refuses `transfers.nothing_on_the_way`, `transfers.no_dock`, and people who may not see stock there.
    """
    document = documents.find(unit.session, kind="transfer", number=number)
    row = store.facts(unit.session, document)
    goods = _arriving(store.on_the_way(unit.session, row["target"], document), amounts)
    if not goods:
        raise Refusal("transfers.nothing_on_the_way", number=row["number"])
    dock = store.dock(unit.session, row["target"])
    if dock is None:
        raise Refusal("transfers.no_dock", number=row["number"])
    whole, carried = _in_units(unit, row["target"], goods)
    return Leg(row["number"], document, "transfer_in", row["target"], dock, whole, carried)


def _arriving(goods: Sequence[Goods], amounts: Mapping[UUID, Decimal] | None) -> Sequence[Goods]:
    """What has arrived of what is on its way."""
    if amounts is None:
        return goods
    left = dict(amounts)
    came: list[Goods] = []
    for one in goods:
        qty = min(one.qty, left.get(one.line, Decimal(0)))
        if qty > 0:
            left[one.line] -= qty
            came.append(one if qty == one.qty else _part(one, qty))
    if any(left.values()):
        raise Refusal("transfers.more_than_sent")
    return came


def _part(goods: Goods, qty: Decimal) -> Goods:
    """So much of goods that are on their way, with their share of the weight."""
    weight = None if goods.weight_kg is None else _share(goods.weight_kg, qty, goods.qty)
    return replace(goods, qty=qty, weight_kg=weight)


def post(unit: UnitOfWork, leg: Leg) -> UUID:
    """Post a leg as it was planned, in one posting; refuses what the ledger refuses, and then nothing has moved."""
    posting = store.post(
        unit.session,
        request=unit.request_id,
        kind=leg.kind,
        warehouse=leg.warehouse,
        document=leg.document,
        to=leg.to,
        goods=leg.goods,
        carried=leg.carried,
    )
    unit.changed("stock")
    unit.changed("document", leg.document)
    return posting


def listed(unit: UnitOfWork, warehouse: UUID | None = None) -> list[Transfer]:
    """The transfers from and to a warehouse (None: all that the person sees), newest first."""
    return store.listed(unit.session, warehouse)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A transfer to look into: its lines with how far they are."""

    transfer: Transfer
    lines: tuple[TransferLine, ...]


def look_into(unit: UnitOfWork, number: str) -> Sheet:
    """A transfer with its lines. Refuses `document.by_weight`."""
    document = documents.find(unit.session, kind="transfer", number=number)
    (head,) = (one for one in store.listed(unit.session, None) if one.number == number)
    return Sheet(head, tuple(store.lines(unit.session, document)))


def cancel(unit: UnitOfWork, number: str, *, reason: str) -> None:
    """End a transfer: what is reserved for it is free again, and nothing more is sent.

    Nothing sent: it is cancelled; else it is closed with what has arrived. Refuses `transfers.still_on_the_way`.
    """
    document = documents.find(unit.session, kind="transfer", number=number)
    decision = "closed" if any(line.sent for line in store.lines(unit.session, document)) else "cancelled"
    standing = documents.standing(unit.session, document)
    documents.decide(unit.session, standing, decision=decision, reason=reason)
    for kind in ("document", "stock"):
        unit.changed(kind)


def take_back(unit: UnitOfWork, posting: UUID, *, reason: str) -> None:
    """Take a leg back as a whole; refuses what has moved on since."""
    ledger.reverse(unit.session, request=unit.request_id, posting=posting, reason=reason)
    for kind in ("document", "stock"):
        unit.changed(kind)


def never_came(unit: UnitOfWork, line: TransferLine, *, qty: Decimal, reason: str) -> UUID:
    """So much of a line (base units) was sent by the books and never came: it is the sender's again, where it lay.

    The sender counts it there. In one posting, of the goods that left last. Refuses `transfers.more_than_sent`, and
    `transfers.sent_apart` where no single posting sent so much.
    """
    if qty > line.on_the_way:
        raise Refusal("transfers.more_than_sent")
    for move in store.sent_moves(unit.session, line.id):
        if move["qty"] >= qty:
            answer = ledger.reverse(
                unit.session,
                request=unit.request_id,
                posting=move["posting"],
                reason=reason,
                lines={move["line_no"]: qty},
            )
            for kind in ("document", "stock"):
                unit.changed(kind)
            return UUID(str(answer["posting"]))
    raise Refusal("transfers.sent_apart")
