"""The decisions of shipping, pure: which truck is loaded, may this parcel leave with it, may the truck?"""

from dataclasses import replace

from app.dialogs.dialog import Event, Feedback, Key, Outcome, Scanned
from app.dialogs.grammar import done, error, not_understood, ok, warning
from app.dialogs.runner import as_key
from app.dialogs.shipping.commands import AddPhoto, Command, Depart, Ship
from app.dialogs.shipping.prompt import PHOTO, show
from app.dialogs.shipping.state import ShippingState
from app.domain.printing import PrintState
from app.domain.scanning import CodeKind
from app.domain.shipping import ParcelState
from app.services.shipping import Load, ShippedParcel, ShippingFacts

Out = Outcome[ShippingState, Command]
_KINDS = (CodeKind.PARCEL, CodeKind.HANDLING_UNIT, CodeKind.DOCUMENT)


def step(state: ShippingState, event: Event, facts: ShippingFacts) -> Out:
    """One event at the truck."""
    match as_key(event):
        case Scanned() as scanned:
            return _scan(replace(state, departing=False, asking=""), scanned, facts)
        case Key(command="DONE"):
            ended = done("shipping.ended", count=state.shipped)
            return Outcome(ShippingState(), show(state, facts, ended, finished=True))
        case Key() as key if load := facts.load(state.load):
            return _at_truck(state, key, facts, load)
        case Key() as key:
            return _show(state, facts, error("dialog.not_now", command=key.command))
        case _:
            return _show(state, facts, None)


def _at_truck(state: ShippingState, key: Key, facts: ShippingFacts, load: Load) -> Out:
    """A key while a truck is loaded: a photo of the load, or its departure."""
    match state.asking, key.command:
        case "photo", "ENTER":
            after, taken = replace(state, asking=""), ok("shipping.photo_kept", manifest=load.number)
            return Outcome(after, show(after, facts, taken), (AddPhoto(load.id, key.text),))
        case "photo", "CANCEL":
            return _show(replace(state, asking=""), facts, None)
        case _, "PHOTO":
            return _show(replace(state, asking=PHOTO), facts, None)
        case _, "DEPART":
            return _depart(replace(state, asking=""), facts, load)
    return _show(state, facts, error("dialog.not_now", command=key.command))


def _show(state: ShippingState, facts: ShippingFacts, feedback: Feedback | None) -> Out:
    return Outcome(state, show(state, facts, feedback))


def _scan(state: ShippingState, event: Scanned, facts: ShippingFacts) -> Out:
    found = event.reading.of(*_KINDS)
    if event.reading.faults or not found:
        return _show(state, facts, not_understood(event, CodeKind.PARCEL, CodeKind.HANDLING_UNIT))
    if load := next((facts.load(one.id) for one in found if facts.load(one.id)), None):
        return _take_load(state, facts, load)
    parcel = facts.parcel(found[0].id)
    if parcel is None:
        return _show(state, facts, error("shipping.not_a_parcel", scan=found[0].label))
    if found[0].kind is CodeKind.PARCEL and found[0].label != parcel.tracking:
        void = error("shipping.label_void", label=found[0].label, document=parcel.number)
        return _show(state, facts, _stopped(parcel) or void)
    load = facts.load(state.load) or facts.load(parcel.shipment)
    if refusal := _refusal(parcel) or _wrong_truck(parcel, load, facts):
        return _show(state, facts, refusal)
    return _ship(state, facts, parcel, load)


def _take_load(state: ShippingState, facts: ShippingFacts, load: Load) -> Out:
    """The manifest of a truck was scanned: its cartons are loaded from now on."""
    if load.departed:
        return _show(state, facts, error("shipping.departed", manifest=load.number))
    after = ShippingState(shipped=state.shipped, load=load.id)
    told = ok("shipping.load_taken", manifest=load.number, carrier=load.carrier_name, count=len(load.missing))
    return _show(after, facts, told)


