"""Receiving at the dock, as the clerk experiences it."""

import uuid
from decimal import Decimal

import pytest

from app.database import printing
from app.dialogs.dialog import Level
from app.dialogs.receiving import RECEIVING
from tests.dialogs.conversation import Conversation
from tests.support import Site

MILK_GTIN = "04012345678918"


@pytest.fixture
def dock(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)


def order(site: Site, *lines: tuple[str, object], tolerance: object = 0) -> str:
    """A released purchase order; returns its number."""
    site.document("purchase_order", *lines, tolerance=tolerance)
    with site.desk.transaction() as session:
        row = session.row("SELECT number FROM document ORDER BY id DESC LIMIT 1")
    assert row is not None
    return str(row["number"])


def test_every_scan_of_goods_is_booked_at_once(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 24)))
    assert dock.said == "receiving.order_opened"
    dock.scan("WIDGET")
    dock.scan("WIDGET")
    assert dock.said == "receiving.booked"
    assert dock.prompt.count is not None
    assert (dock.prompt.count.done, dock.prompt.count.total) == ("2", "24")
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 2
    assert warehouse.prove() == []


def test_a_step_needs_four_round_trips_at_most(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 24)))
    dock.scan("WIDGET")
    assert dock.runner.round_trips <= 4


def test_lot_and_expiry_come_from_one_gs1_scan(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("MILK", 10)))
    dock.scan(f"01{MILK_GTIN}17301231" + "10LOT-A\x1d37" + "4", "gs1-128")
    assert dock.said == "receiving.booked"
    assert warehouse.stock("MILK", "DOCK1")[0] == 4
    assert dock.prompt.item is not None
    assert ("caption.lot", "LOT-A") in dock.prompt.item.details


def test_lot_and_expiry_may_come_in_a_second_code(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("MILK", 10)))
    dock.scan("MILK")
    assert (dock.said, dock.prompt.instruction) == ("receiving.lot_wanted", "receiving.scan_lot")
    assert warehouse.stock("MILK", "DOCK1")[0] == 0
    dock.scan("17301231" + "10LOT-A", "gs1-128")
    assert dock.said == "receiving.booked"


def test_lot_and_expiry_may_be_typed(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("MILK", 10)))
    dock.scan("MILK")
    dock.key("LOT")
    dock.key("ENTER", "LOT-B")
    assert (dock.said, dock.prompt.instruction) == ("receiving.expiry_wanted", "receiving.scan_expiry")
    dock.key("EXPIRY")
    for unclear in ("31/12/2030", "31.02.2030", "12.2030"):
        dock.key("ENTER", unclear)
        assert dock.said == "receiving.date_unreadable"
    dock.key("ENTER", "31.12.2030")
    assert dock.said == "receiving.booked"


def test_a_number_can_be_typed_instead_of_scanning_each(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 24)))
    dock.scan("WIDGET")
    dock.key("QUANTITY")
    dock.key("ENTER", "0")
    assert dock.level is Level.ERROR
    dock.key("ENTER", "23")
    assert dock.prompt.instruction == "receiving.all_received"
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 24


def test_more_than_ordered_is_refused(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 1)))
    dock.scan("WIDGET")
    dock.scan("WIDGET")
    assert dock.said == "receiving.over"
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 1


def test_a_little_more_is_confirmed_by_the_same_scan_and_by_no_other(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 20), ("GADGET", 5), tolerance="0.05"))
    dock.scan("WIDGET")
    dock.key("QUANTITY")
    dock.key("ENTER", "19")
    dock.scan("WIDGET")
    assert (dock.level, dock.said) == (Level.WARNING, "receiving.over_within_tolerance")
    dock.scan("GADGET")
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 20
    dock.scan("WIDGET")
    dock.scan("WIDGET")
    assert dock.said == "receiving.booked"
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 21


