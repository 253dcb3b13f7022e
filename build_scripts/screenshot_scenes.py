"""What the screenshots show: prompts as the dialogs give them, with the warehouse's own words. Data, no logic."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from PySide6.QtCore import QBuffer, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygonF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.dialogs.dialog import Choice, Count, Feedback, ItemPanel, Level, Prompt, Row
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record, RecordTable
from app.stations.operations import PERMISSIONS
from app.stations.shell.entries import SignedOn

TEXTS = """
prompts:
  s.receive_document: Scan the delivery note, the purchase order, or any item
  s.receive_item: Scan the next item
  s.quantity: "How many {unit} of {sku}?"
  s.scan_lot: "Scan the lot of {sku}"
  s.scan_bin: "Scan bin {bin}"
  s.pick_item: "Take {sku} from {bin}: scan it"
  s.pack_item: "Scan the next unit for order {order}"
  s.weigh: Put the closed carton on the scale
  s.scan_label: Scan the printed label on the carton
  s.label_prints: "The label is printing on {printer}"
  s.reason: "Why is it short? Scan or choose the reason"
  s.approve: "Supervisor {person}, type your PIN to accept the weight"
  s.pin: Supervisor's PIN
  s.lookup: Scan any code
  s.load: "Scan every carton into truck {door}"
feedback:
  s.counted: "{sku}: {count} counted."
  s.lot_known: "Lot {lot}, expires {expiry}."
  s.other_bin: "{bin} is not the proposed bin, but it fits. Scan {bin} again to use it."
  s.waiting_print: "Sent to {printer}. Waiting for its answer."
  s.packed: "Order {order} is packed. Carton {sscc} is closed."
errors:
  s.wrong_item:
    text: "{scanned} is {sku}; it is not in order {order}."
    remedy: Put it aside, and scan an item of this order.
  s.weight_off:
    text: "The carton weighs {weight} kg, {expected} kg is expected: probably 1 × {suspect} is missing."
    remedy: Open the carton and scan the units again, or ask a supervisor to accept the weight.
captions:
  c.sku: Item
  c.bin: Bin
  c.lot: Lot
  c.expiry: Expiry
  c.name: Description
  c.open: Open
  c.done: Done
  c.order: Order
  c.on_hand: On hand
  c.reserved: Reserved
  c.available: Available
  putaway.same_item_first: the same item lies here already
  putaway.near: nearest free bin
  putaway.full: only {capacity_left} pieces fit
  putaway.mixing: other goods lie here
choices:
  s.empty: The bin is empty
  s.less: Fewer than asked
  s.damaged: Damaged
  s.wrong: Other goods in the bin
  s.blocked: I cannot reach it
