"""What carriers without an interface of their own have in common: addresses, prices and routes by the set-up."""

from app.domain.carriers import Bought, CarrierSetup, Consignment, NotOffered, Refused, offer, route_of
from app.domain.partners import Address, AddressFault, PartnerAddress, address_faults


def faults_of(address: Address) -> tuple[AddressFault, ...]:
    """What keeps post from arriving, by the rules of the address's country."""
    parts = {name: getattr(address, name) for name in Address.__slots__}
    return address_faults(PartnerAddress(**parts))


def refused_by(setup: CarrierSetup, consignment: Consignment) -> Refused | None:
    """Why the service does not take a consignment; None where it does."""
    rate = offer(setup, consignment.service, consignment)
    return Refused(rate.code, rate.facts) if isinstance(rate, NotOffered) else None


def bought_by(setup: CarrierSetup, consignment: Consignment) -> Bought:
    """The label under the number that the consignment has, with price, day and route of the set-up."""
    rate, route = offer(setup, consignment.service, consignment), route_of(setup, consignment.receiver)
    if isinstance(rate, NotOffered):
        return Bought(consignment.tracking, route=route)
    return Bought(consignment.tracking, rate.price, rate.currency, route, rate.arrives)
