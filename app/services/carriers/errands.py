"""The outbox as the worker takes it up and settles it: one transaction before a carrier is asked, one after.

Between the two nothing is open, and the carrier may take as long as it likes, or the program die.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from app.database import carriers as store
from app.database.carriers import Bid, Errand
from app.domain.carriers import Answer, Asked, Bought, Buying, CarrierSetup, Consignment, Doing, Done, Refused, has_form
from app.domain.errors import Refusal
from app.services.carriers.buying import PURCHASE
from app.services.carriers.consigning import label_of
from app.services.carriers.requests import REQUEST
from app.services.printing import JOB
from app.services.work import UnitOfWork

__all__ = ["Bid", "Errand", "bid_of", "claim", "later", "miss_answers", "settle", "settle_doing", "take_answer"]

RECOVER_S = 60
_WAIT_MINUTES = 120


def claim(unit: UnitOfWork, *, seconds: int) -> Errand | None:
    """The next errand that is due, the caller's for so many seconds; None where nothing is due."""
    found = store.claim(unit.session, seconds=seconds)
    if found is not None and found.purchase is not None:
        unit.changed(PURCHASE, found.subject)
    return found


def settle(
    unit: UnitOfWork, errand: Errand, answer: Buying, *, carrier: CarrierSetup, consignment: Consignment, now: datetime
) -> None:  # fmt: skip
    """Store what a carrier answered to the wish for a label. Refuses `carriers.overtaken` to whoever took too long."""
    match answer:
        case Bought():
            label = label_of(consignment, carrier=carrier, tracking=answer.tracking, route=answer.route)
            bought = {**asdict(answer), "label": dict(label.fields)}
            store.settle(unit.session, errand, "bought", answer=bought)
        case Asked():
            store.settle(unit.session, errand, "asked", answer_by=now + _patience(carrier))
        case Refused():
            store.settle(unit.session, errand, "refused", fault=answer.code, facts=_plain(answer.facts))
        case _:
            store.settle(
                unit.session, errand, "unknown", fault=answer.code, facts=_plain(answer.facts), seconds=RECOVER_S
            )
    _tell(unit, errand)


def settle_doing(
    unit: UnitOfWork, errand: Errand, answer: Doing, *, carrier: CarrierSetup, now: datetime
) -> None:  # fmt: skip
    """Store what a carrier answered to anything else: a label given back, a manifest, a truck that is wanted."""
    match answer:
        case Done():
            store.settle(unit.session, errand, "done")
        case Asked():
            store.settle(unit.session, errand, "asked", answer_by=now + _patience(carrier))
        case Refused():
            store.settle(unit.session, errand, "refused", fault=answer.code, facts=_plain(answer.facts))
        case _:
            store.settle(
                unit.session, errand, "unknown", fault=answer.code, facts=_plain(answer.facts), seconds=RECOVER_S
            )
    _tell(unit, errand)


def _patience(carrier: CarrierSetup) -> timedelta:
    """How long a carrier may take to answer by file."""
    return timedelta(minutes=int(carrier.general.get("wait_minutes") or _WAIT_MINUTES))


def later(unit: UnitOfWork, errand: Errand, *, fault: str, facts: Mapping[str, object], seconds: int) -> None:
    """Certainly nothing was done: the errand waits for its next try."""
    store.settle(unit.session, errand, "later", fault=fault, facts=_plain(facts), seconds=seconds)
    _tell(unit, errand)


def bid_of(unit: UnitOfWork, *, carrier: str, reference: str) -> Bid:
    """The purchase that a carrier's file speaks of; refuses `carriers.unknown_reference`."""
    found = store.bid(unit.session, carrier=carrier, reference=reference)
    if found is None:
        raise Refusal("carriers.unknown_reference", reference=reference)
    return found


def take_answer(unit: UnitOfWork, answer: Answer, *, carrier: CarrierSetup, label: Mapping[str, str]) -> None:
    """Store a line of a carrier's file. Refuses what matches nothing of ours, comes too late, or has been used."""
    if not answer.fault and not answer.tracking:
        raise Refusal("carriers.no_tracking", reference=answer.reference)
    form = carrier.text("number_form")
    if not answer.fault and not has_form(answer.tracking, form):
        code = "carriers.wrong_number" if form else "carriers.unprintable_number"
        raise Refusal(code, tracking=answer.tracking, reference=answer.reference, form=form)
    taken = store.take_answer(
        unit.session, carrier=carrier.code, reference=answer.reference, tracking=answer.tracking, fault=answer.fault,
        label=label,
    )  # fmt: skip
    unit.changed(PURCHASE)
    unit.changed("parcel", taken["parcel"])
    unit.changed(JOB)


def miss_answers(unit: UnitOfWork) -> None:
    """What a carrier did not answer in time is unknown from now on."""
    if store.miss_answers(unit.session):
        unit.changed(PURCHASE)
        unit.changed(REQUEST)


def _plain(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items()}


def _tell(unit: UnitOfWork, errand: Errand) -> None:
    """Screens read again, and the bench that waits for the label."""
    unit.changed(PURCHASE, errand.subject)
    if errand.kind != "buy":
        unit.changed(REQUEST, errand.id)
    if errand.purchase is not None:
        unit.changed("parcel", errand.purchase.parcel)
        unit.changed(JOB)
