"""What entering a list shows: the line of the paper that comes next, and all lines below."""

from app.dialogs.dialog import Choice, Count, Feedback, ItemPanel, Prompt, Row
from app.dialogs.grammar import amount
from app.dialogs.paper.state import PaperState
from app.dialogs.picking.facts import REASONS
from app.domain.values import format_quantity
from app.services.picking import PickingFacts, Task

COLUMNS = (
    "caption.slot",
    "caption.bin",
    "caption.item",
    "caption.lot",
    "caption.picked",
    "caption.quantity",
    "caption.unit",
)


def show(state: PaperState, facts: PickingFacts, feedback: Feedback | None) -> Prompt:
    """The prompt of a state."""
    if state.walk is None or facts.order is None:
        return Prompt("paper.scan_list", columns=COLUMNS, feedback=feedback, commands=("UNDO",))
    line = current(state, facts)
    return Prompt(
        instruction=_instruction(state),
        facts=_told(state, facts, line),
        document=facts.order.number,
        item=ItemPanel(line.sku, line.name, details=_details(line)) if line else None,
        count=Count(format_quantity(line.open), unit=line.uom) if line else None,
        columns=COLUMNS,
        rows=tuple(_row(one, facts, current=one == line) for one in facts.tasks),
        feedback=feedback,
        commands=_commands(state),
        choices=tuple(Choice(reason, f"reason.{reason}") for reason in REASONS) if state.asking == "short" else (),
        ask="paper.ask_quantity" if state.asking == "quantity" else "",
    )


def current(state: PaperState, facts: PickingFacts) -> Task | None:
    """The line whose code was scanned, else the first one that is not entered."""
    scanned = [task for task in facts.open_tasks if task.id == state.line]
    return next(iter(scanned or facts.open_tasks), None)


def wants_tote(state: PaperState) -> bool:
    """Whether a tote comes before the lines."""
    return state.slot is not None if state.clustered else state.tote is None


def _instruction(state: PaperState) -> str:
    if state.asking:
        return "picking.why_short" if state.asking == "short" else "paper.ask_quantity"
    if state.pending.raw:
        return "picking.scan_again"
    if wants_tote(state):
        return "picking.put_tote" if state.slot else "picking.scan_tote"
    return "paper.confirm_line"


def _told(state: PaperState, facts: PickingFacts, line: Task | None) -> dict[str, str]:
    told = {"document": facts.order.number if facts.order else "", "tote": state.tote_number}
    if line:
        told |= {"bin": line.address, "sku": line.sku, "amount": amount(line.open, line.uom, line.sku)}
    slot = facts.walk.of(state.slot) if facts.walk and state.slot else facts.slot_of(line)
    if slot:
        told |= {"slot": str(slot.slot), "order": slot.number, "tote": slot.tote_number or state.tote_number}
    return told


def _details(line: Task) -> tuple[tuple[str, str], ...]:
    numbered = "serial" if "serial" in line.tracking else "lot"
    pairs = (("caption.bin", line.address), (f"caption.{numbered}", line.number))
    return tuple(pair for pair in pairs if pair[1])


def _commands(state: PaperState) -> tuple[str, ...]:
    if state.asking:
        return ("CANCEL",)
    if wants_tote(state):
        return ("UNDO", "NEW_TOTE", "PAUSE")
    return ("UNDO", "CONFIRM", "QUANTITY", "SHORT", "CONFIRM_ALL", "PAUSE")


def _row(task: Task, facts: PickingFacts, *, current: bool) -> Row:
    slot = facts.slot_of(task)
    quantities = (format_quantity(task.done), format_quantity(task.qty), task.uom)
    state = "done" if not task.open else "current" if current else "open"
    return Row((str(slot.slot) if slot else "", task.address, task.sku, task.number, *quantities), state)
