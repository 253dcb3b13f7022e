"""Papers for customs: the commercial invoice, and the declaration CN22 of the post.

The CN22 follows the form of the Universal Postal Union (Convention Manual): its numbered fields are contents (1),
their weight (2) and value (3), tariff number (4) and origin (5), and the totals (6, 7), signed by the sender (8).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from app.domain.carriers import CN22_ROWS, Consignment, CustomsLine, declared, in_room
from app.domain.partners import Address
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.reports.paper import (
    A4,
    ACCENT,
    GREY,
    INK,
    Block,
    Canvas,
    Cell,
    Column,
    Format,
    Sheet,
    facts,
    ink,
    numbered,
    pdf,
    sentence,
    space,
    table,
    wrapped,
    write,
)
from app.texts import Texts

_PAPER = A4
_A6 = Format(297.64, 419.53, margin=14.0, bottom=14.0)
_HANDED_OVER_HERE = frozenset({"EXW", "FCA", "FAS", "FOB"})
"""The terms by which goods are handed over where they leave."""


@dataclass(frozen=True, slots=True)
class CustomsPaper:
    """What these papers speak of: the carton as its carrier was told of it, and the goods with their customs data.

    `incoterm`: the terms of delivery by Incoterms 2020, such as DAP; empty where none are said.
    """

    consignment: Consignment
    goods: tuple[CustomsLine, ...]
    incoterm: str = ""

    @property
    def net_kg(self) -> Decimal:
        """The goods alone."""
        return sum((one.weight_kg for one in self.goods), Decimal(0))

    @property
    def worth(self) -> str:
        """All goods together, with the currency; a dash where some have no price."""
        return f"{declared(*(one.value for one in self.goods))} {self.consignment.currency}"

    @property
    def number(self) -> str:
        """The invoice's number: the order's, and which carton of it."""
        one = self.consignment
        return one.order if one.cartons == 1 else f"{one.order}-{one.carton}"


def write_invoice(path: Path, paper: CustomsPaper, texts: Texts, *, printed_at: datetime) -> None:
    """Write a commercial invoice as PDF; raises the Fault `export.not_written` and then leaves nothing behind."""
    made = invoice_pdf(paper, texts, printed_at=printed_at)
    with replacing(path) as file:
        file.write(made)


def write_cn22(path: Path, paper: CustomsPaper, texts: Texts, *, printed_at: datetime) -> None:
    """Write a CN22 as PDF; raises the Fault `export.not_written` and then leaves nothing behind."""
    made = cn22_pdf(paper, texts, printed_at=printed_at)
    with replacing(path) as file:
        file.write(made)


def invoice_pdf(paper: CustomsPaper, texts: Texts, *, printed_at: datetime) -> bytes:
    """The commercial invoice of a carton as the bytes of a PDF; prices by what the goods cost the customer."""
    one = paper.consignment

    def words(code: str, **told: object) -> str:
        return texts.text("captions", f"reports.{code}", told)

    def head(canvas: Canvas) -> float:
        sender = one.sender.lines
        y = numbered(
            canvas, _PAPER, title=words("invoice"), sender=sender[0] if sender else "", address=", ".join(sender[1:]),
            above=words("invoice_number"), number=paper.number,
        )  # fmt: skip
        half = _PAPER.body / 2
        end = _address(canvas, words("consignee"), one.receiver, y - 62)
        pairs = (
            (words("invoice_date"), f"{printed_at:%Y-%m-%d}"),
            (words("order"), one.order),
            (words("tracking"), one.tracking),
            (words("reason_for_export"), words("sale_of_goods")),
            (words("country_of_destination"), one.receiver.country),
            (words("net_weight"), f"{paper.net_kg:.3f} kg"),
            (words("gross_weight"), f"{one.weight_kg:.3f} kg"),
            (words("terms_of_delivery"), _terms(paper)),
            (words("parcels"), words("parcel_of", number=one.carton, count=one.cartons)),
        )
        return min(end, facts(canvas, _PAPER.left + half, y - 56, pairs, label=110, width=half)) - 14

    columns = (
        Column(words("item"), 34),
        Column(words("hs_code"), 14),
        Column(words("origin"), 9),
        Column(words("quantity"), 12, number=True),
        Column(words("net_weight"), 13, number=True),
        Column(words("worth", currency=one.currency), 16, number=True),
    )
    weight, value = f"{paper.net_kg:.3f} kg", paper.worth
    total = [
        Cell(words("total_of_goods"), bold=True),
        *([Cell("")] * 3),
        Cell(weight, bold=True),
        Cell(value, bold=True),
    ]
    blocks: list[Block] = [
        *table(_PAPER, columns, [*(_goods(line) for line in paper.goods), total]),
        space(16),
        sentence(_PAPER, words("invoice_says")),
        space(40),
        Block(30, lambda canvas, y: _sign(canvas, words("date_and_signature"), y)),
    ]
    sheet = Sheet(
        paper=_PAPER,
        head=head,
        blocks=blocks,
        running=f"{words('invoice')}  {paper.number}",
        foot=words("printed", moment=f"{printed_at:%Y-%m-%d %H:%M}"),
        page_of=lambda page, pages: words("page", page=page, pages=pages),
    )
    return pdf([sheet], title=f"{words('invoice')} {paper.number}", author=one.sender.name)


def cn22_pdf(paper: CustomsPaper, texts: Texts, *, printed_at: datetime) -> bytes:
    """The declaration CN22 of a carton on A6, as the bytes of a PDF. In English, which every post reads."""
    one = paper.consignment

    def words(code: str, **told: object) -> str:
        return texts.text("captions", f"reports.{code}", told)

    def draw(canvas: Canvas) -> float:
        form = _Form(canvas, words)
        form.head(one)
        form.goods(in_room(paper.goods, more=words("more_goods")), one.currency)
        form.totals(paper, printed_at)
        return _A6.bottom

    sheet = Sheet(_A6, draw, (), "", "", lambda _page, _pages: "")
    return pdf([sheet], title=f"CN22 {one.tracking or paper.number}", author=one.sender.name)


class _Form:
    """The post's form, drawn from its upper edge down."""

    def __init__(self, canvas: Canvas, words: Callable[[str], str]) -> None:
        self._canvas, self._words = canvas, words
        canvas.setStrokeColor(ink(INK))
        canvas.setLineWidth(0.6)

    def head(self, one: Consignment) -> None:
        canvas, words, top = self._canvas, self._words, _A6.height - 14
        canvas.rect(_A6.left, _A6.bottom, _A6.body, top - _A6.bottom, stroke=1, fill=0)
        write(canvas, words("customs_declaration"), _A6.left + 6, top - 16, size=11, bold=True)
        write(canvas, words("opened_officially"), _A6.left + 6, top - 28, size=7.5)
        write(canvas, "CN 22", _A6.right - 6, top - 18, size=15, bold=True, right=True)
        write(canvas, words("important_back"), _A6.right - 6, top - 29, size=6.5, right=True)
        for n, line in enumerate((f"{words('from')}: {', '.join(one.sender.lines)}",
                                  f"{words('to')}: {', '.join(one.receiver.lines)}")):  # fmt: skip
            for m, part in enumerate(wrapped(line, _A6.body - 12, size=6.5)[:2]):
                write(canvas, part, _A6.left + 6, top - 43 - 18 * n - 8 * m, size=6.5)
        self._line(top - 76)
        kinds = ("gift", "documents", "commercial_sample", "sale_of_goods", "returned_goods", "other_kind")
        for n, kind in enumerate(kinds):
            x, y = _A6.left + 6 + 86 * (n % 3), top - 89 - 14 * (n // 3)
            canvas.rect(x, y, 7, 7, stroke=1, fill=0)
            if kind == "sale_of_goods":
                write(canvas, "×", x + 0.9, y + 0.6, size=9, bold=True)
            write(canvas, words(kind), x + 11, y + 0.8, size=7)
        self._line(top - 109)

    def goods(self, goods: Sequence[CustomsLine], currency: str) -> None:
        canvas, top = self._canvas, _A6.height - 14 - 109
        marks = ("contents_1", "weight_2", "value_3")
        for x, mark in zip((_A6.left + 6, _A6.left + 172, _A6.left + 216), marks, strict=True):
            for n, part in enumerate(wrapped(self._words(mark), 160 if mark == "contents_1" else 42, size=6)[:2]):
                write(canvas, part, x, top - 8 - 7 * n, size=6, color=GREY)
        self._line(top - 20)
        for n, one in enumerate(goods):
            y = top - 31 - 30 * n
            named = f"{format_quantity(one.quantity, one.unit)} {one.description}"
            for m, part in enumerate(wrapped(named, 156, size=7, bold=True)[:2]):
                write(canvas, part, _A6.left + 6, y - 8 * m, size=7, bold=True)
            coded = f"HS {one.hs_code or '–'}   {self._words('origin')} {one.origin or '–'}"
            write(canvas, coded, _A6.left + 6, y - 17, size=6.5, color=GREY)
            write(canvas, f"{one.weight_kg:.3f}", _A6.left + 208, y, size=7, right=True)
            write(canvas, f"{declared(one.value)} {currency}", _A6.right - 5, y, size=7, right=True)
        self._line(top - 24 - 30 * CN22_ROWS)
        for x in (_A6.left + 168, _A6.left + 212):
            canvas.line(x, top, x, top - 48 - 30 * CN22_ROWS)

    def totals(self, paper: CustomsPaper, printed_at: datetime) -> None:
        canvas, words, one = self._canvas, self._words, paper.consignment
        top = _A6.height - 14 - 109 - 24 - 30 * CN22_ROWS
        write(canvas, words("tariff_4"), _A6.left + 6, top - 9, size=6, color=GREY)
        write(canvas, words("total_6"), _A6.left + 172, top - 8, size=6, color=GREY)
        write(canvas, f"{one.weight_kg:.3f}", _A6.left + 208, top - 19, size=8, bold=True, right=True)
        write(canvas, words("total_7"), _A6.left + 216, top - 8, size=6, color=GREY)
        write(canvas, paper.worth, _A6.right - 5, top - 19, size=7.5, bold=True, right=True)
        self._line(top - 24)
        for n, part in enumerate(wrapped(words("cn22_says"), _A6.body - 12, size=6.2)):
            write(canvas, part, _A6.left + 6, top - 34 - 7.6 * n, size=6.2)
        write(canvas, words("signature_8"), _A6.left + 6, _A6.bottom + 6, size=6, color=GREY)
        write(canvas, f"{printed_at:%Y-%m-%d}", _A6.left + 6, _A6.bottom + 17, size=8)
        canvas.line(_A6.left + 90, _A6.bottom + 15, _A6.right - 6, _A6.bottom + 15)

    def _line(self, y: float) -> None:
        self._canvas.line(_A6.left, y, _A6.right, y)


def _terms(paper: CustomsPaper) -> str:
    """Terms of delivery with their place, as Incoterms 2020 want them written; nothing where none are said."""
    if not paper.incoterm:
        return ""
    here = paper.consignment.sender if paper.incoterm in _HANDED_OVER_HERE else paper.consignment.receiver
    place = " ".join(part for part in (paper.incoterm, here.city, here.country) if part)
    return f"{place} (Incoterms 2020)"


def _goods(one: CustomsLine) -> list[Cell]:
    return [
        Cell(one.description, bold=True),
        Cell(one.hs_code or "–"),
        Cell(one.origin or "–"),
        Cell(format_quantity(one.quantity, one.unit)),
        Cell(f"{one.weight_kg:.3f} kg"),
        Cell(declared(one.value)),
    ]


def _address(canvas: Canvas, title: str, address: Address, y: float) -> float:
    write(canvas, title, _PAPER.left, y, size=7.8, bold=True, color=ACCENT)
    for n, line in enumerate(address.lines):
        for part in wrapped(line, _PAPER.body / 2 - 20, size=10, bold=n == 0):
            write(canvas, part, _PAPER.left, y - 16, size=10, bold=n == 0)
            y -= 14
    return y - 6


def _sign(canvas: Canvas, caption: str, y: float) -> None:
    canvas.setStrokeColor(ink(INK))
    canvas.line(_PAPER.left, y - 4, _PAPER.left + 220, y - 4)
    write(canvas, caption, _PAPER.left, y - 15, size=7.8, color=GREY)
