"""Packing taken back, as people at the bench and at the desk experience it: nothing is lost, and all can see why."""

import uuid
from decimal import Decimal
from uuid import UUID

import pytest

from app.dialogs.dialog import Level
from app.dialogs.packing import PACKING
from app.dialogs.putaway import PUTAWAY
from app.dialogs.shipping import SHIPPING
from app.domain.errors import Refusal
from app.services import order_desk, unpacking
from app.services.changes import Changes
from app.services.shipping import manifests
from app.services.work import Worker
from tests.dialogs.bench import TARE, Bench, approve, count, labelled, news_of_print, put_on_scale
from tests.dialogs.conversation import Conversation


@pytest.fixture
def office(bench: Bench) -> Worker:
    """The desk of a manager."""
    return Worker(bench.site.desk, Changes())


def stock(bench: Bench, sku: str, place: str) -> int:
    """How many of an item are at a place."""
    return int(bench.site.stock(sku, place)[0])


def trail(bench: Bench, office: Worker, carton: str) -> list[tuple[str, str, str]]:
    """What became of a carton: what, why, who."""
    found = office.run(lambda unit: unpacking.trail(unit, bench.site.warehouse, carton))
    return [(one.what, one.reason, one.person) for one in found]


def close_up(bench: Bench, packer: Conversation, kg: str) -> None:
    """The carton in hand is closed with this weight of goods, labelled and proven."""
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal(kg))
    assert packer.said == "packing.carton_closed"
    bench.print_all()
    news_of_print(packer)
    with bench.site.desk.transaction() as session:
        row = session.row("SELECT tracking FROM parcel WHERE state = 'closed' AND tracking IS NOT NULL")
    assert row is not None
    packer.scan(row["tracking"])


def test_a_sealed_carton_is_emptied_into_its_tote_and_packed_again_under_a_new_label(
    bench: Bench, packer: Conversation, office: Worker
) -> None:
    number = labelled(bench, packer)
    old = bench.parcels(number)[0]
    second = Conversation(bench.site.station("dock1", "OPERATOR2"), PACKING, bench.site)
    second.scan(old["sscc"])
    second.key("UNPACK")
    assert second.prompt.instruction == "packing.at_why"
    second.key("WRONG_CARTON")
    assert (second.level, second.said) == (Level.OK, "packing.unpacked")
    assert (stock(bench, "WIDGET", "TOTE"), stock(bench, "GADGET", "TOTE")) == (2, 1)
    assert bench.parcels(number)[0]["state"] == "cancelled"
    assert {job["state"] for job in bench.jobs()} == {"VOIDED"}
    assert trail(bench, office, old["sscc"])[-2:] == [
        ("unpacked", "WRONG_CARTON", "Operator2"),
        ("cancelled", "", "Operator2"),
    ]
    second.scan(old["tracking"])
    assert (second.level, second.said) == (Level.ERROR, "packing.label_void")
    second.scan(number)
    for sku in ("WIDGET", "WIDGET", "GADGET"):
        second.scan(sku)
    close_up(bench, second, "2.250")
    assert second.said == "packing.order_packed"
    assert bench.site.prove() == []


def test_a_carton_of_a_cancelled_order_is_worked_off_to_the_dock_and_put_away(
    bench: Bench, packer: Conversation, office: Worker
) -> None:
    number = labelled(bench, packer)
    carton = bench.parcels(number)[0]
    ended = office.run(lambda unit: order_desk.cancel(unit, number, reason="CUSTOMER_WISH"))
    assert [(one.carton, one.state, one.manifest) for one in ended.cartons] == [(carton["sscc"], "labelled", "")]
    (waiting,) = office.run(lambda unit: unpacking.waiting(unit, bench.site.warehouse))
    assert (waiting.carton, waiting.order, [one.sku for one in waiting.goods]) == (
        carton["sscc"],
        number,
        ["GADGET", "WIDGET"],
    )
    packer.scan(carton["sscc"])
    assert (packer.level, packer.said) == (Level.WARNING, "packing.unpack_ended")
    assert packer.prompt.facts["place"] == "WH001-DOCK1"
    packer.scan("WH001-STO-R01")
    assert packer.said == "unpacking.no_return_place", "goods come back to a dock"
    packer.scan("SH-CMD-CONFIRM")
    assert packer.said == "packing.unpacked_to"
    assert bench.site.stock("WIDGET", "DOCK1") == (2, 0)
    assert office.run(lambda unit: unpacking.waiting(unit, bench.site.warehouse)) == ()
    putaway = Conversation(bench.site.station("dock1", "OPERATOR2"), PUTAWAY, bench.site)
    putaway.scan("GADGET")
    putaway.scan("WH001-STO-R02")
    putaway.scan("WH001-STO-R02")
    assert bench.site.stock("GADGET", "R02") == (1, 0)
    packer.scan(carton["sscc"])
    assert packer.said == "packing.nothing_in_it"
    assert bench.site.prove() == []


