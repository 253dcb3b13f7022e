"""Programs come and go, the server stays while any of them is there: attaching, releasing, stopping, asking."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from app.database.server import cluster, postmaster
from app.database.server.command import Binaries
from app.database.server.home import Home
from app.database.server.locks import Registration, exclusive, users
from app.domain.errors import Fault

# Another program may be creating the cluster or waiting for crash recovery while it holds the lock.
_LOCK_TIMEOUT_S = 330.0


@dataclass(frozen=True)
class Status:
    """How the server of a home is: `port` and `pid` are None while it does not run; `users` are programs."""

    data: Path
    running: bool
    pid: int | None
    port: int | None
    users: tuple[str, ...]


class Attachment:
    """That this program uses the server of a home, from `attach` until `release` or the end of the process."""

    def __init__(self, home: Home, *, durable: bool) -> None:
        self._home = home
        self._durable = durable
        with exclusive(home.lock, timeout_s=_LOCK_TIMEOUT_S):
            home.stopped.unlink(missing_ok=True)
            self._registration = Registration(home.users)
            try:
                self._server = _ensure_started(home, durable=durable)
            except BaseException:
                self._registration.end()
                raise

    @property
    def url(self) -> str:
        """The address of the database for its owner, the superuser of the cluster; keep it out of logs."""
        return (
            f"postgresql://{cluster.SUPERUSER}:{self._home.password()}@127.0.0.1:{self._server.port}/{cluster.DATABASE}"
        )

    def ensure_running(self) -> str:
        """Start the server again if it crashed, and return the address, whose port may have changed.

        Cheap while it runs. Raises a Fault `database.stopped` where somebody stopped it on purpose.
        """
        server = postmaster.running(self._home.data)
        if server is None or not server.ready:
            with exclusive(self._home.lock, timeout_s=_LOCK_TIMEOUT_S):
                if self._home.stopped.exists():
                    raise Fault("database.stopped", retry=True, home=str(self._home.folder.parent))
                server = _ensure_started(self._home, durable=self._durable)
        self._server = server
        return self.url

    def release(self) -> None:
        """Leave the server; the last program to leave stops it. Safe to call twice."""
        with exclusive(self._home.lock, timeout_s=_LOCK_TIMEOUT_S):
            self._registration.end()
            if not users(self._home.users):
                postmaster.stop(self._home.data, binaries=Binaries.of_the_wheel())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def attach(home: Path, *, durable: bool = True) -> Attachment:
    """Use the server of `home`, creating and starting it where needed; a context manager.

    `durable=False` is for tests alone: commits no longer reach the disk before they are confirmed.
    """
    return Attachment(Home.under(home), durable=durable)


def stop(home: Path) -> bool:
    """Stop the server of `home` for all programs; those attached do not start it again. Returns whether it ran."""
    here = Home.under(home)
    with exclusive(here.lock, timeout_s=_LOCK_TIMEOUT_S):
        ran = postmaster.running(here.data) is not None
        if users(here.users):
            here.stopped.touch()
        postmaster.stop(here.data, binaries=Binaries.of_the_wheel())
    return ran


def status(home: Path) -> Status:
    """Return how the server of `home` is, without starting anything."""
    here = Home.under(home)
    with exclusive(here.lock, timeout_s=_LOCK_TIMEOUT_S):
        server = postmaster.running(here.data)
        return Status(
            data=here.data,
            running=server is not None and server.ready,
            pid=server.pid if server else None,
            port=server.port if server else None,
            users=tuple(users(here.users)),
        )


def _ensure_started(home: Home, *, durable: bool) -> postmaster.Running:
    """Return the running server of `home`, creating and starting it first where needed. Call it under the lock."""
    data, account = cluster.place(home)
    server = postmaster.running(data)
    if server is not None and server.ready:
        return server
    binaries = Binaries.of_the_wheel().for_account(account)
    if not data.exists():
        cluster.create(home, data, binaries=binaries, account=account, durable=durable)
    cluster.require_version(data)
    home.password()
    cluster.configure(data, account=account, durable=durable)
    return postmaster.start(home, data, binaries=binaries, account=account)
