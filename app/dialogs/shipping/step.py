"""The decisions of shipping, pure: may this parcel leave?"""

from dataclasses import replace

from app.dialogs.dialog import Event, Feedback, Key, Outcome, Scanned
from app.dialogs.grammar import done, error, not_understood, ok
from app.dialogs.runner import as_key
from app.dialogs.shipping.commands import Ship
from app.dialogs.shipping.prompt import show
from app.dialogs.shipping.state import ShippingState
from app.domain.printing import PrintState
from app.domain.scanning import CodeKind
from app.domain.shipping import ParcelState
from app.services.shipping import ShippedParcel, ShippingFacts

Out = Outcome[ShippingState, Ship]


def step(state: ShippingState, event: Event, facts: ShippingFacts) -> Out:
    """One event at the truck."""
    match as_key(event):
        case Scanned() as scanned:
            return _scan(state, scanned, facts)
        case Key(command="DONE"):
            ended = done("shipping.ended", count=state.shipped)
            return Outcome(ShippingState(), show(state, facts, ended, finished=True))
        case Key() as key:
            return _show(state, facts, error("dialog.not_now", command=key.command))
        case _:
            return _show(state, facts, None)


def _show(state: ShippingState, facts: ShippingFacts, feedback: Feedback | None) -> Out:
    return Outcome(state, show(state, facts, feedback))


def _scan(state: ShippingState, event: Scanned, facts: ShippingFacts) -> Out:
    found = event.reading.of(CodeKind.PARCEL, CodeKind.HANDLING_UNIT)
    if event.reading.faults or not found:
        return _show(state, facts, not_understood(event, CodeKind.PARCEL, CodeKind.HANDLING_UNIT))
    parcel = facts.parcel(found[0].id)
    if parcel is None:
        return _show(state, facts, error("shipping.not_a_parcel", scan=found[0].label))
    if found[0].kind is CodeKind.PARCEL and found[0].label != parcel.tracking:
        return _show(state, facts, error("shipping.label_void", label=found[0].label, document=parcel.number))
    if refusal := _refusal(parcel):
        return _show(state, facts, refusal)
    return _ship(state, facts, parcel)


def _refusal(parcel: ShippedParcel) -> Feedback | None:
    """Why a parcel may not leave."""
    told = {"document": parcel.number, "carton": parcel.sscc}
    if parcel.state is ParcelState.SHIPPED:
        return error("shipping.already_shipped", **told)
    if parcel.decision != "released":
        return error(f"shipping.order_{parcel.decision}", **told)
    if parcel.state is not ParcelState.LABELLED:
        return error("shipping.not_labelled", **told)
    if parcel.label is not PrintState.CONFIRMED:
        return error("shipping.label_void", label=parcel.tracking, document=parcel.number)
    return None


def _ship(state: ShippingState, facts: ShippingFacts, parcel: ShippedParcel) -> Out:
    after = ShippingState(parcel.id, state.shipped + 1)
    gone = tuple(replace(one, state=ParcelState.SHIPPED) if one.id == parcel.id else one for one in parcel.siblings)
    shown = replace(facts, parcels=(replace(parcel, state=ParcelState.SHIPPED, siblings=gone),))
    last = all(one.state is ParcelState.SHIPPED for one in gone)
    said = (
        done("shipping.last_parcel", document=parcel.number) if last else ok("shipping.shipped", document=parcel.number)
    )
    return Outcome(after, show(after, shown, said), (Ship(parcel.id, parcel.document),))
