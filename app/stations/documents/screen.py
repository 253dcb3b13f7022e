"""Documents of every kind, live: orders, deliveries, transfers, returns; what people decide about them, and why.

What belongs to one kind alone (receiving, sending, making kits) is done on the screens of those kinds.
"""

from collections.abc import Sequence

from app.domain.values import filter_words
from app.services import documents, stock
from app.services.documents import Listed
from app.services.work import UnitOfWork
from app.stations.documents.rows import DOCUMENTS, LINES, document_record, line_record
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, deciding, page_of, timeline_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record

NAME = "documents"


class DocumentsScreen(DeskScreen):
    """What is open in front, beside it everything there was; one of them opens into its lines."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"document", "stock"})
        self.on_code = self._take_code
        self.show_front(self._list("open", ended=False), self._list("all", ended=True))

    def look_into(self, document: Listed) -> None:
        """Show the lines of a document."""
        self.lay_over(self._lines(document))

    def _take_code(self, code: str) -> bool:
        """Look into the document with this number, in any warehouse; several, or none, are left to the filter."""

        def shown(found: Sequence[Listed]) -> None:
            if len(found) == 1:
                self.look_into(found[0])
            else:
                self.table.filter.setText(code)

        self.go_to_front()
        self.start(lambda: self._numbered(code), shown)
        return True

    def _numbered(self, code: str) -> Sequence[Listed]:
        def read(unit: UnitOfWork) -> Sequence[Listed]:
            sites = [site for site, _code, _name in stock.warehouses(unit)]
            return [one for site in sites for one in documents.page(unit, warehouse=site, words=[code])]

        found, number = self.work.run(read), code.upper()
        return [one for one in found if number in (one.number.upper(), one.reference.upper())]

    def _list(self, name: str, *, ended: bool) -> Sheet:
        def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
            found = self.work.run(
                lambda unit: documents.page(
                    unit,
                    warehouse=self.warehouse,
                    words=filter_words(query.text),
                    ended=ended,
                    order=query.order,
                    after=_document(after) if after else None,
                    most=limit,
                )
            )
            return [document_record(one, self.texts) for one in found]

        def nothing(query: Query) -> str:
            return self.hint("documents.no_match" if query.text else "documents.empty", text=query.text)

        return Sheet(
            f"documents.{name}",
            self.texts.text("titles", f"documents.{name}"),
            DOCUMENTS,
            page,
            nothing,
            self.one_of(
                Command("OPEN_DOCUMENT", lambda rows: self.look_into(_document(rows[0]))),
                deciding(self, lambda rows: (_document(rows[0]).kind, _document(rows[0]).number)),
                Command("TIMELINE", lambda rows: self._timeline(_document(rows[0]))),
            ),
            opened=lambda record: self.look_into(_document(record)),
        )

    def _lines(self, document: Listed) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: stock.document(unit, document.id))
            return [line_record(one, self.texts) for one in found.lines]

        facts = (self.texts.state("document_kind", document.kind), document.partner, document.reference)
        return Sheet(
            "documents.lines",
            document.number,
            LINES,
            page_of(LINES, read),
            lambda _query: self.hint("no_rows"),
            (
                deciding(self, lambda _rows: (document.kind, document.number)),
                Command("TIMELINE", lambda _rows: self._timeline(document)),
            ),
            facts=lambda: "   ·   ".join(part for part in facts if part),
        )

    def _timeline(self, document: Listed) -> None:
        self.lay_over(timeline_of(self, kind=document.kind, number=document.number))


def _document(record: Record) -> Listed:
    assert isinstance(record.made_of, Listed)
    return record.made_of
