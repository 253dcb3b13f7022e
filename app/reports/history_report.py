"""The past on paper and as tables: stock as of an instant, and what changed since. Each says as known at which seal."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from app.database.history import Changes, LedgerChange, PastStock, PastStockReport, Position
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.reports.paper import A4_LANDSCAPE, Cell, Column, Sheet, facts, letterhead, sentence, table, write_pdf
from app.reports.tables import TableColumn, export_table
from app.texts import Texts

_PAPER = A4_LANDSCAPE
_STOCK: tuple[TableColumn[PastStock], ...] = (
    TableColumn("reports.address", lambda row: row.address, 22),
    TableColumn("reports.sku", lambda row: row.sku, 22),
    TableColumn("reports.name", lambda row: row.name, 44),
    TableColumn("reports.lot", lambda row: row.lot, 16),
    TableColumn("reports.serial", lambda row: row.serial, 18),
    TableColumn("reports.expiry", lambda row: row.expiry, 12),
    TableColumn("reports.handling_unit", lambda row: row.handling_unit, 21),
    TableColumn("history.owner", lambda row: row.owner, 16),
    TableColumn("reports.status", lambda row: row.status, 13),
    TableColumn("reports.unit", lambda row: row.unit, 8),
    TableColumn("reports.on_hand", lambda row: row.on_hand, 12),
    TableColumn("history.weight", lambda row: row.weight_kg or None, 12),
)
_CHANGES: tuple[TableColumn[LedgerChange], ...] = (
    TableColumn("history.sealed", lambda row: row.seal, 9),
    TableColumn("history.recorded", lambda row: row.recorded_at, 22),
    TableColumn("history.effective", lambda row: row.effective_at, 22),
    TableColumn("history.kind", lambda row: row.kind, 13),
    TableColumn("history.reversal", lambda row: "x" if row.reversal else "", 9),
    TableColumn("history.document", lambda row: row.document, 16),
    TableColumn("reports.sku", lambda row: row.sku, 22),
    TableColumn("reports.lot", lambda row: row.lot, 16),
    TableColumn("reports.serial", lambda row: row.serial, 18),
    TableColumn("reports.quantity", lambda row: row.qty, 12),
    TableColumn("reports.unit", lambda row: row.unit, 8),
    TableColumn("history.source", lambda row: row.source, 22),
    TableColumn("history.target", lambda row: row.target, 22),
    TableColumn("history.from_status", lambda row: row.from_status, 13),
    TableColumn("history.to_status", lambda row: row.to_status, 13),
    TableColumn("history.reason", lambda row: row.reason, 14),
    TableColumn("history.person", lambda row: row.person, 24),
    TableColumn("history.station", lambda row: row.station, 16),
    TableColumn("history.posting", lambda row: str(row.posting), 38),
)


def write_past_stock(path: Path, report: PastStockReport, texts: Texts) -> int:
    """Write stock as of an instant as PDF, CSV or XLSX by the file's ending; returns how many rows there are.

    Times in tables are UTC. Refuses `export.unknown_format`; raises the Fault `export.not_written` and then leaves
    nothing behind.
    """
    if path.suffix.lower() == ".pdf":
        with replacing(path) as file:
            return _print_past_stock(file, report, texts)
    return export_table(path, _STOCK, report.rows, texts)


def write_changes(path: Path, found: Changes, texts: Texts) -> int:
    """Write what changed as PDF, CSV or XLSX by the file's ending; times in tables are UTC; returns how many rows."""
    if path.suffix.lower() == ".pdf":
        with replacing(path) as file:
            return _print_changes(file, found, texts)
    return export_table(path, _CHANGES, found.rows, texts)


def past_stock_pdf(report: PastStockReport, texts: Texts) -> bytes:
    """Stock as of an instant as the bytes of a PDF."""
    made = io.BytesIO()
    _print_past_stock(made, report, texts)
    return made.getvalue()


def changes_pdf(found: Changes, texts: Texts) -> bytes:
    """What changed since a position as the bytes of a PDF."""
    made = io.BytesIO()
    _print_changes(made, found, texts)
    return made.getvalue()


