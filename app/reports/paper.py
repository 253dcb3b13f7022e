"""A4 paper: fonts, blocks that flow over pages, tables whose cells wrap, a head and a foot on every page.

What a document says is the business of the modules beside this one. Lengths are points (1/72 inch) unless the name
says millimetres; reportlab measures from the lower left corner.
"""

import importlib.util
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import IO, Any

from app.reports import scripts

INK, GREY, FAINT, BAND, ACCENT = "#1c2733", "#5d6b7a", "#d5dce3", "#eef2f6", "#1f3a5f"
PLAIN, BOLD = "Paper", "Paper-Bold"
_UNSEEN = 3
"""The way of setting text, of ISO 32000-1, 9.3.6, that leaves no ink."""

Canvas = Any
"""That of `pages`, which is reportlab's; the library has no types."""


@dataclass(frozen=True, slots=True)
class Format:
    """A sheet of paper; nothing but the foot stands below `bottom`."""

    width: float
    height: float
    margin: float = 51.0
    bottom: float = 60.0

    @property
    def left(self) -> float:
        """Where lines begin."""
        return self.margin

    @property
    def right(self) -> float:
        """Where lines end."""
        return self.width - self.margin

    @property
    def body(self) -> float:
        """How long lines are."""
        return self.width - 2 * self.margin

    @property
    def top(self) -> float:
        """Where a page begins."""
        return self.height - 48.0


A4 = Format(595.28, 841.89)
A4_LANDSCAPE = Format(841.89, 595.28, margin=45.0)


