"""The rows of the discrepancies screen: each discrepancy, and each supplier's sums."""

from app.domain.values import format_quantity
from app.services.discrepancies import Discrepancy, SupplierSum
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

FOUND = (
    Column("when", "desk.when", 150, identifier=True),
    Column("kind", "discrepancies.kind", 130),
    Column("supplier", "inbound.supplier", 190),
    Column("document", "stock.document", 120, identifier=True),
    Column("sku", "reports.sku", 140, identifier=True),
    Column("quantity", "reports.quantity", 110, identifier=True),
    Column("cost", "discrepancies.cost", 100, numeric=True),
    Column("state", "transfers.state", 100),
    Column("claim", "discrepancies.claim", 110, identifier=True),
    Column("note", "discrepancies.note", 240, shown=False),
)
DETAILS = (
    Column("what", "discrepancies.detail", 260),
    Column("said", "discrepancies.said", 900),
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
    cells = (
        f"{one.at.astimezone():%Y-%m-%d %H:%M}",
        texts.text("choices", f"discrepancy.{one.kind}"),
        " · ".join(dict.fromkeys(part for part in (one.partner, one.partner_name) if part)),
        one.document,
        one.sku,
        format_quantity(one.qty, one.unit),
        f"{one.cost:.2f}",
        texts.text("choices", f"discrepancy_state.{one.state}"),
        one.claim,
        " · ".join(part for part in (_why(one, texts), one.lot, one.note) if part),
    )
    return Record(one.id, cells, made_of=one)


def details(one: Discrepancy, texts: Texts) -> list[Record]:
    """Everything that is known of a discrepancy, a line each."""
    said = (
        ("reports.name", one.name),
        ("reports.lot_or_serial", one.lot),
        ("stock.reason", _why(one, texts)),
        ("discrepancies.note", one.note),
        ("stock.person", one.person),
        ("discrepancies.photos", str(one.photos) if one.photos else ""),
    )
    return [Record(n, (texts.text("captions", code), words)) for n, (code, words) in enumerate(said) if words]


def _why(one: Discrepancy, texts: Texts) -> str:
    reason = f"reason.{one.reason}"
    return texts.text("choices", reason) if texts.has("choices", reason) else ""


def supplier_record(one: SupplierSum) -> Record:
    """A supplier: how many of each kind, their worth, and what became of it."""
    money = (one.cost, one.open, one.claimed, one.credited)
    counts = (one.over, one.short, one.damaged, one.wrong_item)
    name = " · ".join(dict.fromkeys(part for part in (one.partner, one.name) if part))
    cells = (name, *(str(count) for count in counts), *(f"{amount:.2f}" for amount in money))
    return Record(one.partner, cells, made_of=one)
