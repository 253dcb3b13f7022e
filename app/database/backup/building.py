"""A database made from a backup, beside the one that is in use, and whether it is what it was."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from app.database import installation
from app.database.backup.archive import Archive, Manifest
from app.database.backup.roles import bring_back, forget_sign_ons, role_prefix
from app.database.backup.taking import counts_of, head_of
from app.database.backup.tools import Tools
from app.database.errors import translate
from app.database.logins import Logins
from app.domain.errors import Fault, Refusal

_PATIENT = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
_MAINTENANCE = "postgres"
_ONE_AT_A_TIME = 0x5709_C4A4D
# What is replayed from zero on trial: seconds, not minutes.
_MOST_MOVES_REPLAYED = 200_000


@dataclass(frozen=True, slots=True)
class Built:
    """A database made from a backup: its superuser's address, and who needs a new password to log in to it."""

    url: str
    without_password: tuple[str, ...]


def with_database(url: str, database: str) -> str:
    """The same server and login, for another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@contextmanager
def maintenance(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the server that is to none of our databases: to create, rename and drop them."""
    try:
        with psycopg.connect(
            with_database(url, _MAINTENANCE), connect_timeout=5, autocommit=True, options=_PATIENT
        ) as connection:
            yield connection
    except psycopg.Error as error:
        raise translate(error) from error


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Only one program of a server makes databases from backups at a time; refuses `backup.busy` to a second one."""
    with maintenance(url) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME]).fetchone()
        if row != (True,):
            raise Refusal("backup.busy")
        yield


def build(
    url: str, name: str, archive: Archive, *, tools: Tools, kept: Logins | None = None, renew_machines: bool = False
) -> Built:
    """Make the database `name` from a backup on the server of `url`, who must be able to create roles and databases.

    What an earlier attempt left under that name is removed. Where `kept` is given, people and stations can log in
    again; a scratch database needs nobody.
    """
    fresh = with_database(url, name)
    prefix = archive.manifest.role_prefix
    drop(url, name)
    with maintenance(url) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    without: list[str] = []
    with connected(fresh) as connection:
        installation.create_roles(connection, prefix)
        installation.add_extensions(connection, prefix)
        if kept is not None:
            without = bring_back(connection, prefix, archive.logins, kept, renew_machines=renew_machines)
        installation.become_owner_for_now(connection, prefix)
        server = connection.info.server_version // 10000
    tools.restore(fresh, archive.dump(), server=server)
    with connected(fresh) as connection:
        installation.secure_database(connection)
        forget_sign_ons(connection)
        connection.execute("SELECT stockhand.ensure_partitions()")  # the backup may be older than this month
        installation.be_nobody_again(connection, prefix)
    with psycopg.connect(fresh, autocommit=True, options=_PATIENT) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return Built(fresh, tuple(without))


def server_major(url: str) -> int:
    """The major version of the server."""
    with maintenance(url) as connection:
        return connection.info.server_version // 10000


def data_and_size(url: str) -> tuple[Path, int]:
    """Where the server of this machine keeps its data, and how many bytes the database at `url` takes there."""
    with connected(url) as connection:
        row = connection.execute(
            "SELECT current_setting('data_directory'), pg_database_size(current_database())"
        ).fetchone()
    assert row is not None
    return Path(row[0]), int(row[1])


def prefix_at(url: str) -> str:
    """The name that the roles of the database at `url` carry."""
    with connected(url) as connection:
        return role_prefix(connection)


def drop(url: str, name: str) -> None:
    """Remove a database, whoever is connected to it."""
    with maintenance(url) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def is_replayed(manifest: Manifest) -> bool:
    """Whether a trial of this backup also replays the ledger from zero (`prove --deep`): where that takes seconds."""
    return manifest.moves <= _MOST_MOVES_REPLAYED


def verify(url: str, manifest: Manifest, *, auditor: Callable[[], str]) -> None:
    """Compare a database with the manifest it was made from, then prove its ledger, and replay it where it is small.

    `auditor` gives the address of somebody who may audit, for a server whose superuser we are not. Raises the Fault
    `backup.differs` or `backup.not_clean`, naming the first tables or rules.
    """
    with connected(url) as connection:
        _compare(connection, manifest)
        superuser = connection.info.parameter_status("is_superuser") == "on"
        login = _auditor(connection) if superuser else None
    with connected(url if login else auditor()) as connection:
        if login:
            connection.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(login)))
        connection.execute("SET search_path = stockhand, pg_temp")
        connection.execute("SELECT seal_postings()")  # what was not sealed yet at that moment is old by now
        connection.commit()
        with connection.cursor(row_factory=dict_row) as cursor:
            broken = cursor.execute("SELECT rule, offender FROM prove()").fetchall()
            if is_replayed(manifest):
                broken += cursor.execute("SELECT rule, offender FROM prove_deep(0, 1)").fetchall()
    if broken:
        rules = sorted({str(row["rule"]) for row in broken})
        raise Fault("backup.not_clean", retry=False, rows=len(broken), rules=", ".join(rules))


def _compare(connection: psycopg.Connection[Any], manifest: Manifest) -> None:
    found = counts_of(connection)
    differing = [name for name, count in manifest.counts.items() if found.get(name) != count]
    if head_of(connection) != (manifest.seal_no, manifest.seal_hash):
        differing.append("the head of the chain")
    if differing:
        raise Fault("backup.differs", retry=False, what=", ".join(differing[:5]))


def _auditor(connection: psycopg.Connection[Any]) -> str | None:
    """The login of somebody who may audit: the administrator at whose desk this is."""
    row = connection.execute(
        "SELECT p.login FROM stockhand.person p JOIN stockhand.person_group g ON g.person_id = p.id"
        " JOIN pg_roles r ON r.rolname = p.login"
        " WHERE p.active AND g.group_name IN ('admin', 'auditor') AND g.warehouse_id IS NULL ORDER BY p.badge LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else None


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A transaction in a database that may take as long as it needs."""
    try:
        with psycopg.connect(url, connect_timeout=5, options=_PATIENT) as connection:
            yield connection
    except psycopg.Error as error:
        raise translate(error) from error
