"""Trying rules before they are saved: what would change, and why; and why a single item goes where it goes.

Nothing is written. Put-away is tried with what stands at the docks and what is picked most, allocation with the orders
that wait, valuation with every item that has a stock or a cost, receiving and inspection with lines that are to come,
weighing, shipping and papers with cartons that were weighed, what stations need with the stations, docks with the
trucks of the next and the last month, waves with the orders that wait to be picked, priorities with all open orders,
extras and how goods are counted with those that are still to be packed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database import docks as dock_store
from app.database import entry
from app.database import policies as store
from app.database.session import as_nouns
from app.domain.docks import load_facts
from app.domain.packing import extras
from app.domain.packing.counting import CountFacts
from app.domain.packing.weighing import WeighFacts
from app.domain.policies import Decision, Policy, Scalar, every_match, every_match_why, first_match
from app.domain.putaway import FailedRule, Proposal
from app.domain.quality import InspectionFacts
from app.domain.receiving import LineFacts
from app.domain.shipping import ShipmentFacts
from app.domain.stations import StationFacts
from app.domain.waves import order_facts
from app.services import (
    allocation,
    clock,
    lookup,
    order_priorities,
    people,
    policies,
    putaway,
    setup,
    valuation,
    waves,
)
from app.services.carriers import consigning
from app.services.policies import Asked, StoredPolicy
from app.services.work import UnitOfWork

MOST_TRIED = 60
"""How many cases a dry run looks at, so that it answers while somebody waits."""
_OF_GOODS = ("sku", "category", "hazard", "fragile")


@dataclass(frozen=True, slots=True)
class Change:
    """One case that would be decided in another way: what, how much, until now, from then on, and why.

    `before` and `after` are words, or the parameters of the rules that differ.
    """

    what: str
    quantity: Decimal | None
    before: str | Mapping[str, Scalar]
    after: str | Mapping[str, Scalar]
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


@dataclass(frozen=True, slots=True)
class About:
    """What a case is about, as the database names it, categories the widest first."""

    item: UUID | None = None
    category: tuple[UUID, ...] = ()
    partner: UUID | None = None

    @property
    def scopes(self) -> Mapping[str, Any]:
        """The same as a `Case` takes it."""
        return {"item": self.item, "categories": self.category, "partner": self.partner}


@dataclass(frozen=True, slots=True)
class Case:
    """One case that rules are tried with: what people call it, how much it is, what rules may know of it."""

    what: str
    quantity: Decimal | None
    facts: object
    item: UUID | None = None
    categories: tuple[UUID, ...] = ()
    partner: UUID | None = None

    def decided_by(self, asked: Asked[Any]) -> Policy[Any]:
        """The policy that decides it."""
        return asked.deciding(item=self.item, categories=self.categories, partner=self.partner)


Try = Callable[[UnitOfWork, UUID, Mapping[str, Any], StoredPolicy], Trial]


def dry_run(unit: UnitOfWork, document: Mapping[str, Any], *, policy: StoredPolicy, warehouse: UUID) -> Trial:
    """What would change in a warehouse if these rules were saved in the place of the policy's.

    Refuses rules with faults (`policies.invalid_rules`).
    """
    return _TRIALS[policy.capability](unit, warehouse, document, policy)


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


def _first_matches(
    unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy, cases: Sequence[Case]
) -> Trial:
    """Cases of which the first rule that holds decides: each before, and with these rules in the policy's place."""
    form = policies.FORMS[policy.capability]
    named = {one for case in cases for one in (case.item, case.partner, *case.categories) if one is not None}
    stored = store.in_force(unit.session, capability=policy.capability, scopes=[warehouse, *named])
    tried = policies.instead(stored, document, scope=policy.scope, scope_id=policy.scope_id)
    now, then = (policies.asked(form, some, warehouse=warehouse) for some in (stored, tried))
    changes = []
    for case in cases:
        was, _why = first_match(case.decided_by(now), case.facts)
        will, why = first_match(case.decided_by(then), case.facts)
        before, after = ({} if one is None else _written(one) for one in (was, will))
        if before != after:
            names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
            was_so, will_be = ({name: one.get(name) for name in names} for one in (before, after))
            changes.append(Change(case.what, case.quantity, was_so, will_be, why))
    return Trial(len(cases), tuple(changes))


