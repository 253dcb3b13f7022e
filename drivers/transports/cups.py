"""CUPS, by its own programs `lp` and `lpstat`, found on the path (Linux and macOS).

Verification: [M] against the programs in `drivers/simulators/cups.py`; the words of the real ones [K].
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable

from drivers.transports.queues import JobEnd, QueueStatus, QueueTrouble
from drivers.transports.transport import TransportBusy, TransportDenied, TransportError, TransportLost, TransportTimeout

_TITLE = "Stockhand"
_PDF = b"%PDF-"
_STATUS_S = 5.0
_NAME = re.compile(r"[^\s/#?'\"-][^\s/#?'\"]*")


class CupsSpooler:
    """The queues of CUPS; its programs are looked for in `path`, else where all programs are."""

    def __init__(self, path: str | None = None) -> None:
        self._path = path

    def queues(self) -> list[str]:
        """The names of all queues."""
        said = self._run(["lpstat", "-e"], timeout_s=_STATUS_S)
        return sorted(said.stdout.split())

    def status(self, queue: str) -> QueueStatus:
        """How a queue is, its printer, its door and its jobs, asked at once."""
        if not _NAME.fullmatch(queue):
            raise TransportLost(f"{queue!r} is no name of a queue", written=0)
        done = self._run(["lpstat", "-p", queue, "-a", queue, "-o", queue], timeout_s=_STATUS_S)
        if done.returncode:
            raise _refused(queue, done.stderr)
        return QueueStatus(tuple(_troubles(done.stdout)), _job_ids(queue, done.stdout), _first_lines(done.stdout))

    def job(self, queue: str, job: str) -> JobEnd:
        """What CUPS keeps of a job: it stands among all that it remembers, with its reasons behind `Alerts:`."""
        done = self._run(["lpstat", "-W", "all", "-l", "-o", queue], timeout_s=_STATUS_S)
        if done.returncode:
            raise _refused(queue, done.stderr)
        return _end_of(job, done.stdout)

    def submit(self, queue: str, data: bytes, *, timeout_s: float) -> str:
        """Hand the bytes to `lp`; returns an id such as `zebra-12`.

        They are printed as they are, but for PDF, which the queue makes into what its printer takes.
        """
        if not _NAME.fullmatch(queue):
            raise TransportLost(f"{queue!r} is no name of a queue", written=0)
        as_they_are = [] if data.startswith(_PDF) else ["-o", "raw"]
        command = ["lp", "-d", queue, *as_they_are, "-t", _TITLE]
        done = self._run(command, timeout_s=timeout_s, data=data)
        if done.returncode:
            # `lp` creates a job only when it has all of it, so a job that was refused was not even begun.
            raise _refused(queue, done.stderr)
        found = re.search(rf"({re.escape(queue)}-\d+)", done.stdout)
        return found[1] if found else ""

    def _run(
        self, command: list[str], *, timeout_s: float, data: bytes | None = None
    ) -> "subprocess.CompletedProcess[str]":
        program = shutil.which(command[0], path=self._path)
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


def _troubles(lpstat: str) -> Iterable[QueueTrouble]:
    """What `lpstat` says in English, as it does under `LC_ALL=C`; the cause before what CUPS did because of it."""
    said = lpstat.lower()
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
    if " disabled since" in said:
        yield QueueTrouble.PAUSED
    if " not accepting requests" in said:
        yield QueueTrouble.CLOSED


def _job_ids(queue: str, said: str) -> tuple[str, ...]:
    return tuple(re.findall(rf"^({re.escape(queue)}-\d+)\b", said, re.MULTILINE))


def _end_of(job: str, said: str) -> JobEnd:
    """The lines of a job are its own and those behind it that are indented."""
    found = re.search(rf"^{re.escape(job)}\s.*(?:\n[ \t].*)*", said, re.MULTILINE) if job else None
    if found is None:
        return JobEnd.GONE
    alerts = " ".join(re.findall(r"^\s+Alerts:(.*)$", found[0], re.MULTILINE))
    if "job-completed-successfully" in alerts:
        return JobEnd.PRINTED
    ended = re.search(r"cancel|abort|job-completed", alerts)
    return JobEnd.CANCELLED if ended else JobEnd.WAITING


def _first_lines(said: str) -> str:
    return " ".join(said.split())


def _refused(queue: str, said: str) -> TransportError:
    words = _first_lines(said)
    if re.search(r"not authorized|forbidden|permission", words, re.IGNORECASE):
        return TransportDenied(f"this account may not print to {queue}: {words}", written=0)
    if re.search(r"not accepting|rejecting", words, re.IGNORECASE):
        return TransportBusy(f"{queue} takes no jobs now: {words}", written=0)
    return TransportLost(f"there is no queue {queue}: {words}" if words else f"{queue} refused the job", written=0)
