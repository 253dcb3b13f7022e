"""Promises and reservations on their screen: seen, taken, given, exchanged; and customers' shelf life."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.stations.claims import ClaimsScreen
from app.stations.kit.kit import Kit
from tests.stations.desks import asked, book, columns, opened, press, rows, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[ClaimsScreen]:
    """The manager's screen, with twenty widgets on hand and two orders that want six each."""
    warehouse.put("WIDGET", "R01", 20)
    warehouse.order_line("WIDGET", 6)
    warehouse.order_line("WIDGET", 6)
    with opened(kit, qtbot, lambda words: ClaimsScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def look_into(screen: ClaimsScreen, qtbot: QtBot, sku: str) -> None:
    take(screen, qtbot, sku)
    press(screen, qtbot, "CLAIMS")


def numbers(warehouse: Site) -> list[str]:
    with warehouse.desk.transaction() as session:
        return [row["number"] for row in session.rows("SELECT number FROM document WHERE kind = 'order' ORDER BY id")]


def reserve_all(screen: ClaimsScreen, qtbot: QtBot, *documents: str) -> None:
    for number in documents:
        take(screen, qtbot, ("○ Wanted", number))
        asked(screen, qtbot, "RESERVE")
        book(screen, qtbot)


def test_items_show_what_is_left_and_open_into_who_claims_them(screen: ClaimsScreen, qtbot: QtBot) -> None:
    assert columns(screen, qtbot, "sku", "on_hand", "usable", "reserved", "available", "wanted") == [
        ("WIDGET", "20", "20", "0", "20", "12")
    ]
    look_into(screen, qtbot, "WIDGET")
    assert columns(screen, qtbot, "claim", "customer", "quantity") == [
        ("○ Wanted", "Shopper", "6"),
        ("○ Wanted", "Shopper", "6"),
    ]
    assert "available to promise 20 each" in screen._page.facts.text()
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert columns(screen, qtbot, "sku") == [("WIDGET",)]


def test_an_item_is_found_by_its_scanned_code(screen: ClaimsScreen, warehouse: Site, qtbot: QtBot) -> None:
    warehouse.put("GADGET", "R02", 1)
    screen.refresh()
    assert len(rows(screen, qtbot)) == 2
    screen.on_scan("04012345678901", "ean-13", "scanner")
    qtbot.waitUntil(lambda: screen.table.model.query.text == "04012345678901")
    assert columns(screen, qtbot, "sku") == [("WIDGET",)]


def test_goods_are_reserved_for_an_order_and_taken_away_again_with_a_reason(
    screen: ClaimsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    first = numbers(warehouse)[0]
    look_into(screen, qtbot, "WIDGET")
    take(screen, qtbot, ("○ Wanted", first))
    form = asked(screen, qtbot, "RESERVE")
    assert form.effect.text() == f"6 each of WH001-STO-R01 are kept for {first}."
    assert book(screen, qtbot) == f"6 each WIDGET are reserved for {first}. F2 takes it back."
    assert warehouse.stock("WIDGET", "R01") == (20, 6)
    take(screen, qtbot, ("■ Reserved", first))
    form = asked(screen, qtbot, "RELEASE_CLAIM")
    form.give("quantity", "2")
    assert book(screen, qtbot) == "Why? Choose a reason."
    form.give("reason", "MORE_URGENT")
    assert f"{first} has lost them" in book(screen, qtbot)
    assert warehouse.stock("WIDGET", "R01") == (20, 4)
    assert ("✕ Lost", "2") in columns(screen, qtbot, "claim", "quantity")
    press(screen, qtbot, "UNDO")
    assert warehouse.stock("WIDGET", "R01") == (20, 6)
    assert warehouse.prove() == []


def test_more_than_the_claim_has_is_refused_before_it_is_booked(
    screen: ClaimsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    first = numbers(warehouse)[0]
    look_into(screen, qtbot, "WIDGET")
    reserve_all(screen, qtbot, first)
    take(screen, qtbot, ("■ Reserved", first))
    form = asked(screen, qtbot, "RELEASE_CLAIM")
    form.give("quantity", "7")
    form.give("reason", "MORE_URGENT")
    assert form.effect.text().startswith("7 are more than the 6 of this claim.")
    assert book(screen, qtbot).startswith("7 are more than the 6 of this claim.")
    assert warehouse.stock("WIDGET", "R01") == (20, 6)


def test_goods_are_promised_and_the_promise_is_undone(screen: ClaimsScreen, warehouse: Site, qtbot: QtBot) -> None:
    second = numbers(warehouse)[1]
    look_into(screen, qtbot, "WIDGET")
    take(screen, qtbot, ("○ Wanted", second))
    asked(screen, qtbot, "PROMISE").give("quantity", "4")
    assert book(screen, qtbot) == f"4 each WIDGET are promised to {second}. F2 takes it back."
    assert ("□ Promised", "4") in columns(screen, qtbot, "claim", "quantity")
    press(screen, qtbot, "UNDO")
    assert [row for row in columns(screen, qtbot, "claim") if row == ("□ Promised",)] == []


def test_two_orders_exchange_lots_on_the_screen(screen: ClaimsScreen, warehouse: Site, qtbot: QtBot) -> None:
    for lot, day, place in (("A", date(2098, 1, 1), "R02"), ("B", date(2099, 1, 1), "R03")):
        warehouse.put("MILK", place, 4, trace=warehouse.trace("MILK", lot=lot, expiry=day))
        warehouse.order_line("MILK", 4)
    *_, first, second = numbers(warehouse)
    screen.refresh()
    look_into(screen, qtbot, "MILK")
    reserve_all(screen, qtbot, first, second)
    take(screen, qtbot, ("■ Reserved", first), ("■ Reserved", second))
    asked(screen, qtbot, "EXCHANGE")
    book(screen, qtbot)
    held = {(row[0], row[1][0]) for row in columns(screen, qtbot, "document", "lot")}
    assert held == {(first, "B"), (second, "A")}
    assert warehouse.prove() == []


def test_what_is_missing_is_substituted_once_the_customer_agreed(
    screen: ClaimsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    with warehouse.superuser() as connection:
        connection.execute(
            "INSERT INTO item_substitute (item_id, substitute_id, position)"
            " SELECT w.id, g.id, 1 FROM item w, item g WHERE w.sku = 'WIDGET' AND g.sku = 'GADGET'"
        )
    warehouse.put("GADGET", "R01", 4)
    look_into(screen, qtbot, "WIDGET")
    assert "4 × GADGET" in screen._page.facts.text()
    take(screen, qtbot, ("○ Wanted", numbers(warehouse)[0]))
    form = asked(screen, qtbot, "SUBSTITUTE")
    assert "wants 4 each less of WIDGET, and 4 each of GADGET" in form.effect.text()
    form.give("reason", "CUSTOMER_WISH")
    assert book(screen, qtbot).endswith("has line 2 with GADGET now, in the place of WIDGET.")
    assert sorted(columns(screen, qtbot, "claim", "quantity")) == [("■ Reserved", "2"), ("○ Wanted", "6")]


def test_what_cannot_be_done_with_a_row_is_said(screen: ClaimsScreen, warehouse: Site, qtbot: QtBot) -> None:
    look_into(screen, qtbot, "WIDGET")
    take(screen, qtbot, numbers(warehouse)[0])
    press(screen, qtbot, "RELEASE_CLAIM")
    assert screen.form is None
    assert screen.band.text() == "Choose a reservation or a promise. What is only wanted claims nothing yet."


def test_who_may_not_plan_is_told_so(kit: Kit, warehouse: Site, qtbot: QtBot) -> None:
    warehouse.put("WIDGET", "R01", 20)
    warehouse.order_line("WIDGET", 6)
    with opened(kit, qtbot, lambda words: ClaimsScreen(words, work_of(warehouse, "desk_auditor"))) as screen:
        look_into(screen, qtbot, "WIDGET")
        take(screen, qtbot, "○ Wanted")
        press(screen, qtbot, "RESERVE")
        assert screen.band.text().startswith("Your badge does not allow: Promise stock to orders.")


def test_a_claim_made_elsewhere_appears_by_itself(screen: ClaimsScreen, warehouse: Site, qtbot: QtBot) -> None:
    look_into(screen, qtbot, "WIDGET")
    line = warehouse.order_line("WIDGET", 3)
    with warehouse.desk.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 3)
    screen.work.run(lambda unit: unit.changed("stock"))
    qtbot.waitUntil(lambda: ("■ Reserved", "3") in columns(screen, qtbot, "claim", "quantity"))


def test_what_is_seen_is_exported(screen: ClaimsScreen, tmp_path: Path, qtbot: QtBot) -> None:
    look_into(screen, qtbot, "WIDGET")
    screen.export_to(tmp_path / "claims.csv")
    qtbot.waitUntil(lambda: screen.band.text() == "claims.csv is written: 2 rows.")
    text = (tmp_path / "claims.csv").read_text(encoding="utf-8-sig")
    assert "○ Wanted" in text


def test_a_customers_shelf_life_is_set_changed_dropped_and_undone(
    screen: ClaimsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    QTest.keyClick(screen, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    form = asked(screen, qtbot, "NEW_WISH")
    form.give("partner", "shopper")
    form.give("sku", "milk")
    form.give("days", "soon")
    assert form.effect.text().startswith("“soon” is not a number of days.")
    form.give("days", "30")
    book(screen, qtbot)
    assert columns(screen, qtbot, "code", "sku", "days") == [("SHOPPER", "MILK", "30")]
    take(screen, qtbot, "SHOPPER")
    asked(screen, qtbot, "CHANGE_WISH").give("days", "45")
    book(screen, qtbot)
    take(screen, qtbot, "SHOPPER")
    asked(screen, qtbot, "DROP_WISH")
    book(screen, qtbot)
    assert rows(screen, qtbot) == []
    press(screen, qtbot, "UNDO")
    assert columns(screen, qtbot, "days") == [("45",)]
