"""The screen of warehouses in its states, on places that lie in memory: what is photographed, no logic."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from app.domain.records import RecordChange, Use
from app.domain.sites.levels import LevelRow
from app.domain.sites.places import PickFace, Place, PlaceKind, Profile, Warehouse
from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from app.stations.sites import SitesScreen
from build_scripts.screenshot_desk import WAREHOUSE, Answers, Step, desk_work, give, refused, row, steps, tab
from build_scripts.screenshot_samples import LONG_NAME, LONG_SKU
from build_scripts.screenshot_stock import MOMENT

_STORAGE = Place(
    UUID(int=10), 1, PlaceKind.ZONE, "Storage", "WH001-STO", WAREHOUSE, code="STO", purpose="storage", walk_position=1
)
_ZONES = (
    _STORAGE,
    *(
        replace(_STORAGE, id=UUID(int=n), name=name, address=f"WH001-{code}", code=code, purpose=purpose,
                parent=WAREHOUSE if n < 14 else _STORAGE.id, active=n != 17)
        for n, (name, code, purpose) in enumerate(
            (
                ("Receiving", "REC", "receiving"), ("Shipping", "SHI", "shipping"), ("Packing hall", "PAC", "packing"),
                ("Cold store", "COL", "storage"), ("Small parts, automatic", "SMA", "storage"),
                ("Blocked goods of the former owner of the building", "BLO", "quarantine"), ("Old attic", "ATT", ""),
            ),
            start=11,
        )
    ),
)  # fmt: skip


def _place(n: int) -> Place:
    name = f"{chr(65 + n // 20 % 26)}{n % 20 + 1:02}"
    return Place(
        id=UUID(int=100 + n),
        version=1,
        kind=PlaceKind.BIN,
        name=name,
        address=f"WH001-STO-{name}",
        parent=_STORAGE.id,
        zone="Storage",
        purpose=("pick_face", "reserve", "")[n % 3],
        profile=("SHELF-S", "PALLET-EURO-1800", "")[n % 3],
        capacity_units=Decimal((120, 960, 0)[n % 3]) or None,
        mixing=("one_item", "one_trace", "any")[n % 3],
        walk_position=10 * n,
        active=n != 9,
        frozen=n == 4,
        goods=n % 4,
        fill=(Decimal("0.45"), Decimal("1.08"), None)[n % 3],
    )


_PROFILES = (
    Profile(UUID(int=1), 1, "SHELF-S", "Small shelf", capacity_units=Decimal(120), mixing="one_item", places=212),
    Profile(
        UUID(int=2),
        1,
        "PALLET-EURO-1800",
        "Pallet rack, Euro pallets up to 1,800 mm",
        bin_type="pallet_rack",
        capacity_units=Decimal(960),
        capacity_kg=Decimal(1200),
        capacity_l=Decimal(1728),
        height_mm=1800,
        mixing="one_trace",
        temperature="ambient",
        hazard_classes=("3", "8"),
        places=96,
    ),
    Profile(UUID(int=3), 1, "COLD-2-8", "Cold shelf", temperature="chilled", capacity_kg=Decimal("80.5"), places=24),
    Profile(UUID(int=4), 1, "OLD", "Wooden shelf", archived=True),
)
_FACES = tuple(
    PickFace(UUID(int=n), 1, WAREHOUSE, UUID(int=100 + n), f"WH001-STO-A{n + 1:02}", UUID(int=n),
             LONG_SKU if n == 2 else f"PROD-{n + 1:03}", LONG_NAME if n == 2 else "Standard Widget", Decimal(12 * n),
             Decimal(48 + 12 * n))
    for n in range(9)
)  # fmt: skip


def _level(n: int) -> LevelRow:
    given = n % 4 != 3
    return LevelRow(
        item=UUID(int=n + 1),
        sku=LONG_SKU if n % 31 == 5 else f"PROD-{n + 1:03}",
        name=LONG_NAME if n % 31 == 5 else "Bevel gear, hardened, 24 teeth",
        unit="each",
        decimals=0,
        warehouse=WAREHOUSE,
        warehouse_code="WH001",
        version=1 if given else None,
        minimum=Decimal(10) if given else None,
        maximum=Decimal(120) if given else None,
        reorder_point=Decimal(40) if given else None,
        safety_stock=Decimal(5) if n % 3 else None,
        on_hand=Decimal(7 * n % 97),
    )


_SITE = Warehouse(
    *(WAREHOUSE, "WH001", "Central Distribution Center", "1 Dock Street, 20457 Hamburg", "Distribution Center"),
    *("Europe/Berlin", True, 1),
)
_WAREHOUSES = (
    _SITE,
    replace(_SITE, id=UUID(int=2), code="WH002", name="Returns", address="7 Back Lane, 22111 Hamburg", type="3PL"),
    replace(_SITE, id=UUID(int=3), code="WH003", name="Cold store at the harbour", active=False, type="Cold store"),
)
_CHANGES = (
    RecordChange(UUID(int=1), MOMENT, "Maria Keller", "desk-planning", "location", "UPDATE",
                 {"capacity_units": 96, "mixing": "any"}, {"capacity_units": 120, "mixing": "one_item"}),
    RecordChange(UUID(int=2), MOMENT - timedelta(days=40), "Ana Sørensen", "PACK-02", "location", "INSERT", None,
                 {"name": "A01"}),
)  # fmt: skip


def _answers(count: int) -> Answers:
    bins = tuple(map(_place, range(count)))
    return {
        "SELECT id, code, name, address, type": _WAREHOUSES,
        "upper(name) AS name": tuple({"name": one.name} for one in bins),
        "FROM location_profile p": _PROFILES if count else (),
        "FROM pick_face f": _FACES if count else (),
        "FROM item i\n    LEFT JOIN item_level": tuple(map(_level, range(count))),
        "uses_of_places": (Use("stock", 3, ("PROD-001", "PROD-002", LONG_SKU)), Use("pick_face", 1, ("PROD-001",))),
        "record_history": _CHANGES,
        "-- Places below": bins,
    }


def _on(answers: Answers, *each: Step) -> tuple[Callable[[Kit], DeskScreen], Step]:
    return lambda kit: SitesScreen(kit, desk_work(answers)), steps(*each)


_SOME = _answers(60)
POSES: Mapping[str, tuple[Callable[[Kit], DeskScreen], Step]] = {
    "sites-empty": _on(_answers(0)),
    "sites-zones": _on({**_SOME, "-- Places below": _ZONES}, row(4)),
    "sites-new_zone": _on({**_SOME, "-- Places below": _ZONES}, row(0), give("NEW_ZONE", code="col2", name="Cool 2")),
    "sites-places": _on(_answers(400), tab(1), row(1)),
    "sites-labels": _on(_SOME, tab(1), row(*range(12)), give("PRINT_PLACES")),
    "sites-change": _on(_SOME, tab(1), row(0, 1, 2), give("CHANGE_PLACES", mixing="one_item", capacity_units="120")),
    "sites-wrong": _on(_SOME, tab(1), row(1), refused("location.fixed", place="WH001-STO-A02")),
    "sites-uses": _on(_SOME, tab(1), row(1), give("USED_WHERE")),
    "sites-changes": _on(_SOME, tab(1), row(1), give("CHANGES")),
    "sites-profiles": _on(_SOME, tab(2), row(1)),
    "sites-new_profile": _on(_SOME, tab(2), give("NEW_PROFILE")),
    "sites-faces": _on(_SOME, tab(3), row(2)),
    "sites-new_face": _on(_SOME, tab(3), give("NEW_FACE")),
    "sites-levels": _on(_answers(120), tab(4), row(3)),
    "sites-change_levels": _on(_SOME, tab(4), row(0, 1, 2), give("CHANGE_LEVELS", how="percent", value="10")),
    "sites-warehouses": _on(_SOME, tab(5), row(0)),
    "sites-new_warehouse": _on(_SOME, tab(5), give("NEW_WAREHOUSE")),
}
