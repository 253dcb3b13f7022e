"""Packing taken back after something else happened: cancelled, on a manifest, on hold; other lots; returns."""

from decimal import Decimal

import pytest

from app.dialogs.dialog import Level
from app.dialogs.shipping import SHIPPING
from app.domain.errors import Refusal
from app.domain.order_desk import Hold
from app.services import order_desk, returns, unpacking
from app.services.changes import Changes
from app.services.shipping import manifests
from app.services.unpacking import Piece
from app.services.work import UnitOfWork, Worker
from tests.dialogs.bench import TARE, Bench, approve, labelled, news_of_print, packed_and_closed, put_on_scale
from tests.dialogs.conversation import Conversation


@pytest.fixture
def office(bench: Bench) -> Worker:
    """The desk of a manager."""
    return Worker(bench.site.desk, Changes())


def on_a_manifest(bench: Bench, office: Worker) -> str:
    """The manifest of today, closed with all that is ready; its number."""
    return office.run(lambda unit: manifests.close(unit, warehouse=bench.site.warehouse, carrier="house"))


def listed(office: Worker, number: str) -> list[tuple[str, bool]]:
    """The cartons of a manifest, and whether each still stands on it."""
    found = office.run(lambda unit: manifests.look_into(unit, number))
    return [(one.sscc, one.left_out_at is None) for one in found.cartons]


def test_a_sealed_carton_whose_labels_wait_is_emptied_after_its_order_was_cancelled_and_its_labels_never_print(
    bench: Bench, packer: Conversation, office: Worker
) -> None:
    number = packed_and_closed(bench, packer)
    carton = bench.parcels(number)[0]
    (ended,) = office.run(lambda unit: order_desk.cancel(unit, number, reason="CUSTOMER_WISH")).cartons
    assert (ended.carton, ended.state) == (carton["sscc"], "closed")
    packer.scan(carton["sscc"])
    assert packer.said == "packing.order_cancelled_by", "the bench had it in hand"
    packer.key("UNPACK")
    packer.key("CONFIRM")
    assert (packer.level, packer.said) == (Level.OK, "packing.unpacked_to")
    assert {job["state"] for job in bench.jobs()} == {"CANCELLED"}, "no label comes out for nobody's carton"
    assert (bench.site.stock("WIDGET", "DOCK1"), bench.site.stock("GADGET", "DOCK1")) == ((2, 0), (1, 0))
    assert bench.parcels(number)[0]["state"] == "cancelled"
    assert bench.site.prove() == []


def test_a_carton_of_a_cancelled_order_stands_on_no_manifest_and_the_bench_empties_it(
    bench: Bench, packer: Conversation, office: Worker
) -> None:
    number = labelled(bench, packer)
    manifest, carton = on_a_manifest(bench, office), bench.parcels(number)[0]
    (ended,) = office.run(lambda unit: order_desk.cancel(unit, number, reason="CUSTOMER_WISH")).cartons
    assert (ended.state, ended.manifest) == ("labelled", manifest), "the office is told where it stood"
    assert listed(office, manifest) == [(carton["sscc"], False)]
    packer.scan(carton["sscc"])
    assert (packer.level, packer.said) == (Level.WARNING, "packing.unpack_ended")
    packer.key("CONFIRM")
    assert packer.said == "packing.unpacked_to"
    assert bench.site.stock("WIDGET", "DOCK1") == (2, 0)
    assert bench.site.prove() == []


def test_an_exchange_asks_a_supervisor_where_only_the_second_carton_stands_on_a_manifest(
    bench: Bench, packer: Conversation, office: Worker
) -> None:
    listed_first = labelled(bench, packer)
    manifest, theirs = on_a_manifest(bench, office), bench.parcels(listed_first)[0]
    ours = bench.parcels(labelled(bench, packer))[0]
    packer.scan(ours["sscc"])
    packer.key("EXCHANGE")
    packer.scan(theirs["sscc"])
    packer.key("LABELS_MIXED_UP")
    assert (packer.prompt.waiting, packer.prompt.facts["manifest"]) == ("approval", manifest)
    approve(packer, bench.site)
    assert (packer.level, packer.said) == (Level.WARNING, "packing.exchanged")
    assert listed(office, manifest) == [(theirs["sscc"], False)]
    assert bench.parcels(listed_first)[0]["sscc"] == ours["sscc"]
    assert bench.site.prove() == []


