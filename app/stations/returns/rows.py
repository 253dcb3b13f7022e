"""The rows of the returns screen: returns with how far they are, and their lines."""

from app.domain.values import format_quantity
from app.services.returns import ReturnHead, ReturnLine
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

RETURNS = (
    Column("number", "stock.document", 150, identifier=True),
    Column("way", "returns.way", 190, identifier=True),
    Column("partner", "returns.partner", 260),
    Column("order", "returns.order", 150, identifier=True),
    Column("state", "transfers.state", 180),
    Column("lines", "transfers.lines", 90, numeric=True),
    Column("done", "returns.done_lines", 120, numeric=True),
)
LINES = (
    Column("sku", "reports.sku", 180, identifier=True),
    Column("name", "reports.name", 360),
    Column("asked", "transfers.asked", 120, numeric=True),
    Column("done", "returns.done", 120, numeric=True),
    Column("open", "returns.open", 120, numeric=True),
    Column("unit", "reports.unit", 80, identifier=True),
)


def return_record(head: ReturnHead, texts: Texts) -> Record:
    """A return: which way, with whom, how far."""
    cells = (
        head.number,
        texts.text("captions", f"returns.way_{head.direction}"),
        head.partner,
        head.order,
        texts.state("decision", head.decision),
        str(head.lines),
        str(head.done),
    )
    return Record(head.number, cells, made_of=head)


def line_record(line: ReturnLine) -> Record:
    """A line: asked, done and open, in base units."""
    left = line.asked - line.done
    cells = (
        line.sku,
        line.name,
        format_quantity(line.asked),
        format_quantity(line.done),
        format_quantity(left) if left > 0 else "",
        line.unit,
    )
    return Record(line.id, cells, made_of=line)
