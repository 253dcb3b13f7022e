"""What came otherwise than ordered, as use cases: noted by the receiving or by hand, claimed, settled, summed up."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from app.database import discrepancies as store
from app.database import documents
from app.database.discrepancies import Claim, Discrepancy, Found, SupplierSum
from app.domain.errors import Refusal
from app.services.entry import in_base_units
from app.services.work import UnitOfWork

__all__ = ["KINDS", "WRONG_ITEM", "Claim", "Discrepancy", "Found", "SupplierSum", "appraise", "by_supplier", "claim",
           "drop", "listed", "look_into", "note", "note_by_hand", "settle", "take_up"]  # fmt: skip

WRONG_ITEM = "wrong_item"
KINDS = ("over", "short", "damaged", WRONG_ITEM)
PAPERS = ("purchase_order", "asn")


def note(unit: UnitOfWork, *, document: UUID, found: Found, words: str = "") -> UUID:
    """Note what was found on a purchase order or an announcement; returns it."""
    made = store.note(unit.session, request=unit.request_id, document=document, found=found, words=words)
    unit.changed("discrepancy", made)
    return made


def note_by_hand(unit: UnitOfWork, *, number: str, kind: str, sku: str, quantity: str, words: str) -> UUID:
    """Note what was found after the receipt, on the order or announcement with this number.

    Refuses `document.unknown`, `item.unknown`, and what the quantity's reading refuses.
    """
    ((item, qty),) = in_base_units(unit, {sku: quantity}).items()
    paper = _paper(unit, number)
    line = store.line_of(unit.session, document=paper, item=item)
    return note(unit, document=paper, found=Found(kind, line, item, qty), words=words)


def _paper(unit: UnitOfWork, number: str) -> UUID:
    for kind in PAPERS:
        try:
            return documents.find(unit.session, kind=kind, number=number)
        except Refusal:
            continue
    raise Refusal("document.unknown", number=number)


def listed(unit: UnitOfWork, warehouse: UUID | None = None) -> tuple[Discrepancy, ...]:
    """The discrepancies of a warehouse (None: all that the person sees), the latest first."""
    return store.listed(unit.session, warehouse)


def by_supplier(unit: UnitOfWork, warehouse: UUID | None = None) -> tuple[SupplierSum, ...]:
    """What came otherwise than ordered, by supplier, the costliest first."""
    return store.by_supplier(unit.session, warehouse)


def claim(unit: UnitOfWork, discrepancies: Sequence[UUID]) -> str:
    """Claim open discrepancies of one supplier; returns the claim's number.

    Refuses `discrepancies.not_open` and `discrepancies.several_suppliers`.
    """
    number = store.make_claim(unit.session, request=unit.request_id, discrepancies=discrepancies)
    unit.changed("discrepancy")
    return number


def look_into(unit: UnitOfWork, number: str) -> Claim:
    """A claim with its lines, as it is printed. Refuses `discrepancies.unknown_claim`."""
    found = store.claim(unit.session, number)
    if found is None:
        raise Refusal("discrepancies.unknown_claim", number=number)
    return found


def settle(unit: UnitOfWork, *, number: str, credited: Decimal, words: str = "") -> None:
    """So much was credited for a claim. Refuses `discrepancies.settled`."""
    store.settle(unit.session, number=number, credited=credited, words=words)
    unit.changed("discrepancy")


def appraise(unit: UnitOfWork, *, discrepancy: UUID, cost: Decimal, words: str) -> None:
    """Correct what an open discrepancy is worth, and what is noted on it."""
    store.appraise(unit.session, discrepancy=discrepancy, cost=cost, words=words)
    unit.changed("discrepancy", discrepancy)


def drop(unit: UnitOfWork, discrepancies: Sequence[UUID]) -> None:
    """Claim nothing for these. Refuses `discrepancies.not_open`."""
    store.drop(unit.session, discrepancies)
    unit.changed("discrepancy")


def take_up(unit: UnitOfWork, discrepancies: Sequence[UUID]) -> None:
    """Take up again what was dropped. Refuses `discrepancies.not_open` for what is not known."""
    store.take_up(unit.session, discrepancies)
    unit.changed("discrepancy")