def test_a_carton_of_an_order_on_hold_is_emptied_at_once_and_packed_again_when_the_hold_is_lifted(
    bench: Bench, packer: Conversation, office: Worker
) -> None:
    number, tote = bench.picked(("WIDGET", 2), ("GADGET", 1))
    packer.scan(tote)
    for sku in ("WIDGET", "WIDGET", "GADGET"):
        packer.scan(sku)
    office.run(lambda unit: order_desk.hold(unit, number, kind=Hold.CREDIT, note="pays late"))
    packer.key("UNPACK")
    packer.key("WRONG_CARTON")
    assert (packer.level, packer.said) == (Level.OK, "packing.unpacked")
    assert (bench.site.stock("WIDGET", "TOTE"), bench.site.stock("GADGET", "TOTE")) == ((2, 2), (1, 1))
    packer.scan(tote)
    assert packer.said == "packing.order_on_hold"
    office.run(lambda unit: order_desk.lift(unit, number))
    packer.scan(tote)
    for sku in ("WIDGET", "WIDGET", "GADGET"):
        packer.scan(sku)
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("2.25"))
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[-1]["tracking"])
    assert packer.said == "packing.order_packed"
    assert bench.site.prove() == []


def test_the_desk_swaps_goods_of_a_lot_for_the_same_of_another_lot_and_says_no_to_what_it_may_not(
    bench: Bench, packer: Conversation, office: Worker
) -> None:
    number, lines = bench.order(("MILK", 1))
    name, tote = bench.tote()
    bench.pick(tote, lines[0], "MILK", 1, lot="LOT-A")
    for lot, expiry in (("LOT-B", "2099-12-31"), ("OLD", "2020-01-31")):
        bench.site.put("MILK", "R02", 3, trace=bench.site.trace("MILK", lot=lot, expiry=expiry))
    packer.scan(name)
    packer.scan("010401234567891810LOT-A", "gs1-128")
    parcel = bench.parcels(number)[0]["id"]

    def swap(instead: str) -> unpacking.Swapped:
        def work(unit: UnitOfWork) -> unpacking.Swapped:
            wish = unpacking.plan_swap(unit, bench.site.warehouse, parcel, out=Piece("MILK", "LOT-A"),
                                       instead=Piece("MILK", instead), bin_address="WH001-STO-R02")  # fmt: skip
            dock = unpacking.return_place(unit, bench.site.warehouse)
            return unpacking.swap(unit, parcel, wish, place=dock, reason="OTHER_LOT")

        return office.run(work)

    for nonsense in ("OLD", "LOT-A", "NEVER"):
        with pytest.raises(Refusal):
            swap(nonsense)
    done = swap("LOT-B")
    assert ([one.lot for one in done.goods], [one.lot for one in done.instead]) == (["LOT-A"], ["LOT-B"])
    assert bench.site.stock("MILK", "DOCK1") == (1, 0)
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("1.03"))
    assert packer.said == "packing.carton_closed"
    assert bench.site.prove() == []


def test_a_carton_without_lots_comes_back_as_far_as_it_left_and_is_not_yet_on_another_return(
    bench: Bench, packer: Conversation, office: Worker
) -> None:
    number = labelled(bench, packer)
    carton = bench.parcels(number)[0]["sscc"]
    with pytest.raises(Refusal, match=r"returns\.no_carton"):
        office.run(lambda unit: returns.shipped_carton(unit, bench.site.warehouse, carton))
    truck = Conversation(bench.site.station("dock1", "OPERATOR2"), SHIPPING, bench.site)
    truck.scan(bench.parcels(number)[0]["tracking"])
    back = office.run(lambda unit: returns.shipped_carton(unit, bench.site.warehouse, carton))
    assert back.order == number
    assert [(one.sku, one.qty, one.numbers) for one in back.goods] == [
        ("GADGET", Decimal(1), ""),
        ("WIDGET", Decimal(2), ""),
    ]
