"""The decisions of consolidation, pure: where a tote goes, when an order is together, into which tote goods go."""

from dataclasses import replace
from decimal import Decimal

from app.dialogs.consolidation.commands import NEW_TOTE, Bring, Command, Sort
from app.dialogs.consolidation.prompt import show, taken_goods
from app.dialogs.consolidation.state import ConsolidationState, Taken
from app.dialogs.definition import Pending
from app.dialogs.dialog import Event, Feedback, Key, Outcome, Result, Scanned
from app.dialogs.grammar import amount, done, error, not_understood, ok, warning
from app.dialogs.runner import as_key
from app.domain.codes import look_up_key, read_code
from app.domain.errors import Refusal
from app.domain.scanning import CodeKind
from app.domain.values import format_quantity, parse_in_units
from app.services.consolidation import ConsolidationFacts, Goods, Order, Tote

Out = Outcome[ConsolidationState, Command]
NEW_TOTE_PREFIX = "T-"


def step(state: ConsolidationState, event: Event, facts: ConsolidationFacts) -> Out:
    """One event of consolidation."""
    match as_key(event):
        case Key() as key:
            return _key(state, key, facts)
        case Scanned() as scanned if state.asking:
            return _show(state, facts, error("picking.answer_first", scan=scanned.scan.raw))
        case Scanned() as scanned:
            return _scanned(state, scanned, facts)
        case Result(kind=kind) as result if kind == NEW_TOTE:
            told = dict(result.facts)
            code = "picking.tote_made" if state.sorting else "consolidation.last_tote_made"
            made = ok(code, **told) if told["printer"] else warning(f"{code}_by_hand", **told)
            return _show(state, facts, made)
        case _:
            return _show(replace(state, asking=False, pending=Pending(), new_tote=""), facts, None)


def _show(state: ConsolidationState, facts: ConsolidationFacts, feedback: Feedback | None, *commands: Command) -> Out:
    return Outcome(state, show(state, facts, feedback), commands)


def _key(state: ConsolidationState, key: Key, facts: ConsolidationFacts) -> Out:
    tote, goods = facts.tote(state.tote), taken_goods(state, facts)
    match key.command:
        case "CANCEL" if state.asking:
            return _show(replace(state, asking=False), facts, None)
        case "CANCEL" if tote:
            left = (
                warning("consolidation.not_empty", tote=tote.number, lines=len(tote.goods)) if state.sorting else None
            )
            return _show(ConsolidationState(), ConsolidationFacts(), left)
        case "QUANTITY" if goods and not state.asking:
            return _show(replace(state, asking=True), facts, None)
        case "ENTER" if goods and state.asking:
            return _typed(state, key, facts, goods)
        case "NEW_TOTE" if tote and goods and state.taken and not state.asking:
            return _sorted(state, facts, tote, goods, Sort(tote.id, state.taken))
        case _:
            return _show(state, facts, error("dialog.not_now", command=key.command))


def _typed(state: ConsolidationState, key: Key, facts: ConsolidationFacts, goods: Goods) -> Out:
    """Fewer than all of them go into this tote."""
    try:
        quantity = parse_in_units(
            key.text, base=goods.uom, units=goods.packagings, decimals=goods.decimals, default=Decimal(1)
        )
    except Refusal as refusal:
        return _show(state, facts, error(refusal.code, **refusal.facts))
    if quantity > goods.qty:
        few = {"scanned": format_quantity(quantity), "open": format_quantity(goods.qty)}
        return _show(state, facts, error("picking.too_many", **few))
    return _show(replace(state, asking=False, taken=Taken(goods.line, goods.trace, quantity)), facts, None)


def _scanned(state: ConsolidationState, event: Scanned, facts: ConsolidationFacts) -> Out:
    tote = facts.tote(state.tote)
    if tote is None or not tote.goods:
        return _tote_first(event, facts)
    if state.sorting:
        return _sorting(state, event, facts, tote)
    return _brought(state, event, facts, tote)


