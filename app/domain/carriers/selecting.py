"""Which carrier takes a carton: the one that a rule names, or the cheapest in time; and why not the others.

What was chosen and what was not is kept with the purchase, as codes and facts, and shown to people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.carriers.model import Consignment, NotOffered, Offer, Rate
from app.domain.carriers.rating import offer, offers
from app.domain.carriers.setup import LEVELS, STANDARD, CarrierSetup

TOO_LATE, DEARER, OTHER_LEVEL, NOT_NAMED, OTHER_CURRENCY = (
    "carriers.too_late", "carriers.dearer", "carriers.other_level", "carriers.not_named", "carriers.other_currency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rejected:
    """An offer that was not taken, and why: a code among the captions, and its facts."""

    offer: Offer
    code: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Selection:
    """The rate that was chosen (None: nobody takes the carton), all others, and the rule that asked so."""

    chosen: Rate | None
    rejected: tuple[Rejected, ...]
    rule: str = ""

    def to_json(self) -> dict[str, Any]:
        """The selection as plain values, for whoever asks why."""
        return {
            "rule": self.rule,
            "chosen": _told(self.chosen, "carriers.chosen", {}) if self.chosen else None,
            "rejected": [_told(one.offer, one.code, one.facts) for one in self.rejected],
        }


def shop(carriers: Iterable[CarrierSetup], consignment: Consignment, *, rule: str = "") -> Selection:
    """The cheapest of all services of the customer's level that arrives in time; of equal prices the earlier one.

    Where none arrives in time, the earliest is taken, the cheapest of those: late is better than never. Services
    without a price come last. Nobody knows which of two currencies is dearer: only prices of one are compared, the
    company's where there are any in it, else that of the first offer.
    """
    level = consignment.level
    found = [(one, each) for each in carriers for one in offers(each, consignment)]
    fitting = [one for one, each in found if isinstance(one, Rate) and _fits(each, one.service, level)]
    currency = _compared_in(fitting, consignment)
    usable = [one for one in fitting if one.price is None or one.currency == currency]
    punctual = [one for one in usable if one.in_time]
    earliest = min(usable, key=lambda one: (one.arrives, _price(one)), default=None)
    chosen = min(punctual, key=_price, default=earliest)
    rejected = [
        _rejected(one, chosen, consignment, fits=_fits(each, one.service, level), currency=currency)
        for one, each in found
        if one is not chosen
    ]
    return Selection(chosen, tuple(rejected), rule)


def named(
    carriers: Sequence[CarrierSetup], consignment: Consignment, *, carrier: str, service: str, rule: str = ""
) -> Selection:
    """The service that a rule or a person names, where its carrier takes the carton; the others for comparison."""
    theirs = next((one for one in carriers if one.code == carrier), None)
    wished = (
        offer(theirs, service, consignment)
        if theirs
        else NotOffered(carrier, service, "carriers.no_carrier", {"carrier": carrier})
    )
    others = [
        Rejected(one, one.code, one.facts) if isinstance(one, NotOffered) else Rejected(one, NOT_NAMED, {})
        for each in carriers
        for one in offers(each, consignment)
        if (one.carrier, one.service) != (carrier, service)
    ]
    if isinstance(wished, NotOffered):
        return Selection(None, (Rejected(wished, wished.code, wished.facts), *others), rule)
    return Selection(wished, tuple(others), rule)


def _compared_in(rates: Sequence[Rate], consignment: Consignment) -> str:
    """The currency in which prices are compared; empty where nothing has a price."""
    found = [one.currency for one in rates if one.price is not None]
    return consignment.currency if consignment.currency in found else next(iter(found), "")


def _fits(carrier: CarrierSetup, service: str, level: str) -> bool:
    """Whether a service is of the level that the customer wishes; one that says none is standard."""
    known = carrier.service(service)
    return level not in LEVELS or known is None or (known.level or STANDARD) == level


def _price(one: Rate) -> tuple[bool, Decimal, Any, str, str]:
    return (one.price is None, one.price or Decimal(0), one.arrives, one.carrier, one.service)


def _rejected(one: Offer, chosen: Rate | None, consignment: Consignment, *, fits: bool, currency: str) -> Rejected:
    if isinstance(one, NotOffered):
        return Rejected(one, one.code, one.facts)
    if not fits:
        return Rejected(one, OTHER_LEVEL, {"level": consignment.level})
    if one.price is not None and one.currency != currency:
        return Rejected(one, OTHER_CURRENCY, {"currency": one.currency, "compared": currency})
    if not one.in_time and consignment.needed is not None:
        return Rejected(one, TOO_LATE, {"arrives": one.arrives.isoformat(), "needed": consignment.needed.isoformat()})
    cheaper = f"{chosen.price:f}" if chosen and chosen.price is not None else "–"
    return Rejected(one, DEARER, {"cheapest": cheaper})


def _told(one: Offer, code: str, facts: Mapping[str, object]) -> dict[str, Any]:
    said: dict[str, Any] = {"carrier": one.carrier, "service": one.service, "code": code}
    said["facts"] = {name: str(value) for name, value in facts.items()}
    if isinstance(one, Rate):
        said |= {
            "price": None if one.price is None else f"{one.price:f}",
            "currency": one.currency,
            "arrives": one.arrives.isoformat(),
            "billed_kg": f"{one.billed_kg:f}",
            "zone": one.zone,
            "parts": [[name, f"{amount:f}"] for name, amount in one.parts],
        }
    return said
