"""The rows of the screen of expected goods: papers with how far they are, their lines, and what came."""

from decimal import Decimal

from app.domain.values import format_quantity
from app.services.inbound import Arrival, Paper, PaperLine
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

ORDERS = (
    Column("number", "stock.document", 170, identifier=True),
    Column("partner", "inbound.supplier", 280),
    Column("due", "inbound.expected", 120, identifier=True),
    Column("state", "transfers.state", 160),
    Column("lines", "transfers.lines", 90, numeric=True),
    Column("done", "returns.done_lines", 120, numeric=True),
    Column("reference", "inbound.reference", 180, identifier=True),
    Column("truck", "inbound.truck", 220),
)
ASNS = (*ORDERS, Column("units", "inbound.units", 140, identifier=True))
LINES = (
    Column("sku", "reports.sku", 180, identifier=True),
    Column("name", "reports.name", 240),
    Column("expected", "inbound.quantity", 110, numeric=True),
    Column("received", "inbound.received", 110, numeric=True),
    Column("unit", "reports.unit", 70, identifier=True),
    Column("order", "inbound.order", 130, identifier=True),
    Column("handling_unit", "reports.handling_unit", 190, identifier=True),
    Column("lot", "reports.lot_or_serial", 140, identifier=True),
    Column("expiry", "reports.expiry", 110, identifier=True),
)
ARRIVALS = (
    Column("when", "desk.when", 180, identifier=True),
    Column("person", "stock.person", 160),
    Column("place", "reports.address", 150, identifier=True),
    Column("sku", "reports.sku", 160, identifier=True),
    Column("quantity", "reports.quantity", 110, numeric=True),
    Column("unit", "reports.unit", 70, identifier=True),
    Column("lot", "reports.lot_or_serial", 140, identifier=True),
    Column("handling_unit", "reports.handling_unit", 190, identifier=True),
    Column("status", "reports.status", 120),
    Column("weight", "inbound.weight", 110, numeric=True),
)


def paper_record(paper: Paper, texts: Texts) -> Record:
    """An order or an announcement: from whom, when, how far, and on which truck."""
    cells = (
        paper.number,
        " · ".join(dict.fromkeys(part for part in (paper.partner, paper.partner_name) if part)),
        f"{paper.due}" if paper.due else "",
        texts.word("decision", paper.decision).capitalize(),
        str(paper.lines),
        str(paper.done),
    )
    reference = paper.reference if paper.reference != paper.number else ""
    units = f"{paper.units_done} / {paper.units}" if paper.units else ""
    return Record(paper.id, (*cells, reference, _truck(paper, texts), units), made_of=paper)


def _truck(paper: Paper, texts: Texts) -> str:
    """When and at which door its truck is expected, or where it is; times of this station's clock."""
    if paper.truck_at is None:
        return ""
    state = texts.word("dock_state", paper.truck_state)
    parts = (f"{paper.truck_at.astimezone():%m-%d %H:%M}", paper.truck_door, state)
    return " · ".join(part for part in parts if part)


def line_record(line: PaperLine) -> Record:
    """A line: what is expected, on what and for which order, and what came; in base units."""
    cells = (
        line.sku,
        line.name,
        format_quantity(line.expected),
        format_quantity(line.received),
        line.unit,
        line.order,
        line.handling_unit,
        " / ".join(part for part in (line.lot, line.serial) if part),
        f"{line.expiry}" if line.expiry else "",
    )
    return Record(line.id, cells, made_of=line)


def arrival_record(n: int, one: Arrival, texts: Texts) -> Record:
    """Goods that came: who received them when and where, by lot, with their weight."""
    cells = (
        f"{one.at.astimezone():%Y-%m-%d %H:%M:%S}",
        one.person,
        one.place,
        one.sku,
        format_quantity(one.qty),
        one.unit,
        " / ".join(part for part in (one.lot, one.serial) if part),
        one.handling_unit,
        texts.text("captions", f"reports.status.{one.status}"),
        f"{one.weight_kg.quantize(Decimal('0.001'))}" if one.weight_kg else "",
    )
    return Record(n, cells, made_of=one)
