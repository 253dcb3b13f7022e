"""Announced pallets at the dock, several orders of one supplier at once, and what is found wrong."""

import json
import uuid
from decimal import Decimal
from typing import Any

import pytest

from app.database.session import Row
from app.dialogs.dialog import Level
from app.dialogs.receiving import RECEIVING
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import order
from tests.support import Site

PALLET, OTHER = "340123450000000017", "340123450000000024"


@pytest.fixture
def dock(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)


def announce(site: Site, *lines: dict[str, Any], number: str = "DES-1") -> str:
    """An announcement of ACME's with these lines (sku, qty, unit, order, lot, …); returns its number."""
    with site.desk.transaction() as session:
        made = session.row(
            "SELECT save_asn(%(request)s, %(warehouse)s, %(partner)s, %(number)s, %(number)s, NULL,"
            " (SELECT jsonb_agg(x || jsonb_build_object('item', i.id, 'uom', i.base_uom) ORDER BY n)"
            "  FROM jsonb_array_elements(%(lines)s::jsonb) WITH ORDINALITY AS t (x, n)"
            "  JOIN item i ON i.sku = x ->> 'sku'))"
            " ->> 'number' AS number",
            request=uuid.uuid4(),
            warehouse=site.warehouse,
            partner=site.partners["ACME"],
            number=number,
            lines=json.dumps(lines),
        )
    assert made is not None
    return str(made["number"])


def line(sku: str, qty: int, unit: str = PALLET, **more: object) -> dict[str, Any]:
    return {"sku": sku, "qty": qty, "unit": unit, "order": "", **more}


def found(site: Site) -> list[Row]:
    """The discrepancies that count, oldest first."""
    with site.desk.transaction() as session:
        return session.rows(
            "SELECT d.kind, i.sku, d.qty, d.cost FROM discrepancy d JOIN item i ON i.id = d.item_id"
            " WHERE discrepancy_counts(d.id) ORDER BY d.id"
        )


def progress(site: Site, number: str) -> Decimal:
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT coalesce(sum(g.qty), 0) AS qty FROM document d JOIN document_line l ON l.document_id = d.id"
            " LEFT JOIN line_progress g ON g.document_line_id = l.id WHERE d.number = %(number)s",
            number=number,
        )
    assert row is not None
    return Decimal(row["qty"])


def decision(site: Site, number: str) -> str:
    with site.desk.transaction() as session:
        row = session.row("SELECT decision FROM document WHERE number = %(number)s", number=number)
    assert row is not None
    return str(row["decision"])


def test_one_scan_of_an_announced_pallet_receives_all_of_it(warehouse: Site, dock: Conversation) -> None:
    announce(
        warehouse, line("WIDGET", 40), line("MILK", 12, lot="L7", expiry="2099-01-31"), line("DRILL", 1, serial="S-1")
    )
    dock.scan(PALLET)
    assert (dock.said, dock.prompt.document) == ("receiving.unit_booked", "DES-1")
    assert [warehouse.stock(sku, "DOCK1")[0] for sku in ("WIDGET", "MILK", "DRILL")] == [40, 12, 1]
    assert dock.prompt.rows[0].state == "done"
    with warehouse.desk.transaction() as session:
        (row,) = session.rows("SELECT count(*) AS n FROM posting WHERE kind = 'receipt'")
    assert row["n"] == 1
    assert warehouse.prove() == []


def test_it_takes_four_round_trips(warehouse: Site, dock: Conversation) -> None:
    announce(warehouse, line("WIDGET", 40), line("MILK", 12, lot="L7", expiry="2099-01-31"))
    dock.scan(PALLET)
    assert dock.runner.round_trips <= 4


def test_goods_that_were_ordered_count_for_their_order_and_close_it(warehouse: Site, dock: Conversation) -> None:
    number = order(warehouse, ("WIDGET", 60))
    announce(warehouse, line("WIDGET", 40, order=number), line("WIDGET", 20, OTHER))
    dock.scan(PALLET)
    assert progress(warehouse, number) == 40
    dock.scan(OTHER)
    assert dock.prompt.instruction == "receiving.all_received"
    dock.key("DONE")
    assert dock.said == "receiving.ended"
    assert (decision(warehouse, number), decision(warehouse, "DES-1")) == ("closed", "closed")
    assert found(warehouse) == []


