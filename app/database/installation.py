"""Roles and schema: what `admin init` and `admin migrate` do, once, as somebody who may create roles.

Role names are cluster-wide, so they carry the database's name. The owner of the schema cannot log in; `migrator` may
become it, nobody else may.
"""

import contextlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from app.database.errors import translate
from app.domain.errors import Fault, Refusal

SCHEMA_VERSION = 10
_OLDEST_SERVER = 160000
_MOST_CONNECTIONS = 120
"""So that no login can use up the server's connections; a program at work needs about ten."""
CLIENT_VERSION = 10
_SCHEMA = Path(__file__).parent / "schema"
GROUPS = ("operator", "receiver", "manager", "admin", "auditor", "worker")
_MEANS = (
    ("pg_signal_backend", "sealer"),
    ("pg_read_all_stats", "sealer"),
    ("pg_use_reserved_connections", "worker"),
    ("pg_use_reserved_connections", "admin"),
)
"""What the guard needs to end sessions that hold everybody up, and those who must get in when the server is full."""
_OUR_ROLES = ("owner", "sealer", "everyone", "station", *GROUPS)
_PLACEHOLDER = re.compile(r"@(owner|everyone|station|sealer|operator|receiver|manager|admin|auditor|worker)@")


@contextmanager
def _connection(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    try:
        with psycopg.connect(url, connect_timeout=5, options="-c search_path=stockhand,pg_temp") as connection:
            yield connection
    except psycopg.Error as error:
        raise translate(error) from error


def database_of(url: str) -> str:
    """The name of the database that an address leads to."""
    return urlsplit(url).path.removeprefix("/")


def role_name(database: str, role: str) -> str:
    """The cluster-wide name of one of our roles in a database."""
    return f"{database}_{role}"


def create_roles(connection: psycopg.Connection[Any], database: str) -> None:
    """The group roles, none of which can log in; every group is a part of `everyone`. Those that are there stay."""
    for role in _OUR_ROLES:
        name = role_name(database, role)
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT").format(sql.Identifier(name)))
    everyone = sql.Identifier(role_name(database, "everyone"))
    for role in ("station", *GROUPS):
        group = sql.Identifier(role_name(database, role))
        connection.execute(sql.SQL("ALTER ROLE {} INHERIT").format(group))
        connection.execute(sql.SQL("GRANT {} TO {}").format(everyone, group))
    owner = sql.Identifier(role_name(database, "owner"))
    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE").format(owner))
    for right, holder in _MEANS:
        _give(connection, right, role_name(database, holder))


def _give(connection: psycopg.Connection[Any], right: str, role: str) -> None:
    """One of PostgreSQL's own rights, where whoever installs may give it; `missing_rights` tells where not."""
    grant = sql.SQL("GRANT {} TO {} WITH INHERIT TRUE").format(sql.Identifier(right), sql.Identifier(role))
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege), connection.transaction():
        connection.execute(grant)


def save_login(url: str, name: str, password: str, *, group: str) -> str:
    """Create or renew a login (at most 63 bytes) in one of our groups; returns its connection URL.

    `url` must be of somebody who may create roles.
    """
    with _connection(url) as connection:
        database = connection.info.dbname
        if name in _OUR_ROLES:
            raise Refusal("station.name_taken", name=name)
        login = role_name(database, name)
        if len(login.encode()) > 63:
            raise Refusal("station.name_too_long", name=name)
        employ(connection, login, prefix=database, group=group, password=password)
    return with_login(url, login, password)