@dataclass(frozen=True, slots=True)
class Block:
    """Something drawn below the last one: its height, and how to draw it from its upper edge (y).

    `header` is drawn again where the block begins a page; `keep` more points must follow on the same page.
    """

    height: float
    draw: Callable[[Canvas, float], None]
    header: "Block | None" = None
    keep: float = 0.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its width as a share of the paper's, and whether it holds numbers."""

    heading: str
    share: float
    number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its main text and a smaller one below, both wrapped; and a `code` below them as Code 128."""

    text: str
    note: str = ""
    bold: bool = False
    code: str = ""


@cache
def fonts() -> None:
    """Make the fonts known to reportlab: DejaVu of matplotlib (Latin, Greek, Cyrillic), else reportlab's own Vera."""
    from reportlab.pdfbase import pdfmetrics, ttfonts  # noqa: PLC0415  (heavy: loaded on first use)

    found = importlib.util.find_spec("matplotlib")
    folder = Path(found.origin).parent / "mpl-data/fonts/ttf" if found and found.origin else Path()
    dejavu = (folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf")
    regular, bold = dejavu if all(file.is_file() for file in dejavu) else (Path("Vera.ttf"), Path("VeraBd.ttf"))
    pdfmetrics.registerFont(ttfonts.TTFont(PLAIN, str(regular)))
    pdfmetrics.registerFont(ttfonts.TTFont(BOLD, str(bold)))


@cache
def ink(color: str) -> object:
    """Reportlab's own value of a colour: reading `#1f3a5f` anew for every word takes a third of the time."""
    from reportlab.lib.colors import HexColor  # noqa: PLC0415  (heavy: loaded on first use)

    return HexColor(color)


@lru_cache(maxsize=4096)
def text_width(text: str, *, size: float, bold: bool = False) -> float:
    """How wide a text is."""
    from reportlab.pdfbase.pdfmetrics import stringWidth  # noqa: PLC0415

    fonts()
    if not scripts.is_plain(text):
        return scripts.width_of(text, size)
    return float(stringWidth(text, BOLD if bold else PLAIN, size))


@lru_cache(maxsize=4096)
def wrapped(text: str, width: float, *, size: float, bold: bool = False) -> tuple[str, ...]:
    """The text in lines of at most this width, between words where possible, else within one."""
    words = text.split()
    whole = " ".join(words)
    if text_width(whole, size=size, bold=bold) <= width:
        return (whole,) if whole else ()
    lines: list[str] = []
    line = ""
    for word in words:
        longer = f"{line} {word}".strip()
        if text_width(longer, size=size, bold=bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while text_width(line, size=size, bold=bold) > width and len(line) > 1:
            fits = next(
                n for n in range(len(line) - 1, 0, -1) if n == 1 or text_width(line[:n], size=size, bold=bold) <= width
            )
            lines.append(line[:fits])
            line = line[fits:]
    return (*lines, line) if line else tuple(lines)


def write(
    canvas: Canvas,
    text: str,
    x: float,
    y: float,
    *,
    size: float = 8.5,
    bold: bool = False,
    color: str = INK,
    right: bool = False,
) -> None:
    """Write one line with its base line at y; ending at x where `right`."""
    begin = x - text_width(text, size=size, bold=bold) if right else x
    if scripts.is_plain(text):
        canvas.write(text, begin, y, font=BOLD if bold else PLAIN, size=size, color=color)
    else:
        canvas.setFont(BOLD if bold else PLAIN, size)
        _draw_line(canvas, text, begin, y, size=size, color=color)


def _draw_line(canvas: Canvas, text: str, x: float, y: float, *, size: float, color: str) -> None:
    """Draw a line in another script as a picture, with the text itself unseen under it."""
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415  (heavy: loaded on first use)

    canvas.drawString(x, y, text, mode=_UNSEEN)
    line = scripts.drawn(text, size, color)
    canvas.drawImage(ImageReader(line.picture), x, y - line.below, line.width, line.height, mask="auto")


def rule(canvas: Canvas, paper: Format, y: float, *, color: str = FAINT, width: float = 0.5) -> None:
    """A horizontal line."""
    canvas.setStrokeColor(ink(color))
    canvas.setLineWidth(width)
    canvas.line(paper.left, y, paper.right, y)


def space(height: float) -> Block:
    """Empty paper."""
    return Block(height, lambda _canvas, _y: None)


def sentence(paper: Format, text: str, *, size: float = 9, color: str = GREY) -> Block:
    """A text over the whole width."""
    lines = wrapped(text, paper.body, size=size)

    def draw(canvas: Canvas, y: float) -> None:
        for n, line in enumerate(lines):
            write(canvas, line, paper.left, y - size - n * size * 1.35, size=size, color=color)

    return Block(len(lines) * size * 1.35 + 4, draw)


_SIZE, _NOTE, _LINE, _NOTE_LINE, _PAD, _GAP = 8.5, 7.2, 11.0, 9.4, 4.5, 9.0


def table(
    paper: Format,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    before: Block | None = None,
    nothing: Block | None = None,
) -> Iterator[Block]:
    """A table as blocks, one a row; its headings stand again on every page it reaches, below `before`.

    Where there are no rows and `nothing` is given, that stands in its place.
    """
    edges = column_edges(paper, columns)
    header = _header(paper, columns, edges)
    if before is not None:
        header = _stacked(before, header)
    made = (_row(paper, columns, edges, row, header) for row in rows)
    first = next(made, None)
    if first is None and nothing is not None:
        yield nothing
        return
    yield Block(header.height, header.draw, None, keep=first.height if first else 0.0)
    if first is not None:
        yield first
        yield from made


def column_edges(paper: Format, columns: Sequence[Column]) -> list[tuple[float, float]]:
    """Left and right edge of each column's text."""
    whole = sum(column.share for column in columns)
    edges, x = [], paper.left
    for position, column in enumerate(columns):
        width = paper.body * column.share / whole
        last = position == len(columns) - 1
        edges.append((x + 5 if position == 0 else x, x + width - (5 if last else _GAP)))
        x += width
    return edges


def _stacked(upper: Block, lower: Block) -> Block:
    def draw(canvas: Canvas, y: float) -> None:
        upper.draw(canvas, y)
        lower.draw(canvas, y - upper.height)

    return Block(upper.height + lower.height, draw)


def _header(paper: Format, columns: Sequence[Column], edges: Sequence[tuple[float, float]]) -> Block:
    lines = [wrapped(c.heading, right - left, size=7.2) for c, (left, right) in zip(columns, edges, strict=True)]
    height = max(len(each) for each in lines) * _NOTE_LINE + 7

    def draw(canvas: Canvas, y: float) -> None:
        for column, (left, right), heading in zip(columns, edges, lines, strict=True):
            for n, line in enumerate(heading):
                base = y - height + 5 + (len(heading) - 1 - n) * _NOTE_LINE
                write(canvas, line, right if column.number else left, base, size=7.2, color=GREY, right=column.number)
        rule(canvas, paper, y - height, color=GREY, width=0.7)

    return Block(height, draw)


def _row(
    paper: Format, columns: Sequence[Column], edges: Sequence[tuple[float, float]], cells: Sequence[Cell], header: Block
) -> Block:
    texts = [
        (wrapped(cell.text, right - left, size=_SIZE, bold=cell.bold), wrapped(cell.note, right - left, size=_NOTE))
        for cell, (left, right) in zip(cells, edges, strict=True)
    ]
    words = max(len(main) * _LINE + len(note) * _NOTE_LINE for main, note in texts)
    height = words + (_CODE_PT + _PAD if any(cell.code for cell in cells) else 0) + 2 * _PAD

    def draw(canvas: Canvas, y: float) -> None:
        for column, cell, (left, right), (main, note) in zip(columns, cells, edges, texts, strict=True):
            x, base = (right if column.number else left), y - _PAD - _SIZE
            for line in main:
                write(canvas, line, x, base, size=_SIZE, bold=cell.bold, right=column.number)
                base -= _LINE
            for line in note:
                write(canvas, line, x, base + 1.5, size=_NOTE, color=GREY, right=column.number)
                base -= _NOTE_LINE
            if cell.code:
                _draw_code(canvas, cell.code, left, y - height + _PAD, width=right - left)
        rule(canvas, paper, y - height)

    return Block(height, draw, header)


def _draw_code(canvas: Canvas, code: str, x: float, y: float, *, width: float) -> None:
    """A code that a scanner reads from paper; none where it would be too fine for that, or has letters beyond ASCII."""
    from reportlab.graphics.barcode.code128 import Code128  # noqa: PLC0415  (heavy: loaded on first use)

    module = min(0.9, width / (11 * (len(code) + 3) + 2))
    if module >= _FINEST_PT and code.isascii():
        Code128(code, barWidth=module, barHeight=_CODE_PT, quiet=0).drawOn(canvas, x, y)


_CODE_PT, _FINEST_PT = 18.0, 0.5
_ABREAST, _PICTURE_PT = 3, 118.0


def pictures(paper: Format, shown: Sequence[tuple[bytes, str]]) -> list[Block]:
    """Pictures (JPEG or PNG) three abreast, each with a line below it that says what it shows."""
    rows = [shown[begun : begun + _ABREAST] for begun in range(0, len(shown), _ABREAST)]
    return [Block(_PICTURE_PT + 26, partial(_draw_pictures, paper, row)) for row in rows]


def _draw_pictures(paper: Format, row: Sequence[tuple[bytes, str]], canvas: Canvas, y: float) -> None:
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415  (heavy: loaded on first use)

    room = (paper.body - (_ABREAST - 1) * _GAP) / _ABREAST
    for n, (content, words) in enumerate(row):
        x = paper.left + n * (room + _GAP)
        image = ImageReader(io.BytesIO(content))
        canvas.drawImage(image, x, y - _PICTURE_PT, room, _PICTURE_PT, preserveAspectRatio=True, anchor="nw")
        for k, line in enumerate(wrapped(words, room, size=_NOTE)[:2]):
            write(canvas, line, x, y - _PICTURE_PT - 9 - k * _NOTE_LINE, size=_NOTE, color=GREY)


def paginated(paper: Format, blocks: Iterable[Block], top: float) -> Iterator[list[tuple[Block, float]]]:
    """The blocks on pages, each with its upper edge; the first page begins at `top`, the others at the paper's top."""
    page: list[tuple[Block, float]] = []
    y = top
    for block in blocks:
        if y - block.height - block.keep < paper.bottom and page:
            yield page
            page = []
            y = paper.top - 26
            if block.header:
                page.append((block.header, y))
                y -= block.header.height
        page.append((block, y))
        y -= block.height
    yield page


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document on paper: how its first page begins, its blocks, and the lines at the foot and on later pages.

    `head` draws the beginning of the first page and returns where the blocks start. It is asked before the blocks, for
    that only, and drawn after them: it may tell what is known when all of them were made, in as many lines.
    """

    paper: Format
    head: Callable[[Canvas], float]
    blocks: Iterable[Block]
    running: str
    foot: str
    page_of: Callable[[int, int], str]


def pdf(sheets: Sequence[Sheet], *, title: str, author: str) -> bytes:
    """The documents as one PDF, each beginning on a page of its own and counting its own pages."""
    made = io.BytesIO()
    write_pdf(made, sheets, title=title, author=author)
    return made.getvalue()


def write_pdf(file: IO[bytes], sheets: Iterable[Sheet], *, title: str, author: str) -> None:
    """The documents as one PDF in a file; their blocks are asked for and drawn page by page."""
    from app.reports.pages import Pages  # noqa: PLC0415  (heavy: loaded on first use)

    fonts()
    canvas = Pages(file, pageCompression=1, lang="en")
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setCreator("Stockhand")
    for sheet in sheets:
        _draw(canvas, sheet)
    canvas.save()


def _draw(canvas: Canvas, sheet: Sheet) -> None:
    paper, before = sheet.paper, len(canvas.finished)
    canvas.setPageSize((paper.width, paper.height))
    for page in paginated(paper, sheet.blocks, canvas.tried(sheet.head)):
        for block, y in page:
            block.draw(canvas, y)
        canvas.showPage()
    pages = canvas.finished[before:]
    for number, finished in enumerate(pages, start=1):
        with canvas.on(finished):
            if number == 1:
                sheet.head(canvas)
            else:
                write(canvas, sheet.running, paper.left, paper.top - 8, size=8.5, bold=True, color=ACCENT)
                rule(canvas, paper, paper.top - 14, color=ACCENT, width=0.7)
            if sheet.foot:
                rule(canvas, paper, 42)
            write(canvas, sheet.foot, paper.left, 30, size=7.2, color=GREY)
            write(canvas, sheet.page_of(number, len(pages)), paper.right, 30, size=7.2, color=GREY, right=True)


def letterhead(canvas: Canvas, paper: Format, *, title: str, sender: str, address: str) -> float:
    """Who sends it on the left, what it is on the right; returns where to go on."""
    y = paper.top
    write(canvas, title, paper.right, y - 16, size=19, bold=True, color=ACCENT, right=True)
    room = paper.body - text_width(title, size=19, bold=True) - 20
    for line in wrapped(sender, room, size=11.5, bold=True)[:2]:
        write(canvas, line, paper.left, y - 10, size=11.5, bold=True)
        y -= 14
    for line in wrapped(address, room, size=8)[:3]:
        write(canvas, line, paper.left, y - 9, size=8, color=GREY)
        y -= 11
    y = min(y, paper.top - 24) - 8
    rule(canvas, paper, y, color=ACCENT, width=1.6)
    return y


def numbered(
    canvas: Canvas, paper: Format, *, title: str, sender: str, address: str, above: str, number: str
) -> float:  # fmt: skip
    """The head of a paper that is known by a number: the letterhead, the number below what it is called, and its code.

    Returns where the number began; what follows stands at least 58 points lower.
    """
    y = letterhead(canvas, paper, title=title, sender=sender, address=address) - 18
    write(canvas, above, paper.left, y - 4, size=7.8, color=GREY)
    for n, line in enumerate(wrapped(number, paper.body / 2 - 10, size=16, bold=True)[:2]):
        write(canvas, line, paper.left, y - 22 - n * 18, size=16, bold=True)
    code_128(canvas, paper, number, y)
    return y


def facts(canvas: Canvas, x: float, y: float, pairs: Sequence[tuple[str, str]], *, label: float, width: float) -> float:
    """Labelled values below each other, wrapped; returns where the last one ends."""
    for name, value in pairs:
        if not value:
            continue
        write(canvas, name, x, y - 9, size=7.8, color=GREY)
        for line in wrapped(value, width - label, size=8.5):
            write(canvas, line, x + label, y - 9, size=8.5)
            y -= 12.5
    return y


def code_128(canvas: Canvas, paper: Format, number: str, y: float) -> None:
    """A number as Code 128 at the right edge, with the number below it; nothing where it cannot be written so."""
    from reportlab.graphics.barcode.code128 import Code128  # noqa: PLC0415  (heavy: loaded on first use)

    symbols = number.encode("ascii", "ignore").decode()
    if symbols != number:
        return
    module = min(1.1, (paper.body / 2 - 20) / (11 * (len(number) + 3) + 2))
    code = Code128(number, barWidth=module, barHeight=30, quiet=0)
    code.drawOn(canvas, paper.right - code.width, y - 28)
    write(canvas, number, paper.right - (code.width + text_width(number, size=8)) / 2, y - 38, size=8)
