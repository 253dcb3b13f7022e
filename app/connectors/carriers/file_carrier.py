"""A carrier that is told by files: one for each carton when its label is bought, or one a manifest.

Its numbers are of a range that it gave us, or it answers with them in a file of its own, which the worker reads
(`app/worker/answers.py`). Where the set-up says how, it is also told by file of labels that are given back and of
trucks that are wanted, and may confirm both.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from app.connectors.carriers.by_setup import bought_by, faults_of, refused_by
from app.connectors.carriers.drop import Drop
from app.domain.carriers import (
    Asked,
    Buying,
    Capability,
    CarrierSetup,
    Consignment,
    Doing,
    Done,
    Offer,
    Pickup,
    Refused,
    TrackEvent,
    export_file,
    offers,
    pickup_file,
    void_file,
)
from app.domain.errors import Refusal
from app.domain.partners import Address, AddressFault


class FileCarrier:
    """The `Carrier` behind a folder."""

    def __init__(self, setup: CarrierSetup) -> None:
        self.setup = setup

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What its set-up has columns for; nothing is ever heard from the way."""
        less = {Capability.TRACK}
        less |= set() if self.setup.void_columns else {Capability.VOID}
        less |= set() if self.setup.pickup_columns else {Capability.PICKUP}
        return frozenset(Capability) - less

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
        if refused := refused_by(self.setup, consignment):
            return refused
        if consignment.receiver.country and (faults := self.validate(consignment.receiver)):
            return Refused(faults[0].code, faults[0].facts)
        if self._tells_each:
            told = self._tell(consignment.reference, lambda: export_file(self.setup, [consignment]))
            if isinstance(told, Refused):
                return told
        return self._answer(consignment)

    def recover(self, consignment: Consignment) -> Buying | None:
        """The file that has gone tells it; where none is sent for each carton, nothing can be in doubt."""
        if self._tells_each and not self._was_told(consignment.reference):
            return None
        return self._answer(consignment)

    def void(self, consignment: Consignment, *, request: str) -> Doing:
        """By file where the set-up says how; else a carrier that was told of the carton has to be told by a person."""
        if not self._was_told(consignment.reference):
            return Done()
        if not self.setup.void_columns:
            return Refused("carriers.tell_them", {"carrier": self.setup.name, "tracking": consignment.tracking})
        return self._give_back(consignment, request)

    def track(self, tracking: str) -> tuple[TrackEvent, ...]:
        """Files tell nothing of it."""
        return ()

    def manifest(self, number: str, consignments: Sequence[Consignment]) -> Doing:
        """One file with every carton of the manifest, under its number."""
        told = [replace(one, sender=self.setup.sender(one.sender)) for one in consignments]
        return self._tell(number, lambda: export_file(self.setup, told))

    def withdraw(self, manifest: str, consignment: Consignment, *, request: str) -> Doing:
        """By the file that gives labels back, where the set-up says how; else a person has to call."""
        if not self.setup.void_columns:
            told = {"carrier": self.setup.name, "tracking": consignment.tracking, "manifest": manifest}
            return Refused("carriers.tell_of_manifest", told)
        return self._give_back(consignment, request)

    def pickup(self, pickup: Pickup) -> Doing:
        """By file where the set-up says how; else a person has to call."""
        if not self.setup.pickup_columns:
            return Refused("carriers.cannot", {"carrier": self.setup.name})
        told = replace(pickup, sender=self.setup.sender(pickup.sender))
        return self._confirmed(self._tell(pickup.number, lambda: pickup_file(self.setup, told), "pickup-"))

    # - inside -

    @property
    def _tells_each(self) -> bool:
        return self.setup.text("sends", "each") == "each"

    def _give_back(self, consignment: Consignment, request: str) -> Doing:
        told = replace(consignment, sender=self.setup.sender(consignment.sender))
        return self._confirmed(self._tell(request, lambda: void_file(self.setup, told, request=request), "void-"))

    def _drop(self) -> Drop:
        if not self.setup.text("folder"):
            raise Refusal("carriers.no_folder", carrier=self.setup.name)
        return Drop(Path(self.setup.text("folder")))

    def _tell(self, number: str, content: Callable[[], bytes], kind: str = "") -> Done | Refused:
        """Drop the file of this number, once; what it cannot say is the answer."""
        try:
            self._drop().deliver(self._file(number, kind), content())
        except Refusal as refusal:
            return Refused(refusal.code, refusal.facts)
        return Done(self._file(number, kind))

    def _was_told(self, reference: str) -> bool:
        return self._tells_each and self._drop().has_gone(self._file(reference))

    def _confirmed(self, told: Done | Refused) -> Doing:
        """What the carrier was told it may still refuse, where it answers to such files."""
        return Asked() if isinstance(told, Done) and self.setup.confirms else told

    def _file(self, number: str, kind: str = "") -> str:
        layout = self.setup.text("layout", "csv")
        ending = self.setup.text("file_ending", "csv" if layout == "csv" else "txt")
        return f"{self.setup.code}-{kind}{number}.{ending}"

    def _answer(self, consignment: Consignment) -> Buying:
        return Asked() if self.setup.answers_later else bought_by(self.setup, consignment)
