"""The print journal as the schema keeps it: printers, their leases, and the jobs with their states.

States are `app.domain.printing.PrintState`. Nothing here touches a device.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.database.patterns import patterns
from app.database.session import Row, Session, all_as, as_json, query
from app.domain.label_batches import BatchState
from app.domain.labels import LabelContent
from app.domain.printing import PrintState

LABELS, PAGES = "labels", "pages"
"""What a printer prints."""
NOTHING_PRINTED = "nothing_printed"
"""The detail of a job that went back to QUEUED because the printer's counter proved that no label came out."""

_JOB = """
    SELECT j.id, j.printer_id, p.name AS printer, j.warehouse_id, j.template, j.template_version AS version,
           coalesce(t.definition, '') AS layout, j.content, j.label_uid, j.copies,
           j.document_id, j.run_id, j.state, j.bytes, j.printer_serial, j.count_before, j.count_after, j.reprint_of,
           j.reprint_no, coalesce(j.reason, '') AS reason, j.detail,
           extract(epoch FROM now() - j.created_at)::float AS age_s,
           EXISTS (SELECT FROM printer_lease l WHERE l.printer_id = j.printer_id AND l.until > now()) AS served,
           (SELECT count(*) FROM print_job_history h
            WHERE h.print_job_id = j.id AND h.detail = 'nothing_printed') AS retries
    FROM print_job j JOIN printer p ON p.id = j.printer_id
    LEFT JOIN label_template t ON t.name = j.template AND t.version = j.template_version
"""

# What a new holder of the printer has to find out about, oldest first. An UNKNOWN job can be judged by the counter
# only as long as no later job may have moved it.
_NEWEST = """
    SELECT DISTINCT ON (j.label_uid) j.id, j.label_uid AS uid, j.state, j.detail, j.reprint_no, p.name AS printer,
        j.created_at AS at
    FROM print_job j JOIN printer p ON p.id = j.printer_id
    WHERE j.label_uid = ANY (%(uids)s) ORDER BY j.label_uid, j.id DESC
"""
_UNSETTLED = """
    WHERE j.printer_id = %(printer)s AND (j.state IN ('SENDING', 'SENT') OR (j.state = 'UNKNOWN' AND NOT EXISTS (
        SELECT FROM print_job_history mine, print_job_history later
        JOIN print_job other ON other.id = later.print_job_id
        WHERE mine.print_job_id = j.id AND mine.state = 'SENDING' AND later.state = 'SENDING'
            AND other.printer_id = j.printer_id AND other.id <> j.id AND later.id > mine.id)))
    ORDER BY j.id
"""

_PRINTERS = """
    SELECT id, name, serial, dpi, confirms, active, kind,
        coalesce((SELECT s.name FROM station s WHERE s.id = station_id), '') AS station,
        (SELECT s.warehouse_id FROM station s WHERE s.id = station_id) AS warehouse FROM printer
"""


@dataclass(frozen=True, slots=True)
class PrinterRecord:
    """A printer that the warehouse knows.

    `name` is the device's id in the settings of the machine that can reach it; `confirms` is `odometer`, `scan_back`
    or `none`; `serial` is empty until somebody has registered it. `kind` is `labels` or `pages`; `station` at whose
    machine it is attached, empty for one on the network, and in which `warehouse` that stands.
    """

    id: UUID
    name: str
    serial: str
    dpi: int
    confirms: str
    active: bool
    kind: str = LABELS
    station: str = ""
    warehouse: UUID | None = None


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One label on the journal, with what is known about it.

    `served` says whether some program holds the printer now; `retries` how often the counter proved that nothing was
    printed; `age_s` is seconds since it was queued; `detail` is a code that says why the state is what it is; `version`
    is the template's, 0 for the one that comes with the program.
    """

    id: UUID
    printer_id: UUID
    printer: str
    warehouse_id: UUID
    content: LabelContent
    state: PrintState
    document_id: UUID | None
    run_id: UUID | None
    bytes: bytes | None
    printer_serial: str | None
    count_before: int | None
    count_after: int | None
    reprint_of: UUID | None
    reprint_no: int
    reason: str
    detail: str
    age_s: float
    served: bool
    retries: int
    version: int = 0

    @property
    def copies(self) -> int:
        """How many labels this job prints."""
        return self.content.copies


@dataclass(frozen=True, slots=True)
class PaperJob:
    """How the printing of one paper of a carton stands, by its newest job."""

    id: UUID
    uid: str
    state: PrintState
    detail: str
    reprint_no: int
    printer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One label of the journal as people look at it; `document` is a number, `person` a name, empty for none."""

    id: UUID
    printer: str
    content: LabelContent
    state: PrintState
    detail: str
    reprint_no: int
    created_at: datetime
    document: str
    person: str


