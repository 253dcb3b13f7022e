"""What the screenshots show: prompts as the dialogs give them, in the very words that people read. Data, no logic."""

from collections.abc import Mapping
from dataclasses import replace

from app.dialogs.dialog import Choice, Count, Feedback, ItemPanel, Level, Prompt, Row
from app.dialogs.grammar import error, ok, warning
from app.dialogs.handling.prompt import COLUMNS as HANDLING_COLUMNS
from app.dialogs.lookup.answer import STOCK as LOOKUP_COLUMNS
from app.dialogs.packing.prompt import COLUMNS as PACKING_COLUMNS
from app.dialogs.picking.facts import REASONS
from app.dialogs.picking.prompt import COLUMNS as PICKING_COLUMNS
from app.dialogs.picking.prompt import ORDER_COLUMNS
from app.dialogs.putaway.prompt import COLUMNS as PUTAWAY_COLUMNS
from app.dialogs.receiving.prompt import COLUMNS as RECEIVING_COLUMNS
from app.dialogs.shipping.prompt import COLUMNS as SHIPPING_COLUMNS
from app.stations.operations import PERMISSIONS
from app.stations.shell.entries import SignedOn
from build_scripts.screenshot_extras import of_extras
from build_scripts.screenshot_gate import SCENES as GATE
from build_scripts.screenshot_quality import SCENES as QUALITY
from build_scripts.screenshot_refills import of_store
from build_scripts.screenshot_samples import CARTON, LABEL, LONG, in_minutes, packed_carton
from build_scripts.screenshot_unpacking import of_unpacking
from build_scripts.screenshot_waves import of_walks

_LOT = (("caption.lot", "L-2026-07"), ("caption.expiry", "2027-03-31"))
WIDGET = ItemPanel("PROD-001", "Standard Widget", "widget", _LOT)
GEAR = ItemPanel(
    "PROD-007",
    "Bevel gear, hardened, 24 teeth",
    "gear",
    (("caption.bin", "WH001-STO-A14"), ("caption.lot", "L-2026-07"), ("caption.tote", "TOTE-0012")),
)


def _order_lines(unit: str = "each") -> tuple[Row, ...]:
    """Lines of a receipt or an order: item, name, done, ordered, unit."""
    return (
        Row(("PROD-001", "Standard Widget", "6", "6", unit), "done"),
        Row(("PROD-007", "Bevel gear, hardened, 24 teeth", "1", "3", unit), "current"),
        Row(("PROD-012", "Cable tie 200 mm, black", "0", "2", unit), "open"),
    )


def _delivery(widgets: str, state: str) -> tuple[Row, ...]:
    """The lines of the receipt, with so many of its 144 widgets received."""
    return (
        Row(("PROD-001", "Standard Widget", widgets, "144", "each"), state),
        Row(("PROD-007", "Bevel gear, hardened, 24 teeth", "36", "36", "each"), "done"),
        Row(("PROD-012", "Cable tie 200 mm, black", "0", "200", "each"), "open"),
    )


