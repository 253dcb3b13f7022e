"""What a scan means on the walk: a tote, a bin, goods; and whether a second scan of it would be a swap."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from app.database.picking import Elsewhere
from app.dialogs.definition import Pending
from app.dialogs.dialog import Feedback, Prompt, Result, Scanned
from app.dialogs.grammar import error, names, not_understood, ok, warning
from app.dialogs.picking.commands import PickGoods
from app.dialogs.picking.prompt import current, has_tote, numbered_by
from app.dialogs.picking.state import Hand, Last, PickingState, Swap
from app.domain.codes import look_up_key, read_code
from app.domain.picking import match_bin, match_goods
from app.domain.policies import Answer
from app.domain.scanning import Candidate, CodeKind
from app.domain.values import format_quantity
from app.services.picking import Lying, PickingFacts, Spot, Task, Tote

NEW_TOTE_PREFIX = "T-"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scan came to: a tote, goods to book (`unit` and `sku` for the words), or words alone."""

    state: PickingState
    feedback: Feedback | None = None
    tote: Tote | None = None
    picked: PickGoods | None = None
    sku: str = ""
    unit: str = ""


def scan(state: PickingState, event: Scanned, facts: PickingFacts) -> Verdict:
    """Judge a scan; whatever was pending before is not any more."""
    state = replace(state, pending=Pending(), swap=None, new_tote="")
    if not has_tote(state, facts) or not event.reading.of(CodeKind.LOCATION, CodeKind.ITEM):
        return _beside_the_goods(state, event, facts)
    if event.reading.of(CodeKind.LOCATION):
        return _bin(state, event, facts)
    return _goods(state, event, facts)


def _beside_the_goods(state: PickingState, event: Scanned, facts: PickingFacts) -> Verdict:
    """A tote, known or new; a bare lot number; or something that does not belong here."""
    reading = event.reading
    if reading.faults:
        return Verdict(state, not_understood(event))
    if reading.of(CodeKind.HANDLING_UNIT):
        return _tote(state, event, facts)
    if reading.of(CodeKind.DOCUMENT):
        in_hand = facts.order.number if facts.order else ""
        return Verdict(state, error("picking.order_in_hand", scan=event.scan.raw, document=in_hand))
    if not reading.candidates and look_up_key(_text(event)).startswith(NEW_TOTE_PREFIX):
        number = look_up_key(_text(event))
        pending = replace(state, pending=Pending(event.scan.raw, "tote"), new_tote=number)
        return Verdict(pending, warning("picking.new_tote", tote=number))
    if not has_tote(state, facts):
        return Verdict(state, _wanted(event, "picking.tote_first", CodeKind.HANDLING_UNIT))
    return _goods(state, event, facts)


def _text(event: Scanned) -> str:
    """The characters of a plain code, without what the scanner puts in front."""
    return read_code(event.scan.raw, event.scan.symbology).text


def _wanted(event: Scanned, code: str, kind: CodeKind) -> Feedback:
    """A known code at the wrong moment is told what comes first; any other is not understood."""
    return error(code, scan=event.scan.raw) if event.reading.candidates else not_understood(event, kind)


def _tote(state: PickingState, event: Scanned, facts: PickingFacts) -> Verdict:
    scanned = {one.id for one in event.reading.of(CodeKind.HANDLING_UNIT)}
    found = next((one for one in facts.totes if one.id in scanned), None)
    if found is None or found.kind != "tote":
        return Verdict(state, error("picking.not_a_tote", tote=event.reading.candidates[0].label))
    if state.hand:
        return into_slot(state, found, facts)
    assert facts.order is not None
    if taken := taken_elsewhere(found, {state.slot} if state.slot else facts.order.orders):
        return Verdict(state, taken)
    if state.clustered and state.slot is None:
        return Verdict(state, error("picking.goods_first", tote=found.number))
    if found.id == state.tote:
        return Verdict(state, ok("picking.same_tote", tote=found.number))
    return Verdict(state, tote=found)


def taken_elsewhere(tote: Tote, orders: Collection[UUID]) -> Feedback | None:
    """Why a tote is not free for these orders: it holds goods of others, or somebody has it in their hand."""
    if other := tote.other_than(orders):
        return error("picking.tote_in_use", tote=tote.number, other=other)
    if claim := tote.claimed:
        return error("picking.tote_claimed", tote=tote.number, person=claim.person, document=claim.document)
    return None


