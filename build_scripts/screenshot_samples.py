"""What lies around in the screenshots: photos, stock, a label, and the simulated bench. Data, no logic."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from uuid import UUID

from PySide6.QtCore import QBuffer, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygonF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.dialogs.dialog import CartonPicture, ItemPanel, PictureUnit
from app.domain.packing.cartons import Box, Good, Tariff, propose
from app.services import clock
from app.services.stock import StockRow
from app.stations.demo.things import Shelf, Thing
from app.stations.kit.manager_screen import ManagerScreen

CARTON = "340123450000000018"
LABEL = "SH000000001234"
LONG_SKU = "HYDR-CYL-DOUBLE-ACTING-0063-0400-SS316L"
LONG_NAME = "Hydraulic cylinder, double acting, bore 63 mm, stroke 400 mm, stainless steel 316L, for high temperature"
LONG = ItemPanel(
    LONG_SKU,
    LONG_NAME,
    "",
    (
        ("caption.bin", "WH001-STO-A14"),
        ("caption.lot", "L-2026-07-HIGH-TEMPERATURE-0001"),
        ("caption.expiry", "2027-03-31"),
        ("caption.tote", "340123450000000018"),
    ),
)
_NAMES = ("Standard Widget", "Bevel gear, hardened, 24 teeth", "Cable tie 200 mm, black", "Sealing ring 63 × 5")

SHELVES = (
    Shelf("demo.badges", (Thing("Ana Sørensen", "SH-P-0042"), Thing("Wanda Reyes", "SH-P-0007"))),
    Shelf("demo.papers", (Thing("PO-4711", "PO-4711"), Thing("SO-10482", "SO-10482"))),
    Shelf(
        "demo.goods",
        (
            Thing("Standard Widget", "4006381333931", "ean-13", Decimal("0.53")),
            Thing("Bevel gear", "PROD-007", "code-128", Decimal("0.21")),
            Thing("Carton", CARTON, "gs1-128"),
        ),
    ),
    Shelf("demo.commands", tuple(Thing(word, f"SH-CMD-{word}") for word in ("CONFIRM", "UNDO", "SHORT", "CLOSE_BOX"))),
)
LABEL_FIELDS = {
    "tracking": LABEL,
    "ship_to": "Shopper & Sons\n14 Harbour Road\n20457 Hamburg\nDE",
    "ship_from": "Stockhand Warehouse\n1 Dock Street",
    "carrier": "Parcel One",
    "service": "Next day",
    "routing": "DE 20457",
    "weight": "4.38 kg",
    "carton": "1",
    "order": "SO-10482",
    "shipped": "2026-11-22",
}


@cache
def PICTURES() -> Mapping[str, bytes]:  # noqa: N802  (a constant, made on first use because it needs Qt)
    """Photos of goods, drawn."""
    return {"widget": _drawn(_widget), "gear": _drawn(_gear)}


def settle(screen: ManagerScreen) -> None:
    """Let a screen read, lay out and paint, until nothing is under way."""
    tasks = screen._kit.tasks  # noqa: SLF001  (a screen has no other way to say that it is ready)
    for turn in range(1_000):
        QApplication.processEvents()
        QTest.qWait(2)
        if turn > 20 and not tasks.busy:
            break


def _drawn(draw: Callable[[QPainter], None]) -> bytes:
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    light = QLinearGradient(0, 0, 400, 400)
    light.setColorAt(0, QColor("#f2f0ea"))
    light.setColorAt(1, QColor("#c9c6bd"))
    painter.fillRect(image.rect(), light)
    draw(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub has bytes, the function takes words
    return bytes(buffer.data().data())


def _widget(painter: QPainter) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, corners in (
        ("#2f6fb2", ((80, 150), (200, 210), (200, 340), (80, 270))),
        ("#235488", ((320, 150), (200, 210), (200, 340), (320, 270))),
        ("#5b9bdb", ((80, 150), (200, 90), (320, 150), (200, 210))),
    ):
        painter.setBrush(QColor(colour))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    painter.setBrush(QColor("#e8b53a"))
    painter.drawEllipse(QRectF(165, 128, 70, 40))


def _gear(painter: QPainter) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.translate(200, 200)
    painter.setBrush(QColor("#6c7480"))
    for _ in range(16):
        painter.drawRect(QRectF(-16, -150, 32, 60))
        painter.rotate(360 / 16)
    painter.drawEllipse(QRectF(-118, -118, 236, 236))
    painter.setBrush(QColor("#9aa3ae"))
    painter.drawEllipse(QRectF(-84, -84, 168, 168))
    painter.setBrush(QColor("#d6d3ca"))
    painter.drawEllipse(QRectF(-38, -38, 76, 76))


@cache
def STOCK() -> tuple[StockRow, ...]:  # noqa: N802  (a constant, made on first use)
    """A thousand rows of stock, some with long identifiers."""
    return tuple(_stock_row(n) for n in range(1_000))


def _stock_row(n: int) -> StockRow:
    long = n % 97 == 5
    on_hand, reserved = Decimal(12 * (n % 13 + 1)), Decimal(n % 7)
    return StockRow(
        item=UUID(int=n % 40),
        location=UUID(int=n),
        trace=UUID(int=0),
        unit_id=UUID(int=0),
        owner=UUID(int=0),
        address=f"WH001-STO-{chr(65 + n // 99 % 26)}{n % 99 + 1:02d}",
        sku=LONG_SKU if long else f"PROD-{n % 40 + 1:03d}",
        name=LONG_NAME if long else _NAMES[n % 4],
        lot=f"L-2026-{n % 12 + 1:02d}" if n % 3 else "",
        serial="" if n % 9 else f"SN-{n:06d}",
        expiry=date(2027, n % 12 + 1, 28) if n % 3 else None,
        handling_unit=CARTON if n % 5 == 0 else "",
        status=("available", "available", "available", "quarantined")[n % 4],
        unit="kg" if n % 40 == 11 else "each",
        on_hand=on_hand + (Decimal("0.125") if n % 40 == 11 else 0),
        reserved=reserved,
        available=Decimal(0) if n % 4 == 3 else on_hand - reserved,
        quarantined=on_hand if n % 4 == 3 else Decimal(0),
        days_left=(-12, 9, 130)[n % 9 // 3] if n % 3 else None,
        owner_name="Acme Industrial Supply" if n % 17 == 6 else "",
    )


def in_minutes(minutes: int) -> str:
    """The moment so many minutes from now, in which the pictures are drawn."""
    return (clock.now() + timedelta(minutes=minutes, seconds=30)).isoformat()


def packed_carton() -> CartonPicture:
    """A medium carton with the goods of the order, a third of them in it already."""
    kinds = (("PROD-007", (130, 100, 80)), ("PROD-001", (190, 140, 60)), ("PROD-012", (90, 70, 40)))
    goods = [Good(sku, *sides) for sku, sides in kinds for _ in range(4)]
    (packed,) = propose(goods, [Box("MEDIUM", 400, 300, 200)], Tariff()).cartons
    units = tuple(
        PictureUnit(
            one.good.sku,
            (one.x_mm, one.y_mm, one.z_mm),
            (one.length_mm, one.width_mm, one.height_mm),
            packed=n < len(goods) // 3,
        )
        for n, one in enumerate(packed.placed)
    )
    return CartonPicture("MEDIUM", (400, 300, 200), units)
