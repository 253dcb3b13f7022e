"""Warehouses, zones and bins as they are stored: read back as files describe them, and written many at a time."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.database.session import Row, Session, as_json, query
from app.domain.sites import WarehouseData, ZoneData, ZoneKind

COUNTERPARTIES = frozenset({"SUPPLIER", "CUSTOMER", "ADJUSTMENT", "SCRAP", "TRANSIT", "TOTE"})
"""Names that every warehouse has below it from the start; no zone can have them."""

_ADD_ZONES = (
    "INSERT INTO location (warehouse_id, parent_id, kind, name, address, code, walk_position)"
    " SELECT r.warehouse, r.warehouse, 'zone', r.name, r.address, r.code, r.walk FROM jsonb_to_recordset(%(rows)s)"
    " AS r (warehouse uuid, name text, address text, code text, walk int) RETURNING id, address"
)
_RENAME_ZONES = (
    "UPDATE location z SET name = r.name FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, name text) WHERE z.id = r.id"
)


@dataclass(frozen=True, slots=True)
class StoredZone:
    """A zone's id, whether it has bins, and where its walk ends so far."""

    id: UUID
    filled: bool
    last_walk: int


@dataclass(frozen=True, slots=True)
class StoredWarehouse:
    """A warehouse as it is: its record, its zones by code, and the names (in capitals) that zones cannot have."""

    id: UUID
    record: WarehouseData
    zones: dict[str, StoredZone]
    other_names: frozenset[str]


@dataclass(frozen=True, slots=True)
class NewZone:
    """A zone to add below a warehouse; `walk` is where the walk through it begins."""

    warehouse: UUID
    name: str
    address: str
    code: str
    walk: int


@dataclass(frozen=True, slots=True)
class NewBin:
    """A bin to add to a zone, the `n`-th behind `walk`."""

    zone: UUID
    name: str
    address: str
    kind: ZoneKind
    walk: int
    n: int


def warehouses(session: Session, codes: Collection[str] | None) -> dict[str, StoredWarehouse]:
    """The warehouses with these codes, by code; None: all of them."""
    rows = (
        [] if codes is not None and not codes else session.rows(query("sites_warehouses"), codes=codes and list(codes))
    )
    return {row["code"]: _warehouse(row) for row in rows}


def _warehouse(row: Row) -> StoredWarehouse:
    zones = tuple(
        ZoneData(zone["code"], zone["name"], ZoneKind(zone["kind"] or ZoneKind.BIN), tuple(zone["bins"]))
        for zone in row["zones"]
    )
    record = WarehouseData(row["code"], row["name"], row["address"], row["type"], row["time_zone"], zones)
    stored = {z["code"]: StoredZone(UUID(z["id"]), bool(z["bins"]), z["last_walk"]) for z in row["zones"]}
    return StoredWarehouse(row["id"], record, stored, frozenset(row["other_names"]))


def add_warehouse(session: Session, record: WarehouseData, *, request: UUID | None = None) -> UUID:
    """Add a warehouse with its counterparties, once a request; zones and bins follow."""
    made: UUID = session.call(
        "create_warehouse",
        code=record.code,
        name=record.name,
        address=record.address,
        type=record.type,
        time_zone=record.time_zone,
        request=request,
    )
    return made


def change_warehouse(session: Session, identity: UUID, record: WarehouseData) -> None:
    """Set name, address, type and time zone of a warehouse."""
    session.call(
        "change_warehouse",
        warehouse=identity,
        name=record.name,
        address=record.address,
        type=record.type,
        time_zone=record.time_zone,
    )


def add_zones(session: Session, zones: Sequence[NewZone]) -> dict[str, UUID]:
    """Add zones; returns their ids by address."""
    rows = [{name: getattr(zone, name) for name in NewZone.__slots__} for zone in zones]
    return {row["address"]: row["id"] for row in session.rows(_ADD_ZONES, rows=as_json(rows))} if rows else {}


def rename_zones(session: Session, names: Iterable[tuple[UUID, str]]) -> None:
    """Give zones another name."""
    rows = [{"id": zone, "name": name} for zone, name in names]
    if rows:
        session.change(_RENAME_ZONES, rows=as_json(rows))


def add_bins(session: Session, bins: Sequence[NewBin]) -> int:
    """Add bins; returns how many."""
    rows = [{name: getattr(each, name) for name in NewBin.__slots__} for each in bins]
    return session.change(query("sites_add_bins"), rows=as_json(rows)) if rows else 0
