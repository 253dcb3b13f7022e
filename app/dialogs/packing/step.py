"""The decisions at the packing bench, pure: which order, and which question the event answers."""

from dataclasses import replace
from decimal import Decimal

from app.dialogs.definition import Pending
from app.dialogs.dialog import Event, Feedback, Key, Result, Scanned, Started, Weighed
from app.dialogs.grammar import amount, error, not_understood, ok, warning
from app.dialogs.packing import closing, extras, labelling, unpacking
from app.dialogs.packing.cartons import called, carton_code, usable
from app.dialogs.packing.commands import LEFT_IN_TOTE, ChooseCarton, DiscardCarton
from app.dialogs.packing.goods import scan_unit, take_out, type_more
from app.dialogs.packing.outcome import Out, end, refuse
from app.dialogs.packing.state import Act, PackingState, Stage
from app.dialogs.packing.taking_back import EMPTIED, TAKEN_OUT
from app.dialogs.packing.wishes import BEFORE
from app.dialogs.runner import as_key
from app.domain.catalog import DEFAULT_UNIT
from app.domain.receiving import Collected
from app.domain.scanning import CodeKind
from app.domain.shipping import ParcelState
from app.services.order_desk import ORDER
from app.services.packing import PackFacts, PackOrder, Parcel

CARRIER = "carrier"
"""The kind of result by which the step learns that a carrier has answered."""
_CLOSING = frozenset({Stage.REST, Stage.WEIGHT, Stage.OFF, Stage.TYPED, Stage.REASON, Stage.APPROVAL})
_LABELLING = frozenset({Stage.LABELS, Stage.WHICH_LABEL, Stage.REPRINT, Stage.PRINTER})
_STILL_ALLOWED = frozenset({"PAUSE", "REOPEN", "CANCEL", "TAKE_OUT", "UNPACK"})
_RECORDS = (CodeKind.DOCUMENT, CodeKind.HANDLING_UNIT, CodeKind.PARCEL)


def step(state: PackingState, event: Event, facts: PackFacts) -> Out:
    """One event at the packing bench; an order stays in hand since it was taken."""
    order = facts.order(state.order)
    if order and state.since and order.packed_since > state.since:
        gone = error("packing.taken_over", document=order.number, person=order.packed_by)
        return end(PackingState(), facts, gone)
    outcome = _step(state, event, facts)
    after = outcome.state
    same = after.order is not None and after.order == state.order
    return replace(outcome, state=replace(after, since=state.since)) if same and not after.since else outcome


def _step(state: PackingState, event: Event, facts: PackFacts) -> Out:
    known = as_key(event)
    order = facts.order(state.order)
    if order is None:
        return _without_order(replace(state, order=None), known, facts)
    if isinstance(known, Started):
        return end(state, facts, None)
    if order.decision != "released" and not _empties(state, known):
        return _stopped(state, facts, order)
    match known:
        case Key():
            return _key(state, known, facts, order)
        case Scanned():
            return _scan(state, known, facts, order)
        case _:
            return _from_outside(state, known, facts, order)


def _empties(state: PackingState, event: Event) -> bool:
    """Whether this leads out of a stopped order: goods are taken out, the carton is opened, emptied or put aside."""
    if state.stage in unpacking.STAGES and state.act is not Act.SWAP:
        return True
    if isinstance(event, Key):
        return event.command in _STILL_ALLOWED
    return state.stage is Stage.TAKE_OUT or (isinstance(event, Result) and event.kind == TAKEN_OUT)


def _stopped(state: PackingState, facts: PackFacts, order: PackOrder) -> Out:
    """The office stopped the order: nothing more is weighed or asked; a sealed carton may still be opened again."""
    stage = state.stage if state.stage in _LABELLING | {Stage.SEALED} else Stage.PACKING
    return refuse(replace(state, stage=stage), facts, _why_stopped(order))


def _why_stopped(order: PackOrder) -> Feedback:
    news = order.news
    told = {"document": order.number, "hold": news.hold, "note": news.note, "person": news.person}
    return error(f"packing.order_{news.stopped(order.decision)}", **told)


def _parcel(state: PackingState, order: PackOrder) -> Parcel | None:
    """The carton that is being asked about, else the one that goods go into."""
    named = next((parcel for parcel in order.parcels if parcel.id == state.parcel), None)
    return named or order.open_parcel


