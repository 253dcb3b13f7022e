"""What the packing bench asks for beside goods: to read, to put in, to photograph. Data, no logic."""

from collections.abc import Mapping
from dataclasses import replace

from app.dialogs.dialog import Count, ExtraCard, Prompt
from app.dialogs.grammar import ok

_FOLD = ExtraCard(
    "Fold the flaps inwards",
    "Fold both flaps inwards before the first piece goes in. The logo is on the outside, the seam at the back.",
    "gear",
)
_GIFT = ExtraCard("GIFT", "Happy birthday, dear Grandma!\nWith love from Anna, Ben and little Carla")


def of_extras(packing: Prompt) -> Mapping[str, Prompt]:
    """The questions that come between goods, of an order that is packed."""
    asking = replace(packing, carton=None, count=None, commands=("UNDO", "CONFIRM", "PAUSE"))
    last = replace(
        asking,
        commands=("UNDO", "CONFIRM", "CANCEL", "PAUSE"),
        marks=("packing.mark_complete_only", "packing.mark_gift"),
    )
    return {
        "packing-instruction": replace(asking, instruction="packing.extra_instruction_key", extra=_FOLD),
        "packing-insert": replace(
            last,
            instruction="packing.extra_insert_scan",
            facts={**packing.facts, "amount": "2 × Tea sample, first orders"},
            count=Count("1", "3"),
            extra=ExtraCard("Tea sample, first orders", "", "widget"),
            feedback=ok("packing.instruction_done", extra="Two straps"),
            note="The customer's dog eats parcels: ring twice",
        ),
        "packing-gift": replace(
            last, instruction="packing.extra_gift_again", extra=_GIFT, commands=(*last.commands, "REPRINT")
        ),
        "packing-photo": replace(
            last, instruction="packing.extra_photo", facts={**packing.facts, "extra": "from above"}, waiting="photo"
        ),
    }
