"""Picking when a bin is not as the book says: other lots, other bins, missing goods, bins that should be empty."""

from app.dialogs.dialog import Level
from app.dialogs.picking import PICKING
from app.services import allocation
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.conversation import Conversation
from tests.dialogs.picker import MILK, agree, held, lot, order, start, tasks
from tests.support import Site


def test_where_several_lots_lie_the_item_alone_is_not_enough(warehouse: Site, picker: Conversation) -> None:
    lot(warehouse, "A", "R01", 5)
    lot(warehouse, "B", "R01", 5, "2032-01-01")
    start(picker, order(warehouse, ("MILK", 2)))
    picker.scan("WH001-STO-R01")
    picker.scan("MILK")
    assert (picker.level, picker.said) == (Level.ERROR, "picking.scan_the_lot")
    assert picker.prompt.feedback is not None
    assert picker.prompt.feedback.facts["lots"] == "A, B"


def test_another_lot_is_swapped_by_scanning_it_twice(warehouse: Site, picker: Conversation) -> None:
    lot(warehouse, "A", "R01", 5)
    lot(warehouse, "B", "R01", 5, "2032-01-01")
    start(picker, order(warehouse, ("MILK", 2)))
    picker.scan("WH001-STO-R01")
    picker.scan(f"{MILK}10B", "gs1-128")
    assert (picker.level, picker.said) == (Level.WARNING, "picking.other_lot")
    assert held(warehouse, "MILK", "TOTE") == [0, 0]
    picker.scan(f"{MILK}10B", "gs1-128")
    assert picker.runner.round_trips <= 4
    assert picker.said == "picking.lot_swapped"
    picker.scan(f"{MILK}10B", "gs1-128")
    assert picker.said == "picking.order_picked"
    assert held(warehouse, "MILK", "R01") == [8, 0]
    agree(warehouse)


def test_a_lot_that_is_reserved_for_another_order_changes_places_with_ours(
    warehouse: Site, picker: Conversation
) -> None:
    a = lot(warehouse, "A", "R01", 2)
    start(picker, order(warehouse, ("MILK", 2)))
    b = lot(warehouse, "B", "R01", 2, "2032-01-01")
    theirs = order(warehouse, ("MILK", 2))
    picker.scan("WH001-STO-R01")
    for _ in range(3):
        picker.scan("B")
    assert picker.said == "picking.order_picked"
    with warehouse.desk.transaction() as session:
        rows = session.rows(
            "SELECT d.number, r.trace_id FROM reservation r JOIN document_line l ON l.id = r.demand_line_id"
            " JOIN document d ON d.id = l.document_id"
        )
    assert {row["number"]: row["trace_id"] for row in rows}[theirs] == a
    assert {row["trace_id"] for row in rows} == {a, b}
    agree(warehouse)


def test_a_lot_that_somebody_is_picking_now_stays_theirs(warehouse: Site, picker: Conversation) -> None:
    lot(warehouse, "A", "R01", 2)
    start(picker, order(warehouse, ("MILK", 2)))
    lot(warehouse, "B", "R01", 2, "2032-01-01")
    order(warehouse, ("MILK", 2))
    Conversation(warehouse.station("dock1", "OPERATOR2"), PICKING, warehouse).key("NEXT")
    picker.scan("WH001-STO-R01")
    picker.scan("B")
    picker.scan("B")
    assert (picker.level, picker.said) == (Level.ERROR, "picking.promised_to_others")
    agree(warehouse)


def test_a_lot_that_the_book_does_not_have_here_is_refused(warehouse: Site, picker: Conversation) -> None:
    lot(warehouse, "A", "R01", 5)
    start(picker, order(warehouse, ("MILK", 2)))
    picker.scan("WH001-STO-R01")
    picker.scan(f"{MILK}10ZZZ", "gs1-128")
    assert (picker.level, picker.said) == (Level.ERROR, "picking.lot_not_here")


def test_expired_goods_are_refused(warehouse: Site, picker: Conversation) -> None:
    lot(warehouse, "A", "R01", 5)
    lot(warehouse, "OLD", "R01", 5, "2020-01-01")
    start(picker, order(warehouse, ("MILK", 2)))
    picker.scan("WH001-STO-R01")
    picker.scan("OLD")
    assert (picker.level, picker.said) == (Level.ERROR, "picking.expired")
    picker.scan(f"{MILK}1720010110A", "gs1-128")
    assert picker.said == "picking.expired"


def test_each_piece_with_a_serial_number_is_told_apart(warehouse: Site, picker: Conversation) -> None:
    for serial in ("S1", "S2"):
        warehouse.put("DRILL", "R01", 1, trace=warehouse.trace("DRILL", serial=serial))
    start(picker, order(warehouse, ("DRILL", 1)))
    picker.scan("WH001-STO-R01")
    picker.scan("DRILL")
    assert picker.said == "picking.scan_the_lot"
    reserved = picker.prompt.facts["lot"]
    other = {"S1": "S2", "S2": "S1"}[reserved]
    picker.scan(f"010401234567892521{other}", "gs1-128")
    assert picker.said == "picking.other_lot"
    picker.scan(f"010401234567892521{reserved}", "gs1-128")
    assert picker.said == "picking.order_picked"
    agree(warehouse)


