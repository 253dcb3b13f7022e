"""How stock is valued: the method that the policies set for each item. The valuation itself comes with its issue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database import policies as store
from app.database.session import all_as
from app.domain.policies import Decision, Policy, Scope, first_match
from app.domain.valuation import FORM, ValuationFacts, Valued
from app.services.policies import StoredPolicy, decides, instead, known
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ValuedItem:
    """An item as the rules see it; `categories` are ids, the widest first."""

    id: UUID
    sku: str
    category: str
    categories: tuple[UUID, ...]
    abc: str
    tracking: str
    standard_cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Compared:
    """The method of an item until now and by other rules, and why."""

    sku: str
    before: str
    after: str
    why: Decision


def method_of(unit: UnitOfWork, *, warehouse: UUID, sku: str) -> Decision:
    """Which rule of which policy says how an item of a warehouse is valued; `chosen` names the rule."""
    items = all_as(store.items_to_value(unit.session, warehouse=warehouse, sku=sku), ValuedItem)
    stored = known(FORM, _policies(unit, warehouse, items))
    return _decide(items[0], stored, warehouse)[1] if items else Decision((), ())


def compare(
    unit: UnitOfWork, *, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy
) -> tuple[Compared, ...]:
    """Every item with its method until now, and by these rules for what the policy is made for."""
    items = all_as(store.items_to_value(unit.session, warehouse=warehouse), ValuedItem)
    stored = _policies(unit, warehouse, items)
    trial = known(FORM, instead(stored, document, scope=policy.scope, scope_id=policy.scope_id))
    present, found = known(FORM, stored), []
    for item in items:
        before, _ = _decide(item, present, warehouse)
        after, why = _decide(item, trial, warehouse)
        found.append(Compared(item.sku, before, after, why))
    return tuple(found)


def _policies(unit: UnitOfWork, warehouse: UUID, items: tuple[ValuedItem, ...]) -> list[dict[str, Any]]:
    scopes = {warehouse, *(item.id for item in items), *(one for item in items for one in item.categories)}
    return store.in_force(unit.session, capability=FORM.capability, scopes=sorted(scopes))


def _decide(item: ValuedItem, policies: Sequence[Policy[Valued]], warehouse: UUID) -> tuple[str, Decision]:
    policy = decides(
        FORM,
        policies,
        {
            Scope.ITEM: str(item.id),
            Scope.CATEGORY: tuple(str(one) for one in reversed(item.categories)),
            Scope.WAREHOUSE: str(warehouse),
        },
    )
    facts = ValuationFacts(
        item.sku, item.category, abc=item.abc, tracking=item.tracking, standard_cost=item.standard_cost
    )
    valued, why = first_match(policy, facts)
    return (valued.method.value if valued else ""), why
