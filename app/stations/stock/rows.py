"""The columns of stock by location: how a row of stock reads on the screen and in a file."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from app.domain.values import format_quantity
from app.services.stock import StockRow, StockTotals
from app.stations.kit.record_table import Column, Record, Sums
from app.stations.kit.record_table.files import Cell
from app.texts import Texts

COLUMNS = (
    Column("address", "stock.address", 142, identifier=True),
    Column("item", "stock.item", 110, identifier=True),
    Column("name", "stock.name", 210, sortable=False),
    Column("lot", "stock.lot", 86, sortable=False, identifier=True),
    Column("serial", "stock.serial", 76, sortable=False, identifier=True),
    Column("expiry", "stock.expiry", 96, sortable=False, identifier=True),
    Column("handling_unit", "stock.handling_unit", 110, sortable=False, identifier=True),
    Column("status", "stock.status", 96, sortable=False, identifier=True),
    Column("on_hand", "stock.on_hand", 84, numeric=True, sortable=False),
    Column("reserved", "stock.reserved", 84, numeric=True, sortable=False),
    Column("available", "stock.available", 84, numeric=True, sortable=False),
    Column("unit", "stock.unit", 56, sortable=False, identifier=True),
)
_FIRST_NUMBER = 8


def record(row: StockRow, texts: Texts) -> Record:
    """A row as the table shows it; it is known again by its stock key."""
    key = (row.location, row.item, row.trace, row.unit_id, row.owner, row.status)
    return Record(key, tuple(_shown(cell) for cell in cells(row, texts)), made_of=row)


def cells(row: StockRow, texts: Texts) -> Sequence[Cell]:
    """A row as a file has it: numbers and dates as such."""
    return (
        row.address,
        row.sku,
        row.name,
        row.lot,
        row.serial,
        row.expiry,
        row.handling_unit,
        texts.text("captions", f"stock.status_{row.status}"),
        row.on_hand,
        row.reserved,
        row.available,
        row.unit,
    )


def sums(totals: StockTotals, texts: Texts) -> Sums:
    """How many rows, items and places there are, and the quantities of each unit under their columns."""
    words = texts.text(
        "captions", "stock.totals", {"rows": totals.rows, "items": totals.items, "places": totals.places}
    )
    empty = ("",) * _FIRST_NUMBER
    rows = (
        (*empty, *(format_quantity(amount) for amount in (one.on_hand, one.reserved, one.available)), one.unit)
        for one in totals.units
    )
    return Sums(words, tuple(rows))


def _shown(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return format_quantity(cell)
        case date():
            return cell.isoformat()
        case str():
            return cell
