"""Handling units as use cases: what is in and on them, moving them whole, nesting, filling one into another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import handling_units as store
from app.database.handling_units import ListedUnit, Part
from app.database.session import as_nouns
from app.domain.values import UnitOfEntry
from app.services.work import UnitOfWork

__all__ = [
    "KINDS",
    "STATES",
    "Content",
    "HandlingFacts",
    "LabelPrinter",
    "ListedUnit",
    "Moved",
    "Part",
    "Place",
    "Unit",
]
STATES = ("empty", "in_use", "new", "gone", "retired")
"""Every state of a unit, those first that are looked for."""
KINDS = ("pallet", "case", "tote", "carton")
_STORED = frozenset({"dock", "staging"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A handling unit; `carries` is how many stand on it, directly or on each other. No location: it stands nowhere.

    `state`: new, in_use, empty (to be used again), gone (with a customer), retired (out of use). `label` is the
    template that its customer wants, empty for ours.
    """

    id: UUID
    number: str
    kind: str
    location: UUID | None
    place: str
    place_kind: str
    parent: UUID | None
    parent_number: str
    carries: int
    state: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """Goods in a unit, or in one that stands on it (`root`): `qty` and `reserved` in base units (`uom`).

    `lot` is lot and serial number as people read them; `gtin` that of the base unit, empty where it has none.
    """

    key: str
    root: UUID
    unit: UUID
    unit_number: str
    item: UUID
    sku: str
    name: str
    uom: str
    decimals: int
    trace: UUID
    lot: str
    lot_number: str
    gtin: str
    expiry: date | None
    owner: UUID
    status: str
    qty: Decimal
    reserved: Decimal
    packagings: tuple[UnitOfEntry, ...]

    def part(self, qty: Decimal) -> Part:
        """So much of these goods."""
        return Part(self.item, self.trace, self.owner, self.status, qty)


@dataclass(frozen=True, slots=True)
class Place:
    """A location that was scanned."""

    id: UUID
    address: str
    kind: str


@dataclass(frozen=True, slots=True)
class LabelPrinter:
    """The printer whose labels belong to this station: its own, else the first of the warehouse."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class HandlingFacts:
    """Everything a step with handling units may look at."""

    units: tuple[Unit, ...] = ()
    goods: tuple[Content, ...] = ()
    places: tuple[Place, ...] = ()
    printer: LabelPrinter | None = None
    today: date | None = None
    reasons: tuple[str, ...] = ()

    def unit(self, identity: UUID | None) -> Unit | None:
        """The unit of this id, if it is in this warehouse."""
        return next((one for one in self.units if one.id == identity), None)

    def all_in(self, unit: UUID) -> tuple[Content, ...]:
        """What is in a unit and in all that stands on it."""
        return tuple(one for one in self.goods if one.root == unit)

    def directly_in(self, unit: UUID) -> tuple[Content, ...]:
        """What lies in the unit itself."""
        return tuple(one for one in self.goods if one.root == unit == one.unit)


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move came to: the posting, None where the unit was empty, and what it was taken off, if anything."""

    posting: UUID | None
    taken_off: str = ""


def read_facts(
    unit: UnitOfWork, *, warehouse: UUID, units: Sequence[UUID], places: Sequence[UUID] = ()
) -> HandlingFacts:
    """Read these units with everything in and on them, and the places."""
    row = store.read_facts(unit.session, warehouse=warehouse, units=units, places=places)
    return HandlingFacts(
        units=as_nouns(row["units"], tuple[Unit, ...]),
        goods=as_nouns(row["goods"], tuple[Content, ...]),
        places=as_nouns(row["places"], tuple[Place, ...]),
        printer=as_nouns(row["printer"], LabelPrinter | None),
        today=row["today"],
        reasons=as_nouns(row["reasons"], tuple[str, ...]),
    )


def page(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    state: str,
    words: Sequence[str] = (),
    order: Sequence[tuple[str, bool]] = (),
    after: ListedUnit | None = None,
    most: int = 200,
) -> list[ListedUnit]:
    """A page of the units of a warehouse that are in a state, by number or in `order`."""
    return store.page(unit.session, warehouse=warehouse, state=state, words=words, order=order, after=after, most=most)


def move(unit: UnitOfWork, *, moved: Unit, place: Place) -> Moved:
    """Bring a unit to a place, with everything in and on it and what is reserved of it, in one posting.

    From a dock or a lane into a bin it is put away, which receivers may; anything else is a move. Refuses what the
    ledger refuses, and `handling_unit.to_be_picked` where goods to be picked would leave the bins.
    """
    kind = "putaway" if place.kind == "bin" and moved.place_kind in _STORED else "move"
    answer = store.move(unit.session, request=unit.request_id, unit=moved.id, place=place.id, kind=kind)
    unit.changed("stock")
    return Moved(_posting(answer["posting"]), answer.get("taken_off", ""))


def nest(unit: UnitOfWork, *, moved: UUID, onto: UUID | None) -> None:
    """Put a unit onto another that stands in the same place, or take it off.

    Refuses `handling_unit.circle`, `handling_unit.too_high`, `handling_unit.elsewhere` and `handling_unit.gone`.
    """
    store.nest(unit.session, unit=moved, onto=onto)
    unit.changed("stock")


def retire(unit: UnitOfWork, *, retired: UUID) -> None:
    """Take an empty unit out of use: its number is not to come back. Refuses `handling_unit.in_use`."""
    store.retire(unit.session, unit=retired, retired=True)
    unit.changed("stock")


def use_again(unit: UnitOfWork, *, retired: UUID) -> None:
    """Take a retired unit into use again; it stands nowhere until a place or goods are scanned."""
    store.retire(unit.session, unit=retired, retired=False)
    unit.changed("stock")


def repack(unit: UnitOfWork, *, source: UUID, into: UUID | None, parts: Sequence[Part] | None = None) -> UUID | None:
    """Fill goods of one unit into another, or onto the place; None for all of them, with what stands on it.

    Returns the posting, None where the unit was empty. Both must stand in the same place.
    """
    answer = store.repack(unit.session, request=unit.request_id, unit=source, into=into, parts=parts)
    unit.changed("stock")
    return _posting(answer["posting"])


def register(unit: UnitOfWork, *, warehouse: UUID, kind: str, number: str) -> UUID:
    """Make a unit known by the number that its label carries; it stands nowhere until goods or a place are scanned."""
    return store.register(unit.session, warehouse=warehouse, kind=kind, number=number)


def make(unit: UnitOfWork, *, warehouse: UUID, kind: str) -> tuple[UUID, str]:
    """A new unit with the next SSCC, still empty and nowhere; returns its id and its number."""
    return store.make(unit.session, warehouse=warehouse, kind=kind)


def change_status(
    unit: UnitOfWork, *, warehouse: UUID, place: UUID, goods: Sequence[Content], status: str, reason: str
) -> UUID:
    """Hold goods in units that stand in a place, or release them, in one posting. Needs the permission `hold`."""
    posting = store.change_status(
        unit.session,
        request=unit.request_id,
        warehouse=warehouse,
        place=place,
        goods=goods,
        status=status,
        reason=reason,
    )
    unit.changed("stock")
    return posting


def _posting(answer: str | None) -> UUID | None:
    return UUID(answer) if answer else None