def _scanned_tote(event: Scanned, facts: ConsolidationFacts) -> Tote | None:
    scanned = {one.id for one in event.reading.of(CodeKind.HANDLING_UNIT)}
    return next((one for one in facts.totes if one.id in scanned and one.kind == "tote"), None)


def _tote_first(event: Scanned, facts: ConsolidationFacts) -> Out:
    """Which tote it is: of one order, or of several."""
    tote = _scanned_tote(event, facts)
    if tote is None:
        return _show(ConsolidationState(), facts, not_understood(event, CodeKind.HANDLING_UNIT))
    if not tote.goods:
        return _show(ConsolidationState(), facts, error("consolidation.tote_empty", tote=tote.number))
    orders = {one.order for one in tote.goods}
    first = facts.order(tote.goods[0].order)
    if all(facts.stays(one) for one in tote.goods):
        return _show(ConsolidationState(), ConsolidationFacts(), _all_stays(facts, tote))
    if len(orders) > 1 or (first.shared and first.tote != tote.id):
        said = ok("consolidation.sorts", tote=tote.number, orders=len(orders))
        return _show(ConsolidationState(tote=tote.id, sorting=True), facts, said)
    if first.lane is None or first.lane == tote.place:
        return _show(ConsolidationState(), ConsolidationFacts(), _together(first, facts))
    return _show(ConsolidationState(tote=tote.id), facts, None)


def _together(order: Order, facts: ConsolidationFacts, *, brought: Tote | None = None) -> Feedback:
    """Whether everything of an order stands in its lane, and what it waits for."""
    missing = order.missing(brought=brought.id if brought else None) if order.lane else ()
    told = {
        "document": order.number,
        "place": order.lane_address,
        "totes": ", ".join(one.number for one in order.totes),
    }
    if order.decision != "released":
        return warning("consolidation.order_ended", **told)
    if order.open:
        return ok("consolidation.waits_for_picks", picks=order.open, **told)
    if missing:
        return ok("consolidation.waits_for_totes", missing=", ".join(missing), **told)
    return done("consolidation.complete", **{**told, "place": facts.packing})


def _brought(state: ConsolidationState, event: Scanned, facts: ConsolidationFacts, tote: Tote) -> Out:
    """The place where the tote is put down must be its order's lane."""
    order = facts.order(tote.goods[0].order)
    other = _scanned_tote(event, facts)
    if other is not None and other.id != tote.id:
        wrong = error("consolidation.tote_in_hand", tote=tote.number, place=order.lane_address)
        return _show(state, facts, wrong)
    place = facts.places[0] if len(facts.places) == 1 else None
    if place is None:
        return _show(state, facts, not_understood(event, CodeKind.LOCATION))
    if place.id != order.lane:
        wrong = error("consolidation.wrong_place", scanned=place.address, wanted=order.lane_address)
        return _show(state, facts, wrong)
    said = _together(order, facts, brought=tote)
    return _show(ConsolidationState(), ConsolidationFacts(), said, Bring(tote.id, place.id))


def _sorting(state: ConsolidationState, event: Scanned, facts: ConsolidationFacts, tote: Tote) -> Out:
    fresh = replace(state, pending=Pending(), new_tote="")
    goods = taken_goods(state, facts)
    if goods is not None and facts.stays(goods):
        return _show(replace(fresh, taken=None), facts, _stays(facts, tote, goods))
    if goods is None or event.reading.of(CodeKind.ITEM):
        return _goods(fresh, event, facts, tote)
    assert state.taken is not None
    text = look_up_key(read_code(event.scan.raw, event.scan.symbology).text)
    if state.new_tote and state.pending.confirms(event, "tote"):
        return _sorted(fresh, facts, tote, goods, Sort(tote.id, state.taken, number=state.new_tote))
    if not event.reading.candidates and text.startswith(NEW_TOTE_PREFIX):
        pending = replace(fresh, pending=Pending(event.scan.raw, "tote"), new_tote=text)
        return _show(pending, facts, warning("picking.new_tote", tote=text))
    into = _scanned_tote(event, facts)
    if into is None:
        return _show(fresh, facts, not_understood(event, CodeKind.HANDLING_UNIT))
    return _into(fresh, facts, tote, goods, into)


