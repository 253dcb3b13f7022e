"""Pack verification, as the packer experiences it: orders, units, and what is not in the carton."""

import uuid
from decimal import Decimal

import pytest

from app.dialogs.dialog import Level
from app.dialogs.packing import PACKING
from tests.dialogs.bench import (
    TARE,
    Bench,
    count,
    news_of_print,
    packed_and_closed,
    put_on_scale,
)
from tests.dialogs.conversation import Conversation
from tests.dialogs.words import TEXTS


def words(packer: Conversation) -> str:
    """What the feedback band says."""
    said = packer.prompt.feedback
    assert said is not None
    return TEXTS.text("feedback", said.code, said.facts)


def test_an_order_goes_from_the_tote_into_a_labelled_carton(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 2), ("GADGET", 1))
    packer.scan(tote)
    assert packer.said == "packing.order_opened"
    assert packer.prompt.document == number
    for sku, shown in (("WIDGET", "1"), ("WIDGET", "2"), ("GADGET", "3")):
        packer.scan(sku)
        assert packer.said == "packing.packed"
        assert count(packer) == (shown, "3")
    assert packer.prompt.instruction == "packing.all_packed"
    assert bench.site.stock("WIDGET", "STAGE1") == (Decimal(2), Decimal(2))
    packer.scan("SH-CMD-CLOSE_BOX")
    assert packer.prompt.waiting == "weight"
    put_on_scale(packer, "2.552")
    assert packer.said == "packing.carton_closed"
    assert packer.prompt.waiting == "print_job"
    bench.print_all()
    news_of_print(packer)
    assert packer.prompt.instruction == "packing.scan_label"
    assert packer.prompt.waiting == ""
    parcel = bench.parcels(number)[0]
    packer.scan(parcel["tracking"])
    assert (packer.level, packer.said) == (Level.DONE, "packing.order_packed")
    assert packer.prompt.instruction == "packing.scan_tote"
    parcel = bench.parcels(number)[0]
    assert (parcel["state"], parcel["weight_kg"]) == ("labelled", Decimal("2.552"))
    assert bench.site.prove() == []


def test_a_scanned_unit_needs_four_round_trips_at_most(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    assert packer.runner.round_trips <= 4
    packer.scan("WIDGET")
    assert packer.runner.round_trips <= 4
    packer.scan("WIDGET")
    packer.key("DONE")
    put_on_scale(packer, TARE + 1)
    assert packer.said == "packing.carton_closed"
    assert packer.runner.round_trips <= 4
    assert bench.site.prove() == []


def test_a_case_counts_what_it_holds(bench: Bench, packer: Conversation) -> None:
    with bench.site.desk.transaction() as session:
        session.change(
            "INSERT INTO code (scheme, value, kind, target_id, uom)"
            " SELECT 'gtin', '14012345678908', 'item', id, 'case' FROM item WHERE sku = 'WIDGET'"
        )
    _, tote = bench.picked(("WIDGET", 13))
    packer.scan(tote)
    packer.scan("14012345678908", "itf-14")
    assert count(packer) == ("12", "13")
    packer.scan("14012345678908", "itf-14")
    assert packer.said == "packing.too_many"
    packer.scan("WIDGET")
    assert count(packer) == ("13", "13")


def test_goods_that_are_weighed_out_are_one_piece(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("OIL", "2.375"), ("WIDGET", 2))
    packer.scan(tote)
    assert count(packer) == ("0", "3"), "kilograms and pieces are not added"
    packer.scan("OIL")
    assert packer.prompt.rows[0].cells[2:] == ("2.375", "2.375", "kg")
    assert count(packer) == ("1", "3")


def test_a_bundle_is_packed_by_its_parts_and_its_own_code_names_them(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 2), ("GADGET", 1))
    with bench.site.superuser() as connection:
        connection.execute(
            "UPDATE document_line l SET bundle_id = (SELECT id FROM item WHERE sku = 'OIL'), bundle_no = 9,"
            " bundle_uom = 'kg', bundle_qty = 1 FROM document d WHERE d.id = l.document_id AND d.number = %s",
            [number],
        )
    packer.scan(tote)
    assert packer.prompt.rows[0].cells[1].endswith("· OIL")
    packer.scan("OIL")
    assert packer.said == "packing.scan_parts"
    assert packer.prompt.feedback is not None
    assert packer.prompt.feedback.facts["parts"] == "WIDGET, GADGET"
    packer.scan("GADGET")
    assert packer.prompt.item is not None
    assert ("packing.part_of", "OIL") in packer.prompt.item.details


