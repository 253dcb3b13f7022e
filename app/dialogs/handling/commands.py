"""What is done with handling units: move, nest, repack, make one known."""

from dataclasses import dataclass
from uuid import UUID

from app.database.handling_units import Part
from app.dialogs.definition import Effect, Where
from app.dialogs.dialog import Result
from app.services import handling_units
from app.services.handling_units import Place, Unit
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Move:
    """The unit stands in this place now, with everything in and on it."""

    unit: Unit
    place: Place


@dataclass(frozen=True, slots=True)
class Nest:
    """The unit stands on another one now, or on none."""

    unit: UUID
    onto: UUID | None


@dataclass(frozen=True, slots=True)
class Repack:
    """Goods are in another unit now, or loose; `parts` None for everything, and what stands on the unit with it."""

    unit: UUID
    into: UUID | None
    parts: tuple[Part, ...] | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """A unit is known by its number from now on."""

    kind: str
    number: str


Command = Move | Nest | Repack | Register


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Do one command. The result makes the dialog look again, so that it shows what is there now."""
    match command:
        case Move(moved, place):
            posting = handling_units.move(unit, moved=moved, place=place).posting
            return _done(unit, moved.id, posting, "" if posting else "unit_moved")
        case Nest(moved, onto):
            handling_units.nest(unit, moved=moved, onto=onto)
            return _done(unit, moved, None, "unit_nested")
        case Repack(source, into, parts):
            posting = handling_units.repack(unit, source=source, into=into, parts=parts)
            return _done(unit, source, posting, "" if posting else "unit_nested")
        case Register(kind, number):
            made = handling_units.register(unit, warehouse=where.warehouse, kind=kind, number=number)
            return _done(unit, made, None, "unit_registered")


def _done(unit: UnitOfWork, about: UUID, posting: UUID | None, outside: str) -> Effect:
    postings = (posting,) if posting else ()
    return Effect(postings=postings, outside=outside, result=Result(unit.request_id, "handled", about, "done"))
