"""Rules on their screen: opened, changed, tried, saved, taken back; and why an item goes where it goes."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.services.policies import FORMS
from app.stations.kit.kit import Kit
from app.stations.policies import PoliciesScreen
from tests.stations.desks import asked, at_rest, book, columns, opened, press, rows, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[PoliciesScreen]:
    """The screen of a manager, with the furnished warehouse."""
    with opened(kit, qtbot, lambda words: PoliciesScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def open_rules(screen: PoliciesScreen, qtbot: QtBot, *words: str) -> None:
    take(screen, qtbot, words or ("Put-away", "Whole company"))
    press(screen, qtbot, "OPEN_POLICY")


def rule(screen: PoliciesScreen, qtbot: QtBot, name: str, **answers: str) -> str:
    form = asked(screen, qtbot, "NEW_RULE")
    for field, answer in {"name": name, **answers}.items():
        form.give(field.replace("then_", "then."), answer)
    return book(screen, qtbot)


def only_r05(screen: PoliciesScreen, qtbot: QtBot) -> str:
    return rule(
        screen, qtbot, "all into R05", field="address", operator="is_not", value="WH001-STO-R05", then_forbid="yes"
    )


def test_every_kind_of_rules_is_there_as_delivered(screen: PoliciesScreen, qtbot: QtBot) -> None:
    shown = columns(screen, qtbot, "capability", "version")
    assert ("Put-away", "as delivered") in shown
    assert ("Valuation method", "as delivered") in shown
    assert len(shown) == len(FORMS)


def test_a_rule_is_tried_before_it_is_saved_and_then_decides(
    screen: PoliciesScreen, warehouse: Site, qtbot: QtBot
) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    open_rules(screen, qtbot)
    assert only_r05(screen, qtbot) == "all into R05 is kept. Save to make it so."
    assert rows(screen, qtbot)[-1][1:] == ("all into R05", "Bin is not WH001-STO-R05", "ruled out")
    press(screen, qtbot, "DRY_RUN")
    assert ("WIDGET", "24", "WH001-STO-R01", "WH001-STO-R05", "all into R05") in rows(screen, qtbot)
    assert warehouse.count("policy") == 0, "a dry run writes nothing"
    screen.step_back()
    press(screen, qtbot, "SAVE")
    assert screen.band.text() == "Saved as version 1. These rules decide from now on."
    press(screen, qtbot, "DRY_RUN")
    assert screen.band.text().startswith("Nothing would change.")


def test_rules_that_cannot_be_right_are_refused_with_the_place(screen: PoliciesScreen, qtbot: QtBot) -> None:
    open_rules(screen, qtbot)
    assert rule(screen, qtbot, "half a level", field="level", operator="is", value="low", then_rank="1").startswith(
        "These rules cannot be used."
    )
    screen.step_back()
    assert rule(screen, qtbot, "", field="level", operator="is", value="1", then_rank="1").startswith(
        "The rule has no name."
    )


def test_conditions_are_added_and_rules_are_ordered_and_taken_out(screen: PoliciesScreen, qtbot: QtBot) -> None:
    open_rules(screen, qtbot)
    only_r05(screen, qtbot)
    take(screen, qtbot, "all into R05")
    form = asked(screen, qtbot, "ADD_CONDITION")
    form.give("field", "abc")
    form.give("operator", "one_of")
    form.give("value", "A, B")
    assert book(screen, qtbot) == "all into R05 is kept. Save to make it so."
    take(screen, qtbot, "all into R05")
    press(screen, qtbot, "RULE_UP")
    assert rows(screen, qtbot)[-2][2] == "Bin is not WH001-STO-R05 and ABC class of the item is one of A, B"
    take(screen, qtbot, "all into R05")
    press(screen, qtbot, "TAKE_RULE")
    assert "all into R05" not in {cells[1] for cells in rows(screen, qtbot)}


def test_rules_that_are_not_saved_are_not_left_by_a_slip(screen: PoliciesScreen, qtbot: QtBot) -> None:
    open_rules(screen, qtbot)
    only_r05(screen, qtbot)
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert screen.band.text() == "These rules are not saved. Press Escape again to leave them."
    assert screen.sheet.name == "policies.rules"
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert screen.sheet.name == "policies.all"


def test_an_item_gets_rules_of_its_own_which_are_withdrawn_and_taken_back(
    screen: PoliciesScreen, warehouse: Site, qtbot: QtBot
) -> None:
    form = asked(screen, qtbot, "NEW_POLICY")
    form.give("capability", "putaway")
    form.give("scope", "item")
    form.give("name", "NO-SUCH")
    assert book(screen, qtbot).startswith("There is no item called NO-SUCH.")
    form.give("name", "widget")
    book(screen, qtbot)
    only_r05(screen, qtbot)
    press(screen, qtbot, "SAVE")
    screen.step_back()
    take(screen, qtbot, ("Put-away", "Item"))
    why = asked(screen, qtbot, "WHY_HERE")
    why.give("sku", "WIDGET")
    why.give("place", "wh001-sto-r01")
    book(screen, qtbot)
    at_rest(screen, qtbot)
    shown = columns(screen, qtbot, "candidate", "verdict", "why")
    assert shown[0] == ("WH001-STO-R05", "✔ chosen", "Fourth choice: the bin is empty")
    assert ("WH001-STO-R01", "✖ refused", "all into R05") in shown
    screen.step_back()
    take(screen, qtbot, ("Put-away", "Item"))
    asked(screen, qtbot, "WITHDRAW")
    assert book(screen, qtbot).startswith("Withdrawn.")
    assert ("Put-away", "Item") not in columns(screen, qtbot, "capability", "scope")
    form = asked(screen, qtbot, "NEW_POLICY")
    form.give("name", "WIDGET")
    book(screen, qtbot)
    assert "all into R05" not in {cells[1] for cells in rows(screen, qtbot)}, "what was withdrawn does not come back"
    press(screen, qtbot, "SAVE")
    screen.step_back()
    take(screen, qtbot, ("Put-away", "Item"))
    press(screen, qtbot, "VERSIONS")
    assert [cells[0] for cells in rows(screen, qtbot)] == ["3", "2", "1"]
    take(screen, qtbot, "1")
    press(screen, qtbot, "TAKE_VERSION")
    assert rows(screen, qtbot)[-1][1] == "all into R05"


def test_rules_are_made_only_for_what_is_asked(screen: PoliciesScreen, qtbot: QtBot) -> None:
    form = asked(screen, qtbot, "NEW_POLICY")
    form.give("capability", "packing")
    form.give("scope", "item")
    form.give("name", "WIDGET")
    assert book(screen, qtbot).startswith("Such rules are not asked for one item.")


def test_who_was_slower_is_told_by_whom_the_rules_were_changed(
    screen: PoliciesScreen, warehouse: Site, qtbot: QtBot
) -> None:
    open_rules(screen, qtbot)
    only_r05(screen, qtbot)
    with warehouse.desk.transaction() as session:
        session.change("INSERT INTO policy (capability, rules) VALUES ('putaway', '{\"rules\": []}')")
    press(screen, qtbot, "SAVE")
    assert screen.band.text().startswith("Admin changed putaway")


def test_rules_of_valuation_say_which_items_would_change(screen: PoliciesScreen, qtbot: QtBot) -> None:
    open_rules(screen, qtbot, "Valuation method")
    form = asked(screen, qtbot, "NEW_RULE")
    for field, answer in {"name": "milk first in first out", "field": "sku", "value": "MILK",
                          "then.method": "fifo"}.items():  # fmt: skip
        form.give(field, answer)
    book(screen, qtbot)
    take(screen, qtbot, "milk first in first out")
    press(screen, qtbot, "RULE_UP")
    press(screen, qtbot, "DRY_RUN")
    assert rows(screen, qtbot) == [("MILK", "", "average", "fifo", "milk first in first out")]
