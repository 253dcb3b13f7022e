"""Who carries a carton that is being closed: chosen by the rules, and its shipping label bought or asked for.

A label of our own needs nobody's answer: it is bought with the carton's closing. For any other carrier it is wanted,
and whoever works on the outbox asks for it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.carriers import Consignment, NotOffered, Selection, offer, route_of
from app.domain.shipping import HOUSE, Service, select_carrier, tracking_number
from app.services.packing import PackFacts, PackOrder, Parcel

_STANDARD = frozenset({"", "STANDARD"})
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Sending:
    """How a carton is sent: `purchase` is what is written down of its label (None: nobody takes the carton).

    `tracking` is empty where the carrier is asked for it. Its papers are the worker's business (`services/shipping`).
    """

    service: Service
    route: str = ""
    tracking: str = ""
    purchase: Mapping[str, Any] | None = None


def sending(order: PackOrder, parcel: Parcel, facts: PackFacts, weight_kg: Decimal) -> Sending:
    """Carrier and service by the shipping policy; a service that the customer ordered by name is kept."""
    assert facts.serial is not None
    consignment = _consignment(order, parcel, facts, weight_kg)
    ordered = Service(order.carrier or HOUSE, "" if order.service.upper() in _STANDARD else order.service)
    selection = select_carrier(
        consignment,
        facts.carriers,
        facts.services.deciding(partner=order.partner_id),
        ordered=ordered,
        minutes_left=_minutes_left(order, facts),
    )
    if selection.chosen is None:
        return Sending(Service("", ""))
    chosen = Service(selection.chosen.carrier, selection.chosen.service)
    carrier = next(one for one in facts.carriers if one.code == chosen.carrier)
    tracking = tracking_number(facts.serial) if carrier.kind == "own" else ""
    told = replace(consignment, service=chosen.service, sender=carrier.sender(consignment.sender))
    route = route_of(carrier, told.receiver)
    return Sending(chosen, route, tracking, _purchase(told, selection, route, tracking))


def rated_again(order: PackOrder, parcel: Parcel, facts: PackFacts) -> Mapping[str, Any] | None:
    """What a sealed carton costs where it goes now, with the service that it has; None where that is not offered."""
    carrier = facts.carrier(parcel.carrier)
    if carrier is None or parcel.weight is None:
        return None
    consignment = _consignment(order, parcel, facts, parcel.weight)
    told = replace(consignment, service=parcel.service, sender=carrier.sender(consignment.sender))
    rate = offer(carrier, parcel.service, told)
    if isinstance(rate, NotOffered):
        return None
    return {"price": rate.price, "currency": rate.currency, "arrives": rate.arrives}


def _purchase(consignment: Consignment, selection: Selection, route: str, tracking: str) -> Mapping[str, Any]:
    """What is written down of the label."""
    rate = selection.chosen
    assert rate is not None
    return {
        "carrier": rate.carrier,
        "service": rate.service,
        "content": asdict(consignment),
        "decision": selection.to_json(),
        "price": rate.price,
        "currency": rate.currency,
        "arrives": rate.arrives,
        "route": route,
        "tracking": tracking,
    }


def _consignment(order: PackOrder, parcel: Parcel, facts: PackFacts, weight_kg: Decimal) -> Consignment:
    carton = next((one for one in facts.cartons if one.code == parcel.carton), None)
    lines = {line.item: line for line in order.lines}
    inside = [(lines[one.item], one.quantity) for one in parcel.contents if one.item in lines]
    wished = order.service.lower() if order.service.upper() not in _STANDARD else ""
    return Consignment(
        reference="",
        sscc=parcel.sscc,
        order=order.number,
        receiver=order.ship_to if order.ship_to.name else replace(order.ship_to, name=order.partner),
        sender=facts.sender,
        ready=facts.now,
        weight_kg=weight_kg,
        sides_mm=carton.outer_mm if carton else (0, 0, 0),
        level=wished,
        partner=order.partner_code,
        value=sum((line.price * quantity for line, quantity in inside if line.price), Decimal(0)),
        currency=facts.currency,
        hazards=tuple(sorted({line.hazard for line, _ in inside if line.hazard})),
        needed=order.due,
        carton=order.parcels.index(parcel) + 1,
        cartons=len(order.parcels),
    )


def _minutes_left(order: PackOrder, facts: PackFacts) -> int | None:
    """How long there is until the order's cut-off, by the warehouse's clock."""
    if not order.cut_off:
        return None
    left = datetime.fromisoformat(order.cut_off) - facts.now
    return int(left.total_seconds() // _MINUTE_S)
