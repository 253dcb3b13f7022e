"""Work that must not stop the screen: done in a worker thread, answered in the screen's own.

The only place in the stations where refusals and faults are caught; anything else is a defect and goes to the
crash net, and the screen is told so.
"""

import sys
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from app.domain.errors import Fault, Refusal

T = TypeVar("T")
Stopped = Refusal | Fault


class Cancelled(Exception):  # noqa: N818  (not an error: somebody asked for it)
    """Raised inside the work once nobody wants its result any more."""


class Progress:
    """What the work may say while it runs; `step` also ends it where it was cancelled."""

    def __init__(self, emit: Callable[[float], None]) -> None:
        self._emit = emit
        self.cancelled = False

    def step(self, part: float) -> None:
        """Say that `part` (0 to 1) of the work is done; raises `Cancelled` where it is no longer wanted."""
        if self.cancelled:
            raise Cancelled
        self._emit(part)


class Task(QObject):
    """One piece of work under way; its signals arrive in the thread that started it."""

    done = Signal(object)
    failed = Signal(object)
    progressed = Signal(float)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.progress = Progress(self._progressed)

    def cancel(self) -> None:
        """Neither `done` nor `failed` is heard after this; the work ends at its next step."""
        self.progress.cancelled = True

    def _progressed(self, part: float) -> None:
        if shiboken6.isValid(self):
            self.progressed.emit(part)


class _Run(QRunnable, Generic[T]):
    """Carries the work into a thread of the pool and its end back."""

    def __init__(self, task: Task, work: Callable[[Progress], T], end: Callable[[Any, Any], None]) -> None:
        super().__init__()
        self.setAutoDelete(True)
        self._task = task
        self._work = work
        self._end = end

    def run(self) -> None:
        try:
            result = self._work(self._task.progress)
        except Cancelled:
            self._end(None, None)
        except (Refusal, Fault) as stopped:
            self._end(None, stopped)
        except Exception:  # noqa: BLE001  (a defect must reach the crash net, not die in a worker thread)
            sys.excepthook(*sys.exc_info())
            self._end(None, Fault("program.defect", retry=False))
        else:
            self._end((result,), None)


class Tasks(QObject):
    """Starts work and owns it until its end, so that leaving the program neither waits for ever nor aborts."""

    _ended = Signal(object, object, object)

    def __init__(self, *, threads: int = 4, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(threads)
        self._pool.setExpiryTimeout(5_000)
        self._running: set[Task] = set()
        self._closed = False
        self._ended.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        work: Callable[[Progress], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[Stopped], None],
        progress: Callable[[float], None] | None = None,
    ) -> Task:
        """Run `work` in a worker thread, then call `done` with its result or `failed` with what stopped it, here."""
        task = Task()
        task.done.connect(done)
        task.failed.connect(failed)
        if progress is not None:
            task.progressed.connect(progress, Qt.ConnectionType.QueuedConnection)
        self._running.add(task)
        self._pool.start(_Run(task, work, lambda result, stopped: self._report(task, result, stopped)))
        return task

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._running)

    def close(self, *, timeout_ms: int = 5_000) -> bool:
        """Cancel everything and wait at most `timeout_ms`; True when all threads have ended."""
        self._closed = True
        for task in self._running:
            task.cancel()
        ended = self._pool.waitForDone(timeout_ms)
        self._running.clear()
        return bool(ended)

    def _report(self, task: Task, result: object, stopped: object) -> None:
        if shiboken6.isValid(self):
            self._ended.emit(task, result, stopped)

    def _finish(self, task: Task, result: tuple[object] | None, stopped: object) -> None:
        self._running.discard(task)
        if self._closed or task.progress.cancelled:
            return
        if result is not None:
            task.done.emit(result[0])
        elif stopped is not None:
            task.failed.emit(stopped)
        task.ended.emit()
