"""A closed carton's labels: what stands on them, and how far their printing is."""

from decimal import Decimal
from uuid import UUID

from app.dialogs.packing.sending import Sending
from app.domain.carriers import route_of
from app.domain.labels import LabelContent
from app.domain.packing.extras import GIFT
from app.domain.partners import Address
from app.domain.printing import PrintState, needs_a_person
from app.domain.shipping import ParcelState, Service, called
from app.domain.values import format_quantity
from app.services.packing import Label, PackFacts, PackOrder, Parcel, Printer

CARTON = "carton"
GIFT_NOTE = "gift_note"
SHIPPING = "shipping"
SLIP = "slip"
_SLIP = f"/{SLIP}"
"""How the number of a packing slip ends; before that it is its carton's."""

_DEAD = frozenset({PrintState.VOIDED, PrintState.CANCELLED, PrintState.REPRINTED})


def kind_of(label: Label) -> str:
    """What a label of a carton is, whatever template the customer wants it on: `shipping`, `carton` or `slip`."""
    if label.uid.endswith(_SLIP):
        return SLIP
    return SHIPPING if label.template == SHIPPING else CARTON


def is_dead(label: Label) -> bool:
    """Whether the paper, if there is any, is worthless."""
    return label.state in _DEAD


def is_doubtful(label: Label) -> bool:
    """Whether only a person can tell if it was printed."""
    return needs_a_person(label.state)


def is_printed(label: Label) -> bool:
    """Whether it is known to have come out of the printer."""
    return label.state is PrintState.CONFIRMED


def is_printing(label: Label) -> bool:
    """Whether it waits for the printer, or is on its way through it."""
    return not (is_printed(label) or is_doubtful(label) or is_dead(label))


def waits_for_carrier(parcel: Parcel) -> bool:
    """Whether the carton is closed and has no shipping label yet: its carrier is being asked, or none was found."""
    return parcel.state is ParcelState.CLOSED and not parcel.tracking


def all_printed(parcel: Parcel) -> bool:
    """Whether every label is known to have come out of the printer."""
    return bool(parcel.labels) and all(is_printed(label) for label in parcel.labels)


def in_trouble(parcel: Parcel) -> Label | None:
    """The first label that somebody has to look at or print again."""
    return next((label for label in parcel.labels if is_doubtful(label) or is_dead(label)), None)


def chosen_label(parcel: Parcel) -> Label | None:
    """The label that the bench speaks of: the one in trouble, else the shipping label."""
    return in_trouble(parcel) or parcel.label(parcel.tracking)


def other_printers(facts: PackFacts, parcel: Parcel) -> tuple[Printer, ...]:
    """The printers that the parcel's waiting labels are not given to."""
    used = {label.printer for label in parcel.labels if label.state is PrintState.QUEUED}
    return tuple(one for one in facts.printers if one.id not in used)


def waits_at(facts: PackFacts, parcel: Parcel) -> str:
    """The name of the printer at which the first label of a carton waits; the usual one while they are made."""
    waiting = (label.printer for label in parcel.labels if is_printing(label))
    usual = facts.printers[0].id if facts.printers and not parcel.labels else None
    return printer_name(facts, next(waiting, usual))


def printer_name(facts: PackFacts, identity: UUID | None) -> str:
    """What a label printer is called; empty for one that is not in use here."""
    return next((one.name for one in facts.printers if one.id == identity), "")


def needs_label(parcel: Parcel) -> bool:
    """Whether a shipping label is to be bought for a closed carton; not while one of its others may still come out."""
    busy = any(is_printing(label) or is_doubtful(label) for label in parcel.labels)
    return waits_for_carrier(parcel) and parcel.to_buy and not busy


def carton_label(order: PackOrder, parcel: Parcel, facts: PackFacts, service: Service, *, weight: str) -> LabelContent:
    """The logistic label of the carton: its SSCC, where it goes and what is in it; on the customer's own template."""
    names = _names(facts, service)
    number = order.parcels.index(parcel) + 1
    contents = ", ".join(f"{many} x {sku}" for sku, many in _amounts(parcel))
    return LabelContent(
        order.carton_template or CARTON,
        parcel.sscc,
        {
            "sscc": parcel.sscc,
            "ship_to": _address(order),
            "ship_from": _sender(facts),
            "order": order.number,
            "carrier": names.carrier,
            "service": names.service,
            "carton": str(number),
            "contents": contents,
            "weight": weight,
            "packed": facts.today.isoformat(),
        },
    )


def _amounts(parcel: Parcel) -> list[tuple[str, str]]:
    """What is in a carton, each SKU once, whatever its lots and serial numbers: (SKU, how much)."""
    held = dict.fromkeys((one.sku for one in parcel.contents), Decimal(0))
    for one in parcel.contents:
        held[one.sku] += one.quantity
    return [(sku, format_quantity(many)) for sku, many in held.items()]


def packing_slip(order: PackOrder, parcel: Parcel, facts: PackFacts) -> tuple[LabelContent, ...]:
    """What lies in the carton for customers who want a slip of their own; nothing for the others."""
    if not order.slip_template:
        return ()
    fields = {
        "order": order.number,
        "ship_to": _address(order),
        "ship_from": _sender(facts),
        "reference": order.reference,
        "carton": str(order.parcels.index(parcel) + 1),
        "packed": facts.today.isoformat(),
        "lines": "\n".join(f"{many} × {sku}" for sku, many in _amounts(parcel)),
    }
    return (LabelContent(order.slip_template, f"{parcel.sscc}{_SLIP}", fields),)


def note_label(order: PackOrder) -> str:
    """The code on the printed gift note of an order."""
    return f"{GIFT}-{order.number}"


def gift_note(order: PackOrder) -> LabelContent:
    """The words that go with a present; known by the order, so that it is printed once."""
    label = note_label(order)
    return LabelContent(GIFT_NOTE, label, {"order": label, "note": order.gift_note})


def shipping_label(order: PackOrder, parcel: Parcel, facts: PackFacts, sent: Sending, *, weight: str) -> LabelContent:
    """The carrier's label: its tracking number, who sends and who gets it, the tour that it goes with."""
    number, names = order.parcels.index(parcel) + 1, _names(facts, sent.service)
    return LabelContent(
        SHIPPING,
        sent.tracking,
        {
            "tracking": sent.tracking,
            "ship_to": _address(order),
            "ship_from": _sender(facts),
            "carrier": names.carrier,
            "service": names.service,
            "routing": sent.route,
            "weight": weight,
            "carton": str(number),
            "order": order.number,
            "shipped": facts.today.isoformat(),
        },
    )


def destination(order: PackOrder, parcel: Parcel, facts: PackFacts) -> dict[str, str]:
    """What labels say of where the order goes now."""
    carrier = facts.carrier(parcel.carrier)
    if carrier is None:
        return {"ship_to": _address(order)}
    names = called(carrier, parcel.service)
    routing = route_of(carrier, order.ship_to)
    return {"ship_to": _address(order), "routing": routing, "carrier": names.carrier, "service": names.service}


def _names(facts: PackFacts, service: Service) -> Service:
    """A carrier and its service as people call them."""
    return called(facts.carrier(service.carrier), service.service)


def _address(order: PackOrder) -> str:
    """Where the parcel goes, at least the customer's name."""
    address: Address = order.ship_to
    lines = address.lines if address.name else (order.partner, *address.lines)
    return "\n".join(line for line in lines if line) or order.number


def _sender(facts: PackFacts) -> str:
    return "\n".join(facts.sender.lines)
