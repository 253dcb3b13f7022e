"""Labels that are wanted, and what people decide about them: queue, reprint, cancel, void, redirect, confirm.

Who prints them and how it is proven is the spooler's (`devices`). A label goes on the journal in the transaction of
what causes it, so there is never one without the other.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID, uuid5

from app.database import printing
from app.database.printing import NOTHING_PRINTED, JournalEntry, PrinterRecord, PrintJob
from app.domain.errors import Fault, Refusal
from app.domain.labels import LabelContent
from app.domain.printing import PrintState, may_follow, needs_a_person
from app.domain.values import filter_words
from app.services.work import UnitOfWork
from app.settings import PDF, Confirmation, DeviceSetting, Role, TcpTransport

__all__ = [
    "JOB",
    "NOTHING_PRINTED",
    "SAID_BY_PERSON",
    "SCANNED_BACK",
    "JournalEntry",
    "PrintJob",
    "PrinterRecord",
    "begin_sending",
    "cancel",
    "confirm",
    "confirm_by_scan",
    "doubtful_jobs",
    "hold_printer",
    "journal",
    "label_printer",
    "label_printers",
    "look_at",
    "next_job",
    "page_printer",
    "page_printers",
    "print_reasons",
    "print_test",
    "printer_named",
    "printers",
    "queue_label",
    "record",
    "redirect",
    "register_printers",
    "relabel",
    "reprint",
    "unsettled_jobs",
    "void",
]

JOB = "print_job"
"""The kind under which print jobs are published on the bus of changes."""
SCANNED_BACK = "scanned_back"
SAID_BY_PERSON = "said_by_person"
RELABELLED = "RELABELLED"
"""The reason of a label that takes the place of another one."""
NOBODY_PRINTS_AFTER_S = 10.0

_ON_THE_WAY = frozenset({PrintState.QUEUED, PrintState.SENDING, PrintState.SENT})
_REPLACED = frozenset({PrintState.VOIDED, PrintState.REPRINTED, PrintState.CANCELLED})
_DOUBTFUL = tuple(state for state in PrintState if needs_a_person(state))


def queue_label(
    unit: UnitOfWork,
    content: LabelContent,
    *,
    printer: UUID,
    warehouse: UUID,
    document: UUID | None = None,
    run: UUID | None = None,
) -> UUID:
    """Want a label printed, and return its job.

    The same label wanted again under the same request is the same job. Needs the permission `print`.
    """
    made = printing.queue_label(
        unit.session,
        content,
        request=_request(unit, "label", content.template, content.uid),
        printer=printer,
        warehouse=warehouse,
        document=document,
        run=run,
    )
    unit.changed(JOB, made)
    return made


def relabel(
    unit: UnitOfWork,
    content: LabelContent,
    *,
    printer: UUID,
    warehouse: UUID,
    document: UUID | None = None,
    run: UUID | None = None,
    instead_of: Collection[str] = (),
) -> UUID:
    """Want the label of something that may have only one, such as a handling unit; returns its job.

    A label of the same template that it has, or of one in `instead_of`, is worthless from now on, and the new one bears
    the number of its reprint; one that still waits is taken back. Refuses while one is on its way, or there would be
    two good labels.
    """
    request = _request(unit, "label", content.template, content.uid)
    of_uid = printing.jobs_of_uid(unit.session, content.uid)
    earlier = [one for one in of_uid if one.content.template in {content.template, *instead_of}]
    made = printing.job_of_request(unit.session, request)
    if made is not None or not earlier:
        return queue_label(unit, content, printer=printer, warehouse=warehouse, document=document, run=run)
    newest = earlier[0]
    if newest.state in _ON_THE_WAY - {PrintState.QUEUED}:
        raise Refusal("printing.still_printing", label=content.uid, printer=newest.printer)
    anew = replace(newest, content=content, warehouse_id=warehouse, run_id=run)
    again = printing.queue_reprint(unit.session, anew, request=request, printer=printer, reason=RELABELLED)
    unit.changed(JOB, newest.id)
    unit.changed(JOB, again)
    return again


def print_test(unit: UnitOfWork, example: LabelContent, *, printer: UUID, warehouse: UUID) -> UUID:
    """Want a label printed that shows how a template looks; its uid says that it is a test, each time another."""
    return queue_label(
        unit,
        replace(example, uid=f"{example.uid}-{unit.request_id.hex[:8].upper()}"),
        printer=printer,
        warehouse=warehouse,
    )


def reprint(unit: UnitOfWork, job: UUID, *, reason: str, printer: UUID | None = None) -> UUID:
    """Print a label again because a person says why (a code of `reason`); returns the new job.

    The label carries its reprint number, the one before must be destroyed. Refuses while the first one is still on
    its way: cancel or wait, or there would be two good labels.
    """
    request = _request(unit, "reprint", str(job))
    if made := printing.job_of_request(unit.session, request):
        return made.id
    before = _known(unit, job)
    if not reason:
        raise Refusal("printing.reprint_needs_reason", label=before.content.uid)
    if before.state in _ON_THE_WAY:
        raise Refusal("printing.still_printing", label=before.content.uid, printer=before.printer)
    if not may_follow(before.state, PrintState.REPRINTED):
        raise Refusal("printing.label_replaced", label=before.content.uid)
    again = printing.queue_reprint(
        unit.session, before, request=request, printer=printer or before.printer_id, reason=reason
    )
    unit.changed(JOB, job)
    unit.changed(JOB, again)
    return again


def cancel(unit: UnitOfWork, job: UUID) -> None:
    """Take a label back that is still waiting; refuses once the first byte may be on its way."""
    _move(unit, job, PrintState.CANCELLED, SAID_BY_PERSON)


def void(unit: UnitOfWork, job: UUID, *, reason: str) -> None:
    """Say that a printed, or perhaps printed, label is worthless: destroyed, lost, spoilt (a code of `reason`)."""
    _move(unit, job, PrintState.VOIDED, reason)


def redirect(unit: UnitOfWork, job: UUID, *, printer: UUID) -> None:
    """Give a waiting label to another printer, because its own has no paper or nobody."""
    printing.redirect(unit.session, job, printer)
    unit.changed(JOB, job)


def confirm(unit: UnitOfWork, job: UUID) -> None:
    """Say that all labels of a doubtful job lie there: a person has looked and counted."""
    found = _known(unit, job)
    if found.state in _ON_THE_WAY:
        raise Refusal("printing.still_printing", label=found.content.uid, printer=found.printer)
    _move(unit, job, PrintState.CONFIRMED, SAID_BY_PERSON)


def confirm_by_scan(unit: UnitOfWork, uid: str) -> PrintJob:
    """Take the scan of a printed label as the proof that it was printed; returns its job as it was.

    Refuses a label that was never wanted, or that was voided or replaced, and a job of several copies, since one scan
    proves one label. A label that is confirmed already, or whose printer is still watched, is left as it is.
    """
    jobs = printing.jobs_of_uid(unit.session, uid)
    if not jobs:
        raise Refusal("printing.unknown_label", label=uid)
    newest = jobs[0]
    if newest.state in _REPLACED:
        raise Refusal("printing.label_replaced", label=uid)
    if newest.state is PrintState.QUEUED:
        raise Refusal("printing.not_printed_yet", label=uid, printer=newest.printer)
    if needs_a_person(newest.state):
        if newest.copies > 1:
            raise Refusal("printing.count_copies", label=uid, copies=newest.copies)
        _move(unit, newest.id, PrintState.CONFIRMED, SCANNED_BACK)
    return newest


def look_at(unit: UnitOfWork, job: UUID) -> PrintJob:
    """How a job is.

    Raises the Fault `printing.nobody_prints` when it has waited for ten seconds and no program holds its printer.
    """
    found = _known(unit, job)
    if found.state is PrintState.QUEUED and not found.served and found.age_s > NOBODY_PRINTS_AFTER_S:
        raise Fault("printing.nobody_prints", retry=True, label=found.content.uid, printer=found.printer)
    return found


def doubtful_jobs(unit: UnitOfWork) -> list[PrintJob]:
    """The labels that somebody has to look at: unknown, partly printed, never verified."""
    return printing.jobs_to_see_to(unit.session, _DOUBTFUL)


def journal(
    unit: UnitOfWork, *, warehouse: UUID, behind: UUID | None = None, text: str = "", doubtful: bool = False, most: int
) -> list[JournalEntry]:
    """A page of the print journal, the newest first; each word of `text` must be found.

    `doubtful`: only labels that somebody has to look at.
    """
    states = _DOUBTFUL if doubtful else None
    return printing.journal(
        unit.session, warehouse=warehouse, behind=behind, words=filter_words(text), states=states, most=most
    )


def print_reasons(unit: UnitOfWork) -> list[str]:
    """The codes of reasons for printing again or giving up a label."""
    return printing.print_reasons(unit.session)


def printers(unit: UnitOfWork) -> list[PrinterRecord]:
    """Every printer, by name; those that are not active are out of use."""
    return printing.printers(unit.session)


def printer_named(unit: UnitOfWork, name: str) -> PrinterRecord:
    """The printer of this name (the device's id in the settings); refuses one that nobody has registered."""
    found = printing.printer_by_name(unit.session, name)
    if found is None or not found.active:
        raise Refusal("printing.unknown_printer", printer=name)
    return found


def label_printer(unit: UnitOfWork, devices: Iterable[DeviceSetting]) -> PrinterRecord:
    """The label printer of a machine's settings, else any that is in use; refuses `printing.no_printer`."""
    here = {one.id for one in devices if one.role is Role.LABEL_PRINTER}
    usable = label_printers(unit)
    if not usable:
        raise Refusal("printing.no_printer")
    return next((one for one in usable if one.name in here), usable[0])


def label_printers(unit: UnitOfWork) -> list[PrinterRecord]:
    """The printers of labels that are in use, by name."""
    return [one for one in printing.printers(unit.session) if one.active and one.kind == printing.LABELS]


def page_printers(unit: UnitOfWork) -> list[PrinterRecord]:
    """The printers of pages that are in use, by name."""
    return [one for one in printing.printers(unit.session) if one.active and one.kind == printing.PAGES]


def page_printer(unit: UnitOfWork, *, beside: UUID | None, warehouse: UUID, station: str = "") -> PrinterRecord | None:
    """The printer of pages for papers that go with what another printer prints (None: for this station's papers).

    `station` is where they are wanted; empty: where the other printer is attached. The one that was chosen for it, else
    the one at it, one on the network, or any of the warehouse: none of another one. None without any.
    """
    labels = next((one for one in printing.printers(unit.session) if one.id == beside), None)
    station = station or (labels.station if labels else "")
    chosen = printing.chosen_page_printer(unit.session, station)
    return min(
        (one for one in page_printers(unit) if one.warehouse in (None, warehouse)),
        key=lambda one: (one.id != chosen, not station or one.station != station, one.station != "", one.name),
        default=None,
    )


def register_printers(unit: UnitOfWork, devices: Iterable[DeviceSetting], *, station: str = "") -> dict[str, UUID]:
    """Make the printers of a machine's settings known; returns their ids by name.

    Those that are attached to the machine itself are its station's; one on the network that has no station yet, too, so
    that labels come out where they are wanted. What is registered as it stands in the settings is left alone; all else
    needs the permission `set_up`.
    """
    known = {printer.name: printer for printer in printing.printers(unit.session)}
    found: dict[str, UUID] = {}
    for device in devices:
        if device.role is not Role.LABEL_PRINTER:
            continue
        printer = known.get(device.id)
        pages = device.protocol == PDF
        kind, confirms = (printing.PAGES, Confirmation.NONE) if pages else (printing.LABELS, device.confirm)
        before = printer.station if printer else ""
        own = before or station if isinstance(device.transport, TcpTransport) else station
        stands = (device.dpi, confirms, True, kind, own or before)
        if printer and (printer.dpi, printer.confirms, printer.active, printer.kind, printer.station) == stands:
            found[device.id] = printer.id
            continue
        found[device.id] = printing.save_printer(
            unit.session, name=device.id, dpi=device.dpi, confirms=confirms.value, serial="", kind=kind, station=own
        )
        unit.changed("printer", found[device.id])
    return found


def name_printer(
    unit: UnitOfWork, *, name: str, dpi: int, confirms: str, serial: str, kind: str = printing.LABELS
) -> None:
    """Make a printer known by the name that it has in the settings of the machine that reaches it."""
    saved = printing.save_printer(unit.session, name=name, dpi=dpi, confirms=confirms, serial=serial, kind=kind)
    unit.changed("printer", saved)


def _request(unit: UnitOfWork, *parts: str) -> UUID:
    """The request id of one of the labels of a request: the same for every repetition."""
    return uuid5(unit.request_id, " ".join(parts))


def _known(unit: UnitOfWork, job: UUID) -> PrintJob:
    found = printing.job(unit.session, job)
    if found is None:
        raise Refusal("printing.unknown_job")
    return found


def _move(unit: UnitOfWork, job: UUID, state: PrintState, detail: str) -> None:
    """Move a job on once; it is left alone when it is there already, since a request may come twice."""
    if _known(unit, job).state is not state:
        printing.advance(unit.session, job, state, detail=detail)
        unit.changed(JOB, job)


# - what the spooler writes -


def hold_printer(unit: UnitOfWork, printer: UUID, *, holder: str, seconds: int) -> int | None:
    """Take or renew the right to write to a printer: the fence, or None while another program holds it.

    0 seconds give it up. Whoever gets a new fence settles `unsettled_jobs` before anything else is printed, or the
    printer's counter proves nothing any more.
    """
    return printing.lease(unit.session, printer, holder=holder, seconds=seconds)


def unsettled_jobs(unit: UnitOfWork, printer: UUID) -> list[PrintJob]:
    """The jobs that the printer may or may not have printed, oldest first."""
    return printing.unsettled(unit.session, printer)


def next_job(unit: UnitOfWork, printer: UUID) -> PrintJob | None:
    """The oldest label that waits for the printer."""
    return printing.next_queued(unit.session, printer)


def begin_sending(
    unit: UnitOfWork, job: PrintJob, *, fence: int, sent: bytes, printer_serial: str | None, count_before: int | None
) -> None:
    """Write down what is about to be sent, before its first byte leaves.

    Refuses where the job was taken back or given to another printer meanwhile, and where the fence has lapsed.
    """
    printing.begin_sending(
        unit.session, job.id, fence=fence, sent=sent, printer_serial=printer_serial, count_before=count_before
    )
    # Fences are numbers of one printer only; the job's row is locked now, so its printer can be trusted.
    if _known(unit, job.id).printer_id != job.printer_id:
        raise Refusal("printing.lease_lost", label=job.content.uid)
    unit.changed(JOB, job.id)


def record(
    unit: UnitOfWork, job: PrintJob, state: PrintState, *, fence: int, detail: str = "", count_after: int | None = None
) -> None:
    """Write down what became of a job; what is written down already is left alone."""
    now = _known(unit, job.id).state
    if now is state:
        return
    if state is PrintState.UNVERIFIED and now is PrintState.SENDING:
        printing.advance(unit.session, job.id, PrintState.SENT, fence=fence)
    printing.advance(unit.session, job.id, state, fence=fence, detail=detail, count_after=count_after)
    unit.changed(JOB, job.id)
