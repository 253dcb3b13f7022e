"""What is read and written of handling units: pallets, cases, totes and cartons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from app.database.paging import By, paging, positioned
from app.database.patterns import patterns
from app.database.session import Row, Session, query


@dataclass(frozen=True, slots=True)
class Part:
    """So much of one stock key: `qty` base units."""

    item: UUID
    trace: UUID
    owner: UUID
    status: str
    qty: Decimal


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A handling unit in a list: where it stands, on which other one, how many stock keys it `holds`.

    `since`: when it came there, was nested or taken out of use last, and by whom; None where nobody has touched it yet.
    """

    id: UUID
    number: str
    kind: str
    place: str
    parent: str
    since: datetime | None
    person: str
    holds: int
    ordered_by: tuple[Any, ...] = field(default=(), compare=False, repr=False)


_HOLDS = (
    "(EXISTS (SELECT FROM stock_balance b WHERE b.handling_unit_id = u.id AND b.handling_unit_id <> nil()"
    " AND b.on_hand <> 0) OR EXISTS (SELECT FROM handling_unit c WHERE c.parent_id = u.id))"
)
_STATES = {
    "empty": f"NOT u.retired AND l.stock_keeping AND NOT {_HOLDS}",
    "in_use": f"NOT u.retired AND {_HOLDS}",
    "new": f"NOT u.retired AND u.location_id IS NULL AND NOT {_HOLDS}",
    "gone": f"NOT u.retired AND NOT l.stock_keeping AND NOT {_HOLDS}",
    "retired": "u.retired",
}
"""What holds of a unit `u` at place `l` in each state; the same as unit_state() says of one."""
_ORDERS = {
    "number": ("u.sscc",),
    "kind": ("u.kind",),
    "place": ("coalesce(l.address, '')",),
    "parent": ("coalesce(p.sscc, '')",),
}
_WORD = " AND concat_ws(' ', u.sscc, u.kind, l.address, p.sscc) ILIKE %(word{n})s"


def page(
    session: Session,
    *,
    warehouse: UUID,
    state: str,
    words: Sequence[str],
    order: Sequence[By],
    after: ListedUnit | None,
    most: int,
) -> list[ListedUnit]:
    """A page of the units of a warehouse in a state, by number or in `order`, those behind `after`."""
    pages = paging(_ORDERS, order, ("u.sscc",), after.ordered_by if after else ())
    sql = query("handling_units_page").format(
        state=_STATES[state],
        conditions="".join(_WORD.format(n=n) for n in range(len(words))),
        position=pages.columns,
        behind=pages.behind,
        order=pages.order,
        order_again=pages.order_again,
    )
    found = {f"word{n}": pattern for n, pattern in enumerate(patterns(words))}
    rows = session.rows(sql, warehouse=warehouse, most=most, **pages.parameters, **found)
    return [ListedUnit(**positioned(row)) for row in rows]


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
