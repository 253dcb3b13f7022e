"""What is shown while cartons go into the truck: the parcel that was scanned, and its order's cartons."""

from app.dialogs.dialog import Count, Feedback, ItemPanel, Prompt, Row
from app.dialogs.shipping.state import ShippingState
from app.domain.shipping import ParcelState, in_words
from app.domain.values import format_quantity
from app.services.shipping import ShippedParcel, ShippingFacts, Sibling

COLUMNS = ("shipping.carton", "shipping.tracking", "shipping.weight")


def show(state: ShippingState, facts: ShippingFacts, feedback: Feedback | None, *, finished: bool = False) -> Prompt:
    """The prompt of a state; the facts are those after the step's command."""
    parcel = facts.parcel(state.parcel)
    commands = ("UNDO", "DONE") if state.shipped else ("DONE",)
    if parcel is None:
        return Prompt("shipping.scan_label", feedback=feedback, commands=commands, finished=finished)
    shipped = sum(one.state is ParcelState.SHIPPED for one in parcel.siblings)
    return Prompt(
        instruction="shipping.scan_label",
        facts={
            "document": parcel.number,
            "partner": parcel.partner,
            "carrier": in_words(parcel.carrier),
            "cut_off": parcel.cut_off,
            "cut_off_at": parcel.cut_off_at,
            "count": str(state.shipped),
        },
        document=parcel.number,
        item=_panel(parcel),
        count=Count(str(shipped), str(len(parcel.siblings))),
        columns=COLUMNS,
        rows=tuple(_row(one, parcel) for one in parcel.siblings),
        feedback=feedback,
        commands=commands,
        finished=finished,
    )


def _panel(parcel: ShippedParcel) -> ItemPanel:
    details = (
        ("shipping.carrier", in_words(parcel.carrier)),
        ("shipping.service", in_words(parcel.service)),
        ("shipping.ship_to", ", ".join(parcel.ship_to.lines)),
    )
    return ItemPanel(parcel.tracking, parcel.partner, details=tuple(pair for pair in details if pair[1]))


def _row(one: Sibling, parcel: ShippedParcel) -> Row:
    state = "current" if one.id == parcel.id else "done" if one.state is ParcelState.SHIPPED else "open"
    return Row((one.sscc, one.tracking, format_quantity(one.weight, "kg") if one.weight else ""), state)
