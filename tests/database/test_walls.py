"""A hostile person with psql, as each role: what is refused, and what is harmless. The ledger is proven afterwards."""
# ruff: noqa: S608  (the attacks are put together from what stands in this file and in the catalogue)

import contextlib
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from app.database.errors import translate
from app.database.session import Database
from app.domain.errors import Fault, Refusal
from tests.database.hostile import LOGINS, hostile
from tests.support import GROUPS, PIN, Site, pin_key, post

ROLES = {"nobody": None, "operator": "OPERATOR1", "receiver": "RECEIVER1", "manager": "MANAGER1", "auditor": "AUDITOR1",
         "admin": "ADMIN"}  # fmt: skip
# What managers and admins write at their desks, as DESIGN.md §4 says: master data, by grants.
MASTER_DATA = {"uom", "category", "item", "item_uom", "item_level", "partner", "policy", "reason", "printer",
               "customer_order", "code", "company", "location", "partner_shelf_life"}  # fmt: skip
SECRETS = {"server_secret", "person_pin", "sign_on", "request", "record_request", "seal_turn", "approval",
           "retired_badge", "wrong_pin"}  # fmt: skip


def tables(site: Site) -> list[str]:
    with site.superuser() as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'stockhand'::regnamespace AND relkind IN ('r', 'p')"
        ).fetchall()
    return sorted(row[0] for row in rows)


@pytest.mark.parametrize("login", LOGINS)
def test_no_table_is_written_by_hand_but_master_data_at_managers_desks(warehouse: Site, login: str) -> None:
    writable = set()
    with hostile(warehouse, login) as connection:
        for table in tables(warehouse):
            for verb in ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES", "MAINTAIN"):
                row = connection.execute(
                    "SELECT has_table_privilege(%s, %s) OR (%s IN ('INSERT', 'UPDATE', 'REFERENCES')"
                    " AND has_any_column_privilege(%s, CASE WHEN %s IN ('INSERT', 'UPDATE', 'REFERENCES') THEN %s"
                    " ELSE 'SELECT' END))",
                    [table, verb, verb, table, verb, verb],
                ).fetchone()
                if row is not None and row[0]:
                    writable.add((table, verb))
    if login not in ("desk", "desk_manager"):
        assert writable == set()
    assert {table for table, _ in writable} <= MASTER_DATA
    assert {verb for _, verb in writable} <= {"INSERT", "UPDATE", "DELETE"}
    assert {table for table, verb in writable if verb == "DELETE"} <= {
        "item_uom",
        "item_level",
        "code",
        "partner_shelf_life",
    }


_NUMBERS = """
    SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'stockhand'::regnamespace AND c.relkind IN ('r', 'p') AND a.atttypid = 'numeric'::regtype
        AND has_column_privilege('sh_desk_manager', c.oid, a.attnum, 'INSERT, UPDATE')
"""


def test_no_number_that_a_manager_writes_by_hand_is_none(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        numbers = connection.execute(_NUMBERS).fetchall()
        taken = [(table, column) for table, column in numbers if _takes_nan(connection, table, column)]
    assert ("item", "standard_cost") in numbers
    assert taken == []


def _takes_nan(connection: psycopg.Connection[tuple[Any, ...]], table: str, column: str) -> bool:
    """Whether what the table itself demands of this column lets NaN pass."""
    rules = connection.execute(
        "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid"
        " AND k.conkey = ARRAY[a.attnum] WHERE k.contype = 'c' AND k.conrelid = %s::regclass AND a.attname = %s",
        [table, column],
    ).fetchall()
    return all(
        connection.execute(f"SELECT {rule} FROM (SELECT 'NaN'::numeric AS {column}) x").fetchone() == (True,)
        for (rule,) in rules
    )


@pytest.mark.parametrize("login", LOGINS)
def test_secrets_and_partitions_are_read_by_nobody(warehouse: Site, login: str) -> None:
    with hostile(warehouse, login) as connection:
        for table in tables(warehouse):
            if table in SECRETS or table.startswith("stock_move_"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table)))


def test_every_table_that_may_be_read_stands_behind_row_security(warehouse: Site) -> None:
    open_to_all = {"schema_version", "permission", "group_permission", "station", "move_kind"}
    with warehouse.superuser() as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'stockhand'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relrowsecurity AND has_table_privilege('sh_everyone', oid, 'SELECT')"
        ).fetchall()
    assert {row[0] for row in rows} <= open_to_all


