"""The shipping desk and the screen of carriers in their states, on records that lie in memory: no logic."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from PySide6.QtCore import QPointF

from app.stations.carriers import CarriersScreen
from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from app.stations.shipments import ShipmentsScreen
from app.stations.shipments.signing import Signing
from build_scripts.screenshot_desk import Answers, Step, desk_work, give, row, steps
from build_scripts.screenshot_samples import LONG_NAME

_NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
_MAY = frozenset({"pack", "ship", "set_up", "print"})


def _told(carrier: str, service: str, code: str, **more: object) -> dict[str, Any]:
    return {"carrier": carrier, "service": service, "code": code, "facts": {}, **more}


_SELECTION = {
    "rule": "shipping.own_delivery",
    "chosen": _told(
        "swift",
        "parcel",
        "carriers.chosen",
        price="5.27",
        currency="EUR",
        arrives="2026-11-24",
        billed_kg="3.2",
        zone="near",
    ),
    "rejected": [
        _told(
            "house",
            "parcel",
            "carriers.dearer",
            price="7.90",
            currency="EUR",
            arrives="2026-11-24",
            billed_kg="3.2",
            zone="north",
            facts={"cheapest": "5.27"},
        ),
        _told(
            "swift",
            "express",
            "carriers.dearer",
            price="14.00",
            currency="EUR",
            arrives="2026-11-23",
            billed_kg="3.2",
            zone="near",
            facts={"cheapest": "5.27"},
        ),
        _told(
            "alpine",
            "post",
            "carriers.too_late",
            price="4.10",
            currency="EUR",
            arrives="2026-11-27",
            billed_kg="3.2",
            zone="DE",
            facts={"arrives": "2026-11-27", "needed": "2026-11-25"},
        ),
        _told("house", "two_person", "carriers.no_hazard", facts={"service": "Two person", "hazards": "3"}),
    ],
}


def _carton(n: int, buying: str | None, **more: object) -> dict[str, Any]:
    bought = buying == "bought"
    return {
        "id": UUID(int=700 + n),
        "sscc": f"3401234500000{n:05d}",
        "state": "labelled" if bought and n > 1 else "closed",
        "tracking": f"RR47312{n:04d}DE" if bought else "",
        "carrier": "swift" if buying else "",
        "service": "parcel" if buying else "",
        "carrier_name": "Swift Parcels" if buying else "",
        "service_name": "Parcel" if buying else "",
        "weight_kg": Decimal("3.2") + n,
        "carton": "MEDIUM",
        "closed_at": _NOW,
        "document": UUID(int=7),
        "number": f"SO-2026-00{n:04d}",
        "decision": "released",
        "partner": "Shopper",
        "partner_code": "C-1001",
        "ship_to": {
            "name": "Müller & Söhne GmbH" if n % 2 else LONG_NAME,
            "postal_code": "20457",
            "city": "Hamburg",
            "country": "DE",
        },
        "ordered_carrier": "",
        "ordered_service": "STANDARD",
        "due": date(2026, 11, 25),
        "cut_off": _NOW,
        "purchase": UUID(int=800 + n) if buying else None,
        "reference": f"SHL{n:09d}",
        "buying": buying,
        "price": Decimal("5.27") if buying else None,
        "currency": "EUR",
        "arrives": date(2026, 11, 24) if buying else None,
        "fault": "",
        "facts": {},
        "selection": _SELECTION if buying else {},
        "manifest": "",
        "label": None,
        **more,
    }


_CARTONS = (
    _carton(1, "bought"),
    _carton(2, None),
    _carton(3, "unknown", fault="carriers.no_answer"),
    _carton(4, "wanted", fault="carriers.folder_away", facts={"folder": "/srv/swift", "reason": "No such file"}),
    _carton(5, "refused", fault="carriers.turned_down", facts={"words": "postal code"}),
    _carton(6, "bought", manifest="SHP-000123"),
    _carton(7, "voided"),
)
_WAITING = (
    {
        "carrier": "house",
        "carrier_name": "Own delivery",
        "service": "parcel",
        "cartons": 14,
        "weight_kg": Decimal("61.4"),
        "cut_off": _NOW,
    },
    {
        "carrier": "swift",
        "carrier_name": "Swift Parcels",
        "service": "express",
        "cartons": 3,
        "weight_kg": Decimal("9.75"),
        "cut_off": None,
    },
)


def _shipment(n: int, **more: object) -> dict[str, Any]:
    return {
        "id": UUID(int=900 + n),
        "number": f"SHP-00012{n}",
        "carrier": "swift",
        "carrier_name": "Swift Parcels",
        "service": "parcel",
        "truck": "HB-SW 123",
        "created_at": _NOW,
        "made_by": "Ana Jones",
        "departed_at": None,
        "departed_by": "",
        "signed_at": None,
        "signed_by": "",
        "signature": None,
        "company": "Blue Lamp Ltd",
        "warehouse": "WH001",
        "warehouse_address": "",
        "time_zone": "Europe/Berlin",
        "cartons": 12,
        "loaded": 12,
        "weight_kg": Decimal("48.2"),
        "photos": 0,
        "told": "",
        "fault": "",
        "facts": {},
        **more,
    }


_SHIPMENTS = (
    _shipment(4, loaded=0),
    _shipment(3, loaded=7),
    _shipment(2, departed_at=_NOW, departed_by="Ben Smith"),
    _shipment(1, departed_at=_NOW, departed_by="Ben Smith", signed_at=_NOW, signed_by="Carl Driver"),
    _shipment(0, told="FAILED", fault="carriers.folder_away"),
)
_LISTED = tuple(
    {
        "id": UUID(int=950 + n),
        "sscc": f"3401234500000{n:05d}",
        "tracking": f"RR47312{n:04d}DE",
        "number": f"SO-2026-00{n:04d}",
        "partner": "Shopper",
        "ship_to": {"name": "Müller & Söhne", "city": "Hamburg", "postal_code": "20457", "country": "DE"},
        "service": "parcel",
        "weight_kg": Decimal("3.2"),
        "loaded_at": _NOW if n < 3 else None,
        "loaded_by": "Ben Smith" if n < 3 else "",
        "left_out_at": _NOW if n == 5 else None,
    }
    for n in range(6)
)
_SWIFT = {
    "currency": "EUR",
    "litre_kg": "5000",
    "folder": "/srv/swift/out",
    "manifest": True,
    "services": [
        {"code": "parcel", "name": "Swift parcel", "days": 1, "cut_off": "16:00", "most_kg": "31.5"},
        {"code": "express", "name": "Swift express", "level": "express", "days": 0, "most_kg": "20"},
    ],
    "zones": [{"zone": "near", "country": "DE", "first": "20", "last": "29"}, {"zone": "far", "country": "DE"}],
    "prices": [
        {"service": "parcel", "zone": "near", "up_to_kg": "5", "price": "4.90"},
        {"service": "parcel", "zone": "far", "up_to_kg": "31.5", "price": "9.90", "valid_until": "2026-12-31"},
    ],
    "surcharges": [{"name": "Fuel", "kind": "percent", "amount": "7.5", "applies": "always"}],
    "ranges": [{"prefix": "RR", "first": 47312482, "last": 47399999, "digits": 8, "check": "s10", "suffix": "DE"}],
    "columns": [
        {"heading": "REF", "source": "reference", "width": 12},
        {"heading": "NAME", "source": "receiver_name", "width": 35, "cut": True},
        {"heading": "KG", "source": "weight_kg", "width": 7, "decimals": 2},
    ],
}
_HOUSE = [{"code": "parcel", "name": "Parcel"}, {"code": "two_person", "name": "Two person"}]
_CARRIERS = (
    {
        "code": "house",
        "name": "Own delivery",
        "kind": "own",
        "setup": {"services": _HOUSE},
        "active": True,
        "version": 1,
    },
    {"code": "swift", "name": "Swift Parcels", "kind": "file", "setup": _SWIFT, "active": True, "version": 4},
    {
        "code": "alpine",
        "name": "Alpine Post",
        "kind": "file",
        "setup": {"services": _HOUSE[:1]},
        "active": False,
        "version": 2,
    },
)


def _request(n: int, kind: str, state: str, about: str, **more: object) -> dict[str, Any]:
    return {
        "id": UUID(int=980 + n),
        "kind": kind,
        "reference": f"PUP00000{n}",
        "carrier": "swift",
        "carrier_name": "Swift Parcels",
        "state": state,
        "content": {},
        "answer": "",
        "fault": "",
        "facts": {},
        "tries": 1,
        "answer_by": None,
        "at": _NOW,
        "about": about,
        **more,
    }


_REQUESTS = (
    _request(1, "pickup", "ASKED", "2026-11-24", answer_by=_NOW),
    _request(2, "pickup", "UNKNOWN", "2026-11-23", fault="carriers.not_confirmed"),
    _request(3, "void", "FAILED", "RR473120004DE · SO-2026-000004", fault="carriers.turned_down",
             facts={"words": "already on its way"}),
    _request(4, "void", "QUEUED", "RR473120009DE · SO-2026-000009", fault="carriers.folder_away",
             facts={"folder": "/srv/swift", "reason": "No such file"}),
    _request(5, "notice", "UNKNOWN", "answers-2026-11-23.csv", fault="carriers.unknown_reference",
             facts={"reference": "SHL000000099"}, content={"line": 4}),
    _request(6, "manifest", "DONE", "SHP-000121", answer="Mr Short has the list"),
)  # fmt: skip
_SENT: dict[str, Any] = {
    "warehouse": UUID(int=1), "document": UUID(int=7), "partner_id": None, "sscc": "340123450000000017",
    "order": "SO-2026-000001", "due": None, "weight": "3.2", "length_mm": 0, "width_mm": 0, "height_mm": 0,
    "partner": "Shopper", "partner_code": "C-1001", "ship_to": {"name": "Zürcher Handels AG", "country": "CH"},
    "ordered_carrier": "", "ordered_service": "", "cut_off": None, "now": _NOW, "currency": "EUR", "carton": 1,
    "cartons": 1, "sender": {"name": "Blue Lamp Ltd", "country": "DE"}, "goods": [], "bought": {}, "carrier": "swift",
    "service": "parcel", "tracking": "RR473120001DE",
}  # fmt: skip


def _paper(n: int, kind: str, state: str, printer: str, **more: object) -> dict[str, Any]:
    return {
        "id": UUID(int=990 + n), "uid": f"340123450000000017/{kind}", "state": state, "detail": "", "reprint_no": 0,
        "printer": printer, "at": _NOW, **more,
    }  # fmt: skip


_PAPERS = (
    _paper(1, "packing_list", "UNVERIFIED", "office-1"),
    _paper(2, "invoice", "UNKNOWN", "office-1"),
    _paper(3, "cn23", "QUEUED", "office-1", reprint_no=1),
)


def _way(n: int, state: str, **more: object) -> dict[str, Any]:
    return {
        "id": UUID(int=1000 + n), "number": f"SO-2026-00{n:04d}", "tracking": f"RR47312{n:04d}DE",
        "sscc": f"3401234500000{n:05d}", "partner": "Shopper", "carrier": "swift", "service": "parcel",
        "ship_to": {"name": "Müller & Söhne", "city": "Hamburg", "postal_code": "20457", "country": "DE"},
        "arrives": date(2026, 11, 22), "left_at": _NOW, "state": state, "heard_at": _NOW if state else None,
        "place": "", "words": "", "late": False, **more,
    }  # fmt: skip


_WAY = (
    _way(1, ""),
    _way(2, "in_transit", place="Bremen", words="HUB"),
    _way(3, "in_transit", place="Bremen", late=True),
    _way(4, "out_for_delivery"),
    _way(5, "exception", words="Nobody at home"),
    _way(6, "delivered", words="Carl Driver is back"),
)
_ANSWERS: Answers = {
    "AS company FROM company": ({"company": {"name": "Nordhafen Logistics", "gs1_prefix": "4012345"}},),
    "-- Cartons that have left in the last": _WAY,
    "-- What a carrier has to know of a sealed carton": (_SENT,),
    "SELECT DISTINCT ON (j.label_uid)": _PAPERS,
    "-- What carriers were told": _REQUESTS,
    "-- The sealed cartons of a warehouse": _CARTONS,
    "-- What waits for a manifest": _WAITING,
    "-- The shipments of a warehouse": _SHIPMENTS,
    "-- The cartons of a shipment": _LISTED,
    "SELECT code, name, kind, setup": _CARRIERS,
    "carrier_number u": (
        {"carrier": "swift", "position": 1, "prefix": "RR", "first": 1, "last": 900, "warn_at": 50, "next": 880},
    ),
}


def _desk(*each: Step) -> tuple[Callable[[Kit], DeskScreen], Step]:
    return lambda kit: ShipmentsScreen(kit, desk_work(_ANSWERS, may=_MAY)), steps(*each)


def _carriers(*each: Step) -> tuple[Callable[[Kit], DeskScreen], Step]:
    return lambda kit: CarriersScreen(kit, desk_work(_ANSWERS, may=_MAY)), steps(*each)


def _tab(number: int) -> Step:
    return lambda screen: screen.tabs.setCurrentIndex(number)


def _signed(screen: DeskScreen) -> None:
    """A name is typed and something drawn."""
    cover = screen.cover
    assert isinstance(cover, Signing)
    cover.name.setText("Carl Driver")
    way = [(80, 120), (130, 40), (170, 150), (240, 60), (300, 130), (420, 70), (560, 110)]
    cover.pad.write([QPointF(x, y) for x, y in way])


POSES: Mapping[str, tuple[Callable[[Kit], DeskScreen], Step]] = {
    "shipments-cartons": _desk(row(2)),
    "shipments-rates": _desk(row(0), lambda screen: screen.command("RATES")),
    "shipments-buy": _desk(row(1), give("BUY_LABEL", service="swift/express")),
    "shipments-void": _desk(row(2), give("VOID_PURCHASE", reason="LOST")),
    "shipments-waiting": _desk(_tab(1), row(0), give("CLOSE_MANIFEST", truck="HB-SW 123")),
    "shipments-pickup": _desk(_tab(1), row(1), give("ORDER_PICKUP", from_time="14:00", until_time="17:00")),
    "shipments-requests": _desk(_tab(4), row(2), give("SETTLE_REQUEST", words="Ms Long: is credited")),
    "shipments-manifests": _desk(_tab(2), row(1), give("DEPART")),
    "shipments-way": _desk(_tab(5), row(2), give("TELL_TRACKING", words="Mr Short signed")),
    "shipments-photo": _desk(_tab(2), row(2), lambda screen: screen.command("PHOTOGRAPH")),
    "shipments-left": _desk(_tab(2), lambda screen: screen.command("END_OF_DAY")),
    "shipments-papers": _desk(row(0), lambda screen: screen.command("CARTON_PAPERS"), row(1)),
    "shipments-listed": _desk(_tab(2), row(1), lambda screen: screen.command("OPEN_MANIFEST")),
    "shipments-sign": _desk(_tab(2), row(2), lambda screen: screen.command("SIGN"), _signed),
    "carriers-list": _carriers(row(1)),
    "carriers-parts": _carriers(row(1), lambda screen: screen.command("OPEN_CARRIER")),
    "carriers-prices": _carriers(
        row(1),
        lambda screen: screen.show_part("swift", "prices") if isinstance(screen, CarriersScreen) else None,
        give("ADD_ROW", service="parcel", zone="near", up_to_kg="10", price="6.90"),
    ),
}
