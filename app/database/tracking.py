"""What became of cartons on their way: read, and written down as carriers' files or people say it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.database.session import Session, all_as, query
from app.domain.partners import Address

_TRAIL = """
    SELECT e.at, e.state, e.place, e.words, coalesce(p.name, '') AS person
    FROM track_event e LEFT JOIN person p ON p.id = e.person_id WHERE e.parcel_id = %(parcel)s ORDER BY e.at, e.id
"""


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A carton that has left, and what was heard of it last: `state` empty where nothing was.

    `arrives` is the day that its carrier promised; `late`: that day is over, and it was neither delivered nor returned.
    """

    id: UUID
    number: str
    tracking: str
    sscc: str
    partner: str
    ship_to: Address
    carrier: str
    service: str
    carrier_name: str
    service_name: str
    arrives: date | None
    left_at: datetime | None
    state: str
    heard_at: datetime | None
    place: str
    words: str
    late: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that was heard of a carton; `person` where somebody said it."""

    at: datetime
    state: str
    place: str
    words: str
    person: str


def on_the_way(
    session: Session, warehouse: UUID, *, days: int = 30, parcel: UUID | None = None
) -> tuple[OnTheWay, ...]:
    """Cartons that have left a warehouse in the last days, the latest first; or this one."""
    return all_as(session.rows(query("shipping_on_the_way"), warehouse=warehouse, days=days, parcel=parcel), OnTheWay)


def trail(session: Session, parcel: UUID) -> tuple[Heard, ...]:
    """Everything that was heard of a carton, the oldest first."""
    return all_as(session.rows(_TRAIL, parcel=parcel), Heard)


def take(session: Session, *, carrier: str, reference: str, tracking: str, heard: Heard) -> UUID:
    """Store what a carrier's file says; returns the carton. Told again it changes nothing."""
    parcel: UUID = session.call(
        "take_tracking", carrier=carrier, reference=reference, tracking=tracking, at=heard.at, state=heard.state,
        place=heard.place, words=heard.words,
    )  # fmt: skip
    return parcel


def tell(session: Session, *, request: UUID, parcel: UUID, state: str, words: str) -> None:
    """Store what a person knows of a carton on its way."""
    session.call("tell_tracking", request=request, parcel=parcel, state=state, words=words)
