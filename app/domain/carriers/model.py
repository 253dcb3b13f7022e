"""What is said between a warehouse and a carrier: the consignment, and each answer that a carrier may give.

An answer is a value. What a carrier turns down is `NotOffered` or `Refused`, with a code and facts for people; that it
gave no answer at all is `Unanswered`, a state of its own: the label may have been bought.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.partners import Address

Facts = Mapping[str, object]


class Capability(StrEnum):
    """What a carrier can be asked for."""

    VALIDATE = "validate"
    RATES = "rates"
    BUY = "buy"
    RECOVER = "recover"
    VOID = "void"
    TRACK = "track"
    MANIFEST = "manifest"
    PICKUP = "pickup"


class PurchaseState(StrEnum):
    """How far the buying of a label is.

    Wanted: on the outbox. Asked: the carrier was called, or waits for in its file. Bought: the label exists. Refused:
    the carrier said no. Unknown: it may exist; a person or a recovery settles it. Voided: it is worth nothing.
    """

    WANTED = "wanted"
    ASKED = "asked"
    BOUGHT = "bought"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    VOIDED = "voided"

    @property
    def alive(self) -> bool:
        """Whether there is, or may be, a label: no other one is bought for the carton meanwhile."""
        return self not in (PurchaseState.REFUSED, PurchaseState.VOIDED)


@dataclass(frozen=True, slots=True)
class CustomsLine:
    """Goods as customs want them: HS code, country of origin (ISO 3166), weight in kg and value of all pieces."""

    description: str
    quantity: Decimal
    unit: str
    hs_code: str = ""
    origin: str = ""
    weight_kg: Decimal = Decimal(0)
    value: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Consignment:
    """One carton as a carrier is told of it.

    `reference` is ours and the same in every repetition; `tracking` is set where we hold the carrier's numbers. Weight
    in kg, gross; sides in mm, 0 where nobody knows them; `value` in `currency`. `level` is what the customer wishes
    (standard, express, …), `needed` the day on which it has to be there. `ready` is the moment it can be handed over,
    by the warehouse's clock.
    """

    reference: str
    sscc: str
    order: str
    receiver: Address
    sender: Address
    ready: datetime
    weight_kg: Decimal
    sides_mm: tuple[int, int, int] = (0, 0, 0)
    service: str = ""
    level: str = ""
    tracking: str = ""
    partner: str = ""
    value: Decimal = Decimal(0)
    currency: str = ""
    hazards: tuple[str, ...] = ()
    needed: date | None = None
    carton: int = 1
    cartons: int = 1

    @property
    def longest_mm(self) -> int:
        """The longest side; 0 where nobody knows it."""
        return max(self.sides_mm)


@dataclass(frozen=True, slots=True)
class Pickup:
    """A truck that is wanted on a day, between two times of the warehouse's clock (HH:MM, empty: any), for cartons.

    `number` is ours and the same in every repetition; weight in kg, gross, of all cartons.
    """

    number: str
    day: date
    cartons: int
    sender: Address
    weight_kg: Decimal = Decimal(0)
    from_time: str = ""
    until_time: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a service costs for a consignment, and when it arrives.

    `price` is None where the carrier has no prices with us; `billed_kg` is the weight that is charged, `parts` what the
    price is made of.
    """

    carrier: str
    service: str
    price: Decimal | None
    currency: str
    arrives: date
    billed_kg: Decimal
    zone: str = ""
    parts: tuple[tuple[str, Decimal], ...] = ()
    in_time: bool = True


@dataclass(frozen=True, slots=True)
class NotOffered:
    """A service does not take a consignment: why, as a code among the captions, and the facts."""

    carrier: str
    service: str
    code: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bought:
    """A label exists: its tracking number, what it costs (None: without a price), the route that the label bears."""

    tracking: str
    price: Decimal | None = None
    currency: str = ""
    route: str = ""
    arrives: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The carrier has the consignment and will answer later, in a file of its own."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier said no, finally: nothing was bought. A code of the errors, and its facts."""

    code: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nobody knows whether it was done: the line broke, or the answer does not come."""

    code: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What was asked for is done; `reference` is the carrier's word for it, where it gave one."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class TrackEvent:
    """Something that happened to a parcel on its way."""

    at: datetime
    state: str
    place: str = ""
    words: str = ""


Offer = Rate | NotOffered
Buying = Bought | Asked | Refused | Unanswered
Doing = Done | Asked | Refused | Unanswered
