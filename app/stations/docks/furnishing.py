"""Questions about what the docks can take and who is there: doors, closures, limits, shifts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.docks import (
    Closure,
    Direction,
    Door,
    Limits,
    Shift,
    clock,
    moment_of,
    read_clock,
    read_hours,
    shift_of,
    write_hours,
)
from app.domain.errors import Refusal
from app.services.docks import doors
from app.services.docks.doors import Dock
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, DeskScreen, Field, Question, day_of

_WEEK = timedelta(days=7)


class Furnishing:
    """Asks about doors and shifts below their lists, and books."""

    def __init__(self, desk: DeskScreen, zone: Callable[[], tzinfo]) -> None:
        self._desk, self._zone = desk, zone

    # - doors -

    def make_door(self) -> None:
        """Ask which dock trucks are to be booked on."""
        desk = self._desk

        def ask(free: Sequence[Dock]) -> None:
            if not free:
                desk.say(Feedback(Level.WARNING, "docks.no_docks"))
                return
            docks = tuple((one.name, one.address) for one in free)
            field = Field("dock", desk.words("docks.dock"), free[0].name, docks)

            def book(answers: Answers, request: UUID) -> Booking:
                def work(unit: UnitOfWork) -> Door:
                    return doors.make_door(unit, warehouse=desk.warehouse, dock=answers["dock"])

                return self._book(work, request, "docks.door_made", door=answers["dock"])

            told = desk.words("docks.told_make_door")
            desk.ask(Question(desk.words("docks.ask_make_door"), (field,), lambda _answers: told, book))

        desk.start(lambda: desk.work.run(lambda unit: doors.free_docks(unit, desk.warehouse)), ask)

    def change_door(self, door: Door) -> None:
        """Ask what a door takes and when."""
        desk = self._desk
        ways = (("", desk.choice("dock_direction.both")),
                *((one.value, desk.choice(f"dock_direction.{one}")) for one in Direction))  # fmt: skip
        use = (("yes", desk.words("docks.in_use")), ("no", desk.words("docks.out_of_use_now")))
        fields = (
            Field("direction", desk.words("docks.direction"), door.direction.value if door.direction else "", ways),
            Field("hours", desk.words("docks.hours"), write_hours(door.openings), wide=True),
            Field("vehicles", desk.words("docks.vehicles"), ", ".join(sorted(door.vehicles))),
            Field("temperatures", desk.words("docks.temperatures"), ", ".join(sorted(door.temperatures))),
            Field("pallets", desk.words("docks.pallets_per_hour"), str(door.pallets_per_hour or "")),
            Field("lines", desk.words("docks.lines_per_hour"), str(door.lines_per_hour or "")),
            Field("active", desk.words("docks.use"), "yes" if door.active else "no", use),
        )

        def told(answers: Answers) -> str:
            hours = write_hours(read_hours(answers["hours"])) or desk.words("docks.always")
            return desk.words("docks.told_door", hours=hours)

        def book(answers: Answers, request: UUID) -> Booking:
            wanted = _door(door, answers)
            return self._book(lambda unit: doors.save_door(unit, wanted), request, "docks.door_saved", door=door.name)

        desk.ask(Question(desk.words("docks.ask_door", door=door.name), fields, told, book))

    def close_door(self, door: Door, today: date) -> None:
        """Ask from when until when a door is closed, and why; say which trucks are planned there."""
        desk = self._desk
        fields = (
            Field("first", desk.words("docks.first_day"), today.isoformat()),
            Field("from", desk.words("docks.from"), "00:00"),
            Field("last", desk.words("docks.last_day"), today.isoformat()),
            Field("until", desk.words("docks.until"), "24:00"),
            Field("reason", desk.words("stock.reason"), wide=True),
        )

        def span(answers: Answers) -> tuple[datetime, datetime]:
            first, last = day_of(answers["first"]), day_of(answers["last"])
            if first is None or last is None:
                raise Refusal("docks.closure")
            zone = self._zone()
            return (moment_of(first, read_clock(answers["from"]), zone),
                    moment_of(last, read_clock(answers["until"]), zone))  # fmt: skip

        def book(answers: Answers, request: UUID) -> Booking:
            start, end = span(answers)

            def work(unit: UnitOfWork) -> tuple[UUID, Sequence[str]]:
                made = doors.close(unit, door=door.id, starts_at=start, ends_at=end, reason=answers["reason"])
                hit = doors.hit_by(unit, warehouse=desk.warehouse, door=door.id, starts_at=start, ends_at=end)
                return made, [one.number for one in hit]

            return Booking(
                request,
                lambda: desk.work.run(work, request_id=request),
                lambda answer: _closed(door, answer[1]),
                undo=lambda answer, again: desk.work.run(lambda unit: doors.reopen(unit, answer[0]), request_id=again),
            )

        told = desk.words("docks.told_close")
        desk.ask(Question(desk.words("docks.ask_close", door=door.name), fields, lambda _answers: told, book))

    def reopen(self, door: Door, closures: Sequence[Closure]) -> None:
        """Open a door again."""

        def work(unit: UnitOfWork) -> None:
            for one in closures:
                doors.reopen(unit, one.id)

        self._desk.book_at_once(lambda request: self._book(work, request, "docks.reopened", door=door.name))

    def limit(self, now: Limits) -> None:
        """Ask what all docks take in an hour together."""
        desk = self._desk
        fields = (
            Field("trucks", desk.words("docks.trucks_per_hour"), str(now.trucks_per_hour or "")),
            Field("pallets", desk.words("docks.pallets_per_hour"), str(now.pallets_per_hour or "")),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            wanted = Limits(_count(answers["trucks"]), _count(answers["pallets"]))
            return self._book(
                lambda unit: doors.limit(unit, warehouse=desk.warehouse, limits=wanted), request, "docks.limited"
            )

        told = desk.words("docks.told_limit")
        desk.ask(Question(desk.words("docks.ask_limit"), fields, lambda _answers: told, book))

    # - shifts -

    def shift(self, one: Shift | None, day: date) -> None:
        """Ask for a shift, a new one or one that is changed."""
        desk = self._desk
        times = f"{clock(one.starts)}-{clock(one.ends)}" if one else ""
        fields = (
            Field("day", desk.words("docks.day"), (one.day if one else day).isoformat()),
            Field("times", desk.words("docks.times"), times),
            Field("people", desk.words("docks.people"), str(one.people) if one else ""),
            Field("name", desk.words("docks.shift"), one.name if one else ""),
            Field("names", desk.words("docks.names"), one.names if one else "", wide=True),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            on = day_of(answers["day"])
            if on is None:
                raise Refusal("docks.when")
            new = shift_of(
                day=on, times=answers["times"], people=answers["people"], name=answers["name"], names=answers["names"]
            )
            if one is not None:
                new = replace(new, id=one.id, version=one.version)
            return self._saved([new], request, "docks.shift_saved")

        title = desk.words("docks.ask_shift" if one else "docks.ask_new_shift")
        told = desk.words("docks.told_shift")
        desk.ask(Question(title, fields, lambda _answers: told, book))

    def remove(self, gone: Sequence[Shift]) -> None:
        """Take shifts away."""

        def work(unit: UnitOfWork) -> int:
            return doors.save_shifts(unit, warehouse=self._desk.warehouse, shifts=(), gone=gone)

        def undo(unit: UnitOfWork) -> int:
            back = [replace(one, id=None, version=0) for one in gone]
            return doors.save_shifts(unit, warehouse=self._desk.warehouse, shifts=back)

        def booking(request: UUID) -> Booking:
            done = Feedback(Level.OK, "docks.shifts_removed", {"count": str(len(gone))})
            run = self._desk.work.run
            return Booking(
                request,
                lambda: run(work, request_id=request),
                lambda _count: done,
                undo=lambda _count, again: run(undo, request_id=again),
            )

        self._desk.book_at_once(booking)

    def copy_week(self, shifts: Sequence[Shift]) -> None:
        """The shifts of the week in sight for the week after it, too."""
        later = [replace(one, day=one.day + _WEEK, id=None, version=0) for one in shifts]
        self._desk.book_at_once(lambda request: self._saved(later, request, "docks.week_copied"))

    # - inside -

    def _saved(self, shifts: Sequence[Shift], request: UUID, code: str) -> Booking:
        def work(unit: UnitOfWork) -> int:
            return doors.save_shifts(unit, warehouse=self._desk.warehouse, shifts=shifts)

        return self._book(work, request, code, count=str(len(shifts)))

    def _book(self, work: Callable[[UnitOfWork], object], request: UUID, code: str, **facts: str) -> Booking:
        run = self._desk.work.run
        return Booking(request, lambda: run(work, request_id=request), lambda _none: Feedback(Level.OK, code, facts))


def _closed(door: Door, planned: Sequence[str]) -> Feedback:
    if planned:
        return Feedback(Level.WARNING, "docks.is_closed_but", {"door": door.name, "numbers": ", ".join(planned)})
    return Feedback(Level.OK, "docks.is_closed", {"door": door.name})


def _door(door: Door, answers: Answers) -> Door:
    """The door as it was typed; refuses what makes no sense."""
    vehicles, cold = (
        [part for part in answers[name].split(",") if part.strip()] for name in ("vehicles", "temperatures")
    )
    return replace(
        doors.with_needs(door, vehicles=vehicles, temperatures=cold),
        direction=Direction(answers["direction"]) if answers["direction"] else None,
        openings=read_hours(answers["hours"]),
        pallets_per_hour=_count(answers["pallets"]),
        lines_per_hour=_count(answers["lines"]),
        active=answers["active"] == "yes",
    )


def _count(typed: str) -> int | None:
    if not typed:
        return None
    if not typed.isdigit() or int(typed) == 0:
        raise Refusal("docks.limit")
    return int(typed)
