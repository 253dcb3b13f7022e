"""What the gate does: take a truck to its next state, or note one that nobody planned."""

from dataclasses import dataclass
from uuid import UUID

from app.dialogs.definition import Effect, Where
from app.dialogs.dialog import Result
from app.domain.docks import Direction, Load, State
from app.services.docks import planning, trucks
from app.services.work import UnitOfWork

ADVANCED = "advanced"


@dataclass(frozen=True, slots=True)
class Advance:
    """A truck goes to its next state, to this door, for this reason."""

    truck: UUID
    version: int
    state: State
    door: UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WalkIn:
    """A truck without an appointment is here."""

    plate: str
    direction: Direction


GateCommand = Advance | WalkIn


def execute(unit: UnitOfWork, where: Where, command: GateCommand) -> Effect:
    """Do one command of the gate; the dialog hears what came of it, and looks again."""
    match command:
        case Advance():
            number = planning.advance(
                unit,
                appointment=command.truck,
                version=command.version,
                state=command.state,
                door=command.door,
                reason=command.reason,
                run=where.run,
            )
            about, state = command.truck, command.state
        case WalkIn():
            made = trucks.walk_in(
                unit,
                warehouse=where.warehouse,
                load=Load(command.direction),
                plate=command.plate,
                run=where.run,
            )
            number, about, state = made.number, made.id, State.ARRIVED
    return Effect(result=Result(unit.request_id, ADVANCED, about, state.value, {"number": number}))
