"""Every function that people may call and every table by every verb, attacked by whom it is not for.

Generated from the catalogue, so that a new one is attacked the day it comes.
"""

from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from app.database.errors import translate
from app.database.session import Database
from app.domain.errors import Fault, Refusal
from tests.database.hostile import LOGINS, Function, functions, hire, hostile, ledger
from tests.support import Site

FOR_ANYBODY = {"nil", "new_id", "actor", "this_station", "may", "may_somewhere", "my_permissions", "my_warehouses",
               "my_owners", "pin_salt", "sign_off", "stay_signed_on", "gs1_check_digit", "may_give", "seal_postings",
               "ledger_head", "store_unused_scan", "keep_done", "keeps_until", "today_in", "unit_state",
               "parts_of_kits", "attributes_of", "explode_bom", "item_is", "is_marked", "code_in_words",
               "carrier_called", "service_called", "unit_received", "asn_received", "asn_begun",
               "discrepancy_counts", "sender_of", "carton_contents", "shelf_life_asked",
               "inspection_quantity", "inspection_stock", "inspection_arrivals", "inspection_places", "held_for_others",
               "past_lots", "awaits_inspection", "walk_of", "open_on_walk",
               "picker_of", "decisions_after", "tote_claimed", "badges", "knows_badge",
               "knows_posting", "knows_item", "knows_lot", "knows_partner", "knows_unit", "knows_person"}  # fmt: skip
"""What answers before anybody has signed on: it tells nothing of others, and changes nothing but the ledger's seals,
which any idle station numbers; the head is empty for them, as are units, attributes, bills, dates, announced goods,
discrepancies, senders and inspections, read with their own eyes, what is nobody's is not kept, `item_is`,
`walk_of`, `held_for_others`, `carton_contents` and `picker_of` judge a row that the caller holds already;
`is_marked` and `code_in_words` look at nothing but what they are given, and what carriers are called is read with
their own eyes, which see no carrier and get their own word back;
`open_on_walk` and `tote_claimed` look with their own eyes, which see no walk and no tote; nobody knows a badge; what
the `knows_` functions find with them is nothing."""
FOR_EVERYBODY = {"open_dialog"}
"""What whoever is signed on may do: begin to talk. Each step asks for itself what the person may."""


def answer(call: Callable[[], object]) -> str:
    """The code with which a call was refused; empty where it succeeded."""
    try:
        call()
    except (Refusal, Fault) as stopped:
        return stopped.code
    except psycopg.Error as error:
        meant = translate(error)
        return meant.code if isinstance(meant, Refusal | Fault) else f"{error.sqlstate}"
    return ""


def ask(station: Database, function: Function) -> str:
    def call() -> None:
        with station.transaction() as session:
            session.rows(function.call.replace("%", "%%"))

    return answer(call)


def test_nobody_who_is_not_signed_on_gets_an_answer(warehouse: Site) -> None:
    station, before = warehouse.station("bench1", None), ledger(warehouse)
    answered = {one.name for one in functions(warehouse) if not ask(station, one)}
    assert answered - FOR_ANYBODY == set()
    assert ledger(warehouse) == before


def test_who_may_nothing_gets_nothing_done(warehouse: Site) -> None:
    """Signed on in a warehouse, with no permission at all."""
    warehouse.put("WIDGET", "R01", 5)
    station = hire(warehouse, "NEWCOMER")
    before = ledger(warehouse)
    for one in functions(warehouse):
        if one.name in FOR_ANYBODY | FOR_EVERYBODY:
            continue
        said = ask(station, one)
        if one.asks_first:
            assert said == "permission.missing", (one.name, said)
        elif one.asks:
            assert said, one.name
    assert ledger(warehouse) == before
    assert warehouse.prove() == []