def test_expired_goods_are_held(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("MILK", 10)))
    dock.scan(f"01{MILK_GTIN}17200131" + "10OLD", "gs1-128")
    assert dock.said == "receiving.booked_expired"
    with warehouse.desk.transaction() as session:
        statuses = session.rows("SELECT status FROM stock_balance WHERE on_hand > 0")
    assert [row["status"] for row in statuses] == ["quarantined"]


def test_damaged_goods_are_booked_as_such_in_the_same_step(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 10)))
    dock.key("DAMAGED")
    dock.key("DAMAGED")
    dock.scan("WIDGET")
    assert dock.said == "receiving.booked_damaged"
    dock.scan("WIDGET")
    assert dock.said == "receiving.booked"


@pytest.mark.parametrize(
    ("scan", "code"),
    [
        ("NO-SUCH-THING", "scan.unknown_code"),
        ("WH001-STO-R01", "scan.wrong_kind"),
        ("GADGET", "receiving.not_on_order"),
        ("4012345678902", "code.check_digit"),
    ],
)
def test_a_wrong_scan_changes_nothing_and_says_why(warehouse: Site, dock: Conversation, scan: str, code: str) -> None:
    dock.scan(order(warehouse, ("WIDGET", 10)))
    dock.scan(scan)
    assert (dock.level, dock.said) == (Level.ERROR, code)
    assert warehouse.count("stock_move") == 0
    assert warehouse.count("scan_event") == 2


def test_undo_takes_the_last_booking_back(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 10)))
    dock.scan("WIDGET")
    dock.scan("WIDGET")
    dock.scan("NO-SUCH-THING")
    dock.scan("SH-CMD-UNDO")
    assert dock.said == "dialog.undone"
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 1
    dock.key("UNDO")
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 0
    dock.key("UNDO")
    dock.key("UNDO")
    assert dock.said == "dialog.nothing_to_undo"
    assert warehouse.prove() == []


def test_the_same_event_twice_is_one_booking(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 10)))
    event = uuid.uuid4()
    first = dock.scan("WIDGET", event=event)
    assert dock.scan("WIDGET", event=event) == first
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 1


def test_work_goes_on_where_it_stopped(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("WIDGET", 10)))
    dock.scan("WIDGET")
    again = Conversation(dock.worker.database, RECEIVING, warehouse)
    assert again.runner.recovered
    assert again.prompt.count is not None
    assert again.prompt.count.done == "1"


def test_what_is_missing_can_be_closed_short(warehouse: Site, dock: Conversation) -> None:
    number = order(warehouse, ("WIDGET", 10))
    dock.scan(number)
    dock.scan("WIDGET")
    dock.key("DONE")
    assert dock.said == "receiving.lines_open"
    dock.key("CLOSE_SHORT")
    assert dock.said == "receiving.ended"
    dock.scan(number)
    assert dock.said == "receiving.order_not_released"


def test_goods_without_an_order_lead_to_the_orders_that_hold_them(warehouse: Site, dock: Conversation) -> None:
    order(warehouse, ("WIDGET", 10))
    dock.scan("WIDGET")
    assert dock.said == "receiving.which_order"
    dock.key(dock.prompt.choices[0].value)
    dock.scan("WIDGET")
    assert warehouse.stock("WIDGET", "DOCK1")[0] == Decimal(1)


def labels(site: Site) -> list[dict[str, str]]:
    with site.desk.transaction() as session:
        return [dict(row["content"]) for row in session.rows("SELECT content FROM print_job ORDER BY id")]


