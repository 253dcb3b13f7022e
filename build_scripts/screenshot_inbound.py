"""Expected goods and discrepancies in their states: what is photographed."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from app.services.discrepancies import KINDS, Discrepancy, SupplierSum
from app.services.inbound import Arrival, Paper, PaperLine
from app.stations.discrepancies import DiscrepanciesScreen
from app.stations.inbound import InboundScreen
from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from build_scripts.screenshot_desk import Answers, Step, desk_work, give, row, steps, tab
from build_scripts.screenshot_planning import Make
from build_scripts.screenshot_samples import LONG_NAME, LONG_SKU
from build_scripts.screenshot_stock import MOMENT

_MAY = frozenset({"see_stock", "receive", "plan_purchase_order", "plan_asn"})
_SUPPLIERS = (
    ("ACME", "Acme"),
    ("NORTH-TRADING-ROTTERDAM", "Noordzee Handelsmaatschappij Rotterdam"),
    ("C-0315", "Öztürk GmbH"),
)
_PALLETS = ("340123450000000017", "340123450000000024", "")


def _sku(n: int) -> str:
    return LONG_SKU if n % 11 == 4 else f"PROD-{n + 1:03}"


def _paper(kind: str, n: int) -> Paper:
    code, name = _SUPPLIERS[n % 3]
    lines, asn = n % 5 + 1, kind == "asn"
    return Paper(
        id=UUID(int=n + 1),
        kind=kind,
        number=f"DESADV-{78 - n}" if asn else f"PO-{1018 - n:06}",
        reference="" if n % 2 else f"4500{117_733 - n}",
        partner=code,
        partner_name=name,
        due=MOMENT.date() + timedelta(days=n % 7),
        decision=("released", "released", "held", "closed", "cancelled")[n % 5],
        lines=lines,
        done=(0, 1, 0, lines, 0)[n % 5],
        units=8 if asn else 0,
        units_done=(0, 3, 0, 8, 0)[n % 5] if asn else 0,
    )


def _line(n: int) -> PaperLine:
    return PaperLine(
        id=UUID(int=n + 1),
        number=n + 1,
        sku=_sku(n),
        name=LONG_NAME if n % 11 == 4 else "Standard Widget",
        unit="each",
        expected=Decimal(480),
        received=Decimal((480, 0, 120)[n % 3]),
        closed=False,
        order="PO-001018" if n % 3 else "",
        handling_unit=_PALLETS[n % 3],
        lot="L-2026-11" if n % 2 else "",
        serial="",
        expiry=MOMENT.date() + timedelta(days=400) if n % 2 else None,
    )


def _arrival(n: int) -> Arrival:
    return Arrival(
        at=MOMENT - timedelta(minutes=7 * (9 - n)),
        person=("Ana Sørensen", "Bartholomew Featherstonehaugh")[n % 2],
        station="dock1",
        place="WH001-DOCK1",
        line=n + 1,
        order="PO-001018",
        sku=_sku(n),
        name="Standard Widget",
        unit="each",
        qty=Decimal(480),
        lot="L-2026-11" if n % 2 else "",
        serial="",
        expiry=None,
        handling_unit=_PALLETS[n % 3],
        status=("available", "available", "quarantined", "damaged")[n % 4],
        weight_kg=Decimal("312.480") if n % 3 else None,
    )


def _found(n: int) -> Discrepancy:
    code, name = _SUPPLIERS[n % 3]
    state = ("open", "open", "claimed", "settled", "dropped")[n % 5]
    return Discrepancy(
        id=UUID(int=n + 1),
        at=MOMENT - timedelta(hours=5 * n),
        kind=KINDS[n % 4],
        state=state,
        partner=code,
        partner_name=name,
        document=f"PO-{1018 - n:06}",
        sku=_sku(n),
        name="Standard Widget",
        lot="L-2026-11" if n % 2 else "",
        qty=Decimal(n + 1),
        unit="each",
        cost=Decimal("12.50") * (n + 1),
        reason=("", "SHORT_DELIVERY", "DAMAGED", "WRONG_ITEM")[n % 4],
        note="Two layers of the pallet were wet" if n % 4 == 2 else "",
        person="Ana Sørensen",
        photos=int(n % 4 == 2),
        claim=f"CLM-{n:06}" if state in ("claimed", "settled") else "",
    )


def _sum(n: int) -> SupplierSum:
    code, name = _SUPPLIERS[n]
    money = [Decimal(amount) for amount in ("1240.00", "212.50", "410.00", "380.00")]
    return SupplierSum(code, name, n, 3 * n + 1, n + 2, 1, *money)


_HEAD = {
    "number": "DESADV-78", "reference": "", "kind": "asn", "decision": "released", "partner": "ACME",
    "partner_name": "Acme", "warehouse": "WH001", "warehouse_address": "", "time_zone": "Europe/Berlin", "company": "",
}  # fmt: skip


def _inbound(count: int, kind: str = "purchase_order") -> Answers:
    return {
        "-- What is expected": tuple(_paper(kind, n) for n in range(count)),
        "-- The lines of a purchase order": tuple(map(_line, range(7))),
        "-- What came for": tuple(map(_arrival, range(9))),
        "c.name AS company FROM document": (_HEAD,),
    }


def _discrepancies(count: int) -> Answers:
    return {
        "-- What came otherwise than ordered, the latest first": tuple(map(_found, range(count))),
        "-- What came otherwise than ordered, by supplier": tuple(map(_sum, range(3 if count else 0))),
    }


def _on(screen: type[InboundScreen] | type[DiscrepanciesScreen], answers: Answers, *each: Step) -> tuple[Make, Step]:
    def make(kit: Kit) -> DeskScreen:
        return screen(kit, desk_work(answers, may=_MAY))

    return make, steps(*each)


POSES: Mapping[str, tuple[Make, Step]] = {
    "inbound-empty": _on(InboundScreen, _inbound(0)),
    "inbound-orders": _on(InboundScreen, _inbound(18), row(1)),
    "inbound-notices": _on(InboundScreen, _inbound(12, "asn"), tab(1), row(1)),
    "inbound-lines": _on(InboundScreen, _inbound(12, "asn"), tab(1), row(0), give("OPEN_INBOUND"), row(1)),
    "inbound-came": _on(InboundScreen, _inbound(12, "asn"), tab(1), row(0), give("ARRIVALS")),
    "inbound-new": _on(InboundScreen, _inbound(9), give("NEW_PURCHASE", supplier="NORTH-TRADING-ROTTERDAM")),
    "inbound-wrong": _on(InboundScreen, _inbound(9), give("NEW_PURCHASE"), give("BOOK")),
    "discrepancies-empty": _on(DiscrepanciesScreen, _discrepancies(0)),
    "discrepancies-many": _on(DiscrepanciesScreen, _discrepancies(30), row(0)),
    "discrepancies-note": _on(DiscrepanciesScreen, _discrepancies(9), give("NOTE_DISCREPANCY", item=LONG_SKU)),
    "discrepancies-claim": _on(DiscrepanciesScreen, _discrepancies(9), row(0), give("CLAIM")),
    "discrepancies-suppliers": _on(DiscrepanciesScreen, _discrepancies(9), tab(1)),
}