def test_a_station_where_nobody_is_signed_on_sees_nothing(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    harmless = {"schema_version", "permission", "group_permission", "station", "move_kind"}
    with hostile(warehouse, "st_bench1") as connection:
        for table in tables(warehouse):
            if table in SECRETS | harmless or table.startswith("stock_move_"):
                continue
            row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
            assert row == (0,), table


def attempts(site: Site) -> list[tuple[str, str, str, str]]:
    """One well-formed try of every kind of movement: (kind, permission, from, to)."""
    if "CONSIGNMENT" not in site.places:
        site.consign()
    with site.superuser() as connection:
        kinds = connection.execute("SELECT name, permission, from_kinds[1], to_kinds[1] FROM move_kind").fetchall()
    place = {"bin": "R01", "dock": "DOCK1", "staging": "STAGE1", "tote": "TOTE"}
    return [(name, need, place.get(a, a.upper()), place.get(b, b.upper())) for name, need, a, b in kinds]


@pytest.mark.parametrize("role", ROLES)
def test_each_kind_of_movement_is_for_those_who_may(warehouse: Site, role: str) -> None:
    warehouse.put("WIDGET", "R01", 50)
    station = warehouse.station("bench1", ROLES[role])
    with warehouse.superuser() as connection:
        rows = connection.execute("SELECT permission FROM group_permission WHERE group_name = %s", [role]).fetchall()
    may = {row[0] for row in rows}
    for kind, permission, source, target in attempts(warehouse):
        other = {"R01": "R02", "DOCK1": "DOCK2"}.get(target, target) if source == target else target
        try:
            with station.transaction() as session:
                post(session, warehouse, kind, "WIDGET", source, other, 1)
            code = ""
        except Refusal as refusal:
            code = refusal.code
        if role == "nobody":
            assert code == "sign_on.required", kind
        else:
            assert (code == "permission.missing") == (permission not in may), (kind, code)
    assert warehouse.prove() == []


def test_no_goods_come_or_leave_by_a_bare_movement(warehouse: Site) -> None:
    """Whoever may do everything still needs a paper, a reason or what is done of it, however the kind is called."""
    warehouse.put("WIDGET", "R01", 50)
    station = warehouse.station("bench1", "ADMIN")
    with warehouse.superuser() as connection:
        outside = connection.execute(
            "SELECT name FROM move_kind WHERE (from_kinds || to_kinds) && ARRAY['supplier', 'customer', 'adjustment',"
            " 'scrap', 'production']"
        ).fetchall()
    went = []
    for kind, _, source, target in attempts(warehouse):
        if (kind,) in outside:
            with contextlib.suppress(Refusal):
                with station.transaction() as session:
                    post(session, warehouse, kind, "WIDGET", source, target, 1)
                went.append(kind)
    assert went == []
    assert warehouse.stock("WIDGET", "R01") == (50, 0)


FUNCTIONS_OF_THE_HOUSE = (
    "SELECT begin_request(gen_random_uuid(), '', nil(), '{}')",
    "SELECT check_pin('ADMIN', '')",
    "SELECT change_balances('{}')",
    "SELECT carry_reservations('{}', '{}')",
    "SELECT keep_progress('{}')",
    "SELECT place_handling_units('{}')",
    "SELECT person_may(nil(), 'adjust', nil())",
    "SELECT apply_moves()",
    "SELECT ensure_partitions(999)",
    "SELECT end_blocking_sessions(0)",
    "SELECT posting_hash(nil(), '', nil(), nil(), nil(), nil(), now(), nil(), 1, '')",
)
ATTACKS = (
    *FUNCTIONS_OF_THE_HOUSE,
    "SET ROLE sh_owner",
    "SET ROLE sh_sealer",
    "SET SESSION AUTHORIZATION sh_owner",
    "ALTER TABLE stock_move DISABLE TRIGGER apply_moves",
    "ALTER TABLE stock_balance DISABLE ROW LEVEL SECURITY",
    "SET session_replication_role = replica",
    "DROP TABLE stock_move",
    "TRUNCATE stock_move",
    "COPY person FROM PROGRAM 'id'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY person FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "CREATE TEMP TABLE stock_balance (on_hand int)",
    "CREATE TABLE stockhand.mine (x int)",
    "CREATE TABLE public.mine (x int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION stockhand.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION dblink",
    "CREATE ROLE mine SUPERUSER",
    "ALTER ROLE sh_owner LOGIN",
    "GRANT sh_admin TO sh_st_bench1",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000))",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'sh_desk_auditor'",
    "BEGIN; LOCK TABLE stock_balance IN ACCESS EXCLUSIVE MODE",
    "SELECT 1 FROM stock_balance FOR UPDATE",
    "SELECT 1 FROM seal_turn FOR UPDATE",
    "SELECT nextval('document_number')",
    "SELECT rolpassword FROM pg_authid",
    "SELECT * FROM pg_statistic",
    "ALTER SYSTEM SET fsync = off",
    "ALTER DATABASE postgres SET search_path = x",
    "SECURITY LABEL ON TABLE stock_move IS 'x'",
)


