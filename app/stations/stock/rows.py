"""The columns of stock by location: how a row of stock reads on the screen; the captions are those of the report."""

from app.database.stock import UnitTotal
from app.domain.values import format_quantity
from app.services.stock import StockRow, StockTotals
from app.stations.kit.record_table import Column, Record, Sums
from app.texts import Texts

COLUMNS = (
    Column("address", "reports.address", 142, identifier=True),
    Column("item", "reports.sku", 110, identifier=True),
    Column("name", "reports.name", 210, sortable=False),
    Column("lot", "reports.lot", 86, sortable=False, identifier=True),
    Column("serial", "reports.serial", 76, sortable=False, identifier=True),
    Column("expiry", "reports.expiry", 96, sortable=False, identifier=True),
    Column("handling_unit", "reports.handling_unit", 110, sortable=False, identifier=True),
    Column("status", "reports.status", 96, sortable=False, identifier=True),
    Column("on_hand", "reports.on_hand", 84, numeric=True, sortable=False),
    Column("reserved", "reports.reserved", 84, numeric=True, sortable=False),
    Column("available", "reports.available", 84, numeric=True, sortable=False),
    Column("unit", "reports.unit", 56, sortable=False, identifier=True),
)
_FIRST_AMOUNT = 8


def record(row: StockRow, texts: Texts) -> Record:
    """A row as the table shows it; it is known again by its stock key."""
    key = (row.location, row.item, row.trace, row.unit_id, row.owner, row.status)
    cells = (
        row.address,
        row.sku,
        row.name,
        row.lot,
        row.serial,
        row.expiry.isoformat() if row.expiry else "",
        row.handling_unit,
        texts.text("captions", f"reports.status.{row.status}"),
        *_amounts(row),
        row.unit,
    )
    return Record(key, cells, made_of=row)


def sums(totals: StockTotals, texts: Texts) -> Sums:
    """How many rows, items and places there are, and the quantities of each unit under their columns."""
    counts = {"rows": totals.rows, "items": totals.items, "places": totals.places}
    empty = ("",) * _FIRST_AMOUNT
    rows = tuple((*empty, *_amounts(one), one.unit) for one in totals.units)
    return Sums(texts.text("captions", "reports.counts", counts), rows)


def _amounts(of: StockRow | UnitTotal) -> tuple[str, str, str]:
    return format_quantity(of.on_hand), format_quantity(of.reserved), format_quantity(of.available)
