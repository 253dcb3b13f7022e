"""Places of a warehouse: read a page at a time, added from ranges, changed, archived and removed many at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.database import places as store
from app.database import records
from app.database import sites as imported
from app.domain.records import Use
from app.domain.sites import WarehouseData, known_time_zone
from app.domain.sites.layout import RackSize, arrange
from app.domain.sites.places import PickFace, Place, PlaceEdit, PlaceKind, PlaceQuery, Profile, Warehouse
from app.domain.sites.planning import RangePlan, plan_range
from app.services.work import UnitOfWork

LOCATION = "location"
"""The kind of change after which places are read again."""
_PROFILE = "location_profile"


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
    made = imported.add_warehouse(unit.session, record)
    unit.changed(LOCATION, made)
    return made


def save_warehouse(unit: UnitOfWork, warehouse: Warehouse) -> None:
    """Say what a warehouse is called, where it stands and whether it is in use; its code stays."""
    store.save_warehouse(unit.session, request=unit.request_id, warehouse=warehouse)
    unit.changed(LOCATION, warehouse.id)


def tree(unit: UnitOfWork, warehouse: UUID) -> tuple[Place, ...]:
    """The zones of a warehouse, archived ones too, for the tree; what stands in them is read by `page`."""
    return store.page(unit.session, PlaceQuery(warehouse, kinds=(PlaceKind.ZONE,), archived=True), limit=2000)


def page(unit: UnitOfWork, asked: PlaceQuery, *, after: Place | None = None, limit: int = 200) -> tuple[Place, ...]:
    """Places in order, those behind `after`."""
    return store.page(unit.session, asked, after=after, limit=limit)


def every_place(unit: UnitOfWork, asked: PlaceQuery) -> tuple[Place, ...]:
    """All places that are asked for, in the order of the walk: for a bulk edit, labels, an export."""
    return store.all_places(unit.session, asked)


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


def add_zone(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    parent: UUID,
    code: str,
    name: str,
    purpose: str,
    consigned_to: UUID | None = None,
) -> int:
    """Add a zone below a warehouse or a zone; with `consigned_to` a place for goods that stand with that customer."""
    kind = PlaceKind.ZONE if consigned_to is None else PlaceKind.CONSIGNMENT
    row = {
        "parent": parent,
        "kind": kind,
        "name": name,
        "code": code if kind is PlaceKind.ZONE else "",
        "purpose": purpose if kind is PlaceKind.ZONE else "",
        "partner": consigned_to,
    }
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


def save_pick_faces(
    unit: UnitOfWork, *, warehouse: UUID, faces: Sequence[tuple[UUID, UUID, Decimal | None, Decimal | None, int | None]]
) -> None:
    """Keep bins for items: (bin, item, minimum, maximum, version); without maximum a bin is that item's no more."""
    names = ("location", "item", "minimum", "maximum", "version")
    rows = [dict(zip(names, face, strict=True)) for face in faces]
    store.save_pick_faces(unit.session, request=unit.request_id, warehouse=warehouse, rows=rows)
    unit.changed(LOCATION)
