"""Trying rules before they are saved: what would change, and why; and why a single item goes where it goes.

Nothing is written. Put-away is tried with what stands at the docks and what is picked most, allocation with the orders
that wait, valuation with every item that has a stock or a cost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.domain.errors import Refusal
from app.domain.policies import Decision
from app.domain.putaway import FailedRule, Proposal
from app.services import allocation, lookup, putaway, valuation
from app.services.policies import StoredPolicy
from app.services.work import UnitOfWork

MOST_TRIED = 60
"""How many cases a dry run looks at, so that it answers while somebody waits."""


@dataclass(frozen=True, slots=True)
class Change:
    """One case that would be decided in another way: what, how much, until now, from then on, and why."""

    what: str
    quantity: Decimal | None
    before: str
    after: str
    why: Decision


@dataclass(frozen=True, slots=True)
class Trial:
    """What a dry run found: how many cases were tried, and those that would change."""

    tried: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class WhyHere:
    """Where goods of an item would go, and what the rules say of one place: empty `against` where it may take them."""

    sku: str
    place: str
    decision: Decision
    against: tuple[FailedRule, ...]


Try = Callable[[UnitOfWork, UUID, Mapping[str, Any], StoredPolicy], Trial]


def dry_run(unit: UnitOfWork, document: Mapping[str, Any], *, policy: StoredPolicy, warehouse: UUID) -> Trial:
    """What would change in a warehouse if these rules were saved in the place of the policy's.

    Refuses rules with faults (`policies.invalid_rules`), and `policies.no_trial` of a capability whose cases are over
    when they are decided (a carton on the scale).
    """
    attempt = _TRIALS.get(policy.capability)
    if attempt is None:
        raise Refusal("policies.no_trial")
    return attempt(unit, warehouse, document, policy)


def why_here(unit: UnitOfWork, *, warehouse: UUID, sku: str, place: str, quantity: Decimal) -> WhyHere:
    """Why so much of an item would go where it goes, and what speaks against a place (empty: of none).

    Refuses `item.unknown` and `location.unknown`.
    """
    item = lookup.known_item(unit, sku)
    found = putaway.of_item(unit, warehouse=warehouse, item=item.id, quantity=quantity, place=place)
    return WhyHere(item.sku, place, found.proposal().decision, found.against(place) if place else ())


def _putaway(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    cases = putaway.trial_items(
        unit, warehouse=warehouse, scope=policy.scope, scope_id=policy.scope_id, most=MOST_TRIED
    )
    changes = []
    for item, quantity in cases:
        found = putaway.of_item(unit, warehouse=warehouse, item=item, quantity=quantity)
        before = found.proposal()
        after = found.proposal_with(document, scope=policy.scope, scope_id=policy.scope_id)
        if before.parts != after.parts:
            changes.append(Change(found.goods.sku, quantity, _bins(before), _bins(after), after.decision))
    return Trial(len(cases), tuple(changes))


def _bins(proposal: Proposal) -> str:
    return ", ".join(part.address for part in proposal.parts)


def _allocation(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    tried = allocation.compare(unit, warehouse=warehouse, document=document, policy=policy)
    changes = [
        Change(one.sku, one.quantity, ", ".join(one.before), ", ".join(one.after), one.why)
        for one in tried
        if one.before != one.after
    ]
    return Trial(len(tried), tuple(changes))


def _valuation(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    tried = valuation.compare(unit, warehouse=warehouse, document=document, policy=policy)
    changes = [Change(one.sku, None, one.before, one.after, one.why) for one in tried if one.before != one.after]
    return Trial(len(tried), tuple(changes))


_TRIALS: Mapping[str, Try] = {"putaway": _putaway, "allocation": _allocation, "valuation": _valuation}
