"""We deliver ourselves: prices and tours of the set-up, our own tracking number. Nobody outside is asked.

The number was handed out when the label was wanted, so buying and recovering give the same label however often.
"""

from collections.abc import Sequence

from app.connectors.carriers.by_setup import bought_by, faults_of, refused_by
from app.domain.carriers import (
    Buying,
    Capability,
    CarrierSetup,
    Consignment,
    Doing,
    Done,
    Offer,
    Pickup,
    TrackEvent,
    offers,
)
from app.domain.partners import Address, AddressFault


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
        return refused_by(self.setup, consignment) or bought_by(self.setup, consignment)

    def recover(self, consignment: Consignment) -> Buying | None:
        """The same label as before."""
        return self.buy(consignment)

    def void(self, consignment: Consignment, *, request: str) -> Doing:
        """Nobody else needs to know."""
        return Done()

    def track(self, tracking: str) -> tuple[TrackEvent, ...]:
        """Nobody reports from the way; what leaves the house is known anyway."""
        return ()

    def manifest(self, number: str, consignments: Sequence[Consignment]) -> Doing:
        """The paper that the driver takes along is all."""
        return Done(number)

    def withdraw(self, manifest: str, consignment: Consignment, *, request: str) -> Doing:
        """The driver's paper is printed again."""
        return Done()

    def pickup(self, pickup: Pickup) -> Doing:
        """The truck is ours."""
        return Done()
