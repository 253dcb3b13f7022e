"""The customs declaration CN 23 of the post: for parcels, and for things above the limits of the CN 22.

Its numbered fields are those of the form of the Universal Postal Union (Convention Manual): description (1), quantity
(2), net weight (3), gross weight (4), value (5), total value (6), tariff number (7), origin (8), postal charges (9),
category (10), comments (11), licence (12), certificate (13), invoice (14), date and signature (15). In English, which
every post reads.
"""

from datetime import datetime
from pathlib import Path

from app.domain.carriers import declared
from app.domain.partners import Address
from app.domain.values import format_quantity
from app.reports.customs import CustomsPaper
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
    Sheet,
    code_128,
    facts,
    ink,
    pdf,
    sentence,
    space,
    table,
    wrapped,
    write,
)
from app.texts import Texts

_PAPER = A4
_HALF = _PAPER.body / 2 - 6
_BOX, _SIGNING = 96.0, 50.0
_KINDS = ("gift", "documents", "commercial_sample", "returned_goods", "sale_of_goods", "other_kind")


def write_cn23(path: Path, paper: CustomsPaper, texts: Texts, *, printed_at: datetime) -> None:
    """Write a CN23 as PDF; raises the Fault `export.not_written` and then leaves nothing behind."""
    made = cn23_pdf(paper, texts, printed_at=printed_at)
    with replacing(path) as file:
        file.write(made)


def cn23_pdf(paper: CustomsPaper, texts: Texts, *, printed_at: datetime) -> bytes:
    """The declaration CN23 of a carton as the bytes of a PDF."""
    one = paper.consignment
    form = _Form(paper, texts, printed_at)
    sheet = Sheet(
        paper=_PAPER,
        head=form.head,
        blocks=form.blocks(),
        running=f"CN 23  {one.tracking or paper.number}",
        foot=form.words("printed", moment=f"{printed_at:%Y-%m-%d %H:%M}"),
        page_of=lambda page, pages: form.words("page", page=page, pages=pages),
    )
    return pdf([sheet], title=f"CN23 {one.tracking or paper.number}", author=one.sender.name)


class _Form:
    """The form of one carton."""

    def __init__(self, paper: CustomsPaper, texts: Texts, printed_at: datetime) -> None:
        self._paper, self._texts, self._printed_at = paper, texts, printed_at

    def words(self, code: str, **told: object) -> str:
        return self._texts.text("captions", f"reports.{code}", told)

    def head(self, canvas: Canvas) -> float:
        one, top = self._paper.consignment, _PAPER.top
        write(canvas, self.words("customs_declaration"), _PAPER.left, top - 14, size=15, bold=True)
        write(canvas, self.words("opened_officially"), _PAPER.left, top - 28, size=8, color=GREY)
        write(canvas, "CN 23", _PAPER.right, top - 14, size=20, bold=True, right=True)
        if one.tracking:
            code_128(canvas, _PAPER, one.tracking, top - 30)
        y = top - 82
        self._address(canvas, self.words("from"), one.sender, _PAPER.left, y)
        self._address(canvas, self.words("to"), one.receiver, _PAPER.left + _HALF + 12, y)
        return y - _BOX - 14

    def blocks(self) -> list[Block]:
        paper, one = self._paper, self._paper.consignment
        columns = (
            Column(self.words("description_1"), 33),
            Column(self.words("quantity_2"), 13, number=True),
            Column(self.words("net_weight_3"), 13, number=True),
            Column(self.words("value_5"), 15, number=True),
            Column(self.words("tariff_7"), 15),
            Column(self.words("origin_8"), 11),
        )
        rows = [
            [
                Cell(line.description, bold=True),
                Cell(format_quantity(line.quantity, line.unit)),
                Cell(f"{line.weight_kg:.3f} kg"),
                Cell(f"{declared(line.value)} {one.currency}"),
                Cell(line.hs_code or "–"),
                Cell(line.origin or "–"),
            ]
            for line in paper.goods
        ]
        totals = (
            (self.words("gross_weight_4"), f"{one.weight_kg:.3f} kg"),
            (self.words("total_value_6"), paper.worth),
            (self.words("charges_9"), ""),
            (self.words("comments_11"), ""),
            (self.words("licence_12"), ""),
            (self.words("certificate_13"), ""),
            (self.words("invoice_14"), paper.number),
        )
        height = 12.0 * len(totals) + 14
        return [
            *table(_PAPER, columns, rows),
            space(10),
            Block(42, self._kinds),
            Block(height, lambda canvas, y: self._totals(canvas, y, totals)),
            space(6),
            sentence(_PAPER, self.words("cn22_says")),
            Block(_SIGNING, self._sign),
        ]

    def _address(self, canvas: Canvas, title: str, address: Address, x: float, y: float) -> None:
        canvas.setStrokeColor(ink(INK))
        canvas.setLineWidth(0.6)
        canvas.rect(x, y - _BOX, _HALF, _BOX, stroke=1, fill=0)
        write(canvas, title, x + 6, y - 12, size=7.8, bold=True, color=ACCENT)
        base = y - 25
        for n, line in enumerate((*address.lines, address.phone, address.email)):
            for part in wrapped(line, _HALF - 12, size=8.5, bold=n == 0):
                if base > y - _BOX + 3:
                    write(canvas, part, x + 6, base, size=8.5, bold=n == 0)
                base -= 10.5

    def _kinds(self, canvas: Canvas, y: float) -> None:
        """What is sent, as boxes of which one is ticked."""
        write(canvas, self.words("category_10"), _PAPER.left, y - 9, size=7.8, color=GREY)
        canvas.setStrokeColor(ink(INK))
        for n, kind in enumerate(_KINDS):
            x, base = _PAPER.left + n % 3 * _PAPER.body / 3, y - 22 - 12 * (n // 3)
            canvas.rect(x, base, 7, 7, stroke=1, fill=0)
            if kind == "sale_of_goods":
                write(canvas, "×", x + 0.9, base + 0.6, size=9, bold=True)
            write(canvas, self.words(kind), x + 10, base + 1, size=7.5)

    def _totals(self, canvas: Canvas, y: float, totals: tuple[tuple[str, str], ...]) -> None:
        said = tuple((name, value or "–") for name, value in totals)
        facts(canvas, _PAPER.left, y - 4, said, label=200, width=_PAPER.body)

    def _sign(self, canvas: Canvas, y: float) -> None:
        write(canvas, f"{self._printed_at:%Y-%m-%d}", _PAPER.left, y - 30, size=9)
        canvas.setStrokeColor(ink(INK))
        canvas.line(_PAPER.left + 90, y - 33, _PAPER.left + 330, y - 33)
        write(canvas, self.words("signature_15"), _PAPER.left, y - 44, size=7.8, color=GREY)
