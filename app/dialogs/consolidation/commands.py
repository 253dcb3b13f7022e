"""What consolidation does: bring a tote to its lane, sort goods into a tote of their order."""

from dataclasses import dataclass
from uuid import UUID

from app.dialogs.consolidation.state import Taken
from app.dialogs.definition import Effect, Where
from app.services import consolidation
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Bring:
    """The tote stands in this place now."""

    tote: UUID
    place: UUID


@dataclass(frozen=True, slots=True)
class Sort:
    """Goods are in a tote of their order now: a known one, or a new one by its number (empty: it gets one)."""

    tote: UUID
    taken: Taken
    into: UUID | None = None
    number: str = ""


Command = Bring | Sort


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Do one command."""
    match command:
        case Bring(tote, place):
            posting = consolidation.bring(unit, tote=tote, place=place)
            return Effect(postings=(posting,) if posting else ())
        case Sort(tote, taken, into, number):
            target = into or consolidation.new_tote(unit, warehouse=where.warehouse, number=number or None)
            done = consolidation.sort(
                unit, line=taken.line, tote=tote, trace=taken.trace, quantity=taken.quantity, into=target
            )
            return Effect(postings=(done,))
