"""One home opened by one program: its settings, its log, its database and the logins it has for it."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path

from app import settings
from app.database import installation, server
from app.database.logins import Logins
from app.database.session import Database
from app.domain.errors import Fault
from app.services import setup
from app.services.changes import Changes
from app.services.setup import FirstAdmin
from app.services.work import Worker
from app.settings import Settings

VERSION = "0.1.0"
_LOG_BYTES = 2_000_000


@dataclass(frozen=True)
class OpenHome:
    """A home in use. `attachment` is the embedded server, None where the settings name another one."""

    settings: Settings
    logins: Logins
    attachment: server.Attachment | None
    first_admin: FirstAdmin | None = None

    @property
    def folder(self) -> Path:
        """The folder of all its state."""
        return self.settings.home

    def server_url(self) -> str:
        """The present address of the database: the embedded owner's, or the one in the settings."""
        return self.attachment.ensure_running() if self.attachment else self.settings.database_url

    def address(self, login: str) -> str:
        """The present address for one of our logins; a shared server's own address where we have none for it."""
        if self.attachment is None and self.logins.password(login) is None:
            return self.settings.database_url
        return self.logins.url(self.server_url(), login)

    def database(self, login: str, *, application: str, pool_size: int = 3) -> Database:
        """The database as one of our logins sees it; it follows an embedded server to a new port."""
        return Database(lambda: self.address(login), application=application, pool_size=pool_size)

    @contextmanager
    def desk(self, application: str) -> Iterator[Worker]:
        """Work as the person whose desk this is: for the command line."""
        database = self.database(setup.DESK, application=application)
        try:
            yield Worker(database, Changes())
        finally:
            database.close()


@contextmanager
def open_home(folder: Path | None, *, options: Mapping[str, str], check_schema: bool = True) -> Iterator[OpenHome]:
    """Open a home: read its settings, start or find its server, set it up the first time.

    Raises SettingsError, or a Fault where the database cannot be had or is one that this program does not know.
    """
    known = settings.load(settings.home_folder(folder), options=dict(options))
    _open_folder(known.home)
    with _logging(known.home / "log"):
        logins = Logins(known.home)
        if known.database_url:
            if check_schema:
                installation.require_known_schema(known.database_url)
            yield OpenHome(known, logins, None)
            return
        with server.attach(known.home) as attachment:
            first = setup.initialise(attachment.url, logins) if check_schema else None
            if check_schema:
                installation.require_known_schema(attachment.url)
            yield OpenHome(known, logins, attachment, first)


def _open_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fault("home.not_writable", retry=False, reason=error.strerror or "") from error


@contextmanager
def _logging(folder: Path) -> Iterator[None]:
    """One rotating file; no secrets, no personal data beyond ids."""
    try:
        folder.mkdir(exist_ok=True)
        handler = RotatingFileHandler(folder / "stockhand.log", maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8")
    except OSError as error:
        raise Fault("home.not_writable", retry=False, reason=error.strerror or "") from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