def into_slot(state: PickingState, tote: Tote, facts: PickingFacts) -> Verdict:
    """The goods in the hand go into their own slot's tote, and into no other one."""
    assert state.hand is not None
    task = current(state, facts)
    slot = facts.slot_of(task)
    if task is None or slot is None or task.document is None:
        return Verdict(replace(state, hand=None), error("picking.task_gone"))
    if tote.id != slot.tote:
        beside = next((str(one.slot) for one in facts.walk.slots if one.tote == tote.id), "") if facts.walk else ""
        told = {"scanned": tote.number, "wanted": slot.tote_number, "slot": slot.slot, "beside": beside}
        return Verdict(state, error("picking.wrong_slot" if beside else "picking.not_on_cart", **told))
    picked = PickGoods(task.document, task.key, state.hand.quantity, tote.id)
    after = replace(state, hand=None, last=Last(task.key, state.hand.factor))
    return Verdict(after, None, tote, picked, task.sku, task.uom)


def _bin(state: PickingState, event: Scanned, facts: PickingFacts) -> Verdict:
    """One of the order's bins is right at once, another one with the goods on a second scan."""
    task = current(replace(state, bin=None), facts)
    assert task is not None
    found = [one for one in facts.spots if one.scanned and one.kind == "bin"]
    wanted = [one for one in found if facts.at(one.id)]
    if len(wanted) == 1:
        said = ok("picking.bin_right", bin=wanted[0].address)
        return Verdict(replace(state, bin=wanted[0].id, last=None, hand=None), said)
    if len(found) > 1:
        labels = names(event.reading.of(CodeKind.LOCATION))
        return Verdict(state, error("scan.ambiguous", scan=event.scan.raw, candidates=labels))
    if not found:
        label = event.reading.candidates[0].label
        return Verdict(state, error("picking.wrong_bin", scanned=label, wanted=task.address))
    return _other_bin(state, event, facts, task, found[0])


def _other_bin(state: PickingState, event: Scanned, facts: PickingFacts, task: Task, spot: Spot) -> Verdict:
    instead = _best(facts, task, spot.id)
    verdict = match_bin(task.pick, address=spot.address, zone=spot.zone, holds_item=instead is not None)
    told = verdict.facts
    if verdict.answer is not Answer.CONFIRM or instead is None:
        return Verdict(state, error("picking.wrong_bin", **told))
    swap = Swap(task.key, Elsewhere(spot.id, instead.trace, instead.unit))
    pending = replace(state, bin=None, last=None, hand=None, pending=Pending(event.scan.raw, "swap"), swap=swap)
    return Verdict(pending, warning("picking.other_bin", **told))


def _best(facts: PickingFacts, task: Task, place: UUID) -> Lying | None:
    """What to take in another bin: the same lot, else what expires first; never what has expired."""
    usable = [one for one in facts.lying(place, task) if one.expiry is None or one.expiry >= facts.today]
    return min(usable, default=None, key=lambda one: (one.trace != task.trace, one.free <= 0, str(one.expiry)))


def _goods(state: PickingState, event: Scanned, facts: PickingFacts) -> Verdict:
    """Goods are compared with the picks of this bin: the item, its lot or serial number, how many."""
    here = facts.at(state.bin)
    if not here:
        task = current(state, facts)
        return Verdict(state, error("picking.bin_first", bin=task.address if task else "", scan=event.scan.raw))
    item, number = _which(event, facts, here, state.bin)
    if item is None:
        return Verdict(state, not_understood(event, CodeKind.ITEM))
    tasks = [task for task in here if task.item == item.id]
    if not tasks:
        wanted = " / ".join(dict.fromkeys(task.sku for task in here))
        return Verdict(state, error("picking.wrong_item", scanned=item.label, wanted=wanted))
    lying = facts.lying(state.bin, tasks[0])
    if number is None and tasks[0].tracking != "none" and _must_tell(tasks, lying):
        return Verdict(state, _scan_the_number(tasks[0], lying))
    task = next((task for task in tasks if number in (None, task.number)), tasks[0])
    return _judge(state, event, facts, task, number=number, factor=item.factor)


