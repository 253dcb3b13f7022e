"""Rows as a table for other programs: CSV and XLSX.

Both hold the same columns under the headings of the person's language. Texts that a spreadsheet program would run as
a formula are written as texts.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Generic, TypeVar

from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.texts import Texts

Value = str | int | Decimal | date | None
R = TypeVar("R")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class TableColumn(Generic[R]):
    """A column: the caption above it, what it holds of a row (times in UTC), and its width in characters."""

    caption: str
    value: Callable[[R], Value]
    width: int


def export_table(path: Path, columns: Sequence[TableColumn[R]], rows: Iterable[R], texts: Texts) -> int:
    """Write rows to a file, CSV or XLSX by its ending; returns how many there are.

    Refuses `export.unknown_format`; raises the Fault `export.not_written`, and then leaves nothing behind.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise Refusal("export.unknown_format", path=path, known=", ".join(writers))
    headings = [(texts.text("captions", column.caption), column.width) for column in columns]
    with replacing(path) as file:
        return writer(file, headings, ([column.value(row) for column in columns] for row in rows))


def _write_csv(file: IO[bytes], headings: list[tuple[str, int]], rows: Iterable[list[Value]]) -> int:
    """Commas, CRLF, UTF-8 with its mark, by which spreadsheet programs know it."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([heading for heading, _ in headings])
    count = 0
    for row in rows:
        writer.writerow([_plain(value) for value in row])
        count += 1
    text.detach()
    return count


def _plain(value: Value) -> str:
    if isinstance(value, Decimal):
        return format_quantity(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def _write_xlsx(file: IO[bytes], headings: list[tuple[str, int]], rows: Iterable[list[Value]]) -> int:
    import openpyxl  # noqa: PLC0415  (heavy: loaded on first use)
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(headings[0][0])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}1"
    for position, (_, width) in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width

    def cell(value: Value, *, heading: bool = False) -> WriteOnlyCell:
        if isinstance(value, datetime):
            value = value.replace(tzinfo=None)  # a spreadsheet has no zones
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"
        if isinstance(value, date):
            made.number_format = "yyyy-mm-dd hh:mm:ss" if isinstance(value, datetime) else "yyyy-mm-dd"
        if heading:
            made.font = Font(bold=True, color="FFFFFF")
            made.fill = PatternFill("solid", fgColor="1F3A5F")
        return made

    sheet.append([cell(heading, heading=True) for heading, _ in headings])
    count = 0
    try:
        for row in rows:
            sheet.append([cell(value or None if isinstance(value, str) else value) for value in row])
            count += 1
        book.save(file)
    except BaseException:
        with suppress(Exception):  # it writes its end, though nobody wants it; the disk may be full
            sheet.close()
        with suppress(Exception):
            sheet._writer.cleanup()  # noqa: SLF001  (openpyxl keeps its half file until the program ends)
        raise
    return count
