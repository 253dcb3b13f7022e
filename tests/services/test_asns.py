"""Announcements of suppliers from files: made, left alone, replaced, refused; nothing is lost and nothing doubled."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from app.connectors.files import read_file
from app.database.receiving import ReceiptMove
from app.database.session import Row
from app.domain.errors import Fault, Refusal
from app.domain.values import Severity
from app.services import receiving
from app.services.changes import Changes
from app.services.importing import ImportResult, import_files
from app.services.work import Worker
from app.texts import Texts
from tests.support import Site

PALLET, OTHER = "340123450000000017", "340123450000000024"
Bring = Callable[[object], ImportResult]


@pytest.fixture
def bring(desk: Worker, tmp_path: Path) -> Bring:
    """Import a file of this content (a path, or what JSON says) as the admin at a desk."""

    def imported(content: object) -> ImportResult:
        path = content if isinstance(content, Path) else tmp_path / "asn.json"
        if not isinstance(content, Path):
            path.write_text(json.dumps(content), encoding="utf-8")
        return desk.run(lambda unit: import_files(unit, [read_file(path)]))

    return imported


def asn(*units: dict[str, Any], number: str = "DES-1", **fields: object) -> dict[str, Any]:
    return {"asn": {"number": number, "supplier": "ACME", "warehouse": "WH001", "units": list(units), **fields}}


def pallet(*contents: dict[str, Any], sscc: str = PALLET) -> dict[str, Any]:
    return {"sscc": sscc, "contents": list(contents) or [{"sku": "WIDGET", "qty": 40}]}


def said(result: ImportResult) -> list[str]:
    """The codes of all errors; each must have words in which every fact is filled in."""
    texts = Texts.load()
    for each in result.plan.findings:
        words = texts.error(each.finding.code, each.finding.all_facts)
        assert not {"{", "["} & set("".join(words)), words
    return [each.finding.code for each in result.plan.findings if each.finding.severity is Severity.ERROR]


def announced(site: Site) -> list[Row]:
    """The lines of announcements that are open: unit, item, base units, number of the order that they fill."""
    with site.desk.transaction() as session:
        return session.rows(
            "SELECT coalesce(u.sscc, '') AS unit, i.sku, l.base_qty AS qty, coalesce(o.number, '') AS \"order\", a.lot"
            " FROM document d JOIN document_line l ON l.document_id = d.id JOIN asn_line a ON a.document_line_id = l.id"
            " JOIN item i ON i.id = l.item_id LEFT JOIN handling_unit u ON u.id = a.handling_unit_id"
            " LEFT JOIN document_line ol ON ol.id = a.order_line_id LEFT JOIN document o ON o.id = ol.document_id"
            " WHERE d.decision = 'released' ORDER BY d.id, l.line_no"
        )


def receive(site: Site, sscc: str = PALLET) -> None:
    """The dock receives an announced pallet."""
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT u.id AS unit, l.document_id AS asn, count(*) OVER () AS lines FROM handling_unit u"
            " JOIN asn_line a ON a.handling_unit_id = u.id JOIN document_line l ON l.id = a.document_line_id"
            " WHERE u.sscc = %(sscc)s",
            sscc=sscc,
        )
        assert row is not None
        session.row(
            "SELECT receive_unit(new_id(), %(asn)s, %(unit)s, %(dock)s,"
            " array_fill('available'::text, ARRAY[%(lines)s::int]))",
            **row,
            dock=site.places["DOCK1"],
        )


def test_an_announcement_is_imported_with_its_pallets_and_a_second_time_changes_nothing(
    warehouse: Site, bring: Bring
) -> None:
    content = asn(
        pallet(
            {"sku": "WIDGET", "qty": 4, "uom": "case"}, {"sku": "MILK", "qty": 6, "lot": "L1", "expiry": "2030-01-31"}
        ),
        pallet(sscc=OTHER),
        expected="2026-12-01",
        lines=[{"sku": "GADGET", "qty": 5}],
    )
    assert bring(content).applied
    first = announced(warehouse)
    assert [(row["unit"], row["sku"], row["qty"], row["lot"]) for row in first] == [
        ("", "GADGET", 5, ""),
        (PALLET, "WIDGET", 48, ""),
        (PALLET, "MILK", 6, "L1"),
        (OTHER, "WIDGET", 40, ""),
    ]
    again = bring(content)
    assert (again.applied, again.plan.empty, announced(warehouse) == first) == (True, True, True)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_table_says_the_same(warehouse: Site, bring: Bring, tmp_path: Path, ending: str) -> None:
    order = warehouse.purchase_line("WIDGET", 100)
    with warehouse.desk.transaction() as session:
        row = session.row(
            "SELECT d.number FROM document d JOIN document_line l ON l.document_id = d.id WHERE l.id = %(order)s",
            order=order,
        )
    assert row is not None
    rows = [
        ["ASN", "Supplier", "Warehouse", "PO number", "SSCC", "SKU", "Shipped", "Unit", "Batch", "Expiry"],
        ["DES-9", "ACME", "WH001", row["number"], PALLET, "WIDGET", "4", "case", "", ""],
        ["DES-9", "ACME", "WH001", "", PALLET, "MILK", "6", "", "L1", "2030-01-31"],
    ]
    path = tmp_path / f"asn{ending}"
    if ending == ".csv":
        path.write_text("\n".join(";".join(cells) for cells in rows), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        for cells in rows:
            book.active.append(cells)
        book.save(path)
    result = bring(path)
    assert (said(result), result.applied) == ([], True)
    assert [(r["unit"], r["sku"], r["qty"], r["order"], r["lot"]) for r in announced(warehouse)] == [
        (PALLET, "WIDGET", 48, row["number"], ""),
        (PALLET, "MILK", 6, "", "L1"),
    ]


def test_one_that_was_changed_in_between_replaces_what_was_announced_before_anything_came(
    warehouse: Site, bring: Bring
) -> None:
    bring(asn(pallet(), pallet(sscc=OTHER)))
    result = bring(asn(pallet({"sku": "WIDGET", "qty": 36})))
    assert (result.applied, len(result.plan.asns.changed)) == (True, 1)
    assert [(row["unit"], row["qty"]) for row in announced(warehouse)] == [(PALLET, 36)]
    with warehouse.desk.transaction() as session:
        units = session.rows("SELECT sscc FROM handling_unit")
        papers = session.rows("SELECT number, decision FROM document")
    assert [row["sscc"] for row in units] == [PALLET]
    assert [(row["number"], row["decision"]) for row in papers] == [("DES-1", "released")]
    receive(warehouse)
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 36
    assert warehouse.prove() == []


def test_a_pallet_less_is_a_change_too(warehouse: Site, bring: Bring) -> None:
    bring(asn(pallet(), pallet(sscc=OTHER)))
    bring(asn(pallet()))
    assert [row["unit"] for row in announced(warehouse)] == [PALLET]


def test_once_a_pallet_came_another_content_is_refused_and_the_same_is_left_alone(
    warehouse: Site, bring: Bring
) -> None:
    content = asn(pallet(), pallet(sscc=OTHER))
    bring(content)
    receive(warehouse)
    assert bring(content).plan.empty
    result = bring(asn(pallet({"sku": "WIDGET", "qty": 36}), pallet(sscc=OTHER)))
    assert (result.applied, said(result)) == (False, ["importing.asn_begun"])
    assert [row["qty"] for row in announced(warehouse)] == [40, 40]
    receive(warehouse, OTHER)
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 80


def test_one_that_ended_is_not_announced_anew(warehouse: Site, bring: Bring) -> None:
    bring(asn(pallet()))
    receive(warehouse)
    with warehouse.desk.transaction() as session:
        session.row("SELECT end_asn(id, false, '') FROM document")
    assert said(bring(asn(pallet(), pallet(sscc=OTHER)))) == ["asn.ended"]


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (asn(pallet({"sku": "WIDGET", "qty": 2, "uom": "barrel"})), ["importing.unknown_unit"]),
        (asn(pallet({"sku": "WIDGET", "qty": "0.5"})), ["quantity.precision"]),
        (asn(pallet({"sku": "NOBODY", "qty": 2})), ["importing.unknown_item"]),
        (asn(pallet({"sku": "WIDGET", "qty": 2, "order": "PO-77"})), ["asn.unknown_order"]),
        (asn(pallet(sscc="340123450000000018")), ["asn.sscc"]),
        (asn({"sscc": PALLET, "contents": []}), ["asn.empty_unit", "orders.no_lines"]),
        (asn({"sscc": PALLET, "kind": "barrel", "contents": [{"sku": "WIDGET", "qty": 2}]}), ["asn.unit_kind"]),
        (asn(pallet(), lines=[{"sku": "WIDGET", "qty": 1, "sscc": PALLET, "kind": "case"}]), ["asn.units_disagree"]),
        (asn(), ["orders.no_lines"]),
    ],
)
def test_what_cannot_be_is_said_in_words_and_nothing_is_announced(
    warehouse: Site, bring: Bring, content: dict[str, Any], codes: list[str]
) -> None:
    result = bring(content)
    assert (result.applied, said(result)) == (False, codes)
    assert announced(warehouse) == []


def test_a_pallet_is_announced_once_and_not_when_it_is_here(warehouse: Site, bring: Bring) -> None:
    bring(asn(pallet()))
    assert said(bring(asn(pallet(), number="DES-2"))) == ["asn.unit_known"]
    receive(warehouse)
    with warehouse.desk.transaction() as session:
        session.row("SELECT end_asn(id, false, '') FROM document")
    assert said(bring(asn(pallet(), number="DES-2"))) == ["asn.unit_known"]


def test_an_order_in_the_same_file_is_filled_by_its_announcement(warehouse: Site, bring: Bring) -> None:
    content = asn(pallet({"sku": "WIDGET", "qty": 40, "order": "PO-1"}))
    content["purchase_order"] = {
        "number": "PO-1", "supplier": "ACME", "warehouse": "WH001", "lines": [{"sku": "WIDGET", "qty": 100}],
    }  # fmt: skip
    assert said(bring(content)) == []
    assert [row["order"] for row in announced(warehouse)] == ["PO-1"]
    assert said(bring(asn(pallet({"sku": "GADGET", "qty": 1, "order": "PO-1"}, sscc=OTHER), number="DES-2"))) == [
        "asn.not_on_order"
    ]


def test_goods_without_an_order_number_fill_the_orders_of_their_supplier_in_turn(warehouse: Site, bring: Bring) -> None:
    warehouse.document("purchase_order", ("WIDGET", 40))
    warehouse.document("purchase_order", ("WIDGET", 40))
    bring(asn(pallet(), pallet(sscc=OTHER), lines=[{"sku": "GADGET", "qty": 1}]))
    loose, first, second = (row["order"] for row in announced(warehouse))
    assert loose == ""
    assert "" not in (first, second)
    assert first < second


def test_whoever_may_not_plan_announces_nothing(warehouse: Site, tmp_path: Path) -> None:
    path = tmp_path / "asn.json"
    path.write_text(json.dumps(asn(pallet())), encoding="utf-8")
    receiver = Worker(warehouse.login("desk_receiver"), Changes())
    with pytest.raises((Refusal, Fault), match=r"permission\.missing|not_allowed"):
        receiver.run(lambda unit: import_files(unit, [read_file(path)]))
    assert announced(warehouse) == []


def book_piece(site: Site, line: UUID, asn: UUID) -> UUID:
    """One loose piece of a notice comes, as the dock books it."""
    move = ReceiptMove(
        document=asn,
        line=line,
        item=site.items["WIDGET"],
        qty=Decimal(1),
        supplier=site.places["SUPPLIER"],
        dock=site.places["DOCK1"],
        status="available",
    )
    worker = Worker(site.login("desk_manager"), Changes())
    return worker.run(lambda unit: receiving.receive(unit, warehouse=site.warehouse, move=move))


def test_a_piece_that_is_booked_while_its_notice_is_replaced_waits_and_is_told(warehouse: Site, bring: Bring) -> None:
    bring(
        {"asn": {"number": "DES-1", "supplier": "ACME", "warehouse": "WH001", "lines": [{"sku": "WIDGET", "qty": 5}]}}
    )
    with warehouse.desk.transaction() as session:
        line = session.row("SELECT id, document_id AS asn FROM document_line")
        assert line is not None
    with warehouse.superuser() as office, ThreadPoolExecutor(1) as dock:
        with office.transaction():  # the notice is replaced: its lines are new ones
            office.execute("SELECT 1 FROM document WHERE id = %s FOR UPDATE", [line["asn"]])
            office.execute("DELETE FROM document_line WHERE document_id = %s", [line["asn"]])
            booked = dock.submit(book_piece, warehouse, line["id"], line["asn"])
            until_somebody_waits(warehouse)
        with pytest.raises(Refusal) as refused:
            booked.result(20)
    assert refused.value.code == "asn.changed_meanwhile"
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 0


def until_somebody_waits(site: Site) -> None:
    """Until a statement waits for a lock."""
    with site.superuser() as connection:
        for _ in range(2_000):
            connection.execute("SELECT pg_sleep(0.01)")
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            ).fetchone()
            if row and row[0]:
                return
    raise AssertionError("nobody waits")