def _written(parameters: Any) -> dict[str, Scalar]:  # noqa: ANN401  (of any capability)
    """Parameters as they are shown, by name."""
    return {name: str(one) if isinstance(one, Decimal) else one for name, one in asdict(parameters).items()}


def _receiving(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    rows = store.lines_to_come(unit.session, warehouse=warehouse, most=MOST_TRIED)
    cases = [
        Case(f"{row['number']} · {row['sku']}", row["ordered"], LineFacts(
            sku=row["sku"], ordered=row["ordered"], received=Decimal(0), today=row["today"], category=row["category"],
            partner=row["partner"]), **as_nouns(row["about"], About).scopes)
        for row in rows
    ]  # fmt: skip
    return _first_matches(unit, warehouse, document, policy, cases)


def _quality(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    rows = store.lines_to_come(unit.session, warehouse=warehouse, most=MOST_TRIED)
    cases = [
        Case(f"{row['number']} · {row['sku']}", row["ordered"], InspectionFacts(
            sku=row["sku"], category=row["category"], partner=row["partner"], tracking=row["tracking"],
            hazard=row["hazard"], quantity=row["ordered"], lots_before=row["lots"], rejected_before=row["rejected"]),
             **as_nouns(row["about"], About).scopes)
        for row in rows
    ]  # fmt: skip
    return _first_matches(unit, warehouse, document, policy, cases)


def _packing(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    cases = []
    for row in store.weighed_parcels(unit.session, warehouse=warehouse, most=MOST_TRIED):
        facts = WeighFacts(row["expected_kg"], row["pieces"], row["carton"], row["partner"])
        cases.append(Case(row["number"], row["weight_kg"], facts, **as_nouns(row["about"], About).scopes))
    return _first_matches(unit, warehouse, document, policy, cases)


def _shipping(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    rows = store.weighed_parcels(unit.session, warehouse=warehouse, most=MOST_TRIED)
    cases = [
        Case(row["number"], row["weight_kg"], ShipmentFacts(
            row["weight_kg"], country=row["country"], partner=row["partner"], parcels=row["parcels"],
            dangerous=row["dangerous"], wish=row["wish"], postal_code=row["postal_code"]),
             **as_nouns(row["about"], About).scopes)
        for row in rows
    ]  # fmt: skip
    return _first_matches(unit, warehouse, document, policy, cases)


def _papers(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    cases, company = [], setup.company_of(unit)
    for row in store.weighed_parcels(unit.session, warehouse=warehouse, most=MOST_TRIED):
        carton = consigning.sent(unit, row["id"])
        one = carton.consignment
        facts = consigning.paper_facts(one, company, carrier=carton.carrier, service=one.service)
        cases.append(Case(row["number"], row["weight_kg"], facts, partner=carton.partner))
    return _first_matches(unit, warehouse, document, policy, cases)


def _extras(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    """What packers would be asked for with each order: of all its goods, every rule that holds."""
    form, changes = extras.FORM, []
    rows = store.orders_to_pack(unit.session, warehouse=warehouse, most=MOST_TRIED)
    named = {UUID(str(one)) for row in rows for good in row["goods"] for one in (good["item"], *good["categories"])}
    scopes = [warehouse, *named, *(row["partner_id"] for row in rows if row["partner_id"])]
    stored = store.in_force(unit.session, capability=policy.capability, scopes=scopes)
    tried = policies.instead(stored, document, scope=policy.scope, scope_id=policy.scope_id)
    now, then = (policies.asked(form, some, warehouse=warehouse) for some in (stored, tried))
    for row in rows:
        cases = _packed_together(row)
        before, after = (_extras_of(cases, asked) for asked in (now, then))
        if before != after:
            other = next(case for case in cases if _extras_of([case], now) != _extras_of([case], then))
            why = every_match_why(other.decided_by(then), other.facts)
            changes.append(Change(row["number"], row["pieces"], ", ".join(before), ", ".join(after), why))
    return Trial(len(rows), tuple(changes))


def _packed_together(row: Mapping[str, Any]) -> list[Case]:
    """An order as rules about extras see it: as a whole, then each of its goods."""
    about = extras.ExtraFacts(
        partner=row["partner"], carrier=row["carrier"], service=row["service"], country=row["country"],
        value=row["value"], pieces=row["pieces"], first_order=row["first_order"], gift=row["gift"], today=row["today"],
    )  # fmt: skip
    goods = [
        Case(row["number"], None, replace(about, **{name: good[name] for name in _OF_GOODS}), UUID(good["item"]),
             tuple(map(UUID, good["categories"])), row["partner_id"])
        for good in row["goods"]
    ]  # fmt: skip
    return [Case(row["number"], None, about, partner=row["partner_id"]), *goods]


def _extras_of(cases: Sequence[Case], asked: Asked[Any]) -> tuple[str, ...]:
    wanted = (one.extra for case in cases for one in every_match(case.decided_by(asked), case.facts))
    return tuple(dict.fromkeys(wanted))


def _verification(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    cases = [
        Case(f"{row['number']} · {good['sku']}", Decimal(good["pieces"]), CountFacts(
            **{name: good[name] for name in _OF_GOODS}, tracking=good["tracking"], partner=row["partner"],
            pieces=Decimal(good["pieces"]), price=Decimal(good["price"])),
             UUID(good["item"]), tuple(map(UUID, good["categories"])), row["partner_id"])
        for row in store.orders_to_pack(unit.session, warehouse=warehouse, most=MOST_TRIED) for good in row["goods"]
    ]  # fmt: skip
    return _first_matches(unit, warehouse, document, policy, cases)


def _docks(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    month, now = timedelta(days=30), clock.now()
    known = dock_store.appointments(unit.session, warehouse, start=now - month, until=now + month)
    latest = sorted(known, key=lambda one: one.starts_at, reverse=True)[:MOST_TRIED]
    partners = {one.load.partner for one in latest} - {""}
    ids = {code: entry.partner(unit.session, code) for code in partners}
    cases = [
        Case(one.number, Decimal(one.load.pallets), load_facts(one.load), partner=ids.get(one.load.partner))
        for one in latest
    ]
    return _first_matches(unit, warehouse, document, policy, cases)


def _waves(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    now = clock.now()
    waiting = waves.read_ground(unit, warehouse, most=MOST_TRIED).orders
    cases = [Case(one.number, Decimal(one.picks), order_facts(one, now)) for one in waiting]
    return _first_matches(unit, warehouse, document, policy, cases)


def _stations(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    cases = [Case(one.name, None, StationFacts(one.type)) for one in people.stations(unit) if one.active]
    return _first_matches(unit, warehouse, document, policy, cases)


def _order_priority(unit: UnitOfWork, warehouse: UUID, document: Mapping[str, Any], policy: StoredPolicy) -> Trial:
    judged = order_priorities.judge(unit, warehouse)
    cases = [Case(f"{one.number} · {one.customer}", None, one.facts, partner=one.partner) for one in judged]
    return _first_matches(unit, warehouse, document, policy, cases)


_TRIALS: Mapping[str, Try] = {
    "putaway": _putaway,
    "allocation": _allocation,
    "valuation": _valuation,
    "order_priority": _order_priority,
    "receiving": _receiving,
    "quality": _quality,
    "packing": _packing,
    "shipping": _shipping,
    "papers": _papers,
    "extras": _extras,
    "verification": _verification,
    "docks": _docks,
    "waves": _waves,
    "stations": _stations,
}
