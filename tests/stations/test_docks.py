"""The calendar of the docks with mouse and keyboard, and its lists: doors, roster, carriers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.docks import Appointment, Direction, Door, Load, Plan, State, day_of, read_hours
from app.services import clock
from app.services.changes import Changes
from app.services.docks import doors, planning, trucks
from app.services.docks.planning import Booked, Draft
from app.services.work import UnitOfWork, Worker
from app.stations.dock_board import DockBoardScreen
from app.stations.docks import DocksScreen
from app.stations.docks.calendar import DockCalendar
from app.stations.docks.grid import Grid
from app.stations.kit.kit import Kit
from app.texts import Texts
from tests.stations.desks import asked, at_rest, book, columns, opened, press, take, work_of
from tests.support import Site

DAY = date(2030, 1, 7)
"""A Monday."""
HOUR = timedelta(hours=1)
SLOW = Load(Direction.INBOUND, carrier="Slow")


@pytest.fixture
def planner(warehouse: Site) -> Worker:
    """A manager at a desk; both docks are doors, open in daytime."""
    worker = Worker(warehouse.login("desk_manager"), Changes())

    def furnish(unit: UnitOfWork, name: str) -> None:
        door = doors.make_door(unit, warehouse=warehouse.warehouse, dock=name)
        part = UnitOfWork(unit.session, uuid4(), changes=unit.changes)
        doors.save_door(part, replace(door, openings=read_hours("Mo-Su 6-20")))

    for name in ("DOCK1", "DOCK2"):
        worker.run(lambda unit, name=name: furnish(unit, name))  # type: ignore[misc]
    return worker


@pytest.fixture
def screen(kit: Kit, warehouse: Site, planner: Worker, qtbot: QtBot) -> Iterator[DocksScreen]:
    with opened(kit, qtbot, lambda words: DocksScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        screen.turn_to(DAY, 1)
        at_rest(screen, qtbot)
        yield screen


def at(clock: float) -> datetime:
    """A time of the day; this warehouse's clock is UTC."""
    return datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) + clock * HOUR


def truck(site: Site, worker: Worker, start: float, end: float, door: str = "DOCK1", **named: str) -> str:
    """An appointment at a door; returns its number."""
    draft = Draft(Load(Direction.INBOUND, pallets=10, carrier="Swift"), at(start), at(end), site.places[door], **named)  # type: ignore[arg-type]
    return worker.run(lambda unit: planning.book(unit, warehouse=site.warehouse, draft=draft)).number


def spot(calendar: DockCalendar, door: str, clock: float) -> QPoint:
    """Where a time at a door is on the calendar."""
    assert calendar.grid is not None
    lane = next(one for one in calendar.grid.lanes if one.door is not None and one.door.name == door)
    return QPoint(round(calendar.grid.x_of(lane.day, at(clock))), round(lane.top + lane.height / 2))


def drag(calendar: DockCalendar, first: QPoint, last: QPoint) -> None:
    """With the left button, by way of the middle."""
    QTest.mousePress(calendar, Qt.MouseButton.LeftButton, pos=first)
    for point in ((first + last) / 2, last):
        QTest.mouseMove(calendar, point)
    QTest.mouseRelease(calendar, Qt.MouseButton.LeftButton, pos=last)


def planned(screen: DocksScreen, qtbot: QtBot) -> list[tuple[str, ...]]:
    """What stands on the calendar."""
    return columns(screen, qtbot, "number", "door", "from", "until")


