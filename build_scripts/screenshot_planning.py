"""The planners' screens in their states (claims, transfers, kits, returns, closed books): what is photographed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from app.database.consignment import Consigned
from app.database.documents import Event, Listed, Standing
from app.database.handling_units import ListedUnit
from app.services.claims import Claim, ClaimedItem, FreeGoods, OnDay
from app.services.kitting import KitHead
from app.services.periods import ClosedPeriod
from app.services.returns import ReturnHead
from app.services.traceability import ListedTrace, ShelfLife
from app.services.transfers import Transfer, TransferLine
from app.stations.books import BooksScreen
from app.stations.claims import ClaimsScreen
from app.stations.consignment import ConsignmentScreen
from app.stations.documents import DocumentsScreen
from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from app.stations.kitting import KittingScreen
from app.stations.lots import LotsScreen
from app.stations.returns import ReturnsScreen
from app.stations.transfers import TransfersScreen
from app.stations.units import UnitsScreen
from build_scripts.screenshot_desk import Answers, Step, desk_work, done, give, refused, row, steps, tab
from build_scripts.screenshot_samples import CARTON, LONG_NAME, LONG_SKU
from build_scripts.screenshot_stock import MOMENT, NIL

_TODAY = MOMENT.date()
_NAMES = ("Standard Widget", "Bevel gear, hardened, 24 teeth", "Cable tie 200 mm, black", "Salmon side, chilled")
_CUSTOMERS = (("C-1042", "Shopper & Sons"), ("C-0007", "Klinikum Nordstadt Zentralapotheke"), ("C-0315", "Öztürk GmbH"))
_PEOPLE = ("Ana Sørensen", "Wanda Reyes", "Bartholomew Featherstonehaugh")


def _sku(n: int) -> str:
    return LONG_SKU if n % 37 == 4 else f"PROD-{n + 1:03}"


def _name(n: int) -> str:
    return LONG_NAME if n % 37 == 4 else _NAMES[n % 4]


# - claims -


def _claimed(n: int) -> ClaimedItem:
    there, reserved, promised = Decimal(24 * (n % 9 + 1)), Decimal(n % 7), Decimal(n % 5 * 2)
    usable = there - (12 if n % 6 == 3 else 0)
    left = usable - reserved - promised
    weighed = n % 4 == 3
    return ClaimedItem(
        id=UUID(int=n + 1),
        sku=_sku(n),
        name=_name(n),
        unit="kg" if weighed else "each",
        decimals=3 if weighed else 0,
        on_hand=there + (Decimal("0.125") if weighed else 0),
        usable=usable + (Decimal("0.125") if weighed else 0),
        reserved=reserved,
        promised=promised,
        available=left + (Decimal("0.125") if weighed else 0),
        inbound=Decimal(48 if n % 3 == 1 else 0),
        inbound_promised=Decimal(0),
        wanted=Decimal(left + 12 if n % 8 == 1 else n % 4),
    )


_CLAIM = Claim(
    claim="reserved", key="1", line=UUID(int=1), qty=Decimal(6), location=UUID(int=3), trace=UUID(int=4),
    unit_id=NIL, promise=None, keeps_until=None, inbound=None, inbound_number="", arrives=None, at=None, cause="",
    person="", document="SO-10482", document_kind="order", decision="released", due=_TODAY + timedelta(1), line_no=1,
    customer_code="C-1042", customer="Shopper & Sons", unit="each", decimals=0, lot="L-2026-07", serial="",
    expiry=date(2027, 7, 28), handling_unit="", place="WH001-STO-A14", place_kind="bin",
)  # fmt: skip
_PROMISE = replace(
    _CLAIM, claim="promised", key="3", promise=UUID(int=9), inbound=UUID(int=8), inbound_number="PO-4711",
    arrives=_TODAY + timedelta(4), document="SO-10490", customer_code="C-0315", customer="Öztürk GmbH",
    lot="", expiry=None, place="", due=_TODAY + timedelta(6), qty=Decimal(24),
)  # fmt: skip
_CLAIMS = (
    _CLAIM,
    replace(
        _CLAIM, key="2", document="SO-10485", customer_code="C-0007", customer=_CUSTOMERS[1][1], qty=Decimal(12),
        handling_unit=CARTON, lot="L-2026-08", expiry=date(2027, 8, 28), place="WH001-STO-B02",
    ),
    replace(_CLAIM, key="5", document="TR-000012", document_kind="transfer", customer="WH002", qty=Decimal(2)),
    _PROMISE,
    replace(
        _PROMISE, key="4", inbound=None, inbound_number="", arrives=None, keeps_until=date(2027, 2, 1), qty=Decimal(4)
    ),
    replace(_PROMISE, claim="wanted", key="6", promise=None, inbound=None, inbound_number="", arrives=None),
    replace(
        _CLAIM, claim="lost", key="7", at=MOMENT, cause="MORE_URGENT", person="Wanda Reyes", qty=Decimal(3),
        lot="", expiry=None, place="",
    ),
)  # fmt: skip
_FREE = (
    FreeGoods(
        UUID(int=3), UUID(int=4), NIL, "WH001-STO-A14", "L-2026-07", "", date(2027, 7, 28), "", Decimal(18)
    ),
    FreeGoods(UUID(int=4), UUID(int=5), UUID(int=6), "WH001-STO-B02", "L-2026-08", "", date(2027, 8, 28), CARTON,
              Decimal(12)),
)  # fmt: skip
_DAYS = (OnDay(_TODAY, Decimal(16)), OnDay(_TODAY + timedelta(4), Decimal(64)), OnDay(date(2027, 7, 29), Decimal(46)))
_WISHES = (
    ShelfLife("C-0007", _CUSTOMERS[1][1], "", "", 90),
    ShelfLife("C-0007", _CUSTOMERS[1][1], LONG_SKU, LONG_NAME, 365),
    ShelfLife("C-1042", "Shopper & Sons", "PROD-004", "Salmon side, chilled", 6),
)


def _claims(count: int) -> Answers:
    return {
        "available_to_promise(": tuple(map(_claimed, range(count))),
        "claim_loss": _CLAIMS,
        "-- What can be promised": _DAYS,
        "-- Free goods": _FREE,
        "promise p WHERE p.inbound_line_id": (
            {"id": UUID(int=8), "number": "PO-4711", "due": _TODAY + timedelta(4), "qty": Decimal(48)},
        ),
        "step = 'claim'": tuple({"code": code} for code in ("CUSTOMER_WISH", "MORE_URGENT", "PLAN_CHANGED")),
        "partner_shelf_life": _WISHES,
    }


_OF_ONE = (row(0), give("CLAIMS"))

# - transfers -


def _transfer(n: int) -> Transfer:
    lines = n % 5 + 2
    sent, received, decision = ((0, 0, "released"), (lines, 0, "released"), (lines, 1, "released"),
                                (lines, lines, "closed"), (1, 0, "released"), (0, 0, "cancelled"))[n % 6]  # fmt: skip
    return Transfer(
        number=f"TR-{30 - n:06}",
        source=("WH001", "WH002")[n % 4 == 3],
        target=("WH002", "WH001", "WH003")[(n % 4 == 3) + 2 * (n % 4 == 2)],
        decision=decision,
        due=_TODAY + timedelta(2 - n) if n % 3 else None,
        lines=lines,
        sent=sent,
        received=received,
        on_the_way=sent > received,
    )


def _transfer_line(n: int) -> TransferLine:
    sent, received = ((12, 12), (12, 9), (6, 0), (0, 0), (12, 12))[n % 5]
    return TransferLine(
        *(UUID(int=n + 1), n + 1, UUID(int=n + 1), _sku(n), _name(n), "kg" if n % 4 == 3 else "each", 0),
        catch_weight=n % 4 == 3,
        asked=Decimal(12),
        closed=False,
        reserved=Decimal(6 if n % 5 == 3 else 0),
        sent=Decimal(sent),
        received=Decimal(received),
    )


_EVENTS = tuple(
    Event(MOMENT - timedelta(minutes=47 * n), *event)
    for n, event in enumerate(
        (
            ("", "transfer_in", _PEOPLE[1], "dock1", "", 2, Decimal(0), False),
            ("", "transfer_out", _PEOPLE[0], "PACK-02", "", 1, Decimal(12), True),
            ("", "transfer_out", _PEOPLE[2], "PACK-02", "", 3, Decimal(0), False),
            ("released", "", _PEOPLE[0], "", "", 0, Decimal(0), False),
            ("draft", "", _PEOPLE[0], "", "PLAN_CHANGED", 0, Decimal(0), False),
        )
    )
)


def _transfers(count: int) -> Answers:
    return {
        "-- Transfers that": tuple(map(_transfer, range(count))),
        "-- The lines of a transfer": tuple(map(_transfer_line, range(5))),
        "-- What happened to a document": _EVENTS,
    }


# - kits -


def _kit_order(n: int) -> KitHead:
    return KitHead(
        number=f"KO-{24 - n:06}",
        warehouse="WH001",
        sku=LONG_SKU if n % 9 == 4 else ("KIT-STARTER", "KIT-REPAIR-24", "HAMPER-XMAS")[n % 3],
        name=LONG_NAME if n % 9 == 4 else ("Starter kit", "Repair kit, 24 teeth", "Christmas hamper, large")[n % 3],
        unit="each",
        decision=("released", "released", "closed", "cancelled")[n % 4],
        due=_TODAY + timedelta(n) if n % 2 else None,
        asked=Decimal(20 + n),
        made=Decimal((0, 8, 22 + n - 2, 0)[n % 4]),
    )


_PARTS = tuple(
    {
        "item": str(UUID(int=n + 1)), "sku": _sku(n), "name": _name(n), "uom": "kg" if n == 3 else "each",
        "decimals": 3 if n == 3 else 0, "catch_weight": n == 3, "qty": ("2", "1", "4", "0.125", "1")[n], "makes": "1",
    }
    for n in range(5)
)  # fmt: skip
_KIT_FACTS = {
    "id": UUID(int=7), "number": "KO-000024", "warehouse": UUID(int=1), "site": "WH001", "decision": "released",
    "due": None, "line": UUID(int=1), "kit": UUID(int=90), "sku": "KIT-STARTER", "name": "Starter kit", "uom": "each",
    "decimals": 0, "tracking": "lot", "catch_weight": False, "asked": Decimal(20), "made": Decimal(8),
    "parts": _PARTS,
    "stock": [
        {"item": str(UUID(int=n + 1)), "location": str(NIL), "trace": str(NIL), "unit": str(NIL), "on_hand": free,
         "free": free, "weight_kg": None}
        for n, free in enumerate(("60", "12", "31", "4.5", "100"))
    ],
}  # fmt: skip
_BILLS = tuple(
    {
        "sku": sku, "name": name, "makes": Decimal(1), "unit": "each",
        "parts": [{"sku": part["sku"], "name": part["name"], "qty": part["qty"], "unit": part["uom"]}
                  for part in _PARTS[:parts]],
    }
    for sku, name, parts in (
        ("HAMPER-XMAS", "Christmas hamper, large", 5), ("KIT-REPAIR-24", "Repair kit, 24 teeth", 2),
        ("KIT-STARTER", "Starter kit", 4), (LONG_SKU, LONG_NAME, 3),
    )
)  # fmt: skip


def _kits(count: int) -> Answers:
    return {
        "kind = 'kit_order' AND coalesce": tuple(map(_kit_order, range(count))),
        "-- What making kits": (_KIT_FACTS,),
        "FROM bom b": _BILLS if count else (),
        "-- What happened to a document": _EVENTS,
    }


# - consignment -

_PLACES = (("C-1042", "Shopper & Sons", "WH001-SHOPPER"), ("C-0007", _CUSTOMERS[1][1], "WH001-KLINIKUM"))


def _consigned(side: str, n: int) -> Consigned:
    code, name, place = _PLACES[n % 2]
    return Consigned(
        side,
        code,
        name,
        UUID(int=n + 1),
        place if side == "customer" else f"WH001-STO-B{n:02}",
        UUID(int=n),
        _sku(n),
        _name(n),
        "each",
        decimals=0,
        weighed=False,
        trace=NIL,
        number="L-2026-07" if n % 3 else "",
        expiry=_TODAY + timedelta(days=40 * n) if n % 3 else None,
        handling_unit=NIL,
        unit_number="" if n % 2 else "340123450000000017",
        owner=NIL,
        status="available",
        quantity=Decimal(7 * n + 3),
        free=Decimal(7 * n + 3),
        time_zone="Europe/Berlin",
    )


_CONSIGNED: Answers = {
    "-- Goods on consignment": tuple(_consigned(side, n) for side in ("customer", "supplier") for n in range(6)),
    "l.kind = 'consignment' AND l.active": tuple(
        {"id": UUID(int=n), "address": address, "name": name} for n, (_code, name, address) in enumerate(_PLACES)
    ),
}

# - documents of every kind, and handling units -

_KINDS = ("order", "purchase_order", "transfer", "return", "asn", "kit_order")


def _document(n: int) -> Listed:
    return Listed(
        id=UUID(int=n + 1),
        kind=_KINDS[n % 6],
        number=f"{('SO', 'PO', 'TRA', 'RET', 'ASN', 'KIT')[n % 6]}-{10482 - n:06}",
        reference="4500-0017/A" if n % 3 == 1 else "",
        partner=_CUSTOMERS[n % 3][1],
        decision=("released", "held", "draft", "released", "closed", "cancelled")[n % 6],
        due=_TODAY + timedelta(n % 9) if n % 4 else None,
        created_at=MOMENT - timedelta(hours=3 * n),
        made_by=_PEOPLE[n % 3],
        lines=n % 7 + 1,
        done=n % 7 + 1 if n % 6 == 4 else n % 3,
    )


_DOCUMENTS: Answers = {
    "-- A page of the documents": tuple(map(_document, range(60))),
    "SELECT id FROM document WHERE kind": ({"id": UUID(int=1)},),
    "decisions_after": (
        Standing(UUID(int=1), "transfer", "TRA-010480", "released", 3, ("held", "cancelled", "closed")),
    ),
}


def _listed_unit(n: int) -> ListedUnit:
    return ListedUnit(
        id=UUID(int=n + 1),
        number=f"00340123451234567{n:03}",
        kind=("pallet", "case", "tote", "carton")[n % 4],
        place=f"WH001-STO-A{n % 40:02}",
        parent="00340123451234560018" if n % 5 == 1 else "",
        since=MOMENT - timedelta(days=n),
        person=_PEOPLE[n % 3],
        holds=0,
    )


def _listed_lot(n: int) -> ListedTrace:
    name, lot = ("Whole milk 1 l", f"L-26{n:04d}") if n % 3 else (LONG_NAME, "LOT-2026-11-NORTH-0000471")
    serial = f"SN-{n:08d}" if n % 4 == 0 else ""
    status = ("", "", "blocked", "", "quarantined")[n % 5]
    best = date(2027, 1, 1 + n % 28)
    return ListedTrace(UUID(int=n + 1), f"PROD-{n:04d}", name, "each", lot, serial, best, None, Decimal(n * 12), status)


_WAY = {
    "trace": {"id": UUID(int=2), "sku": "PROD-0001", "name": "Whole milk 1 l", "uom": "each", "lot": "L-260001",
              "serial": "", "expiry": date(2027, 1, 2), "best_before": None},
    "holds": [{"warehouse": "WH001", "status": "blocked", "reason": "QUALITY", "person": "Maria Keller", "at": MOMENT}],
    "made_of": [{"sku": "RAW-MILK", "lot": "TANK-7", "qty": "120", "uom": "l", "depth": 1}],
    "went_into": [],
    "came_from": [{
        "sku": "PROD-0001", "lot": "L-260001", "kind": "receipt", "document": "PO-000471", "partner": "Northern Dairy",
        "warehouse": "WH001", "qty": "480", "uom": "each", "at": MOMENT, "units": "340123450000000017"}],
    "went_to": [{
        "sku": "PROD-0001", "lot": "L-260001", "kind": "ship", "document": "SO-002211", "partner": "Shopper & Sons",
        "warehouse": "WH001", "qty": "24", "uom": "each", "at": MOMENT, "units": "340123450000000024"}],
    "lies": [{"sku": "PROD-0001", "lot": "L-260001", "place": "WH001-STO-A12", "unit": "", "status": "blocked",
              "owner": "", "qty": "456", "reserved": "0", "uom": "each"}],
    "repacked": [],
}  # fmt: skip
_LOTS: Answers = {
    "-- A page of lots": tuple(map(_listed_lot, range(60))),
    "-- The whole way of one lot": (_WAY,),
}
_UNITS: Answers = {"-- A page of the handling units": tuple(map(_listed_unit, range(60)))}

# - returns -


def _return(n: int) -> ReturnHead:
    out = n % 4 == 2
    return ReturnHead(
        number=f"RMA-{18 - n:06}",
        warehouse="WH001",
        direction="out" if out else "in",
        partner="ACME-INDUSTRIAL-SUPPLY" if out else _CUSTOMERS[n % 3][0],
        order="" if n % 3 == 1 else f"SO-{10482 - n}",
        decision=("released", "released", "closed", "cancelled")[n % 4],
        lines=n % 3 + 1,
        done=(0, 1, n % 3 + 1, 0)[n % 4],
    )


_RETURN_LINES = [
    {"id": str(UUID(int=n + 1)), "item": str(UUID(int=n + 1)), "sku": _sku(n), "name": _name(n), "unit": "each",
     "catch_weight": n == 3, "asked": "6", "done": ("0", "2", "6", "0", "0")[n]}
    for n in range(5)
]  # fmt: skip


def _returns(count: int) -> Answers:
    return {
        "-- What a return needs": ({"id": UUID(int=7), "direction": "in", "lines": _RETURN_LINES, "stock": []},),
        "JOIN goods_return g": tuple(map(_return, range(count))),
        "-- What happened to a document": _EVENTS,
    }


# - books -


def _close(n: int) -> ClosedPeriod:
    again = n == 2
    return ClosedPeriod(
        id=UUID(int=n + 1),
        until=MOMENT.replace(day=1, hour=0, minute=0, second=0) - timedelta(days=30 * n),
        seal=9711 - 380 * n,
        note="" if n % 3 else "Stock taking by the auditors, cold store counted twice",
        closed_at=MOMENT - timedelta(days=30 * n + 18),
        closed_by=_PEOPLE[n % 3],
        reopened_at=MOMENT - timedelta(days=30 * n + 17) if again else None,
        reopened_by="Wanda Reyes" if again else "",
        reopen_note="A receipt of the 29th was forgotten" if again else "",
    )


def _books(count: int) -> Answers:
    return {"FROM closed_period c": tuple(map(_close, range(count)))}


# - poses: a screen, what it is told, and the steps into the state -

Make = Callable[[Kit], DeskScreen]
_NOBODY = frozenset({"see_stock"})
_MAKE_KITS = {"quantity": "10", "place": "WH001-STO-A14", "lot": "K-2026-11"}


def _on(screen: Callable[..., DeskScreen], answers: Answers, *each: Step, may: frozenset[str] | None = None) -> (
    tuple[Make, Step]
):  # fmt: skip
    def make(kit: Kit) -> DeskScreen:
        return screen(kit, desk_work(answers) if may is None else desk_work(answers, may=may))

    return make, steps(*each)


POSES: Mapping[str, tuple[Make, Step]] = {
    "claims-empty": _on(ClaimsScreen, _claims(0)),
    "claims-many": _on(ClaimsScreen, _claims(160), row(1)),
    "claims-of_item": _on(ClaimsScreen, _claims(9), *_OF_ONE, row(0)),
    "claims-reserve": _on(ClaimsScreen, _claims(9), *_OF_ONE, row(5), give("RESERVE")),
    "claims-promise": _on(ClaimsScreen, _claims(9), *_OF_ONE, row(5), give("PROMISE")),
    "claims-exchange": _on(ClaimsScreen, _claims(9), *_OF_ONE, row(0, 1), give("EXCHANGE")),
    "claims-wrong": _on(ClaimsScreen, _claims(9), *_OF_ONE, row(0), give("RELEASE_CLAIM", quantity="7"), give("BOOK")),
    "claims-shelf_life": _on(ClaimsScreen, _claims(9), tab(1), row(0)),
    "claims-wish": _on(ClaimsScreen, _claims(9), tab(1), give("NEW_WISH", partner="C-0315", days="30")),
    "transfers-empty": _on(TransfersScreen, _transfers(0)),
    "transfers-many": _on(TransfersScreen, _transfers(30), row(1)),
    "transfers-new": _on(TransfersScreen, _transfers(9), give("NEW_TRANSFER", due="2026-11-30")),
    "transfers-lines": _on(TransfersScreen, _transfers(9), row(2), give("OPEN_TRANSFER"), row(1)),
    "transfers-send": _on(TransfersScreen, _transfers(9), row(0), give("OPEN_TRANSFER"), row(2), give("SEND")),
    "transfers-never_came": _on(
        TransfersScreen, _transfers(9), row(2), give("OPEN_TRANSFER"), row(1), give("NEVER_CAME", reason="LOST")
    ),
    "transfers-wrong": _on(
        *(TransfersScreen, _transfers(9), row(0), give("OPEN_TRANSFER"), give("SEND")),
        refused("transfers.short", sku="PROD-004", missing="4 kg", number="TR-000030"),
    ),
    "transfers-timeline": _on(TransfersScreen, _transfers(9), row(2), give("TIMELINE")),
    "transfers-greyed": _on(TransfersScreen, _transfers(9), give("NEW_TRANSFER"), may=_NOBODY),
    "kitting-empty": _on(KittingScreen, _kits(0)),
    "kitting-many": _on(KittingScreen, _kits(24), row(1)),
    "kitting-needs": _on(KittingScreen, _kits(9), row(0), give("OPEN_KITS")),
    "kitting-make": _on(KittingScreen, _kits(9), row(0), give("OPEN_KITS"), give("MAKE_KITS", **_MAKE_KITS)),
    "kitting-wrong": _on(
        KittingScreen, _kits(9), row(0), give("OPEN_KITS"), give("MAKE_KITS", quantity="1.2.3"), give("BOOK")
    ),
    "kitting-bills": _on(KittingScreen, _kits(9), tab(1), row(0)),
    "kitting-order": _on(KittingScreen, _kits(9), give("NEW_KIT_ORDER", item="KIT-STARTER", quantity="20")),
    "kitting-apart": _on(KittingScreen, _kits(9), tab(1), row(2), give("UNMAKE", quantity="2")),
    "documents-many": _on(DocumentsScreen, _DOCUMENTS, row(0)),
    "documents-decide": _on(
        DocumentsScreen,
        _DOCUMENTS,
        row(2),
        give("DECIDE", decision="cancelled", reason="The customer called: they ordered twice"),
    ),
    "documents-empty": _on(DocumentsScreen, {}),
    "units-empty": _on(UnitsScreen, _UNITS, row(0, 1)),
    "units-retire": _on(UnitsScreen, _UNITS, row(0, 1, 2, 3), give("RETIRE")),
    "lots-all": _on(LotsScreen, _LOTS, row(1)),
    "lots-way": _on(LotsScreen, _LOTS, row(1), give("SHOW_WAY")),
    "lots-none": _on(LotsScreen, {}),
    "units-none": _on(UnitsScreen, {}, tab(4)),
    "consignment-customer": _on(ConsignmentScreen, _CONSIGNED, row(1)),
    "consignment-bring": _on(ConsignmentScreen, _CONSIGNED, give("CONSIGN", item=LONG_SKU, quantity="2 case")),
    "consignment-used": _on(ConsignmentScreen, _CONSIGNED, tab(1), row(0), give("CONSIGN_USED")),
    "returns-empty": _on(ReturnsScreen, _returns(0)),
    "returns-many": _on(ReturnsScreen, _returns(18), row(1)),
    "returns-new": _on(ReturnsScreen, _returns(9), give("NEW_RETURN", partner="C-1042", order="SO-10482")),
    "returns-lines": _on(ReturnsScreen, _returns(9), row(0), give("OPEN_RETURN"), row(1)),
    "returns-receive": _on(
        *(ReturnsScreen, _returns(9), row(0), give("OPEN_RETURN"), row(1)),
        give("RECEIVE_RETURN", disposition="rework", lot="L-2026-07", expiry="2027-07-28"),
    ),
    "returns-blind": _on(ReturnsScreen, _returns(9), give("BLIND_RETURN", item=LONG_SKU, quantity="1")),
    "returns-wrong": _on(ReturnsScreen, _returns(9), give("NEW_RETURN"), give("BOOK")),
    "books-never": _on(BooksScreen, _books(0)),
    "books-many": _on(BooksScreen, _books(14), row(2)),
    "books-close": _on(BooksScreen, _books(5), give("CLOSE_BOOKS", note="November")),
    "books-reopen": _on(BooksScreen, _books(5), give("REOPEN_BOOKS")),
    "books-closed": _on(BooksScreen, _books(5), done("books.closed", moment="2026-10-31 23:59:59", seal="4711")),
}
