"""Put-away as use cases: what stands at the docks and which bins may take it, and booking it into a bin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database import putaway as store
from app.database.putaway import Meant, PutawayMove
from app.database.session import as_nouns
from app.domain.errors import Refusal
from app.domain.policies import Policy, Scope, Sift
from app.domain.putaway import (
    FORM,
    BinFacts,
    BinKind,
    FailedRule,
    GoodsFacts,
    Mixing,
    Proposal,
    check,
    propose,
)
from app.domain.receiving import StockStatus
from app.domain.values import UnitOfEntry
from app.services.policies import chosen, instead
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
    owner_code: str = ""
    zone: UUID | None = None
    categories: tuple[UUID, ...] = ()
    abc: str = ""
    turnover: int | None = None
    temperature: str = ""
    hazard: str = ""
    weight_kg: Decimal | None = None
    volume_l: Decimal | None = None
    height_mm: int | None = None
    awaiting_inspection: bool = False

    def facts(self, quantity: Decimal) -> GoodsFacts:
        """So much of the goods, as the rules see it."""
        return GoodsFacts(
            self.sku,
            quantity,
            self.category,
            owner=self.owner_code,
            status=self.status.value,
            abc=self.abc,
            turnover=self.turnover,
            temperature=self.temperature,
            hazard=self.hazard,
            weight_kg=self.weight_kg,
            volume_l=self.volume_l,
            height_mm=self.height_mm,
            step=Decimal(1).scaleb(-self.decimals),
            awaiting_inspection=self.awaiting_inspection,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A location that may take the goods, or that was scanned for them; `seen` is what lies in it now, as one word."""

    id: UUID
    address: str
    zone: str
    kind: str
    walk: int
    frozen: bool
    mixing: Mixing
    empty: bool
    same_item: bool
    same_trace: bool
    scanned: bool
    seen: str
    other_owner: bool = False
    fixed: bool = False
    kept_for_others: bool = False
    units_left: Decimal | None = None
    kg_left: Decimal | None = None
    litres_left: Decimal | None = None
    height_mm: int | None = None
    temperature: str = ""
    hazard_classes: tuple[str, ...] = ()
    purpose: str = ""
    zone_purpose: str = ""
    bin_type: str = ""
    level: int = 0
    nearness: int | None = None
    face_distance: int | None = None

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
            other_owner=self.other_owner,
            frozen=self.frozen,
            fixed=self.fixed,
            kept_for_others=self.kept_for_others,
            units_left=self.units_left,
            kg_left=self.kg_left,
            litres_left=self.litres_left,
            height_mm=self.height_mm,
            mixing=self.mixing,
            temperature=self.temperature,
            hazard_classes=self.hazard_classes,
            purpose=self.purpose,
            zone_purpose=self.zone_purpose,
            bin_type=self.bin_type,
            level=self.level,
            nearness=self.nearness,
            face_distance=self.face_distance,
        )


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order line that waits for the goods at the dock: `open` is what it still wants, in base units."""

    line: UUID
    number: str
    partner: str
    due: date | None
    open: Decimal


@dataclass(frozen=True, slots=True)
class PutawayFacts:
    """Everything a step of put-away may look at. `standing`: how many stock keys wait at the docks.

    `policy` is the one in force for the goods that are meant, where it is clear which; `waits` the order that may have
    them at once.
    """

    standing: int
    goods: tuple[Goods, ...]
    places: tuple[Place, ...]
    policy: Policy[Sift]
    waits: WaitingOrder | None = None

    @property
    def meant(self) -> tuple[Goods, ...]:
        """The goods that the person may mean."""
        return tuple(one for one in self.goods if one.meant)

    @property
    def bins(self) -> tuple[Place, ...]:
        """The bins that may take the goods, whether they were scanned or not."""
        return tuple(one for one in self.places if one.is_bin)


def read_facts(unit: UnitOfWork, *, warehouse: UUID, meant: Meant) -> PutawayFacts:
    """Read what stands at the docks and, where it is clear which goods are meant, the bins to choose from.

    One round trip; a second one where all of the goods fit into no bin that is near, to look at all of them.
    """
    facts = _read(unit, warehouse=warehouse, meant=meant)
    if len(facts.meant) == 1 and not _fit_near(facts, facts.meant[0], meant.qty):
        facts = _read(unit, warehouse=warehouse, meant=meant, thorough=True)
    return facts


def _fit_near(facts: PutawayFacts, goods: Goods, quantity: Decimal | None) -> bool:
    wanted = goods.facts(quantity or goods.qty)
    return any(not check(wanted, one.facts(goods), facts.policy) for one in facts.bins)


def _read(unit: UnitOfWork, *, warehouse: UUID, meant: Meant, thorough: bool = False) -> PutawayFacts:
    row = store.read_facts(unit.session, warehouse=warehouse, meant=meant, thorough=thorough)
    goods = as_nouns(row["goods"], tuple[Goods, ...])
    meant_goods = next((one for one in goods if one.meant), None)
    return PutawayFacts(
        standing=row["standing"],
        goods=goods,
        places=as_nouns(row["bins"], tuple[Place, ...]),
        policy=chosen(FORM, row["policies"] or (), _where(warehouse, meant_goods)),
        waits=as_nouns(row["waits"], WaitingOrder) if row["waits"] else None,
    )


@dataclass(frozen=True, slots=True)
class ItemAtDock:
    """Goods of an item as if they came to a dock now: the bins that come into question, and the policies in force."""

    warehouse: UUID
    goods: Goods
    places: tuple[Place, ...]
    stored: tuple[Mapping[str, Any], ...]

    def proposal(self) -> Proposal:
        """Where they would go now."""
        return self._propose(self.stored)

    def proposal_with(self, document: Mapping[str, Any], *, scope: Scope, scope_id: UUID | None) -> Proposal:
        """Where they would go if these rules were saved for something."""
        return self._propose(instead(self.stored, document, scope=scope, scope_id=scope_id))

    def against(self, address: str) -> tuple[FailedRule, ...]:
        """What the rules in force say against a place; nothing where the goods may go there."""
        place = next(one for one in self.places if one.address == address)
        policy = chosen(FORM, self.stored, _where(self.warehouse, self.goods))
        return check(self.goods.facts(self.goods.qty), place.facts(self.goods), policy)

    def _propose(self, stored: Sequence[Mapping[str, Any]]) -> Proposal:
        policy = chosen(FORM, stored, _where(self.warehouse, self.goods))
        bins = [one.facts(self.goods) for one in self.places if one.is_bin]
        return propose(self.goods.facts(self.goods.qty), bins, policy)


def of_item(unit: UnitOfWork, *, warehouse: UUID, item: UUID, quantity: Decimal, place: str = "") -> ItemAtDock:
    """So much of an item (base units) as if it came to a dock now; a `place` (full address) is looked at in any case.

    Refuses `location.unknown`.
    """
    scanned = store.place_at(unit.session, warehouse=warehouse, address=place) if place else None
    if place and scanned is None:
        raise Refusal("location.unknown", place=place)
    row = store.read_item(
        unit.session, warehouse=warehouse, item=item, qty=quantity, scanned=[scanned] if scanned else []
    )
    return ItemAtDock(
        warehouse,
        as_nouns(row["goods"], Goods),
        as_nouns(row["bins"], tuple[Place, ...]),
        tuple(row["policies"] or ()),
    )


def trial_items(
    unit: UnitOfWork, *, warehouse: UUID, scope: Scope, scope_id: UUID | None, most: int
) -> tuple[tuple[UUID, Decimal], ...]:
    """Items with quantities to try rules with: what stands at the docks first, then what is picked most."""
    return store.trial_items(unit.session, warehouse=warehouse, scope=scope.value, scope_id=scope_id, most=most)


def _where(warehouse: UUID, goods: Goods | None) -> dict[Scope, str | tuple[str, ...]]:
    """What a policy that decides may be made for: the item, its categories, the owner, the dock's zone, the house."""
    if goods is None:
        return {Scope.WAREHOUSE: str(warehouse)}
    return {
        Scope.ITEM: str(goods.item),
        Scope.CATEGORY: tuple(str(one) for one in reversed(goods.categories)),
        Scope.PARTNER: str(goods.owner),
        Scope.ZONE: str(goods.zone or ""),
        Scope.WAREHOUSE: str(warehouse),
    }


