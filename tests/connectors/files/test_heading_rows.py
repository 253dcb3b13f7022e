"""Tables as people keep them: titles above the headings, other sheets first, formulas, formats far out."""

import io
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest

from app.connectors.files import FileContents, read_file


def table(folder: Path, *sheets: Iterable[list[object]], suffix: str = "xlsx") -> FileContents:
    """What is read of these sheets of a spreadsheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    path = folder / f"p.{suffix}"
    path.write_bytes(data.getvalue())
    return read_file(path)


def text_table(folder: Path, text: str) -> FileContents:
    path = folder / "p.csv"
    path.write_text(text, encoding="utf-8")
    return read_file(path)


def said(contents: FileContents) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.where)) for finding in contents.findings]


TITLE: list[list[object]] = [["Stock list of Müller, 2026"], []]


def test_headings_stand_below_a_title_and_what_stands_above_is_said(tmp_path: Path) -> None:
    contents = table(tmp_path, [*TITLE, ["Printed", "1 May"], ["SKU", "Name"], ["A-1", "one"], [], ["A-2", "two"]])
    assert [item.sku for item in contents.products] == ["A-1", "A-2"]
    assert said(contents) == [("file.above_headings", "line 4, A4")]
    assert contents.notices[0].value == "Stock list of Müller, 2026; Printed; 1 May"


@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_a_title_with_a_comma_does_not_hide_what_parts_the_cells(sign: str, tmp_path: Path) -> None:
    contents = text_table(tmp_path, f"List of Müller, Stand 1,5\n\nSKU{sign}Name\nA-1{sign}one\n")
    assert [(item.sku, item.name) for item in contents.products] == [("A-1", "one")]


def test_below_a_title_headings_that_nobody_knows_are_the_first_row_of_several_cells(tmp_path: Path) -> None:
    contents = text_table(tmp_path, "Liste\nFoo;Bar\nA-1;one\n")
    assert [(finding.code, finding.value) for finding in contents.errors] == [("file.unknown_columns", "Foo, Bar")]


def test_goods_that_are_called_like_a_heading_are_goods(tmp_path: Path) -> None:
    contents = text_table(tmp_path, "sku,name,category\nCode,Barcode,Books\nA,b,c\n")
    assert [item.sku for item in contents.products] == ["Code", "A"]


def test_the_sheet_that_is_understood_is_read_wherever_it_stands(tmp_path: Path) -> None:
    contents = table(tmp_path, [["Please read"], ["this first"]], [["SKU", "Name"], ["A-1", "one"]])
    assert [item.sku for item in contents.products] == ["A-1"]
    assert contents.notices[0].facts == {"used": "Sheet1", "others": "Sheet"}


def test_a_format_far_out_does_not_make_a_million_rows(tmp_path: Path) -> None:
    rows: list[list[object]] = [["SKU", "Name"], ["A-1", "one"]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.cell(1_048_576, 16_384).value = " "
    path = tmp_path / "far.xlsx"
    book.save(path)
    contents = read_file(path)
    assert [item.sku for item in contents.products] == ["A-1"]
    assert not contents.findings


def test_a_formula_whose_result_was_never_saved_is_said_and_not_taken_for_nothing(tmp_path: Path) -> None:
    contents = table(tmp_path, [["SKU", "Name", "Min", "Colour"], ["A-1", "one", "=2*5", "=1+1"]])
    assert ("file.formula_unsaved", "line 2, C2") in said(contents)
    assert len(contents.errors) == 1


def test_a_cell_without_value_is_a_fault_once_and_only_where_its_column_is_used(tmp_path: Path) -> None:
    contents = table(tmp_path, [["SKU", "Min", "Colour"], ["A-1", "#DIV/0!", "#REF!"]])
    assert [str(finding.where) for finding in contents.errors] == ["line 2, B2"]


def test_a_code_that_looks_like_a_power_of_ten_stays_a_code(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("products:\n- {sku: 12E4, name: 1e3}\n", encoding="utf-8")
    assert [(item.sku, item.name) for item in read_file(path).products] == [("12E4", "1e3")]
