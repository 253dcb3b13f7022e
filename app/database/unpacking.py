"""What is read and written when packing is taken back: cartons opened, emptied, repaired, exchanged, unloaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.session import Row, Session, all_as, query


@dataclass(frozen=True, slots=True)
class GoodsOut:
    """Goods that came out of a carton, or lie in one; `qty` in base units of `unit`."""

    sku: str
    qty: Decimal
    unit: str
    lot: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class WaitingCarton:
    """A carton of an order that ended, with goods that are to be unpacked; `ended_by` is who ended the order."""

    id: UUID
    carton: str
    state: str
    place: str
    order: str
    decision: str
    ended_by: str
    goods: tuple[GoodsOut, ...]


@dataclass(frozen=True, slots=True)
class CartonStep:
    """One thing that became of a carton: a state (`closed`) or what was done (`exchanged`), by whom, when and why.

    `detail` names goods, the place that they went to, labels that died, the other carton, the manifest.
    """

    at: datetime
    what: str
    reason: str
    person: str
    station: str
    approved_by: str
    tracking: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Swap:
    """`qty` base units of an item that go out of a carton, and as many from a bin that come in.

    `out` and `instead` are traces, nil where the item has none.
    """

    item: UUID
    out: UUID
    instead: UUID
    qty: Decimal
    bin: UUID


def reopen(session: Session, *, parcel: UUID, reason: str, approval: UUID | None) -> None:
    """Open a sealed carton again; its labels are void, it stands on no manifest."""
    session.call("reopen_parcel", parcel=parcel, reason=reason, approval=approval)


def unpack(
    session: Session,
    *,
    request: UUID,
    parcel: UUID,
    place: UUID | None,
    reason: str,
    keep: bool,
    approval: UUID | None,
) -> Row:
    """Empty a carton; the answer is {carton, goods, place, labels}."""
    told: Row = session.call(
        "unpack_carton",
        request=request,
        parcel=parcel,
        place=place,
        reason=reason,
        keep=keep,
        approval=approval,
    )
    return told


def swap(session: Session, *, request: UUID, parcel: UUID, wish: Swap, place: UUID, reason: str) -> Row:
    """Repair the contents of an open carton; the answer is {carton, goods, instead, place}."""
    told: Row = session.call(
        "swap_unit",
        request=request,
        parcel=parcel,
        item=wish.item,
        out=wish.out,
        **{"in": wish.instead},
        qty=wish.qty,
        **{"from": wish.bin},
        place=place,
        reason=reason,
    )
    return told


def exchange(
    session: Session, *, request: UUID, parcel: UUID, other: UUID, reason: str, approval: UUID | None
) -> Row:  # fmt: skip
    """Bring the book in line with two cartons that hold each other's goods; the answer is {carton, other, labels}."""
    told: Row = session.call(
        "exchange_cartons", request=request, parcel=parcel, other=other, reason=reason, approval=approval
    )
    return told


def unload(session: Session, *, request: UUID, parcel: UUID, reason: str) -> Row:
    """Take a carton out of a truck that is still here; the answer is {carton, manifest, document}."""
    told: Row = session.call("unload_carton", request=request, parcel=parcel, reason=reason)
    return told


def waiting(session: Session, warehouse: UUID) -> tuple[WaitingCarton, ...]:
    """Cartons of orders that ended, with goods in them."""
    return all_as(session.rows(query("unpacking_waiting"), warehouse=warehouse), WaitingCarton)


def trail(session: Session, warehouse: UUID, code: str) -> tuple[CartonStep, ...]:
    """What became of the carton of this SSCC or tracking number, the oldest first."""
    return all_as(session.rows(query("unpacking_trail"), warehouse=warehouse, code=code), CartonStep)


def reasons(session: Session) -> list[str]:
    """The codes of reasons for taking packing back."""
    rows = session.rows("SELECT code FROM reason WHERE active AND step = 'unpack' ORDER BY code")
    return [row["code"] for row in rows]


def find_carton(session: Session, warehouse: UUID, code: str) -> UUID | None:
    """The carton of this SSCC or of the tracking number that it bears; None where there is none."""
    row = session.row(
        "SELECT p.id FROM parcel p JOIN document d ON d.id = p.document_id JOIN handling_unit u"
        " ON u.id = p.handling_unit_id WHERE d.warehouse_id = %(warehouse)s AND %(code)s IN (u.sscc, p.tracking)",
        warehouse=warehouse,
        code=code,
    )
    return row["id"] if row else None


def return_place(session: Session, warehouse: UUID, address: str) -> UUID | None:
    """The dock of this address, or the first one where none is named; None where there is none."""
    row = session.row(
        "SELECT id FROM location WHERE warehouse_id = %(warehouse)s AND kind = 'dock' AND active"
        " AND upper(%(address)s) IN ('', upper(address), upper(name)) ORDER BY walk_position, address LIMIT 1",
        warehouse=warehouse,
        address=address,
    )
    return row["id"] if row else None


def bin_of(session: Session, warehouse: UUID, address: str) -> UUID | None:
    """The bin of this address that is in use; None where there is none."""
    row = session.row(
        "SELECT id FROM location WHERE warehouse_id = %(warehouse)s AND kind = 'bin' AND active"
        " AND upper(address) = upper(%(address)s)",
        warehouse=warehouse,
        address=address,
    )
    return row["id"] if row else None


def trace_of(session: Session, *, item: UUID, lot: str, serial: str) -> UUID | None:
    """The trace of an item by its numbers; None where there is none."""
    row = session.row(
        "SELECT id FROM trace WHERE item_id = %(item)s AND lot = %(lot)s AND serial = %(serial)s",
        item=item,
        lot=lot,
        serial=serial,
    )
    return row["id"] if row else None


def traces_in_carton(session: Session, *, parcel: UUID, item: UUID, lot: str, serial: str) -> list[UUID]:
    """The traces of an item that lie in a carton and bear these numbers ('' for any); nil where it has none."""
    rows = session.rows(
        "SELECT DISTINCT b.trace_id FROM parcel p JOIN stock_balance b ON b.handling_unit_id = p.handling_unit_id"
        " LEFT JOIN trace t ON t.id = b.trace_id WHERE p.id = %(parcel)s AND b.item_id = %(item)s AND b.on_hand > 0"
        " AND %(lot)s IN ('', t.lot) AND %(serial)s IN ('', t.serial)",
        parcel=parcel,
        item=item,
        lot=lot,
        serial=serial,
    )
    return [row["trace_id"] for row in rows]
