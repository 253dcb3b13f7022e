"""Directed put-away: the system proposes one bin for goods at the dock, and says why.

Which bins are allowed and which is best is a policy; a bin that the person scans instead is judged by the very same
rules. Thin so far: one bin takes all the goods; strategies (slotting, splitting, cross-dock) come with their issue.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.policies import Decision, Policy, PolicyForm, Scalar, Sift, broken_rules, filter_then_sort


class BinKind(StrEnum):
    """The stock-keeping kinds of location; only `bin` is storage."""

    BIN = "bin"
    DOCK = "dock"
    STAGING = "staging"
    TOTE = "tote"
    PRODUCTION = "production"
    TRANSIT = "transit"
    CONSIGNMENT = "consignment"


class Mixing(StrEnum):
    """What may lie together in one bin."""

    ANY = "any"
    ONE_ITEM = "one_item"
    ONE_TRACE = "one_trace"


@dataclass(frozen=True, slots=True)
class GoodsFacts:
    """What is to be put away: `quantity` in base units; `storage_class` such as `chilled`, empty for ordinary goods."""

    sku: str
    quantity: Decimal
    category: str = ""
    storage_class: str = ""


@dataclass(frozen=True, slots=True)
class BinFacts:
    """One bin as the goods see it, known by its full address, which is unique.

    `same_item` and `same_trace`: goods of that item, or of that very lot, lie there already. `capacity_left` is in
    base units of the goods' item, None where the bin has no limit. `walk_position` is None where it was never set.
    """

    address: str
    zone: str
    kind: BinKind
    empty: bool
    walk_position: int | None = None
    same_item: bool = False
    same_trace: bool = False
    frozen: bool = False
    capacity_left: Decimal | None = None
    mixing: Mixing = Mixing.ONE_ITEM
    storage_class: str = ""


@dataclass(frozen=True, slots=True)
class PutawayFacts:
    """What a put-away rule may speak of: these goods, in this bin.

    `fits`: all of the goods have room. `class_matches`: the bin is made for the goods' storage class.
    """

    address: str
    zone: str
    kind: BinKind
    walk_position: int | None
    empty: bool
    same_item: bool
    same_trace: bool
    frozen: bool
    mixing: Mixing
    fits: bool
    class_matches: bool
    sku: str
    category: str
    storage_class: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class FailedRule:
    """One reason why the goods may not lie in a bin: the rule's code, and the values it saw."""

    rule: str
    seen: Mapping[str, Scalar]


_DEFAULT: Mapping[str, Any] = {
    "rules": [
        {
            "name": "putaway.storage_only",
            "when": [{"field": "kind", "operator": "is_not", "value": "bin"}],
            "then": {"forbid": True},
        },
        {
            "name": "putaway.not_frozen",
            "when": [{"field": "frozen", "operator": "is", "value": True}],
            "then": {"forbid": True},
        },
        {
            "name": "putaway.has_room",
            "when": [{"field": "fits", "operator": "is", "value": False}],
            "then": {"forbid": True},
        },
        {
            "name": "putaway.storage_class",
            "when": [{"field": "class_matches", "operator": "is", "value": False}],
            "then": {"forbid": True},
        },
        {
            "name": "putaway.no_other_item",
            "when": [
                {"field": "empty", "operator": "is", "value": False},
                {"field": "same_item", "operator": "is", "value": False},
                {"field": "mixing", "operator": "is_not", "value": "any"},
            ],
            "then": {"forbid": True},
        },
        {
            "name": "putaway.no_other_lot",
            "when": [
                {"field": "empty", "operator": "is", "value": False},
                {"field": "same_trace", "operator": "is", "value": False},
                {"field": "mixing", "operator": "is", "value": "one_trace"},
            ],
            "then": {"forbid": True},
        },
        {
            "name": "putaway.same_lot_first",
            "when": [{"field": "same_trace", "operator": "is", "value": True}],
            "then": {"rank": 1},
        },
        {
            "name": "putaway.same_item_next",
            "when": [{"field": "same_item", "operator": "is", "value": True}],
            "then": {"rank": 2},
        },
        {
            "name": "putaway.empty_bin_then",
            "when": [{"field": "empty", "operator": "is", "value": True}],
            "then": {"rank": 3},
        },
    ],
    "sort": ["walk_position", "address"],
}

FORM = PolicyForm("putaway", PutawayFacts, Sift, _DEFAULT)
"""What a putaway policy may say."""


def propose(goods: GoodsFacts, bins: Sequence[BinFacts], policy: Policy[Sift]) -> Decision:
    """The bin to go to and why; `chosen` holds its full address, or nothing where no bin may take the goods."""
    _, decision = filter_then_sort(policy, [_facts(goods, one) for one in bins], lambda facts: facts.address)
    return decision


def check(goods: GoodsFacts, one: BinFacts, policy: Policy[Sift]) -> tuple[FailedRule, ...]:
    """Why the goods may not lie in this bin, by the rules of the proposal; empty where they may."""
    return tuple(FailedRule(rule, seen) for rule, seen in broken_rules(policy, _facts(goods, one)))


def _facts(goods: GoodsFacts, one: BinFacts) -> PutawayFacts:
    return PutawayFacts(
        address=one.address,
        zone=one.zone,
        kind=one.kind,
        walk_position=one.walk_position,
        empty=one.empty,
        same_item=one.same_item,
        same_trace=one.same_trace,
        frozen=one.frozen,
        mixing=one.mixing,
        fits=one.capacity_left is None or one.capacity_left >= goods.quantity,
        class_matches=one.storage_class == goods.storage_class,
        sku=goods.sku,
        category=goods.category,
        storage_class=goods.storage_class,
        quantity=goods.quantity,
    )
