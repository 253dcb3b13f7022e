"""The quality screen: checklists are made, a lot is decided, its goods go back, the supplier's record is read."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.dialogs.inspection import INSPECTION
from app.stations.kit.kit import Kit
from app.stations.quality import QualityScreen
from tests.dialogs.conversation import Conversation
from tests.services.test_quality import receive, rule
from tests.stations.desks import asked, at_rest, book, columns, opened, press, rows, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[QualityScreen]:
    with opened(kit, qtbot, lambda words: QualityScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def tab(screen: QualityScreen, qtbot: QtBot, number: int) -> None:
    screen.tabs.setCurrentIndex(number)
    at_rest(screen, qtbot)


def add_check(screen: QualityScreen, qtbot: QtBot, **answers: str) -> str:
    form = asked(screen, qtbot, "NEW_CHECK")
    for name, answer in answers.items():
        form.give(name, answer)
    return book(screen, qtbot)


def test_a_checklist_is_made_at_the_desk(screen: QualityScreen, qtbot: QtBot) -> None:
    tab(screen, qtbot, 2)
    asked(screen, qtbot, "NEW_CHECKLIST").give("name", "Widgets")
    assert book(screen, qtbot) == "It is saved."
    take(screen, qtbot, "Widgets")
    press(screen, qtbot, "OPEN_CHECKLIST")
    assert add_check(screen, qtbot, name="Width", measured="yes").startswith("The limits of “Width” cannot be right.")
    screen.step_back()
    add_check(screen, qtbot, name="Width", measured="yes", unit="mm", nominal="10", lower="9,8", upper="10.2")
    add_check(screen, qtbot, name="Surface is clean", photo="yes")
    assert rows(screen, qtbot) == [
        ("1", "Width", "Measured", "10", "9.8 – 10.2 mm", ""),
        ("2", "Surface is clean", "Yes or no", "", "", "yes"),
    ]
    take(screen, qtbot, "Width")
    asked(screen, qtbot, "REMOVE_CHECK")
    book(screen, qtbot)
    assert [row[1] for row in rows(screen, qtbot)] == ["Surface is clean"]


def test_a_lot_is_looked_into_decided_and_sent_back(screen: QualityScreen, warehouse: Site, qtbot: QtBot) -> None:
    rule(warehouse, method="sample", aql="1.0")
    receive(warehouse, "WIDGET", 500)
    bench = Conversation(warehouse.station("bench1", "RECEIVER1"), INSPECTION, warehouse)
    for key in ("NEXT", "GOOD", "DEFECTIVE", "DEFECTIVE"):
        bench.key(key)
    assert bench.prompt.instruction == "quality.failed"
    screen.refresh()
    assert columns(screen, qtbot, "sku", "state", "sample", "defective") == [("WIDGET", "Begun", "3 / 50", "2")]
    take(screen, qtbot, "WIDGET")
    press(screen, qtbot, "OPEN_LOT")
    assert [row[2:4] for row in rows(screen, qtbot)] == [("1", "Good"), ("1", "Defective"), ("1", "Defective")]
    assert "A sample (ISO 2859-1), level II, AQL 1.0, normal: 50 pieces, up to 1 defective pass" in screen.sheet.facts()
    screen.step_back()
    take(screen, qtbot, "WIDGET")
    form = asked(screen, qtbot, "DECIDE_LOT")
    assert book(screen, qtbot).startswith("Nothing is decided yet.")
    form.give("wish", "return")
    form.give("note", "cracked")
    assert book(screen, qtbot) == "QC-000001 is decided."
    take(screen, qtbot, "WIDGET")
    asked(screen, qtbot, "RETURN_LOT")
    assert book(screen, qtbot).startswith("Return RET-")
    assert columns(screen, qtbot, "state") == [("Returned",)]
    tab(screen, qtbot, 1)
    shown = columns(screen, qtbot, "supplier", "failed", "rate", "refused", "next")
    assert shown == [("Acme", "1", "66.7 %", "500", "normal")]
