"""Stock as a table for other programs: CSV and XLSX.

Both hold the same columns under the headings of the person's language. Texts that a spreadsheet program would run as
a formula are written as texts.
"""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO

from app.database.stock import StockRow
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.texts import Texts

Value = str | Decimal | date | None

# The caption of a column, what it holds, and its width in characters.
_COLUMNS: tuple[tuple[str, Callable[[StockRow], Value], int], ...] = (
    ("reports.address", lambda row: row.address, 22),
    ("reports.sku", lambda row: row.sku, 22),
    ("reports.name", lambda row: row.name, 44),
    ("reports.lot", lambda row: row.lot, 16),
    ("reports.serial", lambda row: row.serial, 18),
    ("reports.expiry", lambda row: row.expiry, 12),
    ("reports.handling_unit", lambda row: row.handling_unit, 21),
    ("reports.status", lambda row: row.status, 13),
    ("reports.unit", lambda row: row.unit, 8),
    ("reports.on_hand", lambda row: row.on_hand, 12),
    ("reports.reserved", lambda row: row.reserved, 12),
    ("reports.available", lambda row: row.available, 12),
)
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def export_stock(path: Path, rows: Iterable[StockRow], texts: Texts) -> None:
    """Write rows of stock to a file, CSV or XLSX by its ending.

    Refuses `export.unknown_format`; raises the Fault `export.not_written`, and then leaves nothing behind.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise Refusal("export.unknown_format", path=path, known=", ".join(writers))
    headings = [texts.text("captions", code) for code, _, _ in _COLUMNS]
    named = (replace(row, status=texts.text("captions", f"reports.status.{row.status}")) for row in rows)
    with replacing(path) as file:
        writer(file, headings, ([value(row) for _, value, _ in _COLUMNS] for row in named))


def _write_csv(file: IO[bytes], headings: list[str], rows: Iterable[list[Value]]) -> None:
    """Commas, CRLF, UTF-8 with its mark, by which spreadsheet programs know it."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([_plain(value) for value in row] for row in rows)
    text.detach()


def _plain(value: Value) -> str:
    if isinstance(value, Decimal):
        return format_quantity(value)
    if isinstance(value, date):
        return value.isoformat()
    text = value or ""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def _write_xlsx(file: IO[bytes], headings: list[str], rows: Iterable[list[Value]]) -> None:
    import openpyxl  # noqa: PLC0415  (heavy: loaded on first use)
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(headings[0])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}1"
    for position, (_, _, width) in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width

    def cell(value: Value, *, heading: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"
        if isinstance(value, date):
            made.number_format = "yyyy-mm-dd"
        if heading:
            made.font = Font(bold=True, color="FFFFFF")
            made.fill = PatternFill("solid", fgColor="1F3A5F")
        return made

    sheet.append([cell(heading, heading=True) for heading in headings])
    for row in rows:
        sheet.append([cell(value or None if isinstance(value, str) else value) for value in row])
    book.save(file)
