"""What consolidation does: bring a tote to its lane, sort goods into a tote of their order."""

from dataclasses import dataclass
from uuid import UUID

from app.dialogs.consolidation.state import Taken
from app.dialogs.definition import Effect, Where, sub_request
from app.dialogs.dialog import Result
from app.services import consolidation
from app.services.unit_labels import want_labels
from app.services.work import UnitOfWork

NEW_TOTE = "new_tote"
"""The kind of result by which the step learns the number of a tote that got one."""


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
            target, called = (
                (into, "") if into else consolidation.new_tote(unit, warehouse=where.warehouse, number=number or None)
            )
            done = consolidation.sort(
                unit, line=taken.line, tote=tote, trace=taken.trace, quantity=taken.quantity, into=target
            )
            labelled = None if into or number else _labelled(unit, where, target, called)
            return Effect(postings=(done,), result=labelled)


def _labelled(unit: UnitOfWork, where: Where, tote: UUID, number: str) -> Result:
    """A tote that came without a number gets a label with its new one; tells where it prints."""
    printer = want_labels(unit, warehouse=where.warehouse, run=where.run, units=[tote]).printer
    request = sub_request(unit.request_id, NEW_TOTE)
    return Result(request, NEW_TOTE, tote, "done", {"tote": number, "printer": printer})
