"""Look-up: what stands behind a code. Read only; row security decides what a person may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import lookup as store
from app.database.session import as_nouns
from app.domain.errors import Refusal
from app.domain.scanning import Candidate, CodeKind
from app.domain.shipping import ParcelState
from app.domain.values import UnitOfEntry
from app.services import search
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Packaging:
    """`factor` base units in one `unit`."""

    unit: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item; `weight` is kg a base unit, None where nobody knows it.

    `to_promise` is what can still be promised of it in the warehouse; None for whoever may not see the stock.
    `substitutes` are other goods that could go in its place and are there, such as `12 × GADGET`.
    """

    id: UUID
    sku: str
    name: str
    unit: str
    tracking: str
    state: str
    weight: Decimal | None
    category: str
    packagings: tuple[Packaging, ...]
    to_promise: Decimal | None = None
    substitutes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A location of the warehouse."""

    id: UUID
    address: str
    kind: str
    active: bool
    frozen: bool


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A pallet, case, tote or carton; `parent`: the number of the one it stands on, `state`: what it is good for."""

    id: UUID
    number: str
    kind: str
    place: str
    parent: str
    state: str


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One line of a document; quantities in base units, `progress` by step."""

    sku: str
    name: str
    unit: str
    ordered: Decimal
    closed: bool
    progress: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document with what is done of it."""

    id: UUID
    number: str
    kind: str
    reference: str
    decision: str
    partner: str
    due: date | None
    lines: tuple[FoundLine, ...]


@dataclass(frozen=True, slots=True)
class FoundParcel:
    """A parcel; `weight` in kg, gross."""

    id: UUID
    unit: UUID
    sscc: str
    state: ParcelState
    tracking: str
    document: str
    carrier: str
    service: str
    weight: Decimal | None
    partner: str


@dataclass(frozen=True, slots=True)
class FoundStock:
    """Stock of one key, in base units of `uom`; `unit` is the handling unit's number."""

    sku: str
    place: str
    lot: str
    serial: str
    expiry: date | None
    unit: str
    status: str
    on_hand: Decimal
    reserved: Decimal
    uom: str


@dataclass(frozen=True, slots=True)
class LookupFacts:
    """Everything that was found behind a code."""

    items: tuple[FoundItem, ...] = ()
    places: tuple[FoundPlace, ...] = ()
    units: tuple[FoundUnit, ...] = ()
    documents: tuple[FoundDocument, ...] = ()
    parcels: tuple[FoundParcel, ...] = ()
    stock: tuple[FoundStock, ...] = ()


def find(
    unit: UnitOfWork, candidates: Sequence[Candidate], *, warehouse: UUID, lot: str = "", serial: str = ""
) -> LookupFacts:
    """Read what is known of these records; `lot` and `serial` narrow an item's stock."""

    def of(kind: CodeKind) -> list[UUID]:
        return [candidate.id for candidate in candidates if candidate.kind is kind]

    row = store.read_facts(
        unit.session,
        warehouse=warehouse,
        items=of(CodeKind.ITEM),
        places=of(CodeKind.LOCATION),
        units=of(CodeKind.HANDLING_UNIT),
        documents=of(CodeKind.DOCUMENT),
        parcels=of(CodeKind.PARCEL),
        lot=lot,
        serial=serial,
    )
    return LookupFacts(
        items=as_nouns(row["items"], tuple[FoundItem, ...]),
        places=as_nouns(row["places"], tuple[FoundPlace, ...]),
        units=as_nouns(row["units"], tuple[FoundUnit, ...]),
        documents=as_nouns(row["documents"], tuple[FoundDocument, ...]),
        parcels=as_nouns(row["parcels"], tuple[FoundParcel, ...]),
        stock=as_nouns(row["stock"], tuple[FoundStock, ...]),
    )


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item as a person names it: `unit` is its base unit with so many `decimals`, `units` are its packagings.

    `scanned`: how many base units the code stands for, more than one for the code of a packaging.
    """

    id: UUID
    sku: str
    name: str
    unit: str
    decimals: int
    tracking: str
    units: tuple[UnitOfEntry, ...]
    scanned: Decimal


def items_by_words(unit: UnitOfWork, words: str) -> tuple[KnownItem, ...]:
    """The item with this SKU or code, or else the items in whose names these words stand, the closest first.

    Refuses `item.unknown` where nothing fits.
    """
    found = store.item_of_code(unit.session, words.strip())
    if found is not None:
        return (as_nouns(found, KnownItem),)
    near = [one.label for one in search.search(unit, words) if one.kind == "item"]
    if not near:
        raise Refusal("item.unknown", sku=words.strip())
    return tuple(known_item(unit, sku) for sku in near)


def item_by_words(unit: UnitOfWork, words: str) -> KnownItem:
    """The one item that is meant by a SKU, a code, or words of its name. Refuses `item.which` where several fit."""
    found = items_by_words(unit, words)
    if len(found) > 1:
        raise Refusal("item.which", words=words.strip(), found=", ".join(one.sku for one in found))
    return found[0]


def known_item(unit: UnitOfWork, code: str) -> KnownItem:
    """The item with this SKU, GTIN or other code. Refuses `item.unknown`."""
    found = store.item_of_code(unit.session, code.strip())
    if found is None:
        raise Refusal("item.unknown", sku=code.strip())
    item: KnownItem = as_nouns(found, KnownItem)
    return item
