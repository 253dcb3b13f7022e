"""Tracking: what became of cartons on their way, from carriers' files and from people."""

from datetime import datetime
from uuid import UUID

from app.database import tracking as store
from app.database.tracking import Heard, OnTheWay
from app.domain.carriers import TRACK_STATES, Answer, CarrierSetup, event_of
from app.services.work import UnitOfWork

__all__ = ["STATES", "TRACKING", "Heard", "OnTheWay", "on_the_way", "take", "tell", "trail"]

TRACKING = "tracking"
"""The kind under which what was heard is published on the bus of changes."""
STATES = TRACK_STATES
"""What may be said of a carton that has left."""


def on_the_way(unit: UnitOfWork, warehouse: UUID) -> tuple[OnTheWay, ...]:
    """Cartons that have left in the last month, the latest first, with what was heard of them last."""
    return store.on_the_way(unit.session, warehouse)


def trail(unit: UnitOfWork, parcel: UUID) -> tuple[Heard, ...]:
    """Everything that was heard of a carton, the oldest first."""
    return store.trail(unit.session, parcel)


def take(unit: UnitOfWork, answer: Answer, *, carrier: CarrierSetup, now: datetime) -> None:
    """Take a line of a carrier's file about a carton on its way; told again it changes nothing.

    Refuses `carriers.unreadable_moment`, `carriers.unknown_reference` and `shipping.still_here`.
    """
    said = event_of(carrier, answer, now=now)
    heard = Heard(said.at, said.state, said.place, said.words, "")
    parcel = store.take(
        unit.session, carrier=carrier.code, reference=answer.reference, tracking=answer.tracking, heard=heard
    )
    unit.changed(TRACKING, parcel)


def tell(unit: UnitOfWork, parcel: UUID, *, state: str, words: str = "") -> None:
    """A person knows what became of a carton; refuses `shipping.still_here`."""
    store.tell(unit.session, request=unit.request_id, parcel=parcel, state=state, words=words)
    unit.changed(TRACKING, parcel)
