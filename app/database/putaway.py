"""What put-away reads and writes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.session import Row, Session, as_json, query

_BOOK = """
    SELECT fill_bin(p_request => %(request)s, p_warehouse => %(warehouse)s, p_item => %(item)s, p_qty => %(qty)s,
        p_from => %(dock)s, p_bin => %(bin)s, p_trace => %(trace)s, p_unit => %(unit)s, p_to_unit => %(to_unit)s,
        p_owner => %(owner)s, p_status => %(status)s, p_seen => %(seen)s) AS answer
"""


@dataclass(frozen=True, slots=True)
class Meant:
    """Which goods at the docks a step is about; `scanned` are locations, `qty` the part to put away (base units).

    `key` names one stock key and beats all else; `next` means the oldest goods that are not in `skip`. `proposed` is
    the bin to which the goods in hand were sent, which is looked at again whatever lies in it now. `number` is a lot or
    serial number that was scanned by itself.
    """

    key: str = ""
    items: tuple[UUID, ...] = ()
    units: tuple[UUID, ...] = ()
    lot: str = ""
    serial: str = ""
    number: str = ""
    next: bool = False
    skip: tuple[str, ...] = ()
    scanned: tuple[UUID, ...] = ()
    qty: Decimal | None = None
    proposed: UUID | None = None


@dataclass(frozen=True, slots=True)
class PutawayMove:
    """Goods of one stock key that go from the dock into a bin: `qty` base units; `to_unit` is the nil id for none.

    `seen` is what lay in the bin when it was judged.
    """

    item: UUID
    qty: Decimal
    dock: UUID
    bin: UUID
    trace: UUID
    unit: UUID
    to_unit: UUID
    owner: UUID
    status: str
    seen: str


def read_facts(session: Session, *, warehouse: UUID, meant: Meant, thorough: bool = False) -> Row:
    """Goods at the docks, the bins that may take those that are meant, and the policies that may decide.

    `thorough`: look for empty bins also behind many full ones.
    """
    asked = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(meant).items()}
    return session.facts("putaway_facts", warehouse=warehouse, thorough=thorough, **asked)


def read_item(session: Session, *, warehouse: UUID, item: UUID, qty: Decimal, scanned: Sequence[UUID]) -> Row:
    """The same for goods of an item that stand nowhere yet: goods, bins and policies."""
    return session.facts("putaway_item", warehouse=warehouse, item=item, qty=qty, scanned=list(scanned))


def place_at(session: Session, *, warehouse: UUID, address: str) -> UUID | None:
    """The place with this full address; None where there is none in the warehouse."""
    row = session.row(
        "SELECT id FROM location WHERE warehouse_id = %(warehouse)s AND upper(address) = upper(%(address)s)",
        warehouse=warehouse,
        address=address,
    )
    return row["id"] if row else None


def trial_items(
    session: Session, *, warehouse: UUID, scope: str, scope_id: UUID | None, most: int
) -> tuple[tuple[UUID, Decimal], ...]:
    """Items to try rules with, and how much of each, in base units."""
    rows = session.rows(query("putaway_trial_items"), warehouse=warehouse, scope=scope, scope_id=scope_id, most=most)
    return tuple((row["item"], Decimal(row["qty"])) for row in rows)


def book(session: Session, *, request: UUID, warehouse: UUID, move: PutawayMove) -> UUID:
    """Post one put-away move; returns the posting."""
    row = session.row(_BOOK, request=request, warehouse=warehouse, **asdict(move))
    assert row is not None
    return UUID(row["answer"]["posting"])


def cross_dock(
    session: Session, *, request: UUID, line: UUID, dock: UUID, trace: UUID, unit: UUID, qty: Decimal, tote: UUID
) -> UUID:
    """Post goods from the dock into a tote of an order line; returns the posting."""
    posting: UUID = session.call(
        "cross_dock", request=request, line=line, dock=dock, trace=trace, unit=unit, qty=qty, tote=tote
    )
    return posting


def store_decision(session: Session, *, warehouse: UUID, decision: Mapping[str, Any]) -> UUID:
    """Keep why a bin was proposed; returns the decision's id."""
    made: UUID = session.call(
        "store_decision", capability="putaway", warehouse=warehouse, detail=as_json(dict(decision))
    )
    return made


def count_turnover(session: Session, *, warehouse: UUID) -> int:
    """Rank the goods of a warehouse by their picks; returns how many."""
    ranked: int = session.call("count_turnover", warehouse=warehouse)
    return ranked