def test_the_bench_that_has_a_carton_of_a_cancelled_order_in_hand_unpacks_it_by_one_key(
    bench: Bench, packer: Conversation
) -> None:
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    bench.decide(number, "cancelled")
    packer.scan("WIDGET")
    assert packer.said == "packing.order_cancelled_by"
    packer.key("UNPACK")
    packer.key("CONFIRM")
    assert packer.said == "packing.unpacked_to"
    assert (stock(bench, "WIDGET", "DOCK1"), stock(bench, "WIDGET", "TOTE")) == (1, 1)
    assert bench.site.prove() == []


def manifest(bench: Bench, office: Worker) -> manifests.Manifest:
    """The manifest of today, closed with all that is ready."""
    number = office.run(lambda unit: manifests.close(unit, warehouse=bench.site.warehouse, carrier="house"))
    return office.run(lambda unit: manifests.look_into(unit, number))


def test_a_carton_on_a_manifest_is_opened_with_a_supervisor_and_stands_on_it_no_more(
    bench: Bench, packer: Conversation, office: Worker
) -> None:
    number = labelled(bench, packer)
    listed = manifest(bench, office)
    carton = bench.parcels(number)[0]
    with pytest.raises(Refusal, match=r"unpacking\.on_manifest"), packer.worker.database.transaction() as session:
        session.call("reopen_parcel", parcel=carton["id"], reason="WRONG_GOODS", approval=None)
    packer.scan(carton["sscc"])
    packer.key("REOPEN")
    packer.key("WRONG_GOODS")
    assert (packer.level, packer.said) == (Level.WARNING, "packing.on_manifest")
    assert packer.prompt.waiting == "approval"
    approve(packer, bench.site)
    assert packer.said == "packing.reopened"
    left = office.run(lambda unit: manifests.look_into(unit, listed.shipment.number))
    assert left.cartons[0].left_out_at is not None
    (opened,) = [
        one
        for one in office.run(lambda unit: unpacking.trail(unit, bench.site.warehouse, carton["sscc"]))
        if one.what == "reopened"
    ]
    assert (opened.reason, opened.approved_by) == ("WRONG_GOODS", "Manager1")
    close_up(bench, packer, "2.250")
    assert packer.said == "packing.order_packed"
    assert bench.site.prove() == []


def test_a_loaded_carton_is_unloaded_first_and_what_has_left_comes_back_as_a_return_only(
    bench: Bench, packer: Conversation, office: Worker
) -> None:
    number = labelled(bench, packer)
    carton = bench.parcels(number)[0]
    truck = Conversation(bench.site.station("dock1", "OPERATOR2"), SHIPPING, bench.site)

    def load() -> manifests.Manifest:
        listed = manifest(bench, office)
        truck.scan(listed.shipment.number)
        truck.scan(carton["tracking"])
        assert truck.said == "shipping.last_of_load"
        return listed

    listed = load()
    with pytest.raises(Refusal) as refused:
        office.run(lambda unit: order_desk.cancel(unit, number, reason="CUSTOMER_WISH"))
    assert (refused.value.code, refused.value.facts["manifest"]) == ("orders.loaded", listed.shipment.number)
    with pytest.raises(Refusal, match=r"unpacking\.loaded"):
        office.run(lambda unit: unpacking.reopen(unit, carton["id"], reason="WRONG_GOODS"))
    assert office.run(lambda unit: unpacking.unload(unit, carton["id"], reason="WRONG_GOODS")) == listed.shipment.number
    assert bench.parcels(number)[0]["state"] == "labelled"
    with pytest.raises(Refusal, match=r"unpacking\.not_loaded"):
        office.run(lambda unit: unpacking.unload(unit, carton["id"], reason="WRONG_GOODS"))
    again = load()
    office.run(lambda unit: manifests.depart(unit, again.shipment.id))
    for act in (unpacking.reopen, unpacking.unload, unpacking.unpack):
        with pytest.raises(Refusal, match=r"unpacking\.left"):
            office.run(lambda unit, act=act: act(unit, carton["id"], reason="WRONG_GOODS"))  # type: ignore[misc]
    assert ("unloaded", "WRONG_GOODS", "Admin") in trail(bench, office, carton["tracking"])
    assert bench.site.prove() == []


