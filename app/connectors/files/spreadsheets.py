"""XLSX as a table: the first sheet whose headings are understood, with its values as people typed them.

Spreadsheets store numbers in binary; the shortest decimal that gives the same number is what was typed. Leading zeros
are gone unless the cell was text or its format is a row of zeros: the domain tells where a bar code lost them.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.connectors.files.heading_rows import SEARCHED, heading_row, is_understood, say_above
from app.connectors.files.plain_text import Unreadable
from app.connectors.files.tables import Table
from app.domain.values import Findings, Node, Place

MOST_UNPACKED_BYTES = 256 * 1024 * 1024
ERROR, UNSAVED = "error", "unsaved"
"""The names of cells whose value is not there: the spreadsheet could not work it out, or never saved it."""

# A formula without the value that it had: programs that write spreadsheets leave it out, Excel adds it on saving.
_UNSAVED = re.compile(rb'<c r="([A-Z]+[0-9]+)"(?![^>]* t="str")[^>]*><f[^>]*(?:/>|>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>')


_Rows = list[tuple[Node, ...]]


def spreadsheet_rows(data: bytes, findings: Findings) -> Table:
    """The first sheet that is understood, else the first with content; others with content are named in a notice."""
    try:
        _refuse_bomb(data)
        sheets = _sheets(data)
    except Unreadable:
        raise
    except Exception as problem:  # noqa: BLE001  (openpyxl lets through whatever its readers meet in a damaged file)
        raise Unreadable("file.not_a_spreadsheet", reason=str(problem)[:80]) from None
    filled = {name: rows for name, rows in sheets if rows}
    if not filled:
        raise Unreadable("file.empty")
    used = next((name for name, rows in filled.items() if is_understood(_texts(rows))), next(iter(filled)))
    rows = filled.pop(used)
    start = heading_row(_texts(rows))
    header = _trimmed(rows[start])
    say_above(header[0], _texts(rows[:start]), findings)
    if filled:
        findings.notice(Node(used, header[0].place), "file.other_sheets", used=used, others=", ".join(filled))
    return Table(header, tuple(rows[start + 1 :]))


def _texts(rows: _Rows) -> list[list[str]]:
    """What stands in the first rows, empty for nothing."""
    return [[node.shown for node in row] for row in rows[:SEARCHED]]


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > MOST_UNPACKED_BYTES:
        raise Unreadable("file.too_big", most_mb=MOST_UNPACKED_BYTES // 2**20)


def _sheets(data: bytes) -> list[tuple[str, _Rows]]:
    import openpyxl  # noqa: PLC0415  (heavy: loaded on first use)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations, which do not matter here
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            return [(sheet.title, list(_rows(sheet))) for sheet in book.worksheets]
        finally:
            book.close()


def _rows(sheet: Any) -> Iterator[tuple[Node, ...]]:  # noqa: ANN401  (openpyxl's sheet, which is loaded late)
    unsaved = _unsaved_formulas(sheet)
    sheet.reset_dimensions()  # what the file says of its size is often wrong: a million rows, or one cell
    filled = ((number, cells) for number, cells in enumerate(sheet.iter_rows(), start=1) if cells)
    for number, cells in filled:
        row = tuple(_cell(cell, number, position) for position, cell in enumerate(cells))
        if unsaved:
            row = tuple(node._replace(name=UNSAVED) if node.place.path in unsaved else node for node in row)
        if any(node.value is not None or node.name for node in row):
            yield row


def _unsaved_formulas(sheet: Any) -> frozenset[str]:  # noqa: ANN401
    """The cells of a sheet that hold a formula and no value."""
    with sheet._get_source() as source:  # noqa: SLF001  (openpyxl shows either values or formulas, never both)
        return frozenset(cell.decode() for cell in _UNSAVED.findall(source.read()))


def _cell(cell: object, row: int, position: int) -> Node:
    place = Place(row, f"{_column_letters(position)}{row}")
    value = getattr(cell, "value", None)
    if isinstance(value, str):
        return Node(value.strip() or None, place, ERROR if getattr(cell, "data_type", "") == "e" else "")
    if isinstance(value, bool) or value is None:
        return Node(value, place)
    if isinstance(value, int | float):
        return Node(_as_typed(value, getattr(cell, "number_format", "")), place)
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return Node(value.date().isoformat(), place)
    return Node(value.isoformat() if hasattr(value, "isoformat") else str(value), place)


def _as_typed(value: int | float, number_format: str) -> str | Decimal:
    """The exact decimal a person typed; as text with its zeros where the cell's format is `00000`."""
    number = Decimal(int(value)) if value == int(value) else Decimal(repr(value))
    if len(number_format) > 1 and set(number_format) == {"0"} and number == number.to_integral_value() and number >= 0:
        return f"{int(number):0{len(number_format)}d}"
    return number


def _trimmed(header: tuple[Node, ...]) -> tuple[Node, ...]:
    """The header without empty columns at its end."""
    width = max(position for position, node in enumerate(header, start=1) if node.value is not None)
    return header[:width]


def _column_letters(position: int) -> str:
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
