"""A truck from the calendar over the gate to its door and away, at the real window of the demo's warehouse."""

from datetime import timedelta

from app.stations.dock_board import DockBoardScreen
from app.stations.docks import DocksScreen
from tests.journeys.test_managers_desk import Planner, planner  # noqa: F401  (pytest finds the fixture)

PLANNED, COMING = "B-SW 1311", "HH-CT 9"


def test_a_truck_is_planned_let_in_received_at_its_door_and_let_out(planner: Planner) -> None:  # noqa: F811
    number = she_finds_a_truck_on_the_calendar(planner)
    she_gives_it_another_door(planner, number)
    another_is_let_in_at_the_gate(planner)
    the_board_shows_it_from_afar(planner)
    it_is_let_out(planner)
    the_truck_at_the_first_door_offers_its_order(planner)
    assert planner.proven()


def she_finds_a_truck_on_the_calendar(planner: Planner) -> str:  # noqa: F811
    planner.open("docks")
    screen = planner.screen
    assert isinstance(screen, DocksScreen)
    planner.player.until(lambda: screen.seen is not None, "the calendar")
    assert screen.seen is not None
    screen.turn_to(screen.seen.first - timedelta(days=1), 3)
    planner.player.until(lambda: len(planner.rows()) == 5, "the trucks around now, midnight or not")
    planner.take(PLANNED)
    return planner.screen.in_hand()[0].cells[0]


def she_gives_it_another_door(planner: Planner, number: str) -> None:  # noqa: F811
    screen = planner.screen
    assert isinstance(screen, DocksScreen)
    assert screen.seen is not None
    third = next(door for door in screen.seen.plan.doors if door.name == "R03")
    planner.answer("MOVE_APPOINTMENT", door=str(third.id))
    planner.book("R03 is taken at that time")
    screen.step_back()
    planner.answer("CHANGE_APPOINTMENT", driver="Ola")
    planner.book(f"{number} is changed")
    planner.go_home()


def another_is_let_in_at_the_gate(planner: Planner) -> None:  # noqa: F811
    player = planner.player
    player.open_station("gate")
    player.scan(COMING)
    player.instructed("gate.check_in")
    player.scan(COMING)
    player.told("gate.now_arrived")
    player.choose(player.prompt.choices[0].value)
    player.told("gate.now_at_door")
    player.go_home()


def the_board_shows_it_from_afar(planner: Planner) -> None:  # noqa: F811
    player = planner.player
    player.open_station("dock_board")
    board = player.screen
    assert isinstance(board, DockBoardScreen)
    player.until(lambda: any(COMING in line.now for line in board.view.lines), "the truck on the board")
    player.go_home()


def it_is_let_out(planner: Planner) -> None:  # noqa: F811
    player = planner.player
    player.open_station("gate")
    player.instructed("gate.is_at_door")
    for said in ("gate.now_working", "gate.now_done", "gate.now_left"):
        player.scan(COMING)
        player.told(said)
    player.go_home()


def the_truck_at_the_first_door_offers_its_order(planner: Planner) -> None:  # noqa: F811
    player = planner.player
    player.open_station("receiving")
    player.press("TRUCK")
    player.until(lambda: bool(player.prompt.choices), "what the truck brought")
    player.choose(player.prompt.choices[0].value)
    player.told("receiving.order_opened")
    player.go_home()
