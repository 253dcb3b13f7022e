"""Consolidation as use cases: totes of an order come together in a lane, shared totes are sorted into orders' own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from app.database import consolidation as store
from app.database import picking as totes_store
from app.database.session import as_nouns
from app.domain.values import UnitOfEntry
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Goods:
    """What was picked for one line and lies in a tote; `qty` in base units, `number` is the lot or serial number."""

    line: UUID
    order: UUID
    item: UUID
    sku: str
    name: str
    uom: str
    decimals: int
    tracking: str
    packagings: tuple[UnitOfEntry, ...]
    trace: UUID
    number: str
    qty: Decimal


@dataclass(frozen=True, slots=True)
class Tote:
    """A tote that was scanned: where it stands, and what is in it."""

    id: UUID
    number: str
    kind: str
    place: UUID | None
    address: str
    goods: tuple[Goods, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a tote of an order stands."""

    id: UUID
    number: str
    place: UUID
    address: str


@dataclass(frozen=True, slots=True)
class Order:
    """An order whose goods are in the tote: what is still to be picked of it, where its totes come together.

    `slot` is its slot of the cart and `tote` the one that it is sorted into; `shared`: it was picked to be sorted.
    """

    id: UUID
    number: str
    decision: str
    open: int
    slot: int
    tote: UUID | None
    tote_number: str
    shared: bool
    lane: UUID | None
    lane_address: str
    totes: tuple[Standing, ...]

    def missing(self, *, brought: UUID | None = None) -> tuple[str, ...]:
        """The totes that are not in the lane, beside the one that is brought now."""
        return tuple(one.number for one in self.totes if one.place != self.lane and one.id != brought)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that was scanned; `carts`: where empty totes and carts stand."""

    id: UUID
    address: str
    kind: str
    carts: bool


@dataclass(frozen=True, slots=True)
class ConsolidationFacts:
    """Everything a step of consolidation may look at."""

    totes: tuple[Tote, ...] = ()
    orders: tuple[Order, ...] = ()
    places: tuple[Place, ...] = ()
    packing: str = ""

    def tote(self, identity: UUID | None) -> Tote | None:
        """A tote by its id."""
        return next((one for one in self.totes if one.id == identity), None)

    def order(self, identity: UUID) -> Order:
        """An order by its id."""
        return next(one for one in self.orders if one.id == identity)

    def stays(self, goods: Goods) -> bool:
        """Whether goods are not sorted, because their order is held, cancelled or over."""
        return self.order(goods.order).decision != "released"

    def without(self, tote: UUID, goods: Goods, quantity: Decimal) -> "ConsolidationFacts":
        """The same facts once so much was taken out of a tote."""

        def left(one: Goods) -> Goods:
            same = (one.line, one.trace) == (goods.line, goods.trace)
            return replace(one, qty=one.qty - quantity) if same else one

        def emptier(one: Tote) -> Tote:
            if one.id != tote:
                return one
            return replace(one, goods=tuple(kept for kept in map(left, one.goods) if kept.qty > 0))

        return replace(self, totes=tuple(map(emptier, self.totes)))


def read_facts(
    unit: UnitOfWork, *, warehouse: UUID, totes: Sequence[UUID], places: Sequence[UUID]
) -> ConsolidationFacts:
    """Read what stands behind the codes that were scanned."""
    row = store.read_facts(unit.session, warehouse=warehouse, totes=totes, places=places)
    return ConsolidationFacts(
        totes=as_nouns(row["totes"], tuple[Tote, ...]),
        orders=as_nouns(row["orders"], tuple[Order, ...]),
        places=as_nouns(row["places"], tuple[Place, ...]),
        packing=row["packing"],
    )


def bring(unit: UnitOfWork, *, tote: UUID, place: UUID) -> UUID | None:
    """Bring a tote with all that is in it to a lane; returns the posting."""
    posting = store.bring(unit.session, request=unit.request_id, tote=tote, place=place)
    unit.changed("stock")
    return posting


def sort(unit: UnitOfWork, *, line: UUID, tote: UUID, trace: UUID, quantity: Decimal, into: UUID) -> UUID:
    """Take goods of a line out of a shared tote into one of its order; returns the posting.

    Refuses `picking.tote_in_use`, `picking.not_a_tote` and `consolidation.not_in_tote`.
    """
    posting = store.sort(
        unit.session, request=unit.request_id, line=line, tote=tote, trace=trace, quantity=quantity, into=into
    )
    unit.changed("stock")
    return posting


def new_tote(unit: UnitOfWork, *, warehouse: UUID, number: str | None) -> tuple[UUID, str]:
    """Make a tote known by its number, or give it one; returns its id and number."""
    return totes_store.register_tote(unit.session, warehouse=warehouse, number=number)
