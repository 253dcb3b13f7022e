"""How the workstation of an embedded home keeps a background worker: as a process of its own."""

import subprocess
import sys
from pathlib import Path

_LEAVE_S = 10


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
