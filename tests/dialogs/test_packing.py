"""Pack verification, as the packer experiences it."""

import uuid
from decimal import Decimal

import pytest

from app.dialogs.dialog import Level, Result
from app.dialogs.packing import PACKING
from app.domain.printing import PrintState
from tests.dialogs.bench import TARE, Bench, approve, news_of_print, put_on_scale
from tests.dialogs.conversation import Conversation
from tests.dialogs.words import SpokenConversation
from tests.support import Site


@pytest.fixture
def bench(warehouse: Site) -> Bench:
    return Bench(warehouse)


@pytest.fixture
def packer(bench: Bench) -> Conversation:
    return SpokenConversation(bench.site.station("bench1", "OPERATOR1"), PACKING, bench.site)


def count(talk: Conversation) -> tuple[str, str]:
    assert talk.prompt.count is not None
    return talk.prompt.count.done, talk.prompt.count.total


def packed_and_closed(bench: Bench, packer: Conversation) -> str:
    """An order of two widgets and a gadget in a closed carton whose labels wait for the printer; returns its number."""
    number, tote = bench.picked(("WIDGET", 2), ("GADGET", 1))
    packer.scan(tote)
    for sku in ("WIDGET", "WIDGET", "GADGET"):
        packer.scan(sku)
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("2.250"))
    assert packer.said == "packing.carton_closed"
    return number


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
    _, tote = bench.picked(("OIL", "2.375"))
    packer.scan(tote)
    packer.scan("OIL")
    assert count(packer) == ("2.375", "2.375")


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
    packer.scan(milk(bench, "OLD"))
    packer.scan(f"{MILK}10OLD", "gs1-128")
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
    assert packer.said == "packing.order_opened"


