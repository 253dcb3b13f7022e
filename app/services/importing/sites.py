"""Warehouses of a file against those that are there: what would change, what is in the way, and the change itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.database import sites as store
from app.database.session import Session
from app.database.sites import COUNTERPARTIES, NewBin, NewZone, StoredWarehouse
from app.domain.codes import look_up_key
from app.domain.sites import MOST_BINS, WarehouseData
from app.domain.values import Difference, compare
from app.services.importing.wanted import Wanted


@dataclass(frozen=True, slots=True)
class SitesPlan:
    """What an import would do to the warehouses."""

    difference: Difference[WarehouseData]
    existing: Mapping[str, StoredWarehouse]


def plan(session: Session, wanted: Sequence[Wanted[WarehouseData]]) -> SitesPlan:
    """Compare warehouses with those that are there; what must not be is among the findings."""
    existing = store.warehouses(session, [each.record.key for each in wanted])
    records = {
        key: _with_wanted_kinds(here, each.record)
        for each in wanted
        if (here := existing.get(key := each.record.key)) is not None
    }
    for each in wanted:
        _check_names(each, existing.get(each.record.key))
        _check_kinds(each, existing.get(each.record.key))
    return SitesPlan(compare(records, [each.record for each in wanted]), existing)


def _with_wanted_kinds(here: StoredWarehouse, wanted: WarehouseData) -> WarehouseData:
    """What the bins of a zone are for shows in its bins only: a zone without any is for whatever the file says."""
    kinds = {zone.code: zone.kind for zone in wanted.zones}
    zones = tuple(
        zone if here.zones[zone.code].filled else replace(zone, kind=kinds.get(zone.code, zone.kind))
        for zone in here.record.zones
    )
    return replace(here.record, zones=zones)


def _check_names(wanted: Wanted[WarehouseData], here: StoredWarehouse | None) -> None:
    """Names and codes below a warehouse are unique; some belong to suppliers, customers, scrap and the like."""
    taken = set(here.other_names if here else COUNTERPARTIES)
    mentioned = {zone.code for zone in wanted.record.zones}
    if here:
        taken |= {look_up_key(zone.name) for zone in here.record.zones if zone.code not in mentioned}
    for zone in wanted.record.zones:
        name = look_up_key(zone.name)
        is_new = here is None or zone.code not in here.zones
        if name in taken or (is_new and zone.code in (here.other_names if here else COUNTERPARTIES)):
            wanted.error("importing.zone_name_taken", zone.name, zone=zone.name, warehouse=wanted.record.code)
        taken.add(name)


def _check_kinds(wanted: Wanted[WarehouseData], here: StoredWarehouse | None) -> None:
    known = {zone.code: zone for zone in here.record.zones if here.zones[zone.code].filled} if here else {}
    for zone in wanted.record.zones:
        before = known.get(zone.code)
        if before and before.kind != zone.kind:
            wanted.error("importing.zone_kind_stays", zone.name, zone=zone.name, old=before.kind, new=zone.kind)


def apply(session: Session, plan: SitesPlan) -> dict[str, UUID]:
    """Make the warehouses as planned; all bins in one statement. Returns the ids of all warehouses named, by code."""
    ids = {code: here.id for code, here in plan.existing.items()}
    new = [record.with_defaults() for record in plan.difference.new]
    for record in new:
        ids[record.code] = store.add_warehouse(session, record)
    changed = [change.wanted for change in plan.difference.changed]
    for record in changed:
        _change(session, plan.existing[record.code], record)
    records = (*new, *changed)
    zones = [
        zone for record in records for zone in _new_zones(record, ids[record.code], plan.existing.get(record.code))
    ]
    zone_ids = store.add_zones(session, zones)
    starts = {zone.address: (zone_ids[zone.address], zone.walk) for zone in zones}
    store.add_bins(
        session, [each for record in records for each in _new_bins(record, plan.existing.get(record.code), starts)]
    )
    return ids


def _change(session: Session, here: StoredWarehouse, wanted: WarehouseData) -> None:
    before = here.record
    target = replace(
        before,
        name=wanted.name or before.name,
        address=wanted.address or before.address,
        type=wanted.type or before.type,
        time_zone=wanted.time_zone or before.time_zone,
    )
    if target != before:
        store.change_warehouse(session, here.id, target)
    names = {zone.code: zone.name for zone in before.zones}
    store.rename_zones(
        session,
        (
            (here.zones[zone.code].id, zone.name)
            for zone in wanted.zones
            if zone.code in names and zone.name != names[zone.code]
        ),
    )


def _new_zones(record: WarehouseData, warehouse: UUID, here: StoredWarehouse | None) -> Iterator[NewZone]:
    """Zones are walked one after the other, in the order of the file."""
    known = here.zones if here else {}
    for position, zone in enumerate((zone for zone in record.zones if zone.code not in known), start=len(known)):
        yield NewZone(warehouse, zone.name, f"{record.code}-{zone.code}", zone.code, position * MOST_BINS)


def _new_bins(
    record: WarehouseData, here: StoredWarehouse | None, starts: Mapping[str, tuple[UUID, int]]
) -> Iterator[NewBin]:
    """The bins that are not there yet; `starts`: id and beginning of the walk of new zones, by address."""
    known = here.zones if here else {}
    bins = {zone.code: frozenset(zone.bins) for zone in here.record.zones} if here else {}
    for zone in record.zones:
        if zone.code in known:
            identity, walk = known[zone.code].id, known[zone.code].last_walk
        else:
            identity, walk = starts[f"{record.code}-{zone.code}"]
        there = bins.get(zone.code, frozenset())
        for n, name in enumerate((name for name in zone.bins if name not in there), start=1):
            yield NewBin(identity, name, record.address_of(zone, name), zone.kind, walk, n)
