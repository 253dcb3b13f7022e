"""What the attack tests share: connections of a hostile person, and what the catalogue says there is to attack."""
# ruff: noqa: S608  (attacks are put together from the catalogue)

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from app.database import people
from app.database.session import Database
from tests.support import Site, pin_key

LOGINS = ("st_bench1", "desk_operator", "desk_receiver", "desk_manager", "desk_auditor", "desk", "worker_1")


@contextlib.contextmanager
def hostile(site: Site, login: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of a login by other means than our program; each statement for itself."""
    with psycopg.connect(site.template.login(login, site.url), autocommit=True) as connection:
        connection.execute("SET search_path = stockhand")
        yield connection


@dataclass(frozen=True)
class Function:
    """A function that people may call; `asks` are the permissions that its text requires by name."""

    name: str
    call: str
    definer: bool
    asks: frozenset[str]
    asks_first: bool


_FUNCTIONS = r"""
    SELECT p.proname, p.prosecdef,
        ARRAY(SELECT w[1] FROM regexp_matches(p.prosrc, 'require(?:_somewhere)?\((?:ARRAY\[([^]]*)|(''\w+''))', 'g') m,
            regexp_matches(coalesce(m[1], m[2]), '''(\w+)''', 'g') w),
        p.prosrc ~ '^(\s*DECLARE([^;]*;)*?\s*BEGIN)?(\s*DECLARE[^;]*;)*\s*BEGIN\s+PERFORM require(_somewhere)?\(',
        ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY a (t, n) ORDER BY n),
        coalesce(p.proargnames, '{}')
    FROM pg_proc p WHERE p.pronamespace = 'stockhand'::regnamespace AND p.prokind = 'f'
        AND p.prorettype <> 'trigger'::regtype AND has_function_privilege('sh_everyone', p.oid, 'EXECUTE')
    ORDER BY p.proname
"""
_VALUES = {"text": "'X'", "integer": "1", "bigint": "1", "numeric": "1", "boolean": "true", "bytea": "'\\x00'",
           "jsonb": "'{}'", "name": "'x'", "date": "'2030-01-01'", "timestamp with time zone": "now()"}  # fmt: skip


def functions(site: Site) -> list[Function]:
    """Every function that a signed-on person may call, with a call of it that is well formed but means nothing."""
    with site.superuser() as connection:
        rows = connection.execute(_FUNCTIONS).fetchall()
    return [
        Function(name, f"SELECT * FROM {name}({_arguments(site, types, names)})", definer, frozenset(asks), first)
        for name, definer, asks, first, types, names in rows
    ]


def _arguments(site: Site, types: list[str], names: list[str]) -> str:
    def value(n: int, kind: str) -> str:
        name = names[n] if n < len(names) else ""
        if kind == "uuid":
            return f"'{site.warehouse}'" if "warehouse" in name else "gen_random_uuid()"
        return f"'{{}}'::{kind}" if kind.endswith("[]") else f"{_VALUES.get(kind, 'NULL')}::{kind}"

    return ", ".join(value(n, kind) for n, kind in enumerate(types))


def hire(site: Site, badge: str, *permissions: str) -> Database:
    """Somebody at bench1 who belongs to WH001 and may do exactly this."""
    with site.superuser() as connection:
        connection.execute("DELETE FROM group_permission WHERE group_name = 'auditor'")
        person = connection.execute(
            "INSERT INTO person (badge, name) VALUES (%s, %s) RETURNING id", [badge, badge]
        ).fetchone()
        assert person is not None
        connection.execute("INSERT INTO person_group VALUES (%s, 'auditor', %s)", [person[0], site.warehouse])
        connection.execute(
            "INSERT INTO person_permission (person_id, permission) SELECT %s, unnest(%s::text[])",
            [person[0], list(permissions)],
        )
    with site.desk.transaction() as session:
        session.rows("SELECT set_pin(%(p)s, 'a salt for tests', sha256(%(k)s::bytea))", p=person[0], k=pin_key())
    station = site.login("st_bench1")
    with station.transaction() as session:
        station.token = people.sign_on(session, badge=badge, pin_key=pin_key(), take_over=True).token
    return station


def ledger(site: Site) -> list[tuple[object, ...]]:
    """What must not have changed: how many rows every table holds, and what lies where."""
    with site.superuser() as connection:
        tables = connection.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'stockhand'::regnamespace"
            " AND relkind = 'r' AND NOT relispartition ORDER BY 1"
        ).fetchall()
        counts = [connection.execute(f"SELECT '{table[0]}', count(*) FROM {table[0]}").fetchone() for table in tables]
        stock = connection.execute("SELECT * FROM stock_balance ORDER BY 1, 2, 3, 4, 5, 6, 7").fetchall()
    return [*(one for one in counts if one is not None), *stock]
