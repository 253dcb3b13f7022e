"""Loading a generated past: whole months by COPY, behind the triggers, with their documents, seals and balances.

What the moves are is `services/generating`'s to say. Hashes and seals are made here exactly as post_moves() and
seal_postings() make them, so that `prove` finds the loaded ledger clean. Triggers are off for the loading session only
(session_replication_role), which needs a superuser.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg

from app.database.errors import translate

NIL = "00000000-0000-0000-0000-000000000000"
_SITES = ("PAST1", "PAST2", "PAST3")
_BINS = 1000
_LOT_EVERY = 4  # each fourth item carries lots
_POSTINGS_A_SEAL = 25
_Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Site:
    """A warehouse with the places that goods pass; ids as text."""

    id: str
    code: str
    supplier: str
    customer: str
    adjustment: str
    dock: str
    tote: str
    staging: str
    bins: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the past happens on: warehouses, items (ids as text), those of them that carry lots, and who did it all."""

    sites: Sequence[Site]
    items: Sequence[str]
    opening_lots: Mapping[str, str]
    people: Sequence[str]
    partner: str

    def opening_lot(self, item: str) -> str:
        """The lot that an item's first stock has; nil where it carries none."""
        return self.opening_lots.get(item, NIL)


@dataclass(frozen=True, slots=True)
class Line:
    """One move: whole base units of an item and lot from place to place, for a document's line where there is one."""

    item: str
    lot: str
    qty: int
    source: str
    target: str
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """Moves that were posted together; `happened` where that was earlier."""

    kind: str
    warehouse: str
    recorded: datetime
    lines: Sequence[Line]
    document: str = ""
    step: str = ""
    reason: str = ""
    happened: datetime | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document and its lines, by id."""

    id: str
    lines: list[str]


@dataclass
class Month:
    """One month on its way into the database; everything is written by `write`."""

    connection: _Connection
    ground: Ground
    first: datetime
    documents: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    lots: list[str] = field(default_factory=list)
    left: dict[tuple[str, str, str, str], int] = field(default_factory=dict)

    def lot(self, item: str) -> str:
        """A new lot of an item; nil where it carries none."""
        if item not in self.ground.opening_lots:
            return NIL
        made = new_id(self.first)
        expiry = (self.first + timedelta(days=400)).date()
        self.lots.append(f"{made}\t{item}\tL{self.first:%y%m}-{len(self.lots) + 1:06}\t\t{expiry}\n")
        return made

    def document(
        self, kind: str, site: Site, at: datetime, items: Sequence[str], qtys: Sequence[int],
        done: Mapping[str, Sequence[int]],
    ) -> Paper:  # fmt: skip
        """A closed purchase order or order with a line for each item, and how far each step of its lines went."""
        made = new_id(at)
        number = f"{'PO' if kind == 'purchase_order' else 'SO'}-{self.first:%y%m}-{len(self.documents) + 1:06}"
        self.documents.append(
            f"{made}\t{kind}\t{number}\t{site.id}\t{self.ground.partner}\tclosed\t{at.isoformat()}"
            f"\t{self.ground.people[0]}\n"
        )
        self.codes.append(f"document\t{number}\t{site.id}\tdocument\t{made}\n")
        papers = []
        for n, (item, qty) in enumerate(zip(items, qtys, strict=True)):
            line = new_id(at)
            papers.append(line)
            self.lines.append(f"{line}\t{made}\t{n + 1}\t{item}\teach\t{qty}\t{qty}\tt\n")
            self.progress.extend(f"{line}\t{step}\t{amounts[n]}\n" for step, amounts in done.items())
        return Paper(made, papers)

    def remains(self, warehouse: str, item: str, place: str, lot: str, qty: int) -> None:
        """So much of a lot stays in a place when the month is over."""
        key = (warehouse, item, place, lot)
        self.left[key] = self.left.get(key, 0) + qty

    def write(self, postings: list[Posting]) -> None:
        """Load everything of the month, moves in the order of their posting, and seal it."""
        postings.sort(key=lambda posting: posting.recorded)
        for posting in postings:
            if posting.kind == "adjust_in":
                for line in posting.lines:
                    self.remains(posting.warehouse, line.item, line.target, line.lot, line.qty)
        for table, rows in (
            ("trace (id, item_id, lot, serial, expiry)", self.lots),
            ("document (id, kind, number, warehouse_id, partner_id, decision, created_at, created_by)", self.documents),
            ("document_line (id, document_id, line_no, item_id, uom, qty, base_qty, closed)", self.lines),
            ("line_progress (document_line_id, step, qty)", self.progress),
            ("code (scheme, value, scope_id, kind, target_id)", self.codes),
        ):
            _copy(self.connection, table, rows)
        heads: list[str] = []
        seals = _Seals.after_last(self.connection)
        moves = _moves(postings, self.ground.people, heads, seals)
        _copy(self.connection, f"{_part(self.first)} ({_MOVE})", moves)
        _copy(self.connection, f"posting ({_POSTING})", heads)
        _copy(self.connection, "request (request_id, fingerprint, person_id, answer)", _requests(heads))
        _copy(self.connection, "seal (no, sealed_at, postings, previous, hash, newest, delay)", seals.finished())
        self._add_to_balances()

    def _add_to_balances(self) -> None:
        self.connection.execute("CREATE TEMP TABLE remains (w uuid, i uuid, l uuid, t uuid, q numeric) ON COMMIT DROP")
        rows = (f"{w}\t{i}\t{place}\t{lot}\t{qty}\n" for (w, i, place, lot), qty in self.left.items())
        _copy(self.connection, "pg_temp.remains", rows)
        self.connection.execute(
            "INSERT INTO stock_balance AS b (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id,"
            " status, on_hand, first_received_at) SELECT w, i, l, t, nil(), nil(), 'available', q, %s FROM remains"
            " WHERE q <> 0 ORDER BY w, i, l, t"
            " ON CONFLICT (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)"
            " DO UPDATE SET on_hand = b.on_hand + excluded.on_hand",
            [self.first],
        )


_MOVE = (
    "id, recorded_at, posting_id, line_no, warehouse_id, kind, item_id, trace_id, qty, from_location_id,"
    " from_handling_unit_id, from_owner_id, from_status, to_location_id, to_handling_unit_id, to_owner_id, to_status,"
    " document_line_id, step, reason, effective_at, hash"
)
_POSTING = "id, kind, warehouse_id, document_id, person_id, recorded_at, moves, hash, seal_no"


def _moves(postings: Iterable[Posting], people: Sequence[str], heads: list[str], seals: "_Seals") -> Iterator[str]:
    """The moves as COPY takes them, hashed as 40_ledger.sql has it; postings and seals are collected on the way."""
    sha256, keep = hashlib.sha256, f"\t{NIL}\t{NIL}\tavailable\t"
    for number, posting in enumerate(postings):
        made = new_id(posting.recorded)
        happened = posting.happened or posting.recorded
        recorded_text, effective_text = posting.recorded.isoformat(), happened.isoformat()
        effective = _epoch(happened)
        ids = os.urandom(10 * len(posting.lines)).hex()
        stem = made[:13]
        content = b""
        for n, line in enumerate(posting.lines):
            source, target = f"{line.source}///available", f"{line.target}///available"
            lot = "" if line.lot == NIL else line.lot
            digest = sha256(
                f"{made}|{n + 1}|{posting.kind}|{line.item}|{lot}|{line.qty}.000000||{source}|{target}|"
                f"{line.paper}|{posting.reason}|{effective}||".encode()
            ).digest()
            content += digest
            r = ids[20 * n : 20 * n + 20]
            yield (
                f"{stem}-7{r[:3]}-8{r[3:6]}-{r[6:18]}\t{recorded_text}\t{made}\t{n + 1}\t{posting.warehouse}"
                f"\t{posting.kind}\t{line.item}\t{line.lot}\t{line.qty}\t{line.source}{keep}{line.target}{keep}"
                f"{line.paper or _NULL}\t{posting.step or _NULL}\t{posting.reason or _NULL}\t{effective_text}"
                f"\t\\\\x{digest.hex()}\n"
            )
        person = people[number % len(people)]
        digest = sha256(
            f"{made}|{posting.kind}|{posting.warehouse}|{posting.document}|{person}||{_epoch(posting.recorded)}||"
            f"{len(posting.lines)}|".encode()
            + content
        ).digest()
        seal = seals.add(made, digest, posting.recorded)
        heads.append(
            f"{made}\t{posting.kind}\t{posting.warehouse}\t{posting.document or _NULL}\t{person}\t{recorded_text}"
            f"\t{len(posting.lines)}\t\\\\x{digest.hex()}\t{seal}\n"
        )


def _requests(heads: Iterable[str]) -> Iterator[str]:
    """For each posting the request that it answered, which bears its id."""
    for head in heads:
        made, _kind, _warehouse, _document, person, _recorded, moves, *_rest = head.split("\t")
        yield f'{made}\t\\\\x\t{person}\t{{"posting": "{made}", "moves": {moves}}}\n'


_NULL = "\\N"


@dataclass
class _Seals:
    """The chain, continued: some postings a seal, in the order in which they were recorded."""

    no: int
    previous: bytes
    sealed_at: datetime | None
    newest: datetime | None
    rows: list[str] = field(default_factory=list)
    open: list[tuple[bytes, bytes]] = field(default_factory=list)
    oldest: datetime | None = None
    last: datetime | None = None

    @classmethod
    def after_last(cls, connection: _Connection) -> "_Seals":
        connection.execute("SELECT 1 FROM seal_turn FOR UPDATE")
        row = connection.execute("SELECT no, hash, sealed_at, newest FROM seal ORDER BY no DESC LIMIT 1").fetchone()
        if row is None:
            return cls(1, b"", None, None)
        no, digest, sealed_at, newest = row
        assert isinstance(no, int)
        assert isinstance(digest, bytes)
        assert isinstance(sealed_at, datetime)
        assert isinstance(newest, datetime)
        return cls(no + 1, digest, sealed_at, newest)

    def add(self, posting: str, digest: bytes, recorded: datetime) -> int:
        """Take one more posting; returns the number of its seal."""
        if len(self.open) == _POSTINGS_A_SEAL:
            self._close()
        self.oldest = recorded if not self.open else self.oldest
        self.last = recorded
        self.open.append((bytes.fromhex(posting.replace("-", "")), digest))
        return self.no

    def finished(self) -> list[str]:
        """All seals as COPY takes them."""
        if self.open:
            self._close()
        return self.rows

    def _close(self) -> None:
        assert self.oldest is not None
        assert self.last is not None
        digest = hashlib.sha256(self.previous + b"".join(one + two for one, two in sorted(self.open))).digest()
        delay = max((self.newest - self.oldest).total_seconds(), 0.0) if self.newest else 0.0
        self.newest = max(self.newest or self.last, self.last)
        moment = self.last + timedelta(seconds=1)
        self.sealed_at = max(self.sealed_at or moment, moment)
        self.rows.append(
            f"{self.no}\t{self.sealed_at.isoformat()}\t{len(self.open)}\t\\\\x{self.previous.hex()}\t\\\\x{digest.hex()}"
            f"\t{self.newest.isoformat()}\t{delay:.6f} s\n"
        )
        self.no, self.previous, self.open = self.no + 1, digest, []


def new_id(at: datetime) -> str:
    """An id of version 7 (RFC 9562) that was made at a time."""
    r = os.urandom(10).hex()
    ms = f"{int(at.timestamp() * 1000):012x}"
    return f"{ms[:8]}-{ms[8:]}-7{r[:3]}-8{r[3:6]}-{r[6:18]}"


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)


def _epoch(at: datetime) -> str:
    """Seconds since 1970 as PostgreSQL writes them."""
    whole, rest = divmod((at - _EPOCH) // _MICROSECOND, 1_000_000)
    return f"{whole}.{rest:06}"


def _copy(connection: _Connection, table: str, rows: Iterable[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
        some: list[str] = []
        for row in rows:
            some.append(row)
            if len(some) == 2000:
                copy.write("".join(some))
                some = []
        copy.write("".join(some))


def _part(first: datetime) -> str:
    """The table of a month's moves."""
    return f"stock_move_{first:%Y%m}"


