"""Looking back: positions of the ledger, stock as of an instant as known at a position, what changed since, snapshots.

Read only, but for the snapshots. What stock is now stands in `stock`; sealing and proving are the ledger's.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.database.session import Session, query


@dataclass(frozen=True, slots=True)
class Position:
    """A seal of the ledger: its number (0: before the first one) and when it was made."""

    seal: int
    sealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PastStock:
    """Goods of one kind that were at one place: base units, and kilograms where pieces are weighed."""

    address: str
    sku: str
    name: str
    lot: str
    serial: str
    expiry: date | None
    handling_unit: str
    owner: str
    status: str
    unit: str
    on_hand: Decimal
    weight_kg: Decimal


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """One move as it became known: when it was sealed, posted and had happened, what moved, and who posted it."""

    seal: int
    recorded_at: datetime
    effective_at: datetime
    kind: str
    reversal: bool
    document: str
    sku: str
    lot: str
    serial: str
    qty: Decimal
    unit: str
    source: str
    target: str
    from_status: str
    to_status: str
    reason: str
    person: str
    station: str
    posting: UUID


@dataclass(frozen=True, slots=True)
class PastStockReport:
    """Stock of a warehouse as of `at`, as the ledger knew it at `position`; read at `read_at`.

    `rows` are read while they are taken, once, within the transaction that asked for them.
    """

    warehouse: str
    warehouse_name: str
    time_zone: str
    filter: str
    at: datetime
    position: Position
    read_at: datetime
    rows: Iterable[PastStock]


@dataclass(frozen=True, slots=True)
class Changes:
    """What became known of a warehouse after `since` up to `until`; of that, what happened until `before`.

    `rows` are read while they are taken, once, within the transaction that asked for them.
    """

    warehouse: str
    warehouse_name: str
    time_zone: str
    since: Position
    until: Position
    before: datetime | None
    read_at: datetime
    rows: Iterable[LedgerChange]


@dataclass(frozen=True, slots=True)
class NegativeSpell:
    """A time for which the books of a place show less than nothing of goods; `lowest` in base units (`unit`).

    Begun by a movement of `kind` that `person` posted, ended by one of `settled_kind`; `until` None: it lasts.
    `item`, `location` and `trace` (nil: none) say what to look up.
    """

    address: str
    sku: str
    name: str
    lot: str
    lowest: Decimal
    unit: str
    since: datetime
    kind: str
    person: str
    until: datetime | None
    settled_kind: str
    settled_by: str
    item: UUID
    location: UUID
    trace: UUID


def server_time(session: Session) -> datetime:
    """The server's time: that of all records."""
    row = session.row("SELECT clock_timestamp() AS now")
    assert row is not None
    moment: datetime = row["now"]
    return moment


def position_at(session: Session, moment: datetime) -> Position:
    """The last seal made until a moment; refuses the future (`history.future`).

    It waits for whoever is sealing, and keeps others from sealing until its transaction ends: give it a short one.
    """
    return position(session, session.call("seal_at", known=moment))


def last_position(session: Session) -> Position:
    """The last seal there is."""
    row = session.row("SELECT coalesce(max(no), 0) AS seal FROM seal")
    assert row is not None
    return position(session, row["seal"])


def position(session: Session, seal: int) -> Position:
    """The seal of this number; its time is None where there is none."""
    row = session.row("SELECT sealed_at FROM seal WHERE no = %(seal)s", seal=seal)
    return Position(seal, row["sealed_at"] if row else None)


def stock_as_of(
    session: Session, *, warehouse: UUID, at: datetime, seal: int, patterns: Collection[str] = ()
) -> Iterator[PastStock]:
    """Stock as of `at` as known at `seal`, by address; refuses the future, and a seal that is not there."""
    found = session.each(query("history_stock"), warehouse=warehouse, at=at, seal=seal, words=list(patterns))
    return (PastStock(**row) for row in found)


def changes(
    session: Session, *, warehouse: UUID, since: int, until: int, before: datetime | None, limit: int | None
) -> Iterator[LedgerChange]:
    """Moves sealed after `since` up to `until`, in the order of the seals; only what happened until `before`."""
    found = session.each(
        query("history_changes"), warehouse=warehouse, since=since, until=until, before=before, limit=limit
    )
    return (LedgerChange(**row) for row in found)


def negative_spells(session: Session, warehouse: UUID) -> list[NegativeSpell]:
    """Every time for which the books show less than nothing, the newest first."""
    return [NegativeSpell(**row) for row in session.rows(query("history_negative"), warehouse=warehouse)]


def make_snapshot(session: Session) -> datetime | None:
    """Make the next snapshot that is due; returns until when it reaches, None when none is due."""
    session.change("SET LOCAL statement_timeout = 0")
    made: datetime | None = session.call("make_snapshot")
    return made
