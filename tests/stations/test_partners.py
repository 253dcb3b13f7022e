"""Partners on their screen: made, found by their town, addresses judged while they are typed, archived, removed."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.stations.kit.kit import Kit
from app.stations.partners import PartnersScreen
from tests.stations.desks import asked, at_rest, book, columns, opened, press, rows, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[PartnersScreen]:
    with opened(kit, qtbot, lambda words: PartnersScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def add_address(screen: PartnersScreen, qtbot: QtBot, **typed: str) -> None:
    form = asked(screen, qtbot, "NEW_ADDRESS")
    for name, value in typed.items():
        form.give(name, value)


HAMBURG = {"country": "DE", "line_1": "Hafenstr. 1", "postal_code": "20457", "city": "Hamburg"}


def test_a_partner_is_made_with_an_address_and_found_by_its_town(screen: PartnersScreen, qtbot: QtBot) -> None:
    form = asked(screen, qtbot, "NEW_PARTNER")
    for name, value in (("code", "HANSA"), ("name", "Hansa"), ("customer", "yes"), ("owner", "yes")):
        form.give(name, value)
    assert book(screen, qtbot) == "Hansa is saved."
    take(screen, qtbot, "HANSA")
    press(screen, qtbot, "ADDRESSES")
    add_address(screen, qtbot, **HAMBURG)
    assert screen.form is not None
    assert screen.form.effect.text() == "Written as: Hansa · Hafenstr. 1 · 20457 Hamburg"
    assert book(screen, qtbot) == "Hansa is saved."
    assert columns(screen, qtbot, "address", "first") == [("Hafenstr. 1, 20457 Hamburg", "yes")]
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    screen.table.filter.setText("hamburg")
    qtbot.waitUntil(lambda: screen.table.model.query.text == "hamburg")
    assert columns(screen, qtbot, "code", "kinds") == [("HANSA", "Customer, Owner of goods")]


def test_an_address_is_judged_by_its_country_while_it_is_typed(screen: PartnersScreen, qtbot: QtBot) -> None:
    take(screen, qtbot, "SHOPPER")
    press(screen, qtbot, "ADDRESSES")
    add_address(screen, qtbot, **(HAMBURG | {"postal_code": "2045"}))
    assert screen.form is not None
    assert screen.form.effect.text().startswith("2045 is not a postal code of that country")
    assert book(screen, qtbot).startswith("2045 is not a postal code of that country")
    screen.form.give("country", "US")
    assert screen.form.effect.text().startswith("The address lacks its region")


def test_the_second_first_choice_takes_over_from_the_first(screen: PartnersScreen, qtbot: QtBot) -> None:
    take(screen, qtbot, "SHOPPER")
    press(screen, qtbot, "ADDRESSES")
    add_address(screen, qtbot, **HAMBURG)
    book(screen, qtbot)
    add_address(screen, qtbot, **(HAMBURG | {"line_1": "Kai 2", "first": "yes"}))
    book(screen, qtbot)
    assert sorted(columns(screen, qtbot, "address", "first")) == [
        ("Hafenstr. 1, 20457 Hamburg", ""),
        ("Kai 2, 20457 Hamburg", "yes"),
    ]


def test_contacts_come_and_go_and_the_history_tells(screen: PartnersScreen, qtbot: QtBot) -> None:
    take(screen, qtbot, "SHOPPER")
    press(screen, qtbot, "CONTACTS")
    form = asked(screen, qtbot, "NEW_CONTACT")
    assert book(screen, qtbot).startswith("A contact needs a name.")
    form.give("name", "Ann")
    book(screen, qtbot)
    take(screen, qtbot, "Ann")
    asked(screen, qtbot, "DROP_CONTACT")
    book(screen, qtbot)
    assert rows(screen, qtbot) == []
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    take(screen, qtbot, "SHOPPER")
    press(screen, qtbot, "CHANGES")
    told = columns(screen, qtbot, "part", "difference")
    assert told[0] == ("Contact", "removed")
    assert ("Contact", "made") in told


def test_rules_are_kept_for_whoever_packs(screen: PartnersScreen, warehouse: Site, qtbot: QtBot) -> None:
    take(screen, qtbot, "SHOPPER")
    asked(screen, qtbot, "CHANGE_PARTNER").give("pack_instructions", "No peanuts")
    book(screen, qtbot)
    with warehouse.desk.transaction() as session:
        assert session.row("SELECT pack_instructions FROM partner WHERE code = 'SHOPPER'") == {
            "pack_instructions": "No peanuts"
        }


def test_a_partner_that_orders_name_is_archived_but_not_removed(
    screen: PartnersScreen, warehouse: Site, qtbot: QtBot
) -> None:
    warehouse.order_line()
    take(screen, qtbot, "SHOPPER")
    asked(screen, qtbot, "REMOVE_PARTNER")
    assert "is in use" in book(screen, qtbot)
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    at_rest(screen, qtbot)
    press(screen, qtbot, "USED_WHERE")
    assert columns(screen, qtbot, "use", "count") == [("Documents", "1")]
    screen.step_back()
    take(screen, qtbot, "SHOPPER")
    asked(screen, qtbot, "ARCHIVE")
    book(screen, qtbot)
    assert ("SHOPPER", "▣ Archived") in columns(screen, qtbot, "code", "state")


def test_people_are_bound_to_an_owner_and_released(kit: Kit, warehouse: Site, qtbot: QtBot) -> None:
    with opened(kit, qtbot, lambda words: PartnersScreen(words, work_of(warehouse, "desk"))) as screen:
        take(screen, qtbot, "SHOPPER")
        press(screen, qtbot, "OWNERS_PEOPLE")
        assert "Only owners of goods" in screen.band.text()
        asked(screen, qtbot, "CHANGE_PARTNER").give("owner", "yes")
        book(screen, qtbot)
        take(screen, qtbot, "SHOPPER")
        press(screen, qtbot, "OWNERS_PEOPLE")
        form = asked(screen, qtbot, "BIND_PERSON")
        assert book(screen, qtbot).startswith("Whose badge?")
        form.give("badge", "OPERATOR2")
        assert book(screen, qtbot) == "OPERATOR2 sees goods of Shopper only."
        assert columns(screen, qtbot, "badge") == [("OPERATOR2",)]
        take(screen, qtbot, "OPERATOR2")
        asked(screen, qtbot, "FREE_PERSON")
        assert book(screen, qtbot) == "OPERATOR2 is bound to Shopper no more."
        assert rows(screen, qtbot) == []


def test_managers_bind_nobody(screen: PartnersScreen, warehouse: Site, qtbot: QtBot) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE partner SET kinds = '{customer,owner}' WHERE code = 'SHOPPER'")
    screen.refresh()
    at_rest(screen, qtbot)
    take(screen, qtbot, "SHOPPER")
    press(screen, qtbot, "OWNERS_PEOPLE")
    press(screen, qtbot, "BIND_PERSON")
    assert screen.form is None and "administer" in screen.band.text().lower()
