"""What a carrier takes, when it arrives and what it costs, by its set-up: zones, weights, surcharges, transit times."""

from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from app.domain.carriers.model import Consignment, NotOffered, Offer, Rate
from app.domain.carriers.setup import Area, CarrierSetup, Price, ShippingService, Surcharge
from app.domain.partners import Address

_CENT = Decimal("0.01")
_GRAM = Decimal("0.001")
_SATURDAY = 5


def offers(carrier: CarrierSetup, consignment: Consignment) -> tuple[Offer, ...]:
    """What each service of a carrier would cost for a consignment, or why it does not take it."""
    return tuple(_offer(carrier, service, consignment) for service in carrier.services)


def offer(carrier: CarrierSetup, service: str, consignment: Consignment) -> Offer:
    """The same for one service; one that is not set up is offered without a price where the carrier has none at all."""
    known = carrier.service(service)
    if known is None and not carrier.prices:
        known = ShippingService(service, service, hazard=True)
    if known is None:
        return _not_offered(carrier, ShippingService(service, service), "carriers.no_service")
    return _offer(carrier, known, consignment)


def charged_weight(carrier: CarrierSetup, consignment: Consignment) -> Decimal:
    """The weight that is charged, in kg: the carton's own, or by its volume where that is more."""
    divisor = carrier.general.get("litre_kg")
    if not divisor:
        return consignment.weight_kg
    length, width, height = (Decimal(side) / 10 for side in consignment.sides_mm)
    by_volume = (length * width * height / Decimal(divisor)).quantize(_GRAM, ROUND_HALF_UP)
    return max(consignment.weight_kg, by_volume)


def arrival(service: ShippingService, consignment: Consignment) -> date:
    """The day on which it arrives: working days from the day it leaves, the next one after the service's cut-off."""
    leaves = consignment.ready.date()
    if service.cut_off and consignment.ready.time() > time.fromisoformat(service.cut_off):
        leaves += timedelta(days=1)
    while not _works(leaves, service):
        leaves += timedelta(days=1)
    for _ in range(service.days or 0):
        leaves += timedelta(days=1)
        while not _works(leaves, service):
            leaves += timedelta(days=1)
    return leaves


def route_of(carrier: CarrierSetup, receiver: Address) -> str:
    """The tour that goes to the receiver; their country and postal code where none is set up."""
    found = find_area(carrier.routes, receiver.country, receiver.postal_code)
    return found.name if found else " ".join(part for part in (receiver.country, receiver.postal_code) if part)


def find_area(areas: tuple[Area, ...], country: str, postal_code: str) -> Area | None:
    """The first area that a postal code lies in, the narrower ones before whole countries before anywhere.

    Codes are compared by as many signs as the bounds have, capitals without blanks: 20–29 holds 28195.
    """
    written = _plain(postal_code)
    within = [one for one in areas if one.country in (country, "*") and _holds(one, written)]
    return min(within, key=lambda one: (one.country == "*", -len(one.first)), default=None)


def _plain(postal_code: str) -> str:
    return "".join(postal_code.upper().split())


def _holds(area: Area, code: str) -> bool:
    first, last = _plain(area.first), _plain(area.last or area.first)
    return code[: len(first)] >= first and code[: len(last)] <= last


def _works(day: date, service: ShippingService) -> bool:
    return service.weekend or day.weekday() < _SATURDAY


def _offer(carrier: CarrierSetup, service: ShippingService, consignment: Consignment) -> Offer:
    if why := _hindrance(service, consignment):
        return _not_offered(carrier, service, why[0], **why[1])
    charged, arrives = charged_weight(carrier, consignment), arrival(service, consignment)
    in_time = consignment.needed is None or arrives <= consignment.needed
    if not carrier.prices:
        return Rate(carrier.code, service.code, None, carrier.currency, arrives, charged, in_time=in_time)
    receiver = consignment.receiver
    zone = find_area(carrier.zones, receiver.country, receiver.postal_code)
    if zone is None:
        told = {"country": receiver.country, "postal_code": receiver.postal_code}
        return _not_offered(carrier, service, "carriers.no_zone", **told)
    price = _price(carrier, service, zone.name, charged, consignment.ready.date())
    if price is None:
        return _not_offered(carrier, service, "carriers.no_price", zone=zone.name, weight=f"{charged:f}")
    parts = ((service.code, price.price), *_surcharges(carrier, service, consignment, price.price, zone.name))
    total = sum((amount for _, amount in parts), Decimal(0))
    return Rate(carrier.code, service.code, total, carrier.currency, arrives, charged, zone.name, parts, in_time)


def _not_offered(carrier: CarrierSetup, service: ShippingService, code: str, **facts: object) -> NotOffered:
    return NotOffered(carrier.code, service.code, code, {**facts, "carrier": carrier.name, "service": service.name})


def _hindrance(service: ShippingService, consignment: Consignment) -> tuple[str, dict[str, object]] | None:
    """Why a service does not take a carton, whatever it would cost."""
    if service.most_kg is not None and consignment.weight_kg > service.most_kg:
        return "carriers.too_heavy", {"weight": f"{consignment.weight_kg:f}", "most": f"{service.most_kg:f}"}
    if service.longest_mm is not None and consignment.longest_mm > service.longest_mm:
        return "carriers.too_long_side", {"length": consignment.longest_mm, "most": service.longest_mm}
    if consignment.hazards and not service.hazard:
        return "carriers.no_hazard", {"hazards": ", ".join(consignment.hazards)}
    return None


def _price(
    carrier: CarrierSetup, service: ShippingService, zone: str, charged: Decimal, day: date
) -> Price | None:  # fmt: skip
    """The price of the lowest step that holds the weight; of several that are valid, the one that began last."""
    valid = [
        one
        for one in carrier.prices
        if (one.service, one.zone) == (service.code, zone) and _valid(one, day) and charged <= one.up_to_kg
    ]
    return min(valid, key=lambda one: (one.up_to_kg, -(one.valid_from or date.min).toordinal()), default=None)


def _valid(one: Price | Surcharge, day: date) -> bool:
    return (one.valid_from or date.min) <= day <= (one.valid_until or date.max)


def _surcharges(
    carrier: CarrierSetup, service: ShippingService, consignment: Consignment, price: Decimal, zone: str
) -> list[tuple[str, Decimal]]:
    charged, day = charged_weight(carrier, consignment), consignment.ready.date()
    theirs = (one for one in carrier.surcharges if one.service in ("", service.code) and _valid(one, day))
    return [(one.name, _amount(one, price, charged)) for one in theirs if _applies(one, consignment, zone)]


def _applies(one: Surcharge, consignment: Consignment, zone: str) -> bool:
    match one.applies:
        case "longer_than":
            return consignment.longest_mm > Decimal(one.limit)
        case "heavier_than":
            return consignment.weight_kg > Decimal(one.limit)
        case "hazard":
            return bool(consignment.hazards)
        case "zone":
            return zone == one.limit
        case _:
            return True


def _amount(one: Surcharge, price: Decimal, charged: Decimal) -> Decimal:
    worth = {"percent": price * one.amount / 100, "per_kg": charged * one.amount}.get(one.kind, one.amount)
    return worth.quantize(_CENT, ROUND_HALF_UP)
