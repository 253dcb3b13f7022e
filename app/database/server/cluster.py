"""Creating the cluster of a home, and its configuration.

A cluster appears whole or not at all: it is made in a folder beside its place and renamed. It is created with SCRAM
for every connection, checksums, UTF-8, and the built-in `C.UTF-8` order, which is the same on every machine and does
not change with the operating system. The database `stockhand` exists from the start.
"""

import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psutil

from app.database.server.account import (
    Account,
    NoAcl,
    initdb_account,
    passing_through,
    server_account,
    state_data,
    state_folder,
)
from app.database.server.command import Binaries
from app.database.server.home import Home
from app.database.server.locks import exclusive
from app.domain.errors import Fault

MAJOR_VERSION = "18"
SUPERUSER = "postgres"
DATABASE = "stockhand"
_CREATE_TIMEOUT_S = 120
_MB = 1024 * 1024


def place(home: Home) -> tuple[Path, Account]:
    """Return where the cluster of `home` stands, or is to stand, and whose it is, with its folders opened for him."""
    data = home.data
    account = server_account(data)
    try:
        account.reach(data)
    except NoAcl as error:
        if data.exists():
            raise Fault("database.home_unreachable", retry=False, path=str(error), account=account.uid) from error
        data = state_data(home.folder)
        home.pointer.write_text(str(data), "utf-8")
        account = server_account(data)
    return data, account


def require_version(data: Path) -> None:
    """Refuse a cluster that another major version of PostgreSQL wrote: this one cannot read its files."""
    found = (data / "PG_VERSION").read_text("ascii").strip()
    if found != MAJOR_VERSION:
        raise Fault(
            "database.other_version", retry=False, found=found, needed=MAJOR_VERSION, path=str(data), database=DATABASE
        )


def create(home: Home, data: Path, *, binaries: Binaries, account: Account, durable: bool) -> None:
    """Create the cluster in `data`, owned by `account`, and write the password of its superuser to the home."""
    for remains in data.parent.glob("creating-*"):
        shutil.rmtree(remains, ignore_errors=True)  # a killed program's initdb may still be writing there
    maker = initdb_account()
    work = Path(tempfile.mkdtemp(prefix="creating-", dir=data.parent))
    fresh = work / "data"
    try:
        with ExitStack() as doors:
            if maker.uid is not None:  # all of root's homes share this account: one at a time opens and closes doors
                doors.enter_context(exclusive(state_folder() / "creating.lock", timeout_s=_CREATE_TIMEOUT_S))
            doors.enter_context(passing_through(maker, work))
            doors.enter_context(passing_through(maker, binaries.path("initdb")))
            password = work / "password"
            password.write_text(home.make_password(), "ascii")
            maker.take(work)
            _initdb(fresh, password, binaries=binaries, account=maker, durable=durable)
            _create_database(fresh, binaries=binaries, account=maker, durable=durable)
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n# Written anew at every start; what ALTER SYSTEM sets goes before it.\n")
            file.write("include_if_exists = 'stockhand.conf'\n")
        account.take(fresh)
        fresh.rename(data)
    except (subprocess.SubprocessError, OSError) as error:
        log = str(getattr(error, "output", "") or "")
        raise Fault("database.cannot_create", retry=False, reason=str(error), log=log[-2000:]) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def configure(data: Path, *, account: Account, durable: bool) -> None:
    """Write the configuration for this machine.

    Not `durable` is for tests: a power cut then destroys the cluster, and its stored passwords are easily guessed.
    """
    path = data / "stockhand.conf"
    text = "".join(f"{name} = '{value}'\n" for name, value in settings(durable=durable).items())
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
        account.take(path)


def settings(*, durable: bool) -> dict[str, str]:
    """Return the server's settings, with the reason for each group."""
    memory_mb = psutil.virtual_memory().total // _MB
    chosen = {
        # Reached from this machine only: the wheel has no TLS.
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        # Each station holds a pool of 3 + 2 and a listener; several programs share one server.
        "max_connections": "300",
        # The desktop program lives on the same machine: an eighth of the memory at most, and never much.
        "shared_buffers": f"{min(1024, max(128, memory_mb // 8))}MB",
        "effective_cache_size": f"{max(256, memory_mb // 2)}MB",
        "work_mem": "16MB",
        # No statement of a session may fill the disk; only a superuser can lift this.
        "temp_file_limit": "4GB",
        # News that a session does not fetch are kept on the disk: 128 MB of them, never 8 GB.
        "max_notify_queue_pages": "16384",
        # Whoever uses up the connections keeps neither the worker out, whose guard ends them, nor who administers.
        "reserved_connections": "10",
        "maintenance_work_mem": f"{min(256, max(64, memory_mb // 16))}MB",
        # Statements are short, so compiling them never pays.
        "jit": "off",
        # Fewer checkpoints in a big import, and less to write for each.
        "max_wal_size": "2GB",
        "wal_compression": "pglz",
        # One clock for all stations; sites have their zones in the program.
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_line_prefix": "%m [%p] %u %a ",
        # Statements are not logged with their values: they may speak of persons.
        "log_parameter_max_length_on_error": "0",
        "password_encryption": "scram-sha-256",
    }
    if not durable:
        # A killed process still loses nothing. Each login of a test's own would stretch the same password again.
        chosen |= {"fsync": "off", "full_page_writes": "off", "scram_iterations": "1"}
    return chosen


def _initdb(data: Path, password: Path, *, binaries: Binaries, account: Account, durable: bool) -> None:
    sync = ["--sync-method=syncfs"] if sys.platform == "linux" else []
    binaries.run(
        "initdb",
        f"--pgdata={data}",
        f"--username={SUPERUSER}",
        f"--pwfile={password}",
        "--auth-local=scram-sha-256",
        "--auth-host=scram-sha-256",
        "--data-checksums",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        *(sync if durable else ["--no-sync", "--set", "scram_iterations=1"]),
        account=account,
        timeout_s=_CREATE_TIMEOUT_S,
    )


def _create_database(data: Path, *, binaries: Binaries, account: Account, durable: bool) -> None:
    """Create the database in single-user mode: before the server ever ran, so that none exists without it."""
    binaries.run(
        "postgres",
        "--single",
        "-j",
        *([] if durable else ["-F"]),
        "-D",
        str(data),
        "template1",
        account=account,
        # The server's own databases are no place for people: what they would do there, no wall and no guard sees.
        text_in=f"CREATE DATABASE {DATABASE};\n\nREVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;\n\n",
        timeout_s=_CREATE_TIMEOUT_S,
    )
