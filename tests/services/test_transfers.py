"""A transfer goes as a whole document from one warehouse to another, or not at all and it says why."""

from decimal import Decimal
from uuid import UUID

import pytest

from app.domain.errors import Refusal
from app.services import transfers
from app.services.work import Worker
from tests.support import Site, post


def made(site: Site, desk: Worker, **wanted: str) -> str:
    """A transfer from WH001 to WH002."""
    source, target = site.warehouses["WH001"], site.warehouses["WH002"]
    return desk.run(lambda unit: transfers.create(unit, source=source, target=target, wanted=wanted))


def send(desk: Worker, number: str) -> UUID:
    leg = desk.run(lambda unit: transfers.plan_sending(unit, number))
    return desk.run(lambda unit: transfers.post(unit, leg))


def receive(desk: Worker, number: str) -> UUID:
    leg = desk.run(lambda unit: transfers.plan_receiving(unit, number))
    return desk.run(lambda unit: transfers.post(unit, leg))


def arrived(site: Site, sku: str) -> Decimal:
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT coalesce(sum(on_hand), 0) AS qty FROM stock_balance"
            " WHERE location_id = %(dock)s AND item_id = %(item)s",
            dock=site.other_places["DOCK1"],
            item=site.items[sku],
        )
    assert row is not None
    return Decimal(row["qty"])


def test_a_transfer_is_sent_and_received_as_a_whole(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 20)
    warehouse.put("WIDGET", "R02", 10)
    soon, late = (
        warehouse.trace("MILK", lot=lot, expiry=day) for lot, day in (("A", "2098-01-01"), ("B", "2099-01-01"))
    )
    warehouse.put("MILK", "R03", 2, trace=late)
    warehouse.put("MILK", "R04", 2, trace=soon)
    number = made(warehouse, desk, WIDGET="2 case", MILK="3")
    send(desk, number)
    assert (warehouse.stock("WIDGET", "TRANSIT"), warehouse.stock("MILK", "TRANSIT")) == ((24, 24), (3, 3))
    assert (warehouse.stock("MILK", "R04"), warehouse.stock("MILK", "R03")) == ((0, 0), (1, 0))
    (one,) = desk.run(transfers.listed)
    assert (one.number, one.source, one.target, one.lines, one.sent, one.received, one.on_the_way) == (
        number, "WH001", "WH002", 2, 2, 0, True
    )  # fmt: skip
    receive(desk, number)
    assert (arrived(warehouse, "WIDGET"), arrived(warehouse, "MILK")) == (Decimal(24), Decimal(3))
    (one,) = desk.run(lambda unit: transfers.listed(unit, warehouse.warehouses["WH002"]))
    assert (one.received, one.on_the_way) == (2, False)
    assert warehouse.prove() == []


def test_what_is_missing_stops_the_whole_transfer(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 20)
    with desk.database.transaction() as session:
        warehouse.reserve(session, warehouse.order_line("WIDGET", 5), "WIDGET", "R01", 5)
    number = made(warehouse, desk, WIDGET="16")
    with pytest.raises(Refusal, match=r"transfers\.short") as refused:
        send(desk, number)
    assert refused.value.facts == {"number": number, "sku": "WIDGET", "missing": "1"}
    assert warehouse.stock("WIDGET", "R01") == (20, 5)
    warehouse.put("WIDGET", "R02", 1)
    send(desk, number)
    assert warehouse.stock("WIDGET", "TRANSIT") == (16, 16)


def test_nothing_is_sent_or_received_twice(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 20)
    number = made(warehouse, desk, WIDGET="5")
    with pytest.raises(Refusal, match=r"transfers\.nothing_on_the_way"):
        receive(desk, number)
    send(desk, number)
    with pytest.raises(Refusal, match=r"transfers\.nothing_to_send"):
        send(desk, number)
    receive(desk, number)
    with pytest.raises(Refusal, match=r"transfers\.nothing_on_the_way"):
        receive(desk, number)
    assert arrived(warehouse, "WIDGET") == 5


def test_a_leg_whose_answer_was_lost_is_posted_once(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 20)
    number = made(warehouse, desk, WIDGET="5")
    desk.run(
        lambda unit: transfers.plan_sending(unit, number)
    )  # its answer was lost, too: the goods are the transfer's
    leg = desk.run(lambda unit: transfers.plan_sending(unit, number))
    request = UUID(int=7)
    first, again = (desk.run(lambda unit: transfers.post(unit, leg), request_id=request) for _ in range(2))
    assert first == again
    assert warehouse.stock("WIDGET", "R01") == (15, 0)


def test_a_unit_travels_whole_when_all_that_is_in_it_goes(warehouse: Site, desk: Worker) -> None:
    with desk.database.transaction() as session:
        row = session.row(
            "SELECT id FROM create_handling_unit('pallet', %(at)s, %(place)s)",
            at=warehouse.warehouse,
            place=warehouse.places["R01"],
        )
        assert row is not None
        for sku, qty in (("WIDGET", 5), ("GADGET", 3)):
            post(session, warehouse, "adjust_in", sku, "ADJUSTMENT", "R01", qty, to_units=[row["id"]], reason="OPENING")
    some = made(warehouse, desk, WIDGET="2")
    send(desk, some)
    rest = made(warehouse, desk, WIDGET="3", GADGET="3")
    send(desk, rest)
    for number in (some, rest):
        receive(desk, number)
    with desk.database.transaction() as session:
        stock = session.rows(
            "SELECT handling_unit_id = %(unit)s AS inside, sum(on_hand) AS qty FROM stock_balance"
            " WHERE location_id = %(dock)s AND on_hand > 0 GROUP BY 1 ORDER BY 1",
            unit=row["id"],
            dock=warehouse.other_places["DOCK1"],
        )
    assert [(each["inside"], each["qty"]) for each in stock] == [(False, 2), (True, 6)]
    assert warehouse.prove() == []


def test_weighed_goods_keep_their_weight_on_the_way(warehouse: Site, desk: Worker) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET catch_weight = true WHERE sku = 'GADGET'")
    with desk.database.transaction() as session:
        post(
            session,
            warehouse,
            "adjust_in",
            "GADGET",
            "ADJUSTMENT",
            "R01",
            2,
            weights=[Decimal("7.25")],
            reason="OPENING",
        )
    number = made(warehouse, desk, GADGET="2")
    send(desk, number)
    receive(desk, number)
    with desk.database.transaction() as session:
        row = session.row(
            "SELECT weight_kg FROM stock_balance WHERE location_id = %(dock)s", dock=warehouse.other_places["DOCK1"]
        )
    assert row == {"weight_kg": Decimal("7.25")}
    assert warehouse.prove() == []


def test_a_transfer_needs_known_items_and_another_warehouse(warehouse: Site, desk: Worker) -> None:
    with pytest.raises(Refusal, match=r"item\.unknown"):
        made(warehouse, desk, NOWHERE="1")
    here = warehouse.warehouse
    with pytest.raises(Refusal, match=r"ledger\.no_destination"):
        desk.run(lambda unit: transfers.create(unit, source=here, target=here, wanted={"WIDGET": "1"}))