def employ(connection: psycopg.Connection[Any], login: str, *, prefix: str, group: str, password: str | None) -> None:
    """Let a role log in, as a member of one of our groups; `password` None leaves the one that it has.

    `prefix` is the name that our roles carry. The password may be a SCRAM hash.
    """
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login]).fetchone()
    parts = [sql.SQL("ALTER" if exists else "CREATE"), sql.SQL("ROLE"), sql.Identifier(login), sql.SQL("LOGIN INHERIT")]
    if group not in {"worker", "migrator"}:
        parts.append(sql.SQL("CONNECTION LIMIT {}").format(sql.Literal(_MOST_CONNECTIONS)))
    if password is not None:
        parts += [sql.SQL("PASSWORD"), sql.Literal(password)]
    connection.execute(sql.SQL(" ").join(parts))
    if group == "migrator":
        granted, how = role_name(prefix, "owner"), sql.SQL(" WITH INHERIT FALSE, SET TRUE")
    else:
        granted, how = role_name(prefix, group), sql.SQL("")
    connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(granted), sql.Identifier(login)) + how)


def disable_login(url: str, login: str) -> None:
    """Let a login in no more and end its sessions; `url` must be of somebody who may."""
    with _connection(url) as connection:
        connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(login)))
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [login])


def with_login(url: str, login: str, password: str) -> str:
    """The same server and database, for another login."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(login)}:{quote(password)}@{host}"))


def new_password() -> str:
    """A password that nobody has to remember."""
    return secrets.token_urlsafe(24)


def install(url: str) -> bool:
    """Create the roles and the schema in an empty database; False when the schema is there already.

    Everything happens in one transaction: a failed installation leaves nothing behind.
    """
    with _connection(url) as connection:
        _require_server(connection)
        if connection.execute("SELECT to_regclass('stockhand.schema_version')").fetchone() != (None,):
            return False
        _require_rights(connection)
        database = connection.info.dbname
        create_roles(connection, database)
        secure_database(connection)
        add_extensions(connection, database)
        become_owner_for_now(connection, database)
        for file in sorted(_SCHEMA.glob("*.sql")):
            text = _PLACEHOLDER.sub(
                lambda match: '"' + role_name(database, match.group(1)) + '"', file.read_text(encoding="utf-8")
            )
            connection.execute(text)
        from app.database.sampling import write_plans  # noqa: PLC0415  (once in a database's life)

        write_plans(connection)
        be_nobody_again(connection, database)
    return True


def missing_rights(url: str) -> list[str]:
    """What whoever installed was not allowed to do, as the statements with which a superuser does it.

    Without the first two the guard does not end sessions that hold everybody up; without the next two it may not get
    in where somebody has used up the connections; without the others everybody who can log in may fill the disk with
    large objects or messages, or the table of locks. Nothing else depends on them.
    """
    with _connection(url) as connection:
        wanted = [(right, role_name(connection.info.dbname, group)) for right, group in _MEANS]
        grants = [
            f'GRANT {right} TO "{role}" WITH INHERIT TRUE;'
            for right, role in wanted
            if connection.execute("SELECT pg_has_role(%s, %s, 'USAGE')", [role, right]).fetchone() != (True,)
        ]
        return grants + [
            f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC;" for function in _needed_by_nobody(connection)
        ]


def secure_database(connection: psycopg.Connection[Any]) -> None:
    """What belongs to a database as a whole, and is in no dump of it: nobody has temporary tables or large objects.

    Sessions that sit idle in a transaction are ended after ten seconds, unless they lift that for themselves. The
    planner reckons with disks of today, which read at random as fast as in order; with more, a plan that goes by keys
    seems so dear that small look-ups, such as who may do what, are planned anew each time.
    """
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    connection.execute(sql.SQL("ALTER DATABASE {} SET idle_in_transaction_session_timeout TO 10000").format(database))
    connection.execute(sql.SQL("ALTER DATABASE {} SET random_page_cost TO 1.1").format(database))
    _forbid_what_nobody_needs(connection)


def add_extensions(connection: psycopg.Connection[Any], prefix: str) -> None:
    """What the schema needs of PostgreSQL's own extensions (pg_trgm, for names with typos), in a schema of its own.

    It is in no dump of ours. Only the owner of our schema may use it: everybody else searches through functions.
    """
    if connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'").fetchone() is None:
        raise Fault("database.extension_missing", retry=False, extension="pg_trgm")
    connection.execute("CREATE SCHEMA IF NOT EXISTS trgm")
    connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA trgm")
    owner = sql.Identifier(role_name(prefix, "owner"))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA trgm TO {}").format(owner))


def become_owner_for_now(connection: psycopg.Connection[Any], prefix: str) -> None:
    """Whoever creates roles without being superuser may hand things over to them only as their member."""
    if connection.info.parameter_status("is_superuser") != "on":
        for role in ("owner", "sealer"):
            name = sql.Identifier(role_name(prefix, role))
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE").format(name))


def be_nobody_again(connection: psycopg.Connection[Any], prefix: str) -> None:
    """Nobody may be the sealer, and the owner's rights are had only by becoming the owner."""
    if connection.info.parameter_status("is_superuser") != "on":
        owner, sealer = (sql.Identifier(role_name(prefix, role)) for role in ("owner", "sealer"))
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE").format(owner))
        connection.execute(sql.SQL("REVOKE {} FROM CURRENT_USER").format(sealer))