def _print_past_stock(file: IO[bytes], report: PastStockReport, texts: Texts) -> int:
    page = _Page(report, texts)
    title = page.words("history.stock", moment=page.moment(report.at))
    content = page.words("reports.filter", filter=report.filter) if report.filter else page.words("reports.everything")
    pairs = (
        (page.words("history.as_of"), page.moment(report.at, exact=True)),
        (page.words("history.known_at"), page.position(report.position)),
        (page.words("reports.content"), content),
    )
    columns = (
        Column(page.words("reports.address"), 20),
        Column(page.words("reports.sku"), 18),
        Column(page.words("reports.name"), 32),
        Column(page.words("reports.lot_or_serial"), 16),
        Column(page.words("reports.expiry"), 12),
        Column(page.words("reports.status"), 12),
        Column(page.words("reports.on_hand"), 11, number=True),
        Column(page.words("reports.unit"), 7),
    )
    rows = (
        [
            Cell(row.address, row.handling_unit, bold=True),
            Cell(row.sku, row.owner),
            Cell(row.name),
            Cell(" / ".join(part for part in (row.lot, row.serial) if part) or "–"),
            Cell(row.expiry.isoformat() if row.expiry else "–"),
            Cell(page.words(f"reports.status.{row.status}")),
            Cell(format_quantity(row.on_hand), _kg(row), bold=True),
            Cell(row.unit),
        ]
        for row in report.rows
    )
    return page.print(file, title, pairs, columns, rows, nothing=page.words("reports.nothing"))


def _kg(row: PastStock) -> str:
    return f"{format_quantity(row.weight_kg)} kg" if row.weight_kg else ""


def _print_changes(file: IO[bytes], found: Changes, texts: Texts) -> int:
    page = _Page(found, texts)
    until = page.moment(found.before, exact=True) if found.before else page.words("history.any_time")
    pairs = (
        (page.words("history.since"), page.position(found.since)),
        (page.words("history.until"), page.position(found.until)),
        (page.words("history.happened_until"), until),
    )
    columns = (
        Column(page.words("history.recorded"), 18),
        Column(page.words("history.effective"), 18),
        Column(page.words("history.kind"), 13),
        Column(page.words("reports.sku"), 18),
        Column(page.words("reports.quantity"), 11, number=True),
        Column(page.words("history.source"), 20),
        Column(page.words("history.target"), 20),
        Column(page.words("history.person"), 18),
    )
    rows = (
        [
            Cell(page.moment(row.recorded_at), f"{page.words('history.sealed')} {row.seal}"),
            Cell(page.moment(row.effective_at)),
            Cell(
                texts.word("move_kind", row.kind),
                page.words("history.reversal") if row.reversal else texts.word("reason", row.reason),
            ),
            Cell(row.sku, " / ".join(part for part in (row.lot, row.serial) if part)),
            Cell(format_quantity(row.qty), row.unit, bold=True),
            Cell(row.source, page.words(f"reports.status.{row.from_status}")),
            Cell(row.target, page.words(f"reports.status.{row.to_status}")),
            Cell(row.person, " · ".join(part for part in (row.station, row.document) if part)),
        ]
        for row in found.rows
    )
    title = page.words("history.changes")
    return page.print(file, title, pairs, columns, rows, nothing=page.words("history.nothing_changed"))


class _Page:
    """A report about the past in one language, with times in the site's zone."""

    def __init__(self, report: PastStockReport | Changes, texts: Texts) -> None:
        self._report = report
        self._texts = texts
        self._zone = ZoneInfo(report.time_zone)

    def words(self, code: str, **facts: object) -> str:
        return self._texts.text("captions", code, facts)

    def moment(self, moment: datetime, *, exact: bool = False) -> str:
        local = moment.astimezone(self._zone)
        return f"{local:%Y-%m-%d %H:%M:%S.%f %Z}" if exact else f"{local:%Y-%m-%d %H:%M:%S}"

    def position(self, position: Position) -> str:
        if position.sealed_at is None:
            return self.words("history.beginning")
        return self.words("history.seal", seal=position.seal, moment=self.moment(position.sealed_at, exact=True))

    def print(
        self,
        file: IO[bytes],
        title: str,
        pairs: Sequence[tuple[str, str]],
        columns: Sequence[Column],
        rows: Iterator[list[Cell]],
        *,
        nothing: str,
    ) -> int:
        """Print the report into a file; how many rows there were stands in its head, and is returned."""
        report, count = self._report, 0
        sender = report.warehouse_name or report.warehouse

        def head(canvas: object) -> float:
            y = letterhead(canvas, _PAPER, title=title, sender=sender, address=report.warehouse) - 12
            counted = (*pairs, ("", self.words("history.counts", rows=count)))
            return facts(canvas, _PAPER.left, y, counted, label=110, width=_PAPER.body) - 14

        def counted_rows() -> Iterator[list[Cell]]:
            nonlocal count
            for row in rows:
                count += 1
                yield row

        sheet = Sheet(
            paper=_PAPER,
            head=head,
            blocks=table(_PAPER, columns, counted_rows(), nothing=sentence(_PAPER, nothing)),
            running=f"{title}  {report.warehouse}",
            foot=self.words("reports.printed", moment=self.moment(report.read_at)),
            page_of=lambda page, pages: self.words("reports.page", page=page, pages=pages),
        )
        write_pdf(file, [sheet], title=f"{title} {report.warehouse}", author=sender)
        return count
