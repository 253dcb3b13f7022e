"""The rows of the kits screen: kit orders, the parts that one needs, and bills of materials."""

from decimal import Decimal

from app.domain.values import format_quantity
from app.services.kitting import Bom, KitHead, Need
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

ORDERS = (
    Column("number", "stock.document", 150, identifier=True),
    Column("sku", "kitting.kit", 170, identifier=True),
    Column("name", "reports.name", 300),
    Column("asked", "transfers.asked", 100, numeric=True),
    Column("made", "kitting.made", 100, numeric=True),
    Column("left", "kitting.left", 100, numeric=True),
    Column("unit", "reports.unit", 60, identifier=True),
    Column("due", "transfers.due", 120, identifier=True),
    Column("state", "transfers.state", 160),
)
NEEDS = (
    Column("sku", "kitting.part", 170, identifier=True),
    Column("name", "reports.name", 340),
    Column("needed", "kitting.needed", 120, numeric=True),
    Column("free", "kitting.free", 120, numeric=True),
    Column("missing", "kitting.missing", 120, numeric=True),
    Column("unit", "reports.unit", 80, identifier=True),
)
BILLS = (
    Column("sku", "kitting.kit", 170, identifier=True),
    Column("name", "reports.name", 280),
    Column("makes", "kitting.makes", 100, numeric=True),
    Column("unit", "reports.unit", 60, identifier=True),
    Column("parts", "kitting.parts", 520),
)


def order_record(head: KitHead, texts: Texts) -> Record:
    """A kit order: how many are asked, made and left."""
    left = max(head.asked - head.made, Decimal(0))
    cells = (
        head.number,
        head.sku,
        head.name,
        format_quantity(head.asked),
        format_quantity(head.made),
        format_quantity(left) if left else "",
        head.unit,
        head.due.isoformat() if head.due else "",
        texts.state("decision", head.decision),
    )
    return Record(head.number, cells, made_of=head)


def need_record(need: Need, texts: Texts) -> Record:
    """A part, and whether enough of it is free."""
    missing = texts.text("captions", "claims.too_little", {"amount": format_quantity(need.missing)})
    cells = (
        need.sku,
        need.name,
        format_quantity(need.needed),
        format_quantity(need.free),
        missing if need.missing else "",
        need.unit,
    )
    return Record(need.sku, cells, made_of=need, tints=((4, "bad"),) if need.missing else ())


def bill_record(bom: Bom) -> Record:
    """What a kit is made of, on one line."""
    parts = ", ".join(f"{format_quantity(part.qty, part.unit)} {part.sku}" for part in bom.parts)
    return Record(bom.sku, (bom.sku, bom.name, format_quantity(bom.makes), bom.unit, parts), made_of=bom)
