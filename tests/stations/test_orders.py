"""The order desk on its screen: orders made by scanning, changed with their effects told first, decided on together."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.services import order_entry
from app.services.work import UnitOfWork
from app.stations.kit.kit import Kit
from app.stations.orders import OrdersScreen, WallScreen
from app.texts import Texts
from tests.stations.desks import asked, at_rest, book, columns, opened, press, rows, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[OrdersScreen]:
    """The order desk, with widgets on hand and a customer in Berlin."""
    warehouse.put("WIDGET", "R01", 20)
    with warehouse.superuser() as connection:
        connection.execute(
            "INSERT INTO stockhand.partner_address (partner_id, line_1, postal_code, city, country)"
            " SELECT id, 'High Street 1', '10115', 'Berlin', 'DE' FROM stockhand.partner WHERE code = 'SHOPPER'"
        )
    with opened(kit, qtbot, lambda words: OrdersScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def make(screen: OrdersScreen, *lines: tuple[str, str]) -> str:
    """A released order that somebody else made."""

    def work(unit: UnitOfWork) -> str:
        known = order_entry.customer(unit, "SHOPPER")
        wishes = [order_entry.LineWish(sku, amount) for sku, amount in lines]
        return order_entry.create(
            unit, warehouse=screen.warehouse, customer=known, head=known.head, lines=wishes, release=True
        )

    return screen.work.run(work)


def test_an_order_is_made_by_scanning_and_opens_into_its_lines_and_their_why(
    screen: OrdersScreen, warehouse: Site, qtbot: QtBot
) -> None:
    form = asked(screen, qtbot, "NEW_ORDER")
    assert book(screen, qtbot) == "For whom?"
    form.give("customer", "shop")
    book(screen, qtbot)
    assert screen.form is not None
    assert screen.form.answers()["to_city"] == "Berlin"
    screen.form.give("to_postal_code", "1")
    assert "1" in screen.form.effect.text()
    assert "High Street" not in screen.form.effect.text(), (
        "an address that cannot be right is refused while it is typed"
    )
    screen.form.give("to_postal_code", "10117")
    screen.form.give("gift_note", "Happy birthday")
    book(screen, qtbot)
    screen.on_scan("04012345678901", "ean-13", "scanner")
    assert screen.form is not None
    screen.form.give("quantity", "1 case")
    screen.form.give("price", "4.50")
    book(screen, qtbot)
    asked(screen, qtbot, "MAKE_ORDER")
    assert book(screen, qtbot).endswith("is released.")
    at_rest(screen, qtbot)
    assert columns(screen, qtbot, "sku", "quantity", "unit", "price", "reserved") == [
        ("WIDGET", "1", "case", "4.5", "12")
    ]
    assert "Gift note: Happy birthday" in screen._page.facts.text()
    take(screen, qtbot, "WIDGET")
    press(screen, qtbot, "EXPLAIN_LINE")
    at_rest(screen, qtbot)
    assert [row[:2] for row in rows(screen, qtbot)] == [("WH001-STO-R01", "✔ chosen")]


def test_goods_are_found_by_words_and_rules_of_priority_are_tried_on_the_board(
    screen: OrdersScreen, warehouse: Site, qtbot: QtBot
) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE stockhand.item SET name = 'Oat ' || name WHERE sku IN ('MILK', 'OIL')")
    asked(screen, qtbot, "NEW_ORDER").give("customer", "shop")
    book(screen, qtbot)
    book(screen, qtbot)
    form = asked(screen, qtbot, "NEW_LINE")
    form.give("item", "oat")
    form.give("quantity", "3")
    form.give("days", "20")
    book(screen, qtbot)
    assert screen.form is not None
    assert screen.form.title.text() == "Which one fits “oat”?"
    screen.form.give("item", "MILK")
    assert screen.form.answers()["days"] == "20", "what was typed stays"
    book(screen, qtbot)
    asked(screen, qtbot, "MAKE_ORDER").give("how", "draft")
    book(screen, qtbot)
    at_rest(screen, qtbot)
    assert columns(screen, qtbot, "sku", "quantity", "wished") == [("MILK", "3", "keeps 20 days")]
    assert screen.seen is not None
    with warehouse.superuser() as connection:
        connection.execute("UPDATE stockhand.customer_order SET priority = 4")
    screen.step_back()
    press(screen, qtbot, "TRY_PRIORITIES")
    at_rest(screen, qtbot)
    assert columns(screen, qtbot, "number", "before", "after") == [(screen.seen.row.number, "4", "0")]
    asked(screen, qtbot, "GIVE_PRIORITIES")
    assert book(screen, qtbot) == "1 order has the priority that the rules say."


def test_what_a_change_brings_about_is_told_before_it_is_made(
    screen: OrdersScreen, warehouse: Site, qtbot: QtBot
) -> None:
    number = make(screen, ("WIDGET", "6"))
    screen.look_into(number)
    at_rest(screen, qtbot)
    take(screen, qtbot, "WIDGET")
    asked(screen, qtbot, "CHANGE_LINE").give("quantity", "4")
    book(screen, qtbot)
    at_rest(screen, qtbot)
    assert screen.form is not None
    assert screen.form.effect.text() == "WIDGET: 6 → 4 each. 2 are free again in their bin."
    assert warehouse.stock("WIDGET", "R01") == (20, 6), "nothing is changed yet"
    screen.form.give("why", "fewer guests")
    assert book(screen, qtbot).startswith(f"{number} is changed.")
    assert warehouse.stock("WIDGET", "R01") == (20, 4)
    asked(screen, qtbot, "CANCEL_ORDER")
    assert "reserved in bins is free" in screen.form.effect.text() if screen.form else False
    assert screen.form is not None
    screen.form.give("reason", "CUSTOMER_WISH")
    book(screen, qtbot)
    assert warehouse.stock("WIDGET", "R01") == (20, 0)
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    at_rest(screen, qtbot)
    assert rows(screen, qtbot) == [], "the board shows open orders"
    press(screen, qtbot, "SHOW_ENDED")
    assert columns(screen, qtbot, "number", "stage") == [(number, "Cancelled")]


def test_what_is_missing_of_an_order_is_substituted_by_a_key(
    screen: OrdersScreen, warehouse: Site, qtbot: QtBot
) -> None:
    with warehouse.superuser() as connection:
        connection.execute(
            "INSERT INTO stockhand.item_substitute (item_id, substitute_id, position) SELECT w.id, g.id, 1"
            " FROM stockhand.item w, stockhand.item g WHERE w.sku = 'WIDGET' AND g.sku = 'GADGET'"
        )
    warehouse.put("GADGET", "R01", 9)
    screen.look_into(make(screen, ("WIDGET", "26")))
    at_rest(screen, qtbot)
    take(screen, qtbot, "WIDGET")
    form = asked(screen, qtbot, "SUBSTITUTE_LINE")
    assert form.answers() == {"sku": "GADGET"}
    assert "6 each" in form.effect.text()
    book(screen, qtbot)
    at_rest(screen, qtbot)
    assert columns(screen, qtbot, "sku", "quantity") == [("WIDGET", "20"), ("GADGET", "6")]
    assert warehouse.stock("GADGET", "R01") == (9, 6)


def test_several_orders_are_held_together_and_each_result_is_told(
    screen: OrdersScreen, warehouse: Site, qtbot: QtBot
) -> None:
    first, second = make(screen, ("WIDGET", "2")), make(screen, ("GADGET", "1"))
    screen.refresh()
    assert sorted(columns(screen, qtbot, "number", "stage")) == [(first, "Allocated"), (second, "▲ Waits for goods")]
    take(screen, qtbot, first, second)
    asked(screen, qtbot, "HOLD_ORDERS").give("kind", "credit")
    assert book(screen, qtbot).startswith("2 orders, 0 of them refused")
    assert [row[0] for row in rows(screen, qtbot)] == [first, second]
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    at_rest(screen, qtbot)
    assert {row[0] for row in columns(screen, qtbot, "stage")} == {"■ On hold: credit"}
    screen.tabs.setCurrentIndex(1)
    at_rest(screen, qtbot)
    assert [row[:2] for row in rows(screen, qtbot)] == [("■ On hold", first), ("■ On hold", second)]
    take(screen, qtbot, first, second)
    asked(screen, qtbot, "LIFT_HOLDS")
    book(screen, qtbot)
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    at_rest(screen, qtbot)
    assert [row[:2] for row in rows(screen, qtbot)] == [("▲ Goods are missing", second)]


def test_carriers_times_are_kept_and_the_big_board_counts_to_them(
    screen: OrdersScreen, warehouse: Site, kit: Kit, qtbot: QtBot
) -> None:
    screen.tabs.setCurrentIndex(3)
    at_rest(screen, qtbot)
    asked(screen, qtbot, "NEW_TIME").give("days", "1-7")
    assert screen.form is not None
    screen.form.give("leaves", "25:00")
    assert book(screen, qtbot) == "This is no time at which a carrier leaves."
    screen.form.give("leaves", "23:59")
    book(screen, qtbot)
    assert columns(screen, qtbot, "carrier", "leaves")[0] == ("Any carrier", "23:59")
    make(screen, ("WIDGET", "2"))
    wall = WallScreen(Kit(Texts.load(), kit.theme, kit.sounds, kit.tasks), screen.work)
    qtbot.addWidget(wall)
    wall.resize(QSize(1366, 728))
    wall.show()
    qtbot.waitUntil(lambda: bool(wall.board.lines()), timeout=20_000)
    assert wall.board.lines()[0].endswith("Own delivery 0 of 1")
    assert wall.board.lines()[1:] == ["to pack 1", "late 0", "on hold 0"]
    wall.let_go()