def _which(
    event: Scanned, facts: PickingFacts, here: Sequence[Task], place: UUID | None
) -> tuple[Candidate | None, str | None]:
    """The scanned item, and its lot or serial number as far as it was told; a bare number finds its item here."""
    reading = event.reading
    items = reading.of(CodeKind.ITEM)
    told = reading.serial or reading.lot or (None if reading.candidates else _text(event))
    mine = [one for one in items if one.id in {task.item for task in here}] or items[:1]
    if mine:
        serial = any(task.item == mine[0].id and "serial" in task.tracking for task in here)
        return mine[0], (reading.serial if serial else reading.lot)
    for task in here:
        if told and any(one.number == told for one in facts.lying(place, task)):
            return Candidate(CodeKind.ITEM, task.item, task.sku, task.name, task.uom), told
    return None, None


def _must_tell(tasks: Sequence[Task], lying: Sequence[Lying]) -> bool:
    """Whether goods of several numbers lie here, so that the item alone does not tell which ones are in the hand."""
    return "serial" in tasks[0].tracking or len({one.trace for one in lying}) > 1


def _scan_the_number(task: Task, lying: Sequence[Lying]) -> Feedback:
    lots = ", ".join(sorted({one.number for one in lying}))
    return error("picking.scan_the_lot", sku=task.sku, lots=lots, tracking=numbered_by(task.tracking))


def _judge(
    state: PickingState, event: Scanned, facts: PickingFacts, task: Task, *, number: str | None, factor: Decimal
) -> Verdict:
    """Compare goods with their pick; `factor` is how many base units the scanned packaging holds."""
    quantity = factor * (event.reading.quantity or 1)
    there = next((one for one in facts.lying(state.bin, task) if one.number == number), None)
    expiry = event.reading.expiry or event.reading.best_before or (there.expiry if there else None)
    verdict = match_goods(task.pick, sku=task.sku, today=facts.today, lot=number, expiry=expiry)
    told = {**verdict.facts, "tracking": numbered_by(task.tracking)}
    if verdict.answer is Answer.REFUSE:
        return Verdict(state, error(f"picking.{verdict.kind}", **told))
    if quantity > task.open:
        few = {"scanned": format_quantity(quantity), "open": format_quantity(task.open)}
        return Verdict(state, error("picking.too_many", **few))
    if verdict.answer is Answer.ACCEPT and state.clustered:
        return in_hand(state, task, facts, factor=factor)
    assert task.document is not None
    if verdict.answer is Answer.ACCEPT and state.tote:
        picked = PickGoods(task.document, task.key, quantity, state.tote)
        return Verdict(replace(state, last=Last(task.key, factor)), None, None, picked, task.sku, task.uom)
    if there is None:
        return Verdict(state, error("picking.lot_not_here", **told))
    at_once = Decimal(0) if state.clustered else quantity
    swap = Swap(task.key, Elsewhere(there.location, there.trace, there.unit), at_once)
    pending = replace(state, pending=Pending(event.scan.raw, "swap"), swap=swap)
    return Verdict(pending, warning("picking.other_lot", **told))


def in_hand(state: PickingState, task: Task, facts: PickingFacts, *, factor: Decimal) -> Verdict:
    """These are the right goods: all of the pick goes into its slot, of serial numbers this piece."""
    quantity = Decimal(1) if "serial" in task.tracking else task.open
    slot = facts.slot_of(task)
    said = ok("picking.right_goods", sku=task.sku, slot=slot.slot if slot else "")
    return Verdict(replace(state, last=None, hand=Hand(task.key, quantity, factor)), said)


def tote_made(event: Result, shown: Prompt) -> Feedback | None:
    """What is said of a tote that was made known: where its label prints, if it came without a number of its own."""
    printer, said = event.facts.get("printer"), shown.feedback
    if printer is None or said is None:
        return said
    told = {**said.facts, "tote": event.facts["number"], "printer": printer}
    code = "picking.tote_made_in_slot" if said.facts.get("slot") else "picking.tote_made"
    return ok(code, **told) if printer else warning(f"{code}_by_hand", **told)
