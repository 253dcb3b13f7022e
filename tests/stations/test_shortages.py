"""When stock was below zero, seen from the stock screen: what lasts, what was settled, and what moved there."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.services.changes import Changes
from app.services.stock import StockOnly
from app.services.work import Worker
from app.stations.kit.kit import Kit
from app.stations.stock import StockScreen
from app.stations.stock.sheet import MovesSheet
from app.stations.stock.shortages import WHICH, ShortagesSheet
from app.texts import Texts
from tests.stations.stock_desk import wiring_of
from tests.support import Site, post


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[StockScreen]:
    """Widgets were short in R01 and are settled; gadgets are short still."""
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET negative_allowed = true WHERE id = %s", [warehouse.places["R01"]])
    with warehouse.desk.transaction() as session:
        for sku, qty in (("WIDGET", 4), ("GADGET", 2)):
            post(session, warehouse, "adjust_out", sku, "R01", "ADJUSTMENT", qty, reason="LOST")
    warehouse.put("WIDGET", "R01", 9)
    worker = Worker(warehouse.login("desk_manager"), Changes())
    screen = StockScreen(Kit(Texts.load(), kit.theme, kit.sounds, kit.tasks), wiring_of(worker, warehouse))
    qtbot.addWidget(screen)
    screen.resize(1366, 728)
    with qtbot.waitSignal(screen.views.settled):
        screen.show()
    screen.only.setCurrentIndex(list(StockOnly).index(StockOnly.NEGATIVE))
    screen.shortages.click()
    qtbot.waitUntil(lambda: not kit.tasks.busy)
    yield screen
    screen.let_go()
    qtbot.waitUntil(lambda: not kit.tasks.busy)


def shown(screen: StockScreen) -> list[tuple[str, str]]:
    """SKU and how far below zero."""
    model = screen.table.model
    return [(model.record(n).cells[3], model.record(n).cells[6]) for n in range(model.rowCount())]


def test_every_shortage_is_listed_and_those_that_last_say_so(screen: StockScreen) -> None:
    assert isinstance(screen.trail.sheet, ShortagesSheet)
    assert shown(screen) == [("GADGET", "-2 each"), ("WIDGET", "-4 each")]
    lasting, over = (screen.table.model.record(n).cells for n in range(2))
    assert (lasting[1], lasting[8]) == ("▲ It lasts", "")
    assert over[8].startswith("Adjusted up, ")


def test_a_part_of_them_is_shown_by_choice_and_by_filter(screen: StockScreen, kit: Kit, qtbot: QtBot) -> None:
    sheet = screen.trail.sheet
    assert isinstance(sheet, ShortagesSheet)
    sheet.which.setCurrentIndex(WHICH.index("settled"))
    qtbot.waitUntil(lambda: shown(screen) == [("WIDGET", "-4 each")])
    sheet.which.setCurrentIndex(WHICH.index("all"))
    sheet.table.filter.setText("r01 gadget")
    qtbot.waitUntil(lambda: shown(screen) == [("GADGET", "-2 each")])
    qtbot.waitUntil(lambda: not kit.tasks.busy)


def test_enter_leads_to_what_moved_there_and_escape_back(screen: StockScreen, kit: Kit, qtbot: QtBot) -> None:
    screen.table.view.selectRow(1)
    screen.keys.pressed.emit("HISTORY")
    qtbot.waitUntil(lambda: not kit.tasks.busy)
    assert isinstance(screen.trail.sheet, MovesSheet)
    model = screen.table.model
    assert [model.record(n).cells[1:4] for n in range(model.rowCount())] == [
        ("Adjusted up", "WIDGET", "9 each"),
        ("Adjusted down", "WIDGET", "4 each"),
    ]
    assert screen.step_back()
    assert isinstance(screen.trail.sheet, ShortagesSheet)
    assert screen.step_back()
    assert screen.trail.sheet is None
