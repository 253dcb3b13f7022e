"""Shipping: the states of a parcel, who carries it by the rules, which papers go with it, our own tracking numbers.

What a carrier takes and costs is `carriers`' business; here the rules say which one is asked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.carriers import CarrierSetup, Consignment, Incoterm, Selection, mod_97, named, shop
from app.domain.policies import Decision, Policy, PolicyForm, first_match

HOUSE = "house"
ORDERED = "carriers.ordered"
HOUSE_PREFIX = "SH"
MOST_SERIAL = 10**10 - 1


class ParcelState(StrEnum):
    """How far a parcel is: being filled, sealed, carrying its shipping label, on the truck; or given up while empty."""

    OPEN = "open"
    CLOSED = "closed"
    LABELLED = "labelled"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


_NEXT: Mapping[ParcelState, frozenset[ParcelState]] = {
    ParcelState.OPEN: frozenset({ParcelState.CLOSED, ParcelState.CANCELLED}),
    ParcelState.CLOSED: frozenset({ParcelState.LABELLED, ParcelState.OPEN}),
    ParcelState.LABELLED: frozenset({ParcelState.SHIPPED, ParcelState.OPEN}),
    ParcelState.SHIPPED: frozenset(),
    ParcelState.CANCELLED: frozenset(),
}


def may_follow(state: ParcelState, following: ParcelState) -> bool:
    """Whether a parcel may go from one state to the other.

    A closed or labelled parcel may be opened again, which leaves a trace and voids its label; what is shipped comes
    back only as a return. The database keeps the same table (`advance_parcel`).
    """
    return following in _NEXT[state]


@dataclass(frozen=True, slots=True)
class ShipmentFacts:
    """What a shipping rule may speak of: weight in kg, the longest side in mm, the country as ISO 3166-1 alpha-2.

    `value` is what the goods cost the customer, `dangerous` whether any has a hazard class, `wish` the service that
    the customer wishes (standard, express, …), `postal_code` theirs, `minutes_left` how long until the cut-off.
    """

    weight_kg: Decimal
    country: str = ""
    longest_mm: int | None = None
    partner: str = ""
    parcels: int = 1
    value: Decimal = Decimal(0)
    dangerous: bool = False
    wish: str = ""
    postal_code: str = ""
    minutes_left: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """Who carries the parcel, and how. `cheapest`: whoever is cheapest of all and arrives in time, before this one."""

    carrier: str
    service: str
    cheapest: bool = False


def in_words(code: str) -> str:
    """A carrier or service such as `two_person` as people read it, on labels, papers and screens alike."""
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]


def called(carrier: CarrierSetup | None, service: str, *, code: str = "") -> Service:
    """What a carrier and its service of this code are called by its set-up; the code in words where it says nothing.

    `code`: the carrier's, which is all that is known of one that is not set up.
    """
    known = carrier.service(service) if carrier else None
    return Service(carrier.name if carrier else in_words(code), known.name if known else in_words(service))


_DEFAULT: Mapping[str, Any] = {
    "rules": [
        {
            "name": "shipping.too_heavy_for_one",
            "when": [{"field": "weight_kg", "operator": "above", "value": "31.5"}],
            "then": {"carrier": "house", "service": "two_person"},
        },
        {"name": "shipping.own_delivery", "when": [], "then": {"carrier": "house", "service": "parcel"}},
    ]
}

FORM = PolicyForm("shipping", ShipmentFacts, Service, _DEFAULT)
"""What a shipping policy may say."""


def choose_service(shipment: ShipmentFacts, policy: Policy[Service]) -> tuple[Service | None, Decision]:
    """Carrier and service by the first rule that holds, and why; None where no rule speaks of such a shipment."""
    return first_match(policy, shipment)


def shipment_facts(consignment: Consignment, *, minutes_left: int | None = None) -> ShipmentFacts:
    """What rules may know of a carton."""
    return ShipmentFacts(
        consignment.weight_kg,
        country=consignment.receiver.country,
        longest_mm=consignment.longest_mm or None,
        partner=consignment.partner,
        parcels=consignment.cartons,
        value=consignment.value,
        dangerous=bool(consignment.hazards),
        wish=consignment.level,
        postal_code=consignment.receiver.postal_code,
        minutes_left=minutes_left,
    )


def select_carrier(
    consignment: Consignment,
    carriers: Sequence[CarrierSetup],
    policy: Policy[Service],
    *,
    ordered: Service | None = None,
    minutes_left: int | None = None,
) -> Selection:
    """The service that a carton goes with, and why not the others.

    A carrier that the order names goes before the rules. Else the first rule that holds says whether all are compared
    or names one; a service that the customer `ordered` by name is kept where the rule's carrier has it. What a carrier
    that is named does not take is shopped for among all.
    """
    rule, why = choose_service(shipment_facts(consignment, minutes_left=minutes_left), policy)
    name = why.chosen[0] if why.chosen else ""
    said = rule or ordered or Service(HOUSE, "parcel")
    if ordered is not None and (theirs := _ordered(ordered, carriers)) is not None:
        said, name = Service(ordered.carrier.lower(), theirs), ORDERED
    if said.cheapest and (found := shop(carriers, consignment, rule=name)).chosen:
        return found
    service = _kept(said, ordered, carriers)
    wished = named(carriers, consignment, carrier=said.carrier, service=service, rule=name)
    if wished.chosen is not None:
        return wished
    instead = shop(carriers, consignment, rule=name)
    return instead if instead.chosen else wished


def _ordered(ordered: Service, carriers: Sequence[CarrierSetup]) -> str | None:
    """The service of the carrier that an order names; None where it names none but us."""
    theirs = next((one for one in carriers if one.code == ordered.carrier.lower() != HOUSE), None)
    if theirs is None or not theirs.services:
        return None
    known = theirs.service(ordered.service.lower())
    return (known or theirs.services[0]).code


def _kept(said: Service, ordered: Service | None, carriers: Sequence[CarrierSetup]) -> str:
    """The service by the rule, or the one that the customer ordered where the carrier has it, or has no prices."""
    theirs = next((one for one in carriers if one.code == said.carrier), None)
    if ordered is None or not ordered.service:
        return said.service
    if theirs is not None and theirs.service(ordered.service.lower()):
        return ordered.service.lower()
    return said.service if theirs is not None and theirs.prices else ordered.service


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What a rule about papers may speak of: where to and from where (ISO 3166), weight in kg, value of the goods.

    `abroad`: to another country; `customs`: over a border at which goods are declared. `value_sdr`: the value in
    special drawing rights, None where the company has no rate for them.
    """

    country: str = ""
    sent_from: str = ""
    abroad: bool = False
    customs: bool = False
    partner: str = ""
    carrier: str = ""
    service: str = ""
    weight_kg: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    value_sdr: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Papers:
    """Which papers go with a carton. `incoterm`: the terms of delivery that stand on the invoice."""

    packing_list: bool = False
    invoice: bool = False
    cn22: bool = False
    cn23: bool = False
    return_label: bool = False
    incoterm: Incoterm | None = None


