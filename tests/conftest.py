"""What every test stands on: a home of its own, a real server, no network but this machine, no leaked threads."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.database import server

_LOOPBACK = ("127.", "::1", "localhost")
_THREAD_GRACE_S = 2.0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh home, also for programs that the test starts; a server that a killed one left is stopped."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("STOCKHAND_HOME", str(folder))
    yield folder
    if (folder / "database").is_dir():
        server.stop(folder)


@pytest.fixture(scope="session")
def embedded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Attachment]:
    """A running PostgreSQL of this test worker alone, with an empty database; `.url` is its superuser's address.

    It does not wait for the disk, so never measure durability with it.
    """
    with server.attach(tmp_path_factory.mktemp("server"), durable=False) as attachment:
        yield attachment


class NetworkUsedError(AssertionError):
    """A test tried to reach another machine."""


def refuse_other_machines(address: object) -> None:
    """Raise `NetworkUsedError` for an address that is not of this machine; paths of local sockets pass."""
    if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
        raise NetworkUsedError(f"tests reach this machine only, not {address[0]}")


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Python's sockets connect to this machine only. libpq has its own; its addresses come from `server`."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self: socket.socket, address: str | tuple[str, int]) -> None:
        refuse_other_machines(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: str | tuple[str, int]) -> int:
        refuse_other_machines(address)
        return connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)


def leaked_threads(before: set[threading.Thread], *, grace_s: float) -> list[str]:
    """Return the names of threads that were started since and did not end within `grace_s` seconds each.

    Daemons that somebody named are counted too: device threads are such. Python's own anonymous ones (`Thread-7`) end
    with what they serve.
    """
    leaked = []
    for thread in set(threading.enumerate()) - before:
        if thread.daemon and thread.name.startswith(("Thread-", "Dummy-")):
            continue
        thread.join(grace_s)
        if thread.is_alive():
            leaked.append(thread.name)
    return sorted(leaked)


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves threads running."""
    before = set(threading.enumerate())
    yield
    if leaked := leaked_threads(before, grace_s=_THREAD_GRACE_S):
        pytest.fail(f"threads still running after the test: {', '.join(leaked)}")
