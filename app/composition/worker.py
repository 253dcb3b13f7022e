"""The background worker of a home: its process, and how the workstation of an embedded home keeps one."""

import subprocess
import sys
import threading
from pathlib import Path

from app import worker
from app.composition import backups
from app.composition.home import OpenHome
from app.services import clock, setup
from app.services.changes import Changes
from app.services.work import Worker
from app.worker.backup import ScheduledBackups
from app.worker.repeating import Job

_LEAVE_S = 10


def run_worker(home: OpenHome, stop: threading.Event) -> None:
    """Do background work until `stop` is set; only one process of a home does, the others wait for their turn."""
    database = home.database(setup.WORKER, application="worker")
    try:
        worker.run(Worker(database, Changes()), home.folder, stop, more=_backups(home, stop))
    finally:
        database.close()


def _backups(home: OpenHome, stop: threading.Event) -> tuple[Job, ...]:
    """Backups by the clock, of the server that is this home's own."""
    if home.attachment is None:
        return ()
    plan = backups.plan_of(home.settings)
    return (
        ScheduledBackups(lambda: backups.ground(home), plan, home.folder, now=clock.now, stopping=stop.is_set).job(),
    )


class WorkerProcess:
    """The worker as a child of this program: it ends when we close its standard input, or when we are gone."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-m", "app", "--home", str(home), "worker", "--with-parent"]
        self._process = subprocess.Popen(  # noqa: S603  (this very program)
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def stop(self) -> None:
        """Let it end after what it is doing."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_LEAVE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
