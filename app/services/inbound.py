"""Expected goods as use cases: orders and announcements entered by hand, decided on, and what came for them.

What is typed goes the way of a file with one record: the same checks, the same words.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import discrepancies, documents, entry
from app.database import inbound as store
from app.database.inbound import Arrival, Paper, PaperLine, Receipt
from app.domain.errors import Refusal
from app.domain.orders import AsnData, AsnLine, OrderLine, PurchaseOrderData
from app.domain.partners import PartnerData, PartnerKind
from app.domain.values import Findings, Money, Severity
from app.services.entry import in_base_units
from app.services.importing import asns, orders
from app.services.importing.wanted import Wanted
from app.services.work import UnitOfWork

__all__ = ["ASN", "PURCHASE_ORDER", "Arrival", "Paper", "PaperLine", "Receipt", "announce", "check_head", "listed",
           "look_into", "order", "receipt"]  # fmt: skip

PURCHASE_ORDER, ASN = "purchase_order", "asn"


def listed(unit: UnitOfWork, *, warehouse: UUID, kind: str) -> tuple[Paper, ...]:
    """Purchase orders or announcements of a warehouse, the open ones first, then the latest."""
    return store.papers(unit.session, warehouse=warehouse, kind=kind)


def look_into(unit: UnitOfWork, *, kind: str, number: str) -> tuple[PaperLine, ...]:
    """The lines of an order or an announcement. Refuses `document.unknown`."""
    return store.lines(unit.session, documents.find(unit.session, kind=kind, number=number))


def check_head(unit: UnitOfWork, *, supplier: str, number: str = "") -> None:
    """Refuse, before a line is typed, what would refuse all of them: `partner.unknown` and `inbound.number_taken`."""
    _supplier(unit, supplier)
    if number and documents.known(unit.session, kind=PURCHASE_ORDER, number=number):
        raise Refusal("inbound.number_taken", number=number)


def order(
    unit: UnitOfWork,
    *,
    warehouse: str,
    supplier: str,
    number: str,
    due: date | None,
    wanted: Mapping[str, str],
    prices: Mapping[str, Decimal] | None = None,
) -> str:
    """Make and release a purchase order of quantities as typed, by SKU; returns its number.

    `prices` of a base unit by SKU, in the company's currency, as far as they are known.

    `number`: ours, empty for the next one. Refuses `partner.unknown`, `importing.order_exists`, and what is wrong with
    a line.
    """
    goods = in_base_units(unit, wanted)
    currency = store.currency(unit.session)
    priced = {sku: Money(price, currency) for sku, price in (prices or {}).items()}
    lines = tuple(
        OrderLine(n, sku, qty, price=priced.get(sku))
        for n, (sku, qty) in enumerate(zip(wanted, goods.values(), strict=True), 1)
    )
    record = PurchaseOrderData(number, _supplier(unit, supplier), warehouse, due, lines=lines)
    findings = Findings()
    plan = orders.plan(unit.session, [Wanted(record, "", findings)], [], products=(), warehouses=())
    _refuse_first(findings)
    if plan.purchase_orders.same:
        return number
    made = orders.make_by_hand(unit, plan)
    unit.changed("document")
    return made


def announce(
    unit: UnitOfWork, *, warehouse: str, supplier: str, reference: str, due: date | None, lines: Sequence[AsnLine]
) -> str:
    """Make and release an announcement, or replace that supplier's one of this number; returns its number.

    Refuses `partner.unknown`, `asn.begun`, `asn.ended`, and what is wrong with a line.
    """
    record = AsnData(reference, _supplier(unit, supplier), warehouse, due, tuple(lines))
    findings = Findings()
    plan = asns.plan(unit.session, [Wanted(record, "", findings)], ordered=(), products=(), warehouses=())
    _refuse_first(findings)
    made = asns.apply(unit, plan, items={}, warehouses={})
    unit.changed("document")
    return made[0].number if made else reference


def _supplier(unit: UnitOfWork, code: str) -> PartnerData:
    """A supplier that is known: a slip of the pen makes no new one."""
    known = entry.supplier(unit.session, code)
    return PartnerData(PartnerKind.SUPPLIER, known, known)


def _refuse_first(findings: Findings) -> None:
    for finding in findings:
        if finding.severity is Severity.ERROR:
            raise Refusal(finding.code, **finding.all_facts)


def receipt(unit: UnitOfWork, *, kind: str, number: str) -> Receipt:
    """What came for an order or an announcement. Refuses `document.unknown`."""
    document = documents.find(unit.session, kind=kind, number=number)
    head = store.head(unit.session, document)
    return Receipt(
        **head,
        lines=store.lines(unit.session, document),
        arrivals=store.arrivals(unit.session, document),
        discrepancies=discrepancies.listed(unit.session, None, document=document),
    )
