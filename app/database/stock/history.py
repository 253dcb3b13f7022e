"""What moved: the movements of anything, newest first, a page at a time; and the documents that they belong to."""

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.database.patterns import like
from app.database.session import Session, all_as, query


@dataclass(frozen=True, slots=True)
class MoveQuery:
    """Whose movements are asked for; what is None does not narrow.

    `since` and `until` are effective times. `words` must each be found in item, lot, serial, place or reason.
    """

    warehouse: UUID
    item: UUID | None = None
    location: UUID | None = None
    trace: UUID | None = None
    unit: UUID | None = None
    document: UUID | None = None
    person: UUID | None = None
    posting: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One movement as it was posted. `seal` is None until the ledger is sealed; `hash` is its posting's, hexadecimal.

    `taken_back` is how much of it was reversed since; `reverses` says that it takes another one back.
    """

    id: UUID
    posting: UUID
    line: int
    kind: str
    quantity: Decimal
    unit: str
    weight_kg: Decimal | None
    item: UUID
    sku: str
    name: str
    trace: UUID
    lot: str
    serial: str
    from_location: UUID
    from_place: str
    to_location: UUID
    to_place: str
    from_unit: str
    to_unit: str
    from_owner: str
    to_owner: str
    from_status: str
    to_status: str
    effective_at: datetime
    recorded_at: datetime
    reason: str
    seal: int | None
    hash: str
    document: UUID | None
    document_number: str
    person: UUID
    person_name: str
    station: str
    reverses: bool
    taken_back: Decimal


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line of a document: what was asked, in base units, and what is done of it at each step."""

    line: int
    item: UUID
    sku: str
    name: str
    unit: str
    asked: Decimal
    done: tuple[tuple[str, Decimal], ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Photo:
    """What somebody photographed of the goods of a document; `sha256` (hex) is what the picture is known by."""

    sha256: str
    sku: str
    reason: str
    taken_at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document to look at, with its lines and the photos that were taken."""

    id: UUID
    kind: str
    number: str
    reference: str
    decision: str
    partner: str
    due: date | None
    created_at: datetime
    created_by: str
    lines: tuple[DocumentLine, ...]
    photos: tuple[Photo, ...] = ()


_CONDITIONS = {
    "item": "m.item_id = %(item)s",
    "trace": "m.item_id = (SELECT item_id FROM trace WHERE id = %(trace)s) AND m.trace_id = %(trace)s",
    "document": "m.id IN (SELECT x.id FROM document_line l JOIN stock_move x ON x.document_line_id = l.id"
    " WHERE l.document_id = %(document)s"
    " UNION SELECT x.id FROM posting p JOIN stock_move x ON x.posting_id = p.id WHERE p.document_id = %(document)s)",
    "person": "m.posting_id IN (SELECT id FROM posting WHERE person_id = %(person)s)",
    "posting": "m.posting_id = %(posting)s"
    " AND m.recorded_at = (SELECT recorded_at FROM posting WHERE id = %(posting)s)",
    # Nothing is effective after it was recorded, so that older partitions need not be read.
    "since": "m.effective_at >= %(since)s AND m.recorded_at >= %(since)s",
    "until": "m.effective_at < %(until)s",
}
# A move has two sides, and each has its index: they are asked one after the other, for one page each, and the second
# only for what the first has not. (UNION, which finds that out itself, is planned anew each time: five times the work.)
_SIDES = {
    "location": (
        "m.from_location_id = %(location)s",
        "m.to_location_id = %(location)s AND m.from_location_id <> %(location)s",
    ),
    "unit": (
        "m.from_handling_unit_id = %(unit)s AND m.from_handling_unit_id <> nil()",
        "m.to_handling_unit_id = %(unit)s AND m.to_handling_unit_id <> nil() AND m.from_handling_unit_id <> %(unit)s",
    ),
    # Of a time in the past: what was recorded soon, and what was recorded late, which has an index of its own.
    "recorded": (
        "m.recorded_at < %(recorded)s",
        "m.recorded_at - m.effective_at > interval '1 day' AND m.recorded_at >= %(recorded)s",
    ),
}
_TIMES = {"since", "until", "recorded"}
_FOUND_BY = {"document", "person", "posting"}
"""What is found by another index than those in the order of time."""
_LATE = timedelta(days=1)
_WINDOWS_DAYS = (0.25, 1, 4, 16, 64, 256)
_WINDOWS_MONTHS = (1, 7)
_LAST_RECORDED = "SELECT recorded_at FROM stock_move WHERE warehouse_id = %(warehouse)s ORDER BY id DESC LIMIT 1"
_WORD = (
    " AND (m.item_id IN (SELECT id FROM item WHERE sku ILIKE %(word{n})s OR name ILIKE %(word{n})s)"
    " OR m.trace_id IN (SELECT id FROM trace WHERE lot ILIKE %(word{n})s OR serial ILIKE %(word{n})s)"
    " OR m.from_location_id IN (SELECT id FROM location WHERE address ILIKE %(word{n})s)"
    " OR m.to_location_id IN (SELECT id FROM location WHERE address ILIKE %(word{n})s)"
    " OR m.kind ILIKE %(word{n})s OR m.reason ILIKE %(word{n})s)"
)
_DOCUMENT = """
    SELECT d.id, d.kind, d.number, d.reference, d.decision, coalesce(p.name, '') AS partner, d.due, d.created_at,
        w.name AS created_by
    FROM document d LEFT JOIN partner p ON p.id = d.partner_id JOIN person w ON w.id = d.created_by
    WHERE d.id = %(id)s
"""
_LINES = """
    SELECT l.line_no AS line, l.item_id AS item, i.sku, i.name, i.base_uom AS unit, l.base_qty AS asked, l.closed,
        coalesce((SELECT jsonb_agg(jsonb_build_array(g.step, g.qty::text) ORDER BY g.step) FROM line_progress g
            WHERE g.document_line_id = l.id AND g.qty <> 0), '[]') AS done
    FROM document_line l JOIN item i ON i.id = l.item_id WHERE l.document_id = %(id)s ORDER BY l.line_no
"""
_PHOTOS = """
    SELECT encode(o.sha256, 'hex') AS sha256, coalesce(i.sku, '') AS sku, o.reason, o.taken_at, p.name AS person
    FROM document_photo o JOIN person p ON p.id = o.person_id
    LEFT JOIN document_line l ON l.id = o.document_line_id LEFT JOIN item i ON i.id = l.item_id
    WHERE o.document_id = %(id)s ORDER BY o.taken_at, o.sha256
"""


def moves(
    session: Session, asked: MoveQuery, *, after: MoveRow | None = None, limit: int | None = None
) -> list[MoveRow]:
    """Movements, newest effective time first, those behind `after`, at most `limit`."""
    named = {name for name in {*_CONDITIONS, *_SIDES} - _TIMES if getattr(asked, name) is not None}
    if named & _FOUND_BY or asked.words or limit is None:
        return _read(session, asked, after=after, limit=limit)
    if named:
        return _newest_of_it(session, asked, after=after, limit=limit)
    return _newest(session, asked, after=after, limit=limit)


def _newest_of_it(session: Session, asked: MoveQuery, *, after: MoveRow | None, limit: int) -> list[MoveRow]:
    """A page of what moved of one thing: looked for in the last months, then in more, then in all.

    Nothing is effective after it was recorded: what fills a page since a month began is the newest there is.
    """
    latest = after.effective_at if after else asked.until or datetime.now(UTC)
    for months in _WINDOWS_MONTHS:
        month = _month(latest, before=months)
        if asked.since is not None and month <= asked.since:
            break
        found = _read(session, asked, after=after, limit=limit, month=month)
        if len(found) == limit:
            return found
    return _read(session, asked, after=after, limit=limit, month=_month(asked.since) if asked.since else None)


def _month(at: datetime, *, before: int = 0) -> datetime:
    """When the month of an instant began, or one so many months before it."""
    utc = at.astimezone(UTC)
    years, month = divmod(utc.year * 12 + utc.month - 1 - before, 12)
    return datetime(max(years, 1), month + 1, 1, tzinfo=UTC)


def _newest(session: Session, asked: MoveQuery, *, after: MoveRow | None, limit: int) -> list[MoveRow]:
    """A page of all that moved in a warehouse: looked for in windows of time that grow until the page is full.

    An index on the effective times of all moves would slow down every posting. There is none: what was effective in a
    window was recorded in it or within a day after (stock_move_recorded), or later (stock_move_late).
    """
    latest = after.effective_at if after else _last_recorded(session, asked)
    before = after.effective_at if after else asked.until
    recorded = before + _LATE if before else None
    for days in _WINDOWS_DAYS:
        since = latest - timedelta(days=days)
        if asked.since is not None and since <= asked.since:
            break
        found = _read(session, replace(asked, since=since), after=after, limit=limit, recorded=recorded)
        if len(found) == limit:
            return found
    return _read(session, asked, after=after, limit=limit)


def _last_recorded(session: Session, asked: MoveQuery) -> datetime:
    """About when the last of these movements was recorded: where it is worth while to begin to look."""
    found = session.row(_LAST_RECORDED, warehouse=asked.warehouse)
    latest: datetime = found["recorded_at"] if found else datetime.now(UTC)
    return min(latest, asked.until) if asked.until else latest


def _read(
    session: Session,
    asked: MoveQuery,
    *,
    after: MoveRow | None,
    limit: int | None,
    recorded: datetime | None = None,
    month: datetime | None = None,
) -> list[MoveRow]:
    """Read them at once; `recorded` is when those that were not recorded late had been recorded.

    None that was effective before `month` is wanted. It stands in the statement itself, and not beside it: so the
    tables of earlier months are neither planned nor opened, and one plan serves until the month is over.
    """
    names = [name for name in (*_CONDITIONS, *_SIDES) if getattr(asked, name, None) is not None]
    given = {name: getattr(asked, name) for name in names} | ({"recorded": recorded} if recorded else {})
    conditions = "".join(f" AND {_CONDITIONS[name]}" for name in given if name in _CONDITIONS)
    conditions += "".join(_WORD.format(n=n) for n in range(len(asked.words)))
    if after:
        conditions += " AND (m.effective_at, m.id) < (%(after_at)s, %(after_id)s)"
        given |= {"after_at": after.effective_at, "after_id": after.id}
    if month:
        conditions += f" AND m.effective_at >= '{month:%Y-%m-%d}Z' AND m.recorded_at >= '{month:%Y-%m-%d}Z'"
    known = f" AND r.recorded_at >= '{month:%Y-%m-%d}Z'" if month else ""
    page = f"LIMIT {int(limit)}" if limit is not None else ""
    sides = itertools.product(*(_SIDES[name] for name in given if name in _SIDES))
    one = "(" + query("stock_moves_of_side") + ")"
    origin = " UNION ALL ".join(
        one.format(conditions=conditions + "".join(f" AND {side}" for side in each), page=page) for each in sides
    )
    sql = query("stock_moves").format(origin=origin, page=page, known=known)
    given |= {"warehouse": asked.warehouse} | {f"word{n}": like(word) for n, word in enumerate(asked.words)}
    if limit is None:
        return list(all_as(session.each(sql, **given), MoveRow))
    with session.pipeline():
        if not asked.words and not _FOUND_BY & given.keys():
            session.follow_indexes()
        found = session.rows_later(sql, **given)
    return list(all_as(found, MoveRow))


def document(session: Session, identity: UUID) -> Document | None:
    """A document with its lines and their progress; None where there is none, or not for this person."""
    head = session.row(_DOCUMENT, id=identity)
    if head is None:
        return None
    lines = session.rows(_LINES, id=identity)
    for line in lines:
        line["done"] = tuple((step, Decimal(qty)) for step, qty in line["done"])
    photos = session.rows(_PHOTOS, id=identity)
    return Document(
        **head,
        lines=tuple(DocumentLine(**line) for line in lines),
        photos=tuple(Photo(**photo) for photo in photos),
    )


def approver(session: Session, posting: UUID) -> str:
    """Who approved a posting beyond the limit of the person who made it; nobody where none had to."""
    return session.call("approver_of", posting=posting) or ""
