"""The letter by which discrepancies are claimed from their supplier, with the photos that show them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.database.discrepancies import Claim, Discrepancy
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.reports.letter import PAPER, Letter, heading, who
from app.reports.paper import Block, Cell, Column, pdf, pictures, sentence, space, table
from app.texts import Texts


def write_claim(path: Path, claim: Claim, texts: Texts, *, printed_at: datetime) -> None:
    """Write a claim as PDF; raises the Fault `export.not_written` and then leaves nothing behind."""
    made = claim_pdf(claim, texts, printed_at=printed_at)
    with replacing(path) as file:
        file.write(made)


def claim_pdf(claim: Claim, texts: Texts, *, printed_at: datetime) -> bytes:
    """A claim as the bytes of a PDF."""
    zone = ZoneInfo(claim.time_zone)

    def words(code: str, **facts: object) -> str:
        return texts.text("captions", f"reports.{code}", facts)

    def kind(code: str) -> str:
        return texts.text("choices", f"discrepancy.{code}")

    def row(one: Discrepancy) -> list[Cell]:
        reason = f"reason.{one.reason}"
        why = texts.text("choices", reason) if texts.has("choices", reason) else ""
        if why == kind(one.kind):
            why = ""
        return [
            Cell(f"{one.at.astimezone(zone):%Y-%m-%d}", one.document),
            Cell(kind(one.kind), " – ".join(p for p in (why, one.note) if p), bold=True),
            Cell(one.sku, " · ".join(p for p in (one.name, one.lot) if p)),
            Cell(format_quantity(one.qty, one.unit)),
            Cell(f"{one.cost:.2f}", bold=True),
        ]

    total = f"{sum(one.cost for one in claim.lines):.2f}"
    letter = Letter(
        title=words("claim"),
        of=claim,
        above=words("claim_number"),
        number=claim.number,
        pairs=(
            (words("supplier"), who(claim.partner, claim.partner_name)),
            (words("claimed_on"), f"{claim.made_on} · {claim.made_by}"),
            (words("claim_sum"), f"{total} {claim.currency}"),
            (words("credited"), "" if claim.credited is None else f"{claim.credited:.2f} {claim.currency}"),
            (words("note"), claim.note),
        ),
    )
    columns = (
        Column(words("delivery"), 17),
        Column(words("kind"), 26),
        Column(words("item"), 31),
        Column(words("quantity"), 13, number=True),
        Column(words("worth", currency=claim.currency), 13, number=True),
    )
    shown = [(one.content, f"{one.sku} · {kind(one.kind)} · {one.at.astimezone(zone):%Y-%m-%d %H:%M}")
             for one in claim.pictures]  # fmt: skip
    blocks = [
        sentence(PAPER, words("claim_says")),
        space(10),
        *table(PAPER, columns, [row(one) for one in claim.lines]),
        *_photos(shown, words("photos")),
    ]
    sheet = letter.sheet(blocks, words, printed_at=printed_at)
    return pdf([sheet], title=f"{words('claim')} {claim.number}", author=claim.company)


def _photos(shown: Sequence[tuple[bytes, str]], title: str) -> list[Block]:
    return [space(16), heading(title), *pictures(PAPER, shown)] if shown else []
