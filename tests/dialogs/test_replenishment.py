"""Pick faces are refilled from reserve, as the person with the goods in hand experiences it."""

import pytest

from app.dialogs.dialog import Level
from app.dialogs.replenishment import REPLENISHMENT
from tests.dialogs.conversation import Conversation
from tests.support import Site


@pytest.fixture
def carrier(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("bench1", "OPERATOR1"), REPLENISHMENT, warehouse)


def keep(site: Site, place: str, sku: str, minimum: int, maximum: int) -> None:
    with site.superuser() as connection:
        connection.execute(
            "INSERT INTO pick_face (location_id, warehouse_id, item_id, minimum, maximum) VALUES (%s, %s, %s, %s, %s)",
            [site.places[place], site.warehouse, site.items[sku], minimum, maximum],
        )


def plan(site: Site) -> int:
    with site.desk.transaction() as session:
        made: int = session.call("plan_replenishment", warehouse=site.warehouse)
    return made


def tasks(site: Site) -> list[tuple[object, ...]]:
    """Source, face, quantity left and state of every refill, in the order in which they were made."""
    with site.desk.transaction() as session:
        rows = session.rows(
            "SELECT s.name AS source, f.name AS face, t.qty - t.done_qty AS open, t.state FROM task t"
            " JOIN location s ON s.id = t.from_location_id JOIN location f ON f.id = t.to_location_id"
            " WHERE t.kind = 'replenish' ORDER BY t.id"
        )
    return [(row["source"], row["face"], int(row["open"]), row["state"]) for row in rows]


def held(site: Site, sku: str, place: str) -> int:
    return int(site.stock(sku, place)[0])


def test_a_face_below_its_minimum_is_filled_up_to_its_maximum(warehouse: Site, carrier: Conversation) -> None:
    keep(warehouse, "R01", "WIDGET", 10, 30)
    warehouse.put("WIDGET", "R01", 4)
    warehouse.put("WIDGET", "R05", 100)
    assert plan(warehouse) == 1
    assert plan(warehouse) == 0, "what is asked for already is not asked for twice"
    carrier.key("NEXT")
    assert carrier.prompt.instruction == "replenishment.scan_source"
    assert carrier.prompt.facts == {
        "source": "WH001-STO-R05", "face": "WH001-STO-R01", "sku": "WIDGET", "amount": "26 × WIDGET",
    }  # fmt: skip
    for scan, then in (
        ("WH001-STO-R05", "replenishment.scan_goods"),
        ("WIDGET", "replenishment.scan_face"),
        ("WH001-STO-R01", "replenishment.nothing_to_do"),
    ):
        carrier.scan(scan)
        assert carrier.runner.round_trips <= 4
        assert carrier.prompt.instruction == then or carrier.said == "replenishment.booked"
    assert (held(warehouse, "WIDGET", "R01"), held(warehouse, "WIDGET", "R05")) == (30, 74)
    assert plan(warehouse) == 0
    assert warehouse.prove() == []


def test_a_face_that_its_picks_will_empty_is_refilled_ahead(warehouse: Site) -> None:
    keep(warehouse, "R01", "WIDGET", 5, 20)
    warehouse.put("WIDGET", "R01", 15)
    warehouse.put("WIDGET", "R05", 100)
    assert plan(warehouse) == 0
    line = warehouse.order_line("WIDGET", 12)
    with warehouse.desk.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 12)
    assert plan(warehouse) == 1
    assert tasks(warehouse) == [("R05", "R01", 5, "open")]


def test_what_expires_first_is_fetched_first_from_as_many_bins_as_it_takes(warehouse: Site) -> None:
    keep(warehouse, "R01", "MILK", 5, 20)
    for place, lot, expiry in (("R03", "LATE", "2032-01-01"), ("R06", "SOON", "2031-01-01")):
        warehouse.put("MILK", place, 12, trace=warehouse.trace("MILK", lot=lot, expiry=expiry))
    assert plan(warehouse) == 2
    assert tasks(warehouse) == [("R06", "R01", 12, "open"), ("R03", "R01", 8, "open")]


def test_wrong_scans_book_nothing_and_say_what_to_scan(warehouse: Site, carrier: Conversation) -> None:
    keep(warehouse, "R01", "MILK", 5, 20)
    warehouse.put("MILK", "R03", 12, trace=warehouse.trace("MILK", lot="A", expiry="2031-01-01"))
    plan(warehouse)
    carrier.scan("WH001-STO-R03")
    assert carrier.said == "replenishment.press_next_first"
    carrier.key("NEXT")
    carrier.scan("WH001-STO-R04")
    assert (carrier.level, carrier.said) == (Level.ERROR, "replenishment.wrong_place")
    carrier.scan("WH001-STO-R03")
    carrier.scan("WIDGET")
    assert carrier.said == "replenishment.wrong_item"
    carrier.scan("01040123456789181731010110B", "gs1-128")
    assert carrier.said == "replenishment.wrong_lot"
    carrier.scan("01040123456789181731010110A", "gs1-128")
    assert carrier.prompt.instruction == "replenishment.scan_face"
    carrier.scan("WH001-STO-R03")
    assert carrier.said == "replenishment.wrong_place"
    assert held(warehouse, "MILK", "R03") == 12
    carrier.scan("WH001-STO-R01")
    assert held(warehouse, "MILK", "R01") == 12


