"""What a packer does beside scanning goods, written down with the carton; the gift note goes to the printer."""

from uuid import UUID, uuid5

from app.database import packing as store
from app.database.packing import ExtraDone
from app.domain.labels import LabelContent
from app.services.printing import JOB
from app.services.work import UnitOfWork

__all__ = ["ExtraDone", "note_extra", "print_note"]


def note_extra(unit: UnitOfWork, *, parcel: UUID, done: ExtraDone) -> UUID | None:
    """Write down that an extra was done for an open carton.

    So much of an insert that is to be booked out of the stock is, where enough of it lies in one place: the posting is
    returned. Refuses `packing.carton_sealed`, `packing.extra_too_many` and `photo.not_kept`.
    """
    posting = store.note_extra(unit.session, request=unit.request_id, parcel=parcel, done=done)
    unit.changed("parcel", parcel)
    if posting:
        unit.changed("stock")
    return posting


def print_note(
    unit: UnitOfWork,
    run: UUID,
    *,
    document: UUID,
    printer: UUID,
    content: LabelContent,
    before: UUID | None = None,
    reason: str = "",
) -> None:
    """Print an order's gift note; whoever asks again gets the same one.

    `before` is the job of the note before, where there was one; with a `reason` its paper is worthless from now on.
    """
    request = uuid5(document, f"{content.uid} after {before}" if before else content.uid)
    store.print_note(
        unit.session,
        request=request,
        run=run,
        document=document,
        printer=printer,
        content=content,
        again=(before, reason) if before and reason else None,
    )
    unit.changed(JOB)
