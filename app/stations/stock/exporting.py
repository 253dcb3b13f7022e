"""What of stock is written into a file, by its ending: the report of it, or a table as it is seen."""

from pathlib import Path

from app.reports.seen import Seen, export_seen
from app.reports.stock_report import write_stock_report
from app.reports.stock_table import export_stock
from app.services.stock import StockReport
from app.stations.kit.export_line import told
from app.stations.kit.tasks import Progress
from app.texts import Texts

KINDS = (".csv", ".xlsx", ".pdf")


def write(path: Path, seen: StockReport | Seen, texts: Texts, progress: Progress) -> int:
    """Write a report, or a table as it is seen, into a file by its ending; returns how many rows it has."""
    match seen:
        case StockReport() if path.suffix.lower() == ".pdf":
            write_stock_report(path, seen, texts)
        case StockReport():
            export_stock(path, told(seen.rows, progress), texts)
        case Seen():
            export_seen(path, seen, told(seen.rows, progress), texts)
    return len(seen.rows)
