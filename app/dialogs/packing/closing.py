"""Closing a carton: what about the rest, the weight, and a supervisor where the weight does not fit."""

from dataclasses import replace
from decimal import Decimal

from app.database.packing import WeighingNote
from app.dialogs.definition import sub_request
from app.dialogs.dialog import Feedback, Key, Result, Weighed
from app.dialogs.grammar import amount, done, error, ok, warning
from app.dialogs.packing.commands import CloseCarton, Command, DiscardCarton, NoteWeighing
from app.dialogs.packing.outcome import Out, end
from app.dialogs.packing.state import Measured, PackingState, Rest, Stage
from app.dialogs.packing.weighing import closing, judge, kilograms, noted, objection
from app.domain.errors import Refusal
from app.domain.values import parse_quantity
from app.services.packing import PackFacts, PackOrder, Parcel

_SCALE_DECIMALS = 3
_HEAVIEST_KG = Decimal(1000)
"""What is typed beyond that is a slip, or a code that was typed in the wrong place."""
_KEYBOARD = "keyboard"


def begin(state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """CLOSE_BOX, DONE, SHORT or NEW_BOX: weigh, or ask first what becomes of the rest."""
    if not parcel.contents:
        return _nothing_in(state, key, facts, order, parcel)
    if key.command == "NEW_BOX":
        if not order.picked:
            return end(state, facts, error("packing.nothing_left", document=order.number))
        return _to_scale(state, facts, parcel, Rest.NEXT_CARTON)
    if order.open:
        return end(replace(state, stage=Stage.REST, parcel=parcel.id), facts, _rest_open(order))
    return _to_scale(state, facts, parcel, Rest.NOTHING)


def _nothing_in(state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """An empty carton is not closed; where others are sealed already, it is put back and the order ends short."""
    if key.command == "NEW_BOX" or not any(one.sealed for one in order.parcels):
        return end(state, facts, error("packing.carton_empty"))
    return end(replace(state, stage=Stage.REST, parcel=parcel.id), facts, _rest_open(order))


def _rest_open(order: PackOrder) -> Feedback:
    missing = ", ".join(amount(line.open, line.unit, line.sku) for line in order.lines if line.open)
    return warning("packing.rest_open", missing=missing, document=order.number)


def _to_scale(state: PackingState, facts: PackFacts, parcel: Parcel, rest: Rest) -> Out:
    asking = replace(state, stage=Stage.WEIGHT, parcel=parcel.id, rest=rest, measured=None, approval=None)
    return end(asking, facts, None)


def answer(  # noqa: PLR0911  (one a question)
    state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel
) -> Out | None:
    """A key at one of the questions of closing; None where it does not fit."""
    if key.command == "CANCEL":
        return end(PackingState(order=order.id, last=state.last), facts, None)
    match state.stage, key.command:
        case Stage.REST, "NEW_BOX" if order.picked and parcel.contents:
            return _to_scale(state, facts, parcel, Rest.NEXT_CARTON)
        case Stage.REST, "BACKORDER" if parcel.contents:
            return _to_scale(state, facts, parcel, Rest.BACKORDER)
        case Stage.REST, "BACKORDER":
            ended = done("packing.packed_partly", document=order.number)
            return end(PackingState(), facts, ended, DiscardCarton(parcel.id))
        case ((Stage.WEIGHT | Stage.OFF), "CONFIRM"):
            return _to_scale(state, facts, parcel, state.rest)
        case ((Stage.WEIGHT | Stage.OFF), "MANUAL"):
            return end(replace(state, stage=Stage.TYPED), facts, None)
        case Stage.OFF, "OVERRIDE" if state.measured:
            return end(replace(state, stage=Stage.REASON), facts, None)
        case Stage.TYPED, "ENTER":
            return _typed(state, key, facts, order, parcel)
        case Stage.REASON, reason if reason in facts.reasons_for("pack"):
            request = sub_request(key.event_id, "approval")
            return end(replace(state, stage=Stage.APPROVAL, reason=reason, approval=request), facts, None)
        case _:
            return None


def weighed(state: PackingState, event: Weighed, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """The scale's answer: close, or name what is probably wrong and keep the carton open."""
    weight = event.weight
    if not weight.capturable or weight.kg <= 0:
        return end(
            replace(state, stage=Stage.OFF), facts, error("packing.weight_not_usable", weight=kilograms(weight.kg))
        )
    measured = Measured(weight.kg, weight.device)
    verdict = judge(order, parcel, facts, measured)
    weighing = noted(parcel, measured, verdict, weight.curve)
    if wrong := objection(verdict):
        return end(replace(state, stage=Stage.OFF, measured=measured), facts, wrong, NoteWeighing(weighing))
    return _close(state, facts, order, parcel, measured, weighing)


def _typed(state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """A typed weight always needs a reason and a supervisor; where it is off, both are told so."""
    try:
        kg = parse_quantity(key.text, decimals=_SCALE_DECIMALS)
    except Refusal:
        kg = Decimal(0)
    if not 0 < kg <= _HEAVIEST_KG:
        return end(state, facts, error("packing.weight_unreadable", text=key.text.strip()))
    measured = Measured(kg, _KEYBOARD, manual=True)
    verdict = judge(order, parcel, facts, measured)
    wrong = objection(verdict)
    typed = warning("packing.typed_weight_off", **wrong.facts) if wrong else None
    weighing = NoteWeighing(noted(parcel, measured, verdict))
    return end(replace(state, stage=Stage.REASON, measured=measured), facts, typed, weighing)


def approved(state: PackingState, event: Result, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """The supervisor's answer to this very request; any other is not for us."""
    if event.kind != "approval" or event.about != state.approval or state.measured is None:
        return end(state, facts, None)
    if event.state != "approved":
        return end(replace(state, stage=Stage.OFF, approval=None), facts, error("packing.not_approved"))
    return _close(state, facts, order, parcel, state.measured)


def _close(
    state: PackingState,
    facts: PackFacts,
    order: PackOrder,
    parcel: Parcel,
    measured: Measured,
    weighing: WeighingNote | None = None,
) -> Out:
    """Seal the carton; `weighing` is kept with it, unless it was before a supervisor was asked."""
    if not facts.printers:
        return end(replace(state, stage=Stage.OFF, measured=measured), facts, error("packing.no_printer"))
    command: Command = CloseCarton(
        replace(
            closing(order, parcel, facts, measured, facts.printers[0]),
            approval=state.approval,
            reason=state.reason if state.approval else "",
            weighing=weighing,
        )
    )
    after = PackingState(order=order.id, stage=Stage.LABELS, parcel=parcel.id, rest=state.rest)
    closed = ok("packing.carton_closed", weight=kilograms(measured.kg), carton=parcel.sscc)
    return end(after, facts, closed, command)
