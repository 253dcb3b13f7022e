"""Which files of the embedded server stand where in a home."""

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import Fault

IS_ROOT = sys.platform != "win32" and os.geteuid() == 0
STATE_FOLDER = Path("/var/lib/stockhand")


@dataclass(frozen=True)
class Home:
    """The folder `database` of a home. All paths are absolute; none needs to exist but `folder` and `users`."""

    folder: Path

    @classmethod
    def under(cls, home: Path) -> "Home":
        """Return the place of the server in `home`, creating the folders that programs share."""
        here = cls(Path(os.path.abspath(home)) / "database")  # noqa: PTH100  (resolve() would follow a link away)
        try:
            here.users.mkdir(parents=True, exist_ok=True)
            # As root the server runs under another account, which passes through this folder but may not list it.
            here.folder.chmod(0o711 if IS_ROOT else 0o700)
            for folder in (here.folder, here.users):
                _give_to_owner_of(folder.parent, folder)
        except OSError as error:
            raise Fault("database.home_not_yours", retry=False, path=str(here.folder), reason=error.strerror) from error
        return here

    @property
    def data(self) -> Path:
        """The cluster: in the home, or where the pointer says because the home cannot be opened to the server."""
        return Path(self.pointer.read_text("utf-8").strip()) if self.pointer.exists() else self.folder / "data"

    @property
    def pointer(self) -> Path:
        """Names the folder that holds the cluster where it could not be kept in the home."""
        return self.folder / "data.elsewhere"

    @property
    def users(self) -> Path:
        """One locked file for each program that uses the home."""
        return self.folder / "users"

    @property
    def lock(self) -> Path:
        """Held while somebody creates, starts, joins, leaves or stops the server."""
        return self.folder / "lock"

    @property
    def password_file(self) -> Path:
        """The password of the cluster's superuser; readable by the owner of the home only."""
        return self.folder / "owner.password"

    @property
    def stopped(self) -> Path:
        """Stands here after `stop`, so that programs still attached do not start again what was stopped on purpose."""
        return self.folder / "stopped"

    @property
    def log(self) -> Path:
        """What the server says: warnings, errors, starts and stops."""
        return self.folder / "server.log"

    def password(self) -> str:
        """Return the superuser's password."""
        try:
            return self.password_file.read_text("ascii").strip()
        except OSError as error:
            raise Fault(
                "database.password_unreadable", retry=False, path=str(self.password_file), reason=error.strerror
            ) from error

    def make_password(self) -> str:
        """Write a new random password of 192 bits, readable by the owner only, and return it."""
        self.password_file.unlink(missing_ok=True)
        with os.fdopen(open_private(self.password_file), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(24))
        return self.password()


def open_private(path: Path, *, append: bool = False) -> int:
    """Open `path` for reading and writing, created for the owner of its folder alone; return the file descriptor."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | (os.O_APPEND if append else 0), 0o600)
    except OSError as error:
        raise Fault("database.home_not_yours", retry=False, path=str(path), reason=error.strerror) from error
    _give_to_owner_of(path.parent, path)
    return handle


def _give_to_owner_of(folder: Path, path: Path) -> None:
    """Root leaves nothing of its own in the home of an ordinary user, who could not use it afterwards."""
    if sys.platform != "win32" and IS_ROOT:
        owner = folder.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
