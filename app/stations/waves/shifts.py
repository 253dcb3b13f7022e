"""Who picks, by zone and shift: added, changed, taken out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import time
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.services import pick_shifts
from app.services.pick_shifts import Shift
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, Sheet, day_of, page_of
from app.stations.kit.record_table import Column, Record

COLUMNS = (
    Column("zone", "waves.zone", 170),
    Column("shift", "waves.shift", 220),
    Column("when", "waves.shift_when", 200),
    Column("starts", "waves.shift_from", 110, identifier=True),
    Column("ends", "waves.shift_until", 110, identifier=True),
    Column("people", "waves.shift_people", 110, numeric=True),
)
_SPANS = {"1-5": range(1, 6), "1-6": range(1, 7), "1-7": range(1, 8)} | {str(n): range(n, n + 1) for n in range(1, 8)}


class Shifts:
    """The sheet of the shifts of a warehouse, and what can be done with them."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def sheet(self) -> Sheet:
        """Every shift: those of all zones first, then zone by zone."""
        desk = self._desk

        def read() -> Sequence[Record]:
            found = desk.work.run(lambda unit: pick_shifts.shifts(unit, desk.warehouse))
            return [self._record(n, one) for n, one in enumerate(found)]

        return Sheet(
            "waves.shifts",
            desk.words("waves.shifts"),
            COLUMNS,
            page_of(COLUMNS, read),
            lambda _query: desk.hint("waves.no_shifts"),
            (
                Command("NEW_PICK_SHIFT", lambda _rows: self._ask_new(), self._may),
                *desk.one_of(Command("CHANGE_PICK_SHIFT", lambda rows: self._ask_change(_shift(rows[0])), self._may)),
                Command("DROP_PICK_SHIFTS", self._drop, self._may_drop),
            ),
        )

    def _may(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("set_up")

    def _may_drop(self, rows: Sequence[Record]) -> str:
        return self._may(rows) or ("" if rows else self._desk.hint("desk.choose_one"))

    def _ask_new(self) -> None:
        desk, words = self._desk, self._desk.words

        def ask(zones: Sequence[tuple[str, str]]) -> None:
            every = ("", words("waves.every_zone"))
            choices = (every, *((address, f"{name} ({address})") for address, name in zones))
            days = tuple((one, words(f"orders.weekday_{one}")) for one in _SPANS)
            fields = (
                Field("zone", words("waves.zone"), choices=choices),
                Field("name", words("waves.shift")),
                Field("days", words("orders.weekday"), "1-5", days),
                Field("day", words("waves.shift_day")),
                *_times("06:00", "14:00", "1", words),
            )
            told = words("waves.told_shift")
            desk.ask(Question(words("waves.ask_shift"), fields, lambda _answers: told, book))

        def book(answers: Answers, request: UUID) -> Booking:
            day = day_of(answers["day"])
            said = _said(Shift(time(), time(), 0, answers["name"], day=day, zone=answers["zone"]), answers)
            days = [None] if day else _SPANS[answers["days"]]
            added = [replace(said, weekday=one) for one in days]
            return self._saving(request, lambda known: [*known, *added])

        desk.start(lambda: desk.work.run(lambda unit: pick_shifts.zones(unit, desk.warehouse)), ask)

    def _ask_change(self, shift: Shift) -> None:
        desk, words = self._desk, self._desk.words
        fields = _times(f"{shift.starts:%H:%M}", f"{shift.ends:%H:%M}", str(shift.people), words)

        def book(answers: Answers, request: UUID) -> Booking:
            changed = _said(shift, answers)
            return self._saving(request, lambda known: [changed if one == shift else one for one in known])

        title = words("waves.ask_change_shift", zone=self._zone(shift), when=self._when(shift))
        told = words("waves.told_shift")
        desk.ask(Question(title, fields, lambda _answers: told, book))

    def _drop(self, rows: Sequence[Record]) -> None:
        gone, words = [_shift(row) for row in rows], self._desk.words

        def book(_answers: Answers, request: UUID) -> Booking:
            return self._saving(request, lambda known: [one for one in known if one not in gone])

        told = words("waves.told_drop_shifts", count=len(gone))
        self._desk.ask(Question(words("waves.ask_drop_shifts"), (), lambda _answers: told, book))

    def _saving(self, request: UUID, become: Callable[[Sequence[Shift]], Sequence[Shift]]) -> Booking:
        desk = self._desk

        def save(unit: UnitOfWork) -> None:
            pick_shifts.save(unit, desk.warehouse, become(pick_shifts.shifts(unit, desk.warehouse)))

        return Booking(
            request,
            lambda: desk.work.run(save, request_id=request),
            lambda _none: Feedback(Level.OK, "waves.shifts_saved"),
        )

    def _record(self, number: int, one: Shift) -> Record:
        times = (f"{one.starts:%H:%M}", f"{one.ends:%H:%M}")
        cells = (self._zone(one), one.name, self._when(one), *times, str(one.people))
        return Record(number, cells, made_of=one)

    def _zone(self, one: Shift) -> str:
        return one.zone_name or self._desk.words("waves.every_zone")

    def _when(self, one: Shift) -> str:
        return one.day.isoformat() if one.day else self._desk.words(f"orders.weekday_{one.weekday}")


def _times(starts: str, ends: str, people: str, words: Callable[[str], str]) -> tuple[Field, ...]:
    return (
        Field("starts", words("waves.shift_from"), starts),
        Field("ends", words("waves.shift_until"), ends),
        Field("people", words("waves.shift_people"), people),
    )


def _said(shift: Shift, answers: Answers) -> Shift:
    """A shift with the times and the people that were typed."""
    try:
        starts, ends = (time.fromisoformat(answers[name].strip().zfill(5)) for name in ("starts", "ends"))
        return replace(shift, starts=starts, ends=ends, people=int(answers["people"]))
    except ValueError as error:
        raise Refusal("waves.bad_shift") from error


def _shift(record: Record) -> Shift:
    assert isinstance(record.made_of, Shift)
    return record.made_of
