"""Goods at customers stay ours until they are used; goods of suppliers become ours when we use them."""

from decimal import Decimal
from uuid import UUID

import pytest

from app.domain.errors import Refusal
from app.services import allocation, consignment
from app.services.consignment import Consigned
from app.services.work import Worker
from tests.support import Site, post


@pytest.fixture
def place(warehouse: Site) -> UUID:
    """SHOPPER's place for goods of ours."""
    return warehouse.consign()


def bring(desk: Worker, site: Site, typed: str, **more: str) -> UUID:
    """Bring widgets from R01 to the customer."""
    return desk.run(
        lambda unit: consignment.bring(
            unit, warehouse=site.warehouse, target=site.places["CONSIGNMENT"], code="WIDGET", typed=typed, origin="R01",
            number=more.get("number", ""),
        )
    )  # fmt: skip


def goods(desk: Worker, site: Site) -> tuple[Consigned, ...]:
    return desk.run(lambda unit: consignment.goods(unit, site.warehouse))


def promised(site: Site) -> Decimal:
    """What of widgets can still be promised to somebody."""
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT available FROM available_to_promise(%(w)s, ARRAY[%(i)s]::uuid[])",
            w=site.warehouse, i=site.items["WIDGET"],
        )  # fmt: skip
    assert row is not None
    available: Decimal = row["available"]
    return available


def test_goods_at_a_customer_are_ours_and_nobody_else_can_be_promised_them(
    warehouse: Site, desk: Worker, place: UUID
) -> None:
    warehouse.put("WIDGET", "R01", 30)
    bring(desk, warehouse, "1 case")
    (there,) = goods(desk, warehouse)
    assert (there.side, there.partner, there.location, int(there.quantity)) == ("customer", "SHOPPER", place, 12)
    assert promised(warehouse) == 18
    line = warehouse.order_line("WIDGET", 25)
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)
    assert row is not None
    done = desk.run(lambda unit: allocation.allocate_order(unit, row["id"]))
    assert [short.qty for short in done.short] == [7]
    assert warehouse.prove() == []


def test_bringing_goods_away_takes_them_from_those_who_were_promised_them(
    warehouse: Site, desk: Worker, place: UUID
) -> None:
    warehouse.put("WIDGET", "R01", 10)
    line = warehouse.order_line("WIDGET", 8)
    with warehouse.desk.transaction() as session:
        session.call("promise_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["WIDGET"]],
                     qtys=[Decimal(8)])  # fmt: skip
    bring(desk, warehouse, "5")
    with warehouse.desk.transaction() as session:
        left = session.row("SELECT qty FROM promise")
    assert left == {"qty": 5}
    assert warehouse.prove() == []


def test_what_the_customer_uses_is_sold_and_the_rest_may_come_home(warehouse: Site, desk: Worker, place: UUID) -> None:
    warehouse.put("WIDGET", "R01", 10)
    bring(desk, warehouse, "10")
    (there,) = goods(desk, warehouse)
    used = desk.run(lambda unit: consignment.use(unit, there, warehouse=warehouse.warehouse, quantity=Decimal(4)))
    assert warehouse.stock("WIDGET", "CONSIGNMENT") == (6, 0)
    desk.run(lambda unit: consignment.take_back(unit, used))
    (there,) = goods(desk, warehouse)
    desk.run(
        lambda unit: consignment.bring_back(
            unit, there, warehouse=warehouse.warehouse, quantity=Decimal(9), target="R02"
        )
    )
    assert (warehouse.stock("WIDGET", "CONSIGNMENT"), warehouse.stock("WIDGET", "R02")) == ((1, 0), (9, 0))
    assert warehouse.prove() == []


def test_more_than_is_free_there_is_refused_and_nothing_moves(warehouse: Site, desk: Worker, place: UUID) -> None:
    warehouse.put("WIDGET", "R01", 3)
    with pytest.raises(Refusal, match=r"consignment\.not_there"):
        bring(desk, warehouse, "4")
    bring(desk, warehouse, "3")
    (there,) = goods(desk, warehouse)
    with pytest.raises(Refusal, match=r"consignment\.not_there"):
        desk.run(lambda unit: consignment.use(unit, there, warehouse=warehouse.warehouse, quantity=Decimal(4)))
    assert warehouse.stock("WIDGET", "CONSIGNMENT") == (3, 0)


def test_a_suppliers_goods_are_ours_once_we_use_them(warehouse: Site, desk: Worker) -> None:
    supplier = warehouse.partners["ACME"]
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 10, reason="OPENING",
             from_owners=[supplier], to_owners=[supplier])  # fmt: skip
    (there,) = goods(desk, warehouse)
    assert (there.side, there.partner, int(promised(warehouse))) == ("supplier", "ACME", 0)
    desk.run(lambda unit: consignment.use(unit, there, warehouse=warehouse.warehouse, quantity=Decimal(4)))
    assert promised(warehouse) == 4
    assert [one.quantity for one in goods(desk, warehouse)] == [6]
    assert warehouse.prove() == []


def test_operators_may_not_take_goods_to_customers(warehouse: Site, place: UUID, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 3)
    with pytest.raises(Refusal, match=r"permission\.missing"):
        bring(Worker(warehouse.station("bench1", "OPERATOR1"), desk.changes), warehouse, "1")
