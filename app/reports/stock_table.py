"""Stock as a table for other programs: CSV and XLSX."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from app.database.stock import StockRow
from app.reports.tables import TableColumn, export_table
from app.texts import Texts

_COLUMNS: tuple[TableColumn[StockRow], ...] = (
    TableColumn("reports.address", lambda row: row.address, 22),
    TableColumn("reports.sku", lambda row: row.sku, 22),
    TableColumn("reports.name", lambda row: row.name, 44),
    TableColumn("reports.lot", lambda row: row.lot, 16),
    TableColumn("reports.serial", lambda row: row.serial, 18),
    TableColumn("reports.expiry", lambda row: row.expiry, 12),
    TableColumn("reports.handling_unit", lambda row: row.handling_unit, 21),
    TableColumn("reports.status", lambda row: row.status, 13),
    TableColumn("reports.unit", lambda row: row.unit, 8),
    TableColumn("reports.on_hand", lambda row: row.on_hand, 12),
    TableColumn("reports.reserved", lambda row: row.reserved, 12),
    TableColumn("reports.available", lambda row: row.available, 12),
    TableColumn("stock.owner", lambda row: row.owner_name, 22),
    TableColumn("stock.weight", lambda row: row.weight_kg, 12),
)


def export_stock(path: Path, rows: Iterable[StockRow], texts: Texts) -> int:
    """Write rows of stock to a file, CSV or XLSX by its ending; returns how many there are.

    Refuses `export.unknown_format`; raises the Fault `export.not_written`, and then leaves nothing behind.
    """
    return export_table(path, _COLUMNS, (_named(row, texts) for row in rows), texts)


def _named(row: StockRow, texts: Texts) -> StockRow:
    """The row with its status and its owner in words."""
    status = texts.text("captions", f"reports.status.{row.status}")
    return replace(row, status=status, owner_name=row.owner_name or texts.text("captions", "stock.own"))
