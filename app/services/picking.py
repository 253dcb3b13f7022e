"""Picking as use cases: take an order, pick its goods into totes, and what follows when a bin is not as booked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.database import picking as store
from app.database.picking import Elsewhere, Picked, PickKey
from app.database.session import as_nouns
from app.domain.order_desk import NO_NEWS, OrderNews
from app.domain.picking import Ground, Pick, Way, in_walking_order, load_of, way_past
from app.domain.sites.layout import Stop
from app.domain.sites.places import Aisle
from app.domain.values import UnitOfEntry
from app.services import allocation
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Task:
    """One pick: `qty` base units (`uom`) of an item from a bin, `done` of them are in totes already.

    `document` is the order it is picked for, `number` the lot or serial number that is reserved, empty where the item
    has none. `x_mm`, `y_mm` is where the
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
    document: UUID | None = None
    owner: UUID | None = None
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
class Slot:
    """A slot of the cart: whose it is, and which tote stands in it now."""

    slot: int
    order: UUID
    number: str
    decision: str
    tote: UUID | None = None
    tote_number: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """How orders are picked together on one walk.

    `mode` is `cluster` (one tote an order) or `sort` (all into one, sorted afterwards). `zone` is the only one that is
    walked, and `lane` where its totes are brought together with those of other zones; `listed`: it was printed.
    `kept_for` is somebody else for whom the planner keeps it, or empty.
    """

    mode: str
    zone: str
    lane: str
    listed: bool
    slots: tuple[Slot, ...]
    kept_for: str = ""

    def of(self, order: UUID | None) -> Slot | None:
        """The slot of an order."""
        return next((slot for slot in self.slots if slot.order == order), None)


@dataclass(frozen=True, slots=True)
class Order:
    """The order in hand, or several on one `walk`; `other` is somebody else who works on it now, or empty."""

    id: UUID
    number: str
    partner: str
    decision: str
    other: str
    lines: tuple[Line, ...] | None
    walk: Together | None = None
    news: OrderNews = NO_NEWS

    @property
    def orders(self) -> frozenset[UUID]:
        """Whose goods are picked."""
        return frozenset(slot.order for slot in self.walk.slots) if self.walk else frozenset({self.id})

    @property
    def clustered(self) -> bool:
        """Whether each order has a tote of its own on the cart."""
        return self.walk is not None and self.walk.mode == "cluster"

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
    owner: UUID | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """Goods in a tote, by the order that they are for (None: for nobody); `free`: some of them are nobody's."""

    order: UUID | None
    number: str
    free: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has an empty tote in their hand, and which order or walk they pick with it."""

    document: str
    person: str


@dataclass(frozen=True, slots=True)
class Tote:
    """A handling unit that was scanned, or stands on the cart: what is in it, and for which orders a slot has it.

    `claimed`: somebody has it in hand for something else than what is picked here.
    """

    id: UUID
    number: str
    kind: str
    holds: tuple[Contents, ...] = ()
    kept_for: tuple[Contents, ...] = ()
    claimed: Claim | None = None

    def other_than(self, orders: Collection[UUID]) -> str:
        """The first other order whose goods are in it, or whose slot it stands in; empty where there is none."""
        strange = (one.number for one in self.holds if one.order not in orders or one.free)
        kept = (one.number for one in self.kept_for if one.order not in orders)
        return min((*strange, *kept), default="")


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
    ground: Ground = field(default_factory=Ground)

    @property
    def way(self) -> Way:
        """The walk on the plan."""
        return way_past((task.pick for task in self.tasks), self.ground)

    def is_unreached(self, task: Task) -> bool:
        """Whether no open aisle of the plan leads to the bin of a pick."""
        return any(pick == str(task.id) for _, _, pick in self.way.unreached)

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

    @property
    def walk(self) -> Together | None:
        """How several orders are picked together; None: one order is picked for itself."""
        return self.order.walk if self.order else None

    @property
    def clustered(self) -> bool:
        """Whether each order has a tote of its own on the cart."""
        return self.order is not None and self.order.clustered

    def slot_of(self, task: Task | None) -> Slot | None:
        """The slot into which the goods of a pick go."""
        return self.walk.of(task.document) if self.walk and task else None

    @property
    def empty_slot(self) -> Slot | None:
        """The first slot that lacks a tote and will need it."""
        wanted = {task.document for task in self.open_tasks}
        slots = self.walk.slots if self.walk and self.clustered else ()
        return next((one for one in slots if one.tote is None and one.order in wanted), None)

    def tote(self, identity: UUID | None) -> Tote | None:
        """A tote by its id."""
        return next((one for one in self.totes if one.id == identity), None)

    def lying(self, location: UUID | None, task: Task) -> tuple[Lying, ...]:
        """What lies of a pick's item in one place."""
        return tuple(
            one for one in self.stock if (one.location, one.item, one.owner) == (location, task.item, task.owner)
        )

    def with_tote(self, order: UUID, tote: UUID, number: str) -> "PickingFacts":
        """The same facts once a tote stands in the slot of an order."""
        assert self.order is not None
        assert self.walk is not None
        slots = tuple(
            replace(one, tote=tote, tote_number=number) if one.order == order else one for one in self.walk.slots
        )
        return replace(self, order=replace(self.order, walk=replace(self.walk, slots=slots)))

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
    end, carts = (as_nouns(row[name], tuple[int, int] | None) for name in ("packing_spot", "cart_spot"))
    lane = as_nouns(row["lane_spot"], tuple[int, int] | None)
    ground = Ground(as_nouns(row["aisles"], tuple[Aisle, ...]), lane or end, carts)
    return PickingFacts(
        order=as_nouns(row["order"], Order | None),
        tasks=tuple(tasks[one.id] for one in in_walking_order((task.pick for task in tasks.values()), ground)),
        spots=as_nouns(row["places"], tuple[Spot, ...]),
        stock=as_nouns(row["stock"], tuple[Lying, ...]),
        totes=as_nouns(row["totes"], tuple[Tote, ...]),
        waiting=as_nouns(row["waiting"], tuple[WaitingOrder, ...]),
        packing=row["packing"],
        today=row["today"],
        ground=ground,
    )


