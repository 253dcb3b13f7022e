"""The journal of imports: what each of them brought, what headings meant, and the way back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.database.session import Session, as_json, as_nouns
from app.domain.exchange import Writing

_PAST = (
    "SELECT r.id, r.at, p.name AS person, r.files, r.counts, r.undone_at, coalesce(u.name, '') AS undone_by"
    " FROM import_run r JOIN person p ON p.id = r.person_id LEFT JOIN person u ON u.id = r.undone_by"
    " ORDER BY r.at DESC LIMIT %(most)s"
)
_MAPPING = (
    "SELECT columns, writing FROM import_mapping WHERE shape = %(shape)s AND person_id IN (actor(), nil())"
    " ORDER BY person_id = nil() LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import that changed something: by whom, when, from which files, and how many records of each kind.

    `counts` is {kind: {"new": 3, "changed": 1}}; `undone_at` says when it was taken back, if it was.
    """

    id: UUID
    at: datetime
    person: str
    files: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]
    undone_at: datetime | None = None
    undone_by: str = ""


def keep(session: Session, request: UUID, files: Sequence[str], counts: Mapping[str, Any]) -> None:
    """Write down what this transaction imported."""
    session.call("keep_import", request=request, files=list(files), counts=as_json(counts))


def past(session: Session, *, most: int) -> tuple[PastImport, ...]:
    """The imports that were made, the latest first."""
    found: tuple[PastImport, ...] = as_nouns(session.rows(_PAST, most=most), tuple[PastImport, ...])
    return found


def undo(session: Session, request: UUID, run: UUID, tell: Callable[[float], object]) -> None:
    """Take an import back, whole, two thousand rows a statement; `tell` hears what part is done."""
    rows = left = session.call("undo_import", request=request, run=run)
    while left:
        tell(1 - left / rows)
        left = session.call("go_on_undoing", run=run)


def remember_mapping(session: Session, shape: str, columns: Mapping[str, str], writing: Writing) -> None:
    """Remember what the headings of files of this shape mean, and how they are written."""
    session.call("remember_mapping", shape=shape, columns=as_json(dict(columns)), writing=as_json(asdict(writing)))


def mapping(session: Session, shape: str) -> tuple[dict[str, str], Writing]:
    """What the headings of such files meant the last time, and how they were written."""
    row = session.row(_MAPPING, shape=shape)
    return (dict(row["columns"]), Writing(**row["writing"])) if row else ({}, Writing())
