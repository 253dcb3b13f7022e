"""Pack verification as use cases: what a step at the bench must know, and what it does.

Which unit fits and whether a weight is right is decided by `domain.packing`; printing and its proof are the spooler's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from app.database import packing as store
from app.database.packing import Closing, LeftInTote, PackMove, Reprint, WeighingNote
from app.database.session import as_nouns
from app.domain.carriers import CarrierSetup, read_carrier
from app.domain.order_desk import NO_NEWS, OrderNews
from app.domain.packing import FORM as PACKING
from app.domain.packing import ItemWeight, Neighbours, WeightTolerance
from app.domain.packing.cartons import Good
from app.domain.packing.counting import FORM as COUNTING
from app.domain.packing.counting import Counting
from app.domain.packing.extras import FORM as EXTRAS
from app.domain.packing.extras import Done, Extra, Wanted
from app.domain.packing.packaging import CartonType
from app.domain.partners import Address
from app.domain.printing import PrintState
from app.domain.shipping import FORM as SHIPPING
from app.domain.shipping import ParcelState, Service
from app.services.policies import Asked, asked
from app.services.printing import JOB, SCANNED_BACK
from app.services.work import UnitOfWork

VOIDED_AT_BENCH = "voided_at_bench"
NO_WISHES: Asked[Wanted] = Asked(EXTRAS)
EVERY_UNIT: Asked[Counting] = Asked(COUNTING)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of the order; quantities in base units, `price` for one. `packed` counts all cartons.

    Sides in mm and `piece_kg` are of one base unit, None where nobody said so; `upright`: this side stays up. `bundle`
    is the SKU of the bundle that was ordered where these goods are a part of one, else empty.
    """

    id: UUID
    item: UUID
    sku: str
    name: str
    unit: str
    decimals: int
    tracking: str
    ordered: Decimal
    packed: Decimal
    closed: bool
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    piece_kg: Decimal | None = None
    upright: bool = False
    fragile: bool = False
    hazard: str = ""
    price: Decimal | None = None
    category: str = ""
    categories: tuple[UUID, ...] = ()
    bundle: str = ""

    @property
    def good(self) -> Good | None:
        """One base unit as it is packed; None where its sides are not known."""
        if self.length_mm is None or self.width_mm is None or self.height_mm is None:
            return None
        return Good(
            self.sku,
            self.length_mm,
            self.width_mm,
            self.height_mm,
            self.piece_kg or Decimal(0),
            upright=self.upright,
            fragile=self.fragile,
            hazard=self.hazard,
        )

    @property
    def open(self) -> Decimal:
        """What is not in a carton yet."""
        return Decimal(0) if self.closed else max(self.ordered - self.packed, Decimal(0))


@dataclass(frozen=True, slots=True)
class Picked:
    """Goods of one stock key that lie in a tote for one line."""

    line: UUID
    item: UUID
    location: UUID
    trace: UUID
    unit: UUID
    owner: UUID
    status: str
    quantity: Decimal
    lot: str
    serial: str
    expiry: date | None


@dataclass(frozen=True, slots=True)
class Packed:
    """Goods in a carton, and what one base unit of them weighs (kg, kg²).

    `weighed_kg` is what they weigh together where each was weighed before, None for all other goods.
    """

    item: UUID
    sku: str
    quantity: Decimal
    lot: str
    serial: str
    mean: Decimal | None
    variance: Decimal
    observations: int
    weighed_kg: Decimal | None = None

    @property
    def weight(self) -> ItemWeight | None:
        """The weight of one base unit; None where nobody knows it."""
        return ItemWeight(self.mean, self.variance, self.observations) if self.mean else None


