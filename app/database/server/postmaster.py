"""Starting, watching and stopping the server process.

What `postmaster.pid` says is believed only of a process that lives and was started on this data folder: after a crash
the number may belong to a zombie (containers often have nobody who reaps) or to another program. Before the file
of a dead server is removed, its last children must have let go of its shared memory: that is PostgreSQL's own
safeguard against two servers on the same data.
"""

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.database.server.account import Account
from app.database.server.command import Binaries, environment
from app.database.server.home import Home, open_private
from app.domain.errors import Fault

_POLL_S = 0.01
_START_TIMEOUT_S = 300.0  # crash recovery replays up to max_wal_size
_ORPHANS_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 60.0
_LOG_LIMIT_BYTES = 5_000_000
_GIVE_UP_S = 10.0
# A disk without room for one piece of the server's log of changes is full: there may be none even for its last words.
_START_ON_FULL_DISK_S = 5.0
_LEAST_BYTES = 16 * 1024 * 1024

# Servers this process started: kept to be reaped when they end, for they may outlive whoever attached.
_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Running:
    """A living server: its process, its port, and whether it takes connections yet."""

    pid: int
    port: int
    ready: bool


def running(data: Path) -> Running | None:
    """Return the living server on `data`, or None."""
    lines = _pid_file(data)
    if len(lines) < 4 or not _lives(int(lines[0]), data):
        return None
    return Running(pid=int(lines[0]), port=int(lines[3]), ready=len(lines) > 7 and lines[7].strip() == "ready")


def start(home: Home, data: Path, *, binaries: Binaries, account: Account) -> Running:
    """Start the server on the port of last time, or on another where that is taken; wait for one that is starting."""
    if running(data) is not None:
        if server := _await_ready(data, None):
            return server
        _give_up(data, binaries)
    _sweep_remains(data)
    _rotate(home.log)
    said_before = home.log.stat().st_size if home.log.exists() else 0
    for port in (_last_port(data), _free_port()):
        if sys.platform == "win32":
            _launch_by_pg_ctl(home, data, binaries=binaries, port=port)
            child = None
        else:
            child = _launch(home, data, binaries=binaries, account=account, port=port)
        if server := _await_ready(data, child):
            return server
        said = home.log.read_bytes()[said_before:].decode(errors="replace")
        _give_up(data, binaries)
        if _is_full(data) or os.strerror(errno.ENOSPC) in said:  # nor would it start on another port
            raise Fault("database.disk_full", retry=True)
    raise Fault("database.cannot_start", retry=True, log=said[-2000:], path=str(home.log))


