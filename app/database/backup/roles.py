"""The logins of people and stations. They belong to the server, not to a database, so that no dump holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from app.database import installation
from app.database.logins import Logins

_MACHINES = frozenset({"migrator", "worker", "station"})


@dataclass(frozen=True, slots=True)
class Login:
    """A login without the database's name: its groups, and the hash of its password where it could be read."""

    name: str
    groups: tuple[str, ...]
    password_hash: str | None

    def of_a_machine(self) -> bool:
        """Whether nobody has to remember its password: machines keep it in a file."""
        return self.name == "desk" or not _MACHINES.isdisjoint(self.groups)


def role_prefix(connection: psycopg.Connection[Any]) -> str:
    """The name that the roles of this database carry: the one that it was set up under."""
    row = connection.execute("SELECT nspowner::regrole::name FROM pg_namespace WHERE nspname = 'stockhand'").fetchone()
    return str(row[0]).removesuffix("_owner") if row else connection.info.dbname


def logins_of(connection: psycopg.Connection[Any], prefix: str) -> list[Login]:
    """Everybody who can log in to this database with a login of ours."""
    hashes = _password_hashes(connection)
    rows = connection.execute(
        """SELECT r.rolname, array_agg(DISTINCT g.rolname ORDER BY g.rolname)
        FROM pg_roles r JOIN pg_auth_members m ON m.member = r.oid JOIN pg_roles g ON g.oid = m.roleid
        WHERE r.rolcanlogin AND starts_with(r.rolname, %(prefix)s || '_') AND g.rolname = ANY (%(groups)s)
        GROUP BY r.rolname ORDER BY r.rolname""",
        {
            "prefix": prefix,
            "groups": [installation.role_name(prefix, group) for group in ("owner", "station", *installation.GROUPS)],
        },
    ).fetchall()
    cut = len(prefix) + 1
    return [
        Login(
            name=str(name)[cut:],
            groups=tuple("migrator" if group[cut:] == "owner" else group[cut:] for group in groups),
            password_hash=hashes.get(name),
        )
        for name, groups in rows
    ]


def _password_hashes(connection: psycopg.Connection[Any]) -> dict[str, str]:
    row = connection.execute("SELECT has_table_privilege('pg_catalog.pg_authid', 'SELECT')").fetchone()
    if row is None or not row[0]:
        return {}
    rows = connection.execute("SELECT rolname, rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL").fetchall()
    return {str(name): str(hashed) for name, hashed in rows}


def bring_back(
    connection: psycopg.Connection[Any], prefix: str, logins: Sequence[Login], kept: Logins, *, renew_machines: bool
) -> list[str]:
    """Let everybody of a backup log in again, with their groups; returns who needs a new password.

    Who can log in already keeps the password of today. Others get the one that this machine keeps for them, else the
    one of then; `renew_machines`: on an embedded server, machines for which neither is known get a new one, which this
    machine keeps.
    """
    without: list[str] = []
    for login in logins:
        role = installation.role_name(prefix, login.name)
        password = kept.password(login.name)
        if password is None and renew_machines and login.of_a_machine():
            password = installation.new_password()
            kept.keep(login.name, password)
        elif _can_log_in(connection, role):
            password = None
        elif password is None:
            password = login.password_hash  # the server takes the hash as it is
            if password is None:
                without.append(login.name)
        for group in login.groups:
            installation.employ(connection, role, prefix=prefix, group=group, password=password)
    return without


def _can_log_in(connection: psycopg.Connection[Any], role: str) -> bool:
    row = connection.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    return bool(row and row[0])


def forget_sign_ons(connection: psycopg.Connection[Any]) -> None:
    """Nobody is signed on in a restored database: tokens of the past are worth nothing."""
    connection.execute(sql.SQL("TRUNCATE stockhand.sign_on"))
