"""The database from a backup takes the place of the one in use, which is kept under another name."""

from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from app.database.backup.building import connected, drop, maintenance
from app.database.installation import database_of

_KEPT = "_before_"
_WAIT_FOR_SESSIONS_MS = 10_000


def held_data(url: str) -> str | None:
    """The name of the company whose data the database at `url` holds, its own name where that is empty; None: no data.

    A database that was set up and never used holds none.
    """
    with connected(url) as connection:
        if connection.execute("SELECT to_regclass('stockhand.schema_version')").fetchone() == (None,):
            return None
        row = connection.execute(
            "SELECT EXISTS (SELECT FROM stockhand.posting) OR EXISTS (SELECT FROM stockhand.item)"
            " OR EXISTS (SELECT FROM stockhand.warehouse) OR EXISTS (SELECT FROM stockhand.document),"
            " (SELECT name FROM stockhand.company)"
        ).fetchone()
        assert row is not None
        return (str(row[1]) or connection.info.dbname) if row[0] else None


def put_in_place(url: str, fresh: str, *, now: datetime) -> str | None:
    """Let the database `fresh` have the name of the one at `url`; returns the name under which that is kept.

    Everybody is disconnected. The renaming is one transaction: the name always leads to a whole database. What was
    kept by an earlier restore is removed; an empty database is not kept.
    """
    name = database_of(url)
    old = f"{name}{_KEPT}{now:%Y%m%d_%H%M%S}"[:63]
    worth_keeping = held_data(url) is not None
    earlier = kept(url)
    with maintenance(url) as connection:
        for database in (name, fresh):
            _close(connection, database)
        try:
            with connection.transaction():
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                connection.execute(rename.format(sql.Identifier(name), sql.Identifier(old)))
                connection.execute(rename.format(sql.Identifier(fresh), sql.Identifier(name)))
        finally:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))
    for database in earlier if worth_keeping else [old]:
        drop(url, database)
    return old if worth_keeping else None


def _close(connection: psycopg.Connection[Any], database: str) -> None:
    """Let nobody in any more, end who is there, and wait until they are gone."""
    connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(database)))
    connection.execute(
        "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
        [_WAIT_FOR_SESSIONS_MS, database],
    )


def kept(url: str) -> list[str]:
    """The databases that earlier restores kept, oldest first."""
    with maintenance(url) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY datname",
            [f"{database_of(url)}{_KEPT}"],
        ).fetchall()
    return [str(name) for (name,) in rows]


def drop_kept(url: str) -> list[str]:
    """Remove what earlier restores kept; returns the names."""
    names = kept(url)
    for name in names:
        drop(url, name)
    return names