def _from_outside(state: PackingState, event: Event, facts: PackFacts, order: PackOrder) -> Out:
    """Weights and results; what nobody waits for any more is passed over."""
    parcel = _parcel(state, order)
    match event:
        case Weighed() if state.stage is Stage.WEIGHT and parcel:
            return closing.weighed(state, event, facts, order, parcel)
        case Result() if event.kind == TAKEN_OUT:
            return end(state, facts, _taken_out(event, order))
        case Result() if event.kind == ORDER:
            told = {"document": order.number, "change": order.news.change, "person": order.news.changed_by}
            return end(state, facts, warning("packing.order_changed", **told) if order.news.change else None)
        case Result() if state.stage is Stage.APPROVAL and parcel:
            return closing.approved(state, event, facts, order, parcel)
        case Result() if state.stage is Stage.SUPERVISOR and parcel:
            return unpacking.approved(state, event, facts, order, parcel)
        case _:
            return end(state, facts, _refusal(event, parcel) if state.stage is Stage.LABELS else None)


def _refusal(event: Event, parcel: Parcel | None) -> Feedback | None:
    """Why the carrier does not take a closed carton, when it has just said so; or that it says nothing."""
    if not (isinstance(event, Result) and event.kind == CARRIER and parcel):
        return None
    if parcel.in_doubt:
        return warning("packing.label_in_doubt")
    return error(parcel.refused, **parcel.refused_facts) if parcel.refused else None


def _taken_out(event: Result, order: PackOrder) -> Feedback:
    quantity, sku = Decimal(event.facts["quantity"]), event.facts["sku"]
    unit = next((line.unit for line in order.lines if line.sku == sku), DEFAULT_UNIT)
    return warning("packing.taken_out", amount=amount(quantity, unit, sku))


# Without an order: which one?


def _without_order(state: PackingState, event: Event, facts: PackFacts) -> Out:
    match event:
        case Scanned():
            return _find_order(state, event, facts)
        case Key() if state.stage is Stage.ORDER and event.command != "CANCEL":
            chosen = next((one for one in facts.orders if str(one.id) == event.command), None)
            return (
                _work_on(state, None, facts, chosen) if chosen else refuse(state, facts, error("packing.choose_order"))
            )
        case Key() if event.command not in {"CANCEL", "PAUSE"}:
            return end(PackingState(), facts, error("dialog.not_now", command=event.command))
        case Result() if event.kind == EMPTIED:
            return end(PackingState(), facts, unpacking.emptied(event))
        case Result() if event.kind == LEFT_IN_TOTE:
            return end(PackingState(), facts, _left(event))
        case _:
            return end(PackingState(), facts, None)


def _left(event: Result) -> Feedback:
    """The order is done, and its totes are not empty."""
    if event.facts["others"]:
        return warning("packing.tote_of_others", **event.facts)
    return warning("packing.tote_waits" if event.facts["waits"] else "packing.tote_not_empty", **event.facts)


def _find_order(state: PackingState, event: Scanned, facts: PackFacts) -> Out:
    """The order of a scanned tote or carton, or the scanned order itself."""
    found = event.reading.of(*_RECORDS)
    if event.reading.faults or not found:
        return refuse(PackingState(), facts, not_understood(event, *_RECORDS))
    if not facts.orders:
        return refuse(PackingState(), facts, error("packing.nothing_in_it", scan=found[0].label))
    if outcome := _find_carton(event, facts):
        return outcome
    if len(facts.orders) > 1:
        return end(PackingState(stage=Stage.ORDER), facts, warning("packing.which_order", count=len(facts.orders)))
    return _work_on(state, event, facts, facts.orders[0])


def _find_carton(event: Scanned, facts: PackFacts) -> Out | None:
    """A scanned carton that is not simply packed on: sealed, of an order that ended, or known by a dead label only."""
    parcel = _scanned_parcel(event, facts)
    order = next((one for one in facts.orders if parcel in one.parcels), facts.orders[0])
    if dead := unpacking.dead_label(event, order):
        return refuse(PackingState(), facts, dead)
    cartons = [one for one in event.reading.of(CodeKind.HANDLING_UNIT) if one.name == "carton"]
    if parcel is None and cartons:
        return refuse(PackingState(), facts, error("packing.nothing_in_it", scan=cartons[0].label))
    if parcel is not None and order.decision in unpacking.ENDED and parcel.holds_goods:
        return unpacking.of_ended_order(facts, order, parcel)
    return _sealed(PackingState(), facts, order, parcel) if parcel is not None and parcel.sealed else None


