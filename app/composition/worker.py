"""The background worker of a home: its process, and how the workstation of an embedded home keeps one."""

import subprocess
import sys
import threading
from pathlib import Path

from app import worker
from app.composition.home import OpenHome
from app.services import setup
from app.services.changes import Changes
from app.services.work import Worker

_LEAVE_S = 10


def run_worker(home: OpenHome, stop: threading.Event) -> None:
    """Do background work until `stop` is set; only one process of a home does, the others wait for their turn."""
    database = home.database(setup.WORKER, application="worker")
    try:
        worker.run(Worker(database, Changes()), home.folder, stop)
    finally:
        database.close()


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
