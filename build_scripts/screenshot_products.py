"""The screen of products in every state, on goods that lie in memory: what is photographed, no logic."""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

from app.database.session import Session
from app.devices import labels
from app.services.work import UnitOfWork
from app.stations.kit.desk import DeskWork, LabelWork
from app.stations.kit.kit import Kit
from app.stations.products import ProductsScreen
from app.stations.products.screen import DetailPage
from build_scripts.screenshot_samples import settle
from build_scripts.screenshot_stock import MOMENT

T = TypeVar("T")
_NAMES = (
    "Desk lamp with a dimmer, brass, long arm and a very long description that no list has room for",
    "Floor lamp",
    "Cordless drill 18 V",
    "Whole milk 1 l",
    "Machine oil",
    "Standard widget",
)
_STATES = ("active", "active", "phase_out", "introduction", "active", "blocked", "discontinued")
_FOOD, _DAIRY, _LIGHT, _DESK = (UUID(int=n) for n in range(11, 15))
_CATEGORIES = (
    (_FOOD, None, "Food"),
    (_DAIRY, _FOOD, "Dairy"),
    (_LIGHT, None, "Lighting"),
    (_DESK, _LIGHT, "Desk lamps"),
)
_FULL = {_FOOD: "Food", _DAIRY: "Food / Dairy", _LIGHT: "Lighting", _DESK: "Lighting / Desk lamps"}
_PATHS = {_FOOD: [_FOOD], _DAIRY: [_FOOD, _DAIRY], _LIGHT: [_LIGHT], _DESK: [_LIGHT, _DESK]}


def _row(n: int) -> dict[str, Any]:
    return {
        "id": UUID(int=100 + n),
        "version": 1,
        "sku": f"PROD-{n:04}-LONG-NUMBER" if n == 3 else f"PROD-{n:04}",
        "name": _NAMES[n % len(_NAMES)],
        "category": ("Lighting / Desk lamps", "Food / Dairy", "")[n % 3],
        "state": _STATES[n % len(_STATES)],
        "tracking": ("none", "lot", "serial", "lot+serial")[n % 4],
        "base_uom": ("each", "kg")[n % 2],
        "bundle": n % 9 == 8,
        "archived": False,
        "template": "",
        "codes": n % 5 + 1,
        "thumbnail_of": None,
        "changed_at": MOMENT,
    }


