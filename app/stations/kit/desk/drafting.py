"""A document that is put together line by line on a sheet of its own, and made at the end."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.values import format_quantity
from app.stations.kit.desk.lines import DraftLine, DraftLines
from app.stations.kit.desk.question import Answers, Booking, Field, Question
from app.stations.kit.desk.screen import DeskScreen
from app.stations.kit.desk.sheet import Command
from app.stations.kit.record_table import Record


class Drafting:
    """Gathers the lines of one document at a time.

    `kind` names its texts: `kind.new` is the sheet, `kind.ask_make` the last question. `make` is the key that ends it,
    `told` says for a number of lines what comes of it, and `book` makes it of the amounts, in base units by SKU.
    `extra` are the fields that each line has beside item and quantity, `said` tells their answers in words.
    """

    def __init__(
        self,
        desk: DeskScreen,
        kind: str,
        *,
        make: str,
        told: Callable[[int], str],
        book: Callable[[Mapping[str, str], UUID], Booking],
        extra: tuple[Field, ...] = (),
        said: Callable[[Answers], str] = lambda _answers: "",
    ) -> None:
        self._desk, self._kind, self._make = desk, kind, make
        self._told, self._book = told, book
        self._extra, self._said = extra, said
        self._draft = DraftLines(desk, extra=extra, told=said)

    @property
    def lines(self) -> Sequence[DraftLine]:
        """The lines that were gathered so far."""
        return self._draft.lines

    def take_code(self, code: str) -> bool:
        """A code that was scanned begins a line, while the document is being made."""
        return self._desk.sheet.name == f"{self._kind}.new" and self._draft.begin(code)

    def begin(self, request: UUID, *, known: Callable[[], Sequence[DraftLine]] = tuple) -> Booking:
        """What follows the question for whom it is: a sheet, with the lines that are `known` before."""
        return Booking(
            request,
            known,
            lambda _answer: Feedback(Level.OK, "transfers.begun"),
            after=self._lay,
        )

    def _lay(self, known: Sequence[DraftLine]) -> None:
        self._draft = DraftLines(self._desk, extra=self._extra, told=self._said)
        self._draft.lines.extend(known)
        self._desk.lay_over(
            self._draft.sheet(
                name=f"{self._kind}.new",
                title=self._desk.words(f"{self._kind}.new"),
                nothing=self._desk.hint("transfers.add_lines"),
                finish=Command(self._make, self._finish),
            )
        )

    def _finish(self, _rows: Sequence[Record]) -> None:
        told = self._told(len(self._draft.lines))

        def book(_answers: Answers, request: UUID) -> Booking:
            self._draft.require_lines("transfers.no_lines")
            return self._book(self._amounts(), request)

        self._desk.ask(Question(self._desk.words(f"{self._kind}.ask_make"), (), lambda _answers: told, book))

    def _amounts(self) -> dict[str, str]:
        amounts: dict[str, Decimal] = defaultdict(Decimal)
        for line in self._draft.lines:
            amounts[line.item.sku] += line.qty
        return {sku: format_quantity(qty) for sku, qty in amounts.items()}