def _require_server(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    found = connection.info.server_version
    if found < _OLDEST_SERVER:
        raise Fault("database.server_too_old", retry=False, found=found // 10000, needed=_OLDEST_SERVER // 10000)


def _require_rights(connection: psycopg.Connection[Any]) -> None:
    """Refuse whoever cannot finish before anything is begun: it takes the right to make roles, and the database."""
    row = connection.execute(
        "SELECT rolsuper OR rolcreaterole, pg_has_role(datdba, 'USAGE'), rolname::text, datname::text"
        " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
    ).fetchone()
    assert row is not None
    may_make_roles, owns, login, database = row
    if not (may_make_roles and owns):
        lacks = " ".join(
            statement
            for statement, missing in (
                (f'ALTER ROLE "{login}" CREATEROLE;', not may_make_roles),
                (f'ALTER DATABASE "{database}" OWNER TO "{login}";', not owns),
            )
            if missing
        )
        raise Refusal("database.installer_lacks", login=login, statements=lacks)


def _forbid_what_nobody_needs(connection: psycopg.Connection[Any]) -> None:
    """Large objects have no row rules and no owner's limits; advisory locks would fill the server's table of locks.

    Messages in the server's journal fill the disk. Only a superuser may forbid them.
    """
    if connection.info.parameter_status("is_superuser") == "on":
        for function in _needed_by_nobody(connection):
            connection.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
            connection.execute(f"GRANT EXECUTE ON FUNCTION {function} TO CURRENT_USER")


def _needed_by_nobody(connection: psycopg.Connection[Any]) -> list[str]:
    """The functions of PostgreSQL that everybody may still call and nobody should."""
    functions = connection.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
        " AND (proname IN ('lo_create', 'lo_creat', 'lo_from_bytea', 'lo_open', 'lo_put', 'lowrite', 'lo_import',"
        " 'lo_export', 'pg_logical_emit_message') OR proname ~ '^pg_(try_)?advisory_')"
        " AND has_function_privilege('public', oid, 'EXECUTE')"
    ).fetchall()
    return [str(function) for (function,) in functions]


def require_known_schema(url: str) -> None:
    """Refuse a database that has no Stockhand schema, or one that this program does not know."""
    with _connection(url) as connection:
        if connection.execute("SELECT to_regclass('stockhand.schema_version')").fetchone() == (None,):
            raise Fault("database.no_schema", retry=False, database=connection.info.dbname)
        row = connection.execute("SELECT version, minimum_client FROM schema_version").fetchone()
    version, minimum = (int(str(row[0])), int(str(row[1]))) if row else (0, 0)
    if minimum > CLIENT_VERSION:
        raise Fault("database.client_too_old", retry=False, client=CLIENT_VERSION, needed=minimum)
    if version != SCHEMA_VERSION:
        raise Fault("database.other_schema", retry=False, found=version, known=SCHEMA_VERSION)