class Loader:
    """A superuser's connection that loads months."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    def has_other_moves(self) -> bool:
        """Whether the ledger has moves outside the generated warehouses."""
        return self._ask(
            "SELECT EXISTS (SELECT FROM stock_move m WHERE NOT EXISTS (SELECT FROM warehouse w WHERE"
            " w.id = m.warehouse_id AND w.code = ANY (%s)))", [list(_SITES)],
        ) is True  # fmt: skip

    def has_month(self, first: datetime) -> bool:
        """Whether a month is loaded already."""
        return self._has_partition(first) and self._ask(f"SELECT EXISTS (SELECT FROM {_part(first)})") is True  # noqa: S608  (ours)

    @contextmanager
    def month(self, first: datetime, ground: Ground) -> Iterator[Month]:
        """One month in one transaction: whole, or not at all.

        A new month's table joins the ledger, and gets its indexes, when it is full: that is several times as fast as
        keeping them up to date row by row.
        """
        with self._connection.transaction():
            self._connection.execute("SET LOCAL session_replication_role = replica")
            new = not self._has_partition(first)
            if new:
                self._connection.execute("SELECT prepare_partition(%s)", [first.date()])
            yield Month(self._connection, ground, first)
            if new:
                self._connection.execute("SELECT attach_partition(%s, %s)", [_part(first), first.date()])

    def _has_partition(self, first: datetime) -> bool:
        return self._ask("SELECT to_regclass(%s) IS NOT NULL", [f"stockhand.{_part(first)}"]) is True

    def finish(self) -> None:
        """What autovacuum would do in the course of years: plans and index-only reads need it. Closes the months."""
        self._connection.execute("SELECT ensure_partitions()")
        self._connection.execute("VACUUM ANALYZE")

    def furnish(self, *, items: int) -> Ground:
        """Warehouses, bins, items, people and partner of the past, made where they are missing."""
        with self._connection.transaction():
            for statement in _FURNISH:
                self._connection.execute(
                    statement, {"sites": list(_SITES), "bins": _BINS, "items": items, "lots": _LOT_EVERY}
                )
        sites = [self._site(code) for code in _SITES]
        lots = self._rows("SELECT item_id::text, id::text FROM trace WHERE lot = 'OPENING'")
        return Ground(
            sites,
            [str(row[0]) for row in self._rows("SELECT id::text FROM item WHERE sku LIKE 'PAST-%%' ORDER BY sku")],
            {str(item): str(lot) for item, lot in lots},
            [
                str(row[0])
                for row in self._rows("SELECT id::text FROM person WHERE badge LIKE 'PAST-%%' ORDER BY badge")
            ],
            str(self._ask("SELECT id::text FROM partner WHERE code = 'PAST'")),
        )

    def _site(self, code: str) -> Site:
        rows = self._rows(
            "SELECT l.kind, l.id::text, w.id::text FROM location l JOIN warehouse w ON w.id = l.warehouse_id"
            " WHERE w.code = %s ORDER BY l.walk_position", [code],
        )  # fmt: skip
        places = {str(kind): str(place) for kind, place, _ in rows}
        bins = [str(place) for kind, place, _ in rows if kind == "bin"]
        return Site(
            id=str(rows[0][2]),
            code=code,
            supplier=places["supplier"],
            customer=places["customer"],
            adjustment=places["adjustment"],
            dock=places["dock"],
            tote=places["tote"],
            staging=places["staging"],
            bins=bins,
        )

    def _rows(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        return self._connection.execute(statement.encode(), parameters).fetchall()

    def _ask(self, statement: str, parameters: Sequence[object] = ()) -> object:
        return self._rows(statement, parameters)[0][0]


@contextmanager
def loader(superuser_url: str) -> Iterator[Loader]:
    """A loader for a database; raises the Fault or Refusal behind a database error."""
    try:
        with psycopg.connect(superuser_url, autocommit=True, options="-c search_path=stockhand,pg_temp") as connection:
            connection.execute("SET synchronous_commit = off")
            connection.execute("SET idle_in_transaction_session_timeout = 0")  # while a month is being thought up
            yield Loader(connection)
    except psycopg.Error as error:
        raise translate(error) from error


_FURNISH = (
    """INSERT INTO person (badge, name, active, system) SELECT 'PAST-' || n, 'Past ' || n, false, true
    FROM generate_series(1, 5) n ON CONFLICT DO NOTHING""",
    """INSERT INTO partner (code, name, kinds) VALUES ('PAST', 'Past trade', '{supplier,customer}')
    ON CONFLICT DO NOTHING""",
    """WITH made AS (
        INSERT INTO location (id, warehouse_id, kind, name, address, code)
        SELECT id, id, 'warehouse', code, code, code FROM (SELECT new_id() AS id, unnest(%(sites)s::text[]) AS code) s
        WHERE NOT EXISTS (SELECT FROM warehouse w WHERE w.code = s.code) RETURNING id, code)
    INSERT INTO warehouse (id, code, name, type, time_zone)
    SELECT id, code, 'Past ' || right(code, 1), 'DC', 'UTC' FROM made""",
    """INSERT INTO location (warehouse_id, parent_id, kind, name, address)
    SELECT w.id, w.id, kind, upper(kind), w.code || '-' || upper(kind)
    FROM warehouse w,
        unnest(ARRAY['supplier', 'customer', 'adjustment', 'scrap', 'transit', 'tote', 'dock', 'staging']) kind
    WHERE w.code = ANY (%(sites)s) ON CONFLICT DO NOTHING""",
    """INSERT INTO location (warehouse_id, parent_id, kind, name, address, walk_position)
    SELECT w.id, w.id, 'bin', b.name, w.code || '-' || b.name, b.n
    FROM warehouse w, LATERAL (SELECT n, 'A' || lpad((n / 50 + 1)::text, 2, '0') || '-'
        || lpad((n %% 50 + 1)::text, 2, '0') AS name FROM generate_series(0, %(bins)s - 1) n) b
    WHERE w.code = ANY (%(sites)s) ON CONFLICT DO NOTHING""",
    """INSERT INTO item (sku, name, base_uom, tracking)
    SELECT sku, 'Past item ' || n, 'each', CASE WHEN n %% %(lots)s = 0 THEN 'lot' ELSE 'none' END
    FROM (SELECT n, 'PAST-' || lpad(n::text, 6, '0') AS sku FROM generate_series(1, %(items)s) n) s
    WHERE NOT EXISTS (SELECT FROM item WHERE item.sku LIKE 'PAST-%%')""",
    """INSERT INTO trace (item_id, lot, expiry) SELECT id, 'OPENING', '2030-12-31' FROM item
    WHERE sku LIKE 'PAST-%%' AND tracking = 'lot' ON CONFLICT DO NOTHING""",
)