def test_an_appointment_is_begun_moved_made_longer_and_taken_back_with_the_mouse(
    screen: DocksScreen, qtbot: QtBot
) -> None:
    calendar = screen.view.calendar
    drag(calendar, spot(calendar, "DOCK1", 10), spot(calendar, "DOCK1", 11.5))
    assert screen.form is not None
    assert screen.form.answers()["from"] == "10:00"
    screen.form.give("carrier", "Swift")
    screen.form.give("pallets", "12")
    assert "56 minutes of work" in screen.form.effect.text()
    assert book(screen, qtbot) == "DA-000001 is planned."
    assert planned(screen, qtbot) == [("DA-000001", "DOCK1", "10:00", "11:30")]
    drag(calendar, spot(calendar, "DOCK1", 10.5), spot(calendar, "DOCK2", 13.1))
    at_rest(screen, qtbot)
    assert planned(screen, qtbot) == [("DA-000001", "DOCK2", "12:30", "14:00")]
    drag(calendar, spot(calendar, "DOCK2", 14) - QPoint(1, 0), spot(calendar, "DOCK2", 15.3))
    at_rest(screen, qtbot)
    assert planned(screen, qtbot) == [("DA-000001", "DOCK2", "12:30", "15:15")]
    press(screen, qtbot, "UNDO")
    assert planned(screen, qtbot) == [("DA-000001", "DOCK2", "12:30", "14:00")]


def test_what_speaks_against_a_place_is_shown_before_it_is_let_go_and_never_booked_by_accident(
    screen: DocksScreen, warehouse: Site, planner: Worker, qtbot: QtBot
) -> None:
    first = truck(warehouse, planner, 9, 10)
    truck(warehouse, planner, 12, 13, "DOCK2")
    screen.refresh()
    at_rest(screen, qtbot)
    calendar = screen.view.calendar
    QTest.mousePress(calendar, Qt.MouseButton.LeftButton, pos=spot(calendar, "DOCK2", 12.5))
    QTest.mouseMove(calendar, spot(calendar, "DOCK1", 11))
    assert calendar.ghost is not None
    assert not calendar.ghost.wrong
    QTest.mouseMove(calendar, spot(calendar, "DOCK1", 9.75))
    assert calendar.ghost.wrong
    assert screen.view.words.text() == f"✖ DOCK1 is taken at that time by {first}."
    QTest.mouseRelease(calendar, Qt.MouseButton.LeftButton, pos=spot(calendar, "DOCK1", 9.75))
    at_rest(screen, qtbot)
    assert "taken at that time" in screen.band.text()
    late = spot(calendar, "DOCK2", 19.75)
    drag(calendar, spot(calendar, "DOCK2", 12.5), late)
    assert screen.form is not None, "the door is closed then: it is asked before"
    assert "not open all that time" in screen.form.effect.text()
    assert "not open all that time" in book(screen, qtbot)
    screen.form.give("reason", "The driver waits")
    assert "is moved. Mind: DOCK2 is not open" in book(screen, qtbot)
    assert planned(screen, qtbot)[1] == ("DA-000002", "DOCK2", "19:15", "20:15")


def test_a_document_that_waits_is_dragged_onto_a_door(screen: DocksScreen, warehouse: Site, qtbot: QtBot) -> None:
    warehouse.document("purchase_order", ("WIDGET", 30))
    screen.refresh()
    at_rest(screen, qtbot)
    waiting, calendar = screen.view.waiting, screen.view.calendar
    assert [paper.number for paper in waiting.papers] == ["PO-000001"]
    there = waiting.viewport().mapFromGlobal(calendar.mapToGlobal(spot(calendar, "DOCK2", 8)))
    here = waiting.visualItemRect(waiting.item(0)).center()
    QTest.mousePress(waiting.viewport(), Qt.MouseButton.LeftButton, pos=here)
    QTest.mouseMove(waiting.viewport(), there)
    assert calendar.ghost is not None
    QTest.mouseRelease(waiting.viewport(), Qt.MouseButton.LeftButton, pos=there)
    at_rest(screen, qtbot)
    assert columns(screen, qtbot, "door", "from", "until", "documents", "partner") == [
        ("DOCK2", "08:00", "08:15", "PO-000001", "Acme")
    ]
    assert not waiting.papers
    press(screen, qtbot, "UNDO")
    assert [paper.number for paper in waiting.papers] == ["PO-000001"]
    waiting.setFocus()
    waiting.setCurrentRow(0)
    form = asked(screen, qtbot, "PROPOSE_SLOT")
    assert (form.answers()["documents"], form.answers()["from"]) == ("PO-000001", "06:00")
    assert "DOCK2: 01-07 06:00" in screen.band.text()


