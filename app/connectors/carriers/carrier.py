"""The interface of every carrier: what it can be asked for, and what each answer means."""

from collections.abc import Sequence
from typing import Protocol

from app.domain.carriers import Buying, Capability, Consignment, Doing, Offer, Pickup, TrackEvent
from app.domain.partners import Address, AddressFault


class Carrier(Protocol):
    """A carrier as the worker calls it, outside of every transaction.

    Answers are values (`domain/carriers/model.py`): what the carrier turns down is no exception. A method raises a
    `Fault` only where certainly nothing was done (the folder is away, the line did not open); it is called again later.
    Where it may have been done, it answers `Unanswered`, and `recover` is called until that knows.

    `consignment.reference` is ours and the same in every repetition: a carrier that takes a reference of its customers
    is given this one, so that nothing is bought twice.
    """

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can be asked for; for the rest its methods answer `Refused("carriers.cannot")` or nothing."""
        ...

    def validate(self, address: Address) -> tuple[AddressFault, ...]:
        """What keeps a parcel from reaching an address, as far as the carrier knows."""
        ...

    def rates(self, consignment: Consignment) -> tuple[Offer, ...]:
        """What each of its services would cost, or why it does not take the carton."""
        ...

    def buy(self, consignment: Consignment) -> Buying:
        """Buy the label of `consignment.service`. Asked twice with one reference it may buy once only."""
        ...

    def recover(self, consignment: Consignment) -> Buying | None:
        """What became of an earlier `buy` of this reference; None where certainly nothing was bought."""
        ...

    def void(self, consignment: Consignment, *, request: str) -> Doing:
        """Give the label of `consignment.tracking` back, under our number `request`. Asked twice it is given back once.

        `Asked` where the carrier says later whether it takes the label back, and for which number.
        """
        ...

    def track(self, tracking: str) -> tuple[TrackEvent, ...]:
        """What happened to a parcel on its way, the oldest first."""
        ...

    def manifest(self, number: str, consignments: Sequence[Consignment]) -> Doing:
        """Tell the carrier which cartons it is given at the end of the day, under the manifest's number."""
        ...

    def withdraw(self, manifest: str, consignment: Consignment, *, request: str) -> Doing:
        """Tell the carrier that a carton of a manifest that it was told of does not come with it, under our number."""
        ...

    def pickup(self, pickup: Pickup) -> Doing:
        """Order a truck, once however often it is asked; `Asked` where the carrier says later whether it comes."""
        ...
