"""Shipping: the states of a parcel, the choice of a service, and the house carrier's tracking numbers.

Thin so far: own delivery only. Rate shopping, manifests and outside carriers come with their issue.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.policies import Decision, Policy, PolicyForm, first_match

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
    """What a shipping rule may speak of: weight in kg, the longest side in mm, the country as ISO 3166-1 alpha-2."""

    weight_kg: Decimal
    country: str = ""
    longest_mm: int | None = None
    partner: str = ""
    parcels: int = 1


@dataclass(frozen=True, slots=True)
class Service:
    """Who carries the parcel, and how."""

    carrier: str
    service: str


def in_words(code: str) -> str:
    """A carrier or service such as `two_person` as people read it, on labels, papers and screens alike."""
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]


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


def tracking_number(serial: int) -> str:
    """The house carrier's number for its `serial`-th parcel: `SH`, ten digits, two check digits.

    Check digits by ISO/IEC 7064, MOD 97-10 over the ten digits: every single wrong digit and every swap of two
    neighbours is found.
    """
    if not 0 < serial <= MOST_SERIAL:
        raise ValueError(f"a tracking number holds serials from 1 to {MOST_SERIAL}")
    return f"{HOUSE_PREFIX}{serial:010d}{98 - serial * 100 % 97:02d}"


def is_tracking_number(text: str) -> bool:
    """Whether the text is a tracking number of the house carrier with right check digits."""
    match = re.fullmatch(rf"{HOUSE_PREFIX}([0-9]{{10}})([0-9]{{2}})", text)
    return match is not None and int(match[1]) > 0 and text == tracking_number(int(match[1]))
