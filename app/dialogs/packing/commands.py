"""What pack verification does."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.packing import Closing, PackMove, Reprint, WeighingNote
from app.dialogs.definition import Effect, Where
from app.dialogs.dialog import Result
from app.dialogs.grammar import amount
from app.dialogs.packing.taking_back import (
    ExchangeCartons,
    ReopenCarton,
    SwapUnit,
    TakeOut,
    TakingBack,
    UnpackCarton,
    take_back,
)
from app.domain.labels import LabelContent
from app.domain.packing.extras import Extra
from app.services import packing, packing_extras
from app.services.carriers import buying
from app.services.packing import Parcel
from app.services.packing_extras import ExtraDone
from app.services.products import images
from app.services.work import UnitOfWork

LEFT_IN_TOTE = "left_in_tote"
"""The kind of result by which the step learns that totes are not empty at the end of an order."""


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
class NoteExtra:
    """An extra was done for a carton: by a key, a scan (`scanned`), or a photo that is kept under this hash.

    `quantity`: how many of an insert were put in.
    """

    document: UUID
    parcel: UUID
    extra: Extra
    sku: str
    answer: str
    scanned: str = ""
    photo: str = ""
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class PrintNote:
    """The gift note of an order is printed; `before`: the job of the one before, which is dead if there is a reason."""

    document: UUID
    printer: UUID
    content: LabelContent
    before: UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoteWeighing:
    """What the scale said is kept, whether the carton is closed with it or not."""

    weighing: WeighingNote


@dataclass(frozen=True, slots=True)
class CloseCarton:
    """A weighed carton is sealed, and its labels are wanted."""

    closing: Closing


@dataclass(frozen=True, slots=True)
class VerifyLabel:
    """The printed label was scanned on a carton of this order (number); the next one is opened where one follows."""

    parcel: UUID
    jobs: tuple[UUID, ...]
    following: OpenCarton | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class SettleLabel:
    """A person says that a doubtful label is there, or worthless."""

    job: UUID
    there: bool


@dataclass(frozen=True, slots=True)
class ReprintLabel:
    """A label is printed anew; `rate`: what the carton costs now, where it goes elsewhere than before."""

    parcel: UUID
    job: UUID
    printer: UUID
    content: LabelContent
    reason: str
    rate: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class BuyLabel:
    """A closed carton without a shipping label gets one, of whatever carrier the rules choose now."""

    parcel: UUID
    printer: UUID


@dataclass(frozen=True, slots=True)
class UseOtherPrinter:
    """Waiting labels go to another printer."""

    jobs: tuple[UUID, ...]
    printer: UUID


Command = (
    OpenCarton
    | ChooseCarton
    | DiscardCarton
    | PackUnit
    | TakingBack
    | NoteExtra
    | PrintNote
    | NoteWeighing
    | CloseCarton
    | VerifyLabel
    | SettleLabel
    | ReprintLabel
    | BuyLabel
    | UseOtherPrinter
)


def execute(  # noqa: PLR0911  (one a kind of command)
    unit: UnitOfWork, where: Where, command: Command
) -> Effect:
    """Do one command of pack verification."""
    match command:
        case PackUnit(document, parcel, moves):
            posting = packing.pack(unit, warehouse=where.warehouse, document=document, parcel=parcel, moves=moves)
            return Effect(postings=(posting,), document=document)
        case TakeOut() | ReopenCarton() | UnpackCarton() | ExchangeCartons() | SwapUnit():
            return take_back(unit, command)
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
        case PrintNote(document, printer, content, before, reason):
            packing_extras.print_note(
                unit, where.run, document=document, printer=printer, content=content, before=before, reason=reason
            )
            return Effect()
        case NoteWeighing(weighing):
            packing.note_weighing(unit, weighing)
            return Effect()
        case _:
            return _seal(unit, where, command)


def _note(unit: UnitOfWork, command: NoteExtra) -> Effect:
    """What was put in, read or photographed is noted; an insert may leave the stock."""
    done = ExtraDone(
        code=command.extra.code,
        sku=command.sku,
        answer=command.answer,
        scanned=command.scanned,
        photo=images.hash_of(command.photo) if command.photo else None,
        quantity=command.quantity,
    )
    posting = packing_extras.note_extra(unit, parcel=command.parcel, done=done)
    return Effect(postings=(posting,) if posting else ())


def _seal(
    unit: UnitOfWork,
    where: Where,
    command: CloseCarton | VerifyLabel | SettleLabel | ReprintLabel | BuyLabel | UseOtherPrinter,
) -> Effect:
    """What happens to a carton that is closed; paper is involved, so none of it is undone by UNDO."""
    match command:
        case VerifyLabel():
            return _verify(unit, command)
        case CloseCarton(closing):
            packing.close_carton(unit, run=where.run, closing=closing)
        case SettleLabel(job, there):
            settle = packing.confirm_label if there else packing.void_label
            settle(unit, job=job)
        case ReprintLabel():
            wanted = Reprint(
                command.parcel, command.job, command.printer, command.content, command.reason, command.rate
            )
            packing.reprint_label(unit, run=where.run, wanted=wanted)
        case BuyLabel(parcel, printer):
            buying.buy(unit, buying.plan(unit, parcel), printer=printer)
        case UseOtherPrinter(jobs, printer):
            packing.use_other_printer(unit, jobs=jobs, printer=printer)
    return Effect(outside="labels")


def _verify(unit: UnitOfWork, command: VerifyLabel) -> Effect:
    """The label is on the carton; where no other carton follows, what lies in the totes still is told."""
    following = command.following
    after = (following.document, following.place, following.carton) if following else None
    left = packing.verify_label(unit, parcel=command.parcel, jobs=command.jobs, following=after)
    if not left or following:
        return Effect(outside="labels")
    told = {
        "document": command.number,
        "totes": ", ".join(sorted({one.tote for one in left})),
        "goods": ", ".join(amount(one.qty, one.unit, one.sku) for one in left),
        "others": ", ".join(sorted({one.other for one in left if one.other})),
        "waits": "yes" if all(one.waits for one in left) else "",
    }
    return Effect(outside="labels", result=Result(unit.request_id, LEFT_IN_TOTE, command.parcel, "done", told))
