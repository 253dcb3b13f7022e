"""A backup of a running database: of one moment, while everybody goes on working."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from app.database.backup import archive
from app.database.backup.archive import Manifest
from app.database.backup.roles import logins_of, role_prefix
from app.database.backup.tools import Tools
from app.database.errors import translate
from app.domain.errors import Fault, Refusal

SCHEMA = "stockhand"
# The snapshot must outlive what the server does to sessions that sit in a transaction.
_PATIENT = "-c search_path=stockhand,pg_temp -c idle_in_transaction_session_timeout=0 -c statement_timeout=0"


def take(url: str, path: Path, *, now: datetime, tools: Tools, progress: Callable[[int], None]) -> Manifest:
    """Write a backup of the database at `url` to `path`; returns what it holds.

    `progress` is told the bytes written so far; whatever it raises ends the backup.

    `url` is of somebody who sees every row: a superuser, or who has BYPASSRLS and reads all data. Refuses
    `backup.needs_all_rows` where that is not so; raises Faults where the disk or the tool fails.
    """
    try:
        with psycopg.connect(url, connect_timeout=5, options=_PATIENT) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            _require_all_rows(connection)
            manifest = _manifest(connection, now)
            logins = logins_of(connection, manifest.role_prefix)
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert row is not None
            dump = _dump(tools, url, connection, str(row[0]))
            return archive.write(path, manifest, logins, _told(dump, progress))
    except psycopg.Error as error:
        raise translate(error) from error


def _dump(tools: Tools, url: str, connection: psycopg.Connection[Any], snapshot: str) -> Iterator[bytes]:
    """The dump; once it flows, pg_dump has the snapshot in its own transaction and ours can end."""
    for chunk in tools.dump(url, snapshot=snapshot, schema=SCHEMA):
        if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            connection.rollback()
        yield chunk


def _told(chunks: Iterator[bytes], progress: Callable[[int], None]) -> Iterator[bytes]:
    length = 0
    for chunk in chunks:
        length += len(chunk)
        progress(length)
        yield chunk


def _require_all_rows(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(
        "SELECT rolsuper OR (rolbypassrls AND pg_has_role('pg_read_all_data', 'USAGE')), current_user::text"
        " FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row is not None
    if not row[0]:
        raise Refusal("backup.needs_all_rows", login=row[1])


def _manifest(connection: psycopg.Connection[Any], now: datetime) -> Manifest:
    found = connection.execute("SELECT to_regclass('stockhand.schema_version') IS NOT NULL").fetchone()
    if found != (True,):
        raise Fault("database.no_schema", retry=False, database=connection.info.dbname)
    with connection.cursor(row_factory=dict_row) as cursor:
        facts = cursor.execute("SELECT version, (SELECT name FROM company) AS company FROM schema_version").fetchone()
    assert facts is not None
    number, digest = head_of(connection)
    return Manifest(
        taken_at=now,
        database=connection.info.dbname,
        role_prefix=role_prefix(connection),
        company=facts["company"],
        server=connection.info.server_version,
        schema_version=facts["version"],
        seal_no=number,
        seal_hash=digest,
        counts=counts_of(connection),
    )


def head_of(connection: psycopg.Connection[Any]) -> tuple[int | None, str | None]:
    """The last seal of the ledger: its number and hash; None where nothing was sealed yet."""
    row = connection.execute("SELECT no, encode(hash, 'hex') FROM stockhand.seal ORDER BY no DESC LIMIT 1").fetchone()
    return (int(row[0]), str(row[1])) if row else (None, None)


def counts_of(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """How many rows each table has, but for sign-ons, which no backup brings back."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'stockhand'::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relispartition AND relname <> 'sign_on' ORDER BY relname"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        row = connection.execute(
            sql.SQL("SELECT count(*) FROM stockhand.{}").format(sql.Identifier(str(table)))
        ).fetchone()
        assert row is not None
        counts[str(table)] = int(row[0])
    return counts
