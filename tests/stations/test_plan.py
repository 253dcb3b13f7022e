"""The plan of a warehouse: chosen with a rubber band, dragged onto the grid, undone, saved; aisles drawn and closed."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.sites.layout import RackSize
from app.domain.sites.places import AisleKind, Direction, PlaceKind
from app.services.changes import Changes
from app.services.sites import places
from app.services.work import Worker
from app.stations.kit.kit import Kit
from app.stations.plan import PlanScreen
from app.texts import Texts
from tests.stations.desks import work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[PlanScreen]:
    """Two racks of four bins each, facing each other."""
    manager = Worker(warehouse.login("desk_manager"), Changes())
    zone = manager.run(lambda unit: places.tree(unit, warehouse.warehouse))[0]
    wanted = places.NewPlaces(warehouse.warehouse, zone.id, PlaceKind.BIN, "A01-B04", rack=RackSize(1000, 1000, 3000))
    manager.run(lambda unit: places.add_places(unit, wanted))
    screen = PlanScreen(Kit(Texts.load(), kit.theme, kit.sounds, kit.tasks), work_of(warehouse, "desk_manager"))
    qtbot.addWidget(screen)
    screen.resize(1366, 728)
    screen.show()
    qtbot.waitUntil(lambda: len(screen.sketch.places) == 8)
    yield screen
    screen.let_go()
    qtbot.waitUntil(lambda: not kit.tasks.busy)


def at(screen: PlanScreen, x_mm: float, y_mm: float) -> QPoint:
    return screen.view.mapFromScene(QPointF(x_mm, y_mm))


def drag(screen: PlanScreen, first: tuple[float, float], second: tuple[float, float]) -> None:
    port, left = screen.view.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(port, left, pos=at(screen, *first))
    QTest.mouseMove(port, at(screen, *second))
    QTest.mouseRelease(port, left, pos=at(screen, *second))


def chosen(screen: PlanScreen) -> set[str]:
    return {screen.sketch.places[one].name for one in screen.view.taken()}


def corner(screen: PlanScreen, name: str) -> tuple[int | None, int | None]:
    return next((one.x_mm, one.y_mm) for one in screen.sketch.places.values() if one.name == name)


def settle(screen: PlanScreen, qtbot: QtBot, command: str) -> None:
    screen.command(command)
    qtbot.waitUntil(lambda: not screen._kit.tasks.busy)


def test_a_rubber_band_takes_the_bins_that_it_meets_and_shift_takes_more(screen: PlanScreen) -> None:
    drag(screen, (-300, -300), (1500, 500))
    assert chosen(screen) == {"A01", "A02"}
    QTest.mouseClick(
        screen.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, at(screen, 3500, 500)
    )
    assert chosen(screen) == {"A01", "A02", "A04"}


def test_what_is_chosen_is_dragged_onto_the_grid_undone_and_redone(screen: PlanScreen) -> None:
    drag(screen, (-300, -300), (1500, 500))
    drag(screen, (500, 500), (500, 2540))
    x, y = corner(screen, "A01")
    assert x == 0
    assert y is not None
    assert y % 100 == 0
    assert 1900 <= y <= 2200
    assert corner(screen, "A02") == (1000, y)
    assert "Not saved yet" in screen.about.text()
    QTest.keyClick(screen, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert corner(screen, "A01") == (0, 0)
    assert "Not saved yet" not in screen.about.text()
    QTest.keyClick(screen, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert corner(screen, "A01") == (0, y)


def test_what_was_drawn_is_saved_and_read_again(screen: PlanScreen, warehouse: Site, qtbot: QtBot) -> None:
    drag(screen, (-300, -300), (500, 500))
    QTest.keyClick(screen, Qt.Key.Key_Right)
    settle(screen, qtbot, "SAVE_PLAN")
    assert screen.band.text() == "The plan is saved: 1 place, 0 aisles."
    with warehouse.desk.transaction() as session:
        assert session.row("SELECT x_mm FROM location WHERE name = 'A01'") == {"x_mm": 100}
    assert not screen.sketch.changed


def test_who_was_slower_keeps_the_drawing_and_is_told_of_the_other(
    screen: PlanScreen, warehouse: Site, qtbot: QtBot
) -> None:
    drag(screen, (-300, -300), (500, 500))
    QTest.keyClick(screen, Qt.Key.Key_Right)
    with warehouse.desk.transaction() as session:
        session.change("UPDATE location SET walk_position = 77 WHERE name = 'A01'")
    settle(screen, qtbot, "SAVE_PLAN")
    assert screen.band.text().startswith("Admin changed WH001-STO-A01")
    assert screen.sketch.changed


def test_an_aisle_is_drawn_made_one_way_closed_and_walked_by(screen: PlanScreen, warehouse: Site, qtbot: QtBot) -> None:
    screen.command("DRAW_AISLE")
    drag(screen, (-500, 2500), (4500, 2600))
    (aisle,) = screen.sketch.aisles.values()
    assert aisle.y1_mm == aisle.y2_mm
    screen.command("ONE_WAY")
    screen.command("ONE_WAY")
    assert next(iter(screen.sketch.aisles.values())).direction is Direction.BACKWARD
    settle(screen, qtbot, "NUMBER_WALK")
    assert screen.band.text() == "Save what was drawn, or undo it, first."
    settle(screen, qtbot, "SAVE_PLAN")
    settle(screen, qtbot, "NUMBER_WALK")
    assert screen.band.text().startswith("8 places have another turn in the walk. 0 are not reached")
    with warehouse.desk.transaction() as session:
        first = session.row("SELECT name FROM location WHERE walk_position = 1 AND x_mm IS NOT NULL")
    assert first is not None
    assert first["name"] in {"A04", "B04"}
    screen.view.pick_aisle(next(iter(screen.sketch.aisles)))
    screen.command("CLOSE_AISLE")
    settle(screen, qtbot, "SAVE_PLAN")
    settle(screen, qtbot, "NUMBER_WALK")
    assert "8 are not reached" in screen.band.text()


def test_an_aisle_that_joins_others_is_drawn_as_a_cross_aisle(
    screen: PlanScreen, warehouse: Site, qtbot: QtBot
) -> None:
    screen.command("DRAW_AISLE")
    drag(screen, (-500, -500), (-500, 4500))
    screen.carry_out("CROSS_AISLE")
    settle(screen, qtbot, "SAVE_PLAN")
    with warehouse.desk.transaction() as session:
        assert session.row("SELECT kind FROM aisle") == {"kind": "cross"}
    screen.view.pick_aisle(next(iter(screen.sketch.aisles)))
    screen.carry_out("CROSS_AISLE")
    assert next(iter(screen.sketch.aisles.values())).kind is AisleKind.AISLE


def test_of_bins_above_each_other_one_may_be_moved_away_and_back_onto_the_others(screen: PlanScreen) -> None:
    ids = {place.name: one for one, place in screen.sketch.places.items()}
    screen.sketch.move([ids["A02"]], -1000, 0)
    screen.show_changes()
    drag(screen, (300, 300), (500, 500))
    assert chosen(screen) == {"A01", "A02"}
    screen.view.choose([ids["A02"]])
    screen.sketch.move([ids["A02"]], 0, -3000)
    screen.show_changes()
    drag(screen, (300, 300), (500, 500))
    assert chosen(screen) == {"A01"}
    drag(screen, (300, -2700), (500, -2500))
    assert chosen(screen) == {"A02"}


def test_the_wheel_zooms_and_colours_say_what_they_mean(screen: PlanScreen, warehouse: Site, qtbot: QtBot) -> None:
    before = screen.view.transform().m11()
    QTest.keyClick(screen, Qt.Key.Key_Plus)
    assert screen.view.transform().m11() > before
    assert "STO" in screen.legend.text()
    screen.by.setCurrentIndex(2)
    assert "more than half" in screen.legend.text()


def test_escape_does_not_leave_a_drawing_that_was_not_saved(screen: PlanScreen, qtbot: QtBot) -> None:
    left: list[bool] = []
    screen.left.connect(lambda: left.append(True))
    drag(screen, (-300, -300), (500, 500))
    QTest.keyClick(screen, Qt.Key.Key_Right)
    for _ in range(2):
        QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert screen.band.text() == "Save what was drawn, or undo it, first."
    assert left == []
