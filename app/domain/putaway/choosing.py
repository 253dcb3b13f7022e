"""The proposal: which bin the goods go to, or which bins share them; and the same rules for a bin that was scanned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.domain.policies import Decision, Policy, Scalar, Sift, broken_rules, filter_then_sort
from app.domain.putaway.facts import BinFacts, GoodsFacts, PutawayFacts, facts_of, room


@dataclass(frozen=True, slots=True)
class Part:
    """So much of the goods, in base units, for one bin."""

    address: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where the goods go, in the order of going, and why. No parts: no bin may take any of them."""

    parts: tuple[Part, ...]
    decision: Decision


@dataclass(frozen=True, slots=True)
class FailedRule:
    """One reason why the goods may not lie in a bin: the rule's code, and the values it saw."""

    rule: str
    seen: Mapping[str, Scalar]


def propose(goods: GoodsFacts, bins: Sequence[BinFacts], policy: Policy[Sift]) -> Proposal:
    """The best bin for all of the goods; where none has room for all, the best ones until everything has a place.

    Where even all bins together have too little room, the parts cover as much as they can.
    """
    _, decision = filter_then_sort(policy, [facts_of(goods, one) for one in bins], _called)
    if decision.chosen:
        return Proposal((Part(decision.chosen[0], goods.quantity),), decision)
    return _split(goods, bins, policy) or Proposal((), decision)


def check(goods: GoodsFacts, one: BinFacts, policy: Policy[Sift]) -> tuple[FailedRule, ...]:
    """Why the goods may not lie in this bin, by the rules of the proposal; empty where they may."""
    return tuple(FailedRule(rule, seen) for rule, seen in broken_rules(policy, facts_of(goods, one)))


def _split(goods: GoodsFacts, bins: Sequence[BinFacts], policy: Policy[Sift]) -> Proposal | None:
    """Share the goods among bins: each is judged with as much as it has room for."""
    parts = [facts_of(replace(goods, quantity=most), one) for one in bins if (most := room(goods, one)) > 0]
    ranked, decision = filter_then_sort(policy, parts, _called, lambda found: _how_many_cover(found, goods.quantity))
    taken, left = [], goods.quantity
    for one in ranked[: len(decision.chosen)]:
        taken.append(Part(one.address, min(one.quantity, left)))
        left -= taken[-1].quantity
    return Proposal(tuple(taken), decision) if taken else None


def _called(facts: PutawayFacts) -> str:
    return facts.address


def _how_many_cover(found: Sequence[PutawayFacts], quantity: Decimal) -> int:
    covered = Decimal(0)
    for number, one in enumerate(found):
        if covered >= quantity:
            return number
        covered += one.quantity
    return len(found)
