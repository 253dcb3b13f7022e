"""What goes out comes in again: exports of every format, headings that mean something, and imports taken back."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from app.connectors.files import ENDINGS, FileContents, headings, read_file, write_file
from app.domain.errors import Refusal
from app.domain.exchange import Writing
from app.domain.values import Severity
from app.resources import resource
from app.services import importing
from app.services.importing import ImportResult
from app.services.work import UnitOfWork, Worker
from app.texts import Texts
from tests.support import Site, post

Bring = Callable[..., ImportResult]
_ITEMS = (
    "sku,name,category,tracking,uom,alternates,barcode,min,max,weight_g\n"
    "LAMP,Lämp & Sons,Light,lot,each,case=12; tray=36,4012345000016; =SUM(A1),5,50,125.5\n"
    "007,Bond,,none,each,,,,,\n"
)


@pytest.fixture
def bring(desk: Worker, tmp_path: Path) -> Bring:
    """Import a table as the admin at a desk."""

    def imported(text: str, name: str = "items.csv", **columns: str) -> ImportResult:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return desk.run(lambda unit: importing.import_files(unit, [read_file(path, columns)]))

    return imported


def _exported(desk: Worker, kind: str, path: Path) -> FileContents:
    made = desk.run(lambda unit: importing.export(unit, kind))
    write_file(path, made.kind, columns=made.columns, rows=made.rows, records=made.records)
    return read_file(path)


def _table(site: Site, sql: str) -> list[dict[str, object]]:
    with site.desk.transaction() as session:
        return session.rows(sql)


_WHOLE = (
    "SELECT i.sku, i.name, c.name AS category, i.base_uom AS base, v.minimum, v.maximum,"
    " ARRAY(SELECT k.value || k.uom FROM code k WHERE k.target_id = i.id ORDER BY 1) AS codes,"
    " ARRAY(SELECT u.uom || '=' || u.numerator || '/' || u.denominator FROM item_uom u WHERE u.item_id = i.id"
    " ORDER BY 1) AS packs"
    " FROM item i LEFT JOIN category c ON c.id = i.category_id LEFT JOIN item_level v ON v.item_id = i.id"
    " ORDER BY i.sku"
)


@pytest.mark.parametrize("ending", ENDINGS)
def test_exported_items_come_in_again_and_change_nothing(
    bring: Bring, desk: Worker, tmp_path: Path, ending: str
) -> None:
    assert bring(_ITEMS).applied
    again = _exported(desk, "products", tmp_path / f"out{ending}")
    assert [finding.code for finding in again.errors] == []
    assert {"LAMP", "007"} <= {record.sku for record in again.products}
    plan = desk.run(lambda unit: importing.preview(unit, [again]))
    assert (plan.empty, plan.refused) == (True, False)


@pytest.mark.parametrize(("kind", "ending"), [("locations", ".csv"), ("locations", ".xlsx"), ("warehouses", ".yaml")])
def test_exported_places_come_in_again_and_change_nothing(desk: Worker, tmp_path: Path, kind: str, ending: str) -> None:
    again = _exported(desk, kind, tmp_path / f"out{ending}")
    assert [finding.code for finding in again.errors] == []
    assert [record.code for record in again.warehouses] == ["WH001", "WH002"]
    assert desk.run(lambda unit: importing.preview(unit, [again])).empty


@pytest.mark.parametrize(("kind", "ending"), [("products", ".csv"), ("products", ".xlsx"), ("locations", ".csv")])
def test_a_template_is_a_file_that_can_be_imported(tmp_path: Path, kind: str, ending: str) -> None:
    made = importing.template(kind)
    path = tmp_path / f"template{ending}"
    write_file(path, made.kind, columns=made.columns, rows=made.rows, records=made.records)
    read = read_file(path)
    assert read.findings == ()
    assert len(read.products) + len(read.warehouses) == 1


def test_headings_are_guessed_and_what_people_said_is_remembered_for_such_files(desk: Worker) -> None:
    found = ("Artikel", "Produkt Name", "Bar-Code", "Descripton", "Colour")
    guess = desk.run(lambda unit: importing.meaning(unit, found))
    assert guess == {"Artikel": "sku", "Produkt Name": "name", "Bar-Code": "barcode", "Descripton": "description",
                     "Colour": ""}  # fmt: skip
    desk.run(lambda unit: importing.remember(unit, found, guess | {"Colour": "category"}))
    other_order = tuple(reversed(found))
    assert desk.run(lambda unit: importing.meaning(unit, other_order))["Colour"] == "category"
    assert desk.run(lambda unit: importing.remembered(unit, ("sku", "Colour"))) == {}
    mac = Writing("mac_roman", ",")
    desk.run(lambda unit: importing.remember(unit, ("sku", "Größe"), {}, mac))
    assert desk.run(lambda unit: importing.written_as(unit, ("Grš§e", "sku"))) == mac


def test_a_heading_means_what_people_say(bring: Bring, tmp_path: Path) -> None:
    result = bring("Nr;Was;sku\nLAMP;Lamp;old\n", Nr="sku", Was="name", sku="")
    assert [(item.sku, item.name) for item in result.plan.products.new] == [("LAMP", "Lamp")]
    assert headings(tmp_path / "items.csv") == ("Nr", "Was", "sku")


def test_an_import_is_taken_back_whole(bring: Bring, desk: Worker, warehouse: Site) -> None:
    bring(_ITEMS)
    before = _table(warehouse, _WHOLE)
    result = bring(
        "sku,name,category,uom,alternates,barcode,min\n"
        "lamp,Other,Dark,each,case=10; box=3,L-2,7\nNEW,New,Dark,each,,N-1,\n"
    )
    assert result.applied, result.plan.findings
    assert _table(warehouse, _WHOLE) != before
    latest, *_ = desk.run(importing.past)
    assert (latest.files, latest.counts) == (("items.csv",), {"products": {"new": 1, "changed": 1}})
    desk.run(lambda unit: importing.undo(unit, latest.id))
    assert _table(warehouse, _WHOLE) == before
    assert _table(warehouse, "SELECT FROM category WHERE name = 'Dark'") == []
    assert desk.run(importing.past)[0].undone_at is not None
    with pytest.raises(Refusal, match="already_undone"):
        desk.run(lambda unit: importing.undo(unit, latest.id))
    assert warehouse.prove() == []


def test_nobody_takes_back_a_part_of_an_import_only(bring: Bring, desk: Worker, warehouse: Site) -> None:
    bring("sku\nPART-1\nPART-2\n")
    latest, *_ = desk.run(importing.past)

    def begin_only(unit: UnitOfWork) -> None:
        unit.session.call("undo_import", request=unit.request_id, run=latest.id)
        unit.session.call("go_on_undoing", run=latest.id, most=1)

    with pytest.raises(Refusal, match="half_undone"):
        desk.run(begin_only)
    assert desk.run(lambda unit: unit.session.call("go_on_undoing", run=latest.id)) == 0
    assert len(_table(warehouse, "SELECT FROM item WHERE sku LIKE 'PART-%%'")) == 2


def test_a_long_import_is_taken_back_in_steps_and_may_be_stopped(bring: Bring, desk: Worker, warehouse: Site) -> None:
    before = _table(warehouse, _WHOLE)
    bring("sku,uom,alternates\n" + "".join(f"LONG-{n},each,case=12\n" for n in range(3_000)))
    latest, *_ = desk.run(importing.past)
    heard: list[float] = []

    def stop(part: float) -> None:
        heard.append(part)
        if part > 0.5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        desk.run(lambda unit: importing.undo(unit, latest.id, stop))
    assert heard == sorted(heard)
    assert desk.run(importing.past)[0].undone_at is None
    desk.run(lambda unit: importing.undo(unit, latest.id))
    assert _table(warehouse, _WHOLE) == before


def test_thousands_of_customers_come_at_once_and_those_that_post_cannot_reach_are_named(
    bring: Bring, desk: Worker, warehouse: Site, tmp_path: Path
) -> None:
    head = "code,kinds,addresses.line_1,addresses.postal_code,addresses.city,addresses.country,contacts.name\n"
    lines = [f"C-{n},customer,{n} High Street,{10_000 + n},Berlin,DE,Ann {n}\n" for n in range(2_500)]
    wrong = [*lines]
    for n in (700, 2_400):
        wrong[n] = wrong[n].replace(f",{10_000 + n},", ",TOWN,")
    refused = bring(head + "".join(wrong))
    assert [(said.finding.code, said.finding.value) for said in refused.plan.findings] == [
        ("address.postal_code", "C-700"), ("address.postal_code", "C-2400")]  # fmt: skip
    heard: list[float] = []
    path = tmp_path / "customers.csv"
    path.write_text(head + "".join(lines), encoding="utf-8")
    read = read_file(path)
    desk.run(lambda unit: importing.import_files(unit, [read], heard.append))
    assert (heard == sorted(heard), len(heard) > 5) == (True, True)
    assert (warehouse.count("partner_address"), warehouse.count("partner_contact")) == (2_500, 2_500)
    assert bring("partner,sku,days\n" + "".join(f"C-{n},,{n % 30}\n" for n in range(2_500))).applied
    for latest in desk.run(importing.past)[:2]:
        desk.run(lambda unit, run=latest.id: importing.undo(unit, run, heard.append))  # type: ignore[misc]
    assert warehouse.count("partner_address") == warehouse.count("partner_shelf_life") == 0


def test_a_number_that_lost_its_zeros_is_not_a_new_item(bring: Bring) -> None:
    bring("sku\n00123\n")
    result = bring("sku,name\n123,Lamp\n")
    [said] = result.plan.findings
    assert (said.finding.code, said.finding.facts["known"]) == ("importing.sku_lost_zeros", "00123")
    assert bring("sku,name\n124,Lamp\n00123,Lamp\n").applied


def test_numbers_that_differ_only_in_zeros_are_two_and_that_is_said(bring: Bring) -> None:
    def said(text: str) -> list[tuple[str, object, object]]:
        found = [one.finding for one in bring(text).plan.findings]
        return [(one.code, one.facts["one"], one.facts["other"]) for one in found]

    assert said("sku\n7\n007\n8\nLAMP\n") == [("importing.but_for_zeros", *two) for two in (("7", "007"), ("007", "7"))]
    assert said("sku\n7\n007\n") == []
    assert said("sku\n08\n") == [("importing.but_for_zeros", "08", "8")]
    assert said("code,kinds\n42,customer\n") == []
    assert said("code,kinds\n0042,customer\n") == [("importing.but_for_zeros", "0042", "42")]


def test_an_sku_that_stands_twice_in_one_file_is_said_once(bring: Bring) -> None:
    result = bring("sku,name\nTWICE,One\nTWICE,Two\n")
    assert [said.finding.code for said in result.plan.findings] == ["catalog.duplicate_sku"]


def test_a_bar_code_that_a_spreadsheet_rounded_is_said_as_that_with_point_or_comma(bring: Bring) -> None:
    for rounded in ("4.01234E+12", '"4,01234E+12"'):
        result = bring(f"sku,barcode\nLAMP,{rounded}\n")
        assert [said.finding.code for said in result.plan.findings] == ["catalog.barcode_rounded"]


def test_an_import_stays_where_stock_has_moved_since_and_the_items_are_named(
    bring: Bring, desk: Worker, warehouse: Site
) -> None:
    bring("sku\nMOVED-1\nIDLE-1\n")
    latest, *_ = desk.run(importing.past)
    [item] = _table(warehouse, "SELECT id FROM item WHERE sku = 'MOVED-1'")
    moved = item["id"]
    assert isinstance(moved, UUID)
    with warehouse.desk.transaction() as session:
        site = dataclasses.replace(warehouse, items={**warehouse.items, "MOVED-1": moved})
        post(session, site, "adjust_in", "MOVED-1", "ADJUSTMENT", "R01", 3, reason="OPENING")
    with pytest.raises(Refusal) as refused:
        desk.run(lambda unit: importing.undo(unit, latest.id))
    assert (refused.value.code, refused.value.facts["names"]) == ("importing.moved_since", "MOVED-1")
    assert _table(warehouse, "SELECT FROM item WHERE sku = 'IDLE-1'") != []


def test_an_import_stays_where_somebody_changed_a_record_since(bring: Bring, desk: Worker) -> None:
    bring("sku,name\nLAMP,One\n")
    bring("sku,name\nLAMP,Two\n")
    latest, first = desk.run(importing.past)
    with pytest.raises(Refusal, match="changed_since"):
        desk.run(lambda unit: importing.undo(unit, first.id))
    desk.run(lambda unit: importing.undo(unit, latest.id))


def test_many_faults_are_grouped_and_listed_in_words(bring: Bring) -> None:
    result = bring("sku,min\n" + "".join(f"LAMP-{n},many\n" for n in range(3000)) + ",5\n")
    assert not result.applied
    group, *others = importing.fault_groups(result.plan.findings)
    assert (group.code, len(group.found), group.lines[:2], len(others)) == ("file.not_a_number", 3000, (2, 3), 1)
    listed = importing.faults_export(result.plan.findings, Texts.load())
    assert len(listed.rows) == 3001
    assert "{" not in str(listed.rows[0]["fault"])


def test_both_sample_files_of_a_new_user_come_in(desk: Worker) -> None:
    contents = [read_file(resource("samples", name)) for name in ("product.json", "warehouse.yaml")]
    plan = desk.run(lambda unit: importing.preview(unit, contents))
    assert not plan.refused


_CUSTOMS = "SELECT sku, hs_code, origin, attributes FROM item WHERE sku LIKE 'CU-%%' ORDER BY sku"


def test_customs_columns_come_with_new_goods_change_those_that_are_there_and_each_fault_has_its_line(
    bring: Bring, warehouse: Site
) -> None:
    assert bring("sku,name,hs_code,origin\nCU-1,One,940540,DE\nCU-2,Two,040690,FR\n").applied
    assert [(r["hs_code"], r["origin"]) for r in _table(warehouse, _CUSTOMS)] == [("940540", "DE"), ("040690", "FR")]
    result = bring("sku,name,hs_code,origin\nCU-1,One,940540,PL\nCU-2,Two,040690,CN\nCU-3,Three,010110,\n")
    assert result.applied, result.plan.findings
    assert result.plan.counts == {"product_details": {"new": 1, "changed": 2}, "products": {"new": 1, "changed": 0}}
    assert [r["origin"] for r in _table(warehouse, _CUSTOMS)] == ["PL", "CN", ""]
    assert bring("sku,hs_code,origin\nCU-1,940540,PL\nCU-3,010110,\n").plan.empty
    wrong = (
        ("sku,hs_code,origin\nCU-1,40690,DE\nCU-3,010111,\n", "setup.wrong_form", 2),
        ('sku,hs_code,attributes\nCU-1,111111,\nCU-2,,"{""Shine"": 3}"\nCU-3,010111,\n', "attribute.unknown", 3),
    )
    for text, code, line in wrong:
        assert [(said.finding.code, said.finding.where.line) for said in bring(text).plan.findings] == [(code, line)]
    assert [r["hs_code"] for r in _table(warehouse, _CUSTOMS)] == ["940540", "040690", "010110"]


def test_a_long_import_can_be_stopped_while_it_is_read_planned_and_written(
    bring: Bring, desk: Worker, warehouse: Site, tmp_path: Path
) -> None:
    path = tmp_path / "long.csv"
    path.write_text("sku,name,origin\n" + "".join(f"CU-{n},Lamp,DE\n" for n in range(2_000)), encoding="utf-8")
    read = read_file(path)
    told: list[float] = []
    desk.run(lambda unit: importing.preview(unit, [read], told.append))
    assert (told[0], told == sorted(told)) == (0, True)
    assert len(told) > 20
    for end in (0.1, 0.4, 0.7):

        def stop(part: float, end: float = end) -> None:
            if part > end:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            desk.run(lambda unit, stop=stop: importing.import_files(unit, [read], stop))  # type: ignore[misc]
    assert _table(warehouse, _CUSTOMS) == []


def test_a_packaging_that_no_stock_can_be_kept_in_is_refused_before_anything_is_made(bring: Bring) -> None:
    result = bring("sku,name,decimals,uom,alternates\nCAKE,Cake,0,each,slice=1/3\nHAM,Ham,3,kg,portion=0.125\n")
    said = next(one for one in result.plan.findings if one.finding.severity is Severity.ERROR)
    assert (said.finding.code, said.finding.value, said.finding.where.line) == ("unit.not_exact", "slice", 2)
