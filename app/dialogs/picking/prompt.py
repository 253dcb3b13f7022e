"""What picking shows: the bin to go to, the goods to take, how many of how many, the way still ahead."""

from collections.abc import Iterable

from app.dialogs.dialog import Choice, Count, Feedback, ItemPanel, MapStop, Prompt, Row, WalkMap
from app.dialogs.grammar import amount
from app.dialogs.picking.facts import REASONS
from app.dialogs.picking.state import PickingState
from app.domain.picking import Way
from app.domain.sites.places import Aisle
from app.domain.values import format_quantity
from app.services.picking import PickingFacts, Task

WALK_COLUMNS = ("caption.slot", "caption.order")
COLUMNS = ("caption.bin", "caption.item", "caption.lot", "caption.picked", "caption.quantity", "caption.unit")
ORDER_COLUMNS = ("caption.order", "caption.partner", "caption.due", "caption.picks", "caption.person")


def show(state: PickingState, facts: PickingFacts, feedback: Feedback | None) -> Prompt:
    """The prompt of a state; the facts hold what this very step books already."""
    if state.document is None or facts.order is None:
        return _between_orders(facts, feedback)
    task = current(state, facts)
    together = facts.walk is not None
    return Prompt(
        instruction=_instruction(state, task, facts),
        facts=_told(state, facts, task),
        document=facts.order.number,
        item=_panel(task, state) if task else None,
        count=_count(state, task) if task else None,
        columns=(*WALK_COLUMNS, *COLUMNS) if together else COLUMNS,
        rows=tuple(_row(one, facts, current=one == task) for one in facts.tasks),
        feedback=feedback,
        commands=_commands(state, facts),
        choices=_choices(state),
        ask="picking.ask_quantity" if state.asking == "quantity" else "",
        walk=walk_map(task, facts) if task and not state.bin and not state.asking else None,
    )


def current(state: PickingState, facts: PickingFacts) -> Task | None:
    """The pick to do now: what is in the hand, at this bin what was picked last, else the next that was not skipped."""
    here = facts.at(state.bin)
    if state.hand and (held := [task for task in here if task.key == state.hand.key]):
        return held[0]
    if state.last and (same := [task for task in here if task.key == state.last.key]):
        return same[0]
    ahead = here or facts.open_tasks
    return next((task for task in ahead if task.id not in state.skipped), ahead[0] if ahead else None)


def has_tote(state: PickingState, facts: PickingFacts) -> bool:
    """Whether there is a tote for everything that comes next."""
    return state.slot is None if facts.clustered else state.tote is not None


def numbered_by(tracking: str) -> str:
    """What the number is that tells goods of an item apart: `lot` or `serial`."""
    return "serial" if "serial" in tracking else "lot"


def walk_map(task: Task | None, facts: PickingFacts) -> WalkMap | None:
    """Where to go, with the stop of `task` as the next one; None where the walk is not on the plan."""
    way = facts.way
    if not (way.stops or way.unreached):
        return None
    open_picks = {str(one.id) for one in facts.open_tasks}
    stops = tuple(
        MapStop(x, y, "current" if task and str(task.id) in picks else "open" if open_picks & {*picks} else "done")
        for x, y, picks in way.stops
    )
    return drawn_walk(way, facts.ground.aisles, stops)


def drawn_walk(way: Way, aisles: Iterable[Aisle], stops: tuple[MapStop, ...]) -> WalkMap:
    """A way on the plan: aisles that are open and closed, its stops, and the bins that no open aisle leads to."""
    lines = [((one.x1_mm, one.y1_mm, one.x2_mm, one.y2_mm), one.closed) for one in aisles]
    return WalkMap(
        aisles=tuple(line for line, closed in lines if not closed),
        way=way.corners,
        stops=stops,
        closed=tuple(line for line, closed in lines if closed),
        unreached=tuple((x, y) for x, y, _ in way.unreached),
    )


def _between_orders(facts: PickingFacts, feedback: Feedback | None) -> Prompt:
    rows = tuple(
        Row((one.number, one.partner, one.due.isoformat() if one.due else "", str(one.picks), one.person))
        for one in facts.waiting
    )
    return Prompt("picking.scan_order", columns=ORDER_COLUMNS, rows=rows, feedback=feedback, commands=("UNDO", "NEXT"))


def _instruction(state: PickingState, task: Task | None, facts: PickingFacts) -> str:
    if state.asking:
        return {"short": "picking.why_short", "empty": "picking.is_bin_empty"}.get(
            state.asking, f"picking.ask_{state.asking}"
        )
    if state.pending.raw:
        return "picking.scan_again"
    if state.slot or not (state.clustered or state.tote):
        return "picking.put_tote" if state.slot else "picking.scan_tote"
    if state.hand and task:
        return "picking.put_into_slot"
    if state.bin is None or task is None:
        return "picking.go_where_closed" if task and facts.is_unreached(task) else "picking.go_to_bin"
    return "picking.scan_lot" if task.number else "picking.scan_item"


def _told(state: PickingState, facts: PickingFacts, task: Task | None) -> dict[str, str]:
    spot = facts.spot(state.bin)
    told = {"document": facts.order.number if facts.order else "", "tote": state.tote_number}
    told["bin"] = task.address if task else ""
    if slot := facts.walk.of(state.slot) if facts.walk and state.slot else facts.slot_of(task):
        told |= {"slot": str(slot.slot), "order": slot.number}
        told["tote"] = slot.tote_number if state.clustered else state.tote_number
    if spot is not None:
        told["bin"] = spot.address
    if task is not None:
        told |= {"sku": task.sku, "lot": task.number, "tracking": numbered_by(task.tracking)}
        much = state.hand.quantity if state.hand else task.open
        told |= {"quantity": format_quantity(much), "amount": amount(much, task.uom, task.sku)}
    return told


def _commands(state: PickingState, facts: PickingFacts) -> tuple[str, ...]:
    if state.asking:
        return ("CANCEL",)
    if not has_tote(state, facts):
        return ("UNDO", "NEW_TOTE", "PAUSE")
    if state.bin is None:
        return ("UNDO", "SKIP", "NEW_TOTE", "PAUSE")
    named = state.hand or state.last
    more = ("QUANTITY",) if named and any(task.key == named.key for task in facts.at(state.bin)) else ()
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


def _count(state: PickingState, task: Task) -> Count:
    """How much of the pick is done; with goods in the hand, how much goes into the slot."""
    if state.hand:
        return Count(format_quantity(state.hand.quantity), unit=task.uom)
    return Count(format_quantity(task.done), format_quantity(task.qty), task.uom)


def _row(task: Task, facts: PickingFacts, *, current: bool) -> Row:
    quantities = (format_quantity(task.done), format_quantity(task.qty), task.uom)
    state = "done" if not task.open else "current" if current else "open"
    slot = facts.slot_of(task)
    whose = (str(slot.slot), slot.number) if slot else ("", "") if facts.walk else ()
    return Row((*whose, task.address, task.sku, task.number, *quantities), state)
