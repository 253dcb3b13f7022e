"""What came otherwise than ordered, and the claims for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from app.database.session import Session, all_as, query

NOTED = """
    (SELECT count(note_discrepancy(f.request, %(document)s, f.line, f.item, f.kind, f.qty, f.reason, '',
            (b.answer ->> 'posting')::uuid))
     FROM unnest(%(found_requests)s::uuid[], %(found_lines)s::uuid[], %(found_items)s::uuid[], %(found_kinds)s::text[],
         %(found_qtys)s::numeric[], %(found_reasons)s::text[]) AS f (request, line, item, kind, qty, reason)) AS noted
"""
"""Notes what was found, in the statement of the posting `b.answer` that found it: no round trip of its own."""


@dataclass(frozen=True, slots=True)
class Found:
    """Goods that came otherwise than ordered: `qty` base units over, short, damaged, or of a wrong_item.

    `line` is that of the order, by whose price they are worth something.
    """

    kind: str
    line: UUID | None
    item: UUID
    qty: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One that is known: its `state` is open, claimed, settled or dropped; `cost` in the company's currency."""

    id: UUID
    at: datetime
    kind: str
    state: str
    partner: str
    partner_name: str
    document: str
    sku: str
    name: str
    lot: str
    qty: Decimal
    unit: str
    cost: Decimal
    reason: str
    note: str
    person: str
    photos: int
    claim: str


@dataclass(frozen=True, slots=True)
class SupplierSum:
    """What a supplier's deliveries came to: how many of each kind, their worth, what is open, claimed and credited."""

    partner: str
    name: str
    over: int
    short: int
    damaged: int
    wrong_item: int
    cost: Decimal
    open: Decimal
    claimed: Decimal
    credited: Decimal


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo of what was found: the goods, what was wrong with them, when it was taken, its bytes (JPEG or PNG)."""

    sku: str
    kind: str
    at: datetime
    content: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim against a supplier with its lines; `credited` once it is settled."""

    number: str
    warehouse: str
    warehouse_address: str
    time_zone: str
    company: str
    currency: str
    partner: str
    partner_name: str
    made_on: date
    made_by: str
    credited: Decimal | None
    note: str
    lines: tuple[Discrepancy, ...]
    pictures: tuple[Picture, ...] = ()


def as_arrays(request: UUID, found: Sequence[Found]) -> dict[str, object]:
    """The parameters of `NOTED`; each discrepancy has a request of its own, made of that of the posting."""
    return {
        "found_requests": [uuid5(request, f"found {n}") for n in range(len(found))],
        "found_lines": [one.line for one in found],
        "found_items": [one.item for one in found],
        "found_kinds": [one.kind for one in found],
        "found_qtys": [one.qty for one in found],
        "found_reasons": [one.reason for one in found],
    }


def note_all(session: Session, *, request: UUID, document: UUID, found: Sequence[Found]) -> None:
    """Note what was found on a document without a posting."""
    session.row(
        f"SELECT b.answer, {NOTED} FROM (SELECT '{{}}'::jsonb AS answer) b",  # noqa: S608  (our own text)
        document=document,
        **as_arrays(request, found),
    )


def note(session: Session, *, request: UUID, document: UUID, found: Found, words: str) -> UUID:
    """Note one discrepancy by hand, with a note in words; returns it."""
    made: UUID = session.call(
        "note_discrepancy",
        request=request,
        document=document,
        line=found.line,
        item=found.item,
        kind=found.kind,
        qty=found.qty,
        reason=found.reason,
        note=words,
    )
    return made


def missing(session: Session, document: UUID, *, reason: str) -> list[Found]:
    """What a purchase order or an announcement still waits for, as short."""
    rows = session.rows(query("discrepancies_missing"), document=document)
    return [Found("short", row["line"], row["item"], row["qty"], reason) for row in rows]


def listed(
    session: Session, warehouse: UUID | None, *, claim: str = "", document: UUID | None = None
) -> tuple[Discrepancy, ...]:
    """The discrepancies of a warehouse (None: all that the person sees), a claim or a document, the latest first."""
    asked = {"x.warehouse_id": warehouse, "c.number": claim, "x.document_id": document}
    names = ("warehouse", "claim", "document")
    conditions = "".join(
        f" AND {column} = %({name})s" for (column, value), name in zip(asked.items(), names, strict=True) if value
    )
    sql = query("discrepancies").format(conditions=conditions)
    return all_as(session.rows(sql, warehouse=warehouse, claim=claim, document=document), Discrepancy)


def by_supplier(session: Session, warehouse: UUID | None) -> tuple[SupplierSum, ...]:
    """What came otherwise than ordered, by supplier, the costliest first."""
    of = " AND {}.warehouse_id = %(warehouse)s" if warehouse else ""
    sql = query("discrepancies_by_supplier").format(here=of.format("x"), credited_here=of.format("s"))
    return all_as(session.rows(sql, warehouse=warehouse), SupplierSum)


def claim(session: Session, number: str) -> Claim | None:
    """A claim with its lines."""
    row = session.row(
        "SELECT c.number, w.code AS warehouse, w.address AS warehouse_address, w.time_zone, o.name AS company,"
        " o.currency,"
        " p.code AS partner, p.name AS partner_name, (c.made_at AT TIME ZONE w.time_zone)::date AS made_on,"
        " n.name AS made_by, c.credited, c.note FROM supplier_claim c JOIN warehouse w ON w.id = c.warehouse_id"
        " JOIN partner p ON p.id = c.partner_id JOIN person n ON n.id = c.made_by CROSS JOIN company o"
        " WHERE upper(c.number) = upper(%(number)s)",
        number=number,
    )
    if row is None:
        return None
    photos = session.rows(query("discrepancies_photos"), claim=row["number"])
    return Claim(**row, lines=listed(session, None, claim=row["number"]), pictures=all_as(photos, Picture))


def make_claim(session: Session, *, request: UUID, discrepancies: Sequence[UUID]) -> str:
    """Claim open discrepancies of one supplier; returns the claim's number."""
    number: str = session.call("claim_discrepancies", request=request, ids=list(discrepancies))
    return number


def settle(session: Session, *, number: str, credited: Decimal, words: str) -> None:
    """So much was credited for a claim, in the company's currency."""
    session.call("settle_claim", number=number, credited=credited, note=words)


def appraise(session: Session, *, discrepancy: UUID, cost: Decimal, words: str) -> None:
    """Correct what an open discrepancy is worth, and what is noted on it."""
    session.call("appraise_discrepancy", id=discrepancy, cost=cost, note=words)


def drop(session: Session, discrepancies: Sequence[UUID]) -> None:
    """Claim nothing for these."""
    session.call("drop_discrepancies", ids=list(discrepancies))


def take_up(session: Session, discrepancies: Sequence[UUID]) -> None:
    """Take up again what was dropped."""
    session.call("take_up_discrepancies", ids=list(discrepancies))


def line_of(session: Session, *, document: UUID, item: UUID) -> UUID | None:
    """The first line of a document for an item, or of the order that it fills; None where there is none."""
    row = session.row(
        "SELECT coalesce(a.order_line_id, l.id) AS line FROM document_line l"
        " LEFT JOIN asn_line a ON a.document_line_id = l.id"
        " WHERE l.document_id = %(document)s AND l.item_id = %(item)s ORDER BY l.line_no LIMIT 1",
        document=document,
        item=item,
    )
    return row["line"] if row else None
