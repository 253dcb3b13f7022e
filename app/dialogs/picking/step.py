"""The decisions of picking, pure: which order, which tote, and what every key and every end of a pick means.

What a scan of a bin or of goods means stands in `scans`.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.dialogs.definition import Pending
from app.dialogs.dialog import Event, Feedback, Key, Outcome, Result, Scanned
from app.dialogs.grammar import amount, done, error, not_understood, ok, warning
from app.dialogs.picking.commands import ClaimTote, Command, Count, GiveBack, PickGoods, PutTote
from app.dialogs.picking.facts import at_once
from app.dialogs.picking.prompt import current, has_tote, show
from app.dialogs.picking.scans import Verdict, in_hand, scan, tote_made
from app.dialogs.picking.state import Hand, PickingState
from app.dialogs.runner import as_key
from app.domain.errors import Refusal
from app.domain.scanning import CodeKind
from app.domain.values import format_quantity, parse_in_units
from app.services.order_desk import ORDER
from app.services.picking import PickingFacts, Task, Together

Out = Outcome[PickingState, Command]


def step(state: PickingState, event: Event, facts: PickingFacts) -> Out:
    """One event of picking."""
    if command := at_once(state, event):
        return Outcome(_settled(state), show(state, facts, None), (command,))
    if isinstance(event, Result) and event.kind != ORDER:
        return _result(state, event, facts)
    if state.document is None:
        return _without_order(event, facts)
    if stop := _stopped(state, facts):
        return _show(PickingState(), PickingFacts(), stop, *_left_for_later(facts))
    return _told_aside(_with_order(_at_work(state, facts), event, facts), facts)


def _at_work(state: PickingState, facts: PickingFacts) -> PickingState:
    """Goods in the hand, and a bin before which one stands, are forgotten when nothing of them is wanted any more."""
    here = facts.at(state.bin)
    if state.hand and state.hand.key not in [task.key for task in here]:
        state = replace(state, hand=None, asking="")
    if state.asking or state.bin is None or here:
        return state
    return replace(state, bin=None, last=None)


def _with_order(state: PickingState, event: Event, facts: PickingFacts) -> Out:
    match as_key(event):
        case Key() as key:
            return _key(state, key, facts)
        case Scanned() as scanned:
            return _scanned(state, scanned, facts)
        case _:
            asking = "empty" if state.asking == "empty" else ""
            return _show(replace(_settled(state), asking=asking), facts, _changed(event, facts))


def _changed(event: Event, facts: PickingFacts) -> Feedback | None:
    """What the office did to the order in hand, where this is news of it."""
    if not isinstance(event, Result) or facts.order is None or not facts.order.news.change:
        return None
    news = facts.order.news
    return warning("picking.order_changed", document=facts.order.number, change=news.change, person=news.changed_by)


def _told_aside(out: Out, facts: PickingFacts) -> Out:
    """An order of the walk was cancelled or held: that goes before whatever else is to be said.

    A tote with goods is taken off the cart; an empty one may stay in its slot.
    """
    slots = facts.walk.slots if facts.walk and out.state.document else ()
    going_on = {one.order for one in slots if one.decision == "released"}
    state = replace(out.state, aside=tuple(one for one in out.state.aside if one not in going_on))
    ended = [one for one in slots if one.decision != "released" and one.tote and one.order not in state.aside]
    if not ended:
        return replace(out, state=state)
    slot = ended[0]
    tote = facts.tote(slot.tote)
    code = "hold" if slot.decision == "held" else "ended" if tote and tote.holds else "ended_empty"
    told = warning(f"picking.order_{code}", document=slot.number, slot=slot.slot, tote=slot.tote_number)
    kept = replace(state, aside=(*state.aside, slot.order))
    return Outcome(kept, replace(out.prompt, feedback=told), out.commands)


def _show(state: PickingState, facts: PickingFacts, feedback: Feedback | None, *commands: Command) -> Out:
    if facts.clustered and state.document and state.slot is None and (empty := facts.empty_slot):
        state = replace(state, slot=empty.order, hand=None)
    return Outcome(state, show(state, facts, feedback), commands)


def _settled(state: PickingState) -> PickingState:
    """Nothing is pending or asked any more."""
    return replace(state, asking="", short=None, short_of=None, pending=Pending(), swap=None, new_tote="")


def _without_order(event: Event, facts: PickingFacts) -> Out:
    match as_key(event):
        case Key() as key:
            return _show(PickingState(), facts, error("dialog.not_now", command=key.command))
        case Scanned() as scanned:
            wanted = not_understood(scanned, CodeKind.DOCUMENT, CodeKind.HANDLING_UNIT)
            return _show(PickingState(), facts, wanted)
        case _:
            return _show(PickingState(), facts, None)


def _stopped(state: PickingState, facts: PickingFacts) -> Feedback | None:
    """Why nobody may go on with the order in hand, if so."""
    order = facts.order
    if order is None:
        return error("document.unknown")
    over = order.walk is not None and order.decision == "closed"  # the last bin may still be looked at
    if order.decision != "released" and not over:
        told = {"hold": order.news.hold, "note": order.news.note, "person": order.news.person}
        code = "on_hold" if order.news.stopped(order.decision) == "on_hold" else "not_released"
        return error(f"picking.{code}", document=order.number, decision=order.decision, **told)
    if order.walk and (stop := _with_others(order.number, order.walk)):
        return stop
    if order.other:
        return error("picking.leased", document=order.number, person=order.other)
    if not facts.open_tasks and not state.asking:
        return warning("picking.nothing_to_pick", document=order.number)
    return None


def _with_others(number: str, walk: Together) -> Feedback | None:
    """Whether a walk is entered from paper, or kept for somebody else."""
    if walk.listed:
        return error("waves.on_paper", walk=number, person="")
    return error("waves.kept_for", walk=number, person=walk.kept_for) if walk.kept_for else None


def _result(state: PickingState, event: Result, facts: PickingFacts) -> Out:
    """A command ended, and this is what it came to."""
    match event.kind:
        case "taken" if event.state == "nothing":
            code = "nothing_fits" if event.facts.get("cart") else "nothing_waits"
            return _show(PickingState(), facts, warning(f"picking.{code}"))
        case "taken":
            return _taken(event, facts)
        case "tote" | "slot" as kind:
            into = _into_the_slot if kind == "slot" else _with_tote
            taken = into(state, facts, UUID(event.facts["tote"]), event.facts["number"])
            return replace(taken, prompt=replace(taken.prompt, feedback=tote_made(event, taken.prompt)))
        case "bin_swapped":
            told = {"bin": spot.address if (spot := facts.spot(event.about)) else "", **event.facts}
            return _show(replace(state, bin=event.about), facts, ok("picking.bin_swapped", **told))
        case "lot_swapped":
            return go_on(replace(state, last=None), facts, warning("picking.lot_swapped"))
        case _:
            return _after_short(state, event, facts)


def _taken(event: Result, facts: PickingFacts) -> Out:
    assert facts.order is not None
    state = PickingState(document=facts.order.id, clustered=facts.clustered)
    if facts.walk:
        count = len({task.document for task in facts.open_tasks})
        taken = ok("picking.walk_taken", walk=facts.order.number, orders=count, picks=len(facts.open_tasks))
        return _show(state, facts, taken)
    totes = [one for one in facts.totes if str(one.id) == event.facts.get("tote")]
    if totes:
        return _with_tote(state, facts, totes[0].id, totes[0].number)
    taken = ok("picking.order_taken", document=facts.order.number, partner=facts.order.partner)
    return _show(state, facts, taken)


def _with_tote(state: PickingState, facts: PickingFacts, tote: UUID, number: str, *commands: Command) -> Out:
    document = facts.order.number if facts.order else ""
    said = ok("picking.tote_changed" if state.tote else "picking.tote_taken", tote=number, document=document)
    return _show(replace(_settled(state), tote=tote, tote_number=number), facts, said, *commands)


def _put(state: PickingState, facts: PickingFacts, tote: UUID, number: str) -> Out:
    """A known tote for the slot that asks for one."""
    assert state.document is not None
    assert state.slot is not None
    command = PutTote(state.document, state.slot, tote)
    return _into_the_slot(state, facts.with_tote(state.slot, tote, number), tote, number, command)


def _into_the_slot(state: PickingState, facts: PickingFacts, tote: UUID, number: str, *commands: Command) -> Out:
    slot = next((one for one in facts.walk.slots if one.tote == tote), None) if facts.walk else None
    told = {"slot": slot.slot, "document": slot.number} if slot else {"slot": "", "document": ""}
    said = ok("picking.tote_in_slot", tote=number, **told)
    return _show(replace(_settled(state), slot=None), facts, said, *commands)


def _after_short(state: PickingState, event: Result, facts: PickingFacts) -> Out:
    """What is missing was reserved elsewhere, or stays open and other goods are named; either way the walk goes on."""
    if event.facts["backorder"] == "0":
        code = "picking.short_elsewhere"
    else:
        code = "picking.short_instead" if event.facts.get("instead") else "picking.short_backorder"
    return go_on(replace(state, last=None, bin=None, hand=None), facts, warning(code, **event.facts))


def _scanned(state: PickingState, event: Scanned, facts: PickingFacts) -> Out:
    if state.asking:
        return _show(state, facts, error("picking.answer_first", scan=event.scan.raw))
    verdict = scan(state, event, facts)
    if verdict.picked:
        return _picked_up(verdict, facts, verdict.picked)
    if verdict.tote and state.slot:
        return _put(state, facts, verdict.tote.id, verdict.tote.number)
    if verdict.tote and state.document:
        claim = ClaimTote(state.document, verdict.tote.id)
        return _with_tote(state, facts, verdict.tote.id, verdict.tote.number, claim)
    return _show(verdict.state, facts, verdict.feedback)


def _picked_up(verdict: Verdict, facts: PickingFacts, picked: PickGoods) -> Out:
    """Goods are booked; of the same goods, what other slots want of them is in the hand at once."""
    tote = verdict.tote.number if verdict.tote else verdict.state.tote_number
    said = ok("picking.picked", tote=tote, amount=amount(picked.quantity, verdict.unit, verdict.sku))
    after, state = facts.after(picked.key, picked.quantity), verdict.state
    if state.clustered and state.last:
        state = _next_slot(state, after, picked, factor=state.last.factor)
    return go_on(state, after, said, picked)


def _next_slot(state: PickingState, facts: PickingFacts, picked: PickGoods, *, factor: Decimal) -> PickingState:
    same = [
        task
        for task in facts.at(state.bin)
        if (task.trace, task.unit) == (picked.key.trace, picked.key.unit)
        and task.item == next(done.item for done in facts.tasks if done.key == picked.key)
        and "serial" not in task.tracking
    ]
    return in_hand(state, same[0], facts, factor=factor).state if same else state


def go_on(state: PickingState, facts: PickingFacts, feedback: Feedback, *commands: Command) -> Out:
    """After a pick: ask whether a bin that should be empty is, else to the next goods, the next bin, or the end."""
    spot = facts.spot(state.bin)
    if not facts.at(state.bin):
        if spot is not None and spot.held == 0 and not state.asking:
            return _show(replace(state, asking="empty"), facts, feedback, *commands)
        state = replace(state, bin=None, last=None, hand=None, asking="")
    if facts.open_tasks:
        return _show(state, facts, feedback, *commands)
    return _show(PickingState(), PickingFacts(), _picked(state, facts), *commands, *_left_for_later(facts))


def _left_for_later(facts: PickingFacts) -> tuple[Command, ...]:
    """A walk of which only held orders are left waits for whoever comes when they go on."""
    order, slots = facts.order, facts.walk.slots if facts.walk else ()
    held = any(one.decision == "held" for one in slots)
    kept = facts.walk is not None and facts.walk.kept_for
    mine = order is not None and order.decision == "released" and not order.other and not kept
    return (GiveBack(order.id),) if held and order and mine and not facts.open_tasks else ()


def _picked(state: PickingState, facts: PickingFacts) -> Feedback:
    """The order is picked, in full or not; where its tote belongs."""
    assert facts.order is not None
    told = {"document": facts.order.number, "tote": state.tote_number, "place": facts.packing}
    if walk := facts.walk:
        totes = [one.tote_number for one in walk.slots if one.tote] if state.clustered else [state.tote_number]
        told |= {"tote": ", ".join(totes), "place": walk.lane or facts.packing}
        short = "_short" if facts.order.incomplete else ""
        return done(f"picking.walk_picked{short}", lines=facts.order.incomplete, **told)
    if facts.order.incomplete:
        return done("picking.order_picked_short", lines=facts.order.incomplete, **told)
    return done("picking.order_picked", **told)


def _key(state: PickingState, key: Key, facts: PickingFacts) -> Out:
    if key.command == "CANCEL" and state.asking != "empty":
        return _show(_settled(state), facts, None)
    answers: dict[str, Callable[[PickingState, Key, PickingFacts], Out]] = {
        "quantity": _typed,
        "empty": _zero_check,
        "": _command,
    }
    return answers.get(state.asking, _not_now)(state, key, facts)


def _not_now(state: PickingState, key: Key, facts: PickingFacts) -> Out:
    return _show(state, facts, error("dialog.not_now", command=key.command))


def _command(state: PickingState, key: Key, facts: PickingFacts) -> Out:
    task = current(state, facts)
    assert task is not None
    assert state.document is not None
    match key.command:
        case "QUANTITY" if (named := state.hand or state.last) and task.key == named.key:
            return _show(replace(_settled(state), asking="quantity"), facts, None)
        case "NEW_TOTE" if state.clustered:
            return _show(replace(_settled(state), slot=task.document), facts, None)
        case "SHORT" | "DAMAGED":
            return _short(state, task, facts)
        case "SKIP" if has_tote(state, facts):
            skipped = replace(_settled(state), bin=None, last=None, hand=None, skipped=(*state.skipped, task.id))
            return _show(skipped, facts, warning("picking.skipped", bin=task.address, sku=task.sku))
        case "PAUSE":
            number = facts.order.number if facts.order else ""
            given = ok("picking.given_back", document=number, tote=state.tote_number)
            return _show(PickingState(), PickingFacts(), given, GiveBack(state.document))
        case _:
            return _not_now(state, key, facts)


def _short(state: PickingState, task: Task, facts: PickingFacts) -> Out:
    """Something is missing in the bin: why, is asked where one stands before it."""
    if not state.bin or not has_tote(state, facts):
        return _show(_settled(state), facts, error("picking.bin_first", bin=task.address))
    return _show(replace(_settled(state), asking="short", short=task.key, short_of=task.document), facts, None)


def _typed(state: PickingState, key: Key, facts: PickingFacts) -> Out:
    """So many more of what was picked last, or so many into the slot, in the packaging that was scanned."""
    task, named = current(state, facts), state.hand or state.last
    if key.command != "ENTER" or task is None or named is None or task.document is None:
        return _not_now(state, key, facts)
    try:
        quantity = parse_in_units(
            key.text, base=task.uom, units=task.packagings, decimals=task.decimals, default=named.factor
        )
    except Refusal as refusal:
        return _show(state, facts, error(refusal.code, **refusal.facts))
    if quantity > task.open:
        few = {"scanned": format_quantity(quantity), "open": format_quantity(task.open)}
        return _show(state, facts, error("picking.too_many", **few))
    if state.clustered or state.tote is None:
        return _show(replace(_settled(state), hand=Hand(task.key, quantity, named.factor)), facts, None)
    picked = PickGoods(task.document, task.key, quantity, state.tote)
    said = ok("picking.picked", tote=state.tote_number, amount=amount(quantity, task.uom, task.sku))
    return go_on(_settled(state), facts.after(task.key, quantity), said, picked)


def _zero_check(state: PickingState, key: Key, facts: PickingFacts) -> Out:
    """The book says that the bin is empty now: is it?"""
    spot = facts.spot(state.bin)
    address = spot.address if spot else ""
    item = next((task.item for task in facts.tasks if task.location == state.bin), None)
    match key.command:
        case "EMPTY" | "CONFIRM":
            return go_on(state, facts, ok("picking.bin_empty", bin=address))
        case "NOT_EMPTY" if state.bin and item:
            return go_on(state, facts, warning("picking.count_raised", bin=address), Count(state.bin, item))
        case _:
            return _not_now(state, key, facts)
