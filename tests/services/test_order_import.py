"""Customers' orders from files with all that they may say, and what becomes of them when they come again."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.connectors.files import read_file
from app.domain.values import Severity
from app.services import order_desk, order_entry
from app.services.importing import ImportResult, allocate_imported, import_files
from app.services.order_desk import LineChange
from app.services.order_entry import OrderDetail
from app.services.work import Worker
from tests.support import Site

Bring = Callable[..., ImportResult]
LINES = [{"sku": "WIDGET", "qty": 5}, {"sku": "GADGET", "qty": 1}]
BERLIN = {"name": "Ann", "street": "Weg 1", "zip": "10115", "city": "Berlin", "country": "DE"}


@pytest.fixture
def bring(desk: Worker, tmp_path: Path) -> Bring:
    """Import a file with one order as the admin at a desk, and reserve what it wants."""

    def imported(
        *lines: dict[str, Any], number: str = "SO-1", customer: str = "SHOPPER", **says: object
    ) -> ImportResult:
        head = {"number": number, "warehouse": "WH001", "customer": customer}
        order = {**head, "lines": list(lines) or LINES, **says}
        path = tmp_path / "shop.json"
        path.write_text(json.dumps({"order": order}), encoding="utf-8")
        result = desk.run(lambda unit: import_files(unit, [read_file(path)]))
        allocate_imported(desk, result.to_allocate)
        return result

    return imported


def look(desk: Worker, number: str = "SO-1") -> OrderDetail:
    return desk.run(lambda unit: order_entry.look_into(unit, number))


def errors(result: ImportResult) -> list[str]:
    return [one.finding.code for one in result.plan.findings if one.finding.severity is Severity.ERROR]


def changes(result: ImportResult) -> list[tuple[str, str, str]]:
    (changed,) = result.plan.orders.changed
    return [(one.field, str(one.old), str(one.new)) for one in changed.changes]


def test_a_table_says_all_that_an_order_may_say(warehouse: Site, desk: Worker, tmp_path: Path) -> None:
    lot, other = (warehouse.trace("MILK", lot=one, expiry=date(2031, 1, 31)) for one in ("L1", "L2"))
    warehouse.put("MILK", "R01", 10, trace=other)
    warehouse.put("MILK", "R02", 10, trace=lot)
    path = tmp_path / "orders.csv"
    path.write_text(
        "Order number;Warehouse;Customer;Carrier;Service;Ship by;Wanted on;Priority;Ship complete;Gift message;Notes;"
        "Customer PO;Street;Zip;City;Country;SKU;Qty;Lot;Minimum life;Colour\n"
        "SO-1;WH001;SHOPPER;swift;Express;2031-01-02;2031-01-05;8;yes;Enjoy;Ring twice;PO-9;"
        "Weg 1;10115;Berlin;DE;MILK;3;L1;20;red\n",
        encoding="utf-8",
    )
    result = desk.run(lambda unit: import_files(unit, [read_file(path)]))
    told = {one.finding.code: one.finding.facts for one in result.plan.findings}
    assert set(told) == {"file.unknown_column", "importing.unknown_carrier"}, "said, and left out or left to the rules"
    assert told["importing.unknown_carrier"] == {"carrier": "swift", "known": "house"}
    allocate_imported(desk, result.to_allocate)
    seen = look(desk)
    head = seen.head
    assert (head.carrier, head.service, head.priority, head.complete_only) == ("swift", "Express", 8, True)
    assert (head.due, head.requested, head.reference) == (date(2031, 1, 2), date(2031, 1, 5), "PO-9")
    assert (head.gift, head.gift_note, head.note, head.ship_to.city) == (True, "Enjoy", "Ring twice", "Berlin")
    (line,) = seen.lines
    assert (line.lot, line.minimum_days) == ("L1", 20)
    assert [(one.place, one.lot) for one in line.kept] == [("WH001-STO-R02", "L1")], "the wished lot and no other"
    assert desk.run(lambda unit: import_files(unit, [read_file(path)])).plan.empty, "the same file changes nothing"


def test_what_a_file_leaves_open_is_as_usual_for_the_customer_and_by_the_rules(
    warehouse: Site, desk: Worker, bring: Bring
) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE stockhand.partner SET order_service = 'EXPRESS', complete_only = true"
                           " WHERE code = 'SHOPPER'")  # fmt: skip
        connection.execute(
            "INSERT INTO stockhand.partner_address (partner_id, line_1, postal_code, city, country)"
            " SELECT id, 'High Street 1', '10115', 'Berlin', 'DE' FROM stockhand.partner WHERE code = 'SHOPPER'"
        )
    bring(hold="credit", hold_note="pays late")
    seen = look(desk)
    assert (seen.head.service, seen.head.complete_only, seen.head.ship_to.city) == ("EXPRESS", True, "Berlin")
    assert seen.head.priority == 5, "express is urgent by the rules"
    assert [(one.kind, one.note) for one in seen.holds] == [("credit", "pays late")]
    assert not seen.lines[0].kept, "nothing is reserved for an order that stands still"


def test_an_order_that_comes_again_is_changed_with_the_difference_and_not_made_twice(
    warehouse: Site, desk: Worker, bring: Bring
) -> None:
    warehouse.put("WIDGET", "R01", 10)
    bring(ship_to={**BERLIN, "line_2": "Backyard"})
    again = bring({"sku": "WIDGET", "qty": 7}, {"line": 3, "sku": "OIL", "qty": 1}, ship_to=BERLIN, priority=3)
    assert changes(again) == [
        ("priority", "0", "3"),
        ("lines[1].quantity", "5", "7"),
        ("lines[3].sku", "None", "OIL"),
        ("lines[3].quantity", "None", "1"),
        ("ship_to.line_2", "Backyard", ""),
        ("lines[2].quantity", "1", "0"),
    ]
    assert (again.documents, [one.number for one in again.changed]) == ((), ["SO-1"])
    seen = look(desk)
    assert [(one.line, one.sku, int(one.progress.asked), one.progress.closed) for one in seen.lines] == [
        (1, "WIDGET", 7, False),
        (2, "GADGET", 1, True),
        (3, "OIL", 1, False),
    ]
    assert (seen.head.ship_to.line_2, seen.head.priority) == ("", 3)
    assert (seen.changes[0].what, seen.changes[0].reason) == ("changed", "shop.json")
    assert int(seen.lines[0].progress.reserved) == 7, "more was reserved at once"
    same = bring({"sku": "WIDGET", "qty": 7}, {"line": 3, "sku": "OIL", "qty": 1}, ship_to=BERLIN, priority=3)
    assert same.plan.empty
    assert warehouse.count("document") == 1


def test_what_the_desk_changed_stays_when_the_same_file_comes_again(desk: Worker, bring: Bring) -> None:
    bring()
    desk.run(lambda unit: order_desk.change(unit, "SO-1", lines=[LineChange(1, "4"), LineChange(2, cancelled=True)]))
    assert bring().plan.empty
    assert changes(bring({"sku": "WIDGET", "qty": 6}, LINES[1])) == [("lines[1].quantity", "4", "6")]


def test_what_cannot_change_about_an_order_is_said_before_anything_is_done(desk: Worker, bring: Bring) -> None:
    bring(customer_order="PO-9")
    assert errors(bring({"sku": "OIL", "qty": 5}, customer="Somebody else")) == ["importing.order_stays"]
    assert errors(bring(number="SO-2", customer_order="PO-9")) == ["importing.reference_taken"]
    assert errors(bring({"sku": "WIDGET", "qty": 5, "lot": "L1"}, number="SO-3")) == ["orders.no_lots"]
    desk.run(lambda unit: order_desk.cancel(unit, "SO-1", reason="CUSTOMER_WISH"))
    assert bring(customer_order="PO-9").plan.empty, "what the file says was done, and then cancelled"
    assert errors(bring({"sku": "WIDGET", "qty": 9}, LINES[1], customer_order="PO-9")) == ["orders.ended"]
