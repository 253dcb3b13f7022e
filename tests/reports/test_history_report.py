"""The past on paper and in tables, read back by readers that are not ours."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import openpyxl
import pypdfium2

from app.database.history import Changes, LedgerChange, PastStock, PastStockReport, Position
from app.reports.history_report import changes_pdf, past_stock_pdf, write_changes, write_past_stock
from app.texts import Texts

TEXTS = Texts.load()
AT = datetime(2026, 3, 1, 11, 30, tzinfo=UTC)
SEALED = Position(17, datetime(2026, 3, 2, 6, tzinfo=UTC))


def past_stock() -> PastStockReport:
    row = PastStock(
        address="WH001-STO-R01", sku="MILK", name="Milk", lot="L1", serial="", expiry=None, handling_unit="",
        owner="Acme", status="quarantined", unit="each", on_hand=Decimal(7), weight_kg=Decimal(0),
    )  # fmt: skip
    return PastStockReport("WH001", "Main", "Europe/Berlin", "", AT, SEALED, SEALED.sealed_at or AT, (row,))


def changes() -> Changes:
    row = LedgerChange(
        seal=18, recorded_at=AT, effective_at=AT, kind="adjust_out", reversal=True, document="", sku="MILK", lot="L1",
        serial="", qty=Decimal("2.5"), unit="kg", source="WH001-STO-R01", target="WH001-ADJUSTMENT",
        from_status="available", to_status="available", reason="LOST", person="Marta", station="BENCH1",
        posting=UUID(int=7),
    )  # fmt: skip
    return Changes("WH001", "Main", "Europe/Berlin", Position(0, None), SEALED, None, AT, (row,))


def words(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    finally:
        pdf.close()


def test_the_paper_says_as_of_when_and_known_at_which_seal_in_the_sites_time() -> None:
    said = words(past_stock_pdf(past_stock(), TEXTS))
    for expected in ("2026-03-01 12:30:00.000000 CET", "Seal 17 of 2026-03-02 07:00:00", "Quarantined", "Acme", "MILK"):
        assert expected in said


def test_the_paper_of_changes_names_who_posted_what() -> None:
    said = words(changes_pdf(changes(), TEXTS))
    for expected in ("The beginning of the ledger", "Adjusted down", "Reversal", "2.5", "Marta", "BENCH1", "Any time"):
        assert expected in said


def test_tables_hold_the_same_as_the_paper(tmp_path: Path) -> None:
    write_past_stock(tmp_path / "past.csv", past_stock(), TEXTS)
    write_changes(tmp_path / "changes.xlsx", changes(), TEXTS)
    with (tmp_path / "past.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["SKU"], row["On hand"], row["Owner"], row["Status"]) == ("MILK", "7", "Acme", "quarantined")
    headings, values = openpyxl.load_workbook(tmp_path / "changes.xlsx").worksheets[0].values
    found = dict(zip(headings, values, strict=True))
    assert (found["Quantity"], found["Person"], found["Posted"]) == (2.5, "Marta", AT.replace(tzinfo=None))
