"""Files as people bring them: every format, and every way to be broken, each said with its place."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.connectors.files import MOST_BYTES, FileContents, read_file, spreadsheets
from app.domain.catalog import Barcode, PackUnit, StockLevels, Tracking
from app.domain.orders import OrderLine
from app.domain.values import Severity

Write = Callable[[str, str | bytes], FileContents]


@pytest.fixture
def read(tmp_path: Path) -> Write:
    """Writes a file of that name and reads it."""

    def write_and_read(name: str, content: str | bytes) -> FileContents:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_file(path)

    return write_and_read


def workbook(*sheets: list[list[object]], formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(row)
        for cell, number_format in (formats or {}).items():
            sheet[cell].number_format = number_format
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def said(contents: FileContents) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.where)) for finding in contents.findings]


def codes(contents: FileContents) -> list[str]:
    return [finding.code for finding in contents.findings]


# What can be read


def test_products_as_a_json_list(read: Write) -> None:
    contents = read("p.json", '[{"sku": "A", "name": "a"}, {"sku": "B"}]')
    assert [item.sku for item in contents.products] == ["A", "B"]
    assert not contents.findings


@pytest.mark.parametrize(
    "text",
    [
        '{"sku": "A"}',
        '{"product": {"sku": "A"}}',
        '{"products": [{"sku": "A"}]}',
        '{"Products": {"first": {"sku": "A"}}}',
    ],
)
def test_ways_to_write_one_product(read: Write, text: str) -> None:
    assert [item.sku for item in read("p.json", text).products] == ["A"]


def test_json_numbers_are_exact(read: Write) -> None:
    (item,) = read("p.json", '{"sku": 100.10, "weight_g": 0.1, "stock_levels": {"min": 1e2}}').products
    assert (item.sku, item.weight_g, item.stock_levels.min) == ("100.10", Decimal("0.1"), Decimal(100))


def test_one_file_may_hold_several_kinds(read: Write) -> None:
    order = '{"number": "1", "customer": "C", "lines": [{"sku": "A", "qty": 1}]}'
    contents = read("all.json", f'{{"products": [{{"sku": "A"}}], "orders": [{order}]}}')
    assert (len(contents.products), len(contents.orders)) == (1, 1)


def test_orders_and_purchase_orders_are_told_apart(read: Write) -> None:
    lines = '"lines": [{"sku": "A", "qty": 1}]'
    contents = read("o.json", f'[{{"ref": "1", "customer": "C", {lines}}}, {{"ref": "2", "supplier": "S", {lines}}}]')
    assert [order.number for order in contents.orders] == ["1"]
    assert [order.number for order in contents.purchase_orders] == ["2"]
    assert not contents.findings


CSV = """SKU;Name;Tracking;Base Unit;Packs;EAN;Min Stock;Max Stock;Colour
PROD-1;"Widget; blue";lot;Each;"Case=12; Pallet=1/2";4006381333931;10;99.5;blue
PROD-2;"Two
lines";;;;;;;
"""


def test_products_as_csv(read: Write) -> None:
    contents = read("p.csv", CSV)
    first, second = contents.products
    assert (first.sku, first.name, first.tracking) == ("PROD-1", "Widget; blue", Tracking.LOT)
    assert first.alternates == (PackUnit("case", Fraction(12)), PackUnit("pallet", Fraction(1, 2)))
    assert first.barcodes == (Barcode("gtin", "04006381333931"),)
    assert first.stock_levels == StockLevels(Decimal(10), Decimal("99.5"))
    assert (second.name, second.where.line) == ("Two lines", 3)
    assert said(contents) == [("file.unknown_column", "line 1, column 9")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_with_any_usual_separator(read: Write, delimiter: str) -> None:
    text = "sku,name\nA,a\n\nB,b\n".replace(",", delimiter)
    assert [(item.sku, item.name) for item in read("p.csv", text).products] == [("A", "a"), ("B", "b")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts_in_any_usual_encoding(read: Write, encoding: str) -> None:
    contents = read("p.csv", "sku,name\nA,Größe\n".encode(encoding))
    assert contents.products[0].name == "Größe"
    assert not contents.findings


def test_an_old_windows_file_is_read_and_said(read: Write) -> None:
    contents = read("p.csv", "sku,name\nA,a\nB,Größe\n".encode("cp1252"))
    assert contents.products[1].name == "Größe"
    assert said(contents) == [("file.encoding", "line 3")]
    assert contents.findings[0].value == "B,Größe"


def test_an_order_as_csv_is_all_rows_of_its_number(read: Write) -> None:
    text = (
        "Order,Customer,Ship To Name,City,Cut-off,SKU,Qty,UOM\n"
        "SO-1,Jones,Ann,Berlin,2026-11-22T17:00Z,P1,2,case\n"
        "SO-2,Smith,,,,P1,1,\n"
        "SO-1,,,,,P2,0.5,\n"
    )
    contents = read("orders.csv", text)
    assert not contents.findings
    first, second = contents.orders
    assert first.lines == (OrderLine(1, "P1", Decimal(2), "case"), OrderLine(2, "P2", Decimal("0.5")))
    assert (first.ship_to.name, first.ship_to.city, second.number) == ("Ann", "Berlin", "SO-2")


def test_a_purchase_order_as_csv(read: Write) -> None:
    text = "po number,vendor,expected date,sku,quantity,unit cost,currency\nPO-1,Acme,2026-12-01,P1,24,1.5,EUR\n"
    (order,) = read("po.csv", text).purchase_orders
    assert (order.number, order.expected, order.lines[0].quantity) == ("PO-1", date(2026, 12, 1), Decimal(24))


def test_products_as_a_spreadsheet(read: Write) -> None:
    rows: list[list[object]] = [
        ["SKU", "Name", "Barcode", "Weight g", "Min", None],
        ["00012", "text", "036000291452", 0.1, 3, None],
        [12, "number", 36000291452, 1.5, None, None],
        [7, "zeros", None, None, None, None],
        [None, None, None, None, None, None],
    ]
    contents = read("p.xlsx", workbook(rows, formats={"A4": "00000"}))
    assert [item.sku for item in contents.products] == ["00012", "12", "00007"]
    assert [item.weight_g for item in contents.products] == [Decimal("0.1"), Decimal("1.5"), None]
    assert "catalog.leading_zeros" in codes(contents)


def test_a_second_sheet_is_named(read: Write) -> None:
    contents = read("p.xlsx", workbook([], [["sku"], ["A"]], [["notes"]]))
    assert [item.sku for item in contents.products] == ["A"]
    assert contents.notices[0].facts == {"used": "Sheet2", "others": "Sheet3"}


def test_dates_of_a_spreadsheet(read: Write) -> None:
    rows: list[list[object]] = [["po", "supplier", "expected", "sku", "qty"], ["1", "S", date(2026, 12, 1), "A", 2.0]]
    (order,) = read("po.xlsx", workbook(rows)).purchase_orders
    assert (order.expected, order.lines[0].quantity) == (date(2026, 12, 1), Decimal(2))


def test_yaml_values_are_what_people_wrote(read: Write) -> None:
    text = (
        "products:\n  - sku: 0123\n    name: no\n    category: 12:30\n    description: 2026-01-01\n    weight_g: 1.50\n"
    )
    (item,) = read("p.yaml", text).products
    assert (item.sku, item.name, item.category, item.description) == ("0123", "no", "12:30", "2026-01-01")
    assert str(item.weight_g) == "1.50"


# What is wrong, and where


@pytest.mark.parametrize(
    ("name", "content", "code", "where"),
    [
        ("p.json", "", "file.empty", ""),
        ("p.csv", " \r\n\t", "file.empty", ""),
        ("p.csv", ",,,\n,,,\n", "file.empty", ""),
        ("p.yaml", "# nothing\n", "file.empty", ""),
        ("p.csv", b"\xff\xfe", "file.empty", ""),
        ("p.json", b"\x89PNG\r\n\x1a\n\x00\x00", "file.binary", ""),
        ("p.csv", b"sku\n\x0e\x81\x8d\x8f\n", "file.binary", ""),
        ("p.csv", b"sku\nA\x07\n", "file.binary", ""),
        ("p.docx", b"hello", "file.unknown_format", ""),
        ("p.xlsx", b"sku,name", "file.not_a_spreadsheet", ""),
        ("p.xlsx", b"PK\x03\x04rubbish", "file.not_a_spreadsheet", ""),
        ("p.json", '{"sku": "A",\n "name" "a"}', "file.syntax", "line 2, column 9"),
        ("p.json", '{"sku": "A"}}', "file.syntax", "line 1, column 13"),
        ("p.json", '{"sku": "A", "sku": "B"}', "file.duplicate_key", "sku"),
        ("p.json", '{"sku": "A", "stock_levels": {"min": NaN}}', "file.number", "stock_levels.min"),
        ("p.json", '{"sku": "A", "weight_g": -Infinity}', "file.number", "weight_g"),
        ("p.json", f'{{"sku": "A", "weight_g": {"9" * 5000}}}', "file.number", "weight_g"),
        ("p.json", '{"sku": "A", "weight_g": 1e99999999999999999999}', "file.number", "weight_g"),
        ("p.json", '{"sku": "A", "weight_g": 1e999999}', "quantity.absurd", "weight_g"),
        ("p.json", '{"product": {"sku": "A", "uom": {"base": "e", "alternates": [{"unit": "c", "conversion": 0}]}}}',
         "factor.not_positive", "product.uom.alternates[0].conversion"),
        ("p.json", "[" * 100_000, "file.too_deep", ""),
        ("p.json", "[]", "file.no_records", ""),
        ("p.json", "5", "file.not_a_section", ""),
        ("p.json", '{"prodct": {"sku": "A"}}', "file.misspelt_key", "prodct"),
        ("p.yaml", "a: [1, 2\nb: 3\n", "file.syntax", "line 2"),
        ("p.yaml", "products:\n\t- sku: A\n", "file.syntax", "line 2"),
        ("p.yaml", "sku: A\nname: a\nname: b\n", "file.duplicate_key", "line 3, name"),
        ("p.yaml", "sku: A\nwarp: 9\n", "file.unknown_key", "line 2, warp"),
        ("p.yaml", "sku: &x A\nname: *x\n", "file.alias", "line 1"),
        ("p.yaml", "sku: !!python/object/apply:os.system [ls]\n", "file.tag", "line 1, sku"),
        ("p.yaml", "sku: A\nweight_g: .nan\n", "file.number", "line 2, weight_g"),
        ("p.yaml", "? [a, b]\n: 1\n", "file.key", "line 1"),
        ("p.yaml", "sku: A\n---\nsku: B\n", "file.syntax", "line 2"),
        ("p.yaml", "[" * 60 + "]" * 60, "file.too_deep", "line 1"),
        ("p.csv", "colour,size\nred,5\n", "file.unknown_columns", "line 1, column 1"),
        ("p.csv", "Avis,Lieferant,Artikel,Menge,Einheit,Charge,MHD\nD-7,N,OATS,14,Case,L-9,x\n", "file.mostly_unknown",
         "line 1, column 1"),
        ("p.csv", "sku,name\n", "file.no_records", "line 1, column 1"),
        ("p.csv", 'sku,name\nA,"open\n', "file.syntax", "line 2"),
        ("p.csv", "sku,name\nA,a,extra\n", "file.too_many_cells", "line 2, column 3"),
        ("p.csv", "sku,name,name\nA,a,b\n", "file.duplicate_key", "line 1, column 3"),
        ("p.csv", "sku,min\nA,1\nB,-1\n", "file.too_small", "line 3, min"),
        ("p.csv", "sku,packs\nA,a dozen\n", "catalog.packs_text", "line 2, packs"),
        ("p.csv", "sku,uom,packs\nA,each,Case=0\n", "factor.not_positive", "line 2, packs"),
        ("p.csv", "sku,ean\nA,5.90123E+12\n", "catalog.barcode_rounded", "line 2, ean"),
        ("p.csv", "sku,ean\nA,4006381333932\n", "catalog.check_digit", "line 2, ean"),
        ("p.csv", "sku,name\nA,a\nA,a\n", "catalog.duplicate_sku", "line 3"),
        ("o.csv", "order,customer,sku,qty\n1,C,A,1\n1,D,A,1\n", "orders.rows_disagree", "line 3, customer"),
        ("o.csv", "order,customer,sku,qty\n1,C,A,0\n", "quantity.zero", "line 2, qty"),
        ("o.csv", "order,customer,sku,qty\n,C,A,1\n", "file.missing", "line 2"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_place_and_reason(
    read: Write, name: str, content: str | bytes, code: str, where: str
) -> None:
    contents = read(name, content)
    assert (code, where) in said(contents)
    assert contents.refused


def test_a_bad_range_names_its_line(read: Write) -> None:
    text = (
        "Warehouse Setup:\n  M:\n    Code: W1\n    Zones:\n      - name: A\n        bins: [R01,\n          R10-R01]\n"
    )
    contents = read("w.yaml", text)
    assert said(contents) == [("sites.bin_range_backwards", "line 7, Warehouse Setup.M.Zones[0].bins[1]")]
    assert contents.errors[0].facts["text"] == "R10-R01"


def test_all_faults_of_a_file_are_said_at_once_in_its_order(read: Write) -> None:
    contents = read("p.csv", "sku,min,ean,tracking\nA,x,4006381333932,by eye\n,1,,\nC,2,,lot\n")
    assert said(contents) == [
        ("catalog.unknown_tracking", "line 2, tracking"),
        ("catalog.check_digit", "line 2, ean"),
        ("file.not_a_number", "line 2, min"),
        ("file.missing", "line 3"),
    ]


def test_a_yaml_bomb_does_not_go_off(read: Write) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    assert codes(read("bomb.yaml", "\n".join(lines))) == ["file.alias"]


def test_a_zip_bomb_does_not_go_off(read: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_UNPACKED_BYTES", 2**20)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as part:
        part.write(bytes(2**20 + 1))
    assert codes(read("bomb.xlsx", data.getvalue())) == ["file.too_big"]


def test_a_spreadsheet_damaged_anywhere_is_said(read: Write) -> None:
    whole = workbook([["sku", "min"], ["A", 1.5]])
    for place in range(0, len(whole), 97):
        contents = read("p.xlsx", whole[:place] + b"\xff\x00\xff" + whole[place + 3 :])
        assert contents.findings or contents.products


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert codes(read_file(path)) == ["file.too_big"]


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    assert codes(read_file(tmp_path / "none.csv")) == ["file.not_found"]
    assert read_file(tmp_path / "none.csv").findings[0].value == "none.csv"
    assert codes(read_file(tmp_path)) == ["file.not_readable"]


def test_an_error_cell_is_not_guessed(read: Write) -> None:
    book = openpyxl.Workbook()
    book.active.append(["sku", "min"])
    book.active.append(["A", "#N/A"])
    book.active["B2"].data_type = "e"
    data = io.BytesIO()
    book.save(data)
    assert ("file.cell_error", "line 2, B2") in said(read("p.xlsx", data.getvalue()))


def test_notices_do_not_refuse(read: Write) -> None:
    contents = read("p.csv", "sku,colour\nA,red\n")
    assert not contents.refused
    assert [finding.severity for finding in contents.findings] == [Severity.NOTICE]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.one_of(st.binary(max_size=300), st.text("{}[]\":,-\n \t&*!|>#'%@ab0.eE", max_size=120).map(str.encode)),
    st.sampled_from(["x.json", "x.yaml", "x.csv", "x.xlsx", "x"]),
)
def test_no_garbage_ever_raises(read: Write, content: bytes, name: str) -> None:
    contents = read(name, content)
    assert contents.findings or contents.products or contents.orders or contents.warehouses or contents.purchase_orders
