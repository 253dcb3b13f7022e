"""Lines that are put together before they become a document: scanned or typed one after the other, not booked yet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity, parse_in_units
from app.services import lookup
from app.services.lookup import KnownItem
from app.stations.kit.desk.question import Answers, Booking, Field, Question
from app.stations.kit.desk.screen import DeskScreen
from app.stations.kit.desk.sheet import Command, Sheet, page_of
from app.stations.kit.record_table import Column, Record

COLUMNS = (
    Column("sku", "reports.sku", 180, identifier=True),
    Column("name", "reports.name", 360),
    Column("quantity", "reports.quantity", 120, numeric=True),
    Column("unit", "reports.unit", 80, identifier=True),
    Column("extra", "desk.detail", 240),
)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """An item and how much of it, in base units; `answers` are what else was asked for the line."""

    item: KnownItem
    qty: Decimal
    answers: Answers


class DraftLines:
    """A sheet on which lines are gathered; `extra` are the fields that each line has beside item and quantity.

    `told` says a line's other answers in words. `finish` is the command that makes the document of them.
    """

    def __init__(
        self,
        desk: DeskScreen,
        *,
        extra: tuple[Field, ...] = (),
        told: Callable[[Answers], str] = lambda _answers: "",
    ) -> None:
        self._desk, self._extra, self._told = desk, extra, told
        self.lines: list[DraftLine] = []

    def sheet(self, *, name: str, title: str, nothing: str, finish: Command) -> Sheet:
        """The sheet of the lines so far; what is scanned over it begins a line."""
        words = self._desk
        return Sheet(
            name,
            title,
            COLUMNS,
            page_of(COLUMNS, self._rows),
            lambda _query: nothing,
            (
                Command("NEW_LINE", lambda _rows: self.begin("")),
                Command("DROP_LINE", self._drop, lambda rows: "" if rows else words.hint("desk.choose_one")),
                finish,
            ),
        )

    def begin(self, code: str) -> bool:
        """Ask for a line, of the item of this code if one was scanned."""
        words = self._desk.words
        fields = (Field("item", words("desk.item"), code), Field("quantity", words("desk.how_many")), *self._extra)
        self._desk.ask(
            Question(words("desk.new_line"), fields, lambda _answers: words("desk.units_too"), self._book, "item")
        )
        if code and self._desk.form is not None:
            self._desk.form.widgets["quantity"].setFocus()
        return True

    def require_lines(self, code: str) -> None:
        """Refuse where there is no line yet."""
        if not self.lines:
            raise Refusal(code)

    def _rows(self) -> Sequence[Record]:
        return [
            Record(
                n,
                (one.item.sku, one.item.name, format_quantity(one.qty), one.item.unit, self._told(one.answers)),
                made_of=one,
            )
            for n, one in enumerate(self.lines)
        ]

    def _book(self, answers: Answers, request: UUID) -> Booking:
        if not answers["item"]:
            raise Refusal("desk.which_item")
        if not answers["quantity"]:
            raise Refusal("stock.quantity_missing")

        def known() -> DraftLine | Sequence[KnownItem]:
            found = self._desk.work.run(lambda unit: lookup.items_by_words(unit, answers["item"]))
            if len(found) > 1:
                return found
            item = found[0]
            qty = parse_in_units(
                answers["quantity"], base=item.unit, units=item.units, decimals=item.decimals, default=item.scanned
            )
            return DraftLine(item, qty, answers)

        def added(found: DraftLine | Sequence[KnownItem]) -> Feedback:
            if not isinstance(found, DraftLine):
                return Feedback(
                    Level.WARNING, "desk.several_items", {"words": answers["item"], "count": str(len(found))}
                )
            self.lines.append(found)
            return Feedback(Level.OK, "desk.line_added", {"sku": found.item.sku, "amount": _amount(found)})

        def choose(found: DraftLine | Sequence[KnownItem]) -> None:
            if not isinstance(found, DraftLine):
                self._ask_which(found, answers)

        return Booking(request, known, added, after=choose)

    def _ask_which(self, found: Sequence[KnownItem], answers: Answers) -> None:
        """Several items fit the words that were typed: ask for one of them, everything else as it was."""
        words = self._desk.words
        several = tuple((one.sku, f"{one.sku} · {one.name}") for one in found)
        rest = (replace(field, value=answers[field.name]) for field in self._extra)
        fields = (
            Field("item", words("desk.item"), several[0][0], several),
            Field("quantity", words("desk.how_many"), answers["quantity"]),
            *rest,
        )
        title = words("desk.which_of", words=answers["item"])
        self._desk.ask(Question(title, fields, lambda _answers: words("desk.units_too"), self._book))

    def _drop(self, rows: Sequence[Record]) -> None:
        chosen = [row.made_of for row in rows]
        self.lines = [line for line in self.lines if line not in chosen]
        self._desk.refresh()


def _amount(line: DraftLine) -> str:
    return format_quantity(line.qty, line.item.unit)
