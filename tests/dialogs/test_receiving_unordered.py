"""Goods at the dock without an order in the hand: by their supplier's name, or with no order at all."""

import uuid

import pytest

from app.database import policies
from app.dialogs.dialog import Level
from app.dialogs.inspection import INSPECTION
from app.dialogs.receiving import RECEIVING
from app.domain.errors import Refusal
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import MILK_GTIN, order
from tests.support import Site, post


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


def rule(site: Site, scope: str, scope_id: uuid.UUID | None, *when: dict[str, object], **then: object) -> None:
    """From now on these goods are looked at so."""
    with site.desk.transaction() as session:
        policies.save_rules(
            session,
            uuid.uuid4(),
            capability="quality",
            document={"rules": [{"name": "all", "when": list(when), "then": then}]},
            version=0,
            scope=scope,
            scope_id=scope_id,
        )


def statuses(site: Site) -> dict[str, object]:
    with site.desk.transaction() as session:
        rows = session.rows("SELECT status, sum(on_hand) AS qty FROM stock_balance WHERE on_hand > 0 GROUP BY 1")
    return {row["status"]: row["qty"] for row in rows}


def test_goods_without_an_order_are_looked_at_judged_and_released_like_others(
    warehouse: Site, manager: Conversation
) -> None:
    rule(warehouse, "item", warehouse.items["WIDGET"], method="sample", aql="1.0")
    manager.key("NO_ORDER")
    manager.scan("WIDGET")
    assert (manager.level, manager.said) == (Level.WARNING, "receiving.booked_unordered")
    manager.key("QUANTITY")
    manager.key("ENTER", "19")
    assert statuses(warehouse) == {"quarantined": 20}

    bench = Conversation(warehouse.station("bench1", "RECEIVER1"), INSPECTION, warehouse)
    assert [row.cells[0] for row in bench.prompt.rows] == ["WIDGET"], "both scans are one lot"
    bench.scan("WIDGET")
    assert (bench.said, bench.prompt.count and bench.prompt.count.total) == ("quality.taken", "13")
    bench.key("PIECES")
    bench.key("ENTER", "13")
    assert "PHOTO" not in bench.prompt.commands
    assert "RETURN" not in [choice.value for choice in bench.prompt.choices], "nobody is known who sent it"
    bench.key("RETURN")
    assert bench.said == "dialog.not_now"
    bench.key("ACCEPT")
    assert (bench.said, statuses(warehouse)) == ("quality.decided_accept", {"available": 20})
    bench.key("UNDO")
    assert statuses(warehouse) == {"quarantined": 20}
    bench.key("REJECT")
    assert (bench.said, statuses(warehouse)) == ("quality.decided_reject", {"blocked": 20})
    assert warehouse.count("discrepancy") == 0, "there is no supplier to claim from"
    assert warehouse.prove() == []


def test_no_supplier_s_record_lets_goods_without_an_order_by(warehouse: Site, manager: Conversation) -> None:
    rule(warehouse, "company", None, method="skip_lot", qualifies_after=1, one_in=2)
    for _ in range(3):
        manager.key("NO_ORDER")
        manager.scan("WIDGET")
        manager.key("DONE")
    assert statuses(warehouse) == {"quarantined": 3}
    assert [row.cells[3] for row in Conversation(warehouse.station("bench1", "RECEIVER1"), INSPECTION, warehouse)
            .prompt.rows] == ["3 each"]  # fmt: skip


def test_numbered_pieces_without_an_order_are_judged_one_by_one_and_taken_back(
    warehouse: Site, manager: Conversation
) -> None:
    rule(warehouse, "warehouse", warehouse.warehouse, {"field": "quantity", "operator": "at_most", "value": 1},
         method="all")  # fmt: skip
    manager.key("NO_ORDER")
    manager.scan("DRILL")
    manager.key("SERIALS")
    manager.key("ENTER", "SN-1 .. SN-3")
    assert statuses(warehouse) == {"quarantined": 3}
    manager.key("DONE")
    manager.key("UNDO")
    manager.key("UNDO")
    assert statuses(warehouse) == {}
    bench = Conversation(warehouse.station("bench1", "RECEIVER1"), INSPECTION, warehouse)
    assert bench.prompt.instruction == "quality.all_done"
    assert warehouse.prove() == []


def test_goods_to_be_looked_at_are_not_received_as_usable_without_an_order_either(
    warehouse: Site, manager: Conversation
) -> None:
    """Whatever a client says: the database finds out by itself what must be looked at."""
    rule(warehouse, "item", warehouse.items["WIDGET"], method="all")
    station = warehouse.station("dock1", "MANAGER1")
    with pytest.raises(Refusal, match=r"quality\.comes_on_hold"), station.transaction() as session:
        post(session, warehouse, "receipt_blind", "WIDGET", "SUPPLIER", "DOCK1", 5, reason="NO_ORDER")
    assert statuses(warehouse) == {}


def test_an_order_scanned_among_goods_without_one_is_received_as_such(warehouse: Site, manager: Conversation) -> None:
    manager.key("NO_ORDER")
    manager.scan(order(warehouse, ("WIDGET", 5)))
    manager.scan("WIDGET")
    assert manager.prompt.count is not None
    assert (manager.said, manager.prompt.count.total) == ("receiving.booked", "5")
