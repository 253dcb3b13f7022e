"""Consignment on its screen: brought, used, brought back, taken back by Undo."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.stations.consignment import ConsignmentScreen
from app.stations.kit.kit import Kit
from tests.stations.desks import asked, book, columns, opened, press, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[ConsignmentScreen]:
    warehouse.put("WIDGET", "R01", 30)
    with opened(kit, qtbot, lambda words: ConsignmentScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def test_without_a_place_the_screen_says_where_to_make_one(screen: ConsignmentScreen, qtbot: QtBot) -> None:
    press(screen, qtbot, "CONSIGN")
    assert "No customer has a place" in screen.band.text()


def test_goods_are_brought_used_and_taken_back(screen: ConsignmentScreen, warehouse: Site, qtbot: QtBot) -> None:
    warehouse.consign()
    form = asked(screen, qtbot, "CONSIGN")
    assert book(screen, qtbot).startswith("It must be said what goes")
    for name, value in (("item", "WIDGET"), ("quantity", "1 case"), ("origin", "R01")):
        form.give(name, value)
    assert book(screen, qtbot).startswith("The goods stand at WH001-CONSIGNMENT Shopper.")
    assert columns(screen, qtbot, "partner", "sku", "quantity") == [("SHOPPER Shopper", "WIDGET", "12")]
    take(screen, qtbot, "WIDGET")
    asked(screen, qtbot, "CONSIGN_USED").give("quantity", "13")
    assert book(screen, qtbot).startswith("Only 12 of WIDGET can be taken")
    assert screen.form is not None
    screen.form.give("quantity", "5")
    assert book(screen, qtbot).startswith("5 each of WIDGET are sold to Shopper.")
    press(screen, qtbot, "UNDO")
    assert columns(screen, qtbot, "quantity") == [("12",)]
    take(screen, qtbot, "WIDGET")
    asked(screen, qtbot, "CONSIGN_BACK").give("target", "R02")
    assert book(screen, qtbot).startswith("12 each of WIDGET came back from Shopper.")
    assert warehouse.stock("WIDGET", "R02") == (12, 0)
