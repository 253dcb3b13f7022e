"""The calibration sheet on paper: the codes by which a new scanner tells how it is set."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from app.reports.files import replacing
from app.reports.paper import A4, Block, Canvas, Sheet, letterhead, pdf, sentence, write
from app.texts import Texts

_PAPER = A4
_BAR_HEIGHT, _STEP, _MODULE, _QUIET = 62.0, 138.0, 1.15, 14.0
_FNC1 = "\xf1"  # reportlab's sign for function character 1


class PrintedCode(Protocol):
    """A code of the sheet: its name, what it holds (GS as U+001D), and whether it is a GS1 code."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def text(self) -> str: ...  # noqa: D102

    @property
    def gs1(self) -> bool: ...  # noqa: D102


def write_calibration_sheet(path: Path, codes: Sequence[PrintedCode], texts: Texts) -> None:
    """Write the sheet as one page of PDF; raises the Fault `export.not_written`."""
    made = calibration_sheet_pdf(codes, texts)
    with replacing(path) as file:
        file.write(made)


def calibration_sheet_pdf(codes: Sequence[PrintedCode], texts: Texts) -> bytes:
    """The sheet as the bytes of one page, the codes in their order."""

    def words(code: str, **values: object) -> str:
        return texts.text("captions", code, values)

    title = words("calibration.title")
    blocks = [sentence(_PAPER, words("calibration.how"), size=10)]
    for number, code in enumerate(codes, 1):
        blocks.append(Block(_STEP, partial(_code, code, number, texts)))
    sheet = Sheet(
        paper=_PAPER,
        head=lambda canvas: letterhead(canvas, _PAPER, title=title, sender="Stockhand", address="") - 14,
        blocks=blocks,
        running=title,
        foot=title,
        page_of=lambda page, pages: words("reports.page", page=page, pages=pages),
    )
    return pdf([sheet], title=title, author="Stockhand")


def _code(code: PrintedCode, number: int, texts: Texts, canvas: Canvas, y: float) -> None:
    from reportlab.graphics.barcode.code128 import Code128  # noqa: PLC0415  (heavy: loaded on first use)

    held = (_FNC1 if code.gs1 else "") + code.text.replace("\x1d", _FNC1)
    bars = Code128(held, barWidth=_MODULE, barHeight=_BAR_HEIGHT, quiet=0)
    words = f"{number}  {texts.text('captions', f'calibration.code.{code.name}')}"
    write(canvas, words, _PAPER.left, y - 16, size=11, bold=True)
    bars.drawOn(canvas, _PAPER.left + _QUIET, y - 26 - _BAR_HEIGHT)
