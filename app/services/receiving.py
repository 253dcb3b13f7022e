"""Receiving as use cases: what a step at the dock must know, booking goods, and ending a receipt."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import receiving as store
from app.database.receiving import ReceiptMove
from app.database.session import as_nouns
from app.domain.errors import Refusal
from app.domain.policies import Policy
from app.domain.receiving import FORM, ReceivingLimits
from app.domain.values import UnitOfEntry
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of a purchase order as the dock sees it; quantities in base units."""

    id: UUID
    item: UUID
    sku: str
    name: str
    unit: str
    decimals: int
    tracking: str
    expiry_required: bool
    minimum_days: int
    category: str
    ordered: Decimal
    received: Decimal
    closed: bool
    packagings: tuple[UnitOfEntry, ...] = ()

    @property
    def open(self) -> Decimal:
        """What has not come yet; never below zero."""
        return max(self.ordered - self.received, Decimal(0))


@dataclass(frozen=True, slots=True)
class ExpectedDocument:
    """A document that was scanned at the dock; only a released purchase order can be received."""

    id: UUID
    number: str
    kind: str
    decision: str
    partner: str
    partner_code: str
    lines: tuple[OrderLine, ...]

    def line(self, identity: UUID | None) -> OrderLine | None:
        """The line with this id."""
        return next((line for line in self.lines if line.id == identity), None)


@dataclass(frozen=True, slots=True)
class OfferedOrder:
    """An open order that holds a scanned item."""

    id: UUID
    number: str
    partner: str


@dataclass(frozen=True, slots=True)
class Dock:
    """Where goods stand after they came off the truck."""

    id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class HeldLot:
    """A lot or serial number of an ordered item that is on hold here: what comes of it is held too."""

    item: UUID
    lot: str
    serial: str
    status: str


@dataclass(frozen=True, slots=True)
class DockUnit:
    """A pallet or case that goods are received onto; `here`: it stands at a dock, or is new and nowhere."""

    id: UUID
    number: str
    kind: str
    here: bool


@dataclass(frozen=True, slots=True)
class ReceivingFacts:
    """Everything a step of receiving may look at."""

    documents: tuple[ExpectedDocument, ...]
    offered: tuple[OfferedOrder, ...]
    dock: Dock | None
    supplier: UUID
    today: date
    policy: Policy[ReceivingLimits]
    holds: tuple[HeldLot, ...] = ()
    units: tuple[DockUnit, ...] = ()

    def unit(self, identity: UUID | None) -> DockUnit | None:
        """The unit with this id, if it was asked for and is of this warehouse."""
        return next((one for one in self.units if one.id == identity), None)

    def hold_on(self, item: UUID, lot: str, serial: str) -> str:
        """The status in which a lot comes in because it is on hold; empty where it is not."""
        return next((one.status for one in self.holds if (one.item, one.lot, one.serial) == (item, lot, serial)), "")

    def document(self, identity: UUID | None) -> ExpectedDocument | None:
        """The document with this id, if it was asked for."""
        return next((one for one in self.documents if one.id == identity), None)


def read_facts(
    unit: UnitOfWork, *, warehouse: UUID, documents: list[UUID], items: list[UUID], units: list[UUID]
) -> ReceivingFacts:
    """Read the named documents and units and, where items were scanned without one, the open orders that hold them."""
    row = store.read_facts(unit.session, warehouse=warehouse, documents=documents, items=items, units=units)
    return ReceivingFacts(
        documents=as_nouns(row["documents"], tuple[ExpectedDocument, ...]),
        offered=as_nouns(row["offered"], tuple[OfferedOrder, ...]),
        dock=as_nouns(row["dock"], Dock | None),
        supplier=row["supplier"],
        today=row["today"],
        holds=as_nouns(row["holds"], tuple[HeldLot, ...]),
        units=as_nouns(row["units"], tuple[DockUnit, ...]),
        policy=FORM.read(row["policy"]) if row["policy"] else FORM.default_policy(),
    )


def receive(unit: UnitOfWork, *, warehouse: UUID, move: ReceiptMove) -> UUID:
    """Book goods that came off the truck; returns the posting.

    Refuses what the ledger refuses, among others `document.beyond_tolerance` and `trace.other_date`.
    """
    posting = store.book(unit.session, request=unit.request_id, warehouse=warehouse, move=move)
    unit.changed("stock", move.item)
    unit.changed("document", move.document)
    return posting


def add_photo(unit: UnitOfWork, *, document: UUID, line: UUID | None, run: UUID, reason: str, sha256: str) -> None:
    """Put a picture that is kept (`products.images`), known by its SHA-256 in hex, to the goods of a line.

    Refuses `photo.not_kept`.
    """
    try:
        known_by = bytes.fromhex(sha256)
    except ValueError as error:
        raise Refusal("photo.not_kept") from error
    store.add_photo(unit.session, document=document, line=line, run=run, reason=reason, sha256=known_by)
    unit.changed("document", document)


def end_receipt(unit: UnitOfWork, *, document: UUID, close_short: bool, reason: str = "") -> int:
    """End a receipt: what is missing stays open as a backorder, or is closed short with a reason."""
    left = store.close(unit.session, document=document, short=close_short, reason=reason)
    unit.changed("document", document)
    return left
