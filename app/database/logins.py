"""The database logins of this machine: names and passwords in one file that only its owner may read.

The addresses are made when they are needed, because an embedded server may come back on another port. Whoever can
read the file can log in; on the embedded server that is whoever owns the operating-system account, as the manual says.
"""

import json
import os
from pathlib import Path

from app.database.installation import database_of, role_name, with_login
from app.domain.errors import Fault

_FILE = "logins.json"


class Logins:
    """Name → password, for one database of one home."""

    def __init__(self, home: Path) -> None:
        self._path = home / _FILE

    def password(self, name: str) -> str | None:
        """The password of a login, if this machine has it."""
        return self._read().get(name)

    def names(self) -> list[str]:
        """The logins that this machine has."""
        return sorted(self._read())

    def keep(self, name: str, password: str) -> None:
        """Remember a login; raises a Fault when the file cannot be written."""
        known = {**self._read(), name: password}
        new = self._path.with_suffix(".new")
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(known, file, indent=1)
            new.replace(self._path)
        except OSError as error:
            raise Fault("home.not_writable", retry=False, reason=error.strerror or "") from error

    def url(self, server: str, name: str) -> str:
        """The address of `server` (anybody's URL) for one of this machine's logins."""
        password = self.password(name)
        if password is None:
            raise Fault("database.no_login", retry=False, login=name)
        return with_login(server, role_name(database_of(server), name), password)

    def _read(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        try:
            known: dict[str, str] = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Fault("home.logins_unreadable", retry=False, path=self._path.name) from error
        return known
