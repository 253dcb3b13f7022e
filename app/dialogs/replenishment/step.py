"""The decisions of replenishment, pure: source bin, goods, pick face; each scan is checked before the next is asked."""

from dataclasses import replace

from app.dialogs.dialog import Event, Feedback, Key, Outcome, Result, Scanned
from app.dialogs.grammar import amount, error, not_understood, ok, warning
from app.dialogs.replenishment.commands import NOBODY, Book, Command, End, GiveBack, Take
from app.dialogs.replenishment.facts import takes_next
from app.dialogs.replenishment.prompt import show
from app.dialogs.replenishment.state import ReplenishmentState
from app.dialogs.runner import as_key
from app.domain.errors import Refusal
from app.domain.scanning import CodeKind
from app.domain.values import parse_in_units
from app.services.replenishment import Refill, ReplenishmentFacts

Out = Outcome[ReplenishmentState, Command]


def step(state: ReplenishmentState, event: Event, facts: ReplenishmentFacts) -> Out:
    """One event of replenishment."""
    if takes_next(state, event):
        skipped = (*state.skipped, state.task) if state.task else state.skipped
        return _show(ReplenishmentState(skipped=skipped), facts, None, Take(skipped, state.task))
    match as_key(event):
        case Result(kind="taken") as result:
            return _taken(state, result, facts)
        case _ if state.task and (facts.task is None or facts.task.other):
            return _show(ReplenishmentState(skipped=state.skipped), facts, warning("replenishment.gone"))
        case Key() as key:
            return _key(state, key, facts)
        case Scanned() as scanned:
            return _scan(state, scanned, facts)
        case _:
            return _show(replace(state, asking=False), facts, None)


def _show(state: ReplenishmentState, facts: ReplenishmentFacts, feedback: Feedback | None, *commands: Command) -> Out:
    return Outcome(state, show(state, facts, feedback), commands)


def _taken(state: ReplenishmentState, result: Result, facts: ReplenishmentFacts) -> Out:
    if result.about == NOBODY or facts.task is None:
        said = "replenishment.only_skipped" if state.skipped else "replenishment.nothing_left"
        return _show(ReplenishmentState(), facts, warning(said, count=len(state.skipped)))
    return _show(ReplenishmentState(task=facts.task.id, skipped=state.skipped), facts, None)


def _key(state: ReplenishmentState, key: Key, facts: ReplenishmentFacts) -> Out:
    task = facts.task if state.task else None
    match key.command:
        case "CANCEL" if state.asking:
            return _show(replace(state, asking=False), facts, None)
        case "CANCEL" if task:
            return _show(ReplenishmentState(skipped=state.skipped), facts, None, GiveBack(task.id))
        case "ENTER" if state.asking and task:
            return _typed(state, key, facts, task)
        case "QUANTITY" if task and not state.asking:
            return _show(replace(state, asking=True), facts, None)
        case "SHORT" if task and not state.asking:
            said = ok("replenishment.short", source=task.source_address, sku=task.sku)
            return _show(ReplenishmentState(skipped=state.skipped), facts, said, End(task.id))
        case _:
            return _show(state, facts, error("dialog.not_now", command=key.command))


def _typed(state: ReplenishmentState, key: Key, facts: ReplenishmentFacts, task: Refill) -> Out:
    """A part of the task is carried now; the rest stays to be done."""
    try:
        quantity = parse_in_units(key.text, base=task.uom, units=task.packagings, decimals=task.decimals)
    except Refusal as refusal:
        return _show(state, facts, error(refusal.code, **refusal.facts))
    if quantity > task.open:
        asked = amount(task.open, task.uom, task.sku)
        return _show(state, facts, error("replenishment.less_asked", amount=asked))
    return _show(replace(state, asking=False, quantity=quantity), facts, None)


def _scan(state: ReplenishmentState, event: Scanned, facts: ReplenishmentFacts) -> Out:
    task = facts.task if state.task else None
    if task is None:
        return _show(state, facts, error("replenishment.press_next_first", scan=event.scan.raw))
    if state.asking:
        return _show(state, facts, error("replenishment.answer_first", scan=event.scan.raw))
    if event.reading.faults:
        return _show(state, facts, not_understood(event))
    if state.stage == "goods":
        return _goods(state, event, facts, task)
    return _place(state, event, facts, task)


def _place(state: ReplenishmentState, event: Scanned, facts: ReplenishmentFacts, task: Refill) -> Out:
    """The source bin, or the pick face: no other place will do."""
    if not event.reading.of(CodeKind.LOCATION):
        return _show(state, facts, not_understood(event, CodeKind.LOCATION))
    wanted, address = (task.source, task.source_address) if state.stage == "source" else (task.face, task.face_address)
    if wanted not in {one.id for one in event.reading.of(CodeKind.LOCATION)}:
        return _show(state, facts, error("replenishment.wrong_place", scan=event.scan.raw, place=address))
    if state.stage == "source":
        return _show(replace(state, stage="goods"), facts, None)
    quantity = state.quantity or task.open
    told = {"amount": amount(quantity, task.uom, task.sku), "face": task.face_address}
    said = ok("replenishment.booked_part" if quantity < task.open else "replenishment.booked", **told)
    return _show(ReplenishmentState(skipped=state.skipped), facts, said, Book(task, quantity))


def _goods(state: ReplenishmentState, event: Scanned, facts: ReplenishmentFacts, task: Refill) -> Out:
    """The goods of the task: the item in the right lot, or the unit that they stand in."""
    reading = event.reading
    if task.unit in {one.id for one in reading.of(CodeKind.HANDLING_UNIT)}:
        return _show(replace(state, stage="face"), facts, None)
    if not reading.of(CodeKind.ITEM):
        return _show(state, facts, not_understood(event, CodeKind.ITEM))
    if task.item not in {one.id for one in reading.of(CodeKind.ITEM)}:
        return _show(state, facts, error("replenishment.wrong_item", scan=event.scan.raw, sku=task.sku))
    number = reading.lot or reading.serial
    if task.lot and number and number != task.lot:
        return _show(state, facts, error("replenishment.wrong_lot", scan=number, lot=task.lot))
    return _show(replace(state, stage="face"), facts, None)
