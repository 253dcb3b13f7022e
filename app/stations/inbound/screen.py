"""Expected goods, live: purchase orders and announcements, how far each is, and what came for it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.reports.receipt_confirmation import write_confirmation
from app.reports.receipt_note import write_receipt_note
from app.services import clock, inbound, stock
from app.services.inbound import ASN, PURCHASE_ORDER, Paper
from app.services.work import UnitOfWork
from app.stations.inbound.entering import AsnEntry, OrderEntry
from app.stations.inbound.rows import ARRIVALS, ASNS, LINES, ORDERS, arrival_record, line_record, paper_record
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, deciding, page_of
from app.stations.kit.desk import timeline_of as events_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Record

NAME = "inbound"
_PERMISSION = {PURCHASE_ORDER: "plan_purchase_order", ASN: "plan_asn"}


class InboundScreen(DeskScreen):
    """Purchase orders and announcements as tabs; one of them opens into its lines, and these into what came."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"stock", "document", "appointment"})
        self.orders = OrderEntry(self, self._site, self.look_into)
        self.asns = AsnEntry(self, self._site, self.look_into)
        self.on_code = lambda code: self.orders.take_code(code) or self.asns.take_code(code)
        self.show_front(self._list(PURCHASE_ORDER), self._list(ASN))

    def look_into(self, kind: str, number: str) -> None:
        """Show the lines of an order or an announcement."""

        def read(unit: UnitOfWork) -> Paper:
            return next(
                one for one in inbound.listed(unit, warehouse=self.warehouse, kind=kind) if one.number == number
            )

        self.start(lambda: self.work.run(read), lambda paper: self.lay_over(self._lines(paper)))

    def write(self, paper: Paper, path: Path) -> None:
        """Write what came for a paper into a file: the receipt note as PDF, its confirmation as JSON or CSV."""

        def work() -> None:
            found = self.work.run(lambda unit: inbound.receipt(unit, kind=paper.kind, number=paper.number))
            if path.suffix.lower() == ".pdf":
                write_receipt_note(path, found, self.texts, printed_at=clock.now())
            else:
                write_confirmation(path, found)

        self.start(work, lambda _none: self.say(Feedback(Level.OK, "inbound.written", {"file": path.name})))

    # - inside -

    def _site(self, unit: UnitOfWork) -> str:
        """The code of the warehouse that is looked at."""
        return next(code for identity, code, _ in stock.warehouses(unit) if identity == self.warehouse)

    def _list(self, kind: str) -> Sheet:
        columns = ASNS if kind == ASN else ORDERS
        enter = self.asns.ask_whose if kind == ASN else self.orders.ask_whose

        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: inbound.listed(unit, warehouse=self.warehouse, kind=kind))
            return [paper_record(one, self.texts) for one in found]

        return Sheet(
            f"inbound.{kind}",
            self.words(f"inbound.{kind}s"),
            columns,
            page_of(columns, read),
            lambda _query: self.hint(f"inbound.no_{kind}"),
            (
                Command(
                    "NEW_ASN" if kind == ASN else "NEW_PURCHASE",
                    enter,
                    lambda _rows: self.hindered(_PERMISSION[kind]),
                ),
                *self.one_of(
                    Command("OPEN_INBOUND", lambda rows: self.look_into(kind, _paper(rows).number)),
                    *self._of_paper(_paper),
                ),
            ),
            opened=lambda record: self.look_into(kind, _paper([record]).number),
        )

    def _lines(self, paper: Paper) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: inbound.look_into(unit, kind=paper.kind, number=paper.number))
            return [line_record(one) for one in found]

        return Sheet(
            "inbound.lines",
            paper.number,
            LINES,
            page_of(LINES, read),
            lambda _query: self.hint("no_rows"),
            self._of_paper(lambda _rows: paper),
            facts=lambda: "   ·   ".join(p for p in (paper.partner_name or paper.partner, str(paper.due or "")) if p),
        )

    def _of_paper(self, paper: Callable[[Sequence[Record]], Paper]) -> tuple[Command, ...]:
        """What can be done with one order or announcement."""
        return (
            deciding(self, lambda rows: (paper(rows).kind, paper(rows).number)),
            Command("ARRIVALS", lambda rows: self.lay_over(self._arrivals(paper(rows)))),
            Command("RECEIPT_NOTE", lambda rows: self.choose_file(paper(rows))),
            Command("TIMELINE", lambda rows: self._timeline(paper(rows))),
        )

    def _arrivals(self, paper: Paper) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: inbound.receipt(unit, kind=paper.kind, number=paper.number))
            return [arrival_record(n, one, self.texts) for n, one in enumerate(found.arrivals)]

        return Sheet(
            "inbound.arrivals",
            self.words("inbound.arrivals", number=paper.number),
            ARRIVALS,
            page_of(ARRIVALS, read),
            lambda _query: self.hint("inbound.nothing_came"),
        )

    def _timeline(self, paper: Paper) -> None:
        self.lay_over(events_of(self, kind=paper.kind, number=paper.number))

    def choose_file(self, paper: Paper) -> QFileDialog:
        """Let the person choose the file for what came: PDF for people, JSON or CSV for programs."""
        dialog = QFileDialog(self, self.words("inbound.choose_file"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.words("inbound.filter_pdf"), self.words("inbound.filter_data")])
        dialog.selectFile(f"{paper.number}.pdf")
        dialog.fileSelected.connect(lambda name: self.write(paper, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog


def _paper(rows: Sequence[Record]) -> Paper:
    paper = rows[0].made_of
    assert isinstance(paper, Paper)
    return paper