def _give_up(data: Path, binaries: Binaries) -> None:
    """End a server that never took connections, at once; it would keep the next one from its data.

    On a full disk it recovers from a crash in vain, again and again, and then hangs, even when there is space again.
    """
    server = running(data)
    if server is None:
        return
    if sys.platform == "win32":
        with suppress(subprocess.SubprocessError):
            binaries.run(
                "pg_ctl", "stop", "-D", str(data), "-m", "immediate", account=Account(), timeout_s=_STOP_TIMEOUT_S
            )
        return
    for how in (signal.SIGQUIT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(server.pid, how)
        if _wait(lambda: not _lives(server.pid, data), timeout_s=_GIVE_UP_S):
            return


def stop(data: Path, *, binaries: Binaries) -> None:
    """End the server: sessions are rolled back, the cluster is left clean. Returns when the process is gone."""
    server = running(data)
    if server is None:
        return
    if sys.platform == "win32":
        arguments = ["stop", "-D", str(data), "-m", "fast", "-w", "-t", str(int(_STOP_TIMEOUT_S))]
        with suppress(subprocess.SubprocessError):  # judged below by whether the process is gone
            binaries.run("pg_ctl", *arguments, account=Account(), timeout_s=_STOP_TIMEOUT_S * 2)
    else:
        for how in (signal.SIGINT, signal.SIGQUIT):  # fast, then at once with recovery at the next start
            with suppress(ProcessLookupError):
                os.kill(server.pid, how)
            if _wait(lambda: not _lives(server.pid, data), timeout_s=_STOP_TIMEOUT_S):
                return
    if _lives(server.pid, data):
        raise Fault("database.cannot_stop", retry=True, pid=server.pid)


def _launch(home: Home, data: Path, *, binaries: Binaries, account: Account, port: int) -> subprocess.Popen[bytes]:
    log = open_private(home.log, append=True)
    try:
        child = subprocess.Popen(  # noqa: S603  (a program of the wheel, arguments of ours)
            [str(binaries.path("postgres")), "-D", str(data), "-p", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=data,
            env=environment(),
            start_new_session=True,  # Ctrl+C is for the program, not for the server other programs use
            **account.process_options(),
        )
    except OSError as error:
        raise Fault("database.cannot_start", retry=False, log=str(error), path=str(home.log)) from error
    finally:
        os.close(log)
    _children.append(child)
    return child


def _launch_by_pg_ctl(home: Home, data: Path, *, binaries: Binaries, port: int) -> None:
    """Windows: `pg_ctl` takes away an administrator's rights, which the server would refuse to run with."""
    command = [str(binaries.path("pg_ctl")), "start", "-D", str(data), "-o", f"-p {port}", "-l", str(home.log), "-w"]
    subprocess.run(  # noqa: S603  (a program of the wheel, arguments of ours)
        [*command, "-t", str(int(_START_TIMEOUT_S))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would be inherited by the server and never close
        stderr=subprocess.DEVNULL,
        check=False,
        env=environment(),
        creationflags=0x08000200,  # CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP
    )


def _await_ready(data: Path, child: subprocess.Popen[bytes] | None) -> Running | None:
    """Return the server when it takes connections; None when it ended instead, or finds no space to start in."""
    found: Running | None = None
    patient_until = time.monotonic() + _START_ON_FULL_DISK_S

    def decided() -> bool:
        nonlocal found
        found = running(data)
        if (found is not None and found.ready) or (child.poll() is not None if child else found is None):
            return True
        return time.monotonic() > patient_until and _is_full(data)

    _wait(decided, timeout_s=_START_TIMEOUT_S)
    return found if found and found.ready else None


def _is_full(data: Path) -> bool:
    return shutil.disk_usage(data).free < _LEAST_BYTES


def _lives(pid: int, data: Path) -> bool:
    """Tell whether `pid` is a server on `data`, by the command line it was started with."""
    _children[:] = [child for child in _children if child.poll() is None]
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return any(os.path.normcase(part) == os.path.normcase(data) for part in process.cmdline())
    except psutil.Error:
        return False


def _pid_file(data: Path) -> list[str]:
    """Return the lines of `postmaster.pid`: number, data, start, port, sockets, address, shared memory, status."""
    try:
        lines = (data / "postmaster.pid").read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    return lines if lines and lines[0].isdigit() else []


def _sweep_remains(data: Path) -> None:
    """Clear away the pid file of a server that died, once its last children are gone."""
    lines = _pid_file(data)
    if not lines:
        return
    if not _wait(lambda: not _shared_memory_in_use(lines), timeout_s=_ORPHANS_TIMEOUT_S):
        raise Fault("database.cannot_start", retry=True, log="children of the crashed server still run", path=str(data))
    (data / "postmaster.pid").unlink(missing_ok=True)


def _shared_memory_in_use(lines: list[str]) -> bool:
    """Tell whether any process is attached to the shared memory that the pid file names (as `key id`)."""
    table = Path("/proc/sysvipc/shm")
    if len(lines) < 7 or len(lines[6].split()) != 2 or not table.exists():
        return False
    shared_memory_id = lines[6].split()[1]
    rows = [row.split() for row in table.read_text("ascii").splitlines()[1:]]
    return any(row[1] == shared_memory_id and int(row[6]) > 0 for row in rows)


def _last_port(data: Path) -> int:
    """Return the port in the options of the last start where it is free, so that addresses stay good after a crash."""
    try:
        words = (data / "postmaster.opts").read_text("utf-8").replace('"', " ").split()
        port = int(words[words.index("-p") + 1])
    except (OSError, ValueError, IndexError):
        return _free_port()
    with closing(socket.socket()) as probe:
        if sys.platform != "win32":  # there the option would allow sharing a port that is in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return _free_port()
    return port


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        shutil.move(log, log.with_suffix(".old.log"))


def _wait(ready: Callable[[], bool], *, timeout_s: float) -> bool:
    """Return whether `ready` came true within `timeout_s` seconds."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True
