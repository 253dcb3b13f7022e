"""The plan of a warehouse: where its places stand, its aisles, and the walk that follows from them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from app.database import places as store
from app.domain.sites.layout import Stop, nearest_aisles, unreachable, walk_order
from app.domain.sites.places import Aisle, Place, PlaceKind, PlaceQuery
from app.services.sites.places import LOCATION
from app.services.work import UnitOfWork

_DRAWN = (PlaceKind.ZONE, PlaceKind.BIN, PlaceKind.DOCK, PlaceKind.STAGING, PlaceKind.TOTE)


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that a plan shows: places that are not archived, and aisles in the order of the walk."""

    places: tuple[Place, ...]
    aisles: tuple[Aisle, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What somebody drew: places as they were read, what has become of some, aisles new or changed, and gone ones."""

    places: tuple[Place, ...]
    values: Mapping[UUID, Mapping[str, object]]
    aisles: tuple[Aisle, ...] = ()
    removed: tuple[UUID, ...] = ()


def plan_of(unit: UnitOfWork, warehouse: UUID) -> Drawing:
    """The plan of a warehouse as it is now."""
    return Drawing(
        store.all_places(unit.session, PlaceQuery(warehouse, kinds=_DRAWN)), store.aisles(unit.session, warehouse)
    )


def draw(
    unit: UnitOfWork, *, warehouse: UUID, places: Sequence[Place], values: Mapping[UUID, Mapping[str, object]]
) -> int:
    """Write what was drawn: for each place, by id, the fields that changed. Refuses where somebody was faster."""
    rows = [{"id": place.id, "version": place.version, **values[place.id]} for place in places if place.id in values]
    if not rows:
        return 0
    changed = store.change(unit.session, request=unit.request_id, warehouse=warehouse, rows=rows)
    unit.changed(LOCATION)
    return changed


def save_aisles(unit: UnitOfWork, *, warehouse: UUID, aisles: Sequence[Aisle], remove: Collection[UUID] = ()) -> None:
    """Write aisles that were drawn, changed or closed, and remove others."""
    rows = [_row(aisle) for aisle in aisles]
    store.save_aisles(unit.session, request=unit.request_id, warehouse=warehouse, rows=rows, remove=remove)
    unit.changed(LOCATION)


def save(unit: UnitOfWork, *, warehouse: UUID, drawn: Drawn) -> int:
    """Write all that was drawn, or nothing of it; returns how many places changed."""
    changed = draw(unit, warehouse=warehouse, places=drawn.places, values=drawn.values)
    if drawn.aisles or drawn.removed:
        store.save_aisles(
            unit.session,
            request=uuid5(unit.request_id, "aisles"),
            warehouse=warehouse,
            rows=[_row(aisle) for aisle in drawn.aisles],
            remove=drawn.removed,
        )
        unit.changed(LOCATION)
    return changed


def _row(aisle: Aisle) -> dict[str, object]:
    row = {name: getattr(aisle, name) for name in Aisle.__slots__}
    return row if aisle.id else {name: value for name, value in row.items() if name not in {"id", "version"}}


def number_walk(unit: UnitOfWork, warehouse: UUID) -> tuple[int, int]:
    """Give every drawn bin the aisle nearest to it and its turn in the walk that the aisles make.

    Returns how many changed, and how many no walk comes by: their aisle is closed, or there is none.
    """
    drawing = plan_of(unit, warehouse)
    drawn = [place for place in drawing.places if place.kind is PlaceKind.BIN and place.x_mm is not None]
    stops = [_stop(place) for place in drawn]
    nearest = nearest_aisles(stops, drawing.aisles)
    stops = [Stop(stop.id, stop.x_mm, stop.y_mm, stop.level, nearest.get(stop.id)) for stop in stops]
    order = walk_order(stops, drawing.aisles)
    values: dict[UUID, Mapping[str, object]] = {
        place.id: {"walk_position": order[place.id], "aisle": nearest.get(place.id)}
        for place in drawn
        if (place.walk_position, place.aisle_id) != (order[place.id], nearest.get(place.id))
    }
    changed = draw(unit, warehouse=warehouse, places=drawn, values=values)
    return changed, unreachable(stops, drawing.aisles)


def _stop(place: Place) -> Stop:
    assert place.x_mm is not None
    assert place.y_mm is not None
    middle = (place.x_mm + (place.width_mm or 0) // 2, place.y_mm + (place.depth_mm or 0) // 2)
    return Stop(place.id, *middle, place.level)
