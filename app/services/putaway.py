"""Put-away as use cases: what stands at the docks and which bins may take it, and booking it into a bin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database import putaway as store
from app.database.putaway import Meant, PutawayMove
from app.database.session import as_nouns
from app.domain.policies import Policy, Sift
from app.domain.putaway import FORM, BinFacts, BinKind, GoodsFacts, Mixing
from app.domain.receiving import StockStatus
from app.domain.values import UnitOfEntry
from app.services.work import UnitOfWork

_NONE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods of one stock key at a dock; `qty` is what is free to go, in base units (`uom`).

    `unit_keys` is how many stock keys the goods' handling unit holds, zero where they stand in none. `meant`: the
    person means these, or may mean them.
    """

    key: str
    location: UUID
    address: str
    item: UUID
    sku: str
    name: str
    uom: str
    decimals: int
    tracked: bool
    category: str
    trace: UUID
    lot: str
    serial: str
    expiry: date | None
    unit: UUID
    unit_number: str
    unit_keys: int
    owner: UUID
    status: StockStatus
    qty: Decimal
    meant: bool
    packagings: tuple[UnitOfEntry, ...] = ()

    def facts(self, quantity: Decimal) -> GoodsFacts:
        """So much of the goods, as the rules see it."""
        return GoodsFacts(self.sku, quantity, self.category)


@dataclass(frozen=True, slots=True)
class Place:
    """A location that may take the goods, or that was scanned for them."""

    id: UUID
    address: str
    zone: str
    kind: str
    walk: int
    frozen: bool
    mixing: Mixing
    capacity_left: Decimal | None
    empty: bool
    same_item: bool
    same_trace: bool
    scanned: bool

    @property
    def is_bin(self) -> bool:
        """Whether goods are stored there at all."""
        return self.kind == BinKind.BIN

    def facts(self, goods: Goods) -> BinFacts:
        """The bin as the rules see it. Goods without lots have none in common, unless the bin keeps lots apart."""
        lots_matter = goods.tracked or self.mixing is Mixing.ONE_TRACE
        return BinFacts(
            address=self.address,
            zone=self.zone,
            kind=BinKind(self.kind),
            empty=self.empty,
            walk_position=self.walk,
            same_item=self.same_item,
            same_trace=self.same_trace and lots_matter,
            frozen=self.frozen,
            capacity_left=self.capacity_left,
            mixing=self.mixing,
        )


@dataclass(frozen=True, slots=True)
class PutawayFacts:
    """Everything a step of put-away may look at. `standing`: how many stock keys wait at the docks."""

    standing: int
    goods: tuple[Goods, ...]
    places: tuple[Place, ...]
    policy: Policy[Sift]

    @property
    def meant(self) -> tuple[Goods, ...]:
        """The goods that the person may mean."""
        return tuple(one for one in self.goods if one.meant)

    @property
    def bins(self) -> tuple[Place, ...]:
        """The bins that may take the goods, whether they were scanned or not."""
        return tuple(one for one in self.places if one.is_bin)


def read_facts(unit: UnitOfWork, *, warehouse: UUID, meant: Meant) -> PutawayFacts:
    """Read what stands at the docks and, where it is clear which goods are meant, the bins to choose from."""
    row = store.read_facts(unit.session, warehouse=warehouse, meant=meant)
    return PutawayFacts(
        standing=row["standing"],
        goods=as_nouns(row["goods"], tuple[Goods, ...]),
        places=as_nouns(row["bins"], tuple[Place, ...]),
        policy=FORM.read(row["policy"]) if row["policy"] else FORM.default_policy(),
    )


def put_away(unit: UnitOfWork, *, warehouse: UUID, goods: Goods, quantity: Decimal, bin_id: UUID) -> UUID:
    """Book goods from the dock into a bin; returns the posting. A handling unit goes along when all of it goes.

    Refuses what the ledger refuses, among others `stock.not_enough` and `location.frozen`.
    """
    goes_along = goods.unit_keys == 1 and quantity == goods.qty
    move = PutawayMove(
        item=goods.item,
        qty=quantity,
        dock=goods.location,
        bin=bin_id,
        trace=goods.trace,
        unit=goods.unit,
        to_unit=goods.unit if goes_along else _NONE,
        owner=goods.owner,
        status=goods.status.value,
    )
    posting = store.book(unit.session, request=unit.request_id, warehouse=warehouse, move=move)
    unit.changed("stock", goods.item)
    return posting


def keep_decision(unit: UnitOfWork, *, warehouse: UUID, decision: Mapping[str, Any]) -> UUID:
    """Keep which bin was proposed, and why; returns the stored decision."""
    return store.store_decision(unit.session, warehouse=warehouse, decision=decision)
