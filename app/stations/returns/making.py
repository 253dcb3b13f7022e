"""A new return: which way and with whom, then line by line what, then released."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Literal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.services import returns
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DraftLines, Field, Question
from app.stations.kit.record_table import Record

SHEET = "returns.new"


class Making:
    """Gathers the lines of a return and makes it; then the screen looks into it by `show`."""

    def __init__(self, desk: DeskScreen, show: Callable[[str], object]) -> None:
        self._desk, self._show = desk, show
        self._draft = DraftLines(desk)
        self._head: Answers = {}

    def ask_whose(self, _rows: Sequence[Record]) -> None:
        """Ask which way goods go, with whom, and of which order."""
        words = self._desk.words
        ways = (("in", words("returns.way_in")), ("out", words("returns.way_out")))
        fields = (
            Field("direction", words("returns.way"), "in", ways),
            Field("partner", words("returns.partner_code")),
            Field("order", words("returns.order_optional")),
            Field("reference", words("returns.reference")),
        )
        told = words("returns.told_new")
        self._desk.ask(Question(words("returns.ask_new"), fields, lambda _answers: told, self._go_on, "order"))

    def take_code(self, code: str) -> bool:
        """A code that was scanned begins a line, while a return is being made."""
        return self._desk.sheet.name == SHEET and self._draft.begin(code)

    # - inside -

    def _go_on(self, answers: Answers, request: UUID) -> Booking:
        if not answers["partner"]:
            raise Refusal("returns.with_whom")
        return Booking(
            request,
            lambda: None,
            lambda _answer: Feedback(Level.OK, "transfers.begun"),
            after=lambda _answer: self._lay_draft(answers),
        )

    def _lay_draft(self, answers: Answers) -> None:
        self._head = answers
        self._draft = DraftLines(self._desk)
        self._desk.lay_over(
            self._draft.sheet(
                name=SHEET,
                title=self._desk.words("returns.new"),
                nothing=self._desk.hint("transfers.add_lines"),
                finish=Command("MAKE_RETURN", self._finish),
            )
        )

    def _finish(self, _rows: Sequence[Record]) -> None:
        words = self._desk.words
        told = words("returns.told_make", count=len(self._draft.lines), partner=self._head["partner"])

        def book(_answers: Answers, request: UUID) -> Booking:
            self._draft.require_lines("transfers.no_lines")
            return self._booking(request)

        self._desk.ask(Question(words("returns.ask_make"), (), lambda _answers: told, book))

    def _booking(self, request: UUID) -> Booking:
        amounts: dict[str, Decimal] = defaultdict(Decimal)
        for line in self._draft.lines:
            amounts[line.item.sku] += line.qty
        wanted = {sku: format_quantity(qty) for sku, qty in amounts.items()}
        head, run, place = self._head, self._desk.work.run, self._desk.warehouse
        direction: Literal["in", "out"] = "in" if head["direction"] == "in" else "out"

        def made(number: str) -> None:
            self._desk.step_back()
            self._show(number)

        return Booking(
            request,
            lambda: run(
                lambda unit: returns.create(
                    unit,
                    warehouse=place,
                    direction=direction,
                    partner=head["partner"],
                    wanted=wanted,
                    order=head["order"],
                    reference=head["reference"],
                ),
                request_id=request,
            ),
            lambda number: Feedback(Level.OK, "returns.made", {"number": number}),
            after=made,
        )
