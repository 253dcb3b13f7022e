"""Picking as use cases: take an order, pick its goods into totes, and what follows when a bin is not as booked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import picking as store
from app.database.picking import Elsewhere, PickKey
from app.database.session import as_nouns
from app.domain.picking import Ground, Pick, in_walking_order, load_of
from app.domain.sites.layout import Stop
from app.domain.sites.places import Aisle
from app.domain.values import UnitOfEntry
from app.services import allocation
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Task:
    """One pick: `qty` base units (`uom`) of an item from a bin, `done` of them are in totes already.

    `number` is the lot or serial number that is reserved, empty where the item has none. `x_mm`, `y_mm` is where the
    bin stands on the plan, `piece_kg` what one base unit weighs; None where nobody said so.
    """

    id: UUID
    line: UUID
    item: UUID
    sku: str
    name: str
    uom: str
    decimals: int
    tracking: str
    trace: UUID
    number: str
    expiry: date | None
    unit: UUID
    location: UUID
    address: str
    zone: str
    walk: int
    qty: Decimal
    done: Decimal
    packagings: tuple[UnitOfEntry, ...] = ()
    x_mm: int | None = None
    y_mm: int | None = None
    level: int = 0
    aisle: UUID | None = None
    piece_kg: Decimal | None = None
    fragile: bool = False

    @property
    def open(self) -> Decimal:
        """What is still to be picked."""
        return self.qty - self.done

    @property
    def key(self) -> PickKey:
        """The reserved stock key."""
        return PickKey(self.line, self.location, self.trace, self.unit)

    @property
    def pick(self) -> Pick:
        """The task as the rules see it."""
        return Pick(
            id=str(self.id),
            sku=self.sku,
            address=self.address,
            zone=self.zone,
            quantity=self.open,
            lot=self.number or None,
            expiry=self.expiry,
            walk_position=self.walk,
            stop=self._stop,
            load=load_of(self.piece_kg, fragile=self.fragile),
        )

    @property
    def _stop(self) -> Stop | None:
        if self.x_mm is None or self.y_mm is None:
            return None
        return Stop(self.location, self.x_mm, self.y_mm, self.level, self.aisle)


@dataclass(frozen=True, slots=True)
class Line:
    """One open line of the order: base units ordered, and picked so far."""

    id: UUID
    qty: Decimal
    picked: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """The order in hand; `other` is the name of somebody else who works on it now, or empty."""

    id: UUID
    number: str
    partner: str
    decision: str
    other: str
    lines: tuple[Line, ...] | None

    @property
    def incomplete(self) -> int:
        """How many lines have not been picked in full."""
        return sum(line.picked < line.qty for line in self.lines or ())


@dataclass(frozen=True, slots=True)
class Spot:
    """A location that was scanned or at which the person stands; `held`: base units of anything that lie there."""

    id: UUID
    address: str
    zone: str
    kind: str
    scanned: bool
    held: Decimal


@dataclass(frozen=True, slots=True)
class Lying:
    """Usable goods of an item of the order that lie in a spot, whosever they are; `free` are nobody's yet."""

    location: UUID
    item: UUID
    trace: UUID
    number: str
    expiry: date | None
    unit: UUID
    on_hand: Decimal
    free: Decimal