@pytest.mark.parametrize(
    ("scan", "code"),
    [
        ("NO-SUCH-THING", "scan.unknown_code"),
        ("WH001-STO-R01", "scan.wrong_kind"),
        ("GADGET", "packing.not_in_order"),
        ("4012345678902", "code.check_digit"),
        ("SH-CMD-REPRINT", "dialog.not_now"),
    ],
)
def test_a_wrong_scan_changes_nothing_and_says_why(bench: Bench, packer: Conversation, scan: str, code: str) -> None:
    _, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan(scan)
    assert (packer.level, packer.said) == (Level.ERROR, code)
    assert count(packer) == ("0", "2")
    assert bench.site.stock("WIDGET", "STAGE1") == (Decimal(0), Decimal(0))


def test_one_more_than_ordered_is_refused(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.scan("WIDGET")
    assert (packer.level, packer.said) == (Level.ERROR, "packing.too_many")
    assert count(packer) == ("1", "1")


def test_more_than_was_picked_is_refused(bench: Bench, packer: Conversation) -> None:
    _, lines = bench.order(("WIDGET", 3))
    name, tote = bench.tote()
    bench.pick(tote, lines[0], "WIDGET", 1)
    packer.scan(name)
    packer.scan("WIDGET")
    packer.scan("WIDGET")
    assert packer.said == "packing.too_many"
    assert packer.prompt.feedback is not None
    assert packer.prompt.feedback.facts["remaining"] == "2"


MILK = "0104012345678918"


def milk(bench: Bench, *lots: str) -> str:
    """An order of milk that was picked from these lots, one of each; returns the tote."""
    _, lines = bench.order(("MILK", len(lots)))
    name, tote = bench.tote()
    for lot in lots:
        bench.pick(tote, lines[0], "MILK", 1, lot=lot)
    return name


def test_the_lot_is_read_from_the_code(bench: Bench, packer: Conversation) -> None:
    packer.scan(milk(bench, "LOT-A", "LOT-B"))
    packer.scan(f"{MILK}10LOT-B", "gs1-128")
    assert packer.said == "packing.packed"
    packer.scan(f"{MILK}10LOT-X", "gs1-128")
    assert packer.said == "packing.wrong_lot"
    packer.scan(f"{MILK}10LOT-A", "gs1-128")
    assert packer.said == "packing.packed"
    assert bench.site.prove() == []


def test_of_several_lots_in_the_tote_none_is_guessed(bench: Bench, packer: Conversation) -> None:
    packer.scan(milk(bench, "LOT-A", "LOT-B"))
    packer.scan("MILK")
    assert (packer.level, packer.said) == (Level.WARNING, "packing.lot_wanted")
    assert packer.prompt.feedback is not None
    assert packer.prompt.feedback.facts["candidates"] == "LOT-A, LOT-B"
    packer.scan("10LOT-A", "gs1-128")
    assert packer.said == "packing.packed"
    packer.scan("MILK")
    assert packer.said == "packing.packed"


def test_expired_goods_are_not_packed(bench: Bench, packer: Conversation) -> None:
    tote = milk(bench, "LOT-A")
    with bench.site.superuser() as connection:  # as if time had passed since it was reserved and picked
        connection.execute("UPDATE trace SET expiry = '2020-01-31' WHERE lot = 'LOT-A'")
    packer.scan(tote)
    packer.scan(f"{MILK}10LOT-A", "gs1-128")
    assert (packer.level, packer.said) == (Level.ERROR, "packing.expired")


def test_serial_numbers_are_scanned_each_once(bench: Bench, packer: Conversation) -> None:
    _, lines = bench.order(("DRILL", 2))
    name, tote = bench.tote()
    for serial in ("S1", "S2"):
        bench.pick(tote, lines[0], "DRILL", 1, serial=serial)
    packer.scan(name)
    packer.scan("DRILL")
    assert packer.said == "packing.serial_wanted"
    packer.scan("21S1", "gs1-128")
    assert packer.said == "packing.packed"
    packer.scan("010401234567892521S1", "gs1-128")
    assert (packer.level, packer.said) == (Level.ERROR, "packing.serial_twice")
    packer.scan("010401234567892521S9", "gs1-128")
    assert packer.said == "packing.not_in_tote"
    packer.scan("010401234567892521S2", "gs1-128")
    assert packer.said == "packing.packed"
    assert bench.site.prove() == []


def test_a_suppliers_plain_serial_number_and_lot_are_read_and_the_piece_in_the_hand_comes_out_again(
    bench: Bench, packer: Conversation
) -> None:
    _, lines = bench.order(("DRILL", 2), ("MILK", 2))
    name, tote = bench.tote()
    for serial in ("S1", "S2"):
        bench.pick(tote, lines[0], "DRILL", 1, serial=serial)
    for lot in ("LOT-A", "LOT-B"):
        bench.pick(tote, lines[1], "MILK", 1, lot=lot)
    packer.scan(name)
    for code, said in (("S1", "packing.scan_goods_too"), ("DRILL", "packing.packed")):
        assert packer.scan(code).feedback is not None
        assert packer.said == said
    for code, said in (("DRILL", "packing.serial_wanted"), ("S9", "packing.not_in_tote")):
        packer.scan(code)
        assert packer.said == said
    for code in ("DRILL", "S2", "MILK", "LOT-B"):
        packer.scan(code)
    assert (packer.said, count(packer)) == ("packing.packed", ("3", "4"))
    packer.key("TAKE_OUT")
    packer.scan("DRILL")
    assert (packer.said, packer.prompt.instruction) == ("packing.serial_wanted", "packing.scan_serial")
    packer.scan("S2")
    assert (packer.said, count(packer)) == ("packing.taken_out", ("2", "4"))
    packer.scan("S1")
    packer.scan("DRILL")
    assert packer.said == "packing.serial_twice", "the other one is in still"
    assert bench.site.prove() == []


def test_two_codes_that_contradict_each_other_are_refused(bench: Bench, packer: Conversation) -> None:
    packer.scan(milk(bench, "LOT-A", "LOT-B"))
    packer.scan("MILK")
    packer.scan("WIDGET")
    assert packer.said == "packing.conflict"
    packer.scan("10LOT-A", "gs1-128")
    assert packer.said == "packing.scan_goods_too"


def test_the_order_may_be_scanned_instead_of_the_tote(bench: Bench, packer: Conversation) -> None:
    number, _ = bench.picked(("WIDGET", 1))
    packer.scan(number)
    assert packer.said == "packing.order_opened"


def test_what_is_no_order_for_packing_is_refused(bench: Bench, packer: Conversation) -> None:
    packer.scan("WIDGET")
    assert packer.said == "scan.wrong_kind"
    empty, _ = bench.tote()
    packer.scan(empty)
    assert packer.said == "packing.nothing_in_it"
    number, _ = bench.order(("WIDGET", 1))
    packer.scan(number)
    assert packer.said == "packing.nothing_picked"
    bench.site.document("purchase_order", ("WIDGET", 1))
    purchase = bench.row("SELECT number FROM document WHERE kind = 'purchase_order'")["number"]
    packer.scan(purchase)
    assert packer.said == "packing.not_an_order"


def test_a_tote_of_two_orders_asks_for_the_order(bench: Bench, packer: Conversation) -> None:
    name, tote = bench.tote()
    numbers = []
    for _ in range(2):
        number, lines = bench.order(("WIDGET", 1))
        bench.pick(tote, lines[0], "WIDGET", 1)
        numbers.append(number)
    packer.scan(name)
    assert packer.said == "packing.which_order"
    assert sorted(choice.facts["document"] for choice in packer.prompt.choices) == sorted(numbers)
    packer.key(packer.prompt.choices[1].value)
    assert packer.said == "packing.order_opened"


def test_another_order_is_not_mixed_in(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 1))
    _, other = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.scan(other)
    assert (packer.level, packer.said) == (Level.ERROR, "packing.other_order")
    packer.scan(tote)
    assert packer.said == "packing.order_goes_on"


