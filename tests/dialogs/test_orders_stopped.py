"""What the order desk does to an order while its carton is open: the bench hears of it at once, in helpful words."""

import uuid
from collections.abc import Callable
from decimal import Decimal

from app.dialogs.dialog import Level, Result
from app.dialogs.packing import PACKING
from app.domain.order_desk import Hold, OrderHead
from app.domain.partners import Address
from app.services import order_desk, order_entry
from app.services.changes import Changes
from app.services.order_desk import ORDER, LineChange
from app.services.work import UnitOfWork, Worker
from tests.dialogs.bench import TARE, Bench, put_on_scale
from tests.dialogs.conversation import Conversation

NEW_HOME = Address("Ada", "Low Street 9", "", "80331", "Munich", "", "DE")


def at_the_desk(bench: Bench, work: Callable[[UnitOfWork], object]) -> None:
    Worker(bench.site.desk, Changes()).run(work)


def hear(bench: Bench, packer: Conversation, number: str) -> None:
    """The bench hears that somebody changed the order that it has in hand."""
    order = bench.row("SELECT id FROM document WHERE number = %(number)s", number=number)["id"]
    assert packer.runner.about == order
    packer.handle(Result(uuid.uuid4(), ORDER, order, "changed", {}))


def test_a_hold_stops_the_bench_at_once_and_says_who_and_why(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    at_the_desk(bench, lambda unit: order_desk.hold(unit, number, kind=Hold.CREDIT, note="pays late"))
    hear(bench, packer, number)
    assert (packer.level, packer.said) == (Level.ERROR, "packing.order_on_hold")
    assert (facts(packer)["hold"], facts(packer)["note"]) == ("credit", "pays late")
    packer.scan("WIDGET")
    assert packer.said == "packing.order_on_hold"
    at_the_desk(bench, lambda unit: order_desk.lift(unit, number))
    packer.scan("WIDGET")
    assert packer.said == "packing.packed"


def test_a_cancelled_order_leaves_the_bench_as_it_stands_and_goes_to_put_away(
    bench: Bench, packer: Conversation
) -> None:
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    at_the_desk(bench, lambda unit: order_desk.cancel(unit, number, reason="CUSTOMER_WISH"))
    hear(bench, packer, number)
    assert (packer.level, packer.said) == (Level.ERROR, "packing.order_cancelled_by")
    packer.key("CLOSE_BOX")
    assert packer.said == "packing.order_cancelled_by", "nothing is weighed or labelled any more"
    packer.key("PAUSE")
    assert packer.prompt.instruction == "packing.scan_tote"
    with bench.site.desk.transaction() as session:
        goods = session.rows("SELECT qty FROM goods_to_put_back(%(site)s)", site=bench.site.warehouse)
    assert sorted(int(one["qty"]) for one in goods) == [1, 1], "one in the tote, one in the carton"


def test_an_address_that_changes_while_the_carton_is_open_is_on_its_label(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.scan("WIDGET")
    at_the_desk(bench, lambda unit: order_desk.change(unit, number, head=OrderHead(ship_to=NEW_HOME)))
    hear(bench, packer, number)
    assert (packer.level, packer.said, facts(packer)["change"]) == (Level.WARNING, "packing.order_changed", "ship_to")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("0.5"))
    assert all("Low Street 9" in str(job["content"]) for job in bench.jobs())


def test_labels_with_the_old_address_are_dead_and_the_carton_needs_another_shipping_label(
    bench: Bench, packer: Conversation
) -> None:
    number, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("0.5"))
    bench.print_all()
    old = bench.parcels(number)[0]["tracking"]
    at_the_desk(bench, lambda unit: order_desk.change(unit, number, head=OrderHead(ship_to=NEW_HOME)))
    hear(bench, packer, number)
    packer.scan(old)
    assert packer.said == "packing.label_void"
    assert packer.prompt.instruction == "packing.buy_label"
    assert [choice.value for choice in packer.prompt.choices] == ["BUY"]
    packer.key("BUY")
    assert packer.prompt.instruction == "packing.print_again"
    packer.key("REPRINT")
    packer.key("UNREADABLE")
    bench.print_all()
    hear(bench, packer, number)
    assert packer.prompt.instruction == "packing.wait_for_carrier"
    assert "Low Street 9" in str(bench.jobs()[-1]["content"])


def test_a_packing_slip_with_the_old_address_is_printed_anew_at_the_bench(bench: Bench, packer: Conversation) -> None:
    with bench.site.desk.transaction() as session:
        session.change("UPDATE partner SET packing_slip = 'packing_slip' WHERE code = 'SHOPPER'")
    number, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("0.5"))
    bench.print_all()
    hear(bench, packer, number)
    assert packer.prompt.instruction == "packing.scan_label"
    at_the_desk(bench, lambda unit: order_desk.change(unit, number, head=OrderHead(ship_to=NEW_HOME)))
    hear(bench, packer, number)
    packer.key("BUY")
    again = []
    while packer.prompt.instruction in ("packing.print_again", "packing.print_slip"):
        again.append(packer.prompt.instruction)
        packer.key("REPRINT")
        packer.key("UNREADABLE")
        bench.print_all()
        hear(bench, packer, number)
    assert again == ["packing.print_again", "packing.print_slip"]
    slips = [one for one in bench.jobs() if one["template"] == "packing_slip"]
    assert [(one["state"], "Low Street 9" in str(one["content"]), one["reprint_no"]) for one in slips] == [
        ("REPRINTED", False, 0),
        ("CONFIRMED", True, 1),
    ]


def test_a_line_that_becomes_smaller_leaves_its_surplus_in_the_tote(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 3))
    packer.scan(tote)
    packer.scan("WIDGET")
    at_the_desk(bench, lambda unit: order_desk.change(unit, number, lines=[LineChange(1, "2")]))
    hear(bench, packer, number)
    assert facts(packer)["change"] == "lines"
    packer.scan("WIDGET")
    packer.scan("WIDGET")
    assert packer.level is Level.ERROR
    assert bench.site.stock("WIDGET", "TOTE") == (1, 0)


def test_two_benches_on_one_order_know_of_each_other(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    other = Conversation(bench.site.station("dock1", "OPERATOR2"), PACKING, bench.site)
    other.scan(tote)
    assert (other.level, other.said) == (Level.WARNING, "packing.in_other_hands")
    hands = Worker(bench.site.desk, Changes()).run(lambda unit: order_desk.preview_cancel(unit, number)).hands
    assert [(one.station, one.capability) for one in hands] == [("bench1", "packing")]
    packer.scan("WIDGET")
    other.scan(tote)
    packer.scan("WIDGET")
    assert (packer.said, packer.prompt.document) == ("packing.taken_over", ""), "of two cartons one would be in no book"
    other.scan("WIDGET")
    other.scan("WIDGET")
    assert other.level is Level.ERROR, "the carton holds what both scanned, and no more"
    for _ in range(2):
        packer.scan(number)
    assert packer.said == "packing.order_goes_on"
    other.key("PAUSE")
    assert other.said == "packing.taken_over"
    detail = Worker(bench.site.desk, Changes()).run(lambda unit: order_entry.look_into(unit, number))
    assert int(detail.lines[0].progress.packed) == 2


def facts(packer: Conversation) -> dict[str, str]:
    """What the feedback band says, by name."""
    assert packer.prompt.feedback is not None
    return dict(packer.prompt.feedback.facts)
