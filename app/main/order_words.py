"""What people read of orders by command: fields that changed, wishes of lines, why goods were chosen."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.domain.partners import Address
from app.domain.values import format_quantity
from app.main.output import Output
from app.services.order_board import DeskLine, Explained

_TOLD_ANYHOW = ("address", "key", "status", "same_owner", "lot_matches", "short_of_life", "frozen")
"""Facts that the name of a candidate, or the rules that spoke, tell in any case."""


def told_field(name: str, before: Any, after: Any, output: Output) -> str:  # noqa: ANN401  (whatever the field holds)
    """One field of an order, before and after, in words."""
    was, now = (", ".join(Address(**value).lines) if name == "ship_to" else _plain(value) for value in (before, after))
    return f"{output.texts.text('captions', f'orders.field_{name}')}: {was or 'nothing'} → {now or 'nothing'}"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def wished(line: DeskLine) -> str:
    """What the customer wishes of the goods of a line."""
    days = "" if line.minimum_days is None else f", must keep {line.minimum_days} days"
    dropped = ", not wanted any more" if line.progress.closed else ""
    return f"{f', only lot {line.lot}' if line.lot else ''}{days}{dropped}"


def why_values(one: Explained) -> dict[str, object]:
    """A decision about a line, for programs."""
    decision = one.decision.to_json()
    return {"sku": one.line.sku, "at": one.at, "person": one.person, "waits_for": list(one.waits_for), **decision}


def why_lines(explained: Explained, output: Output) -> Sequence[str]:
    """A decision about a line: what was chosen, and each bin and lot that was considered."""
    texts = output.texts
    decision, waits_for = explained.decision, ", ".join(explained.waits_for)
    when = f"{explained.at:%Y-%m-%d %H:%M} {explained.person}" if explained.at else "now"
    waits = f", because the order goes complete only and waits for {waits_for}" if waits_for else ""
    lines = [f"{explained.line.sku}, {when}: {', '.join(decision.chosen) or 'nothing'}{waits}"]
    if not decision.considered:
        lines.append(f"  {texts.text('hints', 'orders.nothing_considered', {})}")
    for each in decision.considered:
        rules = each.failed or ((each.because,) if each.because else ())
        words = "; ".join(
            texts.text("captions", rule, each.seen) if texts.has("captions", rule) else rule for rule in rules
        )
        mark = "no " if each.failed else "yes" if each.candidate in decision.chosen else "-  "
        seen = ", ".join(_seen(name, value, output) for name, value in each.seen.items() if _is_telling(name, value))
        lines.append(f"  {mark} {each.candidate}: {words or 'possible'}{f' ({seen})' if seen else ''}")
    return lines


def _is_telling(name: str, value: object) -> bool:
    """Whether a fact tells something beside the candidate's name and the rules that spoke."""
    return value is not None and value is not False and name not in _TOLD_ANYHOW


def _seen(name: str, value: object, output: Output) -> str:
    caption, shown = output.texts.text("captions", f"policies.field.{name}"), str(value)
    if value is True:
        return f"{caption[:1].lower()}{caption[1:]}"
    if name in ("free", "on_hand", "pack"):
        shown = format_quantity(Decimal(shown))
    return f"{caption[:1].lower()}{caption[1:]}: {shown}"
