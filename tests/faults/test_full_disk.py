"""The disk of the database fills up: that is said in words, nothing is lost, and work goes on when there is space."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from app.database import server
from app.database.backup import Tools
from app.database.logins import Logins
from app.domain.errors import Fault
from app.services import clock
from app.services.backup import Ground, back_up
from app.services.changes import Changes
from app.services.work import Worker
from tests.conftest import folder_for_a_server
from tests.faults.ledger import move_one, prove_deep
from tests.support import Site, furnish

_SIZE_MB = 400


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of its own for a home; only root may make one."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("a small disk is a tmpfs, which only root on Linux may mount")
    with folder_for_a_server() as folder:
        disk = folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={_SIZE_MB}m,mode=755", "tmpfs", str(disk)], check=False
        )
        if mounted.returncode:
            pytest.skip("this machine does not let even root mount a tmpfs")
        try:
            yield disk
        finally:
            if (disk / "database").exists():
                server.stop(disk)
            subprocess.run(["umount", "--lazy", str(disk)], check=True)


@contextmanager
def furnished(attachment: server.Attachment) -> Iterator[Site]:
    """A warehouse in the server's template itself, because the server is this test's own."""
    template = furnish(attachment.url)
    site = Site(template, template.url)
    yield site
    site.close()


def fill(disk: Path, *, leave_mb: int = 0) -> Path:
    """A file that takes all the space there is, but for so much."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        block = b"\0" * 65536
        try:
            while True:
                file.write(block)
        except OSError:
            file.truncate(file.tell() - leave_mb * 1024 * 1024)
            return filler


def test_a_full_disk_is_refused_in_words_and_costs_nothing(small_disk: Path) -> None:
    with server.attach(small_disk, durable=False) as attachment, furnished(attachment) as site:
        site.put("WIDGET", "R01", 100_000)
        worker = Worker(site.station("bench1", "MANAGER1"), Changes())
        filler = fill(small_disk)
        booked = 0
        with pytest.raises(Fault) as stopped:
            while booked < 5000:
                request = uuid4()
                move_one(worker, site, request)
                booked += 1
        assert (stopped.value.code, stopped.value.retry) == ("database.disk_full", True), "later it goes on"
        assert site.stock("WIDGET", "R02") == (booked, 0), "what was confirmed is booked, and no more"
        filler.unlink()
        move_one(worker, site, request)
        assert site.stock("WIDGET", "R02") == (booked + 1, 0)
        prove_deep(site)


def test_a_backup_never_takes_the_servers_last_space_and_leaves_it_running(small_disk: Path, tmp_path: Path) -> None:
    with server.attach(small_disk, durable=False) as attachment, furnished(attachment) as site:
        site.put("WIDGET", "R01", 10)
        ground = Ground(site.url, Logins(tmp_path), embedded=True, tools=Tools.of_the_wheel())
        fill(small_disk, leave_mb=60)
        for file in (tmp_path / "elsewhere.stockhand", small_disk / "beside.stockhand"):
            with pytest.raises(Fault) as stopped:
                back_up(ground, file, now=clock.now(), verify=True, say=lambda _: None)
            assert stopped.value.code == "backup.no_space"
        assert list(tmp_path.iterdir()) == []
        move_one(Worker(site.station("bench1", "MANAGER1"), Changes()), site, uuid4())


def test_a_server_that_finds_no_space_at_its_start_says_so_and_starts_when_there_is_some(small_disk: Path) -> None:
    with server.attach(small_disk, durable=False) as attachment:
        pid = server.status(small_disk).pid
        assert pid is not None
        main = psutil.Process(pid)
        for process in [main, *main.children()]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs([main], timeout=10)
        filler = fill(small_disk)
        with pytest.raises(Fault) as stopped:
            attachment.ensure_running()
        assert (stopped.value.code, stopped.value.retry) == ("database.disk_full", True)
        filler.unlink()
        attachment.ensure_running()


def test_a_backup_to_a_full_disk_is_refused_and_leaves_nothing_half_written(small_disk: Path, warehouse: Site) -> None:
    filler = fill(small_disk)
    with tempfile.TemporaryDirectory() as logins, pytest.raises(Fault) as stopped:
        ground = Ground(warehouse.url, Logins(Path(logins)), embedded=False, tools=Tools.of_the_wheel())
        back_up(ground, small_disk / "one.stockhand", now=clock.now(), verify=False, say=lambda _: None)
    assert stopped.value.code == "backup.cannot_write"
    assert "space" in str(stopped.value.facts["reason"])
    assert list(small_disk.iterdir()) == [filler]
