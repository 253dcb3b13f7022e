"""What is kept of cartons, read for whoever asks what happened: states, goods, extras, weighings, labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.database.session import Session, all_as, query
from app.database.unpacking import CartonStep
from app.domain.labels import LabelContent
from app.domain.partners import Address

_FIND = """
SELECT p.id AS parcel, d.id AS document FROM parcel p JOIN document d ON d.id = p.document_id
JOIN handling_unit u ON u.id = p.handling_unit_id
WHERE d.warehouse_id = %(warehouse)s AND (u.sscc = %(code)s OR p.tracking = %(code)s
    OR EXISTS (SELECT FROM code c WHERE c.kind = 'parcel' AND c.target_id = p.id AND c.value = %(code)s))
UNION ALL
SELECT NULL, d.id FROM document d WHERE d.warehouse_id = %(warehouse)s AND d.kind = 'order' AND d.number = %(code)s
LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class State:
    """A state that a carton was in, from when on, by whom and where; under which tracking number and weight (kg)."""

    at: datetime
    person: str
    station: str
    state: str
    tracking: str
    kg: Decimal | None


@dataclass(frozen=True, slots=True)
class PackedUnit:
    """Goods that went into a carton, or came out of it (negative); what was `scanned`, where it was a scan."""

    at: datetime
    person: str
    station: str
    sku: str
    name: str
    unit: str
    lot: str
    serial: str
    quantity: Decimal
    kind: str
    scanned: str


@dataclass(frozen=True, slots=True)
class RefusedScan:
    """A scan that was not taken while the carton was packed: why, as the code and facts of what people were told."""

    at: datetime
    person: str
    station: str
    scanned: str
    code: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NotedExtra:
    """What was read, put in or photographed; `photo` is the hash of a kept picture, `booked`: it left the stock.

    `quantity`: how many of an insert; below zero what was taken back.
    """

    at: datetime
    person: str
    station: str
    code: str
    kind: str
    name: str
    sku: str
    quantity: Decimal
    answer: str
    scanned: str
    photo: str
    booked: bool


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the scale said (kg), what was expected and how far it might be off, and the verdict as people saw it.

    The curve: grams at milliseconds before the weight was taken.
    """

    at: datetime
    person: str
    station: str
    device: str
    manual: bool
    kg: Decimal
    expected_kg: Decimal
    tolerance_kg: Decimal
    verdict: str
    suspects: str
    curve_ms: tuple[int, ...]
    curve_g: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PrintedLabel:
    """A label of a carton: what it said, how far its printing came, and the bytes that were sent by their hash.

    `whole`: the bytes that are kept are the ones with that hash.
    """

    job: UUID
    at: datetime
    template: str
    uid: str
    state: str
    printer: str
    reprint_no: int
    content: Mapping[str, str]
    copies: int
    layout: str
    sha256: str
    bytes: int
    whole: bool

    @property
    def label(self) -> LabelContent:
        """The label as it can be drawn again."""
        return LabelContent(self.template, self.uid, self.content, self.copies, self.layout)


@dataclass(frozen=True, slots=True)
class CartonEvidence:
    """All that is kept of one carton; weights in kg. `taken_back`: how it was opened, emptied, repaired, and why."""

    id: UUID
    sscc: str
    tracking: str
    state: str
    carton: str
    carton_name: str
    tare_kg: Decimal
    expected_kg: Decimal | None
    weight_kg: Decimal | None
    manual: bool
    carrier: str
    service: str
    approved_by: str
    approved_for: str
    number: str
    reference: str
    customer: str
    ship_to: Address
    warehouse: str
    time_zone: str
    company: str
    address: str
    number_of_order: int
    states: tuple[State, ...]
    goods: tuple[PackedUnit, ...]
    refused: tuple[RefusedScan, ...]
    taken_back: tuple[CartonStep, ...]
    extras: tuple[NotedExtra, ...]
    weighings: tuple[Weighing, ...]
    labels: tuple[PrintedLabel, ...]


def find(session: Session, code: str, warehouse: UUID) -> tuple[UUID | None, UUID] | None:
    """The carton of an SSCC or of any tracking number that it had, or the order of this number: (parcel, document)."""
    row = session.row(_FIND, code=code, warehouse=warehouse)
    return (row["parcel"], row["document"]) if row else None


def cartons(session: Session, *, parcel: UUID | None, document: UUID) -> tuple[CartonEvidence, ...]:
    """What is kept of a carton, or of every carton of an order."""
    return all_as(session.rows(query("packing_evidence"), parcel=parcel, document=document), CartonEvidence)
