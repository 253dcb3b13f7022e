"""What is said about stock: its rows and totals, the questions that they answer, and the ledger's position.

Quantities are in base units, weights in kg.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

NOTHING = Decimal(0)


class StockView(StrEnum):
    """By what stock is put together: one row a place and key, an item, a lot, goods in units, an owner, a status."""

    LOCATION = "location"
    ITEM = "item"
    LOT = "lot"
    UNIT = "unit"
    OWNER = "owner"
    STATUS = "status"


class StockSort(StrEnum):
    """By what the rows stand in order."""

    ADDRESS = "address"
    SKU = "sku"
    NAME = "name"
    LOT = "lot"
    SERIAL = "serial"
    EXPIRY = "expiry"
    HANDLING_UNIT = "handling_unit"
    OWNER = "owner"
    STATUS = "status"
    ON_HAND = "on_hand"
    RESERVED = "reserved"
    AVAILABLE = "available"


class StockOnly(StrEnum):
    """What part of the stock is looked at: goods below zero, goods on hold, goods past their date or soon there."""

    ALL = "all"
    NEGATIVE = "negative"
    HELD = "held"
    EXPIRED = "expired"
    EXPIRING = "expiring"


@dataclass(frozen=True, slots=True)
class StockQuery:
    """What somebody wants to see of a warehouse's stock.

    Each of `words` must be found in place, item (SKU, name, GTIN and other codes), lot, serial, handling unit, owner
    or status. `within_days` belongs to goods that are EXPIRING; `as_of` looks at the past
    instead of now, as it was known at the seal `known_at` (None: at the last one). Rows that
    `sort` leaves equal stand in the order of `then`: by what, and whether the last comes first.
    """

    warehouse: UUID
    view: StockView = StockView.LOCATION
    words: tuple[str, ...] = ()
    only: StockOnly = StockOnly.ALL
    within_days: int = 30
    sort: StockSort = StockSort.ADDRESS
    descending: bool = False
    as_of: datetime | None = None
    known_at: int | None = None
    then: tuple[tuple[StockSort, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class StockRow:
    """Goods of one kind at one place, in base units; `expiry` is the best-before date where there is no expiry.

    A row that puts many places together has no place, and says in how many `rows` of stock the goods are. `available`
    is what may be used: not on hold and not reserved. `negative`: somewhere in it, less than nothing is on hand.
    `outer` is the unit around the handling unit, `weight_kg` what all of it weighs where each piece is weighed;
    `ordered_by` says where the row stands in its order.
    """

    item: UUID
    location: UUID
    trace: UUID
    unit_id: UUID
    owner: UUID
    address: str
    sku: str
    name: str
    lot: str
    serial: str
    expiry: date | None
    handling_unit: str
    status: str
    unit: str
    on_hand: Decimal
    reserved: Decimal
    available: Decimal
    owner_name: str = ""
    outer: str = ""
    days_left: int | None = None
    negative: bool = False
    quarantined: Decimal = NOTHING
    damaged: Decimal = NOTHING
    blocked: Decimal = NOTHING
    promised: Decimal = NOTHING
    weight_kg: Decimal | None = None
    rows: int = 1
    ordered_by: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitTotal:
    """Quantities of all rows that are counted in one unit."""

    unit: str
    on_hand: Decimal
    reserved: Decimal
    available: Decimal


@dataclass(frozen=True, slots=True)
class StockTotals:
    """How many rows, items and places there are, and quantities by unit."""

    rows: int
    items: int
    places: int
    units: tuple[UnitTotal, ...]


class TotalsSoFar:
    """Adds up rows as they go by; a report of thousands of pages is never whole in the memory."""

    def __init__(self) -> None:
        self.rows = 0
        self._items: set[UUID] = set()
        self._places: set[UUID] = set()
        self._units: dict[str, UnitTotal] = {}

    def of(self, rows: Iterable[StockRow]) -> Iterator[StockRow]:
        """The rows, each added when it is taken."""
        for row in rows:
            self._add(row)
            yield row

    @property
    def totals(self) -> StockTotals:
        """Of what was taken until now."""
        units = tuple(self._units[unit] for unit in sorted(self._units))
        return StockTotals(self.rows, len(self._items), len(self._places), units)

    def _add(self, row: StockRow) -> None:
        self.rows += 1
        self._items.add(row.item)
        self._places.add(row.location)
        so_far = self._units.get(row.unit) or UnitTotal(row.unit, NOTHING, NOTHING, NOTHING)
        self._units[row.unit] = UnitTotal(
            row.unit,
            so_far.on_hand + row.on_hand,
            so_far.reserved + row.reserved,
            so_far.available + row.available,
        )


@dataclass(frozen=True, slots=True)
class LedgerPosition:
    """Up to where the ledger is sealed (0: not at all), and how many postings are not sealed yet."""

    seal: int
    sealed_at: datetime | None
    unsealed: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class StockReport:
    """All stock of a warehouse (or what a filter finds), as the ledger stood at one position.

    `rows` are read while they are taken, once, within the transaction that asked for them.
    """

    warehouse: str
    warehouse_name: str
    time_zone: str
    filter: str
    rows: Iterable[StockRow]
    position: LedgerPosition
