"""What others do is seen on the screens of goods out at once, without a hand on them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest
from pytestqt.qtbot import QtBot

from app.database.notifications import Listener
from app.dialogs.dialog import Feedback, Level
from app.dialogs.picking import PICKING
from app.domain.order_desk import Hold
from app.domain.waves import Asked
from app.services import clock, order_desk, waves
from app.services.changes import ANYTHING, Change, Changes
from app.services.work import Worker
from app.stations.kit.desk import DeskScreen, DeskWork
from app.stations.kit.kit import Kit
from app.stations.kit.rhythm import Rhythm
from app.stations.orders import OrdersScreen, WallScreen
from app.stations.waves import WavesScreen
from app.texts import Texts
from tests.dialogs.conversation import Conversation
from tests.dialogs.picker import order
from tests.stations.desks import at_rest, take, work_of
from tests.support import Site

LIVE_MS = 5_000
"""How long it may take on a machine that does much else; unheard it would take half a minute."""


@dataclass
class Hall:
    """Screens that nobody touches, hearing of another station through the database."""

    board: OrdersScreen
    troubles: OrdersScreen
    walks: WavesScreen
    wall: WallScreen
    bus: Changes
    site: Site
    qtbot: QtBot

    def seen(self, told: Callable[[], bool]) -> None:
        """It is seen by itself."""
        self.qtbot.waitUntil(told, timeout=LIVE_MS)

    def cells(self, screen: DeskScreen, *names: str) -> list[tuple[str, ...]]:
        """What some columns show now, without waiting."""
        model = screen.table.model
        places = [[column.name for column in model.columns].index(name) for name in names]
        return [tuple(model.record(n).cells[at] for at in places) for n in range(model.rowCount())]

    @property
    def picked_lines(self) -> int:
        """How many lines were picked of late, as the board for the hall says."""
        told = next((line for line in self.wall.board.lines() if line.startswith("Lines picked")), "")
        return sum(int(hour.split()[1]) for hour in told.removeprefix("Lines picked an hour").split(", ") if hour)


def heard_elsewhere(site: Site, stack: ExitStack) -> tuple[DeskWork, Changes]:
    """What a manager's screens at another machine may do, and the bus on which they hear of others."""
    bus, connected = Changes(), threading.Event()
    listener = Listener(
        site.login("desk_manager"),
        hear=lambda hints: bus.publish([Change(kind, identity) for kind, identity in hints]),
        connected=lambda there: connected.set() if there else None,
    )
    listener.start()
    stack.callback(listener.stop)
    assert connected.wait(5)
    return replace(work_of(site, "desk_manager"), subscribe=bus.subscribe), bus


@pytest.fixture
def hall(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[Hall]:
    warehouse.put("WIDGET", "R01", 20)
    words = Kit(Texts.load(), kit.theme, kit.sounds, kit.tasks)
    with ExitStack() as stack:
        work, bus = heard_elsewhere(warehouse, stack)
        board, troubles, walks = OrdersScreen(words, work), OrdersScreen(words, work), WavesScreen(words, work)
        wall = WallScreen(words, work)
        stack.callback(lambda: [one.let_go() for one in (board, troubles, walks, wall)])
        for screen, tab in ((board, 0), (troubles, 1), (walks, 2)):
            qtbot.addWidget(screen)
            screen.show()
            at_rest(screen, qtbot)
            screen.tabs.setCurrentIndex(tab)
            at_rest(screen, qtbot)
        qtbot.addWidget(wall)
        wall.show()
        qtbot.waitUntil(lambda: bool(wall.board.lines()), timeout=20_000)
        yield Hall(board, troubles, walks, wall, bus, warehouse, qtbot)
    qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=20_000)


def test_what_others_do_is_seen_by_itself_what_is_in_hand_stays_and_what_is_taken_back_never_was(hall: Hall) -> None:
    site = hall.site
    manager = Worker(site.login("desk_manager"), Changes())
    first, second = (order(site, ("WIDGET", 1)) for _ in range(2))
    manager.run(lambda unit: unit.changed("document"))  # the tests' own orders are made behind everybody's back
    hall.seen(lambda: len(hall.cells(hall.board, "number")) == 2)
    take(hall.board, hall.qtbot, second)

    manager.run(lambda unit: order_desk.hold(unit, first, kind=Hold.CREDIT))
    hall.seen(lambda: ("■ On hold", first) in hall.cells(hall.troubles, "kind", "number"))
    hall.seen(lambda: "on hold 1" in hall.wall.board.lines())
    manager.run(lambda unit: order_desk.lift(unit, first))
    hall.seen(lambda: ("■ On hold", first) not in hall.cells(hall.troubles, "kind", "number"))

    ground = manager.run(lambda unit: waves.read_ground(unit, site.warehouse))
    plan = waves.plan(ground, Asked(people=1), now=clock.now())
    manager.run(lambda unit: waves.release(unit, site.warehouse, plan, Asked(people=1)))
    hall.seen(lambda: hall.cells(hall.walks, "picks") == [("0/2",)])

    picker = Conversation(site.station("bench1", "OPERATOR1"), PICKING, site)
    picker.key("NEXT")
    for scan in ("T-1", "T-1", "WH001-STO-R01", "WIDGET"):
        picker.scan(scan)
    hall.seen(lambda: hall.cells(hall.walks, "picks") == [("1/2",)])
    hall.seen(lambda: hall.picked_lines == 1)
    picker.key("UNDO")
    hall.seen(lambda: hall.cells(hall.walks, "picks") == [("0/2",)])
    hall.seen(lambda: hall.picked_lines == 0)
    assert [row.cells[0] for row in hall.board.table.selected()] == [second]


def test_after_the_database_was_away_every_board_looks_again_and_the_wall_says_no_more_that_it_cannot(
    hall: Hall,
) -> None:
    order(hall.site, ("WIDGET", 2))  # while nobody could hear of it
    hall.wall.trouble(Feedback(Level.ERROR, "database.away", {}))
    hall.bus.publish([Change(ANYTHING)])
    hall.seen(lambda: "to pack 1" in hall.wall.board.lines())
    hall.seen(lambda: len(hall.cells(hall.board, "number")) == 1)
    assert hall.wall.band.level is None


def test_where_reading_takes_long_others_are_looked_at_seldomer() -> None:
    seconds = iter((10.0, 10.5, 10.5, 12.0))  # begun, read, asked at once and later
    rhythm = Rhythm(lambda: next(seconds))
    rhythm.begin()
    rhythm.end()
    assert rhythm.rest_ms == 1_000
    assert rhythm.rest_ms == 0