_DEFAULT_PAPERS: Mapping[str, Any] = {
    # Posts want a CN22 up to 2 kg and a value of 300 special drawing rights, a CN23 above (UPU, Convention Manual).
    # A CN23 is right for small ones, too, so it is taken where nobody knows the rate.
    "rules": [
        {
            "name": "papers.small_abroad",
            "when": [
                {"field": "customs", "operator": "is", "value": True},
                {"field": "weight_kg", "operator": "at_most", "value": "2"},
                {"field": "value_sdr", "operator": "at_most", "value": "300"},
            ],
            "then": {"packing_list": True, "cn22": True},
        },
        {
            "name": "papers.abroad",
            "when": [{"field": "customs", "operator": "is", "value": True}],
            "then": {"packing_list": True, "invoice": True, "cn23": True, "incoterm": "DAP"},
        },
        {"name": "papers.at_home", "when": [], "then": {"packing_list": True}},
    ]
}

PAPERS = PolicyForm("papers", PaperFacts, Papers, _DEFAULT_PAPERS)
"""What a policy about papers may say."""


def choose_papers(about: PaperFacts, policy: Policy[Papers]) -> Papers:
    """The papers of a carton, by the first rule that holds; none where no rule speaks of it."""
    return first_match(policy, about)[0] or Papers()


def tracking_number(serial: int) -> str:
    """Our own number for the `serial`-th parcel that we deliver ourselves: `SH`, ten digits, two check digits.

    Check digits by ISO/IEC 7064, MOD 97-10 over the ten digits: every single wrong digit and every swap of two
    neighbours is found.
    """
    if not 0 < serial <= MOST_SERIAL:
        raise ValueError(f"a tracking number holds serials from 1 to {MOST_SERIAL}")
    digits = f"{serial:010d}"
    return f"{HOUSE_PREFIX}{digits}{mod_97(digits)}"


def is_tracking_number(text: str) -> bool:
    """Whether the text is a tracking number of our own delivery with right check digits."""
    match = re.fullmatch(rf"{HOUSE_PREFIX}([0-9]{{10}})([0-9]{{2}})", text)
    return match is not None and int(match[1]) > 0 and text == tracking_number(int(match[1]))
