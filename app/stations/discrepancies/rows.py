"""The rows of the discrepancies screen: each discrepancy, and each supplier's sums."""

from app.domain.values import format_quantity
from app.services.discrepancies import Discrepancy, SupplierSum
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

FOUND = (
    Column("when", "desk.when", 130, identifier=True),
    Column("kind", "discrepancies.kind", 105),
    Column("supplier", "inbound.supplier", 160),
    Column("document", "stock.document", 115, identifier=True),
    Column("sku", "reports.sku", 125, identifier=True),
    Column("quantity", "reports.quantity", 80, numeric=True),
    Column("unit", "reports.unit", 55, identifier=True),
    Column("cost", "discrepancies.cost", 80, numeric=True),
    Column("state", "transfers.state", 85),
    Column("claim", "discrepancies.claim", 105, identifier=True),
    Column("photos", "discrepancies.photos", 70, numeric=True),
    Column("note", "discrepancies.note", 190),
)
SUPPLIERS = (
    Column("supplier", "inbound.supplier", 300),
    Column("over", "discrepancies.over", 100, numeric=True),
    Column("short", "discrepancies.short", 100, numeric=True),
    Column("damaged", "discrepancies.damaged", 110, numeric=True),
    Column("wrong", "discrepancies.wrong", 110, numeric=True),
    Column("cost", "discrepancies.cost", 130, numeric=True),
    Column("open", "discrepancies.open", 130, numeric=True),
    Column("claimed", "discrepancies.claimed", 130, numeric=True),
    Column("credited", "discrepancies.credited", 130, numeric=True),
)


def found_record(one: Discrepancy, texts: Texts) -> Record:
    """A discrepancy: what came otherwise, from whom, its worth, and how far it is."""
    reason = f"reason.{one.reason}"
    why = texts.text("choices", reason) if texts.has("choices", reason) else ""
    cells = (
        f"{one.at.astimezone():%Y-%m-%d %H:%M}",
        texts.text("choices", f"discrepancy.{one.kind}"),
        " · ".join(dict.fromkeys(part for part in (one.partner, one.partner_name) if part)),
        one.document,
        one.sku,
        format_quantity(one.qty),
        one.unit,
        f"{one.cost:.2f}",
        texts.text("choices", f"discrepancy_state.{one.state}"),
        one.claim,
        str(one.photos) if one.photos else "",
        " · ".join(part for part in (why, one.lot, one.note) if part),
    )
    return Record(one.id, cells, made_of=one)


def supplier_record(one: SupplierSum) -> Record:
    """A supplier: how many of each kind, their worth, and what became of it."""
    money = (one.cost, one.open, one.claimed, one.credited)
    counts = (one.over, one.short, one.damaged, one.wrong_item)
    name = " · ".join(dict.fromkeys(part for part in (one.partner, one.name) if part))
    cells = (name, *(str(count) for count in counts), *(f"{amount:.2f}" for amount in money))
    return Record(one.partner, cells, made_of=one)