@pytest.mark.parametrize("login", LOGINS)
def test_the_clever_ones_are_refused_one_and_all(warehouse: Site, login: str) -> None:
    warehouse.put("WIDGET", "R01", 5)
    with warehouse.login("desk_auditor").transaction() as session, hostile(warehouse, login) as connection:
        session.rows("SELECT 1")
        for attack in ATTACKS:
            if login == "worker_1" and "ensure_partitions" in attack:
                continue
            if login == "desk_auditor" and "pg_terminate_backend" in attack:
                continue
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(attack)
            connection.rollback()
            assert caught.value.sqlstate in {"42501", "0A000", "22023", "58P01", "0LP01"}, attack
    assert warehouse.prove() == []


def test_a_hostile_search_path_changes_nothing(warehouse: Site) -> None:
    station = warehouse.station("bench1", "MANAGER1")
    with station.transaction() as session:
        session.change("SET LOCAL search_path = pg_temp, public, stockhand")
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 1, reason="FOUND")
    assert warehouse.prove() == []


def test_a_token_is_worth_nothing_under_another_login_or_a_forged_name(warehouse: Site) -> None:
    token = warehouse.station("bench1", "ADMIN").token
    for login in ("st_dock1", "desk_operator"):
        database = warehouse.login(login)
        for forged in (token, token.upper(), "' OR true --", "x" * 64):
            database.token = forged
            with database.transaction() as session:
                assert session.row("SELECT actor() AS who") == {"who": None}


def test_who_did_it_is_what_the_sign_on_says(warehouse: Site) -> None:
    with warehouse.station("bench1", "OPERATOR1").transaction() as session:
        session.rows("SELECT set_config('stockhand.person_id', %(id)s, true)", id=str(warehouse.people["ADMIN"]))
        session.call("store_unused_scan", event=uuid4(), run=None, raw="X", symbology="", source="", age_s=0)
    with warehouse.superuser() as connection:
        assert connection.execute("SELECT person_id FROM scan_event").fetchall() == [(warehouse.people["OPERATOR1"],)]


def sign_on(session: object, badge: str, key: bytes, *, take_over: bool = False) -> object:
    return session.call("sign_on", badge=badge, pin_key=key, take_over=take_over)  # type: ignore[attr-defined]


def test_five_wrong_pins_lock_a_badge_even_when_each_try_is_rolled_back(warehouse: Site) -> None:
    station = warehouse.station("bench1", None)
    for left in (4, 3, 2, 1, 0):
        with station.open_session() as session:
            session.begin()
            with pytest.raises(Refusal) as caught:
                sign_on(session, "OPERATOR1", b"wrong")
            assert (caught.value.code, caught.value.facts["left"]) == ("sign_on.wrong_pin", left)
            session.rollback()
    with pytest.raises(Refusal, match=r"sign_on\.locked"), station.transaction() as session:
        sign_on(session, "OPERATOR1", pin_key())
    with warehouse.desk.transaction() as session:
        session.call("unlock_pin", person=warehouse.people["OPERATOR1"])
    with station.transaction() as session:
        sign_on(session, "OPERATOR1", pin_key())


def test_a_badge_moves_to_another_station_by_its_pin_and_the_first_one_is_locked_out(warehouse: Site) -> None:
    first = warehouse.station("bench1", "OPERATOR1")
    second = warehouse.station("dock1", None)
    with pytest.raises(Refusal, match=r"sign_on\.elsewhere"), second.transaction() as session:
        sign_on(session, "OPERATOR1", pin_key())
    warehouse.station("dock1", "OPERATOR1")
    with first.transaction() as session:
        assert session.row("SELECT actor() AS who") == {"who": None}


def test_after_signing_off_the_token_is_worth_nothing(warehouse: Site) -> None:
    station = warehouse.station("bench1", "OPERATOR1")
    with station.transaction() as session:
        session.call("sign_off")
    with station.transaction() as session:
        assert session.row("SELECT actor() AS who") == {"who": None}


def of_warehouse_b(site: Site) -> Database:
    return site.station("bench1", "MANAGER-B")


