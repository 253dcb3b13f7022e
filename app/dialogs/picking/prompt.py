"""What picking shows: the bin to go to, the goods to take, how many of how many, the way still ahead."""

from app.dialogs.dialog import Choice, Count, Feedback, ItemPanel, Prompt, Row
from app.dialogs.grammar import amount
from app.dialogs.picking.facts import REASONS
from app.dialogs.picking.state import PickingState
from app.domain.values import format_quantity
from app.services.picking import PickingFacts, Task

COLUMNS = ("caption.bin", "caption.item", "caption.lot", "caption.picked", "caption.quantity", "caption.unit")
ORDER_COLUMNS = ("caption.order", "caption.partner", "caption.due", "caption.picks", "caption.person")


def show(state: PickingState, facts: PickingFacts, feedback: Feedback | None) -> Prompt:
    """The prompt of a state; the facts hold what this very step books already."""
    if state.document is None or facts.order is None:
        return _between_orders(facts, feedback)
    task = current(state, facts)
    return Prompt(
        instruction=_instruction(state, task),
        facts=_told(state, facts, task),
        document=facts.order.number,
        item=_panel(task, state) if task else None,
        count=Count(format_quantity(task.done), format_quantity(task.qty), task.uom) if task else None,
        columns=COLUMNS,
        rows=tuple(_row(one, current=one == task) for one in facts.tasks),
        feedback=feedback,
        commands=_commands(state, facts),
        choices=_choices(state),
        ask="picking.ask_quantity" if state.asking == "quantity" else "",
    )


def current(state: PickingState, facts: PickingFacts) -> Task | None:
    """The pick to do now: at this bin what was picked last, else the next one of the walk that was not skipped."""
    here = facts.at(state.bin)
    if state.last and (same := [task for task in here if task.key == state.last.key]):
        return same[0]
    ahead = here or facts.open_tasks
    return next((task for task in ahead if task.id not in state.skipped), ahead[0] if ahead else None)


def numbered_by(tracking: str) -> str:
    """What the number is that tells goods of an item apart: `lot` or `serial`."""
    return "serial" if "serial" in tracking else "lot"


def _between_orders(facts: PickingFacts, feedback: Feedback | None) -> Prompt:
    rows = tuple(
        Row((one.number, one.partner, one.due.isoformat() if one.due else "", str(one.picks), one.person))
        for one in facts.waiting
    )
    return Prompt("picking.scan_order", columns=ORDER_COLUMNS, rows=rows, feedback=feedback, commands=("UNDO", "NEXT"))


def _instruction(state: PickingState, task: Task | None) -> str:
    if state.asking:
        return {"short": "picking.why_short", "empty": "picking.is_bin_empty"}.get(
            state.asking, f"picking.ask_{state.asking}"
        )
    if state.pending.raw:
        return "picking.scan_again"
    if state.tote is None:
        return "picking.scan_tote"
    if state.bin is None or task is None:
        return "picking.go_to_bin"
    return "picking.scan_lot" if task.number else "picking.scan_item"


def _told(state: PickingState, facts: PickingFacts, task: Task | None) -> dict[str, str]:
    spot = facts.spot(state.bin)
    told = {"document": facts.order.number if facts.order else "", "tote": state.tote_number}
    told["bin"] = task.address if task else ""
    if spot is not None:
        told["bin"] = spot.address
    if task is not None:
        told |= {"sku": task.sku, "lot": task.number, "tracking": numbered_by(task.tracking)}
        told |= {"quantity": format_quantity(task.open), "amount": amount(task.open, task.uom, task.sku)}
    return told


def _commands(state: PickingState, facts: PickingFacts) -> tuple[str, ...]:
    if state.asking:
        return ("CANCEL",)
    if state.tote is None:
        return ("UNDO", "NEW_TOTE", "PAUSE")
    if state.bin is None:
        return ("UNDO", "SKIP", "NEW_TOTE", "PAUSE")
    more = ("QUANTITY",) if state.last and any(task.key == state.last.key for task in facts.at(state.bin)) else ()
    return ("UNDO", *more, "SHORT", "SKIP", "NEW_TOTE", "PAUSE")


def _choices(state: PickingState) -> tuple[Choice, ...]:
    if state.asking == "short":
        return tuple(Choice(reason, f"reason.{reason}") for reason in REASONS)
    if state.asking == "empty":
        return (Choice("EMPTY", "picking.bin_is_empty"), Choice("NOT_EMPTY", "picking.bin_is_not_empty"))
    return ()


def _panel(task: Task, state: PickingState) -> ItemPanel:
    details = (
        ("caption.bin", task.address),
        (f"caption.{numbered_by(task.tracking)}", task.number),
        ("caption.expiry", task.expiry.isoformat() if task.expiry else ""),
        ("caption.tote", state.tote_number),
    )
    return ItemPanel(task.sku, task.name, details=tuple(pair for pair in details if pair[1]))


def _row(task: Task, *, current: bool) -> Row:
    quantities = (format_quantity(task.done), format_quantity(task.qty), task.uom)
    state = "done" if not task.open else "current" if current else "open"
    return Row((task.address, task.sku, task.number, *quantities), state)
