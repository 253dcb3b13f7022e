"""Importing into a real database: the samples and the demo, again and again, and everything that stands in the way."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.connectors.files import FileContents, read_file
from app.database.products import ItemChange, save_items
from app.domain.catalog.products import Bill, BillLine
from app.domain.values import Severity
from app.resources import resource
from app.services.changes import Changes
from app.services.importing import ImportResult, import_files, preview
from app.services.work import Worker
from app.texts import Texts
from tests.support import Site, post

Import = Callable[..., ImportResult]


@pytest.fixture
def bring(desk: Worker, tmp_path: Path) -> Import:
    """Import a file of this content as the admin at a desk."""

    def imported(*contents: object) -> ImportResult:
        files = [_file(tmp_path / f"file{n}.json", each) for n, each in enumerate(contents)]
        return desk.run(lambda unit: import_files(unit, files))

    return imported


def _file(path: Path, content: object) -> FileContents:
    if isinstance(content, FileContents):
        return content
    path.write_text(json.dumps(content), encoding="utf-8")
    return read_file(path)


def _sample(*parts: str) -> FileContents:
    return read_file(resource("samples", *parts))


def _seed_site(tmp_path: Path) -> FileContents:
    """The sample warehouse under another code, since WH001 stands already."""
    path = tmp_path / "warehouse.yaml"
    path.write_text(resource("samples", "warehouse.yaml").read_text(encoding="utf-8").replace("WH001", "WH009"))
    return read_file(path)


def _codes(result: ImportResult) -> list[str]:
    return [said.finding.code for said in result.plan.findings]


def _errors(result: ImportResult) -> list[str]:
    """The codes of all errors; each must have words in which every fact is filled in."""
    assert not result.applied
    texts = Texts.load()
    for said in result.plan.findings:
        text, remedy = texts.error(said.finding.code, said.finding.all_facts)
        assert text, said
        assert not {"{", "["} & set(text + remedy), (text, remedy)
    return [said.finding.code for said in result.plan.findings if said.finding.severity is Severity.ERROR]


def _product(sku: str, **fields: object) -> dict[str, Any]:
    return {"product": {"sku": sku, "name": sku.title(), **fields}}


def _order(number: str = "SO-1", *lines: dict[str, Any], **fields: object) -> dict[str, Any]:
    plain = {"number": number, "customer": "Shopper", "warehouse": "WH001", **fields}
    return {"order": {**plain, "lines": list(lines) or [{"sku": "WIDGET", "qty": 5}]}}


def _purchase(number: str = "PO-1", *lines: dict[str, Any], **fields: object) -> dict[str, Any]:
    plain = {"number": number, "supplier": "ACME", "warehouse": "WH001", **fields}
    return {"purchase_order": {**plain, "lines": list(lines) or [{"sku": "WIDGET", "qty": 100}]}}


# - the samples -


def test_the_two_samples_are_imported_whole_and_a_second_time_change_nothing(
    warehouse: Site,
    bring: Import,
    tmp_path: Path,
) -> None:
    first = bring(_seed_site(tmp_path), _sample("product.json"))
    assert first.applied
    assert _codes(first) == ["sites.names_in_several_zones", "importing.new_category"]
    with warehouse.desk.transaction() as session:
        kinds = session.rows(
            "SELECT l.kind, count(*) AS n FROM location l JOIN warehouse w ON w.id = l.warehouse_id"
            " WHERE w.code = 'WH009' AND l.kind IN ('zone', 'bin', 'dock', 'staging') GROUP BY 1"
        )
        ambiguous = session.rows("SELECT target_id FROM code WHERE scheme = 'bin_name' AND value = 'R07'")
    assert {row["kind"]: row["n"] for row in kinds} == {"zone": 3, "bin": 2574, "dock": 10, "staging": 20}
    assert len(ambiguous) == 2
    written = [warehouse.count(table) for table in ("location", "item", "code", "audit")]
    again = bring(_seed_site(tmp_path), _sample("product.json"))
    assert again.applied
    assert again.plan.empty
    assert [warehouse.count(table) for table in ("location", "item", "code", "audit")] == written


def test_a_preview_shows_the_difference_and_writes_nothing(
    warehouse: Site,
    desk: Worker,
) -> None:
    plan = desk.run(lambda unit: preview(unit, [_sample("product.json")]))
    assert [product.sku for product in plan.products.new] == ["PROD-001"]
    assert warehouse.count("item") == len(warehouse.items)


def test_a_unit_or_category_that_is_not_there_yet_is_said_once_since_it_may_be_a_slip(bring: Import) -> None:
    slips = [
        _product("A", uom={"base": "ech"}, category="Toolls"),
        _product("B", uom={"base": "ech"}, category="Toolls"),
    ]
    said = {one.finding.code: one.finding.all_facts for one in bring(*slips).plan.findings}
    assert said["importing.new_unit"]["unit"] == "ech"
    assert "each" in str(said["importing.new_unit"]["known"])
    assert said["importing.new_category"]["category"] == "Toolls"
    assert len(said) == 2
    assert _codes(bring(_product("C", uom={"base": "ech"}, category="Toolls"))) == []


def test_the_demo_follows_the_samples_and_is_whole_at_the_second_time(
    warehouse: Site,
    bring: Import,
) -> None:
    demo = [_sample("demo", name) for name in ("products.json", "purchase_order.json", "order.json")]
    bring(_sample("product.json"))
    first = bring(*demo)
    assert first.applied
    assert [change.field for changed in first.plan.products.changed for change in changed.changes] == [
        "alternates[case].weight_g",
        "barcodes[04012345000016].scheme",
        "barcodes[04012345000016].value",
        "barcodes[14012345000013].scheme",
        "barcodes[14012345000013].value",
        "barcodes[14012345000013].unit",
        "weight_g",
    ]
    assert [made.kind for made in first.documents] == ["purchase_order", "order"]
    again = bring(*demo, FileContents("other.json"))
    assert again.applied
    assert again.plan.empty
    assert again.documents == ()
    assert bring(_sample("product.json")).plan.empty
    with warehouse.desk.transaction() as session:
        documents = session.rows(
            "SELECT number, decision, due::text FROM document d WHERE number LIKE '%%-2026-%%' ORDER BY number"
        )
        order = session.row("SELECT ship_to, service, cut_off FROM customer_order")
    assert [(row["number"], row["decision"]) for row in documents] == [
        ("PO-2026-0412", "released"),
        ("SO-2026-1187", "released"),
    ]
    assert order is not None
    assert (order["ship_to"]["city"], order["service"]) == ("Hamburg", "Standard")
    assert warehouse.prove() == []


# - items -


def test_what_a_file_is_silent_about_stays(
    bring: Import,
    warehouse: Site,
) -> None:
    full = _product(
        "LAMP",
        category="Light",
        weight_g=125.5,
        uom={"base": "each", "alternates": [{"unit": "case", "conversion": 10, "weight_g": 1300}]},
        barcodes=["4012345000016", "LAMP-OLD"],
        stock_levels={"min": 5, "max": 50},
    )
    bring(full)
    changed = bring(_product("lamp", stock_levels={"max": 60}, barcodes=["LAMP-NEW"]))
    fields = [(change.field, change.new) for change in changed.plan.products.changed[0].changes]
    assert ("sku", "lamp") in fields
    assert ("stock_levels.max", Decimal(60)) in fields
    assert bring(
        full | {"product": full["product"] | {"sku": "lamp", "name": "Lamp", "stock_levels": {"min": 5}}}
    ).plan.empty
    with warehouse.desk.transaction() as session:
        codes = session.rows("SELECT value FROM code k JOIN item i ON i.id = k.target_id WHERE sku = 'lamp' ORDER BY 1")
        level = session.row(
            "SELECT minimum, maximum FROM item_level v JOIN item i ON i.id = v.item_id WHERE sku = 'lamp'"
        )
    assert [row["value"] for row in codes] == ["04012345000016", "LAMP", "LAMP-NEW", "LAMP-OLD"]
    assert level == {"minimum": Decimal(5), "maximum": Decimal(60)}


def test_a_bar_code_may_move_from_the_piece_to_the_case(
    bring: Import,
    warehouse: Site,
) -> None:
    units = {"base": "each", "alternates": [{"unit": "case", "conversion": 10}]}
    bring(_product("LAMP", uom=units, barcodes=["4012345000016"]))
    bring(_product("LAMP", uom=units, barcodes=[{"code": "4012345000016", "unit": "case"}]))
    with warehouse.desk.transaction() as session:
        found = session.call("resolve_codes", schemes=["gtin"], values=["04012345000016"])
    assert [(each["label"], each["uom"], Decimal(each["factor"])) for each in found] == [("LAMP", "case", Decimal(10))]


def test_a_learned_weight_is_better_than_the_file(
    bring: Import,
    warehouse: Site,
) -> None:
    bring(_product("LAMP", weight_g=100))
    with warehouse.desk.transaction() as session:
        session.change(
            "UPDATE item SET weight_mean_kg = 0.104, weight_observations = 30 WHERE sku = 'LAMP'",
        )
    again = bring(_product("LAMP", weight_g=100))
    assert again.plan.empty
    assert _codes(again) == ["importing.weight_learned"]


def test_everything_that_stands_in_the_way_of_items_is_said_at_once_and_nothing_is_written(
    bring: Import,
    warehouse: Site,
) -> None:
    warehouse.put("WIDGET", "R01", 5)
    before = warehouse.count("item")
    result = bring(
        {
            "products": [
                _product("NEW-1", barcodes=["04012345678901"])["product"],
                _product("NEW-2", barcodes=["GADGET"])["product"],
                _product("WIDGET", tracking="lot")["product"],
            ]
        },
        _product("NEW-1"),
    )
    assert sorted(_errors(result)) == [
        "importing.code_taken",
        "importing.code_taken",
        "importing.in_two_files",
        "importing.item_has_moves",
    ]
    assert warehouse.count("item") == before


# - warehouses -


def _site(code: str = "WH7", *zones: dict[str, Any], **fields: object) -> dict[str, Any]:
    return {"warehouse": {"code": code, "name": "Seven", **fields, "zones": list(zones)}}


def test_a_warehouse_grows_by_the_bins_that_are_new(bring: Import, warehouse: Site) -> None:
    bring(_site("WH7", {"name": "Storage", "bins": ["A01-A03"]}))
    assert not bring(
        _site("WH7", {"name": "Long storage", "code": "STO", "bins": ["A01-A05"]}, {"name": "Dock"}, address="Kai 1")
    ).plan.empty
    with warehouse.desk.transaction() as session:
        bins = session.rows(
            "SELECT b.address, z.name FROM location b JOIN location z ON z.id = b.parent_id"
            " WHERE b.address LIKE 'WH7-STO-%%' ORDER BY b.walk_position"
        )
        site = session.row("SELECT address FROM warehouse WHERE code = 'WH7'")
    assert [row["address"] for row in bins] == [f"WH7-STO-A0{n}" for n in range(1, 6)]
    assert {row["name"] for row in bins} == {"Long storage"}
    assert site == {"address": "Kai 1"}


def test_a_zone_without_bins_keeps_what_it_is_for_until_it_has_some(bring: Import) -> None:
    empty = _site("WH7", {"name": "Gate", "kind": "dock"})
    assert bring(empty).applied
    assert bring(empty).plan.empty


def test_zones_cannot_be_called_like_what_every_warehouse_has(bring: Import) -> None:
    zones: list[dict[str, Any]] = [{"name": "Scrap", "bins": ["A1"]}, {"name": "Hall"}, {"name": "HALL"}]
    assert _errors(bring(_site("WH7", *zones))) == ["importing.zone_name_taken", "importing.zone_name_taken"]
    bring(_site("WH7", {"name": "Hall", "bins": ["A1"]}))
    assert _errors(bring(_site("WH7", {"name": "Hall", "kind": "dock", "bins": ["A1"]}))) == [
        "importing.zone_kind_stays"
    ]


# - orders -


def test_an_order_keeps_its_line_numbers_units_and_tolerances(
    bring: Import,
    warehouse: Site,
) -> None:
    lines = [{"line": 20, "sku": "widget", "qty": 2, "uom": "case"}, {"line": 10, "sku": "OIL", "qty": 1.125}]
    assert bring(_purchase("PO-1", *lines)).applied
    assert bring(_purchase("po-1", *reversed(lines))).plan.empty
    with warehouse.desk.transaction() as session:
        rows = session.rows("SELECT line_no, base_qty, tolerance FROM document_line ORDER BY line_no")
    assert [(row["line_no"], row["base_qty"], row["tolerance"]) for row in rows] == [
        (10, Decimal("1.125"), Decimal("0.05")),
        (20, Decimal(24), Decimal("0.05")),
    ]


def test_an_order_for_a_bundle_is_known_again_as_it_was_ordered(bring: Import, warehouse: Site, desk: Worker) -> None:
    bundle = Bill("fixed", (BillLine(warehouse.items["WIDGET"], "each", Decimal(2)),))
    values = {"sku": "SET", "name": "Set", "tracking": "none", "base_uom": "each", "bom": bundle}
    desk.run(lambda unit: save_items(unit.session, unit.request_id, [ItemChange(values)]))
    order = _order("SO-1", {"sku": "SET", "qty": 3})
    assert bring(order).documents
    assert bring(order).plan.empty


def test_a_purchase_order_with_other_content_under_a_known_number_is_refused(bring: Import) -> None:
    bring(_purchase("PO-1", {"sku": "WIDGET", "qty": 5}, {"sku": "GADGET", "qty": 1}))
    other = bring(_purchase("PO-1", {"sku": "WIDGET", "qty": 6}, {"sku": "GADGET", "qty": 1}))
    assert _errors(other) == ["importing.order_exists"]
    assert other.plan.findings[0].finding.facts["changes"] == "line 1 quantity: 5 → 6"
    assert _errors(bring(_purchase("PO-1", {"sku": "WIDGET", "qty": 5}))) == ["importing.order_exists"]


def test_an_order_may_have_the_number_of_a_purchase_order(
    bring: Import,
    warehouse: Site,
) -> None:
    assert bring(_purchase("1001")).applied
    assert bring(_order("1001")).applied
    assert bring(_order("1001"), _purchase("1001")).plan.empty
    with warehouse.desk.transaction() as session:
        order = session.row("SELECT number, reference FROM document WHERE kind = 'order'")
    assert order is not None
    assert order["number"].startswith("SO-")
    assert order["reference"] == "1001"


def test_unknown_partners_are_added_with_a_notice_once(
    bring: Import,
    warehouse: Site,
) -> None:
    first = bring(_order("SO-1", customer={"code": "C-7", "name": "Ada"}), _purchase("PO-1", supplier="Newco"))
    assert _codes(first) == ["importing.new_partner", "importing.new_partner"]
    assert _codes(bring(_order("SO-2", customer="Ada"), _order("SO-3", customer="c-7"))) == []
    with warehouse.desk.transaction() as session:
        partners = session.rows("SELECT code, name, kinds FROM partner WHERE code IN ('C-7', 'Newco') ORDER BY code")
    assert [(p["code"], p["name"], p["kinds"]) for p in partners] == [
        ("C-7", "Ada", ["customer"]),
        ("Newco", "Newco", ["supplier"]),
    ]


def test_everything_that_stands_in_the_way_of_orders_is_said_at_once(
    bring: Import,
    warehouse: Site,
) -> None:
    before = warehouse.count("document")
    result = bring(
        _order("SO-1", {"sku": "NOPE", "qty": 1}, {"sku": "GADGET", "qty": 1, "uom": "barrel"}),
        _order("SO-2", {"sku": "GADGET", "qty": 1.5}, warehouse="WH9"),
        _order("SO-3", warehouse=""),
        _order("SO-4"),
    )
    assert sorted(_errors(result)) == [
        "importing.unknown_item",
        "importing.unknown_unit",
        "importing.unknown_warehouse",
        "importing.which_warehouse",
        "quantity.precision",
    ]
    assert warehouse.count("document") == before


def test_items_and_warehouses_may_come_in_the_same_import_as_their_orders(bring: Import) -> None:
    result = bring(
        _order("SO-1", {"sku": "LAMP", "qty": 2, "uom": "case"}, warehouse="WH7"),
        _product("LAMP", uom={"base": "each", "alternates": [{"unit": "case", "conversion": 10}]}),
        _site("WH7", {"name": "Storage", "bins": ["A1"]}),
    )
    assert result.applied
    assert [made.number for made in result.documents] == ["SO-1"]


def test_an_order_may_be_about_goods_of_an_owner_and_of_nobody_else(bring: Import, warehouse: Site) -> None:
    refused = bring(_order("SO-1", owner="ACME"), _purchase("PO-1", owner="NOBODY"))
    assert _codes(refused) == ["importing.unknown_owner", "importing.unknown_owner"]
    with warehouse.superuser() as connection:
        connection.execute("UPDATE stockhand.partner SET kinds = '{supplier,owner}' WHERE code = 'ACME'")
    assert bring(_order("SO-1", owner="acme"), _purchase("PO-1", owner="ACME")).applied
    with warehouse.desk.transaction() as session:
        owners = session.rows("SELECT p.code FROM document d JOIN partner p ON p.id = d.owner_id")
    assert [row["code"] for row in owners] == ["ACME", "ACME"]
    again = bring(_order("SO-1", owner="ACME"))
    assert again.applied and again.documents == ()


def test_goods_are_received_within_the_tolerance_of_the_policy(
    bring: Import,
    warehouse: Site,
) -> None:
    bring(_purchase("PO-1", {"sku": "WIDGET", "qty": 100}))
    with warehouse.desk.transaction() as session:
        line = session.row("SELECT id FROM document_line")
        assert line is not None
        post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 105, line=line["id"])
    assert warehouse.stock("WIDGET", "DOCK1") == (Decimal(105), Decimal(0))


def test_the_worker_may_import_orders_but_no_items(
    warehouse: Site,
    tmp_path: Path,
) -> None:
    worker = Worker(warehouse.login("worker_1"), Changes())
    files = [_file(tmp_path / "order.json", _order("SO-1", customer="Somebody new"))]
    assert worker.run(lambda unit: import_files(unit, files)).applied
    product = [_file(tmp_path / "product.json", _product("LAMP"))]
    with pytest.raises(Exception, match=r"database\.not_allowed"):
        worker.run(lambda unit: import_files(unit, product))
