"""reportlab's canvas for papers of thousands of pages: a page is kept compressed as soon as it is drawn.

What is known only at the end, such as how many pages there are, is drawn on a page later. Text is written by the few
operators that it needs. Only `paper` knows this module; it is imported on first use, as reportlab is heavy.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFArray, PDFName, PDFPage, PDFStream
from reportlab.pdfgen.canvas import Canvas

T = TypeVar("T")
_KEPT_TEXTS = 4_096


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was drawn: reportlab's own, and the pictures on it by name."""

    drawn: PDFPage
    pictures: list[str]


class Pages(Canvas):  # type: ignore[misc]  # reportlab has no types
    """A canvas whose `finished` pages can be drawn on again until it is saved."""

    def __init__(self, file: Any, **options: Any) -> None:  # noqa: ANN401  (whatever reportlab takes)
        super().__init__(file, **options)
        self.finished: list[Page] = []
        self._set = lru_cache(_KEPT_TEXTS)(self._typeset)

    def showPage(self) -> None:  # noqa: N802  (reportlab's name)
        """Close the page; what is drawn next stands on a new one."""
        pictures = self._formsinuse
        super().showPage()
        drawn = self._doc.Pages.pages[-1]
        drawn.Contents, drawn.stream = PDFArray([self._packed(drawn.stream)]), None
        self.finished.append(Page(drawn, pictures))

    def tried(self, draw: Callable[["Pages"], T]) -> T:
        """What something that draws answers, without leaving it on the page."""
        answer = draw(self)
        self._restartAccumulators()
        return answer

    @contextmanager
    def on(self, page: Page) -> Iterator[None]:
        """Draw over what stands on a finished page, while none is begun."""
        self._formsinuse = page.pictures
        yield
        page.drawn.Contents.sequence.append(self._packed("\n".join(self._code) + "\n"))
        self._setXObjects(page.drawn)
        self._restartAccumulators()

    def write(self, text: str, x: float, y: float, *, font: str, size: float, color: str) -> None:
        """Write a line in a typeface that sets it, beginning at x, with its base line at y."""
        said = " ".join(f"/{name} {size} Tf ({letters}) Tj" for name, letters in self._set(font, text))
        self.addLiteral(f"BT {_ink(color)} 1 0 0 1 {x:.2f} {y:.2f} Tm {said} ET")

    def _typeset(self, font: str, text: str) -> tuple[tuple[str, str], ...]:
        """A text in runs, each with the part of the typeface that has its letters."""
        face = pdfmetrics.getFont(font)
        runs = face.splitString(text, self._doc)
        return tuple((face.getSubsetInternalName(part, self._doc)[1:], self._escape(run)) for part, run in runs)

    def _packed(self, code: str) -> Any:  # noqa: ANN401  (a reference of reportlab's)
        stream = PDFStream(content=zlib.compress(code.encode("latin-1")))
        stream.dictionary["Filter"] = PDFName("FlateDecode")
        return self._doc.Reference(stream)


@lru_cache(maxsize=64)
def _ink(color: str) -> str:
    red, green, blue = HexColor(color).rgb()
    return f"{red:.4g} {green:.4g} {blue:.4g} rg"
