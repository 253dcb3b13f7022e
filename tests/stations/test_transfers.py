"""Transfers on their screen: made by scanning, sent and received whole or in part, missing goods, ended."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.services import transfers
from app.stations.kit.kit import Kit
from app.stations.transfers import TransfersScreen
from tests.stations.desks import asked, at_rest, book, columns, opened, press, rows, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[TransfersScreen]:
    """The manager's screen, with widgets and milk on hand."""
    warehouse.put("WIDGET", "R01", 40)
    warehouse.put("MILK", "R03", 6, trace=warehouse.trace("MILK", lot="A", expiry="2098-01-01"))
    with opened(kit, qtbot, lambda words: TransfersScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def transfer(screen: TransfersScreen, warehouse: Site, qtbot: QtBot, **wanted: str) -> str:
    """A transfer to WH002 that somebody made, opened into its lines."""
    target = warehouse.warehouses["WH002"]
    number = screen.work.run(
        lambda unit: transfers.create(unit, source=warehouse.warehouse, target=target, wanted=wanted)
    )
    screen.look_into(number)
    at_rest(screen, qtbot)
    return number


def lines(screen: TransfersScreen, qtbot: QtBot) -> list[tuple[str, ...]]:
    return columns(screen, qtbot, "sku", "asked", "sent", "received", "on_the_way", "state")


def test_a_transfer_is_made_by_scanning_and_undone(screen: TransfersScreen, warehouse: Site, qtbot: QtBot) -> None:
    assert rows(screen, qtbot) == []
    press(screen, qtbot, "NEW_TRANSFER")
    at_rest(screen, qtbot)
    form = screen.form
    assert form is not None
    assert book(screen, qtbot) == "Where to?"
    form.give("target", str(warehouse.warehouses["WH002"]))
    book(screen, qtbot)
    press(screen, qtbot, "MAKE_TRANSFER")
    assert book(screen, qtbot) == "There is nothing on this transfer yet."
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    screen.on_scan("04012345678901", "ean-13", "scanner")
    form = screen.form
    assert form is not None
    form.give("quantity", "2 case")
    assert book(screen, qtbot) == "24 each WIDGET stand on the list. Scan the next item."
    asked(screen, qtbot, "NEW_LINE").give("item", "milk")
    assert screen.form is not None
    screen.form.give("quantity", "3")
    book(screen, qtbot)
    assert columns(screen, qtbot, "sku", "quantity") == [("WIDGET", "24"), ("MILK", "3")]
    asked(screen, qtbot, "MAKE_TRANSFER")
    assert book(screen, qtbot).endswith("can be sent.")
    at_rest(screen, qtbot)
    assert lines(screen, qtbot) == [
        ("WIDGET", "24", "0", "0", "", "To be sent"),
        ("MILK", "3", "0", "0", "", "To be sent"),
    ]
    press(screen, qtbot, "UNDO")
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert columns(screen, qtbot, "state") == [("Cancelled",)]


def test_an_item_that_nobody_knows_is_refused_on_the_list(
    screen: TransfersScreen, warehouse: Site, qtbot: QtBot
) -> None:
    press(screen, qtbot, "NEW_TRANSFER")
    at_rest(screen, qtbot)
    assert screen.form is not None
    screen.form.give("target", str(warehouse.warehouses["WH002"]))
    book(screen, qtbot)
    form = asked(screen, qtbot, "NEW_LINE")
    form.give("item", "NO-SUCH")
    form.give("quantity", "1")
    assert book(screen, qtbot) == "This item does not exist."
    assert screen.form is form


def test_a_transfer_goes_in_parts_and_comes_in_parts(screen: TransfersScreen, warehouse: Site, qtbot: QtBot) -> None:
    number = transfer(screen, warehouse, qtbot, WIDGET="24", MILK="3")
    take(screen, qtbot, "WIDGET")
    form = asked(screen, qtbot, "SEND")
    form.give("quantity", "25")
    assert book(screen, qtbot) == "Only 24 of WIDGET are left to do."
    form.give("quantity", "10")
    assert form.effect.text() == "10 each WIDGET leave WH001 for WH002."
    assert book(screen, qtbot) == f"{number} is on its way. F2 takes it back."
    assert lines(screen, qtbot)[0] == ("WIDGET", "24", "10", "0", "10", "On its way")
    screen.table.view.clearSelection()
    asked(screen, qtbot, "SEND")  # the rest of everything
    book(screen, qtbot)
    take(screen, qtbot, "WIDGET")
    asked(screen, qtbot, "RECEIVE").give("quantity", "20")
    assert book(screen, qtbot) == f"{number}: the goods stand at the dock. F2 takes it back."
    assert lines(screen, qtbot) == [
        ("WIDGET", "24", "24", "20", "4", "▲ Missing"),
        ("MILK", "3", "3", "0", "3", "On its way"),
    ]
    press(screen, qtbot, "UNDO")
    assert lines(screen, qtbot)[0][3] == "0"
    screen.table.view.clearSelection()
    asked(screen, qtbot, "RECEIVE")
    book(screen, qtbot)
    assert [line[-1] for line in lines(screen, qtbot)] == ["Done", "Done"]
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert columns(screen, qtbot, "state") == [("✓ Arrived",)]
    assert warehouse.prove() == []


def test_goods_that_never_came_are_the_senders_again_and_the_transfer_ends(
    screen: TransfersScreen, warehouse: Site, qtbot: QtBot
) -> None:
    number = transfer(screen, warehouse, qtbot, WIDGET="24")
    asked(screen, qtbot, "SEND")
    book(screen, qtbot)
    asked(screen, qtbot, "RECEIVE").give("quantity", "20")
    book(screen, qtbot)
    press(screen, qtbot, "END_TRANSFER")
    assert screen.form is not None
    screen.form.give("reason", "PLAN_CHANGED")
    assert book(screen, qtbot) == f"Goods of {number} are still on their way."
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    take(screen, qtbot, "WIDGET")
    form = asked(screen, qtbot, "NEVER_CAME")
    form.give("reason", "LOST")
    assert form.effect.text().startswith("4 each WIDGET are taken back into the books of WH001")
    book(screen, qtbot)
    assert warehouse.stock("WIDGET", "R01")[0] == Decimal(20)
    asked(screen, qtbot, "END_TRANSFER").give("reason", "PLAN_CHANGED")
    assert book(screen, qtbot) == f"{number} has ended."
    assert warehouse.stock("WIDGET", "R01") == (20, 0)
    press(screen, qtbot, "TIMELINE")
    told = columns(screen, qtbot, "what")
    assert ("Transfer in",) in told
    assert ("Closed",) in told
    assert warehouse.prove() == []


def test_what_is_short_is_said_and_nothing_is_sent(screen: TransfersScreen, warehouse: Site, qtbot: QtBot) -> None:
    number = transfer(screen, warehouse, qtbot, WIDGET="50")
    asked(screen, qtbot, "SEND")
    assert book(screen, qtbot) == f"10 of WIDGET are missing to send {number}."
    assert warehouse.stock("WIDGET", "R01") == (40, 0)


def test_who_may_not_transfer_sees_it_only(kit: Kit, warehouse: Site, qtbot: QtBot) -> None:
    with opened(kit, qtbot, lambda words: TransfersScreen(words, work_of(warehouse, "desk_auditor"))) as screen:
        press(screen, qtbot, "NEW_TRANSFER")
        assert screen.band.text().startswith("Your badge does not allow: Plan: transfer.")
