"""Documents of every kind on their screen: found, looked into, decided on with a reason; from other screens too."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.stations.documents import DocumentsScreen
from app.stations.inbound import InboundScreen
from app.stations.kit.kit import Kit
from tests.stations.desks import asked, at_rest, book, columns, opened, press, take, work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[DocumentsScreen]:
    warehouse.order_line("WIDGET", 6)
    warehouse.purchase_line("WIDGET", 20)
    with opened(kit, qtbot, lambda words: DocumentsScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


def decided(warehouse: Site) -> list[tuple[str, str]]:
    with warehouse.desk.transaction() as session:
        rows = session.rows("SELECT decision, reason FROM document_history WHERE reason <> '' ORDER BY id")
    return [(row["decision"], row["reason"]) for row in rows]


def test_an_order_is_held_and_cancelled_with_the_reason_and_leaves_the_open_ones(
    screen: DocumentsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    assert columns(screen, qtbot, "kind", "state", "done") == [
        ("Purchase order", "Released", "0 of 1"),
        ("Order", "Released", "0 of 1"),
    ]
    take(screen, qtbot, "Order")
    form = asked(screen, qtbot, "DECIDE")
    assert book(screen, qtbot).startswith("What shall become of it?")
    assert form.question.fields[0].choices is not None
    assert [value for value, _ in form.question.fields[0].choices[1:]] == ["draft", "held", "cancelled", "closed"]
    form.give("decision", "held")
    assert form.effect.text().startswith("Nobody works on")
    form.give("reason", "customer called")
    assert book(screen, qtbot).endswith("is on hold.")
    press(screen, qtbot, "DECIDE")
    assert screen.form is not None
    screen.form.give("decision", "cancelled")
    screen.form.give("reason", "ordered twice")
    book(screen, qtbot)
    assert columns(screen, qtbot, "kind") == [("Purchase order",)]
    assert decided(warehouse) == [("held", "customer called"), ("cancelled", "ordered twice")]
    screen.tabs.setCurrentIndex(1)
    take(screen, qtbot, "Order")
    press(screen, qtbot, "DECIDE")
    assert "Nothing more can be decided" in screen.band.text()


def test_whoever_is_slower_hears_who_decided(screen: DocumentsScreen, warehouse: Site, qtbot: QtBot) -> None:
    take(screen, qtbot, "Order")
    asked(screen, qtbot, "DECIDE").give("decision", "held")
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT id FROM document WHERE kind = 'order'")
        assert row is not None
        session.call("decide_document", document=row["id"], decision="closed", version=2, reason="")
    assert "changed" in book(screen, qtbot)


def test_a_scanned_number_opens_the_document_and_a_word_filters(
    screen: DocumentsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    ((number,),) = [one for one in columns(screen, qtbot, "number") if one[0].startswith("SO")]
    screen.on_scan(number, "code-128", "scanner")
    at_rest(screen, qtbot)
    assert columns(screen, qtbot, "sku", "asked") == [("WIDGET", "6")]
    press(screen, qtbot, "TIMELINE")
    assert ("Released",) in columns(screen, qtbot, "what")
    screen.on_scan("SHOPPER", "code-128", "scanner")
    qtbot.waitUntil(lambda: screen.table.model.query.text == "SHOPPER")
    assert columns(screen, qtbot, "number") == [(number,)]


def test_what_is_expected_is_decided_with_a_reason_too(kit: Kit, warehouse: Site, qtbot: QtBot) -> None:
    warehouse.purchase_line("WIDGET", 20)
    with opened(kit, qtbot, lambda words: InboundScreen(words, work_of(warehouse, "desk_manager"))) as inbound:
        inbound.table.view.selectRow(0)
        form = asked(inbound, qtbot, "DECIDE")
        form.give("decision", "cancelled")
        form.give("reason", "sold out")
        book(inbound, qtbot)
    assert decided(warehouse) == [("cancelled", "sold out")]