def test_goods_are_received_onto_a_new_pallet_and_its_label_says_what_stands_on_it(
    warehouse: Site, dock: Conversation
) -> None:
    with warehouse.desk.transaction() as session:
        printing.save_printer(session, name="zebra_1", dpi=203, confirms="odometer", serial="")
    number = order(warehouse, ("WIDGET", 24))
    dock.scan(number)
    dock.key("NEW_UNIT")
    dock.key("PALLET")
    assert dock.said == "receiving.onto_unit"
    dock.scan("WIDGET")
    assert dock.runner.round_trips <= 4
    dock.key("QUANTITY")
    dock.key("ENTER", "11")
    assert labels(warehouse) == []
    dock.key("UNIT_DONE")
    assert dock.said == "receiving.unit_labelled"
    [label] = labels(warehouse)
    assert label["contents"].startswith("12 each WIDGET")
    assert label["document"] == number
    dock.scan("WIDGET")
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 13
    dock.key("DONE")
    dock.key("BACKORDER")
    assert len(labels(warehouse)) == 1, "what stands on the floor needs no label"
    assert warehouse.prove() == []


def test_what_the_new_unit_is_is_asked_and_stands_on_its_label(warehouse: Site, dock: Conversation) -> None:
    with warehouse.desk.transaction() as session:
        printing.save_printer(session, name="zebra_1", dpi=203, confirms="odometer", serial="")
    dock.scan(order(warehouse, ("WIDGET", 1)))
    dock.key("NEW_UNIT")
    assert [choice.value for choice in dock.prompt.choices] == ["PALLET", "CASE", "TOTE", "CARTON"]
    dock.scan("WIDGET")
    assert dock.said == "receiving.answer_first"
    dock.key("CASE")
    dock.scan("WIDGET")
    dock.key("DONE")
    assert [label["kind"] for label in labels(warehouse)] == ["Case"]


def test_a_pallet_that_is_in_use_when_the_receipt_ends_gets_its_label(warehouse: Site, dock: Conversation) -> None:
    with warehouse.desk.transaction() as session:
        printing.save_printer(session, name="zebra_1", dpi=203, confirms="odometer", serial="")
    dock.scan(order(warehouse, ("WIDGET", 1)))
    dock.key("NEW_UNIT")
    dock.key("PALLET")
    dock.scan("WIDGET")
    dock.key("DONE")
    assert len(labels(warehouse)) == 1


def test_a_unit_is_taken_by_scan_only_with_an_order_and_only_at_the_dock(warehouse: Site, dock: Conversation) -> None:
    with warehouse.desk.transaction() as session:
        for name, place in (("PAL-DOCK", "DOCK1"), ("PAL-BIN", "R01")):
            session.row(
                "SELECT id FROM create_handling_unit('pallet', %(w)s, %(place)s, %(name)s)",
                w=warehouse.warehouse,
                place=warehouse.places[place],
                name=name,
            )
    dock.scan("PAL-DOCK")
    assert dock.said == "receiving.order_first"
    dock.scan(order(warehouse, ("WIDGET", 2)))
    dock.scan("PAL-BIN")
    assert dock.said == "receiving.unit_elsewhere"
    dock.scan("PAL-DOCK")
    dock.scan("WIDGET")
    assert dock.prompt.item is not None
    assert ("caption.handling_unit", "PAL-DOCK") in dock.prompt.item.details


def test_goods_of_a_lot_on_hold_are_said_to_come_in_held(warehouse: Site, dock: Conversation) -> None:
    dock.scan(order(warehouse, ("MILK", 10)))
    dock.scan(f"01{MILK_GTIN}17301231" + "10LOT-A\x1d37" + "4", "gs1-128")
    assert dock.said == "receiving.booked"
    with warehouse.desk.transaction() as session:
        session.row(
            "SELECT hold_trace(%(request)s, %(w)s, id, 'blocked', 'QUALITY') FROM trace WHERE lot = 'LOT-A'",
            request=uuid.uuid4(),
            w=warehouse.warehouse,
        )
    dock.scan(f"01{MILK_GTIN}17301231" + "10LOT-A\x1d37" + "2", "gs1-128")
    assert (dock.said, dock.level) == ("receiving.booked_lot_held", Level.WARNING)
    assert dock.prompt.feedback is not None
    assert dock.prompt.feedback.facts["status"] == "blocked"
    assert warehouse.prove() == []
