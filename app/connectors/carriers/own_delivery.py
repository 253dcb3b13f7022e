"""We deliver ourselves: prices and tours of the set-up, our own tracking number. Nobody outside is asked.

The number was handed out when the label was wanted, so buying and recovering give the same label however often.
"""

from collections.abc import Sequence
from datetime import date

from app.domain.carriers import (
    Bought,
    Buying,
    Capability,
    CarrierSetup,
    Consignment,
    Doing,
    Done,
    NotOffered,
    Offer,
    Refused,
    TrackEvent,
    offer,
    offers,
    route_of,
)
from app.domain.partners import Address, AddressFault, PartnerAddress, address_faults


class OwnDelivery:
    """The `Carrier` that we are."""

    capabilities = frozenset(Capability) - {Capability.TRACK}

    def __init__(self, setup: CarrierSetup) -> None:
        self.setup = setup

    def validate(self, address: Address) -> tuple[AddressFault, ...]:
        """By the rules of the country."""
        return faults_of(address)

    def rates(self, consignment: Consignment) -> tuple[Offer, ...]:
        """By the set-up's zones and prices."""
        return offers(self.setup, consignment)

    def buy(self, consignment: Consignment) -> Buying:
        """Refuses what the service does not take; else the label is there."""
        rate = offer(self.setup, consignment.service, consignment)
        if isinstance(rate, NotOffered):
            return Refused(rate.code, rate.facts)
        route = route_of(self.setup, consignment.receiver)
        return Bought(consignment.tracking, rate.price, rate.currency, route, rate.arrives)

    def recover(self, consignment: Consignment) -> Buying | None:
        """The same label as before."""
        return self.buy(consignment)

    def void(self, consignment: Consignment) -> Doing:
        """Nobody else needs to know."""
        return Done()

    def track(self, tracking: str) -> tuple[TrackEvent, ...]:
        """Nobody reports from the way; what leaves the house is known anyway."""
        return ()

    def manifest(self, number: str, consignments: Sequence[Consignment]) -> Doing:
        """The paper that the driver takes along is all."""
        return Done(number)

    def pickup(self, day: date, cartons: int) -> Doing:
        """The truck is ours."""
        return Done()


def faults_of(address: Address) -> tuple[AddressFault, ...]:
    """What keeps post from arriving, by the rules of the address's country."""
    parts = {name: getattr(address, name) for name in Address.__slots__}
    return address_faults(PartnerAddress(**parts))
