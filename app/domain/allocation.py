"""Allocation: which stock is reserved for a demand, first expired first out, and why.

The answer is a proposal over the rows it was shown; the database reserves under its locks and refuses what is gone.
Thin so far: one policy, one pass; rules by customer, wave and pick face come with their issue.
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
    wants left on that day. `lot` asks for one lot, None for any.
    """

    line: str
    sku: str
    quantity: Decimal
    owner: str
    needed_on: date
    min_shelf_life_days: int = 0
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class StockRow:
    """What lies under one stock key: `free` is on hand minus reserved, in base units; `key` is the key's id."""

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


@dataclass(frozen=True, slots=True)
class AllocationFacts:
    """What an allocation rule may speak of: this stock, for this demand.

    `days_left` is the shelf life in days on the day the goods leave, None for goods that do not expire.
    `short_of_life`: it is less than the demand wants, or less than none.
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
    facts = [_facts(demand, row) for row in stock]
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


def _facts(demand: Demand, row: StockRow) -> AllocationFacts:
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
    )
