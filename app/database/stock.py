"""Looking at stock: by location or by item, a page at a time, with totals and the ledger's position.

Nothing is written here; quantities are changed by `post_moves` only.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.database.session import Session, query


class StockSort(StrEnum):
    """By what the rows stand in order."""

    ADDRESS = "address"
    SKU = "sku"


@dataclass(frozen=True, slots=True)
class StockRow:
    """Goods of one kind at one place, in base units; `expiry` is the best-before date where there is no expiry."""

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


@dataclass(frozen=True, slots=True)
class UnitTotal:
    """Quantities of all rows that are counted in one unit."""

    unit: str
    on_hand: Decimal
    reserved: Decimal

    @property
    def available(self) -> Decimal:
        """What is on hand and not reserved."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class StockTotals:
    """How many rows, items and places there are, and quantities by unit."""

    rows: int
    items: int
    places: int
    units: tuple[UnitTotal, ...]


@dataclass(frozen=True, slots=True)
class LedgerPosition:
    """Up to where the ledger is sealed (0: not at all), and how many postings are not sealed yet."""

    seal: int
    sealed_at: datetime | None
    unsealed: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class StockReport:
    """All stock of a warehouse (or what a filter finds), as the ledger stood at one position."""

    warehouse: str
    warehouse_name: str
    time_zone: str
    filter: str
    rows: tuple[StockRow, ...]
    totals: StockTotals
    position: LedgerPosition


# What follows the first column makes the order total, so that the next page starts exactly behind the last row.
_REST = "b.trace_id, b.handling_unit_id, b.owner_id, b.status"
_ORDER = {
    StockSort.ADDRESS: f"l.address, i.sku, {_REST}",
    StockSort.SKU: f"i.sku, l.address, {_REST}",
}
_FIRST = {StockSort.ADDRESS: "l.address >= %(address)s", StockSort.SKU: "i.sku >= %(sku)s"}
_KEY = {
    StockSort.ADDRESS: "(%(address)s, %(sku)s, %(trace)s, %(unit_id)s, %(owner)s, %(status)s)",
    StockSort.SKU: "(%(sku)s, %(address)s, %(trace)s, %(unit_id)s, %(owner)s, %(status)s)",
}
_FOUND = (
    " AND concat_ws(' ', l.address, i.sku, i.name, t.lot, t.serial, h.sscc, b.status) ILIKE ALL (%(words)s::text[])"
)
_KEY_FIELDS = ("address", "sku", "trace", "unit_id", "owner", "status")
_REPORT_ORDER = {
    StockSort.ADDRESS: "address, sku, lot, serial, trace, unit_id, owner, status",
    StockSort.SKU: "sku, address, lot, serial, trace, unit_id, owner, status",
}
_POSITION = (
    "SELECT coalesce((SELECT max(no) FROM seal), 0) AS seal, (SELECT max(sealed_at) FROM seal) AS sealed_at,"
    " (SELECT count(*) FROM posting WHERE seal_no IS NULL) AS unsealed, now() AS read_at"
)


def rows(
    session: Session,
    *,
    warehouse: UUID,
    words: Collection[str] = (),
    sort: StockSort = StockSort.ADDRESS,
    after: StockRow | None = None,
    item: UUID | None = None,
    location: UUID | None = None,
    limit: int | None = None,
) -> list[StockRow]:
    """Rows of a warehouse in order, those behind `after`, at most `limit`; of one item or place where told."""
    conditions = " AND b.item_id = %(item)s" if item else ""
    conditions += " AND b.location_id = %(location)s" if location else ""
    if after:
        conditions += f" AND {_FIRST[sort]} AND ({_ORDER[sort]}) > {_KEY[sort]}"
    found = session.rows(
        _rows_query(words, sort, conditions) + (" LIMIT %(limit)s" if limit else ""),
        warehouse=warehouse,
        words=patterns(words),
        item=item,
        location=location,
        limit=limit,
        **({name: getattr(after, name) for name in _KEY_FIELDS} if after else {}),
    )
    return [StockRow(**row) for row in found]


def _rows_query(words: Collection[str], sort: StockSort, conditions: str = "") -> str:
    return query("stock_rows").format(conditions=(_FOUND if words else "") + conditions, order=_ORDER[sort])


def all_rows(
    session: Session, *, warehouse: UUID, words: Collection[str] = (), sort: StockSort = StockSort.ADDRESS
) -> tuple[LedgerPosition, list[StockRow]]:
    """All rows and the ledger's position, seen at one moment: for reports, which somebody may want to prove later."""
    found = session.rows(
        f"SELECT p.*, r.* FROM ({_POSITION}) p LEFT JOIN ({_rows_query(words, sort)}) r ON true"  # noqa: S608  (both ours)
        f" ORDER BY {_REPORT_ORDER[sort]}",
        warehouse=warehouse,
        words=patterns(words),
    )
    names = LedgerPosition.__slots__
    read = [({name: row.pop(name) for name in names}, row) for row in found]
    return LedgerPosition(**read[0][0]), [StockRow(**row) for _, row in read if row["item"] is not None]


def totals(session: Session, *, warehouse: UUID, words: Collection[str] = ()) -> StockTotals:
    """The totals of all rows of a warehouse in which every word is found."""
    row = session.row(
        query("stock_totals").format(conditions=_FOUND if words else ""), warehouse=warehouse, words=patterns(words)
    )
    assert row is not None
    units = tuple(UnitTotal(unit, Decimal(on_hand), Decimal(reserved)) for unit, on_hand, reserved in row["units"])
    return StockTotals(row["rows"], row["items"], row["places"], units)


def totals_of(found: Collection[StockRow]) -> StockTotals:
    """The totals of rows that are here already."""
    units: dict[str, UnitTotal] = {}
    for row in found:
        so_far = units.get(row.unit, UnitTotal(row.unit, Decimal(0), Decimal(0)))
        units[row.unit] = UnitTotal(row.unit, so_far.on_hand + row.on_hand, so_far.reserved + row.reserved)
    places, items = {row.location for row in found}, {row.item for row in found}
    return StockTotals(len(found), len(items), len(places), tuple(units[unit] for unit in sorted(units)))


def warehouse_name(session: Session, warehouse: UUID) -> tuple[str, str, str]:
    """Code, name and time zone of a warehouse."""
    row = session.row("SELECT code, name, time_zone FROM warehouse WHERE id = %(id)s", id=warehouse)
    return (row["code"], row["name"], row["time_zone"]) if row else ("", "", "UTC")


def patterns(words: Collection[str]) -> list[str]:
    """Words as patterns of ILIKE, in which % and _ mean themselves."""
    return ["%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" for word in words]