def test_everything_goes_without_a_mouse(screen: DocksScreen, warehouse: Site, planner: Worker, qtbot: QtBot) -> None:
    truck(warehouse, planner, 9, 10)
    truck(warehouse, planner, 11, 12)
    screen.refresh()
    at_rest(screen, qtbot)
    calendar = screen.view.calendar
    calendar.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(calendar, key)
    assert screen.in_hand()[0].cells[0] == "DA-000002"
    for key, held in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier),
    ):
        QTest.keyClick(calendar, key, held)
        at_rest(screen, qtbot)
    assert planned(screen, qtbot)[1] == ("DA-000002", "DOCK2", "11:15", "12:30")
    form = asked(screen, qtbot, "MOVE_APPOINTMENT")
    form.give("from", "noon")
    assert "no time of the day" in book(screen, qtbot)
    form.give("from", "13:00")
    form.give("until", "14:00")
    assert book(screen, qtbot) == "DA-000002 is moved."
    form = asked(screen, qtbot, "ADVANCE_TRUCK")
    assert book(screen, qtbot) == "What shall become of it?"
    form.give("state", State.CONFIRMED)
    assert book(screen, qtbot) == "DA-000002: confirmed."
    form = asked(screen, qtbot, "REPEAT_APPOINTMENT")
    form.give("until", "2030-01-21")
    assert book(screen, qtbot) == "Planned 2 times."
    press(screen, qtbot, "TIMELINE")
    assert ("Confirmed", "DOCK2") in columns(screen, qtbot, "what", "door")
    screen.step_back()
    QTest.keyClick(screen.view, Qt.Key.Key_PageDown)
    at_rest(screen, qtbot)
    assert screen.view.day.text() == "Tue 2030-01-08"
    screen.view.week.click()
    at_rest(screen, qtbot)
    assert [len(screen.seen.days) if screen.seen else 0, screen.first] == [7, DAY]
    screen.on_scan("DA-000003")
    at_rest(screen, qtbot)
    assert screen.first == DAY + timedelta(days=7)
    assert screen.in_hand()[0].cells[0] == "DA-000003"


def test_what_leaves_waits_beside_the_calendar_any_day_is_searched_and_steps_are_taken_back(
    screen: DocksScreen, warehouse: Site, planner: Worker, qtbot: QtBot, tmp_path: Path
) -> None:
    warehouse.document("order", ("WIDGET", 30))
    number = truck(warehouse, planner, 9, 10, plate="B XY 12")
    one = planner.run(lambda unit: planning.look_up(unit, warehouse=warehouse.warehouse, number=number))
    planner.run(lambda unit: planning.advance(unit, appointment=one.id, state=State.ARRIVED))
    screen.view.way.setCurrentIndex(1)
    at_rest(screen, qtbot)
    (paper,) = screen.view.waiting.papers
    assert (paper.number, screen.seen is not None and screen.seen.load_of([paper]).direction) == (
        "SO-000001",
        Direction.OUTBOUND,
    )
    take(screen, qtbot, number)
    press(screen, qtbot, "TAKE_BACK_STEP")
    assert screen.band.text() == f"{number} is again: planned."
    take(screen, qtbot, number)
    press(screen, qtbot, "TAKE_BACK_STEP")
    assert "no step yet" in screen.band.text()
    press(screen, qtbot, "TIMELINE")
    assert ("Waiting (taken back by Manager1)",) in columns(screen, qtbot, "what")
    screen.step_back()
    file = tmp_path / "docks.ics"
    screen.looking.write_file(file)
    at_rest(screen, qtbot)
    assert b"SUMMARY:DA-000001" in file.read_bytes()
    screen.turn_to(DAY - timedelta(days=400), 1)
    screen.tabs.setCurrentIndex(1)
    screen.table.filter.setText("swift xy")
    qtbot.waitUntil(lambda: columns(screen, qtbot, "number", "plate") == [(number, "B XY 12")], timeout=20_000)
    take(screen, qtbot, number)
    press(screen, qtbot, "SHOW_ON_CALENDAR")
    assert (screen.first, screen.view.calendar.selected) == (DAY, one.id)


