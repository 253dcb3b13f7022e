"""The quality check as it is stored: what is to be looked at, what was found, what became of the goods, checklists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.session import Row, Session, all_as, as_json, query
from app.domain.quality import Check, Reading

_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """So much of a lot, in base units, and what became of it."""

    disposition: str
    qty: Decimal


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of the goods of a lot, and why."""

    parts: tuple[Part, ...]
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A lot that is looked at, was, or was let by; `there` of its `qty` base units are still on hold, in `places`.

    `state` is open, begun, held, decided or skipped. `size`, `accept` and `reject` are None until somebody began.
    `paper` is the order on whose line they came, None (like `document`) for what came without one; `units` what they
    stand on. `origin`: the inspection after which its goods were reworked.
    """

    id: UUID
    number: str
    state: str
    method: str
    level: str
    aql: Decimal
    severity: str
    checks: tuple[Check, ...]
    letter: str
    size: int | None
    accept: int | None
    reject: int | None
    passed: bool | None
    lot: str
    sku: str
    name: str
    unit: str
    decimals: int
    item: UUID
    document: UUID | None
    document_no: str
    line: UUID | None
    paper: UUID | None
    partner: str
    partner_name: str
    qty: Decimal
    there: Decimal | None
    places: str
    looked_at: int
    defective: int
    people: str
    opened_at: datetime
    ended_at: datetime | None
    ended_by: str
    reason: str
    note: str
    origin: str
    return_no: str
    parts: tuple[Part, ...]
    why: Mapping[str, Any]
    photos: int
    units: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that somebody looked at, or several alike."""

    id: UUID
    pieces: int
    defective: bool
    at: datetime
    person: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list of checks under its name."""

    id: UUID
    name: str
    checks: tuple[Check, ...]
    archived: bool
    version: int


def inspections(
    session: Session, warehouse: UUID | None, *, number: str = "", waiting: bool = False
) -> tuple[Inspection, ...]:
    """Inspections of a warehouse (None: all that the person sees), those that wait first; or the one of a number."""
    rows = session.rows(query("quality_inspections"), warehouse=warehouse, number=number, waiting=waiting, most=_MOST)
    return all_as(rows, Inspection)


def pieces(session: Session, inspection: UUID) -> tuple[Piece, ...]:
    """What was found on the pieces of an inspection, in their order."""
    return all_as(session.rows(query("quality_readings"), inspection=inspection), Piece)


def suppliers(session: Session, warehouse: UUID | None) -> list[Row]:
    """What was found of each item of each supplier, those with lots that did not pass first."""
    return session.rows(query("quality_suppliers"), warehouse=warehouse)


def begin(session: Session, *, inspection: UUID, quantity: Decimal) -> None:
    """Begin to look at a lot of so many base units by the plan of its rule; once it was begun its plan stays."""
    session.call("begin_inspection", inspection=inspection, quantity=quantity)


def record(
    session: Session,
    *,
    request: UUID,
    inspection: UUID,
    run: UUID | None,
    count: int,
    defective: bool,
    readings: Sequence[Reading],
) -> None:
    """Keep what was found on a piece, or on several alike."""
    session.call(
        "record_piece",
        request=request,
        inspection=inspection,
        run=run,
        pieces=count,
        defective=defective,
        readings=as_json([{"check_no": one.check, "good": one.good, "value": _text(one.value)} for one in readings]),
    )


def decide(session: Session, *, request: UUID, inspection: UUID, run: UUID | None, decided: Decided) -> UUID | None:
    """Decide what becomes of the goods; returns the posting, None where nothing changed its status."""
    answer = session.call(
        "decide_inspection",
        request=request,
        inspection=inspection,
        run=run,
        parts=as_json([{"disposition": one.disposition, "qty": str(one.qty)} for one in decided.parts]),
        reason=decided.reason,
        note=decided.note,
    )
    return UUID(answer["posting"]) if answer["posting"] else None


def note_return(session: Session, *, inspection: UUID, document: UUID) -> None:
    """Note the return by which goods of an inspection go back."""
    session.call("note_return", inspection=inspection, **{"return": document})


def checklists(session: Session) -> tuple[Checklist, ...]:
    """Every list of checks, by name."""
    rows = session.rows("SELECT id, name, checks, archived, version FROM checklist ORDER BY archived, lower(name)")
    return all_as(rows, Checklist)


def save_checklist(
    session: Session,
    *,
    request: UUID,
    identity: UUID | None,
    name: str,
    checks: Sequence[Check],
    archived: bool,
    version: int,
) -> None:
    """Keep a list of checks, new where it has no identity yet."""
    session.call(
        "save_checklist",
        request=request,
        id=identity,
        name=name,
        checks=as_json([_plain(one) for one in checks]),
        archived=archived,
        version=version,
    )


def _plain(check: Check) -> dict[str, object]:
    plain: dict[str, object] = {name: getattr(check, name) for name in Check.__slots__}
    return plain | {name: _text(getattr(check, name)) for name in ("nominal", "lower", "upper")}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
