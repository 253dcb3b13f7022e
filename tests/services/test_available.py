"""What can still be promised, item by item, and the same as a table for other programs."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from app.database.allocation import Available
from app.domain.errors import Refusal
from app.reports.available_table import export_available
from app.services import allocation
from app.services.changes import Changes
from app.services.work import Worker
from app.texts import Texts
from tests.support import Site, post


def available(site: Site, sku: str = "") -> tuple[Available, ...]:
    return Worker(site.desk, Changes()).run(lambda unit: allocation.available(unit, warehouse=site.warehouse, sku=sku))


def test_what_can_be_promised_is_usable_less_reserved_and_promised(warehouse: Site, tmp_path: Path) -> None:
    warehouse.put("WIDGET", "R01", 10)
    warehouse.purchase_line("WIDGET", 20)
    first, second = warehouse.order_line("WIDGET", 3), warehouse.order_line("WIDGET", 2)
    with warehouse.station().transaction() as session:
        post(session, warehouse, "status", "WIDGET", "R01", "R01", 1, reason="DAMAGED", to_statuses=["damaged"])
        warehouse.reserve(session, first, "WIDGET", "R01", 3)
        session.call(
            "promise_stock",
            warehouse=warehouse.warehouse,
            lines=[second],
            items=[warehouse.items["WIDGET"]],
            qtys=[Decimal(2)],
        )
    found = available(warehouse)
    assert [row.sku for row in found] == ["WIDGET"]
    row = found[0]
    figures = (row.on_hand, row.usable, row.reserved, row.promised, row.available, row.inbound)
    assert [int(figure) for figure in figures] == [10, 9, 3, 2, 4, 20]
    export_available(tmp_path / "free.csv", found, Texts.load())
    with (tmp_path / "free.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert (table[0]["SKU"], table[0]["Available to promise"], table[0]["Inbound"]) == ("WIDGET", "4", "20")


def test_an_item_without_goods_is_told_by_its_name_and_an_unknown_one_refused(warehouse: Site) -> None:
    assert [int(row.available) for row in available(warehouse, "GADGET")] == [0]
    with pytest.raises(Refusal, match=r"item\.unknown"):
        available(warehouse, "NOTHING")
