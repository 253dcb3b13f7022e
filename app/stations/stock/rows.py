"""The columns of every view of stock, and how a row reads in them; the captions are those of the report.

What is past its date, soon there, on hold or below zero is said in words and marked by colour.
"""

from collections.abc import Mapping
from dataclasses import replace

from app.database.stock import UnitTotal
from app.domain.values import format_quantity, grouped, whole
from app.services.stock import StockRow, StockTotals, StockView
from app.stations.kit.record_table import Column, Record, Sums
from app.texts import Texts

SOON_DAYS = 30
OWN = "own"
"""The word of the filter that finds goods of nobody else."""
_PLACE = Column("address", "reports.address", 142, identifier=True)
_SKU = Column("sku", "reports.sku", 110, identifier=True)
_NAME = Column("name", "reports.name", 210)
_LOT = Column("lot", "reports.lot_or_serial", 86, identifier=True)
_EXPIRY = Column("expiry", "reports.expiry", 96, identifier=True)
_UNIT = Column("handling_unit", "reports.handling_unit", 110, identifier=True)
_OUTER = Column("outer", "stock.outer", 110, sortable=False, identifier=True)
_OWNER = Column("owner", "stock.owner", 96)
_WHOSE = Column("owner", "stock.owner", 96, shown=False)
_STATUS = Column("status", "reports.status", 96, identifier=True)
_ON_HAND = Column("on_hand", "reports.on_hand", 84, numeric=True)
_RESERVED = Column("reserved", "reports.reserved", 84, numeric=True)
_AVAILABLE = Column("available", "reports.available", 84, numeric=True)
_HELD = tuple(
    Column(name, f"reports.status.{name}", 84, numeric=True, sortable=False)
    for name in ("quarantined", "damaged", "blocked")
)
_PROMISED = Column("promised", "stock.promised", 84, numeric=True, sortable=False)
_ROWS = Column("rows", "stock.rows", 64, numeric=True, sortable=False)
_BASE = Column("unit", "reports.unit", 56, sortable=False, identifier=True)
_WEIGHT = Column("weight_kg", "stock.weight", 84, numeric=True, sortable=False, shown=False)
_AMOUNTS = (_ON_HAND, _RESERVED, _AVAILABLE)

COLUMNS: Mapping[StockView, tuple[Column, ...]] = {
    StockView.LOCATION: (
        *(_PLACE, _SKU, _NAME, _LOT, _EXPIRY, _UNIT, _WHOSE, _STATUS),
        *(*_AMOUNTS, _BASE, _WEIGHT),
    ),
    StockView.ITEM: (_SKU, _NAME, *_AMOUNTS, _PROMISED, *_HELD, _BASE, _ROWS),
    StockView.LOT: (_SKU, _NAME, _LOT, _EXPIRY, *_AMOUNTS, *_HELD, _BASE, _ROWS),
    StockView.UNIT: (
        *(_UNIT, _OUTER, _PLACE, _SKU, _NAME, _LOT, _EXPIRY, _STATUS),
        *(_ON_HAND, replace(_RESERVED, shown=False), _AVAILABLE, _BASE),
    ),
    StockView.OWNER: (_OWNER, _SKU, _NAME, *_AMOUNTS, *_HELD, _BASE, _ROWS),
    StockView.STATUS: (_STATUS, _SKU, _NAME, _ON_HAND, _RESERVED, _AVAILABLE, _BASE, _ROWS),
}
FIRST_ORDER: Mapping[StockView, str] = {
    StockView.LOCATION: "address",
    StockView.ITEM: "sku",
    StockView.LOT: "expiry",
    StockView.UNIT: "handling_unit",
    StockView.OWNER: "owner",
    StockView.STATUS: "status",
}
"""The column by which a view stands in order until somebody chooses another."""


def record(row: StockRow, view: StockView, texts: Texts) -> Record:
    """A row as the table shows it; it is known again by its stock key."""
    key = (row.location, row.item, row.trace, row.unit_id, row.owner, row.status)
    columns = COLUMNS[view]
    words = _words(row, texts)
    tint = _tints(row)
    tints = tuple((n, tint[column.name]) for n, column in enumerate(columns) if column.name in tint)
    return Record(key, tuple(words[column.name] for column in columns), made_of=row, tints=tints)


def cells_for_file(row: StockRow, view: StockView, texts: Texts) -> tuple[str, ...]:
    """A row as it is written into a file: in the words of the screen, but dates and numbers are nothing else."""
    plain = {"expiry": row.expiry.isoformat() if row.expiry else "", "on_hand": format_quantity(row.on_hand)}
    words = _words(row, texts) | plain
    return tuple(words[column.name] for column in COLUMNS[view])


def words_for(row: StockRow, view: StockView) -> str:
    """The filter that finds the goods of a row of this view place by place, and nothing else."""
    told = {StockView.OWNER: row.owner_name or OWN, StockView.STATUS: row.status}.get(view, "")
    return " ".join(filter(None, map(whole, (row.sku, row.lot, row.serial, told))))


def sums(totals: StockTotals, view: StockView, texts: Texts) -> Sums:
    """How many rows, items and places there are, and the quantities of each unit under their columns."""
    counts = {"rows": grouped(totals.rows), "items": grouped(totals.items), "places": grouped(totals.places)}
    rows = tuple(tuple(_sums(one).get(column.name, "") for column in COLUMNS[view]) for one in totals.units)
    return Sums(texts.text("captions", "reports.counts", counts), rows)


def _words(row: StockRow, texts: Texts) -> dict[str, str]:
    negative = texts.text("captions", "stock.negative", {"amount": format_quantity(row.on_hand)})
    held = {name: getattr(row, name) for name in ("quarantined", "damaged", "blocked", "promised")}
    return {
        "address": row.address,
        "sku": row.sku,
        "name": row.name,
        "lot": " / ".join(part for part in (row.lot, row.serial) if part),
        "expiry": _expiry(row, texts),
        "handling_unit": row.handling_unit,
        "outer": row.outer,
        "owner": row.owner_name or texts.text("captions", "stock.own"),
        "status": texts.text("captions", f"reports.status.{row.status}") if row.status else "",
        "on_hand": negative if row.negative else format_quantity(row.on_hand),
        "reserved": format_quantity(row.reserved),
        "available": format_quantity(row.available),
        **{name: format_quantity(amount) if amount else "" for name, amount in held.items()},
        "unit": row.unit,
        "weight_kg": format_quantity(row.weight_kg) if row.weight_kg else "",
        "rows": grouped(row.rows),
    }


def _expiry(row: StockRow, texts: Texts) -> str:
    """The date, and in words how near it is, once that matters."""
    if row.expiry is None:
        return ""
    days = row.days_left
    if days is None or days > SOON_DAYS:
        return row.expiry.isoformat()
    code = "stock.expired" if days < 0 else "stock.expires_soon" if days else "stock.expires_today"
    return texts.text("captions", code, {"day": row.expiry.isoformat(), "days": abs(days)})


def _tints(row: StockRow) -> dict[str, str]:
    found = {}
    if row.negative:
        found["on_hand"] = "bad"
    if row.days_left is not None and row.days_left <= SOON_DAYS:
        found["expiry"] = "bad" if row.days_left < 0 else "caution"
    if row.status and row.status != "available":
        found["status"] = "caution" if row.status == "quarantined" else "bad"
    return found


def _sums(of: UnitTotal) -> dict[str, str]:
    return {
        "on_hand": format_quantity(of.on_hand),
        "reserved": format_quantity(of.reserved),
        "available": format_quantity(of.available),
        "unit": of.unit,
    }