def take_order(
    unit: UnitOfWork, *, warehouse: UUID, document: UUID | None = None, tote: UUID | None = None
) -> UUID | None:
    """Take an order, or a walk with several, to pick; None when nothing waits.

    It is leased to this person for half an hour from each pick. Refuses among others `picking.leased`,
    `picking.not_released`, `picking.nothing_to_pick`, `picking.tote_in_use`, `picking.in_walk`, `waves.on_paper`.
    """
    taken = store.take_order(unit.session, warehouse=warehouse, document=document, tote=tote)
    unit.changed("task")
    return taken


def take_walk_with(unit: UnitOfWork, *, warehouse: UUID, cart: UUID) -> UUID | None:
    """Take the next walk that a cart has room for; None where none waits. Refuses `carts.no_cart`, `carts.in_use`."""
    taken = store.take_walk_with(unit.session, warehouse=warehouse, cart=cart)
    unit.changed("task")
    return taken


def take_list(unit: UnitOfWork, walk: UUID) -> None:
    """Take a printed walk, to enter what was picked by it. Refuses `waves.not_on_paper`, `picking.leased`."""
    store.take_list(unit.session, walk)
    unit.changed("task")


def give_order_back(unit: UnitOfWork, document: UUID) -> None:
    """Put an order or a walk down, so that somebody else can go on with it."""
    store.give_order_back(unit.session, document)
    unit.changed("task")


def pick(unit: UnitOfWork, *, document: UUID, picks: Sequence[Picked], tote: UUID) -> UUID:
    """Book goods of an order from their bins into a tote; returns the posting."""
    posting = store.pick(unit.session, request=unit.request_id, picks=picks, tote=tote)
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


def claim_tote(unit: UnitOfWork, *, document: UUID, tote: UUID) -> None:
    """Take a tote in hand for an order or a walk, so that nobody else takes it.

    Refuses `picking.tote_in_use` and `picking.tote_claimed`.
    """
    store.claim_tote(unit.session, document=document, tote=tote)


def claim_new_tote(unit: UnitOfWork, *, document: UUID, number: str | None) -> tuple[UUID, str]:
    """Make a tote known, as `register_tote`, and take it in hand; returns its id and number."""
    return store.claim_new_tote(unit.session, document=document, number=number)


def register_tote(unit: UnitOfWork, *, warehouse: UUID, number: str | None = None) -> tuple[UUID, str]:
    """Make a tote known by its number, or give it the next SSCC; returns its id and number."""
    return store.register_tote(unit.session, warehouse=warehouse, number=number)


def put_tote(unit: UnitOfWork, *, walk: UUID, order: UUID, tote: UUID) -> None:
    """Put a tote into the slot of an order. Refuses `picking.tote_in_use`, `picking.tote_claimed`: another order's."""
    store.put_tote(unit.session, walk=walk, order=order, tote=tote)
    unit.changed("task")


def put_new_tote(unit: UnitOfWork, *, walk: UUID, order: UUID, number: str | None) -> tuple[UUID, str]:
    """Make a tote known, as `register_tote`, and put it into the slot of an order; returns its id and number."""
    unit.changed("task")
    return store.put_new_tote(unit.session, walk=walk, order=order, number=number)


def _moved(unit: UnitOfWork, document: UUID) -> None:
    unit.changed("stock")
    unit.changed("task")
    unit.changed("document", document)
