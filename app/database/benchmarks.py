"""A scratch database to measure the ledger in, and the work that is measured.

Work is one statement in a transaction, sent in one round trip with BEGIN and COMMIT as the program does, again and
again by several connections at once; the reference is a bare single-row insert, sent likewise. Clients are threads of
one process and use CPU too, so the server's CPU a commit says more than the rate. The warehouse's own data stay as they
are.
"""

import random
import secrets
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil
import psycopg
from psycopg import sql

from app.database import installation
from app.database.session import new_request

ITEMS, MANY_ITEMS = 200, 5000
"""So few that postings of 20 lines nearly always meet on some of them; so many that they seldom do."""
_HERE = {"127.0.0.1", "::1", "localhost"}
_PERSON = """
    INSERT INTO person (badge, name, login) VALUES ('BENCH', 'Bench', %(login)s);
    INSERT INTO person_group (person_id, group_name) SELECT id, 'manager' FROM person
"""
_LABELS_COUNT = """
    GRANT EXECUTE ON FUNCTION advance_parcel(uuid, text, numeric, numeric, text, text, text) TO {login}
"""
"""The workload prints no labels: in its scratch database a carton counts as labelled because it says so."""
_FURNISH = """
    CREATE TABLE bare (id uuid PRIMARY KEY, item_id uuid NOT NULL, qty numeric(18, 6) NOT NULL, at timestamptz);
    GRANT SELECT, INSERT ON bare TO PUBLIC;
    CREATE TABLE bench_place (id uuid, n int);
    CREATE TABLE bench_item (id uuid, n int PRIMARY KEY);
    GRANT SELECT ON bench_place, bench_item TO PUBLIC;
"""
_SITE = """
    WITH w AS (SELECT create_warehouse('BENCH', 'Bench', '', '', 'UTC') AS id)
    SELECT id FROM w
"""
_GOODS = """
    INSERT INTO location (warehouse_id, parent_id, kind, name, address)
    SELECT {w}, {w}, 'bin', 'B' || n, 'BENCH-B' || n FROM generate_series(1, 2) n;
    INSERT INTO bench_place SELECT id, right(name, 1)::int FROM location WHERE kind = 'bin';
    INSERT INTO item (sku, name, base_uom) SELECT 'I' || n, 'I' || n, 'each' FROM generate_series(1, {items}) n;
    INSERT INTO bench_item SELECT id, substring(sku FROM 2)::int FROM item;
    INSERT INTO document (kind, number, warehouse_id, decision, created_by)
    SELECT 'order', 'BENCH', {w}, 'released', id FROM person;
    INSERT INTO document_line (document_id, line_no, item_id, uom, qty, base_qty)
    SELECT d.id, n, (SELECT id FROM bench_item WHERE n = 1), 'each', 1e9, 1e9 FROM document d, generate_series(1, 64) n;
"""
_STOCK = """
    SELECT post_moves(gen_random_uuid(), 'adjust_in', {w}, array_agg(i.id), array_agg({qty}::numeric),
        array_agg(f.id), array_agg(p.id), p_reasons => array_agg('OPENING'::text))
    FROM bench_item i, bench_place p, location f WHERE f.kind = 'adjustment'
"""
_BARE = "INSERT INTO bare VALUES (new_id(), %(item)s, 1, now())"
_POST = """
    SELECT post_moves(%(request)s, 'move', %(warehouse)s, %(items)s::uuid[], %(qtys)s::numeric[], %(sources)s::uuid[],
        %(targets)s::uuid[])
"""
_RESERVE = """
    SELECT reserve_stock(%(warehouse)s, ARRAY[%(line)s]::uuid[], ARRAY[%(item)s]::uuid[], ARRAY[%(place)s]::uuid[],
        ARRAY[nil()], ARRAY[nil()], ARRAY[nil()], ARRAY['available'], ARRAY[1::numeric])
"""
Parameters = dict[str, object]


