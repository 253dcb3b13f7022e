"""A new return: which way and with whom, then line by line what, then released."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.services import lookup, returns
from app.services.returns import ShippedCarton
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, DeskScreen, Drafting, DraftLine, Field, Question
from app.stations.kit.record_table import Record


class Making:
    """Gathers the lines of a return and makes it; then the screen looks into it by `show`."""

    def __init__(self, desk: DeskScreen, show: Callable[[str], object]) -> None:
        self._desk, self._show = desk, show
        self._draft = Drafting(desk, "returns", make="MAKE_RETURN", told=self._told, book=self._booking)
        self._head: Answers = {}

    def ask_whose(self, _rows: Sequence[Record]) -> None:
        """Ask which way goods go, with whom, and of which order."""
        words = self._desk.words
        ways = (("in", words("returns.way_in")), ("out", words("returns.way_out")))
        fields = (
            Field("direction", words("returns.way"), "in", ways),
            Field("partner", words("returns.partner_code")),
            Field("order", words("returns.order_optional")),
            Field("carton", words("returns.carton_optional")),
            Field("reference", words("returns.reference")),
        )
        told = words("returns.told_new")
        self._desk.ask(Question(words("returns.ask_new"), fields, lambda _answers: told, self._go_on, "order"))

    def take_code(self, code: str) -> bool:
        """A code that was scanned begins a line, while a return is being made."""
        return self._draft.take_code(code)

    # - inside -

    def _go_on(self, answers: Answers, request: UUID) -> Booking:
        if not answers["partner"] and not answers["carton"]:
            raise Refusal("returns.with_whom")
        self._head = dict(answers)
        if not answers["carton"]:
            return self._draft.begin(request)
        return self._draft.begin(request, known=lambda: self._of_carton(answers["carton"]))

    def _of_carton(self, code: str) -> list[DraftLine]:
        """What left in a carton, as lines; whose it is and its order are known by it."""
        desk = self._desk

        def read(unit: UnitOfWork) -> tuple[ShippedCarton, list[DraftLine]]:
            found = returns.shipped_carton(unit, desk.warehouse, code)
            return found, [DraftLine(lookup.known_item(unit, one.sku), one.qty, {}) for one in found.goods]

        found, lines = desk.work.run(read)
        self._head = {**self._head, "direction": "in", "partner": found.partner, "order": found.order}
        return lines

    def _told(self, count: int) -> str:
        return self._desk.words("returns.told_make", count=count, partner=self._head["partner"])

    def _booking(self, wanted: Mapping[str, str], request: UUID) -> Booking:
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
