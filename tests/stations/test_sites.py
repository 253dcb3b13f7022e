"""Warehouses on their screen: ranges with a look before, many places at once, archived, removed, printed; levels."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.stations.kit.kit import Kit
from app.stations.sites import SitesScreen
from tests.stations.desks import asked, at_rest, book, columns, opened, press, rows, take, work_of
from tests.support import Site

ZONES, PLACES, PROFILES, FACES, LEVELS, WAREHOUSES = range(6)


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[SitesScreen]:
    """The screen of a manager, with the furnished warehouse."""
    with opened(kit, qtbot, lambda words: SitesScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def turn(screen: SitesScreen, qtbot: QtBot, page: int) -> None:
    screen._turn_to(page)
    at_rest(screen, qtbot)


def look_into(screen: SitesScreen, qtbot: QtBot, zone: str) -> None:
    take(screen, qtbot, zone)
    press(screen, qtbot, "PLACES")


def test_a_range_is_counted_while_it_is_typed_and_added_at_once(screen: SitesScreen, qtbot: QtBot) -> None:
    look_into(screen, qtbot, "STO")
    form = asked(screen, qtbot, "NEW_PLACES")
    form.give("ranges", "A-01-1..A-03-2")
    assert form.effect.text() == "6 places: A-01-1–A-01-2, A-02-1–A-02-2, A-03-1–A-03-2"
    assert book(screen, qtbot) == "6 places are added to STO."
    assert ("WH001-STO-A-03-2",) in columns(screen, qtbot, "address")


def test_a_range_of_which_one_is_there_is_refused_before_and_when_it_is_booked(
    screen: SitesScreen, qtbot: QtBot
) -> None:
    look_into(screen, qtbot, "STO")
    form = asked(screen, qtbot, "NEW_PLACES")
    form.give("ranges", "R06-R09")
    assert form.effect.text().startswith("1 place is there already: R06")
    assert book(screen, qtbot).startswith("1 place is there already: R06")
    form.give("ranges", "")
    assert book(screen, qtbot).startswith("No places are named.")


def test_all_that_the_filter_finds_is_changed_together_after_a_look(
    screen: SitesScreen, warehouse: Site, qtbot: QtBot
) -> None:
    turn(screen, qtbot, PLACES)
    screen.table.filter.setText("STO-R0")
    qtbot.waitUntil(lambda: screen.table.model.query.text == "STO-R0")
    at_rest(screen, qtbot)
    form = asked(screen, qtbot, "CHANGE_PLACES")
    form.give("purpose", "reserve")
    assert form.effect.text().startswith("6 of 6 change. WH001-STO-R01 For: – → Reserve")
    assert book(screen, qtbot) == "6 places are changed."
    with warehouse.desk.transaction() as session:
        assert session.row("SELECT count(*) AS n FROM location WHERE purpose = 'reserve'") == {"n": 6}


def test_who_was_slower_is_told_by_whom_the_place_was_changed(
    screen: SitesScreen, warehouse: Site, qtbot: QtBot
) -> None:
    turn(screen, qtbot, PLACES)
    take(screen, qtbot, "WH001-STO-R01")
    form = asked(screen, qtbot, "CHANGE_PLACES")
    form.give("mixing", "one_item")
    with warehouse.desk.transaction() as session:
        session.change("UPDATE location SET walk_position = 30 WHERE address = 'WH001-STO-R01'")
    assert book(screen, qtbot).startswith("Admin changed WH001-STO-R01")


def test_a_bin_is_archived_and_brought_back_and_its_history_tells(screen: SitesScreen, qtbot: QtBot) -> None:
    turn(screen, qtbot, PLACES)
    take(screen, qtbot, "WH001-STO-R01")
    asked(screen, qtbot, "ARCHIVE")
    assert "is out of use" in book(screen, qtbot)
    assert ("WH001-STO-R01", "▣ Archived") in columns(screen, qtbot, "address", "state")
    take(screen, qtbot, "WH001-STO-R01")
    assert asked(screen, qtbot, "ARCHIVE").title.text() == "Back into use"
    book(screen, qtbot)
    take(screen, qtbot, "WH001-STO-R01")
    press(screen, qtbot, "CHANGES")
    assert [row[-1] for row in rows(screen, qtbot)][:2] == ["In use: no → yes", "In use: yes → no"]


def test_a_bin_with_stock_is_not_removed_and_shows_what_stands_in_the_way(
    screen: SitesScreen, warehouse: Site, qtbot: QtBot
) -> None:
    warehouse.put("WIDGET", "R01", 5)
    turn(screen, qtbot, PLACES)
    take(screen, qtbot, "WH001-STO-R01")
    asked(screen, qtbot, "REMOVE_PLACES")
    assert "is in use" in book(screen, qtbot)
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    take(screen, qtbot, "WH001-STO-R01")
    press(screen, qtbot, "USED_WHERE")
    assert rows(screen, qtbot) == [("Stock", "1", "WIDGET")]


def test_zones_stand_in_zones_and_are_added_there(screen: SitesScreen, qtbot: QtBot) -> None:
    take(screen, qtbot, "STO")
    form = asked(screen, qtbot, "NEW_ZONE")
    form.give("code", "cld")
    form.give("name", "Cold store")
    assert "All its places will begin with the code CLD" in form.effect.text()
    assert book(screen, qtbot) == "Cold store is added."
    assert ("     Cold store", "CLD") in columns(screen, qtbot, "zone", "code")
    (above,) = [cells for cells in columns(screen, qtbot, "zone") if cells[0].startswith("▾")]
    take(screen, qtbot, above[0])
    row = screen.table.view.selectionModel().selectedRows()[0]
    screen.table.view.setCurrentIndex(row)
    QTest.keyClick(screen.table.view, Qt.Key.Key_Left)
    assert not [cells for cells in columns(screen, qtbot, "zone") if "Cold store" in cells[0]]
    assert [cells for cells in columns(screen, qtbot, "zone") if cells[0].startswith("▸")]
    QTest.keyClick(screen.table.view, Qt.Key.Key_Right)
    assert ("     Cold store", "CLD") in columns(screen, qtbot, "zone", "code")


def test_a_profile_is_made_and_given_to_bins(screen: SitesScreen, qtbot: QtBot) -> None:
    turn(screen, qtbot, PROFILES)
    form = asked(screen, qtbot, "NEW_PROFILE")
    for name, value in (("code", "cold"), ("name", "Cold shelf"), ("capacity_units", "40"), ("temperature", "chilled"),
                        ("hazard_classes", "3, 8")):  # fmt: skip
        form.give(name, value)
    assert book(screen, qtbot) == "Profile COLD is saved."
    assert columns(screen, qtbot, "code", "units", "temperature", "hazard") == [("COLD", "40", "Chilled", "3, 8")]
    turn(screen, qtbot, PLACES)
    take(screen, qtbot, "WH001-STO-R01")
    form = asked(screen, qtbot, "CHANGE_PLACES")
    choice = form.widgets["profile"]
    choice.setCurrentIndex(2)  # type: ignore[union-attr]  # after "as it is" and "none"
    assert "– → COLD" in form.effect.text()
    book(screen, qtbot)
    assert ("WH001-STO-R01", "COLD", "40") in columns(screen, qtbot, "address", "profile", "capacity")


def test_a_bin_is_kept_for_an_item_and_let_go(screen: SitesScreen, qtbot: QtBot) -> None:
    turn(screen, qtbot, FACES)
    form = asked(screen, qtbot, "NEW_FACE")
    for name, value in (("place", "R01"), ("sku", "widget"), ("minimum", "5"), ("maximum", "3")):
        form.give(name, value)
    assert book(screen, qtbot).startswith("The levels of WIDGET")
    form.give("maximum", "30")
    assert book(screen, qtbot) == "WH001-STO-R01 is kept as you said."
    assert rows(screen, qtbot) == [("WH001-STO-R01", "WIDGET", "Widget", "5", "30")]
    take(screen, qtbot, "WIDGET")
    asked(screen, qtbot, "DROP_FACE")
    book(screen, qtbot)
    assert rows(screen, qtbot) == []


def test_levels_of_many_items_are_set_together(screen: SitesScreen, qtbot: QtBot) -> None:
    turn(screen, qtbot, LEVELS)
    take(screen, qtbot, "WIDGET", "GADGET")
    form = asked(screen, qtbot, "CHANGE_LEVELS")
    assert form.effect.text() == "Nothing would change yet."
    form.give("value", "12")
    assert form.effect.text() == "2 of 2 change. GADGET – → 12; WIDGET – → 12"
    assert book(screen, qtbot) == "The levels of 2 items are changed."
    assert ("WIDGET", "12") in columns(screen, qtbot, "sku", "minimum")
    take(screen, qtbot, "WIDGET")
    press(screen, qtbot, "WHICH_LEVELS")
    assert columns(screen, qtbot, "level", "applies", "from")[0][0] == "Minimum"
    assert "the warehouse WH001" in {row[0] for row in columns(screen, qtbot, "from")}


def test_a_warehouse_is_renamed_and_one_is_made_by_who_may_everywhere(kit: Kit, warehouse: Site, qtbot: QtBot) -> None:
    with opened(kit, qtbot, lambda words: SitesScreen(words, work_of(warehouse, "desk"))) as screen:
        turn(screen, qtbot, WAREHOUSES)
        form = asked(screen, qtbot, "NEW_WAREHOUSE")
        for name, value in (("code", "wh9"), ("name", "North"), ("time_zone", "Europe/Nowhere")):
            form.give(name, value)
        assert book(screen, qtbot).startswith("Europe/Nowhere is not a time zone.")
        form.give("time_zone", "Europe/Berlin")
        assert book(screen, qtbot) == "Warehouse WH9 is made."
        take(screen, qtbot, "WH9")
        asked(screen, qtbot, "CHANGE_WAREHOUSE").give("name", "Far north")
        book(screen, qtbot)
        assert ("WH9", "Far north") in columns(screen, qtbot, "code", "name")
        take(screen, qtbot, "WH001")
        asked(screen, qtbot, "REMOVE_WAREHOUSE")
        assert book(screen, qtbot).startswith("WH001 is in use")
        QTest.keyClick(screen, Qt.Key.Key_Escape)
        at_rest(screen, qtbot)
        press(screen, qtbot, "USED_WHERE")
        assert "Stations" in {what for (what,) in columns(screen, qtbot, "use")}
        screen.step_back()
        take(screen, qtbot, "WH9")
        asked(screen, qtbot, "REMOVE_WAREHOUSE")
        assert book(screen, qtbot) == "Warehouse WH9 is gone."


def test_who_may_not_set_up_is_told_so_by_every_key(kit: Kit, warehouse: Site, qtbot: QtBot) -> None:
    with opened(kit, qtbot, lambda words: SitesScreen(words, work_of(warehouse, "desk_operator"))) as screen:
        press(screen, qtbot, "NEW_ZONE")
        assert screen.form is None
        assert "set up" in screen.band.text().lower()


def test_the_administrator_says_who_the_company_is_and_in_which_money_it_counts_until_something_has_a_price(
    kit: Kit, warehouse: Site, qtbot: QtBot
) -> None:
    with opened(kit, qtbot, lambda words: SitesScreen(words, work_of(warehouse, "desk"))) as screen:
        turn(screen, qtbot, WAREHOUSES)
        form = asked(screen, qtbot, "COMPANY")
        said = {"name": "Blue Lamp Ltd", "gs1_prefix": "4012345", "currency": "CHF", "sdr_rate": "1.18"}
        for name, value in said.items():
            form.give(name, value)
        assert "Day of the rate" in book(screen, qtbot), "a rate has a day"
        form.give("sdr_rate_on", "2026-11-02")
        assert book(screen, qtbot) == "Blue Lamp Ltd is saved."
        with warehouse.desk.transaction() as session:
            session.change("UPDATE item SET standard_cost = 2 WHERE sku = 'WIDGET'")
        form = asked(screen, qtbot, "COMPANY")
        form.give("currency", "EUR")
        assert "first of WIDGET" in book(screen, qtbot)
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT name, gs1_prefix, currency, sdr_rate FROM company")
    assert row == {"name": "Blue Lamp Ltd", "gs1_prefix": "4012345", "currency": "CHF", "sdr_rate": Decimal("1.18")}