@dataclass(frozen=True, slots=True)
class Work:
    """A statement, and its parameters for each turn."""

    statement: str
    parameters: Callable[[int], Parameters]


@dataclass(frozen=True, slots=True)
class Turns:
    """How often a loop went round in how many seconds, and the server process that ran it."""

    turns: int
    backend: int


@dataclass(frozen=True)
class Scratch:
    """The scratch database: `admin` is its superuser's address, `station` that of the login that posts."""

    admin: str
    station: str
    warehouse: uuid.UUID
    lines: tuple[uuid.UUID, ...]
    items: tuple[uuid.UUID, ...]
    places: tuple[uuid.UUID, ...]

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection to run one loop after another on."""
        return psycopg.connect(self.station, autocommit=True, options="-c search_path=stockhand,pg_temp")

    def bare(self) -> Work:
        """The reference: one bare row."""
        return Work(_BARE, lambda turn: {"item": self.items[turn % len(self.items)]})

    def post(self, lines: int) -> Work:
        """One posting of so many lines, each of a random item from one place to the other."""

        def parameters(turn: int) -> Parameters:
            source, target = self.places if turn % 2 else self.places[::-1]
            return {
                "request": new_request(),
                "warehouse": self.warehouse,
                "items": random.choices(self.items, k=lines),  # noqa: S311  (not for secrets)
                "qtys": [1] * lines,
                "sources": [source] * lines,
                "targets": [target] * lines,
            }

        return Work(_POST, parameters)

    def reserve(self, client: int) -> Work:
        """One more unit of the one hot item for this client's own order line."""
        claim: Parameters = {
            "warehouse": self.warehouse,
            "line": self.lines[client],
            "item": self.items[0],
            "place": self.places[0],
        }
        return Work(_RESERVE, lambda _: claim)

    def ask(self, statement: str) -> tuple[object, ...]:
        """One row, as the superuser."""
        with _open(self.admin) as connection:
            row = connection.execute(statement.encode()).fetchone()
        assert row is not None
        return row


def run(connection: psycopg.Connection[tuple[object, ...]], work: Work, *, seconds: float) -> Turns:
    """Do the work for `seconds`, one transaction and one round trip a turn."""
    turns = 0
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        with connection.pipeline():
            connection.execute("BEGIN")
            connection.execute("SELECT set_config('stockhand.token', '', true)")
            connection.execute(work.statement.encode(), work.parameters(turns), prepare=True)
            connection.execute("COMMIT")
        turns += 1
    return Turns(turns, connection.info.backend_pid)


@dataclass(frozen=True, slots=True)
class Empty:
    """A new database with our schema and one manager; addresses of its superuser and of the manager's login."""

    admin: str
    station: str


@contextmanager
def empty_scratch(admin_url: str) -> Iterator[Empty]:
    """An empty database on this server, dropped afterwards; `admin_url` may create databases and roles."""
    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield _install(f"{admin_url.rpartition('/')[0]}/{name}", name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            roles = connection.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{name}_"])
            for (role,) in roles.fetchall():
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(str(role))))


def _install(url: str, name: str) -> Empty:
    installation.install(url)
    station = installation.save_login(url, "bench", installation.new_password(), group="manager")
    execute(url, _PERSON, {"login": f"{name}_bench"})
    execute(url, _LABELS_COUNT.format(login=f"{name}_bench"))
    return Empty(url, station)


@contextmanager
def scratch(admin_url: str, *, items: int = ITEMS) -> Iterator[Scratch]:
    """A furnished scratch database on this server, dropped afterwards; `admin_url` may create databases and roles."""
    with empty_scratch(admin_url) as database:
        yield _furnish(database, items)


def settle(database: Empty) -> None:
    """What autovacuum has done in a warehouse that is at work."""
    execute(database.admin, "VACUUM ANALYZE")


def size_mb(database: Empty) -> float:
    """How large the database is, in MB."""
    with _open(database.admin) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return round(int(str(row[0])) / 2**20, 1)


