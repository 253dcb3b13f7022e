"""A transfer goes as a whole document from one warehouse to another, or not at all and it says why."""

from decimal import Decimal
from uuid import UUID

import pytest

from app.database.session import Session
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
        pallet = new_unit(session, warehouse, "pallet")
        for sku, qty in (("WIDGET", 5), ("GADGET", 3)):
            post(session, warehouse, "adjust_in", sku, "ADJUSTMENT", "R01", qty, to_units=[pallet], reason="OPENING")
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
            unit=pallet,
            dock=warehouse.other_places["DOCK1"],
        )
    assert [(each["inside"], each["qty"]) for each in stock] == [(False, 2), (True, 6)]
    assert warehouse.prove() == []


def new_unit(session: Session, site: Site, kind: str) -> UUID:
    """An empty unit in R01."""
    row = session.row(
        "SELECT id FROM create_handling_unit(%(kind)s, %(at)s, %(place)s)",
        kind=kind,
        at=site.warehouse,
        place=site.places["R01"],
    )
    assert row is not None
    return UUID(str(row["id"]))


def nested(site: Site, desk: Worker) -> tuple[UUID, UUID]:
    """A pallet of three gadgets with a case of five widgets on it."""
    with desk.database.transaction() as session:
        pallet, case = (new_unit(session, site, kind) for kind in ("pallet", "case"))
        for sku, qty, inside in (("GADGET", 3, pallet), ("WIDGET", 5, case)):
            post(session, site, "adjust_in", sku, "ADJUSTMENT", "R01", qty, to_units=[inside], reason="OPENING")
        session.call("nest_unit", unit=case, onto=pallet)
    return pallet, case


def stands(desk: Worker, unit: UUID) -> tuple[UUID | None, UUID | None]:
    """What a unit stands on, and where."""
    with desk.database.transaction() as session:
        row = session.row("SELECT parent_id, location_id FROM handling_unit WHERE id = %(unit)s", unit=unit)
    assert row is not None
    return row["parent_id"], row["location_id"]


def test_a_pallet_with_a_case_on_it_travels_and_arrives_as_one(warehouse: Site, desk: Worker) -> None:
    pallet, case = nested(warehouse, desk)
    number = made(warehouse, desk, WIDGET="5", GADGET="3")
    sent = send(desk, number)
    assert stands(desk, case) == (pallet, warehouse.places["TRANSIT"])
    desk.run(lambda unit: transfers.take_back(unit, sent, reason="UNDO"))
    assert stands(desk, case) == (pallet, warehouse.places["R01"])
    assert stands(desk, pallet) == (None, warehouse.places["R01"])
    send(desk, number)
    receive(desk, number)
    assert stands(desk, case) == (pallet, warehouse.other_places["DOCK1"])
    assert warehouse.prove() == []


def test_a_case_travels_alone_when_its_pallet_stays(warehouse: Site, desk: Worker) -> None:
    pallet, case = nested(warehouse, desk)
    number = made(warehouse, desk, WIDGET="5", GADGET="1")
    send(desk, number)
    receive(desk, number)
    assert stands(desk, case) == (None, warehouse.other_places["DOCK1"])
    assert stands(desk, pallet) == (None, warehouse.places["R01"])
    assert warehouse.prove() == []


def weight(desk: Worker, place: UUID) -> Decimal:
    """Kilograms of all that lies in a place."""
    with desk.database.transaction() as session:
        row = session.row("SELECT sum(weight_kg) AS kg FROM stock_balance WHERE location_id = %(place)s", place=place)
    assert row is not None
    return Decimal(row["kg"])


def test_a_part_of_weighed_goods_goes_with_the_weight_that_was_read(warehouse: Site, desk: Worker) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET catch_weight = true WHERE sku = 'GADGET'")
    with desk.database.transaction() as session:
        for place, kilograms in (("R01", "7.25"), ("R02", "4")):
            post(session, warehouse, "adjust_in", "GADGET", "ADJUSTMENT", place, 2, weights=[Decimal(kilograms)],
                 reason="OPENING")  # fmt: skip
    number = made(warehouse, desk, GADGET="3")
    with pytest.raises(Refusal, match=r"transfers\.weight_missing") as refused:
        send(desk, number)
    assert refused.value.facts == {"sku": "GADGET", "quantity": "1"}
    assert warehouse.stock("GADGET", "R02") == (2, 0)
    leg = desk.run(lambda unit: transfers.plan_sending(unit, number, weights={"GADGET": Decimal("1.9")}))
    desk.run(lambda unit: transfers.post(unit, leg))
    assert weight(desk, warehouse.places["TRANSIT"]) == Decimal("9.15")
    receive(desk, number)
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
    assert weight(desk, warehouse.other_places["DOCK1"]) == Decimal("7.25")
    assert warehouse.prove() == []


def test_a_transfer_needs_known_items_and_another_warehouse(warehouse: Site, desk: Worker) -> None:
    with pytest.raises(Refusal, match=r"item\.unknown"):
        made(warehouse, desk, NOWHERE="1")
    here = warehouse.warehouse
    with pytest.raises(Refusal, match=r"ledger\.no_destination"):
        desk.run(lambda unit: transfers.create(unit, source=here, target=here, wanted={"WIDGET": "1"}))