def _refusal(parcel: ShippedParcel) -> Feedback | None:
    """Why a parcel may not leave."""
    told = {"document": parcel.number, "carton": parcel.sscc}
    if parcel.state is ParcelState.SHIPPED:
        return error("shipping.already_shipped", **told)
    if stopped := _stopped(parcel):
        return stopped
    if parcel.state is not ParcelState.LABELLED:
        return error("shipping.not_labelled", **told)
    if parcel.label is not PrintState.CONFIRMED:
        return error("shipping.label_void", label=parcel.tracking, document=parcel.number)
    return None


def _stopped(parcel: ShippedParcel) -> Feedback | None:
    """That its order does not go on, by whom and why."""
    if parcel.decision == "released":
        return None
    news = parcel.news
    told = {"document": parcel.number, "carton": parcel.sscc}
    told |= {"hold": news.hold, "note": news.note, "person": news.person}
    return error(f"shipping.order_{news.stopped(parcel.decision)}", **told)


def _wrong_truck(parcel: ShippedParcel, load: Load | None, facts: ShippingFacts) -> Feedback | None:
    """Why a parcel may leave, and not with this truck."""
    told = {"document": parcel.number, "carton": parcel.sscc, "carrier": parcel.carrier_name}
    theirs = facts.load(parcel.shipment)
    if load is not None and parcel.carrier != load.carrier:
        return error("shipping.wrong_carrier", **told, manifest=load.number, other=load.carrier_name)
    if theirs is None:
        return error("shipping.not_manifested", **told) if load is not None or parcel.manifested else None
    if load is None or theirs.id != load.id:
        return error("shipping.wrong_truck", **told, manifest=theirs.number)
    return error("shipping.departed", manifest=load.number) if load.departed else None


def _ship(state: ShippingState, facts: ShippingFacts, parcel: ShippedParcel, load: Load | None) -> Out:
    after = ShippingState(parcel.id, state.shipped + 1, load.id if load else None)
    shown = _with_shipped(facts, parcel)
    now = shown.load(after.load)
    gone = shown.parcels[0].siblings
    if now is not None and not now.missing:
        said = done("shipping.last_of_load", manifest=now.number)
    elif all(one.state is ParcelState.SHIPPED for one in gone):
        said = done("shipping.last_parcel", document=parcel.number)
    else:
        said = ok("shipping.shipped", document=parcel.number)
    return Outcome(after, show(after, shown, said), (Ship(parcel.id, parcel.document, after.load),))


def _with_shipped(facts: ShippingFacts, parcel: ShippedParcel) -> ShippingFacts:
    """The facts once the parcel is in the truck."""
    shipped = ParcelState.SHIPPED
    gone = tuple(replace(one, state=shipped) if one.id == parcel.id else one for one in parcel.siblings)
    loads = tuple(
        replace(
            load, cartons=tuple(replace(one, state=shipped) if one.id == parcel.id else one for one in load.cartons)
        )
        for load in facts.shipments
    )
    return replace(facts, parcels=(replace(parcel, state=shipped, siblings=gone),), shipments=loads)


def _depart(state: ShippingState, facts: ShippingFacts, load: Load) -> Out:
    """The truck goes; cartons that are missing are shown first, and stay behind when the key is pressed again."""
    if load.missing and not state.departing:
        named = ", ".join(one.tracking or one.sscc for one in load.missing[:3])
        missing = warning("shipping.leave_behind", manifest=load.number, count=len(load.missing), cartons=named)
        return _show(replace(state, departing=True), facts, missing)
    if len(load.missing) == len(load.cartons):
        return _show(state, facts, error("shipping.nothing_loaded", manifest=load.number))
    left = done("shipping.truck_left", manifest=load.number, count=len(load.cartons) - len(load.missing))
    after = ShippingState(shipped=state.shipped)
    return Outcome(after, show(after, facts, left), (Depart(load.id, leave_behind=bool(load.missing)),))
