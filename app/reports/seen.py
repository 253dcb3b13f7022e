"""A table as somebody sees it on a screen, for other programs and on paper: CSV, XLSX, PDF.

The stock report (`stock_report`) and the stock table (`stock_table`) have forms of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from app.reports.files import replacing
from app.reports.paper import (
    A4_LANDSCAPE,
    Block,
    Canvas,
    Cell,
    Column,
    Sheet,
    facts,
    letterhead,
    pdf,
    sentence,
    table,
    text_width,
)
from app.reports.tables import TableColumn, Value, export_table
from app.texts import Texts

_PAPER = A4_LANDSCAPE
_SAMPLE = 200
_WIDTH = 18
_NARROW, _WIDE = 28.0, 190.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A table with its title, what narrows it, the captions, which columns are numbers, the cells; is there `more`?"""

    title: str
    facts: str
    captions: Sequence[str]
    numeric: Sequence[bool]
    rows: Sequence[Sequence[str]]
    more: bool = False


def export_seen(path: Path, seen: Seen, rows: Iterable[Sequence[str]], texts: Texts) -> None:
    """Write a table to a file by its ending; `rows` are those of `seen`, told one by one.

    Refuses `export.unknown_format`; raises the Fault `export.not_written`, and then leaves nothing behind.
    """
    if path.suffix.lower() == ".pdf":
        made = seen_pdf(seen, texts)
        with replacing(path) as file:
            file.write(made)
    else:
        columns = [_column(n, caption, seen.numeric[n]) for n, caption in enumerate(seen.captions)]
        export_table(path, columns, rows, texts)


def _column(n: int, caption: str, numeric: bool) -> TableColumn[Sequence[str]]:
    return TableColumn(caption, lambda row: _value(row[n], numeric=numeric), _WIDTH)


def seen_pdf(seen: Seen, texts: Texts) -> bytes:
    """A table as the bytes of a PDF; a column is as wide as what stands in it."""

    def head(canvas: Canvas) -> float:
        y = letterhead(canvas, _PAPER, title=seen.title, sender="Stockhand", address="") - 12
        pairs = ((texts.text("captions", "reports.content"), seen.facts),)
        return facts(canvas, _PAPER.left, y, pairs, label=92, width=_PAPER.body) - 14

    def page_of(page: int, pages: int) -> str:
        return texts.text("captions", "reports.page", {"page": page, "pages": pages})

    return pdf(
        [Sheet(_PAPER, head, _blocks(seen, texts), seen.title, seen.facts, page_of)], title=seen.title, author=""
    )


def _blocks(seen: Seen, texts: Texts) -> list[Block]:
    if not seen.rows:
        return [sentence(_PAPER, texts.text("captions", "reports.nothing"))]
    headings = [texts.text("captions", caption) for caption in seen.captions]
    filled = [n for n in range(len(seen.captions)) if any(row[n] for row in seen.rows)]
    columns = [Column(headings[n], _share(seen, headings[n], n), number=seen.numeric[n]) for n in filled]
    return [*table(_PAPER, columns, [[Cell(row[n]) for n in filled] for row in seen.rows])]


def _share(seen: Seen, heading: str, column: int) -> float:
    longest = max((row[column] for row in seen.rows[:_SAMPLE]), key=len)
    return min(_WIDE, max(_NARROW, *(text_width(text, size=8.5) + 8 for text in (longest, heading))))


def _value(cell: str, *, numeric: bool) -> Value:
    try:
        return Decimal(cell) if numeric and cell else cell
    except InvalidOperation:
        return cell
