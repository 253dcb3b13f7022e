"""Printer queues of the operating system: raw bytes go in as one job, nothing ever comes back.

That a job was taken says nothing about paper: a queue takes jobs for a printer that is switched off. So whatever
is printed here is unverified until somebody scans it. CUPS is spoken to by its own programs `lp` and `lpstat`, Windows
by winspool (datatype RAW).

Verification: CUPS [M] against the programs in `drivers/simulators/cups.py`, their words [K]; Windows [M] against a
module that stands in for winspool, not run on Windows itself.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from drivers.transports.transport import TransportBusy, TransportDenied, TransportError, TransportLost, TransportTimeout

_TITLE = "Stockhand label"
_STATUS_S = 5.0
_NAME = re.compile(r"[^\s/#?'\"-][^\s/#?'\"]*")


class QueueTrouble(Enum):
    """Why a queue takes jobs and prints none, as far as the system knows."""

    PAUSED = "paused"  # somebody, or the system after an error, has stopped it
    CLOSED = "closed"  # it takes no jobs
    OFFLINE = "offline"  # the system knows that the printer is away
    PAPER_OUT = "paper_out"
    HEAD_OPEN = "head_open"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """How a queue is; `detail` is what the system said, `jobs` those that it has not finished, oldest first."""

    troubles: tuple[QueueTrouble, ...] = ()
    jobs: tuple[str, ...] = ()
    detail: str = ""


class Spooler(Protocol):
    """The queues of one operating system."""

    def queues(self) -> list[str]:
        """The names of all queues."""
        ...

    def status(self, queue: str) -> QueueStatus:
        """How a queue is; raises `TransportLost` when there is none of that name."""
        ...

    def submit(self, queue: str, data: bytes, *, timeout_s: float) -> str:
        """Put one job into a queue and return its id; raises `TransportError`."""
        ...


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

    def _opened(self) -> Spooler:
        if not self._is_open or self._spooler is None:
            raise TransportLost(f"{self._queue} is not open", written=0)
        return self._spooler


def system_spooler() -> Spooler:
    """The spooler of this system; raises `TransportLost` where there is none."""
    if sys.platform == "win32":
        from drivers.transports.winspool import WindowsSpooler  # noqa: PLC0415 - Windows only

        return WindowsSpooler()
    return CupsSpooler()


# - CUPS -


class CupsSpooler:
    """CUPS, by its programs `lp` and `lpstat`, found on the path (Linux and macOS)."""

    def queues(self) -> list[str]:
        """The names of all queues."""
        said = self._run(["lpstat", "-e"], timeout_s=_STATUS_S)
        return sorted(said.stdout.split())

    def status(self, queue: str) -> QueueStatus:
        """How a queue is, from `lpstat -p`, `-a` and `-o`."""
        printer = self._ask(queue, "-p")
        accepting = self._ask(queue, "-a")
        jobs = self._ask(queue, "-o")
        return QueueStatus(tuple(_troubles(printer, accepting)), _job_ids(queue, jobs), _first_lines(printer))

    def submit(self, queue: str, data: bytes, *, timeout_s: float) -> str:
        """Hand the bytes to `lp`, which prints them as they are; returns an id such as `zebra-12`."""
        if not _NAME.fullmatch(queue):
            raise TransportLost(f"{queue!r} is no name of a queue", written=0)
        command = ["lp", "-d", queue, "-o", "raw", "-t", _TITLE]
        done = self._run(command, timeout_s=timeout_s, data=data)
        if done.returncode:
            # `lp` creates a job only when it has all of it, so a job that was refused was not even begun.
            raise _refused(queue, done.stderr)
        found = re.search(rf"({re.escape(queue)}-\d+)", done.stdout)
        return found[1] if found else ""

    def _ask(self, queue: str, question: str) -> str:
        if not _NAME.fullmatch(queue):
            raise TransportLost(f"{queue!r} is no name of a queue", written=0)
        done = self._run(["lpstat", question, queue], timeout_s=_STATUS_S)
        if done.returncode:
            raise _refused(queue, done.stderr)
        return done.stdout

    @staticmethod
    def _run(command: list[str], *, timeout_s: float, data: bytes | None = None) -> "subprocess.CompletedProcess[str]":
        program = shutil.which(command[0])
        if program is None:
            raise TransportLost(f"{command[0]} is not installed: this system has no CUPS", written=0)
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, and a queue's name that was checked
                [program, *command[1:]],
                input=data,
                stdin=None if data is not None else subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout_s,
                check=False,
                env={**os.environ, "LC_ALL": "C"},
            )
        except subprocess.TimeoutExpired as late:
            raise TransportTimeout(f"{command[0]} did not end within {timeout_s:g} s") from late
        except OSError as error:
            raise TransportLost(f"{command[0]}: {error}", written=0) from error
        return subprocess.CompletedProcess(
            command, done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        )


def _troubles(printer: str, accepting: str) -> Iterable[QueueTrouble]:
    """What `lpstat` says in English, as it does under `LC_ALL=C`."""
    said = printer.lower()
    if " disabled since" in said:
        yield QueueTrouble.PAUSED
    if "not accepting requests" in accepting.lower():
        yield QueueTrouble.CLOSED
    words = {
        "media-empty": QueueTrouble.PAPER_OUT,
        "out of paper": QueueTrouble.PAPER_OUT,
        "cover-open": QueueTrouble.HEAD_OPEN,
        "door-open": QueueTrouble.HEAD_OPEN,
        "offline": QueueTrouble.OFFLINE,
        "not connected": QueueTrouble.OFFLINE,
        "unable to locate printer": QueueTrouble.OFFLINE,
    }
    yield from dict.fromkeys(trouble for word, trouble in words.items() if word in said)


def _job_ids(queue: str, said: str) -> tuple[str, ...]:
    return tuple(re.findall(rf"^({re.escape(queue)}-\d+)\b", said, re.MULTILINE))


def _first_lines(said: str) -> str:
    return " ".join(said.split())


def _refused(queue: str, said: str) -> TransportError:
    words = _first_lines(said)
    if re.search(r"not authorized|forbidden|permission", words, re.IGNORECASE):
        return TransportDenied(f"this account may not print to {queue}: {words}", written=0)
    if re.search(r"not accepting|rejecting", words, re.IGNORECASE):
        return TransportBusy(f"{queue} takes no jobs now: {words}", written=0)
    return TransportLost(f"there is no queue {queue}: {words}" if words else f"{queue} refused the job", written=0)


def wait_until_taken(transport: SpoolerTransport, job: str, *, timeout_s: float) -> bool:
    """Wait until a job has left its queue: the system has given it to the printer, which may still be without paper.

    False when it is still there after `timeout_s` seconds. Raises `TransportError`.
    """
    deadline = time.monotonic() + timeout_s
    while job in transport.status().jobs:
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.2)
    return True