@dataclass(frozen=True, slots=True)
class Label:
    """The newest print job of one of a parcel's labels; `detail` is a code that says why its state is what it is."""

    job: UUID
    template: str
    uid: str
    state: PrintState
    printer: UUID
    reprint_no: int
    content: Mapping[str, str]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One carton of the order; weights in kg. `unit` is its handling unit, `tracking` empty until it is closed.

    `manifest` is the number of the manifest that it stands on, empty where it stands on none. `refused` is the code of
    why its carrier said no, with `refused_facts`; empty while it may still say yes. `in_doubt`: it does not answer, and
    nobody knows whether it sold a label. `to_buy`: no shipping label of it may be good, or become so. `seen` stands for
    the goods in an open carton as they were read (a hash).
    """

    id: UUID
    unit: UUID
    place: UUID
    sscc: str
    state: ParcelState
    carton: str
    tare: Decimal
    variance: Decimal
    weight: Decimal | None
    tracking: str
    carrier: str
    service: str
    contents: tuple[Packed, ...]
    labels: tuple[Label, ...]
    manifest: str = ""
    seen: str = ""
    refused: str = ""
    refused_facts: Mapping[str, str] = field(default_factory=dict)
    to_buy: bool = False
    in_doubt: bool = False

    def label(self, uid: str) -> Label | None:
        """The label of this uid."""
        return next((label for label in self.labels if label.uid == uid), None)

    @property
    def sealed(self) -> bool:
        """Whether nothing goes in any more."""
        return self.state is not ParcelState.OPEN

    @property
    def holds_goods(self) -> bool:
        """Whether goods are in it that have not left."""
        return bool(self.contents) and self.state is not ParcelState.SHIPPED


@dataclass(frozen=True, slots=True)
class PackOrder:
    """A document at the bench with what is picked and packed of it; only a released order can be packed.

    `cut_off` is when its carrier leaves, by the warehouse's clock, `cut_off_at` the same moment in UTC (ISO 8601); both
    are empty where none was promised. `packed_by` has this order in hand at another bench, `packed_since` a `moment`.
    """

    id: UUID
    number: str
    kind: str
    decision: str
    partner: str
    partner_code: str
    cut_off: str
    cut_off_at: str
    ship_to: Address
    carrier: str
    carrier_name: str
    service: str
    packed_by: str | None
    packed_since: str
    lines: tuple[OrderLine, ...]
    picked: tuple[Picked, ...]
    parcels: tuple[Parcel, ...]
    instructions: str = ""
    reference: str = ""
    carton_template: str = ""
    slip_template: str = ""
    due: date | None = None
    partner_id: UUID | None = None
    news: OrderNews = NO_NEWS
    complete_only: bool = False
    gift: bool = False
    gift_note: str = ""
    note: str = ""
    first_order: bool = False
    done: tuple[Done, ...] = ()
    gift_label: Label | None = None

    @property
    def open_parcel(self) -> Parcel | None:
        """The carton that goods go into now."""
        return next((parcel for parcel in self.parcels if not parcel.sealed), None)

    @property
    def open(self) -> Decimal:
        """What is not in a carton yet, in base units of whatever it is."""
        return sum((line.open for line in self.lines), Decimal(0))

    def line(self, identity: UUID | None) -> OrderLine | None:
        """The line with this id."""
        return next((line for line in self.lines if line.id == identity), None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where open cartons stand."""

    id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class Printer:
    """A label printer; the station's own come first."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a weight passes that is off (`step` pack), a label is printed again (print), packing taken back (unpack)."""

    code: str
    step: str


@dataclass(frozen=True, slots=True)
class Beside:
    """An item that lies in the same bin as the goods of an SKU, or in the next one of the walk, and its weight.

    Where bins are not numbered for the walk, those beside it by their address count as next.
    """

    sku: str
    beside: str
    mean: Decimal
    variance: Decimal
    observations: int


