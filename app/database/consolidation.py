"""What bringing totes together reads and writes."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from app.database.session import Row, Session, query


def read_facts(session: Session, *, warehouse: UUID, totes: Sequence[UUID], places: Sequence[UUID]) -> Row:
    """The totes that were scanned with their goods, the orders of these, and the places that were scanned."""
    row = session.row(query("consolidation_facts"), warehouse=warehouse, totes=list(totes), places=list(places))
    assert row is not None
    return row


def bring(session: Session, *, request: UUID, tote: UUID, place: UUID) -> UUID | None:
    """Bring a tote with its goods to another place where totes stand; returns the posting."""
    answer = session.call("move_unit", request=request, unit=tote, to_location=place, kind="consolidate")
    return UUID(answer["posting"]) if answer.get("posting") else None


def sort(
    session: Session, *, request: UUID, line: UUID, tote: UUID, trace: UUID, quantity: Decimal, into: UUID
) -> UUID:
    """Take goods of a line out of a shared tote into one of its order; returns the posting."""
    posting: UUID = session.call(
        "sort_goods", **{"request": request, "line": line, "from": tote, "trace": trace, "qty": quantity, "into": into}
    )
    return posting