_DETAIL = {
    **{name: value for name, value in _row(0).items() if name not in ("thumbnail_of", "codes", "category")},
    **{"decimals": 0, "description": "", "category_id": _DESK, "category": _FULL[_DESK], "category_rule": "desk lamps"},
    **{"expiry_required": False, "weight_mean_kg": Decimal("1.25"), "weight_observations": 0, "catch_weight": False},
    **{"standard_cost": None, "shelf_life_days": None, "minimum_remaining_days": 0, "temperature_class": "ambient"},
    **{"hazard_class": "9", "un_number": "3481", "packing_group": "II", "hs_code": "940520", "origin": "DE"},
    **{"own": ["hazard_class", "un_number"], "attributes": json.dumps({"Power": "7.5", "Socket": "E27"})},
    **{"template_id": None, "variant": {}, "changed_by": "Tomasz Nowak", "moved": True},
    "units": [
        {"unit": "case", "numerator": 12, "denominator": 1, "weight_kg": "3.5", "length_mm": 400, "width_mm": 300,
         "height_mm": 200},
        {"unit": "pallet", "numerator": 144, "denominator": 1, "weight_kg": "60", "length_mm": 1200, "width_mm": 800,
         "height_mm": 1450},
    ],
    "codes": [
        {"scheme": "article", "value": "L-77-B", "unit": "case", "issuer": str(UUID(int=9)), "issuer_name": "Acme"},
        {"scheme": "gtin", "value": "00012345678905", "unit": "", "issuer": None, "issuer_name": ""},
    ],
    "bom": {"kind": "assembled", "makes": "1", "lines": [
        {"item": str(UUID(int=105)), "unit": "each", "quantity": "2", "sku": "PROD-0005", "name": "Standard widget"}]},
    "substitutes": [{"item": str(UUID(int=101)), "sku": "PROD-0001", "name": "Floor lamp", "both_ways": True,
                     "note": ""}],
    "images": [],
    "transitions": [
        {"id": str(UUID(int=1)), "to_state": "phase_out", "on_date": "2027-03-31", "zone": "Europe/Berlin",
         "reason": "The next model comes", "asked_by": "Tomasz Nowak", "from_state": None, "done_at": None,
         "trouble": ""},
    ],
    "given": json.dumps({name: {"value": value, "category": "Lighting"}
                         for name, value in (("origin", "DE"), ("hs_code", "940520"))}),
    "given_attributes": json.dumps({}),
}  # fmt: skip
_ATTRIBUTES = [
    {"id": UUID(int=60 + n), "version": 1, "category_id": _LIGHT, "category": "Lighting", "name": name, "type": kind,
     "unit": unit, "choices": list(choices), "required": n == 0, "minimum": low, "maximum": high, "position": n,
     "archived": False}
    for n, (name, kind, unit, choices, low, high) in enumerate(
        (("Power", "number", "W", (), Decimal(1), Decimal(100)), ("Socket", "choice", "", ("E14", "E27"), None, None),
         ("Dimmable", "truth", "", (), None, None)))
]  # fmt: skip
_RULES = {
    "rules": [
        {"name": "desk lamps", "when": [{"field": "name", "operator": "contains", "value": "desk lamp"},
                                        {"field": "supplier", "operator": "is", "value": "ACME"}],
         "then": {"category": "Lighting / Desk lamps"}},
        {"name": "other lamps", "when": [{"field": "name", "operator": "contains", "value": "lamp"}],
         "then": {"category": "Lighting"}},
    ]
}  # fmt: skip
_TEMPLATE = {
    "id": UUID(int=70), "version": 1, "code": "SHIRT", "name": "Shirt", "description": "", "sku_pattern": "",
    "attributes": [{"name": "Size", "values": ["S", "M", "L"]}, {"name": "Colour", "values": ["Red", "Blue"]}],
    "name_pattern": "", "model": '{"base_uom": "each", "tracking": "none"}', "archived": False,
}  # fmt: skip


class _Memory:
    """Answers the statements of products from what lies here."""

    def __init__(self, count: int) -> None:
        self._count = count

    def rows(self, sql: str, /, **asked: object) -> list[dict[str, Any]]:
        answers: dict[str, Callable[[], list[dict[str, Any]]]] = {
            "FROM find_items": lambda: self._page(int(str(asked["offset"]))),
            "FROM count_items": lambda: [{"facet": "all", "value": "", "count": self._count}],
            "FROM category c": self._categories,
            "FROM attribute_definition": lambda: _ATTRIBUTES,
            "FROM attributes_of": lambda: _ATTRIBUTES,
            "FROM item_template": lambda: [dict(_TEMPLATE)] if self._count else [],
            "-- What can stand on labels": lambda: [
                {
                    "sku": "PROD-0001",
                    "name": "Floor lamp with a shade of linen",
                    "unit": unit,
                    "base": "each",
                    "numerator": held,
                    "denominator": 1,
                    "gtin": gtin,
                }
                for unit, held, gtin in (("each", 1, "04012345678901"), ("case", 12, ""), ("pallet", 144, ""))
            ],
            "active FROM printer": lambda: [
                {"id": UUID(int=1), "name": "zebra", "serial": "", "dpi": 203, "confirms": "none", "active": True}
            ],
            "FROM item WHERE template_id": lambda: [{"sku": "SHIRT-S-RED", "variant": {"Size": "S", "Colour": "Red"}}],
        }
        return next((answer() for part, answer in answers.items() if part in sql), [])

    def row(self, sql: str, /, **_asked: object) -> dict[str, Any] | None:
        if "FROM policy" in sql:
            return {"version": 1, "valid_from": MOMENT, "rules": _RULES} if self._count else None
        return dict(_DETAIL)

    def _page(self, offset: int) -> list[dict[str, Any]]:
        return [_row(n) for n in range(offset, min(self._count, offset + 200))]

    def _categories(self) -> list[dict[str, Any]]:
        return [
            {"id": each, "version": 1, "parent_id": above, "name": name, "full_name": _FULL[each], "position": n,
             "defaults": json.dumps({"origin": "DE"} if above is None else {}), "path": _PATHS[each],
             "inherited": json.dumps({"origin": {"value": "DE", "from": str(_PATHS[each][0])}}), "archived": False,
             "items": n * 7}
            for n, (each, above, name) in enumerate(_CATEGORIES)
        ] if self._count else []  # fmt: skip


