"""Returns on their screen: announced and received with a disposition, not announced, and back to a supplier."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.stations.kit.kit import Kit
from app.stations.returns import ReturnsScreen
from tests.stations.desks import asked, at_rest, book, columns, opened, press, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[ReturnsScreen]:
    with opened(kit, qtbot, lambda words: ReturnsScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def by_status(site: Site) -> dict[str, int]:
    with site.desk.transaction() as session:
        rows = session.rows("SELECT status, sum(on_hand) AS qty FROM stock_balance WHERE on_hand <> 0 GROUP BY 1")
    return {row["status"]: int(row["qty"]) for row in rows}


def announce(screen: ReturnsScreen, qtbot: QtBot, direction: str, partner: str, quantity: str) -> str:
    """Announce a return of widgets; it is opened then."""
    form = asked(screen, qtbot, "NEW_RETURN")
    form.give("direction", direction)
    form.give("partner", partner)
    book(screen, qtbot)
    screen.on_scan("04012345678901", "ean-13", "scanner")
    assert screen.form is not None
    screen.form.give("quantity", quantity)
    book(screen, qtbot)
    asked(screen, qtbot, "MAKE_RETURN")
    said = book(screen, qtbot)
    at_rest(screen, qtbot)
    return said.split()[0]


def test_goods_of_a_customer_are_announced_and_received_with_what_becomes_of_them(
    screen: ReturnsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    announce(screen, qtbot, "in", "shopper", "5")
    assert columns(screen, qtbot, "sku", "asked", "done", "open") == [("WIDGET", "5", "0", "5")]
    form = asked(screen, qtbot, "RECEIVE_RETURN")
    assert book(screen, qtbot) == "What shall become of the goods?"
    form.give("disposition", "rework")
    form.give("quantity", "2")
    assert form.effect.text() == "2 WIDGET stand at the dock as: Quarantined."
    assert book(screen, qtbot) == "The goods stand at the dock. F2 takes it back."
    assert by_status(warehouse) == {"quarantined": 2}
    press(screen, qtbot, "UNDO")
    assert by_status(warehouse) == {}
    asked(screen, qtbot, "RECEIVE_RETURN").give("disposition", "use")
    book(screen, qtbot)
    assert by_status(warehouse) == {"available": 5}
    press(screen, qtbot, "TIMELINE")
    assert ("Customer return",) in columns(screen, qtbot, "what")
    assert warehouse.prove() == []


def test_goods_that_nobody_announced_come_with_a_reason(screen: ReturnsScreen, warehouse: Site, qtbot: QtBot) -> None:
    form = asked(screen, qtbot, "BLIND_RETURN")
    for name, answer in (("item", "widget"), ("quantity", "3"), ("disposition", "scrap")):
        form.give(name, answer)
    assert book(screen, qtbot) == "Why? Choose a reason."
    form.give("reason", "RETURNED")
    book(screen, qtbot)
    assert by_status(warehouse) == {"damaged": 3}
    assert warehouse.prove() == []


def test_goods_go_back_to_their_supplier_from_what_is_there(
    screen: ReturnsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    warehouse.put("WIDGET", "R01", 6)
    number = announce(screen, qtbot, "out", "ACME", "4")
    form = asked(screen, qtbot, "SEND_BACK")
    form.give("reason", "QUALITY")
    assert book(screen, qtbot) == f"4 of WIDGET are missing to send {number} back."
    form.give("which", "any")
    assert book(screen, qtbot) == "The goods are on their way back. F2 takes it back."
    assert by_status(warehouse) == {"available": 2}
    screen.step_back()
    take(screen, qtbot, number)
    assert columns(screen, qtbot, "way", "done") == [("→ To a supplier", "1")]
    assert warehouse.prove() == []
