"""When carriers leave: times added and taken out, days on which nobody leaves."""

from collections.abc import Callable, Sequence
from datetime import date, time
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.carriers import CarrierSetup
from app.domain.errors import Refusal
from app.services import cut_offs
from app.services.carriers import setting_up
from app.services.cut_offs import ClosedDay, CutOff
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, Sheet, day_of, page_of
from app.stations.kit.record_table import Record
from app.stations.orders.rows import TIMES, time_record

_SPANS = {"1-5": range(1, 6), "1-6": range(1, 7), "1-7": range(1, 8)} | {str(n): range(n, n + 1) for n in range(1, 8)}
Known = tuple[tuple[CutOff, ...], tuple[ClosedDay, ...]]


class Times:
    """The sheet of the times of a warehouse, and what can be done with them."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def sheet(self) -> Sheet:
        """Every time and every closed day."""
        desk = self._desk

        def read() -> Sequence[Record]:
            times, days = desk.work.run(self._known)
            called = desk.work.run(setting_up.names)
            known: list[CutOff | ClosedDay] = [*times, *days]
            return [time_record(n, one, called, desk.texts) for n, one in enumerate(known)]

        return Sheet(
            "orders.times",
            desk.words("orders.times"),
            TIMES,
            page_of(TIMES, read),
            lambda _query: desk.hint("orders.no_times"),
            (
                Command("NEW_TIME", lambda _rows: self._offer_time(), self._may),
                Command("NEW_CLOSED_DAY", lambda _rows: self._ask_day(), self._may),
                Command("DROP_TIMES", self._drop, self._may_drop),
            ),
        )

    # - inside -

    def _known(self, unit: UnitOfWork) -> Known:
        place = self._desk.warehouse
        return cut_offs.cut_offs(unit, place), cut_offs.closed_days(unit, place)

    def _may(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("set_up")

    def _may_drop(self, rows: Sequence[Record]) -> str:
        return self._may(rows) or ("" if rows else self._desk.hint("orders.choose_some"))

    def _offer_time(self) -> None:
        """Ask for a time; only carriers that are in use can be named."""
        self._desk.start(lambda: self._desk.work.run(setting_up.in_use), self._ask_time)

    def _ask_time(self, carriers: Sequence[CarrierSetup]) -> None:
        words = self._desk.words
        known = (("", words("orders.any_carrier")), *((one.code, one.name) for one in carriers))
        spans = tuple((one, words(f"orders.weekday_{one}")) for one in _SPANS)
        fields = (
            Field("carrier", words("orders.carrier"), choices=known),
            Field("service", words("orders.service_or_all")),
            Field("days", words("orders.weekday"), "1-5", spans),
            Field("leaves", words("orders.leaves"), "16:00"),
            Field("lead", words("orders.lead"), "0"),
            Field("transit", words("orders.transit"), "1"),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            added = tuple(
                CutOff(
                    day,
                    _clock(answers["leaves"]),
                    answers["carrier"],
                    answers["service"],
                    _count(answers["lead"]),
                    _count(answers["transit"]),
                )
                for day in _SPANS[answers["days"]]
            )
            return self._saving(request, lambda times, days: ((*times, *added), days))

        told = words("orders.told_time")
        self._desk.ask(Question(words("orders.ask_time"), fields, lambda _answers: told, book))

    def _ask_day(self) -> None:
        words = self._desk.words
        fields = (Field("day", words("orders.day")), Field("name", words("orders.day_name"), wide=True))

        def book(answers: Answers, request: UUID) -> Booking:
            closed: date | None = day_of(answers["day"])
            if closed is None:
                raise Refusal("orders.bad_cut_off")
            added = ClosedDay(closed, answers["name"])
            return self._saving(request, lambda times, days: (times, (*days, added)))

        told = words("orders.told_day")
        self._desk.ask(Question(words("orders.ask_day"), fields, lambda _answers: told, book))

    def _drop(self, rows: Sequence[Record]) -> None:
        gone = [row.made_of for row in rows]

        def book(_answers: Answers, request: UUID) -> Booking:
            return self._saving(
                request,
                lambda times, days: (
                    tuple(one for one in times if one not in gone),
                    tuple(one for one in days if one not in gone),
                ),
            )

        told = self._desk.words("orders.told_drop", count=len(gone))
        self._desk.ask(Question(self._desk.words("orders.ask_drop"), (), lambda _answers: told, book))

    def _saving(self, request: UUID, become: Callable[..., Known]) -> Booking:
        desk = self._desk

        def save(unit: UnitOfWork) -> None:
            times, days = become(*self._known(unit))
            cut_offs.save(unit, desk.warehouse, times=times, closed=days)

        return Booking(
            request,
            lambda: desk.work.run(save, request_id=request),
            lambda _none: Feedback(Level.OK, "orders.times_saved"),
        )


def _clock(typed: str) -> time:
    try:
        return time.fromisoformat(typed.strip().zfill(5))
    except ValueError as error:
        raise Refusal("orders.bad_cut_off") from error


def _count(typed: str) -> int:
    if not typed.strip().isdecimal():
        raise Refusal("orders.bad_cut_off")
    return int(typed)
