"""The gate in its states, as the dialog gives them."""

from collections.abc import Mapping
from dataclasses import replace

from app.dialogs.dialog import Choice, ItemPanel, Prompt, Row
from app.dialogs.gate.prompt import COLUMNS, REASONS
from app.dialogs.grammar import error, ok, warning

_HERE = (
    Row(("DA-000041", "B-SW 1207", "Swift Freight", "–", "arrived"), "open"),
    Row(("DA-000038", "HH-NH 412", "Nordhaus Logistik", "DOOR-1", "working"), "current"),
    Row(("DA-000033", "M-GS 88", "Spedition Grünwald & Söhne", "DOOR-4", "done"), "done"),
    Row(("DA-000029", "K-LM 3390", "DHL Freight", "DOOR-2", "confirmed"), "problem"),
)
_DOORS = ("DOOR-1", "DOOR-3", "DOOR-7")
_TRUCK = Prompt(
    "gate.is_working",
    {"number": "DA-000038", "door": "DOOR-1"},
    document="DA-000038",
    item=ItemPanel(
        "DA-000038",
        "Nordhaus Logistik · Nordhaus Trading GmbH",
        "",
        (
            ("docks.window", "23.11. 10:00–11:15"),
            ("docks.door", "DOOR-1"),
            ("docks.documents", "PO-2026-0412, DESADV-2026-104"),
            ("docks.plate", "HH-NH 412"),
            ("docks.pallets", "18"),
        ),
    ),
    columns=COLUMNS,
    rows=_HERE,
    commands=("WORK_DONE", "NEXT_TRUCK"),
)
SCENES: Mapping[str, Prompt] = {
    "gate-empty": Prompt("gate.scan_truck", columns=COLUMNS, rows=_HERE),
    "gate-late": replace(
        _TRUCK, instruction="gate.check_in", feedback=warning("gate.late", number="DA-000038", minutes=40),
        commands=("CHECK_IN", "NEXT_TRUCK"),
    ),
    "gate-door": replace(
        _TRUCK, instruction="gate.choose_door", feedback=ok("gate.now_arrived", number="DA-000038"),
        choices=tuple(
            Choice(name, "gate.other_door" if n else "gate.own_door", {"door": name}) for n, name in enumerate(_DOORS)
        ),
        commands=("CANCEL",),
    ),
    "gate-working": replace(_TRUCK, feedback=ok("gate.now_working", number="DA-000038")),
    "gate-open-receipt": replace(
        _TRUCK, instruction="gate.is_done",
        feedback=error("docks.receipt_open", number="DA-000038", documents="PO-2026-0412"),
        commands=("CHECK_OUT", "LEAVE_ANYWAY", "START_WORK", "NEXT_TRUCK"),
    ),
    "gate-why": replace(
        _TRUCK, instruction="gate.why_leave", choices=tuple(Choice(one, f"leave.{one}") for one in REASONS),
        commands=("CANCEL",),
    ),
    "gate-unknown": Prompt(
        "gate.which_way", {"scan": "K-AB 77"}, columns=COLUMNS, rows=_HERE,
        choices=(Choice("INBOUND", "dock_direction.inbound"), Choice("OUTBOUND", "dock_direction.outbound")),
        commands=("CANCEL",),
    ),
}  # fmt: skip