def test_a_begun_or_sealed_carton_is_gone_on_with_and_no_other_one_is_taken(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    assert "Take a" in words(packer)
    packer.scan("WIDGET")
    packer.key("PAUSE")
    packer.scan(number)
    assert (packer.said, "Take a" in words(packer)) == ("packing.order_goes_on", False)
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("1.0"))
    packer.key("PAUSE")
    packer.scan(number)
    assert (packer.said, packer.prompt.instruction) == ("packing.carton_waits", "packing.labels_print")
    packer.key("REOPEN")
    packer.key("PAUSE")
    packer.scan(number)
    assert packer.said == "packing.order_goes_on"


def test_whoever_begins_something_new_may_leave_the_last_label_for_later(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 1))
    other, next_tote = bench.picked(("GADGET", 1))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("0.5"))
    bench.print_all()
    packer.scan(next_tote)
    assert (packer.level, packer.said) == (Level.WARNING, "packing.label_first")
    packer.scan("GADGET")
    packer.scan(next_tote)
    assert packer.said == "packing.label_first", "only the same scan right after it agrees"
    packer.scan(next_tote)
    assert (packer.said, packer.prompt.document) == ("packing.order_opened", other)
    packer.key("PAUSE")
    packer.scan(number)
    assert (packer.said, packer.prompt.instruction) == ("packing.carton_waits", "packing.scan_label")
    label = str(bench.parcels(number)[0]["tracking"])
    packer.scan(label)
    assert packer.said == "packing.order_packed"


