"""What is read and written of handling units: pallets, cases, totes and cartons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from app.database.session import Row, Session


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
    return session.facts("handling_facts", warehouse=warehouse, units=list(units), places=list(places))


def move(session: Session, *, request: UUID, unit: UUID, place: UUID, kind: str) -> Mapping[str, Any]:
    """Move a unit with everything in and on it; see `move_unit()`."""
    answer: Mapping[str, Any] = session.call("move_unit", request=request, unit=unit, to_location=place, kind=kind)
    return answer


def nest(session: Session, *, unit: UUID, onto: UUID | None) -> None:
    """Put a unit onto another one, or take it off."""
    session.call("nest_unit", unit=unit, onto=onto)


def retire(session: Session, *, unit: UUID, retired: bool) -> None:
    """Take an empty unit out of use, or into use again."""
    session.call("retire_unit", unit=unit, retired=retired)


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


class StatusKey(Protocol):
    """Goods whose status is changed: `qty` base units of one stock key."""

    @property
    def unit(self) -> UUID: ...  # noqa: D102

    @property
    def item(self) -> UUID: ...  # noqa: D102

    @property
    def trace(self) -> UUID: ...  # noqa: D102

    @property
    def owner(self) -> UUID: ...  # noqa: D102

    @property
    def status(self) -> str: ...  # noqa: D102

    @property
    def qty(self) -> Decimal: ...  # noqa: D102


def change_status(
    session: Session,
    *,
    request: UUID,
    warehouse: UUID,
    place: UUID,
    goods: Sequence[StatusKey],
    status: str,
    reason: str,
) -> UUID:
    """Give goods in units another status, where they stand; returns the posting."""
    units, owners, places = [one.unit for one in goods], [one.owner for one in goods], [place for _ in goods]
    answer = session.call(
        "post_moves",
        request=request,
        kind="status",
        warehouse=warehouse,
        items=[one.item for one in goods],
        qtys=[one.qty for one in goods],
        from_locations=places,
        to_locations=places,
        traces=[one.trace for one in goods],
        from_units=units,
        to_units=units,
        from_statuses=[one.status for one in goods],
        to_statuses=[status for _ in goods],
        from_owners=owners,
        to_owners=owners,
        reasons=[reason for _ in goods],
    )
    return UUID(answer["posting"])


def make(session: Session, *, warehouse: UUID, kind: str) -> tuple[UUID, str]:
    """A new unit with the next SSCC; returns its id and its number."""
    row = session.row(
        "SELECT id, sscc FROM create_handling_unit(%(kind)s, %(warehouse)s, NULL)", kind=kind, warehouse=warehouse
    )
    assert row is not None
    return row["id"], row["sscc"]


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
