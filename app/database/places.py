"""What stands in a warehouse, read and changed as people look after it; imports have `sites.py`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from app.database.paging import Paging, paging, positioned
from app.database.patterns import like
from app.database.session import Session, all_as, as_json, query
from app.domain.records import Use
from app.domain.sites.places import Aisle, PickFace, Place, PlaceQuery, Profile, Warehouse

_WAREHOUSES = (
    "SELECT id, code, name, address, type, time_zone, active, version FROM warehouse"
    " WHERE id = ANY (my_warehouses()) ORDER BY code"
)
_EACH = (
    "LEFT JOIN LATERAL (SELECT count(*) AS goods, sum(b.on_hand) AS units, sum(b.on_hand * i.weight_mean_kg) AS kg"
    " FROM stock_balance b JOIN item i ON i.id = b.item_id WHERE b.location_id = l.id AND b.on_hand <> 0) s ON true"
)
_ALL = (
    "LEFT JOIN (SELECT b.location_id, count(*) AS goods, sum(b.on_hand) AS units,"
    " sum(b.on_hand * i.weight_mean_kg) AS kg FROM stock_balance b JOIN item i ON i.id = b.item_id"
    " WHERE b.warehouse_id = %(warehouse)s AND b.on_hand <> 0 GROUP BY 1) s ON s.location_id = l.id"
)
_STATE = "CASE WHEN NOT l.active THEN 2 WHEN l.frozen_by IS NOT NULL THEN 1 ELSE 0 END"
_FILL = "coalesce(greatest(s.units / l.capacity_units, s.kg / p.capacity_kg), -1)"
_ORDERS = {
    "address": ("length(l.address)", "l.address"),
    "kind": ("l.kind",),
    "zone": ("coalesce(z.name, '')",),
    "purpose": ("l.purpose",),
    "profile": ("coalesce(p.code, '')",),
    "mixing": ("l.mixing",),
    "capacity": ("coalesce(l.capacity_units, -1)",),
    "fill": (_FILL,),
    "goods": ("coalesce(s.goods, 0)",),
    "walk": ("l.walk_position",),
    "name": ("l.name",),
    "state": (_STATE,),
}
"""What places can be read in the order of."""
_OF_GOODS = {"fill", "goods"}
"""Orders that need to know what lies in every place."""
_PROFILES = (
    "SELECT p.id, p.version, p.code, p.name, p.bin_type, p.capacity_units, p.capacity_kg, p.capacity_l, p.height_mm,"
    " p.mixing, p.temperature, p.hazard_classes, p.negative_allowed, p.archived,"
    " (SELECT count(*) FROM location l WHERE l.profile_id = p.id) AS places"
    " FROM location_profile p ORDER BY p.archived, p.code"
)
_AISLES = "SELECT * FROM aisle WHERE warehouse_id = %(warehouse)s ORDER BY position, name"
_FACES = (
    "SELECT f.id, f.version, f.warehouse_id AS warehouse, f.location_id AS location, l.address, f.item_id AS item,"
    " i.sku, i.name, f.minimum, f.maximum"
    " FROM pick_face f JOIN location l ON l.id = f.location_id JOIN item i ON i.id = f.item_id"
    " WHERE f.warehouse_id = %(warehouse)s AND (%(location)s::uuid IS NULL OR f.location_id = %(location)s)"
    " ORDER BY l.address, i.sku"
)


def zone_of(session: Session, warehouse: UUID) -> ZoneInfo:
    """The time zone of a warehouse."""
    row = session.row("SELECT time_zone FROM warehouse WHERE id = %(warehouse)s", warehouse=warehouse)
    return ZoneInfo(row["time_zone"]) if row else ZoneInfo("UTC")


def warehouses(session: Session) -> tuple[Warehouse, ...]:
    """The warehouses in which this person works, archived ones too, by code."""
    return all_as(session.rows(_WAREHOUSES), Warehouse)


def page(session: Session, asked: PlaceQuery, *, after: Place | None = None, limit: int = 200) -> tuple[Place, ...]:
    """Places in order, those behind `after`, at most `limit`."""
    order = paging(_ORDERS, asked.order, ("l.address",), after.ordered_by if after else ())
    stock = _ALL if _OF_GOODS & {name for name, _ in asked.order} else _EACH
    found = session.rows(
        _places(order, stock=stock, limit=f"LIMIT {int(limit)}"), **_parameters(asked), **order.parameters
    )
    return all_as(map(positioned, found), Place)


def all_places(session: Session, asked: PlaceQuery) -> tuple[Place, ...]:
    """Every place that is asked for, in the order of the walk."""
    walk = paging(_ORDERS, (("walk", False),), ("l.address",))
    return all_as(map(positioned, session.rows(_places(walk, stock=_ALL), **_parameters(asked))), Place)


def _places(order: Paging, *, stock: str, limit: str = "") -> str:
    return query("places").format(
        stock=stock, position=order.columns, behind=order.behind, order=order.order, limit=limit
    )


def _parameters(asked: PlaceQuery) -> Mapping[str, object]:
    return {
        "warehouse": asked.warehouse,
        "zone": asked.zone,
        "pattern": like(asked.text),
        "kinds": [str(kind) for kind in asked.kinds],
        "archived": asked.archived,
    }


def names_in(session: Session, zone: UUID) -> frozenset[str]:
    """The names of all places directly below a place, archived ones too, in capitals."""
    found = session.rows("SELECT upper(name) AS name FROM location WHERE parent_id = %(zone)s", zone=zone)
    return frozenset(row["name"] for row in found)


def last_walk(session: Session, zone: UUID) -> int:
    """Where the walk through a zone ends so far."""
    row = session.row(
        "SELECT coalesce(max(walk_position), 0) AS last FROM location WHERE %(zone)s IN (id, parent_id)", zone=zone
    )
    return int(row["last"]) if row else 0


def add(session: Session, *, request: UUID, warehouse: UUID, rows: Sequence[Mapping[str, object]]) -> int:
    """Add places in one request; returns how many."""
    answer = session.call("add_places", request=request, warehouse=warehouse, rows=as_json(list(rows)))
    return int(answer["added"])


def change(session: Session, *, request: UUID, warehouse: UUID, rows: Iterable[Mapping[str, object]]) -> int:
    """Change places that were read at their versions; returns how many."""
    answer = session.call("change_places", request=request, warehouse=warehouse, rows=as_json(list(rows)))
    return int(answer["changed"])


def remove(session: Session, *, request: UUID, warehouse: UUID, rows: Iterable[Mapping[str, object]]) -> int:
    """Remove places that were never used; returns how many."""
    answer = session.call("remove_places", request=request, warehouse=warehouse, rows=as_json(list(rows)))
    return int(answer["removed"])


def uses(session: Session, places: Collection[UUID]) -> tuple[Use, ...]:
    """What places are used for."""
    return all_as(session.rows("SELECT * FROM uses_of_places(%(ids)s)", ids=list(places)), Use)


def profiles(session: Session) -> tuple[Profile, ...]:
    """Every profile, with how many places have it."""
    return all_as(session.rows(_PROFILES), Profile)


def aisles(session: Session, warehouse: UUID) -> tuple[Aisle, ...]:
    """The aisles of a warehouse in the order of the walk."""
    return all_as(session.rows(_AISLES, warehouse=warehouse), Aisle)


def save_aisles(
    session: Session, *, request: UUID, warehouse: UUID, rows: Sequence[Mapping[str, object]], remove: Collection[UUID]
) -> None:
    """Add, change and remove aisles in one request."""
    session.call("save_aisles", request=request, warehouse=warehouse, rows=as_json(list(rows)), remove=list(remove))


def pick_faces(session: Session, *, warehouse: UUID, location: UUID | None = None) -> tuple[PickFace, ...]:
    """The bins of a warehouse that are kept for items; of one bin where told."""
    return all_as(session.rows(_FACES, warehouse=warehouse, location=location), PickFace)


def item_by_sku(session: Session, sku: str) -> UUID | None:
    """The item of this SKU, in large or small letters."""
    row = session.row("SELECT id FROM item WHERE upper(sku) = upper(%(sku)s)", sku=sku.strip())
    return row["id"] if row else None


def save_pick_faces(session: Session, *, request: UUID, warehouse: UUID, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep bins for items, or let them go (without maximum)."""
    session.call("save_pick_faces", request=request, warehouse=warehouse, rows=as_json(list(rows)))


def save_warehouse(session: Session, *, request: UUID, warehouse: Warehouse) -> None:
    """Say what a warehouse is called, where it stands and whether it is in use."""
    session.call(
        "save_warehouse",
        request=request,
        warehouse=warehouse.id,
        version=warehouse.version,
        name=warehouse.name,
        address=warehouse.address,
        type=warehouse.type,
        time_zone=warehouse.time_zone,
        active=warehouse.active,
    )
