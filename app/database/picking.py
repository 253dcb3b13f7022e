"""What picking reads and writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.allocation import send_demand
from app.database.session import Row, Session


@dataclass(frozen=True, slots=True)
class PickKey:
    """The reserved stock key of one order line: what a pick task stands for. Nil ids for no trace and no unit."""

    line: UUID
    location: UUID
    trace: UUID
    unit: UUID


Picked = tuple[PickKey, Decimal]
"""A pick, and how much of it (base units) is booked."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another stock key of the same item, from which a pick may be done instead."""

    location: UUID
    trace: UUID
    unit: UUID


def read_facts(
    session: Session,
    *,
    warehouse: UUID,
    document: UUID | None,
    places: Sequence[UUID],
    scanned: Sequence[UUID],
    totes: Sequence[UUID],
) -> Row:
    """The order in hand with its picks, the places and totes that were scanned, the orders that wait."""
    return session.facts(
        "picking_facts",
        warehouse=warehouse,
        document=document,
        places=[*places, *scanned],
        scanned=list(scanned),
        totes=list(totes),
    )


def take_order(session: Session, *, warehouse: UUID, document: UUID | None, tote: UUID | None) -> UUID | None:
    """Lease an order to this person: the one named, that of the tote, or the next; None when nothing waits."""
    taken: UUID | None = session.call("take_order", warehouse=warehouse, document=document, tote=tote)
    return taken


def take_list(session: Session, walk: UUID) -> None:
    """Lease a printed walk to this person, to enter it."""
    session.call("hold_walk", batch=walk, paper=True)


def take_walk_with(session: Session, *, warehouse: UUID, cart: UUID) -> UUID | None:
    """Take the next walk that a cart has room for; returns its id."""
    taken: UUID | None = session.call("take_walk", warehouse=warehouse, cart=cart)
    return taken


def give_order_back(session: Session, document: UUID) -> None:
    """End the lease, so that somebody else can go on."""
    session.call("give_order_back", document=document)


def pick(session: Session, *, request: UUID, picks: Sequence[Picked], tote: UUID) -> UUID:
    """Book goods of one order from their bins into a tote; returns the posting."""
    posting: UUID = session.call("pick_stock", **_picks(request, picks, tote))
    return posting


def _picks(request: UUID, picks: Sequence[Picked], tote: UUID) -> dict[str, Any]:
    return {
        "request": request,
        "lines": [key.line for key, _ in picks],
        "locations": [key.location for key, _ in picks],
        "traces": [key.trace for key, _ in picks],
        "units": [key.unit for key, _ in picks],
        "qtys": [qty for _, qty in picks],
        "tote": tote,
    }


def _key(key: PickKey) -> dict[str, Any]:
    return {"line": key.line, "location": key.location, "trace": key.trace, "unit": key.unit}


def _swap(key: PickKey, to: Elsewhere, least: Decimal) -> dict[str, Any]:
    target = {"to_location": to.location, "to_trace": to.trace, "to_unit": to.unit}
    return {**_key(key), **target, "least": least}


def swap(session: Session, *, key: PickKey, to: Elsewhere) -> Decimal:
    """Let a pick be done from another stock key; returns how much of it (base units)."""
    moved: Decimal = session.call("swap_pick", **_swap(key, to, Decimal(0)))
    return moved


def swap_and_pick(session: Session, *, request: UUID, key: PickKey, to: Elsewhere, qty: Decimal, tote: UUID) -> UUID:
    """Let a pick be done from another stock key, and pick from it at once: one round trip; returns the posting."""
    there = PickKey(key.line, to.location, to.trace, to.unit)
    with session.pipeline():
        session.send("swap_pick", _swap(key, to, qty))
        cursor = session.send("pick_stock", _picks(request, [(there, qty)], tote))
    row = cursor.fetchone()
    assert row is not None
    posting: UUID = row["answer"]
    return posting


def short(session: Session, *, document: UUID, key: PickKey, reason: str) -> tuple[Decimal, Row]:
    """Give up what is missing of a pick and ask for a count of the bin; returns the missing quantity.

    The demand that this leaves open is read in the same round trip (see `allocation.read_demand`).
    """
    with session.pipeline():
        missing = session.send("short_pick", {**_key(key), "reason": reason})
        demand = send_demand(session, [document])
    found, left = missing.fetchone(), demand.fetchone()
    assert found is not None
    assert left is not None
    return found["answer"], left


def raise_count(session: Session, *, location: UUID, item: UUID) -> UUID:
    """Ask for a count of an item in a bin; returns the task."""
    task: UUID = session.call("raise_count", location=location, item=item)
    return task


def put_tote(session: Session, *, walk: UUID, order: UUID, tote: UUID) -> None:
    """Put a tote into the slot of an order."""
    session.call("put_tote", batch=walk, order=order, tote=tote)


def put_new_tote(session: Session, *, walk: UUID, order: UUID, number: str | None) -> tuple[UUID, str]:
    """Make a tote known and put it into the slot of an order; returns its id and number."""
    made = session.call("put_new_tote", batch=walk, order=order, number=number)
    return UUID(made["id"]), made["number"]


def claim_tote(session: Session, *, document: UUID, tote: UUID) -> None:
    """Take a tote in hand for an order or a walk."""
    session.call("claim_tote", document=document, tote=tote)


def claim_new_tote(session: Session, *, document: UUID, number: str | None) -> tuple[UUID, str]:
    """Make a tote known and take it in hand; returns its id and number."""
    made = session.call("claim_new_tote", document=document, number=number)
    return UUID(made["id"]), made["number"]


def register_tote(session: Session, *, warehouse: UUID, number: str | None) -> tuple[UUID, str]:
    """Make a tote known by its number, or give it one; returns its id and number."""
    made = session.call("register_tote", warehouse=warehouse, number=number)
    return UUID(made["id"]), made["number"]
