"""What goes wrong at a packing bench, each by its name: nothing is lost, nothing is doubled, and the words help.

Others stand beside what they break: orders stopped or changed and two benches on one order in test_orders_stopped, the
label that was bought by a program that died and the carrier that is late or silent in tests/worker, the dead scale in
test_packing_weight, doubtful and used labels in test_packing_labels, the database that is away in
tests/faults/test_bench_without_database.
"""

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from app.dialogs.dialog import Level
from app.domain.errors import Refusal
from app.domain.order_desk import OrderHead
from app.domain.partners import Address
from app.domain.printing import PrintState
from app.services import order_desk, printing
from app.services.carriers import setting_up
from app.services.changes import Changes
from app.services.order_desk import LineChange
from app.services.work import Worker
from app.texts import Texts
from tests.dialogs.bench import TARE, Bench, labelled, news_of_print, packed_and_closed, put_on_scale
from tests.dialogs.conversation import Conversation

NEW_HOME = Address("Ada", "Low Street 9", "", "80331", "Munich", "", "DE")


def test_a_reprint_from_the_journal_never_repeats_an_address_that_was_changed(
    bench: Bench, packer: Conversation
) -> None:
    number = labelled(bench, packer)
    desk = Worker(bench.site.desk, Changes())
    first = bench.jobs()[1]["id"]
    again = desk.run(lambda unit: printing.reprint(unit, first, reason="UNREADABLE"))
    bench.print_all()
    desk.run(lambda unit: order_desk.change(unit, number, head=OrderHead(ship_to=NEW_HOME), keep_labels=True))
    with pytest.raises(Refusal) as refused:
        desk.run(lambda unit: printing.reprint(unit, again, reason="UNREADABLE"))
    assert (refused.value.code, refused.value.facts["document"]) == ("printing.order_changed", number)
    assert "packing bench" in Texts.load().error(refused.value.code, refused.value.facts)[1]


def test_a_kept_label_printed_again_says_the_new_address_at_its_price_or_is_not_printed(
    bench: Bench, packer: Conversation
) -> None:
    desk = Worker(bench.site.desk, Changes())
    known = next(one for one in desk.run(setting_up.carriers) if one.code == "house")
    zones = [{"zone": "south", "country": "DE", "first": "8", "last": "8"}, {"zone": "rest", "country": "*"},
             {"zone": "unpriced", "country": "FR"}]  # fmt: skip
    prices = [{"service": "parcel", "zone": zone, "up_to_kg": "31.5", "price": price}
              for zone, price in (("rest", "4.90"), ("south", "7.20"))]  # fmt: skip
    priced = {**known.setup, "zones": zones, "prices": prices}
    desk.run(lambda unit: setting_up.save(unit, replace(known, setup=priced)))
    number = packed_and_closed(bench, packer)
    bench.print_all()
    shipping = str(bench.jobs()[1]["id"])

    def send_to(home: Address) -> None:
        desk.run(lambda unit: order_desk.change(unit, number, head=OrderHead(ship_to=home), keep_labels=True))
        for key in ("REPRINT", shipping, "UNREADABLE"):
            packer.key(key)

    news_of_print(packer)
    send_to(replace(NEW_HOME, country="FR", postal_code="75001"))
    assert (packer.level, packer.said) == (Level.ERROR, "packing.not_served")
    assert len(bench.jobs()) == 2, "nothing is printed"
    send_to(NEW_HOME)
    bench.print_all()
    news_of_print(packer)
    bought = bench.row("SELECT content, tracking, price FROM purchase WHERE state = 'bought'")
    assert bought["price"] == Decimal("7.20"), "what it costs where it goes now"
    assert bought["content"]["receiver"]["line_1"] == "Low Street 9"
    packer.scan(bought["tracking"])
    assert packer.said == "packing.order_packed"


