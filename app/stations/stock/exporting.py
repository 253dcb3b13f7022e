"""What of stock is written into a file, by its ending: the report of it, or a table as it is seen."""

from dataclasses import dataclass, replace
from pathlib import Path

from app.reports.seen import Seen, export_seen
from app.reports.stock_report import write_stock_report
from app.reports.stock_table import export_stock
from app.services.stock import StockReport
from app.stations.kit.export_line import told
from app.stations.kit.tasks import Progress
from app.texts import Texts

KINDS = (".csv", ".xlsx", ".pdf")


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were written, and whether there are `more` that were not."""

    rows: int
    more: bool = False


def write(path: Path, seen: StockReport | Seen, texts: Texts, progress: Progress, expected: int = 0) -> Written:
    """Write a report, or a table as it is seen, into a file by its ending, telling how far it is.

    `expected` is about how many rows there are; 0: nobody knows.
    """
    match seen:
        case StockReport() if path.suffix.lower() == ".pdf":
            report = replace(seen, rows=told(seen.rows, progress, expected))
            return Written(write_stock_report(path, report, texts))
        case StockReport():
            return Written(export_stock(path, told(seen.rows, progress, expected), texts))
        case Seen():
            return Written(export_seen(path, replace(seen, rows=told(seen.rows, progress, expected)), texts))
