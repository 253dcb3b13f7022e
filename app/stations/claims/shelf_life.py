"""How long goods must keep when they leave for a customer: wishes shown, set and taken back."""

from collections.abc import Sequence
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.services import traceability
from app.services.traceability import ShelfLife
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question
from app.stations.kit.record_table import Record


class ShelfLifeQuestions:
    """The commands of the sheet of wishes; `desk` is the screen that they belong to."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def commands(self) -> tuple[Command, ...]:
        """A new wish; and, for one in hand, another number of days or none."""
        return (
            Command("NEW_WISH", lambda _rows: self._ask(None), self._hindered),
            *self._desk.one_of(
                Command("CHANGE_WISH", lambda rows: self._ask(_wish(rows[0])), self._hindered),
                Command("DROP_WISH", self._drop, self._hindered),
            ),
        )

    def _hindered(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("set_up")

    def _ask(self, known: ShelfLife | None) -> None:
        words = self._desk.words
        days = Field("days", words("claims.days"), str(known.days) if known else "")
        fields = (days,) if known else (
            Field("partner", words("claims.customer_code")),
            Field("sku", words("claims.sku_or_all")),
            days,
        )  # fmt: skip

        def wanted(answers: Answers) -> tuple[str, str, int]:
            partner = known.partner if known else answers["partner"].upper()
            sku = known.sku if known else answers["sku"].upper()
            if not partner:
                raise Refusal("shelf_life.whose")
            if not answers["days"].isdecimal():
                raise Refusal("shelf_life.how_long", typed=answers["days"])
            return partner, sku, int(answers["days"])

        def told(answers: Answers) -> str:
            partner, sku, count = wanted(answers)
            return words("claims.told_wish", partner=partner, item=sku or words("claims.everything"), days=count)

        def book(answers: Answers, request: UUID) -> Booking:
            partner, sku, count = wanted(answers)
            return self._booking(request, partner, sku, count, before=known.days if known else None)

        title = words("claims.ask_wish") if known is None else words("claims.ask_other_wish", partner=known.name)
        self._desk.ask(Question(title, fields, told, book, scanned="" if known else "sku"))

    def _drop(self, rows: Sequence[Record]) -> None:
        known = _wish(rows[0])
        words = self._desk.words(
            "claims.told_no_wish", partner=known.name, item=known.sku or self._desk.words("claims.everything")
        )
        self._desk.ask(
            Question(
                self._desk.words("claims.ask_no_wish"),
                (),
                lambda _answers: words,
                lambda _answers, request: self._booking(request, known.partner, known.sku, None, before=known.days),
            )
        )

    def _booking(self, request: UUID, partner: str, sku: str, days: int | None, *, before: int | None) -> Booking:
        run = self._desk.work.run

        def keep(count: int | None) -> None:
            run(lambda unit: traceability.set_shelf_life(unit, partner, count, sku=sku))

        return Booking(
            request,
            lambda: keep(days),
            lambda _answer: Feedback(Level.OK, "claims.wish_kept", {"partner": partner}),
            undo=lambda _answer, _request: keep(before),
        )


def _wish(record: Record) -> ShelfLife:
    assert isinstance(record.made_of, ShelfLife)
    return record.made_of
