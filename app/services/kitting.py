"""Kits as use cases: what they are made of, orders to make them, making some of them, and taking kits apart.

A kit is made in one posting: its parts are used up and it comes out, or nothing happens. A part that is a kit itself is
made first, by an order of its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import documents, entry, stock
from app.database import kitting as store
from app.database.kitting import Bom, BomPart, KitHead, KitMove
from app.database.session import Row, as_nouns
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.services.entry import in_base_units
from app.services.work import UnitOfWork

__all__ = ["Bom", "BomPart", "KitHead", "KitSheet", "Making", "Marks", "Need", "boms", "create", "last_made", "listed",
           "look_into", "plan_making", "plan_unmaking", "post", "save_bom", "take_back"]  # fmt: skip
_PLACES = ("staging", "dock", "bin")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a kit order: `qty` base units of it go into `makes` kits."""

    item: UUID
    sku: str
    name: str
    uom: str
    decimals: int
    catch_weight: bool
    qty: Decimal
    makes: Decimal

    def needed(self, kits: Decimal) -> Decimal:
        """Base units for so many kits; refuses `kitting.not_whole` where that would be a fraction of a piece."""
        exact = self.qty * kits / self.makes
        if round(exact, self.decimals) * self.makes != self.qty * kits:
            raise Refusal("kitting.not_whole", sku=self.sku, kits=format_quantity(kits))
        return round(exact, self.decimals)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Goods that may go into a kit: base units on hand and free, kg of all that lies there."""

    item: UUID
    location: UUID
    trace: UUID
    unit: UUID
    on_hand: Decimal
    free: Decimal
    weight_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class Need:
    """What a part needs for all kits that are still to be made, what is free of it, and what is missing; base units."""

    sku: str
    name: str
    unit: str
    needed: Decimal
    free: Decimal

    @property
    def missing(self) -> Decimal:
        """What is not there; 0 where it suffices."""
        return max(self.needed - self.free, Decimal(0))


@dataclass(frozen=True, slots=True)
class KitSheet:
    """A kit order to look into."""

    head: KitHead
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """What identifies the kits that are made; `weights` in kg by SKU: of kits, and of parts that are taken in part."""

    lot: str = ""
    serial: str = ""
    expiry: date | None = None
    weights: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Making:
    """Kits as they will be made or taken apart; planned before the first try, so that a repetition posts the same."""

    number: str
    sku: str
    warehouse: UUID
    qty: Decimal
    line: UUID | None
    moves: tuple[KitMove, ...]


def save_bom(unit: UnitOfWork, *, kit: str, parts: Mapping[str, str], makes: str = "1") -> None:
    """Say what `makes` of a kit are made of, in quantities as people type them; open orders keep what they have.

    Refuses `item.unknown`, and `bom.circle` where the kit would be part of itself.
    """
    made = in_base_units(unit, {kit: makes})
    (identity,) = made
    store.save_bom(unit.session, kit=identity, makes=made[identity], parts=in_base_units(unit, parts))
    unit.changed("bom", identity)


def boms(unit: UnitOfWork, sku: str = "") -> list[Bom]:
    """All bills of materials, or the one of a kit; refuses `kitting.no_parts` where the named one has none."""
    rows = store.boms(unit.session, sku)
    if sku and not rows:
        raise Refusal("kitting.no_parts", sku=sku)
    return [as_nouns(row, Bom) for row in rows]


def create(unit: UnitOfWork, *, warehouse: UUID, kit: str, quantity: str, due: date | None = None) -> str:
    """Make and release an order for kits; returns its number. Refuses `kitting.no_parts`."""
    ((item, qty),) = in_base_units(unit, {kit: quantity}).items()
    number = store.create(
        unit.session, request=unit.request_id, warehouse=warehouse, kit=item, qty=qty, due=due
    )  # fmt: skip
    unit.changed("document")
    return number


def listed(unit: UnitOfWork, warehouse: UUID | None = None) -> list[KitHead]:
    """Kit orders of a warehouse (None: all that the person sees), newest first."""
    return store.listed(unit.session, warehouse)


def look_into(unit: UnitOfWork, number: str) -> KitSheet:
    """A kit order, and what its parts need for the kits that are still to be made. Refuses `document.unknown`."""
    row = _order(unit, number)
    left = max(row["asked"] - row["made"], Decimal(0))
    free: dict[UUID, Decimal] = defaultdict(Decimal)
    for found in as_nouns(row["stock"], tuple[Candidate, ...]):
        free[found.item] += found.free
    head = KitHead(**{name: row[name] for name in ("number", "sku", "name", "decision", "due", "asked", "made")},
                   warehouse=row["site"], unit=row["uom"])  # fmt: skip
    needs = (Need(part.sku, part.name, part.uom, part.qty * left / part.makes, free[part.item]) for part in _parts(row))
    return KitSheet(head, tuple(needs))


def _order(unit: UnitOfWork, number: str) -> Row:
    return store.facts(unit.session, documents.find(unit.session, kind="kit_order", number=number))


def _parts(row: Row) -> tuple[Part, ...]:
    parts: tuple[Part, ...] = as_nouns(row["parts"], tuple[Part, ...])
    return parts


def plan_making(
    unit: UnitOfWork, number: str, *, quantity: str = "", place: str = "", marks: Marks | None = None
) -> Making:
    """Choose the goods for so many kits of an order (all that are open where none is said), first expired first.

    They come out at `place`, the first staging lane otherwise. Refuses `kitting.nothing_open`, `kitting.short` with
    what is missing, and `kitting.weight_missing`.
    """
    marks = marks or Marks()
    row = _order(unit, number)
    left = row["asked"] - row["made"]
    if left <= 0:
        raise Refusal("kitting.nothing_open", number=row["number"])
    (qty,) = in_base_units(unit, {row["sku"]: quantity}).values() if quantity else (left,)
    goods = as_nouns(row["stock"], tuple[Candidate, ...])
    used = [move for part in _parts(row) for move in _used(part, part.needed(qty), goods, row["number"], marks)]
    trace = None
    if marks.lot or marks.serial:
        trace = store.kit_trace(
            unit.session, line=row["line"], lot=marks.lot, serial=marks.serial, expiry=marks.expiry
        )  # fmt: skip
    made = KitMove(
        row["kit"], qty, _place(unit, row["warehouse"], place), True, trace, weight_kg=marks.weights.get(row["sku"])
    )
    return Making(row["number"], row["sku"], row["warehouse"], qty, row["line"], (*used, made))


def _place(unit: UnitOfWork, warehouse: UUID, name: str) -> UUID:
    return entry.place(unit.session, warehouse, name) if name else entry.first_place(unit.session, warehouse, _PLACES)


def _used(part: Part, needed: Decimal, goods: Sequence[Candidate], number: str, marks: Marks) -> list[KitMove]:
    """The goods that go into the kits of one part; refuses where they do not do, or their weight is not known."""
    moves: list[KitMove] = []
    missing = needed
    for found in goods:
        qty = min(missing, found.free) if found.item == part.item else Decimal(0)
        if qty <= 0:
            continue
        missing -= qty
        weight = found.weight_kg if qty == found.on_hand else marks.weights.get(part.sku)
        if part.catch_weight and weight is None:
            raise Refusal("kitting.weight_missing", sku=part.sku, quantity=format_quantity(qty))
        moves.append(
            KitMove(
                part.item, qty, found.location, False, found.trace, found.unit, weight if part.catch_weight else None
            )
        )
    if missing:
        raise Refusal("kitting.short", number=number, sku=part.sku, missing=format_quantity(missing),
                      needed=format_quantity(needed))  # fmt: skip
    return moves


def plan_unmaking(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    kit: str,
    quantity: str,
    place: str = "",
    lots: Mapping[str, str] | None = None,
    weights: Mapping[str, Decimal] | None = None,
) -> Making:
    """Choose kits to take apart, the oldest first; their parts come out at `place`, the first staging lane otherwise.

    What comes out is what went into these kits, whatever their bill says by now; of kits that nobody made here, what it
    says. Lots of parts are those that went in, or those named (`lots`, by SKU). Refuses `kitting.no_parts`,
    `kitting.short`, `kitting.not_whole`, and `kitting.which_lot` where the lot of a part is not certain.
    """
    ((item, qty),) = in_base_units(unit, {kit: quantity}).items()
    taken, missing = list[KitMove](), qty
    for found in store.kits_there(unit.session, warehouse, item):
        part = min(missing, found["free"])
        missing -= part
        if part > 0:
            weight = found["weight_kg"] if part == found["on_hand"] else (weights or {}).get(kit)
            taken.append(KitMove(item, part, found["location"], False, found["trace"], found["unit"], weight))
    if missing:
        raise Refusal(
            "kitting.short", number=kit, sku=kit, missing=format_quantity(missing), needed=format_quantity(qty)
        )
    parts = store.parts_of(unit.session, warehouse, item, taken)
    if not parts:
        raise Refusal("kitting.no_parts", sku=kit)
    to = _place(unit, warehouse, place)
    kits = [move.trace for move in taken if move.trace]
    made = [_comes_out(unit, row, qty, to, kits, (lots or {}).get(row["sku"], ""), weights or {}) for row in parts]
    return Making(kit, kit, warehouse, qty, None, (*taken, *made))


def _comes_out(
    unit: UnitOfWork,
    row: Row,
    kits_qty: Decimal,
    to: UUID,
    kits: Sequence[UUID],
    lot: str,
    weights: Mapping[str, Decimal],
) -> KitMove:
    """One part of kits that are taken apart."""
    qty: Decimal = round(row["qty"], row["decimals"])
    if qty != row["qty"]:
        raise Refusal("kitting.not_whole", sku=row["sku"], kits=format_quantity(kits_qty))
    trace = None
    if row["tracking"] != "none":
        found = store.lots_in(unit.session, kits=kits, part=row["item"], named=lot)
        if len(found) != 1:
            raise Refusal("kitting.which_lot", sku=row["sku"])
        trace = found[0]
    return KitMove(row["item"], qty, to, True, trace, weight_kg=weights.get(row["sku"]))


def post(unit: UnitOfWork, making: Making) -> UUID:
    """Make the kits, or take them apart, as planned; refuses what the ledger refuses, and then nothing has happened."""
    posting = store.post(
        unit.session, request=unit.request_id, warehouse=making.warehouse, moves=making.moves, line=making.line
    )
    unit.changed("stock")
    unit.changed("document")
    return posting


def last_made(unit: UnitOfWork, number: str) -> UUID:
    """The posting of the last kits of an order that were not taken back; refuses `kitting.nothing_made`."""
    last = store.last_made(unit.session, documents.find(unit.session, kind="kit_order", number=number))
    if last is None:
        raise Refusal("kitting.nothing_made", number=number)
    return last


def take_back(unit: UnitOfWork, making: UUID, *, reason: str = "UNDO") -> None:
    """Take kits that were made back, as a whole: their parts are where they were. Refuses what the ledger refuses."""
    stock.reverse(unit.session, request=unit.request_id, posting=making, reason=reason)
    unit.changed("stock")
    unit.changed("document")