def queue_label(
    session: Session,
    content: LabelContent,
    *,
    request: UUID,
    printer: UUID,
    warehouse: UUID,
    document: UUID | None,
    run: UUID | None,
    again: tuple[UUID, str] | None = None,
) -> UUID:
    """Put a label on the journal; the same request gives the same job.

    `again`: the job whose paper it replaces, and the reason.
    """
    made: UUID = session.call(
        "queue_label",
        request=request,
        printer=printer,
        warehouse=warehouse,
        template=content.template,
        content=as_json(dict(content.fields)),
        uid=content.uid,
        copies=content.copies,
        document=document,
        run=run,
        reprint_of=again[0] if again else None,
        reason=again[1] if again else None,
    )
    return made


def queue_reprint(session: Session, job: PrintJob, *, request: UUID, printer: UUID, reason: str) -> UUID:
    """Put a label on the journal again; the job before becomes REPRINTED."""
    made: UUID = session.call(
        "queue_label",
        request=request,
        printer=printer,
        warehouse=job.warehouse_id,
        template=job.content.template,
        content=as_json(dict(job.content.fields)),
        uid=job.content.uid,
        copies=job.copies,
        document=job.document_id,
        run=job.run_id,
        reprint_of=job.id,
        reason=reason,
    )
    return made


def lease(session: Session, printer: UUID, *, holder: str, seconds: int) -> int | None:
    """Take, renew or (0 seconds) give up the right to write to a printer: the fence, or None while another has it."""
    fence: int | None = session.call("lease_printer", printer=printer, holder=holder, seconds=seconds)
    return fence


def begin_sending(
    session: Session, job: UUID, *, fence: int, sent: bytes, printer_serial: str | None, count_before: int | None
) -> None:
    """Move a waiting job to SENDING with the bytes that will be sent, the printer's serial number and its counter."""
    session.call(
        "advance_print_job",
        job=job,
        fence=fence,
        state=PrintState.SENDING.value,
        bytes=sent,
        printer_serial=printer_serial,
        count_before=count_before,
    )


def advance(
    session: Session,
    job: UUID,
    state: PrintState,
    *,
    fence: int | None = None,
    detail: str = "",
    count_after: int | None = None,
) -> None:
    """Move a job on; refuses with `printing.lease_lost`, `printing.wrong_state` or `printing.unknown_job`."""
    session.call("advance_print_job", job=job, fence=fence, state=state.value, detail=detail, count_after=count_after)


def redirect(session: Session, job: UUID, printer: UUID) -> None:
    """Give a queued job to another printer."""
    session.call("redirect_print_job", job=job, printer=printer)


def job(session: Session, identity: UUID) -> PrintJob | None:
    """One job, or None where it does not exist or is another warehouse's."""
    row = session.row(f"{_JOB} WHERE j.id = %(id)s", id=identity)
    return _job(row) if row else None


def job_of_request(session: Session, request: UUID) -> PrintJob | None:
    """The job that a request has put on the journal."""
    row = session.row(f"{_JOB} WHERE j.request_id = %(request)s", request=request)
    return _job(row) if row else None


def next_queued(session: Session, printer: UUID) -> PrintJob | None:
    """The oldest job that waits for a printer."""
    row = session.row(
        f"{_JOB} WHERE j.printer_id = %(printer)s AND j.state = 'QUEUED' ORDER BY j.id LIMIT 1", printer=printer
    )
    return _job(row) if row else None


def unsettled(session: Session, printer: UUID) -> list[PrintJob]:
    """The jobs that a printer may or may not have printed, oldest first."""
    return [_job(row) for row in session.rows(_JOB + _UNSETTLED, printer=printer)]


def jobs_of_uid(session: Session, uid: str) -> list[PrintJob]:
    """All jobs of one label, the newest first."""
    return [_job(row) for row in session.rows(f"{_JOB} WHERE j.label_uid = %(uid)s ORDER BY j.id DESC", uid=uid)]


