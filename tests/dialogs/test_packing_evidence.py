"""What is kept of a carton: who scanned what, every weighing with its verdict and curve, labels with their bytes."""

import uuid
from decimal import Decimal

import pytest

from app.dialogs.dialog import Weighed
from app.domain.equipment import Weight
from app.domain.errors import Refusal
from app.services import evidence
from tests.dialogs.bench import TARE, Bench, labelled, news_of_print, put_on_scale
from tests.dialogs.conversation import Conversation

CURVE = ((-900, 0), (-600, 1310), (-350, 1296), (0, 1300))


def test_the_whole_way_of_a_carton_can_be_told_afterwards(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 3))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.scan("GADGET")
    packer.scan("NO-SUCH-CODE")
    packer.scan("WIDGET")
    packer.key("NEW_BOX")
    put_on_scale(packer, TARE + Decimal("0.5"))
    packer.key("CONFIRM")
    packer.handle(Weighed(uuid.uuid4(), Weight("scale_1", Decimal("1.3"), stable=True, capturable=True, curve=CURVE)))
    assert packer.said == "packing.carton_closed"
    bench.print_all()
    news_of_print(packer)
    first = bench.parcels(number)[0]
    packer.scan(first["tracking"])
    found = packer.worker.run(lambda unit: evidence.of_code(unit, bench.site.warehouse, first["sscc"]))
    (carton,) = found.cartons
    assert [(one.sku, one.quantity, one.scanned) for one in carton.goods] == [("WIDGET", Decimal(1), "WIDGET")] * 2
    assert len({(one.person, one.station) for one in carton.goods}) == 1
    refused = [(one.scanned, one.code, one.person) for one in carton.refused]
    assert refused == [("GADGET", "packing.not_in_order", carton.goods[0].person),
                       ("NO-SUCH-CODE", "scan.unknown_code", carton.goods[0].person)]  # fmt: skip
    off, right = carton.weighings
    assert (off.verdict, off.suspects, off.curve_ms) == ("off", "−1 × WIDGET", ())
    assert (right.verdict, right.kg, right.expected_kg) == ("ok", Decimal("1.3"), Decimal("1.3"))
    assert tuple(zip(right.curve_ms, right.curve_g, strict=True)) == CURVE
    assert [one.state for one in carton.states] == ["open", "closed", "labelled"]
    assert {(one.template, one.state, one.whole) for one in carton.labels} == {
        ("carton", "CONFIRMED", True),
        ("shipping", "CONFIRMED", True),
    }
    whole = packer.worker.run(lambda unit: evidence.of_code(unit, bench.site.warehouse, number))
    assert [one.number_of_order for one in whole.cartons] == [1, 2]
    assert packer.worker.run(lambda unit: evidence.of_code(unit, bench.site.warehouse, first["tracking"])) == found
    with pytest.raises(Refusal, match=r"packing.no_such_carton"):
        packer.worker.run(lambda unit: evidence.of_code(unit, bench.site.warehouse, "SO-NONE"))


def test_the_evidence_says_why_a_carton_was_opened_again_and_emptied(bench: Bench, packer: Conversation) -> None:
    number = labelled(bench, packer)
    carton = bench.parcels(number)[0]["sscc"]
    packer.scan(carton)
    packer.key("UNPACK")
    packer.key("GOODS_DAMAGED")
    assert packer.said == "packing.unpacked"
    packer.scan("GADGET")
    (kept,) = packer.worker.run(lambda unit: evidence.of_code(unit, bench.site.warehouse, carton)).cartons
    (step,) = kept.taken_back
    assert (step.what, step.reason, step.person) == ("unpacked", "GOODS_DAMAGED", kept.goods[0].person)
    assert {one["sku"] for one in step.detail["goods"]} == {"WIDGET", "GADGET"}
    assert (kept.state, kept.refused) == ("cancelled", ()), "a scan for the next carton is not of this one"
    assert kept.number_of_order == 1
    orders = packer.worker.run(lambda unit: evidence.of_code(unit, bench.site.warehouse, number)).cartons
    assert carton in [one.sscc for one in orders], "what was emptied is a part of the order's story"