RECEIVING = Prompt(
    "receiving.scan_goods",
    {"sku": "PROD-001", "document": "PO-4711", "partner": "Acme Industrial Supply"},
    document="PO-4711",
    item=WIDGET,
    count=Count("36", "144", "each"),
    columns=RECEIVING_COLUMNS,
    rows=_delivery("36", "current"),
    commands=("UNDO", "DAMAGED", "NEW_UNIT", "DONE", "QUANTITY", "PHOTO", "LABELS"),
)
_ALL_WIDGETS = replace(RECEIVING, count=Count("144", "144", "each"), rows=_delivery("144", "current"))
PUTAWAY = Prompt(
    "putaway.go_to_bin",
    {"bin": "WH001-STO-A14", "sku": "PROD-001"},
    item=replace(WIDGET, details=(*_LOT, ("caption.place", "WH001-REC-DOCK1"))),
    count=Count("144", "", "each"),
    columns=PUTAWAY_COLUMNS,
    rows=(
        Row(("PROD-001", "Standard Widget", "L-2026-07", "144", "each", "WH001-REC-DOCK1"), "current"),
        Row(("PROD-007", "Bevel gear, hardened, 24 teeth", "", "36", "each", "WH001-REC-DOCK1")),
    ),
    commands=("UNDO", "QUANTITY", "SKIP", "CANCEL"),
    why={
        "chosen": ["WH001-STO-A14"],
        "considered": [
            {
                "candidate": "WH001-STO-A14",
                "passed": ["putaway.same_item_next"],
                "failed": [],
                "seen": {},
                "because": "putaway.same_item_next",
            },
            {
                "candidate": "WH001-STO-A15",
                "passed": ["putaway.empty_bin_then"],
                "failed": [],
                "seen": {},
                "because": "putaway.empty_bin_then",
            },
            {
                "candidate": "WH001-STO-A01",
                "passed": [],
                "failed": ["putaway.has_room", "putaway.no_other_lot"],
                "seen": {},
                "because": "",
            },
        ],
        "left_out": {"putaway.no_other_item": 212},
        "policy": {},
    },
)
PICKING = Prompt(
    "picking.scan_lot",
    {
        "document": "SO-10482",
        "tote": "TOTE-0012",
        "bin": "WH001-STO-A14",
        "sku": "PROD-007",
        "lot": "L-2026-07",
        "tracking": "lot",
        "quantity": "2",
        "amount": "2 × PROD-007",
    },
    document="SO-10482",
    item=GEAR,
    count=Count("1", "3", "each"),
    columns=PICKING_COLUMNS,
    rows=(
        Row(("WH001-STO-A02", "PROD-001", "", "6", "6", "each"), "done"),
        Row(("WH001-STO-A14", "PROD-007", "L-2026-07", "1", "3", "each"), "current"),
        Row(("WH001-STO-C02", "PROD-012", "", "0", "2", "each"), "open"),
    ),
    commands=("UNDO", "QUANTITY", "SHORT", "SKIP", "NEW_TOTE", "PAUSE"),
)
_MANY = tuple(
    Row(
        (f"WH001-STO-{chr(65 + n // 8)}{n % 8 + 1:02d}", f"PROD-{n:03d}", "", str(n % 7), "7", "each"),
        "done" if n < 14 else "current" if n == 14 else "open",
    )
    for n in range(1, 41)
)
PACKING = Prompt(
    "packing.scan_unit",
    {
        "document": "SO-10482",
        "partner": "Shopper & Sons",
        "carrier": "Parcel One",
        "cut_off": "2026-12-02 16:30",
        "cut_off_at": in_minutes(192),
        "carton": CARTON,
        "number": "1",
        "tracking": "",
        "weight": "",
    },
    document="SO-10482",
    item=replace(GEAR, details=(("caption.lot", "L-2026-07"),)),
    count=Count("7", "11"),
    columns=PACKING_COLUMNS,
    rows=_order_lines(),
    commands=("UNDO", "CLOSE_BOX", "NEW_BOX", "SHORT", "CARTON", "TAKE_OUT", "SWAP", "PAUSE"),
)
_LABELS = replace(
    PACKING,
    instruction="packing.labels_print",
    facts={**PACKING.facts, "tracking": LABEL, "weight": "4.38 kg", "label": LABEL, "kind": "shipping"},
    count=Count("11", "11"),
    waiting="print_job",
    commands=("REOPEN", "PAUSE"),
)
_OFF = error("packing.weight_missing", difference="0.53 kg", quantity="1", sku="PROD-007")
_GOODS = {"goods": "2 × PROD-001, 11 × PROD-007, 1.250 kg FRESH-CARROT", "weight": "4.38 kg", "expected": "4.91 kg"}
_APPROVAL = replace(
    PACKING,
    instruction="packing.at_approval",
    facts={**PACKING.facts, **_GOODS, "permission": "override_weight", "reason": "PADDING", "request": "1"},
    waiting="approval",
    commands=("CANCEL",),
)
SHIPPING = Prompt(
    "shipping.scan_label",
    {
        "document": "SO-10482",
        "partner": "Shopper & Sons",
        "carrier": "Parcel One",
        "cut_off": "2026-12-02 16:30",
        "cut_off_at": in_minutes(24),
        "count": "1",
    },
    document="SO-10482",
    item=ItemPanel(
        LABEL,
        "Shopper & Sons",
        details=(
            ("shipping.carrier", "Parcel One"),
            ("shipping.service", "Next day"),
            ("shipping.ship_to", "Shopper & Sons, 14 Harbour Road, 20457 Hamburg, DE"),
        ),
    ),
    count=Count("1", "2"),
    columns=SHIPPING_COLUMNS,
    rows=(
        Row((CARTON, LABEL, "4.38 kg"), "current"),
        Row(("340123450000000025", "SH000000001331", "2.1 kg"), "open"),
    ),
    commands=("UNDO", "DONE"),
)

