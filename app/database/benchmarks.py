"""A scratch database to measure the ledger in, and the loops that are measured: in the server, so that no client counts.

Each loop commits every turn and is run by several connections at once, as a station's login; the reference is a bare
single-row insert in the same loop. Nothing of it touches the warehouse's own database.
"""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from app.database import installation
from app.database.session import new_request

ITEMS = 200
_FURNISH = """
    SET session_replication_role = origin;
    INSERT INTO person (badge, name, login) VALUES ('BENCH', 'Bench', %(login)s);
    INSERT INTO person_group (person_id, group_name) SELECT id, 'manager' FROM person;
    CREATE TABLE bare (id uuid PRIMARY KEY, item_id uuid NOT NULL, qty numeric(18, 6) NOT NULL, at timestamptz NOT NULL);
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
_LOOP = """
DO $$
DECLARE
    until timestamptz := clock_timestamp() + interval '{seconds} s';
    turns int := 0;
    b uuid[] := ARRAY(SELECT id FROM bench_place ORDER BY n);
    i uuid[] := ARRAY(SELECT id FROM bench_item ORDER BY n);
    picked uuid[];
BEGIN
    WHILE clock_timestamp() < until LOOP
        {work}
        COMMIT;
        turns := turns + 1;
    END LOOP;
    PERFORM set_config('bench.turns', turns::text, false);
END $$
"""
_BARE = "INSERT INTO bare VALUES (new_id(), i[1 + floor(random() * {items})], 1, now());"
_POST = """
        picked := ARRAY(SELECT i[1 + floor(random() * {items} + 0 * g)] FROM generate_series(1, {lines}) g);
        PERFORM post_moves(gen_random_uuid(), 'move', {w}, picked, array_fill(1::numeric, ARRAY[{lines}]),
            array_fill(b[1 + turns % 2], ARRAY[{lines}]), array_fill(b[2 - turns % 2], ARRAY[{lines}]));
"""
_RESERVE = """
        PERFORM reserve_stock({w}, ARRAY[{line}], i[1:1], b[1:1], ARRAY[nil()], ARRAY[nil()], ARRAY[nil()],
            ARRAY['available'], ARRAY[1::numeric]);
"""


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

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection to run one loop after another on."""
        return psycopg.connect(self.station, autocommit=True, options="-c search_path=stockhand,pg_temp")

    def bare(self) -> str:
        """The reference: one bare row."""
        return _BARE.format(items=ITEMS)

    def post(self, lines: int) -> str:
        """One posting of so many lines, each of a random item from one place to another."""
        return _POST.format(items=ITEMS, lines=lines, w=_uuid(self.warehouse))

    def reserve(self, client: int) -> str:
        """One more unit of the one hot item for this client's own order line."""
        return _RESERVE.format(w=_uuid(self.warehouse), line=_uuid(self.lines[client]))

    def ask(self, statement: str) -> tuple[object, ...]:
        """One row, as the superuser."""
        with _open(self.admin) as connection:
            row = connection.execute(statement.encode()).fetchone()
        assert row is not None
        return row


def run(connection: psycopg.Connection[tuple[object, ...]], work: str, *, seconds: float) -> Turns:
    """Go round for `seconds`, with a commit each turn."""
    connection.execute(_LOOP.format(seconds=seconds, work=work).encode())
    row = connection.execute("SELECT current_setting('bench.turns')").fetchone()
    assert row is not None
    return Turns(int(str(row[0])), connection.info.backend_pid)


@contextmanager
def scratch(admin_url: str) -> Iterator[Scratch]:
    """A furnished scratch database on this server, dropped afterwards; `admin_url` may create databases and roles."""
    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield _furnish(f"{admin_url.rpartition('/')[0]}/{name}", name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            roles = connection.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{name}_"])
            for (role,) in roles.fetchall():
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(str(role))))


def _furnish(url: str, name: str) -> Scratch:
    installation.install(url)
    station = installation.save_login(url, "bench", installation.new_password(), group="manager")
    with _open(url) as connection:
        for statement in _FURNISH.split(";"):
            if statement.strip():
                connection.execute(statement.encode(), {"login": f"{name}_bench"} if "%(login)s" in statement else None)
    with psycopg.connect(station, autocommit=True, options="-c search_path=stockhand,pg_temp") as connection:
        row = connection.execute(_SITE).fetchone()
        assert row is not None
        warehouse = uuid.UUID(str(row[0]))
        with _open(url) as admin:
            admin.execute(_GOODS.format(w=_uuid(warehouse), items=ITEMS).encode())
            lines = admin.execute("SELECT id FROM document_line ORDER BY line_no").fetchall()
        connection.execute(_STOCK.format(w=_uuid(warehouse), qty=10**9).encode())
    with _open(url) as connection:
        connection.execute("VACUUM ANALYZE")  # what autovacuum has done in a warehouse that is at work
    return Scratch(url, station, warehouse, tuple(uuid.UUID(str(line[0])) for line in lines))


def _open(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url, autocommit=True, options="-c search_path=stockhand,pg_temp")


def _uuid(value: uuid.UUID) -> str:
    return f"'{value}'::uuid"


def receive(database: Scratch, lines: int) -> float:
    """Seconds that one posting of so many lines takes, each of the next item."""
    with database.connect() as connection:
        row = connection.execute(
            _RECEIVE.format(w=_uuid(database.warehouse), lines=lines, request=_uuid(new_request())).encode()
        ).fetchone()
        assert row is not None
        return float(str(row[0]))


_RECEIVE = """
    WITH begun AS MATERIALIZED (SELECT clock_timestamp() AS at), goods AS MATERIALIZED (
        SELECT array_agg(i.id) AS items, array_agg(f.id) AS sources, array_agg(p.id) AS targets
        FROM generate_series(1, {lines}) g JOIN bench_item i ON i.n = 1 + g % 200,
             (SELECT id FROM location WHERE kind = 'adjustment') f, (SELECT id FROM bench_place WHERE n = 1) p
    ), posted AS MATERIALIZED (
        SELECT post_moves({request}, 'adjust_in', {w}, items, array_fill(1::numeric, ARRAY[{lines}]), sources, targets,
            p_reasons => array_fill('FOUND'::text, ARRAY[{lines}])) AS answer FROM goods, begun
    )
    SELECT extract(epoch FROM clock_timestamp() - begun.at)::float8 FROM posted, begun WHERE posted.answer IS NOT NULL
"""
