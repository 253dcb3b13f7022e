"""Stock and parcels to print: long names, many letters, every kind of gap."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.orders import ListedLine, ListedParcel, PackedGoods, PackingList
from app.database.stock import LedgerPosition, StockReport, StockRow
from app.domain.partners import Address

PRINTED_AT = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
LONG_NAME = "Bath Towel, organic cotton, blue, 70 × 140 cm, with a hanging loop and a woven border in two colours"

OATS = PackedGoods(
    1, "FOOD-OATS-500", "Rolled Oats, wholegrain, 500 g", "L2026-047", "", date(2027, 8, 31), Decimal(6), "each"
)
MUG = PackedGoods(2, "HOME-MUG-WHT", "Stoneware Mug, white, 300 ml", "", "", None, Decimal(4), "each")
TOWEL = PackedGoods(3, "HOME-TOWEL-BLU", LONG_NAME, "", "", None, Decimal(2), "each")
DRILL = PackedGoods(4, "TOOL-DRILL-18V", "Cordless Drill 18 V", "", "SN-00412-77", None, Decimal(1), "each")


def packing_list(number: str = "SO-2026-1187", *, parcels: int = 2) -> PackingList:
    """The packing list of an order of five lines, of which one is short and one is missing."""
    made = (
        ListedParcel(
            "340123450000000017",
            "MEDIUM",
            "SH000000000153",
            "Own delivery",
            "Parcel",
            Decimal("0.35"),
            Decimal("5.412"),
            (OATS, MUG),
        ),
        ListedParcel(
            "340123450000000024", "", "", "Own delivery", "Parcel", Decimal("0.5"), Decimal("4.9"), (TOWEL, DRILL)
        ),
    )
    return PackingList(
        id=UUID(int=1),
        number=number,
        reference="4711/B",
        created_at=datetime(2026, 11, 21, 9, 5, tzinfo=UTC),
        time_zone="Europe/Berlin",
        company="Nordlicht Versand GmbH",
        warehouse="Central Distribution Center",
        warehouse_address="123 Logistics Blvd",
        customer="Marta Lindqvist",
        customer_code="C-10482",
        ship_to=Address(
            "Marta Lindqvist", "Hafenstraße 48", "Hinterhaus, 2. Stock", "20359", "Hamburg", "", "DE", "", ""
        ),
        lines=(
            ListedLine(1, OATS.sku, OATS.name, "each", Decimal(6), Decimal(6)),
            ListedLine(2, MUG.sku, MUG.name, "each", Decimal(4), Decimal(4)),
            ListedLine(3, TOWEL.sku, TOWEL.name, "each", Decimal(3), Decimal(2)),
            ListedLine(4, DRILL.sku, DRILL.name, "each", Decimal(1), Decimal(1)),
            ListedLine(5, "FRESH-CARROT-KG", "Carrots, washed, loose", "kg", Decimal("2.5"), Decimal(0)),
        ),
        parcels=made[:parcels],
    )


def stock_row(n: int, **fields: object) -> StockRow:
    """The n-th row of a made-up warehouse: two rows a bin."""
    values: dict[str, Any] = {
        "item": UUID(int=n % 7),
        "location": UUID(int=n // 2),
        "trace": UUID(int=0),
        "unit_id": UUID(int=0),
        "owner": UUID(int=0),
        "address": f"WH001-STO-{chr(65 + n // 2 // 99)}{n // 2 % 99 + 1:02}",
        "sku": ("FOOD-OATS-500", "HOME-MUG-WHT", "HOME-TOWEL-BLU")[n % 3],
        "name": ("Rolled Oats, wholegrain, 500 g", "Stoneware Mug, white, 300 ml", LONG_NAME)[n % 3],
        "lot": "L2026-047" if n % 3 == 0 else "",
        "serial": "",
        "expiry": date(2027, 8, 31) if n % 3 == 0 else None,
        "handling_unit": "340123450000000017" if n % 11 == 0 else "",
        "status": "quarantined" if n % 13 == 0 else "available",
        "unit": "each",
        "on_hand": Decimal(12 + n),
        "reserved": Decimal(n % 5),
        "available": Decimal(12 + n - n % 5),
    }
    return StockRow(**(values | fields))


def stock_report(rows: int = 90) -> StockReport:
    """A stock report of so many rows; the last one is in kilograms."""
    made = tuple(stock_row(n) for n in range(rows))
    if made:
        weighed = stock_row(rows, unit="kg", sku="FRESH-CARROT-KG", name="Carrots, washed", on_hand=Decimal("7.125"))
        made = (*made, weighed)
    position = LedgerPosition(4711, datetime(2026, 11, 22, 17, 29, 59, tzinfo=UTC), 2, PRINTED_AT)
    return StockReport("WH001", "Central Distribution Center", "Europe/Berlin", "", made, position)