def test_a_damaged_unit_is_swapped_for_a_good_one_from_a_bin_and_cannot_be_sold(
    bench: Bench, packer: Conversation
) -> None:
    _, tote = bench.picked(("WIDGET", 2))
    bench.site.put("WIDGET", "R02", 5)
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.scan("SH-CMD-SWAP")
    packer.scan("GADGET")
    assert packer.said == "packing.not_in_carton"
    packer.scan("WIDGET")
    packer.key("GOODS_DAMAGED")
    packer.scan("GADGET")
    assert packer.said == "unpacking.other_item"
    packer.scan("WIDGET")
    packer.scan("WH001-STO-R02")
    assert (packer.level, packer.said) == (Level.OK, "packing.swapped")
    with bench.site.desk.transaction() as session:
        damaged = session.row(
            "SELECT on_hand, reserved FROM stock_balance b JOIN location l ON l.id = b.location_id"
            " WHERE b.status = 'damaged' AND l.name = 'DOCK1'"
        )
    assert damaged == {"on_hand": 1, "reserved": 0}
    assert bench.site.stock("WIDGET", "R02") == (4, 0)
    assert count(packer) == ("1", "2")
    packer.key("TAKE_OUT")
    packer.scan("WIDGET")
    assert packer.said == "packing.taken_out", "the unit that came in comes out like any other"
    packer.scan("WIDGET")
    packer.scan("WIDGET")
    close_up(bench, packer, "1.0")
    assert packer.said == "packing.order_packed"
    assert bench.site.prove() == []


def test_a_piece_is_swapped_for_another_serial_number(bench: Bench, packer: Conversation, office: Worker) -> None:
    number, lines = bench.order(("DRILL", 1))
    name, tote = bench.tote()
    bench.pick(tote, lines[0], "DRILL", 1, serial="S1")
    bench.site.put("DRILL", "R02", 1, trace=bench.site.trace("DRILL", serial="S2"))
    packer.scan(name)
    packer.scan("010401234567892521S1", "gs1-128")
    packer.key("SWAP")
    packer.scan("DRILL")
    assert packer.said == "packing.serial_wanted"
    packer.scan("21S1", "gs1-128")
    packer.key("OTHER_LOT")
    packer.scan("010401234567892521S1", "gs1-128")
    assert packer.said == "unpacking.same_piece"
    packer.scan("010401234567892521S9", "gs1-128")
    packer.scan("WH001-STO-R02")
    assert packer.said == "unpacking.unknown_trace"
    packer.key("CANCEL")
    packer.key("SWAP")
    for code in ("DRILL", "S1"):
        packer.scan(code)
    packer.key("OTHER_LOT")
    for code in ("DRILL", "S2", "WH001-STO-R02"):
        packer.scan(code)
    assert packer.said == "packing.swapped"
    carton = bench.parcels(number)[0]["sscc"]
    swapped = office.run(lambda unit: unpacking.trail(unit, bench.site.warehouse, carton))[-1]
    assert (swapped.what, swapped.detail["goods"][0]["serial"], swapped.detail["instead"][0]["serial"]) == (
        "swapped",
        "S1",
        "S2",
    )
    close_up(bench, packer, "2.1")
    assert bench.site.prove() == []


