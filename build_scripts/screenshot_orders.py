"""The order desk in its states (board, exceptions, one order, cut-offs) and the big board: what is photographed."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.domain.order_desk import OrderHead
from app.domain.partners import Address
from app.services import clock
from app.services.cut_offs import ClosedDay, CutOff
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen
from app.stations.orders import OrdersScreen, WallScreen
from build_scripts.screenshot_desk import WAREHOUSE, Answers, Step, desk_work, give, refused, row, steps, tab
from build_scripts.screenshot_samples import LONG_NAME, LONG_SKU
from build_scripts.screenshot_stock import MOMENT

_CUSTOMERS = (("C-1042", "Shopper & Sons"), ("C-0007", "Klinikum Nordstadt Zentralapotheke"), ("C-0315", "Öztürk GmbH"))
_TO = Address("Ada Lovelace", "High Street 1", "", "10115", "Berlin", "", "DE")
_MAY = frozenset({"see_stock", "plan_order", "allocate", "set_up"})
_NOBODY = frozenset({"see_stock"})
_DONE = (
    {"reserved": "0"},
    {"reserved": "12"},
    {"picked": "6", "reserved": "6"},
    {"packed": "12"},
    {"packed": "4", "picked": "8"},
    {"shipped": "5", "reserved": "7"},
)


def _progress(n: int) -> dict[str, Any]:
    zero = dict.fromkeys(("reserved", "picked", "packed", "shipped"), "0")
    return {"asked": "12", "closed": False, **zero, **_DONE[n % len(_DONE)]}


def _order(n: int) -> dict[str, Any]:
    code, name = _CUSTOMERS[n % 3]
    held = n % 7 == 5
    return {
        "id": UUID(int=n + 1),
        "number": f"SO-{104_000 + n:06}",
        "reference": f"WEB-{77_120 + n}",
        "decision": "held" if held else "draft" if n % 11 == 10 else "released",
        "version": 2,
        "due": MOMENT.date(),
        "created_at": MOMENT - timedelta(hours=n),
        "customer_code": code,
        "customer": LONG_NAME if n == 4 else name,
        "cut_off": MOMENT + timedelta(minutes=25 * n - 30),
        "requested": MOMENT.date() + timedelta(days=2),
        "priority": (5, 0, 2)[n % 3],
        "carrier": "house",
        "service": ("EXPRESS", "STANDARD", "PARCEL")[n % 3],
        "complete_only": n % 4 == 1,
        "ship_to": _TO if n % 9 else Address("Ada", city="Berlin"),
        "lines": tuple(_progress(n + part) for part in range(1 + n % 3)),
        "missing_skus": (LONG_SKU, "PROD-002") if n == 0 else ("PROD-003",) if n % 6 == 0 else (),
        "value": Decimal("128.40") + n,
        "holds": ("credit",) if held else (),
        "hands": "Wanda Reyes" if n % 6 == 4 else "",
        "today": MOMENT.date(),
        "time_zone": "Europe/Berlin",
    }


def _line(n: int) -> dict[str, Any]:
    kept = {"place": f"WH001-STO-A{n + 10:02}-03", "qty": "7", "lot": "L-2026-11" if n % 2 else "", "unit": ""}
    return {
        "id": UUID(int=n + 900),
        "line": n + 1,
        "item": UUID(int=n + 700),
        "sku": LONG_SKU if n == 2 else f"PROD-{n + 1:03}",
        "name": LONG_NAME if n == 2 else "Bevel gear, hardened, 24 teeth",
        "unit": "case" if n % 2 else "each",
        "quantity": "12",
        "base_unit": "each",
        "decimals": 0,
        "price": "4.50",
        "bundle": "STARTER-KIT" if n == 3 else "",
        "bundle_line": 9 if n == 3 else None,
        "progress": _progress(n),
        "promised": "0",
        "kept": [kept] if n else [],
        "awaited": {"number": "PO-000815", "due": "2026-11-30", "qty": "400"} if n == 0 else None,
        "instead": ["PROD-009"] if n == 0 else [],
    }


def _detail(lines: int) -> dict[str, Any]:
    head = OrderHead("WEB-77121", _TO, due=date(2026, 11, 23), priority=5, complete_only=True, gift_note="With love")
    return {
        "lines": [_line(n) for n in range(lines)],
        "holds": [{"kind": "credit", "note": "has not paid the last two", "person": "Wanda Reyes", "at": MOMENT}],
        "changes": [],
        "head": {name: getattr(head, name) for name in head.__slots__},
        "warehouse": WAREHOUSE,
        "owner": None,
        "owner_name": "",
    }


_WHY = {
    "at": MOMENT,
    "person": "Wanda Reyes",
    "detail": {
        "chosen": ["WH001-STO-A10-03 L-2026-10"],
        "considered": [
            {
                "candidate": f"WH001-STO-A{10 + n}-03 L-2026-1{n}",
                "passed": [],
                "failed": ["allocation.enough_shelf_life"] if n == 2 else ["allocation.not_frozen"] if n == 3 else [],
                "seen": {"expiry": f"2026-12-0{n + 1}", "received_on": "2026-11-01", "free": 12 * n + 7},
                "because": "",
            }
            for n in range(4)
        ],
        "left_out": {},
        "policy": {},
    },
}
_WALL = {
    "leaving": [  # from now on: what has left is not on the board
        {
            "cut_off": clock.now() + timedelta(minutes=m),
            "carrier": name,
            "orders": 40 + m,
            "packed": 12 + m,
            "lines": 75,
        }
        for m, name in ((25, "house"), (95, "night_express"), (280, "regional_parcel_service"), (300, "house"))
    ],
    "late": 3,
    "held": 2,
    "to_do": 138,
    "cancelled": 1,
    "hours": [
        {"hour": MOMENT - timedelta(hours=7 - n), "picked": (40, 96, 120, 88, 0, 131, 140, 52)[n], "packed": 50}
        for n in range(8)
    ],
}


_PUT_BACK = {
    "sku": "PROD-007",
    "name": "Widget",
    "qty": Decimal(3),
    "unit": "each",
    "place": "WH001-TOTE",
    "number": "340123450000000017",
    "order": "SO-103990",
}
_EXCEPTIONS = tuple(
    {
        "kind": kind,
        "number": number,
        "about": about,
        "customer": "Shopper & Sons" if number.startswith("SO-") else "",
        "fault": "carriers.turned_down" if kind == "label_refused" else "",
        "facts": facts,
        "since": MOMENT,
        "cut_off": clock.now() + timedelta(hours=2) if number.startswith("SO-") else None,
    }
    for kind, number, about, facts in (
        ("label_refused", "SO-104007", "340123450000000024", {"words": "no delivery to islands"}),
        ("print_doubtful", "SO-104009", "SHL000000017", {"printer": "zebra_1", "state": "PARTIAL"}),
        ("left_behind", "SO-104011", "RR473124829DE", {"manifest": "SHP-000006"}),
        ("stalled", "WALK-000031", "WALK-000031", {"person": "Tomasz Nowak"}),
        ("carrier", "", "2026-11-23", {"request": "shipments.request_pickup"}),
        ("count", "WH001-STO-A10-03", "WH001-STO-A10-03", {"sku": LONG_SKU, "name": "Bevel gear"}),
    )
)
_CUSTOMER = {
    "id": UUID(int=5),
    "code": "C-1042",
    "name": "Shopper & Sons",
    "order_carrier": "",
    "order_service": "EXPRESS",
    "complete_only": True,
    "address": {name: getattr(_TO, name) for name in _TO.__slots__} | {"district": ""},
}


def _orders(count: int) -> Answers:
    times = tuple(asdict(CutOff(day, time(16, 30), "house", "", 45, 1)) for day in range(1, 6)) if count else ()
    return {
        "Customers' orders of a warehouse with how far": tuple(_order(n) for n in range(count)),
        "Everything about one customer's order": (_detail(6),),
        "Orders of a warehouse of which a part has left": tuple({"id": UUID(int=n + 1)} for n in range(min(count, 2))),
        "Goods in totes and cartons": (_PUT_BACK,) if count else (),
        "What somebody should do something about in goods out": _EXCEPTIONS if count else (),
        "FROM decision c": (_WHY,),
        "FROM carrier_cut_off": times,
        "FROM closed_day": (asdict(ClosedDay(date(2026, 12, 25), "Christmas")),) if count else (),
        "The numbers of the big board": (_WALL,),
        "A customer by code": (_CUSTOMER,),
    }


Make = Callable[[Kit], ManagerScreen]


def _on(answers: Answers, *each: Step, may: frozenset[str] = _MAY) -> tuple[Make, Step]:
    return lambda kit: OrdersScreen(kit, desk_work(answers, may=may)), steps(*each)


def _wall(answers: Answers) -> tuple[Make, Step]:
    return lambda kit: WallScreen(kit, desk_work(answers)), lambda _screen: None


POSES: Mapping[str, tuple[Callable[[Kit], Any], Callable[[Any], None]]] = {
    "orders-empty": _on(_orders(0)),
    "orders-many": _on(_orders(60), row(1)),
    "orders-held": _on(_orders(60), row(1, 2, 3), give("HOLD_ORDERS", kind="credit", note="has not paid")),
    "orders-new": _on(_orders(9), give("NEW_ORDER", customer="shopper"), give("BOOK")),
    "orders-lines": _on(_orders(9), row(0), give("OPEN_ORDER"), row(0)),
    "orders-change": _on(_orders(9), row(0), give("OPEN_ORDER"), give("CHANGE_ORDER")),
    "orders-substitute": _on(_orders(9), row(0), give("OPEN_ORDER"), row(0), give("SUBSTITUTE_LINE")),
    "orders-why": _on(_orders(9), row(0), give("OPEN_ORDER"), row(1), give("EXPLAIN_LINE")),
    "orders-exceptions": _on(_orders(4), tab(1), row(1)),
    "orders-backorders": _on(_orders(9), tab(2)),
    "orders-cut_offs": _on(_orders(9), tab(3), give("NEW_TIME")),
    "orders-wrong": _on(_orders(9), row(0), refused("orders.already_packed", packed="4", unit="each", sku="PROD-001",
                                                    document="SO-104000")),
    "orders-greyed": _on(_orders(9), row(0), may=_NOBODY),
    "orders_wall-many": _wall(_orders(9)),
}  # fmt: skip
"""What stands on the order desk and on the wall of the hall, by the name of the picture."""
