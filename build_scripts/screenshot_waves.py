"""The wave planner in its states, and the picker's walk with a tote for each order: what is photographed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.dialogs.dialog import Count, MapStop, Prompt, Row, WalkMap
from app.dialogs.grammar import error, ok, warning
from app.dialogs.picking.prompt import COLUMNS, WALK_COLUMNS
from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from app.stations.waves import WavesScreen
from build_scripts.screenshot_desk import Answers, Step, desk_work, give, row, steps, tab
from build_scripts.screenshot_samples import LONG_SKU
from build_scripts.screenshot_stock import MOMENT

Make = Callable[[Kit], DeskScreen]
_MAY = frozenset({"see_stock", "plan_wave", "pick", "set_up"})
_CUSTOMERS = ("Shopper & Sons", "Klinikum Nordstadt Zentralapotheke", "Öztürk GmbH", "Harbour Bakery")
_AISLES: tuple[dict[str, Any], ...] = tuple(
    {
        "id": UUID(int=n + 1), "name": f"A{n + 1}", "kind": "aisle", "x1_mm": 0, "y1_mm": n * 5000, "x2_mm": 30000,
        "y2_mm": n * 5000, "direction": "both", "closed": False, "position": n, "version": 1, "width_mm": 3000,
    }
    for n in range(4)
) + tuple(
    {
        "id": UUID(int=n + 10), "name": f"X{n + 1}", "kind": "cross", "x1_mm": x, "y1_mm": 0, "x2_mm": x,
        "y2_mm": 15000, "direction": "both", "closed": False, "position": 9, "version": 1, "width_mm": 3000,
    }
    for n, x in enumerate((0, 30000))
)  # fmt: skip


def _bin(n: int) -> dict[str, Any]:
    aisle = n % 4
    return {
        "zone": UUID(int=50 + aisle // 2), "zone_name": ("Storage", "Chilled")[aisle // 2], "picks": 1 + n % 2,
        "x": 1500 + n * 2700 % 27000, "y": aisle * 5000, "level": 0, "aisle": UUID(int=aisle + 1),
        "litres": str(Decimal(n % 7 + 1) / 2), "kg": str(Decimal(n % 5 + 1) / 4),
    }  # fmt: skip


def _order(n: int) -> dict[str, Any]:
    lines = n % 4 + 1
    return {
        "id": UUID(int=1000 + n), "number": f"SO-{10482 + n}", "partner": _CUSTOMERS[n % 4],
        "carrier": ("house", "regional", "express")[n % 3], "service": "STANDARD", "priority": 5 if n % 6 == 1 else 0,
        "cut_off": MOMENT + timedelta(hours=1 + n % 3), "due": MOMENT.date(), "lines": lines,
        "bins": [] if n % 11 == 7 else [_bin(3 * n + one) for one in range(lines)], "short": int(n % 11 == 7),
        "held": n % 13 == 5, "person": "Wanda Reyes" if n % 9 == 8 else "", "since": MOMENT,
    }  # fmt: skip


def _wave(n: int) -> dict[str, Any]:
    return {
        "id": UUID(int=n + 1), "number": f"WAVE-{n + 40:06}" if n else "", "created_at": MOMENT,
        "person": "Maria Keller",
        "decision": ("released", "released", "draft", "closed", "cancelled")[n % 5], "asked": {}, "told": {},
        "cut_off": MOMENT + timedelta(hours=n), "walks": 6, "walks_done": 6 if n % 5 > 2 else 2, "walking": n % 3,
        "orders": 41, "picks": 180, "done": 180 if n % 5 == 3 else 61, "metres": 1240, "minutes": 95,
    }  # fmt: skip


def _walk(n: int) -> dict[str, Any]:
    return {
        "id": UUID(int=n + 1), "number": f"WALK-{n + 41:06}", "wave": "WAVE-000040", "decision": "released",
        "mode": "cluster", "stream": "orders", "zone": "Chilled" if n % 3 == 2 else "", "priority": 0,
        "cut_off": MOMENT + timedelta(hours=2), "metres": 210, "minutes": 16, "listed": n == 3,
        "assigned": "Tomasz Nowak" if n == 2 else "", "person": "Ana Sørensen" if n == 1 else "", "orders": 8,
        "numbers": [f"SO-{10482 + 8 * n + one}" for one in range(8)], "picks": 30, "done": 12 if n == 1 else 0,
    }  # fmt: skip


_CARTS: tuple[dict[str, Any], ...] = (
    {"number": "CART-1", "name": "Eight totes, aisles 1 to 4", "slots": 8, "litres": Decimal(240), "kg": Decimal(120),
     "active": True, "walk": "WALK-000042"},
    {"number": "CART-GOODS-ON-THE-LONG1", "name": "Trolley", "slots": 20, "litres": None, "kg": None,
     "active": True, "walk": ""},
    {"number": "CART-3", "name": "", "slots": 4, "litres": None, "kg": Decimal("62.5"), "active": False, "walk": ""},
)  # fmt: skip


def _shift(n: int) -> dict[str, Any]:
    zone = n % 3
    return {
        "starts": time(6 + 8 * (n // 9)), "ends": time(14 + 8 * (n // 9)), "people": 4 - zone,
        "name": ("Early", "Late")[n // 9], "weekday": n % 7 + 1 if n != 17 else None,
        "day": MOMENT.date() if n == 17 else None, "zone": ("", "WH001-STO", "WH001-CHI")[zone],
        "zone_id": UUID(int=49 + zone) if zone else None, "zone_name": ("", "Storage", "Chilled")[zone],
    }  # fmt: skip


_ROUND_THE_CLOCK = tuple(
    _shift(zone) | {"weekday": day, "starts": time(), "ends": time(), "name": "All day"}
    for day in range(1, 8)
    for zone in range(3)
)
_BEGUN = ({"zones": [UUID(int=50)], "minutes": Decimal(34)},)


def _answers(orders: int) -> Answers:
    return {
        "-- Orders that wait to be released": tuple(map(_order, range(orders))),
        "-- Waves of a warehouse": tuple(map(_wave, range(5 if orders else 0))),
        "-- Walks, with how far": tuple(map(_walk, range(6 if orders else 0))),
        "FROM aisle": _AISLES,
        "-- The carts of a warehouse": _CARTS if orders else (),
        "-- Who picks in a warehouse": tuple(map(_shift, range(18 if orders else 0))),
        "-- What is left of the walks": _BEGUN,
        "-- Where walks begin and end": ({"packing": (0, 0), "carts": (30_000, 0), "lanes": {}},),
    }


def _on(answers: Answers, *each: Step) -> tuple[Make, Step]:
    def make(kit: Kit) -> DeskScreen:
        return WavesScreen(kit, desk_work(answers, may=_MAY))

    return make, steps(*each)


POSES: Mapping[str, tuple[Make, Step]] = {
    "waves-empty": _on(_answers(0)),
    "waves-orders": _on(_answers(36), row(1)),
    "waves-asked": _on(_answers(36), give("PLAN_WAVE", people="3")),
    "waves-preview": _on(_answers(36), give("PLAN_WAVE", people="3"), give("BOOK"), row(0)),
    "waves-left-out": _on(_answers(36), give("PLAN_WAVE", people="3"), give("BOOK"), give("LEFT_OUT")),
    "waves-way": _on(_answers(36), give("PLAN_WAVE", people="3"), give("BOOK"), row(0), give("SHOW_WALK")),
    "waves-waves": _on(_answers(9), tab(1), row(0)),
    "waves-carts": _on(_answers(9), tab(3), row(0)),
    "waves-carts-empty": _on(_answers(0), tab(3)),
    "waves-cart-asked": _on(_answers(9), tab(3), row(0), give("CHANGE_CART", slots="9")),
    "waves-shifts": _on(_answers(9), tab(4), row(0)),
    "waves-shift-asked": _on(_answers(9), tab(4), give("NEW_PICK_SHIFT", name="Early")),
    "waves-loads": _on(
        {**_answers(36), "-- Who picks in a warehouse": _ROUND_THE_CLOCK},
        give("PLAN_WAVE"),
        give("BOOK"),
        give("SHOW_LOADS"),
        row(0),
    ),
    "waves-by-shifts": _on(
        {**_answers(36), "-- Who picks in a warehouse": _ROUND_THE_CLOCK}, give("PLAN_WAVE"), give("BOOK"), row(0)
    ),
    "waves-walks": _on(_answers(9), tab(2), row(1)),
}

_MAP = WalkMap(
    tuple((one["x1_mm"], one["y1_mm"], one["x2_mm"], one["y2_mm"]) for one in _AISLES),
    (
        (0, 0), (24000, 0), (30000, 0), (30000, 5000), (6000, 5000), (0, 5000), (0, 10000), (18000, 10000),
        (0, 10000), (0, 0),
    ),
    (
        MapStop(4000, 0, "done"), MapStop(13000, 0, "done"), MapStop(24000, 0, "current"), MapStop(21000, 5000),
        MapStop(6000, 5000), MapStop(9000, 10000), MapStop(18000, 10000),
    ),
)  # fmt: skip


def of_walks(picking: Prompt) -> Mapping[str, Prompt]:
    """Several orders on one walk: totes first, then the way, the slot, and what goes wrong."""
    rows = tuple(
        Row((str(n % 3 + 1), f"SO-{10482 + n % 3}", f"WH001-STO-A{n + 11}", LONG_SKU if n == 4 else f"PROD-{n + 7:03}",
             "", "2" if n < 2 else "0", "2", "each"), "done" if n < 2 else "current" if n == 2 else "open")
        for n in range(7)
    )  # fmt: skip
    base = replace(picking, document="WALK-000041", columns=(*WALK_COLUMNS, *COLUMNS), rows=rows)
    facts = {**picking.facts, "bin": "WH001-STO-A14", "slot": "3", "tote": "T-0012", "amount": "2 × PROD-007"}
    to_bin = replace(
        base, instruction="picking.go_to_bin", facts=facts, walk=_MAP, commands=("UNDO", "SKIP", "NEW_TOTE", "PAUSE")
    )
    into = replace(base, instruction="picking.put_into_slot", facts=facts, count=Count("2", unit="each"))
    return {
        "picking-map": to_bin,
        "picking-closed": replace(
            to_bin, instruction="picking.go_where_closed",
            walk=replace(_MAP, aisles=_MAP.aisles[1:], closed=_MAP.aisles[:1], unreached=((9000, 0), (15000, 0))),
        ),
        "picking-put-tote": replace(
            base, instruction="picking.put_tote", facts=facts, commands=("UNDO", "NEW_TOTE", "PAUSE"),
            feedback=ok("picking.tote_in_slot", tote="T-0011", slot="2", document="SO-10483"),
        ),
        "picking-slot": replace(into, feedback=ok("picking.right_goods", sku="PROD-007", slot="3")),
        "picking-wrong-slot": replace(
            into, feedback=error("picking.wrong_slot", scanned="T-0010", beside="1", slot="3", wanted="T-0012")
        ),
        "picking-cancelled": replace(
            to_bin, feedback=warning("picking.order_ended", document="SO-10483", tote="T-0011", slot="2")
        ),
    }  # fmt: skip
