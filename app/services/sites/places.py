"""Places of a warehouse: read a page at a time, added from ranges, changed, archived and removed many at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.database import partners, records
from app.database import places as store
from app.database import sites as imported
from app.domain.errors import Refusal
from app.domain.records import RecordChange, Use
from app.domain.sites import WarehouseData, known_time_zone
from app.domain.sites.layout import RackSize, arrange
from app.domain.sites.places import PickFace, Place, PlaceEdit, PlaceKind, PlaceQuery, Profile, Warehouse
from app.domain.sites.planning import RangePlan, plan_range
from app.services import stock
from app.services.work import UnitOfWork

LOCATION = "location"
"""The kind of change after which places are read again."""
_PROFILE, _WAREHOUSE = "location_profile", "warehouse"


@dataclass(frozen=True, slots=True)
class NewPlaces:
    """Places that somebody wants below a place: the ranges as typed, and what all of them are.

    With `rack` they are drawn on the plan as racks stand, at `x_mm`, `y_mm`.
    """

    warehouse: UUID
    parent: UUID
    kind: PlaceKind
    ranges: str
    purpose: str = ""
    profile: UUID | None = None
    rack: RackSize | None = None
    x_mm: int = 0
    y_mm: int = 0


def every_warehouse(unit: UnitOfWork) -> tuple[Warehouse, ...]:
    """The warehouses in which this person works, archived ones too."""
    return store.warehouses(unit.session)


def create_warehouse(unit: UnitOfWork, *, code: str, name: str, address: str, kind: str, time_zone: str) -> UUID:
    """Make a warehouse with what every warehouse has; refuses `warehouse.code_taken` and an unknown time zone."""
    record = WarehouseData(
        code.strip().upper(), name.strip(), address, kind, known_time_zone(time_zone)
    ).with_defaults()
    made = imported.add_warehouse(unit.session, record, request=unit.request_id)
    unit.changed(LOCATION, made)
    return made


def save_warehouse(unit: UnitOfWork, warehouse: Warehouse) -> None:
    """Say what a warehouse is called, where it stands and whether it is in use; its code stays."""
    store.save_warehouse(unit.session, request=unit.request_id, warehouse=warehouse)
    unit.changed(LOCATION, warehouse.id)


def remove_warehouse(unit: UnitOfWork, warehouse: Warehouse) -> None:
    """Remove a warehouse that was never used, with its places; refuses others with their uses (`record.in_use`)."""
    records.remove(unit.session, request=unit.request_id, kind=_WAREHOUSE, id=warehouse.id, version=warehouse.version)
    unit.changed(LOCATION, warehouse.id)


def uses_of_warehouse(unit: UnitOfWork, warehouse: Warehouse) -> tuple[Use, ...]:
    """What a warehouse is used for."""
    return records.uses(unit.session, kind=_WAREHOUSE, id=warehouse.id)


def tree(unit: UnitOfWork, warehouse: UUID) -> tuple[Place, ...]:
    """The zones of a warehouse, archived ones too, for the tree; what stands in them is read by `page`."""
    return store.page(unit.session, PlaceQuery(warehouse, kinds=(PlaceKind.ZONE,), archived=True), limit=2000)


def page(unit: UnitOfWork, asked: PlaceQuery, *, after: Place | None = None, limit: int = 200) -> tuple[Place, ...]:
    """Places in order, those behind `after`."""
    return store.page(unit.session, asked, after=after, limit=limit)


def every_place(unit: UnitOfWork, asked: PlaceQuery) -> tuple[Place, ...]:
    """All places that are asked for, in the order of the walk: for a bulk edit, labels, an export."""
    return store.all_places(unit.session, asked)


def names_below(unit: UnitOfWork, place: UUID) -> frozenset[str]:
    """The names that stand directly below a place already, archived ones too, in capitals."""
    return store.names_in(unit.session, place)


def plan_places(unit: UnitOfWork, wanted: NewPlaces) -> RangePlan:
    """Which places a range stands for, and which of them are there already; nothing is added."""
    return plan_range(wanted.ranges, store.names_in(unit.session, wanted.parent))


def add_places(unit: UnitOfWork, wanted: NewPlaces) -> int:
    """Add all places of the ranges, walked behind what is there; refuses when one is taken (`location.taken`)."""
    plan = plan_range(wanted.ranges, ())
    first = store.last_walk(unit.session, wanted.parent) + 1
    spots = _spots(wanted, plan.names)
    rows = [
        {
            "parent": wanted.parent,
            "kind": wanted.kind,
            "name": name,
            "purpose": wanted.purpose,
            "profile": wanted.profile,
            "walk_position": walk,
            **spots.get(name, {}),
        }
        for walk, name in enumerate(plan.names, start=first)
    ]
    added = store.add(unit.session, request=unit.request_id, warehouse=wanted.warehouse, rows=rows)
    unit.changed(LOCATION)
    return added


def _spots(wanted: NewPlaces, names: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    if wanted.rack is None:
        return {}
    layout = arrange(names, wanted.rack, x_mm=wanted.x_mm, y_mm=wanted.y_mm)
    size = {"width_mm": wanted.rack.bay_mm, "depth_mm": wanted.rack.depth_mm}
    return {spot.name: {"x_mm": spot.x_mm, "y_mm": spot.y_mm, "level": spot.level, **size} for spot in layout.spots}


def add_zone(unit: UnitOfWork, *, warehouse: UUID, parent: UUID, code: str, name: str, purpose: str) -> int:
    """Add a zone below a warehouse or a zone; its code is part of the address of all that stands in it."""
    row = {"parent": parent, "kind": PlaceKind.ZONE, "name": name, "code": code, "purpose": purpose}
    return _add_one(unit, warehouse, row)


def add_consignment(unit: UnitOfWork, *, warehouse: UUID, customer: str, name: str) -> int:
    """Add a place for goods of ours that stand with a customer until they are sold; refuses `partner.unknown`."""
    found = partners.partner(unit.session, customer)
    if found is None or "customer" not in found.kinds:
        raise Refusal("partner.unknown", partner=customer)
    row = {"parent": warehouse, "kind": PlaceKind.CONSIGNMENT, "name": name, "partner": found.id}
    return _add_one(unit, warehouse, row)


def _add_one(unit: UnitOfWork, warehouse: UUID, row: Mapping[str, object]) -> int:
    added = store.add(unit.session, request=unit.request_id, warehouse=warehouse, rows=[row])
    unit.changed(LOCATION)
    return added


def change_places(unit: UnitOfWork, *, warehouse: UUID, places: Sequence[Place], edit: PlaceEdit) -> int:
    """Set the same on many places; returns how many changed. Refuses where somebody was faster (`record.changed`)."""
    rows = edit.rows(tuple(places))
    if not rows:
        return 0
    changed = store.change(unit.session, request=unit.request_id, warehouse=warehouse, rows=rows)
    unit.changed(LOCATION)
    return changed


def archive(unit: UnitOfWork, *, warehouse: UUID, places: Sequence[Place], active: bool) -> int:
    """Take places out of use, or back into it; a zone with all below it. What lies there can still go out."""
    return change_places(unit, warehouse=warehouse, places=places, edit=PlaceEdit({"active": active}))


def remove(unit: UnitOfWork, *, warehouse: UUID, places: Sequence[Place]) -> int:
    """Remove places that were never used; refuses others with what they are used for (`record.in_use`)."""
    rows = [{"id": place.id, "version": place.version} for place in places]
    removed = store.remove(unit.session, request=unit.request_id, warehouse=warehouse, rows=rows)
    unit.changed(LOCATION)
    return removed


def uses(unit: UnitOfWork, places: Collection[Place]) -> tuple[Use, ...]:
    """What places are used for."""
    return store.uses(unit.session, [place.id for place in places])


def profiles(unit: UnitOfWork) -> tuple[Profile, ...]:
    """Every profile, with how many places have it."""
    return store.profiles(unit.session)


def save_profile(unit: UnitOfWork, profile: Profile) -> UUID:
    """Save a profile; its places take on what it says."""
    values = {name: getattr(profile, name) for name in Profile.__slots__ if name not in {"id", "version", "places"}}
    saved = records.save(
        unit.session, request=unit.request_id, kind=_PROFILE, id=profile.id, version=profile.version, values=values
    )
    unit.changed(LOCATION)
    return saved


def pick_faces(unit: UnitOfWork, *, warehouse: UUID, place: UUID | None = None) -> tuple[PickFace, ...]:
    """The bins that are kept for items; of one bin where told."""
    return store.pick_faces(unit.session, warehouse=warehouse, location=place)


def keep_for_item(
    unit: UnitOfWork, *, warehouse: UUID, place: str, sku: str, minimum: Decimal | None, maximum: Decimal | None
) -> str:
    """Keep the bin of this address or name for an item; returns its address. Refuses what is not there."""
    bin_ = stock.find_place(unit, place, warehouse=warehouse)
    item = store.item_by_sku(unit.session, sku)
    if item is None:
        raise Refusal("item.unknown", sku=sku)
    _save_face(unit, warehouse, {"location": bin_.id, "item": item, "minimum": minimum, "maximum": maximum})
    return bin_.address


def change_face(unit: UnitOfWork, face: PickFace, *, minimum: Decimal | None, maximum: Decimal | None) -> str:
    """Give a bin that is kept for an item another minimum and maximum; without maximum it is that item's no more."""
    row = {"location": face.location, "item": face.item, "version": face.version}
    _save_face(unit, face.warehouse, {**row, "minimum": minimum, "maximum": maximum})
    return face.address


def _save_face(unit: UnitOfWork, warehouse: UUID, row: Mapping[str, object]) -> None:
    store.save_pick_faces(unit.session, request=unit.request_id, warehouse=warehouse, rows=[row])
    unit.changed(LOCATION)


def remove_profile(unit: UnitOfWork, profile: Profile) -> None:
    """Remove a profile that no place has; refuses others (`record.in_use`)."""
    assert profile.id is not None
    assert profile.version is not None
    records.remove(unit.session, request=unit.request_id, kind=_PROFILE, id=profile.id, version=profile.version)
    unit.changed(LOCATION)


def history(unit: UnitOfWork, *, kind: str, record: UUID) -> tuple[RecordChange, ...]:
    """Who changed what on a place, a profile or a warehouse (`kind`), latest first."""
    return records.history(unit.session, kind=kind, id=record)
