"""Goods at the dock without an order in the hand: by their supplier's name, or with no order at all."""

import uuid

import pytest

from app.database import policies
from app.dialogs.dialog import Level
from app.dialogs.receiving import RECEIVING
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import MILK_GTIN, order
from tests.support import Site


@pytest.fixture
def manager(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "MANAGER1"), RECEIVING, warehouse)


def test_the_orders_of_a_supplier_are_offered_by_code_or_by_how_the_name_begins(
    warehouse: Site, manager: Conversation
) -> None:
    number = order(warehouse, ("WIDGET", 5))
    with warehouse.superuser() as connection:
        connection.execute("UPDATE document SET partner_id = (SELECT id FROM partner WHERE code = 'ACME')")
    for typed in ("acm", "ACME"):
        manager.scan(typed)
        assert manager.said == "receiving.which_order"
        assert [choice.facts["document"] for choice in manager.prompt.choices] == [number]
        manager.key("DONE")
        assert manager.said == "receiving.choose_order", "a key that is no choice"
        manager.scan(typed)
        manager.key("CANCEL")
        assert (manager.said, manager.prompt.instruction) == ("", "receiving.scan_order")
    for typed in ("Ac", "a%e"):
        manager.scan(typed)
        assert manager.said == "scan.unknown_code"


def test_goods_without_an_order_are_booked_with_that_reason_by_whoever_may(
    warehouse: Site, manager: Conversation
) -> None:
    manager.scan("WIDGET")
    assert manager.said == "receiving.no_order_may_blind"
    manager.key("NO_ORDER")
    manager.scan("WIDGET")
    manager.key("QUANTITY")
    manager.key("ENTER", "11")
    assert manager.prompt.count is not None
    assert (manager.said, manager.prompt.count.done, manager.prompt.count.total) == ("receiving.booked", "11", "")
    manager.scan(f"01{MILK_GTIN}17200131" + "10OLD", "gs1-128")
    assert manager.said == "receiving.booked_expired"
    manager.scan("DRILL")
    manager.key("SERIALS")
    manager.key("ENTER", "SN-1 .. SN-3")
    assert manager.said == "receiving.booked"
    manager.key("DONE")
    manager.key("UNDO")
    assert warehouse.stock("DRILL", "DOCK1")[0] == 3, "ending the list books nothing that could be undone"
    manager.key("UNDO")
    assert warehouse.stock("DRILL", "DOCK1")[0] == 0
    manager.key("DONE")
    assert manager.prompt.count is None
    manager.key("DAMAGED")
    manager.key("DAMAGED")
    manager.scan("GADGET")
    assert manager.said == "receiving.booked_damaged_unordered"
    manager.key("DONE")
    assert (manager.said, manager.prompt.instruction) == ("receiving.ended_unordered", "receiving.scan_order")
    with warehouse.desk.transaction() as session:
        moved = session.rows("SELECT DISTINCT p.kind, m.reason, m.document_line_id FROM stock_move m"
                             " JOIN posting p ON p.id = m.posting_id WHERE m.reverses IS NULL AND p.kind <> 'undo'"
                             " AND m.reason = 'NO_ORDER'")  # fmt: skip
    assert {(row["kind"], row["document_line_id"]) for row in moved} == {("receipt_blind", None)}
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 12
    assert warehouse.count("discrepancy") == 0
    assert warehouse.prove() == []


def test_who_may_not_receive_without_an_order_is_not_asked(warehouse: Site) -> None:
    clerk = Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)
    assert "NO_ORDER" not in clerk.prompt.commands
    clerk.key("NO_ORDER")
    assert (clerk.level, clerk.said) == (Level.ERROR, "permission.missing")
    clerk.scan("WIDGET")
    assert clerk.said == "receiving.no_order_for_item"


def test_goods_that_would_be_inspected_come_in_on_hold_when_they_have_no_order(
    warehouse: Site, manager: Conversation
) -> None:
    with warehouse.desk.transaction() as session:
        rule = {"name": "all", "when": [], "then": {"method": "all"}}
        policies.save_rules(
            session,
            uuid.uuid4(),
            capability="quality",
            document={"rules": [rule]},
            version=0,
            scope="item",
            scope_id=warehouse.items["WIDGET"],
        )
    manager.key("NO_ORDER")
    manager.scan("WIDGET")
    assert (manager.level, manager.said) == (Level.WARNING, "receiving.booked_unordered")
    with warehouse.desk.transaction() as session:
        held = session.rows("SELECT status FROM stock_balance WHERE on_hand > 0")
    assert [row["status"] for row in held] == ["quarantined"]


def test_an_order_scanned_among_goods_without_one_is_received_as_such(warehouse: Site, manager: Conversation) -> None:
    manager.key("NO_ORDER")
    manager.scan(order(warehouse, ("WIDGET", 5)))
    manager.scan("WIDGET")
    assert manager.prompt.count is not None
    assert (manager.said, manager.prompt.count.total) == ("receiving.booked", "5")
