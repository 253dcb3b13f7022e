"""What replenishment shows: where to go, what to take, what else waits."""

from app.dialogs.dialog import Count, Feedback, ItemPanel, Prompt, Row
from app.dialogs.grammar import amount
from app.dialogs.replenishment.state import ReplenishmentState
from app.domain.values import format_quantity
from app.services.replenishment import Refill, ReplenishmentFacts, WaitingRefill

COLUMNS = (
    "caption.item",
    "caption.name",
    "caption.quantity",
    "caption.unit",
    "replenishment.from",
    "replenishment.to",
    "replenishment.person",
)


def show(state: ReplenishmentState, facts: ReplenishmentFacts, feedback: Feedback | None) -> Prompt:
    """The prompt of a state."""
    task = facts.task if state.task else None
    return Prompt(
        instruction=_instruction(state, task, waiting=bool(facts.waiting)),
        facts=_told(state, task),
        item=_panel(task) if task else None,
        count=Count(format_quantity(state.quantity or task.open), unit=task.uom) if task else None,
        columns=COLUMNS,
        rows=tuple(_row(one) for one in facts.waiting),
        feedback=feedback,
        commands=_commands(state, task, waiting=bool(facts.waiting)),
        ask="replenishment.ask_quantity" if state.asking else "",
    )


def _instruction(state: ReplenishmentState, task: Refill | None, *, waiting: bool) -> str:
    if state.asking:
        return "replenishment.ask_quantity"
    if task is None:
        return "replenishment.press_next" if waiting else "replenishment.nothing_to_do"
    return f"replenishment.scan_{state.stage}"


def _told(state: ReplenishmentState, task: Refill | None) -> dict[str, str]:
    if task is None:
        return {}
    quantity = amount(state.quantity or task.open, task.uom, task.sku)
    return {"source": task.source_address, "face": task.face_address, "sku": task.sku, "amount": quantity}


def _commands(state: ReplenishmentState, task: Refill | None, *, waiting: bool) -> tuple[str, ...]:
    if state.asking:
        return ("CANCEL",)
    if task is None:
        return ("UNDO", "NEXT") if waiting else ("UNDO",)
    return ("UNDO", "QUANTITY", "SHORT", "SKIP", "CANCEL")


def _panel(task: Refill) -> ItemPanel:
    details = (
        ("caption.lot", task.lot),
        ("caption.expiry", task.expiry.isoformat() if task.expiry else ""),
        ("caption.handling_unit", task.unit_number),
        ("replenishment.from", task.source_address),
        ("replenishment.to", task.face_address),
    )
    return ItemPanel(task.sku, task.name, details=tuple(pair for pair in details if pair[1]))


def _row(one: WaitingRefill) -> Row:
    cells = (one.sku, one.name, format_quantity(one.qty), one.uom, one.source, one.face, one.person)
    return Row(cells, "current" if one.urgent else "open")
