"""What shipping reads and writes."""

from collections.abc import Sequence
from uuid import UUID

from app.database.session import Row, Session


def read_facts(session: Session, *, warehouse: UUID, parcels: Sequence[UUID], units: Sequence[UUID]) -> Row:
    """Parcels by their ids or their cartons, with their orders."""
    return session.facts("shipping_facts", warehouse=warehouse, parcels=list(parcels), units=list(units))


def ship(session: Session, *, request: UUID, parcel: UUID) -> tuple[UUID, int]:
    """Post a labelled parcel to the customer; returns the posting, and how many lines of its order stay open."""
    answer = session.call("ship_parcel", request=request, parcel=parcel)
    return UUID(answer["posting"]), int(answer["open"])
