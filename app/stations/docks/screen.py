"""Docks, live: the calendar of appointments, the same as a list, doors, who is there, and how punctual carriers are."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from uuid import UUID

from app.domain.docks import AWAITED, NEXT, Appointment, Closure, Direction, Door, Limits, Plan, Shift
from app.services import clock
from app.services.docks import doors, planning, trucks
from app.services.docks.planning import APPOINTMENT, WaitingPaper
from app.services.policies import POLICY
from app.services.work import UnitOfWork
from app.stations.docks.asking import Asking
from app.stations.docks.calendar import Place
from app.stations.docks.furnishing import Furnishing
from app.stations.docks.looking import Looking
from app.stations.docks.reading import Seen, read
from app.stations.docks.rows import (
    APPOINTMENTS,
    CARRIERS,
    DOORS,
    SHIFTS,
    appointment_record,
    carrier_record,
    door_record,
    shift_record,
)
from app.stations.docks.story import story_of
from app.stations.docks.view import CalendarView
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Record, RecordTable

NAME = "docks"
PLAN = "plan_docks"
_CARRIERS, _CLOSED = timedelta(days=30), timedelta(days=60)
"""How far the list of carriers looks back, and that of closed doors ahead."""


class DocksScreen(DeskScreen):
    """The calendar in front; beside it as tabs a list of appointments, the doors, the roster, the carriers."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={APPOINTMENT, "document", POLICY})
        self.first: date | None = None
        """The first day in sight; None: today."""
        self.count = 1
        """How many days are in sight."""
        self.direction = Direction.INBOUND
        """Whether documents that come or that go wait beside the calendar."""
        self.seen: Seen | None = None
        self.closures: Sequence[Closure] = ()
        """The doors that are closed out of turn, as the list of doors shows them."""
        self.view = CalendarView(kit)
        self.asking = Asking(self, self._now_seen, self._choose)
        self.furnishing = Furnishing(self, lambda: self._now_seen().plan.zone)
        self.looking = Looking(self, self._now_seen, self._go_to_appointment)
        self.view.turned.connect(self.turn_to)
        self.view.way_chosen.connect(self._turn_way)
        self.view.dropped.connect(lambda paper, place: self._may(lambda: self.asking.drop(paper, place)))
        self.view.wanted.connect(lambda paper: self._may(lambda: self.asking.new(papers=[paper])))
        calendar = self.view.calendar
        calendar.moved.connect(lambda one, place: self._may(lambda: self.asking.moved(one, place)))
        calendar.drawn.connect(lambda place: self._may(lambda: self.asking.new(place)))
        calendar.opened.connect(self._open)
        calendar.chosen.connect(self._took)
        self.on_code = self._look_for
        self.show_front(
            self._calendar(), self._listed(), self._doors(), self._roster(), self._carriers(), self.looking.rates()
        )

    def turn_to(self, first: date | None, count: int) -> None:
        """Show other days."""
        self.first, self.count = first, count
        self.view.calendar.choose(None)
        self.refresh()

    def _turn_way(self, direction: Direction) -> None:
        self.direction = direction
        self.refresh()

    # - sheets -

    def _calendar(self) -> Sheet:
        def read_all() -> Sequence[Record]:
            seen = self.work.run(
                lambda unit: read(
                    unit, warehouse=self.warehouse, first=self.first, days=self.count, direction=self.direction
                )
            )
            self.seen = seen
            return [appointment_record(one, seen.plan, self.texts, clock.now()) for one in seen.appointments]

        def canvas(table: RecordTable) -> CalendarView:
            self.view.put_into(table)
            table.settled.connect(lambda: self._show(table))
            return self.view

        return Sheet(
            "docks.calendar",
            self.words("docks.calendar"),
            APPOINTMENTS,
            page_of(APPOINTMENTS, read_all),
            lambda _query: "",
            self._commands(),
            opened=lambda record: self._open(_appointment([record])),
            canvas=canvas,
        )

    def _listed(self) -> Sheet:
        return self.looking.listed(self._commands(), lambda record: self._open(_appointment([record])))

    def _commands(self) -> tuple[Command, ...]:
        def planner(_rows: Sequence[Record]) -> str:
            return self.hindered(PLAN)

        def decides(rows: Sequence[Record]) -> str:
            one = _appointment(rows)
            return "" if NEXT[one.state] else self.hint("docks.is_over")

        def went_on(rows: Sequence[Record]) -> str:
            return self.hint("docks.no_step") if _appointment(rows).state in AWAITED else ""

        return (
            Command("NEW_APPOINTMENT", lambda _rows: self.asking.new(papers=self._waiting()), planner),
            *self.one_of(
                Command("CHANGE_APPOINTMENT", lambda rows: self.asking.change(_appointment(rows)), planner),
                Command("MOVE_APPOINTMENT", lambda rows: self._ask_move(_appointment(rows)), planner),
                Command("ADVANCE_TRUCK", lambda rows: self.asking.decide(_appointment(rows)), decides),
                Command("TAKE_BACK_STEP", lambda rows: self.asking.take_back(_appointment(rows)), went_on),
                Command("REPEAT_APPOINTMENT", lambda rows: self.asking.repeat(_appointment(rows)), planner),
                Command("TIMELINE", lambda rows: self.lay_over(story_of(self, _appointment(rows)))),
            ),
            Command("PROPOSE_SLOT", self._propose, planner),
            Command("CALENDAR_FILE", lambda _rows: self.looking.ask_for_file()),
        )

    def _doors(self) -> Sheet:
        def read_all() -> Sequence[Record]:
            def work(unit: UnitOfWork) -> Plan:
                first = self.first or planning.today(unit, self.warehouse)
                return planning.plan_of(unit, warehouse=self.warehouse, first=first, days=_CLOSED.days)

            plan = self.work.run(work)
            now = clock.now()
            self.closures = [one for one in plan.closures if one.ends_at > now]
            return [door_record(door, self.closures, self.texts) for door in plan.doors]

        def planner(_rows: Sequence[Record]) -> str:
            return self.hindered(PLAN)

        furnishing = self.furnishing
        return Sheet(
            "docks.doors",
            self.words("docks.doors"),
            DOORS,
            page_of(DOORS, read_all),
            lambda _query: self.hint("docks.no_doors"),
            (
                Command("MAKE_DOOR", lambda _rows: furnishing.make_door(), planner),
                *self.one_of(
                    Command("CHANGE_DOOR", lambda rows: furnishing.change_door(_door(rows)), planner),
                    Command("CLOSE_DOOR", lambda rows: furnishing.close_door(_door(rows), self._today()), planner),
                    Command("REOPEN_DOOR", lambda rows: self._reopen(_door(rows)), planner),
                ),
                Command("LIMIT_DOCKS", lambda _rows: self._ask_limits(), planner),
            ),
            opened=lambda record: furnishing.change_door(_door([record])),
        )

    def _roster(self) -> Sheet:
        def read_all() -> Sequence[Record]:
            def work(unit: UnitOfWork) -> Sequence[Shift]:
                first = self.first or planning.today(unit, self.warehouse)
                first -= timedelta(days=first.weekday())
                return doors.shifts(unit, warehouse=self.warehouse, first=first, last=first + timedelta(days=20))

            return [shift_record(one, self.texts) for one in self.work.run(work)]

        def planner(_rows: Sequence[Record]) -> str:
            return self.hindered(PLAN)

        def some(rows: Sequence[Record]) -> str:
            return self.hindered(PLAN) or ("" if rows else self.hint("docks.choose_shifts"))

        furnishing = self.furnishing
        return Sheet(
            "docks.roster",
            self.words("docks.roster"),
            SHIFTS,
            page_of(SHIFTS, read_all),
            lambda _query: self.hint("docks.no_shifts"),
            (
                Command("NEW_SHIFT", lambda _rows: furnishing.shift(None, self._today()), planner),
                *self.one_of(
                    Command("CHANGE_SHIFT", lambda rows: furnishing.shift(_shift(rows[0]), self._today()), planner)
                ),
                Command("REMOVE_SHIFTS", lambda rows: furnishing.remove([_shift(row) for row in rows]), some),
                Command("COPY_SHIFTS", lambda rows: furnishing.copy_week([_shift(row) for row in rows]), some),
            ),
            opened=lambda record: furnishing.shift(_shift(record), self._today()),
        )

    def _carriers(self) -> Sheet:
        def read_all() -> Sequence[Record]:
            def work(unit: UnitOfWork) -> Sequence[Record]:
                last = planning.today(unit, self.warehouse)
                found = trucks.carriers(unit, warehouse=self.warehouse, first=last - _CARRIERS, last=last)
                return [carrier_record(one) for one in found]

            return self.work.run(work)

        return Sheet(
            "docks.carriers",
            self.words("docks.carriers"),
            CARRIERS,
            page_of(CARRIERS, read_all),
            lambda _query: self.hint("docks.no_trucks"),
            facts=lambda: self.words("docks.last_days", days=_CARRIERS.days),
        )

    # - inside -

    def _now_seen(self) -> Seen:
        assert self.seen is not None, "nothing is asked before the docks were read"
        return self.seen

    def _today(self) -> date:
        return self._now_seen().first if self.first else clock.now().astimezone(self._now_seen().plan.zone).date()

    def _show(self, table: RecordTable) -> None:
        """The rows were read: the calendar shows what they were made of, and what the filter leaves."""
        if self.seen is None:
            return
        rows = [table.model.record(n) for n in range(table.model.rowCount())]
        keys = [row.key for row in rows if isinstance(row.key, UUID)]
        self.view.show_seen(self.seen, found=frozenset(keys) if table.model.query.text else None)
        self._took(self.view.calendar.selected)

    def _choose(self, identity: UUID) -> None:
        self.view.calendar.choose(identity)

    def _took(self, identity: object) -> None:
        """What is chosen on the calendar is the row in hand."""
        if self.sheet.name != "docks.calendar":
            return
        view, model = self.table.view, self.table.model
        view.clearSelection()
        for n in range(model.rowCount()):
            if model.record(n).key == identity:
                view.selectRow(n)

    def _look_for(self, code: str) -> bool:
        """A scanned number or plate: its appointment is chosen, on whatever day it is."""
        self.start(
            lambda: self.work.run(lambda unit: planning.look_up(unit, warehouse=self.warehouse, number=code)),
            self._go_to_appointment,
        )
        return True

    def _go_to_appointment(self, one: Appointment) -> None:
        """Turn the calendar to the day of an appointment, and choose it."""
        day = one.starts_at.astimezone(self._now_seen().plan.zone).date()
        self.first = day if self.count == 1 else day - timedelta(days=day.weekday())
        self.view.calendar.choose(one.id)
        self.refresh()

    def _open(self, one: Appointment) -> None:
        if self.hindered(PLAN):
            self.lay_over(story_of(self, one))
        else:
            self.asking.change(one)

    def _may(self, plan: Callable[[], object]) -> None:
        """Plan with the mouse, if the person may; else say why not and show what is."""
        if why := self.hindered(PLAN):
            self.say_not_now(why)
        else:
            plan()

    def _ask_move(self, one: Appointment) -> None:
        self.asking.move(one, Place(one.door, one.starts_at, one.ends_at))

    def _waiting(self) -> Sequence[WaitingPaper]:
        """The document in hand, where the list of those that wait has the focus."""
        row = self.view.waiting.currentRow()
        return [self.view.waiting.papers[row]] if self.view.waiting.hasFocus() and row >= 0 else []

    def _propose(self, rows: Sequence[Record]) -> None:
        waiting = self._waiting()
        one = _appointment(rows) if len(rows) == 1 and not waiting else None
        self.asking.propose(one, waiting[0] if waiting else None)

    def _reopen(self, door: Door) -> None:
        self.furnishing.reopen(door, [one for one in self.closures if one.door == door.id])

    def _ask_limits(self) -> None:
        def work(unit: UnitOfWork) -> Limits:
            return doors.limits(unit, self.warehouse)

        self.start(lambda: self.work.run(work), self.furnishing.limit)


def _appointment(rows: Sequence[Record]) -> Appointment:
    found = rows[0].made_of
    assert isinstance(found, Appointment)
    return found


def _door(rows: Sequence[Record]) -> Door:
    found = rows[0].made_of
    assert isinstance(found, Door)
    return found


def _shift(row: Record) -> Shift:
    found = row.made_of
    assert isinstance(found, Shift)
    return found
