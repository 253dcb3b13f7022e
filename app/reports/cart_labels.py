"""Labels of picking carts on paper: a code a cart, to be cut out and stuck on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.reports.files import replacing
from app.reports.paper import A4, Canvas, Cell, Column, Sheet, letterhead, pdf, table
from app.texts import Texts


@dataclass(frozen=True, slots=True)
class CartLabel:
    """What stands on a cart: its number as a code, its name, and for how many totes it has room."""

    number: str
    name: str
    slots: int


def write_cart_labels(path: Path, carts: Sequence[CartLabel], texts: Texts, *, printed_at: datetime) -> None:
    """Write the labels as PDF; raises the Fault `export.not_written` and then leaves nothing behind."""
    made = cart_labels_pdf(carts, texts, printed_at=printed_at)
    with replacing(path) as file:
        file.write(made)


def cart_labels_pdf(carts: Sequence[CartLabel], texts: Texts, *, printed_at: datetime) -> bytes:
    """The labels as the bytes of a PDF."""

    def words(code: str, **told: object) -> str:
        return texts.text("captions", code, told)

    def head(canvas: Canvas) -> float:
        return letterhead(canvas, A4, title=words("carts.carts"), sender="", address="") - 18

    columns = [
        Column(words("carts.number"), 50),
        Column(words("carts.name"), 35),
        Column(words("carts.slots"), 15, number=True),
    ]
    rows = [[Cell(one.number, bold=True, code=one.number), Cell(one.name), Cell(str(one.slots))] for one in carts]
    sheet = Sheet(
        paper=A4,
        head=head,
        blocks=table(A4, columns, rows),
        running=words("carts.carts"),
        foot=words("pick_list.printed", moment=f"{printed_at.astimezone():%Y-%m-%d %H:%M %Z}"),
        page_of=lambda page, pages: words("reports.page", page=page, pages=pages),
    )
    return pdf([sheet], title=words("carts.carts"), author="Stockhand")
