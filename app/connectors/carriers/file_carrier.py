"""A carrier that is told by files: one for each carton when its label is bought, or one a manifest.

Its numbers are of a range that it gave us, or it answers with them in a file of its own, which the worker reads
(`app/worker/answers.py`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.connectors.carriers.drop import Drop
from app.connectors.carriers.own_delivery import faults_of
from app.domain.carriers import (
    Asked,
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
    export_file,
    offer,
    offers,
    route_of,
)
from app.domain.errors import Refusal
from app.domain.partners import Address, AddressFault


class FileCarrier:
    """The `Carrier` behind a folder."""

    capabilities = frozenset(
        {Capability.VALIDATE, Capability.RATES, Capability.BUY, Capability.RECOVER, Capability.MANIFEST}
    )

    def __init__(self, setup: CarrierSetup) -> None:
        self.setup = setup

    def validate(self, address: Address) -> tuple[AddressFault, ...]:
        """By the rules of the country."""
        return faults_of(address)

    def rates(self, consignment: Consignment) -> tuple[Offer, ...]:
        """By the set-up's zones and prices."""
        return offers(self.setup, consignment)

    def buy(self, consignment: Consignment) -> Buying:
        """Tell the carrier where it wants to hear of each carton; its number is ours, or comes later.

        Refuses an address that is not written as its country writes them: the carrier would send the carton back.
        """
        rate = offer(self.setup, consignment.service, consignment)
        if isinstance(rate, NotOffered):
            return Refused(rate.code, rate.facts)
        if consignment.receiver.country and (faults := self.validate(consignment.receiver)):
            return Refused(faults[0].code, faults[0].facts)
        if self._tells_each:
            try:
                self._drop().deliver(self._file(consignment.reference), export_file(self.setup, [consignment]))
            except Refusal as refusal:
                return Refused(refusal.code, refusal.facts)
        return self._answer(consignment)

    def recover(self, consignment: Consignment) -> Buying | None:
        """The file that has gone tells it; where none is sent for each carton, nothing can be in doubt."""
        if self._tells_each and not self._drop().has_gone(self._file(consignment.reference)):
            return None
        return self._answer(consignment)

    def void(self, consignment: Consignment) -> Doing:
        """A carrier that was told of the carton has to be told by a person; one that was not needs nothing."""
        if self._tells_each and self._drop().has_gone(self._file(consignment.reference)):
            return Refused("carriers.tell_them", {"carrier": self.setup.name, "tracking": consignment.tracking})
        return Done()

    def track(self, tracking: str) -> tuple[TrackEvent, ...]:
        """Files tell nothing of it."""
        return ()

    def manifest(self, number: str, consignments: Sequence[Consignment]) -> Doing:
        """One file with every carton of the manifest, under its number."""
        told = [replace(one, sender=self.setup.sender(one.sender)) for one in consignments]
        try:
            self._drop().deliver(self._file(number), export_file(self.setup, told))
        except Refusal as refusal:
            return Refused(refusal.code, refusal.facts)
        return Done(self._file(number))

    def pickup(self, day: date, cartons: int) -> Doing:
        """There is no file for it: a person has to call."""
        return Refused("carriers.cannot", {"carrier": self.setup.name})

    # - inside -

    @property
    def _tells_each(self) -> bool:
        return self.setup.text("sends", "each") == "each"

    def _drop(self) -> Drop:
        if not self.setup.text("folder"):
            raise Refusal("carriers.no_folder", carrier=self.setup.name)
        return Drop(Path(self.setup.text("folder")))

    def _file(self, reference: str) -> str:
        layout = self.setup.text("layout", "csv")
        return f"{self.setup.code}-{reference}.{self.setup.text('file_ending', 'csv' if layout == 'csv' else 'txt')}"

    def _answer(self, consignment: Consignment) -> Buying:
        if self.setup.answers_later:
            return Asked()
        rate = offer(self.setup, consignment.service, consignment)
        route = route_of(self.setup, consignment.receiver)
        if isinstance(rate, NotOffered):
            return Bought(consignment.tracking, route=route)
        return Bought(consignment.tracking, rate.price, rate.currency, route, rate.arrives)
