"""What the gate reads for a step: the trucks that are meant, and the plan of today."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Result, Scanned
from app.dialogs.gate.state import GateState
from app.domain.docks import Appointment, Door, Plan
from app.domain.scanning import CodeKind
from app.services import clock
from app.services.docks import planning, trucks
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class GateFacts:
    """The trucks that a scan means, the likeliest first; others that are in hand; the plan of today, and now."""

    meant: tuple[Appointment, ...]
    known: tuple[Appointment, ...]
    plan: Plan
    now: datetime

    def truck(self, identity: UUID | None) -> Appointment | None:
        """The truck with this id."""
        return next((one for one in (*self.known, *self.meant, *self.plan.appointments) if one.id == identity), None)

    def free_doors(self, one: Appointment) -> tuple[Door, ...]:
        """The doors that a truck can be sent to now."""
        return trucks.free_doors(self.plan, one)


def words_of(event: Scanned) -> str:
    """What was scanned, as people would type it: of a pallet's code its number."""
    known = event.reading.of(CodeKind.DOCUMENT, CodeKind.HANDLING_UNIT)
    return known[0].label if known else event.reading.sscc or event.reading.raw.strip()


def read(unit: UnitOfWork, where: Where, state: GateState, event: Event) -> GateFacts:
    """The trucks that are meant by a scan, those that were offered, the one in hand or of a result."""
    meant: tuple[Appointment, ...] = ()
    if isinstance(event, Scanned):
        meant = trucks.found(unit, warehouse=where.warehouse, words=words_of(event))
    ids = [one for one in (state.truck, *state.offered) if one]
    if isinstance(event, Result):
        ids.append(event.about)
    known = trucks.by_id(unit, warehouse=where.warehouse, ids=ids) if ids else ()
    first = planning.today(unit, where.warehouse)
    plan = planning.plan_of(unit, warehouse=where.warehouse, first=first)
    return GateFacts(meant, known, plan, clock.now())