HANDLING = Prompt(
    "handling.scan_target",
    facts={
        "unit": "340123450000000018",
        "other": "340123450000000025",
        "amount": "144 × PROD-001",
        "units": "each, case",
    },
    item=ItemPanel(
        "340123450000000018",
        "",
        details=(("lookup.kind", "pallet"), ("caption.place", "WH001-STO-A14"), ("handling.carries", "2")),
    ),
    columns=HANDLING_COLUMNS,
    rows=(
        Row(
            (
                "340123450000000018",
                "PROD-001",
                "Oat flakes",
                "L-2026-07",
                "2027-03-01",
                "available",
                "144 each",
                "12 each",
            )
        ),
        Row(("340123450000000032", "PROD-007", "Espresso cups, set of six", "", "", "quarantined", "24 each", "")),
    ),
    commands=("UNDO", "LIFT", "UNPACK", "CANCEL"),
)
SCENES: Mapping[str, Prompt] = {
    **GATE,
    "receiving-empty": Prompt("receiving.scan_order", commands=("TRUCK", "NO_ORDER")),
    "receiving-orders": Prompt(
        "receiving.choose_order",
        feedback=warning("receiving.which_order", count="2", about="PROD-001"),
        commands=("CANCEL",),
        choices=(
            Choice("1", "receiving.order", {"document": "PO-4711", "partner": "Acme Industrial Supply"}),
            Choice("2", "receiving.order", {"document": "PO-4720", "partner": "Northern Gears"}),
        ),
    ),
    "receiving-normal": replace(RECEIVING, feedback=ok("receiving.booked", amount="12 × PROD-001", sku="PROD-001")),
    "receiving-inspected": replace(
        RECEIVING,
        feedback=warning("receiving.booked_inspected", amount="36 × PROD-001", sku="PROD-001", sample="20", of="144"),
    ),
    **QUALITY,
    "receiving-lot": replace(
        RECEIVING,
        instruction="receiving.scan_lot",
        item=replace(WIDGET, details=()),
        feedback=warning("receiving.lot_wanted", sku="PROD-001"),
        commands=("UNDO", "DAMAGED", "NEW_UNIT", "DONE", "LOT", "EXPIRY"),
    ),
    "receiving-quantity": replace(
        RECEIVING, instruction="receiving.ask_quantity", ask="receiving.ask_quantity", commands=("CANCEL",)
    ),
    "receiving-expiry": replace(
        RECEIVING, instruction="receiving.ask_expiry", ask="receiving.ask_expiry", commands=("CANCEL",)
    ),
    "receiving-over": replace(
        _ALL_WIDGETS,
        instruction="receiving.scan_again",
        feedback=warning("receiving.over_within_tolerance", over="1", ordered="144"),
    ),
    "receiving-error": replace(
        _ALL_WIDGETS,
        feedback=replace(
            error("receiving.over", sku="PROD-001", total="160", ordered="144", most="151"),
            unused=("4006381333931", "4006381333931"),
        ),
    ),
    "receiving-not_now": replace(RECEIVING, feedback=error("dialog.not_now", command="CLOSE_BOX")),
    "receiving-unknown": replace(RECEIVING, feedback=error("scan.unknown_code", scan="4006381333931")),
    "receiving-damaged": replace(
        RECEIVING, feedback=warning("receiving.booked_damaged", amount="1 × PROD-001", sku="PROD-001")
    ),
    "receiving-photo": replace(RECEIVING, instruction="receiving.take_photo", waiting="photo", commands=("CANCEL",)),
    "receiving-rest": replace(
        RECEIVING,
        instruction="receiving.what_about_the_rest",
        feedback=warning("receiving.lines_open"),
        choices=(Choice("BACKORDER", "receiving.keep_open"), Choice("CLOSE_SHORT", "receiving.close_short")),
        commands=("CANCEL",),
    ),
    "putaway-empty": Prompt("putaway.nothing_at_dock", columns=PUTAWAY_COLUMNS, commands=("UNDO",)),
    "putaway-normal": replace(
        PUTAWAY, feedback=ok("putaway.proposed_same_item", bin="WH001-STO-A14", sku="PROD-001", lot="L-2026-07")
    ),
    "putaway-why": PUTAWAY,
    **of_store(PUTAWAY),
    "putaway-warning": replace(
        PUTAWAY,
        instruction="putaway.scan_bin_again",
        feedback=warning("putaway.other_bin", bin="WH001-STO-A15", proposed="WH001-STO-A14"),
    ),
    "putaway-error": replace(
        PUTAWAY, feedback=error("putaway.no_other_lot", bin="WH001-STO-A01", sku="PROD-001", rule="")
    ),
    "putaway-goods": Prompt(
        "putaway.choose_goods",
        columns=PUTAWAY_COLUMNS,
        feedback=warning("putaway.several", sku="PROD-001", count="2"),
        choices=tuple(
            Choice(
                status,
                f"putaway.goods_{status}",
                {"amount": "144 × PROD-001", "lot": lot, "place": "WH001-REC-DOCK1"},
            )
            for status, lot in (("available", "L-2026-07"), ("quarantined", "L-2026-08"))
        ),
        commands=("CANCEL",),
    ),
    "handling-empty": Prompt("handling.scan_unit", commands=("UNDO",)),
    "handling-normal": replace(
        HANDLING, feedback=ok("handling.done", unit="340123450000000018", place="WH001-STO-A14")
    ),
    "handling-two": replace(
        HANDLING,
        instruction="handling.choose_what",
        choices=tuple(
            Choice(kind.upper(), f"handling.{kind}", {"unit": "340123450000000018", "other": "340123450000000025"})
            for kind in ("onto", "split", "merge", "take")
        ),
        commands=("CANCEL",),
    ),
    "handling-part": replace(
        HANDLING, instruction="handling.ask_quantity", ask="handling.ask_quantity", commands=("CANCEL",)
    ),
    "handling-error": replace(
        HANDLING, feedback=error("handling_unit.to_be_picked", place="WH001-STAGE1", document="SO-10482")
    ),
    "picking-orders": Prompt(
        "picking.scan_order",
        columns=ORDER_COLUMNS,
        rows=(
            Row(("SO-10482", "Shopper & Sons", "2026-11-23", "3", "")),
            Row(("SO-10483", "Harbour Bakery", "2026-11-23", "12", "Wanda Reyes")),
        ),
        commands=("UNDO", "NEXT"),
    ),
    **of_walks(PICKING),
    "picking-walk": replace(
        PICKING,
        instruction="picking.go_to_bin",
        feedback=ok("picking.tote_taken", tote="TOTE-0012", document="SO-10482"),
        commands=("UNDO", "SKIP", "NEW_TOTE", "PAUSE"),
    ),
    "picking-normal": replace(PICKING, feedback=ok("picking.picked", amount="1 × PROD-007", tote="TOTE-0012")),
    "picking-measured": replace(
        PICKING,
        instruction="picking.scan_item",
        facts={**PICKING.facts, "amount": "2.5 kg FRESH-CARROT"},
        item=ItemPanel("FRESH-CARROT", "Carrots, washed", details=(("caption.bin", "WH001-STO-A14"),)),
        count=Count("1.2", "3.7", "kg"),
        feedback=ok("picking.picked", amount="1.2 kg FRESH-CARROT", tote="TOTE-0012"),
    ),
    "picking-stopped": Prompt(
        "picking.scan_order",
        feedback=error("picking.not_released", document="SO-10482", decision="held"),
        commands=("UNDO", "NEXT"),
    ),
    "picking-many": replace(PICKING, rows=_MANY),
    "picking-error": replace(PICKING, feedback=error("picking.wrong_item", scanned="PROD-012", wanted="PROD-007")),
    "picking-short": replace(
        PICKING,
        instruction="picking.why_short",
        choices=tuple(Choice(reason, f"reason.{reason}") for reason in REASONS),
        commands=("CANCEL",),
    ),
    "picking-done": Prompt(
        "picking.scan_order",
        columns=ORDER_COLUMNS,
        feedback=Feedback(
            Level.DONE,
            "picking.order_picked_short",
            {"document": "SO-10482", "tote": "TOTE-0012", "place": "WH001-PAC-BENCH1", "lines": "1"},
        ),
        commands=("UNDO", "NEXT"),
    ),
    "packing-empty": Prompt("packing.scan_tote"),
    "packing-normal": replace(
        PACKING,
        note="No plastic. Invoice on top, glued with the red tape.",
        feedback=ok("packing.packed", amount="1 × PROD-007", lot="L-2026-07"),
    ),
    "packing-carton": replace(PACKING, item=None, carton=packed_carton()),
    **of_extras(PACKING),
    **of_unpacking(PACKING),
    "packing-error": replace(PACKING, feedback=error("packing.not_in_order", sku="PROD-012")),
    "packing-longest": replace(
        PACKING,
        instruction="packing.is_it_there",
        facts={**_LABELS.facts, "carrier": "International Freight Company"},
        document="SO-2026-0010482-B",
        item=LONG,
        count=Count("1440", "14400"),
        rows=(Row((LONG.sku, LONG.name, "1440", "12960", "pallet"), "current"), *_order_lines()),
        feedback=error("packing.too_many", amount=f"1 × {LONG.sku}", sku=LONG.sku, remaining="0", in_tote="0"),
        commands=(*PACKING.commands, "REPRINT", "CONFIRM"),
    ),
    "packing-waiting": replace(
        PACKING,
        instruction="packing.at_weight",
        count=Count("11", "11"),
        waiting="weight",
        commands=("CONFIRM", "MANUAL", "CANCEL"),
    ),
    "packing-off": replace(
        PACKING,
        instruction="packing.at_off",
        feedback=_OFF,
        choices=(
            Choice("CONFIRM", "packing.weigh_again"),
            Choice("OVERRIDE", "packing.override"),
            Choice("MANUAL", "packing.type_weight"),
        ),
        commands=("CANCEL",),
    ),
    "packing-approval": _APPROVAL,
    "packing-approval-pin": replace(_APPROVAL, facts={**_APPROVAL.facts, "request": "2"}),
    "packing-labels": replace(_LABELS, feedback=ok("packing.carton_closed", weight="4.38 kg", carton=CARTON)),
    "packing-doubtful": replace(
        _LABELS,
        instruction="packing.is_it_there",
        choices=(
            Choice("REPRINT", "packing.reprint", {"label": LABEL}),
            Choice("VOID", "packing.void", {"label": LABEL}),
        ),
    ),
    "packing-scan_label": replace(
        _LABELS, instruction="packing.scan_label", waiting="", commands=("REPRINT", "REOPEN", "PAUSE")
    ),
    "shipping-empty": Prompt("shipping.scan_label", commands=("DONE",)),
    "shipping-normal": replace(SHIPPING, feedback=ok("shipping.shipped", document="SO-10482", carton=CARTON)),
    "shipping-error": replace(
        SHIPPING, feedback=error("shipping.not_labelled", carton="340123450000000025", document="SO-10482")
    ),
    "lookup-empty": Prompt("lookup.scan_any"),
    "lookup-item": Prompt(
        "lookup.scan_any",
        item=replace(
            WIDGET,
            details=(
                ("lookup.on_hand", "288 each"),
                ("lookup.free", "252 each"),
                ("lookup.category", "Widgets"),
                ("lookup.packagings", "case = 12 each, pallet = 576 each"),
                ("lookup.weight", "0.53 kg"),
                ("lookup.ai_01", "04006381333931"),
                ("lookup.ai_10", "L-2026-07"),
            ),
        ),
        columns=LOOKUP_COLUMNS,
        rows=(
            Row(("WH001-STO-A14", "PROD-001", "L-2026-07", "2027-03-31", "", "available", "144 each", "36 each")),
            Row(
                (
                    "WH001-REC-DOCK1",
                    "PROD-001",
                    "L-2026-08",
                    "2027-06-30",
                    CARTON,
                    "quarantined",
                    "144 each",
                    "0 each",
                )
            ),
        ),
        feedback=ok("lookup.is_item", label="PROD-001", name="Standard Widget", kind="item"),
    ),
    "lookup-order": Prompt(
        "lookup.scan_any",
        document="SO-10482",
        item=ItemPanel(
            "SO-10482", "Shopper & Sons", details=(("lookup.decision", "held"), ("caption.due", "2026-11-23"))
        ),
        columns=("caption.item", "caption.name", "caption.ordered", "caption.picked"),
        rows=(Row(("PROD-001", "Standard Widget", "6 each", "6"), "done"),),
        feedback=ok("lookup.is_document", label="SO-10482", name="order", kind="order"),
    ),
    "lookup-choices": Prompt(
        "lookup.choose",
        feedback=warning("lookup.several", scan="R01", count="2"),
        choices=(
            Choice("1", "lookup.location", {"label": "WH001-REC-R01", "kind": "location"}),
            Choice("2", "lookup.location", {"label": "WH001-STO-R01", "kind": "location"}),
        ),
        commands=("CANCEL",),
    ),
}


def person(*, missing: str = "") -> SignedOn:
    """Somebody who may do everything but `missing`."""
    return SignedOn("Ana Sørensen", frozenset({*PERMISSIONS.values(), "see_stock"}) - {missing})
