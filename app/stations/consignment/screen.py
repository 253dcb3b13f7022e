"""Goods on consignment, live: what of ours stands with customers, what of suppliers stands here, and what is used."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.reports.consignment_statement import write_statement
from app.services import clock, consignment
from app.services.consignment import Consigned, Statement, UsedGoods
from app.stations.consignment.questions import ConsignmentQuestions
from app.stations.kit.desk import (
    Answers,
    Booking,
    Command,
    DeskScreen,
    DeskWork,
    Field,
    Question,
    Sheet,
    day_of,
    page_of,
)
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Record

NAME = "consignment"
CONSIGNED = (
    Column("partner", "consignment.partner", 240),
    Column("place", "consignment.place", 200, identifier=True),
    Column("sku", "reports.sku", 150, identifier=True),
    Column("name", "reports.name", 260),
    Column("number", "reports.lot", 130, identifier=True),
    Column("expiry", "reports.expiry", 110, identifier=True),
    Column("quantity", "reports.quantity", 110, numeric=True),
    Column("unit", "reports.unit", 80, identifier=True),
)
USED = (
    Column("day", "consignment.day", 110, identifier=True),
    Column("sku", "reports.sku", 150, identifier=True),
    Column("name", "reports.name", 240),
    Column("number", "reports.lot", 120, identifier=True),
    Column("quantity", "reports.quantity", 120, numeric=True),
    Column("price", "consignment.price", 110, numeric=True),
    Column("worth", "consignment.worth", 110, numeric=True),
    Column("priced_by", "consignment.priced_by", 150),
    Column("person", "consignment.person", 150),
)
_YEAR = timedelta(days=366)


class ConsignmentScreen(DeskScreen):
    """Two tabs: goods at customers, goods of suppliers."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"stock", "location", "partner"})
        questions = ConsignmentQuestions(self)
        self.show_front(
            self._sheet("customer", questions.at_customers()), self._sheet("supplier", questions.of_suppliers())
        )

    def _sheet(self, side: str, commands: tuple[Command, ...]) -> Sheet:
        def read() -> Sequence[Record]:
            warehouse = self.warehouse
            found = self.work.run(lambda unit: consignment.goods(unit, warehouse))
            return [consigned_record(one) for one in found if one.side == side]

        return Sheet(
            f"consignment.{side}",
            self.texts.text("titles", f"consignment.{side}"),
            CONSIGNED,
            page_of(CONSIGNED, read),
            lambda _query: self.hint(f"consignment.no_{side}"),
            (*commands, *self.used_commands(side)),
            facts=lambda: self.hint(f"consignment.about_{side}"),
        )

    # - what was used -

    def used_commands(self, side: str) -> tuple[Command, ...]:
        """What was used of or by the partner of the goods in hand, and the statement of it."""
        return self.one_of(
            Command("USED_GOODS", lambda rows: self._lay_used(side, _consigned(rows[0]))),
            Command("STATEMENT", lambda rows: self.ask(self._ask_statement(side, _consigned(rows[0])))),
        )

    def _lay_used(self, side: str, row: Consigned) -> None:
        def read() -> Sequence[Record]:
            today = clock.today(ZoneInfo(row.time_zone))
            found = self._stated(side, row.partner, today - _YEAR, today)
            lines = enumerate(reversed(found.lines))
            return [used_record(n, one, self.words("consignment.standard")) for n, one in lines]

        self.lay_over(
            Sheet(
                "consignment.used",
                self.words("consignment.used_of", partner=row.partner_name),
                USED,
                page_of(USED, read),
                lambda _query: self.hint("consignment.no_used"),
            )
        )

    def _stated(self, side: str, partner: str, since: date, until: date) -> Statement:
        warehouse = self.warehouse
        return self.work.run(
            lambda unit: consignment.statement(
                unit, warehouse=warehouse, partner=partner, side=side, since=since, until=until
            )
        )

    def _ask_statement(self, side: str, row: Consigned) -> Question:
        words = self.words
        first, last = consignment.last_month(clock.today(ZoneInfo(row.time_zone)))
        fields = (
            Field("since", words("consignment.statement_since"), first.isoformat()),
            Field("until", words("consignment.statement_until"), last.isoformat()),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            since, until = day_of(answers["since"]), day_of(answers["until"])
            if since is None or until is None:
                raise Refusal("stock.no_moment", text="")
            return Booking(
                request,
                lambda: self._stated(side, row.partner, since, until),
                lambda found: Feedback(Level.OK, "consignment.statement_ready", {"lines": str(len(found.lines))}),
                after=self.choose_file,
            )

        title = words("consignment.ask_statement", partner=row.partner_name)
        return Question(title, fields, lambda _answers: words(f"consignment.told_statement_{side}"), book)

    def choose_file(self, statement: Statement) -> QFileDialog:
        """Let the person choose the file for a statement."""
        dialog = QFileDialog(self, self.words("inbound.choose_file"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(".pdf")
        dialog.setNameFilter(self.words("consignment.filter_statement"))
        dialog.selectFile(f"{statement.partner} {statement.since:%Y-%m}.pdf")
        dialog.fileSelected.connect(lambda name: self.write(statement, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def write(self, statement: Statement, path: Path) -> None:
        """Write a statement as PDF or CSV."""
        facts = {"lines": str(len(statement.lines)), "total": f"{statement.total:.2f}",
                 "currency": statement.currency, "file": path.name}  # fmt: skip
        self.start(
            lambda: write_statement(path, statement, self.texts, printed_at=clock.now()),
            lambda _none: self.say(Feedback(Level.OK, "consignment.statement_written", facts)),
        )


def used_record(number: int, one: UsedGoods, standard: str) -> Record:
    """Goods that were used, or a booking of it that was taken back."""
    cells = (
        one.on_day.isoformat(),
        one.sku,
        one.name,
        one.number,
        format_quantity(one.quantity, one.unit),
        "" if one.price is None else f"{one.price:.4f}",
        "" if one.worth is None else f"{one.worth:.2f}",
        standard if one.priced_by == "standard" else one.priced_by,
        one.person,
    )
    return Record(number, cells, made_of=one)


def _consigned(record: Record) -> Consigned:
    assert isinstance(record.made_of, Consigned)
    return record.made_of


def consigned_record(one: Consigned) -> Record:
    """One stock key on consignment."""
    cells = (
        f"{one.partner} {one.partner_name}",
        one.place,
        one.sku,
        one.name,
        one.number,
        one.expiry.isoformat() if one.expiry else "",
        format_quantity(one.quantity),
        one.unit,
    )
    return Record((one.location, one.item, one.trace, one.handling_unit, one.owner, one.status), cells, made_of=one)
