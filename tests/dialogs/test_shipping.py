"""Shipping, as the person at the truck experiences it."""

from decimal import Decimal
from uuid import uuid4

import pytest

from app.dialogs.dialog import Level
from app.dialogs.shipping import SHIPPING
from app.domain.errors import Refusal
from tests.dialogs.bench import TARE, WEIGHTS, Bench, news_of_print, put_on_scale
from tests.dialogs.conversation import Conversation
from tests.support import NIL, post


@pytest.fixture
def truck(bench: Bench) -> Conversation:
    return Conversation(bench.site.station("dock1", "OPERATOR2"), SHIPPING, bench.site)


def packed(bench: Bench, packer: Conversation, *cartons: str) -> str:
    """An order of one unit of each of these items, each in a labelled carton of its own; returns its number."""
    number, tote = bench.picked(*((sku, 1) for sku in cartons))
    packer.scan(tote)
    for position, sku in enumerate(cartons):
        packer.scan(sku)
        packer.key("CLOSE_BOX" if position == len(cartons) - 1 else "NEW_BOX")
        put_on_scale(packer, TARE + Decimal(WEIGHTS[sku]))
        bench.print_all()
        news_of_print(packer)
        packer.scan(bench.parcels(number)[position]["tracking"])
    assert packer.said == "packing.order_packed"
    return number


def decision(bench: Bench, number: str) -> str:
    return str(bench.row("SELECT decision FROM document WHERE number = %(n)s", n=number)["decision"])


def test_a_scanned_parcel_has_left_and_its_order_is_closed(
    bench: Bench, packer: Conversation, truck: Conversation
) -> None:
    number = packed(bench, packer, "WIDGET")
    truck.scan(bench.parcels(number)[0]["tracking"])
    assert (truck.level, truck.said) == (Level.DONE, "shipping.last_parcel")
    assert truck.prompt.document == number
    assert truck.prompt.item is not None
    assert "0.8 kg" in truck.prompt.rows[0].cells
    assert bench.site.stock("WIDGET", "STAGE1") == (Decimal(0), Decimal(0))
    assert bench.parcels(number)[0]["state"] == "shipped"
    assert decision(bench, number) == "closed"
    assert bench.site.prove() == []


def test_shipping_needs_four_round_trips_at_most(bench: Bench, packer: Conversation, truck: Conversation) -> None:
    number = packed(bench, packer, "WIDGET")
    truck.scan(bench.parcels(number)[0]["tracking"])
    assert truck.runner.round_trips <= 4


def test_an_order_of_two_cartons_is_closed_with_the_second(
    bench: Bench, packer: Conversation, truck: Conversation
) -> None:
    number = packed(bench, packer, "WIDGET", "GADGET")
    first, second = bench.parcels(number)
    truck.scan(first["sscc"])
    assert (truck.level, truck.said) == (Level.OK, "shipping.shipped")
    assert truck.prompt.count is not None
    assert (truck.prompt.count.done, truck.prompt.count.total) == ("1", "2")
    assert decision(bench, number) == "released"
    truck.scan(second["tracking"])
    assert truck.said == "shipping.last_parcel"
    assert decision(bench, number) == "closed"
    assert bench.site.prove() == []


def test_undo_brings_the_parcel_back_and_opens_its_order(
    bench: Bench, packer: Conversation, truck: Conversation
) -> None:
    number = packed(bench, packer, "WIDGET")
    truck.scan(bench.parcels(number)[0]["tracking"])
    truck.scan("SH-CMD-UNDO")
    assert truck.said == "dialog.undone"
    assert bench.parcels(number)[0]["state"] == "labelled"
    assert decision(bench, number) == "released"
    assert bench.site.stock("WIDGET", "STAGE1") == (Decimal(1), Decimal(1))
    assert bench.site.prove() == []
    truck.scan(bench.parcels(number)[0]["tracking"])
    assert truck.said == "shipping.last_parcel"
    assert decision(bench, number) == "closed"
    assert bench.site.prove() == []


def test_a_parcel_leaves_once(bench: Bench, packer: Conversation, truck: Conversation) -> None:
    number = packed(bench, packer, "WIDGET")
    truck.scan(bench.parcels(number)[0]["tracking"])
    truck.scan(bench.parcels(number)[0]["tracking"])
    assert (truck.level, truck.said) == (Level.ERROR, "shipping.already_shipped")
    packer.scan(bench.parcels(number)[0]["tracking"])
    assert packer.said == "packing.already_shipped"


def test_a_carton_without_a_verified_label_stays(bench: Bench, packer: Conversation, truck: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 1))
    packer.scan(tote)
    packer.scan("WIDGET")
    truck.scan(bench.parcels(number)[0]["sscc"])
    assert (truck.level, truck.said) == (Level.ERROR, "shipping.not_labelled")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("0.5"))
    truck.scan(bench.parcels(number)[0]["tracking"])
    assert truck.said == "shipping.not_labelled"


