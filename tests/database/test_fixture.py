"""The furnished warehouse is what other tests take it for."""

from decimal import Decimal

from tests.support import Site, post


def test_goods_are_received_and_the_ledger_is_proven(warehouse: Site) -> None:
    line = warehouse.purchase_line("WIDGET", 5, uom="case")
    with warehouse.station("dock1", "RECEIVER1").transaction() as session:
        post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 60, line=line)
    assert warehouse.stock("WIDGET", "DOCK1") == (Decimal(60), Decimal(0))
    assert warehouse.prove() == []


def test_every_test_gets_a_warehouse_of_its_own(warehouse: Site) -> None:
    assert warehouse.count("stock_move") == 0
