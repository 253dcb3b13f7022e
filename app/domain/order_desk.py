"""Customer orders as the order desk sees them: what an order says, how far it is, how urgent it is, what it waits for.

Not here: orders as files bring them (`orders`), which goods an order gets (`allocation`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.errors import Refusal
from app.domain.partners import Address, AddressFault, PartnerAddress, address_faults
from app.domain.policies import Decision, Policy, PolicyForm, first_match

MOST_URGENT = 9
LONGEST_NOTE = 500


class Hold(StrEnum):
    """Why an order stands still: who may lift it follows from the kind."""

    CREDIT = "credit"
    ADDRESS = "address"
    CUSTOMER = "customer"


class Stage(StrEnum):
    """How far an order is, from the desk to the truck; the first five wait for somebody to decide or for goods."""

    DRAFT = "draft"
    HELD = "held"
    WAITING = "waiting"
    PARTLY_ALLOCATED = "partly_allocated"
    ALLOCATED = "allocated"
    PICKING = "picking"
    PICKED = "picked"
    PACKING = "packing"
    PACKED = "packed"
    SHIPPED = "shipped"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class LineProgress:
    """An order line in base units: `reserved` in bins, `picked` in totes, `packed` in cartons still here, `shipped`."""

    asked: Decimal
    closed: bool = False
    reserved: Decimal = Decimal(0)
    picked: Decimal = Decimal(0)
    packed: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)

    @property
    def open(self) -> Decimal:
        """What has not left and is still wanted."""
        return Decimal(0) if self.closed else max(self.asked - self.shipped, Decimal(0))

    @property
    def missing(self) -> Decimal:
        """What is wanted and nothing is reserved for."""
        return max(self.open - self.reserved - self.picked - self.packed, Decimal(0))


def stage_of(decision: str, lines: Iterable[LineProgress]) -> Stage:
    """How far an order is: what people decided, or else where its goods are."""
    known = list(lines)
    wanted = [line for line in known if line.open]
    if decision == "closed":
        return Stage.SHIPPED if any(line.shipped for line in known) else Stage.CLOSED
    if decision != "released":
        return Stage(decision)
    return _stage_of_goods(wanted) if wanted else Stage.SHIPPED


def _stage_of_goods(wanted: Sequence[LineProgress]) -> Stage:
    """How far the goods of a released order are; the furthest of them counts."""
    if any(line.packed for line in wanted):
        return Stage.PACKED if all(line.packed >= line.open for line in wanted) else Stage.PACKING
    if any(line.picked for line in wanted):
        return Stage.PICKED if all(line.picked >= line.open for line in wanted) else Stage.PICKING
    if any(line.reserved for line in wanted):
        return Stage.PARTLY_ALLOCATED if any(line.missing for line in wanted) else Stage.ALLOCATED
    return Stage.WAITING


@dataclass(frozen=True, slots=True)
class OrderHead:
    """What an order says beside its lines.

    `requested`: the day the customer wants the goods; `due`: the day they are to leave, from which `cut_off`, the
    moment their carrier leaves, follows. `priority` 1 to 9 (most urgent) is a person's, with 0 the rules give one.
    `complete_only`: all of it leaves, or nothing. An empty `carrier` or `service` is chosen by the rules.
    """

    reference: str = ""
    ship_to: Address = field(default_factory=Address)
    carrier: str = "house"
    service: str = "STANDARD"
    requested: date | None = None
    due: date | None = None
    cut_off: datetime | None = None
    priority: int = 0
    complete_only: bool = False
    gift: bool = False
    gift_note: str = ""
    note: str = ""

    def checked(self) -> "OrderHead":
        """The same; refuses `orders.bad_priority` and `orders.note_too_long`."""
        if not 0 <= self.priority <= MOST_URGENT:
            raise Refusal("orders.bad_priority", most=MOST_URGENT)
        for words in (self.gift_note, self.note):
            if len(words) > LONGEST_NOTE:
                raise Refusal("orders.note_too_long", most=LONGEST_NOTE)
        return self


def changed_fields(before: OrderHead, after: OrderHead) -> dict[str, Any]:
    """The fields that differ, as they are to be."""
    known = [one.name for one in fields(OrderHead)]
    return {name: getattr(after, name) for name in known if getattr(after, name) != getattr(before, name)}


def address_fault(address: Address) -> AddressFault | None:
    """The first thing that keeps a parcel from arriving, by the rules of its country; None where nothing does."""
    asked = PartnerAddress(
        line_1=address.line_1,
        line_2=address.line_2,
        postal_code=address.postal_code,
        city=address.city,
        region=address.region,
        country=address.country,
    )
    return next(iter(address_faults(asked)), None)


@dataclass(frozen=True, slots=True)
class OrderNews:
    """What whoever has an order in hand must know of the desk's doings.

    `hold`: why it stands still, with a `note`, by a `person`, who may also have cancelled it. `change`: what was
    changed last (`ship_to`, `lines`, `service`, `other`), by `changed_by`.
    """

    hold: str = ""
    note: str = ""
    person: str = ""
    change: str = ""
    changed_by: str = ""

    def stopped(self, decision: str) -> str:
        """How the end of work on the order is called: with who stopped it, where that is known."""
        if decision == "held" and self.hold:
            return "on_hold"
        return "cancelled_by" if decision == "cancelled" and self.person else decision


NO_NEWS = OrderNews()
"""Nothing that anybody has to know."""

# What is urgent: rules over what is known when an order is made.


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What a rule for priorities may speak of; `partner` is the customer.

    `days_to_ship`: until the order is to leave, None where nobody said. `value` in the company's currency, of the lines
    that have a price.
    """

    partner: str
    carrier: str
    service: str
    country: str
    lines: int
    value: Decimal
    days_to_ship: int | None
    complete_only: bool


