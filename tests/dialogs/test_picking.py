"""Picking an order into its tote, as the person with the trolley experiences it."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from app.database.session import as_json
from app.dialogs.dialog import Level
from app.dialogs.picking import PICKING
from tests.dialogs.bench import Bench
from tests.dialogs.conversation import Conversation
from tests.dialogs.picker import MILK, agree, draw, held, lot, order, start, tasks
from tests.dialogs.walks import ids, release
from tests.dialogs.words import TEXTS
from tests.support import Site


def test_an_order_is_picked_bin_by_bin_in_walking_order(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("GADGET", "R01", 5)
    warehouse.put("WIDGET", "R03", 5)
    number = order(warehouse, ("WIDGET", 2), ("GADGET", 1))
    picker.scan(number)
    assert picker.said == "picking.order_taken"
    assert picker.prompt.instruction == "picking.scan_tote"
    picker.scan("T-1")
    assert picker.said == "picking.new_tote"
    picker.scan("T-1")
    assert picker.prompt.instruction == "picking.go_to_bin"
    assert picker.prompt.facts["bin"] == "WH001-STO-R01"
    picker.scan("WH001-STO-R01")
    assert picker.prompt.instruction == "picking.scan_item"
    picker.scan("GADGET")
    assert picker.said == "picking.picked"
    assert picker.prompt.facts["bin"] == "WH001-STO-R03"
    picker.scan("WH001-STO-R03")
    picker.scan("WIDGET")
    assert picker.prompt.count is not None
    assert (picker.prompt.count.done, picker.prompt.count.total) == ("1", "2")
    picker.scan("WIDGET")
    assert (picker.level, picker.said) == (Level.DONE, "picking.order_picked")
    assert picker.prompt.feedback is not None
    assert picker.prompt.feedback.facts["place"] == "WH001-STAGE1"
    assert held(warehouse, "WIDGET", "TOTE") == [2, 2]
    assert {row["state"] for row in tasks(warehouse)} == {"done"}
    agree(warehouse)


def test_each_step_needs_four_round_trips_at_most(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 5)
    number = order(warehouse, ("WIDGET", 3))
    for scan in (number, "T-1", "T-1", "WH001-STO-R01", "WIDGET", "WIDGET"):
        picker.scan(scan)
        assert picker.runner.round_trips <= 4, scan
    picker.key("PAUSE")
    assert picker.runner.round_trips <= 4
    picker.key("NEXT")
    assert picker.runner.round_trips <= 4
    assert picker.said == "picking.order_taken"


def test_the_most_urgent_order_comes_next(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 50)
    order(warehouse, ("WIDGET", 1))
    urgent = order(warehouse, ("WIDGET", 1), due=date(2030, 1, 1))
    order(warehouse, ("WIDGET", 1), due=date(2030, 1, 2))
    picker.key("NEXT")
    assert picker.prompt.document == urgent


def test_without_orders_there_is_nothing_to_pick(picker: Conversation) -> None:
    picker.key("NEXT")
    assert (picker.level, picker.said) == (Level.WARNING, "picking.nothing_waits")


def test_two_pickers_never_get_the_same_order(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 50)
    numbers = {order(warehouse, ("WIDGET", 1)) for _ in range(2)}
    other = Conversation(warehouse.station("dock1", "OPERATOR2"), PICKING, warehouse)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: one.key("NEXT"), (picker, other)))
    assert {picker.prompt.document, other.prompt.document} == numbers
    other.key("PAUSE")
    other.scan(picker.prompt.document)
    assert (other.level, other.said) == (Level.ERROR, "picking.leased")
    picker.key("PAUSE")
    other.key("NEXT")
    assert other.prompt.document in numbers


def test_an_empty_tote_gets_the_next_order_and_a_tote_with_goods_its_own(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 50)
    first, second = order(warehouse, ("WIDGET", 2)), order(warehouse, ("WIDGET", 1))
    start(picker, second, "T-2")
    picker.key("PAUSE")
    picker.scan("T-2")
    assert picker.prompt.document == first
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.key("PAUSE")
    picker.scan("T-2")
    assert picker.prompt.document == first
    assert picker.prompt.instruction == "picking.go_to_bin"
    agree(warehouse)


def test_a_tote_holds_the_goods_of_one_order(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 50)
    first, second = order(warehouse, ("WIDGET", 1)), order(warehouse, ("WIDGET", 1))
    start(picker, first)
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.scan(second)
    picker.scan("T-1")
    assert (picker.level, picker.said) == (Level.ERROR, "picking.tote_in_use")
    assert picker.prompt.feedback is not None
    assert picker.prompt.feedback.facts["other"] == first


def test_an_empty_tote_in_somebodys_hand_is_nobody_elses_until_they_let_go(
    warehouse: Site, picker: Conversation
) -> None:
    warehouse.put("WIDGET", "R01", 50)
    first, second = order(warehouse, ("WIDGET", 1)), order(warehouse, ("WIDGET", 1))
    other = Conversation(warehouse.station("dock1", "OPERATOR2"), PICKING, warehouse)
    start(picker, first)
    other.scan("T-1")  # to begin with
    assert (other.said, other.prompt.document) == ("picking.tote_claimed", "")
    other.scan(second)
    other.scan("T-1")
    assert other.prompt.feedback is not None
    assert other.prompt.feedback.facts == {"tote": "T-1", "person": "Operator1", "document": first}
    assert other.prompt.instruction == "picking.scan_tote"
    picker.scan("T-2")
    picker.scan("T-2")
    other.scan("T-1")
    assert other.said == "picking.tote_taken"
    other.key("PAUSE")
    picker.scan("T-1")
    assert picker.said == "picking.tote_changed"
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    assert picker.said == "picking.order_picked"
    agree(warehouse)


def test_a_bin_in_a_closed_aisle_comes_last_is_said_and_can_be_picked(warehouse: Site, picker: Conversation) -> None:
    draw(warehouse, ("R01", 2000, 0), ("R03", 15000, 5000))
    with warehouse.superuser() as connection:
        connection.execute(
            "UPDATE location SET aisle_id = a.id FROM aisle a WHERE a.y1_mm = y_mm AND a.kind = 'aisle'"
            " AND location.name IN ('R01', 'R03')"
        )
        connection.execute("UPDATE aisle SET closed = true WHERE name = 'A'")
    for place in ("R01", "R03"):
        warehouse.put("WIDGET" if place == "R01" else "GADGET", place, 5)
    start(picker, order(warehouse, ("WIDGET", 1), ("GADGET", 1)))
    assert (picker.prompt.instruction, picker.prompt.facts["bin"]) == ("picking.go_to_bin", "WH001-STO-R03")
    assert picker.prompt.walk is not None
    assert (len(picker.prompt.walk.closed), picker.prompt.walk.unreached) == (1, ((2000, 0),))
    picker.scan("WH001-STO-R03")
    picker.scan("GADGET")
    assert (picker.prompt.instruction, picker.prompt.facts["bin"]) == ("picking.go_where_closed", "WH001-STO-R01")
    with warehouse.superuser() as connection:
        connection.execute("UPDATE aisle SET closed = true")
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    assert picker.said == "picking.order_picked"
    agree(warehouse)


def test_a_new_tote_gets_its_label_once_and_is_known_by_it(warehouse: Site, picker: Conversation) -> None:
    bench = Bench(warehouse)
    warehouse.put("WIDGET", "R01", 5)
    picker.scan(order(warehouse, ("WIDGET", 2)))
    picker.key("NEW_TOTE")
    assert picker.said == "picking.tote_made"
    assert picker.prompt.feedback is not None
    told = dict(picker.prompt.feedback.facts)
    (label,) = bench.jobs()
    assert (label["template"], label["label_uid"]) == ("handling_unit", told["tote"])
    assert (label["content"]["kind"], told["printer"]) == ("Tote", "zebra_1")
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.scan(f"00{told['tote']}")
    assert picker.said == "picking.same_tote"
    picker.scan("WIDGET")
    assert [one["id"] for one in bench.jobs()] == [label["id"]]


def test_a_full_tote_is_followed_by_another(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 5)
    start(picker, order(warehouse, ("WIDGET", 2)))
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.key("NEW_TOTE")
    assert (picker.level, picker.said) == (Level.WARNING, "picking.tote_made_by_hand"), "no printer is set up"
    picker.scan("WIDGET")
    assert picker.said == "picking.order_picked"
    with warehouse.desk.transaction() as session:
        totes = session.rows(
            "SELECT handling_unit_id FROM stock_balance WHERE handling_unit_id <> nil() AND on_hand = 1"
        )
    assert len(totes) == 2
    agree(warehouse)


def test_a_case_counts_all_its_pieces_and_never_more_than_asked(warehouse: Site, picker: Conversation) -> None:
    with warehouse.desk.transaction() as session:
        session.change(
            "INSERT INTO code (scheme, value, kind, target_id, uom)"
            " SELECT 'gtin', '14012345678908', 'item', id, 'case' FROM item WHERE sku = 'WIDGET'"
        )
    warehouse.put("WIDGET", "R01", 50)
    start(picker, order(warehouse, ("WIDGET", 20)))
    picker.scan("WH001-STO-R01")
    picker.scan("14012345678908", "itf-14")
    assert picker.prompt.count is not None
    assert picker.prompt.count.done == "12"
    picker.scan("14012345678908", "itf-14")
    assert (picker.level, picker.said) == (Level.ERROR, "picking.too_many")
    picker.scan("WIDGET")
    picker.key("QUANTITY")
    picker.key("ENTER", "8")
    assert picker.said == "picking.too_many"
    picker.key("ENTER", "none")
    assert picker.said == "quantity.unreadable"
    picker.key("ENTER", "7")
    assert picker.said == "picking.order_picked"
    agree(warehouse)


def test_the_lot_is_picked_by_its_gs1_code_or_by_its_bare_number(warehouse: Site, picker: Conversation) -> None:
    lot(warehouse, "A", "R01", 5)
    start(picker, order(warehouse, ("MILK", 2)))
    picker.scan("WH001-STO-R01")
    assert TEXTS.text("prompts", picker.prompt.instruction, picker.prompt.facts) == "Take 2 × MILK, lot A. Scan it"
    picker.scan(f"{MILK}1731010110A", "gs1-128")
    assert picker.said == "picking.picked"
    picker.scan("A")
    assert picker.said == "picking.order_picked"
    agree(warehouse)


@pytest.mark.parametrize(
    ("scan", "code"),
    [
        ("NO-SUCH-THING", "scan.unknown_code"),
        ("4012345678902", "code.check_digit"),
        ("GADGET", "picking.wrong_item"),
        ("WH001-STO-R05", "picking.wrong_bin"),
        ("DOCK1", "picking.wrong_bin"),
        ("PO-1", "picking.order_in_hand"),
    ],
)
def test_a_wrong_scan_changes_nothing_and_says_why(warehouse: Site, picker: Conversation, scan: str, code: str) -> None:
    warehouse.put("WIDGET", "R01", 10)
    number = order(warehouse, ("WIDGET", 5))
    start(picker, number)
    picker.scan("WH001-STO-R01")
    picker.scan(number if scan == "PO-1" else scan)
    assert (picker.level, picker.said) == (Level.ERROR, code)
    picker.scan("WIDGET")
    assert picker.said == "picking.picked"


def test_goods_before_their_bin_and_bins_before_their_tote_are_too_early(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    picker.scan("WIDGET")
    assert picker.said == "scan.wrong_kind"
    picker.scan(order(warehouse, ("WIDGET", 5)))
    picker.scan("WH001-STO-R01")
    assert picker.said == "picking.tote_first"
    picker.scan("T-1")
    picker.scan("T-1")
    picker.scan("WIDGET")
    assert picker.said == "picking.bin_first"


@pytest.mark.parametrize("kind", ["purchase_order", "unreserved", "held"])
def test_what_cannot_be_picked_is_refused_with_its_reason(warehouse: Site, picker: Conversation, kind: str) -> None:
    codes = {
        "purchase_order": "picking.not_an_order",
        "unreserved": "picking.nothing_to_pick",
        "held": "picking.not_released",
    }
    if kind == "purchase_order":
        warehouse.purchase_line()
    else:
        warehouse.order_line()
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT id, number, version FROM document ORDER BY id DESC LIMIT 1")
        assert row is not None
        if kind == "held":
            session.call("decide_document", document=row["id"], decision="held", version=row["version"])
    picker.scan(row["number"])
    assert (picker.level, picker.said) == (Level.ERROR, codes[kind])


def test_an_order_that_is_cancelled_meanwhile_stops_the_pick(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    start(picker, order(warehouse, ("WIDGET", 5)))
    picker.scan("WH001-STO-R01")
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT id, version FROM document")
        assert row is not None
        session.call("decide_document", document=row["id"], decision="cancelled", version=row["version"])
    picker.scan("WIDGET")
    assert (picker.level, picker.said) == (Level.ERROR, "picking.not_released")
    assert held(warehouse, "WIDGET", "R01") == [10, 0], "nothing is kept for a cancelled order"
    assert picker.prompt.instruction == "picking.scan_order"
    agree(warehouse)


def test_undo_puts_goods_back_into_their_bin(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    start(picker, order(warehouse, ("WIDGET", 2)))
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.scan("WIDGET")
    assert picker.said == "picking.order_picked"
    picker.key("UNDO")
    assert picker.said == "dialog.undone"
    assert held(warehouse, "WIDGET", "R01") == [9, 1]
    assert picker.prompt.count is not None
    assert picker.prompt.count.done == "1"
    picker.scan("WIDGET")
    assert picker.said == "picking.order_picked"
    agree(warehouse)


def test_the_same_event_twice_is_one_pick(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    start(picker, order(warehouse, ("WIDGET", 5)))
    picker.scan("WH001-STO-R01")
    event = uuid.uuid4()
    first = picker.scan("WIDGET", event=event)
    assert picker.scan("WIDGET", event=event) == first
    assert held(warehouse, "WIDGET", "TOTE") == [1, 1]
    agree(warehouse)


def test_a_killed_program_goes_on_at_the_same_bin_with_the_same_tote(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    start(picker, order(warehouse, ("WIDGET", 2)))
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    again = Conversation(picker.worker.database, PICKING, warehouse)
    assert again.runner.recovered
    assert again.prompt.instruction == "picking.scan_item"
    assert again.prompt.count is not None
    assert again.prompt.count.done == "1"
    again.scan("WIDGET")
    assert again.said == "picking.order_picked"
    agree(warehouse)


def test_after_half_an_hour_without_a_pick_somebody_else_may_go_on(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    number = order(warehouse, ("WIDGET", 2))
    start(picker, number)
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    with warehouse.superuser() as connection:
        connection.execute("UPDATE task SET leased_until = now() - interval '1 minute'")
    other = Conversation(warehouse.station("dock1", "OPERATOR2"), PICKING, warehouse)
    other.scan("T-1")
    assert other.prompt.document == number
    picker.scan("WIDGET")
    assert (picker.level, picker.said) == (Level.ERROR, "picking.leased")
    other.scan("WH001-STO-R01")
    other.scan("WIDGET")
    assert other.said == "picking.order_picked"
    agree(warehouse)


def test_a_receiver_may_not_pick(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    number = order(warehouse, ("WIDGET", 2))
    receiver = Conversation(warehouse.station("dock1", "RECEIVER1"), PICKING, warehouse)
    receiver.scan(number)
    assert receiver.said == "permission.missing"


def test_on_a_drawn_plan_the_shortest_walk_is_proposed(warehouse: Site, picker: Conversation) -> None:
    draw(warehouse, ("R01", 15_000, 4_000), ("R02", 6_000, 500), ("R03", 14_000, 500), ("R04", 5_000, 4_000))
    for place in ("R01", "R02", "R03", "R04"):
        warehouse.put("WIDGET", place, 1)
    picker.scan(order(warehouse, ("WIDGET", 4)))
    picker.scan("T-1")
    picker.scan("T-1")
    ways = [row.cells[0][-3:] for row in picker.prompt.rows]
    assert ways in (["R02", "R03", "R01", "R04"], ["R04", "R01", "R03", "R02"])


def test_what_is_heavy_is_proposed_before_what_is_fragile(warehouse: Site, picker: Conversation) -> None:
    draw(warehouse, ("R01", 5_000, 500), ("R02", 10_000, 500), goods="GADGET")
    warehouse.put("GADGET", "R01", 1)
    warehouse.put("WIDGET", "R02", 1)
    picker.scan(order(warehouse, ("GADGET", 1), ("WIDGET", 1)))
    assert [row.cells[1] for row in picker.prompt.rows] == ["WIDGET", "GADGET"]


def test_a_bin_that_stands_in_no_zone_is_found_by_its_short_name(warehouse: Site, picker: Conversation) -> None:
    with warehouse.desk.transaction() as session:
        row = {"parent": warehouse.warehouse, "kind": "bin", "name": "CAGE"}
        session.call("add_places", request=uuid.uuid4(), warehouse=warehouse.warehouse, rows=as_json([row]))
        made = session.row("SELECT id FROM location WHERE address = 'WH001-CAGE'")
    assert made is not None
    warehouse.places["CAGE"] = made["id"]
    warehouse.put("WIDGET", "CAGE", 5)
    number = order(warehouse, ("WIDGET", 2))
    zone_walk = {"mode": "cluster", "orders": ids(warehouse, [number]), "zone": warehouse.warehouse}
    picker.scan(release(warehouse, [zone_walk])[0])
    picker.scan("T-1")
    picker.scan("T-1")
    picker.scan("CAGE")
    assert picker.said == "picking.bin_right"
    picker.scan("04012345678901")
    assert picker.prompt.instruction == "picking.put_into_slot"
