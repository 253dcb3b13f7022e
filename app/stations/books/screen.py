"""The books of a warehouse: until when they are closed, by whom they were closed and reopened; and doing both."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.services import clock, history, periods
from app.services.history import LedgerChange
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

CHANGES = (
    Column("posted", "history.recorded", 170, identifier=True),
    Column("happened", "history.effective", 170, identifier=True),
    Column("kind", "history.kind", 150),
    Column("sku", "reports.sku", 170, identifier=True),
    Column("lot", "reports.lot", 110, identifier=True),
    Column("quantity", "reports.quantity", 100, numeric=True),
    Column("source", "history.source", 150, identifier=True),
    Column("target", "history.target", 150, identifier=True),
    Column("person", "history.person", 150),
    Column("reason", "history.reason", 150),
    Column("document", "history.document", 130, identifier=True),
    Column("seal", "stock.seal", 70, numeric=True),
)
MOST = 5_000
"""How many changes are shown; more of them are a report's."""


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
                *self.one_of(Command("SHOW_CHANGES", lambda rows: self._lay_changes(rows[0]))),
            ),
            facts=self._facts,
            opened=self._lay_changes,
        )

    def _lay_changes(self, row: Record) -> None:
        """What became known since a close, and by whom."""
        close = row.made_of
        assert isinstance(close, ClosedPeriod)

        def read() -> Sequence[Record]:
            found = self.work.run(
                lambda unit: history.changes_since_seal(unit, warehouse=self.warehouse, seal=close.seal, most=MOST)
            )
            return [self._change(n, one) for n, one in enumerate(found)]

        facts = {"moment": self._moment(close.closed_at), "seal": close.seal, "most": MOST}
        self.lay_over(
            Sheet(
                "books.changes",
                self.words("books.changes_since", **facts),
                CHANGES,
                page_of(CHANGES, read),
                lambda _query: self.hint("books.no_changes"),
                (),
                facts=lambda: self.words("books.about_changes", **facts),
            )
        )

    def _change(self, n: int, one: LedgerChange) -> Record:
        kind = self.texts.word("move_kind", one.kind)
        return Record(
            n,
            (
                self._moment(one.recorded_at),
                self._moment(one.effective_at),
                self.words("books.reversal", kind=kind) if one.reversal else kind,
                one.sku,
                " ".join(filter(None, (one.lot, one.serial))),
                format_quantity(one.qty, one.unit),
                one.source,
                one.target,
                one.person,
                self.texts.word("reason", one.reason) if one.reason else "",
                one.document,
                str(one.seal),
            ),
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
