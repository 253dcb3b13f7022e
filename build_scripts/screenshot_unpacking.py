"""The packing bench where packing is taken back, in its states: no logic."""

from collections.abc import Mapping
from dataclasses import replace

from app.dialogs.dialog import Choice, Prompt
from app.dialogs.grammar import ok, warning

_WHY = ("GOODS_DAMAGED", "LABELS_MIXED_UP", "OTHER_LOT", "WRONG_CARTON", "WRONG_GOODS")
_ASKED_OF_SUPERVISOR = {"permission": "reverse", "reason": "WRONG_GOODS", "request": "3", "manifest": "SHP-000417"}


def of_unpacking(packing: Prompt) -> Mapping[str, Prompt]:
    """The prompts of a sealed carton, of why it is opened, of a supervisor, a return place and a swap."""
    carton = packing.facts["carton"]
    asked = replace(packing, item=None, commands=("CANCEL",))
    return {
        "packing-sealed": replace(
            asked,
            instruction="packing.at_sealed",
            feedback=warning("packing.sealed", carton=carton),
            commands=("REOPEN", "UNPACK", "EXCHANGE", "CANCEL"),
        ),
        "packing-why": replace(
            asked,
            instruction="packing.at_why",
            feedback=ok("packing.other_noted", carton=carton),
            choices=tuple(Choice(code, f"reason.{code}") for code in _WHY),
        ),
        "packing-return": replace(
            asked,
            instruction="packing.at_return_place",
            facts={**packing.facts, "place": "WH001-DOCK1"},
            feedback=warning("packing.unpack_ended", document=packing.document, person="Maria Lindqvist"),
            commands=("CONFIRM", "CANCEL"),
        ),
        "packing-supervisor": replace(
            asked,
            instruction="unpacking.at_supervisor",
            facts={**packing.facts, **_ASKED_OF_SUPERVISOR},
            feedback=warning("packing.on_manifest", carton=carton, manifest="SHP-000417"),
            waiting="approval",
        ),
        "packing-swap": replace(
            packing, instruction="packing.at_swap_from", feedback=ok("packing.swap_in"), commands=("CANCEL",)
        ),
        "packing-emptied": Prompt(
            "packing.scan_tote",
            feedback=warning(
                "packing.unpacked_apart",
                carton=carton,
                back="2 × PROD-007",
                aside="1 × PROD-012",
                place="WH001-DOCK1",
            ),
        ),
        "packing-tote": Prompt(
            "packing.scan_tote",
            feedback=warning(
                "packing.tote_not_empty",
                document=packing.document,
                totes="TOTE-17",
                goods="1 × PROD-007, 2 × PROD-012",
                others="",
            ),
        ),
    }