def test_every_permission_but_the_one_that_is_needed_is_not_enough(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        known = {row[0] for row in connection.execute("SELECT name FROM permission").fetchall()}
    asked = [one for one in functions(warehouse) if one.asks_first and len(one.asks) == 1]
    needed = sorted({permission for one in asked for permission in one.asks})
    assert {"print", "administer", "see_people"} <= set(needed)
    for permission in needed:
        station = hire(warehouse, f"BUT-{permission.upper().replace('_', '-')}", *(known - {permission}))
        for one in asked:
            if one.asks == {permission}:
                assert ask(station, one) == "permission.missing", (one.name, permission)


def test_every_definer_function_pins_its_search_path_and_none_is_for_everybody_in_the_cluster(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        loose = connection.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'stockhand'::regnamespace AND prosecdef"
            " AND NOT coalesce('search_path=stockhand, pg_temp' = ANY (proconfig), false)"
        ).fetchall()
        public = connection.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a"
            " WHERE p.pronamespace = 'stockhand'::regnamespace AND a.grantee = 0"
        ).fetchall()
    assert loose == []
    assert public == []


def test_no_login_owns_anything_or_may_become_anybody(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        for login in LOGINS:
            row = connection.execute(
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication,"
                " EXISTS (SELECT FROM pg_class WHERE relowner = r.oid),"
                " EXISTS (SELECT FROM pg_proc WHERE proowner = r.oid),"
                " pg_has_role(r.oid, 'sh_owner', 'MEMBER') OR pg_has_role(r.oid, 'sh_sealer', 'MEMBER')"
                " FROM pg_roles r WHERE rolname = %s",
                [f"sh_{login}"],
            ).fetchone()
            assert row == (False, False, False, False), login


VERBS = (
    "INSERT INTO {table} DEFAULT VALUES",
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "COPY {table} FROM STDIN",
    "SELECT 1 FROM {table} FOR UPDATE",
    "ALTER TABLE {table} ADD COLUMN mine int",
    "CREATE TRIGGER mine BEFORE INSERT ON {table} EXECUTE FUNCTION forbid_change()",
    "CREATE POLICY mine ON {table} USING (true)",
    "CREATE INDEX ON {table} ({column})",
    "DROP TABLE {table}",
)


@pytest.mark.parametrize("login", [one for one in LOGINS if one not in ("desk", "desk_manager")])
def test_every_verb_on_every_table_partition_and_sequence_is_refused(warehouse: Site, login: str) -> None:
    with warehouse.superuser() as connection:
        tables = connection.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1"
            " WHERE relnamespace = 'stockhand'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
        ).fetchall()
        sequences = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'stockhand'::regnamespace AND relkind = 'S'"
        ).fetchall()
    before = ledger(warehouse)
    with hostile(warehouse, login) as connection:
        for table, column in tables:
            for verb in VERBS:
                attack = sql.SQL(verb).format(table=sql.Identifier(table), column=sql.Identifier(column))
                assert state_of(connection, attack) in {"42501", "42809", "0A000", "55000"}, (table, verb)
        for (sequence,) in sequences:
            for call in ("nextval", "currval", "pg_sequence_last_value"):
                attack = sql.SQL("SELECT {}({})").format(sql.Identifier(call), sql.Literal(f"stockhand.{sequence}"))
                assert state_of(connection, attack) in {"42501", "55000", "null"}, (sequence, call)
            attack = sql.SQL("SELECT setval({}, 1)").format(sql.Literal(f"stockhand.{sequence}"))
            assert state_of(connection, attack) == "42501", sequence
    assert ledger(warehouse) == before


def state_of(connection: psycopg.Connection[tuple[object, ...]], attack: sql.Composed) -> str:
    """The SQLSTATE of an attack; `null` where it was answered by nothing, `done` where it went through."""
    try:
        cursor = connection.execute(attack)
        return "null" if cursor.description and cursor.fetchone() in {None, (None,)} else "done"
    except psycopg.Error as error:
        return error.sqlstate or "unknown"
