"""Several orders on one walk: a tote in each slot of the cart, and everything that can go wrong with it."""

from app.dialogs.dialog import Level
from app.dialogs.picking import PICKING
from app.domain.order_desk import Hold
from app.services import order_desk, waves
from app.services.changes import Change, Changes
from app.services.work import Worker
from tests.dialogs.conversation import Conversation
from tests.dialogs.picker import MILK, agree, held, lot, order
from tests.dialogs.walks import decision, ids, walk
from tests.support import Site


def put_totes(picker: Conversation, number: str, *totes: str) -> None:
    """Take a walk, and put a new tote into each slot."""
    picker.scan(number)
    assert picker.said == "picking.walk_taken"
    for tote in totes:
        assert picker.prompt.instruction == "picking.put_tote"
        picker.scan(tote)
        picker.scan(tote)
        assert picker.said == "picking.tote_in_slot"
    assert picker.prompt.instruction == "picking.go_to_bin"


def test_several_orders_are_picked_into_their_totes_on_one_walk(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("GADGET", "R03", 5)
    one, other = order(warehouse, ("WIDGET", 2), ("GADGET", 1)), order(warehouse, ("WIDGET", 3))
    number = walk(warehouse, one, other)
    picker.key("NEXT")
    assert picker.prompt.document == number
    for tote in ("T-1", "T-2"):
        picker.scan(tote)
        picker.scan(tote)
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    assert (picker.said, picker.prompt.instruction) == ("picking.right_goods", "picking.put_into_slot")
    assert picker.prompt.facts["tote"] == "T-1"
    picker.scan("T-1")
    assert picker.said == "picking.picked"
    assert (picker.prompt.instruction, picker.prompt.facts["slot"]) == ("picking.put_into_slot", "2")
    picker.scan("T-2")
    assert picker.prompt.facts["bin"] == "WH001-STO-R03"
    picker.scan("WH001-STO-R03")
    picker.scan("GADGET")
    picker.scan("T-1")
    assert (picker.level, picker.said) == (Level.DONE, "picking.walk_picked")
    assert held(warehouse, "WIDGET", "TOTE") == [5, 5]
    assert decision(warehouse, number) == "closed"
    agree(warehouse)


def test_goods_go_into_no_other_tote_than_that_of_their_slot(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    number = walk(warehouse, order(warehouse, ("WIDGET", 2)), order(warehouse, ("WIDGET", 3)))
    put_totes(picker, number, "T-1", "T-2")
    picker.scan("T-1")
    assert picker.said == "picking.goods_first"
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.scan("T-2")
    assert (picker.level, picker.said) == (Level.ERROR, "picking.wrong_slot")
    assert picker.prompt.instruction == "picking.put_into_slot"
    picker.scan("T-3")
    picker.scan("GADGET")
    assert picker.said == "picking.wrong_item"
    assert held(warehouse, "WIDGET", "TOTE") == [0, 0]
    picker.scan("WIDGET")
    picker.scan("T-1")
    picker.key("UNDO")
    assert held(warehouse, "WIDGET", "TOTE") == [0, 0]
    picker.scan("WIDGET")
    picker.scan("T-1")
    picker.scan("T-2")
    assert picker.said == "picking.walk_picked"
    picker.key("UNDO")
    assert decision(warehouse, number) == "released"
    assert picker.prompt.facts["slot"] == "2"
    agree(warehouse)


def test_a_full_tote_is_exchanged_and_a_part_goes_into_each(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    number = walk(warehouse, order(warehouse, ("WIDGET", 5)))
    put_totes(picker, number, "T-1")
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.key("QUANTITY")
    picker.key("ENTER", "9")
    assert picker.said == "picking.too_many"
    picker.key("ENTER", "3")
    assert picker.prompt.count is not None
    assert picker.prompt.count.done == "3"
    picker.scan("T-1")
    picker.key("NEW_TOTE")
    assert picker.prompt.instruction == "picking.put_tote"
    picker.key("NEW_TOTE")
    assert picker.said == "picking.tote_made_in_slot_by_hand", "no printer is set up"
    fresh = picker.prompt.feedback.facts["tote"] if picker.prompt.feedback else ""
    picker.scan("WIDGET")
    picker.scan("T-1")
    assert picker.said == "picking.not_on_cart"
    picker.scan(fresh)
    assert picker.said == "picking.walk_picked"
    assert held(warehouse, "WIDGET", "TOTE") == [5, 5]
    agree(warehouse)


def test_what_is_short_is_found_in_another_bin_of_the_same_walk(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 5)
    one, other = order(warehouse, ("WIDGET", 2)), order(warehouse, ("WIDGET", 3))
    warehouse.put("WIDGET", "R03", 2)
    number = walk(warehouse, one, other)
    put_totes(picker, number, "T-1", "T-2")
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.key("SHORT")
    picker.key("BIN_EMPTY")
    assert picker.said == "picking.short_elsewhere"
    assert picker.prompt.facts["bin"] in ("WH001-STO-R01", "WH001-STO-R03")
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    assert picker.prompt.facts["slot"] == "2"
    picker.key("SHORT")
    picker.key("SHORT")
    assert picker.said == "picking.short_backorder"
    picker.scan("WH001-STO-R03")
    picker.scan("WIDGET")
    picker.scan("T-1")
    picker.key("EMPTY")
    assert picker.said == "picking.walk_picked_short"
    assert decision(warehouse, number) == "closed"
    agree(warehouse)


def test_another_lot_is_taken_after_a_second_scan(warehouse: Site, picker: Conversation) -> None:
    lot(warehouse, "L1", "R01", 5, expiry="2030-01-01")
    lot(warehouse, "L2", "R01", 5)
    number = walk(warehouse, order(warehouse, ("MILK", 2)), order(warehouse, ("MILK", 1)))
    put_totes(picker, number, "T-1", "T-2")
    picker.scan("WH001-STO-R01")
    picker.scan(f"{MILK}10L2", "gs1-128")
    picker.scan(f"{MILK}10L2", "gs1-128")
    assert picker.said == "picking.bin_swapped"
    picker.scan(f"{MILK}10L2", "gs1-128")
    picker.scan("T-1")
    assert picker.prompt.facts["slot"] == "2"
    picker.scan(f"{MILK}10L1", "gs1-128")
    picker.scan("T-2")
    assert picker.said == "picking.walk_picked"
    agree(warehouse)


def test_an_order_that_is_cancelled_leaves_the_walk_at_once(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("GADGET", "R03", 5)
    one, other = order(warehouse, ("WIDGET", 2), ("GADGET", 1)), order(warehouse, ("GADGET", 2))
    number = walk(warehouse, one, other)
    put_totes(picker, number, "T-1", "T-2")
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.scan("T-1")
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT id, version FROM document WHERE number = %(number)s", number=one)
        assert row is not None
        session.call("decide_document", document=row["id"], decision="cancelled", version=row["version"])
    picker.scan("WH001-STO-R03")
    assert (picker.level, picker.said) == (Level.WARNING, "picking.order_ended")
    assert [row.cells[1] for row in picker.prompt.rows if row.state != "done"] == [other]
    picker.scan("GADGET")
    picker.scan("T-2")
    assert picker.said == "picking.walk_picked"
    assert held(warehouse, "WIDGET", "TOTE") == [2, 2]
    agree(warehouse)


def test_goods_in_the_hand_for_an_order_that_is_cancelled_are_never_booked_as_other_goods(
    warehouse: Site, picker: Conversation
) -> None:
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("GADGET", "R01", 10)
    one, other = order(warehouse, ("WIDGET", 2)), order(warehouse, ("GADGET", 1))
    put_totes(picker, walk(warehouse, one, other), "T-1", "T-2")
    picker.scan("WH001-STO-R01")
    first = picker.prompt.facts["sku"]
    picker.scan(first)
    ends, goes_on = (one, "T-2") if first == "WIDGET" else (other, "T-1")
    Worker(warehouse.login("desk_manager"), Changes()).run(
        lambda unit: order_desk.cancel(unit, ends, reason="ORDERED_TWICE")
    )
    picker.scan(goes_on)
    assert picker.said == "picking.order_ended_empty"
    assert picker.prompt.instruction == "picking.scan_item"
    assert [held(warehouse, sku, "TOTE") for sku in ("WIDGET", "GADGET")] == [[0, 0], [0, 0]]
    agree(warehouse)


def test_an_order_that_is_held_leaves_its_walk_until_it_goes_on(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("GADGET", "R03", 10)
    one, other = order(warehouse, ("WIDGET", 2), ("GADGET", 1)), order(warehouse, ("WIDGET", 3), ("GADGET", 2))
    number = walk(warehouse, one, other)
    put_totes(picker, number, "T-1", "T-2")
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.scan("T-1")
    changes, told = Changes(), list[Change]()
    changes.subscribe(told.extend)
    desk = Worker(warehouse.login("desk_manager"), changes)
    desk.run(lambda unit: order_desk.hold(unit, other, kind=Hold.CREDIT, note="pays late"))
    assert Change(order_desk.ORDER, ids(warehouse, [number])[0]) in told, "the cart hears of it at once"
    picker.scan("T-2")  # with the goods in the hand that were for it
    assert (picker.level, picker.said) == (Level.WARNING, "picking.order_hold")
    assert picker.prompt.facts["bin"] == "WH001-STO-R03"
    picker.scan("WH001-STO-R03")
    picker.scan("GADGET")
    picker.scan("T-1")
    assert picker.said == "picking.walk_picked"
    assert held(warehouse, "GADGET", "TOTE") == [1, 1], "nothing of the held order was picked"
    picker.key("NEXT")
    assert picker.said == "picking.nothing_waits"
    desk.run(lambda unit: order_desk.lift(unit, other))
    again = Conversation(warehouse.station("dock1", "OPERATOR2"), PICKING, warehouse)
    again.key("NEXT")
    assert (again.said, again.prompt.facts["slot"]) == ("picking.walk_taken", "2"), "whoever comes goes on with it"
    agree(warehouse)


def test_a_walk_that_was_put_down_is_taken_over_with_its_totes(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    number = walk(warehouse, order(warehouse, ("WIDGET", 2)), single := order(warehouse, ("WIDGET", 3)))
    put_totes(picker, number, "T-1", "T-2")
    other = Conversation(warehouse.station("dock1", "OPERATOR2"), PICKING, warehouse)
    other.scan(number)
    assert other.said == "picking.leased"
    other.key("NEXT")
    assert other.said == "picking.nothing_waits"
    other.scan(single)
    assert other.said == "picking.in_walk"
    picker.key("PAUSE")
    assert picker.said == "picking.given_back"
    other.scan("T-2")
    other.key("NEXT")
    assert other.prompt.instruction == "picking.go_to_bin"
    other.scan("WH001-STO-R01")
    other.scan("WIDGET")
    other.scan("T-1")
    other.scan("T-2")
    assert other.said == "picking.walk_picked"
    agree(warehouse)


def test_a_walk_that_the_planner_keeps_for_somebody_leaves_the_hand_of_whoever_had_it(
    warehouse: Site, picker: Conversation
) -> None:
    warehouse.put("WIDGET", "R01", 10)
    number = walk(warehouse, order(warehouse, ("WIDGET", 2)), order(warehouse, ("WIDGET", 3)))
    put_totes(picker, number, "T-1", "T-2")
    desk = Worker(warehouse.login("desk_manager"), Changes())
    desk.run(lambda unit: waves.assign(unit, warehouse.warehouse, number, "Operator2"))
    picker.scan("WH001-STO-R01")
    assert (picker.level, picker.said) == (Level.ERROR, "waves.kept_for")
    assert picker.prompt.instruction == "picking.scan_order"
    picker.scan(number)
    assert picker.said == "waves.kept_for"
    picker.key("NEXT")
    assert picker.said == "picking.nothing_waits"
    other = Conversation(warehouse.station("dock1", "OPERATOR2"), PICKING, warehouse)
    other.key("NEXT")
    assert other.prompt.instruction == "picking.go_to_bin", "its totes stand in their slots"
    desk.run(lambda unit: waves.decide(unit, warehouse.warehouse, number, "cancelled", reason="PLAN_CHANGED"))
    other.scan("WH001-STO-R01")
    assert other.said == "picking.not_released", "a single walk ends at once"
    agree(warehouse)


def test_goods_of_a_walk_that_is_sorted_later_share_a_tote(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("GADGET", "R01", 10)
    number = walk(warehouse, order(warehouse, ("WIDGET", 2)), order(warehouse, ("GADGET", 1)), mode="sort")
    stranger = order(warehouse, ("WIDGET", 1))
    picker.scan(number)
    assert picker.prompt.instruction == "picking.scan_tote"
    picker.scan("T-1")
    picker.scan("T-1")
    picker.scan("WH001-STO-R01")
    for goods in ("WIDGET", "WIDGET", "GADGET"):
        picker.scan(goods)
    assert picker.said == "picking.walk_picked"
    picker.scan(stranger)
    picker.scan("T-1")
    assert picker.said == "picking.tote_in_use"
    agree(warehouse)


def test_a_cart_takes_the_next_walk_that_it_has_room_for_and_no_other_picker_has_it_then(
    warehouse: Site, picker: Conversation
) -> None:
    warehouse.put("WIDGET", "R01", 20)
    three = walk(warehouse, *(order(warehouse, ("WIDGET", 1)) for _ in range(3)))
    two = walk(warehouse, *(order(warehouse, ("WIDGET", 1)) for _ in range(2)))
    with warehouse.desk.transaction() as session:
        for number, slots in (("CART-1", 1), ("CART-2", 2)):
            session.call("save_cart", warehouse=warehouse.warehouse, number=number, name="", slots=slots)
    picker.scan("CART-1")
    assert (picker.level, picker.said) == (Level.WARNING, "picking.nothing_fits")
    picker.scan("CART-2")
    assert (picker.said, picker.prompt.document) == ("picking.walk_taken", two), "though the other one came first"
    other = Conversation(warehouse.station("dock1", "OPERATOR2"), PICKING, warehouse)
    walk(warehouse, order(warehouse, ("WIDGET", 1)))
    other.scan("CART-2")
    assert (other.level, other.said) == (Level.ERROR, "carts.in_use")
    with warehouse.desk.transaction() as session:
        session.call("save_cart", warehouse=warehouse.warehouse, number="CART-1", name="", slots=9, active=False)
    other.scan("CART-1")
    assert other.said == "carts.no_cart"
    other.scan(three)
    assert other.said == "picking.walk_taken"
    agree(warehouse)