def test_an_order_in_other_hands_is_taken_over_by_scanning_again(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    second = Conversation(bench.site.station("dock1", "OPERATOR2"), PACKING, bench.site)
    second.scan(tote)
    assert (second.level, second.said) == (Level.WARNING, "packing.in_other_hands")
    second.scan(tote)
    assert second.said == "packing.order_goes_on"


def test_undo_takes_the_last_unit_out_again(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.scan("WIDGET")
    packer.scan("SH-CMD-UNDO")
    assert packer.said == "dialog.undone"
    assert count(packer) == ("1", "2")
    assert bench.site.stock("WIDGET", "TOTE") == (Decimal(1), Decimal(1))
    assert bench.site.prove() == []


def test_the_same_event_twice_packs_once(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    event = uuid.uuid4()
    first = packer.scan("WIDGET", event=event)
    assert packer.scan("WIDGET", event=event) == first
    assert bench.site.stock("WIDGET", "STAGE1")[0] == 1


def test_work_goes_on_where_it_stopped(bench: Bench, packer: Conversation) -> None:
    packed_and_closed(bench, packer)
    again = Conversation(packer.worker.database, PACKING, bench.site)
    assert again.runner.recovered
    assert again.prompt.waiting == "print_job"


@pytest.mark.parametrize(("decision", "words"), [("cancelled", "order_cancelled_by"), ("held", "order_held")])
def test_an_order_that_was_stopped_meanwhile_is_not_packed_on(
    bench: Bench, packer: Conversation, decision: str, words: str
) -> None:
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    bench.decide(number, decision)
    packer.scan("WIDGET")
    assert (packer.level, packer.said) == (Level.ERROR, f"packing.{words}")
    assert bench.site.stock("WIDGET", "STAGE1")[0] == 1
    packer.key("PAUSE")
    packer.scan(tote)
    assert packer.said == f"packing.{words}"


def test_an_order_stopped_while_the_carton_is_on_the_scale_gets_no_label(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    bench.decide(number, "cancelled")
    put_on_scale(packer, TARE + Decimal("0.5"))
    assert packer.said == "packing.order_cancelled_by"
    assert bench.jobs() == []


def test_a_second_carton_follows(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.scan("SH-CMD-NEW_BOX")
    put_on_scale(packer, TARE + Decimal("0.5"))
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert packer.said == "packing.next_carton"
    assert count(packer) == ("1", "2")
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("0.5"))
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[1]["tracking"])
    assert packer.said == "packing.order_packed"
    first, second = bench.parcels(number)
    assert first["sscc"] != second["sscc"]
    assert {first["state"], second["state"]} == {"labelled"}
    assert bench.site.prove() == []


def test_what_is_missing_becomes_a_backorder_only_when_somebody_says_so(bench: Bench, packer: Conversation) -> None:
    number, lines = bench.order(("WIDGET", 3))
    name, tote = bench.tote()
    bench.pick(tote, lines[0], "WIDGET", 1)
    packer.scan(name)
    packer.scan("WIDGET")
    packer.key("SHORT")
    assert (packer.level, packer.said) == (Level.WARNING, "packing.rest_open")
    assert [choice.value for choice in packer.prompt.choices] == ["BACKORDER"]
    packer.key("BACKORDER")
    put_on_scale(packer, TARE + Decimal("0.5"))
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert (packer.level, packer.said) == (Level.DONE, "packing.packed_partly")
    assert bench.row("SELECT decision FROM document WHERE number = %(n)s", n=number)["decision"] == "released"


def test_an_order_is_put_aside_and_taken_up_again(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.key("PAUSE")
    assert bench.parcels(number)[0]["state"] == "cancelled"
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.key("PAUSE")
    assert packer.said == "packing.put_aside"
    packer.scan(tote)
    assert count(packer) == ("1", "2")
    assert [row["state"] for row in bench.parcels(number)] == ["cancelled", "open"]
