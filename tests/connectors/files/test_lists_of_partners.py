"""Lists of partners, levels and bins as companies keep them, with headings of their own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.connectors.files import FileContents, read_file
from app.domain import table_kinds


def read(folder: Path, text: str, meant: Mapping[str, str] | None = None) -> FileContents:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return read_file(path, meant)


def records(contents: FileContents) -> list[tuple[str, Mapping[str, Any]]]:
    return [(record.kind, record.values) for record in contents.setup]


def test_a_list_of_customers_is_taken_as_it_is_with_countries_written_out(tmp_path: Path) -> None:
    text = (
        "Customers 2026\n\nKundennr;Firma;Straße;PLZ;Ort;Land;E-Mail;Umsatz\n"
        "C-1;Müller GmbH;Hauptstr. 5;20359;Hamburg;Germany;ana@example.com;900\n"
    )
    contents = read(tmp_path, text)
    address = {
        "purpose": "delivery", "line_1": "Hauptstr. 5", "postal_code": "20359", "city": "Hamburg", "country": "DE",
        "email": "ana@example.com", "first": True,
    }  # fmt: skip
    partner = {"code": "C-1", "name": "Müller GmbH", "kinds": ["customer"], "addresses": [address]}
    assert records(contents) == [("partners", partner)]
    assert not contents.errors
    assert [finding.value for finding in contents.notices if finding.code == "file.unknown_column"] == ["Umsatz"]


def test_what_partners_are_is_said_by_a_column_in_any_usual_word_or_asked_for(tmp_path: Path) -> None:
    told = read(tmp_path, "Code,Name,Type,City\nV-1,Acme,Vendor,Leeds\nC-1,Smith,CUSTOMERS,Leeds\n")
    assert [values["kinds"] for _, values in records(told)] == [["supplier"], ["customer"]]
    untold = read(tmp_path, "Code,Name,City,Country\nC-1,Smith,Leeds,GB\n")
    assert [(kind, values.get("kinds")) for kind, values in records(untold)] == [("partners", None)]
    assert [finding.code for finding in untold.notices] == ["file.partners_of_no_kind"]


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        ("SKU,Warehouse,Min,Max", "levels"),
        ("SKU,Bin,Min,Max", "pick_faces"),
        ("SKU,Name,Min,Max", ""),
        ("Code,Name,Unit,Barcode", ""),
        ("Order number,Customer,Street,Zip,City,SKU,Qty", ""),
        ("Warehouse,Zone,Bin,Type", ""),
        ("Supplier,Name,Phone", "partners"),
    ],
)
def test_a_list_is_about_what_most_of_its_headings_tell(headings: str, kind: str) -> None:
    found = table_kinds.kind_of(headings.split(","))
    assert (found.name if found else "") == kind


def test_levels_of_one_warehouse_never_become_levels_of_all(tmp_path: Path) -> None:
    contents = read(tmp_path, "SKU;Warehouse;Min;Max\nA-1;WH001;5;50\n")
    assert not contents.products
    assert [kind for kind, _ in records(contents)] == ["levels"]


def test_what_somebody_said_of_the_headings_says_what_the_list_is_about(tmp_path: Path) -> None:
    text = "Foo,Bar,Baz\nHAZ,Hazard shelf,90\n"
    meant = {"Foo": "profiles.code", "Bar": "profiles.name", "Baz": ""}
    assert records(read(tmp_path, text, meant)) == [("profiles", {"code": "HAZ", "name": "Hazard shelf"})]
    goods = read(tmp_path, "Code,Name,City\nA-1,One,Leeds\n", {"Code": "sku", "Name": "name", "City": ""})
    assert [item.sku for item in goods.products] == ["A-1"]
