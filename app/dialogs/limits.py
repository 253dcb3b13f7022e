"""What a station shows when something goes beyond what the person may do by themselves: what a supervisor approves."""

from collections.abc import Mapping
from typing import Any

from app.dialogs.dialog import Prompt
from app.dialogs.grammar import refused
from app.domain.errors import Refusal

NEEDS_APPROVAL = "permission.needs_approval"
_LINES_TOLD = 2


def asking_supervisor(before: Prompt, refusal: Refusal) -> Prompt:
    """The prompt that waits for a supervisor's badge and PIN, with what exactly they approve, as the database said it.

    What was in hand `before` stays in sight.
    """
    asked = refusal.facts
    told = {name: str(value) for name, value in asked.items() if isinstance(value, str | int)}
    instruction = "truck.at_limit" if "door" in asked else "posting.at_limit"
    return Prompt(
        instruction,
        {**told, "goods": _goods(asked)},
        document=before.document,
        item=before.item,
        count=before.count,
        feedback=refused(refusal),
        commands=("CANCEL",),
        waiting="approval",
    )


def _goods(asked: Mapping[str, Any]) -> str:
    """The first lines of what would be booked, and that there are more."""
    goods = asked.get("goods") or []
    lines = [_line(one, str(asked.get("currency", ""))) for one in goods[:_LINES_TOLD]]
    more = int(asked.get("lines", 0)) > _LINES_TOLD
    return "\n".join(lines) + (" …" if more else "")


def _line(one: Mapping[str, Any], currency: str) -> str:
    worth = f" · {one['value']} {currency}" if one.get("value") else ""
    return f"{one['quantity']} {one['unit']} {one['sku']} {one['name']} · {one['from']} → {one['to']}{worth}"