@dataclass(frozen=True, slots=True)
class PackFacts:
    """Everything a step of pack verification may look at. `serial` is the next tracking number's, where one is due.

    Then `carriers` are those in use. `now` is by the warehouse's clock, `moment` the server's, a text that sorts. Goods
    that no order wants any more go to `return_place`; `may_reverse`: whoever packs may take back what others did.
    """

    orders: tuple[PackOrder, ...]
    staging: Place | None
    printers: tuple[Printer, ...]
    cartons: tuple[CartonType, ...]
    reasons: tuple[Reason, ...]
    sender: Address
    today: date
    serial: int | None
    tolerances: Asked[WeightTolerance]
    services: Asked[Service]
    now: datetime
    moment: str
    currency: str
    carriers: tuple[CarrierSetup, ...] = ()
    beside: tuple[Beside, ...] = ()
    extras: tuple[Extra, ...] = ()
    wishes: Asked[Wanted] = NO_WISHES
    counting: Asked[Counting] = EVERY_UNIT
    return_place: Place | None = None
    may_reverse: bool = False

    def carrier(self, code: str) -> CarrierSetup | None:
        """The carrier of this code, where it is in use."""
        return next((one for one in self.carriers if one.code == code), None)

    @property
    def neighbours(self) -> Neighbours:
        """What may have been taken in the stead of each SKU."""
        found: dict[str, list[tuple[str, ItemWeight]]] = {}
        for one in self.beside:
            found.setdefault(one.sku, []).append((one.beside, ItemWeight(one.mean, one.variance, one.observations)))
        return found

    def order(self, identity: UUID | None) -> PackOrder | None:
        """The order with this id, if it was asked for."""
        return next((order for order in self.orders if order.id == identity), None)

    def reasons_for(self, step: str) -> tuple[str, ...]:
        """The codes of the reasons of a step."""
        return tuple(reason.code for reason in self.reasons if reason.step == step)


def read_facts(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    run: UUID,
    documents: Sequence[UUID],
    units: Sequence[UUID] = (),
    parcels: Sequence[UUID] = (),
    closing: bool = False,
) -> PackFacts:
    """Read the named orders, and those that named handling units and parcels belong to.

    `closing`: a carton may be closed by this step, which takes a tracking number.
    """
    row = store.read_facts(
        unit.session, warehouse=warehouse, run=run, documents=documents, units=units, parcels=parcels, closing=closing
    )
    return PackFacts(
        orders=as_nouns(row["orders"], tuple[PackOrder, ...]),
        staging=as_nouns(row["staging"], Place | None),
        printers=as_nouns(row["printers"], tuple[Printer, ...]),
        cartons=as_nouns(row["cartons"], tuple[CartonType, ...]),
        reasons=as_nouns(row["reasons"], tuple[Reason, ...]),
        sender=as_nouns(row["sender"], Address),
        today=row["today"],
        serial=row["serial"],
        tolerances=asked(PACKING, row["packing_policies"], warehouse=warehouse),
        services=asked(SHIPPING, row["shipping_policies"], warehouse=warehouse),
        now=row["now"],
        moment=row["moment"],
        currency=row["currency"],
        carriers=tuple(read_carrier(one["code"], one["name"], one["kind"], one["setup"]) for one in row["carriers"]),
        beside=as_nouns(row["beside"], tuple[Beside, ...]),
        extras=as_nouns(row["extras"], tuple[Extra, ...]),
        wishes=asked(EXTRAS, row["extras_policies"], warehouse=warehouse),
        counting=asked(COUNTING, row["counting_policies"], warehouse=warehouse),
        return_place=as_nouns(row["return_place"], Place | None),
        may_reverse=row["may_reverse"],
    )


def open_carton(unit: UnitOfWork, *, document: UUID, place: UUID, carton: str) -> UUID:
    """Open a carton for an order, or take the one that is open; returns the parcel. Its SSCC is made now."""
    parcel = store.open_carton(unit.session, document=document, place=place, carton=carton)
    unit.changed("parcel", parcel)
    return parcel


def choose_carton(unit: UnitOfWork, *, parcel: UUID, carton: str) -> None:
    """Take another carton, with another tare."""
    store.choose_carton(unit.session, parcel=parcel, carton=carton)
    unit.changed("parcel", parcel)


def discard_carton(unit: UnitOfWork, *, parcel: UUID) -> None:
    """Give an empty carton up."""
    store.discard_carton(unit.session, parcel=parcel)
    unit.changed("parcel", parcel)


