"""Where conversations stand: opening, the two halves of a step, undo; and scans that nobody used."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.session import Session, as_json
from app.domain.scanning import Candidate, CodeKind, Scan


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A conversation as it was found: its state, and what was shown last (None when it is new)."""

    run: UUID
    warehouse: UUID
    state: Any
    prompt: Any
    recovered: bool


@dataclass(frozen=True, slots=True)
class BegunStep:
    """The first half of a step: the locked run's state, what the code may mean, or the answer given before."""

    state: Any
    person: UUID
    warehouse: UUID
    candidates: tuple[Candidate, ...]
    repeated: Any


@dataclass(frozen=True, slots=True)
class FinishedStep:
    """The second half: what is stored of the step. `state` None leaves the run's state as it is."""

    event: Any
    state: Any
    prompt: Any
    verdict: str
    postings: tuple[UUID, ...] = ()
    outside: str = ""
    finished: bool = False
    document: UUID | None = None
    task: UUID | None = None


def open_run(session: Session, *, capability: str, version: int, warehouse: UUID, state: object) -> OpenRun:
    """Open a conversation, or take up the one that this person left open at this station."""
    answer = session.call(
        "open_dialog", capability=capability, version=version, warehouse=warehouse, state=as_json(state)
    )
    return OpenRun(
        run=UUID(answer["run"]),
        warehouse=UUID(answer["warehouse"]),
        state=answer["state"],
        prompt=answer["prompt"],
        recovered=answer["recovered"],
    )


def begin_step(
    session: Session, *, run: UUID, event: UUID, scan: Scan | None, lookups: Sequence[tuple[str, str]]
) -> BegunStep:
    """Begin the transaction of a step: one round trip for BEGIN, the person, the lock, the scan and its meaning."""
    with session.pipeline():
        session.begin_step()
        cursor = session.send(
            "begin_step",
            {
                "run": run,
                "event": event,
                "raw": scan.raw if scan else None,
                "symbology": scan.symbology if scan else "",
                "source": scan.source if scan else "",
                "age_s": Decimal(str(scan.age_s if scan else 0)),
                "schemes": [scheme for scheme, _ in lookups],
                "values": [value for _, value in lookups],
            },
        )
        session.savepoint()
    row = cursor.fetchone()
    assert row is not None
    answer = row["answer"]
    return BegunStep(
        state=answer["state"],
        person=UUID(answer["person"]),
        warehouse=UUID(answer["warehouse"]),
        candidates=tuple(read_candidate(found) for found in answer["candidates"]),
        repeated=answer["repeated"],
    )


def read_candidate(found: dict[str, Any]) -> Candidate:
    """One candidate from the JSON of resolve_codes()."""
    return Candidate(
        kind=CodeKind(found["kind"]),
        id=UUID(found["id"]),
        label=found["label"],
        name=found["name"],
        uom=found["uom"],
        factor=Decimal(found["factor"]),
        warehouse=found["warehouse"],
        zone=found["zone"],
    )


def finish_step(session: Session, *, run: UUID, event: UUID, step: FinishedStep) -> None:
    """Append the step and commit, in one round trip."""
    with session.pipeline():
        session.send(
            "finish_step",
            {
                "run": run,
                "event": event,
                "event_json": as_json(step.event),
                "state": as_json(step.state) if step.state is not None else None,
                "prompt": as_json(step.prompt),
                "postings": list(step.postings),
                "outside": step.outside,
                "verdict": step.verdict,
                "finished": step.finished,
                "document": step.document,
                "task": step.task,
            },
        )
        session.commit()


@dataclass(frozen=True, slots=True)
class Undone:
    """A step that was taken back: the state before it, the postings that reverse it, and how many units were put back.

    `jobs` are the print jobs that were taken back, `paper` the labels that exist and are worthless now, as one text;
    `trucks` are those that are again what they were before.
    """

    state: Any
    postings: tuple[UUID, ...]
    jobs: tuple[UUID, ...]
    paper: str
    units: int
    trucks: tuple[UUID, ...]


def undo_step(session: Session, *, run: UUID, request: UUID) -> Undone:
    """Take the last step back, with the labels that it has wanted."""
    answer = session.call("undo_step", run=run, request=request)
    return Undone(
        answer["state"],
        tuple(UUID(posting) for posting in answer["postings"]),
        tuple(UUID(job) for job in answer["labels"]["jobs"]),
        answer["labels"]["paper"],
        answer["units"],
        tuple(UUID(truck) for truck in answer["trucks"]),
    )


def store_unused_scan(session: Session, *, run: UUID | None, scan: Scan) -> None:
    """Keep a scan that no dialog used."""
    session.call(
        "store_unused_scan",
        event=scan.event_id,
        run=run,
        raw=scan.raw,
        symbology=scan.symbology,
        source=scan.source,
        age_s=Decimal(str(scan.age_s)),
    )
