"""Kits are ordered, made from what is free, taken back and taken apart, and what is missing is named."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from app.domain.errors import Refusal
from app.services import kitting, traceability
from app.services.changes import Changes
from app.services.kitting import Making, Marks
from app.services.work import Worker
from tests.support import Site


@pytest.fixture
def kits(warehouse: Site, desk: Worker) -> Worker:
    """A gadget is made of three widgets and 0.250 kg of oil; twenty widgets and one kilogram are there."""
    warehouse.put("WIDGET", "R01", 12)
    warehouse.put("WIDGET", "R02", 8)
    warehouse.put("OIL", "R03", 1)
    desk.run(lambda unit: kitting.save_bom(unit, kit="GADGET", parts={"WIDGET": "3", "OIL": "0.25"}))
    return desk


def order(site: Site, desk: Worker, quantity: str, kit: str = "GADGET") -> str:
    return desk.run(lambda unit: kitting.create(unit, warehouse=site.warehouse, kit=kit, quantity=quantity))


def make(desk: Worker, number: str, quantity: str = "", **marks: object) -> UUID:
    making = desk.run(
        lambda unit: kitting.plan_making(unit, number, quantity=quantity, marks=Marks(**marks))  # type: ignore[arg-type]
    )
    return desk.run(lambda unit: kitting.post(unit, making))


def decision(desk: Worker, number: str) -> tuple[str, int]:
    head = desk.run(lambda unit: kitting.look_into(unit, number)).head
    return head.decision, int(head.made)


def test_kits_are_made_in_parts_until_the_order_closes_by_itself(warehouse: Site, kits: Worker) -> None:
    number = order(warehouse, kits, "4")
    make(kits, number, "1")
    assert decision(kits, number) == ("released", 1)
    make(kits, number)
    assert decision(kits, number) == ("closed", 4)
    assert (warehouse.stock("GADGET", "STAGE1"), warehouse.stock("OIL", "R03")) == ((4, 0), (0, 0))
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("WIDGET", "R02")) == ((0, 0), (8, 0))
    with pytest.raises(Refusal, match=r"kitting\.nothing_open"):
        make(kits, number)
    assert warehouse.prove() == []


def test_what_is_missing_is_named_and_nothing_is_made(warehouse: Site, kits: Worker) -> None:
    number = order(warehouse, kits, "8")
    sheet = kits.run(lambda unit: kitting.look_into(unit, number))
    assert [(need.sku, int(need.needed), int(need.free), int(need.missing)) for need in sheet.needs] == [
        ("OIL", 2, 1, 1), ("WIDGET", 24, 20, 4)
    ]  # fmt: skip
    with pytest.raises(Refusal) as caught:
        make(kits, number)
    assert (caught.value.code, caught.value.facts) == (
        "kitting.short", {"number": number, "sku": "OIL", "missing": "1", "needed": "2"})  # fmt: skip
    assert warehouse.stock("WIDGET", "R01") == (12, 0)


def test_goods_that_others_claimed_or_that_are_held_do_not_go_into_kits(warehouse: Site, kits: Worker) -> None:
    line = warehouse.order_line("WIDGET", 10)
    with warehouse.desk.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 10)
    with pytest.raises(Refusal, match=r"kitting\.short"):
        make(kits, order(warehouse, kits, "4"))
    assert make(kits, order(warehouse, kits, "3"))
    assert warehouse.stock("WIDGET", "R01") == (10, 10)
    assert warehouse.prove() == []


def test_the_last_kits_are_taken_back_and_the_order_is_open_again(warehouse: Site, kits: Worker) -> None:
    number = order(warehouse, kits, "4")
    make(kits, number, "3")
    made = make(kits, number)
    last = kits.run(lambda unit: kitting.last_made(unit, number))
    assert last == made
    kits.run(lambda unit: kitting.take_back(unit, last))
    assert decision(kits, number) == ("released", 3)
    kits.run(lambda unit: kitting.take_back(unit, kitting.last_made(unit, number)))
    with pytest.raises(Refusal, match=r"kitting\.nothing_made"):
        kits.run(lambda unit: kitting.last_made(unit, number))
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("GADGET", "STAGE1")) == ((12, 0), (0, 0))
    assert warehouse.prove() == []


def test_a_kit_knows_its_lots_and_gives_them_back_when_it_is_taken_apart(warehouse: Site, desk: Worker) -> None:
    lot = warehouse.trace("MILK", lot="M1", expiry="2098-01-01")
    warehouse.put("MILK", "R01", 4, trace=lot)
    desk.run(lambda unit: kitting.save_bom(unit, kit="DRILL", parts={"MILK": "2"}))
    number = order(warehouse, desk, "2", "DRILL")
    make(desk, number, "1", serial="S1", expiry=date(2030, 1, 1))
    found = desk.run(lambda unit: traceability.trace_lot(unit, lot))
    assert [(one.sku, one.lot, int(one.qty)) for one in found.went_into] == [("DRILL", "S1", 2)]

    def plan(**lots: str) -> Making:
        return desk.run(
            lambda unit: kitting.plan_unmaking(
                unit, warehouse=warehouse.warehouse, kit="DRILL", quantity="1", place="R05", lots=lots
            )
        )

    with pytest.raises(Refusal, match=r"kitting\.which_lot"):
        plan(MILK="M2")
    making = plan()
    first, again = (desk.run(lambda unit: kitting.post(unit, making), request_id=UUID(int=5)) for _ in range(2))
    assert first == again
    with warehouse.desk.transaction() as session:
        rows = session.rows("SELECT trace_id, on_hand FROM stock_balance WHERE location_id = %(at)s",
                            at=warehouse.places["R05"])  # fmt: skip
    assert rows == [{"trace_id": lot, "on_hand": 2}]
    assert warehouse.prove() == []


def test_a_kit_of_kits_is_made_after_its_parts_and_nothing_is_part_of_itself(warehouse: Site, kits: Worker) -> None:
    kits.run(lambda unit: kitting.save_bom(unit, kit="DRILL", parts={"GADGET": "2", "WIDGET": "1"}))
    for sku in ("GADGET", "WIDGET", "OIL"):
        with pytest.raises(Refusal, match=r"bom\.circle"):
            kits.run(lambda unit, sku=sku: kitting.save_bom(unit, kit=sku, parts={"DRILL": "1"}))  # type: ignore[misc]
    with pytest.raises(Refusal, match=r"bom\.circle"):
        kits.run(lambda unit: kitting.save_bom(unit, kit="MILK", parts={"MILK": "1"}))
    number = order(warehouse, kits, "1", "DRILL")
    with pytest.raises(Refusal, match=r"kitting\.short"):
        make(kits, number, serial="S1")
    make(kits, order(warehouse, kits, "2"))
    make(kits, number, serial="S1")
    assert warehouse.stock("DRILL", "STAGE1") == (1, 0)
    assert warehouse.prove() == []


def test_an_order_keeps_the_parts_that_it_was_made_with(warehouse: Site, kits: Worker) -> None:
    number = order(warehouse, kits, "1")
    kits.run(lambda unit: kitting.save_bom(unit, kit="GADGET", parts={"WIDGET": "1"}))
    make(kits, number)
    assert warehouse.stock("WIDGET", "R01") == (9, 0)
    (bom,) = kits.run(lambda unit: kitting.boms(unit, "GADGET"))
    assert [(part.sku, int(part.qty)) for part in bom.parts] == [("WIDGET", 1)]
    with pytest.raises(Refusal, match=r"kitting\.no_parts"):
        order(warehouse, kits, "1", "MILK")


def test_several_kits_at_once_use_up_whole_pieces_only(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 10)
    desk.run(lambda unit: kitting.save_bom(unit, kit="GADGET", parts={"WIDGET": "1"}, makes="3"))
    number = order(warehouse, desk, "9")
    with pytest.raises(Refusal, match=r"kitting\.not_whole"):
        make(desk, number, "4")
    make(desk, number, "6")
    assert warehouse.stock("WIDGET", "R01") == (8, 0)


def test_an_order_for_kits_whose_answer_was_lost_is_made_once(warehouse: Site, kits: Worker) -> None:
    first, again = (
        kits.run(
            lambda unit: kitting.create(unit, warehouse=warehouse.warehouse, kit="GADGET", quantity="2"),
            request_id=UUID(int=9),
        )
        for _ in range(2)
    )
    assert first == again
    assert len(kits.run(kitting.listed)) == 1
    assert warehouse.prove() == []


def test_what_went_into_a_kit_comes_out_whatever_its_bill_says_by_now(warehouse: Site, kits: Worker) -> None:
    """The operator who takes it apart may not adjust: anything else than what went in is refused to them."""
    number = order(warehouse, kits, "2")
    make(kits, number, "2")
    with warehouse.desk.transaction() as session:
        session.call("save_bom", item=warehouse.items["GADGET"], makes=Decimal(1),
                     items=[warehouse.items["OIL"]], qtys=[Decimal(5)])  # fmt: skip
    operator = Worker(warehouse.station("dock1", "OPERATOR1"), Changes())
    making = operator.run(
        lambda unit: kitting.plan_unmaking(unit, warehouse=warehouse.warehouse, kit="GADGET", quantity="1", place="R05")
    )
    operator.run(lambda unit: kitting.post(unit, making))
    assert (warehouse.stock("WIDGET", "R05"), warehouse.stock("OIL", "R05")) == ((3, 0), (Decimal("0.25"), 0))
    by_the_new_bill = replace(
        making,
        moves=tuple(
            replace(move, item=warehouse.items["OIL"], qty=Decimal(5)) if move.produced else move
            for move in making.moves
        )[:2],
    )
    with pytest.raises(Refusal, match=r"kitting\.other_parts"):
        operator.run(lambda unit: kitting.post(unit, by_the_new_bill))
    assert warehouse.prove() == []