def products_screen(kit: Kit, *, count: int = 60) -> ProductsScreen:
    """The screen, wired to so many products that are not there."""
    unit = UnitOfWork(cast("Session", _Memory(count)), UUID(int=1))

    def run(work: Callable[[UnitOfWork], T], /, *, request_id: UUID | None = None) -> T:
        assert request_id is None or request_id
        return work(unit)

    work = DeskWork(
        run=run,
        warehouse=UUID(int=1),
        permissions=frozenset({"edit_products"}),
        subscribe=lambda _hear: lambda: None,
        approve=lambda *_asked: "",
        labels=LabelWork(
            fitting=lambda fields: labels.fitting([], fields), picture=labels.picture, undrawable=labels.undrawable
        ),
        recall=lambda _name: "",
        remember=lambda _name, _value: None,
    )
    return ProductsScreen(kit, work)


def _list(screen: ProductsScreen) -> None:
    settle(screen)


def _question(command: str) -> Callable[[ProductsScreen], None]:
    def pose(screen: ProductsScreen) -> None:
        settle(screen)
        screen.list.rows.view.selectRow(0)
        screen.carry_out(command)
        settle(screen)

    return pose


def _detail(page: str) -> Callable[[ProductsScreen], None]:
    def pose(screen: ProductsScreen) -> None:
        settle(screen)
        screen.look_into(UUID(int=100))
        settle(screen)
        front = screen.page
        assert isinstance(front, DetailPage)
        front.page.turn_to(page)
        settle(screen)

    return pose


def _tab(n: int, *commands: str) -> Callable[[ProductsScreen], None]:
    def pose(screen: ProductsScreen) -> None:
        settle(screen)
        screen.tabs.setCurrentIndex(n)
        settle(screen)
        if n == 1 and screen.categories.all:
            screen.categories.choose("Lighting / Desk lamps")
        table = screen.page.table()
        if table is not None and table.model.rowCount():
            table.view.selectRow(0)
        for command in commands:
            screen.carry_out(command)
            settle(screen)

    return pose


def _refused(screen: ProductsScreen) -> None:
    settle(screen)
    screen.look_into(None)
    settle(screen)
    screen.carry_out("SAVE")


_Pose = tuple[Callable[[ProductsScreen], None], int]
_FORMS: Sequence[tuple[str, Callable[[ProductsScreen], None]]] = (
    ("products-state", _question("STATE")),
    ("products-labels", _question("LABELS")),
    ("products-bulk", _question("BULK")),
    *((f"products-{page}", _detail(page)) for page in ("master", "units", "attributes", "bill", "life")),
    ("products-refused", _refused),
    ("products-categories", _tab(1)),
    ("products-attribute", _tab(1, "NEW_ATTRIBUTE")),
    ("products-templates", _tab(2, "NEW_TEMPLATE")),
    ("products-variants", _tab(2, "MISSING")),
    ("products-rules", _tab(3, "NEW_RULE")),
)
POSES: dict[str, _Pose] = {
    "products": (_list, 60),
    "products-many": (_list, 5000),
    "products-empty": (_list, 0),
    **{name: (pose, 60) for name, pose in _FORMS},
}
"""Every state, by name, with how many products there are."""
