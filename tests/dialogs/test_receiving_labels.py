"""Labels of goods at the dock: with the booking by rule, on request for what does not scan, and without paper."""

import uuid

import pytest

from app.database import policies, printing
from app.dialogs.dialog import Level
from app.dialogs.receiving import RECEIVING
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import MILK_GTIN, order
from tests.dialogs.test_receiving_announced import PALLET, announce, line
from tests.support import Site


@pytest.fixture
def dock(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)


def printer(site: Site, name: str = "zebra_1") -> None:
    with site.desk.transaction() as session:
        printing.save_printer(session, name=name, dpi=203, confirms="odometer", serial="")


def rule(site: Site, labels: str) -> None:
    with site.desk.transaction() as session:
        policies.save(session, "receiving", {"rules": [{"name": "labels", "when": [], "then": {"labels": labels}}]})


def jobs(site: Site) -> list[tuple[str, int, dict[str, str], str]]:
    with site.desk.transaction() as session:
        rows = session.rows("SELECT template, copies, content, state FROM print_job ORDER BY id")
    return [(row["template"], row["copies"], row["content"], row["state"]) for row in rows]


def test_every_case_gets_a_label_with_its_lot_when_it_is_booked(warehouse: Site, dock: Conversation) -> None:
    printer(warehouse)
    rule(warehouse, "each")
    dock.scan(order(warehouse, ("MILK", 10)))
    dock.scan(f"01{MILK_GTIN}17301231" + "10LOT-A\x1d37" + "4", "gs1-128")
    assert dock.said == "receiving.goods_labelled"
    assert warehouse.stock("MILK", "DOCK1")[0] == 4
    ((template, copies, content, state),) = jobs(warehouse)
    assert (template, copies, state) == ("lot", 4, "QUEUED")
    assert {name: content[name] for name in ("sku", "lot", "expiry", "gtin")} == {
        "sku": "MILK",
        "lot": "LOT-A",
        "expiry": "2030-12-31",
        "gtin": MILK_GTIN,
    }
    dock.key("UNDO")
    assert warehouse.stock("MILK", "DOCK1")[0] == 0
    assert jobs(warehouse)[0][3] == "CANCELLED", "labels of goods that never came are not printed"


def test_held_goods_say_so_on_their_label(warehouse: Site, dock: Conversation) -> None:
    printer(warehouse)
    rule(warehouse, "one")
    dock.scan(order(warehouse, ("MILK", 10)))
    dock.scan(f"01{MILK_GTIN}17200131" + "10OLD", "gs1-128")
    ((template, copies, content, _),) = jobs(warehouse)
    assert (template, copies, content["status"]) == ("lot", 1, "QUARANTINED")


def test_each_piece_with_a_serial_number_gets_a_label_with_it(warehouse: Site, dock: Conversation) -> None:
    printer(warehouse)
    rule(warehouse, "one")
    dock.scan(order(warehouse, ("DRILL", 3)))
    dock.scan("DRILL")
    dock.key("SERIALS")
    dock.key("ENTER", "A01 .. A03")
    assert warehouse.stock("DRILL", "DOCK1")[0] == 3
    labels = [(template, copies, content["serial"]) for template, copies, content, _ in jobs(warehouse)]
    assert labels == [("item", 1, "A01"), ("item", 1, "A02"), ("item", 1, "A03")]


def test_goods_of_an_announced_pallet_are_labelled_with_its_scan_and_held_lots_say_so(
    warehouse: Site, dock: Conversation
) -> None:
    printer(warehouse)
    rule(warehouse, "each")
    announce(warehouse, line("WIDGET", 3), line("MILK", 2, lot="OLD", expiry="2020-01-31"))
    dock.scan(PALLET)
    assert (dock.said, dock.level) == ("receiving.held_labelled", Level.WARNING)
    found = [(template, copies, content.get("status", "")) for template, copies, content, _ in jobs(warehouse)]
    assert found == [("item", 3, ""), ("lot", 2, "QUARANTINED")]
    dock.key("UNDO")
    assert {state for *_, state in jobs(warehouse)} == {"CANCELLED"}


def test_goods_of_a_lot_that_is_held_here_say_so_on_labels_that_are_asked_for(
    warehouse: Site, dock: Conversation
) -> None:
    printer(warehouse)
    trace = warehouse.trace("MILK", lot="L9", expiry="2030-12-31")
    with warehouse.desk.transaction() as session:
        session.call("hold_trace", request=uuid.uuid4(), warehouse=warehouse.warehouse, trace=trace, status="blocked",
                     reason="QUALITY")  # fmt: skip
    dock.scan(order(warehouse, ("MILK", 10)))
    dock.scan(f"01{MILK_GTIN}17301231" + "10L9", "gs1-128")
    dock.key("LABELS")
    dock.key("ENTER", "1")
    assert [content["status"] for _, _, content, _ in jobs(warehouse)] == ["BLOCKED"]


def test_goods_whose_code_does_not_scan_are_typed_booked_and_labelled(warehouse: Site, dock: Conversation) -> None:
    """The code is torn: its number is typed into the scan box, which takes typed codes as scanned ones."""
    printer(warehouse)
    dock.scan(order(warehouse, ("WIDGET", 24)))
    dock.key("LABELS")
    assert dock.said == "dialog.not_now", "nothing is in hand yet"
    dock.scan("WIDGET")
    assert "LABELS" in dock.prompt.commands
    dock.key("LABELS")
    dock.key("ENTER", "none")
    assert dock.said == "receiving.label_count"
    dock.key("ENTER", "24")
    assert (dock.said, dock.prompt.facts["sku"]) == ("receiving.goods_labelled", "WIDGET")
    assert [(template, copies) for template, copies, _, _ in jobs(warehouse)] == [("item", 24)]


def test_without_a_printer_the_goods_are_booked_and_that_is_said(warehouse: Site, dock: Conversation) -> None:
    rule(warehouse, "each")
    dock.scan(order(warehouse, ("WIDGET", 24)))
    dock.scan("WIDGET")
    assert dock.said == "receiving.no_label_printer"
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 1
    assert jobs(warehouse) == []


def test_a_step_with_labels_needs_few_round_trips(warehouse: Site, dock: Conversation) -> None:
    printer(warehouse)
    rule(warehouse, "each")
    dock.scan(order(warehouse, ("WIDGET", 24)))
    dock.scan("WIDGET")
    assert dock.runner.round_trips <= 8, "facts, item, printer and the journal come on top"
