"""The rows of a table as a file: CSV or XLSX by its name, written whole or not at all.

XLSX is written here row by row, and not by `reports`, so that progress can be told and the work be cancelled.
"""

import csv
import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

from app.domain.errors import Fault, Refusal
from app.domain.values import format_quantity

Cell = str | Decimal | date | None
Rows = Sequence[Sequence[Cell]]
Step = Callable[[float], None]
"""Is told which part (0 to 1) is written; ends the work by raising."""

KINDS = (".csv", ".xlsx")
_STEP_ROWS = 500
_XLSX_ROWS = 1_048_575
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT}) if hasattr(errno, "EDQUOT") else frozenset({errno.ENOSPC})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_table(path: Path, headings: Sequence[str], rows: Rows, step: Step) -> None:
    """Write `rows` below their `headings`; a file that is there already is replaced once the new one is complete.

    Refuses `export.unknown_kind` and `export.too_many_rows`; raises the faults `export.disk_full` and
    `export.not_writable`.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise Refusal("export.unknown_kind", file=path.name)
    if kind == ".xlsx" and len(rows) > _XLSX_ROWS:
        raise Refusal("export.too_many_rows", count=len(rows), most=_XLSX_ROWS)
    write = _write_xlsx if kind == ".xlsx" else _write_csv
    with _complete(path) as part:
        write(part, headings, rows, step)


@contextmanager
def _complete(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place at the end, and vanishes where the end is not reached."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        if error.errno in _FULL:
            raise Fault("export.disk_full", retry=True, file=path.name) from error
        raise Fault("export.not_writable", retry=True, file=path.name, reason=error.strerror or "") from error
    finally:
        part.unlink(missing_ok=True)


def _write_csv(part: Path, headings: Sequence[str], rows: Rows, step: Step) -> None:
    with part.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells spreadsheets that it is UTF-8
        writer = csv.writer(file)
        writer.writerow(headings)
        for cells in _told(rows, step):
            writer.writerow([_plain(cell) for cell in cells])
        file.flush()
        os.fsync(file.fileno())


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format_quantity(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    # A spreadsheet would run a name that begins like a formula.
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _write_xlsx(part: Path, headings: Sequence[str], rows: Rows, step: Step) -> None:
    import openpyxl  # noqa: PLC0415  (heavy: loaded on first use)
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"

    def shown(cell: Cell) -> object:
        if not isinstance(cell, str):
            return cell
        text = WriteOnlyCell(sheet, cell)
        text.data_type = "s"  # words, even where they begin like a formula
        return text

    try:
        sheet.append([shown(heading) for heading in headings])
        for cells in _told(rows, step):
            sheet.append([shown(cell) for cell in cells])
    except BaseException:
        sheet.close()
        raise
    book.save(part)


def _told(rows: Rows, step: Step) -> Iterator[Sequence[Cell]]:
    for n, cells in enumerate(rows):
        if n % _STEP_ROWS == 0:
            step(n / len(rows))
        yield cells
