"""How urgent orders are by the rules: given to each order that comes, and tried or given anew for those that wait.

A priority that a person or a file gave is theirs: no rule changes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.database import order_desk as store
from app.database import policies as rules
from app.database.session import Row
from app.domain.order_desk import FORM, OrderFacts, Urgency, urgency
from app.domain.policies import Decision
from app.services.policies import Asked, asked
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Judged:
    """An order with the priority that it has and the one that the rules give it, and why."""

    id: UUID
    number: str
    customer: str
    partner: UUID | None
    facts: OrderFacts
    before: int
    after: int
    why: Decision


def judge(unit: UnitOfWork, warehouse: UUID, documents: Sequence[UUID] | None = None) -> tuple[Judged, ...]:
    """What the rules say of orders of a warehouse (None: of all that have not ended); nothing is changed."""
    found = store.urgency_facts(unit.session, warehouse=warehouse, documents=documents)
    partners = {row["partner_id"] for row in found if row["partner_id"]}
    stored = rules.in_force(unit.session, capability=FORM.capability, scopes=[warehouse, *partners])
    in_force = asked(FORM, stored, warehouse=warehouse)
    return tuple(_judged(row, in_force) for row in found)


def _judged(row: Row, in_force: Asked[Urgency]) -> Judged:
    facts = OrderFacts(
        partner=row["partner"],
        carrier=row["carrier"],
        service=row["service"],
        country=row["country"],
        lines=row["lines"],
        value=Decimal(row["value"]),
        days_to_ship=row["days_to_ship"],
        complete_only=row["complete_only"],
    )
    after, why = urgency(in_force.deciding(partner=row["partner_id"]), facts)
    return Judged(row["id"], row["number"], row["customer"], row["partner_id"], facts, row["priority"], after, why)


def give(unit: UnitOfWork, warehouse: UUID, documents: Sequence[UUID]) -> None:
    """Give orders that have just come, or were changed, the priority that the rules say."""
    wanted = {one.id: one.after for one in judge(unit, warehouse, documents) if one.after != one.before}
    if wanted:
        store.give_priorities(unit.session, warehouse, wanted)


def give_anew(unit: UnitOfWork, warehouse: UUID, *, reason: str) -> int:
    """Give every order that has not ended the priority that the rules say now; returns how many changed.

    Each of them keeps who did it, with the reason in words.
    """
    wanted = {one.id: one.after for one in judge(unit, warehouse) if one.after != one.before}
    if not wanted:
        return 0
    for identity in wanted:
        unit.changed("document", identity)
    unit.changed("task")
    return store.give_priorities(unit.session, warehouse, wanted, reason=reason)
