"""The calibration sheet, judged by what an independent reader finds on the paper."""

import pypdfium2
import zxingcpp

from app.devices.calibrating import SHEET
from app.reports.calibration_sheet import calibration_sheet_pdf
from app.texts import Texts


def test_every_code_of_the_sheet_is_read_from_the_paper_as_it_stands_there() -> None:
    pdf = pypdfium2.PdfDocument(calibration_sheet_pdf(SHEET, Texts.load()))
    try:
        assert len(pdf) == 1
        picture = pdf[0].render(scale=4).to_pil()
        words = pdf[0].get_textpage().get_text_bounded()
    finally:
        pdf.close()
    found = sorted(zxingcpp.read_barcodes(picture), key=lambda code: code.position.top_left.y)
    # zxing writes FNC1 within a code as GS, and announces a GS1 code as ]C1, as a scanner does.
    assert [code.bytes.decode() for code in found] == [code.text for code in SHEET]
    assert [code.symbology_identifier for code in found] == ["]C0", "]C0", "]C0", "]C1"]
    assert "GS1 with a separator" in words