def postmaster(database: Empty) -> psutil.Process | None:
    """The server's first process, where it runs on this machine."""
    if urlsplit(database.admin).hostname not in _HERE:
        return None
    with _open(database.admin) as connection:
        return psutil.Process(connection.info.backend_pid).parent()


def execute(url: str, statements: str, parameters: Mapping[str, object] | None = None) -> None:
    """Statements one by one, as the superuser."""
    with _open(url) as connection:
        for statement in filter(str.strip, statements.split(";")):
            connection.execute(statement.encode(), parameters if "%" in statement else None)


def _furnish(database: Empty, items: int) -> Scratch:
    url, station = database.admin, database.station
    execute(url, _FURNISH)
    with psycopg.connect(station, autocommit=True, options="-c search_path=stockhand,pg_temp") as connection:
        row = connection.execute(_SITE).fetchone()
        assert row is not None
        warehouse = uuid.UUID(str(row[0]))
        with _open(url) as admin:
            admin.execute(_GOODS.format(w=_uuid(warehouse), items=items).encode())
            lines = _ids(admin, "SELECT id FROM document_line ORDER BY line_no")
            made = _ids(admin, "SELECT id FROM bench_item WHERE n > 0 ORDER BY n")
            places = _ids(admin, "SELECT id FROM bench_place ORDER BY n")
        connection.execute(_STOCK.format(w=_uuid(warehouse), qty=10**9).encode())
    settle(database)
    return Scratch(url, station, warehouse, lines, made, places)


def _ids(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> tuple[uuid.UUID, ...]:
    return tuple(uuid.UUID(str(row[0])) for row in connection.execute(statement.encode()).fetchall())


def _open(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url, autocommit=True, options="-c search_path=stockhand,pg_temp")


def _uuid(value: uuid.UUID) -> str:
    return f"'{value}'::uuid"


def receive(database: Scratch, lines: int) -> float:
    """Seconds that one posting of so many lines takes, each of the next item."""
    with database.connect() as connection:
        row = connection.execute(
            _RECEIVE.format(
                w=_uuid(database.warehouse), lines=lines, items=len(database.items), request=_uuid(new_request())
            ).encode()
        ).fetchone()
        assert row is not None
        return float(str(row[0]))


_RECEIVE = """
    WITH begun AS MATERIALIZED (SELECT clock_timestamp() AS at), goods AS MATERIALIZED (
        SELECT array_agg(i.id) AS items, array_agg(f.id) AS sources, array_agg(p.id) AS targets
        FROM generate_series(1, {lines}) g JOIN bench_item i ON i.n = 1 + g % {items},
             (SELECT id FROM location WHERE kind = 'adjustment') f, (SELECT id FROM bench_place WHERE n = 1) p
    ), posted AS MATERIALIZED (
        SELECT post_moves({request}, 'adjust_in', {w}, items, array_fill(1::numeric, ARRAY[{lines}]), sources, targets,
            p_reasons => array_fill('FOUND'::text, ARRAY[{lines}])) AS answer FROM goods, begun
    )
    SELECT extract(epoch FROM clock_timestamp() - begun.at)::float8 FROM posted, begun WHERE posted.answer IS NOT NULL
"""


def books_agree(database: Scratch) -> bool:
    """Whether what is reserved is what the reservations say, and never more than is there."""
    (agree,) = database.ask(
        "SELECT (SELECT sum(reserved) FROM stock_balance) = (SELECT sum(qty) FROM reservation)"
        " AND NOT EXISTS (SELECT FROM stock_balance WHERE reserved > on_hand)"
    )
    return bool(agree)


def server_facts(database: Scratch) -> tuple[object, object]:
    """How many deadlocks the database met, and whether the server waits for the disk."""
    (deadlocks,) = database.ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    (durable,) = database.ask("SELECT current_setting('fsync') = 'on'")
    return deadlocks, durable
