"""The decisions of put-away, pure: which goods, how many, into which bin."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.dialogs.definition import Pending
from app.dialogs.dialog import Event, Feedback, Key, Outcome, Scanned
from app.dialogs.grammar import amount, error, not_understood, ok, warning
from app.dialogs.putaway.commands import Command, CrossDock, Keep, PutAway
from app.dialogs.putaway.facts import for_order, number_of
from app.dialogs.putaway.prompt import bin_address, in_hand, show
from app.dialogs.putaway.state import PutawayState
from app.dialogs.runner import as_key
from app.domain.errors import Refusal
from app.domain.putaway import FORM, FailedRule, Proposal, check, propose
from app.domain.receiving import StockStatus
from app.domain.scanning import CodeKind
from app.domain.values import format_quantity, parse_in_units
from app.services.putaway import Goods, Place, PutawayFacts

Out = Outcome[PutawayState, Command]
_BINS_TOLD = 3

_REASONS = {
    "putaway.fixed_bin_first": "putaway.proposed_fixed",
    "putaway.same_lot_first": "putaway.proposed_same_lot",
    "putaway.same_item_next": "putaway.proposed_same_item",
    "putaway.empty_bin_then": "putaway.proposed_empty",
}
_REFUSALS = frozenset(rule["name"] for rule in FORM.default["rules"] if rule["then"].get("forbid"))


def step(state: PutawayState, event: Event, facts: PutawayFacts) -> Out:
    """One event of put-away."""
    match as_key(event):
        case Scanned() as scanned if tote := for_order(state, scanned):
            return _to_order(state, facts, tote)
        case Scanned() as scanned if _names_goods(state, scanned, facts):
            return _scan(state, scanned, facts)
        case _ if state.goods and in_hand(state, facts) is None and not facts.meant:
            return _show(PutawayState(skipped=state.skipped), facts, warning("putaway.goods_gone"))
        case Key() as key:
            return _key(state, key, facts)
        case Scanned() as scanned:
            return _scan(state, scanned, facts)
        case _:
            return _show(replace(state, asking="", offered=(), pending=Pending()), facts, None)


def _show(state: PutawayState, facts: PutawayFacts, feedback: Feedback | None, *commands: Command) -> Out:
    taken = next(((one.goods.key, one.quantity) for one in commands if isinstance(one, PutAway | CrossDock)), None)
    return Outcome(state, show(state, facts, feedback, taken=taken), commands)


def _refuse(state: PutawayState, facts: PutawayFacts, feedback: Feedback) -> Out:
    """An error ends what was pending; the goods in hand and their bin stay, since nothing was booked."""
    return _show(replace(state, pending=Pending(), asking="", offered=()), facts, feedback)


def _scan(state: PutawayState, event: Scanned, facts: PutawayFacts) -> Out:
    if state.asking == "quantity":
        return _show(state, facts, error("putaway.answer_first", scan=event.scan.raw))
    if event.reading.faults:
        return _refuse(state, facts, not_understood(event))
    if event.reading.of(CodeKind.LOCATION):
        return _place(state, event, facts)
    if _names_goods(state, event, facts):
        return _goods(state, event, facts)
    wanted = (CodeKind.LOCATION,) if state.goods else (CodeKind.ITEM, CodeKind.HANDLING_UNIT)
    return _refuse(state, facts, not_understood(event, *wanted))


def _names_goods(state: PutawayState, event: Scanned, facts: PutawayFacts) -> bool:
    """Whether an item or handling unit was scanned, or by itself the lot or serial number of goods at the dock."""
    by_number = not state.goods and bool(facts.meant) and bool(number_of(event))
    return by_number or bool(event.reading.of(CodeKind.ITEM, CodeKind.HANDLING_UNIT))


def _goods(state: PutawayState, event: Scanned, facts: PutawayFacts) -> Out:
    """An item, lot or handling unit was scanned: one stock key is taken, several are offered."""
    found = facts.meant
    if not found:
        return _refuse(state, facts, error("putaway.not_at_dock", scan=event.reading.candidates[0].label))
    if len(found) == 1:
        return _take(state, facts, found[0])
    if event.reading.of(CodeKind.HANDLING_UNIT):
        return _refuse(state, facts, error("putaway.mixed_unit", unit=event.scan.raw))
    asking = PutawayState(asking="goods", skipped=state.skipped)
    return _show(asking, facts, warning("putaway.several", sku=found[0].sku, count=len(found)))


def _take(state: PutawayState, facts: PutawayFacts, goods: Goods, quantity: Decimal | None = None) -> Out:
    """Take goods in hand and propose where they go: all of them into one bin, or a part into the first of several."""
    wanted = quantity or goods.qty
    proposal = propose(goods.facts(wanted), [one.facts(goods) for one in facts.bins], facts.policy)
    first = proposal.parts[0] if proposal.parts else None
    chosen = next((one for one in facts.bins if first and one.address == first.address), None)
    split = first is not None and first.quantity < wanted
    why = proposal.decision.to_json()
    taken = PutawayState(
        goods=goods.key,
        quantity=first.quantity if first and split else quantity,
        bin=chosen.id if chosen else None,
        why=why,
        skipped=state.skipped,
        units=goods.packagings,
        split=split,
        order=facts.waits.line if facts.waits else None,
    )
    return _show(taken, facts, _reason(goods, chosen, proposal, split=split), Keep(why))


def _to_order(state: PutawayState, facts: PutawayFacts, tote: UUID) -> Out:
    """The goods, or as many as the order wants, go into its tote instead of a bin."""
    goods, waits = in_hand(state, facts), facts.waits
    if goods is None:
        return _show(PutawayState(skipped=state.skipped), facts, warning("putaway.goods_gone"))
    if waits is None or waits.line != state.order:
        order = waits.number if waits else ""
        return _refuse(replace(state, order=None), facts, error("putaway.order_has_enough", order=order))
    typed = None if state.split else state.quantity
    quantity = min(typed or goods.qty, waits.open)
    told = {"amount": amount(quantity, goods.uom, goods.sku), "order": waits.number}
    left = goods.qty - quantity
    said = ok("putaway.crossed_part", left=format_quantity(left), **told) if left else ok("putaway.crossed", **told)
    return _show(PutawayState(skipped=state.skipped), facts, said, CrossDock(goods, quantity, waits.line, tote))


def _reason(goods: Goods, chosen: Place | None, proposal: Proposal, *, split: bool) -> Feedback:
    """Why this bin, in a sentence; held goods are said to be held, and where the rest goes is said too."""
    if chosen is None:
        return warning("putaway.awaits" if goods.awaiting_inspection else "putaway.no_bin", sku=goods.sku)
    if split:
        part, rest = (
            amount(proposal.parts[0].quantity, goods.uom, goods.sku),
            [one.address for one in proposal.parts[1:]],
        )
        if not rest:
            return warning("putaway.proposed_only_part", bin=chosen.address, amount=part)
        return ok("putaway.proposed_part", bin=chosen.address, amount=part, next=", ".join(rest[:_BINS_TOLD]))
    if goods.status is not StockStatus.AVAILABLE:
        return warning(f"putaway.proposed_{goods.status}", bin=chosen.address, sku=goods.sku)
    because = proposal.decision.considered[0].because
    return ok(_REASONS.get(because, "putaway.proposed"), bin=chosen.address, sku=goods.sku, lot=goods.lot)


def _place(state: PutawayState, event: Scanned, facts: PutawayFacts) -> Out:
    """A location was scanned: only bins of this warehouse are meant; several of one name are offered."""
    scanned = [one for one in facts.places if one.scanned]
    bins = [one for one in scanned if one.is_bin]
    if not scanned:
        return _refuse(state, facts, error("putaway.other_warehouse", scan=event.reading.candidates[0].label))
    if not bins:
        return _refuse(state, facts, error("putaway.storage_only", bin=scanned[0].address))
    goods = in_hand(state, facts)
    if goods is None:
        return _refuse(state, facts, error("putaway.goods_first", bin=bins[0].address))
    again = [one for one in bins if str(one.id) == state.pending.about]
    if len(bins) > 1 and not again:
        asking = replace(state, asking="bin", offered=tuple(one.id for one in bins), pending=Pending())
        return _show(asking, facts, warning("putaway.which_bin", scan=event.scan.raw, count=len(bins)))
    return _into(replace(state, asking="", offered=()), facts, goods, (again or bins)[0], event.scan.raw)


def _into(state: PutawayState, facts: PutawayFacts, goods: Goods, place: Place, scan: str) -> Out:
    """Judge a bin by the rules of the proposal; then book, ask for a second scan of it, or refuse."""
    quantity = state.quantity or goods.qty
    broken = check(goods.facts(quantity), place.facts(goods), facts.policy)
    if broken and place.id == state.bin:
        return _propose_another(state, facts, goods, place)
    if broken:
        return _refuse(state, facts, _forbidden(broken, goods, place))
    if quantity > goods.qty:
        there = amount(goods.qty, goods.uom, goods.sku)
        return _refuse(replace(state, quantity=None), facts, error("putaway.less_there", amount=there))
    if place.id != state.bin and state.pending.about != str(place.id):
        told = {"bin": place.address, "proposed": bin_address(state, facts)}
        code = "putaway.other_bin" if state.bin else "putaway.bin_without_proposal"
        return _show(replace(state, pending=Pending(scan, str(place.id))), facts, warning(code, **told))
    left = goods.qty - quantity
    told = {"amount": amount(quantity, goods.uom, goods.sku), "bin": place.address}
    said = ok("putaway.booked_part", left=format_quantity(left), **told) if left else ok("putaway.booked", **told)
    return _show(PutawayState(skipped=state.skipped), facts, said, PutAway(goods, quantity, place))


def _propose_another(state: PutawayState, facts: PutawayFacts, goods: Goods, place: Place) -> Out:
    """The proposed bin takes the goods no more: somebody filled it, or goods or rules changed. Propose another."""
    anew = _take(state, facts, goods, None if state.split else state.quantity)
    if anew.state.bin is None:
        said = error("putaway.bin_taken", bin=place.address, sku=goods.sku)
    else:
        said = error("putaway.bin_taken_other", bin=place.address, sku=goods.sku, next=bin_address(anew.state, facts))
    return replace(anew, prompt=replace(anew.prompt, feedback=said))


def _forbidden(broken: tuple[FailedRule, ...], goods: Goods, place: Place) -> Feedback:
    """The first broken rule in its own words; a rule that somebody wrote is called by its name."""
    rule = broken[0].rule
    code = rule if rule in _REFUSALS else "putaway.rule"
    return error(code, bin=place.address, sku=goods.sku, rule=rule)


def _key(state: PutawayState, key: Key, facts: PutawayFacts) -> Out:
    goods = in_hand(state, facts)
    match state.asking, key.command:
        case _, "CANCEL":
            return _show(_back(state), facts, None)
        case "quantity", "ENTER" if goods:
            return _typed(state, key, facts, goods)
        case "goods", _ if len(facts.meant) == 1:
            return _take(state, facts, facts.meant[0])
        case "bin", _ if goods and (chosen := [one for one in facts.bins if one.scanned]):
            return _into(replace(state, asking="", offered=()), facts, goods, chosen[0], chosen[0].address)
        case _:
            return _command(state, key, facts)


def _command(state: PutawayState, key: Key, facts: PutawayFacts) -> Out:
    match state.asking, key.command:
        case "", "NEXT" | "SKIP":
            return _next(state, key, facts)
        case "", "QUANTITY" if state.goods:
            return _show(replace(state, asking="quantity", pending=Pending()), facts, None)
        case _:
            return _show(state, facts, error("dialog.not_now", command=key.command))


def _back(state: PutawayState) -> PutawayState:
    """Out of the question first, then out of the goods."""
    return replace(state, asking="", offered=()) if state.asking else PutawayState(skipped=state.skipped)


def _next(state: PutawayState, key: Key, facts: PutawayFacts) -> Out:
    skipped = (*state.skipped, state.goods) if key.command == "SKIP" and state.goods else state.skipped
    after = PutawayState(skipped=skipped)
    if facts.meant:
        return _take(after, facts, facts.meant[0])
    if skipped:
        return _show(PutawayState(), facts, warning("putaway.only_skipped", count=len(skipped)))
    return _show(after, facts, warning("putaway.nothing_left"))


def _typed(state: PutawayState, key: Key, facts: PutawayFacts, goods: Goods) -> Out:
    """A part of the goods goes to one bin; the rest stays at the dock for another."""
    try:
        quantity = parse_in_units(key.text, base=goods.uom, units=goods.packagings, decimals=goods.decimals)
    except Refusal as refusal:
        return _show(state, facts, error(refusal.code, **refusal.facts))
    if quantity > goods.qty:
        return _show(state, facts, error("putaway.less_there", amount=amount(goods.qty, goods.uom, goods.sku)))
    return _take(state, facts, goods, None if quantity == goods.qty else quantity)
