"""Docks on a real database: planned, moved, overruled, proposed, checked in and out; two who do so at once."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.docks import (
    NEXT,
    Appointment,
    Direction,
    Door,
    Limits,
    Load,
    Problem,
    State,
    Vehicle,
    read_hours,
    shift_of,
)
from app.domain.errors import Refusal
from app.domain.people import ApprovalWish
from app.services import clock, sign_on
from app.services.changes import Changes
from app.services.docks import doors, planning, trucks
from app.services.docks.planning import Booked, Draft
from app.services.work import UnitOfWork, Worker
from app.worker import jobs
from tests.support import PIN, Site

DAY = date(2030, 1, 7)
"""A Monday."""
TEN = datetime.fromisoformat("2030-01-07T10:00:00+00:00")
HOUR = timedelta(hours=1)
SLOW = Load(Direction.INBOUND, carrier="Slow")


@pytest.fixture
def planner(warehouse: Site) -> Worker:
    """A manager at a desk."""
    return Worker(warehouse.login("desk_manager"), Changes())


@pytest.fixture
def gate(warehouse: Site) -> Worker:
    """A receiver at the dock."""
    return Worker(warehouse.station("dock1", "RECEIVER1"), Changes())


@pytest.fixture
def two_doors(warehouse: Site, planner: Worker) -> tuple[Door, Door]:
    """Both docks as doors."""
    first, second = (
        planner.run(lambda unit, name=name: doors.make_door(unit, warehouse=warehouse.warehouse, dock=name))  # type: ignore[misc]
        for name in ("DOCK1", "DOCK2")
    )
    return first, second


def refusal(call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value


def draft(door: Door | None = None, start: datetime = TEN, **changes: Any) -> Draft:  # noqa: ANN401
    made = Draft(Load(Direction.INBOUND, pallets=10, carrier="Swift"), start, start + HOUR, door.id if door else None)
    return replace(made, **changes)


def plan(worker: Worker, site: Site, one: Draft) -> Booked:
    return worker.run(lambda unit: planning.book(unit, warehouse=site.warehouse, draft=one))


def read(worker: Worker, site: Site, number: str) -> Appointment:
    return worker.run(lambda unit: planning.look_up(unit, warehouse=site.warehouse, number=number))


def advance(worker: Worker, one: uuid.UUID, state: State, **how: Any) -> str:  # noqa: ANN401
    return worker.run(lambda unit: planning.advance(unit, appointment=one, state=state, **how))


def test_the_states_of_the_program_are_those_of_the_database(warehouse: Site) -> None:
    with warehouse.desk.transaction() as session:
        for state, following in NEXT.items():
            with warehouse.superuser() as connection:
                row = connection.execute("SELECT stockhand.dock_states_after(%s)", [state.value]).fetchone()
            assert row is not None
            assert set(row[0]) == {one.value for one in following}, state
        assert session.rows("SELECT FROM appointment") == []


def test_a_truck_is_planned_moved_and_its_door_is_its_own(
    warehouse: Site, planner: Worker, two_doors: tuple[Door, Door]
) -> None:
    first, second = two_doors
    booked = plan(planner, warehouse, draft(first, plate="b-xy 12"))
    assert booked.number == "DA-000001"
    one = read(planner, warehouse, "BXY12")
    assert (one.state, one.load.carrier, one.work_min, one.people) == (State.PLANNED, "Swift", 50, 2)
    taken = refusal(lambda: plan(planner, warehouse, draft(first, TEN + HOUR / 2)))
    assert (taken.code, taken.facts) == ("docks.taken", {"door": "DOCK1", "number": "DA-000001"})
    other = plan(planner, warehouse, draft(second))
    moved = planner.run(
        lambda unit: planning.move(
            unit, warehouse=warehouse.warehouse, one=one, door=first.id, starts_at=TEN + HOUR, ends_at=TEN + 2 * HOUR
        )
    )
    assert moved.version == 2
    late = refusal(
        lambda: planner.run(
            lambda unit: planning.move(
                unit, warehouse=warehouse.warehouse, one=one, door=first.id, starts_at=TEN, ends_at=TEN + HOUR
            )
        )
    )
    assert (late.code, late.facts["person"]) == ("record.changed", "Manager1")
    again = plan(planner, warehouse, replace(draft(first), id=None))
    story = planner.run(lambda unit: planning.history(unit, one.id))
    assert [(each.what, each.door, each.person) for each in story] == [
        ("moved", "DOCK1", "Manager1"),
        ("planned", "DOCK1", "Manager1"),
    ]
    assert advance(planner, other.id, State.CANCELLED) == "DA-000002"
    plan(planner, warehouse, draft(second))
    over = refusal(lambda: plan(planner, warehouse, draft(id=other.id, version=2)))
    assert over.code == "docks.over"
    assert again.number == "DA-000003"


def test_over_midnight_and_without_a_door_is_planned_too(
    warehouse: Site, planner: Worker, two_doors: tuple[Door, Door]
) -> None:
    night = TEN.replace(hour=23)
    plan(planner, warehouse, draft(two_doors[0], night, ends_at=night + 3 * HOUR))
    for day in (DAY, DAY + timedelta(days=1)):
        found = planner.run(lambda unit, day=day: planning.plan_of(unit, warehouse=warehouse.warehouse, first=day))  # type: ignore[misc]
        assert [one.starts_at for one in found.appointments] == [night]
    assert refusal(lambda: plan(planner, warehouse, draft(two_doors[0], night + 2 * HOUR))).code == "docks.taken"
    plan(planner, warehouse, draft(None, night))
    plan(planner, warehouse, draft(None, night))
    open_all_week = replace(two_doors[1], openings=read_hours("Mo-Su 0-24"))
    planner.run(lambda unit: doors.save_door(unit, open_all_week))
    begins = night + timedelta(seconds=17)
    assert plan(planner, warehouse, draft(open_all_week, begins, ends_at=begins + 3 * HOUR)).found == ()
    assert refusal(lambda: plan(planner, warehouse, draft(ends_at=TEN))).code == "docks.no_time"


def test_what_speaks_against_a_window_is_overruled_with_permission_and_reason_only(
    warehouse: Site, planner: Worker, two_doors: tuple[Door, Door]
) -> None:
    narrow = replace(two_doors[0], openings=read_hours("Mo-Fr 12-18"), vehicles=frozenset({Vehicle.VAN}))
    planner.run(lambda unit: doors.save_door(unit, narrow))
    assert refusal(lambda: plan(planner, warehouse, draft(narrow))).code == "docks.vehicle"
    booked = plan(planner, warehouse, draft(narrow, reason="The only truck this week"))
    assert [one.problem for one in booked.found] == [Problem.VEHICLE, Problem.HOURS]
    one = read(planner, warehouse, booked.number)
    assert (one.overruled, one.reason) == (("vehicle", "hours"), "The only truck this week")
    stale = refusal(lambda: planner.run(lambda unit: doors.save_door(unit, narrow)))
    assert stale.code == "record.changed"
    with warehouse.desk.transaction() as session:
        session.row("SELECT set_permission(%(who)s, 'override_dock', false)", who=warehouse.people["MANAGER1"])
    again = draft(narrow, TEN - HOUR, ends_at=TEN, reason="It is urgent")
    request = uuid.uuid4()

    def try_again() -> Booked:
        return planner.run(
            lambda unit: planning.book(unit, warehouse=warehouse.warehouse, draft=again), request_id=request
        )

    asked = refusal(try_again)
    assert asked.code == "permission.needs_approval"
    wish = ApprovalWish(request, "override_dock", warehouse.warehouse, str(asked.facts["content"]))
    sign_on.approve(planner, badge="ADMIN", pin=PIN, wish=wish)
    assert try_again().number == try_again().number


def test_what_the_warehouse_takes_in_an_hour_holds_against_two_who_plan_at_once(
    warehouse: Site, planner: Worker, two_doors: tuple[Door, Door]
) -> None:
    planner.run(lambda unit: doors.limit(unit, warehouse=warehouse.warehouse, limits=Limits(trucks_per_hour=1)))
    said: list[str] = []
    start = threading.Barrier(2)

    def book(door: Door) -> None:
        start.wait()
        try:
            said.append(plan(planner, warehouse, draft(door)).number)
        except Refusal as refused:
            said.append(refused.code)

    threads = [threading.Thread(target=book, args=(door,)) for door in two_doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["DA-000001", "docks.trucks_full"]
    assert refusal(lambda: planner.run(lambda unit: doors.limit(unit, warehouse=warehouse.warehouse,
                                                                limits=Limits(0)))).code == "docks.limit"  # fmt: skip


def test_a_truck_for_an_announcement_is_proposed_booked_and_waits_no_more(
    warehouse: Site, planner: Worker, two_doors: tuple[Door, Door]
) -> None:
    warehouse.document("purchase_order", ("WIDGET", 30), ("GADGET", 5))
    (paper,) = planner.run(lambda unit: planning.waiting(unit, warehouse=warehouse.warehouse))
    assert (paper.number, paper.lines, paper.pieces, paper.partner) == ("PO-000001", 2, Decimal(35), "ACME")
    shift = shift_of(day=DAY, times="12:00-20:00", people="2", name="Late")
    planner.run(lambda unit: doors.save_shifts(unit, warehouse=warehouse.warehouse, shifts=[shift]))
    planner.run(
        lambda unit: doors.close(unit, door=two_doors[0].id, starts_at=TEN, ends_at=TEN + 9 * HOUR, reason="Ice")
    )
    wanted = draft(ends_at=None, documents=(paper.id,))
    found = planner.run(
        lambda unit: planning.propose_slots(
            unit, warehouse=warehouse.warehouse, load=wanted.load, earliest=TEN, documents=[paper.id]
        )
    )
    assert found.best is not None
    assert (found.best.door.name, found.best.starts_at) == ("DOCK2", TEN + 2 * HOUR)
    assert [one.problem for one in found.best.why] == [Problem.PEOPLE]
    assert [one.problem for one in found.offers[1].why] == [Problem.CLOSED, Problem.PEOPLE]

    def book(unit: UnitOfWork) -> Booked:
        best = planning.at_best(unit, warehouse=warehouse.warehouse, draft=wanted)
        return planning.book(unit, warehouse=warehouse.warehouse, draft=best)

    one = read(planner, warehouse, planner.run(book).number)
    assert (one.load.lines, one.load.partner, one.partner_name) == (2, "ACME", "Acme")
    assert [each.number for each in one.papers] == ["PO-000001"]
    assert planner.run(lambda unit: planning.waiting(unit, warehouse=warehouse.warehouse)) == ()
    closed = refusal(lambda: plan(planner, warehouse, draft(two_doors[0])))
    assert (closed.code, closed.facts["reason"]) == ("docks.closed", "Ice")
    wrong = draft(two_doors[1], documents=(paper.id,), load=Load(Direction.OUTBOUND))
    assert refusal(lambda: plan(planner, warehouse, wrong)).code == "docks.wrong_document"


def test_an_appointment_comes_again_on_its_weekdays_and_leaves_out_what_is_taken(
    warehouse: Site, planner: Worker, two_doors: tuple[Door, Door]
) -> None:
    plan(planner, warehouse, draft(two_doors[0], TEN + timedelta(days=3)))
    one = read(planner, warehouse, plan(planner, warehouse, draft(two_doors[0])).number)
    made, left_out = planner.run(
        lambda unit: planning.repeat(
            unit, warehouse=warehouse.warehouse, one=one, weekdays=[0, 3], until=DAY + timedelta(days=14)
        )
    )
    assert [each.starts_at - TEN for each in made] == [timedelta(days=n) for n in (7, 10, 14)]
    assert [(day, why.problem) for day, why in left_out] == [(DAY + timedelta(days=3), Problem.TAKEN)]
    never = refusal(
        lambda: planner.run(
            lambda unit: planning.repeat(unit, warehouse=warehouse.warehouse, one=one, weekdays=[0], until=DAY)
        )
    )
    assert never.code == "docks.series"


def test_a_truck_goes_from_the_gate_to_its_door_and_away_and_each_step_has_its_person(
    warehouse: Site, planner: Worker, gate: Worker, two_doors: tuple[Door, Door]
) -> None:
    now = clock.now()
    warehouse.document("purchase_order", ("WIDGET", 30))
    (paper,) = planner.run(lambda unit: planning.waiting(unit, warehouse=warehouse.warehouse))
    booked = plan(planner, warehouse, draft(two_doors[0], now, documents=(paper.id,)))
    assert refusal(lambda: advance(gate, booked.id, State.CANCELLED)).code == "permission.missing"
    assert refusal(lambda: advance(gate, booked.id, State.AT_DOOR)).code == "docks.wrong_state"
    (found,) = gate.run(lambda unit: trucks.found(unit, warehouse=warehouse.warehouse, words=paper.number.lower()))
    assert advance(gate, found.id, State.ARRIVED) == booked.number
    twice = refusal(lambda: advance(gate, found.id, State.ARRIVED))
    assert (twice.code, twice.facts["person"]) == ("docks.already_here", "Receiver1")
    plan_now = gate.run(lambda unit: planning.plan_of(unit, warehouse=warehouse.warehouse, first=now.date()))
    assert [door.name for door in trucks.free_doors(plan_now, found)] == ["DOCK1", "DOCK2"]
    undone = refusal(lambda: advance(gate, found.id, State.LEFT))
    assert undone.code == "docks.leaves_undone"
    advance(gate, found.id, State.AT_DOOR, door=two_doors[1].id)
    ((door, standing),) = (
        (row.door.name, row.now.number)
        for row in gate.run(lambda unit: trucks.board_of(unit, warehouse=warehouse.warehouse))[1]
        if row.now
    )
    assert (door, standing) == ("DOCK2", booked.number)
    (at_door,) = gate.run(lambda unit: trucks.at_doors(unit, warehouse=warehouse.warehouse))
    assert [each.number for each in at_door.appointment.papers] == [paper.number]
    second = gate.run(lambda unit: trucks.walk_in(unit, warehouse=warehouse.warehouse, load=SLOW, plate="k 1"))
    unplanned = read(gate, warehouse, "K1")
    assert (unplanned.number, unplanned.walk_in, unplanned.door) == (second.number, True, None)
    assert unplanned.state is State.ARRIVED
    busy = refusal(lambda: advance(gate, unplanned.id, State.AT_DOOR, door=two_doors[1].id))
    assert busy.code == "docks.door_busy"
    advance(gate, found.id, State.WORKING)
    assert refusal(lambda: advance(gate, found.id, State.LEFT)).code == "docks.still_working"
    advance(gate, found.id, State.DONE)
    still_open = refusal(lambda: advance(gate, found.id, State.LEFT))
    assert (still_open.code, still_open.facts["documents"]) == ("docks.receipt_open", paper.number)
    advance(gate, found.id, State.LEFT, reason="Counted tomorrow")
    advance(gate, unplanned.id, State.AT_DOOR, door=two_doors[1].id)
    story = gate.run(lambda unit: planning.history(unit, found.id))
    assert [(each.what, each.person) for each in story][:2] == [("left", "Receiver1"), ("done", "Receiver1")]
    assert story[0].reason == "Counted tomorrow"
    swift, slow = gate.run(
        lambda unit: trucks.carriers(unit, warehouse=warehouse.warehouse, first=now.date(), last=now.date())
    )
    assert (swift.carrier, swift.trucks, swift.on_time, slow.carrier) == ("Slow", 1, 1, "Swift")


def test_a_truck_that_never_came_frees_its_door_by_itself_after_its_grace_time(
    warehouse: Site, planner: Worker, gate: Worker, two_doors: tuple[Door, Door]
) -> None:
    late, long_gone = (
        plan(planner, warehouse, draft(two_doors[0], clock.now() - ago)) for ago in (4 * HOUR, 5.5 * HOUR)
    )
    worker = Worker(warehouse.login("worker_1"), Changes())
    jobs.mark_no_shows(worker)
    jobs.mark_no_shows(worker)
    assert read(planner, warehouse, late.number).state is State.PLANNED, "four hours after its window at the earliest"
    gone = read(planner, warehouse, long_gone.number)
    assert (gone.state, gone.holds_its_door) == (State.NO_SHOW, False)
    (step, *_) = planner.run(lambda unit: planning.history(unit, gone.id))
    assert (step.what, step.person, step.reason) == ("no_show", "Worker", "GRACE_OVER")
    assert refusal(lambda: gate.run(lambda unit: planning.take_back(unit, appointment=gone.id))).code == (
        "permission.missing"
    )
    advance(gate, gone.id, State.ARRIVED)
    assert read(planner, warehouse, gone.number).state is State.ARRIVED, "it came after all"


def test_what_leaves_waits_for_trucks_too_and_appointments_of_any_day_are_found_by_words(
    warehouse: Site, planner: Worker, two_doors: tuple[Door, Door]
) -> None:
    warehouse.document("order", ("WIDGET", 6), ("GADGET", 2))
    warehouse.document("purchase_order", ("WIDGET", 30))

    def waiting(direction: Direction) -> list[tuple[str, int]]:
        found = planner.run(lambda unit: planning.waiting(unit, warehouse=warehouse.warehouse, direction=direction))
        assert {one.direction for one in found} <= {direction}
        return [(one.number, one.lines) for one in found]

    assert (waiting(Direction.INBOUND), waiting(Direction.OUTBOUND)) == ([("PO-000002", 1)], [("SO-000001", 2)])
    (order,) = planner.run(
        lambda unit: planning.find_documents(unit, warehouse=warehouse.warehouse, numbers=["SO-000001"])
    )
    taken = Load(Direction.OUTBOUND, pallets=3, carrier="North Star")
    booked = plan(planner, warehouse, draft(two_doors[1], load=taken, documents=(order,), plate="B XY 12"))
    assert waiting(Direction.OUTBOUND) == []

    def found(words: str) -> list[str]:
        known = planner.run(lambda unit: planning.found(unit, warehouse=warehouse.warehouse, words=words))
        return [one.number for one in known]

    assert found("star so-0000") == found("b xy") == [booked.number]
    assert found("star po-0000") == found("100%") == []


def test_docks_are_seen_in_their_own_warehouse_only_and_planned_by_planners(
    warehouse: Site, planner: Worker, gate: Worker, two_doors: tuple[Door, Door]
) -> None:
    plan(planner, warehouse, draft(two_doors[0]))
    assert refusal(lambda: plan(gate, warehouse, draft(two_doors[1]))).code == "permission.missing"
    stranger = Worker(warehouse.station("bench1", "MANAGER-B"), Changes())
    with stranger.database.transaction() as session:
        for table in ("appointment", "dock_door", "appointment_history"):
            assert session.rows(f"SELECT FROM {table}") == []
    assert refusal(lambda: plan(stranger, warehouse, draft(two_doors[1]))).code == "permission.missing"
    foreign = refusal(
        lambda: planner.run(lambda unit: doors.make_door(unit, warehouse=warehouse.warehouse, dock="R01"))
    )
    assert foreign.code == "docks.out_of_use"
    bad = replace(shift_of(day=DAY, times="6-14", people="2"), people=2000)
    wrong = refusal(
        lambda: planner.run(lambda unit: doors.save_shifts(unit, warehouse=warehouse.warehouse, shifts=[bad]))
    )
    assert wrong.code == "docks.shift"


def test_a_truck_that_is_late_stays_on_the_board_over_midnight(
    warehouse: Site, planner: Worker, two_doors: tuple[Door, Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_ten_in_the_evening = TEN + 12 * HOUR
    late = plan(planner, warehouse, draft(None, at_ten_in_the_evening, ends_at=at_ten_in_the_evening + HOUR))
    for hours, there in ((3, [late.id]), (8, [])):
        monkeypatch.setattr(clock, "now", lambda hours=hours: at_ten_in_the_evening + hours * HOUR)
        seen, _ = planner.run(lambda unit: trucks.board_of(unit, warehouse=warehouse.warehouse))
        assert [one.id for one in seen.appointments] == there