def test_an_order_in_other_hands_is_taken_over_by_scanning_again(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    second = SpokenConversation(bench.site.station("dock1", "OPERATOR2"), PACKING, bench.site)
    second.scan(tote)
    assert (second.level, second.said) == (Level.WARNING, "packing.in_other_hands")
    second.scan(tote)
    assert second.said == "packing.order_opened"


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
    again = SpokenConversation(packer.worker.database, PACKING, bench.site)
    assert again.runner.recovered
    assert again.prompt.waiting == "print_job"


@pytest.mark.parametrize("decision", ["cancelled", "held"])
def test_an_order_that_was_stopped_meanwhile_is_not_packed_on(
    bench: Bench, packer: Conversation, decision: str
) -> None:
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    bench.decide(number, decision)
    packer.scan("WIDGET")
    assert (packer.level, packer.said) == (Level.ERROR, f"packing.order_{decision}")
    assert bench.site.stock("WIDGET", "STAGE1")[0] == 1
    packer.key("PAUSE")
    packer.scan(tote)
    assert packer.said == f"packing.order_{decision}"


def test_an_order_stopped_while_the_carton_is_on_the_scale_gets_no_label(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    bench.decide(number, "cancelled")
    put_on_scale(packer, TARE + Decimal("0.5"))
    assert packer.said == "packing.order_cancelled"
    assert bench.jobs() == []


# The weight.


def on_the_scale(bench: Bench, packer: Conversation, *lines: tuple[str, int]) -> str:
    """A carton with all goods of an order is to be weighed; returns the order's number."""
    number, tote = bench.picked(*lines)
    packer.scan(tote)
    for sku, qty in lines:
        for _ in range(qty):
            packer.scan(sku)
    packer.key("CLOSE_BOX")
    return number


def test_a_weight_that_is_off_names_the_suspect_and_keeps_the_carton_open(bench: Bench, packer: Conversation) -> None:
    number = on_the_scale(bench, packer, ("WIDGET", 2), ("GADGET", 1))
    put_on_scale(packer, TARE + Decimal("1.0"))
    assert (packer.level, packer.said) == (Level.ERROR, "packing.weight_missing")
    assert packer.prompt.feedback is not None
    assert (packer.prompt.feedback.facts["quantity"], packer.prompt.feedback.facts["sku"]) == ("1", "GADGET")
    assert bench.parcels(number)[0]["state"] == "open"
    assert packer.prompt.waiting == ""
    packer.scan("SH-CMD-CONFIRM")
    assert packer.prompt.waiting == "weight"
    put_on_scale(packer, TARE + Decimal("2.75"))
    assert packer.said == "packing.weight_extra"
    packer.key("CONFIRM")
    put_on_scale(packer, TARE + Decimal("2.25"))
    assert packer.said == "packing.carton_closed"


def test_a_weight_that_no_goods_explain_is_told_plainly(bench: Bench, packer: Conversation) -> None:
    on_the_scale(bench, packer, ("WIDGET", 1))
    put_on_scale(packer, TARE + Decimal("0.62"))
    assert packer.said == "packing.weight_too_high"


def test_an_unsteady_weight_is_not_used(bench: Bench, packer: Conversation) -> None:
    on_the_scale(bench, packer, ("WIDGET", 1))
    put_on_scale(packer, TARE + Decimal("0.5"), capturable=False)
    assert packer.said == "packing.weight_not_usable"
    assert bench.jobs() == []


def test_goods_of_unknown_weight_pass_and_are_learned(bench: Bench, packer: Conversation) -> None:
    with bench.site.desk.transaction() as session:
        session.change("UPDATE item SET weight_mean_kg = NULL WHERE sku = 'WIDGET'")
    on_the_scale(bench, packer, ("WIDGET", 2))
    put_on_scale(packer, TARE + Decimal("1.5"))
    assert packer.said == "packing.carton_closed"
    learned = bench.row("SELECT weight_mean_kg, weight_observations FROM item WHERE sku = 'WIDGET'")
    assert (learned["weight_mean_kg"], learned["weight_observations"]) == (Decimal("0.75"), 1)


def test_a_supervisor_lets_a_weight_pass_with_reason_and_name(bench: Bench, packer: Conversation) -> None:
    number = on_the_scale(bench, packer, ("WIDGET", 2))
    put_on_scale(packer, TARE + Decimal("1.4"))
    packer.key("OVERRIDE")
    assert {choice.value for choice in packer.prompt.choices} >= {"WEIGHT_OVERRIDE", "PADDING"}
    packer.key("PADDING")
    assert packer.prompt.waiting == "approval"
    assert packer.prompt.facts["permission"] == "override_weight"
    approve(packer, bench.site)
    assert packer.said == "packing.carton_closed"
    parcel = bench.parcels(number)[0]
    assert parcel["weight_override_by"] == bench.site.people["MANAGER1"]
    assert parcel["weight_override_reason"] == "PADDING"
    learned = bench.row("SELECT weight_observations FROM item WHERE sku = 'WIDGET'")
    assert learned["weight_observations"] == 0


def test_nobody_passes_a_weight_without_an_approval(bench: Bench, packer: Conversation) -> None:
    on_the_scale(bench, packer, ("WIDGET", 2))
    put_on_scale(packer, TARE + Decimal("1.4"))
    packer.key("OVERRIDE")
    packer.key("PADDING")
    request = uuid.UUID(packer.prompt.facts["request"])
    packer.handle(Result(uuid.uuid4(), "approval", uuid.uuid4(), "approved", {}))
    assert packer.prompt.waiting == "approval"
    packer.handle(Result(uuid.uuid4(), "approval", request, "approved", {"person": "nobody"}))
    assert (packer.level, packer.said) == (Level.ERROR, "permission.approval_missing")
    packer.handle(Result(uuid.uuid4(), "approval", request, "refused", {}))
    assert packer.said == "packing.not_approved"
    assert bench.jobs() == []


def test_a_weight_is_typed_where_the_scale_is_dead_and_marked_so(bench: Bench, packer: Conversation) -> None:
    number = on_the_scale(bench, packer, ("WIDGET", 2))
    packer.key("MANUAL")
    assert packer.prompt.ask == "packing.ask_weight"
    packer.key("ENTER", "heavy")
    assert packer.level is Level.ERROR
    packer.key("ENTER", "1.300")
    packer.key("WEIGHT_OVERRIDE")
    approve(packer, bench.site)
    assert packer.said == "packing.carton_closed"
    assert bench.parcels(number)[0]["weight_manual"] is True
    reading = bench.row("SELECT device, value, manual FROM device_reading")
    assert (reading["device"], reading["value"], reading["manual"]) == ("keyboard", Decimal("1.3"), True)


def test_another_carton_has_another_tare(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.key("CARTON")
    packer.key("LARGE")
    assert packer.said == "packing.carton_chosen"
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, Decimal("0.55") + Decimal("0.5"))
    assert packer.said == "packing.carton_closed"


def test_an_empty_carton_is_not_closed(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.key("CLOSE_BOX")
    assert packer.said == "packing.carton_empty"


def test_weighing_can_be_left_to_pack_on(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.key("NEW_BOX")
    packer.scan("WIDGET")
    assert packer.said == "packing.answer_first"
    packer.key("CANCEL")
    put_on_scale(packer, "99")
    packer.scan("WIDGET")
    assert packer.said == "packing.packed"


# What is not in the carton.


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


# The labels.


def test_the_labels_say_what_the_database_holds(bench: Bench, packer: Conversation) -> None:
    number = packed_and_closed(bench, packer)
    parcel = bench.parcels(number)[0]
    carton, shipping = bench.jobs()
    assert (carton["template"], carton["label_uid"]) == ("carton", parcel["sscc"])
    assert (shipping["template"], shipping["label_uid"]) == ("shipping", parcel["tracking"])
    assert carton["content"]["order"] == number
    assert carton["content"]["contents"] == "1 x GADGET, 2 x WIDGET"
    assert shipping["content"]["ship_to"] == "Shopper"
    assert shipping["content"]["weight"] == "2.55 kg"
    assert (parcel["carrier"], parcel["service"]) == ("house", "parcel")


def test_news_of_other_labels_changes_nothing(bench: Bench, packer: Conversation) -> None:
    packed_and_closed(bench, packer)
    news_of_print(packer)
    assert packer.prompt.waiting == "print_job"
    bench.print_label(bench.jobs()[0]["id"])
    news_of_print(packer)
    assert packer.prompt.waiting == "print_job"


def test_a_label_that_is_not_printed_yet_proves_nothing(bench: Bench, packer: Conversation) -> None:
    number = packed_and_closed(bench, packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert (packer.level, packer.said) == (Level.ERROR, "packing.label_not_printed")
    bench.print_all(PrintState.SENT)
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert packer.said == "packing.still_printing"


def test_the_label_of_another_carton_is_refused(bench: Bench, packer: Conversation) -> None:
    other = packed_and_closed(bench, packer)
    packer.key("PAUSE")
    number = packed_and_closed(bench, packer)
    bench.print_all()
    news_of_print(packer)
    for code in (bench.parcels(other)[0]["tracking"], bench.parcels(other)[0]["sscc"]):
        packer.scan(code)
        assert (packer.level, packer.said) == (Level.ERROR, "packing.other_carton")
    packer.scan(bench.parcels(number)[0]["sscc"])
    assert packer.said == "packing.order_packed"


def test_a_doubtful_label_that_is_there_is_scanned(bench: Bench, packer: Conversation) -> None:
    number = packed_and_closed(bench, packer)
    bench.print_all(PrintState.UNVERIFIED)
    news_of_print(packer)
    assert packer.prompt.instruction == "packing.is_it_there"
    parcel = bench.parcels(number)[0]
    packer.scan(f"(00){parcel['sscc']}")
    assert packer.said == "packing.label_found"
    packer.scan(parcel["tracking"])
    assert packer.said == "packing.order_packed"
    assert [job["state"] for job in bench.jobs()] == ["CONFIRMED", "CONFIRMED"]


def test_a_doubtful_label_is_printed_again_and_the_old_paper_is_dead(bench: Bench, packer: Conversation) -> None:
    number = packed_and_closed(bench, packer)
    carton, shipping = bench.jobs()
    bench.print_label(carton["id"])
    bench.print_label(shipping["id"], PrintState.UNKNOWN)
    news_of_print(packer)
    packer.key("REPRINT")
    assert {choice.value for choice in packer.prompt.choices} == {"UNREADABLE", "PAPER_OUT", "LABEL_LOST"}
    packer.key("PAPER_OUT")
    assert packer.said == "packing.reprinting"
    assert packer.prompt.waiting == "print_job"
    bench.print_all()
    news_of_print(packer)
    packer.scan(shipping["label_uid"])
    assert (packer.level, packer.said) == (Level.ERROR, "packing.label_void")
    parcel = bench.parcels(number)[0]
    assert parcel["tracking"] != shipping["label_uid"]
    packer.scan(parcel["tracking"])
    assert packer.said == "packing.order_packed"
    assert [job["state"] for job in bench.jobs()] == ["CONFIRMED", "REPRINTED", "CONFIRMED"]


def test_a_doubtful_label_is_voided_and_printed_again(bench: Bench, packer: Conversation) -> None:
    number = packed_and_closed(bench, packer)
    bench.print_all(PrintState.PARTIAL)
    news_of_print(packer)
    packer.key("VOID")
    assert packer.said == "packing.label_voided"
    assert packer.prompt.instruction == "packing.print_again"
    packer.key("REPRINT")
    packer.key("LABEL_LOST")
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["sscc"])
    assert packer.said == "packing.scan_shipping_label"
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert packer.said == "packing.order_packed"


def test_a_printed_label_that_is_unreadable_is_printed_again(bench: Bench, packer: Conversation) -> None:
    number = packed_and_closed(bench, packer)
    bench.print_all()
    news_of_print(packer)
    packer.key("REPRINT")
    wanted = next(choice for choice in packer.prompt.choices if choice.code == "packing.label_shipping")
    packer.key(wanted.value)
    packer.key("UNREADABLE")
    packer.handle(Result(uuid.uuid4(), "print_job", uuid.uuid4(), "", {}))
    assert packer.prompt.instruction == "packing.labels_print"
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert packer.said == "packing.order_packed"


def test_waiting_labels_go_to_another_printer(bench: Bench, packer: Conversation) -> None:
    packed_and_closed(bench, packer)
    assert not packer.prompt.choices
    second = bench.add_printer("zebra_2")
    news_of_print(packer)
    assert [choice.value for choice in packer.prompt.choices] == ["OTHER_PRINTER"]
    packer.key("OTHER_PRINTER")
    assert packer.said == "packing.other_printer"
    with bench.site.desk.transaction() as session:
        printers = session.rows("SELECT DISTINCT printer_id FROM print_job")
    assert [row["printer_id"] for row in printers] == [second]


def test_without_a_printer_the_carton_stays_open(bench: Bench, packer: Conversation) -> None:
    with bench.site.desk.transaction() as session:
        session.change("UPDATE printer SET active = false")
    number = on_the_scale(bench, packer, ("WIDGET", 1))
    put_on_scale(packer, TARE + Decimal("0.5"))
    assert packer.said == "packing.no_printer"
    assert bench.parcels(number)[0]["state"] == "open"


def test_a_closed_carton_is_not_undone_but_opened_again(bench: Bench, packer: Conversation) -> None:
    number = packed_and_closed(bench, packer)
    packer.key("UNDO")
    assert packer.said == "dialog.undo_outside"
    packer.key("REOPEN")
    assert packer.said == "packing.reopened"
    assert bench.parcels(number)[0]["state"] == "open"
    assert [job["state"] for job in bench.jobs()] == ["CANCELLED", "CANCELLED"]
    packer.key("UNDO")
    assert packer.said == "dialog.undo_outside"
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("2.25"))
    assert packer.prompt.instruction == "packing.labels_print"
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert packer.said == "packing.order_packed"
    assert bench.site.prove() == []


def labelled(bench: Bench, packer: Conversation) -> str:
    """An order in one labelled carton; returns its number."""
    number = packed_and_closed(bench, packer)
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    return number


def test_a_labelled_carton_is_locked_until_it_is_opened_again_with_a_trace(bench: Bench, packer: Conversation) -> None:
    number = labelled(bench, packer)
    old = bench.parcels(number)[0]["tracking"]
    packer.scan(bench.parcels(number)[0]["sscc"])
    assert (packer.level, packer.said) == (Level.WARNING, "packing.sealed")
    packer.scan("WIDGET")
    assert packer.said == "packing.answer_first"
    packer.key("REOPEN")
    assert packer.said == "packing.reopened"
    with bench.site.desk.transaction() as session:
        trace = session.rows("SELECT state FROM parcel_history ORDER BY id")
    assert [row["state"] for row in trace][:4] == ["open", "closed", "labelled", "open"]
    assert {job["state"] for job in bench.jobs()} == {"VOIDED"}
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("2.25"))
    bench.print_all()
    news_of_print(packer)
    packer.scan(old)
    assert packer.said == "packing.label_void"


def test_a_label_that_was_used_is_no_unit(bench: Bench, packer: Conversation) -> None:
    number = labelled(bench, packer)
    _, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert (packer.level, packer.said) == (Level.ERROR, "packing.label_used")


def test_an_order_that_is_packed_is_not_packed_again(bench: Bench, packer: Conversation) -> None:
    number = labelled(bench, packer)
    packer.scan(number)
    assert packer.said == "packing.already_packed"


def test_the_database_itself_keeps_goods_out_of_a_sealed_carton(bench: Bench, packer: Conversation) -> None:
    from app.domain.errors import Refusal
    from tests.support import post

    number = labelled(bench, packer)
    _, lines = bench.order(("WIDGET", 1))
    _, tote = bench.tote()
    bench.pick(tote, lines[0], "WIDGET", 1)
    carton = bench.parcels(number)[0]["unit"]
    with pytest.raises(Refusal, match=r"packing\.carton_sealed"), bench.site.desk.transaction() as session:
        post(
            session, bench.site, "pack", "WIDGET", "TOTE", "STAGE1", 1, line=lines[0],
            from_units=[tote], to_units=[carton],
        )  # fmt: skip
