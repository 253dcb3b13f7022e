"""What allocation reads and writes: demand, free stock, reservations with their pick tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from app.database.session import Row, Session, as_json, query

_FACTS = "SELECT * FROM allocation_facts(%(documents)s::uuid[])"


@dataclass(frozen=True, slots=True)
class Reserved:
    """So much of one stock key for one order line: `qty` base units."""

    line: UUID
    item: UUID
    location: UUID
    trace: UUID
    unit: UUID
    owner: UUID
    status: str
    qty: Decimal


@dataclass(frozen=True, slots=True)
class Available:
    """What can be promised of an item, in base units `unit`: `available` is usable, less reserved and promised.

    `on_hand` counts whatever lies there; `inbound` is what released purchase orders still bring.
    """

    sku: str
    name: str
    unit: str
    on_hand: Decimal
    usable: Decimal
    reserved: Decimal
    promised: Decimal
    available: Decimal
    inbound: Decimal
    inbound_promised: Decimal


def read_available(session: Session, *, warehouse: UUID, sku: str) -> tuple[Available, ...]:
    """What can be promised of one item, or of all that are there, awaited or promised (sku empty)."""
    return tuple(Available(**row) for row in session.rows(query("allocation_available"), warehouse=warehouse, sku=sku))


def read_demand(session: Session, documents: Sequence[UUID]) -> Row:
    """Lock the demand of these orders, then read it with the stock that is free: one round trip."""
    with session.pipeline():
        cursor = send_demand(session, documents)
    row = cursor.fetchone()
    assert row is not None
    return row


def look_at_demand(session: Session, documents: Sequence[UUID]) -> Row:
    """The same without a lock: for looking only."""
    row = session.row(_FACTS, documents=list(documents))
    assert row is not None
    return row


def send_demand(session: Session, documents: Sequence[UUID]) -> psycopg.Cursor[Row]:
    """Ask the same within somebody else's pipeline; read the cursor when the pipeline has ended."""
    session.send("lock_demand", {"documents": list(documents)})
    return session.rows_later(_FACTS, documents=list(documents))


def reserve(
    session: Session, *, warehouse: UUID, reserved: Sequence[Reserved], decisions: Mapping[UUID, Mapping[str, Any]]
) -> None:
    """Reserve stock, make the pick tasks, and keep why; `decisions` by order line."""
    session.call(
        "allocate_stock",
        warehouse=warehouse,
        lines=[one.line for one in reserved],
        items=[one.item for one in reserved],
        locations=[one.location for one in reserved],
        traces=[one.trace for one in reserved],
        units=[one.unit for one in reserved],
        owners=[one.owner for one in reserved],
        statuses=[one.status for one in reserved],
        qtys=[one.qty for one in reserved],
        decisions=as_json(decisions),
    )


def waiting_orders(session: Session, *, warehouse: UUID, most: int) -> list[UUID]:
    """Orders that want goods which nothing is reserved for yet, the most urgent first."""
    return [row["id"] for row in session.rows(query("allocation_waiting"), warehouse=warehouse, most=most)]


def release_order(session: Session, document: UUID) -> None:
    """Give back what an order has reserved in bins, and cancel its picks."""
    session.call("release_order", document=document)
