"""The rows of the documents screen: documents of any kind, and the lines of one."""

from app.domain.values import format_quantity
from app.services.documents import Listed
from app.services.stock import DocumentLine
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

DOCUMENTS = (
    Column("number", "stock.document", 140, identifier=True),
    Column("kind", "documents.kind", 140),
    Column("partner", "documents.partner", 220),
    Column("reference", "documents.reference", 140, identifier=True),
    Column("state", "documents.state", 130),
    Column("done", "documents.lines_done", 110, numeric=True, sortable=False),
    Column("due", "documents.due", 110, identifier=True),
    Column("made", "documents.made", 140, identifier=True),
    Column("made_by", "stock.person", 150),
)
LINES = (
    Column("line", "reports.line", 60, numeric=True),
    Column("sku", "reports.sku", 170, identifier=True),
    Column("name", "reports.name", 300),
    Column("asked", "reports.ordered", 110, numeric=True),
    Column("unit", "reports.unit", 80, identifier=True),
    Column("progress", "stock.progress", 320),
    Column("state", "stock.line_state", 120),
)
_TINTS = {"held": "caution", "cancelled": "bad", "draft": "accent"}


def document_record(document: Listed, texts: Texts) -> Record:
    """A document: whom it is for, how it stands, how many of its lines are done."""
    cells = (
        document.number,
        texts.state("document_kind", document.kind),
        document.partner,
        document.reference,
        texts.state("decision", document.decision),
        texts.text("captions", "documents.of", {"done": document.done, "lines": document.lines}),
        document.due.isoformat() if document.due else "",
        f"{document.created_at.astimezone():%Y-%m-%d %H:%M}",
        document.made_by,
    )
    tint = _TINTS.get(document.decision)
    return Record(document.id, cells, made_of=document, tints=((4, tint),) if tint else ())


def line_record(line: DocumentLine, texts: Texts) -> Record:
    """A line: what is asked, and how much of it went through which step."""
    done = (f"{texts.word('step', step)} {format_quantity(qty)}" for step, qty in line.done)
    cells = (
        str(line.line),
        line.sku,
        line.name,
        format_quantity(line.asked),
        line.unit,
        " · ".join(done),
        texts.text("captions", "stock.line_closed" if line.closed else "stock.line_open"),
    )
    return Record(line.line, cells, made_of=line)
