"""Orders that wait, what the planner asks for, and the plan: the nouns of waves."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.domain.batching import Cart
from app.domain.sites.layout import Stop
from app.domain.waves.crews import Load, Rota
from app.domain.waves.rules import Manner, OrderType

_NOWHERE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Bin:
    """What an order wants from one bin (its `address`): how many picks, in which zone.

    x and y in mm, None where it is not drawn.

    Volume in litres and weight in kg of what is to be taken, as far as they are known.
    """

    zone: UUID
    zone_name: str
    picks: int = 1
    x: int | None = None
    y: int | None = None
    level: int = 0
    aisle: UUID | None = None
    litres: Decimal = Decimal(0)
    kg: Decimal = Decimal(0)
    address: str = ""

    @property
    def stop(self) -> Stop | None:
        """Where it stands on the plan."""
        if self.x is None or self.y is None:
            return None
        return Stop(_NOWHERE, self.x, self.y, self.level, self.aisle)


@dataclass(frozen=True, slots=True)
class Missing:
    """What nothing is reserved for of an item, in base units."""

    sku: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that waits to be released for picking; `bins` are those that goods are reserved in.

    `person` has it in hand; `short` lines have not all of their goods reserved, `missing` what of which item; `held`
    says that somebody stopped it. `since`: when it was released to be picked.
    """

    id: UUID
    number: str
    partner: str
    lines: int
    bins: tuple[Bin, ...]
    carrier: str = ""
    carrier_name: str = ""
    service: str = ""
    priority: int = 0
    cut_off: datetime | None = None
    due: date | None = None
    short: int = 0
    missing: tuple[Missing, ...] = ()
    held: bool = False
    person: str = ""
    since: datetime | None = None

    @property
    def picks(self) -> int:
        """How often somebody reaches into a bin for it."""
        return sum(one.picks for one in self.bins)

    @property
    def order_type(self) -> OrderType:
        """Whether it wants one item or several."""
        return OrderType.SINGLE_LINE if self.lines == 1 else OrderType.SEVERAL_LINES


@dataclass(frozen=True, slots=True)
class Asked:
    """Which orders the planner wants, and who is there. What is empty or None does not narrow.

    `cart`: what each walk is planned for, instead of what the rules say. `until`: orders whose carriers leave by then.
    `whole`: only those of which nothing is missing. `people` walk at the same time, None: those of the `shifts`, where
    there are any; `within_minutes` they have time.
    """

    carriers: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    order_type: OrderType | None = None
    priority: int | None = None
    until: datetime | None = None
    numbers: tuple[str, ...] = ()
    whole: bool = False
    cart: Cart | None = None
    people: int | None = None
    within_minutes: int | None = None
    shifts: Rota | None = None

    def wants(self, order: Waiting) -> bool:
        """Whether an order is among those that were asked for."""
        return (
            (not self.numbers or order.number in self.numbers)
            and (not self.carriers or order.carrier in self.carriers)
            and (not self.zones or (bool(order.bins) and {one.zone_name for one in order.bins} <= set(self.zones)))
            and self.order_type in (None, order.order_type)
            and (self.priority is None or order.priority >= self.priority)
            and (self.until is None or (order.cut_off is not None and order.cut_off <= self.until))
        )


class Why(StrEnum):
    """Why an order that was asked for is in no walk."""

    HELD = "held"
    NOT_RESERVED = "not_reserved"
    SHORT = "short"
    IN_HAND = "in_hand"
    NO_RULE = "no_rule"
    TOO_BIG = "too_big"
    NO_TIME = "no_time"
    NO_PEOPLE = "no_people"
    NOT_WAITING = "not_waiting"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An order that does not fit, and why; `about` names the person, or what its walk would need."""

    number: str
    why: Why
    about: str = ""


@dataclass(frozen=True, slots=True)
class Short:
    """An order that would be picked without all of its goods, and what is missing."""

    number: str
    partner: str
    lines: int
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class PlannedWalk:
    """One walk: orders in the order of their slots, its way and its time; `zone` where only one is walked.

    `zones`: all that its bins lie in. `litres` and `kg` of all that is taken, as far as they are known. `unreached`:
    bins that no open aisle leads to, `undrawn`: those that are on no plan; its metres leave both out.

    `person` is the how-many-th of the people, or of the `crew` (which one, and what it is called), who ends `ends`
    minutes from now; `late`: its carrier has left by then.
    """

    orders: tuple[UUID, ...]
    numbers: tuple[str, ...]
    manner: Manner
    picks: int
    metres: Decimal
    minutes: Decimal
    zone: UUID | None = None
    zone_name: str = ""
    priority: int = 0
    cut_off: datetime | None = None
    litres: Decimal = Decimal(0)
    kg: Decimal = Decimal(0)
    zones: frozenset[UUID] = frozenset()
    crew: int = 0
    crew_name: str = ""
    person: int = 1
    ends: Decimal = Decimal(0)
    late: bool = False
    unreached: tuple[str, ...] = ()
    undrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a wave would be. Beside its metres those of taking orders as they are due. `shorts` go with goods missing.

    `people`, all there from now on, are needed so that nobody is late, None where no number is enough; `loads`: what
    the people of each shift have to do, where they decide. `complete` is false where somebody
    stopped the planning: what was found by then holds.
    """

    walks: tuple[PlannedWalk, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    shorts: tuple[Short, ...] = ()
    first_come_metres: Decimal = Decimal(0)
    people: int | None = 1
    loads: tuple[Load, ...] = ()
    complete: bool = True

    @property
    def metres(self) -> Decimal:
        """All walks together."""
        return sum((walk.metres for walk in self.walks), Decimal(0))

    @property
    def unreached(self) -> tuple[str, ...]:
        """The bins that no open aisle leads to."""
        return tuple(dict.fromkeys(one for walk in self.walks for one in walk.unreached))

    @property
    def minutes(self) -> Decimal:
        """The work of all people together."""
        return sum((walk.minutes for walk in self.walks), Decimal(0))

    @property
    def ends(self) -> Decimal:
        """When the last one is back, in minutes from now."""
        return max((walk.ends for walk in self.walks), default=Decimal(0))

    @property
    def late(self) -> int:
        """How many walks come too late for their carriers."""
        return sum(walk.late for walk in self.walks)
