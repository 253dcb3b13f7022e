"""The head of the chain of seals on paper: to be signed and kept where nobody who owns the database can reach it."""

from pathlib import Path

from app.database.ledger import Head
from app.reports.files import replacing
from app.reports.paper import A4, Block, Canvas, Sheet, facts, letterhead, pdf, sentence
from app.texts import Texts

_PAPER = A4
_CODE = 170.0


def write_head(path: Path, head: Head, content: str, texts: Texts) -> None:
    """Write the head into a file by its ending: `content` itself (.json), or a page to print (.pdf)."""
    if path.suffix.lower() == ".pdf":
        write_head_page(path, head, content, texts)
        return
    with replacing(path) as file:
        file.write(f"{content}\n".encode())


def write_head_page(path: Path, head: Head, content: str, texts: Texts) -> None:
    """Write the head as one page of PDF, `content` also as a QR code; raises the Fault `export.not_written`."""
    made = head_page_pdf(head, content, texts)
    with replacing(path) as file:
        file.write(made)


def head_page_pdf(head: Head, content: str, texts: Texts) -> bytes:
    """The head as the bytes of one page; the QR code holds `content`, which `admin head --check` reads from a file."""

    def words(code: str, **values: object) -> str:
        return texts.text("captions", code, values)

    title = words("head.title", seal=head.seal)
    pairs = (
        (words("head.seal"), str(head.seal)),
        (words("head.sealed_at"), f"{head.sealed_at:%Y-%m-%d %H:%M:%S.%f} UTC"),
        (words("head.hash"), " ".join(head.hash[n : n + 8] for n in range(0, len(head.hash), 8))),
        (words("head.postings"), str(head.postings)),
        (words("head.moves"), str(head.moves)),
        (words("head.ledger"), str(head.ledger)),
    )

    def top(canvas: Canvas) -> float:
        y = letterhead(canvas, _PAPER, title=title, sender=words("head.chain"), address="") - 18
        return facts(canvas, _PAPER.left, y, pairs, label=110, width=_PAPER.body) - 20

    sheet = Sheet(
        paper=_PAPER,
        head=top,
        blocks=[sentence(_PAPER, words("head.keep")), Block(_CODE + 10, lambda canvas, y: _qr(canvas, content, y))],
        running=title,
        foot=words("head.chain"),
        page_of=lambda page, pages: words("reports.page", page=page, pages=pages),
    )
    return pdf([sheet], title=title, author=words("head.chain"))


def _qr(canvas: Canvas, content: str, y: float) -> None:
    from reportlab.graphics import renderPDF  # noqa: PLC0415  (heavy: loaded on first use)
    from reportlab.graphics.barcode.qr import QrCodeWidget  # noqa: PLC0415
    from reportlab.graphics.shapes import Drawing  # noqa: PLC0415

    drawing = Drawing(_CODE, _CODE)
    drawing.add(QrCodeWidget(content, barWidth=_CODE, barHeight=_CODE, barLevel="M"))
    renderPDF.draw(drawing, canvas, _PAPER.left, y - _CODE)
