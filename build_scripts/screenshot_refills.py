"""The station at which pick faces are refilled, and the rarer states of put-away, as their dialogs give them."""

from collections.abc import Mapping
from dataclasses import replace

from app.dialogs.dialog import Count, ItemPanel, Prompt, Row
from app.dialogs.grammar import error, ok
from app.dialogs.replenishment.prompt import COLUMNS

_REFILL = Prompt(
    "replenishment.scan_source",
    {"source": "WH001-STO-A14", "face": "WH001-PIC-A01", "sku": "PROD-001", "amount": "26 × PROD-001"},
    item=ItemPanel(
        "PROD-001",
        "Standard Widget",
        "widget",
        (
            ("caption.lot", "L-2026-07"),
            ("caption.expiry", "2027-03-31"),
            ("replenishment.from", "WH001-STO-A14"),
            ("replenishment.to", "WH001-PIC-A01"),
        ),
    ),
    count=Count("26", "", "each"),
    columns=COLUMNS,
    rows=(
        Row(("PROD-001", "Standard Widget", "26", "each", "WH001-STO-A14", "WH001-PIC-A01", "Ana Sørensen"), "current"),
        Row(("PROD-007", "Bevel gear, hardened, 24 teeth", "12", "each", "WH001-STO-B02", "WH001-PIC-A02", "")),
    ),
    commands=("UNDO", "QUANTITY", "SHORT", "SKIP", "CANCEL"),
)
_REFILLS: Mapping[str, Prompt] = {
    "replenishment-empty": Prompt("replenishment.nothing_to_do", columns=COLUMNS, commands=("UNDO",)),
    "replenishment-normal": _REFILL,
    "replenishment-face": replace(_REFILL, instruction="replenishment.scan_face"),
    "replenishment-error": replace(
        _REFILL,
        instruction="replenishment.scan_goods",
        feedback=error("replenishment.wrong_lot", scan="L-2026-11", lot="L-2026-07"),
    ),
}


def of_store(putaway: Prompt) -> Mapping[str, Prompt]:
    """Refills; and put-away where an order waits for the goods, or somebody filled the bin before it was scanned."""
    return {
        **_REFILLS,
        "putaway-order": replace(
            putaway,
            instruction="putaway.go_to_order",
            facts={**putaway.facts, "order": "SO-000123", "amount": "12 × PROD-001", "customer": "Hansa Handel"},
            feedback=ok("putaway.proposed_part", bin="WH001-STO-A14", amount="100 × PROD-001", next="WH001-STO-A15"),
        ),
        "putaway-filled": replace(
            putaway,
            feedback=error("putaway.bin_taken_other", bin="WH001-STO-A13", sku="PROD-001", next="WH001-STO-A14"),
        ),
    }
