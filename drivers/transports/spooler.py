"""Printer queues of the operating system: raw bytes go in as one job, nothing ever comes back.

That a job was taken says nothing about paper: a queue takes jobs for a printer that is switched off. So whatever
is printed here is unverified until somebody scans it. The systems are `cups.py` and `winspool.py`.
"""

import sys

from drivers.transports.cups import CupsSpooler
from drivers.transports.queues import JobEnd, QueueStatus, Spooler
from drivers.transports.transport import TransportLost
from drivers.transports.winspool import WindowsSpooler


class SpoolerTransport:
    """One queue, used as a transport that is never answered; `job` is the id of the last job that was taken."""

    def __init__(self, queue: str, *, spooler: Spooler | None = None) -> None:
        if not queue:
            raise ValueError("a queue needs a name")
        self._queue = queue
        self._spooler = spooler
        self._is_open = False
        self.job = ""

    @property
    def name(self) -> str:
        """The name of the queue."""
        return self._queue

    def open(self) -> None:
        """See whether the queue exists; raises `TransportLost` where it does not."""
        self._spooler = self._spooler or system_spooler()
        self._spooler.status(self._queue)
        self._is_open = True

    def close(self) -> None:
        """Nothing is held."""
        self._is_open = False

    def read(self, *, timeout_s: float) -> bytes:
        """Return nothing, at once."""
        self._opened()
        return b""

    def write(self, data: bytes, *, timeout_s: float) -> None:
        """Put all of `data` into the queue as one job."""
        self.job = self._opened().submit(self._queue, data, timeout_s=timeout_s)

    def status(self) -> QueueStatus:
        """How the queue is; raises `TransportError`."""
        return self._opened().status(self._queue)

    def job_end(self) -> JobEnd:
        """What the system says of the last job that was put into the queue; raises `TransportError`."""
        return self._opened().job(self._queue, self.job) if self.job else JobEnd.GONE

    def _opened(self) -> Spooler:
        if not self._is_open or self._spooler is None:
            raise TransportLost(f"{self._queue} is not open", written=0)
        return self._spooler


def system_spooler() -> Spooler:
    """The spooler of this system; raises `TransportLost` where there is none."""
    if sys.platform == "win32":
        return WindowsSpooler()
    return CupsSpooler()
