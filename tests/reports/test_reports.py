"""Paper and exports: read back by independent readers, and what happens where nothing can be written."""

import csv
import gc
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from app.database.stock import StockRow
from app.domain.errors import Fault, Refusal
from app.reports.packing_list import grouped_sscc, packing_list_pdf, write_packing_lists
from app.reports.seen import Seen, export_seen
from app.reports.stock_report import stock_report_pdf, write_stock_report
from app.reports.stock_table import export_stock
from app.texts import PSEUDO_LONGER, Texts
from tests.reports.examples import LONG_NAME, PRINTED_AT, packing_list, stock_report, stock_row

TEXTS = Texts.load()


class Cancelled(Exception):  # noqa: N818  (somebody asked for it)
    """As somebody presses Cancel."""


def _pages(data: bytes, *, look: bool = True) -> list[tuple[str, Image.Image]]:
    """Text and picture of each page, by a reader that is not ours."""
    pdf = pypdfium2.PdfDocument(data)
    try:
        scale = 3 if look else 0.1
        return [(page.get_textpage().get_text_bounded(), page.render(scale=scale).to_pil()) for page in pdf]
    finally:
        pdf.close()


def _words(text: str) -> str:
    return " ".join(text.split())


# - the packing list -


def test_the_packing_list_says_what_is_in_each_parcel_and_what_is_missing() -> None:
    ((text, _),) = _pages(packing_list_pdf([packing_list()], TEXTS, printed_at=PRINTED_AT))
    words = _words(text)
    for expected in (
        "SO-2026-1187", "Marta Lindqvist", "Hafenstraße 48", "20359 Hamburg", "Parcel 1 of 2", "L2026-047",
        "2027-08-31", "SN-00412-77", "(00) 3 4012345 000000001 7", "SH000000000153", "5.412", "10.312 kg", "6 each",
        "Not in these parcels", "2.5 kg", "Page 1 of 1", "Own delivery · Parcel", "Medium · Gross",
    ):  # fmt: skip
        assert expected in words
    assert LONG_NAME in words


@pytest.mark.parametrize("number", ["SO-2026-1187", "1", "A-LONGER-NUMBER-0123456789", "4711"])
def test_the_code_on_the_packing_list_is_its_number(number: str) -> None:
    ((_, picture),) = _pages(packing_list_pdf([packing_list(number)], TEXTS, printed_at=PRINTED_AT))
    (code,) = zxingcpp.read_barcodes(picture)
    assert (code.text, code.format) == (number, zxingcpp.BarcodeFormat.Code128)


def test_every_order_begins_a_page_and_counts_its_own() -> None:
    pages = _pages(packing_list_pdf([packing_list("SO-1"), packing_list("SO-2")], TEXTS, printed_at=PRINTED_AT))
    assert [("SO-1" in text, "SO-2" in text, "Page 1 of 1" in _words(text)) for text, _ in pages] == [
        (True, False, True),
        (False, True, True),
    ]


def test_an_order_without_parcels_says_so() -> None:
    ((text, _),) = _pages(packing_list_pdf([packing_list(parcels=0)], TEXTS, printed_at=PRINTED_AT))
    assert "Nothing is packed yet." in _words(text)


def test_paper_in_a_longer_language_loses_nothing_over_the_edge() -> None:
    longer = Texts.load(PSEUDO_LONGER)
    for data in (
        packing_list_pdf([packing_list()], longer, printed_at=PRINTED_AT),
        stock_report_pdf(stock_report(5), longer),
    ):
        for _, picture in _pages(data):
            width, height = picture.size
            for edge in ((0, 0, 90, height), (width - 90, 0, width, height)):
                assert picture.convert("L").crop(edge).getextrema() == (255, 255)


def test_an_sscc_is_grouped_and_another_number_is_not() -> None:
    assert grouped_sscc("340123450000000017") == "(00) 3 4012345 000000001 7"
    assert grouped_sscc("TOTE-17") == "TOTE-17"


# - the stock report -


def test_a_long_stock_report_repeats_its_headings_and_ends_in_totals_a_unit() -> None:
    report = stock_report(90)
    pages = [_words(text) for text, _ in _pages(stock_report_pdf(report, TEXTS))]
    assert len(pages) > 2
    assert all("On hand Reserved Available" in page for page in pages[:-1])
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert "Seal 4711 of 2026-11-22 18:29:59 CET" in pages[0]
    assert "2 postings not sealed yet" in pages[0]
    total = sum((row.on_hand for row in report.rows if row.unit == "each"), Decimal(0))
    assert f"Total each {total}" in pages[-1]
    assert "Total kg 7.125" in pages[-1]


def test_a_long_report_is_drawn_while_it_is_read_and_never_whole_in_the_memory(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        report = replace(stock_report(0), rows=(stock_row(n) for n in range(rows)))
        tracemalloc.start()
        try:
            assert write_stock_report(tmp_path / "stock.pdf", report, TEXTS) == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)
    assert (peak(4_000) - peak(1_000)) / 3_000 < 2_500, "bytes a row"


