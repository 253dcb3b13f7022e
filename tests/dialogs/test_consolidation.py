"""Totes of an order come together from two zones; what was picked into one tote is sorted into the orders' own."""

import pytest

from app.dialogs.consolidation import CONSOLIDATION
from app.dialogs.dialog import Level
from app.dialogs.packing import PACKING
from app.services import order_desk
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.conversation import Conversation
from tests.dialogs.picker import agree, held, order
from tests.dialogs.walks import walk
from tests.support import Site


@pytest.fixture
def sorter(warehouse: Site) -> Conversation:
    """Somebody at the lane."""
    return Conversation(warehouse.station("dock1", "OPERATOR2"), CONSOLIDATION, warehouse)


def lane(site: Site) -> None:
    """A place for totes beside the carts', and a second zone with one bin."""
    with site.superuser() as connection:
        connection.execute(
            "INSERT INTO location (warehouse_id, parent_id, kind, name, address, walk_position)"
            " SELECT warehouse_id, parent_id, 'tote', 'LANE1', 'WH001-OUT-LANE1', 900 FROM location WHERE id = %s",
            [site.places["TOTE"]],
        )
        connection.execute(
            "WITH zone AS (INSERT INTO location (warehouse_id, kind, name, address)"
            " VALUES (%s, 'zone', 'ICE', 'WH001-ICE') RETURNING id)"
            " UPDATE location SET parent_id = (SELECT id FROM zone) WHERE id = %s",
            [site.warehouse, site.places["R03"]],
        )


def pick(picker: Conversation, number: str, tote: str, *scans: str) -> None:
    """Pick a walk of one order into a new tote."""
    for scan in (number, tote, tote, *scans):
        picker.scan(scan)
    assert picker.said == "picking.walk_picked", picker.said


def test_totes_of_two_zones_come_together_and_the_last_one_completes_the_order(
    warehouse: Site, picker: Conversation, sorter: Conversation
) -> None:
    lane(warehouse)
    warehouse.put("WIDGET", "R01", 5)
    warehouse.put("GADGET", "R03", 5)
    number = order(warehouse, ("WIDGET", 1), ("GADGET", 1))
    with warehouse.desk.transaction() as session:
        rows = session.rows(
            "SELECT name, id FROM location WHERE kind = 'zone' AND warehouse_id = %(here)s", here=warehouse.warehouse
        )
    zones = {row["name"]: row["id"] for row in rows}
    first, second = walk(warehouse, number, zone=zones["STO"]), walk(warehouse, number, zone=zones["ICE"])
    pick(picker, first, "T-1", "WH001-STO-R01", "WIDGET", "T-1")
    assert picker.prompt.feedback is not None
    sorter.scan("T-1")
    assert (sorter.prompt.instruction, sorter.prompt.facts["place"]) == ("consolidation.bring", "WH001-OUT-LANE1")
    sorter.scan("WH001-STO-R01")
    assert (sorter.level, sorter.said) == (Level.ERROR, "consolidation.wrong_place")
    sorter.scan("WH001-OUT-LANE1")
    assert sorter.said == "consolidation.waits_for_picks"
    pick(picker, second, "T-2", "WH001-STO-R03", "GADGET", "T-2")
    sorter.scan("T-1")
    assert sorter.said == "consolidation.waits_for_totes"
    sorter.scan("T-2")
    sorter.scan("T-1")
    assert sorter.said == "consolidation.tote_in_hand"
    sorter.scan("WH001-OUT-LANE1")
    assert (sorter.level, sorter.said) == (Level.DONE, "consolidation.complete")
    sorter.key("UNDO")
    sorter.scan("WH001-OUT-LANE1")
    assert sorter.said == "consolidation.complete"
    agree(warehouse)
    packer = Conversation(warehouse.station("bench1", "OPERATOR1"), PACKING, warehouse)
    packer.scan("T-1")
    packer.scan("WIDGET")
    packer.scan("GADGET")
    assert held(warehouse, "GADGET", "STAGE1") == [1, 1]
    agree(warehouse)


def test_a_shared_tote_is_sorted_until_it_is_empty(warehouse: Site, picker: Conversation, sorter: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    number = walk(warehouse, order(warehouse, ("WIDGET", 2)), order(warehouse, ("WIDGET", 1)), mode="sort")
    pick(picker, number, "T-1", "WH001-STO-R01", "WIDGET", "WIDGET", "WIDGET")
    stranger = order(warehouse, ("WIDGET", 1))
    picker.scan(stranger)
    picker.scan("T-9")
    picker.scan("T-9")
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    sorter.scan("T-7")
    sorter.scan("T-1")
    assert (sorter.said, sorter.prompt.instruction) == ("consolidation.sorts", "consolidation.scan_goods")
    sorter.scan("GADGET")
    assert sorter.said == "consolidation.not_inside"
    sorter.scan("WIDGET")
    assert (sorter.prompt.instruction, sorter.prompt.facts["slot"]) == ("consolidation.put_into_any", "1")
    sorter.scan("T-9")
    assert sorter.said == "picking.tote_in_use"
    sorter.key("QUANTITY")
    sorter.key("ENTER", "1")
    sorter.scan("T-2")
    sorter.scan("T-2")
    assert sorter.said == "consolidation.into"
    sorter.scan("WIDGET")
    assert sorter.prompt.instruction == "consolidation.put_into"
    sorter.scan("T-2")
    sorter.key("CANCEL")
    assert sorter.said == "consolidation.not_empty"
    sorter.scan("T-1")
    sorter.scan("WIDGET")
    sorter.scan("T-2")
    assert sorter.said == "picking.tote_in_use"
    sorter.key("NEW_TOTE")
    assert (sorter.level, sorter.said) == (Level.WARNING, "consolidation.last_tote_made_by_hand")
    assert sorter.prompt.instruction == "consolidation.scan_tote", "everything is sorted"
    sorter.scan("T-1")
    assert sorter.said == "consolidation.tote_empty"
    agree(warehouse)


def test_goods_of_an_order_that_ends_meanwhile_stay_in_the_shared_tote(
    warehouse: Site, picker: Conversation, sorter: Conversation
) -> None:
    warehouse.put("WIDGET", "R01", 10)
    goes, ends = order(warehouse, ("WIDGET", 2)), order(warehouse, ("WIDGET", 1))
    number = walk(warehouse, ends, goes, mode="sort")
    pick(picker, number, "T-1", "WH001-STO-R01", "WIDGET", "WIDGET", "WIDGET")
    sorter.scan("T-1")
    sorter.scan("WIDGET")
    assert sorter.prompt.facts["slot"] == "1"
    desk = Worker(warehouse.login("desk_manager"), Changes())
    desk.run(lambda unit: order_desk.cancel(unit, ends, reason="ORDERED_TWICE"))
    sorter.scan("T-2")
    assert (sorter.level, sorter.said) == (Level.ERROR, "consolidation.stays")
    sorter.scan("WIDGET")
    assert sorter.prompt.facts["slot"] == "2", "the other order's goods come next"
    sorter.scan("T-2")
    sorter.scan("T-2")
    assert (sorter.level, sorter.said) == (Level.DONE, "consolidation.sorted_but")
    sorter.scan("T-1")
    assert sorter.said == "consolidation.order_ended"
    agree(warehouse)
