"""Faults at the dock: two clerks on one line, a lot with two dates, a program that dies before the bin; weights."""

from decimal import Decimal

import pytest

from app.dialogs.putaway import PUTAWAY
from app.dialogs.receiving import RECEIVING
from tests.dialogs.bench import put_on_scale
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import MILK_GTIN, order
from tests.support import Site


@pytest.fixture
def dock(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)


def test_two_clerks_on_one_line_book_what_each_scanned_and_never_more_than_was_ordered(
    warehouse: Site, dock: Conversation
) -> None:
    number = order(warehouse, ("WIDGET", 3))
    other = Conversation(warehouse.station("bench1", "MANAGER1"), RECEIVING, warehouse)
    for clerk in (dock, other):
        clerk.scan(number)
    for clerk in (dock, other, dock):
        clerk.scan("WIDGET")
        assert clerk.said == "receiving.booked"
    assert other.scan("WIDGET").feedback is not None
    assert other.said == "receiving.over", "the other clerk's pieces count"
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 3
    assert warehouse.prove() == []


def test_a_lot_that_comes_with_another_date_is_refused_with_the_date_that_is_known(
    warehouse: Site, dock: Conversation
) -> None:
    dock.scan(order(warehouse, ("MILK", 10)))
    dock.scan(f"01{MILK_GTIN}17301231" + "10LOT-A", "gs1-128")
    dock.scan(f"01{MILK_GTIN}17301130" + "10LOT-A", "gs1-128")
    assert dock.said == "trace.other_date"
    assert dock.prompt.feedback is not None
    assert (dock.prompt.feedback.facts["lot"], dock.prompt.feedback.facts["expiry"]) == ("LOT-A", "2030-12-31")
    assert warehouse.stock("MILK", "DOCK1")[0] == 1
    assert warehouse.prove() == []


def test_a_program_killed_between_the_quantity_and_the_bin_goes_on_at_the_bin(warehouse: Site) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    station = warehouse.station("dock1", "RECEIVER1")
    killed = Conversation(station, PUTAWAY, warehouse)
    killed.scan("WIDGET")
    killed.key("QUANTITY")
    killed.key("ENTER", "10")
    again = Conversation(station, PUTAWAY, warehouse)
    assert again.runner.recovered
    assert again.prompt.instruction == "putaway.go_to_bin"
    assert again.prompt.count is not None
    assert again.prompt.count.done == "10"
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 24, "nothing was booked before the bin was scanned"
    again.scan(again.prompt.facts["bin"])
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 14
    assert warehouse.prove() == []


def test_weighed_goods_are_booked_with_their_weight_and_never_without(warehouse: Site, dock: Conversation) -> None:
    with warehouse.desk.transaction() as session:
        session.change("UPDATE item SET catch_weight = true WHERE sku = 'WIDGET'")
    dock.scan(order(warehouse, ("WIDGET", 3)))
    dock.scan("WIDGET")
    assert (dock.said, dock.prompt.instruction) == ("receiving.weight_wanted", "receiving.scan_weight")
    dock.key("WEIGH")
    assert (dock.prompt.instruction, dock.prompt.waiting) == ("receiving.put_on_scale", "weight")
    put_on_scale(dock, "11.1", capturable=False)
    assert (dock.said, dock.prompt.waiting) == ("receiving.weight_not_usable", "weight"), "it still swings"
    put_on_scale(dock, "5.2")
    assert dock.said == "receiving.booked"
    put_on_scale(dock, "5.2")
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 1, "nobody waits for a weight"
    dock.scan("WIDGET")
    dock.key("WEIGH")
    dock.key("MANUAL")
    dock.key("ENTER", "heavy")
    assert dock.prompt.feedback is not None
    dock.key("ENTER", "7.2")
    assert dock.said == "receiving.booked"
    dock.scan("0104012345678901" + "3103001300", "gs1-128")
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT on_hand, weight_kg FROM stock_balance WHERE on_hand > 0")
    assert row == {"on_hand": 3, "weight_kg": Decimal("13.7")}
    assert "QUANTITY" not in dock.prompt.commands, "each piece has a weight of its own"
    assert warehouse.prove() == []
