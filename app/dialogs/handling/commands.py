"""What is done with handling units: move, nest, repack, make one known."""

from dataclasses import dataclass
from uuid import UUID

from app.database.handling_units import Part
from app.dialogs.definition import Effect, Where
from app.dialogs.dialog import Result
from app.services import handling_units
from app.services.handling_units import Content, Place, Unit
from app.services.unit_labels import Wanted, want_labels
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
class Retire:
    """The unit is out of use from now on, or in use again."""

    unit: UUID
    retired: bool


@dataclass(frozen=True, slots=True)
class Repack:
    """Goods are in another unit now, or loose; `parts` None for everything, and what stands on the unit with it."""

    unit: UUID
    into: UUID | None
    parts: tuple[Part, ...] | None = None


@dataclass(frozen=True, slots=True)
class Make:
    """A new unit gets the next SSCC, and its label."""

    kind: str


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Goods in and on the unit are held, or released."""

    unit: UUID
    place: UUID
    goods: tuple[Content, ...]
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class PrintLabel:
    """The unit's label is printed, as it is now."""

    unit: UUID


@dataclass(frozen=True, slots=True)
class Register:
    """A unit is known by its number from now on."""

    kind: str
    number: str


Command = Move | Nest | Retire | Repack | Register | Make | SetStatus | PrintLabel


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Do one command. The result makes the dialog look again, so that it shows what is there now."""
    match command:
        case Move(moved, place):
            posting = handling_units.move(unit, moved=moved, place=place).posting
            return _done(unit, moved.id, posting)
        case Nest(moved, onto):
            handling_units.nest(unit, moved=moved, onto=onto)
            return _done(unit, moved)
        case Retire(handled, retired):
            (handling_units.retire if retired else handling_units.use_again)(unit, retired=handled)
            return _done(unit, handled)
        case Repack(source, into, parts):
            posting = handling_units.repack(unit, source=source, into=into, parts=parts)
            labels = _labels(unit, where, *((source, into) if parts is not None else (into,))) if into else Wanted()
            return _done(unit, source, posting, labels=labels)
        case SetStatus(held, place, goods, status, reason):
            posting = handling_units.change_status(
                unit, warehouse=where.warehouse, place=place, goods=goods, status=status, reason=reason
            )
            return _done(unit, held, posting)
        case Register() | Make() | PrintLabel():
            return _known(unit, where, command)


def _known(unit: UnitOfWork, where: Where, command: Register | Make | PrintLabel) -> Effect:
    """A unit becomes known by the label that it carries; a new one, or one that is there, gets its label."""
    match command:
        case Register(kind, number):
            made = handling_units.register(unit, warehouse=where.warehouse, kind=kind, number=number)
            return _done(unit, made, outside="unit_registered")
        case Make(kind):
            made, _ = handling_units.make(unit, warehouse=where.warehouse, kind=kind)
            return _done(unit, made, outside="unit_registered", labels=_labels(unit, where, made))
        case PrintLabel(labelled):
            return _done(unit, labelled, labels=_labels(unit, where, labelled))


def _labels(unit: UnitOfWork, where: Where, *units: UUID) -> Wanted:
    return want_labels(unit, warehouse=where.warehouse, run=where.run, units=units)


def _done(
    unit: UnitOfWork, about: UUID, posting: UUID | None = None, *, outside: str = "", labels: Wanted | None = None
) -> Effect:
    postings = (posting,) if posting else ()
    told = {"labels": ", ".join(labels.numbers), "printer": labels.printer} if labels and labels.numbers else {}
    result = Result(unit.request_id, "handled", about, "done", told)
    return Effect(postings=postings, outside=outside, result=result)
