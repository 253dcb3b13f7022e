"""Lots and serial numbers at the dock: in plain codes, in codes of their own, many at once, where there are none."""

import pytest

from app.dialogs.dialog import Level
from app.dialogs.receiving import RECEIVING
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import order
from tests.support import Site


@pytest.fixture
def dock(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)


def pieces(site: Site) -> list[str]:
    """The serial numbers on stock, each as often as it is booked."""
    with site.desk.transaction() as session:
        found = session.rows("SELECT t.serial FROM stock_balance b JOIN trace t ON t.id = b.trace_id"
                             " WHERE b.on_hand > 0 ORDER BY t.serial")  # fmt: skip
    return [row["serial"] for row in found]


def test_a_suppliers_plain_lot_is_taken_when_it_is_scanned_twice(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("MILK", 10)))
    dock.scan("MILK")
    dock.scan("LW-77", "code-128")
    assert (dock.level, dock.said, dock.prompt.instruction) == (
        Level.WARNING,
        "receiving.plain_lot",
        "receiving.scan_again",
    )
    dock.scan("LW-78", "code-128")
    assert dock.said == "receiving.plain_lot"
    dock.scan("LW-78", "code-128")
    assert dock.said == "receiving.expiry_wanted"
    dock.scan("LW-78", "code-128")
    assert dock.said == "receiving.expiry_wanted", "a third scan of the same lot loses nothing"
    dock.scan("17301231", "gs1-128")
    assert dock.said == "receiving.booked"
    dock.scan("MILK")
    dock.scan("LW-78", "code-128")
    assert dock.said == "receiving.expiry_wanted"


def test_a_code_of_trade_is_never_taken_for_a_lot(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("MILK", 10)))
    dock.scan("MILK")
    dock.scan("4006381333931", "ean-13")
    assert (dock.level, dock.said) == (Level.ERROR, "scan.unknown_code")


def test_goods_without_lots_are_received_though_their_label_carries_one(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 10)))
    dock.scan("1730123110LOT-A", "gs1-128")
    dock.scan("WIDGET")
    assert dock.said == "receiving.booked"
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 1


def test_many_serial_numbers_are_scanned_or_typed_at_once(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("DRILL", 10)))
    dock.scan("DRILL")
    assert (dock.said, "LOT" in dock.prompt.commands) == ("receiving.serial_wanted", False)
    dock.key("SERIALS")
    for number in ("SN-1", "SN-2"):
        dock.scan(number, "code-128")
        assert (dock.said, dock.prompt.instruction) == ("receiving.booked", "receiving.ask_serials")
    dock.scan("SN-2", "code-128")
    assert dock.said == "trace.serial_twice"
    dock.scan("DRILL")
    assert dock.said == "receiving.serial_wanted"
    dock.key("ENTER", "SN-3 .. SN-5, SN-1")
    assert (dock.said, pieces(warehouse)) == ("trace.serial_twice", ["SN-1", "SN-2"])
    dock.key("ENTER", "SN-3 .. SN-5")
    assert dock.prompt.count is not None
    assert (dock.said, dock.prompt.count.done) == ("receiving.booked", "5")
    assert pieces(warehouse) == ["SN-1", "SN-2", "SN-3", "SN-4", "SN-5"]
    dock.key("UNDO")
    assert pieces(warehouse) == ["SN-1", "SN-2"]
    dock.key("ENTER", "A01 .. A09")
    assert (dock.said, dock.prompt.instruction) == ("receiving.over", "receiving.scan_goods")
    assert "QUANTITY" not in dock.prompt.commands
    assert pieces(warehouse) == ["SN-1", "SN-2"]
    assert warehouse.prove() == []


def test_a_serial_number_may_come_in_a_code_of_its_own_before_or_after_its_item(
    warehouse: Site, dock: Conversation
) -> None:
    dock.scan(order(warehouse, ("DRILL", 10)))
    dock.scan("21SN-1", "gs1-128")
    assert dock.said == "receiving.scan_goods_too"
    dock.scan("DRILL")
    dock.scan("DRILL")
    dock.scan("21SN-2", "gs1-128")
    dock.scan("DRILL")
    dock.scan("SN-3", "code-128")
    dock.scan("SN-3", "code-128")
    assert (dock.said, pieces(warehouse)) == ("receiving.booked", ["SN-1", "SN-2", "SN-3"])


def test_the_same_piece_is_not_received_again_under_another_lot(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET tracking = 'lot+serial' WHERE sku = 'DRILL'")
    dock = Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)
    dock.scan(order(warehouse, ("DRILL", 10)))
    for lot in ("L1", "L2"):
        dock.scan("DRILL")
        dock.scan(f"10{lot}\x1d21SN-1", "gs1-128")
    assert (dock.said, pieces(warehouse)) == ("trace.serial_twice", ["SN-1"])


def test_too_many_is_told_in_plain_numbers_and_whole_pieces(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 24)))
    dock.scan("WIDGET")
    dock.key("QUANTITY")
    dock.key("ENTER", "25")
    assert dock.said == "receiving.over"
    assert dock.prompt.feedback is not None
    told = dock.prompt.feedback.facts
    assert (told["total"], told["ordered"]) == ("26", "24")
    assert told["tolerated"] in ("0", "1")


def test_that_the_next_goods_are_damaged_stands_in_the_instruction(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 10)))
    before = dock.prompt.commands
    dock.key("DAMAGED")
    dock.key("DAMAGED")
    dock.scan("NO-SUCH-THING")
    assert dock.prompt.instruction == "receiving.scan_damaged"
    dock.scan("WIDGET")
    assert (dock.said, dock.prompt.instruction) == ("receiving.booked_damaged", "receiving.scan_goods")
    assert dock.prompt.commands[: len(before)] == before
