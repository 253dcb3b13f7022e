"""What every test stands on: a home of its own, a real server, no network but this machine, no leaked threads."""

import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.database import server
from tests.support import let_copies_go, memory

# A busy machine is no failure.
settings.register_profile("stockhand", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("stockhand")

_HERE = Path(__file__).parent
_LOOPBACK = ("127.", "::1", "localhost")
_THREAD_GRACE_S = 2.0
_LONG_ROOMS = ("journeys", "faults", "speed", "main", "database", "stations")


@contextmanager
def folder_for_a_server(parent: Path | None = None) -> Iterator[Path]:
    """A temporary folder with no other closed folder above it than its own.

    Not pytest's: every starting session takes away the access entries of the folder that all of them share.
    """
    with tempfile.TemporaryDirectory(prefix="stockhand-", dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
        if (Path(folder) / "database").is_dir():
            server.stop(Path(folder))  # a killed program may have left it running


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh home, also for programs that the test starts."""
    with folder_for_a_server() as folder:
        monkeypatch.setenv("STOCKHAND_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def embedded_server() -> Iterator[server.Attachment]:
    """A running PostgreSQL of this test worker alone, with an empty database; `.url` is its superuser's address.

    It does not wait for the disk, so never measure durability with it; it lives in memory where there is room.
    """
    with folder_for_a_server(memory()) as folder, server.attach(folder, durable=False) as attachment:
        yield attachment
        let_copies_go(attachment.url)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Rooms with long tests first: what is short comes last, so that all test workers end at the same time."""
    rank = {room: number for number, room in enumerate(_LONG_ROOMS)}
    items.sort(key=lambda item: rank.get(item.path.relative_to(_HERE).parts[0], len(rank)))


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured, one JSON line each; nothing passes or fails by time."""
    reports = terminalreporter.getreports("passed")
    lines = [value for report in reports for name, value in report.user_properties if name == "measured"]
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(str(line))
