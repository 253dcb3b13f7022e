"""Goods come back from customers with a disposition, announced or not, and go back to those who supplied them."""

from uuid import UUID

import pytest

from app.domain.errors import Refusal
from app.services import returns
from app.services.changes import Changes
from app.services.returns import Arrived, Passage
from app.services.work import Worker
from tests.database.test_traces import hold
from tests.support import Site, post


def by_status(site: Site) -> dict[str, int]:
    with site.desk.transaction() as session:
        rows = session.rows("SELECT status, sum(on_hand) AS qty FROM stock_balance WHERE on_hand <> 0 GROUP BY 1")
    return {row["status"]: int(row["qty"]) for row in rows}


def made(site: Site, desk: Worker, direction: str = "in", order: str = "", **wanted: str) -> str:
    partner = "shopper" if direction == "in" else "ACME"
    return desk.run(
        lambda unit: returns.create(
            unit, warehouse=site.warehouse, direction=direction, partner=partner, wanted=wanted, order=order  # type: ignore[arg-type]
        )
    )  # fmt: skip


def arrive(desk: Worker, number: str, disposition: str, lot: str = "", **wanted: str) -> UUID:
    passage = desk.run(lambda unit: returns.plan_receiving(unit, number, Arrived(wanted, disposition, lot)))
    return desk.run(lambda unit: returns.post(unit, passage))


def decision(desk: Worker, number: str) -> str:
    (found,) = (one for one in desk.run(returns.listed) if one.number == number)
    return found.decision


@pytest.mark.parametrize(
    ("disposition", "status"),
    [("use", "available"), ("rework", "quarantined"), ("return", "blocked"), ("scrap", "damaged")],
)
def test_what_comes_back_stands_on_the_dock_as_it_was_decided(
    warehouse: Site, desk: Worker, disposition: str, status: str
) -> None:
    number = made(warehouse, desk, WIDGET="5")
    arrive(desk, number, disposition, WIDGET="2")
    assert by_status(warehouse) == {status: 2}
    assert warehouse.stock("WIDGET", "DOCK1") == (2, 0)
    assert decision(desk, number) == "released"
    arrive(desk, number, "use")
    assert decision(desk, number) == "closed"
    assert warehouse.prove() == []


def test_what_is_taken_back_is_open_again(warehouse: Site, desk: Worker) -> None:
    number = made(warehouse, desk, WIDGET="5")
    posting = arrive(desk, number, "use")
    with warehouse.desk.transaction() as session:
        session.call("reverse_posting", request=UUID(int=3), posting=posting, reason="UNDO")
    assert decision(desk, number) == "released"
    arrive(desk, number, "use")
    assert warehouse.prove() == []


def test_no_more_comes_back_than_left_with_the_order(warehouse: Site, desk: Worker) -> None:
    line = warehouse.order_line("WIDGET", 10)
    warehouse.put("WIDGET", "R01", 10)
    with warehouse.desk.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 6)
        for kind, source, target in (
            ("pick", "R01", "TOTE"),
            ("pack", "TOTE", "STAGE1"),
            ("ship", "STAGE1", "CUSTOMER"),
        ):
            post(session, warehouse, kind, "WIDGET", source, target, 6, line=line)
        row = session.row("SELECT d.number FROM document_line l JOIN document d ON d.id = l.document_id"
                          " WHERE l.id = %(line)s", line=line)  # fmt: skip
    assert row is not None
    first = made(warehouse, desk, order=row["number"], WIDGET="4")
    with pytest.raises(Refusal) as caught:
        made(warehouse, desk, order=row["number"], WIDGET="3")
    assert (caught.value.code, caught.value.facts["sku"], caught.value.facts["order"]) == (
        "returns.not_sold", "WIDGET", row["number"])  # fmt: skip
    made(warehouse, desk, order=row["number"], WIDGET="2")
    with pytest.raises(Refusal, match=r"beyond_tolerance"):
        arrive(desk, first, "use", WIDGET="5")
    with pytest.raises(Refusal, match=r"returns\.not_asked"):
        arrive(desk, first, "use", GADGET="1")


def test_goods_that_nobody_announced_need_the_right_to_receive_blind(warehouse: Site, desk: Worker) -> None:
    arrived = Arrived({"WIDGET": "2"}, "scrap")

    def plan(worker: Worker) -> Passage:
        return worker.run(lambda unit: returns.plan_blind(unit, warehouse=warehouse.warehouse, arrived=arrived))

    receiver = Worker(warehouse.station("dock1", "RECEIVER1"), Changes())
    with pytest.raises(Refusal, match=r"permission\.missing"):
        receiver.run(lambda unit: returns.post(unit, plan(receiver)))
    passage = plan(desk)
    first, again = (desk.run(lambda unit: returns.post(unit, passage), request_id=UUID(int=4)) for _ in range(2))
    assert first == again
    assert by_status(warehouse) == {"damaged": 2}
    assert warehouse.prove() == []


def test_goods_of_a_held_lot_come_back_held_whatever_was_decided(warehouse: Site, desk: Worker) -> None:
    lot = warehouse.trace("MILK", lot="A", expiry="2099-01-01")
    with warehouse.desk.transaction() as session:
        hold(session, warehouse, lot, "blocked")
    arrive(desk, made(warehouse, desk, MILK="3"), "use", lot="A")
    assert by_status(warehouse) == {"blocked": 3}
    assert warehouse.prove() == []


def test_what_was_set_aside_goes_back_to_its_supplier_all_or_nothing(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 10)
    arrive(desk, made(warehouse, desk, WIDGET="3"), "return")
    number = made(warehouse, desk, "out", WIDGET="5")
    with pytest.raises(Refusal) as caught:
        desk.run(lambda unit: returns.plan_sending(unit, number))
    assert (caught.value.code, caught.value.facts["missing"]) == ("returns.short", "2")
    passage = desk.run(lambda unit: returns.plan_sending(unit, number, statuses=("blocked", "available")))
    desk.run(lambda unit: returns.post(unit, passage))
    assert (warehouse.stock("WIDGET", "DOCK1"), warehouse.stock("WIDGET", "R01")) == ((0, 0), (8, 0))
    assert decision(desk, number) == "closed"
    with pytest.raises(Refusal, match=r"returns\.nothing_open"):
        desk.run(lambda unit: returns.plan_sending(unit, number))
    assert warehouse.prove() == []


def test_each_return_goes_one_way_and_to_the_right_side(warehouse: Site, desk: Worker) -> None:
    back, forth = made(warehouse, desk, WIDGET="1"), made(warehouse, desk, "out", WIDGET="1")
    with pytest.raises(Refusal, match=r"returns\.other_way"):
        arrive(desk, forth, "use")
    with pytest.raises(Refusal, match=r"returns\.other_way"):
        desk.run(lambda unit: returns.plan_sending(unit, back))
    with pytest.raises(Refusal, match=r"returns\.unknown_disposition"):
        arrive(desk, back, "burn")
    for partner, code in (("ACME", r"returns\.wrong_partner"), ("NOBODY", r"partner\.unknown")):
        with pytest.raises(Refusal, match=code):
            desk.run(
                lambda unit, partner=partner: returns.create(  # type: ignore[misc]
                    unit, warehouse=warehouse.warehouse, direction="in", partner=partner, wanted={"WIDGET": "1"}
                )
            )