@pytest.mark.parametrize(("word", "words"), [("cancelled", "order_cancelled_by"), ("held", "order_held")])
def test_a_stopped_order_does_not_leave(
    bench: Bench, packer: Conversation, truck: Conversation, word: str, words: str
) -> None:
    number = packed(bench, packer, "WIDGET")
    label = bench.parcels(number)[0]["tracking"]
    bench.decide(number, word)
    truck.scan(label)
    assert (truck.level, truck.said) == (Level.ERROR, f"shipping.{words}")
    state = {"held": "labelled", "cancelled": "closed"}[word]
    assert bench.parcels(number)[0]["state"] == state, "a label of a cancelled order is worthless"


def test_a_label_that_was_replaced_is_refused(bench: Bench, packer: Conversation, truck: Conversation) -> None:
    number = packed(bench, packer, "WIDGET")
    old = bench.parcels(number)[0]["tracking"]
    packer.scan(old)
    packer.key("REOPEN")
    packer.key("WRONG_GOODS")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + Decimal("0.5"))
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    truck.scan(old)
    assert (truck.level, truck.said) == (Level.ERROR, "shipping.label_void")
    truck.scan(bench.parcels(number)[0]["tracking"])
    assert truck.said == "shipping.last_parcel"


@pytest.mark.parametrize(
    ("scan", "code"),
    [("NO-SUCH-THING", "scan.unknown_code"), ("WIDGET", "scan.wrong_kind"), ("SH-CMD-SHORT", "dialog.not_now")],
)
def test_what_is_no_parcel_is_refused(truck: Conversation, scan: str, code: str) -> None:
    truck.scan(scan)
    assert (truck.level, truck.said) == (Level.ERROR, code)


def test_a_tote_is_no_parcel(bench: Bench, truck: Conversation) -> None:
    name, _ = bench.tote()
    truck.scan(name)
    assert truck.said == "shipping.not_a_parcel"


def test_the_truck_is_full_when_somebody_says_so(bench: Bench, packer: Conversation, truck: Conversation) -> None:
    number = packed(bench, packer, "WIDGET")
    truck.scan(bench.parcels(number)[0]["tracking"])
    truck.key("DONE")
    assert truck.prompt.finished
    assert truck.said == "shipping.ended"


def test_the_database_itself_lets_no_part_of_a_parcel_leave(bench: Bench, packer: Conversation) -> None:
    number, tote = bench.picked(("WIDGET", 2))
    packer.scan(tote)
    packer.scan("WIDGET")
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + 1)
    bench.print_all()
    news_of_print(packer)
    packer.scan(bench.parcels(number)[0]["tracking"])
    line = bench.row(
        "SELECT id FROM document_line WHERE document_id = %(d)s", d=bench.parcels(number)[0]["document_id"]
    )
    carton = bench.parcels(number)[0]["unit"]
    with pytest.raises(Refusal, match=r"packing\.carton_not_empty"), bench.site.desk.transaction() as session:
        post(
            session,
            bench.site,
            "ship",
            "WIDGET",
            "STAGE1",
            "CUSTOMER",
            1,
            line=line["id"],
            from_units=[carton],
        )


def test_a_carton_whose_goods_are_not_those_that_were_weighed_does_not_leave(
    bench: Bench, packer: Conversation, truck: Conversation
) -> None:
    """A case with one more unit was put into it, past the bench: not by its label, and not by a movement either."""
    site, number = bench.site, packed(bench, packer, "WIDGET")
    (parcel,) = bench.parcels(number)
    site.put("GADGET", "STAGE1", 1)
    with site.desk.transaction() as session:
        case = session.row("SELECT id FROM create_handling_unit('case', %(w)s, NULL)", w=site.warehouse)
        line = session.row(
            "SELECT demand_line_id AS id FROM reservation WHERE handling_unit_id = %(u)s", u=parcel["unit"]
        )
        assert case is not None
        assert line is not None
        session.call("nest_unit", unit=case["id"], onto=parcel["unit"])
        session.call("repack_goods", request=uuid4(), unit=None, into=case["id"], location=site.places["STAGE1"],
                     items=[site.items["GADGET"]], traces=[NIL], owners=[NIL], statuses=["available"],
                     qtys=[Decimal(1)])  # fmt: skip
    truck.scan(parcel["tracking"])
    assert (truck.level, truck.said) == (Level.ERROR, "packing.contents_changed")
    with pytest.raises(Refusal, match="carton_not_empty"), site.desk.transaction() as session:
        post(session, site, "ship", "WIDGET", "STAGE1", "CUSTOMER", 1, line=line["id"], from_units=[parcel["unit"]])
    assert bench.parcels(number)[0]["state"] == "labelled"
    assert site.prove() == []