def pack(unit: UnitOfWork, *, warehouse: UUID, document: UUID, parcel: Parcel, moves: Sequence[PackMove]) -> UUID:
    """Book a verified unit from the tote into the carton; returns the posting.

    Refuses what the ledger refuses, among others `document.not_released` and `packing.carton_sealed`.
    """
    posting = store.pack(
        unit.session,
        request=unit.request_id,
        warehouse=warehouse,
        document=document,
        place=parcel.place,
        carton=parcel.unit,
        moves=moves,
    )
    for item in dict.fromkeys(move.item for move in moves):
        unit.changed("stock", item)
    unit.changed("document", document)
    return posting


def unpack(
    unit: UnitOfWork, *, parcel: UUID, item: UUID, lot: str, serial: str, quantity: Decimal | None
) -> tuple[UUID, Decimal]:
    """Take so much of an item (base units; None for all of it) out of an open carton, back into its tote.

    Returns the posting and how many base units came out. Refuses `packing.not_in_carton`, and `permission.missing` for
    goods of an order that does not go on, where others packed them or it was long ago.
    """
    posting, taken = store.unpack(
        unit.session, request=unit.request_id, parcel=parcel, item=item, lot=lot, serial=serial, quantity=quantity
    )
    unit.changed("stock", item)
    unit.changed("parcel", parcel)
    return posting, taken


def note_weighing(unit: UnitOfWork, weighing: WeighingNote) -> None:
    """Keep what the scale said of an open carton, and what was made of it."""
    store.note_weighing(unit.session, request=unit.request_id, weighing=weighing)


def close_carton(unit: UnitOfWork, *, run: UUID, closing: Closing) -> None:
    """Close a weighed carton and want its labels printed, in one transaction.

    Refuses `permission.approval_missing` where a weight that is off or typed was not approved.
    """
    requests = [uuid5(unit.request_id, f"{label.template} {label.uid}") for label in closing.labels]
    purchase = uuid5(unit.request_id, f"label of {closing.parcel}")
    store.close(unit.session, request=purchase, requests=requests, run=run, closing=closing)
    unit.changed("parcel", closing.parcel)
    unit.changed(JOB)


def verify_label(
    unit: UnitOfWork,
    *,
    parcel: UUID,
    jobs: Sequence[UUID],
    following: tuple[UUID, UUID, str] | None = None,
) -> tuple[LeftInTote, ...]:
    """The printed shipping label was scanned on its carton; `jobs` are the labels that this proves.

    `following` opens the next carton: document, place, type. Returns what lies in the totes of the order still. Refuses
    `packing.label_not_printed`.
    """
    left = store.label(unit.session, parcel=parcel, jobs=jobs, following=following)
    unit.changed("parcel", parcel)
    for job in jobs:
        unit.changed(JOB, job)
    found: tuple[LeftInTote, ...] = as_nouns(left, tuple[LeftInTote, ...])
    return found


def confirm_label(unit: UnitOfWork, *, job: UUID) -> None:
    """A doubtful label was scanned: it was printed."""
    store.settle_label(unit.session, job=job, state=PrintState.CONFIRMED, detail=SCANNED_BACK)
    unit.changed(JOB, job)


def void_label(unit: UnitOfWork, *, job: UUID) -> None:
    """A doubtful label is worthless: it was destroyed, or never came."""
    store.settle_label(unit.session, job=job, state=PrintState.VOIDED, detail=VOIDED_AT_BENCH)
    unit.changed(JOB, job)


def reprint_label(unit: UnitOfWork, *, run: UUID, wanted: Reprint) -> None:
    """Print a label anew; the old one is dead. Refuses `printing.still_printing` while the old one may come out."""
    store.reprint(unit.session, request=unit.request_id, run=run, wanted=wanted)
    unit.changed("parcel", wanted.parcel)
    unit.changed(JOB)


def use_other_printer(unit: UnitOfWork, *, jobs: Sequence[UUID], printer: UUID) -> None:
    """Give waiting labels to another printer."""
    store.redirect_labels(unit.session, jobs=jobs, printer=printer)
    for job in jobs:
        unit.changed(JOB, job)
