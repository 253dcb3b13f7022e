"""Setting up where whoever does it is no superuser, as on managed servers; and saying exactly what is missing."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app.database import installation, ledger, people, server
from app.database.logins import Logins
from app.database.session import Database
from app.domain.errors import Fault, Refusal
from app.services import setup

DATABASE = "managed"
_PASSWORD = "for-tests-only"


@pytest.fixture
def installer(embedded_server: server.Attachment) -> Iterator[str]:
    """The address of a login that may create roles and databases and nothing else, for a database of its own."""
    with psycopg.connect(embedded_server.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE it LOGIN CREATEROLE CREATEDB PASSWORD '{_PASSWORD}'")
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER it")
        url = installation.with_login(embedded_server.url.rpartition("/")[0] + f"/{DATABASE}", "it", _PASSWORD)
        try:
            yield url
        finally:
            connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
            roles = connection.execute(
                "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{DATABASE}_"]
            ).fetchall()
            for (role,) in [*roles, ("it",)]:
                connection.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(role)))


def test_who_may_create_roles_can_set_everything_up(installer: str, tmp_path: Path) -> None:
    logins = Logins(tmp_path)
    assert setup.initialise(installer, logins) is not None
    desk = Database(logins.url(installer, setup.DESK), application="desk")
    with desk.transaction() as session:
        person = people.save_person(session, badge="NEW", name="New", groups=["operator"])
        assert ledger.prove(session) == []
    desk.close()
    assert person is not None


def test_afterwards_the_installer_is_neither_the_ledgers_keeper_nor_its_owner(installer: str) -> None:
    installation.install(installer)
    with psycopg.connect(installer, autocommit=True) as connection:
        for statement in (f"SET ROLE {DATABASE}_sealer", "SELECT * FROM stockhand.person_pin"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_what_only_a_superuser_can_give_is_named_as_statements_that_work(
    installer: str, embedded_server: server.Attachment
) -> None:
    installation.install(installer)
    missing = installation.missing_rights(installer)
    assert missing[0] == f'GRANT pg_signal_backend TO "{DATABASE}_sealer" WITH INHERIT TRUE;'
    with psycopg.connect(embedded_server.url.rpartition("/")[0] + f"/{DATABASE}", autocommit=True) as connection:
        for statement in missing:
            connection.execute(statement)
    assert installation.missing_rights(installer) == []


def test_who_may_not_create_roles_is_told_what_is_missing_and_nothing_is_begun(
    installer: str, embedded_server: server.Attachment
) -> None:
    with psycopg.connect(embedded_server.url, autocommit=True) as connection:
        connection.execute("ALTER ROLE it NOCREATEROLE")
    with pytest.raises(Refusal) as refused:
        installation.install(installer)
    assert refused.value.code == "database.installer_lacks"
    assert refused.value.facts["statements"] == 'ALTER ROLE "it" CREATEROLE;'
    with pytest.raises(Fault, match=r"database\.no_schema"):
        installation.require_known_schema(installer)
