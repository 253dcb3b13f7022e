"""What is read and written of handling units: pallets, cases, totes and cartons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.session import Row, Session, query


@dataclass(frozen=True, slots=True)
class Part:
    """So much of one stock key: `qty` base units."""

    item: UUID
    trace: UUID
    owner: UUID
    status: str
    qty: Decimal


def read_facts(session: Session, *, warehouse: UUID, units: Sequence[UUID], places: Sequence[UUID]) -> Row:
    """The units with all that is in and on them, and the places that were scanned."""
    row = session.row(query("handling_facts"), warehouse=warehouse, units=list(units), places=list(places))
    assert row is not None
    return row


def move(session: Session, *, request: UUID, unit: UUID, place: UUID, kind: str) -> Mapping[str, Any]:
    """Move a unit with everything in and on it; see `move_unit()`."""
    answer: Mapping[str, Any] = session.call("move_unit", request=request, unit=unit, to_location=place, kind=kind)
    return answer


def nest(session: Session, *, unit: UUID, onto: UUID | None) -> None:
    """Put a unit onto another one, or take it off."""
    session.call("nest_unit", unit=unit, onto=onto)


def repack(
    session: Session, *, request: UUID, unit: UUID, into: UUID | None, parts: Sequence[Part] | None
) -> Mapping[str, Any]:
    """Fill goods from one unit into another or onto the place; None for everything. See `repack_goods()`."""
    goods: dict[str, object] = {}
    if parts is not None:
        goods = {
            "items": [part.item for part in parts],
            "traces": [part.trace for part in parts],
            "owners": [part.owner for part in parts],
            "statuses": [part.status for part in parts],
            "qtys": [part.qty for part in parts],
        }
    answer: Mapping[str, Any] = session.call("repack_goods", request=request, unit=unit, into=into, **goods)
    return answer


def register(session: Session, *, warehouse: UUID, kind: str, number: str) -> UUID:
    """Make a unit known by the number on it; it stands nowhere yet."""
    row = session.row(
        "SELECT id FROM create_handling_unit(%(kind)s, %(warehouse)s, NULL, %(number)s)",
        kind=kind,
        warehouse=warehouse,
        number=number,
    )
    assert row is not None
    made: UUID = row["id"]
    return made
