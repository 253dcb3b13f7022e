"""A new transfer: where to, then line by line what, then released."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.services import transfers
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DraftLines, Field, Question, day_of
from app.stations.kit.record_table import Record

SHEET = "transfers.new"


class Making:
    """Gathers the lines of a transfer and makes it; then the screen looks into it by `show`."""

    def __init__(self, desk: DeskScreen, show: Callable[[str], object]) -> None:
        self._desk, self._show = desk, show
        self._draft = DraftLines(desk)
        self._target = ""
        self._due: date | None = None

    def ask_where(self, known: Sequence[tuple[UUID, str, str]]) -> None:
        """Ask where the goods go, and until when."""
        words = self._desk.words
        others = tuple(
            (str(identity), f"{code} {name}" if name != code else code)
            for identity, code, name in known
            if identity != self._desk.warehouse
        )
        fields = (
            Field("target", words("transfers.target"), choices=(("", self._desk.choice("stock.choose")), *others)),
            Field("due", words("transfers.due_optional")),
        )
        self._desk.ask(Question(words("transfers.ask_new"), fields, self._told_where, self._go_on))

    def take_code(self, code: str) -> bool:
        """A code that was scanned begins a line, while a transfer is being made."""
        return self._desk.sheet.name == SHEET and self._draft.begin(code)

    # - inside -

    def _told_where(self, answers: Answers) -> str:
        if not answers["target"]:
            raise Refusal("transfers.to_where")
        day_of(answers["due"])
        return self._desk.words("transfers.told_where")

    def _go_on(self, answers: Answers, request: UUID) -> Booking:
        self._told_where(answers)
        return Booking(
            request,
            lambda: None,
            lambda _answer: Feedback(Level.OK, "transfers.begun"),
            after=lambda _answer: self._lay_draft(answers),
        )

    def _lay_draft(self, answers: Answers) -> None:
        self._target, self._due = answers["target"], day_of(answers["due"])
        self._draft = DraftLines(self._desk)
        self._desk.lay_over(
            self._draft.sheet(
                name=SHEET,
                title=self._desk.words("transfers.new"),
                nothing=self._desk.hint("transfers.add_lines"),
                finish=Command("MAKE_TRANSFER", self._finish),
            )
        )

    def _finish(self, _rows: Sequence[Record]) -> None:
        words = self._desk.words
        told = words("transfers.told_make", count=len(self._draft.lines))

        def book(_answers: Answers, request: UUID) -> Booking:
            self._draft.require_lines("transfers.no_lines")
            return self._booking(request)

        self._desk.ask(Question(words("transfers.ask_make"), (), lambda _answers: told, book))

    def _booking(self, request: UUID) -> Booking:
        amounts: dict[str, Decimal] = defaultdict(Decimal)
        for line in self._draft.lines:
            amounts[line.item.sku] += line.qty
        wanted = {sku: format_quantity(qty) for sku, qty in amounts.items()}
        run, source, target, due = self._desk.work.run, self._desk.warehouse, UUID(self._target), self._due

        def made(number: str) -> None:
            self._desk.step_back()
            self._show(number)

        return Booking(
            request,
            lambda: run(
                lambda unit: transfers.create(unit, source=source, target=target, wanted=wanted, due=due),
                request_id=request,
            ),
            lambda number: Feedback(Level.OK, "transfers.made", {"number": number}),
            undo=lambda number, _request: run(lambda unit: transfers.cancel(unit, number, reason="UNDO")),
            after=made,
        )
