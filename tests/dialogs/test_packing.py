"""Pack verification, as the packer experiences it."""

import uuid
from decimal import Decimal

import pytest

from app.dialogs.dialog import Level, Result
from app.dialogs.packing import PACKING
from app.domain.printing import PrintState
from tests.dialogs.bench import TARE, Bench, approve, news_of_print, put_on_scale
from tests.dialogs.conversation import Conversation
from tests.support import Site


@pytest.fixture
def bench(warehouse: Site) -> Bench:
    return Bench(warehouse)


@pytest.fixture
def packer(bench: Bench) -> Conversation:
    return Conversation(bench.site.station("bench1", "OPERATOR1"), PACKING, bench.site)


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
    assert bench.site.stock("WIDGET", "STAGE1") == (2, 2)
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
