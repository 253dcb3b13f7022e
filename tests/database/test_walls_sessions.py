"""Sessions that misuse what a session has: locks, news, cursors, prepared statements, plans, time and connections."""

import contextlib
import json
import threading
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from app.database import notifications
from app.database.notifications import Hint, Listener
from app.domain.errors import Fault, Refusal
from tests.database.hostile import LOGINS, hostile, ledger
from tests.support import Site, post


@contextlib.contextmanager
def guarded(site: Site) -> Iterator[list[int]]:
    """The guard at work about every half second, as sealing clients call it; gives how many sessions it ended."""
    ended: list[int] = []
    over = threading.Event()

    def watch() -> None:
        with site.superuser() as connection:
            while not over.wait(0.5):
                row = connection.execute("SELECT end_blocking_sessions()").fetchone()
                ended.append(int(row[0]) if row else 0)

    thread = threading.Thread(target=watch, name="guard")
    thread.start()
    try:
        yield ended
    finally:
        over.set()
        thread.join()


RUNAWAY = "SELECT count(*) FROM generate_series(1, 1000000000000)"
IDLE = ""


@pytest.mark.parametrize("does", [RUNAWAY, IDLE], ids=["busy", "idle"])
@pytest.mark.parametrize("login", ["st_bench1", "desk_operator", "desk_manager", "desk"])
def test_whoever_holds_rows_that_others_need_is_ended_whatever_it_does(warehouse: Site, login: str, does: str) -> None:
    """A station's or a person's, its own timeouts lifted, busy or idle: whoever waits gets through all the same."""
    warehouse.put("WIDGET", "R01", 5)
    thief = warehouse.station("bench1", "OPERATOR1") if login == "st_bench1" else warehouse.login(login)
    victim = warehouse.station("dock1", "OPERATOR2")
    holding, over = threading.Event(), threading.Event()

    def hold() -> None:
        with contextlib.suppress(Fault, Refusal), thief.open_session() as session:
            session.begin()
            session.rows("SELECT set_config(n, '0', false) FROM unnest(ARRAY['statement_timeout', 'lock_timeout',"
                         " 'idle_in_transaction_session_timeout', 'transaction_timeout']) n")  # fmt: skip
            post(session, warehouse, "move", "WIDGET", "R01", "R02", 5)
            holding.set()
            if does:
                session.rows(does)
            else:
                over.wait(60)
                session.rows("SELECT 1")

    thread = threading.Thread(target=hold, name="thief")
    thread.start()
    assert holding.wait(30)
    with guarded(warehouse) as ended, victim.transaction() as session:
        session.change("SET LOCAL lock_timeout = '30s'")
        post(session, warehouse, "move", "WIDGET", "R01", "R03", 5)
    over.set()
    thread.join(30)
    assert sum(ended) >= 1
    assert len(ended) <= 24, "more than about 10 seconds"
    assert warehouse.stock("WIDGET", "R03") == (5, 0)
    assert warehouse.prove() == []


@pytest.mark.parametrize(("login", "ends"), [("st_bench1", True), ("desk_manager", True), ("desk", False)])
def test_a_statement_that_holds_nobody_up_ends_too_unless_long_work_is_its_task(
    warehouse: Site,
    login: str,
    ends: bool,
) -> None:
    with psycopg.connect(warehouse.template.login(login, warehouse.url), autocommit=True) as thief:
        thief.execute("SET statement_timeout = 0")
        started = threading.Event()
        stopped: list[str] = []

        def run() -> None:
            started.set()
            try:
                thief.execute("SELECT pg_sleep(15)")
            except psycopg.Error as error:
                stopped.append(error.sqlstate or "lost")

        thread = threading.Thread(target=run, name="thief")
        thread.start()
        assert started.wait(10)
        with warehouse.superuser() as guard:
            while thread.is_alive() and not stopped:
                guard.execute("SELECT end_blocking_sessions(6, '2 s')")
                thread.join(0.5)
        thread.join(30)
    assert bool(stopped) == ends


