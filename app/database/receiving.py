"""What receiving reads and writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database.discrepancies import NOTED, Found, as_arrays
from app.database.session import Row, Session

_BOOK = f"""
    SELECT b.answer, {NOTED} FROM (
        SELECT post_moves(p_request => %(request)s, p_kind => %(kind)s, p_warehouse => %(warehouse)s,
        p_items => ARRAY[%(item)s]::uuid[], p_qtys => ARRAY[%(qty)s]::numeric[],
        p_from_locations => ARRAY[%(supplier)s]::uuid[], p_to_locations => ARRAY[%(dock)s]::uuid[],
        p_traces => CASE WHEN %(lot)s::text <> '' OR %(serial)s::text <> ''
            THEN ARRAY[ensure_trace(%(item)s, %(lot)s, %(serial)s, %(expiry)s, %(best_before)s)] END,
        p_to_owners => ARRAY[(SELECT d.owner_id FROM document_line l JOIN document d ON d.id = l.document_id
            WHERE l.id = %(line)s)],
        p_to_statuses => ARRAY[%(status)s]::text[], p_to_units => ARRAY[%(unit)s]::uuid[],
        p_lines => ARRAY[%(line)s]::uuid[],
        p_weights => CASE WHEN %(weight_kg)s::numeric IS NOT NULL THEN ARRAY[%(weight_kg)s]::numeric[] END,
        p_reasons => ARRAY[%(reason)s]::text[], p_document => CASE WHEN %(line)s::uuid IS NOT NULL
            THEN held_paper(%(document)s, %(line)s) END) AS answer OFFSET 0) b
"""  # noqa: S608  (our own text in between)


@dataclass(frozen=True, slots=True)
class ReceiptMove:
    """Goods of one line that came off the truck: `qty` base units, to the dock, in a status, onto a unit or none.

    They belong to whom the document says. `weight_kg` is of all of them, where the goods are weighed. Goods that came
    without an order have neither document nor line, but a reason.
    """

    document: UUID | None
    line: UUID | None
    item: UUID
    qty: Decimal
    supplier: UUID
    dock: UUID
    status: str
    lot: str = ""
    serial: str = ""
    expiry: date | None = None
    best_before: date | None = None
    reason: str = ""
    unit: UUID | None = None
    weight_kg: Decimal | None = None


def read_facts(
    session: Session,
    *,
    warehouse: UUID,
    documents: list[UUID],
    items: list[UUID],
    units: list[UUID],
    loose: list[UUID],
    supplier: str,
) -> Row:
    """Documents with their lines, open orders for an item, units, held lots, dock, supplier, day and policy."""
    return session.facts(
        "receiving_facts",
        warehouse=warehouse,
        documents=documents,
        items=items,
        units=units,
        loose=loose,
        supplier=supplier,
    )


def add_photo(session: Session, *, document: UUID, line: UUID | None, run: UUID, reason: str, sha256: bytes) -> None:
    """Put a picture that is kept to a document; the same one again changes nothing."""
    session.call("add_photo", document=document, line=line, run=run, reason=reason, sha256=sha256)


def book(
    session: Session,
    *,
    request: UUID,
    warehouse: UUID,
    move: ReceiptMove,
    found: Sequence[Found] = (),
) -> UUID:
    """Post one receipt move and note what was found; returns the posting, with which its inspection is opened.

    A new trace is made in the same statement.
    """
    row = session.row(
        _BOOK,
        request=request,
        warehouse=warehouse,
        kind="receipt" if move.line else "receipt_blind",
        **{name: getattr(move, name) for name in ReceiptMove.__slots__},
        **as_arrays(request, found),
    )
    assert row is not None
    return UUID(row["answer"]["posting"])


def close(session: Session, *, document: UUID, short: bool, reason: str) -> int:
    """Close the document's full lines, and with `short` the others too; returns how many stay open."""
    left: int = session.call(
        "close_lines", document=document, step="received", permission="receive", short=short, reason=reason
    )
    return left
