"""Lots and serial numbers: found, and the whole way of one, from its supplier to whoever got it.

This is the list to work from in a recall. Held and released are lots on the screen of stock.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from PySide6.QtCore import Signal

from app.dialogs.dialog import Level
from app.domain.values import filter_words, format_quantity
from app.services import traceability
from app.services.traceability import ListedTrace, Passage, Related, TraceReport
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record

NAME = "lots"
LOTS = (
    Column("sku", "reports.sku", 180, identifier=True, sortable=False),
    Column("name", "reports.name", 300, sortable=False),
    Column("lot", "reports.lot", 180, identifier=True, sortable=False),
    Column("serial", "reports.serial", 180, identifier=True, sortable=False),
    Column("best", "lots.best_until", 130, identifier=True, sortable=False),
    Column("quantity", "lots.here", 120, numeric=True, sortable=False),
    Column("state", "lots.state", 180, sortable=False),
)
WAY = (
    Column("what", "lots.what", 250),
    Column("sku", "reports.sku", 170, identifier=True),
    Column("lot", "reports.lot", 160, identifier=True),
    Column("quantity", "reports.quantity", 110, numeric=True),
    Column("place", "lots.where", 230, identifier=True),
    Column("document", "history.document", 150, identifier=True),
    Column("who", "lots.who", 190),
    Column("at", "lots.at", 160, identifier=True),
)
Cells = tuple[str, ...]


class LotsScreen(DeskScreen):
    """Every lot and serial number, the newest first; one of them opens into its way."""

    other_asked = Signal(str, str)

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"stock"})
        self.show_front(self._all())

    def topic(self) -> str:
        """What F1 is about: the error in sight, else lots and what becomes of them."""
        return super().topic() if self.band.level is Level.ERROR else "traceability"

    def _all(self) -> Sheet:
        def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
            behind = _lot(after) if after else None
            words = filter_words(query.text)
            found = self.work.run(lambda unit: traceability.page(unit, words=words, after=behind, most=limit))
            return [self._record(one) for one in found]

        return Sheet(
            "lots.all",
            self.texts.text("titles", NAME),
            LOTS,
            page,
            lambda query: self.hint("lots.no_match" if query.text else "lots.none", text=query.text),
            self.one_of(Command("SHOW_WAY", lambda rows: self._lay_way(_lot(rows[0])))),
            facts=lambda: self.hint("lots.about"),
            opened=lambda row: self._lay_way(_lot(row)),
        )

    def _record(self, one: ListedTrace) -> Record:
        held = self.texts.state("status", one.status) if one.status else ""
        best = one.expiry or one.best_before
        here = format_quantity(one.on_hand, one.uom)
        cells = (one.sku, one.name, one.lot, one.serial, best.isoformat() if best else "", here, held)
        return Record(one.id, cells, made_of=one, tints=((6, "caution"),) if one.status else ())

    # - the way of one -

    def _lay_way(self, lot: ListedTrace) -> None:
        def read() -> Sequence[Record]:
            report = self.work.run(lambda unit: traceability.trace_lot(unit, lot.id))
            return [Record(n, cells) for n, cells in enumerate(self._way(report))]

        title = self.words("lots.way_of", sku=lot.sku, lot=" ".join(filter(None, (lot.lot, lot.serial))))
        self.lay_over(
            Sheet(
                "lots.way",
                title,
                WAY,
                page_of(WAY, read),
                lambda _query: self.hint("lots.no_way"),
                self.one_of(Command("DOCUMENT", self._show_document, self._no_document)),
            )
        )

    def _way(self, report: TraceReport) -> Iterator[Cells]:
        words = self.words
        for hold in report.holds:
            status, reason = self.texts.word("status", hold.status), self.texts.word("reason", hold.reason)
            held = words("lots.held_as", status=status, reason=reason)
            yield (
                held,
                report.trace.sku,
                "",
                "",
                hold.warehouse,
                "",
                hold.person,
                f"{hold.at.astimezone():%Y-%m-%d %H:%M}",
            )
        yield from (self._passage("lots.came_from", one) for one in report.came_from)
        yield from (self._related("lots.made_of", one) for one in report.made_of)
        yield from (self._related("lots.went_into", one) for one in report.went_into)
        for lying in report.lies:
            place = " ".join(filter(None, (lying.place, lying.unit)))
            quantity = _amount(lying.qty, lying.uom)
            held = self.texts.word("status", lying.status)
            what = words("lots.lies") if lying.status == "available" else words("lots.lies_held", status=held)
            yield (what, lying.sku, lying.lot, quantity, place, "", lying.owner, "")
        yield from (self._passage("lots.went_to", one) for one in report.went_to)
        for one in report.repacked:
            way = f"{one.from_unit or '–'} → {one.to_unit or '–'}"
            at = f"{one.at.astimezone():%Y-%m-%d %H:%M}"
            yield (words("lots.repacked"), one.sku, one.lot, _amount(one.qty, one.uom), way, "", one.person, at)

    def _passage(self, what: str, one: Passage) -> Cells:
        where = " ".join(filter(None, (one.warehouse, one.units)))
        at = f"{one.at.astimezone():%Y-%m-%d %H:%M}"
        by = "" if one.partner else self.texts.word("move_kind", one.kind)
        told = self.words(f"{what}_nobody", kind=by) if by else self.words(what)
        return (told, one.sku, one.lot, _amount(one.qty, one.uom), where, one.document, one.partner, at)

    def _related(self, what: str, one: Related) -> Cells:
        return (self.words(what), one.sku, one.lot, _amount(one.qty, one.uom), "", "", "", "")

    def _no_document(self, rows: Sequence[Record]) -> str:
        return "" if rows[0].cells[5] else self.hint("lots.no_document")

    def _show_document(self, rows: Sequence[Record]) -> None:
        self.other_asked.emit("documents", rows[0].cells[5])


def _amount(quantity: Decimal, unit: str) -> str:
    return format_quantity(quantity, unit)


def _lot(row: Record) -> ListedTrace:
    assert isinstance(row.made_of, ListedTrace)
    return row.made_of
