"""What look-up reads; it writes nothing."""

from collections.abc import Sequence
from uuid import UUID

from app.database.session import Row, Session, query


def read_facts(
    session: Session,
    *,
    items: Sequence[UUID],
    places: Sequence[UUID],
    units: Sequence[UUID],
    documents: Sequence[UUID],
    parcels: Sequence[UUID],
    lot: str,
    serial: str,
) -> Row:
    """The records with these ids, and the stock that belongs to them."""
    row = session.row(
        query("lookup_facts"),
        items=list(items),
        places=list(places),
        units=list(units),
        documents=list(documents),
        parcels=list(parcels),
        lot=lot,
        serial=serial,
    )
    assert row is not None
    return row