def test_a_pallet_is_received_once_and_undo_awaits_it_again(warehouse: Site, dock: Conversation) -> None:
    announce(warehouse, line("WIDGET", 40))
    dock.scan(PALLET)
    dock.scan(PALLET)
    assert (dock.level, dock.said) == (Level.ERROR, "asn.unit_received")
    dock.key("UNDO")
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 0
    dock.scan(PALLET)
    assert dock.said == "receiving.unit_booked"
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 40
    assert warehouse.prove() == []


def test_two_clerks_who_scan_one_pallet_receive_it_once(warehouse: Site, dock: Conversation) -> None:
    announce(warehouse, line("WIDGET", 40))
    other = Conversation(warehouse.station("bench1", "MANAGER1"), RECEIVING, warehouse)
    dock.scan(PALLET)
    other.scan(PALLET)
    assert other.said == "asn.unit_received"
    with warehouse.desk.transaction() as session:  # also where the second one saw it before the first one booked
        row = session.row(
            "SELECT d.id AS asn, u.id AS unit FROM document d, handling_unit u"
            " WHERE d.number = 'DES-1' AND u.sscc = %(unit)s",
            unit=PALLET,
        )
        assert row is not None
        with pytest.raises(Exception, match=r"asn\.unit_received"):
            session.call(
                "receive_unit", request=uuid.uuid4(), asn=row["asn"], unit=row["unit"], dock=warehouse.places["DOCK1"],
                statuses=["available"],
            )  # fmt: skip
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 40


def test_more_than_ordered_on_a_pallet_is_confirmed_noted_and_beyond_the_tolerance_refused(
    warehouse: Site, dock: Conversation
) -> None:
    number = order(warehouse, ("WIDGET", 40), tolerance="0.05")
    announce(warehouse, line("WIDGET", 42, order=number), line("GADGET", 3))
    dock.scan(PALLET)
    assert (dock.level, dock.said) == (Level.WARNING, "receiving.over_within_tolerance")
    assert warehouse.stock("GADGET", "DOCK1")[0] == 0
    dock.scan(PALLET)
    assert dock.said == "receiving.unit_booked"
    assert [(row["kind"], row["sku"], row["qty"]) for row in found(warehouse)] == [("over", "WIDGET", 2)]
    announce(warehouse, line("WIDGET", 1, OTHER, order=number), number="DES-2")
    dock.scan(OTHER)
    assert dock.said == "receiving.over"
    assert warehouse.prove() == []


def test_goods_of_short_shelf_life_on_a_pallet_are_held(warehouse: Site, dock: Conversation) -> None:
    announce(warehouse, line("WIDGET", 4), line("MILK", 12, lot="OLD", expiry="2020-01-31"))
    dock.scan(PALLET)
    assert (dock.level, dock.said) == (Level.WARNING, "receiving.unit_booked_held")
    with warehouse.desk.transaction() as session:
        rows = session.rows("SELECT DISTINCT status FROM stock_balance WHERE on_hand > 0 ORDER BY 1")
    assert [row["status"] for row in rows] == ["available", "quarantined"]


def test_a_lot_with_two_expiry_dates_on_a_pallet_refuses_all_of_it(warehouse: Site, dock: Conversation) -> None:
    dated = [line("MILK", 2, lot="L7", expiry=date) for date in ("2099-01-31", "2099-02-28")]
    announce(warehouse, line("WIDGET", 4), *dated)
    dock.scan(PALLET)
    assert (dock.level, dock.said) == (Level.ERROR, "trace.other_date")
    assert dock.prompt.feedback is not None
    assert dock.prompt.feedback.facts == {"lot": "L7", "expiry": "2099-01-31"}
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 0
    assert warehouse.count("trace") == 0


def test_a_pallet_whose_lots_are_not_told_is_counted_piece_by_piece(warehouse: Site, dock: Conversation) -> None:
    announce(warehouse, line("MILK", 2))
    dock.scan(PALLET)
    assert (dock.level, dock.said) == (Level.ERROR, "receiving.unit_untold")
    dock.scan("DES-1")
    dock.key("COUNT_UNIT")
    assert dock.prompt.instruction == "receiving.scan_unit_to_count"
    dock.scan(PALLET)
    assert dock.said == "receiving.onto_unit"
    dock.scan("MILK")
    dock.scan("17301231" + "10LOT-A", "gs1-128")
    assert dock.said == "receiving.booked"
    dock.scan(PALLET)
    assert dock.said == "asn.unit_received"
    assert warehouse.stock("MILK", "DOCK1")[0] == 1


