"""The books of a warehouse: until when they are closed, by whom they were closed and reopened; and doing both."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.services import clock, history, periods
from app.services.periods import Books, ClosedBooks, ClosedPeriod
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DeskWork, Field, Question, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Record

NAME = "books"
COLUMNS = (
    Column("state", "books.state", 130, identifier=True),
    Column("until", "books.until", 190, identifier=True),
    Column("closed", "books.closed_at", 170, identifier=True),
    Column("by", "books.closed_by", 160),
    Column("note", "books.note", 220),
    Column("seal", "stock.seal", 80, numeric=True),
    Column("reopened", "books.reopened_at", 170, identifier=True),
    Column("reopened_by", "books.reopened_by", 160),
    Column("why", "books.why", 220),
)


class BooksScreen(DeskScreen):
    """Every close of the books, the latest first."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"period"})
        self.seen = Books("UTC", ())
        """The books as they were read last."""
        self.show_front(self._closes())

    def _closes(self) -> Sheet:
        def read() -> Sequence[Record]:
            self.seen = self.work.run(lambda unit: periods.books_of(unit, self.warehouse))
            return [self._record(one) for one in self.seen.closes]

        return Sheet(
            "books.closes",
            self.texts.text("titles", NAME),
            COLUMNS,
            page_of(COLUMNS, read),
            lambda _query: self.hint("books.never"),
            (
                Command("CLOSE_BOOKS", lambda _rows: self._ask_close(), lambda _rows: self.hindered("close_period")),
                Command("REOPEN_BOOKS", lambda _rows: self._ask_reopen(), lambda _rows: self._nothing_to_open()),
            ),
            facts=self._facts,
        )

    def _record(self, one: ClosedPeriod) -> Record:
        state = "books.is_open_again" if one.reopened_at else "books.is_closed"
        cells = (
            self.words(state),
            self._moment(one.until),
            self._moment(one.closed_at),
            one.closed_by,
            one.note,
            str(one.seal),
            self._moment(one.reopened_at),
            one.reopened_by,
            one.reopen_note,
        )
        return Record(one.id, cells, made_of=one, tints=() if one.reopened_at else ((0, "good"),))

    def _facts(self) -> str:
        until = self.seen.closed_until
        if until is None:
            return self.words("books.all_open", zone=self.seen.time_zone)
        return self.words("books.closed_until", moment=self._moment(until), zone=self.seen.time_zone)

    def _nothing_to_open(self) -> str:
        if why := self.hindered("close_period"):
            return why
        return "" if self.seen.closed_until else self.hint("books.nothing_closed")

    def _ask_close(self) -> None:
        def until(answers: Answers) -> datetime:
            return history.moment_of(answers["until"], self.seen.time_zone)

        def told(answers: Answers) -> str:
            return self.words("books.told_close", moment=self._moment(until(answers)), zone=self.seen.time_zone)

        def book(answers: Answers, request: UUID) -> Booking:
            at, note, place = until(answers), answers["note"], self.warehouse
            return Booking(
                request,
                lambda: self.work.run(
                    lambda unit: periods.close_books(unit, warehouse=place, until=at, note=note), request_id=request
                ),
                self._closed,
                undo=lambda _closed, _request: self._reopen(self.words("books.undone")),
            )

        proposed = f"{_last_month_end(self.seen.time_zone):%Y-%m-%d}"
        fields = (
            Field("until", self.words("books.until_typed"), proposed),
            Field("note", self.words("books.note"), wide=True),
        )
        self.ask(Question(self.words("books.ask_close"), fields, told, book))

    def _ask_reopen(self) -> None:
        def book(answers: Answers, request: UUID) -> Booking:
            note = answers["note"]
            if not note:
                raise Refusal("ledger.reopen_why")
            return Booking(request, lambda: self._reopen(note), self._reopened)

        last = max(one.until for one in self.seen.closes if one.reopened_at is None)
        told = self.words("books.told_reopen", moment=self._moment(last), zone=self.seen.time_zone)
        fields = (Field("note", self.words("books.why"), wide=True),)
        self.ask(Question(self.words("books.ask_reopen"), fields, lambda _answers: told, book))

    def _reopen(self, note: str) -> datetime | None:
        place = self.warehouse
        return self.work.run(lambda unit: periods.reopen_books(unit, warehouse=place, note=note))

    def _closed(self, closed: ClosedBooks) -> Feedback:
        return Feedback(Level.OK, "books.closed", {"moment": self._moment(closed.until), "seal": str(closed.seal)})

    def _reopened(self, until: datetime | None) -> Feedback:
        code = "books.opened_to" if until else "books.opened"
        return Feedback(Level.OK, code, {"moment": self._moment(until)})

    def _moment(self, at: datetime | None) -> str:
        """A time at the warehouse, to the second; nothing for none."""
        return f"{at.astimezone(ZoneInfo(self.seen.time_zone)):%Y-%m-%d %H:%M:%S}" if at else ""


def _last_month_end(time_zone: str) -> datetime:
    """The last day of the month before, at a warehouse: what is closed as a rule."""
    today = clock.now().astimezone(ZoneInfo(time_zone))
    return today - timedelta(days=today.day)