def _scanned_parcel(event: Scanned, facts: PackFacts) -> Parcel | None:
    scanned = {found.id for found in event.reading.of(CodeKind.HANDLING_UNIT, CodeKind.PARCEL)}
    parcels = (parcel for order in facts.orders for parcel in order.parcels)
    return next((parcel for parcel in parcels if scanned & {parcel.id, parcel.unit}), None)


def _sealed(state: PackingState, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """A sealed carton is locked: its labels are waited for, or it may be opened again."""
    if parcel.state is ParcelState.SHIPPED:
        return refuse(state, facts, error("packing.already_shipped", carton=parcel.sscc))
    if parcel.state is ParcelState.CLOSED:
        waiting = PackingState(order=order.id, stage=Stage.LABELS, parcel=parcel.id)
        return end(waiting, facts, _opened(order, called(facts, parcel.carton), "packing.carton_waits"))
    asking = PackingState(order=order.id, stage=Stage.SEALED, parcel=parcel.id)
    return end(asking, facts, warning("packing.sealed", carton=parcel.sscc))


def _work_on(state: PackingState, event: Scanned | None, facts: PackFacts, order: PackOrder) -> Out:
    if order.kind != "order" or order.decision != "released":
        why = error("packing.not_an_order", document=order.number) if order.kind != "order" else _why_stopped(order)
        return refuse(PackingState(), facts, why)
    about = f"packed by another/{order.id}"
    if order.packed_by and not (event and state.pending.confirms(event, about)):
        asking = PackingState(pending=Pending(event.scan.raw if event else "", about))
        return end(asking, facts, warning("packing.in_other_hands", document=order.number, person=order.packed_by))
    unlabelled = next((parcel for parcel in order.parcels if parcel.state is ParcelState.CLOSED), None)
    outcome = _sealed(PackingState(), facts, order, unlabelled) if unlabelled else _bring_carton(facts, order)
    return replace(outcome, state=replace(outcome.state, since=facts.moment)) if outcome.state.order else outcome


def _bring_carton(facts: PackFacts, order: PackOrder) -> Out:
    """Go on with the open carton, or put a new one on the bench."""
    if order.open_parcel is not None:
        return end(PackingState(order=order.id), facts, _goes_on(order, facts, order.open_parcel))
    if not order.picked:
        code = "packing.nothing_picked" if order.open else "packing.already_packed"
        return refuse(PackingState(), facts, error(code, document=order.number))
    carton = labelling.carton_for(order, facts)
    if carton is None:
        return refuse(PackingState(), facts, error("packing.no_place"))
    return end(PackingState(order=order.id), facts, _opened(order, called(facts, carton.carton)), carton)


def _opened(order: PackOrder, box: str, code: str = "packing.order_opened") -> Feedback:
    """Which order is on the bench now, and the kind of carton to take for it, or the one that is there already."""
    return ok(code, document=order.number, partner=order.partner, box=box)


def _goes_on(order: PackOrder, facts: PackFacts, parcel: Parcel) -> Feedback:
    """The order's carton was begun: it is gone on with, and no other one is taken."""
    return _opened(order, called(facts, parcel.carton), "packing.order_goes_on")


# With an order in hand.


def _scan(  # noqa: PLR0911  (one a question)
    state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder
) -> Out:
    parcel = _parcel(state, order)
    if state.stage is Stage.LABELS and parcel is not None:
        if _begins_another(event, facts, order):
            return _leave_label(state, event, facts, order, parcel)
        return labelling.scan_label(replace(state, pending=Pending()), event, facts, order, parcel)
    if state.stage is Stage.TAKE_OUT and parcel is not None:
        return take_out(state, event, facts, order, parcel)
    if state.stage in unpacking.STAGES and parcel is not None:
        return unpacking.scan(state, event, facts, order, parcel)
    if state.stage in BEFORE and parcel is not None:
        return extras.scan(state, event, facts, order, parcel)
    if state.stage is not Stage.PACKING:
        return refuse(state, facts, error("packing.answer_first", scan=event.scan.raw))
    if event.reading.of(*_RECORDS):
        return _record(state, event, facts, order)
    if parcel is None:
        return _work_on(PackingState(), event, facts, order)
    return scan_unit(state, event, facts, order, parcel)


def _begins_another(event: Scanned, facts: PackFacts, order: PackOrder) -> bool:
    """Whether another order, or a tote in which goods of other orders lie and none of this one, was scanned."""
    documents, units = (event.reading.of(kind) for kind in (CodeKind.DOCUMENT, CodeKind.HANDLING_UNIT))
    ours = {order.id} | {picked.unit for picked in order.picked}
    asked = [*documents, *(one for one in units if one.name != "carton")]
    others = any(one.id != order.id for one in facts.orders)
    return others and bool(asked) and not ours & {one.id for one in asked}


def _leave_label(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """Something else is begun while a carton waits for its label: scanned twice it is, and that carton is put aside."""
    about = f"leaves a label/{parcel.id}"
    if state.pending.confirms(event, about):
        others = tuple(one for one in facts.orders if one.id != order.id)
        return _find_order(PackingState(), event, replace(facts, orders=others))
    asking = replace(state, pending=Pending(event.scan.raw, about))
    told = warning("packing.label_first", scan=event.scan.raw, carton=parcel.sscc, document=order.number)
    return end(asking, facts, told)


def _record(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder) -> Out:
    """A tote, a carton or an order was scanned where a unit is expected."""
    scanned = event.reading.of(*_RECORDS)[0]
    parcel = _scanned_parcel(event, facts)
    if parcel is not None and parcel.sealed:
        ours = parcel in order.parcels
        if ours and not state.collected.item:
            return _sealed(state, facts, order, parcel)
        return refuse(state, facts, error("packing.label_used", label=scanned.label))
    units = {picked.unit for picked in order.picked} | {one.unit for one in order.parcels}
    if scanned.id == order.id or scanned.id in units:
        again = replace(state, collected=Collected(), pending=Pending())
        begun = order.open_parcel
        told = _goes_on(order, facts, begun) if begun else _opened(order, called(facts, carton_code(order, facts)))
        return end(again, facts, told)
    return refuse(state, facts, error("packing.other_order", scan=scanned.label, document=order.number))


def _key(state: PackingState, key: Key, facts: PackFacts, order: PackOrder) -> Out:
    parcel = _parcel(state, order)
    if key.command == "PAUSE":
        return _put_aside(facts, order)
    outcome = _answer(state, key, facts, order, parcel) if parcel else None
    return outcome or end(state, facts, error("dialog.not_now", command=key.command))


def _answer(state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out | None:
    if state.stage in BEFORE or state.stage is Stage.NOTE_AGAIN:
        return extras.answer(state, key, facts, order, parcel)
    if state.stage in _CLOSING:
        return closing.answer(state, key, facts, order, parcel)
    if state.stage in unpacking.STAGES:
        return unpacking.answer(state, key, facts, order, parcel)
    if key.command in ("UNPACK", "EXCHANGE", "REOPEN", "SWAP"):
        return unpacking.begin(state, key, facts, order, parcel)
    if state.stage in _LABELLING:
        return labelling.answer(state, key, facts, order, parcel)
    return _while_packing(state, key, facts, order, parcel)


def _while_packing(  # noqa: PLR0911  (one a key)
    state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel
) -> Out | None:
    """A key where units are scanned, taken out, or another carton is taken; None where it does not fit."""
    match state.stage, key.command:
        case Stage.PACKING, ("CLOSE_BOX" | "NEW_BOX" | "DONE" | "SHORT"):
            return closing.begin(state, key, facts, order, parcel)
        case Stage.PACKING, "QUANTITY" if state.more.item and order.open:
            return end(replace(state, stage=Stage.QUANTITY), facts, None)
        case Stage.QUANTITY, "ENTER":
            return type_more(state, key, facts, order, parcel)
        case Stage.PACKING, "TAKE_OUT":
            return end(replace(state, stage=Stage.TAKE_OUT, collected=Collected()), facts, None)
        case Stage.PACKING, "CARTON":
            return end(replace(state, stage=Stage.CARTON), facts, None)
        case Stage.CARTON, code if code in {carton.code for carton in usable(order, facts)}:
            packing = replace(state, stage=Stage.PACKING)
            return end(packing, facts, ok("packing.carton_chosen"), ChooseCarton(parcel.id, code))
        case ((Stage.CARTON | Stage.TAKE_OUT | Stage.QUANTITY | Stage.PACKING), "CANCEL"):
            return end(replace(state, stage=Stage.PACKING, collected=Collected(), pending=Pending()), facts, None)
        case _:
            return None


def _put_aside(facts: PackFacts, order: PackOrder) -> Out:
    """Leave the order as it stands; a carton in which nothing is and for which nothing was done is put back."""
    told = warning("packing.put_aside", document=order.number)
    carton = order.open_parcel
    if carton is not None and not carton.contents and not any(one.parcel == carton.id for one in order.done):
        return end(PackingState(), facts, told, DiscardCarton(carton.id))
    return end(PackingState(), facts, told)