"""

WIDGET = ItemPanel("PROD-001", "Standard Widget", "widget", (("c.lot", "L-2026-07"), ("c.expiry", "31 Mar 2027")))
GEAR = ItemPanel("PROD-007", "Bevel gear, hardened, 24 teeth", "gear", (("c.bin", "STO-A14"), ("c.order", "SO-10482")))
LONG = ItemPanel(
    "HYDR-CYL-DOUBLE-ACTING-0063-0400-SS316L",
    "Hydraulic cylinder, double acting, bore 63 mm, stroke 400 mm, stainless steel 316L, for high temperature",
    "",
    (("c.lot", "L-2026-07-HIGH-TEMPERATURE-0001"), ("c.expiry", "31 Mar 2027"), ("c.bin", "WH001-STO-A14")),
)
_ORDER = ("c.sku", "c.name", "c.open", "c.done")
_LINES = (
    Row(("PROD-001", "Standard Widget", "0", "6"), "done"),
    Row(("PROD-007", "Bevel gear, hardened, 24 teeth", "2", "1"), "current"),
    Row(("PROD-012", "Cable tie 200 mm, black", "2", "0"), "open"),
)
_MANY = tuple(
    Row(
        (f"PROD-{n:03d}", name, str(max(0, 12 - n % 7)), str(n % 7)),
        "done" if n < 14 else "current" if n == 14 else "open",
    )
    for n, name in enumerate(
        ["Standard Widget", "Bevel gear, hardened", "Cable tie 200 mm", "Sealing ring 63 × 5"] * 10, start=1
    )
)
_WHY: Mapping[str, object] = {
    "chosen": ["WH001-STO-A14"],
    "considered": [
        {
            "candidate": "WH001-STO-A14",
            "passed": ["putaway.same_item_first"],
            "failed": [],
            "seen": {},
            "because": "putaway.same_item_first",
        },
        {"candidate": "WH001-STO-A15", "passed": ["putaway.near"], "failed": [], "seen": {}, "because": "putaway.near"},
        {
            "candidate": "WH001-STO-A01",
            "passed": [],
            "failed": ["putaway.full"],
            "seen": {"capacity_left": 4},
            "because": "",
        },
    ],
    "left_out": {"putaway.mixing": 212},
    "policy": {},
}
_PACK = ("UNDO", "SHORT", "DAMAGED", "NEW_BOX", "CLOSE_BOX", "PAUSE")

SCENES: Mapping[str, Prompt] = {
    "receiving-empty": Prompt("s.receive_document", commands=("PAUSE",)),
    "receiving-normal": Prompt(
        "s.receive_item",
        document="PO-4711",
        item=WIDGET,
        count=Count("36", "144", "Each"),
        columns=_ORDER,
        rows=_LINES,
        feedback=Feedback(Level.OK, "s.lot_known", {"lot": "L-2026-07", "expiry": "31 Mar 2027"}),
        commands=("UNDO", "DAMAGED", "PAUSE"),
    ),
    "receiving-ask": Prompt(
        "s.scan_lot",
        {"sku": "PROD-001", "unit": "Each"},
        document="PO-4711",
        item=WIDGET,
        count=Count("36", "144", "Each"),
        ask="s.quantity",
        commands=("UNDO", "DAMAGED"),
    ),
    "putaway-why": Prompt(
        "s.scan_bin",
        {"bin": "STO-A14"},
        document="PO-4711",
        item=WIDGET,
        count=Count("144", "", "Each"),
        why=_WHY,
        commands=("UNDO", "PAUSE"),
    ),
    "putaway-warning": Prompt(
        "s.scan_bin",
        {"bin": "STO-A14"},
        document="PO-4711",
        item=WIDGET,
        count=Count("144", "", "Each"),
        columns=("c.bin", "c.sku", "c.on_hand"),
        rows=(Row(("WH001-STO-A14", "PROD-001", "288"), "current"),),
        feedback=Feedback(Level.WARNING, "s.other_bin", {"bin": "WH001-STO-A15"}),
        commands=("UNDO", "PAUSE"),
        why=_WHY,
    ),
    "picking-normal": Prompt(
        "s.pick_item",
        {"sku": "PROD-007", "bin": "STO-A14"},
        document="WAVE-031",
        item=GEAR,
        count=Count("1", "3", "Each"),
        columns=_ORDER,
        rows=_LINES,
        commands=("UNDO", "SHORT", "DAMAGED", "PAUSE"),
    ),
    "picking-many": Prompt(
        "s.pick_item",
        {"sku": "PROD-014", "bin": "STO-C02"},
        document="WAVE-031",
        item=GEAR,
        count=Count("1", "3", "Each"),
        columns=_ORDER,
        rows=_MANY,
        feedback=Feedback(Level.OK, "s.counted", {"sku": "PROD-007", "count": "1"}),
        commands=("UNDO", "SHORT", "DAMAGED", "PAUSE"),
    ),
    "picking-choices": Prompt(
        "s.reason",
        document="WAVE-031",
        item=GEAR,
        count=Count("1", "3", "Each"),
        choices=tuple(Choice(code.upper(), f"s.{code}") for code in ("empty", "less", "damaged", "wrong", "blocked")),
        commands=("UNDO",),
    ),
    "packing-normal": Prompt(
        "s.pack_item",
        {"order": "SO-10482", "carrier": "Parcel One", "cut_off": "16:30"},
        document="SO-10482",
        item=GEAR,
        count=Count("3", "11", "Each"),
        columns=_ORDER,
        rows=_LINES,
        feedback=Feedback(Level.OK, "s.counted", {"sku": "PROD-007", "count": "3"}),
        commands=_PACK,
    ),
    "packing-error": Prompt(
        "s.pack_item",
        {"order": "SO-10482", "carrier": "Parcel One", "cut_off": "16:30"},
        document="SO-10482",
        columns=_ORDER,
        rows=_LINES,
        count=Count("3", "11", "Each"),
        feedback=Feedback(
            Level.ERROR, "s.wrong_item", {"scanned": "4006381333931", "sku": "PROD-012", "order": "SO-10482"}
        ),
        commands=_PACK,
    ),
    "packing-longest": Prompt(
        "s.pick_item",
        {
            "sku": "HYDR-CYL-DOUBLE-ACTING-0063-0400-SS316L",
            "bin": "WH001-STO-A14",
            "carrier": "International Freight Company",
            "cut_off": "16:30",
        },
        document="SO-2026-0010482-B",
        item=LONG,
        count=Count("1440", "14400", "Pallet"),
        columns=_ORDER,
        rows=(Row((LONG.sku, LONG.name, "12960", "1440"), "current"), *_LINES),
        feedback=Feedback(Level.ERROR, "s.weight_off", {"weight": "12.380", "expected": "12.910", "suspect": LONG.sku}),
        commands=(*_PACK, "REPRINT", "CONFIRM"),
    ),
    "packing-waiting": Prompt(
        "s.weigh",
        {"carrier": "Parcel One", "cut_off": "16:30"},
        document="SO-10482",
        count=Count("11", "11", "Each"),
        columns=_ORDER,
        rows=_LINES,
        waiting="weight",
        commands=_PACK,
    ),
    "packing-approval": Prompt(
        "s.approve",
        {"person": "Wanda Reyes"},
        document="SO-10482",
        item=GEAR,
        count=Count("11", "11", "Each"),
        ask="s.pin",
        secret=True,
        feedback=Feedback(Level.ERROR, "s.weight_off", {"weight": "4.380", "expected": "4.910", "suspect": "PROD-007"}),
        commands=("UNDO",),
    ),
    "shipping-waiting": Prompt(
        "s.label_prints",
        {"printer": "ZEBRA-02"},
        document="SO-10482",
        waiting="print_job",
        feedback=Feedback(Level.WAITING, "s.waiting_print", {"printer": "ZEBRA-02"}),
        commands=("REPRINT",),
    ),
    "shipping-done": Prompt(
        "s.load",
        {"door": "D3"},
        document="SO-10482",
        feedback=Feedback(Level.DONE, "s.packed", {"order": "SO-10482", "sscc": "340123450000000018"}),
        columns=_ORDER,
        rows=_LINES,
        count=Count("4", "11"),
        commands=("UNDO", "REPRINT", "PAUSE"),
    ),
    "lookup-empty": Prompt("s.lookup"),
}


def person(*, missing: str = "") -> SignedOn:
    """Somebody who may do everything but `missing`."""
    return SignedOn("Ana Sørensen", frozenset({*PERMISSIONS.values(), "see_stock"}) - {missing})


@cache
def PICTURES() -> Mapping[str, bytes]:  # noqa: N802  (a constant, made on first use because it needs Qt)
    """Photos of goods, drawn."""
    return {"widget": _drawn(_widget), "gear": _drawn(_gear)}


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


class StockSample(QWidget):
    """The shared table with a thousand rows of stock."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        columns = (
            Column("bin", "c.bin", 170),
            Column("sku", "c.sku", 130),
            Column("name", "c.name", 300),
            Column("lot", "c.lot", 150),
            Column("on_hand", "c.on_hand", 110, numeric=True),
            Column("reserved", "c.reserved", 110, numeric=True),
            Column("available", "c.available", 110, numeric=True),
        )
        table = RecordTable(
            kit, columns, _stock_page, totals=lambda _query: ("", "", "", "", "86 420", "3 115", "83 305")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(table)
        table.open()


def _stock_page(after: Record | None, limit: int, _query: Query) -> Sequence[Record]:
    first = int(str(after.key)) + 1 if after else 0
    return [_stock_row(n) for n in range(first, min(first + limit, 1_000))]


def _stock_row(n: int) -> Record:
    bin_name = f"WH001-STO-{chr(65 + n // 99 % 26)}{n % 99 + 1:02d}"
    names = ("Standard Widget", "Bevel gear, hardened, 24 teeth", "Cable tie 200 mm, black")
    on_hand, reserved = 12 * (n % 13 + 1), n % 7
    cells = (
        bin_name,
        f"PROD-{n % 40 + 1:03d}",
        names[n % 3],
        f"L-2026-{n % 12 + 1:02d}",
        str(on_hand),
        str(reserved),
        str(on_hand - reserved),
    )
    return Record(n, cells)
