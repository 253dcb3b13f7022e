"""Looking at stock: pages for screens, everything for reports, and where an item or what in a bin is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from app.database import stock as store
from app.database.stock import (
    LedgerPosition,
    StockOnly,
    StockQuery,
    StockReport,
    StockRow,
    StockSort,
    StockTotals,
    StockView,
)
from app.services.work import UnitOfWork

PAGE = 200
__all__ = [
    "PAGE",
    "LedgerPosition",
    "StockOnly",
    "StockPage",
    "StockQuery",
    "StockReport",
    "StockRow",
    "StockSort",
    "StockTotals",
    "StockView",
    "content_of_bin",
    "locations_of_item",
    "stock_page",
    "stock_report",
    "stock_totals",
    "warehouses",
    "write_report",
]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StockPage:
    """Some rows in order; where there are `more`, the next page comes with the last row as `after`."""

    rows: tuple[StockRow, ...]
    more: bool


def stock_page(unit: UnitOfWork, asked: StockQuery, *, after: StockRow | None = None, limit: int = PAGE) -> StockPage:
    """The next page of what is asked for, behind `after`."""
    found = store.rows(unit.session, asked, after=after, limit=limit + 1)
    return StockPage(tuple(found[:limit]), more=len(found) > limit)


def stock_totals(unit: UnitOfWork, asked: StockQuery) -> StockTotals:
    """The totals of everything that is asked for, whatever page is shown."""
    return store.totals(unit.session, asked)


def locations_of_item(unit: UnitOfWork, item: UUID, *, warehouse: UUID) -> tuple[StockRow, ...]:
    """Where an item is in a warehouse, by address."""
    return tuple(store.rows(unit.session, StockQuery(warehouse), item=item))


def content_of_bin(unit: UnitOfWork, location: UUID, *, warehouse: UUID) -> tuple[StockRow, ...]:
    """What stands in a place, by SKU."""
    return tuple(store.rows(unit.session, StockQuery(warehouse, sort=StockSort.SKU), location=location))


def stock_report(unit: UnitOfWork, asked: StockQuery) -> StockReport:
    """Everything a stock report says; its rows and the ledger's position belong to one moment.

    The rows are read while they are taken, once, and before the unit of work ends.
    """
    code, name, time_zone = store.warehouse_name(unit.session, asked.warehouse)
    position, rows = store.all_rows(unit.session, asked)
    return StockReport(code, name, time_zone, " ".join(asked.words), rows, position)


def write_report(
    unit: UnitOfWork, asked: StockQuery, write: Callable[[StockReport, int], T], *, wanted: Callable[[], object]
) -> T:
    """Let `write` write a stock report while it is read, told about how many rows to expect.

    What `wanted` raises, asked again and again, ends the reading on the server and is raised here.
    """
    with unit.session.as_long_as(wanted):
        expected = stock_totals(unit, asked).rows
        return write(stock_report(unit, asked), expected)


def warehouses(unit: UnitOfWork) -> tuple[tuple[UUID, str, str], ...]:
    """Id, code and name of every warehouse whose stock this person may look at."""
    return tuple(store.my_warehouses(unit.session))
