"""Announcements of suppliers (ASNs) as they are stored: read back as files describe them, made, replaced, received."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database.discrepancies import NOTED, Found, as_arrays
from app.database.session import Row, Session, all_as, as_json, query
from app.domain.orders import AsnData, AsnLine
from app.domain.partners import PartnerData, PartnerKind


@dataclass(frozen=True, slots=True)
class StoredAsn:
    """An announcement that is there: what it says, what people decided, and whether goods of it came."""

    record: AsnData
    decision: str
    begun: bool


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    sku: str
    quantity: Decimal
    unit: str
    order: str
    order_reference: str
    sscc: str
    unit_kind: str
    lot: str
    serial: str
    expiry: date | None
    best_before: date | None
    weight_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class NewLine:
    """Goods to announce: `qty` of `uom`; `order` is a number of ours, `unit` what they stand on, weight in kg."""

    item: UUID
    uom: str
    qty: Decimal
    order: str = ""
    unit: str = ""
    unit_kind: str = ""
    lot: str = ""
    serial: str = ""
    expiry: date | None = None
    best_before: date | None = None
    weight_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an announcement: its document, our number, and whether it took the place of an earlier version."""

    asn: UUID
    number: str
    replaced: bool


def known(session: Session, records: Collection[AsnData]) -> dict[str, StoredAsn]:
    """These suppliers' announcements by these numbers, by key; an order keeps the number that the file calls it by."""
    wanted = {record.key: record for record in records}
    if not wanted:
        return {}
    found = {}
    for row in session.rows(query("asns_known"), keys=list(wanted)):
        number = row["reference"] if row["reference"].upper() in wanted else row["number"]
        asked = wanted.get(number.upper())
        if asked and asked.supplier and asked.supplier.code == row["supplier_code"]:
            found[asked.key] = StoredAsn(_record(row, asked), row["decision"], row["begun"])
    return found


def _record(row: Row, asked: AsnData) -> AsnData:
    said = {line.order.upper() for line in asked.lines}
    return AsnData(
        number=asked.number,
        supplier=PartnerData(PartnerKind.SUPPLIER, row["supplier_code"], row["supplier_name"]),
        warehouse=row["warehouse"],
        expected=row["due"],
        lines=tuple(_line(line, said) for line in all_as(row["lines"], _Line)),
    )


def _line(line: _Line, said: Collection[str]) -> AsnLine:
    order = line.order_reference if line.order_reference.upper() in said else line.order
    plain = {name: getattr(line, name) for name in _Line.__slots__ if name not in ("order", "order_reference")}
    return replace(AsnLine(**plain), order=order)


def ordered(session: Session, numbers: Collection[str]) -> set[tuple[str, str, str, str]]:
    """What these orders (numbers in capitals) wait for: (warehouse, supplier's code, number in capitals, SKU)."""
    if not numbers:
        return set()
    rows = session.rows(
        "SELECT w.code AS warehouse, coalesce(p.code, '') AS supplier, n.number, i.sku FROM document d"
        " JOIN warehouse w ON w.id = d.warehouse_id LEFT JOIN partner p ON p.id = d.partner_id"
        " CROSS JOIN LATERAL (VALUES (upper(d.number)), (upper(d.reference))) n (number)"
        " JOIN document_line l ON l.document_id = d.id AND NOT l.closed JOIN item i ON i.id = l.item_id"
        " WHERE d.kind = 'purchase_order' AND d.decision = 'released' AND n.number = ANY (%(numbers)s)",
        numbers=list(numbers),
    )
    return {(row["warehouse"], row["supplier"], row["number"], row["sku"]) for row in rows}


def units_elsewhere(session: Session, numbers: Collection[str]) -> Mapping[str, set[str]]:
    """Units that cannot be announced, by number: with the keys of the open announcements that name each, if any do."""
    rows = session.rows(
        "SELECT u.sscc,"
        " array_remove(array_agg(DISTINCT upper(coalesce(nullif(d.reference, ''), d.number))), NULL) AS asns"
        " FROM handling_unit u LEFT JOIN asn_line a ON a.handling_unit_id = u.id"
        " LEFT JOIN document_line l ON l.id = a.document_line_id"
        " LEFT JOIN document d ON d.id = l.document_id AND d.decision IN ('draft', 'released', 'held')"
        " WHERE u.sscc = ANY (%(numbers)s) AND (u.location_id IS NOT NULL OR d.id IS NOT NULL) GROUP BY u.sscc",
        numbers=list(numbers),
    )
    return {row["sscc"]: set(row["asns"]) for row in rows}


def save(
    session: Session, *, request: UUID, warehouse: UUID, partner: UUID, reference: str, number: str | None,
    due: date | None, lines: Sequence[NewLine],
) -> Saved:  # fmt: skip
    """Make and release an announcement, or replace the one of this reference as long as nothing of it came."""
    answer = session.call(
        "save_asn",
        request=request,
        warehouse=warehouse,
        partner=partner,
        reference=reference,
        number=number,
        due=due,
        lines=as_json([{name: getattr(line, name) for name in NewLine.__slots__} for line in lines]),
    )
    return Saved(UUID(answer["asn"]), answer["number"], answer["replaced"])


_RECEIVE_UNIT = f"""
    SELECT b.answer, {NOTED} FROM (SELECT receive_unit(p_request => %(request)s, p_asn => %(document)s,
        p_unit => %(unit)s, p_dock => %(dock)s, p_statuses => %(statuses)s) AS answer OFFSET 0) b
"""  # noqa: S608  (our own text in between)


def receive_unit(
    session: Session,
    *,
    request: UUID,
    asn: UUID,
    unit: UUID,
    dock: UUID,
    statuses: Sequence[str],
    found: Sequence[Found],
) -> UUID:
    """Receive an announced unit, each line in its status; note what was found; returns it."""
    row = session.row(
        _RECEIVE_UNIT,
        request=request,
        document=asn,
        unit=unit,
        dock=dock,
        statuses=list(statuses),
        **as_arrays(request, found),
    )
    assert row is not None
    return UUID(row["answer"]["posting"])


def end(session: Session, *, asn: UUID, short: bool, reason: str) -> int:
    """End work on an announcement, with `short` also for what did not come; returns how many lines stay awaited."""
    left: int = session.call("end_asn", asn=asn, short=short, reason=reason)
    return left
