"""The neutral workload as its files say it (`warehouse-workload/1`): what any warehouse system can be measured on.

Quantities are whole numbers of the base unit, weights grams, costs the company's currency.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from app.database.session import as_nouns
from app.domain.errors import Refusal

FORMAT = "warehouse-workload/1"
SUPPLIER, CUSTOMER = "SUPPLIER", "CUSTOMER"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone and what it is for: receiving, storage or shipping."""

    code: str
    kind: str
    bins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """The one warehouse."""

    code: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True)
class Trader:
    """A supplier or a customer."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Pack:
    """`factor` base units in one `unit`."""

    unit: str
    factor: int


@dataclass(frozen=True, slots=True)
class Product:
    """An item; `barcode` is an EAN-13."""

    sku: str
    name: str
    barcode: str
    uom: str
    alt_uoms: tuple[Pack, ...]
    weight_g: int


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """So much of an item, and the bin that it goes to."""

    sku: str
    qty: int
    unit_cost: Decimal
    putaway_bin: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A purchase order that comes as it was ordered."""

    ref: str
    supplier: str
    lines: tuple[ReceiptLine, ...]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """So much of an item."""

    sku: str
    qty: int


@dataclass(frozen=True, slots=True)
class Order:
    """A customer's order; the stock covers it."""

    ref: str
    customer: str
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class Hot:
    """The item that everybody wants: `attempts_per_process` times one unit, by so many processes at once."""

    sku: str
    name: str
    bin: str
    on_hand: int
    processes: int
    attempts_per_process: int


@dataclass(frozen=True, slots=True)
class History:
    """The file of past moves, and the day in the past that is asked about."""

    file: str
    past_date: date


@dataclass(frozen=True, slots=True)
class Workload:
    """All of it."""

    warehouse: Site
    suppliers: tuple[Trader, ...]
    customers: tuple[Trader, ...]
    products: tuple[Product, ...]
    receipts: tuple[Receipt, ...]
    orders: tuple[Order, ...]
    hot: Hot
    history: History


@dataclass(frozen=True, slots=True)
class Answer:
    """What the stock must be at one moment: rows, units, and the fingerprint of all `sku|bin|quantity`."""

    stock_rows: int
    stock_units: int
    stock_digest: str


@dataclass(frozen=True, slots=True)
class Expected:
    """The oracle's answers."""

    at_past_date: Answer
    at_end: Answer


@dataclass(frozen=True, slots=True)
class PastMove:
    """One move of the history; a place is a bin's code, `SUPPLIER` or `CUSTOMER`, the cost is of one unit."""

    day: date
    sku: str
    qty: int
    source: str
    target: str
    unit_cost: Decimal | None


def read_workload(folder: Path) -> Workload:
    """The workload of a folder; refuses one that is missing, of another format, or damaged."""
    found: Workload = _read(folder / "workload.json", Workload)
    return found


def read_expected(folder: Path) -> Expected:
    """The oracle's answers for the same folder."""
    found: Expected = _read(folder / "expected.json", Expected)
    return found


def _read(path: Path, kind: type[T]) -> T:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.get("format") != FORMAT:
            raise Refusal("workload.other_format", file=path.name, format=str(content.get("format")), wanted=FORMAT)
        read: T = as_nouns(content, kind)
    except OSError as error:
        raise Refusal("workload.unreadable", file=str(path), why=error.strerror or str(error)) from error
    except (ValueError, AttributeError) as error:  # msgspec's errors are ValueErrors
        raise Refusal("workload.unreadable", file=path.name, why=str(error)) from error
    return read


def read_history(folder: Path, workload: Workload) -> Iterator[PastMove]:
    """The past moves in their order."""
    with (folder / workload.history.file).open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            cost = Decimal(row["unit_cost"]) if row["unit_cost"] else None
            yield PastMove(date.fromisoformat(row["date"]), row["sku"], int(row["qty"]), row["from"], row["to"], cost)