@dataclass(frozen=True, slots=True)
class Tote:
    """A handling unit that was scanned; `other` is the order whose goods are in it, or empty."""

    id: UUID
    number: str
    kind: str
    other: str


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order with open picks; `person` has it in hand, or nobody."""

    number: str
    partner: str
    due: date | None
    picks: int
    person: str


@dataclass(frozen=True, slots=True)
class PickingFacts:
    """Everything a step of picking may look at. `tasks` holds open and finished ones, in walking order."""

    order: Order | None = None
    tasks: tuple[Task, ...] = ()
    spots: tuple[Spot, ...] = ()
    stock: tuple[Lying, ...] = ()
    totes: tuple[Tote, ...] = ()
    waiting: tuple[WaitingOrder, ...] = ()
    packing: str = ""
    today: date = date.min

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """What is still to be picked."""
        return tuple(task for task in self.tasks if task.open > 0)

    def at(self, location: UUID | None) -> tuple[Task, ...]:
        """What is still to be picked in one bin."""
        return tuple(task for task in self.open_tasks if task.location == location)

    def spot(self, location: UUID | None) -> Spot | None:
        """A location by its id."""
        return next((one for one in self.spots if one.id == location), None)

    def lying(self, location: UUID | None, item: UUID) -> tuple[Lying, ...]:
        """What lies of an item in one place."""
        return tuple(one for one in self.stock if (one.location, one.item) == (location, item))

    def after(self, key: PickKey, qty: Decimal) -> "PickingFacts":
        """The same facts once so much of a task is picked."""

        def shrunk(spot: Spot) -> Spot:
            return replace(spot, held=spot.held - qty) if spot.id == key.location else spot

        def fuller(line: Line) -> Line:
            return replace(line, picked=line.picked + qty) if line.id == key.line else line

        order = self.order
        return replace(
            self,
            order=replace(order, lines=tuple(map(fuller, order.lines or ()))) if order else None,
            tasks=tuple(replace(task, done=task.done + qty) if task.key == key else task for task in self.tasks),
            spots=tuple(map(shrunk, self.spots)),
        )


def read_facts(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    document: UUID | None,
    places: Sequence[UUID],
    scanned: Sequence[UUID],
    totes: Sequence[UUID],
) -> PickingFacts:
    """Read the order in hand with its picks, and what stands behind the codes that were scanned."""
    row = store.read_facts(
        unit.session, warehouse=warehouse, document=document, places=places, scanned=scanned, totes=totes
    )
    tasks = {str(task.id): task for task in as_nouns(row["tasks"], tuple[Task, ...])}
    ground = Ground(as_nouns(row["aisles"], tuple[Aisle, ...]), as_nouns(row["packing_spot"], tuple[int, int] | None))
    return PickingFacts(
        order=as_nouns(row["order"], Order | None),
        tasks=tuple(tasks[one.id] for one in in_walking_order((task.pick for task in tasks.values()), ground)),
        spots=as_nouns(row["places"], tuple[Spot, ...]),
        stock=as_nouns(row["stock"], tuple[Lying, ...]),
        totes=as_nouns(row["totes"], tuple[Tote, ...]),
        waiting=as_nouns(row["waiting"], tuple[WaitingOrder, ...]),
        packing=row["packing"],
        today=row["today"],
    )


def take_order(
    unit: UnitOfWork, *, warehouse: UUID, document: UUID | None = None, tote: UUID | None = None
) -> UUID | None:
    """Take an order to pick, leased to this person for half an hour from each pick; None when nothing waits.

    Refuses among others `picking.leased`, `picking.not_released`, `picking.nothing_to_pick`, `picking.tote_in_use`.
    """
    taken = store.take_order(unit.session, warehouse=warehouse, document=document, tote=tote)
    unit.changed("task")
    return taken


def give_order_back(unit: UnitOfWork, document: UUID) -> None:
    """Put an order down, so that somebody else can go on with it."""
    store.give_order_back(unit.session, document)
    unit.changed("task")


def pick(unit: UnitOfWork, *, document: UUID, key: PickKey, quantity: Decimal, tote: UUID) -> UUID:
    """Book goods from their bin into a tote; returns the posting."""
    posting = store.pick(unit.session, request=unit.request_id, key=key, qty=quantity, tote=tote)
    _moved(unit, document)
    return posting


def pick_instead(
    unit: UnitOfWork, *, document: UUID, key: PickKey, to: Elsewhere, quantity: Decimal, tote: UUID
) -> UUID:
    """Pick other goods of the item than the reserved ones; the reservations change places. Returns the posting."""
    posting = store.swap_and_pick(unit.session, request=unit.request_id, key=key, to=to, qty=quantity, tote=tote)
    _moved(unit, document)
    return posting


def swap(unit: UnitOfWork, *, key: PickKey, to: Elsewhere) -> Decimal:
    """Let a pick be done in another bin; returns how much of it (base units)."""
    moved = store.swap(unit.session, key=key, to=to)
    unit.changed("task")
    return moved


@dataclass(frozen=True, slots=True)
class Short:
    """What came of a short, in base units: missing in the bin, and of the line found nowhere else.

    `instead` says what of other goods could go in the place of the backorder, such as `12 × GADGET`.
    """

    missing: Decimal
    backorder: Decimal
    instead: tuple[str, ...] = ()


def short(unit: UnitOfWork, *, document: UUID, key: PickKey, reason: str) -> Short:
    """Give up what is missing in a bin, have the bin counted, and reserve the goods elsewhere where there are any.

    What is reserved for others stays theirs, and the bin is not proposed again before it is counted.
    """
    missing, demand = store.short(unit.session, document=document, key=key, reason=reason)
    found = allocation.allocate_demand(unit, document, demand)
    ours = [line for line in found.short if line.line == key.line]
    return Short(
        missing,
        sum((line.qty for line in ours), Decimal(0)),
        tuple(dict.fromkeys(words for line in ours for words in line.instead)),
    )


def raise_count(unit: UnitOfWork, *, location: UUID, item: UUID) -> UUID:
    """Ask for a count of an item in a bin, because what was seen there contradicts the book."""
    task = store.raise_count(unit.session, location=location, item=item)
    unit.changed("task", task)
    return task


def register_tote(unit: UnitOfWork, *, warehouse: UUID, number: str | None = None) -> tuple[UUID, str]:
    """Make a tote known by its number, or give it the next SSCC; returns its id and number."""
    return store.register_tote(unit.session, warehouse=warehouse, number=number)


def _moved(unit: UnitOfWork, document: UUID) -> None:
    unit.changed("stock")
    unit.changed("task")
    unit.changed("document", document)
