"""The labels of a closed carton: printed, doubtful, printed again, scanned on the right carton."""

import uuid
from decimal import Decimal

import pytest

from app.devices.labels import render
from app.dialogs.dialog import Level, Result
from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.domain.printing import PrintState
from tests.dialogs.bench import (
    TARE,
    Bench,
    count,
    labelled,
    news_of_print,
    on_the_scale,
    packed_and_closed,
    put_on_scale,
)
from tests.dialogs.conversation import Conversation
from tests.support import post


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


def test_a_label_names_pieces_with_serial_numbers_once_and_a_tote_is_no_label(
    bench: Bench, packer: Conversation
) -> None:
    _, lines = bench.order(("DRILL", 2))
    name, tote = bench.tote()
    for serial in ("S1", "S2"):
        bench.pick(tote, lines[0], "DRILL", 1, serial=serial)
    for code in (name, "DRILL", "S1", "DRILL", "S2"):
        packer.scan(code)
    packer.key("CLOSE_BOX")
    put_on_scale(packer, "4.5")
    assert bench.jobs()[0]["content"]["contents"] == "2 x DRILL"
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.tote()[0])
    assert packer.said == "scan.wrong_kind"


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


def test_a_labelled_carton_is_locked_until_it_is_opened_again_with_a_trace(bench: Bench, packer: Conversation) -> None:
    number = labelled(bench, packer)
    old = bench.parcels(number)[0]["tracking"]
    packer.scan(bench.parcels(number)[0]["sscc"])
    assert (packer.level, packer.said) == (Level.WARNING, "packing.sealed")
    packer.scan("WIDGET")
    assert packer.said == "packing.answer_first"
    packer.key("REOPEN")
    packer.key("WRONG_GOODS")
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


def test_both_labels_can_be_printed_as_they_stand_on_the_journal(bench: Bench, packer: Conversation) -> None:
    packed_and_closed(bench, packer)
    for job in bench.jobs():
        content = LabelContent(job["template"], job["label_uid"], job["content"])
        assert render(content, 203).startswith(b"^XA")


def first_of_two_cartons(bench: Bench, packer: Conversation) -> str:
    """An order of two widgets: one in a labelled carton, the second carton just opened; returns the order's number."""
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.key("NEW_BOX")
    put_on_scale(packer, TARE + Decimal("0.5"))
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert packer.said == "packing.next_carton"
    return number


def test_opening_a_carton_again_puts_the_empty_one_back(bench: Bench, packer: Conversation) -> None:
    number = first_of_two_cartons(bench, packer)
    packer.scan(bench.parcels(number)[0]["sscc"])
    packer.key("REOPEN")
    packer.key("WRONG_GOODS")
    assert packer.said == "packing.reopened"
    assert [parcel["state"] for parcel in bench.parcels(number)] == ["open", "cancelled"]
    packer.scan("WIDGET")
    assert packer.said == "packing.packed"


def test_goods_of_a_cancelled_order_are_taken_out_of_the_carton(bench: Bench, packer: Conversation) -> None:
    number = packed_and_closed(bench, packer)
    bench.decide(number, "cancelled")
    packer.key("REOPEN")
    assert packer.said == "packing.reopened"
    for _ in range(2):
        packer.key("TAKE_OUT")
        packer.scan("WIDGET")
        assert packer.said == "packing.taken_out"
    assert count(packer) == ("1", "3")
    assert bench.site.stock("WIDGET", "TOTE") == (Decimal(2), Decimal(2))
    packer.key("TAKE_OUT")
    packer.scan("WIDGET")
    assert (packer.level, packer.said) == (Level.ERROR, "packing.not_in_carton")
    packer.key("CANCEL")
    packer.scan("WIDGET")
    assert packer.said == "packing.order_cancelled_by"
    assert bench.site.prove() == []


def test_an_order_has_one_open_carton_at_a_time(bench: Bench, packer: Conversation) -> None:
    number = first_of_two_cartons(bench, packer)
    packer.scan("WIDGET")
    packer.scan(bench.parcels(number)[0]["sscc"])
    packer.key("REOPEN")
    packer.key("WRONG_GOODS")
    assert (packer.level, packer.said) == (Level.ERROR, "packing.other_carton_open")
    packer.key("CANCEL")
    packer.key("CLOSE_BOX")
    assert packer.prompt.waiting == "weight"


def test_a_carton_is_not_opened_again_while_its_label_may_still_come_out(bench: Bench, packer: Conversation) -> None:
    packed_and_closed(bench, packer)
    bench.print_label(bench.jobs()[0]["id"], PrintState.SENT)
    packer.key("REOPEN")
    assert (packer.level, packer.said) == (Level.ERROR, "printing.still_printing")


def test_labels_come_from_the_stations_own_printer(bench: Bench, packer: Conversation) -> None:
    own = bench.add_printer("zebra_of_this_bench")
    with bench.site.superuser() as connection:
        connection.execute(
            "UPDATE printer SET station_id = (SELECT id FROM station WHERE name = 'bench1') WHERE id = %s", [own]
        )
    packed_and_closed(bench, packer)
    with bench.site.desk.transaction() as session:
        used = session.rows("SELECT DISTINCT printer_id FROM print_job")
    assert [row["printer_id"] for row in used] == [own]


def test_who_may_not_pack_cannot_seal_a_carton(bench: Bench, packer: Conversation) -> None:
    number = packed_and_closed(bench, packer)
    clerk = bench.site.station("dock1", "RECEIVER1")
    parcel = bench.parcels(number)[0]["id"]
    with pytest.raises(Refusal, match=r"permission\.missing"), clerk.transaction() as session:
        session.call("reopen_parcel", parcel=parcel)
    with pytest.raises(Refusal, match=r"permission\.missing"), clerk.transaction() as session:
        session.call("label_parcel", parcel=parcel, jobs=[])
    with pytest.raises(Refusal, match=r"permission\.missing"), clerk.transaction() as session:
        session.call("ship_parcel", request=uuid.uuid4(), parcel=parcel)


def test_a_customer_gets_labels_on_their_own_template_with_a_slip_and_whoever_packs_reads_what_they_ask_for(
    bench: Bench, packer: Conversation
) -> None:
    with bench.site.superuser() as connection:
        connection.execute(
            "UPDATE stockhand.partner SET pack_instructions = 'No plastic.\nInvoice on top.',"
            " carton_label = 'carton_shopper', packing_slip = 'packing_slip' WHERE code = 'SHOPPER'"
        )
    number = packed_and_closed(bench, packer)
    assert packer.prompt.note == "No plastic.\nInvoice on top."
    parcel = bench.parcels(number)[0]
    carton, shipping, slip = bench.jobs()
    assert (carton["template"], carton["label_uid"]) == ("carton_shopper", parcel["sscc"])
    assert shipping["template"] == "shipping"
    assert (slip["template"], slip["label_uid"]) == ("packing_slip", f"{parcel['sscc']}/slip")
    assert slip["content"]["lines"] == "1 × GADGET\n2 × WIDGET"
    assert render(LabelContent("packing_slip", slip["label_uid"], slip["content"]), 203)
    packer.key("REOPEN")
    assert {job["state"] for job in bench.jobs()} == {"CANCELLED"}