@pytest.mark.parametrize("name", ["pg_advisory_lock", "pg_try_advisory_lock", "pg_advisory_xact_lock"])
def test_nobody_takes_advisory_locks_of_which_the_server_has_only_so_many(warehouse: Site, name: str) -> None:
    """A million of them would leave no lock for anybody's posting."""
    with hostile(warehouse, "st_bench1") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(sql.SQL("SELECT {}(n) FROM generate_series(1, 1000000) n").format(sql.Identifier(name)))
    warehouse.put("WIDGET", "R01", 1)


def test_forged_news_and_floods_of_them_only_make_others_look_again(warehouse: Site) -> None:
    heard: list[Hint] = []
    ready, done = threading.Event(), threading.Event()
    last = uuid4()

    def hear(hints: list[Hint]) -> None:
        heard.extend(hints)
        if ("the last", last) in hints:
            done.set()

    listener = Listener(warehouse.login("worker_1"), hear=hear, connected=lambda yes: ready.set() if yes else None)
    listener.start()
    try:
        assert ready.wait(10)
        channel = sql.Identifier(notifications._CHANNEL)
        before = ledger(warehouse)
        with hostile(warehouse, "st_bench1") as connection:
            for payload in ("", "x", "[[", '[["stock", "no id"]]', "[1, 2]", '{"a": 1}', "null", "[[null, null, 3]]"):
                connection.execute(sql.SQL("NOTIFY {}, {}").format(channel, sql.Literal(payload)))
            connection.execute(
                "SELECT pg_notify(%s, '[[\"stock\", null]]' || n) FROM generate_series(1, 20000) n",
                [notifications._CHANNEL],
            )
            connection.execute(
                "SELECT pg_notify(%s, %s)", [notifications._CHANNEL, json.dumps([("the last", str(last))])]
            )
        assert done.wait(30)
        assert ledger(warehouse) == before
    finally:
        listener.stop()


def test_a_token_ends_with_its_transaction_also_for_cursors_and_prepared_statements(warehouse: Site) -> None:
    """As behind a pool that gives the same session to somebody else next."""
    warehouse.put("WIDGET", "R01", 5)
    token = warehouse.station("bench1", "OPERATOR1").token
    with hostile(warehouse, "st_bench1") as connection:
        connection.execute("PREPARE stock AS SELECT count(*) FROM stock_balance")
        with connection.transaction():
            connection.execute("SELECT set_config('stockhand.token', %s, true)", [token])
            assert connection.execute("EXECUTE stock").fetchone() != (0,)
        assert connection.execute("EXECUTE stock").fetchone() == (0,)
        assert connection.execute("SELECT actor()").fetchone() == (None,)
        for attack in ("SELECT post_moves(gen_random_uuid(), 'move', nil(), '{}', '{}', '{}', '{}')",
                       "SELECT require_actor()"):  # fmt: skip
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(attack)
            assert caught.value.sqlstate == "SH001"


def test_a_stolen_token_of_another_station_and_guessed_ones_are_worth_nothing(warehouse: Site) -> None:
    token = warehouse.station("dock1", "ADMIN").token
    with hostile(warehouse, "st_bench1") as connection:
        for guess in (token, "", " ", "0" * 64, token[:-1], token + "0", "%", "\\x00"):
            connection.execute("SELECT set_config('stockhand.token', %s, false)", [guess])
            assert connection.execute("SELECT actor()").fetchone() == (None,)
        rows = connection.execute("SELECT count(*) FROM person").fetchone()
    assert rows == (0,)


