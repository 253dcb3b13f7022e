"""Stock by location on paper: every row in the order of the locations, totals a unit, and the ledger's position."""

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from app.database.stock import StockReport, StockRow, TotalsSoFar
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.reports.paper import (
    A4_LANDSCAPE,
    ACCENT,
    BAND,
    Block,
    Canvas,
    Cell,
    Column,
    Sheet,
    column_edges,
    facts,
    ink,
    letterhead,
    sentence,
    space,
    table,
    write,
    write_pdf,
)
from app.texts import Texts

_PAPER = A4_LANDSCAPE
_AMOUNT = 10


def write_stock_report(path: Path, report: StockReport, texts: Texts) -> int:
    """Write a stock report as PDF; returns how many rows it has.

    Raises the Fault `export.not_written` and then leaves nothing behind.
    """
    with replacing(path) as file:
        return _print(file, report, texts)


def stock_report_pdf(report: StockReport, texts: Texts) -> bytes:
    """A stock report as the bytes of a PDF."""
    made = io.BytesIO()
    _print(made, report, texts)
    return made.getvalue()


def _print(file: IO[bytes], report: StockReport, texts: Texts) -> int:
    writer = _Writer(report, texts)
    title = f"{writer.words('stock')} {report.warehouse}"
    write_pdf(file, [writer.sheet()], title=title, author=report.warehouse_name)
    return writer.sums.rows


class _Writer:
    """One report in one language."""

    def __init__(self, report: StockReport, texts: Texts) -> None:
        self._report = report
        self._texts = texts
        self.sums = TotalsSoFar()

    def words(self, code: str, **facts: object) -> str:
        return self._texts.text("captions", f"reports.{code}", facts)

    def _moment(self, moment: datetime) -> str:
        return f"{moment.astimezone(ZoneInfo(self._report.time_zone)):%Y-%m-%d %H:%M:%S %Z}"

    def sheet(self) -> Sheet:
        report = self._report
        return Sheet(
            paper=_PAPER,
            head=self._head,
            blocks=self._blocks(),
            running=f"{self.words('stock')}  {report.warehouse}",
            foot="   ·   ".join(
                (self._position(), self.words("printed", moment=self._moment(report.position.read_at)))
            ),
            page_of=lambda page, pages: self.words("page", page=page, pages=pages),
        )

    def _position(self) -> str:
        at = self._report.position
        if not at.seal or at.sealed_at is None:
            return self.words("no_seal")
        return self.words("seal", seal=at.seal, moment=self._moment(at.sealed_at))

    def _head(self, canvas: Canvas) -> float:
        report = self._report
        name = report.warehouse_name or report.warehouse
        y = letterhead(canvas, _PAPER, title=self.words("stock"), sender=name, address=report.warehouse) - 12
        unsealed = self.words("unsealed", count=report.position.unsealed) if report.position.unsealed else ""
        totals = self.sums.totals
        pairs = (
            (self.words("as_of"), self._moment(report.position.read_at)),
            (self.words("position"), " · ".join(part for part in (self._position(), unsealed) if part)),
            (
                self.words("content"),
                self.words("filter", filter=report.filter) if report.filter else self.words("everything"),
            ),
            ("", self.words("counts", rows=totals.rows, items=totals.items, places=totals.places)),
        )
        return facts(canvas, _PAPER.left, y, pairs, label=92, width=_PAPER.body) - 14

    def _blocks(self) -> Iterator[Block]:
        yield from table(_PAPER, self._columns(), self._rows(), nothing=sentence(_PAPER, self.words("nothing")))
        yield space(6)
        yield from self._totals()

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(self.words("address"), 19),
            Column(self.words("sku"), 18),
            Column(self.words("name"), 32),
            Column(self.words("lot_or_serial"), 15),
            Column(self.words("expiry"), 12.5),
            Column(self.words("status"), 12),
            *(Column(self.words(name), _AMOUNT, number=True) for name in ("on_hand", "reserved", "available")),
            Column(self.words("unit"), 7),
        )

    def _rows(self) -> Iterator[list[Cell]]:
        """A location's address stands at its first row only, so that the eye finds where the next one begins."""
        last = ""
        for row in self.sums.of(self._report.rows):
            yield self._row(row, new_place=row.address != last)
            last = row.address

    def _row(self, row: StockRow, *, new_place: bool) -> list[Cell]:
        return [
            Cell(row.address if new_place else "", row.handling_unit, bold=True),
            Cell(row.sku),
            Cell(row.name, self._whose(row)),
            Cell(" / ".join(part for part in (row.lot, row.serial) if part) or "–"),
            Cell(row.expiry.isoformat() if row.expiry else "–"),
            Cell(self.words(f"status.{row.status}")),
            Cell(format_quantity(row.on_hand)),
            Cell(format_quantity(row.reserved)),
            Cell(format_quantity(row.available), bold=True),
            Cell(row.unit),
        ]

    def _whose(self, row: StockRow) -> str:
        """Whose the goods are, where they are not ours, and what they weigh, where each piece is weighed."""
        if row.weight_kg is None:
            return row.owner_name
        weight = self._texts.text("captions", "stock.effect_weight", {"kg": format_quantity(row.weight_kg)})
        return " · ".join(filter(None, (row.owner_name, weight)))

    def _totals(self) -> list[Block]:
        """One band a unit, under the columns of quantities."""
        ends = [right for _, right in column_edges(_PAPER, self._columns())[-4:-1]]

        def band(unit: str, amounts: tuple[str, str, str]) -> Block:
            def draw(canvas: Canvas, y: float) -> None:
                canvas.setFillColor(ink(BAND))
                canvas.rect(_PAPER.left, y - 20, _PAPER.right - _PAPER.left, 20, stroke=0, fill=1)
                write(canvas, self.words("total", unit=unit), _PAPER.left + 5, y - 13, size=9, bold=True, color=ACCENT)
                for end, amount in zip(ends, amounts, strict=True):
                    write(canvas, amount, end, y - 13, size=8.5, bold=True, right=True)

            return Block(22, draw)

        return [
            band(
                total.unit,
                (format_quantity(total.on_hand), format_quantity(total.reserved), format_quantity(total.available)),
            )
            for total in self.sums.totals.units
        ]