def put_away(unit: UnitOfWork, *, warehouse: UUID, goods: Goods, quantity: Decimal, place: Place) -> UUID:
    """Book goods from the dock into a bin; returns the posting. A handling unit goes along when all of it goes.

    Refuses `putaway.bin_changed` where something came into the bin, or left it, since it was judged, and what the
    ledger refuses, among others `stock.not_enough` and `location.frozen`.
    """
    goes_along = goods.unit_keys == 1 and quantity == goods.qty
    move = PutawayMove(
        item=goods.item,
        qty=quantity,
        dock=goods.location,
        bin=place.id,
        trace=goods.trace,
        unit=goods.unit,
        to_unit=goods.unit if goes_along else _NONE,
        owner=goods.owner,
        status=goods.status.value,
        seen=place.seen,
    )
    posting = store.book(unit.session, request=unit.request_id, warehouse=warehouse, move=move)
    unit.changed("stock", goods.item)
    return posting


def cross_dock(unit: UnitOfWork, *, goods: Goods, line: UUID, quantity: Decimal, tote: UUID) -> UUID:
    """Take goods from the dock straight into a tote of the order that waits for them; returns the posting.

    Refuses `putaway.order_has_enough` where the order got its goods meanwhile, and what `hold_tote` and the rules of
    reservations refuse.
    """
    posting = store.cross_dock(
        unit.session,
        request=unit.request_id,
        line=line,
        dock=goods.location,
        trace=goods.trace,
        unit=goods.unit,
        qty=quantity,
        tote=tote,
    )
    unit.changed("stock", goods.item)
    return posting


def keep_decision(unit: UnitOfWork, *, warehouse: UUID, decision: Mapping[str, Any]) -> UUID:
    """Keep which bin was proposed, and why; returns the stored decision."""
    return store.store_decision(unit.session, warehouse=warehouse, decision=decision)


def count_turnover(unit: UnitOfWork, *, warehouse: UUID) -> int:
    """Count how often the goods of a warehouse are picked, and rank its bins by the walk; returns how many items.

    Put-away sends what is picked most to the beginning of the walk from then on.
    """
    return store.count_turnover(unit.session, warehouse=warehouse)
