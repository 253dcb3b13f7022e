"""An order that waits takes the goods at the dock, without a bin between."""

import uuid

import pytest

from app.dialogs.dialog import Level
from app.dialogs.packing import PACKING
from app.dialogs.putaway import PUTAWAY
from app.services import allocation
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.conversation import Conversation
from tests.support import Site


@pytest.fixture
def clerk(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "RECEIVER1"), PUTAWAY, warehouse)


def tote(site: Site, number: str = "TOTE-9") -> uuid.UUID:
    with site.desk.transaction() as session:
        return uuid.UUID(session.call("register_tote", warehouse=site.warehouse, number=number)["id"])


def held(site: Site, sku: str, place: str) -> tuple[int, int]:
    on_hand, reserved = site.stock(sku, place)
    return int(on_hand), int(reserved)


def test_an_order_that_waits_takes_the_goods_and_they_can_be_packed(warehouse: Site, clerk: Conversation) -> None:
    line = warehouse.order_line("WIDGET", 5)
    tote(warehouse)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    assert clerk.prompt.instruction == "putaway.go_to_order"
    assert (clerk.prompt.facts["amount"], clerk.prompt.facts["bin"]) == ("5 × WIDGET", "WH001-STO-R01")
    clerk.scan("TOTE-9")
    assert clerk.runner.round_trips <= 4
    assert (clerk.level, clerk.said) == (Level.OK, "putaway.crossed_part")
    assert held(warehouse, "WIDGET", "DOCK1") == (19, 0)
    assert held(warehouse, "WIDGET", "TOTE") == (5, 5)
    with warehouse.desk.transaction() as session:
        progress = session.row(
            "SELECT qty FROM line_progress WHERE document_line_id = %(l)s AND step = 'picked'", l=line
        )
    assert progress is not None
    assert progress["qty"] == 5
    clerk.key("NEXT")
    assert clerk.prompt.instruction == "putaway.go_to_bin", "the order has enough"
    worker = Worker(warehouse.desk, Changes())
    assert worker.run(lambda unit: allocation.allocate_waiting(unit, warehouse.warehouse)).reserved == ()
    packer = Conversation(warehouse.station("bench1", "OPERATOR1"), PACKING, warehouse)
    packer.scan("TOTE-9")
    packer.scan("WIDGET")
    assert packer.level is not Level.ERROR, packer.said
    assert warehouse.prove() == []


def test_the_bin_may_be_chosen_all_the_same(warehouse: Site, clerk: Conversation) -> None:
    warehouse.order_line("WIDGET", 5)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    clerk.scan(clerk.prompt.facts["bin"])
    assert clerk.said == "putaway.booked"
    assert held(warehouse, "WIDGET", "R01") == (24, 0)


def test_goods_that_do_not_keep_long_enough_are_not_offered(warehouse: Site, clerk: Conversation) -> None:
    warehouse.order_line("MILK", 5)
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET minimum_remaining_days = 400 WHERE sku = 'MILK'")
    soon = warehouse.trace("MILK", lot="SOON", expiry="2027-01-01")
    warehouse.put("MILK", "DOCK1", 5, trace=soon)
    clerk.scan("MILK")
    assert clerk.prompt.instruction == "putaway.go_to_bin"


def test_an_order_that_got_its_goods_meanwhile_takes_no_more(warehouse: Site, clerk: Conversation) -> None:
    line = warehouse.order_line("WIDGET", 5)
    tote(warehouse)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    warehouse.put("WIDGET", "R02", 5)
    with warehouse.desk.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R02", 5)
    clerk.scan("TOTE-9")
    assert (clerk.level, clerk.said) == (Level.ERROR, "putaway.order_has_enough")
    assert held(warehouse, "WIDGET", "DOCK1") == (24, 0)
    assert clerk.prompt.instruction == "putaway.go_to_bin"


def test_a_tote_with_goods_of_another_order_is_refused(warehouse: Site, clerk: Conversation) -> None:
    tote(warehouse)
    for _ in range(2):
        warehouse.order_line("WIDGET", 5)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    clerk.scan("TOTE-9")
    clerk.key("NEXT")
    clerk.scan("TOTE-9")
    assert clerk.said == "picking.tote_in_use"
    assert held(warehouse, "WIDGET", "TOTE") == (5, 5)


def test_undo_brings_the_goods_back_to_the_dock_and_they_belong_to_nobody(warehouse: Site, clerk: Conversation) -> None:
    warehouse.order_line("WIDGET", 5)
    tote(warehouse)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    clerk.scan("TOTE-9")
    clerk.scan("SH-CMD-UNDO")
    assert clerk.said == "dialog.undone"
    assert held(warehouse, "WIDGET", "DOCK1") == (24, 0)
    assert clerk.prompt.instruction == "putaway.go_to_order", "the order still waits"
    assert warehouse.prove() == []
