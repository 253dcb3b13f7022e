"""The rows of the transfers screen: transfers with their state, and lines with how far they are."""

from app.domain.values import format_quantity
from app.services.transfers import Transfer, TransferLine
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

TRANSFERS = (
    Column("number", "stock.document", 150, identifier=True),
    Column("source", "transfers.source", 140, identifier=True),
    Column("target", "transfers.target", 140, identifier=True),
    Column("state", "transfers.state", 240),
    Column("due", "transfers.due", 120, identifier=True),
    Column("lines", "transfers.lines", 90, numeric=True),
    Column("sent", "transfers.sent_lines", 120, numeric=True),
    Column("received", "transfers.received_lines", 120, numeric=True),
)
LINES = (
    Column("line", "reports.line", 50, numeric=True),
    Column("sku", "reports.sku", 160, identifier=True),
    Column("name", "reports.name", 280),
    Column("asked", "transfers.asked", 100, numeric=True),
    Column("reserved", "reports.reserved", 100, numeric=True),
    Column("sent", "transfers.sent", 100, numeric=True),
    Column("received", "transfers.received", 100, numeric=True),
    Column("on_the_way", "transfers.on_the_way", 110, numeric=True),
    Column("unit", "reports.unit", 60, identifier=True),
    Column("state", "transfers.state", 170),
)
_TINTS = {"on_the_way": "caution", "partly_arrived": "bad", "arrived": "good"}


def state_of(transfer: Transfer) -> str:
    """How far a transfer is, as a code; one of which everything came has closed by itself."""
    if transfer.received == transfer.lines and transfer.decision in ("released", "closed"):
        return "arrived"
    if transfer.decision in ("cancelled", "closed", "draft", "held"):
        return transfer.decision
    if transfer.on_the_way:
        return "partly_arrived" if transfer.received else "on_the_way"
    return "partly_sent" if transfer.sent or transfer.received else "to_send"


def transfer_record(transfer: Transfer, texts: Texts) -> Record:
    """A transfer: from where, to where, how far."""
    state = state_of(transfer)
    cells = (
        transfer.number,
        transfer.source,
        transfer.target,
        texts.text("captions", f"transfers.is_{state}"),
        transfer.due.isoformat() if transfer.due else "",
        str(transfer.lines),
        str(transfer.sent),
        str(transfer.received),
    )
    tints = ((3, _TINTS[state]),) if state in _TINTS else ()
    return Record(transfer.number, cells, made_of=transfer, tints=tints)


def line_record(line: TransferLine, texts: Texts) -> Record:
    """A line; what was sent and has not come although the rest has is a discrepancy."""
    missing = line.on_the_way > 0 and line.received > 0
    state = (
        "missing" if missing else "on_the_way" if line.on_the_way else "done" if not line.to_send else "open"
    )  # fmt: skip
    cells = (
        str(line.line),
        line.sku,
        line.name,
        *(format_quantity(one) for one in (line.asked, line.reserved, line.sent, line.received)),
        format_quantity(line.on_the_way) if line.on_the_way else "",
        line.unit,
        texts.text("captions", f"transfers.line_{state}"),
    )
    return Record(line.id, cells, made_of=line, tints=((9, "bad"),) if missing else ())