def test_a_short_pick_leads_to_another_bin_and_raises_a_count(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("WIDGET", "R04", 10)
    theirs = order(warehouse, ("WIDGET", 4))
    start(picker, order(warehouse, ("WIDGET", 5)))
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.key("SHORT")
    assert [choice.value for choice in picker.prompt.choices] == ["SHORT", "BIN_EMPTY", "DAMAGED"]
    picker.scan("WIDGET")
    assert picker.said == "picking.answer_first"
    picker.key("BIN_EMPTY")
    assert (picker.level, picker.said) == (Level.WARNING, "picking.short_elsewhere")
    assert picker.prompt.feedback is not None
    assert picker.prompt.feedback.facts["missing"] == "4"
    assert picker.prompt.facts["bin"] == "WH001-STO-R04"
    assert picker.prompt.facts["quantity"] == "4"
    assert [row["bin"] for row in tasks(warehouse, "count")] == ["R01"]
    assert held(warehouse, "WIDGET", "R01") == [9, 4], f"what {theirs} was promised stays"
    picker.scan("WH001-STO-R04")
    picker.scan("WIDGET")
    picker.key("QUANTITY")
    picker.key("ENTER", "3")
    assert picker.said == "picking.order_picked"
    agree(warehouse)


def test_without_other_goods_a_short_stays_open_and_the_order_ends_short(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    start(picker, order(warehouse, ("WIDGET", 5)))
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.scan("SH-CMD-SHORT")
    picker.key("SHORT")
    assert (picker.level, picker.said) == (Level.DONE, "picking.order_picked_short")
    assert picker.runner.round_trips <= 5
    picker.key("UNDO")
    assert picker.said == "dialog.undo_outside"
    warehouse.put("WIDGET", "R02", 10)
    worker = Worker(warehouse.desk, Changes())
    worker.run(lambda unit: allocation.allocate_waiting(unit, warehouse.warehouse))
    picker.key("NEXT")
    assert picker.prompt.facts["bin"] == "WH001-STO-R02"
    agree(warehouse)


def test_what_could_go_instead_is_named_when_nothing_else_is_there(warehouse: Site, picker: Conversation) -> None:
    with warehouse.superuser() as connection:
        connection.execute(
            "INSERT INTO item_substitute (item_id, substitute_id, position, both_ways)"
            " SELECT g.id, w.id, 1, true FROM item w, item g WHERE w.sku = 'WIDGET' AND g.sku = 'GADGET'"
        )
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("GADGET", "R02", 7)
    start(picker, order(warehouse, ("WIDGET", 5), ("GADGET", 2)))
    picker.scan("WH001-STO-R01")
    picker.key("SHORT")
    picker.key("SHORT")
    assert picker.said == "picking.short_instead"
    assert picker.prompt.feedback is not None
    assert picker.prompt.feedback.facts["instead"] == "5 × GADGET"
    agree(warehouse)


def test_goods_are_missed_at_the_bin_only(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 10)
    start(picker, order(warehouse, ("WIDGET", 5)))
    picker.key("SHORT")
    assert (picker.level, picker.said) == (Level.ERROR, "picking.bin_first")


def test_another_bin_of_the_zone_with_the_goods_is_confirmed_by_a_second_scan(
    warehouse: Site, picker: Conversation
) -> None:
    warehouse.put("WIDGET", "R01", 10)
    start(picker, order(warehouse, ("WIDGET", 5)))
    warehouse.put("WIDGET", "R02", 3)
    picker.scan("WH001-STO-R02")
    assert (picker.level, picker.said) == (Level.WARNING, "picking.other_bin")
    picker.scan("WH001-STO-R02")
    assert picker.said == "picking.bin_swapped"
    picker.scan("WIDGET")
    picker.key("QUANTITY")
    picker.key("ENTER", "2")
    assert picker.prompt.instruction == "picking.is_bin_empty"
    picker.key("EMPTY")
    assert picker.prompt.facts["bin"] == "WH001-STO-R01"
    assert picker.prompt.facts["quantity"] == "2"
    agree(warehouse)


def test_a_bin_that_should_be_empty_is_looked_at(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("WIDGET", "R01", 2)
    start(picker, order(warehouse, ("WIDGET", 2)))
    picker.scan("WH001-STO-R01")
    picker.scan("WIDGET")
    picker.scan("WIDGET")
    assert picker.prompt.instruction == "picking.is_bin_empty"
    picker.scan("WIDGET")
    assert picker.said == "picking.answer_first"
    picker.key("NOT_EMPTY")
    assert picker.said == "picking.order_picked"
    assert [row["bin"] for row in tasks(warehouse, "count")] == ["R01"]
    agree(warehouse)


def test_what_is_skipped_comes_at_the_end(warehouse: Site, picker: Conversation) -> None:
    warehouse.put("GADGET", "R01", 5)
    warehouse.put("WIDGET", "R03", 5)
    start(picker, order(warehouse, ("WIDGET", 1), ("GADGET", 1)))
    picker.key("SKIP")
    assert picker.prompt.facts["bin"] == "WH001-STO-R03"
    picker.scan("WH001-STO-R03")
    picker.scan("WIDGET")
    assert picker.prompt.facts["bin"] == "WH001-STO-R01"
    picker.scan("WH001-STO-R01")
    picker.scan("GADGET")
    assert picker.said == "picking.order_picked"


def test_undoing_a_swap_puts_the_goods_back_and_forgets_the_question(warehouse: Site, picker: Conversation) -> None:
    lot(warehouse, "A", "R01", 5)
    lot(warehouse, "B", "R01", 5, "2032-01-01")
    start(picker, order(warehouse, ("MILK", 2)))
    picker.scan("WH001-STO-R01")
    picker.scan("B")
    picker.scan("B")
    picker.key("UNDO")
    assert held(warehouse, "MILK", "TOTE") == [0, 0]
    picker.scan("B")
    picker.scan("B")
    assert picker.said == "picking.order_picked"
    agree(warehouse)
