"""Work that is done again and again on a thread of its own, and goes on whatever happens."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.errors import Fault, Refusal

LEAVE_S = 1.5
_AWAY_S = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Work to do every so many seconds; `work` does a piece and returns."""

    name: str
    every_s: float
    work: Callable[[], None]


class Troubles:
    """What has gone wrong with one job, said once and not every second."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._told: set[str] = set()
        self._away = ""

    def attempt(self, work: Callable[[], None]) -> bool:
        """Do a piece of work; False where it failed. Nothing but the end of the program gets through."""
        try:
            work()
        except Fault as fault:
            if fault.code != self._away:
                _log.warning("%s waits: %s", self._name, fault)
            self._away = fault.code
        except Refusal as refusal:
            self._tell_once(refusal.code, refusal)
        except Exception as defect:  # noqa: BLE001  (a defect in one piece of work must not end the others)
            self._tell_once(f"{type(defect).__name__} {_place(defect)}", defect)
        else:
            if self._away:
                _log.info("%s goes on", self._name)
            self._away = ""
            return True
        return False

    def _tell_once(self, key: str, problem: Exception) -> None:
        if key not in self._told:
            self._told.add(key)
            _log.error("%s failed and will be tried again; this is said once", self._name, exc_info=problem)


def _place(defect: Exception) -> str:
    """Where a defect was raised, so that the same one is known again."""
    trace = defect.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def repeat(jobs: Sequence[Job], stop: threading.Event) -> None:
    """Do all jobs, each on its own thread, until `stop` is set; returns within two seconds of that.

    A thread that the database keeps waiting longer than that is left behind; its transaction is undone.
    """
    threads = [threading.Thread(target=_loop, args=(job, stop), name=f"worker {job.name}", daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    stop.wait()
    deadline = time.monotonic() + LEAVE_S
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0))


def _loop(job: Job, stop: threading.Event) -> None:
    troubles = Troubles(job.name)
    while not stop.is_set():
        done = troubles.attempt(job.work)
        stop.wait(job.every_s if done else max(job.every_s, _AWAY_S))
