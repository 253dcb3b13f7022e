"""One PostgreSQL for each home: shared, restarted after a crash, stopped by the last one out."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import psutil
import psycopg
import pytest

from app.database import server
from app.domain.errors import Fault

REPOSITORY = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
from app.database import server
with server.attach(Path(sys.argv[1]), durable=False) as attachment:
    print(attachment.url, flush=True)
    sys.stdin.read()
"""


class Program:
    """Another program of the same home, in a process of its own; it stays until told to leave."""

    def __init__(self, home: Path, **options: object) -> None:
        self.process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=REPOSITORY,
            text=True,
            **options,  # type: ignore[call-overload]  # the account, as Popen names it
        )

    @cached_property
    def url(self) -> str:
        """The address it was given; waits until it has one."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def leave(self) -> None:
        """End as a program ends, and wait for it."""
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self) -> None:
        """End at once, without a chance to clean up."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def program(home: Path, **options: object) -> Iterator[Program]:
    running = Program(home, **options)
    try:
        assert running.url
        yield running
    finally:
        running.kill()


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def do(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def kill_server(home: Path) -> int:
    """Kill the postmaster as a crash would, and return its number once it is dead (perhaps still a zombie)."""
    pid = server.status(home).pid
    assert pid is not None
    if sys.platform == "win32":
        psutil.Process(pid).kill()
        psutil.wait_procs([psutil.Process(pid)], timeout=5)
    else:
        death = os.pidfd_open(pid)
        os.kill(pid, signal.SIGKILL)
        assert select.select([death], [], [], 5)[0]
        os.close(death)
    return pid


def test_the_first_start_creates_a_safe_cluster_and_the_second_finds_it(home: Path) -> None:
    for name in ("first", "second"):
        began = time.perf_counter()
        with server.attach(home) as attachment:
            print(f"{name} start {time.perf_counter() - began:.2f} s")  # noqa: T201  (a measurement, see -rP)
            if name == "first":
                do(attachment.url, "CREATE TABLE kept AS SELECT 42 AS number")
            assert ask(attachment.url, "SELECT number FROM kept") == 42
            assert ask(attachment.url, "SHOW fsync") == "on"
            assert ask(attachment.url, "SHOW synchronous_commit") == "on"
            assert ask(attachment.url, "SHOW data_checksums") == "on"
            assert ask(attachment.url, "SHOW listen_addresses") == "127.0.0.1"
            assert ask(attachment.url, "SHOW unix_socket_directories") == ""
            assert ask(attachment.url, "SHOW max_connections") == "300"
            assert ask(attachment.url, "SELECT datlocale FROM pg_database WHERE datname = 'stockhand'") == "C.UTF-8"
            assert (
                ask(attachment.url, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == 0
            )
        assert not server.status(home).running
    assert (home / "database" / "owner.password").stat().st_mode & 0o077 == 0 or sys.platform == "win32"


def test_a_wrong_password_is_refused(embedded_server: server.Attachment) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(embedded_server.url, password="guessed")


def test_two_programs_share_one_server_and_the_last_one_out_stops_it(home: Path) -> None:
    with program(home) as first, program(home) as second:
        assert first.url == second.url
        assert len(server.status(home).users) == 2
        first.leave()
        assert server.status(home).running
        assert ask(second.url, "SELECT 1") == 1
        second.leave()
        assert server.status(home) == server.Status(
            data=home / "database" / "data", running=False, pid=None, port=None, users=()
        )


def test_programs_that_start_at_the_same_moment_get_the_same_server(home: Path) -> None:
    programs = [Program(home) for _ in range(3)]
    try:
        assert len({each.url for each in programs}) == 1
        assert len(server.status(home).users) == 3
    finally:
        for each in programs:
            each.kill()


def test_a_killed_program_does_not_keep_the_server_for_ever(home: Path) -> None:
    with program(home) as killed, program(home) as other:
        killed.kill()
        assert server.status(home).running
        assert len(server.status(home).users) == 1
        other.leave()
        assert not server.status(home).running


def test_after_a_crash_the_program_that_started_it_brings_it_back_with_its_data(home: Path) -> None:
    with server.attach(home) as attachment:
        do(attachment.url, "CREATE TABLE kept AS SELECT 42 AS number")
        kill_server(home)
        assert not server.status(home).running
        assert ask(attachment.ensure_running(), "SELECT number FROM kept") == 42


def test_after_a_crash_another_program_brings_it_back_though_the_dead_server_is_still_a_zombie(home: Path) -> None:
    with program(home) as parent:  # it started the server and never asks how its child is
        do(parent.url, "CREATE TABLE kept AS SELECT 42 AS number")
        dead = kill_server(home)
        with server.attach(home, durable=False) as attachment:
            assert ask(attachment.url, "SELECT number FROM kept") == 42
            assert attachment.url == parent.url, "the port is kept, so that others find the server again"
            if sys.platform == "linux":
                assert psutil.Process(dead).status() == psutil.STATUS_ZOMBIE
        assert server.status(home).running, "the other program still uses it"
        parent.leave()
    assert not server.status(home).running


def test_a_pid_file_naming_some_other_program_does_not_prevent_the_start(home: Path) -> None:
    with server.attach(home, durable=False) as attachment:
        remains = (home / "database" / "data" / "postmaster.pid").read_text()
        pid = server.status(home).pid
    other = remains.replace(str(pid), str(os.getpid()), 1)
    (home / "database" / "data" / "postmaster.pid").write_text(other)
    with server.attach(home, durable=False) as attachment:
        assert ask(attachment.url, "SELECT 1") == 1


def test_two_homes_stand_side_by_side(home: Path) -> None:
    with (
        server.attach(home / "east", durable=False) as east,
        server.attach(home / "west", durable=False) as west,
    ):
        do(east.url, "CREATE TABLE only_east (number int)")
        assert ask(west.url, "SELECT to_regclass('only_east')") is None
        east.release()
        assert ask(west.url, "SELECT 1") == 1


def test_stop_ends_it_for_all_until_somebody_attaches_anew(home: Path) -> None:
    with server.attach(home, durable=False) as attachment:
        assert server.stop(home)
        with pytest.raises(Fault) as stopped:
            attachment.ensure_running()
        assert (stopped.value.code, stopped.value.retry) == ("database.stopped", True)
        with server.attach(home, durable=False):
            assert ask(attachment.ensure_running(), "SELECT 1") == 1
    assert not server.stop(home), "it was stopped already"


def test_another_major_version_is_refused_and_left_alone(home: Path) -> None:
    server.attach(home, durable=False).release()
    version = home / "database" / "data" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(Fault) as refused:
        server.attach(home)
    assert refused.value.code == "database.other_version"
    assert refused.value.facts["found"] == "17"
    assert refused.value.facts["needed"] == "18"
    assert version.read_text() == "17\n"
    assert server.status(home).users == ()


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    server.attach(home, durable=False).release()
    (home / "database" / "data" / "postgresql.auto.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(Fault) as refused:
        server.attach(home)
    assert refused.value.code == "database.cannot_start"
    assert "no_such_setting" in str(refused.value.facts["log"])


def test_a_lost_password_file_is_named(home: Path) -> None:
    server.attach(home, durable=False).release()
    (home / "database" / "owner.password").unlink()
    with pytest.raises(Fault) as refused:
        server.attach(home)
    assert refused.value.code == "database.password_unreadable"


def test_a_home_that_cannot_be_written_is_named(home: Path) -> None:
    (home / "database").write_text("a file where a folder belongs")
    with pytest.raises(Fault) as refused:
        server.attach(home)
    assert refused.value.code == "database.home_not_yours"


def test_what_a_killed_first_start_left_is_swept_away(home: Path) -> None:
    (home / "database" / "creating-half" / "data").mkdir(parents=True)
    with server.attach(home, durable=False) as attachment:
        assert ask(attachment.url, "SELECT 1") == 1
    assert not list((home / "database").glob("creating-*"))


def test_settings_of_other_postgresql_programs_do_not_leak_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGDATA": "/nowhere", "PGPORT": "1", "PGOPTIONS": "-c jit=on", "LC_ALL": "xx_XX"}.items():
        monkeypatch.setenv(name, value)
    with server.attach(home, durable=False) as attachment:
        monkeypatch.delenv("PGOPTIONS")
        assert ask(attachment.url, "SHOW jit") == "off"
