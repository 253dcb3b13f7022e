"""The screen of what benches pack with in its states, on records that lie in memory: no logic."""

import json
from collections.abc import Callable, Mapping
from uuid import UUID

from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from app.stations.packaging import PackagingScreen
from build_scripts.screenshot_desk import Answers, Step, desk_work, give, row, steps

_MAY = frozenset({"set_up"})


def _carton(number: int, code: str, name: str, sides: tuple[int, int, int], **more: object) -> dict[str, str]:
    length, width, height = sides
    record: dict[str, object] = {
        "id": str(UUID(int=number)), "version": 1, "code": code, "name": name, "active": True, "length_mm": length,
        "width_mm": width, "height_mm": height,
        **dict.fromkeys(("outer_length_mm", "outer_width_mm", "outer_height_mm")),
        "tare_kg": 0.3, "limit_kg": 30, "fill_percent": 0, "cost": 0, "services": [], "owners": [], "position": number,
    }  # fmt: skip
    return {"record": json.dumps(record | more)}


def _extra(number: int, code: str, kind: str, name: str, **more: object) -> dict[str, str]:
    record: dict[str, object] = {
        "id": str(UUID(int=number)), "version": 1, "code": code, "name": name, "active": True, "extra_kind": kind,
        "words": "", "moment": "close", "answer": "key", "insert_sku": "", "quantity": 1, "each_kg": 0,
        "from_stock": False, "picture": "",
    }  # fmt: skip
    return {"record": json.dumps(record | more)}


_ANSWERS: Answers = {
    "FROM pack_extra": (
        _extra(1, "FLYER", "insert", "Spring flyer", each_kg=0.012),
        _extra(2, "SAMPLE-TEA", "insert", "Tea sample, first orders", answer="scan", insert_sku="PROD-012", quantity=2,
               from_stock=True),
        _extra(3, "FOLD", "instruction", "Fold the flaps inwards", moment="start", picture="ab12",
               words="Fold both flaps inwards before the first piece; the logo is on the outside."),
        _extra(4, "GLASS", "instruction", "Glass stands upright, paper all around it", moment="goods", answer="scan"),
        _extra(5, "OPEN-BOX", "photo", "The open carton from above"),
    ),
    "FROM carton_type": (
        _carton(1, "MEDIUM", "", (400, 300, 200), cost=0.62),
        _carton(2, "SMALL", "", (300, 200, 150), tare_kg=0.15, limit_kg=10, cost=0.41),
        _carton(3, "LARGE", "", (600, 400, 300), tare_kg=0.55, cost=1.18, fill_percent=10),
        _carton(4, "WINE6", "Box for six bottles, upright", (280, 190, 340), tare_kg=0.38, limit_kg=15, fill_percent=15,
                cost=1.95, services=["express", "parcel"], owners=["WIDGETWORKS"]),
        _carton(5, "POUCH_A4", "Padded pouch A4", (310, 220, 40), tare_kg=0.03, limit_kg=2, active=False),
    ),
}  # fmt: skip


def _screen(*each: Step) -> tuple[Callable[[Kit], DeskScreen], Step]:
    return lambda kit: PackagingScreen(kit, desk_work(_ANSWERS, may=_MAY)), steps(*each)


def _second(screen: DeskScreen) -> None:
    screen.tabs.setCurrentIndex(1)


POSES: Mapping[str, tuple[Callable[[Kit], DeskScreen], Step]] = {
    "packaging-cartons": _screen(row(3)),
    "packaging-carton": _screen(row(3), give("CHANGE_RECORD")),
    "packaging-extras": _screen(_second, row(1)),
    "packaging-extra": _screen(_second, row(1), give("CHANGE_RECORD")),
    "packaging-archive": _screen(row(1), give("ARCHIVE")),
}
