"""What pack verification does."""

from dataclasses import dataclass
from uuid import UUID

from app.database.packing import Closing, PackMove
from app.dialogs.definition import Effect, Where
from app.dialogs.dialog import Result
from app.domain.labels import LabelContent
from app.domain.packing.extras import Extra, ExtraKind
from app.domain.values import format_quantity
from app.services import packing
from app.services.packing import Parcel
from app.services.work import UnitOfWork

TAKEN_OUT = "taken_out"
"""The kind of result by which the step learns what came out of the carton."""


@dataclass(frozen=True, slots=True)
class OpenCarton:
    """A carton is put on the bench for an order; the one that is open already is taken where there is one."""

    document: UUID
    place: UUID
    carton: str


@dataclass(frozen=True, slots=True)
class ChooseCarton:
    """Another carton is taken instead."""

    parcel: UUID
    carton: str


@dataclass(frozen=True, slots=True)
class DiscardCarton:
    """The empty carton is put back."""

    parcel: UUID


@dataclass(frozen=True, slots=True)
class PackUnit:
    """A verified unit goes into the carton."""

    document: UUID
    parcel: Parcel
    moves: tuple[PackMove, ...]


@dataclass(frozen=True, slots=True)
class TakeOut:
    """A unit goes back into its tote; what is in the carton then is told as the next event."""

    parcel: UUID
    item: UUID
    sku: str
    lot: str
    serial: str


@dataclass(frozen=True, slots=True)
class NoteExtra:
    """An extra was done for a carton: by a key, a scan (`scanned`), or a photo that is kept under this hash."""

    document: UUID
    parcel: UUID
    extra: Extra
    sku: str
    answer: str
    scanned: str = ""
    photo: str = ""


@dataclass(frozen=True, slots=True)
class PrintNote:
    """The gift note of an order is printed, once."""

    document: UUID
    printer: UUID
    content: LabelContent


@dataclass(frozen=True, slots=True)
class CloseCarton:
    """A weighed carton is sealed, and its labels are wanted."""

    closing: Closing


@dataclass(frozen=True, slots=True)
class VerifyLabel:
    """The printed label was scanned on the carton; the next one is opened where one follows."""

    parcel: UUID
    jobs: tuple[UUID, ...]
    following: OpenCarton | None = None


@dataclass(frozen=True, slots=True)
class SettleLabel:
    """A person says that a doubtful label is there, or worthless."""

    job: UUID
    there: bool


@dataclass(frozen=True, slots=True)
class ReprintLabel:
    """A label is printed anew."""

    parcel: UUID
    job: UUID
    printer: UUID
    content: LabelContent
    reason: str


@dataclass(frozen=True, slots=True)
class UseOtherPrinter:
    """Waiting labels go to another printer."""

    jobs: tuple[UUID, ...]
    printer: UUID


@dataclass(frozen=True, slots=True)
class ReopenCarton:
    """A sealed carton is opened again; its labels die."""

    parcel: UUID


Command = (
    OpenCarton
    | ChooseCarton
    | DiscardCarton
    | PackUnit
    | TakeOut
    | NoteExtra
    | PrintNote
    | CloseCarton
    | VerifyLabel
    | SettleLabel
    | ReprintLabel
    | UseOtherPrinter
    | ReopenCarton
)


def execute(  # noqa: PLR0911  (one a kind of command)
    unit: UnitOfWork, where: Where, command: Command
) -> Effect:
    """Do one command of pack verification."""
    match command:
        case PackUnit(document, parcel, moves):
            posting = packing.pack(unit, warehouse=where.warehouse, document=document, parcel=parcel, moves=moves)
            return Effect(postings=(posting,), document=document)
        case TakeOut():
            return _take_out(unit, command)
        case OpenCarton(document, place, carton):
            packing.open_carton(unit, document=document, place=place, carton=carton)
            return Effect(document=document)
        case ChooseCarton(parcel_id, carton):
            packing.choose_carton(unit, parcel=parcel_id, carton=carton)
            return Effect(outside="carton_chosen")
        case DiscardCarton(parcel_id):
            packing.discard_carton(unit, parcel=parcel_id)
            return Effect(outside="end_of_order")
        case NoteExtra():
            return _note(unit, command)
        case PrintNote(document, printer, content):
            packing.print_note(unit, where.run, document=document, printer=printer, content=content)
            return Effect()
        case _:
            return _seal(unit, where, command)


def _note(unit: UnitOfWork, command: NoteExtra) -> Effect:
    """What lies in the carton or was photographed cannot be undone by UNDO; what was read needs no undoing."""
    packing.note_extra(
        unit,
        parcel=command.parcel,
        code=command.extra.code,
        sku=command.sku,
        answer=command.answer,
        scanned=command.scanned,
        photo=command.photo,
    )
    return Effect(outside="" if command.extra.kind is ExtraKind.INSTRUCTION else "extra")


def _take_out(unit: UnitOfWork, command: TakeOut) -> Effect:
    posting, quantity = packing.unpack(
        unit, parcel=command.parcel, item=command.item, lot=command.lot, serial=command.serial
    )
    told = {"sku": command.sku, "quantity": format_quantity(quantity)}
    return Effect(outside="taken_out", result=Result(posting, TAKEN_OUT, command.parcel, "done", told))


def _seal(
    unit: UnitOfWork,
    where: Where,
    command: CloseCarton | VerifyLabel | SettleLabel | ReprintLabel | UseOtherPrinter | ReopenCarton,
) -> Effect:
    """What happens to a carton that is closed; paper is involved, so none of it is undone by UNDO."""
    match command:
        case CloseCarton(closing):
            packing.close_carton(unit, run=where.run, closing=closing)
        case VerifyLabel(parcel, jobs, following):
            after = (following.document, following.place, following.carton) if following else None
            packing.verify_label(unit, parcel=parcel, jobs=jobs, following=after)
        case SettleLabel(job, there):
            settle = packing.confirm_label if there else packing.void_label
            settle(unit, job=job)
        case ReprintLabel(parcel, job, printer, content, reason):
            packing.reprint_label(
                unit, run=where.run, parcel=parcel, job=job, printer=printer, content=content, reason=reason
            )
        case UseOtherPrinter(jobs, printer):
            packing.use_other_printer(unit, jobs=jobs, printer=printer)
        case ReopenCarton(parcel):
            packing.reopen_carton(unit, parcel=parcel)
    return Effect(outside="labels")
