"""What receiving does: book goods, end a receipt."""

from dataclasses import dataclass
from uuid import UUID

from app.database.receiving import ReceiptMove
from app.dialogs.definition import Effect, Where
from app.dialogs.dialog import Result
from app.services import discrepancies, goods_labels, handling_units, receiving
from app.services.discrepancies import Found
from app.services.goods_labels import Wish
from app.services.receiving import AnnouncedUnit, ExpectedDocument
from app.services.unit_labels import want_labels
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Book:
    """Goods of one line are at the dock; `found` is what is wrong with them.

    `inspected`: somebody is to look at them, or lets them by.
    """

    move: ReceiptMove
    found: tuple[Found, ...] = ()
    inspected: bool = False


@dataclass(frozen=True, slots=True)
class BookUnit:
    """An announced unit is at the dock with all that stands on it, each of its lines in its status.

    `inspected`: somebody is to look at some of it, or lets it by.
    """

    asn: UUID
    unit: AnnouncedUnit
    dock: UUID
    statuses: tuple[str, ...]
    found: tuple[Found, ...] = ()
    inspected: bool = False


@dataclass(frozen=True, slots=True)
class NoteWrong:
    """Goods came that nobody ordered: noted, not booked."""

    document: UUID
    found: Found


@dataclass(frozen=True, slots=True)
class End:
    """The truck is empty: what is missing stays open, or is closed short."""

    document: ExpectedDocument
    close_short: bool


@dataclass(frozen=True, slots=True)
class MakeUnit:
    """A new pallet, case, tote or carton for the goods that follow."""

    kind: str


@dataclass(frozen=True, slots=True)
class LabelUnit:
    """The unit is full: its label is printed, with what stands on it."""

    unit: UUID
    document: str


@dataclass(frozen=True, slots=True)
class LabelGoods:
    """Labels of goods, so many of each."""

    document: UUID | None
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class AddPhoto:
    """A picture that was just kept shows the goods of a line."""

    document: UUID
    line: UUID
    reason: str
    sha256: str


UNIT = "unit"
"""The kind of result by which the step learns of a unit that was made."""
LABELLED = "labelled"
"""The kind of result by which the step learns whether a unit's label is on its way."""

GOODS_LABELLED = "goods_labelled"
"""The kind of result by which the step learns that labels of goods could not be printed, or where they are."""

Command = Book | BookUnit | NoteWrong | End | MakeUnit | LabelUnit | LabelGoods | AddPhoto


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Do one command of receiving."""
    match command:
        case Book() | BookUnit():
            return _book(unit, where, command)
        case MakeUnit() | LabelUnit():
            return _unit(unit, where, command)
        case LabelGoods():
            return _label(unit, where, command)
        case NoteWrong(document, found):
            discrepancies.note(unit, document=document, found=found)
            return Effect(outside="discrepancy_noted", document=document)
        case AddPhoto(document, line, reason, sha256):
            receiving.add_photo(unit, document=document, line=line, run=where.run, reason=reason, sha256=sha256)
            return Effect(document=document)
        case End(document, close_short):
            reason = "SHORT_DELIVERY" if close_short else ""
            receiving.end_receipt(unit, document=document, close_short=close_short, reason=reason)
            return Effect(outside="end_of_receipt")


def _book(unit: UnitOfWork, where: Where, command: Book | BookUnit) -> Effect:
    match command:
        case Book(move, found, inspected):
            posting = receiving.receive(unit, warehouse=where.warehouse, move=move, found=found, inspected=inspected)
            return Effect(postings=(posting,), document=move.document)
        case BookUnit(asn, announced, dock, statuses, found, inspected):
            posting = receiving.receive_unit(
                unit,
                asn=asn,
                handling_unit=announced.id,
                dock=dock,
                statuses=statuses,
                found=found,
                inspected=inspected,
            )
            return Effect(postings=(posting,), document=asn)


def _label(unit: UnitOfWork, where: Where, command: LabelGoods) -> Effect:
    printer = goods_labels.want(
        unit, command.wishes, warehouse=where.warehouse, run=where.run, document=command.document
    )
    held = next((goods.status for goods, _ in command.wishes if goods.status), "")
    said = {"count": str(sum(count for _, count in command.wishes)), "printer": printer, "held": held}
    return Effect(result=Result(unit.request_id, GOODS_LABELLED, command.document or where.run, "done", said))


def _unit(unit: UnitOfWork, where: Where, command: MakeUnit | LabelUnit) -> Effect:
    match command:
        case MakeUnit(kind):
            made, number = handling_units.make(unit, warehouse=where.warehouse, kind=kind)
            told = Result(unit.request_id, UNIT, made, "done", {"unit": number})
            return Effect(outside="unit_registered", result=told)
        case LabelUnit(made, document_no):
            wanted = want_labels(unit, warehouse=where.warehouse, run=where.run, units=[made], document=document_no)
            said = {"unit": ", ".join(wanted.numbers), "printer": wanted.printer}
            return Effect(result=Result(unit.request_id, LABELLED, made, "done", said))