def jobs_to_see_to(session: Session, states: Sequence[PrintState]) -> list[PrintJob]:
    """The jobs in any of these states, oldest first."""
    wanted = [state.value for state in states]
    return [_job(row) for row in session.rows(f"{_JOB} WHERE j.state = ANY (%(states)s) ORDER BY j.id", states=wanted)]


def journal(
    session: Session,
    *,
    warehouse: UUID,
    behind: UUID | None,
    words: Sequence[str],
    states: Sequence[PrintState] | None,
    most: int,
) -> list[JournalEntry]:
    """A page of the journal, the newest first, behind an entry where one is named; each word must be found."""
    rows = session.rows(
        query("printing_journal"),
        warehouse=warehouse,
        behind=behind,
        words=patterns(words),
        states=None if states is None else [state.value for state in states],
        most=most,
    )
    return [_entry(row) for row in rows]


def _entry(row: Row) -> JournalEntry:
    values = dict(row)
    state = PrintState(values.pop("state"))
    return JournalEntry(content=_content(values), state=state, **values)


def _content(values: Row) -> LabelContent:
    """Takes what belongs to the label itself out of a row."""
    fields: Mapping[str, str] = values.pop("content")
    return LabelContent(
        values.pop("template"), values.pop("label_uid"), fields, values.pop("copies"), values.pop("layout")
    )


def batch_state(session: Session, jobs: Sequence[UUID]) -> BatchState:
    """How many labels of some jobs are in each state, and whether those that wait have somebody who prints them."""
    rows = session.rows(
        "SELECT j.state, sum(j.copies) AS labels, bool_and(EXISTS (SELECT FROM printer_lease l"
        " WHERE l.printer_id = j.printer_id AND l.until > now())) AS served"
        " FROM print_job j WHERE j.id = ANY (%(jobs)s) GROUP BY j.state",
        jobs=list(jobs),
    )
    waiting = [row["served"] for row in rows if row["state"] == PrintState.QUEUED]
    return BatchState({PrintState(row["state"]): int(row["labels"]) for row in rows}, all(waiting))


def cancel_waiting(session: Session, jobs: Sequence[UUID]) -> tuple[int, list[UUID]]:
    """Take back those of some jobs of which no byte has left: how many labels, and the jobs."""
    rows = session.rows("SELECT * FROM cancel_print_jobs(%(jobs)s)", jobs=list(jobs))
    return sum(row["copies"] for row in rows), [row["id"] for row in rows]


def print_reasons(session: Session) -> list[str]:
    """The codes of reasons for printing again or giving up a label."""
    found = session.rows("SELECT code FROM reason WHERE active AND (step = 'print' OR code = 'DAMAGED') ORDER BY code")
    return [row["code"] for row in found]


def newest_jobs(session: Session, uids: Sequence[str]) -> tuple[PaperJob, ...]:
    """The newest job of each of these labels or pages."""
    return all_as(session.rows(_NEWEST, uids=list(uids)), PaperJob)


def printers(session: Session) -> list[PrinterRecord]:
    """Every printer, by name."""
    return [PrinterRecord(**row) for row in session.rows(f"{_PRINTERS} ORDER BY name")]


def chosen_page_printer(session: Session, station: str) -> UUID | None:
    """The printer of pages that was chosen for a station (empty: for the one that asks); None where none was."""
    row = session.row(
        "SELECT page_printer_id FROM station WHERE name = %(station)s OR %(station)s = '' AND id = this_station()",
        station=station,
    )
    return row["page_printer_id"] if row else None


def printer_by_name(session: Session, name: str) -> PrinterRecord | None:
    """The printer of this name."""
    row = session.row(f"{_PRINTERS} WHERE name = %(name)s", name=name)
    return PrinterRecord(**row) if row else None


def save_printer(
    session: Session, *, name: str, dpi: int, confirms: str, serial: str, kind: str = LABELS, station: str = ""
) -> UUID:
    """Add a printer or change it; an empty serial number or station keeps the one that is known."""
    saved: UUID = session.call(
        "save_printer", name=name, dpi=dpi, confirms=confirms, serial=serial, kind=kind, station=station
    )
    return saved


def _job(row: Row) -> PrintJob:
    values = dict(row)
    state = PrintState(values.pop("state"))
    return PrintJob(content=_content(values), state=state, **values)
