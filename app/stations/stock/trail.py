"""The way from stock to what moved, to a posting, a document or a person; each a sheet over the one before."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.domain.errors import Refusal
from app.reports.seen import Seen
from app.services.history import NegativeSpell
from app.services.stock import Document, MoveQuery, MoveReport, MoveRow, StockQuery, StockRow
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column
from app.stations.kit.tasks import Progress
from app.stations.stock.exporting import Written, write
from app.stations.stock.sheet import LINES, MOVES, DocumentSheet, MovesSheet, Scope, moment, move_record
from app.stations.stock.shortages import SHORTAGES, ShortagesSheet
from app.stations.stock.wiring import StockWiring

NIL = UUID(int=0)
Sheet = MovesSheet | DocumentSheet | ShortagesSheet


class Trail(QObject):
    """The sheets that lie over the list of stock, the last in front. `changed`: another one, or none, is in front."""

    changed = Signal()
    troubled = Signal(object)
    settled = Signal()
    refused = Signal(object)

    def __init__(self, kit: Kit, wiring: StockWiring, parent: QObject) -> None:
        super().__init__(parent)
        self._kit, self._wiring = kit, wiring
        self._sheets: list[Sheet] = []
        self._stack: QStackedWidget | None = None

    @property
    def sheet(self) -> Sheet | None:
        """The sheet in front; None where the list of stock is."""
        return self._sheets[-1] if self._sheets else None

    def move_in_hand(self) -> MoveRow | None:
        """The movement in hand, where movements are in front."""
        return self.sheet.move_in_hand() if isinstance(self.sheet, MovesSheet) else None

    def lie_over(self, stack: QStackedWidget) -> None:
        """Show sheets in this stack, over what is there."""
        self._stack = stack

    def history(self, row: StockRow, asked: StockQuery) -> None:
        """What moved of a row: these goods here, the item, the place, the lot or serial number, the unit."""
        texts = self._kit.texts
        whole = MoveQuery(asked.warehouse)
        here = replace(
            whole, item=row.item, location=_known(row.location), trace=_known(row.trace), unit=_known(row.unit_id)
        )
        scopes = [Scope(texts.text("choices", "stock.of_these"), here)]
        others = (
            ("stock.of_item", row.sku, replace(whole, item=row.item)),
            ("stock.of_place", row.address, replace(whole, location=_known(row.location))),
            ("stock.of_lot", row.lot or row.serial, replace(whole, trace=_known(row.trace))),
            ("stock.of_unit", row.handling_unit, replace(whole, unit=_known(row.unit_id))),
        )
        scopes += [Scope(texts.text("choices", code, {"name": name}), of) for code, name, of in others if name]
        scopes.append(Scope(texts.text("choices", "stock.of_all"), whole))
        self._lay(MovesSheet(self._kit, scopes, self._wiring.moves, title=texts.text("titles", "stock.history")))

    def shortages(self, warehouse: UUID) -> None:
        """Every time for which stock of a warehouse was below zero."""
        sheet = ShortagesSheet(self._kit, lambda: self._wiring.shortages(warehouse), warehouse)
        sheet.opened.connect(self.moves_of_shortage)
        self._lay(sheet)

    def moves_of_shortage(self, spell: NegativeSpell | None = None) -> None:
        """What moved of the goods of the shortage in hand, in the place where they were short."""
        sheet = self.sheet
        if not isinstance(sheet, ShortagesSheet) or (spell := spell or sheet.in_hand()) is None:
            return
        whole = MoveQuery(sheet.warehouse)
        here = replace(whole, item=spell.item, location=spell.location, trace=_known(spell.trace))
        texts = self._kit.texts
        scopes = [Scope(texts.text("choices", "stock.of_these"), here)]
        scopes.append(
            Scope(texts.text("choices", "stock.of_item", {"name": spell.sku}), replace(whole, item=spell.item))
        )
        self._lay(
            MovesSheet(self._kit, scopes, self._wiring.moves, title=texts.text("titles", "stock.history"), ever=True)
        )

    def posting(self, move: MoveRow | None = None) -> None:
        """All lines of the posting in hand, with its seal and hash."""
        move = move or self.move_in_hand()
        if move is None:
            return
        texts = self._kit.texts
        scope = Scope("", MoveQuery(move_warehouse(self._sheets), posting=move.posting))
        seal = texts.text(
            "captions", "stock.sealed_in" if move.seal is not None else "stock.not_sealed", {"seal": move.seal}
        )
        facts = texts.text(
            "captions",
            "stock.posting_facts",
            {
                "kind": texts.word("move_kind", move.kind),
                "person": move.person_name,
                "station": move.station or "–",
                "moment": moment(move.recorded_at),
                "seal": seal,
                "hash": move.hash,
            },
        )
        title = texts.text("titles", "stock.posting")
        sheet = MovesSheet(self._kit, [scope], self._wiring.moves, title=title, facts=facts, ever=True)
        self._lay(sheet)
        posting = move.posting
        self._kit.tasks.start(
            lambda _progress: self._wiring.approver(posting),
            owner=sheet,
            done=lambda name: self._tell_approver(sheet, name),
            failed=self.refused.emit,
        )

    def _tell_approver(self, sheet: MovesSheet, name: str) -> None:
        """Say on the sheet of a posting who approved it."""
        if name:
            approved = self._kit.texts.text("captions", "stock.approved_by", {"person": name})
            sheet.facts.setText(f"{sheet.facts.text()}\n{approved}")

    def person(self) -> None:
        """What the person of the movement in hand moved."""
        move = self.move_in_hand()
        if move is not None:
            title = self._kit.texts.text("captions", "stock.by_person", {"person": move.person_name})
            scope = Scope(move.person_name, MoveQuery(move_warehouse(self._sheets), person=move.person))
            self._lay(MovesSheet(self._kit, [scope], self._wiring.moves, title=title))

    def document(self) -> None:
        """The document that the movement in hand belongs to."""
        move = self.move_in_hand()
        if move is None:
            return
        if move.document is None:
            self.refused.emit(Refusal("stock.no_document"))
            return
        identity = move.document
        self._kit.tasks.start(
            lambda _progress: self._wiring.document(identity),
            owner=self,
            done=self._show_document,
            failed=self.refused.emit,
        )

    def moves_of_document(self, warehouse: UUID) -> None:
        """What moved for the document in front."""
        if isinstance(self.sheet, DocumentSheet):
            of = self.sheet.document
            scope = Scope(of.number, MoveQuery(warehouse, document=of.id))
            title = self._kit.texts.text("captions", "stock.document_title", {"number": of.number})
            self._lay(MovesSheet(self._kit, [scope], self._wiring.moves, title=title, ever=True))

    def back(self) -> bool:
        """Take the sheet in front away; False where there is none."""
        if not self._sheets or self._stack is None:
            return False
        sheet = self._sheets.pop()
        sheet.table.stop()
        self._stack.removeWidget(sheet)
        sheet.deleteLater()
        self._stack.setCurrentIndex(self._stack.count() - 1)
        self.changed.emit()
        return True

    def back_to_list(self) -> None:
        """Take all sheets away."""
        while self.back():
            pass

    def exporter(self) -> Callable[[Path, Progress], Written]:
        """How to write everything that the sheet in front shows."""
        sheet, texts = self.sheet, self._kit.texts
        assert sheet is not None
        columns = _COLUMNS[type(sheet)]
        shown = sheet.table.shown_columns()
        captions = [columns[n].caption for n in shown]
        numeric = [columns[n].numeric for n in shown]
        title = sheet.table.title
        if not isinstance(sheet, MovesSheet):
            lines = [sheet.table.model.record(n).cells for n in range(sheet.table.model.rowCount())]
            facts = sheet.facts.text() if isinstance(sheet, DocumentSheet) else sheet.which.currentText()
            known = Seen(title, facts, captions, numeric, [[row[n] for n in shown] for row in lines])
            return lambda path, progress: write(path, known, texts, progress, len(lines))
        asked, words = sheet.asked(), sheet.whose.currentText()

        def written(path: Path, progress: Progress) -> Written:
            def as_seen(found: MoveReport) -> Written:
                rows = (move_record(row, texts).cells for row in found.rows)
                seen = Seen(title, words, captions, numeric, ([row[n] for n in shown] for row in rows))
                return replace(write(path, seen, texts, progress), more=found.more)

            return self._wiring.all_moves(asked, as_seen, progress.check)

        return written

    def _lay(self, sheet: Sheet) -> None:
        assert self._stack is not None
        name = _NAMES[type(sheet)]
        if kept := self._wiring.recall(name):
            sheet.table.restore_columns(kept)
        sheet.arranged.connect(lambda: self._wiring.remember(name, sheet.table.columns_state()))
        sheet.table.troubled.connect(self.troubled)
        sheet.table.settled.connect(self.settled)
        if isinstance(sheet, MovesSheet):
            sheet.opened.connect(lambda made: self.posting(made.made_of))
        self._sheets.append(sheet)
        self._stack.addWidget(sheet)
        self._stack.setCurrentWidget(sheet)
        sheet.table.view.setFocus()
        self.changed.emit()

    def _show_document(self, document: Document) -> None:
        self._lay(DocumentSheet(self._kit, document, self._wiring.photo))


def move_warehouse(sheets: list[Sheet]) -> UUID:
    """The warehouse whose movements the first sheet shows."""
    first = next(sheet for sheet in sheets if isinstance(sheet, MovesSheet))
    return first.asked().warehouse


_NAMES: dict[type[QWidget], str] = {
    MovesSheet: "stock.moves",
    DocumentSheet: "stock.document",
    ShortagesSheet: "stock.shortages",
}
"""Under which the columns of a sheet are remembered."""
_COLUMNS: dict[type[QWidget], tuple[Column, ...]] = {
    MovesSheet: MOVES,
    DocumentSheet: LINES,
    ShortagesSheet: SHORTAGES,
}


def _known(identity: UUID) -> UUID | None:
    return None if identity == NIL else identity
