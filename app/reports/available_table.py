"""What can still be promised of items, as a table for other programs: CSV and XLSX."""

from collections.abc import Iterable
from pathlib import Path

from app.database.allocation import Available
from app.reports.tables import TableColumn, export_table
from app.texts import Texts

_COLUMNS: tuple[TableColumn[Available], ...] = (
    TableColumn("reports.sku", lambda row: row.sku, 22),
    TableColumn("reports.name", lambda row: row.name, 44),
    TableColumn("reports.unit", lambda row: row.unit, 8),
    TableColumn("reports.on_hand", lambda row: row.on_hand, 12),
    TableColumn("reports.usable", lambda row: row.usable, 12),
    TableColumn("reports.reserved", lambda row: row.reserved, 12),
    TableColumn("reports.promised", lambda row: row.promised, 12),
    TableColumn("reports.to_promise", lambda row: row.available, 20),
    TableColumn("reports.inbound", lambda row: row.inbound, 12),
    TableColumn("reports.inbound_promised", lambda row: row.inbound_promised, 20),
)


def export_available(path: Path, rows: Iterable[Available], texts: Texts) -> None:
    """Write what can be promised to a file, CSV or XLSX by its ending.

    Refuses `export.unknown_format`; raises the Fault `export.not_written`, and then leaves nothing behind.
    """
    export_table(path, _COLUMNS, rows, texts)