def _goods(state: ConsolidationState, event: Scanned, facts: ConsolidationFacts, tote: Tote) -> Out:
    """Goods of the shared tote: the first order that wants them gets them."""
    items = {one.id for one in event.reading.of(CodeKind.ITEM)}
    if not items:
        return _show(state, facts, not_understood(event, CodeKind.ITEM))
    number = event.reading.serial or event.reading.lot
    found = [one for one in tote.goods if one.item in items and number in (None, one.number)]
    if not found:
        scanned = event.reading.of(CodeKind.ITEM)[0].label
        return _show(state, facts, error("consolidation.not_inside", scanned=scanned, tote=tote.number))
    if all(facts.stays(one) for one in found):
        return _show(state, facts, _stays(facts, tote, found[0]))
    found = [one for one in found if not facts.stays(one)]
    if number is None and len({one.number for one in found}) > 1:
        lots = ", ".join(sorted({one.number for one in found}))
        return _show(state, facts, error("picking.scan_the_lot", sku=found[0].sku, lots=lots, tracking="lot"))
    one = min(found, key=lambda goods: facts.order(goods.order).slot)
    quantity = Decimal(1) if "serial" in one.tracking else one.qty
    return _show(replace(state, taken=Taken(one.line, one.trace, quantity)), facts, None)


def _all_stays(facts: ConsolidationFacts, tote: Tote) -> Feedback:
    """Nothing in a tote goes out now: what is held waits in it, all else goes back."""
    held = [one for one in tote.goods if facts.order(one.order).decision == "held"]
    if held:
        return _stays(facts, tote, held[0])
    numbers = sorted({facts.order(one.order).number for one in tote.goods})
    return warning("consolidation.order_ended", document=", ".join(numbers), totes=tote.number)


def _stays(facts: ConsolidationFacts, tote: Tote, goods: Goods) -> Feedback:
    """Goods of an order that was stopped are not sorted: they lie where put-away, or whoever goes on, finds them."""
    order = facts.order(goods.order)
    return error("consolidation.stays", document=order.number, decision=order.decision, tote=tote.number)


def _into(state: ConsolidationState, facts: ConsolidationFacts, tote: Tote, goods: Goods, into: Tote) -> Out:
    """The tote of the order, where it has one; else any that holds nothing of others."""
    order = facts.order(goods.order)
    if order.tote not in (None, into.id, tote.id):
        told = {"scanned": into.number, "wanted": order.tote_number, "slot": order.slot, "beside": ""}
        return _show(state, facts, error("picking.not_on_cart", **told))
    other = next((one for one in into.goods if one.order != order.id), None)
    if other is not None:
        wrong = error("picking.tote_in_use", tote=into.number, other=facts.order(other.order).number)
        return _show(state, facts, wrong)
    assert state.taken is not None
    return _sorted(state, facts, tote, goods, Sort(tote.id, state.taken, into.id))


def _sorted(state: ConsolidationState, facts: ConsolidationFacts, tote: Tote, goods: Goods, command: Sort) -> Out:
    order = facts.order(goods.order)
    told = {"amount": amount(command.taken.quantity, goods.uom, goods.sku), "document": order.number}
    after = facts.without(tote.id, goods, command.taken.quantity)
    left = after.tote(tote.id)
    kept = sorted({facts.order(one.order).number for one in left.goods if facts.stays(one)}) if left else []
    if left is None or all(facts.stays(one) for one in left.goods):
        said = done(
            "consolidation.sorted_but" if kept else "consolidation.sorted", tote=tote.number, kept=", ".join(kept)
        )
        return _show(ConsolidationState(), ConsolidationFacts(), said, command)
    going_on = replace(state, taken=None, pending=Pending(), new_tote="")
    return _show(going_on, after, ok("consolidation.into", **told), command)
