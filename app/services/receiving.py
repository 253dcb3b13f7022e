"""Receiving as use cases: what a step at the dock must know, booking goods, and ending a receipt."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import asns
from app.database import discrepancies as store_found
from app.database import receiving as store
from app.database.discrepancies import Found
from app.database.receiving import ReceiptMove
from app.database.session import as_nouns
from app.domain.policies import Policy
from app.domain.receiving import FORM, ReceivingLimits
from app.domain.values import UnitOfEntry
from app.services import quality
from app.services.policies import Asked, asked
from app.services.products import images
from app.services.quality import QualityFacts
from app.services.work import UnitOfWork

UNORDERED = "unordered"
"""The kind of the paper that goods without an order are received on, which nobody wrote."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of a purchase order as the dock sees it; quantities in base units.

    `awaited` is what the paper in hand says is still to come: of an announcement often less than of the order.
    """

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
    document: UUID
    awaited: Decimal
    packagings: tuple[UnitOfEntry, ...] = ()
    hazard: str = ""
    catch_weight: bool = False
    categories: tuple[UUID, ...] = ()

    @property
    def open(self) -> Decimal:
        """What has not come yet; never below zero."""
        return max(self.ordered - self.received, Decimal(0))


@dataclass(frozen=True, slots=True)
class AnnouncedGoods:
    """Goods of an announced unit, in base units, and the line that they are received on."""

    line: UUID
    qty: Decimal
    lot: str
    serial: str
    expiry: date | None
    best_before: date | None


@dataclass(frozen=True, slots=True)
class AnnouncedUnit:
    """A pallet or case whose contents are known before it comes; `received_at` is told in the site's own time."""

    id: UUID
    number: str
    kind: str
    received_at: str | None
    received_by: str | None
    goods: tuple[AnnouncedGoods, ...]


@dataclass(frozen=True, slots=True)
class ExpectedDocument:
    """A document that was scanned at the dock; released purchase orders and announcements (`asn`) can be received.

    The lines of an announcement are those that its goods are received on: of the orders that they fill, or its own.
    """

    id: UUID
    number: str
    kind: str
    decision: str
    partner: str
    partner_code: str
    lines: tuple[OrderLine, ...]
    units: tuple[AnnouncedUnit, ...] = ()
    partner_id: UUID | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is awaited any more."""
        return all(line.awaited <= 0 for line in self.lines) and all(one.received_at for one in self.units)

    def line(self, identity: UUID | None) -> OrderLine | None:
        """The line with this id."""
        return next((line for line in self.lines if line.id == identity), None)

    def line_for(self, item: UUID) -> OrderLine | None:
        """The item's first line that still waits for goods, else its last one."""
        lines = [line for line in self.lines if line.item == item and not line.closed]
        return next((line for line in lines if line.open > 0), lines[-1] if lines else None)


@dataclass(frozen=True, slots=True)
class OfferedOrder:
    """An open order that holds a scanned item."""

    id: UUID
    number: str
    partner: str
    partner_code: str


@dataclass(frozen=True, slots=True)
class DockedPaper:
    """A document whose truck stands at a door now; `truck` is what people call it by."""

    id: UUID
    number: str
    partner: str
    door: str
    truck: str


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
    policies: Asked[ReceivingLimits]
    holds: tuple[HeldLot, ...] = ()
    units: tuple[DockUnit, ...] = ()
    quality: QualityFacts = field(default_factory=QualityFacts)
    docked: tuple[DockedPaper, ...] = ()
    loose: tuple[OrderLine, ...] = ()
    may_blind: bool = False

    @property
    def unordered(self) -> ExpectedDocument:
        """Goods that came without an order, as lines of a paper that nobody wrote; their ids are those of the items."""
        return ExpectedDocument(UUID(int=0), "", UNORDERED, "released", "", "", self.loose)

    def unit(self, identity: UUID | None) -> DockUnit | None:
        """The unit with this id, if it was asked for and is of this warehouse."""
        return next((one for one in self.units if one.id == identity), None)

    def policy(self, document: ExpectedDocument, line: OrderLine) -> Policy[ReceivingLimits]:
        """The policy that decides about goods of a line."""
        return self.policies.deciding(item=line.item, categories=line.categories, partner=document.partner_id)

    def hold_on(self, item: UUID, lot: str, serial: str) -> str:
        """The status in which a lot comes in because it is on hold; empty where it is not."""
        return next((one.status for one in self.holds if (one.item, one.lot, one.serial) == (item, lot, serial)), "")

    def document(self, identity: UUID | None) -> ExpectedDocument | None:
        """The document with this id, if it was asked for."""
        return next((one for one in self.documents if one.id == identity), None)

    def together(self, identity: UUID | None, also: Sequence[UUID]) -> ExpectedDocument | None:
        """Documents of one supplier that are received at once, as if they were one."""
        first = self.document(identity)
        if first is None:
            return None
        parts = [first, *(part for one in also if (part := self.document(one)))]
        known = sorted((line for part in parts for line in part.lines), key=lambda line: line.awaited)
        most = {line.id: line for line in known}
        lines = {line.id: most[line.id] for part in parts for line in part.lines}
        return replace(
            first,
            number=", ".join(part.number for part in parts),
            lines=tuple(lines.values()),
            units=tuple(unit for part in parts for unit in part.units),
        )

    def announced(self, unit: UUID) -> tuple[ExpectedDocument, AnnouncedUnit] | None:
        """The announcement that names a unit, the one that can be received before those that ended."""
        found = [(paper, one) for paper in self.documents for one in paper.units if one.id == unit]
        return min(found, key=lambda pair: pair[0].decision != "released", default=None)


