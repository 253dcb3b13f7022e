"""Looking at stock: pages for screens, everything for reports, and where an item or what in a bin is.

Quantities are in base units. Moving stock is each capability's own use case.
"""

from dataclasses import dataclass
from uuid import UUID

from app.database import stock as store
from app.database.stock import LedgerPosition, StockReport, StockRow, StockSort, StockTotals
from app.services.work import UnitOfWork

PAGE = 200
__all__ = [
    "PAGE",
    "LedgerPosition",
    "StockPage",
    "StockReport",
    "StockRow",
    "StockSort",
    "StockTotals",
    "content_of_bin",
    "locations_of_item",
    "stock_by_location",
    "stock_report",
    "stock_totals",
]


@dataclass(frozen=True, slots=True)
class StockPage:
    """Some rows in order; where there are `more`, the next page comes with the last row as `after`."""

    rows: tuple[StockRow, ...]
    more: bool


def stock_by_location(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    text: str = "",
    sort: StockSort = StockSort.ADDRESS,
    after: StockRow | None = None,
    limit: int = PAGE,
) -> StockPage:
    """The next page of a warehouse's stock behind `after`.

    `text` filters: each of its words must be found in address, SKU, name, lot, serial, handling unit or status.
    """
    found = store.rows(unit.session, warehouse=warehouse, words=text.split(), sort=sort, after=after, limit=limit + 1)
    return StockPage(tuple(found[:limit]), more=len(found) > limit)


def stock_totals(unit: UnitOfWork, *, warehouse: UUID, text: str = "") -> StockTotals:
    """The totals of everything that the filter finds, whatever page is shown."""
    return store.totals(unit.session, warehouse=warehouse, words=text.split())


def locations_of_item(unit: UnitOfWork, item: UUID, *, warehouse: UUID) -> tuple[StockRow, ...]:
    """Where an item is in a warehouse, by address."""
    return tuple(store.rows(unit.session, warehouse=warehouse, item=item))


def content_of_bin(unit: UnitOfWork, location: UUID, *, warehouse: UUID) -> tuple[StockRow, ...]:
    """What stands in a place, by SKU."""
    return tuple(store.rows(unit.session, warehouse=warehouse, location=location, sort=StockSort.SKU))


def stock_report(
    unit: UnitOfWork, *, warehouse: UUID, text: str = "", sort: StockSort = StockSort.ADDRESS
) -> StockReport:
    """Everything a stock report says; its rows, totals and ledger position belong to one moment."""
    position, rows = store.all_rows(unit.session, warehouse=warehouse, words=text.split(), sort=sort)
    code, name, time_zone = store.warehouse_name(unit.session, warehouse)
    return StockReport(code, name, time_zone, text, tuple(rows), store.totals_of(rows), position)
