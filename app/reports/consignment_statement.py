"""The statement of used consignment goods: what a supplier may bill us, or what we bill a customer, for a period.

As PDF for people, as CSV for the program that writes or checks the invoice: fields in English, quantities in base
units, amounts in the company's currency.
"""

import csv
import io
from datetime import datetime
from pathlib import Path

from app.database.consignment import Statement, UsedGoods
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.reports.paper import (
    A4,
    GREY,
    Canvas,
    Cell,
    Column,
    Sheet,
    facts,
    letterhead,
    pdf,
    sentence,
    space,
    table,
    write,
)
from app.texts import Texts

ENDINGS = (".pdf", ".csv")
_PAPER = A4


def write_statement(path: Path, statement: Statement, texts: Texts, *, printed_at: datetime) -> None:
    """Write a statement as PDF or CSV by its ending; refuses `export.unknown_format`."""
    suffix = path.suffix.lower()
    if suffix not in ENDINGS:
        raise Refusal("export.unknown_format", path=path, known=", ".join(ENDINGS))
    made = statement_pdf(statement, texts, printed_at=printed_at) if suffix == ".pdf" else _csv(statement)
    with replacing(path) as file:
        file.write(made)


def statement_pdf(statement: Statement, texts: Texts, *, printed_at: datetime) -> bytes:
    """A statement as the bytes of a PDF."""

    def words(code: str, **facts: object) -> str:
        return texts.text("captions", f"reports.{code}", facts)

    def head(canvas: Canvas) -> float:
        sender = statement.company or statement.warehouse
        address = ", ".join(p for p in (statement.warehouse, statement.warehouse_address) if p and p != sender)
        y = letterhead(canvas, _PAPER, title=words("consignment_statement"), sender=sender, address=address) - 22
        write(canvas, words(f"consignment_{statement.side}"), _PAPER.left, y, size=7.8, color=GREY)
        write(canvas, statement.partner_name or statement.partner, _PAPER.left, y - 20, size=16, bold=True)
        unpriced = sum(one.worth is None for one in statement.lines)
        pairs = (
            (words("partner"), statement.partner),
            (words("period"), f"{statement.since} – {statement.until}"),
            (words("statement_total"), f"{statement.total:.2f} {statement.currency}"),
            (words("without_price"), words("lines_without_price", count=unpriced) if unpriced else ""),
        )
        return facts(canvas, _PAPER.left, y - 32, pairs, label=110, width=_PAPER.body) - 14

    def row(one: UsedGoods) -> list[Cell]:
        origin = words("standard_cost") if one.priced_by == "standard" else one.priced_by
        weight = "" if one.weight_kg is None else f"{one.weight_kg:.3f} kg"
        return [
            Cell(one.on_day.isoformat(), one.person),
            Cell(one.sku, one.name),
            Cell(one.number or "–"),
            Cell(format_quantity(one.quantity, one.unit), weight),
            Cell("–" if one.price is None else f"{one.price:.4f}", origin),
            Cell("–" if one.worth is None else f"{one.worth:.2f}", bold=True),
        ]

    columns = (
        Column(words("day"), 14),
        Column(words("item"), 31),
        Column(words("lot_or_serial"), 15),
        Column(words("quantity"), 13, number=True),
        Column(words("price_of_one"), 14, number=True),
        Column(words("worth", currency=statement.currency), 13, number=True),
    )
    lines = [row(one) for one in statement.lines]
    blocks = [sentence(_PAPER, words(f"consignment_says_{statement.side}")), space(10)]
    blocks += table(_PAPER, columns, lines) if lines else [sentence(_PAPER, words("nothing_used"))]
    sheet = Sheet(
        paper=_PAPER,
        head=head,
        blocks=blocks,
        running=f"{words('consignment_statement')}  {statement.partner}",
        foot="   ·   ".join(
            (statement.company or statement.warehouse, words("printed", moment=f"{printed_at:%Y-%m-%d %H:%M}"))
        ),
        page_of=lambda page, pages: words("page", page=page, pages=pages),
    )
    title = f"{words('consignment_statement')} {statement.partner} {statement.since}"
    return pdf([sheet], title=title, author=statement.company)


_COLUMNS = (
    "partner", "since", "until", "day", "sku", "name", "number", "quantity", "unit", "weight_kg", "price", "worth",
    "currency", "priced_by", "person",
)  # fmt: skip


def _csv(statement: Statement) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _COLUMNS)
    writer.writeheader()
    for one in statement.lines:
        writer.writerow({
            "partner": statement.partner, "since": statement.since, "until": statement.until, "day": one.on_day,
            "sku": one.sku, "name": one.name, "number": one.number, "quantity": format_quantity(one.quantity),
            "unit": one.unit, "weight_kg": one.weight_kg, "price": one.price, "worth": one.worth,
            "currency": statement.currency, "priced_by": one.priced_by, "person": one.person,
        })  # fmt: skip
    return text.getvalue().encode("utf-8-sig")
