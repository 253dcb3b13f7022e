"""What a packer does beside scanning goods: instructions to read, inserts to put in, photos to take, the gift note.

Rules (policy `extras`) say what is wanted for an order and for each of its goods; every rule that holds adds one. What
is due at a moment is what is wanted and was not done yet. How it is asked for at the bench is the dialog's business.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain.policies import Policy, PolicyForm, every_match

GIFT = "GIFT"
"""The code of the order's own gift note, which no rule has to ask for."""


class ExtraKind(StrEnum):
    """What it is."""

    INSTRUCTION = "instruction"
    INSERT = "insert"
    PHOTO = "photo"
    GIFT = "gift"


class Moment(StrEnum):
    """When: before the first unit of the order, with the first unit of the goods it is about, before the weighing."""

    START = "start"
    GOODS = "goods"
    CLOSE = "close"


class Answer(StrEnum):
    """How it is answered: not at all, by a key, by a scan."""

    SHOWN = "shown"
    KEY = "key"
    SCAN = "scan"


@dataclass(frozen=True, slots=True)
class Extra:
    """One thing to do. Inserts: `quantity` in units of an `item` (None: of something that only has a name).

    `picture` is the SHA-256 of a kept picture, in hexadecimal digits.
    """

    code: str
    kind: ExtraKind
    name: str
    words: str = ""
    picture: str = ""
    moment: Moment = Moment.CLOSE
    answer: Answer = Answer.KEY
    item: UUID | None = None
    sku: str = ""
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done already, for which carton (`parcel`) and which goods; `since_open`: after it was opened last.

    `quantity`: how many of an insert; below zero what was taken back.
    """

    code: str
    sku: str
    parcel: UUID
    since_open: bool = True
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class ExtraFacts:
    """What a rule about extras may speak of. `sku` to `fragile` are empty where the order as a whole is looked at.

    `value` is what the goods of the order cost the customer, `pieces` how many units were ordered. `first_order`: the
    customer never ordered before. `today` is the day by the warehouse's clock.
    """

    sku: str = ""
    category: str = ""
    hazard: str = ""
    fragile: bool = False
    partner: str = ""
    carrier: str = ""
    service: str = ""
    country: str = ""
    value: Decimal = Decimal(0)
    pieces: Decimal = Decimal(0)
    first_order: bool = False
    gift: bool = False
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The extra that a rule asks for, by its code."""

    extra: str


_DEFAULT: Mapping[str, Any] = {"rules": []}

FORM = PolicyForm("extras", ExtraFacts, Wanted, _DEFAULT)
"""What a policy about extras may say."""


@dataclass(frozen=True, slots=True)
class Due:
    """An extra that is to be done now, and the goods that it is about (empty: the order).

    `noted`: how much of an insert is in already.
    """

    extra: Extra
    sku: str = ""
    noted: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        """How much of it is still to be done."""
        return (self.extra.quantity if self.extra.kind is ExtraKind.INSERT else Decimal(1)) - self.noted


def wanted(
    known: Mapping[str, Extra],
    order: tuple[ExtraFacts, Policy[Wanted]],
    goods: Iterable[tuple[ExtraFacts, Policy[Wanted]]],
) -> tuple[Due, ...]:
    """Everything that the rules want: what they say of the order, then what they say of its goods alone.

    A rule that holds for the whole order asks once. Extras that are not `known` (archived) are passed over.
    """
    of_order = _matches(known, *order)
    found = [Due(extra) for extra in of_order]
    for facts, policy in goods:
        found += [Due(extra, facts.sku) for extra in _matches(known, facts, policy) if extra not in of_order]
    return tuple(dict.fromkeys(found))


def due(
    wants: Sequence[Due], done: Sequence[Done], *, parcel: UUID | None, moment: Moment, packed: Sequence[str]
) -> tuple[Due, ...]:
    """What is still to be done at a moment, in a carton (None: it is about to be opened).

    What is about goods waits until some of them are `packed` (SKUs). Inserts, the gift note and what is read before and
    while packing are due once an order; instructions for closing and photos for every carton. An insert that was missed
    at its moment is due before the weighing.
    """
    found = (replace(one, noted=_noted(one, done, parcel)) for one in wants)
    return tuple(one for one in found if one.left > 0 and _is_asked(one, moment, packed))


def _is_asked(one: Due, moment: Moment, packed: Sequence[str]) -> bool:
    """Whether this is the moment for something that is not done yet."""
    extra = one.extra
    waits = bool(one.sku) and moment is not Moment.START and one.sku not in packed
    missed = extra.kind is ExtraKind.INSERT and moment is Moment.CLOSE
    return extra.answer is not Answer.SHOWN and not waits and (_moment_of(one) is moment or missed)


def _noted(one: Due, done: Sequence[Done], parcel: UUID | None) -> Decimal:
    """How much of it counts as done: in this carton where every carton needs it, else in any one of the order."""
    extra = one.extra
    each_carton = extra.kind is ExtraKind.PHOTO or (
        extra.kind is ExtraKind.INSTRUCTION and extra.moment is Moment.CLOSE
    )
    before = [each for each in done if (each.code, each.sku) == (extra.code, one.sku)]
    if each_carton:
        before = [each for each in before if each.parcel == parcel]
    if extra.kind is ExtraKind.PHOTO:
        before = [each for each in before if each.since_open]
    return sum((each.quantity for each in before), Decimal(0))


def _moment_of(one: Due) -> Moment:
    """What is to be read with goods that no rule named is read at the start."""
    return Moment.START if one.extra.moment is Moment.GOODS and not one.sku else one.extra.moment


def shown(wants: Sequence[Due], sku: str) -> tuple[Extra, ...]:
    """What is only shown: for the order as a whole, and for the goods in hand."""
    return tuple(one.extra for one in wants if one.extra.answer is Answer.SHOWN and one.sku in ("", sku))


def gift_note(words: str) -> Due:
    """The note that the customer wants in the parcel."""
    return Due(Extra(GIFT, ExtraKind.GIFT, "", words))


def _matches(known: Mapping[str, Extra], facts: ExtraFacts, policy: Policy[Wanted]) -> list[Extra]:
    return [known[one.extra] for one in every_match(policy, facts) if one.extra in known]