@dataclass(frozen=True, slots=True)
class Urgency:
    """What a rule for priorities says: 0 is usual, 9 most urgent."""

    priority: int = 0


_FAST = ["EXPRESS", "SAME_DAY", "express", "same_day"]
_DEFAULT: Mapping[str, Any] = {
    "rules": [
        {
            "name": "order_priority.express",
            "when": [{"field": "service", "operator": "one_of", "value": _FAST}],
            "then": {"priority": 5},
        },
        {
            "name": "order_priority.overdue",
            "when": [{"field": "days_to_ship", "operator": "below", "value": 0}],
            "then": {"priority": 4},
        },
        {
            "name": "order_priority.today",
            "when": [{"field": "days_to_ship", "operator": "is", "value": 0}],
            "then": {"priority": 2},
        },
    ]
}

FORM = PolicyForm("order_priority", OrderFacts, Urgency, _DEFAULT)
"""What a policy for priorities may say: the first rule that fits decides. As delivered: express, overdue, due today."""


def urgency(policy: Policy[Urgency], facts: OrderFacts) -> tuple[int, Decision]:
    """How urgent an order is, and why."""
    chosen, decision = first_match(policy, facts)
    return min(max((chosen or Urgency()).priority, 0), MOST_URGENT), decision


# What an order waits for that somebody should do something about.


class Trouble(StrEnum):
    """Why somebody should look at an order, or at what became of it between the bin and the customer; worst first."""

    LATE = "late"
    LABEL_UNKNOWN = "label_unknown"
    """Nobody knows whether the carrier has sold a label."""
    PRINT_DOUBTFUL = "print_doubtful"
    """A label or a paper may have come out, or in part."""
    LABEL_REFUSED = "label_refused"
    """The carrier does not take a sealed carton."""
    LEFT_BEHIND = "left_behind"
    """A labelled carton stayed here when its truck left, or was taken off its manifest."""
    PUT_BACK = "put_back"
    ADDRESS = "address"
    LABEL_WAITS = "label_waits"
    """The carrier was asked for a label and has not answered."""
    PRINT_WAITS = "print_waits"
    """A label or a paper waits for its printer."""
    UNLABELLED = "unlabelled"
    """A carton was sealed, and nobody scanned its label on it."""
    LEFT_OPEN = "left_open"
    """Goods lie in an open carton that nobody has in hand."""
    STALLED = "stalled"
    """A walk or an order was picked in part and left."""
    CARRIER = "carrier"
    """A carrier could not be told something, said no, or said what fits nothing."""
    DELIVERY = "delivery"
    """A carton that has left cannot be delivered, or comes back."""
    HELD = "held"
    SHORT = "short"
    COUNT = "count"
    """A bin held less than the book says: it is to be counted."""
    BACKORDER = "backorder"


SOON, LATE = timedelta(minutes=5), timedelta(minutes=30)
"""How long something may wait for a machine, and for a person, before somebody should look."""


def is_late(cut_off: datetime | None, due: date | None, *, now: datetime, today: date) -> bool:
    """Whether the carrier has left without the order; without a cut-off, whether its day is over."""
    if cut_off is not None:
        return cut_off < now
    return due is not None and due < today