def test_what_was_announced_and_did_not_come_is_noted_as_short(warehouse: Site, dock: Conversation) -> None:
    number = order(warehouse, ("WIDGET", 60))
    announce(warehouse, line("WIDGET", 40, order=number), line("WIDGET", 20, OTHER, order=number))
    dock.scan(PALLET)
    dock.key("DONE")
    assert dock.said == "receiving.lines_open"
    dock.key("CLOSE_SHORT")
    assert [(row["kind"], row["qty"]) for row in found(warehouse)] == [("short", 20)]
    assert (decision(warehouse, "DES-1"), decision(warehouse, number)) == ("closed", "released")


def test_an_announcement_of_which_the_rest_comes_later_stays_open(warehouse: Site, dock: Conversation) -> None:
    announce(warehouse, line("WIDGET", 40), line("GADGET", 20, OTHER))
    dock.scan(PALLET)
    dock.key("DONE")
    dock.key("BACKORDER")
    assert decision(warehouse, "DES-1") == "released"
    dock.scan(OTHER)
    assert dock.said == "receiving.unit_booked"


def test_damaged_and_missing_goods_are_noted_with_their_worth_and_a_receipt_taken_back_takes_them_with_it(
    warehouse: Site, dock: Conversation
) -> None:
    with warehouse.desk.transaction() as session:
        session.change("UPDATE item SET standard_cost = 2.5 WHERE sku = 'WIDGET'")
    dock.scan(order(warehouse, ("WIDGET", 5)))
    dock.key("DAMAGED")
    dock.key("DAMAGED")
    dock.scan("WIDGET")
    assert dock.runner.round_trips <= 4
    assert [(row["kind"], row["qty"], row["cost"]) for row in found(warehouse)] == [("damaged", 1, Decimal("2.50"))]
    dock.key("UNDO")
    assert found(warehouse) == []
    dock.key("CANCEL")  # the next goods are not damaged after all
    dock.scan("WIDGET")
    dock.key("DONE")
    dock.key("CLOSE_SHORT")
    assert [(row["kind"], row["qty"], row["cost"]) for row in found(warehouse)] == [("short", 4, Decimal(10))]


def test_several_orders_of_one_supplier_are_received_at_once(warehouse: Site, dock: Conversation) -> None:
    first, second = order(warehouse, ("WIDGET", 2)), order(warehouse, ("WIDGET", 3), ("GADGET", 1))
    dock.scan(first)
    dock.scan(second)
    assert (dock.said, dock.prompt.document) == ("receiving.order_joined", f"{first}, {second}")
    for _ in range(4):
        dock.scan("WIDGET")
    dock.scan("GADGET")
    assert [progress(warehouse, one) for one in (first, second)] == [2, 3]
    dock.key("DONE")
    dock.key("BACKORDER")
    assert (decision(warehouse, first), decision(warehouse, second)) == ("closed", "released")


def test_goods_of_another_order_of_the_supplier_open_it_when_they_are_scanned_again(
    warehouse: Site, dock: Conversation
) -> None:
    first, second = order(warehouse, ("WIDGET", 2)), order(warehouse, ("GADGET", 1))
    dock.scan(first)
    dock.scan("GADGET")
    assert (dock.level, dock.said) == (Level.WARNING, "receiving.on_other_order")
    dock.scan("GADGET")
    assert (dock.said, dock.prompt.document) == ("receiving.order_joined", f"{first}, {second}")
    dock.scan("GADGET")
    assert progress(warehouse, second) == 1


def test_goods_that_nobody_ordered_are_noted_when_they_are_scanned_again(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 2)))
    dock.scan("GADGET")
    assert (dock.level, dock.said) == (Level.ERROR, "receiving.not_on_order")
    assert found(warehouse) == []
    dock.scan("GADGET")
    assert dock.said == "receiving.wrong_noted"
    assert [(row["kind"], row["sku"], row["qty"]) for row in found(warehouse)] == [("wrong_item", "GADGET", 1)]
    assert warehouse.stock("GADGET", "DOCK1")[0] == 0
    dock.key("UNDO")
    assert dock.said == "dialog.undo_outside"
