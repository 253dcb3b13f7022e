"""Copies of the furnished database that tests use one after another: what a test changed is put back behind it.

Making and dropping a database costs more than most tests do in it, and a new connection plans every statement and
compiles every function again. So a copy stays with its connections, and the next test finds it as if it were new.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from app.database.session import Database

Query = LiteralString | sql.SQL | sql.Composed

_USES = 40
"""After so many tests a copy is dropped: rows that are gone still take room in its tables."""

_TABLES = """
SELECT c.oid::regclass::text AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  AND c.relnamespace = 'stockhand'::regnamespace AND c.relkind = 'r'
GROUP BY c.oid ORDER BY c.oid"""

_SEQUENCES = """
SELECT oid::regclass::text FROM pg_class
WHERE relnamespace = 'stockhand'::regnamespace AND relkind = 'S' ORDER BY oid"""

_DEFINITIONS = """
WITH own AS (SELECT oid, xmin FROM pg_class WHERE relnamespace = 'stockhand'::regnamespace),
defined (since) AS (
    SELECT xmin FROM own UNION ALL SELECT xmin FROM pg_proc UNION ALL SELECT xmin FROM pg_trigger
    UNION ALL SELECT xmin FROM pg_policy UNION ALL SELECT xmin FROM pg_constraint
    UNION ALL SELECT xmin FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
    UNION ALL SELECT xmin FROM pg_attribute WHERE attrelid IN (SELECT oid FROM own)
    UNION ALL SELECT xmin FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT s.xmin FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
        WHERE d.datname = current_database())
SELECT sum(n)::int, coalesce(sum(n) FILTER (WHERE since::text::bigint >= %(mark)s), 0)::int
FROM (SELECT since, count(*) AS n FROM defined GROUP BY since)"""

_DISTURBERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  AND (state <> 'idle' OR pid IN (SELECT l.pid FROM pg_locks l WHERE l.locktype = 'advisory'))"""


@dataclass(frozen=True)
class _Table:
    """A table, and where its first rows are kept: the columns are those that can be written."""

    name: sql.SQL
    columns: sql.SQL
    kept: sql.Identifier
    rows: int


class Clone:
    """One copy of the template; `url` is the superuser's address of it."""

    def __init__(self, url: str, login: Callable[[str, str], str]) -> None:
        """`login` gives the address of a database for one of the template's logins."""
        self.url = url
        self._login = login
        self._lent: Counter[tuple[str, int]] = Counter()
        self._databases: dict[tuple[str, int, int], Database] = {}
        self._uses = 0
        # No trigger, no foreign key; said here once, since a change of it forgets every plan.
        options = "-c search_path=stockhand -c session_replication_role=replica -c plan_cache_mode=force_generic_plan"
        self._connection = psycopg.connect(url, autocommit=True, options=options, prepare_threshold=0)
        self._tables = self._keep_rows()
        self._look = _each(
            "(SELECT (count(*), count(*) FILTER (WHERE xmin::text::bigint >= %(mark)s))::text FROM {})",
            (one.name for one in self._tables),
        )
        self._sequences = [sql.SQL(name) for (name,) in self._connection.execute(_SEQUENCES).fetchall()]
        self._look_at_sequences = _each("(SELECT (last_value, is_called)::text FROM {})", self._sequences)
        self._positions = self._row(self._look_at_sequences)
        self._set_mark()
        self._definitions = self._row(_DEFINITIONS, {"mark": self._mark})[0]

    def database(self, name: str, *, pool_size: int) -> Database:
        """This copy for a login; asked twice within a test there are two, each with a person of its own."""
        self._lent[name, pool_size] += 1
        key = (name, pool_size, self._lent[name, pool_size])
        if key not in self._databases:
            self._databases[key] = Database(self._login(name, self.url), application=name, pool_size=pool_size)
        self._databases[key].token = ""
        return self._databases[key]

    def put_back(self) -> bool:
        """Make all rows as they were; False where the copy has changed in more than its rows, or is worn out."""
        self._uses += 1
        self._lent.clear()
        if self._uses >= _USES:
            return False
        try:
            self._connection.execute(_DISTURBERS)
            if self._row(_DEFINITIONS, {"mark": self._mark}) != (self._definitions, 0):
                return False
            self._refill(self._changed())
            self._set_sequences()
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Let all connections go."""
        for database in self._databases.values():
            database.close()
        self._connection.close()

    def _keep_rows(self) -> list[_Table]:
        """Copy what the tables hold to where only this connection sees it."""
        found = self._connection.execute(_TABLES).fetchall()
        counts = self._row(_each("(SELECT count(*) FROM {})", (sql.SQL(name) for name, _ in found)))
        tables = [
            _Table(sql.SQL(name), sql.SQL(columns), sql.Identifier(f"kept_{number}"), rows)
            for number, ((name, columns), rows) in enumerate(zip(found, counts, strict=True))
        ]
        keep = sql.SQL("CREATE TEMP TABLE {} AS SELECT {} FROM {}")
        for one in tables:
            if one.rows:
                self._connection.execute(keep.format(one.kept, one.columns, one.name))
        return tables

    def _set_mark(self) -> None:
        """Rows and definitions of later transactions are the next test's."""
        self._mark = 1 + self._row("SELECT pg_current_xact_id()::text::bigint")[0]

    def _changed(self) -> list[_Table]:
        """The tables with rows that are new, other or gone."""
        seen = self._row(self._look, {"mark": self._mark})
        return [one for one, found in zip(self._tables, seen, strict=True) if found != f"({one.rows},0)"]

    def _refill(self, tables: Iterable[_Table]) -> None:
        with self._connection.transaction(), self._connection.pipeline():
            for one in tables:
                self._connection.execute(sql.SQL("DELETE FROM {}").format(one.name))
                if one.rows:
                    fill = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT * FROM {}")
                    self._connection.execute(fill.format(one.name, one.columns, one.kept))
        self._set_mark()

    def _set_sequences(self) -> None:
        for sequence, before, now in zip(
            self._sequences, self._positions, self._row(self._look_at_sequences), strict=True
        ):
            if now != before:
                value, called = before[1:-1].split(",")
                put = sql.SQL("SELECT setval('{}', %s::bigint, %s::boolean)").format(sequence)
                self._connection.execute(put, [value, called])

    def _row(self, statement: Query, parameters: Mapping[str, object] | None = None) -> tuple[Any, ...]:
        row = self._connection.execute(statement, parameters).fetchone()
        assert row is not None
        return row


def _each(pattern: LiteralString, tables: Iterable[sql.SQL]) -> sql.Composed:
    """One SELECT with `pattern` for each of the tables."""
    return sql.SQL("SELECT {}").format(sql.SQL(", ").join(sql.SQL(pattern).format(table) for table in tables))
