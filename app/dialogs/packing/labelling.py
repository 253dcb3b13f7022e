"""A closed carton: its labels print, the shipping label is scanned on it; or it is opened again."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from app.dialogs.dialog import Feedback, Key, Scanned
from app.dialogs.grammar import done, error, not_understood, ok, warning
from app.dialogs.packing.cartons import called, carton_code
from app.dialogs.packing.commands import (
    BuyLabel,
    OpenCarton,
    ReprintLabel,
    SettleLabel,
    UseOtherPrinter,
    VerifyLabel,
)
from app.dialogs.packing.outcome import Out, end
from app.dialogs.packing.printing import (
    SHIPPING,
    destination,
    in_trouble,
    is_dead,
    is_doubtful,
    is_printed,
    needs_label,
    other_printers,
    waits_for_carrier,
)
from app.dialogs.packing.sending import rated_again
from app.dialogs.packing.state import PackingState, Rest, Stage
from app.domain.labels import LabelContent
from app.domain.printing import PrintState
from app.domain.scanning import CodeKind
from app.domain.shipping import is_tracking_number, tracking_number
from app.services.packing import Label, PackFacts, PackOrder, Parcel


def carton_for(order: PackOrder, facts: PackFacts) -> OpenCarton | None:
    """The command that puts the proposed carton on the bench; None where there is no place or no carton."""
    if facts.staging is None or not facts.cartons:
        return None
    return OpenCarton(order.id, facts.staging.id, carton_code(order, facts))


def scan_label(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """A scan while the labels print: the shipping label proves that it sticks on this carton, the SSCC likewise."""
    label = _scanned(event, parcel)
    refusal = label if isinstance(label, Feedback) else _unusable(label)
    if isinstance(label, Feedback) or refusal:
        return end(state, facts, refusal)
    proven = (label.job,) if is_doubtful(label) else ()
    if waits_for_carrier(parcel) and not proven:
        return end(state, facts, warning("packing.no_shipping_label_yet", carton=parcel.sscc))
    if not waits_for_carrier(parcel) and all(is_printed(one) or one.job in proven for one in parcel.labels):
        return _verified(state, facts, order, parcel, proven)
    other = next((one for one in parcel.labels if one.job != label.job), label)
    if not proven:
        return end(state, facts, warning("packing.other_label_missing", label=other.uid))
    return end(state, facts, ok("packing.label_found", label=label.uid), SettleLabel(label.job, there=True))


def _unusable(label: Label) -> Feedback | None:
    """Why a label of this carton proves nothing."""
    if is_dead(label):
        return error("packing.label_void", label=label.uid)
    if label.state is PrintState.QUEUED:
        return error("packing.label_not_printed", label=label.uid)
    if not is_printed(label) and not is_doubtful(label):
        return error("packing.still_printing", label=label.uid)
    if label.template != SHIPPING and label.reprint_no:
        return error("packing.scan_shipping_label", label=label.uid)
    return None


def _scanned(event: Scanned, parcel: Parcel) -> Label | Feedback:
    """The label of this carton that was scanned, or why it is none."""
    reading = event.reading
    for found in reading.of(CodeKind.PARCEL):
        if found.id != parcel.id:
            return error("packing.other_carton", scan=event.scan.raw)
        label = parcel.label(found.label)
        return label or error("packing.label_void", label=found.label)
    for found in reading.of(CodeKind.HANDLING_UNIT):
        if found.name != "carton":
            return error("scan.wrong_kind", scan=event.scan.raw, kind=found.name, label=found.label)
        if found.id != parcel.unit:
            return error("packing.other_carton", scan=event.scan.raw)
        return parcel.label(parcel.sscc) or error("packing.label_void", label=parcel.sscc)
    return not_understood(event, CodeKind.PARCEL, CodeKind.HANDLING_UNIT)


def _verified(state: PackingState, facts: PackFacts, order: PackOrder, parcel: Parcel, proven: tuple[UUID, ...]) -> Out:
    """The carton is done; the next one is opened, or the order is."""
    follows = bool(order.picked) and state.rest is not Rest.BACKORDER
    following = carton_for(order, facts) if follows else None
    command = VerifyLabel(parcel.id, proven, following, order.number)
    if following is not None:
        told = ok(
            "packing.next_carton",
            number=len(order.parcels) + 1,
            document=order.number,
            box=called(facts, following.carton),
        )
        return end(PackingState(order=order.id), facts, told, command)
    code = "packing.packed_partly" if order.open else "packing.order_packed"
    return end(PackingState(), facts, done(code, document=order.number), command)


def answer(state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out | None:
    """A key while labels are the question; None where it does not fit."""
    waiting = replace(state, stage=Stage.LABELS, label=None)
    match state.stage, key.command:
        case Stage.LABELS, ("REPRINT" | "VOID" | "OTHER_PRINTER" | "BUY"):
            return _about_printing(state, key, facts, parcel)
        case ((Stage.WHICH_LABEL | Stage.REPRINT | Stage.PRINTER), "CANCEL"):
            return end(waiting, facts, None)
        case Stage.WHICH_LABEL, job if job in {str(label.job) for label in parcel.labels}:
            return end(replace(state, stage=Stage.REPRINT, label=UUID(job)), facts, None)
        case Stage.REPRINT, reason if reason in facts.reasons_for("print"):
            return _reprint(waiting, state.label, reason, facts, order, parcel)
        case Stage.PRINTER, printer if printer in {str(one.id) for one in other_printers(facts, parcel)}:
            return _redirect(waiting, facts, parcel, UUID(printer))
        case _:
            return None


def _about_printing(  # noqa: PLR0911  (one a key)
    state: PackingState, key: Key, facts: PackFacts, parcel: Parcel
) -> Out | None:
    trouble = in_trouble(parcel)
    match key.command:
        case "BUY" if needs_label(parcel) and facts.printers:
            buying = ok("packing.buying", carton=parcel.sscc)
            return end(state, facts, buying, BuyLabel(parcel.id, facts.printers[0].id))
        case "REPRINT" if trouble:
            return end(replace(state, stage=Stage.REPRINT, label=trouble.job), facts, None)
        case "REPRINT" if parcel.labels and all(is_printed(label) for label in parcel.labels):
            return end(replace(state, stage=Stage.WHICH_LABEL), facts, None)
        case "VOID" if trouble and is_doubtful(trouble):
            voided = warning("packing.label_voided", label=trouble.uid)
            return end(state, facts, voided, SettleLabel(trouble.job, there=False))
        case "OTHER_PRINTER" if others := other_printers(facts, parcel):
            if len(others) > 1:
                return end(replace(state, stage=Stage.PRINTER), facts, None)
            return _redirect(state, facts, parcel, others[0].id)
        case _:
            return None


def _reprint(
    waiting: PackingState, job: UUID | None, reason: str, facts: PackFacts, order: PackOrder, parcel: Parcel
) -> Out | None:
    label = next((one for one in parcel.labels if one.job == job), None)
    if label is None or facts.serial is None:
        return None
    destined = destination(order, parcel, facts)
    content = _new_content(label, facts.serial, destined)
    moved = any(label.content.get(name) not in (None, destined.get(name)) for name in ("ship_to", "routing"))
    rate = rated_again(order, parcel, facts) if moved else None
    if moved and rate is None and label.template == SHIPPING:
        named = destined.get("carrier", "")
        return end(waiting, facts, error("packing.not_served", carrier=named, carton=parcel.sscc))
    printer = facts.printers[0].id if facts.printers else label.printer
    again = warning("packing.reprinting", label=label.uid, number=label.reprint_no + 1)
    return end(waiting, facts, again, ReprintLabel(parcel.id, label.job, printer, content, reason, rate))


def _new_content(label: Label, serial: int, destined: Mapping[str, str]) -> LabelContent:
    """The same words, going where the order goes now.

    A shipping label of ours gets a new number, so that the old paper is known when it turns up. The number of another
    carrier's label stays: the carrier knows the carton by it.
    """
    now = {name: value for name, value in destined.items() if name in label.content}
    if label.template != SHIPPING or not is_tracking_number(label.uid):
        return LabelContent(label.template, label.uid, {**label.content, **now})
    tracking = tracking_number(serial)
    return LabelContent(SHIPPING, tracking, {**label.content, **now, "tracking": tracking})


def _redirect(state: PackingState, facts: PackFacts, parcel: Parcel, printer: UUID) -> Out:
    jobs = tuple(label.job for label in parcel.labels if label.state is PrintState.QUEUED)
    name = next(one.name for one in facts.printers if one.id == printer)
    return end(state, facts, ok("packing.other_printer", printer=name), UseOtherPrinter(jobs, printer))