def test_a_part_is_brought_and_the_rest_stays_to_be_done(warehouse: Site, carrier: Conversation) -> None:
    keep(warehouse, "R01", "WIDGET", 5, 24)
    warehouse.put("WIDGET", "R05", 100)
    plan(warehouse)
    carrier.key("NEXT")
    carrier.key("QUANTITY")
    carrier.scan("WIDGET")
    assert carrier.said == "replenishment.answer_first"
    carrier.key("ENTER", "25")
    assert carrier.said == "replenishment.less_asked"
    carrier.key("ENTER", "1 case")
    for scan in ("WH001-STO-R05", "WIDGET", "WH001-STO-R01"):
        carrier.scan(scan)
    assert carrier.said == "replenishment.booked_part"
    assert tasks(warehouse) == [("R05", "R01", 12, "open")]
    assert held(warehouse, "WIDGET", "R01") == 12


def test_a_refill_whose_goods_are_missing_ends_and_the_bin_is_to_be_counted(
    warehouse: Site, carrier: Conversation
) -> None:
    keep(warehouse, "R01", "WIDGET", 5, 24)
    warehouse.put("WIDGET", "R05", 100)
    plan(warehouse)
    carrier.key("NEXT")
    carrier.key("SHORT")
    assert carrier.said == "replenishment.short"
    assert tasks(warehouse) == [("R05", "R01", 24, "cancelled")]
    with warehouse.desk.transaction() as session:
        counted = session.row("SELECT from_location_id FROM task WHERE kind = 'count' AND state = 'open'")
    assert counted == {"from_location_id": warehouse.places["R05"]}


def test_an_order_that_takes_the_goods_meanwhile_comes_first(warehouse: Site, carrier: Conversation) -> None:
    keep(warehouse, "R01", "WIDGET", 5, 20)
    warehouse.put("WIDGET", "R05", 20)
    plan(warehouse)
    carrier.key("NEXT")
    line = warehouse.order_line("WIDGET", 15)
    with warehouse.desk.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R05", 15)
    for scan in ("WH001-STO-R05", "WIDGET", "WH001-STO-R01"):
        carrier.scan(scan)
    assert carrier.said == "stock.not_enough"
    assert held(warehouse, "WIDGET", "R01") == 0
    carrier.key("CANCEL")
    plan(warehouse)
    assert [one for one in tasks(warehouse) if one[3] == "open"] == [("R05", "R01", 5, "open")]
    assert warehouse.prove() == []


def test_two_people_never_carry_the_same_refill(warehouse: Site, carrier: Conversation) -> None:
    keep(warehouse, "R01", "WIDGET", 5, 24)
    warehouse.put("WIDGET", "R05", 100)
    plan(warehouse)
    other = Conversation(warehouse.station("dock1", "OPERATOR2"), REPLENISHMENT, warehouse)
    carrier.key("NEXT")
    other.key("NEXT")
    assert other.said == "replenishment.nothing_left"
    carrier.key("CANCEL")
    other.key("NEXT")
    assert other.prompt.instruction == "replenishment.scan_source"


def test_what_was_skipped_comes_again_when_nothing_else_is_left(warehouse: Site, carrier: Conversation) -> None:
    for place, sku in (("R01", "WIDGET"), ("R02", "GADGET")):
        keep(warehouse, place, sku, 5, 24)
        warehouse.put(sku, "R05", 100)
    plan(warehouse)
    carrier.key("NEXT")
    first = carrier.prompt.facts["sku"]
    carrier.key("SKIP")
    assert carrier.prompt.facts["sku"] != first
    carrier.key("SKIP")
    assert carrier.said == "replenishment.only_skipped"
    carrier.key("NEXT")
    assert carrier.prompt.facts["sku"] == first


def test_undo_brings_the_goods_back_and_the_refill_is_open_again(warehouse: Site, carrier: Conversation) -> None:
    keep(warehouse, "R01", "WIDGET", 5, 24)
    warehouse.put("WIDGET", "R05", 100)
    plan(warehouse)
    carrier.key("NEXT")
    for scan in ("WH001-STO-R05", "WIDGET", "WH001-STO-R01"):
        carrier.scan(scan)
    assert tasks(warehouse) == [("R05", "R01", 0, "done")]
    carrier.scan("SH-CMD-UNDO")
    assert held(warehouse, "WIDGET", "R01") == 0
    assert tasks(warehouse) == [("R05", "R01", 24, "open")]
    assert carrier.prompt.instruction == "replenishment.scan_face", "back where the goods were in hand"
    assert warehouse.prove() == []


def test_a_receiver_may_not_refill(warehouse: Site) -> None:
    keep(warehouse, "R01", "WIDGET", 5, 24)
    warehouse.put("WIDGET", "R05", 100)
    plan(warehouse)
    receiver = Conversation(warehouse.station("dock1", "RECEIVER1"), REPLENISHMENT, warehouse)
    receiver.key("NEXT")
    assert receiver.said == "permission.missing"