def read_facts(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    documents: list[UUID],
    items: list[UUID],
    units: list[UUID],
    loose: Sequence[UUID] = (),
    supplier: str = "",
) -> ReceivingFacts:
    """Read the named documents and units and, where items were scanned without one, the open orders that hold them.

    `loose`: items that come without an order; `supplier`: a supplier's code, or how the name begins, as typed.
    """
    row = store.read_facts(
        unit.session,
        warehouse=warehouse,
        documents=documents,
        items=items,
        units=units,
        loose=list(loose),
        supplier=" ".join(supplier.upper().split()),
    )
    return ReceivingFacts(
        documents=as_nouns(row["documents"], tuple[ExpectedDocument, ...]),
        offered=as_nouns(row["offered"], tuple[OfferedOrder, ...]),
        dock=as_nouns(row["dock"], Dock | None),
        supplier=row["supplier"],
        today=row["today"],
        holds=as_nouns(row["holds"], tuple[HeldLot, ...]),
        units=as_nouns(row["units"], tuple[DockUnit, ...]),
        policies=asked(FORM, row["policies"], warehouse=warehouse),
        quality=quality.qualities(row["quality"], warehouse=warehouse),
        docked=as_nouns(row["docked"], tuple[DockedPaper, ...]),
        loose=as_nouns(row["loose"], tuple[OrderLine, ...]),
        may_blind=row["may_blind"],
    )


def receive(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    move: ReceiptMove,
    found: Sequence[Found] = (),
    inspected: bool = False,
) -> UUID:
    """Book goods that came off the truck, and note what was `found` wrong with them; returns the posting.

    `inspected`: an inspection is opened with them, as far as is known here; the database decides it.

    Refuses what the ledger refuses, among others `document.beyond_tolerance`, `trace.other_date` and
    `quality.comes_on_hold`.
    """
    posting = store.book(
        unit.session,
        request=unit.request_id,
        warehouse=warehouse,
        move=move,
        found=found,
    )
    _tell(unit, found, inspected=inspected)
    unit.changed("stock", move.item)
    if move.document:
        unit.changed("document", move.document)
    return posting


def add_photo(unit: UnitOfWork, *, document: UUID, line: UUID | None, run: UUID, reason: str, sha256: str) -> None:
    """Put a picture that is kept (`products.images`), known by its SHA-256 in hex, to the goods of a line.

    Refuses `photo.not_kept`.
    """
    known_by = images.hash_of(sha256)
    store.add_photo(unit.session, document=document, line=line, run=run, reason=reason, sha256=known_by)
    unit.changed("document", document)


def receive_unit(
    unit: UnitOfWork,
    *,
    asn: UUID,
    handling_unit: UUID,
    dock: UUID,
    statuses: Sequence[str],
    found: Sequence[Found] = (),
    inspected: bool = False,
) -> UUID:
    """Receive an announced unit with all that stands on it, each of its lines in its status; returns the posting.

    `inspected`: as with `receive`.
    Refuses `asn.unit_received` (somebody else was faster), `asn.changed_meanwhile`, and what the ledger refuses.
    """
    posting = asns.receive_unit(
        unit.session,
        request=unit.request_id,
        asn=asn,
        unit=handling_unit,
        dock=dock,
        statuses=statuses,
        found=found,
    )
    _tell(unit, found, inspected=inspected)
    unit.changed("stock")
    unit.changed("document", asn)
    return posting


def _tell(unit: UnitOfWork, found: Sequence[Found], *, inspected: bool) -> None:
    if found:
        unit.changed("discrepancy")
    if inspected:
        unit.changed(quality.CHANGE)


def end_receipt(unit: UnitOfWork, *, document: ExpectedDocument, close_short: bool, reason: str = "") -> int:
    """End a receipt: what is missing stays open as a backorder, or is closed short with a reason and noted as short."""
    session = unit.session
    if close_short:
        store_found.note_all(
            session,
            request=unit.request_id,
            document=document.id,
            found=store_found.missing(session, document.id, reason=reason),
        )
        unit.changed("discrepancy")
    if document.kind == "asn":
        left = asns.end(session, asn=document.id, short=close_short, reason=reason)
    else:
        left = store.close(session, document=document.id, short=close_short, reason=reason)
    unit.changed("document", document.id)
    return left
