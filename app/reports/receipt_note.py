"""The receipt note: what came for an order or an announcement, when, by whom, by lot; what is missing or wrong."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from app.database.discrepancies import Discrepancy
from app.database.inbound import Arrival, PaperLine, Receipt
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.reports.letter import PAPER, Letter, heading, who
from app.reports.packing_list import grouped_sscc
from app.reports.paper import Block, Cell, Column, Sheet, pdf, sentence, space, table
from app.texts import Texts


def write_receipt_note(path: Path, receipt: Receipt, texts: Texts, *, printed_at: datetime) -> None:
    """Write a receipt note as PDF; raises the Fault `export.not_written` and then leaves nothing behind."""
    made = receipt_note_pdf(receipt, texts, printed_at=printed_at)
    with replacing(path) as file:
        file.write(made)


def receipt_note_pdf(receipt: Receipt, texts: Texts, *, printed_at: datetime) -> bytes:
    """A receipt note as the bytes of a PDF."""
    writer = _Writer(texts, receipt, printed_at)
    return pdf([writer.sheet()], title=f"{writer.words('receipt_note')} {receipt.number}", author=receipt.company)


class _Writer:
    """A receipt note in one language, printed at one moment."""

    def __init__(self, texts: Texts, receipt: Receipt, printed_at: datetime) -> None:
        self._texts, self._receipt, self._printed_at = texts, receipt, printed_at
        self._zone = ZoneInfo(receipt.time_zone)

    def words(self, code: str, **facts: object) -> str:
        return self._texts.text("captions", f"reports.{code}", facts)

    def sheet(self) -> Sheet:
        receipt = self._receipt
        weight = receipt.weight_kg
        letter = Letter(
            title=self.words("receipt_note"),
            of=receipt,
            above=self._texts.state("kind", receipt.kind),
            number=receipt.number,
            pairs=(
                (self.words("supplier"), who(receipt.partner, receipt.partner_name)),
                (self.words("your_reference"), receipt.reference if receipt.reference != receipt.number else ""),
                (self.words("state"), self._texts.word("decision", receipt.decision)),
                (self.words("received_from_to"), self._span()),
                (self.words("total_weight"), f"{weight:.3f} kg" if weight is not None else ""),
            ),
        )
        return letter.sheet(self._blocks(), self.words, printed_at=self._printed_at)

    def _span(self) -> str:
        moments = [one.at.astimezone(self._zone) for one in self._receipt.arrivals]
        if not moments:
            return ""
        first, last = f"{moments[0]:%Y-%m-%d %H:%M}", f"{moments[-1]:%Y-%m-%d %H:%M}"
        return first if first == last else f"{first} – {last}"

    def _blocks(self) -> list[Block]:
        receipt = self._receipt
        columns = (
            Column(self.words("line"), 7),
            Column(self.words("item"), 51),
            Column(self.words("expected"), 14, number=True),
            Column(self.words("received"), 14, number=True),
            Column(self.words("open"), 14, number=True),
        )
        blocks = list(table(PAPER, columns, [_line(line) for line in receipt.lines]))
        blocks.append(space(14))
        if receipt.arrivals:
            blocks += table(PAPER, self._arrival_columns(), [self._arrival(one) for one in receipt.arrivals],
                            before=heading(self.words("what_came")))  # fmt: skip
        else:
            blocks.append(sentence(PAPER, self.words("nothing_came")))
        if receipt.discrepancies:
            blocks.append(space(14))
            blocks += table(PAPER, self._wrong_columns(), [self._wrong(one) for one in receipt.discrepancies],
                            before=heading(self.words("discrepancies")))  # fmt: skip
        return blocks

    def _arrival_columns(self) -> tuple[Column, ...]:
        return (
            Column(self.words("when_who"), 20),
            Column(self.words("item"), 25),
            Column(self.words("lot_or_serial"), 17),
            Column(self.words("handling_unit"), 24),
            Column(self.words("quantity"), 14, number=True),
        )

    def _arrival(self, one: Arrival) -> list[Cell]:
        status = self._texts.text("captions", f"reports.status.{one.status}")
        dated = f"{self.words('expiry')} {one.expiry}" if one.expiry else ""
        return [
            Cell(f"{one.at.astimezone(self._zone):%Y-%m-%d %H:%M}", ", ".join(p for p in (one.person, one.place) if p)),
            Cell(one.sku, one.name),
            Cell(" / ".join(p for p in (one.lot, one.serial) if p) or "–", dated),
            Cell(grouped_sscc(one.handling_unit) or "–", "" if one.status == "available" else status),
            Cell(format_quantity(one.qty, one.unit), f"{one.weight_kg:.3f} kg" if one.weight_kg else "", bold=True),
        ]

    def _wrong_columns(self) -> tuple[Column, ...]:
        return (
            Column(self.words("kind"), 18),
            Column(self.words("item"), 40),
            Column(self.words("note"), 28),
            Column(self.words("quantity"), 14, number=True),
        )

    def _wrong(self, one: Discrepancy) -> list[Cell]:
        return [
            Cell(self._texts.text("choices", f"discrepancy.{one.kind}"), bold=True),
            Cell(one.sku, one.name),
            Cell(one.note or "–", one.claim),
            Cell(format_quantity(one.qty, one.unit)),
        ]


def _line(line: PaperLine) -> list[Cell]:
    left = max(line.expected - line.received, Decimal(0))
    amounts = (line.expected, line.received, left)
    marks = " · ".join(p for p in (line.order, grouped_sscc(line.handling_unit), line.lot, line.serial) if p)
    return [
        Cell(str(line.number)),
        Cell(line.sku, " – ".join(p for p in (line.name, marks) if p), bold=True),
        *(Cell(format_quantity(amount, line.unit)) for amount in amounts),
    ]