def test_a_person_of_one_warehouse_sees_nothing_of_another(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    warehouse.order_line()
    with of_warehouse_b(warehouse).transaction() as session:
        for table in ("stock_balance", "stock_move", "posting", "document", "document_line", "document_history",
                      "line_progress", "reservation", "handling_unit"):  # fmt: skip
            assert session.rows(f"SELECT 1 FROM {table}") == [], table
        names = {row["warehouse_id"] for row in session.rows("SELECT warehouse_id FROM location")}
    assert names == {warehouse.warehouses["WH002"]}


def test_a_person_of_one_warehouse_does_nothing_in_another(warehouse: Site) -> None:
    posting = warehouse.put("WIDGET", "R01", 5)
    line = warehouse.order_line()
    station = of_warehouse_b(warehouse)
    tries = (
        lambda session: post(session, warehouse, "adjust_out", "WIDGET", "R01", "ADJUSTMENT", 1, reason="LOST"),
        lambda session: session.call("reverse_posting", request=uuid4(), posting=posting, reason="UNDO"),
        lambda session: warehouse.reserve(session, line, "WIDGET", "R01", 1),
        lambda session: session.call("create_handling_unit", kind="case", warehouse=warehouse.warehouse, location=None),
    )
    for attempt in tries:
        with pytest.raises(Refusal) as caught, station.transaction() as session:
            attempt(session)
        assert caught.value.code in {"permission.missing", "ledger.unknown_posting"}
    assert warehouse.stock("WIDGET", "R01") == (5, 0)
    assert warehouse.prove() == []


def test_master_data_is_not_written_any_more_by_who_left(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE person SET active = false WHERE badge = 'MANAGER1'")
    with hostile(warehouse, "desk_manager") as connection:
        assert connection.execute("UPDATE item SET name = 'X'").rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO uom VALUES ('x', 'x')")


@pytest.mark.parametrize(
    "column", ["kind = 'customer'", "frozen_by = NULL", "warehouse_id = parent_id", "id = gen_random_uuid()"]
)
def test_not_even_a_manager_changes_what_a_place_is(warehouse: Site, column: str) -> None:
    with hostile(warehouse, "desk_manager") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"UPDATE location SET {column}")


def test_lots_are_made_by_those_whose_work_it_is(warehouse: Site) -> None:
    item = warehouse.items["WIDGET"]
    with pytest.raises(Refusal, match="permission"), warehouse.station("bench1", "OPERATOR1").transaction() as session:
        session.call("ensure_trace", item=item, lot="X", serial="", expiry=None, best_before=None)


def test_labels_are_moved_on_by_those_who_print(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        connection.execute("INSERT INTO printer (name) VALUES ('Z1')")
        connection.execute(
            "INSERT INTO print_job (request_id, printer_id, warehouse_id, template, content, label_uid)"
            " SELECT gen_random_uuid(), id, %s, 't', '{}', 'u' FROM printer",
            [warehouse.warehouse],
        )
        row = connection.execute("SELECT id, printer_id FROM print_job").fetchone()
    assert row is not None
    auditor = warehouse.station("bench1", "AUDITOR1")
    for name, given in (
        ("advance_print_job", {"job": row[0], "fence": None, "state": "CANCELLED"}),
        ("lease_printer", {"printer": row[1], "holder": "me"}),
    ):
        with pytest.raises((Refusal, Fault)), auditor.transaction() as session:
            session.call(name, **given)
    with warehouse.superuser() as connection:
        assert connection.execute("SELECT state FROM print_job").fetchall() == [("QUEUED",)]


def seconds_until_ended(site: Site) -> float:
    """How long the guard, called twice a second as sealers do, takes to end a session."""
    with site.superuser() as connection:
        for turn in range(1, 30):
            connection.execute("SELECT pg_sleep(0.5)")
            if connection.execute("SELECT end_blocking_sessions()").fetchone() == (1,):
                return turn / 2
    return float("inf")


def test_a_session_that_sits_on_a_hot_row_is_ended_whatever_it_lifted(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    station = warehouse.login("st_bench1")
    station.token = warehouse.station("bench1", "OPERATOR1").token
    with pytest.raises((Refusal, Fault)), station.open_session() as session:
        session.begin()
        session.rows("SELECT set_config(n, '0', false) FROM unnest(ARRAY['statement_timeout', 'lock_timeout',"
                     " 'idle_in_transaction_session_timeout', 'transaction_timeout']) n")  # fmt: skip
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 1)
        assert seconds_until_ended(warehouse) <= 10
        session.rows("SELECT 1")
    assert warehouse.stock("WIDGET", "R01") == (5, 0)
    assert warehouse.prove() == []


def test_the_pin_is_kept_nowhere_as_it_is(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        rows = connection.execute("SELECT salt, hash FROM person_pin").fetchall()
    assert rows
    assert all(PIN.encode() not in bytes(row[1]) and bytes(row[1]) != pin_key() for row in rows)


def test_the_walls_speak_in_codes(warehouse: Site) -> None:
    with hostile(warehouse, "st_bench1") as connection, pytest.raises(psycopg.Error) as caught:
        connection.execute("DELETE FROM stock_move")
    assert isinstance(error := translate(caught.value), Fault)
    assert error.code == "database.not_allowed"
    assert len(GROUPS) == 6
