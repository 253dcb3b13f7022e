"""A table as somebody sees it on a screen, for other programs and on paper: CSV, XLSX, PDF.

The stock report (`stock_report`) and the stock table (`stock_table`) have forms of their own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import chain, islice
from pathlib import Path
from typing import IO

from app.reports.files import replacing
from app.reports.paper import (
    A4_LANDSCAPE,
    Canvas,
    Cell,
    Column,
    Sheet,
    facts,
    letterhead,
    sentence,
    table,
    text_width,
    write_pdf,
)
from app.reports.tables import TableColumn, Value, export_table
from app.texts import Texts

_PAPER = A4_LANDSCAPE
_SAMPLE = 200
_WIDTH = 18
_NARROW, _WIDE = 28.0, 190.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A table with its title, what narrows it, the captions, which columns are numbers, and the cells, to take once."""

    title: str
    facts: str
    captions: Sequence[str]
    numeric: Sequence[bool]
    rows: Iterable[Sequence[str]]


def export_seen(path: Path, seen: Seen, texts: Texts) -> int:
    """Write a table to a file by its ending; returns how many rows it has.

    Refuses `export.unknown_format`; raises the Fault `export.not_written`, and then leaves nothing behind.
    """
    if path.suffix.lower() == ".pdf":
        with replacing(path) as file:
            return _print(file, seen, texts)
    columns = [_column(n, caption, seen.numeric[n]) for n, caption in enumerate(seen.captions)]
    return export_table(path, columns, seen.rows, texts)


def _column(n: int, caption: str, numeric: bool) -> TableColumn[Sequence[str]]:
    return TableColumn(caption, lambda row: _value(row[n], numeric=numeric), _WIDTH)


def _print(file: IO[bytes], seen: Seen, texts: Texts) -> int:
    """Print a table; a column is as wide as what stands in it, as far as the first rows tell."""
    rows, count = iter(seen.rows), 0
    first = list(islice(rows, _SAMPLE))
    headings = [texts.text("captions", caption) for caption in seen.captions]
    may_follow = len(first) == _SAMPLE
    filled = [n for n in range(len(headings)) if may_follow or any(row[n] for row in first)]
    columns = [Column(headings[n], _share(first, headings[n], n), number=seen.numeric[n]) for n in filled]

    def cells() -> Iterator[list[Cell]]:
        nonlocal count
        for row in chain(first, rows):
            count += 1
            yield [Cell(row[n]) for n in filled]

    def head(canvas: Canvas) -> float:
        y = letterhead(canvas, _PAPER, title=seen.title, sender="Stockhand", address="") - 12
        pairs = ((texts.text("captions", "reports.content"), seen.facts),)
        return facts(canvas, _PAPER.left, y, pairs, label=92, width=_PAPER.body) - 14

    def page_of(page: int, pages: int) -> str:
        return texts.text("captions", "reports.page", {"page": page, "pages": pages})

    nothing = sentence(_PAPER, texts.text("captions", "reports.nothing"))
    blocks = table(_PAPER, columns, cells()) if first else [nothing]
    write_pdf(file, [Sheet(_PAPER, head, blocks, seen.title, seen.facts, page_of)], title=seen.title, author="")
    return count


def _share(rows: Sequence[Sequence[str]], heading: str, column: int) -> float:
    longest = max((row[column] for row in rows), key=len)
    return min(_WIDE, max(_NARROW, *(text_width(text, size=8.5) + 8 for text in (longest, heading))))


def _value(cell: str, *, numeric: bool) -> Value:
    try:
        return Decimal(cell) if numeric and cell else cell
    except InvalidOperation:
        return cell
