"""Discrepancies, live: what came otherwise than ordered, noted, valued, claimed, settled; each supplier's sums."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.reports.claim_letter import write_claim
from app.services import clock, discrepancies
from app.services.discrepancies import KINDS, Discrepancy
from app.services.work import UnitOfWork
from app.stations.discrepancies.rows import DETAILS, FOUND, SUPPLIERS, details, found_record, supplier_record
from app.stations.kit.desk import (
    Answers,
    Booking,
    Command,
    DeskScreen,
    DeskWork,
    Field,
    Question,
    Sheet,
    money_of,
    page_of,
)
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Record

NAME = "discrepancies"
_CLAIMS = "plan_purchase_order"


class DiscrepanciesScreen(DeskScreen):
    """Every discrepancy in front, and the sums of each supplier beside them."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"discrepancy", "document"})
        self.show_front(self._found(), self._suppliers())

    def write(self, number: str, path: Path) -> None:
        """Write the letter of a claim as PDF."""

        def work() -> None:
            claim = self.work.run(lambda unit: discrepancies.look_into(unit, number))
            write_claim(path, claim, self.texts, printed_at=clock.now())

        self.start(work, lambda _none: self.say(Feedback(Level.OK, "inbound.written", {"file": path.name})))

    # - inside -

    def _found(self) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: discrepancies.listed(unit, self.warehouse))
            return [found_record(one, self.texts) for one in found]

        return Sheet(
            "discrepancies.list",
            self.words("discrepancies.all"),
            FOUND,
            page_of(FOUND, read),
            lambda _query: self.hint("discrepancies.none"),
            (
                Command("NOTE_DISCREPANCY", self._ask_note, lambda _rows: self.hindered("receive")),
                Command("CLAIM", self._ask_claim, self._not_open),
                *self.one_of(
                    Command("SETTLE", lambda rows: self._ask_settle(_one(rows)), self._not_claimed),
                    Command("APPRAISE", lambda rows: self._ask_appraise(_one(rows)), self._not_open),
                    Command("CLAIM_LETTER", lambda rows: self.choose_file(_one(rows).claim), _no_claim(self)),
                ),
                Command("DROP_DISCREPANCY", self._ask_drop, self._not_open),
            ),
            opened=lambda record: self._open(_one([record])),
        )

    def _open(self, one: Discrepancy) -> None:
        """Everything that is known of a discrepancy; its photos stand with its order and in the letter of its claim."""
        kind = self.choice(f"discrepancy.{one.kind}")
        self.lay_over(
            Sheet(
                "discrepancies.details",
                f"{one.sku} · {kind}",
                DETAILS,
                page_of(DETAILS, lambda: details(one, self.texts)),
                lambda _query: self.hint("no_rows"),
                facts=lambda: " · ".join(part for part in (one.document, one.partner_name or one.partner) if part),
            )
        )

    def _suppliers(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [
                supplier_record(one)
                for one in self.work.run(lambda unit: discrepancies.by_supplier(unit, self.warehouse))
            ]

        return Sheet(
            "discrepancies.suppliers",
            self.words("discrepancies.suppliers"),
            SUPPLIERS,
            page_of(SUPPLIERS, read),
            lambda _query: self.hint("discrepancies.none"),
        )

    def _not_open(self, rows: Sequence[Record]) -> str:
        if not rows:
            return self.hint("discrepancies.choose")
        closed = any(_one([row]).state != "open" for row in rows)
        return self.hindered(_CLAIMS) or (self.hint("discrepancies.only_open") if closed else "")

    def _not_claimed(self, rows: Sequence[Record]) -> str:
        return self.hindered(_CLAIMS) or (
            "" if _one(rows).state == "claimed" else self.hint("discrepancies.only_claimed")
        )

    def _ask_note(self, _rows: Sequence[Record]) -> None:
        words = self.words
        kinds = tuple((kind, self.choice(f"discrepancy.{kind}")) for kind in KINDS)
        fields = (
            Field("kind", words("discrepancies.kind"), choices=(("", self.choice("stock.choose")), *kinds)),
            Field("number", words("discrepancies.number")),
            Field("item", words("desk.item")),
            Field("quantity", words("desk.how_many")),
            Field("note", words("discrepancies.note"), wide=True),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["kind"]:
                raise Refusal("discrepancies.unknown_kind")
            if not answers["item"]:
                raise Refusal("desk.which_item")
            if not answers["quantity"]:
                raise Refusal("stock.quantity_missing")
            return self._doing(
                request,
                lambda unit: discrepancies.note_by_hand(
                    unit,
                    number=answers["number"],
                    kind=answers["kind"],
                    sku=answers["item"].upper(),
                    quantity=answers["quantity"],
                    words=answers["note"],
                ),
                "discrepancies.noted",
            )

        told = words("discrepancies.told_note")
        self.ask(Question(words("discrepancies.ask_note"), fields, lambda _answers: told, book, "item"))

    def _ask_claim(self, rows: Sequence[Record]) -> None:
        chosen = [_one([row]) for row in rows]
        total = f"{sum(one.cost for one in chosen):.2f}"
        told = self.words("discrepancies.told_claim", count=len(chosen), total=total, supplier=chosen[0].partner_name)

        def book(_answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: self.work.run(
                    lambda unit: discrepancies.claim(unit, [one.id for one in chosen]), request_id=request
                ),
                lambda number: Feedback(Level.OK, "discrepancies.claimed", {"number": number}),
            )

        self.ask(Question(self.words("discrepancies.ask_claim"), (), lambda _answers: told, book))

    def _ask_settle(self, one: Discrepancy) -> None:
        fields = (
            Field("credited", self.words("discrepancies.credited_how_much")),
            Field("note", self.words("discrepancies.note"), wide=True),
        )
        told = self.words("discrepancies.told_settle", number=one.claim)

        def book(answers: Answers, request: UUID) -> Booking:
            credited = money_of(answers["credited"])
            return self._doing(
                request,
                lambda unit: discrepancies.settle(unit, number=one.claim, credited=credited, words=answers["note"]),
                "discrepancies.is_settled",
                number=one.claim,
            )

        title = self.words("discrepancies.ask_settle", number=one.claim)
        self.ask(Question(title, fields, lambda _answers: told, book))

    def _ask_appraise(self, one: Discrepancy) -> None:
        fields = (
            Field("cost", self.words("discrepancies.cost"), f"{one.cost:.2f}"),
            Field("note", self.words("discrepancies.note"), one.note, wide=True),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            cost = money_of(answers["cost"])
            return self._doing(
                request,
                lambda unit: discrepancies.appraise(unit, discrepancy=one.id, cost=cost, words=answers["note"]),
                "discrepancies.appraised",
            )

        told = self.words("discrepancies.told_appraise")
        self.ask(Question(self.words("discrepancies.ask_appraise"), fields, lambda _answers: told, book))

    def _ask_drop(self, rows: Sequence[Record]) -> None:
        chosen = [_one([row]).id for row in rows]
        told = self.words("discrepancies.told_drop", count=len(chosen))

        def book(_answers: Answers, request: UUID) -> Booking:
            dropped = self._doing(request, lambda unit: discrepancies.drop(unit, chosen), "discrepancies.dropped")

            def take_up(_answer: object, again: UUID) -> None:
                self.work.run(lambda unit: discrepancies.take_up(unit, chosen), request_id=again)

            return replace(dropped, undo=take_up)

        self.ask(Question(self.words("discrepancies.ask_drop"), (), lambda _answers: told, book))

    def _doing(self, request: UUID, work: Callable[[UnitOfWork], object], said: str, **facts: str) -> Booking:
        """A booking that does `work` and says so."""
        return Booking(
            request, lambda: self.work.run(work, request_id=request), lambda _answer: Feedback(Level.OK, said, facts)
        )

    def choose_file(self, number: str) -> QFileDialog:
        """Let the person choose the file for the letter of a claim."""
        dialog = QFileDialog(self, self.words("inbound.choose_file"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(".pdf")
        dialog.setNameFilter(self.words("inbound.filter_pdf"))
        dialog.selectFile(f"{number}.pdf")
        dialog.fileSelected.connect(lambda name: self.write(number, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog


def _no_claim(desk: DeskScreen) -> Callable[[Sequence[Record]], str]:
    return lambda rows: "" if _one(rows).claim else desk.hint("discrepancies.only_claimed")


def _one(rows: Sequence[Record]) -> Discrepancy:
    found = rows[0].made_of
    assert isinstance(found, Discrepancy)
    return found
