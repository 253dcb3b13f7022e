"""The rows of the warehouses screen, and the words of what stands in them."""

from collections.abc import Sequence, Set
from uuid import UUID

from app.domain.sites.levels import LEVELS, LevelInForce, LevelRow, fit_together
from app.domain.sites.places import PickFace, Place, Profile, Warehouse
from app.domain.values import format_quantity
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

FOLDED, OPEN = "▸", "▾"
"""Before a zone that has others in it: they are not shown, or they are."""
ZONES = (
    Column("zone", "sites.zone", 260, sortable=False),
    Column("code", "sites.code", 90, sortable=False, identifier=True),
    Column("purpose", "sites.purpose", 150, sortable=False),
    Column("address", "sites.address", 160, sortable=False, identifier=True),
    Column("state", "sites.state", 110, sortable=False, identifier=True),
)
PLACES = (
    Column("address", "sites.address", 170, identifier=True),
    Column("kind", "sites.kind", 90, identifier=True),
    Column("zone", "sites.zone", 120),
    Column("purpose", "sites.purpose", 110),
    Column("profile", "sites.profile", 100, identifier=True),
    Column("mixing", "sites.mixing", 110),
    Column("capacity", "sites.capacity", 90, numeric=True),
    Column("fill", "sites.fill", 70, numeric=True),
    Column("goods", "sites.goods", 70, numeric=True),
    Column("walk", "sites.walk", 70, numeric=True),
    Column("state", "sites.state", 100, identifier=True),
)
PROFILES = (
    Column("code", "sites.code", 120, identifier=True),
    Column("name", "sites.name", 180),
    Column("type", "sites.bin_type", 120),
    Column("units", "sites.capacity", 90, numeric=True),
    Column("kg", "sites.capacity_kg", 90, numeric=True),
    Column("litres", "sites.capacity_l", 90, numeric=True),
    Column("height", "sites.height_mm", 90, numeric=True),
    Column("mixing", "sites.mixing", 120),
    Column("temperature", "sites.temperature", 110),
    Column("hazard", "sites.hazard_classes", 100, identifier=True),
    Column("places", "sites.places", 80, numeric=True),
    Column("state", "sites.state", 100, identifier=True),
)
FACES = (
    Column("address", "sites.address", 180, identifier=True),
    Column("sku", "reports.sku", 150, identifier=True),
    Column("name", "reports.name", 320),
    Column("minimum", "sites.minimum", 110, numeric=True),
    Column("maximum", "sites.maximum", 110, numeric=True),
)
LEVEL_COLUMNS = (
    Column("sku", "reports.sku", 150, identifier=True),
    Column("name", "reports.name", 300),
    *(Column(level, f"sites.{level}", 120, numeric=True) for level in LEVELS),
    Column("on_hand", "reports.on_hand", 110, numeric=True),
    Column("unit", "reports.unit", 70, identifier=True),
)
WHICH = (
    Column("level", "sites.level", 220),
    Column("applies", "sites.applies", 130, numeric=True),
    Column("from", "sites.set_for", 260),
    Column("instead", "sites.instead_of", 260),
)
WAREHOUSES = (
    Column("code", "sites.code", 110, identifier=True),
    Column("name", "sites.name", 280),
    Column("type", "sites.type", 180),
    Column("address", "sites.postal_address", 300),
    Column("time_zone", "sites.time_zone", 160, identifier=True),
    Column("state", "sites.state", 110, identifier=True),
)


def zone_records(zones: Sequence[Place], texts: Texts, *, folded: Set[UUID] = frozenset()) -> list[Record]:
    """Zones as a tree: each behind the one that it stands in, and further in; not those in a folded one."""
    by_parent: dict[object, list[Place]] = {}
    known = {zone.id for zone in zones}
    for zone in zones:
        by_parent.setdefault(zone.parent if zone.parent in known else None, []).append(zone)
    found: list[Record] = []

    def lay(parent: object, depth: int) -> None:
        for zone in by_parent.get(parent, ()):
            parts = by_parent.get(zone.id)
            sign = "" if not parts else f"{FOLDED} " if zone.id in folded else f"{OPEN} "
            cells = (
                f"{'     ' * depth}{sign}{zone.name}",
                zone.code,
                word(texts, "purpose", zone.purpose),
                zone.address,
                state(texts, active=zone.active),
            )
            found.append(Record(zone.id, cells, made_of=zone, tints=_gone(zone.active, 4)))
            if zone.id not in folded:
                lay(zone.id, depth + 1)

    lay(None, 0)
    return found


