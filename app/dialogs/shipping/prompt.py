"""What is shown while cartons go into the truck: the parcel that was scanned, its order's cartons or the truck's."""

from app.dialogs.dialog import Count, Feedback, ItemPanel, Prompt, Row
from app.dialogs.shipping.state import ShippingState
from app.domain.shipping import ParcelState
from app.domain.values import format_quantity
from app.services.shipping import Load, ShippedParcel, ShippingFacts, Sibling

PHOTO = "photo"
"""What a prompt waits for when a photo of the load is to be taken."""
COLUMNS = ("shipping.carton", "shipping.tracking", "shipping.weight")


def show(state: ShippingState, facts: ShippingFacts, feedback: Feedback | None, *, finished: bool = False) -> Prompt:
    """The prompt of a state; the facts are those after the step's command."""
    parcel, load = facts.parcel(state.parcel), facts.load(state.load)
    truck = ("PHOTO", "DEPART") if load else ()
    commands = ("CANCEL",) if state.asking else (*(("UNDO",) if state.shipped else ()), *truck, "DONE")
    cartons = load.cartons if load else parcel.siblings if parcel else ()
    return Prompt(
        instruction=_instruction(state, load),
        facts=_told(state, parcel, load),
        document=load.number if load else parcel.number if parcel else "",
        item=_panel(parcel) if parcel else None,
        count=_count(cartons),
        columns=COLUMNS if cartons else (),
        rows=tuple(_row(one, state) for one in cartons),
        feedback=feedback,
        commands=commands,
        waiting=PHOTO if state.asking == PHOTO else "",
        finished=finished,
    )


def _instruction(state: ShippingState, load: Load | None) -> str:
    if state.asking == PHOTO:
        return "shipping.take_photo"
    return "shipping.scan_into_truck" if load else "shipping.scan_label"


def _told(state: ShippingState, parcel: ShippedParcel | None, load: Load | None) -> dict[str, str]:
    told: dict[str, str] = {}
    if parcel is not None:
        told = {
            "document": parcel.number,
            "partner": parcel.partner,
            "carrier": parcel.carrier_name,
            "cut_off": parcel.cut_off,
            "cut_off_at": parcel.cut_off_at,
            "count": str(state.shipped),
        }
    if load is not None:
        truck = f"{load.number} {load.truck}".strip()
        told |= {"document": load.number, "carrier": load.carrier_name, "truck": truck}
    return told


def _count(cartons: tuple[Sibling, ...]) -> Count | None:
    """How many of them are in the truck."""
    shipped = sum(one.state is ParcelState.SHIPPED for one in cartons)
    return Count(str(shipped), str(len(cartons))) if cartons else None


def _panel(parcel: ShippedParcel) -> ItemPanel:
    details = (
        ("shipping.carrier", parcel.carrier_name),
        ("shipping.service", parcel.service_name),
        ("shipping.ship_to", ", ".join(parcel.ship_to.lines)),
    )
    return ItemPanel(parcel.tracking, parcel.partner, details=tuple(pair for pair in details if pair[1]))


def _row(one: Sibling, state: ShippingState) -> Row:
    shown = "current" if one.id == state.parcel else "done" if one.state is ParcelState.SHIPPED else "open"
    return Row((one.sscc, one.tracking, format_quantity(one.weight, "kg") if one.weight else ""), shown)
