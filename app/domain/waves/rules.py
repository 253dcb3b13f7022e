"""The waves policy: by which orders are told apart, and how those of a kind are picked."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.batching import Cart
from app.domain.policies import PolicyForm


class OrderType(StrEnum):
    """Whether an order wants one item or several: those of one need no sorting on the way."""

    SINGLE_LINE = "single_line"
    SEVERAL_LINES = "several_lines"


class Mode(StrEnum):
    """Into what goods are picked: a tote for each order, or all into one that is sorted afterwards."""

    CLUSTER = "cluster"
    SORT = "sort"


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """What a rule of waves may speak of: one order that waits to be picked.

    `minutes_left` until its carrier leaves, None where nobody said when; `zones` how many it is picked in, `zone` the
    only one. Volume in litres and weight in kg, as far as known.
    """

    order_type: OrderType
    lines: int
    picks: int
    zones: int
    zone: str
    carrier: str
    service: str
    partner: str
    priority: int
    minutes_left: int | None
    litres: Decimal
    kg: Decimal


@dataclass(frozen=True, slots=True)
class Manner:
    """How orders are picked: those of one `stream` go together on walks with a cart of their own.

    `slots` orders go on a cart, with `litres` and `kg` at most where they are said. `by_zone`: each zone is walked
    apart, and the totes are brought together in the place for totes `lane` (its address). `as_they_come`: walks are
    released by themselves once a cart is full, the first of its orders has waited `wait_minutes`, or its carrier leaves
    in less than `rush_minutes`. The pace of people: metres a minute, seconds a pick, minutes a walk for cart and totes.
    """

    stream: str = "all"
    mode: Mode = Mode.CLUSTER
    slots: int = 8
    litres: Decimal | None = None
    kg: Decimal | None = None
    by_zone: bool = False
    lane: str = ""
    as_they_come: bool = False
    wait_minutes: int = 15
    rush_minutes: int = 60
    metres_a_minute: int = 50
    seconds_a_pick: int = 15
    minutes_a_walk: int = 2

    def __post_init__(self) -> None:
        least = min(self.slots, self.metres_a_minute, 1 + self.seconds_a_pick, 1 + self.minutes_a_walk)
        limits = [limit for limit in (self.litres, self.kg) if limit is not None]
        if least < 1 or self.slots > 200 or any(limit <= 0 for limit in limits):
            raise ValueError("a cart has 1 to 200 slots and holds something, and nobody walks back in time")

    @property
    def cart(self) -> Cart:
        """What one walk takes along."""
        return Cart(self.slots, self.litres, self.kg)


def minutes_for(manner: Manner, *, metres: Decimal, picks: int) -> Decimal:
    """How long a walk takes, in minutes to one decimal: the way, the picks, cart and totes."""
    walking = metres / manner.metres_a_minute
    return round(walking + Decimal(manner.seconds_a_pick * picks) / 60 + manner.minutes_a_walk, 1)


_DEFAULT: Mapping[str, Any] = {
    "rules": [
        {
            "name": "waves.single_lines",
            "when": [{"field": "order_type", "operator": "is", "value": "single_line"}],
            "then": {"stream": "single lines", "mode": "sort", "slots": 20},
        },
        {"name": "waves.one_tote_an_order", "when": [], "then": {"stream": "orders", "mode": "cluster", "slots": 8}},
    ]
}

FORM = PolicyForm("waves", WaveFacts, Manner, _DEFAULT)
"""What a policy of waves may say."""


def facts_of(
    *,
    lines: int,
    zones: frozenset[str],
    minutes_left: int | None,
    **more: Any,  # noqa: ANN401  (facts as declared)
) -> WaveFacts:
    """The facts of an order: its type follows from its lines, its only zone from its zones."""
    return WaveFacts(
        order_type=OrderType.SINGLE_LINE if lines == 1 else OrderType.SEVERAL_LINES,
        lines=lines,
        zones=len(zones),
        zone=next(iter(zones)) if len(zones) == 1 else "",
        minutes_left=minutes_left,
        **more,
    )