def place_record(place: Place, texts: Texts) -> Record:
    """A place: what it is, what it takes, how full it is."""
    cells = (
        place.address,
        word(texts, "place_kind", place.kind),
        place.zone,
        place.partner or word(texts, "purpose", place.purpose),
        place.profile,
        word(texts, "mixing", place.mixing),
        format_quantity(place.capacity_units) if place.capacity_units is not None else "",
        "" if place.fill is None else f"{place.fill * 100:.0f} %",
        str(place.goods) if place.goods else "",
        str(place.walk_position),
        state(texts, active=place.active, frozen=place.frozen),
    )
    full = ((7, "bad"),) if place.fill is not None and place.fill > 1 else ()
    return Record(place.id, cells, made_of=place, tints=(*full, *_gone(place.active, 10)))


def profile_record(profile: Profile, texts: Texts) -> Record:
    """A profile: what its places take."""
    amounts = (profile.capacity_units, profile.capacity_kg, profile.capacity_l)
    cells = (
        profile.code,
        profile.name,
        word(texts, "bin_type", profile.bin_type),
        *("" if amount is None else format_quantity(amount) for amount in amounts),
        "" if profile.height_mm is None else str(profile.height_mm),
        word(texts, "mixing", profile.mixing),
        word(texts, "temperature", profile.temperature),
        ", ".join(profile.hazard_classes),
        str(profile.places),
        state(texts, active=not profile.archived),
    )
    return Record(profile.id, cells, made_of=profile, tints=_gone(not profile.archived, 11))


def face_record(face: PickFace) -> Record:
    """A bin that is kept for an item."""
    cells = (face.address, face.sku, face.name, format_quantity(face.minimum), format_quantity(face.maximum))
    return Record(face.id, cells, made_of=face)


def level_record(row: LevelRow) -> Record:
    """An item with its levels; below its minimum it is marked."""
    levels = tuple("" if (value := getattr(row, name)) is None else format_quantity(value) for name in LEVELS)
    short = row.minimum is not None and row.on_hand < row.minimum
    cells = (row.sku, row.name, *levels, format_quantity(row.on_hand), row.unit)
    return Record(row.item, cells, made_of=row, tints=((6, "bad"),) if short else ())


def which_records(
    row: LevelRow, levels: Sequence[LevelInForce], faces: Sequence[PickFace], texts: Texts
) -> list[Record]:
    """The levels that apply to an item in a warehouse with where each is set, and the bins that are kept for it."""

    def said(code: str, **facts: object) -> str:
        return texts.text("captions", f"sites.{code}", facts)

    def level(one: LevelInForce) -> Record:
        origin = said("set_for_warehouse", warehouse=row.warehouse_code) if one.own is not None else ""
        shadowed = one.own is not None and one.everywhere is not None
        applies = "" if one.value is None else format_quantity(one.value)
        cells = (
            said(one.level),
            applies or "–",
            origin or (said("set_everywhere") if applies else said("not_set")),
            said("everywhere_is", value=format_quantity(one.everywhere)) if shadowed and one.everywhere else "",
        )
        crossed = one.level == "maximum" and not fit_together(levels)
        return Record(one.level, cells, tints=((1, "bad"),) if crossed else ())

    def face(one: PickFace, level: str) -> Record:
        cells = (said(level), format_quantity(getattr(one, level)), said("set_for_bin", place=one.address), "")
        return Record((one.id, level), cells)

    kept = [face(one, level) for one in faces for level in ("minimum", "maximum")]
    return [*(level(one) for one in levels), *kept]


def warehouse_record(warehouse: Warehouse, texts: Texts) -> Record:
    """A warehouse."""
    cells = (
        warehouse.code,
        warehouse.name,
        warehouse.type,
        warehouse.address,
        warehouse.time_zone,
        state(texts, active=warehouse.active),
    )
    return Record(warehouse.id, cells, made_of=warehouse, tints=_gone(warehouse.active, 5))


def word(texts: Texts, name: str, value: str) -> str:
    """How people call a value; nothing for none."""
    return texts.word(name, str(value)) if value else ""


def state(texts: Texts, *, active: bool, frozen: bool = False) -> str:
    """Whether something is in use, by sign and word; nothing where all is well."""
    code = "archived" if not active else "frozen" if frozen else ""
    return texts.text("captions", f"sites.is_{code}") if code else ""


def _gone(active: bool, column: int) -> tuple[tuple[int, str], ...]:
    return () if active else ((column, "muted"),)
