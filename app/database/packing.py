"""What pack verification reads and writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database import printing
from app.database.session import Row, Session, as_json
from app.domain.labels import LabelContent
from app.domain.printing import PrintState

_PACK = """
    SELECT post_moves(p_request => %(request)s, p_kind => 'pack', p_warehouse => %(warehouse)s,
        p_items => %(items)s::uuid[], p_qtys => %(qtys)s::numeric[],
        p_from_locations => %(from_locations)s::uuid[], p_to_locations => %(to_locations)s::uuid[],
        p_traces => %(traces)s::uuid[], p_from_units => %(from_units)s::uuid[], p_to_units => %(to_units)s::uuid[],
        p_from_statuses => %(statuses)s::text[], p_from_owners => %(owners)s::uuid[], p_lines => %(lines)s::uuid[],
        p_document => %(document)s) AS answer
"""


@dataclass(frozen=True, slots=True)
class PackMove:
    """`qty` base units of one stock key that go from the tote into the carton, for one order line."""

    line: UUID
    item: UUID
    qty: Decimal
    location: UUID
    trace: UUID
    unit: UUID
    owner: UUID
    status: str


@dataclass(frozen=True, slots=True)
class LeftInTote:
    """Goods in a tote that an order was packed from; base units. `other` is another order that holds them, or empty.

    `waits`: they are still to be packed for the order itself.
    """

    tote: str
    sku: str
    qty: Decimal
    unit: str
    other: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class ExtraDone:
    """An extra that was done, of some goods or (`sku` empty) of the order: by a key, a scan, or a photo.

    `photo` is the hash of a picture that is kept; `quantity` how many of an insert were put in.
    """

    code: str
    sku: str
    answer: str
    scanned: str = ""
    photo: bytes | None = None
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Reprint:
    """A label of a carton that is printed anew, with what it says now, and why.

    `rate`: price, currency and day of arrival where the carton goes now, if it goes elsewhere than before.
    """

    parcel: UUID
    job: UUID
    printer: UUID
    content: LabelContent
    reason: str
    rate: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class WeighingNote:
    """What the scale said of an open carton and what was made of it, to be kept; weights in kg, gross.

    The curve: grams at milliseconds before the weight was taken. `suspects`: the goods that were named.
    """

    parcel: UUID
    device: str
    manual: bool
    kg: Decimal
    expected_kg: Decimal
    tolerance_kg: Decimal
    verdict: str
    suspects: str = ""
    curve: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Closing:
    """A weighed carton with all that closing it brings about; weights in kg, gross.

    `approval` is the request that a supervisor approved for `reason`, where the weight is off or was typed. `purchase`
    is its shipping label, bought or wanted (begin_purchase); `tracking` is empty where the carrier is asked for it.
    """

    parcel: UUID
    weight: Decimal
    device: str
    manual: bool
    carrier: str
    service: str
    tracking: str
    printer: UUID
    labels: tuple[LabelContent, ...]
    approval: UUID | None = None
    reason: str = ""
    purchase: Mapping[str, Any] | None = None
    weighing: WeighingNote | None = None


def read_facts(
    session: Session,
    *,
    warehouse: UUID,
    run: UUID,
    documents: Sequence[UUID],
    units: Sequence[UUID],
    parcels: Sequence[UUID],
    closing: bool,
) -> Row:
    """Orders with what is picked, packed and printed of them, and what the bench needs beside it."""
    return session.facts(
        "packing_facts",
        warehouse=warehouse,
        run=run,
        documents=list(documents),
        units=list(units),
        parcels=list(parcels),
        closing=closing,
    )


def open_carton(session: Session, *, document: UUID, place: UUID, carton: str) -> UUID:
    """The order's open carton, opened at `place` when there is none; returns the parcel."""
    return UUID(str(session.call("open_carton", document=document, location=place, carton_type=carton)))


def choose_carton(session: Session, *, parcel: UUID, carton: str) -> None:
    """Take another carton for an open parcel."""
    session.call("choose_carton", parcel=parcel, carton_type=carton)


def discard_carton(session: Session, *, parcel: UUID) -> None:
    """Give an empty carton up."""
    session.call("discard_carton", parcel=parcel)


def pack(
    session: Session,
    *,
    request: UUID,
    warehouse: UUID,
    document: UUID,
    place: UUID,
    carton: UUID,
    moves: Sequence[PackMove],
) -> UUID:
    """Post goods from the tote into the carton (a handling unit) that stands at `place`; returns the posting."""
    row = session.row(
        _PACK,
        request=request,
        warehouse=warehouse,
        document=document,
        items=[move.item for move in moves],
        qtys=[move.qty for move in moves],
        from_locations=[move.location for move in moves],
        to_locations=[place] * len(moves),
        traces=[move.trace for move in moves],
        from_units=[move.unit for move in moves],
        to_units=[carton] * len(moves),
        statuses=[move.status for move in moves],
        owners=[move.owner for move in moves],
        lines=[move.line for move in moves],
    )
    assert row is not None
    return UUID(row["answer"]["posting"])


