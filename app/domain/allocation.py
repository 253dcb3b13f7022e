"""Allocation: which stock is reserved for a demand, first expired first out, and why.

The answer is a proposal over the rows it was shown; the database reserves under its locks and refuses what is gone.
The rules decide by item, category, customer and warehouse: see `FORM` for what they may look at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.policies import Decision, Policy, PolicyForm, Sift, filter_then_sort
from app.domain.receiving import StockStatus


@dataclass(frozen=True, slots=True)
class Demand:
    """One order line that wants goods: `quantity` in base units, more than zero, not yet reserved.

    `needed_on` is the day the goods leave, from which shelf life counts; goods may still
    be used on the day they expire. `min_shelf_life_days` is what the customer
    wants left on that day. `lot` asks for one lot, None for any. `last_expiry` is the latest expiry that this customer
    got of the item before.
    """

    line: str
    sku: str
    quantity: Decimal
    owner: str
    needed_on: date
    min_shelf_life_days: int = 0
    lot: str | None = None
    last_expiry: date | None = None


@dataclass(frozen=True, slots=True)
class StockRow:
    """What lies under one stock key: `free` is on hand minus reserved, in base units; `key` is the key's id.

    `on_hand` includes what others have reserved. `unit_kind` is what the goods stand on, empty where they lie loose.
    `pack` is how many base units the largest packaging of the item holds, 0 where it has none.
    """

    key: str
    address: str
    zone: str
    owner: str
    free: Decimal
    received_on: date
    status: StockStatus = StockStatus.AVAILABLE
    lot: str | None = None
    expiry: date | None = None
    frozen: bool = False
    walk_position: int | None = None
    on_hand: Decimal = Decimal(0)
    unit_kind: str = ""
    pack: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class AllocationFacts:
    """What an allocation rule may speak of: this stock, for this demand.

    `days_left` is the shelf life in days on the day the goods leave, None for goods that do not expire.
    `short_of_life`: it is less than the demand wants, or less than none. `covers`: this stock alone is enough;
    `lot_covers`: all that is free of its lot is. `empties_bin`: all that lies there is taken. `full_packaging`: the
    largest packaging of the item is free here and wanted whole. `older_than_last`: it expires before what this customer
    got last.
    """

    key: str
    address: str
    zone: str
    walk_position: int | None
    status: StockStatus
    frozen: bool
    free: Decimal
    lot: str | None
    expiry: date | None
    received_on: date
    days_left: int | None
    short_of_life: bool
    same_owner: bool
    lot_matches: bool
    covers: bool = False
    lot_covers: bool = False
    empties_bin: bool = False
    full_packaging: bool = False
    older_than_last: bool = False
    unit_kind: str = ""


@dataclass(frozen=True, slots=True)
class Reservation:
    """So much of one stock key, in base units, for one demand line."""

    line: str
    key: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Allocation:
    """What to reserve, what is short of the demand (base units, zero where all is covered), and why."""

    reservations: tuple[Reservation, ...]
    short: Decimal
    decision: Decision


_DEFAULT: Mapping[str, Any] = {
    "rules": [
        {
            "name": "allocation.available_only",
            "when": [{"field": "status", "operator": "is_not", "value": "available"}],
            "then": {"forbid": True},
        },
        {
            "name": "allocation.not_frozen",
            "when": [{"field": "frozen", "operator": "is", "value": True}],
            "then": {"forbid": True},
        },
        {
            "name": "allocation.same_owner",
            "when": [{"field": "same_owner", "operator": "is", "value": False}],
            "then": {"forbid": True},
        },
        {
            "name": "allocation.wanted_lot",
            "when": [{"field": "lot_matches", "operator": "is", "value": False}],
            "then": {"forbid": True},
        },
        {
            "name": "allocation.enough_shelf_life",
            "when": [{"field": "short_of_life", "operator": "is", "value": True}],
            "then": {"forbid": True},
        },
        {
            "name": "allocation.something_free",
            "when": [{"field": "free", "operator": "at_most", "value": 0}],
            "then": {"forbid": True},
        },
    ],
    "sort": ["expiry", "received_on", "walk_position", "address"],
}

FORM = PolicyForm("allocation", AllocationFacts, Sift, _DEFAULT)
"""What an allocation policy may say. As delivered: first expired, first out; what never expires goes by age."""


def allocate(demand: Demand, stock: Sequence[StockRow], policy: Policy[Sift]) -> Allocation:
    """Take from the best rows in order until the demand is covered; never more than is free."""
    by_lot: dict[str | None, Decimal] = {}
    for one in stock:
        by_lot[one.lot] = by_lot.get(one.lot, Decimal(0)) + one.free
    facts = [_facts(demand, row, by_lot[row.lot]) for row in stock]
    ranked, decision = filter_then_sort(policy, facts, _called, lambda rows: _how_many_cover(rows, demand.quantity))
    reservations = []
    open_quantity = demand.quantity
    for row in ranked[: len(decision.chosen)]:
        taken = min(row.free, open_quantity)
        reservations.append(Reservation(demand.line, row.key, taken))
        open_quantity -= taken
    return Allocation(tuple(reservations), open_quantity, decision)


def _called(row: AllocationFacts) -> str:
    """What people call the row in the decision: bin and lot; which stock key was meant stands in the reservations."""
    return f"{row.address} {row.lot or ''}".strip()


def _how_many_cover(rows: Sequence[AllocationFacts], quantity: Decimal) -> int:
    """How many of the first rows it takes to cover the quantity; all of them where they do not suffice."""
    covered = Decimal(0)
    for number, row in enumerate(rows):
        if covered >= quantity:
            return number
        covered += row.free
    return len(rows)


def _facts(demand: Demand, row: StockRow, free_of_lot: Decimal) -> AllocationFacts:
    days_left = None if row.expiry is None else (row.expiry - demand.needed_on).days
    return AllocationFacts(
        key=row.key,
        address=row.address,
        zone=row.zone,
        walk_position=row.walk_position,
        status=row.status,
        frozen=row.frozen,
        free=row.free,
        lot=row.lot,
        expiry=row.expiry,
        received_on=row.received_on,
        days_left=days_left,
        short_of_life=days_left is not None and days_left < max(demand.min_shelf_life_days, 0),
        same_owner=row.owner == demand.owner,
        lot_matches=demand.lot is None or row.lot == demand.lot,
        covers=row.free >= demand.quantity,
        lot_covers=free_of_lot >= demand.quantity,
        empties_bin=Decimal(0) < row.free == row.on_hand <= demand.quantity,
        full_packaging=Decimal(0) < row.pack <= min(row.free, demand.quantity),
        older_than_last=bool(row.expiry and demand.last_expiry and row.expiry < demand.last_expiry),
        unit_kind=row.unit_kind,
    )