def sealed(bench: Bench, packer: Conversation, sku: str, kg: str) -> str:
    """An order of one unit in a labelled carton; returns its number."""
    number, tote = bench.picked((sku, 1))
    packer.scan(tote)
    packer.scan(sku)
    close_up(bench, packer, kg)
    return number


def test_the_contents_of_two_cartons_with_each_others_labels_are_exchanged_and_weighed_again(
    bench: Bench, packer: Conversation, office: Worker
) -> None:
    first, second = sealed(bench, packer, "WIDGET", "0.5"), sealed(bench, packer, "GADGET", "1.25")
    (one,), (other,) = bench.parcels(first), bench.parcels(second)
    packer.scan(one["sscc"])
    packer.key("EXCHANGE")
    packer.scan(one["sscc"])
    assert packer.said == "unpacking.same_carton"
    packer.scan(other["tracking"])
    packer.key("LABELS_MIXED_UP")
    assert (packer.level, packer.said) == (Level.WARNING, "packing.exchanged")
    assert bench.parcels(first)[0]["sscc"] == other["sscc"], "the first order's goods are in the other carton"
    assert {job["state"] for job in bench.jobs()} == {"VOIDED"}
    packer.scan(other["sscc"])
    assert packer.prompt.document == first
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("1.25"))
    assert packer.level is Level.ERROR, "the scale proves that the exchange was right"
    packer.key("CONFIRM")
    put_on_scale(packer, TARE + Decimal("0.5"))
    assert packer.said == "packing.carton_closed"
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(first)[0]["tracking"])
    assert packer.said == "packing.order_packed"
    packer.scan(one["sscc"])
    packer.key("TAKE_OUT")
    packer.scan("GADGET")
    packer.scan("GADGET")
    close_up(bench, packer, "1.25")
    assert packer.said == "packing.order_packed"
    assert trail(bench, office, one["sscc"])[3][0] == "open"
    assert ("exchanged", "LABELS_MIXED_UP", "Operator1") in trail(bench, office, other["sscc"])
    assert bench.site.prove() == []


def test_goods_of_a_lot_that_was_held_meanwhile_come_out_held(bench: Bench, packer: Conversation) -> None:
    _, lines = bench.order(("MILK", 1))
    name, tote = bench.tote()
    bench.pick(tote, lines[0], "MILK", 1, lot="LOT-A")
    packer.scan(name)
    packer.scan("010401234567891810LOT-A", "gs1-128")
    trace, held = bench.site.trace("MILK", lot="LOT-A", expiry="2099-12-31"), {"status": "blocked", "reason": "QUALITY"}
    with bench.site.desk.transaction() as session:
        session.call("hold_trace", request=uuid.uuid4(), warehouse=bench.site.warehouse, trace=trace, **held)
    packer.key("TAKE_OUT")
    packer.key("UNPACK")
    packer.key("WRONG_GOODS")
    assert packer.said == "packing.unpacked_to"
    there = bench.row(
        "SELECT b.status, b.reserved, l.name FROM stock_balance b JOIN location l ON l.id = b.location_id"
        " WHERE b.trace_id = %(trace)s AND b.on_hand > 0",
        trace=trace,
    )
    assert there == {"status": "blocked", "reserved": 0, "name": "DOCK1"}
    assert bench.site.prove() == []


def test_the_same_request_empties_a_carton_once(bench: Bench, packer: Conversation, office: Worker) -> None:
    number = labelled(bench, packer)
    parcel: UUID = bench.parcels(number)[0]["id"]
    request = uuid.uuid4()

    def ask() -> unpacking.Unpacked:
        return office.run(
            lambda unit: unpacking.unpack(unit, parcel, reason="WRONG_GOODS", keep=True), request_id=request
        )

    assert ask() == ask()
    assert bench.parcels(number)[0]["state"] == "open", "the carton is kept"
    with pytest.raises(Refusal, match=r"unpacking\.nothing_in"):
        office.run(lambda unit: unpacking.unpack(unit, parcel, reason="WRONG_GOODS"))
    with pytest.raises(Refusal, match=r"ledger\.needs_reason"):
        office.run(lambda unit: unpacking.unpack(unit, parcel, reason=""))
    assert bench.site.prove() == []
