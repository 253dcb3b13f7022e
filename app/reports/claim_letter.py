"""The letter by which discrepancies are claimed from their supplier."""

from datetime import datetime
from pathlib import Path

from app.database.discrepancies import Claim, Discrepancy
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

_PAPER = A4


def write_claim(path: Path, claim: Claim, texts: Texts, *, printed_at: datetime) -> None:
    """Write a claim as PDF; raises the Fault `export.not_written` and then leaves nothing behind."""
    made = claim_pdf(claim, texts, printed_at=printed_at)
    with replacing(path) as file:
        file.write(made)


def claim_pdf(claim: Claim, texts: Texts, *, printed_at: datetime) -> bytes:
    """A claim as the bytes of a PDF."""

    def words(code: str, **facts: object) -> str:
        return texts.text("captions", f"reports.{code}", facts)

    def head(canvas: Canvas) -> float:
        sender = claim.company or claim.warehouse
        address = ", ".join(p for p in (claim.warehouse, claim.warehouse_address) if p and p != sender)
        y = letterhead(canvas, _PAPER, title=words("claim"), sender=sender, address=address) - 22
        write(canvas, words("claim_number"), _PAPER.left, y, size=7.8, color=GREY)
        write(canvas, claim.number, _PAPER.left, y - 20, size=16, bold=True)
        pairs = (
            (words("supplier"), " · ".join(p for p in (claim.partner_name, claim.partner) if p)),
            (words("claimed_on"), f"{claim.made_on} · {claim.made_by}"),
            (words("claim_sum"), f"{total} {claim.currency}"),
            (words("credited"), "" if claim.credited is None else f"{claim.credited:.2f} {claim.currency}"),
            (words("note"), claim.note),
        )
        return facts(canvas, _PAPER.left, y - 32, pairs, label=110, width=_PAPER.body) - 14

    def row(one: Discrepancy) -> list[Cell]:
        reason = f"reason.{one.reason}"
        why = texts.text("choices", reason) if texts.has("choices", reason) else ""
        return [
            Cell(f"{one.at:%Y-%m-%d}", one.document),
            Cell(
                texts.text("choices", f"discrepancy.{one.kind}"), " – ".join(p for p in (why, one.note) if p), bold=True
            ),
            Cell(one.sku, " · ".join(p for p in (one.name, one.lot) if p)),
            Cell(format_quantity(one.qty, one.unit)),
            Cell(f"{one.cost:.2f}", bold=True),
        ]

    total = f"{sum(one.cost for one in claim.lines):.2f}"
    columns = (
        Column(words("delivery"), 17),
        Column(words("kind"), 26),
        Column(words("item"), 31),
        Column(words("quantity"), 13, number=True),
        Column(words("worth", currency=claim.currency), 13, number=True),
    )
    blocks = [
        sentence(_PAPER, words("claim_says")),
        space(10),
        *table(_PAPER, columns, [row(one) for one in claim.lines]),
    ]
    sheet = Sheet(
        paper=_PAPER,
        head=head,
        blocks=blocks,
        running=f"{words('claim')}  {claim.number}",
        foot="   ·   ".join(
            (claim.company or claim.warehouse, words("printed", moment=f"{printed_at:%Y-%m-%d %H:%M}"))
        ),
        page_of=lambda page, pages: words("page", page=page, pages=pages),
    )
    return pdf([sheet], title=f"{words('claim')} {claim.number}", author=claim.company)