def note_extra(session: Session, *, request: UUID, parcel: UUID, done: ExtraDone) -> UUID | None:
    """Write down that an extra was done for an open carton; returns the posting that took an insert from the stock."""
    noted = session.call(
        "note_extra",
        request=request,
        parcel=parcel,
        code=done.code,
        sku=done.sku,
        answer=done.answer,
        scanned=done.scanned,
        sha256=done.photo,
        quantity=done.quantity,
    )
    return UUID(noted["posting"]) if noted.get("posting") else None


def print_note(
    session: Session,
    *,
    request: UUID,
    run: UUID,
    document: UUID,
    printer: UUID,
    content: LabelContent,
    again: tuple[UUID, str] | None,
) -> None:
    """Put an order's gift note on the journal of the printer, in the order's warehouse.

    `again`: the job whose paper it replaces, and why.
    """
    row = session.row("SELECT warehouse_id FROM document WHERE id = %(document)s", document=document)
    assert row is not None
    printing.queue_label(
        session,
        content,
        request=request,
        printer=printer,
        warehouse=row["warehouse_id"],
        document=document,
        run=run,
        again=again,
    )


def unpack(
    session: Session, *, request: UUID, parcel: UUID, item: UUID, lot: str, serial: str, quantity: Decimal | None
) -> tuple[UUID, Decimal]:
    """Take so much of an item (None: all of it) out of its carton; returns the posting and the base units."""
    answer = session.call(
        "unpack_unit", request=request, parcel=parcel, item=item, lot=lot, serial=serial, qty=quantity
    )
    return UUID(answer["posting"]), Decimal(answer["quantity"])


def close(session: Session, *, request: UUID, requests: Sequence[UUID], run: UUID, closing: Closing) -> None:
    """Close a carton: weight, labels on the journal (one request each), its purchase."""
    labels = [
        {"request": request, "template": label.template, "uid": label.uid, "content": dict(label.fields)}
        for request, label in zip(requests, closing.labels, strict=True)
    ]
    purchase = as_json({**closing.purchase, "request": request}) if closing.purchase else None
    with session.pipeline():
        if closing.weighing:
            session.send("note_weighing", _noted(request, closing.weighing))
        session.send(
            "close_parcel",
            {
                "parcel": closing.parcel,
                "weight_kg": closing.weight,
                "device": closing.device,
                "manual": closing.manual,
                "carrier": closing.carrier,
                "service": closing.service,
                "tracking": closing.tracking or None,
                "printer": closing.printer,
                "run": run,
                "labels": as_json(labels),
                "approval": closing.approval,
                "reason": closing.reason or None,
                "purchase": purchase,
            },
        )


def note_weighing(session: Session, *, request: UUID, weighing: WeighingNote) -> None:
    """Keep what the scale said of an open carton."""
    session.call("note_weighing", **_noted(request, weighing))


def _noted(request: UUID, one: WeighingNote) -> dict[str, Any]:
    told = {
        "device": one.device,
        "manual": one.manual,
        "kg": one.kg,
        "expected_kg": one.expected_kg,
        "tolerance_kg": one.tolerance_kg,
        "verdict": one.verdict,
        "suspects": one.suspects,
        "curve_ms": [ms for ms, _grams in one.curve],
        "curve_g": [grams for _ms, grams in one.curve],
    }
    return {"request": request, "parcel": one.parcel, "weighing": as_json(told)}


def label(
    session: Session, *, parcel: UUID, jobs: Sequence[UUID], following: tuple[UUID, UUID, str] | None = None
) -> list[Row]:
    """Mark a parcel as labelled; its `jobs` are proven by the scan. Returns what lies in the order's totes still.

    `following`: open the next carton of this document, at this place, of this type, in the same round trip.
    """
    with session.pipeline():
        labelled = session.send("label_parcel", {"parcel": parcel, "jobs": list(jobs)})
        if following is not None:
            document, place, carton = following
            session.send("open_carton", {"document": document, "location": place, "carton_type": carton})
    row = labelled.fetchone()
    assert row is not None
    left: list[Row] = row["answer"]
    return left


def reprint(session: Session, *, request: UUID, run: UUID, wanted: Reprint) -> None:
    """Print a label of a closed parcel anew; the one before is dead."""
    session.call(
        "reprint_parcel_label",
        request=request,
        parcel=wanted.parcel,
        job=wanted.job,
        printer=wanted.printer,
        run=run,
        uid=wanted.content.uid,
        content=as_json(dict(wanted.content.fields)),
        reason=wanted.reason,
        rate=as_json(dict(wanted.rate)) if wanted.rate else None,
    )


def settle_label(session: Session, *, job: UUID, state: PrintState, detail: str) -> None:
    """A person says what became of a label: it is there, or it is worthless."""
    printing.advance(session, job, state, detail=detail)


def redirect_labels(session: Session, *, jobs: Sequence[UUID], printer: UUID) -> None:
    """Give waiting labels to another printer."""
    with session.pipeline():
        for job in jobs:
            session.send("redirect_print_job", {"job": job, "printer": printer})
