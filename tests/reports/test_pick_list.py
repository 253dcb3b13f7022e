"""The pick list on paper: every line has a code that a scanner reads, and it leads to the bin of the line."""

from datetime import UTC, datetime

import pypdfium2
import zxingcpp

from app.reports.pick_list import ListedPick, PickList, pick_list_pdf
from app.texts import Texts

BINS = [f"WH001-STO-{rack}{bay:02}" for rack in "AB" for bay in range(1, 16)]


def test_each_line_of_the_list_carries_the_code_of_its_bin_on_every_page() -> None:
    picks = tuple(ListedPick(one, "WIDGET", "A widget, blue", "L1", "2", "each", "1", "SO-1") for one in BINS)
    long = ListedPick("WH001-EVERYTHING-THAT-IS-FROZEN-A01", "PEAS", "Peas", "", "1", "each", "1", "SO-1")
    listed = PickList("WALK-000007", "Storage", "WH001-SHP-S01", totes=True, picks=(*picks, long))
    pdf = pypdfium2.PdfDocument(pick_list_pdf(listed, Texts.load(), printed_at=datetime(2026, 11, 23, tzinfo=UTC)))
    assert len(pdf) > 1
    pages = [page.render(scale=300 / 72).to_pil() for page in pdf]
    found = [code.text for page in pages for code in zxingcpp.read_barcodes(page)]
    assert sorted(set(found)) == sorted(["WALK-000007", *BINS]), "a code too fine to scan is left out"
    assert all(found.count(one) == 1 for one in BINS)