def test_rates_that_finished_trucks_prove_wrong_are_shown_and_replaced(
    screen: DocksScreen, warehouse: Site, planner: Worker, qtbot: QtBot
) -> None:
    for hour in range(8):
        truck(warehouse, planner, 6 + hour, 7 + hour)
    with warehouse.superuser() as connection:
        connection.execute(
            "UPDATE appointment SET state = 'left', starts_at = now() - interval '2 days', ends_at = now() - interval"
            " '47 hours', started_at = now() - interval '2 days', done_at = now() - interval '46 hours'"
        )
    screen.tabs.setCurrentIndex(5)
    screen.refresh()
    ((vehicle, trucks, verdict),) = columns(screen, qtbot, "vehicle", "trucks", "verdict")
    assert (vehicle, trucks, verdict) == ("Truck", "8", "✔ Fits better")
    take(screen, qtbot, "Brings")
    press(screen, qtbot, "ADOPT_RATES")
    assert screen.band.text() == "The learned rates of 1 kind of trucks hold from now on."
    screen.refresh()
    assert columns(screen, qtbot, "verdict") == [("No better than now",)]


def test_two_planners_at_one_appointment_the_second_is_told_who_was_faster(
    screen: DocksScreen, warehouse: Site, planner: Worker, qtbot: QtBot
) -> None:
    truck(warehouse, planner, 9, 10)
    screen.refresh()
    take(screen, qtbot, "DA-000001")
    form = asked(screen, qtbot, "MOVE_APPOINTMENT")

    def move(one: Appointment) -> None:
        planner.run(
            lambda unit: planning.move(
                unit, warehouse=warehouse.warehouse, one=one, door=one.door, starts_at=at(14), ends_at=at(15)
            )
        )

    move(planner.run(lambda unit: planning.look_up(unit, warehouse=warehouse.warehouse, number="DA-000001")))
    form.give("from", "11:00")
    form.give("until", "12:00")
    assert "Manager1" in book(screen, qtbot)
    screen.step_back()
    screen.refresh()
    assert planned(screen, qtbot) == [("DA-000001", "DOCK1", "14:00", "15:00")]


def test_doors_and_people_are_looked_after_on_their_lists(
    screen: DocksScreen, warehouse: Site, planner: Worker, qtbot: QtBot
) -> None:
    truck(warehouse, planner, 9, 10)
    screen.tabs.setCurrentIndex(2)
    take(screen, qtbot, "DOCK1")
    form = asked(screen, qtbot, "CHANGE_DOOR")
    form.give("hours", "sometimes")
    assert "cannot be read" in book(screen, qtbot)
    form.give("hours", "Mo-Fr 8-16")
    form.give("vehicles", "van, boat")
    assert "boat" in book(screen, qtbot)
    form.give("vehicles", "van, truck")
    assert book(screen, qtbot) == "DOCK1 is saved."
    assert columns(screen, qtbot, "door", "hours", "vehicles")[0] == ("DOCK1", "Mo-Fr 08:00-16:00", "Truck, Van")
    form = asked(screen, qtbot, "CLOSE_DOOR")
    form.give("last", "2030-01-07")
    form.give("reason", "Ice")
    assert "need another door: DA-000001" in book(screen, qtbot)
    take(screen, qtbot, "DOCK1")
    assert columns(screen, qtbot, "state")[0] == ("Closed: Ice",)
    press(screen, qtbot, "REOPEN_DOOR")
    assert columns(screen, qtbot, "state")[0] == ("in use",)
    form = asked(screen, qtbot, "LIMIT_DOCKS")
    form.give("trucks", "0")
    assert "cannot be" in book(screen, qtbot)
    form.give("trucks", "3")
    assert book(screen, qtbot) == "The limits hold from now on."
    screen.tabs.setCurrentIndex(3)
    at_rest(screen, qtbot)
    form = asked(screen, qtbot, "NEW_SHIFT")
    form.give("times", "06:00-14:00")
    assert "number of people" in book(screen, qtbot)
    form.give("names", "Ana, Tomasz")
    assert book(screen, qtbot) == "The shift is saved."
    assert columns(screen, qtbot, "times", "people", "names") == [("06:00-14:00", "2", "Ana, Tomasz")]
    take(screen, qtbot, "06:00-14:00")
    press(screen, qtbot, "COPY_SHIFTS")
    assert len(columns(screen, qtbot, "day")) == 2
    take(screen, qtbot, "06:00-14:00")
    press(screen, qtbot, "REMOVE_SHIFTS")
    assert len(columns(screen, qtbot, "day")) == 1