def test_a_printer_that_prints_half_leaves_a_label_that_is_asked_for_and_never_taken_for_whole(
    bench: Bench, packer: Conversation
) -> None:
    number = packed_and_closed(bench, packer)
    carton, shipping = bench.jobs()
    bench.print_label(carton["id"])
    bench.print_label(shipping["id"], PrintState.PARTIAL)
    news_of_print(packer)
    assert packer.prompt.instruction == "packing.is_it_there"
    assert [choice.value for choice in packer.prompt.choices] == ["REPRINT", "VOID"]
    packer.scan(bench.parcels(number)[0]["sscc"])
    assert packer.level is Level.WARNING, "the whole label is no proof of the half one"
    packer.key("REPRINT")
    packer.key("PAPER_OUT")
    bench.print_all()
    news_of_print(packer)
    packer.scan(shipping["label_uid"])
    assert packer.said == "packing.label_void", "the half label is dead"
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert packer.said == "packing.order_packed"


def test_an_item_from_another_tote_is_refused_and_stays_where_it_is(bench: Bench, packer: Conversation) -> None:
    _, lines = bench.order(("DRILL", 1))
    _, others = bench.order(("DRILL", 1))
    (name, tote), (_, other) = bench.tote(), bench.tote()
    bench.pick(tote, lines[0], "DRILL", 1, serial="OURS")
    bench.pick(other, others[0], "DRILL", 1, serial="THEIRS")
    packer.scan(name)
    packer.scan("010401234567892521THEIRS", "gs1-128")
    assert (packer.level, packer.said) == (Level.ERROR, "packing.not_in_tote")
    told = packer.prompt.feedback
    assert told is not None
    assert "THEIRS" in " ".join(Texts.load().error(told.code, told.facts))
    assert bench.site.stock("DRILL", "TOTE") == (2, 2)
    packer.scan("010401234567892521OURS", "gs1-128")
    assert packer.said == "packing.packed"
    assert bench.site.prove() == []


@pytest.mark.parametrize("left", ["surplus", "another order"])
def test_a_tote_that_is_not_empty_at_the_end_is_named_with_what_is_in_it(
    bench: Bench, packer: Conversation, left: str
) -> None:
    number, lines = bench.order(("WIDGET", 2))
    name, tote = bench.tote()
    bench.pick(tote, lines[0], "WIDGET", 2)
    other = ""
    if left == "surplus":
        desk = Worker(bench.site.desk, Changes())
        desk.run(lambda unit: order_desk.change(unit, number, lines=[LineChange(1, "1")]))
    else:
        other, theirs = bench.order(("GADGET", 1))
        bench.pick(tote, theirs[0], "GADGET", 1)
    packer.scan(name if left == "surplus" else number)
    packer.scan("WIDGET")
    if left != "surplus":
        packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + (Decimal("0.5") if left == "surplus" else 1))
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    expected = "packing.tote_not_empty" if left == "surplus" else "packing.tote_of_others"
    assert (packer.level, packer.said) == (Level.WARNING, expected)
    told = packer.prompt.feedback
    assert told is not None
    assert (told.facts["totes"], told.facts["others"]) == (name, other)
    assert packer.runner.round_trips <= 5


def test_a_scan_that_is_repeated_after_a_lost_answer_takes_a_unit_out_once(bench: Bench, packer: Conversation) -> None:
    _, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.scan("WIDGET")
    packer.key("TAKE_OUT")
    event = uuid.uuid4()
    first = packer.scan("WIDGET", event=event)
    assert packer.scan("WIDGET", event=event) == first
    assert bench.site.stock("WIDGET", "TOTE") == (1, 1)
    assert bench.site.prove() == []


def test_what_is_sent_later_waits_in_its_tote_and_the_screen_says_so(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.key("SHORT")
    packer.key("BACKORDER")
    put_on_scale(packer, TARE + Decimal("0.5"))
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert (packer.level, packer.said) == (Level.WARNING, "packing.tote_waits")
    assert packer.scan(tote).document == number
    packer.scan("WIDGET")
    assert packer.prompt.instruction == "packing.all_packed"
