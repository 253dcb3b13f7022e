"""How punctual carriers are and how long their trucks stand, as a table for other programs: CSV and XLSX."""

from collections.abc import Iterable
from pathlib import Path

from app.domain.docks import CarrierRecord
from app.reports.tables import TableColumn, export_table
from app.texts import Texts

_COLUMNS: tuple[TableColumn[CarrierRecord], ...] = (
    TableColumn("docks.carrier", lambda row: row.carrier, 28),
    TableColumn("docks.trucks", lambda row: row.trucks, 10),
    TableColumn("docks.early", lambda row: row.early, 10),
    TableColumn("docks.on_time", lambda row: row.on_time, 10),
    TableColumn("docks.late", lambda row: row.late, 10),
    TableColumn("docks.no_shows", lambda row: row.no_shows, 12),
    TableColumn("docks.punctual", lambda row: row.punctual_percent, 12),
    TableColumn("docks.waiting_min", lambda row: row.waiting_min, 16),
    TableColumn("docks.working_min", lambda row: row.working_min, 16),
    TableColumn("docks.turn_min", lambda row: row.turn_min, 16),
)


def export_carriers(path: Path, rows: Iterable[CarrierRecord], texts: Texts) -> None:
    """Write the records of carriers to a file, CSV or XLSX by its ending.

    Refuses `export.unknown_format`; raises the Fault `export.not_written`, and then leaves nothing behind.
    """
    export_table(path, _COLUMNS, rows, texts)