@pytest.fixture
def board(kit: Kit, warehouse: Site, planner: Worker, qtbot: QtBot) -> Iterator[DockBoardScreen]:
    """A big screen."""
    assert planner
    board = DockBoardScreen(Kit(Texts.load(), kit.theme, kit.sounds, kit.tasks), work_of(warehouse, "desk_manager"))
    qtbot.addWidget(board)
    board.resize(1366, 728)
    board.show()
    yield board
    board.let_go()
    qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=20_000)


def test_the_board_shows_each_door_from_afar_and_hears_of_the_gate(
    board: DockBoardScreen, warehouse: Site, planner: Worker, qtbot: QtBot
) -> None:
    def book(unit: UnitOfWork) -> Booked:
        start = clock.now() - 2 * HOUR
        load = Load(Direction.INBOUND, carrier="Swift")
        draft = Draft(load, start, start + HOUR, warehouse.places["DOCK1"], plate="B 12", reason="by telephone")
        return planning.book(unit, warehouse=warehouse.warehouse, draft=draft)

    def truck(unit: UnitOfWork, state: State) -> str:
        return planning.advance(unit, appointment=here.id, state=state)

    work = board.work
    here = work.run(book)
    qtbot.waitUntil(lambda: any("overdue" in line.next for line in board.view.lines), timeout=20_000)
    lines = {line.door: line for line in board.view.lines}
    assert (lines["DOCK2"].now, lines["DOCK2"].state) == ("", "free")
    for state in (State.ARRIVED, State.AT_DOOR):
        work.run(lambda unit, state=state: truck(unit, state))  # type: ignore[misc]
    work.run(lambda unit: trucks.walk_in(unit, warehouse=warehouse.warehouse, load=SLOW, plate="K 7"))
    qtbot.waitUntil(lambda: "K 7" in board.waiting.text(), timeout=20_000)
    first = board.view.lines[0]
    assert (first.now, first.state) == ("Swift  B 12", "▸ At the door")
    assert (first.time.startswith("✖ 60 min over"), first.time_tint) == (True, "bad")
    board.view.resize(1300, 150)
    board.view.turn()
    assert (board.view.pages, board.view.page) == (2, 1)


def test_a_day_of_25_hours_is_drawn_an_hour_longer_and_every_quarter_of_it_can_be_reached() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    door = Door(UUID(int=1), "D1", "W-D1", None)
    long, usual = (day_of(date(2026, 10, day), berlin) for day in (25, 26))
    start = long.hours[2].starts_at  # the first of two hours from two to three
    truck = Appointment(uuid4(), 1, "DA-1", Load(Direction.INBOUND), State.PLANNED, door.id, start, start + 2 * HOUR)
    plan = Plan(berlin, (door,), (truck,))
    grid = Grid(plan, (long, usual), width=1600, label=100, lane=40, head=20, night=True)
    assert grid.x_of(long, long.ends_at) - grid.x_of(usual, usual.ends_at) == pytest.approx(60 * grid.minute)
    assert [hour.clock for hour in long.hours[1:4]] == ["01:00", "02:00", "02:00"]
    (block,) = grid.blocks_of(truck)
    assert block.rect.width() == pytest.approx(120 * grid.minute)
    quarters = [long.moment(minute) for minute in range(0, long.minutes + 1, 15)]
    assert [grid.moment_at(long, grid.x_of(long, at)) for at in quarters] == quarters
    over = replace(truck, starts_at=long.ends_at - HOUR, ends_at=long.ends_at + HOUR)
    grid = Grid(replace(plan, appointments=(over,)), (long, usual), width=1600, label=100, lane=40, head=20, night=True)
    assert [(one.starts_before, one.ends_after) for one in grid.blocks_of(over)] == [(False, True), (True, False)]