def test_what_stands_only_far_below_in_a_table_is_on_paper_too(tmp_path: Path) -> None:
    rows = ([str(n), "far below" if n == 2_999 else ""] for n in range(3_000))
    seen = Seen("Numbers", "all", ["reports.quantity", "reports.name"], [True, False], rows)
    assert export_seen(tmp_path / "seen.pdf", seen, TEXTS) == 3_000
    pages = [_words(text) for text, _ in _pages((tmp_path / "seen.pdf").read_bytes(), look=False)]
    assert "far below" in pages[-1]
    assert all("Quantity Name" in page for page in pages)
    assert f"Page 2 of {len(pages)}" in pages[1]


def test_a_warehouse_with_a_chinese_name_has_it_on_a_page_that_was_finished_before(tmp_path: Path) -> None:
    def head(name: str) -> Image.Image:
        report = replace(stock_report(90), warehouse_name=name)
        return _pages(stock_report_pdf(report, TEXTS))[0][1].crop((100, 130, 1300, 200))

    assert head("中央仓库").convert("1").getextrema() == (0, 255)
    assert head("中央仓库").tobytes() != head("").tobytes()


def test_a_stock_report_without_rows_says_so() -> None:
    ((text, _),) = _pages(stock_report_pdf(stock_report(0), TEXTS))
    assert "No stock was found." in _words(text)


# - tables for other programs -


def test_the_csv_reads_back_exactly(tmp_path: Path) -> None:
    rows = [stock_row(0, name='Nuts, "mixed"\nbag', on_hand=Decimal("1.250000")), stock_row(1, sku="=1+1")]
    export_stock(tmp_path / "stock.csv", rows, TEXTS)
    with (tmp_path / "stock.csv").open(encoding="utf-8-sig", newline="") as file:
        header, first, second = csv.reader(file)
    assert header[:3] == ["Location", "SKU", "Name"]
    assert (first[2], first[9]) == ('Nuts, "mixed"\nbag', "1.25")
    assert second[1] == "'=1+1"
    assert second[7] == "Available"


def test_whose_the_goods_are_and_what_they_weigh_stands_in_every_file(tmp_path: Path) -> None:
    vendors = stock_row(0, owner_name="Nordic Vendor", weight_kg=Decimal("51.300000"))
    export_stock(tmp_path / "stock.csv", [vendors, stock_row(1)], TEXTS)
    with (tmp_path / "stock.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[-2:] for row in csv.reader(file)] == [
            ["Owner", "Weight (kg)"],
            ["Nordic Vendor", "51.3"],
            ["Own", ""],
        ]
    report = stock_report(1)
    ((page, _),) = _pages(stock_report_pdf(replace(report, rows=(vendors,)), TEXTS))
    assert "Nordic Vendor · weight 51.3 kg" in _words(page)


def test_the_spreadsheet_holds_numbers_dates_and_never_formulas(tmp_path: Path) -> None:
    export_stock(tmp_path / "stock.xlsx", [stock_row(0, sku="=1+1"), stock_row(1)], TEXTS)
    book = openpyxl.load_workbook(tmp_path / "stock.xlsx")
    header, first, _ = book.active.iter_rows()
    assert [cell.value for cell in header][-3:] == ["Available", "Owner", "Weight (kg)"]
    assert (first[1].value, first[1].data_type) == ("=1+1", "s")
    assert first[5].value == datetime(2027, 8, 31)  # noqa: DTZ001  (a spreadsheet's day has no zone)
    assert first[9].value == 12
    book.close()


def test_a_spreadsheet_that_is_not_finished_leaves_no_half_file_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows() -> Iterator[StockRow]:
        yield stock_row(0)
        raise Cancelled

    with pytest.raises(Cancelled):
        export_stock(tmp_path / "stock.xlsx", rows(), TEXTS)
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"export\.unknown_format"):
        export_stock(tmp_path / "stock.doc", [], TEXTS)


# - where nothing can be written -


@pytest.mark.parametrize("name", ["stock.csv", "stock.xlsx", "stock.pdf", "list.pdf"])
def test_a_folder_that_is_not_there_is_a_fault_that_says_why(tmp_path: Path, name: str) -> None:
    with pytest.raises(Fault) as caught:
        _write(tmp_path / "nowhere" / name)
    assert (caught.value.code, caught.value.retry) == ("export.not_written", True)
    text, remedy = TEXTS.error(caught.value.code, caught.value.facts)
    assert name in text
    assert "folder" in remedy


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the size of a program's files")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # what openpyxl left half written
@pytest.mark.parametrize("name", ["stock.csv", "stock.xlsx", "stock.pdf", "list.pdf"])
def test_a_full_disk_leaves_the_old_file_as_it_was_and_nothing_beside_it(tmp_path: Path, name: str) -> None:
    import resource

    target = tmp_path / name
    target.write_bytes(b"before")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, before[1]))
    try:
        with pytest.raises(Fault, match=r"export\.not_written"):
            _write(target)
        gc.collect()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def _write(path: Path) -> None:
    if path.name == "list.pdf":
        write_packing_lists(path, [packing_list()], TEXTS, printed_at=PRINTED_AT)
    elif path.suffix == ".pdf":
        write_stock_report(path, stock_report(), TEXTS)
    else:
        export_stock(path, stock_report(300).rows, TEXTS)
