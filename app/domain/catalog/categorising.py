"""Rules that put products into categories: the first one that holds decides; where none does, nothing changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.domain.errors import Refusal
from app.domain.policies import Decision, Policy, PolicyForm, first_match

CAPABILITY = "categorising"


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """What rules may ask of a product; `supplier` is the code of one whose article number it has."""

    sku: str
    name: str
    description: str = ""
    tracking: str = ""
    unit: str = ""
    supplier: str | None = None
    template: str | None = None
    temperature: str = ""
    hazard: str = ""
    origin: str = ""
    weight_kg: Decimal | None = None
    shelf_life_days: int | None = None


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    """What a rule sets: the category, written with all above it: `Food / Dairy`."""

    category: str


FORM: PolicyForm[CategoryChoice] = PolicyForm(CAPABILITY, CategoryFacts, CategoryChoice, {"rules": []})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that rules look at: where it is now, and whether a rule (not a person) put it there."""

    id: UUID
    version: int
    category: str
    by_rule: bool
    facts: CategoryFacts


@dataclass(frozen=True, slots=True)
class Move:
    """A product that would change its category: from where, to where, by which rule, and why."""

    id: UUID
    version: int
    sku: str
    name: str
    old: str
    new: str
    rule: str
    decision: Decision


def moves(
    policy: Policy[CategoryChoice],
    candidates: Iterable[Candidate],
    categories: Mapping[str, UUID],
    *,
    also_by_hand: bool = False,
) -> tuple[Move, ...]:
    """What the rules would change; what a person has chosen stays, unless `also_by_hand`.

    `categories` are ids by full name. Refuses a rule whose category is not there (`categorising.unknown_category`).
    """
    for rule in policy.rules.rules:
        if rule.then.category not in categories:
            raise Refusal("categorising.unknown_category", rule=rule.name, category=rule.then.category)
    found = []
    for each in candidates:
        if each.category and not each.by_rule and not also_by_hand:
            continue
        choice, decision = first_match(policy, each.facts)
        if choice is not None and choice.category != each.category:
            found.append(
                Move(
                    each.id, each.version, each.facts.sku, each.facts.name, each.category, choice.category,
                    decision.chosen[0], decision,
                )
            )  # fmt: skip
    return tuple(found)