def test_rows_of_another_warehouse_show_neither_in_errors_nor_in_plans(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    station = warehouse.station("bench1", "MANAGER-B")
    with station.transaction() as session:
        assert session.rows("SELECT 1 / (on_hand - 5) FROM stock_balance") == []
        assert session.rows("SELECT CASE WHEN on_hand = 5 THEN ('x' || status)::int END FROM stock_balance") == []
        plan = session.rows("EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) SELECT * FROM stock_balance")
        assert str(warehouse.items["WIDGET"]) not in str(plan)


def test_codes_of_another_warehouses_papers_units_and_places_are_not_listed(warehouse: Site) -> None:
    warehouse.order_line()
    with warehouse.desk.transaction() as session:
        session.row("SELECT create_handling_unit('pallet', %(here)s, NULL)", here=warehouse.warehouse)
        kinds = {row["kind"] for row in session.rows("SELECT kind FROM code")}
    assert kinds >= {"document", "handling_unit", "location", "item"}
    with warehouse.station("bench1", "MANAGER-B").transaction() as session:
        listed = session.rows("SELECT c.kind, l.warehouse_id FROM code c LEFT JOIN location l ON l.id = c.target_id")
    assert {row["kind"] for row in listed} == kinds - {"document", "handling_unit"}
    assert {row["warehouse_id"] for row in listed} == {None, warehouse.warehouses["WH002"]}


TELLING = {
    "reverse_posting": "SELECT reverse_posting(gen_random_uuid(), '{}', 'UNDO')",
    "decide_document": "SELECT decide_document('{}', 'cancelled', 1)",
}


def test_a_thing_of_another_warehouse_is_refused_like_one_that_does_not_exist(warehouse: Site) -> None:
    posting = warehouse.put("WIDGET", "R01", 5)
    line = warehouse.order_line()
    with warehouse.superuser() as connection:
        row = connection.execute("SELECT document_id FROM document_line WHERE id = %s", [line]).fetchone()
    assert row is not None
    station = warehouse.station("bench1", "MANAGER-B")

    def said(statement: str) -> tuple[str, set[str]]:
        with pytest.raises(Refusal) as caught, station.transaction() as session:
            session.rows(statement)
        return caught.value.code, set(caught.value.facts)

    for name, theirs in (("reverse_posting", posting), ("decide_document", row[0])):
        assert said(TELLING[name].format(theirs)) == said(TELLING[name].format(uuid4())), name


@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_the_servers_own_databases_are_closed_to_people(warehouse: Site, database: str) -> None:
    """No wall stands there and no guard looks: temporary tables, large objects and locks without end."""
    for login in LOGINS:
        address = warehouse.template.login(login, f"{warehouse.url.rpartition('/')[0]}/{database}")
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(address)


def test_nobody_can_use_up_the_servers_connections(warehouse: Site) -> None:
    """Not even those who administer, whom the worker's guard ends: to it, and to them, the last ones are kept."""
    with warehouse.superuser() as connection:
        limits = connection.execute(
            "SELECT rolconnlimit FROM pg_roles WHERE rolname LIKE 'sh\\_%' AND rolcanlogin AND rolname <> 'sh_worker_1'"
        ).fetchall()
        kept = connection.execute(
            "SELECT current_setting('reserved_connections')::int,"
            " pg_has_role('sh_worker_1', 'pg_use_reserved_connections', 'USAGE'),"
            " pg_has_role('sh_desk_operator', 'pg_use_reserved_connections', 'USAGE')"
        ).fetchone()
    assert kept == (10, True, False)
    with warehouse.superuser() as connection:
        row = connection.execute("SELECT current_setting('max_connections')::int").fetchone()
    assert row is not None
    assert limits
    assert all(0 < limit <= row[0] / 2 for (limit,) in limits)


MORE_ATTACKS = (
    "DO $$ BEGIN EXECUTE 'TRUNCATE stock_move'; END $$",
    "DO $$ BEGIN PERFORM setval('stockhand.stranger_0', 1, false); END $$",
    "CREATE OPERATOR stockhand.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
    "CREATE OPERATOR public.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE CAST (text AS int) WITH INOUT",
    "CREATE AGGREGATE stockhand.mine (int) (SFUNC = int4pl, STYPE = int)",
    "CREATE VIEW stockhand.mine AS SELECT 1",
    "CREATE TYPE stockhand.mine AS (x int)",
    "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION forbid_change()",
    "CREATE SERVER mine FOREIGN DATA WRAPPER postgres_fdw",
    "CREATE EXTENSION postgres_fdw",
    "CREATE EXTENSION adminpack",
    "CREATE PUBLICATION mine FOR ALL TABLES",
    "CREATE SUBSCRIPTION mine CONNECTION 'host=localhost' PUBLICATION mine WITH (connect = false)",
    "SELECT pg_create_logical_replication_slot('mine', 'pgoutput')",
    "CREATE TABLESPACE mine LOCATION '/tmp'",
    "CREATE DATABASE mine",
    "DROP DATABASE postgres",
    "LOAD '/tmp/mine.so'",
    "CREATE FUNCTION stockhand.mine() RETURNS int LANGUAGE c AS '/tmp/mine', 'mine'",
    "SELECT lo_export(1, '/tmp/mine')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_put(1, 0, 'x')",
    "SELECT pg_read_binary_file('postgresql.conf')",
    "SELECT pg_stat_file('postgresql.conf')",
    "SELECT pg_reload_conf()",
    "SELECT pg_rotate_logfile()",
    "SELECT pg_promote()",
    "SELECT pg_switch_wal()",
    "SELECT pg_stat_reset()",
    "SELECT pg_current_logfile()",
    "COPY stock_move TO '/tmp/mine'",
    "COPY person_pin TO STDOUT",
    "COPY sign_on TO STDOUT",
    "SET SESSION AUTHORIZATION sh_desk",
    "SET ROLE sh_st_dock1",
    "SET log_statement = 'none'",
    "SET session_preload_libraries = 'mine'",
    "ALTER ROLE sh_desk PASSWORD 'mine'",
    "ALTER ROLE sh_st_bench1 SUPERUSER",
    "ALTER DEFAULT PRIVILEGES FOR ROLE sh_owner GRANT ALL ON TABLES TO PUBLIC",
    "GRANT ALL ON ALL TABLES IN SCHEMA stockhand TO PUBLIC",
    "REASSIGN OWNED BY sh_owner TO CURRENT_USER",
    "DROP OWNED BY sh_owner",
    "ALTER FUNCTION actor() RESET ALL",
    "DROP FUNCTION actor()",
    "ALTER TABLE stock_move OWNER TO CURRENT_USER",
    "ALTER TABLE stock_move DETACH PARTITION stock_move_default",
    "ALTER TABLE person_pin NO FORCE ROW LEVEL SECURITY",
    "COMMENT ON TABLE stock_move IS 'mine'",
    "CLUSTER stock_balance USING stock_balance_pkey",
    "REINDEX TABLE stock_balance",
    "REFRESH MATERIALIZED VIEW stock_balance",
    "CREATE RULE mine AS ON INSERT TO stock_move DO INSTEAD NOTHING",
    "CREATE STATISTICS stockhand.mine ON item_id, location_id FROM stock_balance",
    "SELECT * FROM dblink('', 'SELECT 1')",
)


@pytest.mark.parametrize("login", ["st_bench1", "desk_operator", "desk_manager", "desk", "worker_1"])
def test_nothing_of_the_server_is_open_to_any_login(warehouse: Site, login: str) -> None:
    before = ledger(warehouse)
    own = f"sh_{login}"
    with hostile(warehouse, login) as connection:
        for attack in MORE_ATTACKS:
            if own in attack.split():
                continue  # one's own password and one's own name are one's own
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(attack)
                pytest.fail(f"{attack} went through")
            assert (caught.value.sqlstate or "")[:2] in {"42", "0A", "22", "58", "55", "0L"}, (attack, caught.value)
    assert ledger(warehouse) == before
